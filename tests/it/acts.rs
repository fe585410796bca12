//! What is done to the simulated AWS at an awkward moment: each test is one that the engine once got wrong.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::documented::{PASSES, Story, canary, hooked, linear, rolling, second};
use crate::driver::{Recording, group};
use cutover::engine::{ApprovalState, Event, Fact};
use cutover::model::*;
use cutover::session::narrate::why_text;
use serde_json::{Value, json};

/// A script that waits for the reviewer.
const GATE: &str = r#"
    let stored = approval();
    if stored == "none" { request_approval("May it go on?"); }
    let status = if stored == "approved" { "SUCCEEDED" } else if stored == "rejected" { "FAILED" } else { "IN_PROGRESS" };
    #{ hookStatus: status }
"#;

/// `revision` is deployed at that second.
fn deploys(recording: &mut Recording, at: u64, revision: &str) {
    recording.intervene(json!({"atSeconds": at, "deploy": {"service": "ui", "revision": revision}}));
}

/// One more revision, 43.
fn third(recording: &mut Recording) {
    recording.document["services"][0]["revisions"] = json!([{"name": "41"}, {"name": "42"}, {"name": "43"}]);
}

/// What the events say was done, in order.
fn done(story: &Story) -> Vec<(u64, String)> {
    let events = story.run.events.iter().filter_map(|event| match &event.fact {
        Fact::Intervened { what, .. } => Some((event.at.0 / 1000, what.clone())),
        _ => None,
    });
    events.collect()
}

#[test]
fn an_answer_is_for_the_deployment_that_is_under_way() {
    let mut recording = canary(0);
    third(&mut recording);
    hooked(&mut recording, &[("gate", GATE, &["PRE_SCALE_UP"])]);
    deploys(&mut recording, 0, "42");
    deploys(&mut recording, 60, "43");
    recording.intervene(json!({"atSeconds": 120, "approve": {"service": "ui"}}));
    let story = Story::of(&recording);
    let stored = |n: usize| {
        let asked = story.run.approvals.iter().find(|approval| approval.deployment == n).expect("it asked");
        *asked.state.last().expect("it is stored")
    };
    assert_eq!((stored(0), stored(1)), (ApprovalState::Pending, ApprovalState::Approved));
    assert_eq!((story.status(0), story.status(1)), ("STOPPED", "SUCCESSFUL"));
}

#[test]
fn an_answer_after_the_deployment_has_nothing_to_answer() {
    let mut recording = canary(0);
    hooked(&mut recording, &[("gate", GATE, &["PRE_SCALE_UP"])]);
    deploys(&mut recording, 0, "42");
    recording.intervene(json!({"atSeconds": 60, "stopServiceDeployment": {"service": "ui"}}));
    recording.intervene(json!({"atSeconds": 120, "approve": {"service": "ui"}}));
    let story = Story::of(&recording);
    assert_eq!(story.refusals(), ["no approval is pending"]);
    assert_eq!(done(&story).len(), 2, "what is refused was not done: {:?}", done(&story));
}

#[test]
fn what_is_refused_is_not_told_as_done() {
    let mut recording = canary(0);
    deploys(&mut recording, 0, "42");
    recording.intervene(json!({"atSeconds": 30, "approve": {"service": "ui"}}));
    recording.intervene(json!({"atSeconds": 31, "reject": {"service": "ui"}}));
    recording.intervene(json!({"atSeconds": 32, "continueServiceDeployment": {"service": "ui"}}));
    let story = Story::of(&recording);
    assert_eq!(
        story.refusals(),
        ["no approval is pending", "no approval is pending", "no PAUSE hook is AWAITING_ACTION"]
    );
    assert_eq!(done(&story).len(), 1, "{:?}", done(&story));
}

/// Somebody sets a rule's weights.
fn weighs(at: u64, rule: &str, source: u16, target: u16) -> Value {
    json!({"atSeconds": at, "setListenerWeights":
        {"service": "ui", "rule": rule, "sourceWeight": source, "targetWeight": target}})
}

