//! What BLUE_GREEN, LINEAR and CANARY do with fleets and weights.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// Naive: a canary starts a few tasks.
#[test]
fn g01_the_target_is_whole_before_any_user_meets_it() {
    for recording in [
        canary(0),
        linear(20.0),
        Recording::shifting(json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0})),
    ] {
        let mut recording = recording;
        recording.deploys_at(0);
        let story = Story::of(&recording);
        let (first, ..) = story.shifts(ListenerRule::Production)[0];
        assert_eq!(story.running("42", first), 3, "desiredCount tasks of the target");
        assert_eq!(story.running("41", first), 3, "beside desiredCount tasks of the source");
    }
}

/// Naive: the last step is baked like the others.
#[test]
fn g02_no_step_bake_follows_the_last_step() {
    let mut recording = linear(50.0);
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let shifts = story.shifts(ListenerRule::Production);
    assert_eq!(shifts[1].0.since(shifts[0].0), Span::from_mins(6));
    assert_eq!(story.entered("POST_PRODUCTION_TRAFFIC_SHIFT"), shifts[1].0);
}

/// Naive: 100 / stepPercent steps, rounded down.
#[test]
fn g03_the_number_of_steps_is_rounded_up_and_the_last_may_be_tiny() {
    let mut recording = linear(33.3);
    recording.deploys_at(0);
    assert_eq!(Story::of(&recording).weights(), [(667, 333), (334, 666), (1, 999), (0, 100)]);
}

/// Naive: a canary goes on in steps of canaryPercent.
#[test]
fn g04_a_canary_has_exactly_two_shifts() {
    let mut recording = canary(0);
    recording.deploys_at(0);
    assert_eq!(Story::of(&recording).weights(), [(900, 100), (0, 100)]);
}

/// Naive: one bake time for everything.
#[test]
fn g05_step_bake_bake_time_and_rolling_bake_are_three_timers() {
    let mut recording = canary(7);
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let timers = story.deployment(0).stages.iter().filter_map(|record| Some((record.stage?, record.timer?)));
    let spans: Vec<(LifecycleStage, Span)> =
        timers.map(|(stage, (from, until))| (stage, until.since(from))).collect();
    assert_eq!(
        spans,
        [
            (LifecycleStage::ProductionTrafficShift, Span::from_mins(5)),
            (LifecycleStage::BakeTime, Span::from_mins(7))
        ]
    );

    let watched = json!({"alarms": {"alarmNames": ["errors"], "enable": true, "rollback": true}});
    for (more, bakes) in [(watched, true), (json!({}), false), (json!({"bakeTimeInMinutes": 7}), false)] {
        let mut recording = rolling(3, 100, 200, more);
        recording.deploys_at(0);
        let story = Story::of(&recording);
        assert_eq!(
            story.deployment(0).stages.iter().any(|it| it.stage == Some(LifecycleStage::BakeTime)),
            bakes
        );
        assert_eq!(story.status(0), "SUCCESSFUL");
    }
}

/// Naive: the way back goes down the steps.
#[test]
fn g09_a_rollback_is_one_jump() {
    let mut recording = linear(20.0);
    recording.deploys_at(0);
    recording.intervene(json!({"at": {"stage": "PRODUCTION_TRAFFIC_SHIFT", "step": 3, "plusSeconds": 60},
        "stopServiceDeployment": {"service": "ui"}}));
    assert_eq!(Story::of(&recording).weights(), [(800, 200), (600, 400), (400, 600), (100, 0)]);
}

/// Naive: `targetGroupArn` is blue, `alternateTargetGroupArn` is green.
#[test]
fn g27_the_two_target_groups_swap_roles_with_every_deployment() {
    let mut recording = Recording::shifting(json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0}));
    recording.document["services"][0]["revisions"] = json!([{"name": "41"}, {"name": "42"}, {"name": "43"}]);
    recording.deploys_at(0);
    recording.intervene(json!({"atSeconds": 2000, "deploy": {"service": "ui", "revision": "43"}}));
    let story = Story::of(&recording);
    let groups: Vec<u8> = story.run.services[0].revisions.iter().map(|revision| revision.group).collect();
    assert_eq!(groups, [0, 1, 0], "41, 42, 43");
    let set: Vec<[u16; 2]> =
        story.run.services[0].production.steps().iter().map(|(_, rule)| rule.set).collect();
    assert_eq!(set, [[100, 0], [0, 100], [100, 0]]);
}

/// Naive: a Network Load Balancer behaves like an Application Load Balancer.
#[test]
fn g30_a_network_load_balancer_takes_ten_minutes_more_for_each_shift() {
    let stay = |network: bool, stage: &str, next: &str| {
        let mut recording = canary(0);
        if network {
            recording.behind_a_network_load_balancer();
        }
        recording.deploys_at(0);
        let story = Story::of(&recording);
        story.entered(next).since(story.entered(stage))
    };
    let test = ("TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT");
    assert_eq!((stay(false, test.0, test.1), stay(true, test.0, test.1)), (Span::ZERO, Span::from_mins(10)));
    let production = ("PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT");
    assert_eq!(
        (stay(false, production.0, production.1), stay(true, production.0, production.1)),
        (Span::from_mins(5), Span::from_mins(25)),
        "a canary bake of five minutes and two shifts"
    );
}
