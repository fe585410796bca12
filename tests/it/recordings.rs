//! What is refused in a recording, at which path, and with which words.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use cutover::formats::{Problem, Reading, read};
use serde_json::{Value, json};

/// A small valid recording of a service with a target group, whose deploymentConfiguration is given.
pub fn recording(configuration: Value) -> Value {
    json!({
        "cutover": 1,
        "name": "a test",
        "seed": 7,
        "services": [{
            "service": {
                "serviceName": "ui",
                "desiredCount": 4,
                "deploymentConfiguration": configuration,
                "loadBalancers": [{"targetGroupArn": GROUP_1, "containerName": "ui", "containerPort": 8080,
                    "advancedConfiguration": {"alternateTargetGroupArn": GROUP_2, "productionListenerRule": RULE_1,
                        "testListenerRule": RULE_2, "roleArn": "arn:aws:iam::123456789012:role/ecs"}}]
            },
            "revisions": [{"name": "41"}, {"name": "42", "behavior": {"errorPercent": 5.0}}]
        }],
        "hooks": {"gate": {"source": "#{ hookStatus: \"SUCCEEDED\" }"}},
        "alarms": [{"alarmName": "ui-5xx", "metric": "errorPercent", "threshold": 2}],
        "interventions": [{"atSeconds": 0, "deploy": {"service": "ui", "revision": "42"}}]
    })
}

pub const GROUP_1: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/ui-1/1111111111111111";
pub const GROUP_2: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/ui-2/2222222222222222";
const RULE_1: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/1/2/3";
const RULE_2: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/1/4/5";

/// Sets the value at a JSON pointer, where its parent exists.
pub fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer with a parent");
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{parent} exists")) {
        Value::Object(map) => {
            map.insert(key.to_owned(), value);
        }
        Value::Array(list) => match key.parse::<usize>() {
            Ok(index) if index < list.len() => list[index] = value,
            _ => list.push(value),
        },
        other => panic!("{parent} is {other}"),
    }
}

fn read_value(document: &Value) -> Result<Reading, Vec<Problem>> {
    read(&document.to_string())
}

/// Reads a recording that must be accepted.
pub fn accepted(document: &Value) -> Reading {
    read_value(document).unwrap_or_else(|problems| panic!("refused: {}", lines(&problems)))
}

/// The problems as the runner prints them.
pub fn lines(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_recordings_that_the_other_tests_spoil_are_good() {
    for configuration in [
        json!({}),
        json!({"strategy": "ROLLING", "earlySuccessCriteria": {"enable": false}}),
        json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0}),
        json!({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0.1}}),
        json!({"strategy": "LINEAR"}),
    ] {
        let reading = accepted(&recording(configuration));
        assert_eq!(lines(&reading.warnings), "");
    }
}

/// A canary whose recording is spoilt by setting `value` at `pointer`: it must be refused at `path`, saying `message`.
pub fn refused(pointer: &str, value: Value, path: &str, message: &str) {
    refused_under(json!({"strategy": "CANARY"}), pointer, value, path, message);
}

fn refused_under(configuration: Value, pointer: &str, value: Value, path: &str, message: &str) {
    let mut document = recording(configuration);
    set(&mut document, pointer, value.clone());
    let problems = read_value(&document).expect_err(&format!("{value} at {pointer} is accepted"));
    let found = problems.iter().any(|problem| problem.path == path && problem.to_string().contains(message));
    assert!(found, "{value} at {pointer}: nothing at {path} says {message:?}, but\n{}", lines(&problems));
}

const SERVICE: &str = "/services/0/service";
const CONFIGURATION: &str = "/services/0/service/deploymentConfiguration";

