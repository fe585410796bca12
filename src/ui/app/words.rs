//! What the page says of where it stands, put together from the session's words.

use super::App;
use crate::model::SimTime;
use crate::session::frame::StageState;
use crate::ui::dialog::Dialog;
use crate::ui::panels::tabs;
use crate::ui::scene::flow::Scale;
use crate::ui::shown::in_words;
use crate::ui::words;
use yew::AttrValue;

impl App {
    /// The service in view and its two revisions.
    pub(super) fn release(&self) -> AttrValue {
        let frame = &self.shown.frame;
        // Between arrow and service no name is a count.
        let bare = |called: &str| called.strip_prefix("revision ").unwrap_or(called).to_owned();
        let first = frame.deployment.as_ref().is_some_and(|it| it.first);
        let revisions = frame.target.as_ref().map(|target| match first {
            true => format!(" · {}", bare(&target.called)),
            false => format!(" · {} → {}", bare(&frame.source.called), bare(&target.called)),
        });
        AttrValue::from(format!("{}{}", frame.service, revisions.unwrap_or_default()))
    }

    /// What a dot and a cross stand for; nothing where none travel.
    pub(super) fn legend(&self) -> AttrValue {
        if self.painter.is_still() {
            return AttrValue::default();
        }
        let Scale { requests_per_dot: dot, failures_per_cross: cross } = self.scale;
        let requests = words::plural(dot, "request", "requests");
        let mut said = format!("one dot = {} {requests}", words::count(dot));
        if self.shown.frame.pulses.iter().any(|pulse| pulse.failing.0 > 0) {
            said.push_str(&format!(", one cross = {} failed", words::count(cross)));
        }
        AttrValue::from(said)
    }

    pub(super) fn time_in_words(&self) -> AttrValue {
        let deployment = self.shown.told.deployment.as_ref();
        let now = deployment
            .and_then(|deployment| deployment.strip.iter().find(|item| item.state == StageState::Now));
        let at = self.shown.told.at.since(SimTime::ZERO);
        AttrValue::from(match now {
            Some(item) => format!("{at}, {}", item.title),
            None => at.to_string(),
        })
    }

    /// What the timeline's dotted lines are.
    pub(super) fn ghost_in_words(&self) -> Option<AttrValue> {
        self.session.ghost().map(|ghost| {
            AttrValue::from(if ghost.strategy == self.session.strategy() {
                format!("dotted: before “{}”", ghost.replaced_by)
            } else {
                format!("dotted: {}", tabs::name(ghost.strategy))
            })
        })
    }

    /// What is wrong with the last act; a parameter's problems stand beside it, a dialog's in the dialog.
    pub(super) fn problems_on_page(&self) -> Vec<AttrValue> {
        let elsewhere = matches!(self.open(), Some(Dialog::Import | Dialog::Studio)) || self.wrong.is_some();
        if elsewhere { Vec::new() } else { self.problems_in_words() }
    }

    pub(super) fn problems_in_words(&self) -> Vec<AttrValue> {
        self.session.problems().iter().map(in_words).collect()
    }

    /// The parameter whose last value was refused, and why.
    pub(super) fn wrong_parameter(&self) -> Option<(AttrValue, AttrValue)> {
        let why: Vec<&str> = self.session.problems().iter().map(|problem| problem.message.as_str()).collect();
        self.wrong.clone().map(|parameter| (parameter, AttrValue::from(why.join("; "))))
    }
}
