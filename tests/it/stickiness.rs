//! Stickiness of both kinds: real shares lag the weights, and the same people meet the new revision again and again.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, simulate};
use cutover::engine::users::users;
use cutover::engine::{FlowKey, RevisionId, Run};
use cutover::formats::read_document;
use cutover::model::{ListenerRule, Scenario, SimTime, Span};
use serde_json::{Value, json};

/// A canary of 10 % for ten minutes whose clients keep their group for an hour, or for as long as is said.
pub fn canary(seconds: Option<u64>) -> Recording {
    let mut recording = Recording::shifting(json!({"strategy": "CANARY", "bakeTimeInMinutes": 5,
        "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 10}}));
    if let Some(seconds) = seconds {
        let forward = json!({"TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": seconds}});
        recording.document["services"][0]["listenerRules"] =
            json!([{"Priority": "1", "Actions": [{"Type": "forward", "ForwardConfig": forward}]}]);
    }
    // Everybody asks every other second.
    recording.document["traffic"] = json!({"requestsPerSecond": 300, "users": 600});
    recording.document["services"][0]["revisions"][1]["behavior"] = json!({"errorPercent": 20});
    recording.deploys_at(0);
    recording
}

/// The target's part of the requests at that second.
fn share(run: &Run, secs: u64) -> f64 {
    let rate = |revision| {
        let flow = run.services[0].traffic.flow(FlowKey::Production(RevisionId(revision)));
        flow.map_or(0.0, |flow| flow.rate_at(SimTime::from_secs(secs)).0.as_per_second())
    };
    rate(1) / (rate(0) + rate(1))
}

/// The second in which the target first got that weight.
fn shifted(run: &Run, weight: u16) -> u64 {
    let mut shifts = run.deployments[0].shifts.iter().filter(|shift| shift.rule == ListenerRule::Production);
    let shift = shifts.find(|shift| shift.weights.target == weight);
    shift.expect("the shift").at.0 / 1000
}

fn at(secs: u64) -> SimTime {
    SimTime::from_secs(secs)
}

#[test]
fn with_group_stickiness_the_real_share_lags_the_weights_evenly_over_the_duration() {
    let (_, run) = simulate(&canary(Some(3600)));
    let step = shifted(&run, 100);
    for (after, expected) in
        [(10, 0.1 * 10.0 / 3600.0), (300, 0.1 * 300.0 / 3600.0), (590, 0.1 * 590.0 / 3600.0)]
    {
        let real = share(&run, step + after);
        assert!((real - expected).abs() < 0.002, "{real} instead of {expected} {after} s after the shift");
    }
    let (_, free) = simulate(&canary(None));
    assert!((share(&free, shifted(&free, 100) + 10) - 0.1).abs() < 1e-5);
}

#[test]
fn a_short_duration_is_over_soon() {
    let (_, run) = simulate(&canary(Some(60)));
    let canary = shifted(&run, 100);
    assert!(share(&run, canary + 20) < 0.05, "{}", share(&run, canary + 20));
    assert!((share(&run, canary + 70) - 0.1).abs() < 1e-5, "{}", share(&run, canary + 70));
}

#[test]
fn on_the_way_back_kept_choices_hold_until_the_targets_drain() {
    let mut recording = canary(Some(120));
    recording.document["services"][0]["timings"] = json!({"deregisterSeconds": 60});
    let back = shifted(&simulate(&recording).1, 100) + 300;
    recording.intervene(json!({"atSeconds": back, "stopServiceDeployment": {"service": "ui"}}));
    let (_, run) = simulate(&recording);
    let (soon, later) = (share(&run, back + 8), share(&run, back + 50));
    assert!(soon > 0.08 && later < soon && later > 0.03, "{soon}, {later}");
    // Then the targets of 42 are deregistered, and whoever kept them chooses anew.
    assert_eq!(share(&run, back + 70), 0.0);
    let users_back =
        run.deployments[0].rollback.as_ref().and_then(|it| it.users_back).expect("they are back");
    assert!(users_back >= at(back + 60), "{users_back}");
    let requests = run.services[0].traffic.production(run.end);
    let unserved = run.services[0].traffic.flow(FlowKey::Unserved);
    assert!(unserved.is_none(), "nobody is sent to an empty group: {requests:?}");
}

#[test]
fn a_sticky_canary_exposes_its_weight_and_a_free_one_nearly_everybody() {
    let exposed = |recording: &Recording| {
        let (scenario, run) = simulate(recording);
        let end = at(shifted(&run, 100) + 590);
        users(&scenario, &run, end)
    };
    let (free, sticky) = (exposed(&canary(None)), exposed(&canary(Some(590))));
    assert!(free.exposed == 600 && free.hurt > 590, "300 requests a second reach everybody: {free:?}");
    // Of 600 people one in ten has chosen the target once, and met its errors for the rest of the time.
    assert!((55..=65).contains(&sticky.exposed), "{sticky:?}");
    assert!(sticky.hurt <= sticky.exposed && sticky.hurt + 3 > sticky.exposed, "{sticky:?}");
}

/// Nobody is hurt by being there: of those who met the target, those whose one request in twenty failed.
#[test]
fn who_met_the_target_without_an_error_is_not_hurt() {
    let met = |seconds: Option<u64>, percent: u32, users_asking: u32, lasts: u64| {
        let mut recording = canary(seconds);
        recording.document["services"][0]["revisions"][1]["behavior"] = json!({"errorPercent": percent});
        recording.document["traffic"]["users"] = json!(users_asking);
        let (scenario, run) = simulate(&recording);
        users(&scenario, &run, at(shifted(&run, 100) + lasts))
    };
    // A minute at a tenth of 300 a second: of a million hardly anybody comes twice.
    for (percent, hurt) in [(0, 0.0), (5, 0.05), (100, 1.0)] {
        let met = met(None, percent, 1_000_000, 60);
        let part = f64::from(met.hurt) / f64::from(met.exposed);
        assert!(met.exposed > 1_500 && (part - hurt).abs() < 0.015, "{percent} %: {met:?}");
    }
    // Who keeps a target without errors is never hurt.
    let sticky = met(Some(590), 0, 600, 590);
    assert!(sticky.exposed > 50 && sticky.hurt == 0, "{sticky:?}");
}

#[test]
fn target_stickiness_keeps_people_on_the_old_tasks_of_a_rolling_update_until_those_go() {
    let rolling = |sticky: bool| {
        let mut recording = Recording::rolling(4, 100, 125);
        recording.document["traffic"] = json!({"requestsPerSecond": 300, "users": 10_000});
        recording.document["services"][0]["targetGroups"] = json!([{"Attributes": [
            {"Key": "stickiness.enabled", "Value": if sticky { "true" } else { "false" }},
            {"Key": "stickiness.type", "Value": "lb_cookie"},
            {"Key": "stickiness.lb_cookie.duration_seconds", "Value": "86400"},
            {"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]}]);
        recording.deploys_at(0);
        simulate(&recording)
    };
    let ((scenario, sticky), (free_scenario, free)) = (rolling(true), rolling(false));
    // One of five tasks is new, nobody has moved; soon the first old one goes, and its people choose as they ask.
    let first = sticky.services[0].decisions.iter().find(|it| it.stop > 0).expect("a stop").at;
    let met = |scenario: &Scenario, run: &Run, at| users(scenario, run, at).exposed;
    assert!(met(&scenario, &sticky, first) < 10, "{}", met(&scenario, &sticky, first));
    let (kept, moved) = (met(&scenario, &sticky, first + Span::from_secs(85)), 10_000 / 4 / 4);
    assert!(
        kept.abs_diff(moved) < 30,
        "{kept} of the quarter that lost its task, not a quarter of it ({moved})"
    );
    let free = met(&free_scenario, &free, first + Span::from_secs(85));
    assert!(free > 3 * moved / 2, "{free} have met it who keep nothing");
    // In the end the old tasks are gone, and everybody has met the new ones.
    assert_eq!(met(&scenario, &sticky, sticky.end), 10_000);
}

/// By the requests of 20 simulations one by one: some 255 people of 1,500. Whoever chose late has had less time to meet a
/// failure, so that failures gather at fewer people than if they fell on all who have chosen.
#[test]
fn who_chose_late_is_hurt_less_than_who_chose_early() {
    let mut recording = Recording::shifting(json!({"strategy": "LINEAR", "bakeTimeInMinutes": 1,
        "linearConfiguration": {"stepPercent": 25.0, "stepBakeTimeInMinutes": 2}}));
    let forward = json!({"TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 600}});
    let service = &mut recording.document["services"][0];
    service["listenerRules"] = json!([{"Actions": [{"Type": "forward", "ForwardConfig": forward}]}]);
    service["revisions"][1]["behavior"] = json!({"errorPercent": 10});
    recording.document["traffic"] = json!({"requestsPerSecond": 100, "users": 1_500});
    recording.deploys_at(0);
    recording.intervene(json!({"atSeconds": 400, "stopServiceDeployment": {"service": "ui"}}));
    let (mut exposed, mut hurt) = (0, 0);
    for seed in 0..20 {
        recording.document["seed"] = json!(seed);
        let (scenario, run) = simulate(&recording);
        let met = users(&scenario, &run, run.end);
        (exposed, hurt) = (exposed + met.exposed, hurt + met.hurt);
    }
    let (exposed, hurt) = (exposed / 20, hurt / 20);
    assert!((420..=445).contains(&exposed) && (245..=265).contains(&hurt), "{exposed}, {hurt}");
}

#[test]
fn a_target_that_joins_gets_the_requests_of_those_who_choose_now() {
    let mut recording = Recording::rolling(4, 100, 125);
    recording.document["traffic"] = json!({"requestsPerSecond": 300, "users": 10_000});
    recording.document["services"][0]["targetGroups"] = json!([{"Attributes": [
        {"Key": "stickiness.enabled", "Value": "true"},
        {"Key": "stickiness.lb_cookie.duration_seconds", "Value": "86400"},
        {"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]}]);
    recording.document["services"][0]["timings"] = json!({"deregisterSeconds": 20});
    recording.deploys_at(0);
    let (_, run) = simulate(&recording);
    let first = run.services[0].decisions.iter().find(|it| it.stop > 0).expect("a stop").at.0 / 1000;
    // Ten thousand people who keep their target a day ask every 33 s: hardly anybody chooses. Then a quarter of them must,
    // and a quarter of those come to the new one of four.
    for (after, expected) in [(10, 0.0), (30, 1.0 / 16.0)] {
        let real = share(&run, first + after);
        assert!((real - expected).abs() < 0.002, "{real} instead of {expected} after {after} s");
    }
}

#[test]
fn stickiness_without_a_duration_is_refused_and_a_network_load_balancer_has_none() {
    let refused = |forward: Value, path: &str| {
        let mut recording = canary(None);
        recording.document["services"][0]["listenerRules"] =
            json!([{"Actions": [{"ForwardConfig": forward}]}]);
        let problems = read_document(&recording.document).expect_err("it is wrong");
        assert_eq!(problems[0].path, format!("services[0].listenerRules[0].Actions[0].ForwardConfig.{path}"));
    };
    let duration = "TargetGroupStickinessConfig.DurationSeconds";
    refused(json!({"TargetGroupStickinessConfig": {"Enabled": true}}), duration);
    refused(json!({"TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 604_801}}), duration);
    refused(json!({"TargetGroupStickinessConfig": []}), "TargetGroupStickinessConfig");

    let mut network = canary(Some(3600));
    network.behind_a_network_load_balancer();
    let (_, run) = simulate(&network);
    let real = share(&run, shifted(&run, 100) + 10);
    assert!((real - 0.1).abs() < 1e-5, "{real}");
}