#[test]
fn a_value_outside_its_range_or_of_the_wrong_type_is_refused_at_its_path() {
    let configuration = "services[0].service.deploymentConfiguration";
    for (key, wrong) in [
        ("minimumHealthyPercent", vec![json!(101), json!(-1), json!("50"), json!(50.5), json!(null)]),
        ("maximumPercent", vec![json!(99), json!(1001), json!(true)]),
        ("bakeTimeInMinutes", vec![json!(1441), json!(-1), json!("10"), json!(1.5)]),
        ("strategy", vec![json!("CANARYX"), json!("canary"), json!(4), json!(null)]),
        (
            "alarms",
            vec![
                json!([]),
                json!({}),
                json!({"alarmNames": [], "enable": true}),
                json!({"alarmNames": "a", "enable": true, "rollback": true}),
            ],
        ),
        (
            "deploymentCircuitBreaker",
            vec![json!({}), json!({"enable": true}), json!({"rollback": true}), json!(true)],
        ),
        ("lifecycleHooks", vec![json!({}), json!("approval"), json!([1])]),
        ("canaryConfiguration", vec![json!([]), json!(10)]),
    ] {
        for value in wrong {
            let mut document = recording(json!({"strategy": "CANARY"}));
            set(&mut document, &format!("{CONFIGURATION}/{key}"), value.clone());
            let problems = read_value(&document).expect_err(&format!("{key}: {value} is accepted"));
            let path = format!("{configuration}.{key}");
            assert!(
                problems.iter().all(|problem| problem.path.starts_with(&path)),
                "{value}:\n{}",
                lines(&problems)
            );
        }
    }
    for (pointer, value, path) in [
        ("/services/0/service/desiredCount", json!(5001), "services[0].service.desiredCount"),
        ("/services/0/service/desiredCount", json!("6"), "services[0].service.desiredCount"),
        (
            "/services/0/service/healthCheckGracePeriodSeconds",
            json!(-1),
            "services[0].service.healthCheckGracePeriodSeconds",
        ),
        ("/services/0/service/runningCount", json!("2"), "services[0].service.runningCount"),
        (
            "/services/0/service/availabilityZoneRebalancing",
            json!(true),
            "services[0].service.availabilityZoneRebalancing",
        ),
        (
            "/services/0/service/loadBalancers/0/containerPort",
            json!("8080"),
            "services[0].service.loadBalancers[0].containerPort",
        ),
        ("/services/0/service", json!([]), "services[0].service"),
        (
            "/services/0/revisions/1/behavior/errorPercent",
            json!(100.1),
            "services[0].revisions[1].behavior.errorPercent",
        ),
        (
            "/services/0/revisions/1/behavior/crashesAtStart",
            json!("yes"),
            "services[0].revisions[1].behavior.crashesAtStart",
        ),
        ("/services/0/revisions/1/name", json!(42), "services[0].revisions[1].name"),
        ("/services/0/revisions/1/name", json!("41"), "services[0].revisions[1].name"),
        ("/services/0/timings", json!({"pullSeconds": -5}), "services[0].timings.pullSeconds"),
        ("/services", json!([]), "services"),
        ("/services", json!({}), "services"),
        ("/seed", json!(-1), "seed"),
        ("/seed", json!(1.5), "seed"),
        ("/name", json!(1), "name"),
        ("/cutover", json!(2), "cutover"),
        ("/cutover", json!("1"), "cutover"),
        ("/traffic", json!({"requestsPerSecond": 1_000_001}), "traffic.requestsPerSecond"),
        ("/traffic", json!({"users": 0}), "traffic.users"),
        ("/alarms/0/periodSeconds", json!(86_401), "alarms[0].periodSeconds"),
        ("/alarms/0/evaluationPeriods", json!(1_441), "alarms[0].evaluationPeriods"),
        ("/alarms/0/metric", json!("errors"), "alarms[0].metric"),
        ("/alarms/0/alarmName", json!(null), "alarms[0].alarmName"),
        ("/hooks/gate", json!("SUCCEEDED"), "hooks.gate"),
        ("/hooks/gate/source", json!(7), "hooks.gate.source"),
        ("/reviewer", json!({"answer": "perhaps"}), "reviewer.answer"),
        ("/interventions/0/atSeconds", json!(2_592_001), "interventions[0].atSeconds"),
        ("/interventions/0/atSeconds", json!("0"), "interventions[0].atSeconds"),
        ("/interventions", json!({}), "interventions"),
    ] {
        refused(pointer, value, path, "");
    }
}

