//! Rolling back out of every stage, as data: which stages are entered again, and what becomes of the two rules.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, simulate};
use cutover::engine::{Fact, Run};
use cutover::model::*;
use serde_json::{Value, json};

/// A strategy, the stage and its entry in which StopServiceDeployment is called, the stages of the way back, and the
/// changes of rules on the way there and back as `rule source/target` ("Amazon ECS blue/green service deployments
/// workflow", "Lambda hooks for Amazon ECS service deployments").
const STOPS: &[(&str, &str, u32, &str, &str)] = &[
    ("BLUE_GREEN", "PRE_SCALE_UP", 1, "CLEAN_UP", ""),
    ("BLUE_GREEN", "SCALE_UP", 1, "CLEAN_UP", ""),
    ("BLUE_GREEN", "POST_SCALE_UP", 1, "CLEAN_UP", ""),
    ("BLUE_GREEN", "TEST_TRAFFIC_SHIFT", 1, "TEST_TRAFFIC_SHIFT CLEAN_UP", "test 0/100, test 100/0"),
    ("BLUE_GREEN", "POST_TEST_TRAFFIC_SHIFT", 1, "TEST_TRAFFIC_SHIFT CLEAN_UP", "test 0/100, test 100/0"),
    (
        "BLUE_GREEN",
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        1,
        "TEST_TRAFFIC_SHIFT CLEAN_UP",
        "test 0/100, test 100/0",
    ),
    (
        "BLUE_GREEN",
        "PRODUCTION_TRAFFIC_SHIFT",
        1,
        BOTH,
        "test 0/100, production 0/100, production 100/0, test 100/0",
    ),
    (
        "BLUE_GREEN",
        "POST_PRODUCTION_TRAFFIC_SHIFT",
        1,
        BOTH,
        "test 0/100, production 0/100, production 100/0, test 100/0",
    ),
    ("BLUE_GREEN", "BAKE_TIME", 1, BOTH, "test 0/100, production 0/100, production 100/0, test 100/0"),
    (
        "CANARY",
        "PRODUCTION_TRAFFIC_SHIFT",
        1,
        BOTH,
        "test 0/100, production 900/100, production 100/0, test 100/0",
    ),
    (
        "CANARY",
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        2,
        BOTH,
        "test 0/100, production 900/100, production 100/0, test 100/0",
    ),
    (
        "LINEAR",
        "PRODUCTION_TRAFFIC_SHIFT",
        2,
        BOTH,
        "test 0/100, production 600/400, production 200/800, production 100/0, test 100/0",
    ),
];

const BOTH: &str = "PRODUCTION_TRAFFIC_SHIFT TEST_TRAFFIC_SHIFT CLEAN_UP";

#[test]
fn a_person_rolls_back_out_of_every_stage() {
    for &(strategy, stage, step, way_back, shifts) in STOPS {
        let mut recording = Recording::shifting(configuration(strategy));
        recording.deploys_at(0);
        recording.intervene(json!({"at": {"stage": stage, "step": step, "plusSeconds": 0},
            "stopServiceDeployment": {"service": "ui"}}));
        let (_, run) = simulate(&recording);
        let row = format!("{strategy}, {stage} {step}");
        let deployment = &run.deployments[0];
        let left = deployment.stages.iter().position(|record| record.rolling_back).expect("it goes back");
        let stages: Vec<&str> =
            deployment.stages[left..].iter().map(|s| s.stage.map_or("", LifecycleStage::api_name)).collect();
        assert_eq!(deployment.stages[left - 1].stage.map(LifecycleStage::api_name), Some(stage), "{row}");
        assert_eq!(stages.join(" "), way_back, "{row}");
        assert_eq!(told(&run), shifts, "{row}");
        let statuses: Vec<ServiceDeploymentStatus> =
            deployment.status.steps().iter().map(|(_, s)| *s).collect();
        use ServiceDeploymentStatus::*;
        assert_eq!(
            statuses,
            [Pending, InProgress, RollbackRequested, RollbackInProgress, RollbackSuccessful],
            "{row}"
        );
        let started = run.services[0].tasks.iter().filter(|task| task.revision.0 == 0).count();
        assert_eq!(started, 3, "{row}: the source is never launched again");
    }
}

#[test]
fn after_clean_up_began_there_is_no_way_back() {
    let mut recording = Recording::shifting(configuration("BLUE_GREEN"));
    recording.deploys_at(0);
    recording.intervene(json!({"at": {"stage": "CLEAN_UP", "plusSeconds": 60},
        "stopServiceDeployment": {"service": "ui"}}));
    let (_, run) = simulate(&recording);
    assert_eq!(run.deployments[0].status.last(), Some(&ServiceDeploymentStatus::Successful));
    assert!(run.events.iter().any(|event| matches!(event.fact, Fact::Refused { .. })), "AWS refuses it");
}

#[test]
fn a_stage_of_a_shifting_deployment_may_last_a_day_and_a_roll_as_long_as_it_likes() {
    let never_healthy = |mut recording: Recording| {
        recording.document["services"][0]["revisions"][1]["behavior"] = json!({"failsHealthChecks": true});
        recording.deploys_at(0);
        simulate(&recording).1
    };
    let shifts =
        never_healthy(Recording::shifting(json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0})));
    let back = shifts.deployments[0].rollback.as_ref().expect("it goes back");
    assert_eq!((back.detector.word(), back.at), ("stageTimeout", SimTime::from_secs(24 * 3600)));
    assert_eq!(shifts.deployments[0].status.last(), Some(&ServiceDeploymentStatus::RollbackSuccessful));
    let rolls = never_healthy(Recording::rolling(3, 100, 200));
    assert_eq!(rolls.deployments[0].status.last(), Some(&ServiceDeploymentStatus::InProgress));
    assert_eq!(rolls.end, SimTime::from_secs(48 * 3600));
}

#[test]
fn a_second_request_to_stop_lets_the_rollback_go_on() {
    let mut recording = Recording::shifting(configuration("CANARY"));
    recording.deploys_at(0);
    for at in [100, 101, 110] {
        recording.intervene(json!({"atSeconds": at, "stopServiceDeployment": {"service": "ui"}}));
    }
    let (_, run) = simulate(&recording);
    assert_eq!(told(&run), "test 0/100, production 900/100, production 100/0, test 100/0");
    assert_eq!(run.deployments[0].status.last(), Some(&ServiceDeploymentStatus::RollbackSuccessful));
}

fn configuration(strategy: &str) -> Value {
    match strategy {
        "CANARY" => json!({"strategy": strategy, "bakeTimeInMinutes": 1,
            "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 5}}),
        "LINEAR" => json!({"strategy": strategy, "bakeTimeInMinutes": 1,
            "linearConfiguration": {"stepPercent": 40.0, "stepBakeTimeInMinutes": 2}}),
        _ => json!({"strategy": strategy, "bakeTimeInMinutes": 1}),
    }
}

/// The controller's changes of rules, in words.
fn told(run: &Run) -> String {
    let shifts = run.deployments[0].shifts.iter();
    let words = shifts.map(|s| format!("{} {}/{}", s.rule, s.weights.source, s.weights.target));
    words.collect::<Vec<_>>().join(", ")
}
