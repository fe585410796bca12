//! The pre-flight: what it promises, the run keeps, for every small service; and what it warns of.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, group, simulate};
use crate::property::holds;
use cutover::engine::metrics::{lowest_healthy_tasks, peak_tasks};
use cutover::engine::preflight::{Verdict, preflight};
use cutover::formats::read_document;
use cutover::model::{ServiceDeploymentStatus, Span};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::{Value, json};

fn verdict(document: &Value) -> Verdict {
    let scenario = read_document(document).unwrap_or_else(|problems| panic!("{problems:?}")).scenario;
    preflight(&scenario, scenario.service_deployed())
}

/// Every desiredCount to 4, with every bound that makes a difference to so few tasks.
fn grid() -> impl Iterator<Item = (u32, u32, u32)> {
    let minimum = [0, 1, 25, 26, 33, 34, 50, 51, 66, 67, 75, 76, 99, 100];
    let maximum = [100, 124, 125, 133, 134, 149, 150, 174, 175, 199, 200, 300];
    (0..=4).flat_map(move |desired| {
        minimum.into_iter().flat_map(move |minimum| maximum.map(|maximum| (desired, minimum, maximum)))
    })
}

#[test]
fn what_is_proved_of_a_small_service_its_runs_keep() {
    for (number, (desired, minimum, maximum)) in grid().enumerate() {
        let row = format!("{desired} tasks at {minimum}/{maximum}");
        let mut recording = Recording::rolling(desired, minimum, maximum);
        // Other timings for each, so that tasks start and stop in other orders.
        let delay = ["0", "20", "40", "300"][number % 4];
        let entry = &mut recording.document["services"][0];
        entry["timings"] = json!({"provisionSeconds": number % 37, "deprovisionSeconds": number % 11});
        entry["targetGroups"] = json!([{"Attributes": [{"Key": "deregistration_delay.timeout_seconds",
            "Value": delay}]}]);
        recording.deploys_at(0);
        let verdict = verdict(&recording.document);
        let proof = verdict.proof.expect("so small a service is explored");
        let (_, run) = simulate(&recording);
        let deployment = &run.deployments[0];
        let (at, status) = deployment.status.steps().last().copied().expect("a status");
        let done = status == ServiceDeploymentStatus::Successful;
        assert_eq!((verdict.can_finish(), proof.finishes), (done, done), "{row}");
        assert_eq!(verdict.shortest, done.then(|| at.since(cutover::model::SimTime::ZERO)), "{row}");
        let (peak, floor) = (peak_tasks(&run.services[0]), lowest_healthy_tasks(&run.services[0]));
        assert_eq!((verdict.peak_tasks, verdict.lowest_healthy_tasks), (peak, floor), "{row}");
        assert!(peak <= proof.peak, "{row}: {peak} tasks, though at most {} were proved", proof.peak);
        assert!(floor >= proof.floor, "{row}: {floor} healthy, though at least {} were proved", proof.floor);
        assert_eq!(verdict.blocked_by.is_some(), !done, "{row}");
        assert_eq!(verdict.blocked_by, proof.blocked_by, "{row}");
    }
}

#[test]
fn the_proof_needs_few_states() {
    for (desired, minimum, maximum) in grid() {
        let mut recording = Recording::rolling(desired, minimum, maximum);
        recording.deploys_at(0);
        let proof = verdict(&recording.document).proof.expect("a proof");
        assert!(proof.states <= 100, "{} states for {desired} tasks at {minimum}/{maximum}", proof.states);
    }
}

#[test]
fn a_verdict_that_is_no_names_the_inequality_with_its_numbers() {
    let mut recording = Recording::rolling(3, 100, 125);
    recording.deploys_at(0);
    let said = verdict(&recording.document).to_string();
    assert_eq!(
        said,
        "cannot finish: may stop min(3, 3 healthy − 3 at least) = 0, may start min(3, 3 at most − 3) = 0"
    );
}

