//! The table of our readings: each row shows on the events or waits of a run, or the table says why not; and what can be
//! switched is switched.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::documented::{PASSES, Story, behaves, breaker, canary, hooked, linear, rolling};
use crate::driver::{Recording, group};
use cutover::model::readings::Shown;
use cutover::model::*;
use cutover::session::narrate::{reading_of, why_now, why_text};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Rows of the table, and a recording whose run shows them.
type Shows = (&'static [u8], fn() -> Recording);

const SHOWN: &[Shows] = &[
    (&[1, 2, 11, 16], || {
        let alarms = json!({"alarms": {"alarmNames": ["errors"], "enable": true, "rollback": true}});
        let mut recording = rolling(6, 50, 150, alarms);
        hooked(&mut recording, &[("passes", PASSES, &["PRE_SCALE_UP"])]);
        deployed(recording, &[])
    }),
    (&[34], || {
        let newer = json!({"at": {"stage": "BAKE_TIME"}, "deploy": {"service": "ui", "revision": "41"}});
        deployed(canary(10), &[newer])
    }),
    (&[35], || {
        let recording = rolling(4, 100, 200, json!({}));
        let stop = json!({"atSeconds": 100, "stopServiceDeployment": {"service": "ui"}});
        deployed(recording, &[stop, json!({"atSeconds": 110, "deploy": {"service": "ui", "revision": "41"}})])
    }),
    (&[36], || {
        let mut recording = rolling(20, 100, 105, json!({"deploymentCircuitBreaker": breaker(true)}));
        recording.document["services"][0]["taskDefinition"] =
            json!({"containerDefinitions": [{"name": "ui", "image": "shop/ui:42"}]});
        behaves(&mut recording, 1, json!({"imageMissing": true}));
        deployed(recording, &[])
    }),
    (&[31], || {
        let configuration = json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true,
            "thresholdConfiguration": {"type": "UNBOUNDED_PERCENT", "value": 10}}});
        let mut recording = rolling(2, 100, 200, configuration);
        behaves(&mut recording, 1, json!({"crashesAtStart": true}));
        deployed(recording, &[])
    }),
    (&[3, 4, 5, 8, 21, 27, 28, 32], || {
        let mut recording = canary(10);
        hooked(&mut recording, &[("gate", PASSES, &["TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"])]);
        let fails = json!({"hook": "gate", "source": "#{ hookStatus: \"FAILED\" }"});
        let deny = json!({"service": "ui", "forSeconds": 60});
        deployed(
            recording,
            &[
                json!({"at": {"stage": "BAKE_TIME"}, "setHook": fails}),
                json!({"at": {"stage": "BAKE_TIME"}, "denyListenerChanges": deny}),
                json!({"at": {"stage": "BAKE_TIME", "plusSeconds": 1}, "stopServiceDeployment": {"service": "ui"}}),
            ],
        )
    }),
    (&[6], || {
        let mut recording = canary(10);
        recording.behind_a_network_load_balancer();
        deployed(
            recording,
            &[json!({"at": {"stage": "BAKE_TIME"}, "stopServiceDeployment": {"service": "ui"}})],
        )
    }),
    (&[7], || {
        let mut recording = canary(0);
        let balancer = &mut recording.document["services"][0]["service"]["loadBalancers"][0];
        balancer["advancedConfiguration"].as_object_mut().expect("an object").remove("testListenerRule");
        deployed(recording, &[])
    }),
    (&[9, 18], || {
        let mut recording = canary(0);
        recording.document["services"][0]["firstDeployment"] = json!(true);
        hooked(&mut recording, &[("fails", "#{ hookStatus: \"FAILED\" }", &["POST_SCALE_UP"])]);
        recording
    }),
    (&[10], || {
        let mut recording = linear(50.0);
        let service = &mut recording.document["services"][0]["service"];
        service["deploymentConfiguration"].as_object_mut().expect("an object").remove("bakeTimeInMinutes");
        deployed(recording, &[])
    }),
    (&[12, 13], || {
        let mut recording = canary(0);
        recording.document["services"][0]["service"]["deploymentConfiguration"]["alarms"] =
            json!({"alarmNames": ["errors"], "enable": true, "rollback": true});
        let alarm = json!({"alarmName": "errors", "state": "ALARM"});
        deployed(recording, &[json!({"at": {"stage": "PRODUCTION_TRAFFIC_SHIFT"}, "setAlarm": alarm})])
    }),
    (&[14, 15], || {
        let mut recording = canary(0);
        recording.document["services"][0]["service"]["deploymentConfiguration"]["deploymentCircuitBreaker"] =
            json!({"enable": true, "rollback": true, "thresholdConfiguration": {"type": "COUNT", "value": 9}});
        behaves(&mut recording, 1, json!({"crashesAtStart": true}));
        deployed(recording, &[])
    }),
    (&[17], || {
        let configuration = json!({"strategy": "CANARY", "bakeTimeInMinutes": 0,
            "canaryConfiguration": {"canaryPercent": 100.0, "canaryBakeTimeInMinutes": 5}});
        deployed(Recording::shifting(configuration), &[])
    }),
    (&[19, 23], || {
        let scale = json!({"service": "ui", "desiredCount": 4});
        deployed(
            canary(0),
            &[
                json!({"atSeconds": 20, "setDesiredCount": scale}),
                json!({"atSeconds": 90, "stopTask": {"service": "ui"}}),
            ],
        )
    }),
    (&[20], || {
        let stop = json!({"at": {"stage": "CLEAN_UP", "plusSeconds": 60}, "stopServiceDeployment": {"service": "ui"}});
        deployed(canary(0), &[stop])
    }),
    (&[24], || {
        let mut recording = canary(0);
        let service = &mut recording.document["services"][0]["service"];
        service["loadBalancers"] = json!([]);
        service["serviceConnectConfiguration"] = json!({"enabled": true, "services": [{"portName": "http"}]});
        deployed(recording, &[])
    }),
    (&[25], || {
        let mut recording = canary(0);
        recording.document["services"][0]["service"]["deploymentConfiguration"]["lifecycleHooks"] =
            json!([{"targetType": "PAUSE", "lifecycleStages": ["RECONCILE_SERVICE"]}]);
        deployed(recording, &[json!({"atSeconds": 100, "deploy": {"service": "ui", "revision": "41"}})])
    }),
    (&[26], || {
        let mut recording = rolling(4, 50, 100, json!({"deploymentCircuitBreaker": breaker(false)}));
        behaves(&mut recording, 1, json!({"crashesAtStart": true}));
        deployed(recording, &[])
    }),
    (&[29], || {
        let mut recording = canary(0);
        recording.document["services"][0]["targetGroups"] =
            json!([{"TargetGroupArn": group(2), "LoadBalancerArns": []}]);
        deployed(recording, &[])
    }),
    (&[30], || {
        let mut recording = Recording::rolling(6, 100, 200);
        recording
            .intervene(json!({"atSeconds": 0, "failAvailabilityZone": {"zone": "a", "forSeconds": 120}}));
        recording.intervene(json!({"atSeconds": 300, "setTraffic": {"requestsPerSecond": 80}}));
        recording
    }),
];

