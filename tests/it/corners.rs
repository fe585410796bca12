//! Corners of the documented rules, where two of them meet: each test is one that the engine once got wrong.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::documented::{Story, behaves, breaker, canary, hooked, linear, rolling, second};
use crate::driver::Recording;
use cutover::engine::{Fact, TaskRecord};
use cutover::model::*;
use cutover::session::narrate::why_text;
use serde_json::{Value, json};

/// `alarms` of a deployment that goes back when one is red.
fn alarms() -> Value {
    json!({"alarmNames": ["errors"], "enable": true, "rollback": true})
}

/// An early success of ten tasks at 50/120, once five of the target are healthy.
fn early(cleanup: &str, bake: Option<u32>) -> Recording {
    let mut configuration = json!({"earlySuccessCriteria":
        {"enable": true, "healthyPercent": 50, "sourceServiceRevisionCleanup": cleanup}});
    if let Some(minutes) = bake {
        configuration["alarms"] = alarms();
        configuration["bakeTimeInMinutes"] = json!(minutes);
    }
    let mut recording = rolling(10, 50, 120, configuration);
    recording.document["alarms"] = json!([{"alarmName": "errors", "threshold": 50, "periodSeconds": 3600}]);
    recording.deploys_at(0);
    recording
}

#[test]
fn a_first_deployment_that_shifts_leaves_the_users_where_the_only_revision_is() {
    for mut recording in [canary(1), linear(40.0)] {
        recording.document["firstDeployment"] = json!(true);
        let story = Story::of(&recording);
        assert_eq!(story.status(0), "SUCCESSFUL");
        assert_eq!(story.weights(), [], "the primary group has all the weight already");
        let traffic = &story.run.services[0].traffic;
        let failed = |at| traffic.production(at).failed;
        let served = story.entered("POST_SCALE_UP");
        assert!(failed(served) > 0, "nobody answers before the tasks are healthy");
        assert_eq!(failed(story.run.end), failed(served), "no user is sent to an empty group");
    }
}

#[test]
fn the_source_tasks_of_an_early_success_stay_for_the_bake() {
    for cleanup in ["BLOCKING", "DEFERRED"] {
        let story = Story::of(&early(cleanup, Some(10)));
        let bakes = story.entered("BAKE_TIME");
        let over = bakes + Span::from_mins(10);
        let stopped = |task: &&TaskRecord| task.stopping_since.is_some_and(|at| bakes <= at && at < over);
        let kept = story.running("41", bakes);
        assert!(kept > 0, "{cleanup}");
        assert_eq!(
            story.tasks("41").into_iter().filter(stopped).count(),
            0,
            "{cleanup}: none goes while it bakes"
        );
        let goes = if cleanup == "BLOCKING" { over } else { story.end() };
        assert!(story.tasks("41").iter().all(|task| task.stopping_since.is_some_and(|at| at <= goes)));
        let decided = story.run.services[0].decisions.iter().filter(|pass| pass.at >= bakes);
        assert_eq!(decided.count(), usize::from(cleanup == "BLOCKING"), "{cleanup}: a removal is one pass");
    }
}

#[test]
fn while_an_early_success_removes_its_source_nothing_watches_any_more() {
    let mut recording = early("BLOCKING", Some(0));
    let removes = Story::of(&recording).entered("BAKE_TIME");
    let at = removes.0 / 1000 + 30;
    recording.intervene(json!({"atSeconds": at, "setAlarm": {"alarmName": "errors", "state": "ALARM"}}));
    let story = Story::of(&recording);
    assert!(story.end() > second(at), "it still removes");
    assert_eq!(story.status(0), "SUCCESSFUL");
    assert_eq!(story.deployment(0).alarms.last(), Some(&MonitorStatus::MonitoringComplete));
}

#[test]
fn what_fails_in_clean_up_is_not_the_breakers_any_more() {
    let mut recording = Recording::shifting(json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1,
        "deploymentCircuitBreaker": breaker(true)}));
    recording.deploys_at(0);
    recording.intervene(json!({"at": {"stage": "CLEAN_UP", "plusSeconds": 1}, "setBehavior":
        {"service": "ui", "revision": "42", "behavior": {"failsHealthChecks": true}}}));
    let story = Story::of(&recording);
    assert!(story.when(|fact| matches!(fact, Fact::TasksFailed { .. })).is_some_and(|at| at < story.end()));
    assert_eq!(story.status(0), "SUCCESSFUL", "the source is going: there is nothing to go back to");
    let state = story.deployment(0).breaker.last().expect("a breaker");
    assert_eq!((state.status, state.failure_count), (MonitorStatus::MonitoringComplete, 0));
}

