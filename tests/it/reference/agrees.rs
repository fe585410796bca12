//! The engine and the second implementation, compared on random services.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::rolling::{Counts, Rolling};
use super::rounds::rounds;
use super::shifts::{DEREGISTER, EXIT, Plan, Shifting, Told};
use crate::driver::{Recording, instant_bounds, simulate, stages_of_two_fleets, watched};
use crate::property::holds;
use cutover::engine::rolling::{Stopping, pass};
use cutover::engine::{HookAnswer, HookHost, HookRunner, Invocation, Run};
use cutover::formats::read_document;
use cutover::model::{DeploymentConfiguration, HookStatus, LifecycleStage, ListenerRule, SimTime, Span};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

#[test]
fn every_small_rolling_plan_is_that_of_the_literal_rounds() {
    for desired in 0..=12 {
        for (minimum, maximum) in percents() {
            for capacity in [None, Some(desired), Some(desired + 1), Some(desired + 3)] {
                let literal = rounds(desired, minimum, maximum, capacity);
                let planned = planned(desired, minimum, maximum, capacity);
                assert_eq!(
                    (planned, literal.stuck),
                    (literal.rounds, literal.stuck),
                    "{desired} tasks at {minimum}/{maximum}, capacity {capacity:?}"
                );
            }
        }
    }
}

fn percents() -> impl Iterator<Item = (u32, u32)> {
    let minimum = [0, 1, 25, 33, 34, 49, 50, 51, 66, 67, 75, 80, 90, 95, 99, 100];
    let maximum = [100, 101, 105, 109, 110, 120, 125, 133, 134, 150, 199, 200, 300];
    minimum.into_iter().flat_map(move |minimum| maximum.into_iter().map(move |maximum| (minimum, maximum)))
}

/// The engine's own passes, as many as do something.
fn planned(desired: u32, minimum: u32, maximum: u32, capacity: Option<u32>) -> Vec<(u32, u32)> {
    let config = DeploymentConfiguration {
        minimum_healthy_percent: minimum,
        maximum_percent: maximum,
        ..DeploymentConfiguration::default()
    };
    let lower = config.lower_bound(desired);
    let upper = config.upper_bound(desired).min(capacity.unwrap_or(u32::MAX));
    let (mut old, mut new) = (desired, 0);
    std::iter::from_fn(|| {
        let pass = pass(&instant_bounds(desired, (old, new), (lower, upper)), Stopping::FreesItAtOnce);
        (old, new) = (old - pass.stop, new + pass.start);
        (pass.stop + pass.start > 0).then_some((pass.stop, pass.start))
    })
    .collect()
}

#[test]
fn rolling_deployments_go_as_told_second_by_second() {
    holds(1_000, rolling(), |told| {
        let (_, run) = simulate(&rolling_recording(told));
        let course = told.play();
        let service = &run.services[0];
        let passes: Vec<(u64, u32, u32)> =
            service.decisions.iter().map(|pass| (pass.at.0, pass.stop, pass.start)).collect();
        let expected: Vec<(u64, u32, u32)> =
            course.passes.iter().map(|&(at, stop, start)| (u64::from(at) * 1000, stop, start)).collect();
        assert_eq!(by_instant(&passes), by_instant(&expected), "passes");
        for (second, expected) in course.counts.iter().enumerate() {
            let counts = service.counts.at(SimTime::from_secs(second as u64)).expect("counts");
            let counts = Counts {
                total: counts.total,
                healthy: counts.healthy,
                starting: counts.starting,
                stopping: counts.stopping,
            };
            assert_eq!(counts, *expected, "tasks in second {second}");
        }
        let (at, status) = run.deployments[0].status.steps().last().copied().expect("a status");
        match course.done {
            Some(second) => {
                let back = told.rolls_back_at.is_some_and(|at| at <= second);
                let end = if back { "ROLLBACK_SUCCESSFUL" } else { "SUCCESSFUL" };
                assert_eq!((status.api_name(), at), (end, SimTime::from_secs(second.into())));
            }
            None => assert!(!status.is_terminal(), "{status} at {at}, which should be stuck"),
        }
    });
}

/// Passes in one instant count as one: what takes no time may be seen in one look or in two.
fn by_instant(passes: &[(u64, u32, u32)]) -> Vec<(u64, u32, u32)> {
    let mut merged: Vec<(u64, u32, u32)> = Vec::new();
    for &(at, stop, start) in passes {
        match merged.last_mut() {
            Some(last) if last.0 == at => *last = (at, last.1 + stop, last.2 + start),
            _ => merged.push((at, stop, start)),
        }
    }
    merged
}

