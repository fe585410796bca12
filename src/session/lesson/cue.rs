//! Finding the event that a caption is bound to.

use crate::engine::{Event, Fact, Run};
use crate::model::*;
use serde::Deserialize;

/// An event of a run, told by its kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cue {
    /// The kind: `start` is second 0, `usersBack` the instant at which no user meets the target any more; all others are
    /// facts of the engine by their names, as in `alarmChanged`.
    pub event: String,
    /// What became of it, by the API's word, as in `ALARM`; any where it is not given.
    #[serde(default)]
    pub is: Option<String>,
    /// Which of them, from 1.
    #[serde(default = "first")]
    pub nth: usize,
    /// So long after the event.
    #[serde(default, rename = "plusSeconds")]
    pub plus_seconds: u64,
}

const fn first() -> usize {
    1
}

impl Cue {
    /// When it is in a run, if it ever is.
    pub fn find(&self, run: &Run, service: usize) -> Option<SimTime> {
        let nth = self.nth.checked_sub(1)?;
        let at = match self.event.as_str() {
            "start" => Some(SimTime::ZERO),
            "usersBack" => {
                let mine = run.deployments.iter().filter(|deployment| deployment.service == service);
                mine.filter_map(|deployment| deployment.rollback.as_ref()?.users_back).nth(nth)
            }
            _ => run.events.iter().filter(|event| self.means(event, service)).map(|event| event.at).nth(nth),
        }?;
        Some(at + Span::from_secs(self.plus_seconds)).filter(|at| *at <= run.end)
    }

    fn means(&self, event: &Event, service: usize) -> bool {
        event.service.is_none_or(|of| of == service)
            && kind(&event.fact).is_some_and(|(name, is)| {
                name == self.event && self.is.as_deref().is_none_or(|wanted| wanted == is)
            })
    }
}

/// A fact's name in a lesson, and what became of it.
fn kind(fact: &Fact) -> Option<(&'static str, &'static str)> {
    Some(match fact {
        Fact::DeploymentStarted { strategy, .. } => ("deploymentStarted", strategy.api_name()),
        Fact::StatusChanged { status, .. } => ("statusChanged", status.api_name()),
        Fact::StageEntered { stage, .. } => ("stageEntered", stage.map_or("", LifecycleStage::api_name)),
        Fact::PassDecided { .. } => ("passDecided", ""),
        Fact::TasksChanged { status, .. } => ("tasksChanged", status.api_name()),
        Fact::TasksCounted { .. } => ("tasksCounted", ""),
        Fact::TasksFailed { .. } => ("tasksFailed", ""),
        Fact::RuleChanged { rule, .. } => ("ruleChanged", rule_word(*rule)),
        Fact::RuleSettled { rule } => ("ruleSettled", rule_word(*rule)),
        Fact::HookCalled { .. } => ("hookCalled", ""),
        Fact::HookAnswered { status, .. } => ("hookAnswered", status.api_name()),
        Fact::ApprovalRequested { .. } => ("approvalRequested", ""),
        Fact::AlarmBreached { .. } => ("alarmBreached", ""),
        Fact::AlarmChanged { state, .. } => ("alarmChanged", state.api_name()),
        Fact::BreakerTripped { .. } => ("breakerTripped", ""),
        Fact::FailureDetected { .. } => ("failureDetected", ""),
        Fact::RollbackStarted { .. } => ("rollbackStarted", ""),
        Fact::Stuck => ("stuck", ""),
        Fact::SteadyState => ("steadyState", ""),
        _ => return None,
    })
}

const fn rule_word(rule: ListenerRule) -> &'static str {
    match rule {
        ListenerRule::Production => "production",
        ListenerRule::Test => "test",
    }
}
