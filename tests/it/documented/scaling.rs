//! What changes the number of tasks, what starts a deployment, and what other tools see of it.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use cutover::engine::older_view::{RolloutState, is_stable, older_view, services_stable};

/// Naive: scaling is frozen while a deployment is under way.
#[test]
fn g31_auto_scaling_may_scale_out_but_not_in_during_a_deployment() {
    let mut recording = canary(0);
    recording.deploys_at(0);
    let scale = |to: u32| json!({"service": "ui", "desiredCount": to, "autoScaling": true});
    for (at, to) in [(100, 2), (120, 5), (2000, 2)] {
        recording.intervene(json!({"atSeconds": at, "setDesiredCount": scale(to)}));
    }
    let story = Story::of(&recording);
    assert!(story.end() < second(2000));
    let desired = |at: u64| story.run.services[0].configuration.at(second(at)).map(|it| it.desired_count);
    assert_eq!([desired(110), desired(130), desired(2010)], [Some(3), Some(5), Some(2)]);
    assert_eq!(story.refusals(), ["scale-in is off while a deployment is under way; scale-out is not"]);
    assert_eq!(story.running("42", story.end()), 5, "scaled out in the middle of it");
}

/// Naive: an average over all tasks says how busy the service is.
#[test]
fn g32_a_second_fleet_halves_the_average_load() {
    let mut recording = canary(5);
    recording.document["traffic"] = json!({"requestsPerSecond": 60});
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let service = &story.run.services[0];
    let average = |at: SimTime| {
        let rate: u64 = service.traffic.flows.iter().map(|flow| flow.rate_at(at).0.0).sum();
        let tasks = story.running("41", at) + story.running("42", at);
        rate / tasks as u64
    };
    let baking = story.entered("BAKE_TIME") + Span::from_secs(60);
    assert_eq!(average(second(10)), Rate::per_second(20).0);
    assert_eq!(average(baking), Rate::per_second(10).0, "the users' requests are the same");
}

/// Naive: `services-stable` means that my revision is live.
#[test]
fn g33_services_stable_is_content_after_a_rollback_too() {
    let mut recording = rolling(2, 100, 200, json!({"deploymentCircuitBreaker": breaker(true)}));
    behaves(&mut recording, 1, json!({"crashesAtStart": true}));
    recording.deploys_at(0);
    let story = Story::of(&recording);
    assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL");
    let failing = older_view(&story.run, 0, second(60));
    let states = |view: &[cutover::engine::older_view::OlderDeployment]| -> Vec<(bool, RolloutState)> {
        view.iter().map(|it| (it.primary, it.rollout_state)).collect()
    };
    assert_eq!(states(&failing), [(true, RolloutState::InProgress), (false, RolloutState::Completed)]);
    assert!(!is_stable(&story.run, 0, second(60)));
    let stable = services_stable(&story.run, 0, SimTime::ZERO).expect("within ten minutes");
    assert!(stable >= story.end());
    assert_eq!(story.running("42", stable), 0, "of the revision that was deployed nothing runs");
    assert_eq!(states(&older_view(&story.run, 0, stable)), [(true, RolloutState::Completed)]);
}

/// Naive: every update deploys.
#[test]
fn g34_neither_desired_count_nor_the_configuration_starts_a_deployment() {
    for (update, deployments) in [
        (json!({"desiredCount": 5}), 0),
        (json!({"deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}}), 0),
        (json!({"healthCheckGracePeriodSeconds": 60}), 0),
        (json!({"availabilityZoneRebalancing": "DISABLED"}), 0),
        (
            json!({"capacityProviderStrategy": [], "placementConstraints": [], "enableExecuteCommand": true}),
            0,
        ),
        (json!({"forceNewDeployment": true}), 1),
        (json!({"taskDefinition": "ui:42"}), 1),
        (json!({"platformVersion": "1.4.0"}), 1),
    ] {
        let mut recording = canary(0);
        recording.intervene(json!({"atSeconds": 10, "updateService": update}));
        let story = Story::of(&recording);
        assert_eq!(story.run.deployments.len(), deployments, "{update}");
    }
    // The strategy that an update set counts from the next deployment on, and cannot change during one.
    let mut recording = canary(0);
    let update = json!({"deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}});
    recording.intervene(json!({"atSeconds": 10, "updateService": update}));
    recording.deploys_at(20);
    let back = json!({"deploymentConfiguration": {"strategy": "ROLLING"}});
    recording.intervene(json!({"atSeconds": 60, "updateService": back}));
    let story = Story::of(&recording);
    assert_eq!(story.deployment(0).configuration.strategy, Strategy::BlueGreen);
    assert_eq!(story.refusals(), ["the strategy cannot be changed while a deployment is under way"]);
}