#[test]
fn a_rule_with_one_weight_of_its_own_is_what_ecs_asks_for() {
    for mut recording in [canary(0), linear(50.0)] {
        recording.intervene(weighs(0, "production", 1, 0));
        deploys(&mut recording, 10, "42");
        let story = Story::of(&recording);
        assert_eq!(story.status(0), "SUCCESSFUL", "exactly one group has a weight");
    }
}

#[test]
fn a_rule_without_any_weight_is_somebody_elses() {
    let mut recording = canary(0);
    deploys(&mut recording, 0, "42");
    recording.intervene(weighs(5, "production", 0, 0));
    assert_eq!(Story::of(&recording).status(0), "ROLLBACK_SUCCESSFUL");
}

#[test]
fn a_rule_that_may_not_be_changed_is_not_reconciled_either() {
    let mut recording = canary(5);
    third(&mut recording);
    deploys(&mut recording, 0, "42");
    // 42 has its ten percent.
    recording.intervene(json!({"at": {"stage": "PRODUCTION_TRAFFIC_SHIFT", "plusSeconds": 60},
        "denyListenerChanges": {"service": "ui", "forSeconds": 600}}));
    recording.intervene(json!({"at": {"stage": "PRODUCTION_TRAFFIC_SHIFT", "plusSeconds": 61},
        "deploy": {"service": "ui", "revision": "43"}}));
    let story = Story::of(&recording);
    let denied: Vec<SimTime> = (story.run.events.iter())
        .filter(|event| matches!(event.fact, Fact::ListenerChangeDenied { .. }))
        .map(|event| event.at)
        .collect();
    let over = story.when(|fact| matches!(fact, Fact::FaultEnded { .. })).expect("the role is given back");
    assert!(denied.len() > 2, "it tries again and again: {denied:?}");
    let changed = story.run.events.iter().filter(|event| matches!(event.fact, Fact::RuleChanged { .. }));
    let meanwhile = changed.filter(|event| denied[0] <= event.at && event.at < over).count();
    assert_eq!(meanwhile, 0, "no rule changes while none may");
    assert_eq!((story.status(0), story.status(1)), ("STOPPED", "ROLLBACK_SUCCESSFUL"));
    let rule = story.run.services[0].production.last().expect("a rule");
    assert_eq!(rule.set, [100, 0], "the users are brought back to 41");
    let failed = story.run.services[0].traffic.production(story.run.end).failed;
    assert_eq!(failed, 0, "42 stays until nobody is sent there");
}

#[test]
fn a_step_is_a_step_of_the_way_there() {
    let mut recording = canary(0);
    deploys(&mut recording, 0, "42");
    recording.intervene(json!({"at": {"stage": "PRODUCTION_TRAFFIC_SHIFT", "plusSeconds": 30},
        "stopServiceDeployment": {"service": "ui"}}));
    recording.intervene(json!({"at": {"stage": "PRODUCTION_TRAFFIC_SHIFT", "step": 2},
        "setDesiredCount": {"service": "ui", "desiredCount": 5}}));
    let story = Story::of(&recording);
    assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL");
    assert_eq!(done(&story).len(), 2, "there is no second step: {:?}", done(&story));
}

#[test]
fn a_moment_on_the_way_back_is_named_as_one() {
    let mut recording = canary(0);
    hooked(&mut recording, &[("gate", PASSES, &["PRODUCTION_TRAFFIC_SHIFT"])]);
    deploys(&mut recording, 0, "42");
    recording.intervene(json!({"at": {"stage": "PRODUCTION_TRAFFIC_SHIFT", "step": 2, "plusSeconds": 1},
        "stopServiceDeployment": {"service": "ui"}}));
    recording
        .intervene(json!({"at": {"stage": "PRODUCTION_TRAFFIC_SHIFT", "hook": "gate", "rollingBack": true},
        "setTraffic": {"requestsPerSecond": 20}}));
    let story = Story::of(&recording);
    let back = story.deployment(0).rollback.as_ref().expect("a rollback").at;
    let set = story.when(|fact| matches!(fact, Fact::Intervened { what, .. } if what.starts_with("traffic")));
    assert_eq!(set, Some(back));
}