#[test]
fn what_the_api_refuses_in_a_deployment_configuration_is_refused() {
    let at = |rest: &str| format!("services[0].service.deploymentConfiguration.{rest}");
    for (configuration, path, message) in [
        (json!({"strategy": "BLUE_GREEN"}), "bakeTimeInMinutes", "is missing"),
        (
            json!({"strategy": "ROLLING", "canaryConfiguration": {}}),
            "canaryConfiguration",
            "belongs to CANARY",
        ),
        (
            json!({"strategy": "CANARY", "linearConfiguration": {}}),
            "linearConfiguration",
            "belongs to LINEAR",
        ),
        (
            json!({"linearConfiguration": {"stepPercent": 10}}),
            "linearConfiguration",
            "the strategy is ROLLING",
        ),
        (
            json!({"strategy": "LINEAR", "earlySuccessCriteria": {"enable": false}}),
            "earlySuccessCriteria",
            "belongs to ROLLING",
        ),
        (
            json!({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 10.05}}),
            "linearConfiguration.stepPercent",
            "multiple of 0.1",
        ),
        (
            json!({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 2.9}}),
            "linearConfiguration.stepPercent",
            "from 3 to 100",
        ),
        (
            json!({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0.05}}),
            "canaryConfiguration.canaryPercent",
            "from 0.1 to 100",
        ),
        (
            json!({"strategy": "CANARY", "canaryConfiguration": {"canaryBakeTimeInMinutes": 1441}}),
            "canaryConfiguration.canaryBakeTimeInMinutes",
            "1,440",
        ),
        (
            json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true, "thresholdConfiguration": {"type": "COUNT"}}}),
            "deploymentCircuitBreaker.thresholdConfiguration.value",
            "is missing",
        ),
        (
            json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true, "thresholdConfiguration": {"value": 5}}}),
            "deploymentCircuitBreaker.thresholdConfiguration.type",
            "is missing",
        ),
        (
            json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true, "thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 101}}}),
            "deploymentCircuitBreaker.thresholdConfiguration.value",
            "from 1 to 100",
        ),
        (
            json!({"earlySuccessCriteria": {"enable": true, "healthyPercent": 100}}),
            "earlySuccessCriteria.sourceServiceRevisionCleanup",
            "is missing",
        ),
        (
            json!({"minimumHealthyPercent": 90, "earlySuccessCriteria": {"enable": true, "healthyPercent": 80, "sourceServiceRevisionCleanup": "BLOCKING"}}),
            "earlySuccessCriteria.healthyPercent",
            "at least minimumHealthyPercent",
        ),
        (hooks(json!([{"hookTargetArn": "gate"}])), "lifecycleHooks[0].lifecycleStages", "is missing"),
        (
            hooks(json!([{"hookTargetArn": "gate", "lifecycleStages": []}])),
            "lifecycleHooks[0].lifecycleStages",
            "at least one",
        ),
        (
            hooks(json!([{"hookTargetArn": "gate", "lifecycleStages": ["SCALE_UP"]}])),
            "lifecycleHooks[0].lifecycleStages[0]",
            "takes no AWS_LAMBDA hook",
        ),
        (
            hooks(json!([{"hookTargetArn": "gate", "lifecycleStages": ["POST_SCALEUP"]}])),
            "lifecycleHooks[0].lifecycleStages[0]",
            "nearest: POST_SCALE_UP",
        ),
        (
            hooks(json!([{"lifecycleStages": ["POST_SCALE_UP"]}])),
            "lifecycleHooks[0].hookTargetArn",
            "is missing",
        ),
        (
            hooks(json!([{"targetType": "PAUSE", "lifecycleStages": ["TEST_TRAFFIC_SHIFT"]}])),
            "lifecycleHooks[0].lifecycleStages[0]",
            "takes no PAUSE hook",
        ),
        (
            hooks(json!([{"targetType": "PAUSE", "lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"]}])),
            "lifecycleHooks[0].lifecycleStages[0]",
            "takes no PAUSE hook",
        ),
        (
            hooks(
                json!([{"targetType": "LAMBDA", "hookTargetArn": "gate", "lifecycleStages": ["PRE_SCALE_UP"]}]),
            ),
            "lifecycleHooks[0].targetType",
            "nearest: AWS_LAMBDA",
        ),
        (
            hooks(
                json!([{"hookTargetArn": "gate", "lifecycleStages": ["PRE_SCALE_UP"], "timeoutConfiguration": {"timeoutInMinutes": 1441}}]),
            ),
            "lifecycleHooks[0].timeoutConfiguration.timeoutInMinutes",
            "1,440",
        ),
        (
            hooks(
                json!([{"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"], "timeoutConfiguration": {"timeoutInMinutes": 20161}}]),
            ),
            "lifecycleHooks[0].timeoutConfiguration.timeoutInMinutes",
            "20,160",
        ),
        (
            hooks(Value::Array(vec![
                json!({"hookTargetArn": "gate", "lifecycleStages": ["PRE_SCALE_UP"]});
                11
            ])),
            "lifecycleHooks",
            "at most 10 AWS_LAMBDA",
        ),
    ] {
        refused_under(json!({}), CONFIGURATION, configuration, &at(path), message);
    }
}

