//! What a strategy comes to: a strategy tab's own figures.

use super::frame::{FrameIndex, index};
use super::narrate::words::count_of;
use crate::engine::{Run, metrics};
use crate::model::*;

/// The outcome of the present release under one strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Which strategy.
    pub strategy: StrategyName,
    /// The status the last deployment ends with; `None` without a deployment.
    pub status: Option<ServiceDeploymentStatus>,
    /// When it ends; `None` if the run ends before.
    pub ended: Option<SimTime>,
    /// Production requests that fail through the whole run.
    pub failed_requests: u64,
    /// The most tasks there are at one time.
    pub peak_tasks: u32,
    /// How long the way back takes until no user meets the target: as it happened in this run, else as it would after
    /// the last shift. `None` without a deployment.
    pub undo: Option<Span>,
    /// `failed_requests` on the scale common to the four strategies, from 0 to 1.
    pub failed_share: f64,
    /// `peak_tasks` on that scale.
    pub peak_share: f64,
    /// `undo` on that scale.
    pub undo_share: f64,
}

impl Outcome {
    /// What a run came to. The shares are known once all four are; see [`scale`].
    pub(super) fn of(run: &Run, index: &FrameIndex, strategy: StrategyName) -> Outcome {
        let service = &run.services[index.service()];
        let last = index.deployments().last().map(|&number| &run.deployments[number]);
        Outcome {
            strategy,
            status: last.and_then(|deployment| deployment.status.last().copied()),
            ended: last.and_then(index::ended),
            failed_requests: service.traffic.production(run.end).failed,
            peak_tasks: metrics::peak_tasks(service),
            undo: None,
            failed_share: 0.0,
            peak_share: 0.0,
            undo_share: 0.0,
        }
    }

    /// How it ends, in a few words, as in `rolled back at 8:19, 147 requests failed`; `None` without a deployment.
    pub fn fate(&self) -> Option<String> {
        use ServiceDeploymentStatus::*;
        let failed = count_of(self.failed_requests, "request");
        let how = match (self.status?, self.ended) {
            (Successful, Some(at)) => format!("done at {at}"),
            (RollbackSuccessful, Some(at)) => format!("rolled back at {at}"),
            (RollbackFailed, Some(at)) => format!("the rollback fails at {at}"),
            (_, Some(at)) => format!("stopped at {at}"),
            (_, None) => "it never ends".to_owned(),
        };
        Some(format!("{how}, {failed} failed"))
    }
}

/// Puts the outcomes on one scale: the worst of each figure is 1.
pub(super) fn scale(outcomes: &mut [Outcome]) {
    let undo = |outcome: &Outcome| outcome.undo.map_or(0, |span| span.0);
    let failed = outcomes.iter().map(|it| it.failed_requests).max().unwrap_or(0);
    let peak = outcomes.iter().map(|it| it.peak_tasks).max().unwrap_or(0);
    let longest = outcomes.iter().map(undo).max().unwrap_or(0);
    let part = |value: u64, whole: u64| if whole == 0 { 0.0 } else { value as f64 / whole as f64 };
    for outcome in outcomes {
        outcome.failed_share = part(outcome.failed_requests, failed);
        outcome.peak_share = part(u64::from(outcome.peak_tasks), u64::from(peak));
        outcome.undo_share = part(undo(outcome), longest);
    }
}
