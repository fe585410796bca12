//! What the page opens on: what its address asks for, or the opening scenario.

use super::{App, Happening};
use crate::session::lesson::{Lesson, library};
use crate::session::{Changed, Msg, Session, figure};
use crate::ui::address::{self, Wanted};
use crate::ui::storage;
use serde_json::Value;
use std::rc::Rc;
use yew::Context;

impl App {
    /// Opens what the address asks for; without a link again what was open before the first of them.
    pub(super) fn open_wanted(&mut self, ctx: &Context<Self>, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Link(fragment) => {
                if !self.session.is_from_link() {
                    self.before_links = Some(self.session.document().clone());
                }
                self.tell(ctx, Msg::OpenLink(fragment))
            }
            Wanted::File(src) => {
                address::fetch(src, ctx.link().callback(Happening::Fetched));
                false
            }
            Wanted::Drill(name, seed) => {
                self.course.want(ctx, name, seed);
                false
            }
            // Back from a drill's link leads to what was open before it.
            Wanted::Nothing if self.session.duty().is_some() => {
                let left = self.tell(ctx, Msg::LeaveLesson);
                self.tell(ctx, Msg::Undo) || left
            }
            Wanted::Nothing if self.session.is_from_link() => {
                let before = self.before_links.take().unwrap_or_else(opening);
                self.tell(ctx, Msg::Open(before))
            }
            Wanted::Nothing => false,
        }
    }

    /// Opens the file that the address asks for, and stands where it asks for.
    pub(super) fn open_fetched(&mut self, ctx: &Context<Self>, text: String) -> bool {
        let redraw = self.tell(ctx, Msg::Import(text));
        self.sheet_open = self.is_own_service();
        if !self.session.problems().is_empty() {
            // Nobody typed it, so where it came from is said as well.
            let found = self.session.problems().to_vec();
            return self.tell(ctx, Msg::NotFound([vec![address::refused()], found].concat())) || redraw;
        }
        if self.session.lesson().is_some() {
            return redraw;
        }
        let (_, wrong) = figure::arrange(&mut self.session, &address::asked());
        self.fetch(Changed::Everything);
        if !wrong.is_empty() {
            let _ = self.tell(ctx, Msg::NotFound(wrong));
        }
        true
    }
}

/// The session of a page that has just been opened. A first visit begins with its lesson.
pub(super) fn first_session(ctx: &Context<App>, first: Option<&Rc<Lesson>>) -> Session {
    let mut session = open();
    if let Some(lesson) = first.filter(|_| is_first_visit()).cloned() {
        let _ = session.update(Msg::OpenLesson { lesson, invited: false });
    }
    match address::wanted() {
        Wanted::Nothing => {}
        wanted @ Wanted::Drill(..) => ctx.link().send_message(Happening::Wanted(wanted)),
        // What is wrong with it is said on the page, which stands on the opening then.
        Wanted::Link(fragment) => drop(session.update(Msg::OpenLink(fragment))),
        Wanted::File(src) => address::fetch(src, ctx.link().callback(Happening::Fetched)),
    }
    session
}

/// Whether nobody has been here and nothing was asked for by the address.
fn is_first_visit() -> bool {
    let location = web_sys::window().map(|window| window.location());
    let asked = |part: Option<String>| part.is_some_and(|part| !part.is_empty());
    let asks = location.is_some_and(|it| asked(it.search().ok()) || asked(it.hash().ok()));
    !asks && !storage::has_seen_first_minute()
}

fn opening() -> Value {
    library::preset("opening").expect("the opening scenario comes with the page, which a test checks")
}

/// What the page opens on: a recording that comes with it, where the address names one (`?scenario=…&start=…`, as in a
/// figure), or the opening. What makes no sense of the address is said on the page.
fn open() -> Session {
    let asked = address::asked();
    // What stands beside a file's address is said of the file.
    let asked = if asked.get("src").is_some() { Value::Null } else { asked };
    let (mut session, wrong) = match figure::open(&asked) {
        Ok(opened) => (opened.session, opened.wrong),
        Err(problems) => (
            Session::open(&opening()).expect("the opening scenario is a recording, which a test checks"),
            problems,
        ),
    };
    if !wrong.is_empty() {
        let _ = session.update(Msg::NotFound(wrong));
    }
    session
}