fn deployed(mut recording: Recording, acts: &[Value]) -> Recording {
    recording.deploys_at(0);
    acts.iter().for_each(|act| recording.intervene(act.clone()));
    recording
}

/// The rows that the events and the waits of a run name.
fn named(story: &Story) -> BTreeSet<u8> {
    let (scenario, run) = (&story.scenario, &story.run);
    let events = run.events.iter().filter_map(|event| reading_of(event, scenario, run));
    let waits = run.services[0].waiting.steps().iter();
    let waits = waits.filter_map(|(at, _)| why_now(scenario, run, 0, *at).reading);
    events.chain(waits).map(Reading::number).collect()
}

#[test]
fn every_reading_shows_in_a_run_or_says_why_not() {
    let mut seen = BTreeSet::new();
    for (rows, recording) in SHOWN {
        let story = Story::of(&recording());
        let named = named(&story);
        for row in *rows {
            assert!(named.contains(row), "row {row} does not show; {named:?} do\n{}", trace(&story));
        }
        seen.extend(named);
    }
    for reading in Reading::ALL {
        match reading.row().shown {
            Shown::InRuns => assert!(seen.contains(&reading.number()), "{reading:?} shows nowhere"),
            Shown::Elsewhere(why) => {
                assert!(!seen.contains(&reading.number()), "{reading:?} shows after all: {why}");
            }
        }
    }
}

fn trace(story: &Story) -> String {
    cutover::exports::trace(&story.scenario, &story.run)
}

#[test]
fn the_trace_names_the_row_behind_an_event() {
    let (_, recording) = SHOWN.iter().find(|(rows, _)| rows.contains(&15)).expect("a recording");
    let story = Story::of(&recording());
    let put_off =
        story.run.events.iter().find(|it| matches!(it.fact, cutover::engine::Fact::LaunchDelayed { .. }));
    let text = why_text(put_off.expect("a launch is put off"), &story.scenario, &story.run);
    assert!(text.ends_with("Our reading 15."), "{text}");
}

/// A stopping task holds its place under maximumPercent, unless that reading is switched off.
#[test]
fn whether_stopping_tasks_count_toward_the_maximum_can_be_switched() {
    let run = |readings: Value| {
        let mut recording = Recording::rolling(4, 50, 100);
        recording.document["readings"] = readings;
        recording.deploys_at(0);
        Story::of(&recording)
    };
    let first_of_42 = |story: &Story| story.tasks("42")[0].status.steps()[0].0;
    for counting in [json!({}), json!({"stoppingCountsTowardMaximum": true})] {
        // The deregistration delay of five minutes, and what comes before and after it.
        assert_eq!(first_of_42(&run(counting)), SimTime::from_secs(314));
    }
    let story = run(json!({"stoppingCountsTowardMaximum": false}));
    assert_eq!(first_of_42(&story), SimTime::ZERO, "a place is free as soon as its task is told to stop");
    assert!(!named(&story).contains(&2));
}

/// Tasks of the target that fail their checks are replaced at once, though maximumPercent has no room for them (h13).
#[test]
fn maximum_percent_does_not_hold_back_the_targets_fleet() {
    let mut recording =
        Recording::shifting(json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0, "maximumPercent": 100}));
    recording.document["services"][0]["revisions"][1]["behavior"] = json!({"failsHealthChecks": true});
    recording.deploys_at(0);
    // The first three are found unhealthy after 105 seconds and drain for five minutes; the next three are well.
    let mended = json!({"service": "ui", "revision": "42", "behavior": {"failsHealthChecks": false}});
    recording.intervene(json!({"atSeconds": 106, "setBehavior": mended}));
    let story = Story::of(&recording);
    let started: Vec<SimTime> = story.tasks("42").iter().map(|task| task.status.steps()[0].0).collect();
    assert_eq!(started, [[SimTime::ZERO; 3], [SimTime::from_secs(105); 3]].concat());
    assert_eq!(story.entered("POST_SCALE_UP"), SimTime::from_secs(105 + 47));
}
