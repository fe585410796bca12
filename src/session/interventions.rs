//! What was done to the simulated AWS, as a list: each intervention with its moment and the call it stands for, to be
//! moved, changed or taken out.

use super::call::call;
use crate::engine::{Fact, Run, Why};
use crate::model::*;
use crate::session::narrate::words::capitalized;
use serde_json::Value;

/// What became of an intervention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// It was made.
    Made(SimTime),
    /// AWS refused it.
    Refused {
        /// When.
        at: SimTime,
        /// Why.
        why: String,
    },
    /// The run never comes to its moment.
    NotReached,
}

impl Came {
    /// Its moment, if the run comes to it.
    pub const fn at(&self) -> Option<SimTime> {
        match self {
            Came::Made(at) | Came::Refused { at, .. } => Some(*at),
            Came::NotReached => None,
        }
    }
}

/// An intervention of the recording, as the page lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its place in the recording's `interventions`.
    pub place: usize,
    /// What is done, in a few words.
    pub what: String,
    /// What becomes of it.
    pub outcome: Came,
    /// The field that says when: `atSeconds`, or `plusSeconds` after a moment of the deployment.
    pub when: &'static str,
    /// That field's value, in seconds.
    pub seconds: f64,
    /// The moment that `plusSeconds` is counted from, in words; empty for `atSeconds`.
    pub after: String,
    /// The call of the AWS CLI that does it; `None` where no call does.
    pub call: Option<String>,
    /// The intervention as the recording writes it.
    pub json: Value,
}

impl Listed {
    /// The intervention as it would be written so many seconds in.
    pub fn moved_to(&self, seconds: f64) -> Value {
        let mut json = self.json.clone();
        let number = super::recording::seconds(libm::round(seconds.max(0.0) * 1000.0) as u64);
        match self.when {
            "plusSeconds" => json["at"]["plusSeconds"] = number,
            _ => json["atSeconds"] = number,
        }
        json
    }
}

/// The interventions of a recording, in its order.
pub fn listed(document: &Value, scenario: &Scenario, run: &Run) -> Vec<Listed> {
    let written = document["interventions"].as_array().into_iter().flatten();
    let entry = |(place, (json, read)): (usize, (&Value, &Intervention))| {
        let told = run.events.iter().find_map(|event| match (&event.fact, &event.why) {
            (Fact::Intervened { intervention, what }, _) if *intervention == place => {
                Some((what, Came::Made(event.at)))
            }
            (Fact::Refused { intervention, what }, Why::Rejected { text }) if *intervention == place => {
                Some((what, Came::Refused { at: event.at, why: text.clone() }))
            }
            _ => None,
        });
        let (what, outcome) = told.map_or_else(
            || (read.act.api_name().to_owned(), Came::NotReached),
            |(what, outcome)| (capitalized(what), outcome),
        );
        let (when, seconds, after) = match &read.when {
            When::At(at) => ("atSeconds", at.as_secs_f64(), String::new()),
            When::Moment { stage, step, rolling_back, hook, plus } => {
                let step =
                    step.filter(|step| *step > 1).map(|step| format!(", entry {step}")).unwrap_or_default();
                let back = if *rolling_back { " on the way back" } else { "" };
                let after = match hook {
                    Some(hook) => format!("after {hook} is called at {stage}{step}{back}"),
                    None => format!("after {stage}{step} is entered{back}"),
                };
                ("plusSeconds", plus.as_secs_f64(), after)
            }
        };
        let at = outcome.at().unwrap_or(run.end);
        Listed {
            place,
            what,
            outcome,
            when,
            seconds,
            after,
            call: call(scenario, run, &read.act, &json[read.act.api_name()], at),
            json: json.clone(),
        }
    };
    written.zip(&scenario.interventions).enumerate().map(entry).collect()
}