#[test]
fn a_rule_that_is_not_there_cannot_be_set() {
    let mut recording = canary(0);
    let advanced =
        &mut recording.document["services"][0]["service"]["loadBalancers"][0]["advancedConfiguration"];
    advanced.as_object_mut().expect("an object").remove("testListenerRule");
    recording.intervene(weighs(10, "test", 50, 50));
    let story = Story::of(&recording);
    assert_eq!(
        (story.refusals(), done(&story).len()),
        (vec!["the service has no test listener rule".to_owned()], 0)
    );

    let mut recording = Recording::rolling(3, 100, 200);
    recording.document["services"][0]["service"]["loadBalancers"] = json!([]);
    recording.intervene(weighs(10, "production", 50, 50));
    let story = Story::of(&recording);
    assert_eq!(
        (story.refusals(), done(&story).len()),
        (vec!["the service has no production listener rule".to_owned()], 0)
    );
    assert_eq!(story.run.services[0].production.steps(), [], "and none comes into being");
}

#[test]
fn an_update_that_removes_the_test_rule_leaves_nothing_to_shift_there() {
    let mut recording = canary(0);
    let mut balancers = recording.document["services"][0]["service"]["loadBalancers"].clone();
    let advanced = balancers[0]["advancedConfiguration"].as_object_mut().expect("an object");
    advanced.remove("testListenerRule");
    recording.intervene(json!({"atSeconds": 10, "updateService":
        {"service": "ui", "taskDefinition": "ui:42", "loadBalancers": balancers}}));
    let story = Story::of(&recording);
    assert_eq!(story.status(0), "SUCCESSFUL");
    assert_eq!(story.shifts(ListenerRule::Test), []);
    let rule = |fact: &Fact| matches!(fact, Fact::RuleChanged { rule: ListenerRule::Test, .. });
    assert_eq!(story.when(rule), None);
}

#[test]
fn a_load_balancer_comes_into_force_with_the_deployment_that_uses_it() {
    let mut recording = Recording::rolling(3, 100, 200);
    recording.document["services"][0]["service"].as_object_mut().expect("an object").remove("loadBalancers");
    recording.document["traffic"] = json!({"requestsPerSecond": 20});
    recording.intervene(json!({"atSeconds": 60, "updateService":
        {"service": "ui", "deploymentConfiguration": {"strategy": "LINEAR"}}}));
    recording.intervene(json!({"atSeconds": 200, "setTraffic": {"requestsPerSecond": 20}}));
    let alone = Story::of(&recording);
    let failed = alone.run.services[0].traffic.production(alone.run.end).failed;
    assert_eq!((failed, alone.run.deployments.len()), (0, 0), "nothing is deployed, and nothing changes");
    deploys(&mut recording, 300, "42");
    let story = Story::of(&recording);
    assert_eq!(story.status(0), "SUCCESSFUL");
    assert_eq!(story.weights().len(), 10, "and then it shifts by it");
    let failed = story.run.services[0].traffic.production(story.run.end).failed;
    assert_eq!(failed, 0, "what runs is registered in the group that serves");
}

#[test]
fn a_load_balancer_that_is_given_comes_with_its_deployment() {
    let mut recording = Recording::rolling(3, 100, 200);
    recording.document["services"][0]["service"]["loadBalancers"] = json!([]);
    recording.document["traffic"] = json!({"requestsPerSecond": 20});
    recording
        .intervene(json!({"atSeconds": 60, "updateService": {"service": "ui", "taskDefinition": "ui:42",
        "loadBalancers": [{"targetGroupArn": group(1), "containerName": "ui", "containerPort": 8080}]}}));
    let story = Story::of(&recording);
    assert_eq!(story.status(0), "SUCCESSFUL");
    let failed = story.run.services[0].traffic.production(story.run.end).failed;
    assert_eq!(failed, 0);
    let moved = story.run.services[0].production.steps().first().expect("a rule").0;
    assert_eq!(moved, second(60));
}

