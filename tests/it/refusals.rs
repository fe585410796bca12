//! What AWS refuses at its moment, and what it finds wrong only while a deployment runs.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::documented::{Story, behaves, breaker, canary, linear, rolling};
use crate::driver::Recording;
use cutover::formats::read_document;
use cutover::model::*;
use serde_json::{Value, json};

/// A linear deployment that waits at a PAUSE hook before each step, for at most ten minutes.
fn paused() -> Recording {
    let mut recording = linear(50.0);
    recording.document["services"][0]["service"]["deploymentConfiguration"]["lifecycleHooks"] = json!([
        {"targetType": "PAUSE", "lifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"],
            "timeoutConfiguration": {"timeoutInMinutes": 10, "action": "CONTINUE"}}]);
    recording.deploys_at(0);
    recording
}

#[test]
fn continue_service_deployment_says_why_it_refuses_a_hook_id() {
    let first = &Story::of(&paused()).deployment(0).hooks[0].clone();
    assert_eq!(first.next, Some(first.at + Span::from_mins(10)), "expiresAt");
    let id = first.hook.as_str();
    let own = json!({"continueServiceDeployment": {"service": "ui", "hookId": id}});
    let nobodys = json!({"continueServiceDeployment": {"service": "ui", "hookId": "ecs-pause-000000000000"}});
    let formless = json!({"continueServiceDeployment": {"service": "ui", "hookId": "pause"}});
    let deploy = json!({"deploy": {"service": "ui", "revision": "41"}});
    let stop = json!({"stopServiceDeployment": {"service": "ui"}});
    /// What is done so many seconds after the first pause, and what the last of it is told.
    type Row<'a> = (&'a [(u64, &'a Value)], Option<&'a str>);
    let table: &[Row<'_>] = &[
        (&[(10, &own)], None),
        (&[(10, &formless)], Some("hookId pause has not the form ecs-{hookType}-{id}")),
        (
            &[(10, &nobodys)],
            Some("no hook of this service's deployments has the hookId ecs-pause-000000000000"),
        ),
        (&[(10, &own), (20, &own)], Some("the hook is finished: it is SUCCEEDED")),
        (&[(601, &own)], Some("the hook has expired: it is TIMED_OUT")),
        (
            &[(10, &deploy), (20, &own)],
            Some("a newer deployment has superseded the one that the hookId belongs to"),
        ),
        (&[(10, &stop), (11, &own)], Some("the service deployment is rolling back")),
        (
            &[(10, &stop), (900, &own)],
            Some("the service deployment that the hookId belongs to is ROLLBACK_SUCCESSFUL"),
        ),
    ];
    for (acts, refusal) in table {
        let mut recording = paused();
        for (after, act) in *acts {
            let mut act = (*act).clone();
            act["atSeconds"] = json!((first.at + Span::from_secs(*after)).0 / 1000);
            recording.intervene(act);
        }
        let story = Story::of(&recording);
        let refusals: Vec<String> = refusal.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(story.refusals(), refusals);
    }
}

#[test]
fn weights_that_somebody_else_has_set_roll_a_deployment_back() {
    let weights = |at: Value, source: u64, target: u64| {
        let mut act = json!({"setListenerWeights": {"service": "ui", "rule": "production",
            "sourceWeight": source, "targetWeight": target}});
        let (key, value) = at.as_object().and_then(|at| at.iter().next()).expect("a moment");
        act[key] = value.clone();
        act
    };
    let before_second_step = json!({"at": {"stage": "PRODUCTION_TRAFFIC_SHIFT", "plusSeconds": 60}});
    for (act, reason) in [
        (weights(json!({"atSeconds": 0}), 50, 50), "both target groups have a weight in the production rule"),
        (
            weights(json!({"atSeconds": 0}), 0, 100),
            "the production rule forwards to a target group that is not the service's present one",
        ),
        (
            weights(before_second_step, 999, 1),
            "the weights of the production rule are not those that the deployment has set",
        ),
    ] {
        let mut recording = linear(50.0);
        recording.intervene(act);
        recording.deploys_at(10);
        let story = Story::of(&recording);
        assert_eq!(
            (story.status(0), story.deployment(0).status_reason.as_str()),
            ("ROLLBACK_SUCCESSFUL", reason)
        );
        assert_eq!(story.deployment(0).rollback.as_ref().map(|it| it.detector.word()), Some("networking"));
    }
}

#[test]
fn a_service_behind_service_connect_has_no_listener_to_break() {
    let mut recording = linear(50.0);
    let entry = &mut recording.document["services"][0];
    let service = entry["service"].as_object_mut().expect("a service");
    service.remove("loadBalancers");
    service.insert(
        "serviceConnectConfiguration".to_owned(),
        json!({"enabled": true, "services": [{"portName": "http"}]}),
    );
    entry.as_object_mut().expect("an entry").remove("targetGroups");
    recording.deploys_at(0);
    let weights = json!({"service": "ui", "rule": "production", "sourceWeight": 50, "targetWeight": 50});
    recording.intervene(json!({"atSeconds": 10, "setListenerWeights": weights}));
    recording.intervene(json!({"atSeconds": 20, "denyListenerChanges": {"service": "ui"}}));
    let story = Story::of(&recording);
    assert_eq!(
        story.refusals(),
        ["the service has no production listener rule", "the service has no listener"]
    );
    assert_eq!(story.status(0), "SUCCESSFUL");
}

#[test]
fn the_monitors_have_four_statuses() {
    let statuses = |configuration: Value, crashes: bool| {
        let mut recording = rolling(2, 100, 200, configuration);
        behaves(&mut recording, 1, json!({"crashesAtStart": crashes}));
        recording.deploys_at(0);
        let story = Story::of(&recording);
        let breaker = story.deployment(0).breaker.steps().iter().map(|(_, state)| state.status.api_name());
        let mut words: Vec<&str> = breaker.collect();
        words.dedup();
        let alarms = story.deployment(0).alarms.steps().iter().map(|(_, status)| status.api_name());
        (words.join(" "), alarms.collect::<Vec<_>>().join(" "))
    };
    let watched = json!({"deploymentCircuitBreaker": breaker(true),
        "alarms": {"alarmNames": ["errors"], "enable": true, "rollback": true}});
    let told = |breaker: &str, alarms: &str| (breaker.to_owned(), alarms.to_owned());
    assert_eq!(statuses(json!({}), false), told("DISABLED", "DISABLED"));
    assert_eq!(
        statuses(watched.clone(), false),
        told("MONITORING MONITORING_COMPLETE", "MONITORING MONITORING_COMPLETE")
    );
    assert_eq!(statuses(watched, true), told("MONITORING TRIGGERED", "MONITORING MONITORING_COMPLETE"));
}

#[test]
fn a_task_that_does_not_run_can_be_neither_stopped_nor_protected() {
    let mut recording = canary(0);
    for act in [
        json!({"atSeconds": 1, "stopTask": {"service": "ui", "task": 9}}),
        json!({"atSeconds": 1, "updateTaskProtection": {"service": "ui", "task": 9, "protectionEnabled": true}}),
    ] {
        recording.intervene(act);
    }
    assert_eq!(Story::of(&recording).refusals(), ["there is no running task 9: 3 are running"; 2]);
}

#[test]
fn alarms_may_be_judged_as_often_as_the_longest_timer_lets_them() {
    let read = |minutes: u32| {
        let mut recording = Recording::rolling(2, 100, 200);
        recording.document["services"][0]["service"]["deploymentConfiguration"]["lifecycleHooks"] = json!([{"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"],
                "timeoutConfiguration": {"timeoutInMinutes": minutes, "action": "ROLLBACK"}}]);
        let alarms =
            (0..8).map(|n| json!({"alarmName": format!("a{n}"), "threshold": 5, "periodSeconds": 1}));
        recording.document["alarms"] = alarms.collect();
        recording.deploys_at(0);
        read_document(&recording.document).map(drop).map_err(|problems| problems[0].to_string())
    };
    assert_eq!(read(1_440), Ok(()));
    let refused = read(20_160).expect_err("eight of them for sixteen days are too many");
    assert!(refused.starts_with("alarms: may be judged 11,059,200 times"), "{refused}");
}
