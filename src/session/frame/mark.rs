//! A task as it is drawn: how it stands, a word, its load and how much of its wait is over.

use super::field::{FieldLayout, Place};
use super::{Role, TaskView};
use crate::model::{SimTime, TargetHealth, TaskStatus};
use std::collections::BTreeMap;

/// A longer word does not fit on any card.
const LONGEST_WORD: usize = 8;

/// What of a task is drawn; rounded, so that a card is drawn again only when it would look different.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Its revision's part.
    pub role: Role,
    /// Whether it has none, but is left from a deployment in between.
    pub left_over: bool,
    /// How it stands.
    pub state: State,
    /// What is not simply healthy, in a word.
    pub word: Option<&'static str>,
    /// How busy it is, in sixteenths.
    pub load: u8,
    /// How much of its wait is over, in thirty-seconds.
    pub ring: Option<u8>,
}

/// How a task stands, what most needs to be seen last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It answers, and counts.
    Healthy,
    /// It does not count yet.
    Coming,
    /// It is being stopped.
    Leaving,
    /// Its target is unhealthy.
    Failing,
}

impl Mark {
    /// What is drawn of a task at `now`.
    pub fn of(task: &TaskView, now: SimTime) -> Mark {
        let leaving = matches!(
            task.status,
            TaskStatus::Deactivating | TaskStatus::Stopping | TaskStatus::Deprovisioning
        ) || task.health == Some(TargetHealth::Draining);
        let state = if leaving {
            State::Leaving
        } else if task.health == Some(TargetHealth::Unhealthy) {
            State::Failing
        } else if task.word.is_some() || !task.counted {
            State::Coming
        } else {
            State::Healthy
        };
        let ring = task.countdown.map(|(from, until)| {
            let whole = until.since(from).0.max(1);
            (now.since(from).0.min(whole) * 32 / whole) as u8
        });
        Mark {
            role: task.role,
            left_over: task.left_over,
            state,
            word: task.word,
            load: (task.load.clamp(0.0, 1.5) * 16.0) as u8,
            ring,
        }
    }

    /// What is written on a card; the field's description has every word whole.
    pub fn short_word(self) -> Option<&'static str> {
        self.word.map(|word| match self.state {
            _ if word.len() <= LONGEST_WORD => word,
            State::Leaving => "stopping",
            State::Failing => "failing",
            State::Healthy | State::Coming => "starting",
        })
    }
}

/// The cells of a field, each with how it stands. One that stands for several tasks shows the one that most needs to be
/// seen.
pub fn worst_by_cell<'a>(
    layout: &FieldLayout,
    tasks: impl Iterator<Item = &'a TaskView>,
) -> Vec<(State, Role, Place)> {
    let mut worst: BTreeMap<(u64, u64), (State, Role, Place)> = BTreeMap::new();
    for task in tasks {
        let place = layout.place(task.zone, task.row);
        let mark = Mark::of(task, SimTime::ZERO);
        let cell = worst
            .entry(((place.x * 10.0) as u64, (place.y * 10.0) as u64))
            .or_insert((mark.state, mark.role, place));
        cell.0 = cell.0.max(mark.state);
    }
    worst.into_values().collect()
}