/// An early success of ten tasks at 50/120 whose bake has begun.
fn bakes_early() -> Recording {
    let mut recording = rolling(
        10,
        50,
        120,
        json!({"bakeTimeInMinutes": 10, "alarms": {"alarmNames": ["errors"], "enable": true, "rollback": true},
            "earlySuccessCriteria": {"enable": true, "healthyPercent": 50, "sourceServiceRevisionCleanup": "BLOCKING"}}),
    );
    recording.document["alarms"] = json!([{"alarmName": "errors", "threshold": 50, "periodSeconds": 3600}]);
    recording.deploys_at(0);
    recording
}

#[test]
fn more_tasks_in_the_bake_of_an_early_success_are_the_targets() {
    for desired in [12, 8] {
        let mut recording = bakes_early();
        let bakes = Story::of(&recording).entered("BAKE_TIME");
        recording.intervene(json!({"at": {"stage": "BAKE_TIME", "plusSeconds": 30},
            "setDesiredCount": {"service": "ui", "desiredCount": desired}}));
        let story = Story::of(&recording);
        let after = bakes + Span::from_secs(30);
        let late = |revision: &str| {
            story.tasks(revision).iter().filter(|task| task.status.steps()[0].0 >= after).count()
        };
        assert_eq!(late("41"), 0, "{desired}: the source is not replenished");
        assert_eq!(story.status(0), "SUCCESSFUL", "{desired}");
        assert_eq!(story.running("42", story.run.end), desired, "{desired}");
    }
}

#[test]
fn more_tasks_before_a_rolling_deployment_begins_are_no_more_than_that() {
    let mut recording = rolling(4, 100, 150, json!({}));
    third(&mut recording);
    hooked(&mut recording, &[("gate", GATE, &["PRE_SCALE_UP"])]);
    deploys(&mut recording, 0, "42");
    recording.intervene(json!({"atSeconds": 10, "approve": {"service": "ui"}}));
    // Both revisions have tasks when 43 takes over, and its gate is shut.
    deploys(&mut recording, 100, "43");
    recording.intervene(json!({"atSeconds": 200, "setDesiredCount": {"service": "ui", "desiredCount": 10}}));
    recording.intervene(json!({"atSeconds": 600, "approve": {"service": "ui"}}));
    let story = Story::of(&recording);
    let both = |at: u64| story.running("41", second(at)) + story.running("42", second(at));
    let before = ["41", "42"].map(|revision| story.running(revision, second(190)));
    assert_eq!((before, both(550)), ([2, 2], 10), "ten are wanted, not ten of each");
    assert_eq!((story.status(1), story.running("43", story.run.end)), ("SUCCESSFUL", 10));
}

/// Fewer tasks while the target's first ones start: the source gives way by the bounds, the target because it has too many.
#[test]
fn tasks_of_the_target_that_are_too_many_are_not_told_as_a_matter_of_bounds() {
    let mut recording = rolling(4, 100, 200, json!({}));
    deploys(&mut recording, 0, "42");
    recording.intervene(json!({"atSeconds": 20, "setDesiredCount": {"service": "ui", "desiredCount": 2}}));
    let story = Story::of(&recording);
    let stops = |event: &&Event| match event.fact {
        Fact::TasksChanged { status, .. } => event.at == second(20) && status >= TaskStatus::Deactivating,
        _ => false,
    };
    let told: Vec<String> = (story.run.events.iter().filter(stops))
        .map(|event| why_text(event, &story.scenario, &story.run))
        .collect();
    assert_eq!(told, ["4 healthy − 2 ≥ 2 at least.", "There are 4 tasks, and desiredCount asks for 2."]);
}

