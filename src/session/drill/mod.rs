//! Drills: a deployment with something wrong in it, or nothing, and a person who has to find out which.
//!
//! A drill is data, as a lesson is. Its seed chooses one of its faults and the fault's moment. The fault is put into the
//! run and kept out of the recording, so nothing that the page shows can name it before the end; then the run is
//! told beside the one in which nobody acted and the best that could have been done. In reading order:

pub mod reading;
pub mod grade;
pub mod duty;
pub mod debrief;
pub mod outline;
mod secret;

pub use debrief::{Debrief, debrief};
pub use duty::{Board, Duty, Stand};
pub use grade::{Deduction, Grade, Rule};
pub use outline::{check, outline};
pub use reading::{is_drill, read};
pub use secret::Secret;

use super::acts::Deed;
use super::failures::Failure;
use super::pace::Pace;
use crate::engine::poisson::fork;
use crate::formats::Problem;
use crate::formats::problem::nearest;
use crate::model::lifecycle::api_words;
use crate::model::*;
use serde_json::{Value, json};
use std::fmt;

/// A drill, as its file tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Drill {
    /// Its title.
    pub title: String,
    /// What it trains, in a line.
    pub trains: String,
    /// What a person is told before it begins.
    pub situation: String,
    /// The recording it plays, the drill's own changes made and nothing wrong in it.
    pub recording: Value,
    /// How long it lasts.
    pub lasts: Span,
    /// What the person may do, and how often.
    pub means: Vec<Allowance>,
    /// What may be wrong; one of them is that nothing is.
    pub faults: Vec<Fault>,
    /// How it is graded.
    pub rule: Rule,
}

/// Something that the person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// What.
    pub means: Means,
    /// How often; without a limit where `None`.
    pub times: Option<u32>,
}

api_words! {
    /// What a drill may put into a person's hands.
    Means {
        /// StopServiceDeployment.
        RollBack = "rollBack",
        /// StopTask on the oldest running task.
        StopTask = "stopTask",
        /// The reviewer approves.
        Approve = "approve",
        /// The reviewer rejects.
        Reject = "reject",
        /// ContinueServiceDeployment with CONTINUE.
        Continue = "continue",
    }
}

impl Means {
    /// What the page calls doing it.
    pub const fn deed(self) -> Deed {
        match self {
            Means::RollBack => Deed::RollBack,
            Means::StopTask => Deed::Inject(Failure::StopTask),
            Means::Approve => Deed::Approve,
            Means::Reject => Deed::Reject,
            Means::Continue => Deed::Continue,
        }
    }

    /// The act on the simulated AWS.
    const fn act(self, service: usize) -> Act {
        match self {
            Means::RollBack => Act::StopServiceDeployment { service },
            Means::StopTask => Act::StopTask { service, task: 1 },
            Means::Approve => Act::Approve { service },
            Means::Reject => Act::Reject { service },
            Means::Continue => {
                Act::ContinueServiceDeployment { service, action: HookAction::Continue, hook_id: None }
            }
        }
    }
}

/// Something that may be wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What a person would call it who has seen it.
    pub cause: String,
    /// What it was, told at the end.
    pub told: String,
    /// What to look at next time.
    pub look: String,
    /// The first and the last second at which it may begin.
    pub window: (u64, u64),
    /// What is done to the simulated AWS, each so long after it began; nothing where nothing is wrong.
    pub interventions: Vec<(Span, Value)>,
    /// Acts of which one is right; none where it is right to let it be.
    pub right: Vec<Means>,
    /// Acts that are wrong.
    pub wrong: Vec<Means>,
}

/// What a seed has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The seed, of the drill and of its recording.
    pub seed: u32,
    /// Which fault.
    pub fault: usize,
    /// When it begins.
    pub moment: SimTime,
}

/// The streams that a drill's seed is forked into.
const WHICH: u64 = 1;
const WHEN: u64 = 2;

impl Drill {
    /// What a seed chooses: every fault with the same chance, and every second of its window.
    pub fn draw(&self, seed: u32) -> Draw {
        let fault = (fork(u64::from(seed), &[WHICH]) % self.faults.len().max(1) as u64) as usize;
        self.drawn(seed, fault)
    }

    /// What the seed would choose if it were that fault.
    fn drawn(&self, seed: u32, fault: usize) -> Draw {
        let (from, to) = self.faults[fault].window;
        let second = from + fork(u64::from(seed), &[WHEN, fault as u64]) % (to - from + 1);
        Draw { seed, fault, moment: SimTime::from_secs(second) }
    }

    /// The recording under a seed, with nothing wrong in it.
    pub fn document(&self, seed: u32) -> Value {
        let mut document = self.recording.clone();
        document["seed"] = json!(seed);
        document
    }

    /// When it is over.
    pub fn end(&self) -> SimTime {
        SimTime::ZERO + self.lasts
    }

    /// What of a run is hidden until then.
    pub fn secret(&self, draw: &Draw) -> Secret {
        let due = |(after, act): &(Span, Value)| {
            let mut act = act.clone();
            act["atSeconds"] = super::recording::seconds((draw.moment + *after).0);
            act
        };
        Secret::new(
            self.faults[draw.fault].interventions.iter().map(due).collect(),
            self.end(),
            &self.recording,
        )
    }
}

/// In a drill so many simulated seconds pass in one of Story.
pub const SPEED: u64 = 20;

/// Story's pace in a drill that is over at `end`.
pub fn pace(end: SimTime) -> Pace {
    Pace::of([(end, end.0 / SPEED)].into_iter())
}

/// The fragment of a link that opens a drill, without its `#`: its name and its seed are all there is to it.
pub fn fragment(name: &str, seed: u32) -> String {
    format!("drill={name}.{seed}")
}

/// What such a fragment names; `None` where it is none. A seed that cannot be read is the first.
pub fn named_by(fragment: &str) -> Option<(&str, u32)> {
    let wanted = fragment.trim_start_matches('#').strip_prefix("drill=")?;
    // What ends in no seed is a name, and if no drill has it that is said.
    let both = wanted.rsplit_once('.').and_then(|(name, seed)| Some((name, seed.parse().ok()?)));
    Some(both.unwrap_or((wanted, 1)))
}

/// Why there is no drill of that name.
pub fn unknown(name: &str) -> Problem {
    let known = super::lesson::library::DRILLS;
    let shown: String = name.chars().take(60).collect();
    let message = format!("no drill is called {shown:?}");
    Problem { path: "#drill".to_owned(), message, nearest: nearest(name, known).map(str::to_owned) }
}
