//! The event a Lambda hook is called with, at every stage of every strategy, on the way there and on the way back
//! ("Lambda hooks for Amazon ECS service deployments").

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, simulate};
use cutover::engine::Run;
use serde_json::{Value, json};

/// What a call shows of the traffic: its stage, the target's and the source's percent in testTrafficWeights, and those
/// in productionTrafficWeights; `-` where the object is empty.
type Row = (&'static str, &'static str, &'static str);

/// Before any traffic moves.
const BEFORE: [Row; 4] = [
    ("PRE_SCALE_UP", "-", "-"),
    ("POST_SCALE_UP", "-", "-"),
    ("TEST_TRAFFIC_SHIFT", "100/0", "-"),
    ("POST_TEST_TRAFFIC_SHIFT", "-", "-"),
];

/// All at once.
const AT_ONCE: [Row; 3] = [
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", "-", "0/100"),
    ("PRODUCTION_TRAFFIC_SHIFT", "-", "100/0"),
    ("POST_PRODUCTION_TRAFFIC_SHIFT", "-", "-"),
];

/// In steps of 33.3 %: the weights of the step are our reading.
const IN_THIRDS: [Row; 9] = [
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", "-", "0/100"),
    ("PRODUCTION_TRAFFIC_SHIFT", "-", "33.3/66.7"),
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", "-", "33.3/66.7"),
    ("PRODUCTION_TRAFFIC_SHIFT", "-", "66.6/33.4"),
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", "-", "66.6/33.4"),
    ("PRODUCTION_TRAFFIC_SHIFT", "-", "99.9/0.1"),
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", "-", "99.9/0.1"),
    ("PRODUCTION_TRAFFIC_SHIFT", "-", "100/0"),
    ("POST_PRODUCTION_TRAFFIC_SHIFT", "-", "-"),
];

/// A canary of 5 %.
const CANARY: [Row; 5] = [
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", "-", "0/100"),
    ("PRODUCTION_TRAFFIC_SHIFT", "-", "5/95"),
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", "-", "5/95"),
    ("PRODUCTION_TRAFFIC_SHIFT", "-", "100/0"),
    ("POST_PRODUCTION_TRAFFIC_SHIFT", "-", "-"),
];

/// A rollback after everything: only these two stages call their hooks again, with the weights the other way round.
const BACK: [Row; 2] = [("PRODUCTION_TRAFFIC_SHIFT", "-", "0/100"), ("TEST_TRAFFIC_SHIFT", "0/100", "-")];

fn strategies() -> [(Value, &'static [Row]); 3] {
    [
        (json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 10}), &AT_ONCE),
        (
            json!({"strategy": "LINEAR", "bakeTimeInMinutes": 10,
                "linearConfiguration": {"stepPercent": 33.3, "stepBakeTimeInMinutes": 0}}),
            &IN_THIRDS,
        ),
        (
            json!({"strategy": "CANARY", "bakeTimeInMinutes": 10,
                "canaryConfiguration": {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 0}}),
            &CANARY,
        ),
    ]
}

/// A deployment with a hook at every stage that has hooks; `rolls_back` while it bakes.
fn deployed(mut configuration: Value, rolls_back: bool, test_rule: bool) -> Run {
    configuration["lifecycleHooks"] = json!([{
        "hookTargetArn": "arn:aws:lambda:eu-west-1:123456789012:function:looks",
        "roleArn": "arn:aws:iam::123456789012:role/hook", "hookDetails": {"bucket": "approvals"},
        "lifecycleStages": ["RECONCILE_SERVICE", "PRE_SCALE_UP", "POST_SCALE_UP", "TEST_TRAFFIC_SHIFT",
            "POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT",
            "POST_PRODUCTION_TRAFFIC_SHIFT"],
    }]);
    let mut recording = Recording::shifting(configuration);
    recording.document["hooks"] = json!({"looks": {"source": "#{ hookStatus: \"SUCCEEDED\" }"}});
    if !test_rule {
        recording.document["services"][0]["service"]["loadBalancers"][0]["advancedConfiguration"]
            .as_object_mut()
            .expect("an object")
            .remove("testListenerRule");
    }
    recording.deploys_at(0);
    if rolls_back {
        recording.intervene(json!({"at": {"stage": "BAKE_TIME", "plusSeconds": 60},
            "stopServiceDeployment": {"service": "ui"}}));
    }
    simulate(&recording).1
}