prop_compose! {
    fn rolling()(
        (desired, minimum, maximum) in (1_u32..13, 0_u32..=100, select(vec![100_u32, 110, 120, 125, 134, 150, 200, 300])),
        capacity in prop::option::weighted(0.2, 1_u32..20),
        load_balancer in any::<bool>(),
        container_check in prop::option::weighted(0.3, 5_u32..40),
        (provision, pull, start, register, first_check) in (0_u32..40, 0_u32..40, 0_u32..30, 0_u32..10, 0_u32..10),
        (deregister, deregistration_delay) in (0_u32..5, select(vec![0_u32, 1, 15, 90, 300])),
        (exit, stop_timeout, deprovision) in (0_u32..20, 2_u32..30, 0_u32..20),
        deploys_at in 0_u32..100,
        rolls_back_after in prop::option::weighted(0.4, 0_u32..600),
    ) -> Rolling {
        Rolling {
            desired, minimum, maximum, capacity, load_balancer, container_check, provision, pull, start, register,
            first_check, deregister, deregistration_delay, exit, stop_timeout, deprovision, deploys_at,
            rolls_back_at: rolls_back_after.map(|after| deploys_at + after),
        }
    }
}

fn rolling_recording(told: &Rolling) -> Recording {
    let mut recording = Recording::rolling(told.desired, told.minimum, told.maximum);
    let service = &mut recording.document["services"][0];
    if !told.load_balancer {
        service["service"]["loadBalancers"] = json!([]);
    }
    let mut container = json!({"name": "ui", "essential": true, "stopTimeout": told.stop_timeout});
    if let Some(interval) = told.container_check {
        container["healthCheck"] = json!({"command": ["CMD", "true"], "interval": interval});
    }
    service["taskDefinition"] = json!({"containerDefinitions": [container]});
    service["targetGroups"] = json!([deregistration_delay(told.deregistration_delay)]);
    service["timings"] = json!({
        "provisionSeconds": told.provision, "pullSeconds": told.pull, "registerSeconds": told.register,
        "firstCheckSeconds": told.first_check, "deregisterSeconds": told.deregister, "exitSeconds": told.exit,
        "deprovisionSeconds": told.deprovision,
    });
    let behavior = json!({"startSeconds": told.start});
    service["revisions"] =
        json!([{"name": "41", "behavior": behavior}, {"name": "42", "behavior": behavior}]);
    if let Some(capacity) = told.capacity {
        recording.intervene(json!({"atSeconds": 0, "limitCapacity": {"tasks": capacity}}));
    }
    recording.deploys_at(told.deploys_at.into());
    rolls_back(&mut recording, told.rolls_back_at);
    recording
}

fn deregistration_delay(seconds: u32) -> Value {
    json!({"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": seconds.to_string()}]})
}

fn rolls_back(recording: &mut Recording, at: Option<u32>) {
    if let Some(at) = at {
        recording.intervene(json!({"atSeconds": at, "stopServiceDeployment": {"service": "ui"}}));
    }
}

#[test]
fn two_fleets_change_places_as_told() {
    holds(500, shifting(), |told| {
        let reading = read_document(&shifting_recording(told).document).expect("a good recording");
        let run = watched(&reading.scenario, &mut AtOnce);
        let expected: Vec<(u64, Told)> =
            told.tell().into_iter().map(|(at, told)| (u64::from(at) * 1000, told)).collect();
        let (shifts, stages, hooks) = (
            |told: &Told| matches!(told, Told::Shift(..)),
            |told: &Told| matches!(told, Told::Stage(_)),
            |told: &Told| matches!(told, Told::Hook(_)),
        );
        let is = happened(&run);
        let only = |list: &[(u64, Told)], kind: &dyn Fn(&Told) -> bool| -> Vec<(u64, Told)> {
            list.iter().filter(|(_, told)| kind(told)).cloned().collect()
        };
        assert_eq!(only(&is, &stages), only(&expected, &stages), "stages");
        assert_eq!(only(&is, &shifts), only(&expected, &shifts), "shifts");
        assert_eq!(only(&is, &hooks), only(&expected, &hooks), "hooks");
        assert_eq!(is.last(), expected.last(), "the end");
    });
}