#[test]
fn a_threshold_that_comes_down_to_what_has_failed_trips_at_once() {
    let mut recording = rolling(20, 100, 120, json!({"deploymentCircuitBreaker": breaker(true)}));
    behaves(&mut recording, 1, json!({"crashesAtStart": true}));
    recording.deploys_at(0);
    let trip = |story: &Story| story.when(|fact| matches!(fact, Fact::BreakerTripped { .. }));
    let alone = trip(&Story::of(&recording)).expect("ten fail in the end");
    recording.intervene(json!({"atSeconds": 120, "setDesiredCount": {"service": "ui", "desiredCount": 16}}));
    let story = Story::of(&recording);
    assert_eq!((trip(&story), alone > second(120)), (Some(second(120)), true));
    let state = story.deployment(0).breaker.last().expect("a breaker");
    assert_eq!((state.failure_count, state.threshold), (8, 8), "eight have failed, and 50 % of 16 are eight");
}

#[test]
fn clean_up_begins_to_stop_the_source_as_it_is_entered() {
    let mut recording = canary(1);
    recording.deploys_at(0);
    recording.intervene(json!({"at": {"stage": "CLEAN_UP"}, "stopServiceDeployment": {"service": "ui"}}));
    let story = Story::of(&recording);
    assert_eq!(story.status(0), "SUCCESSFUL");
    assert_eq!(story.refusals(), ["clean-up has begun: going back needs a new deployment"]);
}

#[test]
fn a_deployment_on_top_of_a_clean_up_reconciles_two_revisions() {
    let mut recording = Recording::shifting(json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}));
    recording.document["services"][0]["revisions"] = json!([{"name": "41"}, {"name": "42"}, {"name": "43"}]);
    recording.deploys_at(0);
    let again = json!({"service": "ui", "revision": "43"});
    recording.intervene(json!({"at": {"stage": "CLEAN_UP", "plusSeconds": 20}, "deploy": again}));
    let story = Story::of(&recording);
    assert_eq!((story.status(0), story.status(1)), ("STOPPED", "SUCCESSFUL"));
    let newer = story.deployment(1);
    assert_eq!(newer.stages[0].stage, Some(LifecycleStage::ReconcileService));
    let names: Vec<usize> = newer
        .sources
        .iter()
        .map(|source| story.run.services[0].revisions[usize::from(source.0)].definition)
        .collect();
    assert_eq!(names, [1, 0], "42, which the users are on, and 41, which is not gone yet");
}

#[test]
fn the_source_is_not_removed_while_somebody_else_has_sent_the_users_back_to_it() {
    let mut recording = canary(5);
    recording.deploys_at(0);
    recording.intervene(json!({"at": {"stage": "BAKE_TIME", "plusSeconds": 60}, "setListenerWeights":
        {"service": "ui", "rule": "production", "sourceWeight": 100, "targetWeight": 0}}));
    let story = Story::of(&recording);
    assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL");
    assert_eq!(story.deployment(0).rollback.as_ref().map(|it| it.detector.word()), Some("networking"));
    let counts = story.run.services[0].traffic.production(story.run.end);
    assert_eq!(counts.failed, 0, "{counts:?}");
}

#[test]
fn a_call_that_outlasts_its_hooks_time_has_not_succeeded() {
    let mut recording = canary(1);
    hooked(
        &mut recording,
        &[(
            "slow",
            "let i = 0; while i < 60_000 { i += 1; } #{ hookStatus: \"SUCCEEDED\" }",
            &["POST_SCALE_UP"],
        )],
    );
    recording.document["services"][0]["service"]["deploymentConfiguration"]["lifecycleHooks"][0]["timeoutConfiguration"] =
        json!({"timeoutInMinutes": 1, "action": "ROLLBACK"});
    recording.deploys_at(0);
    let story = Story::of(&recording);
    assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL");
    let statuses: Vec<HookStatus> = story.deployment(0).hooks.iter().map(|record| record.status).collect();
    assert_eq!(statuses, [HookStatus::InProgress, HookStatus::TimedOut]);
}

