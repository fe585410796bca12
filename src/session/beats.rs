//! When something new happens in a run: what Story dwells on, and what lies between two folds of the timeline.

use crate::engine::{Event, Fact, Run};
use crate::model::*;
use std::collections::BTreeMap;

/// An instant with news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat {
    /// When.
    pub at: SimTime,
    /// How many events of that instant are new; at least 1.
    pub news: u32,
}

/// The beats of a service's run, in order, each instant once.
///
/// A hook that is called again and answers what it answered before is no news, however often it does: a day of
/// IN_PROGRESS is one wait.
pub fn beats(run: &Run, service: usize) -> Vec<Beat> {
    let mut beats: Vec<Beat> = Vec::new();
    let mut said = BTreeMap::new();
    for event in run.events.iter().filter(|event| event.service.is_none_or(|of| of == service)) {
        if !is_news(event, &mut said) {
            continue;
        }
        match beats.last_mut().filter(|last| last.at == event.at) {
            Some(last) => last.news += 1,
            None => beats.push(Beat { at: event.at, news: 1 }),
        }
    }
    beats
}

/// Of each hook: which call it is, and what it answered last.
type Said<'r> = BTreeMap<(Option<usize>, &'r str), (u32, Option<HookStatus>)>;

fn is_news<'r>(event: &'r Event, said: &mut Said<'r>) -> bool {
    match &event.fact {
        Fact::HookCalled { hook, call, .. } => {
            let last = said.entry((event.service, hook)).or_default();
            *last = (*call, last.1.filter(|_| *call > 1));
            *call == 1
        }
        Fact::HookPrinted { hook, .. } => said.entry((event.service, hook)).or_default().0 <= 1,
        Fact::HookAnswered { hook, status, .. } => {
            let last = &mut said.entry((event.service, hook)).or_default().1;
            last.replace(*status) != Some(*status)
        }
        _ => true,
    }
}
