//! What makes a target healthy, what makes a task count, and where requests go.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use cutover::engine::FlowKey;

/// When a task's target first was so.
fn target_was(task: &TaskRecord, health: TargetHealth) -> SimTime {
    let mut steps = task.target.steps().iter();
    steps.find(|(_, is)| *is == health).unwrap_or_else(|| panic!("never {health}")).0
}

/// When a task first had a `lastStatus`.
fn was(task: &TaskRecord, status: TaskStatus) -> SimTime {
    let mut steps = task.status.steps().iter();
    steps.find(|(_, is)| *is == status).unwrap_or_else(|| panic!("never {status}")).0
}

/// When a task first counted towards minimumHealthyPercent.
fn counted(task: &TaskRecord) -> SimTime {
    task.counted.steps().iter().find(|(_, counts)| *counts).expect("it counts").0
}

/// Naive: a new target needs HealthyThresholdCount passing checks.
#[test]
fn g14_a_new_target_is_healthy_after_one_pass() {
    let mut recording = Recording::rolling(2, 100, 200);
    let service = &mut recording.document["services"][0];
    service["targetGroups"] = json!([{"HealthCheckIntervalSeconds": 30, "HealthyThresholdCount": 4}]);
    service["service"]["healthCheckGracePeriodSeconds"] = json!(3600);
    recording.deploys_at(0);
    for (at, fails) in [(600, true), (900, false)] {
        let act = json!({"service": "ui", "revision": "42", "behavior": {"failsHealthChecks": fails}});
        recording.intervene(json!({"atSeconds": at, "setBehavior": act}));
    }
    // The run goes on long enough to see the recovery.
    recording.intervene(json!({"atSeconds": 1200, "setTraffic": {"requestsPerSecond": 80}}));
    let story = Story::of(&recording);
    let task = story.tasks("42")[0];
    let first = target_was(task, TargetHealth::Healthy).since(target_was(task, TargetHealth::Initial));
    assert_eq!(first, Span::from_secs(2), "firstCheckSeconds: one pass, whatever the threshold");
    let (recovered, _) =
        task.target.steps().iter().rfind(|(_, is)| *is == TargetHealth::Healthy).expect("again");
    let took = recovered.since(second(900));
    assert!(
        took > Span::from_secs(3 * 30) && took <= Span::from_secs(4 * 30),
        "four passes to recover: {took}"
    );
}

/// Naive: a target without a connection is let go at once.
#[test]
fn g15_an_idle_target_pays_the_whole_deregistration_delay() {
    let mut recording = Recording::rolling(2, 100, 200);
    recording.document["traffic"] = json!({"requestsPerSecond": 0});
    recording.deploys_at(0);
    let story = Story::of(&recording);
    for task in story.tasks("41") {
        let draining = was(task, TaskStatus::Stopping).since(target_was(task, TargetHealth::Draining));
        assert_eq!(draining, Span::from_secs(300), "the default of deregistration_delay.timeout_seconds");
    }
}

/// Naive: RUNNING is healthy.
#[test]
fn g16_a_running_task_counts_by_the_checks_it_has() {
    let check = json!({"containerDefinitions": [{"name": "ui", "essential": true,
        "healthCheck": {"command": ["CMD", "true"], "interval": 20}}]});
    for (balanced, checked, after) in
        [(false, false, 40), (false, true, 20), (true, false, 7), (true, true, 20)]
    {
        let mut recording = Recording::rolling(1, 100, 200);
        if !balanced {
            recording.document["services"][0]["service"]["loadBalancers"] = json!([]);
        }
        if checked {
            recording.document["services"][0]["taskDefinition"] = check.clone();
        }
        recording.deploys_at(0);
        let story = Story::of(&recording);
        let task = story.tasks("42")[0];
        let took = counted(task).since(was(task, TaskStatus::Running));
        assert_eq!(took, Span::from_secs(after), "load balancer {balanced}, container check {checked}");
    }
}

/// Naive: every registered target is checked.
#[test]
fn g28_targets_of_a_group_that_no_rule_refers_to_are_unused() {
    let mut recording = canary(0);
    recording.document["services"][0]["targetGroups"] =
        json!([{"TargetGroupArn": crate::driver::group(2), "LoadBalancerArns": []}]);
    recording.deploys_at(0);
    let story = Story::of(&recording);
    let tasks = story.tasks("42");
    let healths =
        |task: &TaskRecord| task.target.steps().iter().map(|(_, health)| *health).collect::<Vec<_>>();
    assert_eq!(healths(tasks[0]), [TargetHealth::Registering, TargetHealth::NotInUse]);
    assert_eq!(TargetHealth::NotInUse.reason(), "Target.NotInUse");
    assert_eq!(story.status(0), "ROLLBACK_SUCCESSFUL", "invalid networking is found while it runs");
    assert_eq!(story.deployment(0).rollback.as_ref().map(|it| it.detector.word()), Some("networking"));
    assert_eq!(story.weights(), [], "no user met it");
}

/// Naive: a group without a healthy target answers 503.
#[test]
fn g29_a_group_without_a_healthy_target_fails_open() {
    let mut recording = Recording::rolling(2, 100, 200);
    recording.document["services"][0]["service"]["healthCheckGracePeriodSeconds"] = json!(3600);
    recording.document["traffic"] = json!({"requestsPerSecond": 100});
    let act = json!({"service": "ui", "revision": "41", "behavior": {"failsHealthChecks": true}});
    recording.intervene(json!({"atSeconds": 0, "setBehavior": act}));
    recording.intervene(json!({"atSeconds": 300, "setTraffic": {"requestsPerSecond": 100}}));
    let story = Story::of(&recording);
    let at = second(300);
    assert!(story.tasks("41").iter().all(|task| task.target.at(at) == Some(&TargetHealth::Unhealthy)));
    let traffic = &story.run.services[0].traffic;
    assert_eq!(traffic.flow(FlowKey::Unserved), None, "nobody gets a 503");
    let counts = traffic.production(story.run.end);
    assert_eq!(counts.failed, 0);
    assert!(counts.answered > 100 * 500, "{counts:?}");
}

/// Naive: users move with the weights.
#[test]
fn g35_group_stickiness_keeps_users_where_they_were_after_a_shift() {
    let share_after_a_minute = |sticky: bool| {
        let mut recording = canary(0);
        if sticky {
            let forward = json!({"TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 3600}});
            recording.document["services"][0]["listenerRules"] =
                json!([{"Priority": "1", "Actions": [{"Type": "forward", "ForwardConfig": forward}]}]);
        }
        recording.document["traffic"] = json!({"requestsPerSecond": 300, "users": 600});
        recording.deploys_at(0);
        let story = Story::of(&recording);
        let (shifted, ..) = story.shifts(ListenerRule::Production)[0];
        let traffic = &story.run.services[0].traffic;
        let target =
            traffic.flow(FlowKey::Production(story.deployment(0).target)).expect("the target is met");
        target.rate_at(shifted + Span::from_secs(60)).0.as_per_second() / 300.0
    };
    assert!((share_after_a_minute(false) - 0.1).abs() < 1e-5, "the weight");
    assert!(share_after_a_minute(true) < 0.01, "nearly everybody keeps the group of before for an hour");
}