#[test]
fn one_task_is_one_task() {
    let mut recording = Recording::rolling(1, 0, 100);
    recording.deploys_at(0);
    let said = verdict(&recording.document).to_string();
    assert!(said.starts_with("can finish: 6 min 1 s at least, peak 1 task, floor 0 healthy"), "{said}");
}

/// A deployment of a revision that fails 5 %, with an alarm over 2 % as it is by default but for what is given.
fn watched(configuration: Value, alarm: Value) -> Value {
    let mut configuration = configuration;
    configuration["alarms"] = json!({"alarmNames": ["errors"], "enable": true, "rollback": true});
    let mut recording = Recording::shifting(configuration);
    recording.document["services"][0]["revisions"] =
        json!([{"name": "41"}, {"name": "42", "behavior": {"errorPercent": 5}}]);
    let mut full = json!({"alarmName": "errors", "threshold": 2});
    full.as_object_mut().expect("an object").extend(alarm.as_object().expect("an object").clone());
    recording.document["alarms"] = json!([full]);
    recording.deploys_at(10);
    recording.document
}

fn canary() -> Value {
    json!({"strategy": "CANARY", "bakeTimeInMinutes": 10,
        "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 5}})
}

#[test]
fn alarms_that_cannot_see_are_named() {
    let none: &[&str] = &[];
    for (alarm, warnings) in [
        (json!({}), none),
        (
            json!({"scope": "loadBalancer"}),
            &["alarm errors cannot see a 10 % step: 5 % of 10 % is 0.5 %, not more than 2 %"],
        ),
        (json!({"scope": "loadBalancer", "threshold": 0.4}), none),
        (
            json!({"threshold": 5}),
            &["alarm errors cannot see a 100 % step: 5 % of 100 % is 5 %, not more than 5 %"],
        ),
        (
            json!({"targetGroup": "ui-1"}),
            &[
                "alarm errors cannot see this deployment: it measures ui-1, and the target gets ui-2 this time",
            ],
        ),
        (json!({"targetGroup": group(2)}), none),
        (
            json!({"evaluationPeriods": 6}),
            &[
                "alarm errors takes 6 min of bad periods to be raised, longer than the first step of 5 min: more users are moved before",
            ],
        ),
        (
            json!({"periodSeconds": 1200}),
            &[
                "alarm errors takes 20 min of bad periods to be raised, and users are watched for 15 min: the deployment can be over before",
            ],
        ),
    ] {
        assert_eq!(verdict(&watched(canary(), alarm.clone())).warnings, warnings, "{alarm}");
    }
}

/// Users are watched while the roll replaces tasks, and while a Network Load Balancer takes its time for a step.
#[test]
fn an_alarm_is_too_slow_only_for_as_long_as_it_is_watched() {
    let warnings = |mut recording: Recording, seconds: u64| {
        let configuration = &mut recording.document["services"][0]["service"]["deploymentConfiguration"];
        configuration["alarms"] = json!({"alarmNames": ["errors"], "enable": true, "rollback": true});
        recording.document["alarms"] =
            json!([{"alarmName": "errors", "threshold": 50, "periodSeconds": seconds}]);
        recording.deploys_at(0);
        verdict(&recording.document).warnings
    };
    let none: [&str; 0] = [];
    let roll = || {
        let mut recording = Recording::rolling(2, 100, 200);
        recording.document["services"][0]["service"]["deploymentConfiguration"]["bakeTimeInMinutes"] =
            json!(0);
        recording
    };
    // The first task of the target is healthy 314 seconds before the last of the source is gone.
    assert_eq!(warnings(roll(), 314), none);
    assert_eq!(
        warnings(roll(), 315),
        [
            "alarm errors takes 5 min 15 s of bad periods to be raised, and users are watched for 5 min 14 s: the \
         deployment can be over before"
        ]
    );
    let network = || {
        let mut recording = Recording::shifting(canary());
        recording.behind_a_network_load_balancer();
        recording
    };
    assert_eq!(warnings(network(), 15 * 60), none, "ten minutes more than canaryBakeTimeInMinutes");
    assert_eq!(
        warnings(network(), 15 * 60 + 1),
        [
            "alarm errors takes 15 min 1 s of bad periods to be raised, longer than the first step of 15 min: more users \
         are moved before"
        ]
    );
}

#[test]
fn an_alarm_that_is_red_before_the_start_is_named() {
    let mut document = watched(canary(), json!({}));
    let set =
        |at: u32, state: &str| json!({"atSeconds": at, "setAlarm": {"alarmName": "errors", "state": state}});
    let interventions = document["interventions"].as_array_mut().expect("a list");
    interventions.insert(0, set(5, "ALARM"));
    let warning = "alarm errors is in ALARM when the deployment starts: ECS then watches no alarm at all";
    assert_eq!(verdict(&document).warnings, [warning]);
    document["interventions"].as_array_mut().expect("a list").insert(1, set(8, "OK"));
    assert_eq!(verdict(&document).warnings, [""; 0]);
}

/// The warning is true: the alarm on the source's group stays silent, the one on the target's does not.
#[test]
fn an_alarm_on_one_target_group_sees_the_target_every_other_time() {
    for (name, rolls_back) in [("ui-1", false), ("ui-2", true)] {
        let document = watched(canary(), json!({"targetGroup": name}));
        let (_, run) = simulate(&Recording { document });
        assert_eq!(run.deployments[0].rollback.is_some(), rolls_back, "{name}");
    }
    let mut unknown = watched(canary(), json!({"targetGroup": "ui-3"}));
    let problems = read_document(&unknown).expect_err("there is no such group");
    assert_eq!(
        problems[0].to_string(),
        "alarms[0].targetGroup: the service has no target group \"ui-3\" (nearest: ui-1)"
    );
    unknown["alarms"][0] = json!({"alarmName": "errors", "targetGroup": "ui-1", "scope": "loadBalancer"});
    assert_eq!(read_document(&unknown).expect_err("they exclude each other").len(), 1);
}

#[test]
fn a_large_service_is_rehearsed_and_not_explored() {
    let mut recording = Recording::rolling(5_000, 90, 110);
    recording.deploys_at(0);
    let verdict = verdict(&recording.document);
    assert!(verdict.shortest.is_some_and(|span| span > Span::from_mins(5)));
    assert!(verdict.proof.is_none());
}

/// What people and faults have done before a deployment at second 100, each with or without an end.
fn done_before() -> impl Strategy<Value = Value> {
    let lasts = || weighted(0.5, 10_u32..900);
    prop_oneof![
        (0_u32..14, lasts()).prop_map(|(tasks, lasts)| ended(
            json!({"tasks": tasks}),
            "limitCapacity",
            lasts
        )),
        (select(vec!["a", "b", "c"]), lasts()).prop_map(|(zone, lasts)| ended(
            json!({"zone": zone}),
            "failAvailabilityZone",
            lasts
        )),
        lasts().prop_map(|lasts| ended(json!({"service": "ui"}), "denyListenerChanges", lasts)),
        (weighted(0.5, Just(1)), 1_u32..100).prop_map(|(task, minutes)| {
            let mut act = json!({"service": "ui", "protectionEnabled": true, "expiresInMinutes": minutes});
            if let Some(task) = task {
                act["task"] = json!(task);
            }
            json!({"updateTaskProtection": act})
        }),
        (0_u32..9).prop_map(|desired| json!({"setDesiredCount": {"service": "ui", "desiredCount": desired}})),
        select(vec![0, 50, 100]).prop_map(|weight| json!({"setListenerWeights":
            {"service": "ui", "rule": "production", "sourceWeight": 100 - weight, "targetWeight": weight}})),
        (select(vec![0, 50, 100]), select(vec![100, 150, 200]))
            .prop_map(|(minimum, maximum)| json!({"updateService":
            {"service": "ui", "minimum": minimum, "maximum": maximum}})),
    ]
}

fn ended(mut act: Value, name: &str, lasts: Option<u32>) -> Value {
    if let Some(seconds) = lasts {
        act["forSeconds"] = json!(seconds);
    }
    json!({name: act})
}

/// A deployment at second 100 in which nothing fails by itself.
fn deployment() -> impl Strategy<Value = Recording> {
    let strategy = (
        select(vec![
            json!({"strategy": "ROLLING"}),
            json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 2}),
            json!({"strategy": "CANARY", "canaryConfiguration": {"canaryBakeTimeInMinutes": 1}}),
            json!({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 40.0, "stepBakeTimeInMinutes": 1}}),
        ]),
        select(vec![100, 75, 50, 0]),
        select(vec![200, 150, 125, 100]),
    );
    let service = (0_u32..8, any::<bool>(), weighted(0.2, Just(())), weighted(0.2, Just(())));
    (strategy, service, vec((0_u32..101, done_before()), 0..4)).prop_map(
        |((mut configuration, minimum, maximum), (desired, network, unattached, headless), before)| {
            configuration["minimumHealthyPercent"] = json!(minimum);
            configuration["maximumPercent"] = json!(maximum);
            let mut recording = Recording::shifting(configuration.clone());
            recording.document["services"][0]["service"]["desiredCount"] = json!(desired);
            if network {
                recording.behind_a_network_load_balancer();
            }
            if headless.is_some() {
                recording.document["services"][0]["service"]["loadBalancers"] = json!([]);
            } else if unattached.is_some() {
                recording.document["services"][0]["targetGroups"] =
                    json!([{"TargetGroupArn": group(2), "LoadBalancerArns": []}]);
            }
            for (at, mut act) in before {
                if let Some(update) = act.get_mut("updateService") {
                    let mut configuration = configuration.clone();
                    configuration["minimumHealthyPercent"] = update["minimum"].clone();
                    configuration["maximumPercent"] = update["maximum"].clone();
                    *update = json!({"service": "ui", "deploymentConfiguration": configuration});
                }
                act["atSeconds"] = json!(at);
                recording.intervene(act);
            }
            recording.deploys_at(100);
            recording
        },
    )
}

