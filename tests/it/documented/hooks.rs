//! What lifecycle hooks get, when they are called, and what becomes of their answers.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::driver::stages_of_two_fleets;

/// A canary with a hook at every stage that takes one; a person rolls back in the bake time.
fn rolled_back_while_baking() -> Story {
    let mut recording = canary(10);
    hooked(&mut recording, &[("watches", PASSES, stages_of_two_fleets())]);
    recording.deploys_at(0);
    recording.intervene(
        json!({"at": {"stage": "BAKE_TIME", "plusSeconds": 60}, "stopServiceDeployment": {"service": "ui"}}),
    );
    Story::of(&recording)
}

/// Naive: every stage of the shifting loop repeats with the steps.
#[test]
fn g06_only_two_stages_call_their_hooks_for_every_step() {
    let mut recording = linear(25.0);
    let stages =
        ["PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"];
    hooked(&mut recording, &[("watches", PASSES, &stages)]);
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let calls =
        stages.map(|stage| story.calls().iter().filter(|call| call.stage.api_name() == stage).count());
    assert_eq!(calls, [4, 4, 1]);
}

/// Naive: a rollback calls all hooks again, or none.
#[test]
fn g07_a_rollback_calls_the_hooks_of_the_two_shifting_stages_again() {
    let story = rolled_back_while_baking();
    let back = story.deployment(0).rollback.as_ref().expect("it goes back").at;
    let called: Vec<&str> =
        story.calls().iter().filter(|call| call.at >= back).map(|call| call.stage.api_name()).collect();
    assert_eq!(called, ["PRODUCTION_TRAFFIC_SHIFT", "TEST_TRAFFIC_SHIFT"]);
}

/// Naive: on the way back the source becomes the target.
#[test]
fn g08_a_rollback_keeps_the_target_and_reverses_the_weights() {
    let story = rolled_back_while_baking();
    let calls = story.calls();
    let shifts: Vec<&Value> = calls
        .iter()
        .filter(|call| call.stage == LifecycleStage::ProductionTrafficShift)
        .map(|call| &call.request["executionDetails"])
        .collect();
    let target = shifts[0]["targetServiceRevisionArn"].as_str().expect("an ARN");
    let share = |details: &Value| details["productionTrafficWeights"][target].clone();
    assert!(shifts.iter().all(|details| details["targetServiceRevisionArn"] == *target));
    assert_eq!(
        shifts.iter().map(|details| share(details)).collect::<Vec<_>>(),
        [json!(10), json!(100), json!(0)]
    );
}

/// Naive: a hook that gives no valid answer is called again.
#[test]
fn g10_no_valid_answer_rolls_back() {
    for (script, what) in [
        ("()", "null"),
        ("throw \"no\"", "an exception"),
        ("#{}", "no hookStatus"),
        ("42", "not an object"),
        ("#{ hookStatus: \"MAYBE\" }", "an unknown hookStatus"),
        ("loop {}", "a function that never returns"),
    ] {
        let mut recording = canary(0);
        hooked(&mut recording, &[("broken", script, &["POST_SCALE_UP"])]);
        recording.deploys_at(0);
        let story = Story::of(&recording);
        assert_eq!(story.calls().len(), 1, "{what} is not asked again");
        assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL", "{what}");
    }
}

/// Answers SUCCEEDED at its n-th call, a minute apart.
fn succeeds_at_call(n: u32) -> String {
    format!(
        "let n = if type_of(event.hookDetails) == \"map\" {{ event.hookDetails.n }} else {{ 1 }};\n\
         if n >= {n} {{ #{{ hookStatus: \"SUCCEEDED\" }} }} else {{\n\
         #{{ hookStatus: \"IN_PROGRESS\", callBackDelay: 60, hookDetails: #{{ n: n + 1 }} }} }}"
    )
}

/// Naive: the hooks of a stage run one after another.
#[test]
fn g11_the_hooks_of_a_stage_run_in_parallel_and_any_failure_wins() {
    let stage: &[&str] = &["POST_SCALE_UP"];
    let mut recording = canary(0);
    let (slow, slower) = (succeeds_at_call(2), succeeds_at_call(3));
    hooked(&mut recording, &[("slow", &slow, stage), ("slower", &slower, stage)]);
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let calls = story.calls();
    assert_eq!((calls[0].at, calls[1].at), (story.entered("POST_SCALE_UP"), story.entered("POST_SCALE_UP")));
    let stay = story.entered("TEST_TRAFFIC_SHIFT").since(story.entered("POST_SCALE_UP"));
    assert_eq!(stay.0 / 1000, 120, "the slower one's two minutes, not three");

    hooked(&mut recording, &[("slow", &slow, stage), ("fails", "#{ hookStatus: \"FAILED\" }", stage)]);
    let story = Story::of(&recording);
    assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL");
    assert_eq!(story.calls().len(), 2, "the one that was still IN_PROGRESS is not called again");
}

/// A linear deployment of five steps with a PAUSE hook before each, answered a minute later.
fn approved_step_by_step() -> Story {
    let mut recording = linear(20.0);
    recording.document["services"][0]["service"]["deploymentConfiguration"]["lifecycleHooks"] = json!([
        {"targetType": "PAUSE", "lifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"]}]);
    recording.deploys_at(0);
    for step in 1..=5 {
        recording.intervene(json!({
            "at": {"stage": "PRE_PRODUCTION_TRAFFIC_SHIFT", "step": step, "hook": "PAUSE", "plusSeconds": 60},
            "continueServiceDeployment": {"service": "ui"}}));
    }
    Story::of(&recording)
}

/// Naive: one approval is enough for a linear deployment.
#[test]
fn g12_a_linear_deployment_asks_once_for_each_step_with_a_new_hook_id() {
    let story = approved_step_by_step();
    let asked = story.deployment(0).hooks.iter().filter(|it| it.status == HookStatus::AwaitingAction);
    let mut ids: Vec<&str> = asked.map(|it| it.hook.as_str()).collect();
    assert!(ids.iter().all(|id| id.starts_with("ecs-pause-")), "{ids:?}");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    assert_eq!(story.status(0), "SUCCESSFUL");
}

/// Naive: there is a status PAUSED.
#[test]
fn g13_a_deployment_that_waits_for_a_person_is_in_progress() {
    let story = approved_step_by_step();
    assert_eq!(story.statuses(0), "PENDING IN_PROGRESS SUCCESSFUL");
    let waits = story.deployment(0).hooks[0].at + Span::from_secs(30);
    assert_eq!(story.deployment(0).status.at(waits), Some(&ServiceDeploymentStatus::InProgress));
}

/// Naive: the first deployment has nothing to compare with, so that hooks are skipped.
#[test]
fn g38_hooks_run_in_the_very_first_deployment_and_a_probe_of_nothing_fails_it() {
    let create = |script: &str, stage: &str| {
        let mut recording = canary(0);
        recording.document["services"][0]["firstDeployment"] = json!(true);
        hooked(&mut recording, &[("probes", script, &[stage])]);
        Story::of(&recording)
    };
    let probes = "#{ hookStatus: if probe() { \"SUCCEEDED\" } else { \"FAILED\" } }";
    let story = create(PASSES, "PRE_SCALE_UP");
    assert_eq!((story.calls().len(), story.status(0)), (1, "SUCCESSFUL"));
    let story = create(probes, "PRE_SCALE_UP");
    assert_eq!((story.calls().len(), story.status(0)), (1, "ROLLBACK_FAILED"), "nobody answers a probe yet");
}
