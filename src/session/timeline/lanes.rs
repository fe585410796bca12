//! The four lanes, each read off the run's own records.

use super::thin::{close, highest_of, push_step, thinned};
use super::{ErrorsLane, LatencyLane, MOST_POINTS, Points, ShareLane, TasksLane, Threshold};
use crate::engine::{FlowKey, Requests, Run, ServiceRun};
use crate::model::*;
use crate::session::beats::Beat;
use crate::session::frame::pulse::{Pulse, pulses, share_of, target_share};
use crate::session::frame::{FrameIndex, Role, index::started};

/// How many equal parts of the run are looked at where a curve has no instants of its own.
const SAMPLES: u64 = 400;

/// What flowed to each part at an instant.
pub(super) struct Sample {
    at: SimTime,
    target_share: Option<Ratio>,
    /// The mean latency of source and target, where they had requests.
    latency: [Option<Span>; 2],
}

/// Looks at equal distances, at both ends of every change of the production rule, and right before and after the beats:
/// under ROLLING nothing else says when the users move.
pub(super) fn sample(run: &Run, index: &FrameIndex, beats: &[Beat]) -> Vec<Sample> {
    let mut instants: Vec<SimTime> = (0..=SAMPLES).map(|part| SimTime(run.end.0 * part / SAMPLES)).collect();
    let changes = run.services[index.service()].production.steps().iter().skip(1).take(MOST_POINTS / 8);
    instants.extend(changes.flat_map(|(at, state)| [*at, state.settled.min(run.end)]));
    let around =
        beats.iter().take(MOST_POINTS / 8).flat_map(|beat| [SimTime(beat.at.0.saturating_sub(1)), beat.at]);
    instants.extend(around.filter(|at| *at <= run.end));
    instants.sort_unstable();
    instants.dedup();
    let look = |at: SimTime| {
        let deployment = index.deployment_in_view(run, at).map(|number| &run.deployments[number]);
        let pulses = pulses(run, index, deployment, at);
        let latency = |role: Role| {
            let mine = |pulse: &&Pulse| pulse.rule == ListenerRule::Production && pulse.role == Some(role);
            pulses.iter().find(mine).map(|pulse| pulse.latency)
        };
        Sample {
            at,
            target_share: target_share(run, index, deployment, at),
            latency: [latency(Role::Source), latency(Role::Target)],
        }
    };
    instants.into_iter().map(look).collect()
}

pub(super) fn share_lane(run: &Run, index: &FrameIndex, samples: &[Sample]) -> ShareLane {
    let mut set = Points::new();
    let mut instants: Vec<SimTime> =
        run.services[index.service()].production.steps().iter().map(|&(at, _)| at).collect();
    // Who is the target changes with each deployment.
    instants.extend(index.deployments().iter().map(|&number| started(&run.deployments[number])));
    instants.push(run.end);
    instants.sort_unstable();
    instants.dedup();
    for at in instants {
        if let Some(share) = index.set_share(run, at) {
            set.push((at, share.as_percent()));
        }
    }
    let measured = samples.iter().filter_map(|it| Some((it.at, it.target_share?.as_percent()))).collect();
    ShareLane { set: thinned(set), measured }
}

pub(super) fn tasks_lane(service: &ServiceRun, end: SimTime) -> TasksLane {
    let steps = service.counts.steps();
    let curve = |value: fn(&crate::engine::TaskCounts) -> u32| {
        let mut points: Points = Vec::new();
        for (at, counts) in steps {
            push_step(&mut points, *at, f64::from(value(counts)));
        }
        close(&mut points, end);
        thinned(points)
    };
    let bound = |value: fn(&Service) -> u32| {
        let mut points: Points = Vec::new();
        for (at, configuration) in service.configuration.steps() {
            push_step(&mut points, *at, f64::from(value(configuration)));
        }
        close(&mut points, end);
        thinned(points)
    };
    let total = curve(|counts| counts.total);
    let upper_bound = bound(|service| {
        let desired = service.desired_count;
        if service.deployment.strategy.name().shifts() {
            desired * 2
        } else {
            service.deployment.upper_bound(desired)
        }
    });
    let highest = highest_of([&total, &upper_bound]);
    TasksLane {
        total,
        healthy: curve(|counts| counts.healthy),
        healthy_target: curve(|counts| counts.healthy_target),
        lower_bound: bound(|service| {
            let desired = service.desired_count;
            if service.deployment.strategy.name().shifts() {
                desired
            } else {
                service.deployment.lower_bound(desired)
            }
        }),
        upper_bound,
        highest,
    }
}

/// The shortest time over which requests are counted for the curve of errors.
const SHORTEST_PERIOD: u64 = 5000;

