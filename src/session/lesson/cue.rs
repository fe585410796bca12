//! Finding the event that a caption is bound to.

use crate::engine::{Event, Fact, Run};
use crate::model::*;

/// An event of a run, told by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// The kind: `start` is second 0, `usersBack` the instant at which no user meets the target any more; all others are
    /// facts of the engine by their names, as in `alarmChanged`.
    pub event: String,
    /// What became of it, by the API's word, as in `ALARM`; any where it is not given.
    pub is: Option<String>,
    /// Which of them, from 1.
    pub nth: usize,
    /// So many seconds after the event; before it where negative.
    pub plus_seconds: i64,
}

/// Every kind of event that a cue may name.
pub const EVENTS: [&str; 28] = [
    "start",
    "usersBack",
    "deploymentStarted",
    "statusChanged",
    "stageEntered",
    "passDecided",
    "tasksChanged",
    "tasksCounted",
    "tasksFailed",
    "ruleChanged",
    "ruleSettled",
    "bakeStarted",
    "hookCalled",
    "hookAnswered",
    "approvalRequested",
    "approvalAnswered",
    "alarmBreached",
    "alarmChanged",
    "breakerCounted",
    "breakerTripped",
    "failureDetected",
    "rollbackStarted",
    "desiredCountChanged",
    "intervened",
    "refused",
    "placementFailed",
    "stuck",
    "steadyState",
];

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
        let moved = at.0.checked_add_signed(self.plus_seconds.checked_mul(1000)?)?;
        Some(SimTime(moved)).filter(|at| *at <= run.end)
    }

    fn means(&self, event: &Event, service: usize) -> bool {
        event.service.is_none_or(|of| of == service)
            && kind(&event.fact).is_some_and(|(name, is)| {
                name == self.event && self.is.as_deref().is_none_or(|wanted| wanted == is)
            })
    }
}

/// The words that may stand in `is` for a kind of event; none where it takes none.
pub fn words_of(event: &str) -> Vec<&'static str> {
    match event {
        "deploymentStarted" => StrategyName::ALL.map(StrategyName::api_name).to_vec(),
        "statusChanged" => ServiceDeploymentStatus::ALL.iter().map(|it| it.api_name()).collect(),
        "stageEntered" | "bakeStarted" => LifecycleStage::ALL.iter().map(|it| it.api_name()).collect(),
        "tasksChanged" => TaskStatus::ALL.iter().map(|it| it.api_name()).collect(),
        "ruleChanged" | "ruleSettled" => {
            [ListenerRule::Production, ListenerRule::Test].map(rule_word).to_vec()
        }
        "hookAnswered" => HookStatus::ALL.iter().map(|it| it.api_name()).collect(),
        "alarmChanged" => AlarmState::ALL.iter().map(|it| it.api_name()).collect(),
        "approvalAnswered" => vec!["approved", "rejected"],
        _ => Vec::new(),
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
        Fact::BakeStarted { stage, .. } => ("bakeStarted", stage.api_name()),
        Fact::HookCalled { .. } => ("hookCalled", ""),
        Fact::HookAnswered { status, .. } => ("hookAnswered", status.api_name()),
        Fact::ApprovalRequested { .. } => ("approvalRequested", ""),
        Fact::ApprovalAnswered { approved } => {
            ("approvalAnswered", if *approved { "approved" } else { "rejected" })
        }
        Fact::AlarmBreached { .. } => ("alarmBreached", ""),
        Fact::AlarmChanged { state, .. } => ("alarmChanged", state.api_name()),
        Fact::BreakerCounted { .. } => ("breakerCounted", ""),
        Fact::BreakerTripped { .. } => ("breakerTripped", ""),
        Fact::FailureDetected { .. } => ("failureDetected", ""),
        Fact::RollbackStarted { .. } => ("rollbackStarted", ""),
        Fact::DesiredCountChanged { .. } => ("desiredCountChanged", ""),
        Fact::Intervened { .. } => ("intervened", ""),
        Fact::Refused { .. } => ("refused", ""),
        Fact::PlacementFailed { .. } => ("placementFailed", ""),
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