#[test]
fn a_stopping_task_takes_no_place_where_it_does_not_count() {
    // One of two tasks is stopped; at 100/100 its place is free at once, or only when it is STOPPED.
    let replaced = |counts: bool| {
        let mut recording = Recording::rolling(2, 0, 100);
        recording.document["readings"] = json!({"stoppingCountsTowardMaximum": counts});
        recording.intervene(json!({"atSeconds": 100, "stopTask": {"service": "ui"}}));
        recording.intervene(json!({"atSeconds": 900, "setTraffic": {"requestsPerSecond": 10}}));
        let story = Story::of(&recording);
        story.tasks("41").get(2).expect("a replacement").status.steps()[0].0
    };
    assert_eq!(replaced(false), second(100));
    assert!(replaced(true) > second(100));
}

#[test]
fn what_there_is_no_room_for_says_whether_it_is_the_zones_or_the_tasks_that_fit() {
    let cause = |acts: &[Value]| {
        let mut recording = Recording::rolling(3, 100, 200);
        acts.iter().for_each(|act| recording.intervene(act.clone()));
        recording
            .intervene(json!({"atSeconds": 20, "setDesiredCount": {"service": "ui", "desiredCount": 6}}));
        let story = Story::of(&recording);
        let failed = story.run.events.iter().find(|event| matches!(event.fact, Fact::PlacementFailed { .. }));
        let event = failed.expect("no place");
        cutover::session::narrate::why_text(event, &story.scenario, &story.run)
    };
    let limit = json!({"atSeconds": 10, "limitCapacity": {"tasks": 3}});
    assert_eq!(cause(std::slice::from_ref(&limit)), "There is no room: 3 tasks of the 3 that fit.");
    let zones = ["a", "b", "c"].map(|zone| json!({"atSeconds": 10, "failAvailabilityZone": {"zone": zone}}));
    assert_eq!(cause(&[&zones[..], &[limit]].concat()), "No Availability Zone is left to place it in.");
}

#[test]
fn weights_that_somebody_else_has_set_are_found_before_the_next_shift_even_where_it_wants_the_same() {
    let mut recording = canary(5);
    deploys(&mut recording, 0, "42");
    recording.intervene(json!({"at": {"stage": "PRODUCTION_TRAFFIC_SHIFT", "plusSeconds": 60},
        "setListenerWeights": {"service": "ui", "rule": "production", "sourceWeight": 0, "targetWeight": 100}}));
    let story = Story::of(&recording);
    assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL");
    let deployment = story.deployment(0);
    let back = deployment.rollback.as_ref().expect("it goes back");
    let shift = |stay: &&cutover::engine::StageRecord| {
        stay.step == 1 && stay.stage == Some(LifecycleStage::ProductionTrafficShift)
    };
    let second_step = deployment.stages.iter().find(shift).expect("a second step").start;
    assert_eq!((back.detector.word(), back.at), ("networking", second_step));
}

#[test]
fn a_way_back_out_of_a_denied_reconcile_enters_no_traffic_shift_and_calls_none_of_its_hooks() {
    let mut recording = canary(5);
    third(&mut recording);
    hooked(&mut recording, &[("ok", PASSES, &["TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"])]);
    deploys(&mut recording, 0, "42");
    deploys(&mut recording, 100, "43");
    recording.intervene(json!({"atSeconds": 99, "denyListenerChanges": {"service": "ui", "forSeconds": 45}}));
    let story = Story::of(&recording);
    let newer = story.deployment(1);
    let stages: Vec<_> = newer.stages.iter().filter_map(|stay| stay.stage).collect();
    assert_eq!(stages, [LifecycleStage::ReconcileService, LifecycleStage::CleanUp]);
    assert!(newer.hooks.is_empty(), "{:?}", newer.hooks);
    let shifts: Vec<_> = newer.shifts.iter().map(|shift| (shift.at, shift.rule)).collect();
    assert_eq!(shifts, [(second(160), ListenerRule::Production), (second(160), ListenerRule::Test)]);
    assert_eq!(newer.status.last().map(|status| status.api_name()), Some("ROLLBACK_SUCCESSFUL"));
}

