//! ECS's own JSON in and out: what people paste becomes a recording that runs, and comes out as it went in.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use cutover::engine::{Run, simulate};
use cutover::exports::{self, summary};
use cutover::formats::{Imported, Problem, import, read_document};
use cutover::model::*;
use cutover::script::Scripts;
use serde_json::{Value, json};

/// `aws ecs describe-services` of a service in production.
pub const RETAIL_UI: &str = include_str!("../data/retail-ui.describe-services.json");
/// The input of an `aws ecs update-service --cli-input-json`.
pub const ORDERS: &str = include_str!("../data/orders.update-service.json");

fn imported(text: &str) -> Imported {
    import(text).unwrap_or_else(|problems| panic!("refused: {problems:#?}"))
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn simulated(document: &Value) -> (Scenario, Run) {
    let reading = read_document(document).unwrap_or_else(|problems| panic!("refused: {problems:#?}"));
    let run = simulate(&reading.scenario, &mut Scripts::compile(&reading.scenario.hooks).runner());
    (reading.scenario, run)
}

#[test]
fn a_described_service_imports_as_it_is() {
    let imported = imported(RETAIL_UI);
    assert_eq!(imported.warnings, []);
    let (scenario, run) = simulated(&imported.document);
    let service = &scenario.services[0];
    assert_eq!((service.name.as_str(), service.desired_count, service.zones), ("ui", 2, 2));
    assert_eq!(service.deployment.strategy, Strategy::Rolling);
    assert_eq!(service.grace_period, Span::from_secs(30));
    assert_eq!(service.routing.groups[0].name, "BlueTargetGroup");
    let names: Vec<&str> = service.revisions.iter().map(|revision| revision.name.as_str()).collect();
    assert_eq!(names, ["4", "5"], "the task definition's revision, and the next");
    assert_eq!(summary(&scenario, &run, &[])["status"], "SUCCESSFUL");
}

#[test]
fn an_update_with_an_alarm_and_a_hook_imports_as_it_is() {
    let imported = imported(ORDERS);
    assert_eq!(imported.warnings, []);
    let (scenario, run) = simulated(&imported.document);
    let service = &scenario.services[0];
    assert_eq!((service.name.as_str(), service.desired_count), ("orders", 2));
    assert_eq!(service.deployment.bake(), Span::from_mins(15));
    assert!(service.routing.test_rule);
    let alarm = &scenario.alarms[0];
    assert_eq!(alarm.name, "orders-release-errors");
    assert_eq!(alarm.metric, AlarmMetric::ErrorPercent(Ratio::from_percent(5.0)));
    assert_eq!((alarm.period, alarm.evaluation_periods), (Span::from_secs(60), 1));
    let smoke_test = cutover::script::ready_made("smoke-test").expect("a ready-made script");
    assert_eq!(scenario.hooks["orders-pretraffic"], smoke_test);
    let summary = summary(&scenario, &run, &imported.assumptions);
    assert_eq!(summary["status"], "SUCCESSFUL");
    assert_eq!(summary["deployments"][0]["hooks"][0]["hookStatus"], "SUCCEEDED");
    for path in
        ["services[0].service.desiredCount", "services[0].revisions", "alarms[0]", "hooks.orders-pretraffic"]
    {
        assert!(imported.assumptions.iter().any(|assumption| assumption.path == path), "{path} is not told");
    }
}

#[test]
fn what_was_pasted_is_exported_unchanged() {
    assert_eq!(exports::ecs(&imported(ORDERS).document), parsed(ORDERS));
    let described = parsed(RETAIL_UI)["services"][0].clone();
    let exported = exports::ecs(&imported(RETAIL_UI).document);
    assert_eq!(exported, described);
    let (before, after) = (described.to_string(), exported.to_string());
    assert_eq!(before, after, "in the same order, unknown fields included");
}

#[test]
fn several_services_are_exported_as_a_list() {
    let text = json!({"services": [{"serviceName": "a"}, {"serviceName": "b"}], "failures": []}).to_string();
    let imported = imported(&text);
    assert_eq!(
        exports::ecs(&imported.document),
        json!({"services": [{"serviceName": "a"}, {"serviceName": "b"}]})
    );
    assert_eq!(
        imported.document["interventions"],
        json!([{"atSeconds": 0, "deploy": {"service": "a", "revision": "2"}}])
    );
}

#[test]
fn requests_enter_at_the_service_with_a_load_balancer_wherever_it_is_listed() {
    let mut ui = parsed(RETAIL_UI)["services"][0].clone();
    ui["serviceName"] = json!("ui");
    let (carts, catalog) = (json!({"serviceName": "carts"}), json!({"serviceName": "catalog"}));
    let listed = json!({"services": [carts, ui, catalog]});
    let imported = imported(&listed.to_string());
    let (scenario, run) = simulated(&imported.document);
    assert_eq!(
        scenario.services.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
        ["ui", "carts", "catalog"]
    );
    assert!(run.services[1].traffic.production(run.end).sent > 0, "ui calls carts");
    assert!(imported.assumptions.iter().any(|it| it.value == "requests enter at ui"));

    ui["desiredCount"] = json!("6");
    let problems = import(&json!({"services": [carts, ui]}).to_string()).expect_err("a text is no number");
    assert_eq!(problems[0].path, "services[1].desiredCount");
}

#[test]
fn every_wrapping_of_a_service_is_understood() {
    let service = parsed(RETAIL_UI)["services"][0].clone();
    for wrapped in
        [json!({"service": service}), json!([service]), json!({"services": [service]}), service.clone()]
    {
        assert_eq!(exports::ecs(&imported(&wrapped.to_string()).document), service);
    }
}

#[test]
fn a_recording_passes_through() {
    let document = crate::recordings::recording(json!({"strategy": "LINEAR"}));
    assert_eq!(imported(&document.to_string()).document, document);
}

#[test]
fn a_function_whose_name_asks_for_approval_becomes_a_manual_approval() {
    let arn = "arn:aws:lambda:eu-west-1:222222222222:function:release-approver";
    let hook = json!({"hookTargetArn": arn, "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]});
    let service = json!({"serviceName": "ui", "deploymentConfiguration": {"lifecycleHooks": [hook]}});
    let approval = cutover::script::ready_made("manual-approval").expect("a ready-made script");
    assert_eq!(imported(&service.to_string()).document["hooks"]["release-approver"]["source"], approval);
}

#[test]
fn problems_of_an_import_lie_where_the_given_file_has_them() {
    for (given, path) in [
        (json!({"serviceName": "ui", "desiredCount": "6"}), "desiredCount"),
        (json!({"service": {"serviceName": "ui", "desiredCount": "6"}}), "service.desiredCount"),
        (
            json!({"services": [{"serviceName": "a"}, {"serviceName": "ui", "desiredCount": "6"}]}),
            "services[1].desiredCount",
        ),
        (json!([{"serviceName": "ui", "desiredCount": "6"}]), "[0].desiredCount"),
    ] {
        let problems = import(&given.to_string()).expect_err("a string is no number");
        assert_eq!(problems.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(), [path]);
    }
}

#[test]
fn what_is_no_service_is_refused_with_a_reason() {
    for (text, reason) in [
        ("", "the file is empty"),
        ("serviceName: ui\ndesiredCount: 2\n", "not JSON: expected value; it looks like YAML"),
        (r#"{"serviceName": "ui", "desiredCount": 2"#, "not JSON: EOF while parsing an object"),
        (r#"{"Resources": {"Web": {"Type": "AWS::ECS::Service"}}}"#, "it looks like CloudFormation"),
        (r#"{"ServiceName": "ui", "DesiredCount": 3}"#, "it looks like CloudFormation"),
        (r#"{"ServiceName": "ui"}"#, "ServiceName: is no field of a service (nearest: serviceName)"),
        (r#"{"name": "ui", "desired_count": 3}"#, "it looks like Terraform"),
        (r#"{"resource": {"aws_ecs_service": {}}}"#, "it looks like Terraform"),
        (r#"{"servicename": "ui"}"#, "servicename: is no field of a service (nearest: serviceName)"),
        (r#"{"family": "ui", "containerDefinitions": []}"#, "a task definition alone has no service"),
        (r#"{"taskDefinition": {"family": "ui"}}"#, "a task definition alone has no service"),
        (r#"{"TargetGroups": []}"#, "target groups alone have no service"),
        (r#"{"serviceArns": ["a"]}"#, "it lists services without describing them"),
        (r#"{"services": {"ui": {}}}"#, "services must be a list"),
        (r#"["ui"]"#, "[0]: must be an object; it is the string \"ui\""),
        ("[]", "the file is none of: the output of describe-services"),
        ("{}", "the file is none of: the output of describe-services"),
        ("7", "the file is none of: the output of describe-services"),
        ("{\"services\": [], \"failures\": []}", "the list is empty"),
        (
            r#"{"services": [], "failures": [{"arn": "arn:aws:ecs:x:1:service/c/web", "reason": "MISSING"}]}"#,
            "describe-services did not find arn:aws:ecs:x:1:service/c/web: MISSING",
        ),
        ("{\"services\": [7]}", "services[0]: must be an object; it is the number 7"),
        ("{\"service\": \"orders\"}{", "line 1, column 22: not JSON: trailing characters"),
    ] {
        let problems = import(text).expect_err(text);
        let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert!(lines.iter().any(|line| line.contains(reason)), "{text}: {lines:?}");
    }
}

/// What `aws ecs create-service --generate-cli-skeleton` prints, as far as its emptiness matters.
#[test]
fn a_skeleton_that_nobody_has_filled_in_is_refused_field_by_field_in_the_file_that_was_given() {
    let skeleton = json!({
        "cluster": "", "serviceName": "", "taskDefinition": "", "availabilityZoneRebalancing": "ENABLED",
        "loadBalancers": [{"targetGroupArn": "", "loadBalancerName": "", "containerName": "", "containerPort": 0}],
        "desiredCount": 0, "launchType": "FARGATE", "role": "",
        "deploymentConfiguration": {"maximumPercent": 0, "minimumHealthyPercent": 0}
    });
    let problems = import(&skeleton.to_string()).expect_err("nothing is filled in");
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "serviceName",
            "deploymentConfiguration.maximumPercent",
            "loadBalancers[0].targetGroupArn",
            "taskDefinition"
        ]
    );
    assert_eq!(problems[0].message, "must be a name of 1 to 255 characters; it is \"\"");
}

#[test]
fn what_an_import_leaves_out_is_told() {
    let warned =
        |given: &str| -> Vec<String> { imported(given).warnings.iter().map(Problem::to_string).collect() };
    let failure = r#""failures": [{"arn": "arn:aws:ecs:x:1:service/c/web", "reason": "MISSING"}]"#;
    assert_eq!(
        warned(&format!(r#"{{"services": [{{"serviceName": "ui"}}], {failure}, "nextToken": "x"}}"#)),
        [
            "failures[0]: describe-services did not find arn:aws:ecs:x:1:service/c/web: MISSING",
            "nextToken: not part of a service, ignored"
        ]
    );
    assert_eq!(
        warned(r#"{"serviceName": "ui", "desiredCount": 1, "desiredCount": 4}"#),
        ["desiredCount: is given twice; the last is taken"]
    );
    assert_eq!(
        warned(r#"{"service": {"serviceName": "ui"}, "targetGroup": []}"#),
        ["targetGroup: unknown field, ignored (nearest: targetGroups)"]
    );
}

#[test]
fn what_stands_beside_a_service_comes_along() {
    let entry = json!({
        "service": {"serviceName": "ui"},
        "taskDefinition": {"family": "ui", "containerDefinitions": [{"name": "ui", "image": "ui", "stopTimeout": 60}]},
        "revisions": [{"name": "a"}, {"name": "b", "behavior": {"errorPercent": 5}}]
    });
    let document = imported(&entry.to_string()).document;
    assert_eq!(document["services"], json!([entry]));
    assert_eq!(
        document["interventions"],
        json!([{"atSeconds": 0, "deploy": {"service": "ui", "revision": "b"}}])
    );
    let spoilt = entry.to_string().replace("60", "600");
    let problems = import(&spoilt).expect_err("Fargate waits 120 s at most");
    assert_eq!(problems[0].path, "taskDefinition.containerDefinitions[0].stopTimeout");
}

#[test]
fn numbers_come_out_as_they_went_in() {
    let service = r#"{"serviceName":"ui","createdAt":1705945156.2537239,"a":5.0,"b":5.10,"c":123456789012345678901,"d":0.1,"e":-0.0}"#;
    assert_eq!(exports::ecs(&imported(service).document).to_string(), service);
}