#[test]
fn the_verdict_is_what_becomes_of_a_deployment_in_which_nothing_fails_by_itself() {
    holds(300, deployment(), |recording| {
        let verdict = verdict(&recording.document);
        let (_, run) = simulate(recording);
        let steps = run.deployments[0].status.steps();
        let (start, (end, status)) = (steps[0].0, steps[steps.len() - 1]);
        let took = (status == ServiceDeploymentStatus::Successful).then(|| end.since(start));
        assert_eq!(verdict.shortest, took, "{status}: {verdict}");
        let (peak, floor) = (peak_tasks(&run.services[0]), lowest_healthy_tasks(&run.services[0]));
        assert_eq!((verdict.peak_tasks, verdict.lowest_healthy_tasks), (peak, floor), "{verdict}");
        let told = verdict.blocked_by.is_some() || verdict.fails_for.is_some();
        assert_eq!(told, took.is_none(), "a verdict that is no says why: {verdict}");
    });
}

#[test]
fn a_fleet_for_which_there_is_no_room_is_told_with_its_numbers() {
    let mut recording = Recording::shifting(json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}));
    recording.intervene(json!({"atSeconds": 0, "limitCapacity": {"tasks": 4}}));
    recording.deploys_at(10);
    assert_eq!(
        verdict(&recording.document).to_string(),
        "cannot finish: may place 4 at most − 4 = 0, and 2 are missing"
    );
    recording.document["interventions"][0]["limitCapacity"]["tasks"] = json!(5);
    assert_eq!(
        verdict(&recording.document).to_string(),
        "cannot finish: may place 5 at most − 5 = 0, and 1 is missing"
    );
}

