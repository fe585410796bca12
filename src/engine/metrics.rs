//! Figures read off a run: for hooks while it runs, for summaries and scoreboards when it is done.

use super::run::{DeploymentRun, ServiceRun, TaskCounts};
use super::traffic::{FlowKey, Requests};
use crate::model::{LONGEST_RUN, SimTime, Span};

/// What `metric(name, seconds)` of a hook script may ask: a measure of the requests of one revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HookMetric {
    of: MeasuredRequests,
    what: Measure,
}

/// Which requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MeasuredRequests {
    /// `target.…`, or a bare name: production requests to the target revision.
    Target,
    /// `source.…`: production requests to the source revision.
    Source,
    /// `test.…`: test requests to the target revision.
    Test,
}

/// What of them. Requests count when they have ended, answered or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Requests,
    Errors,
    ErrorPercent,
    LatencyMillis,
}

impl HookMetric {
    /// Every name, as a script that asks for another one is told.
    pub const NAMES: &str = "requests, errors, errorPercent and latencyMillis, each of target., source. or test. (target. may be left out)";

    /// Names that recordings of older versions may hold.
    const OLDER: [(&str, &str); 7] = [
        ("sourceErrorPercent", "source.errorPercent"),
        ("sourceLatencyMillis", "source.latencyMillis"),
        ("sourceRequests", "source.requests"),
        ("sourceFailed", "source.errors"),
        ("testErrorPercent", "test.errorPercent"),
        ("testRequests", "test.requests"),
        ("testFailed", "test.errors"),
    ];

    /// The metric of that name, as in `source.errors`.
    pub fn named(name: &str) -> Option<HookMetric> {
        let name = Self::OLDER.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| *new);
        let (of, what) = name.split_once('.').unwrap_or(("target", name));
        let of = match of {
            "target" => MeasuredRequests::Target,
            "source" => MeasuredRequests::Source,
            "test" => MeasuredRequests::Test,
            _ => return None,
        };
        let what = match what {
            "requests" => Measure::Requests,
            "errors" | "failed" => Measure::Errors,
            "errorPercent" => Measure::ErrorPercent,
            "latencyMillis" => Measure::LatencyMillis,
            _ => return None,
        };
        Some(HookMetric { of, what })
    }
}

/// What was measured, and how much was looked through for it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// The measure; `None` without data.
    pub value: Option<f64>,
    /// So many batches of requests were looked at.
    pub batches: u64,
}

/// The metric over the last so many seconds.
pub fn hook_metric(
    service: &ServiceRun,
    deployment: &DeploymentRun,
    metric: HookMetric,
    now: SimTime,
    seconds: u64,
) -> Measured {
    let from = now - Span::from_secs(seconds.min(LONGEST_RUN.as_secs()));
    let key = match metric.of {
        MeasuredRequests::Target => Some(FlowKey::Production(deployment.target)),
        MeasuredRequests::Source => deployment.sources.first().copied().map(FlowKey::Production),
        MeasuredRequests::Test => Some(FlowKey::Test(deployment.target)),
    };
    let Some(key) = key else { return Measured::default() };
    let flow = service.traffic.flow(key);
    if metric.what == Measure::LatencyMillis {
        let mean = service.traffic.mean_latency(from, now, |k| k == key);
        let batches = flow.map_or(0, |flow| flow.batches_between(from, now));
        return Measured { value: mean.map(|latency| latency as f64), batches };
    }
    let count = |at| flow.map_or_else(Requests::default, |flow| flow.at(at));
    let (before, after) = (count(from), count(now));
    let failed = after.failed.saturating_sub(before.failed);
    let ended = failed + after.answered.saturating_sub(before.answered);
    let value = match metric.what {
        Measure::Requests => Some(ended as f64),
        Measure::Errors => Some(failed as f64),
        _ => (ended > 0).then(|| failed as f64 * 100.0 / ended as f64),
    };
    let batches = flow.map_or(0, |flow| flow.batches_under_way(from) + flow.batches_under_way(now));
    Measured { value, batches }
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

/// The most tasks of a service at any time. Inside an instant those do not count that are stopped in no time: of a task
/// that is stopped so and one that is started in its place there is only one.
pub fn peak_tasks(service: &ServiceRun) -> u32 {
    let steps = service.counts.steps();
    let lasts = |place: usize| steps.get(place + 1).is_none_or(|next| next.0 > steps[place].0);
    let there = |(place, (_, counts)): (usize, &(SimTime, TaskCounts))| {
        if lasts(place) { counts.total } else { counts.total - counts.stopping }
    };
    steps.iter().enumerate().map(there).max().unwrap_or(0)
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

/// A part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its beginning.
    pub from: SimTime,
    /// Its end.
    pub until: SimTime,
}

impl Window {
    fn holds(&self, at: SimTime) -> bool {
        (self.from..=self.until).contains(&at)
    }
}

/// How many tasks there are for a while in which that does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FleetFor {
    /// From PROVISIONING to DEPROVISIONING.
    pub total: u32,
    /// `desiredCount` meanwhile.
    pub desired: u32,
    /// How long.
    pub lasts: Span,
}

