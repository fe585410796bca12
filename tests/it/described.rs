//! What AWS would show of a run: service events in the order of a real service's history, deployments, EventBridge.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::documented::{Story, behaves, breaker, rolling, second};
use crate::driver::Recording;
use cutover::exports::describe;
use cutover::model::SimTime;
use serde_json::{Value, json};

const DESCRIBED: &str = include_str!("../data/retail-ui.describe-services.json");

/// The kind of a service event: its message without ids, names and numbers.
fn kind(message: &str) -> String {
    let mut words = String::new();
    let mut depth = 0_u32;
    for letter in message.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && (letter.is_alphabetic() || letter == ' ') => words.push(letter),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The kinds of a service's events, oldest first.
fn kinds(service: &Value) -> Vec<String> {
    let events = service["events"].as_array().expect("events");
    events.iter().rev().map(|event| kind(event["message"].as_str().expect("a message"))).collect()
}

fn described(story: &Story, at: SimTime) -> Value {
    describe(&story.scenario, &story.run, at)
}

/// The names on EventBridge, in order.
fn bus(description: &Value) -> Vec<&str> {
    let events = description["eventBridge"].as_array().expect("events");
    events.iter().map(|event| event["detail"]["eventName"].as_str().expect("a name")).collect()
}

#[test]
fn a_rolling_deployment_tells_what_the_real_service_told_in_its_order() {
    let real: Value = serde_json::from_str(DESCRIBED).expect("JSON");
    let mut recording = Recording::rolling(2, 100, 200);
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let ours = kinds(&described(&story, story.run.end)["services"][0]);
    // The older half of the history is the creation of the service; the rest is a deployment.
    let theirs = kinds(&real["services"][0]);
    let deployment = theirs.len() - 7;
    assert_eq!(ours, theirs[deployment..]);
}

#[test]
fn a_failed_deployment_stands_in_deployments_and_on_event_bridge() {
    let mut recording = rolling(2, 100, 200, json!({"deploymentCircuitBreaker": breaker(true)}));
    behaves(&mut recording, 1, json!({"crashesAtStart": true}));
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let early = described(&story, second(60));
    let service = &early["services"][0];
    assert_eq!([&service["desiredCount"], &service["runningCount"], &service["pendingCount"]], [2, 2, 2]);
    let states: Vec<[&str; 2]> = service["deployments"]
        .as_array()
        .expect("deployments")
        .iter()
        .map(|it| ["status", "rolloutState"].map(|key| it[key].as_str().expect("a word")))
        .collect();
    assert_eq!(states, [["PRIMARY", "IN_PROGRESS"], ["ACTIVE", "COMPLETED"]]);
    assert!(service["currentServiceDeployment"].is_string());

    let late = described(&story, story.run.end);
    assert_eq!(
        bus(&late),
        [
            "SERVICE_DEPLOYMENT_IN_PROGRESS",
            "SERVICE_TASK_START_IMPAIRED",
            "SERVICE_DEPLOYMENT_FAILED",
            "SERVICE_DEPLOYMENT_IN_PROGRESS",
            "SERVICE_DEPLOYMENT_COMPLETED",
            "SERVICE_STEADY_STATE"
        ]
    );
    assert!(late["services"][0]["currentServiceDeployment"].is_null());
    assert_eq!(late["services"][0]["deployments"].as_array().map(Vec::len), Some(1));
}

#[test]
fn scaling_and_missing_room_stand_on_event_bridge() {
    let mut recording = Recording::rolling(2, 100, 200);
    recording.intervene(json!({"atSeconds": 0, "limitCapacity": {"tasks": 3}}));
    recording.intervene(json!({"atSeconds": 10, "setDesiredCount": {"service": "ui", "desiredCount": 4}}));
    recording.intervene(json!({"atSeconds": 100, "setDesiredCount": {"service": "ui", "desiredCount": 2}}));
    let story = Story::of(&recording);
    assert_eq!(
        bus(&described(&story, second(150))),
        [
            "SERVICE_DESIRED_COUNT_UPDATED",
            "SERVICE_TASK_PLACEMENT_FAILURE",
            "SERVICE_DESIRED_COUNT_UPDATED",
            "TASKS_STOPPED"
        ]
    );
}