/// Whose revisions they are, by name.
fn names(story: &Story, revisions: &[cutover::engine::RevisionId]) -> Vec<&'static str> {
    let service = &story.run.services[0];
    revisions.iter().map(|id| ["41", "42", "43"][service.revisions[usize::from(id.0)].definition]).collect()
}

#[test]
fn a_deployment_on_top_of_the_very_first_takes_the_other_group_and_reaches_its_users() {
    for configuration in [
        json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}),
        json!({"strategy": "CANARY"}),
        json!({"strategy": "LINEAR"}),
    ] {
        for at in [20, 60] {
            let mut recording = Recording::shifting(configuration.clone());
            recording.document["firstDeployment"] = json!(true);
            third(&mut recording);
            deploys(&mut recording, at, "42");
            let story = Story::of(&recording);
            assert_eq!((story.status(0), story.status(1)), ("STOPPED", "SUCCESSFUL"), "{configuration}");
            let last = story.deployment(1).shifts.last().expect("it shifts").weights;
            assert_eq!((last.source, last.target), (0, 100), "{configuration}");
            let traffic = &story.run.services[0].traffic;
            let served = story.deployment(1).shifts[0].at;
            let failed = |at| traffic.production(at).failed;
            assert_eq!(failed(story.run.end), failed(served), "nobody meets an empty group: {configuration}");
            // A third one goes back to the revision that has the users.
            deploys(&mut recording, at + 70, "43");
            recording.intervene(json!({"atSeconds": at + 130, "stopServiceDeployment": {"service": "ui"}}));
            let story = Story::of(&recording);
            assert_eq!(story.status(2), "ROLLBACK_SUCCESSFUL", "{configuration}");
            assert_eq!(story.running("41", story.run.end), 3, "{configuration}");
        }
    }
}

#[test]
fn a_roll_on_top_of_the_very_first_has_nothing_completed_to_go_back_to() {
    let mut recording = Recording::rolling(2, 100, 200);
    recording.document["firstDeployment"] = json!(true);
    deploys(&mut recording, 20, "42");
    recording.intervene(json!({"atSeconds": 70, "stopServiceDeployment": {"service": "ui"}}));
    let story = Story::of(&recording);
    assert_eq!((story.status(0), story.status(1)), ("STOPPED", "ROLLBACK_FAILED"));
    assert!(story.running("42", story.run.end) > 0, "the tasks there are stay");
}

#[test]
fn an_update_is_about_the_revision_that_the_service_asks_for_last() {
    let update = |at: u64, fields: Value| {
        let mut act = json!({"service": "ui"});
        act.as_object_mut().expect("an object").extend(fields.as_object().expect("fields").clone());
        json!({"atSeconds": at, "updateService": act})
    };
    let mut forced = Recording::rolling(2, 100, 200);
    deploys(&mut forced, 0, "42");
    forced.intervene(update(20, json!({"forceNewDeployment": true})));
    let story = Story::of(&forced);
    assert_eq!(names(&story, &[story.deployment(1).target]), ["42"], "forced while 42 is on its way");

    let mut taken_back = Recording::rolling(2, 100, 200);
    deploys(&mut taken_back, 0, "42");
    taken_back.intervene(update(20, json!({"taskDefinition": "ui:41"})));
    let story = Story::of(&taken_back);
    assert_eq!(names(&story, &[story.deployment(1).target]), ["41"], "the old task definition is a change");

    let mut rolled_back = Recording::rolling(2, 100, 200);
    deploys(&mut rolled_back, 0, "42");
    rolled_back.intervene(json!({"atSeconds": 20, "stopServiceDeployment": {"service": "ui"}}));
    rolled_back.intervene(update(100, json!({"forceNewDeployment": true})));
    let story = Story::of(&rolled_back);
    assert_eq!(names(&story, &[story.deployment(1).target]), ["41"], "the rollback has taken 42 back");
}