#[test]
fn a_rollback_out_of_reconcile_service_leaves_no_third_fleet() {
    let mut recording = canary(1);
    recording.document["services"][0]["revisions"] = json!([{"name": "41"}, {"name": "42"}, {"name": "43"}]);
    hooked(&mut recording, &[("gate", "#{ hookStatus: \"FAILED\" }", &["RECONCILE_SERVICE"])]);
    recording.deploys_at(0);
    recording.intervene(json!({"atSeconds": 100, "deploy": {"service": "ui", "revision": "43"}}));
    recording.intervene(json!({"atSeconds": 900, "setTraffic": {"requestsPerSecond": 10}}));
    let story = Story::of(&recording);
    assert_eq!((story.status(0), story.status(1)), ("STOPPED", "ROLLBACK_SUCCESSFUL"));
    let fleets = ["41", "42", "43"].map(|revision| story.running(revision, story.run.end));
    assert_eq!(fleets, [3, 0, 0], "of the superseded revision nothing stays");
}

#[test]
fn a_task_without_any_check_comes_of_age_whatever_its_software_thinks_of_checks() {
    let mut recording = Recording::rolling(2, 100, 200);
    recording.document["services"][0]["service"]["loadBalancers"] = json!([]);
    recording.deploys_at(0);
    let alone = Story::of(&recording).end();
    for (at, fails) in [(50, true), (60, false)] {
        let act = json!({"service": "ui", "revision": "42", "behavior": {"failsHealthChecks": fails}});
        recording.intervene(json!({"atSeconds": at, "setBehavior": act}));
    }
    assert_eq!(Story::of(&recording).end(), alone, "nobody checks it");
}

#[test]
fn a_target_that_fails_on_after_it_was_mended_for_a_moment_gets_its_verdict() {
    let mut recording = rolling(2, 100, 200, json!({"deploymentCircuitBreaker": breaker(true)}));
    recording.document["services"][0]["service"]["healthCheckGracePeriodSeconds"] = json!(300);
    behaves(&mut recording, 1, json!({"failsHealthChecks": true}));
    recording.deploys_at(0);
    for (at, fails) in [(200, false), (210, true)] {
        let act = json!({"service": "ui", "revision": "42", "behavior": {"failsHealthChecks": fails}});
        recording.intervene(json!({"atSeconds": at, "setBehavior": act}));
    }
    assert_eq!(Story::of(&recording).status(0), "ROLLBACK_SUCCESSFUL", "the breaker hears of it");
}

/// Software that exits 400 seconds after it was started, in a container with that `restartPolicy`.
fn exits(policy: Value) -> Recording {
    let mut recording = Recording::rolling(2, 100, 200);
    let entry = &mut recording.document["services"][0];
    entry["taskDefinition"] = json!({"containerDefinitions": [{"name": "ui", "restartPolicy": policy}]});
    recording.document["traffic"] = json!({"requestsPerSecond": 100});
    behaves(&mut recording, 0, json!({"failsAfterSeconds": 400}));
    recording.document["interventions"] =
        json!([{"atSeconds": 1500, "setTraffic": {"requestsPerSecond": 100}}]);
    recording
}

#[test]
fn a_container_that_has_run_long_enough_is_restarted_in_its_task() {
    let restarts = |story: &Story| -> Vec<SimTime> {
        let events = story.run.events.iter();
        events.filter(|it| matches!(it.fact, Fact::ContainersRestarted { .. })).map(|it| it.at).collect()
    };
    let story = Story::of(&exits(json!({"enabled": true})));
    assert_eq!(restarts(&story), [400, 810, 1220, 1630].map(second), "300 s by default; a start takes 10 s");
    assert_eq!(story.tasks("41").len(), 2, "no task is stopped, and none is started");
    let counts = |at| story.run.services[0].traffic.production(at);
    let failed = counts(second(420)).failed - counts(second(399)).failed;
    assert!((900..=1_100).contains(&failed), "ten seconds of 100 requests a second fail: {failed}");
    for policy in
        [json!({"enabled": true, "restartAttemptPeriod": 500}), json!({"enabled": false}), json!({})]
    {
        let story = Story::of(&exits(policy));
        assert_eq!(restarts(&story), [], "it ran too short for that, or nothing is enabled");
        assert!(story.tasks("41").len() > 2, "the tasks are replaced");
    }
}