/// What a run tells of its deployment: stages, then shifts, then hooks, then the last status.
fn happened(run: &Run) -> Vec<(u64, Told)> {
    let deployment = &run.deployments[0];
    let stage = |stage: Option<LifecycleStage>| stage.map_or("", LifecycleStage::api_name);
    let stages = deployment.stages.iter().map(|record| (record.start.0, Told::Stage(stage(record.stage))));
    let shifts = deployment.shifts.iter().map(|shift| {
        let rule = if shift.rule == ListenerRule::Test { "test" } else { "production" };
        (shift.at.0, Told::Shift(rule, shift.weights.source.into(), shift.weights.target.into()))
    });
    let hooks = deployment.hooks.iter().map(|record| (record.at.0, Told::Hook(stage(Some(record.stage)))));
    let end = deployment.status.steps().last().map(|(at, status)| (at.0, Told::Status(status.api_name())));
    stages.chain(shifts).chain(hooks).chain(end).collect()
}

/// A hook that succeeds without taking any time.
struct AtOnce;

impl HookRunner for AtOnce {
    fn invoke(&mut self, _: &str, _: &Value, _: &mut dyn HookHost) -> Invocation {
        let answer =
            HookAnswer { status: HookStatus::Succeeded, call_back_delay: Span::ZERO, details: Value::Null };
        Invocation { answer: Ok(answer), text: String::new(), duration: Span::ZERO, printed: Vec::new() }
    }

    fn replace(&mut self, _: &str, _: &str) {}
}

fn plan() -> impl Strategy<Value = Plan> {
    prop_oneof![
        Just(Plan::BlueGreen),
        (1_u32..=1000, 0_u32..30).prop_map(|(share, minutes)| Plan::Canary(share, minutes)),
        (30_u32..=1000, 0_u32..10).prop_map(|(share, minutes)| Plan::Linear(share, minutes)),
    ]
}

prop_compose! {
    fn shifting()(
        plan in plan(),
        (bake_minutes, healthy_after) in (0_u32..30, 0_u32..200),
        (network, test_rule) in (any::<bool>(), any::<bool>()),
        hooks in subsequence(stages_of_two_fleets(), 0..=stages_of_two_fleets().len()),
        deregistration_delay in select(vec![0_u32, 15, 300]),
        propagation in select(vec![0_u32, 5, 40]),
        deploys_at in 0_u32..100,
        rolls_back_after in prop::option::weighted(0.5, 1_u32..2_000),
    ) -> Shifting {
        Shifting {
            plan, bake_minutes, network, test_rule, hooks, healthy_after, deregistration_delay, propagation,
            deploys_at, rolls_back_at: rolls_back_after.map(|after| deploys_at + after),
        }
    }
}

fn shifting_recording(told: &Shifting) -> Recording {
    let percent = |permille: u32| f64::from(permille) / 10.0;
    let mut configuration = json!({"bakeTimeInMinutes": told.bake_minutes, "lifecycleHooks": []});
    match told.plan {
        Plan::BlueGreen => configuration["strategy"] = json!("BLUE_GREEN"),
        Plan::Canary(share, minutes) => {
            configuration["strategy"] = json!("CANARY");
            configuration["canaryConfiguration"] =
                json!({"canaryPercent": percent(share), "canaryBakeTimeInMinutes": minutes});
        }
        Plan::Linear(share, minutes) => {
            configuration["strategy"] = json!("LINEAR");
            configuration["linearConfiguration"] =
                json!({"stepPercent": percent(share), "stepBakeTimeInMinutes": minutes});
        }
    }
    if !told.hooks.is_empty() {
        configuration["lifecycleHooks"] = json!([{
            "hookTargetArn": "arn:aws:lambda:eu-west-1:123456789012:function:at-once",
            "roleArn": "arn:aws:iam::123456789012:role/hook", "lifecycleStages": told.hooks,
        }]);
    }
    let mut recording = Recording::shifting(configuration);
    if told.network {
        recording.behind_a_network_load_balancer();
    }
    recording.document["hooks"] = json!({"at-once": {"source": "#{ hookStatus: \"SUCCEEDED\" }"}});
    let service = &mut recording.document["services"][0];
    if !told.test_rule {
        let advanced = &mut service["service"]["loadBalancers"][0]["advancedConfiguration"];
        advanced.as_object_mut().expect("an object").remove("testListenerRule");
    }
    service["targetGroups"] = json!([deregistration_delay(told.deregistration_delay)]);
    service["timings"] = json!({
        "provisionSeconds": told.healthy_after, "pullSeconds": 0, "registerSeconds": 0, "firstCheckSeconds": 0,
        "deregisterSeconds": DEREGISTER, "exitSeconds": 2, "deprovisionSeconds": EXIT - 2,
        "propagationSeconds": told.propagation,
    });
    service["revisions"] = json!([{"name": "41"}, {"name": "42", "behavior": {"startSeconds": 0}}]);
    recording.deploys_at(told.deploys_at.into());
    rolls_back(&mut recording, told.rolls_back_at);
    recording
}