fn hooks(hooks: Value) -> Value {
    json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5, "lifecycleHooks": hooks})
}

#[test]
fn what_the_api_refuses_in_load_balancers_is_refused() {
    let advanced = "services[0].service.loadBalancers[0].advancedConfiguration";
    let listener = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/1/2";
    for (key, value, message) in [
        ("productionListenerRule", json!(listener), "needs the ARN of a listener rule"),
        ("testListenerRule", json!(listener), "needs the ARN of a listener rule"),
        (
            "productionListenerRule",
            json!(RULE_1.replace("/app/", "/net/")),
            "a Network Load Balancer needs the ARN of a listener",
        ),
        ("testListenerRule", json!(RULE_1), "the same as productionListenerRule"),
        ("alternateTargetGroupArn", json!(GROUP_1), "the same target group twice"),
        ("alternateTargetGroupArn", json!(1), "must be a string"),
    ] {
        let pointer = format!("{SERVICE}/loadBalancers/0/advancedConfiguration/{key}");
        refused(&pointer, value, &format!("{advanced}.{key}"), message);
    }
    let plain = json!({"targetGroupArn": "another", "containerName": "ui", "containerPort": 8081});
    refused(
        &format!("{SERVICE}/loadBalancers/1"),
        plain,
        "services[0].service.loadBalancers[1].advancedConfiguration",
        "all entries have one, or none",
    );
    refused(
        &format!("{SERVICE}/loadBalancers/0/loadBalancerName"),
        json!("classic"),
        advanced,
        "not allowed with a Classic Load Balancer",
    );
    refused(
        &format!("{SERVICE}/loadBalancers/0"),
        json!({"loadBalancerName": "classic", "containerName": "ui", "containerPort": 80}),
        "services[0].service.loadBalancers[0].loadBalancerName",
        "which CANARY needs",
    );
    refused_under(
        json!({"maximumPercent": 100}),
        &format!("{SERVICE}/availabilityZoneRebalancing"),
        json!("ENABLED"),
        "services[0].service.availabilityZoneRebalancing",
        "maximumPercent of 100",
    );
}

#[test]
fn an_update_may_not_leave_enabled_rebalancing_with_a_maximum_percent_of_100() {
    let updated = |before: Option<&str>, update: Value| {
        let mut document = recording(json!({}));
        if let Some(before) = before {
            set(&mut document, "/services/0/service/availabilityZoneRebalancing", json!(before));
        }
        document["interventions"] = json!([{"atSeconds": 5, "updateService": update}]);
        read_value(&document).map(|_| ()).map_err(|problems| problems[0].path.clone())
    };
    let less = json!({"deploymentConfiguration": {"maximumPercent": 100}});
    let path = "interventions[0].updateService.deploymentConfiguration.maximumPercent".to_owned();
    assert_eq!(updated(Some("ENABLED"), less.clone()), Err(path));
    assert_eq!(updated(Some("DISABLED"), less.clone()), Ok(()));
    assert_eq!(updated(None, less.clone()), Ok(()), "what nobody has set gives way");
    let mut both = less;
    both["availabilityZoneRebalancing"] = json!("DISABLED");
    assert_eq!(updated(Some("ENABLED"), both.clone()), Ok(()));
    both["availabilityZoneRebalancing"] = json!("ENABLED");
    let path = "interventions[0].updateService.availabilityZoneRebalancing".to_owned();
    assert_eq!(updated(None, both), Err(path));
}

