//! The course and the drills as the page keeps them: what there is, how far somebody has come, and what comes next.

use super::{App, Happening};
use crate::formats::Problem;
use crate::session::drill::{self, Stand};
use crate::session::lesson::Lesson;
use crate::session::lesson::library::first_minute;
use crate::session::{Msg, Session};
use crate::ui::library::Shelf;
use crate::ui::panels::teach;
use crate::ui::shared::Shared;
use crate::ui::storage::{self, Grades};
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
    /// The best grades of the drills that were worked to their end.
    pub(super) grades: Shared<Grades>,
    /// The drill that the address asks for, until the drills are here.
    wanted: Option<(String, u32)>,
}

impl Course {
    /// As the last visit has left it.
    pub(super) fn kept() -> Course {
        Course {
            first: first_minute().ok().map(Rc::new),
            shelf: None,
            done: Shared::new(storage::kept_lessons()),
            grades: Shared::new(storage::kept_grades()),
            wanted: None,
        }
    }

    /// Has the lessons fetched, unless they are here.
    pub(super) fn ask(&mut self, ctx: &Context<App>) {
        if !matches!(self.shelf, Some(Ok(_))) {
            self.shelf = None;
            ctx.link().send_future(async { Happening::Shelf(Shelf::fetch().await) });
        }
    }

    /// They have come, or cannot be had. Answers what opens the drill that the address asks for.
    pub(super) fn arrived(&mut self, fetched: Result<Shelf, String>) -> Option<Msg> {
        let why = fetched.as_ref().err().cloned();
        self.shelf = Some(fetched.map(Shared::new).map_err(AttrValue::from));
        let (name, seed) = self.wanted.take()?;
        let missing = |message| Problem { path: format!("#drill={name}"), message, nearest: None };
        Some(match (self.here().and_then(|shelf| shelf.drill(&name)), why) {
            (Some(drill), _) => Msg::OpenDrill { drill: drill.clone(), seed },
            (None, Some(why)) => Msg::NotFound(vec![missing(why)]),
            (None, None) => Msg::NotFound(vec![drill::unknown(&name)]),
        })
    }

    /// Has the drill opened that the address asks for, as soon as it is here.
    pub(super) fn want(&mut self, ctx: &Context<App>, name: String, seed: u32) {
        self.wanted = Some((name, seed));
        self.shelf = None;
        self.ask(ctx);
    }

    /// The fragment of a link to the drill that is open, where it is one of the page's.
    pub(super) fn link_of_drill(&self, session: &Session) -> Option<String> {
        let duty = session.duty()?;
        Some(drill::fragment(self.here()?.name_of_drill(duty.drill())?, duty.seed()))
    }

    /// What opens the drill that comes after the one that is open.
    pub(super) fn next_drill(&self, session: &Session) -> Option<Msg> {
        let next = self.here()?.after_drill(session.duty()?.drill())?;
        Some(Msg::OpenDrill { drill: next.clone(), seed: teach::any_seed() })
    }

    /// Notes the lesson as done whose doors have opened, and the grade of a drill where it is the best so far.
    pub(super) fn note_done(&mut self, session: &Session) {
        self.note_grade(session);
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

    fn note_grade(&mut self, session: &Session) {
        let Some((duty, Stand::Over(told))) = session.duty().map(|duty| (duty, duty.stand())) else { return };
        let Some(name) = self.here().and_then(|shelf| shelf.name_of_drill(duty.drill())) else { return };
        let letter = told.grade.letter();
        if self.grades.get(name).is_none_or(|best| letter < best.as_str()) {
            let mut grades = Grades::clone(&self.grades);
            grades.insert(name.to_owned(), letter.to_owned());
            storage::keep_grades(&grades);
            self.grades = Shared::new(grades);
        }
    }

    fn here(&self) -> Option<&Shelf> {
        self.shelf.as_ref().and_then(|shelf| shelf.as_deref().ok())
    }
}
