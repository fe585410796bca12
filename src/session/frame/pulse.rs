//! What flows through a listener just now, read from the run's batches.

use super::{FrameIndex, Role};
use crate::engine::{DeploymentRun, Flow, FlowKey, RevisionId, Run};
use crate::model::*;

/// The requests of one listener to one revision at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pulse {
    /// Through which listener rule.
    pub rule: ListenerRule,
    /// To which revision; `None` if nobody answers.
    pub role: Option<Role>,
    /// Requests a second.
    pub rate: Rate,
    /// The share of them that fails.
    pub failing: Ratio,
    /// Their mean latency.
    pub latency: Span,
    /// The tasks that serve them.
    pub tasks: u32,
}

/// What flows at `at`: one entry for each listener and revision with requests, the source's first.
pub(in crate::session) fn pulses(
    run: &Run,
    index: &FrameIndex,
    deployment: Option<&DeploymentRun>,
    at: SimTime,
) -> Vec<Pulse> {
    let mut pulses: Vec<Pulse> = Vec::new();
    for flow in &run.services[index.service].traffic.flows {
        let (rule, role) = match flow.key {
            FlowKey::Production(revision) => (ListenerRule::Production, Some(role_of(deployment, revision))),
            FlowKey::Unserved => (ListenerRule::Production, None),
            FlowKey::Test(revision) => (ListenerRule::Test, Some(role_of(deployment, revision))),
            FlowKey::TestUnserved => (ListenerRule::Test, None),
        };
        let pulse = pulse(flow, rule, role, at);
        if pulse.rate > Rate(0) {
            match pulses.iter_mut().find(|other| other.rule == rule && other.role == role) {
                Some(other) => *other = both(*other, pulse),
                None => pulses.push(pulse),
            }
        }
    }
    pulses.sort_by_key(|pulse| (pulse.rule, pulse.role.is_none(), pulse.role));
    pulses
}

/// The part a revision plays: what the deployment does not bring was there before.
pub(super) fn role_of(deployment: Option<&DeploymentRun>, revision: RevisionId) -> Role {
    if deployment.is_some_and(|deployment| deployment.target == revision) {
        Role::Target
    } else {
        Role::Source
    }
}

/// The target's part of the production requests that anybody answers at `at`; `None` without such requests.
pub fn target_share(
    run: &Run,
    index: &FrameIndex,
    deployment: Option<&DeploymentRun>,
    at: SimTime,
) -> Option<Ratio> {
    let (mut target, mut whole) = (0, 0);
    for flow in &run.services[index.service].traffic.flows {
        if let FlowKey::Production(revision) = flow.key {
            let (Rate(rate), ..) = flow.rate_at(at);
            whole += rate;
            if role_of(deployment, revision) == Role::Target {
                target += rate;
            }
        }
    }
    share_of(target, whole)
}

/// `part` of `whole`; `None` if there is no whole.
pub(in crate::session) fn share_of(part: u64, whole: u64) -> Option<Ratio> {
    (whole > 0).then(|| Ratio((u128::from(part) * 1_000_000 / u128::from(whole)) as u32))
}

fn pulse(flow: &Flow, rule: ListenerRule, role: Option<Role>, at: SimTime) -> Pulse {
    let (rate, latency, tasks) = flow.rate_at(at);
    Pulse { rule, role, rate, failing: failing(flow, at), latency, tasks }
}

/// The share of a flow's requests that fails in the batch that covers `at`: the mean, not the count.
pub(super) fn failing(flow: &Flow, at: SimTime) -> Ratio {
    let after = flow.marks.partition_point(|mark| mark.at <= at).min(flow.marks.len().saturating_sub(1));
    let Some(end) = flow.marks.get(after) else { return Ratio::ZERO };
    let (good, bad) = after.checked_sub(1).map_or((end.good, end.bad), |before| {
        (end.good - flow.marks[before].good, end.bad - flow.marks[before].bad)
    });
    share_of(bad, good + bad).unwrap_or(Ratio::ZERO)
}

/// Two revisions that play one part, as when a deployment comes on top of another.
fn both(one: Pulse, other: Pulse) -> Pulse {
    let whole = one.rate.0 + other.rate.0;
    let mean = |a: u64, b: u64| -> u64 {
        ((u128::from(a) * u128::from(one.rate.0) + u128::from(b) * u128::from(other.rate.0))
            / u128::from(whole.max(1))) as u64
    };
    Pulse {
        rate: Rate(whole),
        failing: Ratio(mean(u64::from(one.failing.0), u64::from(other.failing.0)) as u32),
        latency: Span(mean(one.latency.0, other.latency.0)),
        tasks: one.tasks + other.tasks,
        ..one
    }
}