#[test]
fn only_the_ecs_controller_and_replicas_are_simulated() {
    for controller in ["CODE_DEPLOY", "EXTERNAL"] {
        refused(
            &format!("{SERVICE}/deploymentController"),
            json!({"type": controller}),
            "services[0].service.deploymentController.type",
            "only the deployment controller ECS is simulated",
        );
    }
    refused(
        &format!("{SERVICE}/schedulingStrategy"),
        json!("DAEMON"),
        "services[0].service.schedulingStrategy",
        "only REPLICA services are simulated",
    );
}

#[test]
fn an_intervention_is_one_act_aimed_at_what_exists() {
    for (intervention, path, message) in [
        (json!({"atSeconds": 0}), "", "holds no act"),
        (
            json!({"atSeconds": 0, "deplyo": {"service": "ui", "revision": "42"}}),
            ".deplyo",
            "nearest: deploy",
        ),
        (json!({"atSeconds": 0, "approve": {}, "reject": {}}), "", "it must hold one"),
        (json!({"approve": {"service": "ui"}}), ".atSeconds", "is missing"),
        (
            json!({"atSeconds": 0, "at": {"stage": "BAKE_TIME"}, "approve": {}}),
            ".at",
            "atSeconds holds another",
        ),
        (json!({"at": {"stage": "BAKETIME"}, "approve": {}}), ".at.stage", "nearest: BAKE_TIME"),
        (json!({"at": {"step": 1}, "approve": {}}), ".at.stage", "is missing"),
        (json!({"at": {"stage": "BAKE_TIME", "hook": "gat"}, "approve": {}}), ".at.hook", "nearest: gate"),
        (
            json!({"atSeconds": 0, "deploy": {"service": "iu", "revision": "42"}}),
            ".deploy.service",
            "nearest: ui",
        ),
        (
            json!({"atSeconds": 0, "deploy": {"service": "ui", "revision": "43"}}),
            ".deploy.revision",
            "nearest: 41",
        ),
        (json!({"atSeconds": 0, "deploy": {"service": "ui"}}), ".deploy.revision", "is missing"),
        (
            json!({"atSeconds": 0, "setAlarm": {"alarmName": "ui-4xx", "state": "ALARM"}}),
            ".setAlarm.alarmName",
            "nearest: ui-5xx",
        ),
        (
            json!({"atSeconds": 0, "setAlarm": {"alarmName": "ui-5xx", "state": "alarm"}}),
            ".setAlarm.state",
            "nearest: ALARM",
        ),
        (
            json!({"atSeconds": 0, "setHook": {"hook": "gatee", "source": ""}}),
            ".setHook.hook",
            "nearest: gate",
        ),
        (json!({"atSeconds": 0, "denyHookInvocation": {"hook": "x"}}), ".denyHookInvocation.hook", "no hook"),
        (
            json!({"atSeconds": 0, "failAvailabilityZone": {"zone": 3}}),
            ".failAvailabilityZone.zone",
            "from 0 to 2",
        ),
        (
            json!({"atSeconds": 0, "failAvailabilityZone": {"zone": "eu-west-1d"}}),
            ".failAvailabilityZone.zone",
            "a to c",
        ),
        (json!({"atSeconds": 0, "setTraffic": {}}), ".setTraffic.requestsPerSecond", "is missing"),
        (
            json!({"atSeconds": 0, "setListenerWeights": {"sourceWeight": 1000, "targetWeight": 0}}),
            ".setListenerWeights.sourceWeight",
            "from 0 to 999",
        ),
        (
            json!({"atSeconds": 0, "setDesiredCount": {"desiredCount": 5001}}),
            ".setDesiredCount.desiredCount",
            "from 0 to 5,000",
        ),
        (json!({"atSeconds": 0, "stopTask": {"task": 0}}), ".stopTask.task", "from 1"),
        (
            json!({"atSeconds": 0, "updateTaskProtection": {"task": 1}}),
            ".updateTaskProtection.protectionEnabled",
            "is missing",
        ),
        (
            json!({"atSeconds": 0, "updateTaskProtection": {"protectionEnabled": true, "expiresInMinutes": 2881}}),
            ".updateTaskProtection.expiresInMinutes",
            "from 1 to 2,880",
        ),
        (
            json!({"atSeconds": 0, "updateService": {"taskDefinition": "ui:43"}}),
            ".updateService.taskDefinition",
            "nearest: 41",
        ),
        (
            json!({"atSeconds": 0, "updateService": {"deploymentConfiguration": {"strategy": "LINEAR", "canaryConfiguration": {}}}}),
            ".updateService.deploymentConfiguration.canaryConfiguration",
            "belongs to CANARY",
        ),
        (
            json!({"atSeconds": 0, "updateService": {"deploymentController": {"type": "CODE_DEPLOY"}}}),
            ".updateService.deploymentController.type",
            "only the deployment controller ECS is simulated",
        ),
        (
            json!({"atSeconds": 0, "updateService": {"deploymentConfiguration": {"strategy": "BLUE_GREEN"}}}),
            ".updateService.deploymentConfiguration.bakeTimeInMinutes",
            "is missing",
        ),
    ] {
        refused("/interventions/1", intervention, &format!("interventions[1]{path}"), message);
    }
}

