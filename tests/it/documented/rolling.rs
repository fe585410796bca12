//! What ROLLING does with its two bounds.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use cutover::formats::read_document;

/// Naive: both bounds are rounded the same way.
#[test]
fn g17_the_floor_is_rounded_up_and_the_ceiling_down() {
    let configuration = |minimum, maximum| DeploymentConfiguration {
        minimum_healthy_percent: minimum,
        maximum_percent: maximum,
        ..DeploymentConfiguration::default()
    };
    assert_eq!(configuration(50, 150).lower_bound(7), 4, "3.5 tasks");
    assert_eq!(configuration(50, 150).upper_bound(7), 10, "10.5 tasks");
    let mut recording = Recording::rolling(3, 100, 125);
    recording.deploys_at(0);
    let story = Story::of(&recording);
    assert_eq!(story.run.services[0].decisions, [], "3.75 tasks are 3: nothing may start, nothing may stop");
}

/// Naive: a configuration that cannot work is refused.
#[test]
fn g18_a_configuration_that_gets_stuck_is_accepted_and_the_deployment_hangs() {
    let mut recording = rolling(3, 100, 100, json!({"deploymentCircuitBreaker": breaker(true)}));
    recording.deploys_at(0);
    assert!(read_document(&recording.document).is_ok());
    let story = Story::of(&recording);
    assert_eq!(story.when(|fact| *fact == Fact::Stuck), Some(SimTime::ZERO), "an event says so");
    assert_eq!(story.status(0), "IN_PROGRESS", "no breaker trips");
}

/// Naive: a lost task of the old revision is replaced by one of the new.
#[test]
fn g26_an_unhealthy_old_task_is_replaced_within_its_own_revision() {
    let mut recording = Recording::rolling(3, 100, 150);
    behaves(&mut recording, 1, json!({"failsHealthChecks": true}));
    recording.deploys_at(0);
    recording.intervene(json!({"atSeconds": 30, "stopTask": {"service": "ui", "task": 1}}));
    let story = Story::of(&recording);
    let born = |task: &TaskRecord| task.status.steps()[0].0;
    let replaced: Vec<SimTime> = story.tasks("41").into_iter().map(born).filter(|at| at.0 > 0).collect();
    assert_eq!(replaced.len(), 1, "one of 41 is started during the deployment of 42: {replaced:?}");
}

/// Naive: the deployment watches to the end what it has begun.
#[test]
fn g36_an_early_success_ends_the_detectors() {
    for cleanup in ["BLOCKING", "DEFERRED"] {
        let mut recording = rolling(
            4,
            50,
            100,
            json!({"deploymentCircuitBreaker": breaker(true), "earlySuccessCriteria": {
                "enable": true, "healthyPercent": 50, "sourceServiceRevisionCleanup": cleanup}}),
        );
        recording.document["services"][0]["targetGroups"] =
            json!([{"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "10"}]}]);
        recording.deploys_at(0);
        let early = Story::of(&recording);
        assert_eq!(early.status(0), "SUCCESSFUL");
        let end = early.end();
        let before = SimTime(end.0 - 1);
        assert!(early.running("42", before) < 4, "{cleanup}: the rest is launched afterwards");
        assert_eq!(early.running("41", before) > 0, cleanup == "DEFERRED");
        // What is launched afterwards fails: nobody counts it, and nobody can stop the deployment.
        let after = (end.0 + 1) as f64 / 1000.0;
        let crashes = json!({"service": "ui", "revision": "42", "behavior": {"crashesAtStart": true}});
        recording.intervene(json!({"atSeconds": after, "setBehavior": crashes}));
        recording.intervene(json!({"atSeconds": after, "stopServiceDeployment": {"service": "ui"}}));
        let story = Story::of(&recording);
        let failed = |fact: &Fact| matches!(fact, Fact::TasksFailed { .. });
        assert!(story.when(failed).is_some_and(|at| at > end), "{cleanup}");
        assert_eq!(story.statuses(0), "PENDING IN_PROGRESS SUCCESSFUL");
        let breaker = story.deployment(0).breaker.last().expect("a breaker");
        assert_eq!((breaker.status, breaker.failure_count), (MonitorStatus::MonitoringComplete, 0));
        assert_eq!(story.refusals().len(), 1, "StopServiceDeployment comes too late");
    }
}

/// Naive: protection is about auto scaling only.
#[test]
fn g39_scale_in_protection_holds_a_rolling_deployment() {
    let mut recording = Recording::rolling(3, 100, 200);
    recording.deploys_at(0);
    let unprotected = Story::of(&recording);
    recording.intervene(json!({"atSeconds": 0, "updateTaskProtection": {"service": "ui", "task": 2, "protectionEnabled": true}}));
    let story = Story::of(&recording);
    assert!(unprotected.end() < second(600));
    assert!(story.end() > second(2 * 3600), "two hours by default");
    assert_eq!(story.running("41", second(2 * 3600 - 1)), 1, "one task is held");
    assert_eq!(story.running("42", second(2 * 3600 - 1)), 3, "beside all new ones");

    let off = json!({"service": "ui", "task": 1, "protectionEnabled": false});
    recording.intervene(json!({"atSeconds": 900, "updateTaskProtection": off}));
    let story = Story::of(&recording);
    assert!(second(900) < story.end() && story.end() < second(1500), "taken away it holds nothing");
}

/// The same where a whole fleet is removed.
#[test]
fn g39_scale_in_protection_holds_a_clean_up() {
    let mut recording = canary(0);
    recording.intervene(json!({"atSeconds": 0, "updateTaskProtection": {
        "service": "ui", "protectionEnabled": true, "expiresInMinutes": 2820}}));
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let hold = second(47 * 3600);
    assert_eq!(story.weights(), [(900, 100), (0, 100)], "users move all the same");
    assert_eq!(story.running("41", SimTime(hold.0 - 1)), 3);
    assert!(story.end() > hold);
}
