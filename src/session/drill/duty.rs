//! How far a drill has come: briefed, at work, or over; what the person has done and named, and what the means allow.

use super::{Debrief, Draw, Drill, Means, Secret, debrief};
use crate::model::*;
use crate::session::acts::Deed;
use crate::session::narrate::words::count_of;
use serde_json::Value;
use std::rc::Rc;

/// A drill that somebody has opened.
#[derive(Clone, Debug)]
pub struct Duty {
    drill: Rc<Drill>,
    draw: Draw,
    stand: Stand,
    secret: Secret,
    /// How far the person has seen. Looking back is free; nobody acts in the past.
    reached: SimTime,
    acts: Vec<(SimTime, Means)>,
    names: Vec<(SimTime, usize)>,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Stand {
    /// The person reads what it is about.
    Briefing,
    /// The deployment plays and the person may act.
    AtWork,
    /// It was told what it was.
    Over(Rc<Debrief>),
}

/// What the drill's card shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The drill's title.
    pub title: String,
    /// Its seed.
    pub seed: u32,
    /// What the person is told.
    pub situation: String,
    /// How long it lasts.
    pub lasts: Span,
    /// What the person may do, in words.
    pub means: Vec<String>,
    /// The rule of the grade, a sentence for each part.
    pub rule: Vec<String>,
    /// What it may be.
    pub causes: Vec<String>,
    /// Which of them was named last, and when.
    pub named: Option<(usize, SimTime)>,
    /// Whether StopTask is among the means, for which no other panel has a control.
    pub stops_tasks: bool,
    /// How far it has come.
    pub stand: Stand,
}

impl Duty {
    /// A drill that is about to begin.
    pub fn new(drill: Rc<Drill>, seed: u32) -> Duty {
        let draw = drill.draw(seed);
        let secret = drill.secret(&draw);
        Duty {
            drill,
            draw,
            stand: Stand::Briefing,
            secret,
            reached: SimTime::ZERO,
            acts: Vec::new(),
            names: Vec::new(),
        }
    }

    /// The drill.
    pub fn drill(&self) -> &Rc<Drill> {
        &self.drill
    }

    /// Its seed.
    pub fn seed(&self) -> u32 {
        self.draw.seed
    }

    /// How far it has come.
    pub fn stand(&self) -> &Stand {
        &self.stand
    }

    /// Whether something is still to be found out: then what could tell it is kept off the page.
    pub fn keeps_secret(&self) -> bool {
        !matches!(self.stand, Stand::Over(_))
    }

    pub(in crate::session) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// What would be hidden if the seed had chosen each of the faults: what is the same for all of them tells nothing.
    pub(in crate::session) fn secrets(&self) -> impl Iterator<Item = Secret> {
        let drawn = |fault| self.drill.secret(&self.drill.drawn(self.draw.seed, fault));
        (0..self.drill.faults.len()).map(drawn)
    }

    /// The person has read what it is about.
    pub fn begin(&mut self) {
        self.stand = Stand::AtWork;
    }

    /// How far the person has seen.
    pub fn reached(&self) -> SimTime {
        self.reached
    }

    /// The person has seen so far.
    pub fn reach(&mut self, at: SimTime) {
        self.reached = self.reached.max(at);
    }

    /// Why a deed is not to be done at `at`; `None` where the means allow it.
    pub fn refusal(&self, deed: Deed, at: SimTime) -> Option<String> {
        let allowed = self.drill.means.iter().find(|allowance| allowance.means.deed() == deed);
        let Some(allowance) = allowed else { return Some("Not among your means in this drill.".to_owned()) };
        if self.stand == Stand::Briefing {
            return Some("The drill has not begun.".to_owned());
        }
        if at < self.reached {
            return Some(format!("That is past: you have seen the run up to {}.", self.reached));
        }
        let done = self.acts.iter().filter(|(_, means)| *means == allowance.means).count() as u32;
        let spent = allowance.times.is_some_and(|times| done >= times);
        spent.then(|| format!("Used up: {} in this drill.", count_of(u64::from(done), "time")))
    }

    /// Notes a deed that was done.
    pub fn note(&mut self, at: SimTime, deed: Deed) {
        self.acts.extend(Means::ALL.iter().find(|means| means.deed() == deed).map(|means| (at, *means)));
    }

    /// Notes the cause that the person sees; whether there is such a cause.
    pub fn name(&mut self, cause: usize) -> bool {
        let known = cause < self.drill.faults.len() && self.stand == Stand::AtWork;
        self.names.extend(known.then_some((self.reached, cause)));
        known
    }

    /// Ends the drill: it is judged, and nothing is hidden any more. Answers the recording with what was hidden in it.
    ///
    /// # Errors
    /// The problems of the recording; there are none in one that was played.
    pub fn finish(&mut self, document: &Value) -> Result<Value, Vec<crate::formats::Problem>> {
        let told = debrief(&self.drill, &self.draw, &self.acts, &self.names)?;
        let (secret, document) = self.secret.told(document);
        self.secret = secret;
        self.stand = Stand::Over(Rc::new(told));
        Ok(document)
    }

    /// What the card shows.
    pub fn board(&self) -> Board {
        let drill = &self.drill;
        let means = drill.means.iter().map(|allowance| match allowance.times {
            Some(times) => {
                format!("{}, {}", allowance.means.deed().name(), count_of(u64::from(times), "time"))
            }
            None => allowance.means.deed().name().to_owned(),
        });
        Board {
            title: drill.title.clone(),
            seed: self.draw.seed,
            situation: drill.situation.clone(),
            lasts: drill.lasts,
            means: means.collect(),
            rule: drill.rule.told(),
            causes: drill.faults.iter().map(|fault| fault.cause.clone()).collect(),
            named: self.names.last().map(|&(at, cause)| (cause, at)),
            stops_tasks: drill.means.iter().any(|allowance| allowance.means == Means::StopTask),
            stand: self.stand.clone(),
        }
    }
}