#[test]
fn what_would_take_a_machines_memory_is_refused() {
    let mut document = recording(json!({}));
    set(
        &mut document,
        "/interventions/1",
        json!({"atSeconds": 2_592_000, "setTraffic": {"requestsPerSecond": 1}}),
    );
    let alarm = |index: usize| json!({"alarmName": format!("alarm-{index}"), "periodSeconds": 1});
    set(&mut document, "/alarms", (0..3).map(alarm).collect());
    accepted(&document);
    set(&mut document, "/alarms", (0..100).map(alarm).collect());
    let problems = read_value(&document).expect_err("too many judgements");
    assert_eq!(problems[0].path, "alarms");

    let service =
        |index: usize| json!({"service": {"serviceName": format!("service-{index}"), "desiredCount": 5_000}});
    let many: Vec<Value> = (0..6).map(service).collect();
    let problems = read_value(&json!({"cutover": 1, "services": many})).expect_err("too many tasks");
    assert_eq!(lines(&problems), "services: want 30,000 tasks together; at most 25,000 are simulated");
}

#[test]
fn every_problem_is_told_at_once() {
    let mut document = recording(json!({"strategy": "CANARYX", "minimumHealthyPercent": "50"}));
    set(&mut document, "/services/0/service/desiredCount", json!(5001));
    set(&mut document, "/alarms/0/threshold", json!(-1));
    set(&mut document, "/interventions/0/deploy/revision", json!("43"));
    let problems = read_value(&document).expect_err("five problems");
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "services[0].service.deploymentConfiguration.strategy",
            "services[0].service.deploymentConfiguration.minimumHealthyPercent",
            "services[0].service.desiredCount",
            "alarms[0].threshold",
            "interventions[0].deploy.revision",
        ]
    );
}

/// A good recording with one more thing in it: what is said of it, every line of it, whether it is refused or not.
fn told(pointer: &str, value: Value) -> String {
    let mut document = recording(json!({"strategy": "CANARY"}));
    set(&mut document, pointer, value);
    match read_value(&document) {
        Ok(reading) => lines(&reading.warnings),
        Err(problems) => lines(&problems),
    }
}