#[test]
fn whoever_is_waited_for_and_what_cloudformation_refuses_is_told() {
    let configuration = json!({"strategy": "LINEAR", "bakeTimeInMinutes": 1440,
        "linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": 600},
        "lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"],
            "timeoutConfiguration": {"timeoutInMinutes": 90, "action": "ROLLBACK"}}]});
    let mut recording = Recording::shifting(configuration);
    recording.deploys_at(0);
    let warnings = verdict(&recording.document).warnings;
    for warning in [
        "a PAUSE hook waits for a person at POST_SCALE_UP: ROLLBACK where nobody answers within 1 h 30 min",
        "CloudFormation refuses it: 34 h of bakes, more than the 33 h it waits for",
    ] {
        assert!(warnings.iter().any(|told| told == warning), "{warning} is not among {warnings:#?}");
    }
}

#[test]
fn an_alarm_is_red_at_the_start_by_the_clock_and_not_by_the_order_of_the_file() {
    let warned = |acts: Value| {
        let mut recording = Recording::rolling(2, 100, 200);
        recording.document["alarms"] =
            json!([{"alarmName": "5xx", "metric": "errorPercent", "threshold": 5}]);
        recording.document["services"][0]["service"]["deploymentConfiguration"]["alarms"] =
            json!({"alarmNames": ["5xx"], "enable": true, "rollback": true});
        recording.document["interventions"] = acts;
        verdict(&recording.document)
            .warnings
            .iter()
            .any(|warning| warning.contains("watches no alarm at all"))
    };
    let (red, deploy) =
        (json!({"alarmName": "5xx", "state": "ALARM"}), json!({"service": "ui", "revision": "42"}));
    let at = |seconds: u32, act: &str, what: &Value| json!({"atSeconds": seconds, act: what});
    assert!(warned(json!([at(0, "setAlarm", &red), at(0, "deploy", &deploy)])));
    assert!(warned(json!([at(9, "deploy", &deploy), at(8, "setAlarm", &red)])));
    assert!(!warned(json!([at(300, "setAlarm", &red), at(0, "deploy", &deploy)])));
    assert!(!warned(json!([at(0, "deploy", &deploy), at(0, "setAlarm", &red)])));
    let update = json!({"service": "ui", "taskDefinition": "ui:42"});
    assert!(!warned(json!([
        at(0, "updateService", &update),
        at(5, "setAlarm", &red),
        at(9, "deploy", &deploy)
    ])));
}

#[test]
fn an_alarm_that_is_red_before_the_start_makes_nothing_bake_and_may_be_green_again_by_then() {
    for (set, start, bakes) in [(50, 55, false), (50, 70, true)] {
        let mut recording = Recording::rolling(2, 100, 200);
        recording.document["alarms"] = json!([{"alarmName": "5xx", "threshold": 5, "periodSeconds": 60}]);
        recording.document["services"][0]["service"]["deploymentConfiguration"]["alarms"] =
            json!({"alarmNames": ["5xx"], "enable": true, "rollback": true});
        recording.intervene(json!({"atSeconds": set, "setAlarm": {"alarmName": "5xx", "state": "ALARM"}}));
        recording.deploys_at(start);
        let verdict = verdict(&recording.document);
        let (_, run) = simulate(&recording);
        let steps = run.deployments[0].status.steps();
        assert_eq!(verdict.shortest, Some(steps[steps.len() - 1].0.since(steps[0].0)), "red at {set} s");
        assert_eq!(verdict.warnings.is_empty(), bakes, "{:?}", verdict.warnings);
        assert_eq!(run.deployments[0].stages.iter().any(|stay| stay.stage.is_some()), bakes);
    }
}
