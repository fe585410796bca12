//! What a drill hides in a run: it is put into what is simulated, and its traces are taken out of what is shown.

use crate::engine::{Fact, Run};
use crate::formats::read_document;
use crate::model::*;
use crate::session::recording::{intervene, seconds};
use serde_json::{Value, json};

/// Interventions that are made and not shown, and where the run is cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Secret {
    interventions: Vec<Value>,
    end: SimTime,
}

impl Secret {
    /// Hides interventions until `end`. Whatever comes of them, the run is simulated to there and shown no further, so
    /// that two runs can be told beside each other; what goes on then is stopped where nobody sees it, so that a
    /// deployment that waits a day for an answer is not simulated for a day.
    pub(super) fn new(mut interventions: Vec<Value>, end: SimTime, recording: &Value) -> Secret {
        // A recording that cannot be read is refused for its own sake.
        let scenario = read_document(recording).map(|reading| reading.scenario);
        let service = scenario.ok().map(|it| it.services[it.service_deployed()].name.clone());
        let after = seconds((end + Span(1)).0);
        interventions.push(json!({"atSeconds": after, "stopServiceDeployment": {"service": service}}));
        Secret { interventions, end }
    }

    /// The same with nothing in it but the end, and the document into which the rest was written for all to see.
    pub(in crate::session) fn told(&self, document: &Value) -> (Secret, Value) {
        let (last, told) = self.interventions.split_last().expect("its end is always there");
        let mut document = document.clone();
        told.iter().for_each(|it| intervene(&mut document, it.clone()));
        (Secret { interventions: vec![last.clone()], end: self.end }, document)
    }

    /// Writes what is hidden into a document, after all else; the place of its first intervention.
    pub(in crate::session) fn write(&self, document: &mut Value) -> usize {
        let place = document.get("interventions").and_then(Value::as_array).map_or(0, Vec::len);
        self.interventions.iter().for_each(|it| intervene(document, it.clone()));
        place
    }

    /// Takes out of a run what only the recording could tell: that something was done to it, from the intervention at
    /// `place` on. What ECS and its metrics would say stays; that a fault was the cause is not told of a run without it.
    pub(in crate::session) fn hide(&self, run: &mut Run, place: usize) {
        run.end = run.end.min(self.end);
        for deployment in &mut run.deployments {
            deployment.status.cut(run.end);
            deployment.rollback.take_if(|rollback| rollback.at > self.end);
        }
        let is_told = |fact: &Fact| match fact {
            Fact::Intervened { intervention, .. } | Fact::Refused { intervention, .. } => {
                *intervention < place
            }
            Fact::FaultEnded { .. } => self.interventions.len() == 1,
            _ => true,
        };
        run.events.retain(|event| event.at <= self.end && is_told(&event.fact));
    }
}