#[test]
fn what_the_simulation_does_not_act_on_is_checked_as_deep_as_it_goes() {
    let service = "services[0].service";
    for (key, value, line) in [
        ("tags", json!([{"ky": "a"}]), "tags[0].ky: unknown field, ignored (nearest: key)"),
        ("tags", json!(["a"]), "tags[0]: must be an object; it is the string \"a\""),
        (
            "capacityProviderStrategy",
            json!([{"capacityProvider": "FARGATE", "weight": "1"}]),
            "capacityProviderStrategy[0].weight: must be a whole number; it is the string \"1\"",
        ),
        (
            "capacityProviderStrategy",
            json!([{"capacityProvider": "FARGATE", "weight": 1.0}]),
            "capacityProviderStrategy[0].weight: must be a whole number; it is the number 1.0",
        ),
        ("runningCount", json!(2.5), "runningCount: must be a whole number; it is the number 2.5"),
        (
            "launchType",
            json!("FARGAT"),
            "launchType: is none of EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES, ignored (nearest: FARGATE)",
        ),
        (
            "networkConfiguration",
            json!({"awsvpcConfiguration": {"subnets": ["a"], "assignPublicIP": "ENABLED"}}),
            "networkConfiguration.awsvpcConfiguration.assignPublicIP: unknown field, ignored (nearest: assignPublicIp)",
        ),
        (
            "networkConfiguration",
            json!({"awsvpcConfiguration": {"subnets": ["a", 1]}}),
            "networkConfiguration.awsvpcConfiguration.subnets[1]: must be a string; it is the number 1",
        ),
        (
            "serviceConnectConfiguration",
            json!({"enabled": true, "services": [{"portName": "http", "clientAliases": [{"port": 80, "dnsname": "ui"}]}]}),
            "serviceConnectConfiguration.services[0].clientAliases[0].dnsname: unknown field, ignored (nearest: dnsName)",
        ),
        (
            "deployments",
            json!([{"status": "PRIMARY", "rolloutstate": "COMPLETED"}]),
            "deployments[0].rolloutstate: unknown field, ignored (nearest: rolloutState)",
        ),
        ("events", json!([{"id": 7}]), "events[0].id: must be a string; it is the number 7"),
        (
            "volumeConfigurations",
            json!([{"name": "data", "managedEBSVolume": {"roleArn": "r", "sizeInGB": 10}}]),
            "volumeConfigurations[0].managedEBSVolume.sizeInGB: unknown field, ignored (nearest: sizeInGiB)",
        ),
        (
            "gatewayConnectors",
            json!([{"portName": "http", "deregistrationDelay": {"timeoutSeconds": 3601}}]),
            "gatewayConnectors[0].deregistrationDelay.timeoutSeconds: must be a whole number from 0 to 3,600; it is 3601",
        ),
    ] {
        assert_eq!(told(&format!("{SERVICE}/{key}"), value), format!("{service}.{line}"));
    }
    let definition = "services[0].taskDefinition.containerDefinitions[0]";
    for (key, value, line) in [
        (
            "portMappings",
            json!([{"containerPort": "80"}]),
            "portMappings[0].containerPort: must be a whole number; it is the string \"80\"",
        ),
        (
            "environment",
            json!([{"nmae": "A", "value": "b"}]),
            "environment[0].nmae: unknown field, ignored (nearest: name)",
        ),
        ("environment", json!({"A": "b"}), "environment: must be a list; it is an object"),
        ("dockerLabels", json!({"a": 1}), "dockerLabels.a: must be a string; it is the number 1"),
        (
            "restartPolicy",
            json!({"enabled": true, "restartAttemptPeriod": 59}),
            "restartPolicy.restartAttemptPeriod: must be a whole number from 60 to 1,800; it is 59",
        ),
    ] {
        let container = json!({"name": "ui", "image": "ui", key: value});
        let value = json!({"family": "ui", "containerDefinitions": [container]});
        assert_eq!(told("/services/0/taskDefinition", value), format!("{definition}.{line}"));
    }
    let rule = |weight: u64| {
        json!([{"Actions": [{"Type": "forward", "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": GROUP_1, "Weight": weight}]}}]}])
    };
    assert_eq!(told("/services/0/listenerRules", rule(999)), "");
    assert_eq!(
        told("/services/0/listenerRules", rule(1000)),
        "services[0].listenerRules[0].Actions[0].ForwardConfig.TargetGroups[0].Weight: must be a whole number from 0 to \
         999; it is 1000"
    );
}

#[test]
fn a_name_that_is_misspelt_is_told_beside_the_one_that_is_missing() {
    assert_eq!(
        told("/alarms/0", json!({"alarmname": "ui-5xx"})),
        "alarms[0].alarmName: is missing: services and interventions refer to it\n\
         alarms[0].alarmname: unknown field, ignored (nearest: alarmName)"
    );
}

