//! What the page opens on: what its address asks for, or the opening scenario.

use super::{App, Happening};
use crate::session::lesson::Lesson;
use crate::session::{Msg, Session, figure};
use crate::ui::address::{self, Wanted};
use crate::ui::storage;
use serde_json::Value;
use std::rc::Rc;
use yew::Context;

impl App {
    /// Opens what the address asks for; without a link again what the page opens on.
    pub(super) fn open_wanted(&mut self, ctx: &Context<Self>, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Link(fragment) => self.tell(ctx, Msg::OpenLink(fragment)),
            Wanted::File(src) => {
                address::fetch(src, ctx.link().callback(Happening::Fetched));
                false
            }
            Wanted::Nothing if self.session.is_from_link() => self.tell(ctx, Msg::Open(opening())),
            Wanted::Nothing => false,
        }
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

/// What a query asks for, by name.
fn asked_by(query: &str) -> Value {
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        js_sys::decode_uri_component(&spaced).map_or(spaced.clone(), String::from)
    };
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), Value::from(decoded(value)))).collect()
}

/// The scenario the page opens on.
const OPENING: &str = include_str!("../../../static/scenarios/opening.json");

fn opening() -> Value {
    serde_json::from_str(OPENING).expect("the opening scenario is JSON, which a test checks")
}

/// What the page opens on: a recording that comes with it, where the address names one (`?scenario=…&start=…`, as in a
/// figure), or the opening.
fn open() -> Session {
    let query = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let asked = asked_by(&query);
    if asked.get("scenario").is_some() {
        match figure::open(&asked) {
            Ok((session, _)) => return session,
            Err(problems) => {
                let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
                web_sys::console::warn_1(&said.join("\n").into());
            }
        }
    }
    Session::open(&opening()).expect("the opening scenario is a recording, which a test checks")
}
