//! Availability Zones: tasks are spread evenly, and evened out again after a steady state ("Balancing an Amazon ECS service
//! across Availability Zones").

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::documented::{Story, second};
use crate::driver::Recording;
use cutover::engine::Fact;
use cutover::model::*;
use serde_json::json;

/// The RUNNING tasks of each zone at an instant.
fn zones(story: &Story, at: SimTime) -> [usize; 3] {
    let running = |zone: u8| {
        let tasks = story.run.services[0].tasks.iter().filter(|task| task.zone == zone);
        tasks.filter(|task| task.status.at(at) == Some(&TaskStatus::Running)).count()
    };
    [running(0), running(1), running(2)]
}

/// Six tasks in steady state lose zone a for two minutes.
fn loses_a_zone(minimum: u32, maximum: u32) -> Recording {
    let mut recording = Recording::rolling(6, minimum, maximum);
    recording.document["services"][0]["targetGroups"] =
        json!([{"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "10"}]}]);
    recording.intervene(json!({"atSeconds": 10, "failAvailabilityZone": {"zone": "a", "forSeconds": 120}}));
    // Keeps the run going.
    recording.intervene(json!({"atSeconds": 900, "setTraffic": {"requestsPerSecond": 80}}));
    recording
}

#[test]
fn tasks_are_placed_and_scaled_in_evenly() {
    for (desired, spread) in [(5, [2, 2, 1]), (8, [3, 3, 2])] {
        let mut recording = Recording::rolling(desired, 100, 200);
        recording.deploys_at(0);
        recording
            .intervene(json!({"atSeconds": 600, "setDesiredCount": {"service": "ui", "desiredCount": 3}}));
        let story = Story::of(&recording);
        assert_eq!(zones(&story, SimTime::ZERO), spread);
        assert_eq!(zones(&story, second(590)), spread);
        assert_eq!(zones(&story, story.run.end), [1, 1, 1], "of {desired}");
    }
}

#[test]
fn an_uneven_service_is_evened_out_after_its_steady_state() {
    let story = Story::of(&loses_a_zone(100, 150));
    assert_eq!(zones(&story, second(129)), [0, 3, 3], "restored in the zones that are left");
    assert_eq!(zones(&story, second(800)), [2, 2, 2], "one after the other has moved back");
    let moves =
        story.run.events.iter().filter(|event| matches!(event.fact, Fact::Rebalancing { .. })).count();
    assert_eq!(moves, 2);
    let counts = story.run.services[0].counts.steps().iter().filter(|(at, _)| *at > second(129));
    for (at, counts) in counts {
        assert!(counts.healthy >= 6, "the new task is healthy before an old one goes, at {at}");
        assert!(counts.total <= 9, "maximumPercent holds, at {at}");
    }
}

#[test]
fn nothing_is_evened_out_where_it_is_off_or_where_there_is_no_room() {
    let mut off = loses_a_zone(50, 200);
    off.document["services"][0]["service"]["availabilityZoneRebalancing"] = json!("DISABLED");
    for (recording, why) in [(off, "DISABLED"), (loses_a_zone(50, 100), "off with a maximumPercent of 100")] {
        let story = Story::of(&recording);
        assert_eq!(zones(&story, second(890)), [0, 3, 3], "{why}");
    }
    let story = Story::of(&loses_a_zone(100, 110));
    assert_eq!(zones(&story, second(890)), [0, 3, 3], "6.6 tasks are 6: there is no room for a seventh");
}

#[test]
fn a_deployment_interrupts_the_evening_out() {
    let moved = Story::of(&loses_a_zone(100, 150));
    let begun = moved.when(|fact| matches!(fact, Fact::Rebalancing { .. })).expect("it begins");
    let mut recording = loses_a_zone(100, 150);
    recording.deploys_at(begun.0 / 1000 + 5);
    let story = Story::of(&recording);
    let moves =
        story.run.events.iter().filter(|event| matches!(event.fact, Fact::Rebalancing { .. })).count();
    assert_eq!(
        (moves, story.status(0)),
        (1, "SUCCESSFUL"),
        "it was placed evenly, so nothing is left to move"
    );
    assert_eq!(zones(&story, story.run.end), [2, 2, 2]);
}