#[test]
fn what_speaks_of_something_that_is_not_there_is_told() {
    let stranger = GROUP_1.replace("ui-1", "ui-3");
    for (pointer, value, line) in [
        (
            "/services/0/targetGroups",
            json!([{"TargetGroupArn": GROUP_2, "HealthCheckIntervalSeconds": 10}, {"TargetGroupArn": stranger}]),
            "services[0].targetGroups[1].TargetGroupArn: no load balancer of the recording names this target group, ignored",
        ),
        ("/services/0/dependencies", json!([{"name": "ui-db"}]), ""),
        ("/services/0/listenerRules", json!([{"RuleArn": RULE_2}, {"RuleArn": RULE_1}]), ""),
        (
            "/services/0/listenerRules",
            json!([{"RuleArn": RULE_2}]),
            "services[0].listenerRules: none of them is the service's productionListenerRule, ignored",
        ),
        (
            "/services/0/service/status",
            json!("INACTIVE"),
            "services[0].service.status: is INACTIVE, and ECS deploys only ACTIVE services; it is simulated as one",
        ),
        ("/services/0/service/status", json!("ACTIVE"), ""),
    ] {
        assert_eq!(told(pointer, value), line);
    }
    let mut document = recording(json!({}));
    set(&mut document, "/services/0/dependencies", json!([{"name": "ui-db"}]));
    for (name, line) in [
        ("ui-db", ""),
        (
            "ui-bd",
            "interventions[1].setDependency.name: nobody declares \"ui-bd\": taken for a dependency of the entry service (nearest: ui-db)",
        ),
    ] {
        set(
            &mut document,
            "/interventions/1",
            json!({"atSeconds": 5, "setDependency": {"name": name, "errorPercent": 5}}),
        );
        assert_eq!(lines(&accepted(&document).warnings), line);
    }
}

#[test]
fn what_ecs_prints_is_no_recording_as_a_whole() {
    let service = json!({"serviceName": "ui", "desiredCount": 2, "roleArn": "r"});
    for document in
        [json!({"services": [service], "failures": []}), json!({"service": service}), service.clone()]
    {
        let problems = read_value(&document).expect_err("it is no recording");
        assert_eq!(
            lines(&problems),
            "cutover: is missing: a recording begins with \"cutover\": 1, and import makes one of ECS JSON"
        );
    }
}

#[test]
fn a_script_or_an_alarm_under_a_misspelt_name_is_told_before_another_stands_in_for_it() {
    let configuration = json!({
        "alarms": {"alarmNames": ["ui-5xx"], "enable": true, "rollback": true},
        "lifecycleHooks": [{"hookTargetArn": "arn:aws:lambda:eu-west-1:1:function:gate", "roleArn": "r",
            "lifecycleStages": ["PRE_SCALE_UP"]}]
    });
    for (pointer, value, line) in [
        ("/hooks", json!({"gate": {"source": "1"}, "gates": {"source": "1"}}), ""),
        ("/hooks", json!({"smoke-test": {"source": "1"}}), ""),
        (
            "/hooks",
            json!({"gat": {"source": "1"}}),
            "hooks.gat: no lifecycle hook calls a function of this name (nearest: gate)",
        ),
        ("/alarms", json!([{"alarmName": "ui-5xx"}, {"alarmName": "ui-4xx"}]), ""),
        (
            "/alarms",
            json!([{"alarmName": "ui-slow"}, {"alarmName": "ui-5x"}]),
            "alarms[1].alarmName: no service watches an alarm of this name (nearest: ui-5xx)",
        ),
    ] {
        let mut document = recording(configuration.clone());
        set(&mut document, pointer, value);
        assert_eq!(lines(&accepted(&document).warnings), line, "{pointer}");
    }
}

#[test]
fn what_is_wrong_a_million_times_is_told_often_enough() {
    let mut document = recording(json!({}));
    set(&mut document, &format!("{SERVICE}/tags"), Value::Array(vec![json!(1); 200_000]));
    let problems = read_value(&document).expect_err("a number is no tag");
    assert_eq!(problems.len(), 1001);
    assert_eq!(problems[1000].to_string(), "further problems are not listed");
}

#[test]
fn an_empty_name_of_a_classic_load_balancer_is_none() {
    let mut document = recording(json!({"strategy": "CANARY"}));
    set(&mut document, &format!("{SERVICE}/availabilityZoneRebalancing"), json!("ENABLED"));
    set(&mut document, &format!("{SERVICE}/loadBalancers/0/loadBalancerName"), json!(""));
    accepted(&document);
}
