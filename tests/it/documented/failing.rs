//! What notices a failure, what it counts, and what becomes of the deployment.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// A deployment by ROLLING whose tasks crash before they run.
fn crashing(desired: u32, more: Value) -> Story {
    let mut recording = rolling(desired, 100, 200, more);
    behaves(&mut recording, 1, json!({"crashesAtStart": true}));
    recording.deploys_at(0);
    Story::of(&recording)
}

/// Naive: half of desiredCount, at least 10.
#[test]
fn g19_the_breaker_trips_at_half_of_desired_count_between_3_and_200() {
    for (desired, threshold) in [(2, 3), (7, 4), (10, 5), (500, 200)] {
        let story = crashing(desired, json!({"deploymentCircuitBreaker": breaker(true)}));
        let state = story.deployment(0).breaker.last().expect("a breaker");
        assert_eq!((state.failure_count, state.threshold), (threshold, threshold), "{desired} tasks");
        assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL");
    }
}

/// Two fail, one gets healthy, two fail, all get healthy: a breaker of 3.
fn two_and_two(reset: bool) -> Story {
    let mut recording = rolling(
        2,
        50,
        100,
        json!({"deploymentCircuitBreaker": {"enable": true, "rollback": false, "resetOnHealthyTask": reset,
            "thresholdConfiguration": {"type": "COUNT", "value": 3}}}),
    );
    recording.document["services"][0]["targetGroups"] = json!([{"HealthCheckIntervalSeconds": 5,
        "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]}]);
    behaves(&mut recording, 1, json!({"failsHealthChecks": true}));
    recording.deploys_at(0);
    for (at, fails) in [(150, false), (230, true), (285, false)] {
        let act = json!({"service": "ui", "revision": "42", "behavior": {"failsHealthChecks": fails}});
        recording.intervene(json!({"atSeconds": at, "setBehavior": act}));
    }
    Story::of(&recording)
}

/// Naive: failures add up over the whole deployment.
#[test]
fn g20_a_healthy_task_resets_the_count_unless_that_is_switched_off() {
    let counts = |story: &Story| -> Vec<u32> {
        story.deployment(0).breaker.steps().iter().map(|(_, state)| state.failure_count).collect()
    };
    let story = two_and_two(true);
    assert_eq!(story.status(0), "SUCCESSFUL", "{:?}", counts(&story));
    let highest = counts(&story).into_iter().max();
    assert_eq!(highest, Some(2), "never 3 in a row: {:?}", counts(&story));
    let story = two_and_two(false);
    assert_eq!(story.status(0), "STOPPED", "{:?}", counts(&story));
}

/// Naive: the threshold is worked out once.
#[test]
fn g21_the_threshold_follows_desired_count() {
    let mut recording = rolling(4, 100, 200, json!({"deploymentCircuitBreaker": breaker(true)}));
    recording.deploys_at(0);
    recording.intervene(json!({"atSeconds": 30, "setDesiredCount": {"service": "ui", "desiredCount": 20}}));
    let story = Story::of(&recording);
    let threshold = |at| story.deployment(0).breaker.at(at).map(|state| state.threshold);
    assert_eq!((threshold(second(29)), threshold(second(30))), (Some(3), Some(10)));
}

/// Naive: a failed launch is tried again at a fixed pace, whatever failed.
#[test]
fn g22_launches_are_put_off_longer_and_longer_but_only_if_they_never_ran() {
    let story = crashing(1, json!({}));
    let starts: Vec<SimTime> = story.tasks("42").iter().map(|task| task.status.steps()[0].0).collect();
    let gaps: Vec<u64> = starts.windows(2).map(|pair| pair[1].since(pair[0]).0 / 1000).collect();
    // Provisioning, pull, start and deprovisioning take 50 s.
    let expected = [0, 10, 20, 40, 80, 160, 320, 640, 1280, 1620, 1620].map(|gap| 50 + gap);
    assert_eq!(gaps[..11], expected);

    let mut recording = Recording::rolling(1, 100, 200);
    behaves(&mut recording, 1, json!({"failsHealthChecks": true}));
    recording.deploys_at(0);
    let story = Story::of(&recording);
    assert_eq!(story.when(|fact| matches!(fact, Fact::LaunchDelayed { .. })), None, "they were RUNNING");
    assert!(story.tasks("42").len() > 50);
}

/// Naive: whatever fails goes back.
#[test]
fn g23_without_its_rollback_flag_a_detector_only_stops_the_deployment() {
    let mut recording = rolling(4, 50, 100, json!({"deploymentCircuitBreaker": breaker(false)}));
    behaves(&mut recording, 1, json!({"failsHealthChecks": true}));
    recording.deploys_at(0);
    let story = Story::of(&recording);
    assert_eq!(story.statuses(0), "PENDING IN_PROGRESS STOP_REQUESTED STOPPED");
    assert!((1..4).contains(&story.running("41", story.run.end)), "the fleet stays as it is");
    let born = |task: &&TaskRecord| task.status.steps()[0].0;
    assert!(story.tasks("42").iter().all(|task| born(task) <= story.end()), "no new tasks");
    assert!(story.tasks("41").iter().all(|task| born(task) == SimTime::ZERO), "not of the source either");
}

/// Naive: an alarm that is red already stops the deployment at once.
#[test]
fn g24_an_alarm_that_is_red_at_the_start_switches_alarm_monitoring_off() {
    let mut recording =
        rolling(3, 100, 200, json!({"alarms": {"alarmNames": ["errors"], "enable": true, "rollback": true}}));
    recording.document["alarms"] = json!([{"alarmName": "errors", "metric": "errorPercent", "threshold": 2,
        "periodSeconds": 86_400, "evaluationPeriods": 1}]);
    recording.intervene(json!({"atSeconds": 5, "setAlarm": {"alarmName": "errors", "state": "ALARM"}}));
    recording.deploys_at(10);
    let story = Story::of(&recording);
    assert_eq!(story.deployment(0).alarms.steps(), [(second(10), MonitorStatus::Disabled)]);
    assert_eq!(story.status(0), "SUCCESSFUL");
    assert_eq!(story.run.alarms[0].state.last(), Some(&AlarmState::Alarm), "it is red all the time");
}

/// Naive: a rollback goes to the deployment before.
#[test]
fn g25_a_rollback_goes_to_the_last_completed_revision_if_there_is_one() {
    let mut recording = rolling(2, 100, 200, json!({"deploymentCircuitBreaker": breaker(true)}));
    recording.document["services"][0]["revisions"] =
        json!([{"name": "41"}, {"name": "42"}, {"name": "43", "behavior": {"crashesAtStart": true}}]);
    recording.deploys_at(0);
    let then = |at: u64, extra: Option<u64>| {
        let mut recording = recording.clone();
        let bad = json!({"service": "ui", "revision": "43"});
        recording.intervene(json!({"atSeconds": at, "deploy": bad}));
        if let Some(at) = extra {
            recording.intervene(json!({"atSeconds": at, "deploy": bad}));
        }
        Story::of(&recording)
    };
    let goes_to = |story: &Story, n: usize| {
        let source = story.deployment(n).sources.first().expect("a source");
        let definition = story.run.services[0].revisions[usize::from(source.0)].definition;
        story.scenario.services[0].revisions[definition].name.clone()
    };
    let story = then(1000, None);
    assert_eq!((story.status(1), goes_to(&story, 1)), ("ROLLBACK_SUCCESSFUL", "42".to_owned()));
    let story = then(60, None);
    assert_eq!(story.status(0), "STOPPED", "42 never was COMPLETED");
    assert_eq!((story.status(1), goes_to(&story, 1)), ("ROLLBACK_SUCCESSFUL", "41".to_owned()));
    // While a rollback runs nothing is COMPLETED: a third deployment that fails then has nowhere to go.
    let back = story.deployment(1).rollback.as_ref().expect("it goes back").at;
    let story = then(60, Some(back.0 / 1000 + 1));
    assert_eq!((story.status(1), story.status(2)), ("ROLLBACK_FAILED", "ROLLBACK_FAILED"));
}

/// Naive: a deployment that is taken over has failed.
#[test]
fn g37_a_superseded_deployment_is_stopped() {
    let mut recording = canary(0);
    recording.deploys_at(0);
    recording.intervene(json!({"atSeconds": 200, "deploy": {"service": "ui", "revision": "41"}}));
    let story = Story::of(&recording);
    assert_eq!(story.statuses(0), "PENDING IN_PROGRESS STOP_REQUESTED STOPPED");
    assert_eq!(story.deployment(1).sources.len(), 2, "the newer one has two sources");
    assert_eq!(story.deployment(1).stages[0].stage, Some(LifecycleStage::ReconcileService));
}
