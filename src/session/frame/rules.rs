//! A listener rule as set, and as users meet it.

use super::pulse::share_of;
use super::{Role, TaskView};
use crate::engine::{DeploymentRun, RuleState, ServiceRun, Track};
use crate::model::*;
use crate::session::words;

/// A listener rule at an instant, by the parts of the deployment in view.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleView {
    /// Which.
    pub rule: ListenerRule,
    /// The weights that are set; `None` where there are none to set (ROLLING, or nothing that ECS manages).
    pub weights: Option<Weights>,
    /// The target's share as set; as measured where there are no weights.
    pub set: Ratio,
    /// The target's share of the requests just now.
    pub actual: Ratio,
    /// While a change is on its way to the users: when it was made, and when all have followed.
    pub changing: Option<(SimTime, SimTime)>,
    /// Under ROLLING: serving target tasks, and all serving tasks.
    pub measured: Option<(u32, u32)>,
}

/// The production rule; under ROLLING what the serving tasks make of it.
pub(super) fn production(
    service: &ServiceRun,
    deployment: Option<&DeploymentRun>,
    tasks: &[TaskView],
    at: SimTime,
) -> RuleView {
    deployment
        .and_then(|it| weighed(ListenerRule::Production, &service.production, service, it, at))
        .unwrap_or_else(|| measured(tasks))
}

/// The test rule, where there is one and the deployment uses it.
pub(super) fn test(
    service: &ServiceRun,
    deployment: Option<&DeploymentRun>,
    at: SimTime,
) -> Option<RuleView> {
    // An update may have taken it away.
    service.configuration.at(at).filter(|configuration| configuration.routing.test_rule)?;
    weighed(ListenerRule::Test, &service.test, service, deployment?, at)
}

/// A rule with weights, turned from target groups to source and target.
pub(super) fn weighed(
    rule: ListenerRule,
    track: &Track<RuleState>,
    service: &ServiceRun,
    deployment: &DeploymentRun,
    at: SimTime,
) -> Option<RuleView> {
    if !deployment.configuration.strategy.name().shifts() {
        return None;
    }
    let state = track.at(at)?;
    let target_group = service.revisions[usize::from(deployment.target.0)].group;
    let of_target = |share: Ratio| if target_group == 1 { share } else { Ratio(1_000_000 - share.0) };
    let weights = match target_group {
        1 => Weights { source: state.set[0], target: state.set[1] },
        _ => Weights { source: state.set[1], target: state.set[0] },
    };
    Some(RuleView {
        rule,
        weights: Some(weights),
        set: weights.target_share(),
        actual: of_target(state.actual_share(at)),
        changing: (at < state.settled).then_some((state.made, state.settled)),
        measured: None,
    })
}

fn measured(tasks: &[TaskView]) -> RuleView {
    let serving = tasks.iter().filter(|task| task.serving).count() as u32;
    let target = tasks.iter().filter(|task| task.serving && task.role == Role::Target).count() as u32;
    let share = share_of(u64::from(target), u64::from(serving)).unwrap_or(Ratio::ZERO);
    RuleView {
        rule: ListenerRule::Production,
        weights: None,
        set: share,
        actual: share,
        changing: None,
        measured: Some((target, serving)),
    }
}

/// What each revision gets: `90 % · 10 %`.
pub fn shares(target: Ratio) -> String {
    format!("{} · {}", words::percent(Ratio(1_000_000 - target.0.min(1_000_000))), words::percent(target))
}

/// Under ROLLING the share is no setting but a fact: `42 gets 50 %: 3 of 6 healthy targets`.
pub fn measured_in_words((part, whole): (u32, u32), target: &str) -> String {
    let percent = (u64::from(part) * 200 + u64::from(whole)).checked_div(2 * u64::from(whole)).unwrap_or(0);
    let (part, whole) = (words::count(part.into()), words::count(whole.into()));
    format!("{target} gets {percent} %: {part} of {whole} healthy targets")
}
