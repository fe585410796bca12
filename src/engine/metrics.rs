//! Figures read off a run: for hooks while it runs, for summaries and scoreboards when it is done.

use super::run::{DeploymentRun, RevisionId, Run, ServiceRun};
use super::traffic::{FlowKey, Requests};
use crate::model::{Scenario, SimTime, Span};

/// What `metric(name, seconds)` of a hook script answers for the last so many seconds; `None` without data.
///
/// | name | of the production requests |
/// | --- | --- |
/// | `errorPercent` | to the target revision, failed in percent |
/// | `latencyMillis` | to the target revision, mean latency |
/// | `requests`, `failed` | to the target revision, how many |
/// | `sourceErrorPercent`, `sourceLatencyMillis`, `sourceRequests`, `sourceFailed` | the same to the source revision |
/// | `testErrorPercent`, `testRequests`, `testFailed` | the same of the test requests to the target revision |
pub fn hook_metric(
    service: &ServiceRun,
    deployment: &DeploymentRun,
    name: &str,
    now: SimTime,
    seconds: u64,
) -> Option<f64> {
    let from = now - Span::from_secs(seconds.min(30 * 86_400));
    let source = deployment.sources.first().copied();
    let (key, what) = match name {
        "errorPercent" | "latencyMillis" | "requests" | "failed" => {
            (FlowKey::Production(deployment.target), name)
        }
        "sourceErrorPercent" => (FlowKey::Production(source?), "errorPercent"),
        "sourceLatencyMillis" => (FlowKey::Production(source?), "latencyMillis"),
        "sourceRequests" => (FlowKey::Production(source?), "requests"),
        "sourceFailed" => (FlowKey::Production(source?), "failed"),
        "testErrorPercent" => (FlowKey::Test(deployment.target), "errorPercent"),
        "testRequests" => (FlowKey::Test(deployment.target), "requests"),
        "testFailed" => (FlowKey::Test(deployment.target), "failed"),
        _ => return None,
    };
    let count = |at| service.traffic.flow(key).map_or_else(Requests::default, |flow| flow.at(at));
    let (before, after) = (count(from), count(now));
    let failed = after.failed.saturating_sub(before.failed);
    let ended = failed + after.answered.saturating_sub(before.answered);
    match what {
        "requests" => Some(ended as f64),
        "failed" => Some(failed as f64),
        "errorPercent" if ended > 0 => Some(failed as f64 * 100.0 / ended as f64),
        "latencyMillis" => {
            service.traffic.mean_latency(from, now, |k| k == key).map(|latency| latency as f64)
        }
        _ => None,
    }
}

/// How many of `users` have made at least one of `requests`, when each request comes from anybody with equal chance.
///
/// The mean of that number, `users × (1 − (1 − 1/users)^requests)`, rounded. With the logarithm of a pure-Rust
/// library, so that natively and in WebAssembly it is the same.
pub fn users_met(users: u32, requests: u64) -> u32 {
    if users <= 1 || requests == 0 {
        return if requests == 0 { 0 } else { users };
    }
    let nobody_else = libm::log1p(-1.0 / f64::from(users));
    let share = -libm::expm1(requests as f64 * nobody_else);
    libm::round(f64::from(users) * share) as u32
}

/// Requests that reached a revision which some deployment had as its target, up to `at`.
pub fn requests_to_targets(run: &Run, service: usize, at: SimTime) -> u64 {
    let targets: Vec<RevisionId> = run
        .deployments
        .iter()
        .filter(|deployment| deployment.service == service)
        .map(|deployment| deployment.target)
        .collect();
    let wanted = |key| matches!(key, FlowKey::Production(revision) if targets.contains(&revision));
    run.services[service].traffic.sum(at, wanted).sent
}

/// Users who have met a target revision up to `at`.
pub fn users_exposed(scenario: &Scenario, run: &Run, service: usize, at: SimTime) -> u32 {
    users_met(scenario.traffic.users, requests_to_targets(run, service, at))
}

/// Users who have met a failure up to `at`.
pub fn users_hurt(scenario: &Scenario, run: &Run, service: usize, at: SimTime) -> u32 {
    users_met(scenario.traffic.users, run.services[service].traffic.production(at).failed)
}

/// The most tasks of a service at any instant.
pub fn peak_tasks(service: &ServiceRun) -> u32 {
    service.counts.steps().iter().map(|(_, counts)| counts.total).max().unwrap_or(0)
}

/// The fewest healthy tasks of a service at any instant.
pub fn lowest_healthy_tasks(service: &ServiceRun) -> u32 {
    service.counts.steps().iter().map(|(_, counts)| counts.healthy).min().unwrap_or(0)
}

/// Tasks times the time they were there, in task-milliseconds.
pub fn task_millis(service: &ServiceRun, end: SimTime) -> u64 {
    let steps = service.counts.steps();
    let ends = steps.iter().skip(1).map(|(at, _)| *at).chain([end]);
    steps.iter().zip(ends).map(|((at, counts), until)| u64::from(counts.total) * until.since(*at).0).sum()
}

#[cfg(test)]
mod tests {
    use super::users_met;

    #[test]
    fn nobody_is_met_by_no_request_and_everybody_by_very_many() {
        assert_eq!(users_met(10_000, 0), 0);
        assert_eq!(users_met(10_000, 1), 1);
        assert_eq!(users_met(10_000, 10_000_000), 10_000);
        assert_eq!(users_met(1, 5), 1);
        assert_eq!(users_met(0, 5), 0);
    }

    #[test]
    fn a_tenth_of_a_busy_sites_requests_meets_more_than_half_of_its_users_in_five_minutes() {
        let requests = 24 * 300;
        assert_eq!(users_met(10_000, requests), 5133);
    }
}