impl FleetFor {
    /// Tasks beyond `desiredCount`.
    pub fn extra(&self) -> u32 {
        self.total.saturating_sub(self.desired)
    }
}

/// The tasks of a service, one while after another.
pub fn fleet_in(service: &ServiceRun, window: Window) -> impl Iterator<Item = FleetFor> + use<'_> {
    let counts = service.counts.steps().iter().map(|(at, _)| *at);
    let configured = service.configuration.steps().iter().map(|(at, _)| *at);
    let mut cuts: Vec<SimTime> = counts.chain(configured).chain([window.from, window.until]).collect();
    cuts.retain(|at| window.holds(*at));
    cuts.sort_unstable();
    cuts.dedup();
    let ends = cuts.clone().into_iter().skip(1);
    cuts.into_iter().zip(ends).map(|(from, until)| {
        let counts = service.counts.at(from).copied().unwrap_or_default();
        let desired = service.configuration.at(from).map_or(counts.total, |config| config.desired_count);
        FleetFor { total: counts.total, desired, lasts: until.since(from) }
    })
}

/// The fewest healthy tasks of a service at any instant of a part of its run.
pub fn lowest_healthy_in(service: &ServiceRun, window: Window) -> u32 {
    let first = service.counts.at(window.from);
    let later = service.counts.steps().iter().filter(|(at, _)| window.holds(*at)).map(|(_, counts)| counts);
    first.into_iter().chain(later).map(|counts| counts.healthy).min().unwrap_or(0)
}

/// Tasks beyond `desiredCount` times how long they are there, in task-milliseconds.
pub fn extra_task_millis(service: &ServiceRun, window: Window) -> u64 {
    fleet_in(service, window).map(|fleet| u64::from(fleet.extra()) * fleet.lasts.0).sum()
}

/// How long users' requests go to more than one revision.
pub fn with_two_versions(service: &ServiceRun, window: Window) -> Span {
    // At each instant, by how much the number of revisions with requests changes.
    let mut changes: Vec<(SimTime, i32)> = Vec::new();
    for flow in service.traffic.flows.iter().filter(|flow| matches!(flow.key, FlowKey::Production(_))) {
        let mut from = SimTime::ZERO;
        let mut flows = false;
        for mark in &flow.marks {
            let now = mark.rate.0 > 0;
            if now != flows {
                changes.push((from, if now { 1 } else { -1 }));
                flows = now;
            }
            from = mark.at;
        }
        if flows {
            changes.push((from, -1));
        }
    }
    changes.sort_unstable();
    let inside = |at: SimTime| at.clamp(window.from, window.until);
    let (mut there, mut since, mut sum) = (0, window.from, Span::ZERO);
    for (at, change) in changes {
        if there >= 2 {
            sum = sum + inside(at).since(inside(since));
        }
        there += change;
        since = at;
    }
    sum
}
