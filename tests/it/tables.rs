//! The worked examples of the ECS documents as data: rolling passes, breaker thresholds, linear and canary steps.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, instant_bounds, simulate};
use cutover::engine::metrics::{lowest_healthy_tasks, peak_tasks};
use cutover::engine::rolling::{Stopping, pass};
use cutover::model::*;
use serde_json::json;

/// desiredCount, minimumHealthyPercent, maximumPercent, capacity, lower bound, upper bound, the passes as
/// `stop,start`, peak and floor ("Deploy Amazon ECS services by replacing tasks", "Best practices for Amazon ECS service
/// parameters").
const ROLLING: &[RollingRow] = &[
    (1, 100, 200, None, 1, 2, "0,1 1,0", 2, 1),
    (1, 100, 100, None, 1, 1, "stuck", 1, 1),
    (1, 0, 100, None, 0, 1, "1,1", 1, 0),
    (1, 50, 200, None, 1, 2, "0,1 1,0", 2, 1),
    (2, 50, 100, None, 1, 2, "1,1 1,1", 2, 1),
    (2, 75, 100, None, 2, 2, "stuck", 2, 2),
    (2, 75, 200, None, 2, 4, "0,2 2,0", 4, 2),
    (3, 100, 125, None, 3, 3, "stuck", 3, 3),
    (3, 100, 133, None, 3, 3, "stuck", 3, 3),
    (3, 100, 134, None, 3, 4, "0,1 1,1 1,1 1,0", 4, 3),
    (3, 67, 100, None, 3, 3, "stuck", 3, 3),
    (3, 66, 100, None, 2, 3, "1,1 1,1 1,1", 3, 2),
    (4, 50, 100, None, 2, 4, "2,2 2,2", 4, 2),
    (4, 100, 200, None, 4, 8, "0,4 4,0", 8, 4),
    (4, 50, 200, None, 2, 8, "2,4 2,0", 6, 2),
    (5, 100, 120, None, 5, 6, "0,1 1,1 1,1 1,1 1,1 1,0", 6, 5),
    (6, 50, 150, None, 3, 9, "3,6 3,0", 9, 3),
    (7, 50, 150, None, 4, 10, "3,6 4,1", 10, 4),
    (8, 75, 125, None, 6, 10, "2,4 4,4 2,0", 10, 6),
    (10, 90, 110, None, 9, 11, "1,2 2,2 2,2 2,2 2,2 1,0", 11, 9),
    (10, 80, 120, None, 8, 12, "2,4 4,4 4,2", 12, 8),
    (10, 95, 105, None, 10, 10, "stuck", 10, 10),
    (10, 100, 150, None, 10, 15, "0,5 5,5 5,0", 15, 10),
    (20, 100, 110, None, 20, 22, "0,2 2,2 2,2 2,2 2,2 2,2 2,2 2,2 2,2 2,2 2,0", 22, 20),
    (
        100,
        100,
        105,
        None,
        100,
        105,
        "0,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,5 5,0",
        105,
        100,
    ),
    (6, 100, 200, Some(8), 6, 12, "0,2 2,2 2,2 2,0", 8, 6),
    (6, 50, 200, Some(8), 3, 12, "3,5 3,1", 8, 3),
    (6, 50, 200, Some(10), 3, 12, "3,6 3,0", 9, 3),
];

