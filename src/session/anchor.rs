//! Where in the life of a deployment an instant lies, so that the same place can be found in another run.

use super::frame::{FrameIndex, index};
use crate::engine::{DeploymentRun, Run};
use crate::model::*;

/// A place in a run, told by what is going on and not by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Before any deployment: the instant itself.
    Before(SimTime),
    /// In a stage of the n-th deployment of the service.
    In {
        /// Which deployment, from 0.
        deployment: usize,
        /// Which stage; `None` is the replacing of tasks.
        stage: Option<LifecycleStage>,
        /// Which traffic step, or which pass of the rolling controller, from 0.
        step: usize,
        /// Whether on the way back.
        rolling_back: bool,
        /// So long after the stage was entered or the pass was made.
        plus: Span,
    },
    /// So long after the end of the n-th deployment.
    After {
        /// Which deployment, from 0.
        deployment: usize,
        /// So long.
        plus: Span,
    },
}

impl Anchor {
    /// Where `at` lies.
    pub fn of(run: &Run, index: &FrameIndex, at: SimTime) -> Anchor {
        let mine = index.deployments();
        let begun = mine.partition_point(|&number| index::started(&run.deployments[number]) <= at);
        let Some(deployment) = begun.checked_sub(1) else { return Anchor::Before(at) };
        let record = &run.deployments[mine[deployment]];
        if let Some(ended) = index::ended(record).filter(|&ended| ended <= at) {
            return Anchor::After { deployment, plus: at.since(ended) };
        }
        let Some(last) = record.stages.partition_point(|stay| stay.start <= at).checked_sub(1) else {
            return Anchor::Before(at);
        };
        let stay = &record.stages[last];
        let (step, from) = match stay.stage {
            Some(_) => (stay.step, stay.start),
            None => {
                let passes = passes(run, index, record, stay.start);
                let made = passes.partition_point(|&pass| pass <= at);
                (made, made.checked_sub(1).map_or(stay.start, |last| passes[last]))
            }
        };
        let (stage, rolling_back) = (stay.stage, stay.rolling_back);
        Anchor::In { deployment, stage, step, rolling_back, plus: at.since(from) }
    }

    /// The same place in another run, if there is one: not beyond the end of the stage.
    pub fn find(self, run: &Run, index: &FrameIndex) -> Option<SimTime> {
        let record =
            |deployment: usize| index.deployments().get(deployment).map(|&number| &run.deployments[number]);
        let found = match self {
            Anchor::Before(at) => at,
            Anchor::After { deployment, plus } => index::ended(record(deployment)?)? + plus,
            Anchor::In { deployment, stage, step, rolling_back, plus } => {
                let record = record(deployment)?;
                let same = |stay: &&crate::engine::StageRecord| {
                    stay.stage == stage
                        && stay.rolling_back == rolling_back
                        && (stage.is_none() || stay.step == step)
                };
                let stay = record.stages.iter().find(same)?;
                let from = match stage {
                    Some(_) => stay.start,
                    None => {
                        let passes = passes(run, index, record, stay.start);
                        step.checked_sub(1).map_or(Some(stay.start), |pass| passes.get(pass).copied())?
                    }
                };
                // A stage that is shorter now is still the same stage a moment before its end.
                let last = stay.end.map_or(run.end, |end| (end - Span(1)).max(stay.start));
                (from + plus).min(last)
            }
        };
        Some(found.min(run.end))
    }
}

/// The rolling controller's passes of a deployment from `from` on.
fn passes(run: &Run, index: &FrameIndex, record: &DeploymentRun, from: SimTime) -> Vec<SimTime> {
    let until = index::ended(record).unwrap_or(run.end);
    let decisions = &run.services[index.service()].decisions;
    decisions.iter().map(|pass| pass.at).filter(|&at| from <= at && at <= until).collect()
}