#[test]
fn a_restart_that_takes_long_fails_health_checks_and_recovers() {
    let mut recording = exits(json!({"enabled": true}));
    behaves(&mut recording, 0, json!({"failsAfterSeconds": 400, "startSeconds": 100}));
    recording.document["services"][0]["service"]["deploymentConfiguration"]["maximumPercent"] = json!(100);
    recording.document["services"][0]["service"]["healthCheckGracePeriodSeconds"] = json!(10_000);
    let story = Story::of(&recording);
    let healths: Vec<TargetHealth> =
        story.tasks("41")[0].target.steps().iter().take(3).map(|(_, health)| *health).collect();
    assert_eq!(healths, [TargetHealth::Healthy, TargetHealth::Unhealthy, TargetHealth::Healthy]);
}

#[test]
fn rebalancing_waits_for_tasks_that_are_protected() {
    let mut recording = Recording::rolling(4, 100, 200);
    let service = &mut recording.document["services"][0];
    service["service"]["availabilityZoneRebalancing"] = json!("ENABLED");
    service["targetGroups"] =
        json!([{"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]}]);
    recording.intervene(json!({"atSeconds": 10, "failAvailabilityZone": {"zone": "a", "forSeconds": 100}}));
    // The replacement in zone a runs since second 150 and is not healthy before 157: then nothing may be stopped for it.
    recording.intervene(json!({"atSeconds": 152, "updateTaskProtection":
        {"service": "ui", "protectionEnabled": true, "expiresInMinutes": 10}}));
    recording.intervene(json!({"atSeconds": 900, "setTraffic": {"requestsPerSecond": 1}}));
    let story = Story::of(&recording);
    let begun =
        story.run.events.iter().filter(|event| matches!(event.fact, Fact::Rebalancing { .. })).count();
    let tasks = |at: u64| story.running("41", second(at));
    assert_eq!((begun, tasks(400), tasks(900)), (1, 5, 4), "one too many while all are protected");
}

/// A task's whole life in no time.
fn in_no_time(recording: &mut Recording, behavior: Value) {
    recording.document["services"][0]["timings"] = json!({"provisionSeconds": 0, "pullSeconds": 0,
        "registerSeconds": 0, "firstCheckSeconds": 0, "deregisterSeconds": 0, "exitSeconds": 0,
        "deprovisionSeconds": 0, "propagationSeconds": 0});
    behaves(recording, 1, behavior);
    recording.document["services"][0]["revisions"][1]["behavior"]["startSeconds"] = json!(0);
}

#[test]
fn launches_that_fail_in_no_time_are_put_off_all_the_same() {
    for fault in ["crashesAtStart", "imageMissing"] {
        let mut recording = Recording::rolling(2, 100, 200);
        in_no_time(&mut recording, json!({ fault: true }));
        recording.deploys_at(0);
        let story = Story::of(&recording);
        let starts: Vec<SimTime> =
            story.tasks("42").iter().step_by(2).map(|task| task.status.steps()[0].0).collect();
        assert_eq!(starts[..6], [0, 0, 10, 30, 70, 150].map(second), "{fault}");
    }
}

#[test]
fn tasks_that_exit_in_no_time_end_the_run_where_it_is_full() {
    let mut recording = Recording::rolling(2, 100, 200);
    in_no_time(&mut recording, json!({"failsAfterSeconds": 0}));
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let last = story.run.events.last().expect("events");
    assert_eq!((&last.fact, last.at, story.run.end), (&Fact::CutShort, second(0), second(0)));
    assert_eq!(
        why_text(last, &story.scenario, &story.run),
        "A run holds 500,000 events and tasks, and no more."
    );
}

/// One task at a time, of twenty, whose image is missing.
fn one_by_one(container: Value, breaker: Value) -> Story {
    let mut recording = rolling(20, 100, 105, json!({"deploymentCircuitBreaker": breaker}));
    recording.document["services"][0]["taskDefinition"] = json!({"containerDefinitions": [container]});
    behaves(&mut recording, 1, json!({"imageMissing": true}));
    recording.deploys_at(0);
    Story::of(&recording)
}

#[test]
fn three_launches_without_an_image_digest_fail_a_deployment_whose_breaker_is_on() {
    let by_tag = json!({"name": "ui", "image": "shop/ui:42"});
    let breaker_of = |story: &Story| {
        let state = story.deployment(0).breaker.last().expect("a breaker");
        (state.status.api_name(), state.failure_count, state.threshold)
    };
    let not_found = |story: &Story| story.when(|fact| matches!(fact, Fact::DigestNotFound { .. })).is_some();
    for (rollback, status) in [(true, "ROLLBACK_SUCCESSFUL"), (false, "STOPPED")] {
        let story = one_by_one(by_tag.clone(), breaker(rollback));
        assert_eq!((story.status(0), breaker_of(&story)), (status, ("TRIGGERED", 3, 10)));
        assert!(not_found(&story));
    }
    let story = one_by_one(by_tag, json!({"enable": false, "rollback": false}));
    assert_eq!((story.status(0), not_found(&story)), ("IN_PROGRESS", true), "it goes on without digests");
    // Nothing is looked up: ten failed tasks are what it takes.
    for container in [
        json!({"name": "ui"}),
        json!({"name": "ui", "image": "shop/ui@sha256:9f86d081884c7d659a2feaa0c55ad015"}),
        json!({"name": "ui", "image": "shop/ui:42", "versionConsistency": "disabled"}),
    ] {
        let story = one_by_one(container, breaker(true));
        assert_eq!((breaker_of(&story), not_found(&story)), (("TRIGGERED", 10, 10), false));
    }
}

#[test]
fn tasks_that_start_together_count_for_the_breaker_before_the_digest_is_given_up() {
    let mut recording = rolling(20, 100, 200, json!({"deploymentCircuitBreaker": breaker(true)}));
    recording.document["services"][0]["taskDefinition"] =
        json!({"containerDefinitions": [{"name": "ui", "image": "shop/ui:42"}]});
    behaves(&mut recording, 1, json!({"imageMissing": true}));
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let state = story.deployment(0).breaker.last().expect("a breaker");
    assert_eq!((state.failure_count, state.threshold), (10, 10), "all twenty start at once");
    assert_eq!(story.when(|fact| matches!(fact, Fact::DigestNotFound { .. })), None);
}

#[test]
fn an_image_that_was_pulled_once_has_its_digest() {
    let mut recording = rolling(20, 100, 105, json!({"deploymentCircuitBreaker": breaker(true)}));
    recording.document["services"][0]["taskDefinition"] =
        json!({"containerDefinitions": [{"name": "ui", "image": "shop/ui:42"}]});
    recording.deploys_at(0);
    let missing = json!({"service": "ui", "revision": "42", "behavior": {"imageMissing": true}});
    recording.intervene(json!({"atSeconds": 60, "setBehavior": missing}));
    let story = Story::of(&recording);
    assert_eq!(story.when(|fact| matches!(fact, Fact::DigestNotFound { .. })), None);
}

#[test]
fn a_run_does_not_end_before_what_a_person_did_late_has_been_seen() {
    let two_days = 48 * 3600;
    // Tasks that crash for ever, and a person who looks in on the third day.
    let mut crashes = Recording::rolling(3, 100, 200);
    behaves(&mut crashes, 1, json!({"crashesAtStart": true}));
    crashes.deploys_at(0);
    crashes.intervene(json!({"atSeconds": 200_000, "setTraffic": {"requestsPerSecond": 10}}));
    assert_eq!(Story::of(&crashes).run.end, second(200_300));
    // Without anybody it is over after two.
    crashes.document["interventions"].as_array_mut().expect("a list").pop();
    assert_eq!(Story::of(&crashes).run.end, second(two_days));

    // A step is approved on the third day, and after the step's bake of a day the next.
    let mut approved = linear(50.0);
    let configuration = &mut approved.document["services"][0]["service"]["deploymentConfiguration"];
    configuration["bakeTimeInMinutes"] = json!(60);
    configuration["linearConfiguration"]["stepBakeTimeInMinutes"] = json!(1440);
    configuration["lifecycleHooks"] = json!([{"targetType": "PAUSE",
        "lifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"], "timeoutConfiguration": {"timeoutInMinutes": 20_160}}]);
    approved.deploys_at(0);
    for (step, after) in [(1, 200_000), (2, 10)] {
        approved.intervene(json!({
            "at": {"stage": "PRE_PRODUCTION_TRAFFIC_SHIFT", "step": step, "plusSeconds": after},
            "continueServiceDeployment": {"service": "ui"}}));
    }
    let story = Story::of(&approved);
    assert_eq!(story.weights(), [(500, 500), (0, 100)]);
    let baked = story.entered("BAKE_TIME") + Span::from_mins(60);
    assert_eq!(story.run.end, baked, "the bake that ran on the third day is the last timer");
}