type RollingRow = (u32, u32, u32, Option<u32>, u32, u32, &'static str, u32, u32);

/// Plays passes with instant stops, every started task healthy before the next pass.
fn rounds(desired: u32, config: &DeploymentConfiguration, capacity: Option<u32>) -> (String, u32, u32) {
    let lower = config.lower_bound(desired);
    let upper = config.upper_bound(desired).min(capacity.unwrap_or(u32::MAX));
    let (mut old, mut new, mut peak, mut floor) = (desired, 0, desired, desired);
    let mut told = Vec::new();
    while old > 0 || new < desired {
        let pass = pass(&instant_bounds(desired, (old, new), (lower, upper)), Stopping::FreesItAtOnce);
        if pass.stop == 0 && pass.start == 0 {
            return ("stuck".to_owned(), peak, floor);
        }
        told.push(format!("{},{}", pass.stop, pass.start));
        old -= pass.stop;
        floor = floor.min(old + new);
        new += pass.start;
        peak = peak.max(old + new);
    }
    (told.join(" "), peak, floor)
}

#[test]
fn rolling_passes_follow_the_worked_examples() {
    for &(desired, minimum, maximum, capacity, lower, upper, passes, peak, floor) in ROLLING {
        let config = DeploymentConfiguration {
            minimum_healthy_percent: minimum,
            maximum_percent: maximum,
            ..DeploymentConfiguration::default()
        };
        let row = format!("{desired} tasks at {minimum}/{maximum}, capacity {capacity:?}");
        assert_eq!(config.lower_bound(desired), lower, "lower bound of {row}");
        assert_eq!(config.upper_bound(desired), upper, "upper bound of {row}");
        assert_eq!(rounds(desired, &config, capacity), (passes.to_owned(), peak, floor), "{row}");
    }
}

#[test]
fn a_run_is_stuck_where_the_worked_example_is_and_keeps_to_its_peak_and_floor() {
    for &(desired, minimum, maximum, capacity, _, upper, passes, _, _) in ROLLING {
        let mut recording = Recording::rolling(desired, minimum, maximum);
        if let Some(capacity) = capacity {
            recording.intervene(json!({"atSeconds": 0, "limitCapacity": {"tasks": capacity}}));
        }
        recording.deploys_at(0);
        let (_, run) = simulate(&recording);
        let status = run.deployments[0].status.last().copied();
        let row = format!("{desired} tasks at {minimum}/{maximum}, capacity {capacity:?}");
        let expected = match passes {
            "stuck" => ServiceDeploymentStatus::InProgress,
            _ => ServiceDeploymentStatus::Successful,
        };
        assert_eq!(status, Some(expected), "{row}");
        let most = run.services[0].counts.steps().iter().map(|(_, counts)| counts.total).max();
        assert!(
            most <= Some(capacity.map_or(upper, |capacity| capacity.min(upper)).max(desired)),
            "{row}: {most:?}"
        );
        if passes == "stuck" {
            assert_eq!(run.end, SimTime::from_secs(600), "{row}");
            assert!(run.services[0].decisions.is_empty(), "{row}");
        }
    }
}

#[test]
fn where_stops_take_no_time_a_run_goes_by_the_passes_of_the_worked_examples() {
    let at_once = json!({"provisionSeconds": 0, "pullSeconds": 0, "exitSeconds": 0, "deprovisionSeconds": 0});
    for &(desired, minimum, maximum, capacity, _, _, passes, peak, floor) in ROLLING {
        let mut recording = Recording::rolling(desired, minimum, maximum);
        // Without a load balancer a task counts 40 s after RUNNING: a pass, and then the next.
        recording.document["services"][0]["service"]["loadBalancers"] = json!([]);
        recording.document["services"][0]["service"]["availabilityZoneRebalancing"] = json!("DISABLED");
        recording.document["services"][0]["timings"] = at_once.clone();
        recording.document["readings"] = json!({"stoppingCountsTowardMaximum": false});
        if let Some(capacity) = capacity {
            recording.intervene(json!({"atSeconds": 0, "limitCapacity": {"tasks": capacity}}));
        }
        recording.deploys_at(0);
        let (_, run) = simulate(&recording);
        let service = &run.services[0];
        let told: Vec<String> =
            service.decisions.iter().map(|pass| format!("{},{}", pass.stop, pass.start)).collect();
        let row = format!("{desired} tasks at {minimum}/{maximum}, capacity {capacity:?}");
        assert_eq!(told.join(" "), passes.replace("stuck", ""), "{row}");
        assert_eq!((peak_tasks(service), lowest_healthy_tasks(service)), (peak, floor), "{row}");
    }
}

/// Even where everything takes no time, two fleets stand beside each other before one goes.
#[test]
fn tasks_that_come_in_the_instant_in_which_others_go_are_in_the_peak() {
    let keys =
        ["provision", "pull", "register", "firstCheck", "deregister", "exit", "deprovision", "propagation"];
    let timings: serde_json::Map<String, serde_json::Value> =
        keys.iter().map(|key| (format!("{key}Seconds"), json!(0))).collect();
    let shifts = |strategy| Recording::shifting(json!({"strategy": strategy, "bakeTimeInMinutes": 0}));
    for (mut recording, peak) in [
        (Recording::rolling(1, 100, 200), 2),
        (Recording::rolling(1, 0, 100), 1),
        (Recording::rolling(4, 100, 200), 8),
        (Recording::rolling(4, 50, 200), 6),
        (Recording::rolling(10, 90, 110), 10),
        (shifts("BLUE_GREEN"), 6),
        (shifts("LINEAR"), 6),
    ] {
        let service = &mut recording.document["services"][0];
        service["timings"] = json!(timings);
        service["targetGroups"] =
            json!([{"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]}]);
        for revision in 0..2 {
            service["revisions"][revision]["behavior"] = json!({"startSeconds": 0});
        }
        recording.deploys_at(0);
        let (_, run) = simulate(&recording);
        assert_eq!(peak_tasks(&run.services[0]), peak, "{recording:?}");
    }
}

/// desiredCount, then the thresholds of BOUNDED 50, BOUNDED 20, BOUNDED 10 and UNBOUNDED 50 ("How the Amazon ECS
/// deployment circuit breaker detects failures").
const BREAKER: &[(u32, [u32; 4])] = &[
    (1, [3, 3, 3, 1]),
    (2, [3, 3, 3, 1]),
    (3, [3, 3, 3, 2]),
    (4, [3, 3, 3, 2]),
    (5, [3, 3, 3, 3]),
    (6, [3, 3, 3, 3]),
    (7, [4, 3, 3, 4]),
    (8, [4, 3, 3, 4]),
    (10, [5, 3, 3, 5]),
    (20, [10, 4, 3, 10]),
    (25, [13, 5, 3, 13]),
    (50, [25, 10, 5, 25]),
    (99, [50, 20, 10, 50]),
    (100, [50, 20, 10, 50]),
    (200, [100, 40, 20, 100]),
    (399, [200, 80, 40, 200]),
    (400, [200, 80, 40, 200]),
    (401, [200, 81, 41, 201]),
    (500, [200, 100, 50, 250]),
    (800, [200, 160, 80, 400]),
    (1000, [200, 200, 100, 500]),
];

#[test]
fn breaker_thresholds_follow_the_table() {
    for &(desired, thresholds) in BREAKER {
        let kinds = [
            Threshold::BoundedPercent(50),
            Threshold::BoundedPercent(20),
            Threshold::BoundedPercent(10),
            Threshold::UnboundedPercent(50),
        ];
        assert_eq!(kinds.map(|kind| kind.of(desired)), thresholds, "{desired} tasks");
        assert_eq!(Threshold::Count(7).of(desired), 7);
    }
}

/// stepPercent, shifts, the span in minutes from the first shift to 100 % at 6 minutes a step, and the last jump.
const LINEAR: &[(f64, usize, u64, u16)] = &[
    (3.0, 34, 198, 10),
    (5.0, 20, 114, 50),
    (7.5, 14, 78, 25),
    (10.0, 10, 54, 100),
    (11.0, 10, 54, 10),
    (12.5, 8, 42, 125),
    (15.0, 7, 36, 100),
    (20.0, 5, 24, 200),
    (25.0, 4, 18, 250),
    (30.0, 4, 18, 100),
    (33.3, 4, 18, 1),
    (33.4, 3, 12, 332),
    (50.0, 2, 6, 500),
    (60.0, 2, 6, 400),
    (100.0, 1, 0, 1000),
];

#[test]
fn linear_steps_follow_the_table_by_both_load_balancers() {
    for &(percent, shifts, minutes, last_jump) in LINEAR {
        for network in [false, true] {
            let mut recording = Recording::shifting(json!({
                "strategy": "LINEAR", "bakeTimeInMinutes": 0,
                "linearConfiguration": {"stepPercent": percent, "stepBakeTimeInMinutes": 6}
            }));
            if network {
                recording.behind_a_network_load_balancer();
            }
            recording.deploys_at(0);
            let (_, run) = simulate(&recording);
            let production: Vec<_> = production_shifts(&run);
            assert_eq!(production.len(), shifts, "{percent} %");
            let span = production[shifts - 1].0.since(production[0].0);
            let delay = if network { 10 * (shifts as u64 - 1) } else { 0 };
            assert_eq!(span, Span::from_mins(minutes + delay), "{percent} %, network {network}");
            let share = |index: usize| i64::from(production[index].1.target_share().0 / 1000);
            let before = if shifts > 1 { share(shifts - 2) } else { 0 };
            assert_eq!(share(shifts - 1) - before, i64::from(last_jump), "last jump of {percent} %");
            for (index, (_, weights)) in production.iter().enumerate().take(shifts - 1) {
                let expected = ((percent * 10.0) as u16) * (index as u16 + 1);
                assert_eq!(weights.target, expected, "weight after shift {} of {percent} %", index + 1);
                assert_eq!(weights.source, 1000 - expected);
            }
            let bake = stage_start(&run, LifecycleStage::BakeTime);
            let last_delay = if network { Span::from_mins(10) } else { Span::ZERO };
            assert_eq!(bake, production[shifts - 1].0 + last_delay, "nothing is baked after the last step");
        }
    }
}

#[test]
fn the_documents_timeline_of_a_linear_deployment_is_kept_to_the_millisecond() {
    let mut recording = Recording::shifting(json!({
        "strategy": "LINEAR", "bakeTimeInMinutes": 15,
        "linearConfiguration": {"stepPercent": 20.0, "stepBakeTimeInMinutes": 10}
    }));
    recording.deploys_at(0);
    let (_, run) = simulate(&recording);
    let shifts = production_shifts(&run);
    let first = shifts[0].0;
    let minutes: Vec<u64> = shifts.iter().map(|(at, _)| at.since(first).0 / 60_000).collect();
    assert_eq!(minutes, [0, 10, 20, 30, 40]);
    let at = |stage| stage_start(&run, stage).since(first);
    assert_eq!(at(LifecycleStage::PostProductionTrafficShift), Span::from_mins(40));
    assert_eq!(at(LifecycleStage::BakeTime), Span::from_mins(40));
    assert_eq!(at(LifecycleStage::CleanUp), Span::from_mins(55));
}

/// canaryPercent, canaryBakeTimeInMinutes, bakeTimeInMinutes, minutes from the first shift to 100 % and to clean-up by
/// ALB, and to clean-up by NLB ("Amazon ECS canary deployments").
const CANARY: &[(f64, u64, u64, u64, u64, u64)] = &[
    (5.0, 10, 0, 10, 10, 30),
    (10.0, 5, 15, 5, 20, 40),
    (1.0, 60, 30, 60, 90, 110),
    (0.1, 1440, 60, 1440, 1500, 1520),
];

#[test]
fn canary_makes_exactly_two_shifts_at_the_documented_times() {
    for &(percent, bake, watch, to_full, to_cleanup, network_cleanup) in CANARY {
        for network in [false, true] {
            let mut recording = Recording::shifting(json!({
                "strategy": "CANARY", "bakeTimeInMinutes": watch,
                "canaryConfiguration": {"canaryPercent": percent, "canaryBakeTimeInMinutes": bake}
            }));
            if network {
                recording.behind_a_network_load_balancer();
            }
            recording.deploys_at(0);
            let (_, run) = simulate(&recording);
            let shifts = production_shifts(&run);
            assert_eq!(shifts.len(), 2, "{percent} %");
            let permille = (percent * 10.0) as u16;
            assert_eq!(shifts[0].1, Weights { source: 1000 - permille, target: permille });
            assert_eq!(shifts[1].1, Weights::AT_TARGET);
            let delay = if network { 10 } else { 0 };
            assert_eq!(shifts[1].0.since(shifts[0].0), Span::from_mins(to_full + delay), "{percent} %");
            let expected = if network { network_cleanup } else { to_cleanup };
            let cleanup = stage_start(&run, LifecycleStage::CleanUp).since(shifts[0].0);
            assert_eq!(cleanup, Span::from_mins(expected), "{percent} %, network {network}");
        }
    }
}

fn production_shifts(run: &cutover::engine::Run) -> Vec<(SimTime, Weights)> {
    let shifts = run.deployments[0].shifts.iter();
    shifts
        .filter(|shift| shift.rule == ListenerRule::Production)
        .map(|shift| (shift.at, shift.weights))
        .collect()
}

fn stage_start(run: &cutover::engine::Run, stage: LifecycleStage) -> SimTime {
    let stages = &run.deployments[0].stages;
    stages.iter().find(|record| record.stage == Some(stage)).expect("the stage was entered").start
}
