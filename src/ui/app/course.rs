//! The course as the page keeps it: the lessons there are, which of them were played to their end, and which comes next.

use super::{App, Happening};
use crate::session::lesson::Lesson;
use crate::session::lesson::library::first_minute;
use crate::session::{Msg, Session};
use crate::ui::library::Shelf;
use crate::ui::panels::teach;
use crate::ui::shared::Shared;
use crate::ui::storage;
use std::collections::BTreeSet;
use std::rc::Rc;
use yew::{AttrValue, Context};

/// The course.
pub(super) struct Course {
    /// The lesson that a first visit begins with.
    pub(super) first: Option<Rc<Lesson>>,
    /// The other lessons, once somebody has asked for them.
    pub(super) shelf: Option<Result<Shared<Shelf>, AttrValue>>,
    /// The lessons that were played to their end.
    pub(super) done: Shared<BTreeSet<String>>,
}

impl Course {
    /// As the last visit has left it.
    pub(super) fn kept() -> Course {
        Course {
            first: first_minute().ok().map(Rc::new),
            shelf: None,
            done: Shared::new(storage::kept_lessons()),
        }
    }

    /// Has the lessons fetched, unless they are here.
    pub(super) fn ask(&mut self, ctx: &Context<App>) {
        if !matches!(self.shelf, Some(Ok(_))) {
            self.shelf = None;
            ctx.link().send_future(async { Happening::Shelf(Shelf::fetch().await) });
        }
    }

    /// They have come, or cannot be had.
    pub(super) fn arrived(&mut self, fetched: Result<Shelf, String>) {
        self.shelf = Some(fetched.map(Shared::new).map_err(AttrValue::from));
    }

    /// Notes the lesson as done whose doors have opened.
    pub(super) fn note_done(&mut self, session: &Session) {
        let Some(lesson) = session.lesson().filter(|_| session.card().is_some_and(|it| it.over)) else {
            return;
        };
        let is_first = self.first.as_ref().is_some_and(|first| Rc::ptr_eq(first, lesson));
        let name = if is_first { Some(teach::FIRST) } else { self.here().and_then(|it| it.name_of(lesson)) };
        if let Some(name) = name.filter(|name| !self.done.contains(*name)) {
            let mut done = BTreeSet::clone(&self.done);
            done.insert(name.to_owned());
            storage::keep_lessons(&done);
            self.done = Shared::new(done);
        }
        storage::keep_first_minute();
    }

    /// The lesson that comes after the one that is taught, by its title and what opens it.
    pub(super) fn next(&self, session: &Session) -> Option<(AttrValue, Msg)> {
        let next = self.here()?.after(session.lesson()?)?;
        let open = Msg::OpenLesson { lesson: next.clone(), invited: true };
        Some((AttrValue::from(next.title.clone()), open))
    }

    fn here(&self) -> Option<&Shelf> {
        self.shelf.as_ref().and_then(|shelf| shelf.as_deref().ok())
    }
}
