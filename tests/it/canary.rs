//! The statistical canary analysis: how often it sends a good release back, and how often it lets a bad one pass.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, simulate};
use cutover::engine::Run;
use cutover::model::{HookStatus, ServiceDeploymentStatus, Span};
use cutover::script::ready_made;
use serde_json::{Value, json};

/// A canary of a tenth of 240 requests a second, analysed for five minutes, each revision failing so many percent.
fn canary(seed: u64, source: f64, target: f64) -> Recording {
    analysed(
        seed,
        source,
        target,
        json!({"strategy": "CANARY", "bakeTimeInMinutes": 0,
            "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 0}}),
    )
}

fn analysed(seed: u64, source: f64, target: f64, mut configuration: Value) -> Recording {
    configuration["lifecycleHooks"] = json!([{
        "hookTargetArn": "arn:aws:lambda:eu-west-1:123456789012:function:canary-analysis",
        "roleArn": "arn:aws:iam::123456789012:role/hook", "lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"],
    }]);
    let mut recording = Recording::shifting(configuration);
    let document = &mut recording.document;
    document["seed"] = json!(seed);
    document["traffic"] = json!({"requestsPerSecond": 240});
    document["hooks"] = json!({"canary-analysis": {"source": ready_made("canary-analysis")}});
    document["services"][0]["revisions"] = json!([
        {"name": "41", "behavior": {"errorPercent": source}}, {"name": "42", "behavior": {"errorPercent": target}}]);
    recording.deploys_at(0);
    recording
}

/// Whether the analysis sent the release back.
fn sent_back(run: &Run) -> bool {
    let status = run.deployments[0].status.last();
    assert!(status.is_some_and(|status| status.is_terminal()), "{status:?}");
    status == Some(&ServiceDeploymentStatus::RollbackSuccessful)
}

/// How many of `seeds` releases are sent back.
fn count(seeds: u64, source: f64, target: f64) -> usize {
    (0..seeds).filter(|&seed| sent_back(&simulate(&canary(seed, source, target)).1)).count()
}

/// At the chance of 1 % that the analysis allows, more than 6 of 100 would be sent back once in 10,000 times.
#[test]
fn a_release_that_fails_as_often_as_the_old_one_is_seldom_sent_back() {
    for percent in [0.5, 5.0] {
        let false_alarms = count(100, percent, percent);
        assert!(false_alarms <= 6, "{false_alarms} of 100 at {percent} %");
    }
    assert_eq!(count(20, 0.0, 0.0), 0, "where nothing fails there is nothing to tell");
    assert_eq!(count(20, 5.0, 1.0), 0, "a better release is no reason to go back");
}

/// Of 1,000 seeds the bench sees none missed, which makes a rate above 0.3 % unlikely (95 %); at that rate more than 2 of
/// 50 would be missed once in 2,000 times.
#[test]
fn a_release_that_fails_more_often_is_sent_back() {
    for (source, target) in [(0.0, 5.0), (0.5, 2.0)] {
        let caught = count(50, source, target);
        assert!(caught >= 48, "{caught} of 50 at {source} % and {target} %");
    }
}

#[test]
fn a_bad_release_is_sent_back_long_before_the_five_minutes_are_over() {
    let (_, run) = simulate(&canary(7, 0.0, 5.0));
    let deployment = &run.deployments[0];
    let last = deployment.hooks.iter().find(|hook| hook.status == HookStatus::Failed).expect("a verdict");
    let shift = deployment.shifts.iter().find(|shift| shift.weights.target == 100).expect("the canary");
    assert!(last.at.since(shift.at) <= Span::from_secs(61), "{:?}", last.printed);
    assert!(last.printed[1].starts_with("The new revision is worse"), "{:?}", last.printed);
}

#[test]
fn every_step_is_analysed_for_itself_and_the_last_has_nothing_to_compare() {
    let configuration = json!({"strategy": "LINEAR", "bakeTimeInMinutes": 0,
        "linearConfiguration": {"stepPercent": 40.0, "stepBakeTimeInMinutes": 1}});
    let (_, run) = simulate(&analysed(7, 0.5, 0.5, configuration));
    let hooks = &run.deployments[0].hooks;
    let verdicts: Vec<_> = hooks.iter().filter(|hook| hook.status == HookStatus::Succeeded).collect();
    assert_eq!(verdicts.len(), 3);
    for (verdict, shift) in verdicts.iter().zip(&run.deployments[0].shifts[1..]) {
        let minutes = if shift.weights.target == 100 { 0 } else { 5 };
        let took = verdict.at.since(shift.at);
        assert!(took >= Span::from_mins(minutes) && took < Span::from_secs(minutes * 60 + 35), "{took}");
    }
    assert_eq!(verdicts[2].printed, ["All users have the same revision: nothing to compare"]);
}

#[test]
fn too_few_requests_are_waited_for() {
    let mut recording = canary(7, 0.0, 0.0);
    recording.document["traffic"] = json!({"requestsPerSecond": 2});
    let (_, run) = simulate(&recording);
    let hooks = &run.deployments[0].hooks;
    let first = hooks.iter().position(|hook| hook.status == HookStatus::Succeeded).expect("a verdict");
    let waited = hooks[first].at.since(hooks[0].at);
    assert!(
        waited > Span::from_mins(6),
        "a fifth of a request a second gives 100 in about 500 s; it took {waited}"
    );
}

#[test]
fn it_asks_to_be_attached_where_there_is_something_to_compare() {
    let mut recording = canary(7, 0.0, 0.0);
    let hooks =
        &mut recording.document["services"][0]["service"]["deploymentConfiguration"]["lifecycleHooks"];
    hooks[0]["lifecycleStages"] = json!(["POST_SCALE_UP"]);
    let (_, run) = simulate(&recording);
    let reason = &run.deployments[0].rollback.as_ref().expect("a rollback").reason;
    assert!(reason.contains("attach this hook to PRODUCTION_TRAFFIC_SHIFT"), "{reason}");
}