/// The rows of the calls of a deployment.
fn rows(run: &Run, deployment: usize) -> Vec<(String, String, String)> {
    let requests = run.deployments[deployment].hooks.iter().map(|hook| &*hook.request);
    requests
        .map(|event| {
            let execution = &event["executionDetails"];
            let shown = |field: &str| weights(&execution[field], &execution["targetServiceRevisionArn"]);
            let stage = event["lifecycleStage"].as_str().expect("a stage").to_owned();
            (stage, shown("testTrafficWeights"), shown("productionTrafficWeights"))
        })
        .collect()
}

/// `target/source` in percent.
fn weights(map: &Value, target: &Value) -> String {
    let map = map.as_object().expect("an object");
    let of = |is_target: bool| {
        map.iter().find(|(revision, _)| (target == *revision) == is_target).map(|(_, percent)| percent)
    };
    match (of(true), of(false)) {
        (Some(target), Some(source)) => format!("{target}/{source}"),
        _ => "-".to_owned(),
    }
}

fn owned(rows: impl IntoIterator<Item = Row>) -> Vec<(String, String, String)> {
    rows.into_iter().map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())).collect()
}

#[test]
fn every_stage_of_every_strategy_shows_its_weights() {
    for (configuration, steps) in strategies() {
        let there = BEFORE.into_iter().chain(steps.iter().copied());
        let run = deployed(configuration.clone(), false, true);
        assert_eq!(rows(&run, 0), owned(there.clone()), "{configuration}");
        let run = deployed(configuration.clone(), true, true);
        assert_eq!(rows(&run, 0), owned(there.chain(BACK)), "{configuration}, rolled back");
    }
}

#[test]
fn without_a_test_rule_there_are_no_test_weights() {
    let run = deployed(strategies()[0].0.clone(), true, false);
    let test: Vec<String> = rows(&run, 0).into_iter().map(|(_, test, _)| test).collect();
    assert!(test.iter().all(|test| test == "-"), "{test:?}");
}

#[test]
fn rolling_calls_its_hooks_before_it_scales_up_and_shows_no_weights() {
    let run = deployed(json!({"strategy": "ROLLING"}), false, true);
    assert_eq!(rows(&run, 0), owned([("PRE_SCALE_UP", "-", "-")]));
}

#[test]
fn a_deployment_on_top_of_another_begins_by_reconciling() {
    let mut recording = Recording::shifting(json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 10,
        "lifecycleHooks": [{"hookTargetArn": "arn:aws:lambda:eu-west-1:123456789012:function:looks",
            "roleArn": "arn:aws:iam::123456789012:role/hook", "lifecycleStages": ["RECONCILE_SERVICE"]}]}));
    recording.document["hooks"] = json!({"looks": {"source": "#{ hookStatus: \"SUCCEEDED\" }"}});
    recording.document["services"][0]["revisions"] = json!([{"name": "41"}, {"name": "42"}, {"name": "43"}]);
    recording.deploys_at(0);
    recording.intervene(json!({"atSeconds": 120, "deploy": {"service": "ui", "revision": "43"}}));
    let (_, run) = simulate(&recording);
    assert_eq!(rows(&run, 0), []);
    assert_eq!(rows(&run, 1), owned([("RECONCILE_SERVICE", "-", "-")]));
}

/// No source revision is supplied, so that a create and an update look alike to the function.
#[test]
fn the_event_has_the_documented_fields_and_no_others() {
    let run = deployed(strategies()[2].0.clone(), true, true);
    let calls = &run.deployments[0].hooks;
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().expect("an object").keys().cloned().collect() };
    for call in calls {
        let event = &call.request;
        assert_eq!(
            keys(event),
            ["executionId", "lifecycleStage", "resourceArn", "executionDetails", "hookDetails"]
        );
        assert_eq!(
            keys(&event["executionDetails"]),
            ["serviceArn", "targetServiceRevisionArn", "testTrafficWeights", "productionTrafficWeights"]
        );
        assert_eq!(event["hookDetails"], json!({"bucket": "approvals"}));
        let arn = |value: &Value, kind: &str| {
            let text = value.as_str().expect("an ARN").to_owned();
            assert!(text.starts_with("arn:aws:ecs:") && text.contains(&format!(":{kind}/")), "{text}");
            text
        };
        arn(&event["executionDetails"]["serviceArn"], "service");
        let deployment = arn(&event["resourceArn"], "service-deployment");
        assert_eq!(deployment.rsplit('/').next().map(str::len), Some(21), "{deployment}");
        assert_eq!(
            event["executionDetails"]["targetServiceRevisionArn"],
            calls[0].request["executionDetails"]["targetServiceRevisionArn"],
            "on the way back the target is still the target"
        );
    }
}
