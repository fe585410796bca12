//! Hooks that do not get to an answer: their function may not be invoked, or their time runs out.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::documented::{PASSES, Story, canary, hooked};
use crate::driver::Recording;
use cutover::engine::{Event, Fact};
use cutover::model::*;
use cutover::session::narrate::why_text;
use serde_json::{Value, json};

/// A canary without a bake time that has that hook at POST_SCALE_UP, where it is after 47 seconds.
fn with_hook(hook: Value) -> Recording {
    let mut recording = canary(0);
    let configuration = &mut recording.document["services"][0]["service"]["deploymentConfiguration"];
    configuration["lifecycleHooks"] = json!([hook]);
    configuration["lifecycleHooks"][0]["lifecycleStages"] = json!(["POST_SCALE_UP"]);
    recording.deploys_at(0);
    recording
}

#[test]
fn a_hook_that_may_not_be_invoked_fails_its_stage_while_that_lasts() {
    for (lasts, status, called) in [
        (json!(null), "ROLLBACK_SUCCESSFUL", HookStatus::Failed),
        (json!(60), "ROLLBACK_SUCCESSFUL", HookStatus::Failed),
        (json!(40), "SUCCESSFUL", HookStatus::Succeeded),
    ] {
        let mut recording = canary(0);
        hooked(&mut recording, &[("checks", PASSES, &["POST_SCALE_UP"])]);
        recording.deploys_at(0);
        let mut denial = json!({"hook": "checks"});
        if !lasts.is_null() {
            denial["forSeconds"] = lasts.clone();
        }
        recording.intervene(json!({"atSeconds": 0, "denyHookInvocation": denial}));
        let story = Story::of(&recording);
        let calls = &story.deployment(0).hooks;
        assert_eq!((story.status(0), calls.len(), calls[0].status), (status, 1, called), "for {lasts}");
        assert_eq!(story.weights().is_empty(), status != "SUCCESSFUL", "no user is moved for {lasts}");
    }
}

#[test]
fn when_a_hooks_time_is_over_its_time_out_says_how_it_goes_on() {
    let lambda = json!({"hookTargetArn": "arn:aws:lambda:eu-west-1:123456789012:function:never",
        "roleArn": "arn:aws:iam::123456789012:role/hook"});
    for hook in [lambda, json!({"targetType": "PAUSE"})] {
        for (action, status) in [
            (None, "ROLLBACK_SUCCESSFUL"),
            (Some("ROLLBACK"), "ROLLBACK_SUCCESSFUL"),
            (Some("CONTINUE"), "SUCCESSFUL"),
        ] {
            let mut hook = hook.clone();
            hook["timeoutConfiguration"] = json!({"timeoutInMinutes": 5});
            if let Some(action) = action {
                hook["timeoutConfiguration"]["action"] = json!(action);
            }
            let mut recording = with_hook(hook);
            recording.document["hooks"] = json!({"never": {"source": "#{ hookStatus: \"IN_PROGRESS\" }"}});
            let story = Story::of(&recording);
            let last = story.deployment(0).hooks.last().expect("its end");
            let over = story.entered("POST_SCALE_UP") + Span::from_mins(5);
            assert_eq!((last.status, last.at), (HookStatus::TimedOut, over), "{action:?}");
            assert_eq!(story.status(0), status, "{action:?}");
            if status == "SUCCESSFUL" {
                assert_eq!(story.entered("TEST_TRAFFIC_SHIFT"), over);
            } else {
                let back = story.deployment(0).rollback.as_ref().expect("it goes back");
                assert_eq!((back.at, back.detector.word()), (over, "hook"));
            }
        }
    }
}

/// Going on because a time is over is not told as success.
#[test]
fn a_stage_that_ends_with_a_time_out_says_so() {
    let hooks = |minutes: &[u64]| -> Vec<Value> {
        let waits = |minutes: &u64| {
            json!({"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"],
            "timeoutConfiguration": {"timeoutInMinutes": minutes, "action": "CONTINUE"}})
        };
        minutes.iter().map(waits).collect()
    };
    for (minutes, told) in [
        (&[1][..], "The stage's hook TIMED_OUT, and its action is CONTINUE."),
        (&[9], "The stage's hook SUCCEEDED."),
        (&[9, 1], "All 2 hooks of the stage are done, 1 of them TIMED_OUT with the action CONTINUE."),
    ] {
        let mut recording = with_hook(json!({"targetType": "PAUSE"}));
        recording.document["services"][0]["service"]["deploymentConfiguration"]["lifecycleHooks"] =
            json!(hooks(minutes));
        recording.intervene(json!({"atSeconds": 120, "continueServiceDeployment": {"service": "ui"}}));
        let story = Story::of(&recording);
        let next = Some(LifecycleStage::TestTrafficShift);
        let entered =
            |event: &&Event| matches!(event.fact, Fact::StageEntered { stage, .. } if stage == next);
        let event = story.run.events.iter().find(entered).expect("the next stage");
        assert_eq!(why_text(event, &story.scenario, &story.run), told);
    }
}

#[test]
fn a_person_sends_a_deployment_back_at_a_pause_hook() {
    let mut recording = with_hook(json!({"targetType": "PAUSE"}));
    recording.intervene(json!({"at": {"stage": "POST_SCALE_UP", "plusSeconds": 30},
        "continueServiceDeployment": {"service": "ui", "action": "ROLLBACK"}}));
    let story = Story::of(&recording);
    let statuses: Vec<HookStatus> = story.deployment(0).hooks.iter().map(|record| record.status).collect();
    assert_eq!(statuses, [HookStatus::AwaitingAction, HookStatus::Failed]);
    assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL");
}

/// What fails on the way back is written down, and the way back goes on (h8).
#[test]
fn a_hook_that_fails_in_a_rollback_does_not_hold_it() {
    let mut recording = canary(0);
    let stage: &[&str] = &["PRODUCTION_TRAFFIC_SHIFT"];
    hooked(&mut recording, &[("fails", "#{ hookStatus: \"FAILED\" }", stage)]);
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let statuses: Vec<HookStatus> = story.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [HookStatus::Failed; 2], "once forward, once on the way back");
    assert_eq!(story.weights(), [(900, 100), (100, 0)]);
    assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL");
}