pub(super) fn errors_lane(scenario: &Scenario, run: &Run, index: &FrameIndex) -> ErrorsLane {
    let service = &run.services[index.service()];
    let period = (run.end.0 / (MOST_POINTS as u64 - 1) + 1).max(SHORTEST_PERIOD);
    let (mut percent, mut target_percent) = (Points::new(), Vec::new());
    let mut in_view = None;
    let (mut before, mut target_before) = (Requests::default(), Requests::default());
    for number in 1..=run.end.0.div_ceil(period) {
        let at = SimTime((number * period).min(run.end.0));
        let deployment = index.deployment_in_view(run, at);
        if deployment != in_view {
            in_view = deployment;
            target_percent.push(Points::new());
        }
        let target = deployment.map(|number| run.deployments[number].target);
        let (mut all, mut of_target) = (Requests::default(), Requests::default());
        for flow in &service.traffic.flows {
            if let FlowKey::Production(_) | FlowKey::Unserved = flow.key {
                let counts = flow.at(at);
                all = all.plus(counts);
                if target.is_some_and(|target| flow.key == FlowKey::Production(target)) {
                    of_target = counts;
                }
            }
        }
        let middle = SimTime(at.0.saturating_sub(period / 2));
        percent.extend(failed_percent(before, all).map(|value| (middle, value)));
        if let Some(curve) = target_percent.last_mut() {
            curve.extend(failed_percent(target_before, of_target).map(|value| (middle, value)));
        }
        (before, target_before) = (all, of_target);
    }
    let alarm = watched(scenario, run, index, |metric| match metric {
        AlarmMetric::ErrorPercent(threshold) => Some(threshold.as_percent()),
        AlarmMetric::LatencyMillis(_) => None,
    });
    let judged = alarm.as_ref().map_or_else(Points::new, |(number, _)| {
        let periods = run.alarms[*number].periods.iter();
        thinned(periods.filter_map(|it| Some((it.end, it.measure? as f64 / 10_000.0))).collect())
    });
    let threshold = alarm.map(|(_, threshold)| threshold);
    let highest = highest_of([&percent, &judged].into_iter().chain(&target_percent))
        .max(threshold.as_ref().map_or(0.0, |threshold| threshold.value));
    ErrorsLane { percent, target_percent, judged, threshold, red: red(scenario, run, index), highest }
}

/// The share of the requests that ended between two counts and failed, in percent.
fn failed_percent(before: Requests, now: Requests) -> Option<f64> {
    // A deployment that comes into view begins to count from its own first request.
    let failed = now.failed.saturating_sub(before.failed);
    let ended = (now.answered + now.failed).saturating_sub(before.answered + before.failed);
    Some(share_of(failed, ended)?.as_percent())
}

pub(super) fn latency_lane(
    scenario: &Scenario,
    run: &Run,
    index: &FrameIndex,
    samples: &[Sample],
) -> LatencyLane {
    let curve = |part: usize| -> Points {
        samples.iter().filter_map(|it| Some((it.at, it.latency[part]?.0 as f64))).collect()
    };
    let (source, target) = (curve(0), curve(1));
    let alarm = watched(scenario, run, index, |metric| match metric {
        AlarmMetric::LatencyMillis(threshold) => Some(threshold as f64),
        AlarmMetric::ErrorPercent(_) => None,
    });
    let threshold = alarm.map(|(_, threshold)| threshold);
    let highest =
        highest_of([&source, &target]).max(threshold.as_ref().map_or(0.0, |threshold| threshold.value));
    LatencyLane { source, target, threshold, highest }
}

/// The first alarm of the wanted kind that the service ever watches: its place and threshold.
fn watched(
    scenario: &Scenario,
    run: &Run,
    index: &FrameIndex,
    threshold: impl Fn(AlarmMetric) -> Option<f64>,
) -> Option<(usize, Threshold)> {
    let alarms = scenario.alarms.iter().enumerate();
    alarms.filter(|(_, alarm)| watches(run, index, &alarm.name)).find_map(|(number, alarm)| {
        let value = threshold(alarm.metric)?;
        Some((number, Threshold { alarm: alarm.name.clone(), value, scope: alarm.scope }))
    })
}

fn watches(run: &Run, index: &FrameIndex, alarm: &String) -> bool {
    run.services[index.service()].configuration.steps().iter().any(|(_, service)| {
        service.deployment.alarms.enable && service.deployment.alarms.alarm_names.contains(alarm)
    })
}

/// When any watched alarm was in ALARM.
fn red(scenario: &Scenario, run: &Run, index: &FrameIndex) -> Vec<(SimTime, SimTime)> {
    let mut red = Vec::new();
    for (alarm, record) in scenario.alarms.iter().zip(&run.alarms) {
        if watches(run, index, &alarm.name) {
            let steps = record.state.steps();
            for (number, (from, state)) in steps.iter().enumerate() {
                if *state == AlarmState::Alarm {
                    red.push((*from, steps.get(number + 1).map_or(run.end, |(until, _)| *until)));
                }
            }
        }
    }
    red.sort_unstable();
    red
}
