//! What a recording means: what is defaulted, matched, inherited, and only warned of.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::recordings::{GROUP_1, GROUP_2, accepted, lines, recording, refused, set};
use cutover::formats::read;
use cutover::formats::recording::script_warnings;
use cutover::model::*;
use cutover::script::{Scripts, ready_made};
use serde_json::json;

#[test]
fn a_configuration_that_gets_stuck_is_accepted() {
    accepted(&recording(json!({"minimumHealthyPercent": 100, "maximumPercent": 100})));
    accepted(&recording(json!({"minimumHealthyPercent": 95, "maximumPercent": 105})));
}

#[test]
fn hooks_at_stages_that_a_strategy_lacks_stay() {
    let hook = json!([{"hookTargetArn": "gate", "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]}]);
    let reading = accepted(&recording(json!({"strategy": "ROLLING", "lifecycleHooks": hook})));
    assert_eq!(reading.scenario.services[0].hooks.len(), 1);
}

#[test]
fn what_the_file_lacks_is_defaulted_and_told() {
    let document = json!({"cutover": 1, "services": [{"service": {"serviceName": "ui"}}]});
    let reading = accepted(&document);
    let service = &reading.scenario.services[0];
    assert_eq!(service.desired_count, 2);
    assert_eq!(service.deployment, DeploymentConfiguration::default());
    assert_eq!(service.routing.kind, RoutingKind::Headless);
    assert_eq!(service.timings, Timings::default());
    assert_eq!(service.revisions, [Revision { name: "1".to_owned(), behavior: Behavior::default() }]);
    assert!(service.zone_rebalancing);
    assert_eq!(reading.scenario.seed, 1);
    assert_eq!(
        reading.scenario.traffic,
        Traffic {
            production: Rate::per_second(80),
            profile: Vec::new(),
            spikes: Vec::new(),
            test: Rate(0),
            users: 10_000
        }
    );
    assert_eq!(reading.document, document, "nothing is written in");
    for path in ["services[0].service.desiredCount", "services[0].timings", "traffic.requestsPerSecond"] {
        assert!(reading.assumptions.iter().any(|assumption| assumption.path == path), "{path} is not told");
    }
}

#[test]
fn zone_rebalancing_that_nobody_set_is_off_where_nothing_more_may_start() {
    let reading = accepted(&recording(json!({"maximumPercent": 100})));
    assert!(!reading.scenario.services[0].zone_rebalancing);
}

#[test]
fn a_shifting_strategy_without_rules_gets_them_made_up() {
    let mut document = recording(json!({"strategy": "LINEAR"}));
    set(&mut document, "/services/0/service/loadBalancers/0", json!({"targetGroupArn": GROUP_1}));
    let reading = accepted(&document);
    let routing = &reading.scenario.services[0].routing;
    assert_eq!((routing.kind, routing.test_rule), (RoutingKind::Application, true));
    assert_eq!([&routing.groups[0].name, &routing.groups[1].name], ["ui-1", "ui-1-2"]);
    let path = "services[0].service.loadBalancers[0].advancedConfiguration";
    assert!(
        reading
            .assumptions
            .iter()
            .any(|assumption| assumption.path == path && assumption.why.contains("made up by us"))
    );
}

#[test]
fn target_groups_are_matched_by_their_arn() {
    let mut document = recording(json!({"strategy": "CANARY"}));
    set(
        &mut document,
        "/services/0/targetGroups",
        json!([
            {"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}], "HealthCheckIntervalSeconds": 10},
            {"TargetGroupArn": GROUP_2, "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}]},
        ]),
    );
    let groups = accepted(&document).scenario.services[0].routing.groups.clone();
    assert_eq!(
        groups.each_ref().map(|group| group.deregistration_delay),
        [Span::from_secs(30), Span::from_secs(60)]
    );
    assert_eq!(groups.each_ref().map(|group| group.interval), [Span::from_secs(10); 2]);

    for (attribute, path) in [
        (json!({"Key": "deregistration_delay.timeout_seconds", "Value": 30}), "Value"),
        (json!({"Key": "deregistration_delay.timeout_seconds", "Value": "3601"}), "Value"),
        (json!({"Key": "slow_start.duration_seconds", "Value": "10"}), "Value"),
        (json!({"Key": "stickiness.enabled", "Value": "yes"}), "Value"),
        (json!({"Key": "stickiness.enabled"}), "Value"),
    ] {
        let groups = json!([{"Attributes": [attribute]}]);
        refused(
            "/services/0/targetGroups",
            groups,
            &format!("services[0].targetGroups[0].Attributes[0].{path}"),
            "",
        );
    }
}

#[test]
fn a_network_load_balancer_is_known_by_its_listener_or_its_protocol() {
    let mut document = recording(json!({"strategy": "CANARY"}));
    let rules = "/services/0/service/loadBalancers/0/advancedConfiguration/productionListenerRule";
    set(
        &mut document,
        rules,
        json!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/net/shop/1/2"),
    );
    assert_eq!(accepted(&document).scenario.services[0].routing.kind, RoutingKind::Network);

    let mut document = recording(json!({"strategy": "CANARY"}));
    set(&mut document, "/services/0/targetGroups", json!([{"TargetGroupArn": GROUP_1, "Protocol": "TCP"}]));
    assert_eq!(accepted(&document).scenario.services[0].routing.kind, RoutingKind::Network);
}

#[test]
fn an_unknown_field_is_warned_of_and_never_refused() {
    let mut document = recording(json!({"strategy": "CANARY", "bakeTimeInMinute": 5}));
    set(&mut document, "/sede", json!(7));
    let reading = accepted(&document);
    assert_eq!(
        lines(&reading.warnings),
        "sede: unknown field, ignored (nearest: seed)\n\
         services[0].service.deploymentConfiguration.bakeTimeInMinute: unknown field, ignored \
         (nearest: bakeTimeInMinutes)"
    );
}

#[test]
fn an_update_changes_only_what_it_gives() {
    let mut document = recording(
        json!({"strategy": "CANARY", "bakeTimeInMinutes": 7, "canaryConfiguration": {"canaryPercent": 20}}),
    );
    for (index, update) in [
        json!({"deploymentConfiguration": {"canaryConfiguration": {"canaryBakeTimeInMinutes": 3}}}),
        json!({"service": "ui", "taskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/ui:42"}),
        json!({"deploymentConfiguration": {"strategy": "BLUE_GREEN"}, "forceNewDeployment": true}),
        json!({"desiredCount": 9}),
    ]
    .into_iter()
    .enumerate()
    {
        set(&mut document, &format!("/interventions/{index}"), json!({"atSeconds": index, "updateService": update}));
    }
    let reading = accepted(&document);
    let updates: Vec<&ServiceUpdate> = reading
        .scenario
        .interventions
        .iter()
        .map(|intervention| match &intervention.act {
            Act::UpdateService { update, .. } => update.as_ref(),
            other => panic!("{other:?}"),
        })
        .collect();
    let deployment = updates[0].deployment.as_ref().expect("a deployment configuration");
    assert_eq!(deployment.strategy, Strategy::Canary { percent: Permille(200), bake: Span::from_mins(3) });
    assert_eq!(
        updates.iter().map(|update| update.starts_deployment).collect::<Vec<_>>(),
        [false, true, true, false]
    );
    assert_eq!(updates[1].revision, Some(1));
    let blue_green = updates[2].deployment.as_ref().expect("a deployment configuration");
    assert_eq!((blue_green.strategy, blue_green.bake()), (Strategy::BlueGreen, Span::from_mins(7)));
    assert_eq!(updates[3].desired_count, Some(9));
}

#[test]
fn the_containers_health_check_is_that_of_the_essential_ones() {
    let mut document = recording(json!({}));
    set(
        &mut document,
        "/services/0/taskDefinition",
        json!({"containerDefinitions": [
            {"name": "ui", "healthCheck": {"command": ["CMD", "true"], "interval": 10}, "stopTimeout": 60},
            {"name": "log", "essential": false, "healthCheck": {"command": ["CMD", "true"], "interval": 300}},
        ]}),
    );
    let service = accepted(&document).scenario.services[0].clone();
    let check = ContainerHealthCheck { interval: Span::from_secs(10), retries: 3, start_period: Span::ZERO };
    assert_eq!((service.container_check, service.stop_timeout), (Some(check), Span::from_secs(60)));
    let spoilt = "/services/0/taskDefinition";
    let path = "services[0].taskDefinition.containerDefinitions[0]";
    for (container, key) in [
        (json!({"stopTimeout": 121}), "stopTimeout"),
        (json!({"healthCheck": {"interval": 4}}), "healthCheck.interval"),
        (json!({"healthCheck": {"retries": 11}}), "healthCheck.retries"),
    ] {
        refused(spoilt, json!({"containerDefinitions": [container]}), &format!("{path}.{key}"), "");
    }
}

#[test]
fn every_preset_is_read_without_a_word() {
    for (name, text) in crate::presets::ALL {
        let reading = read(text).unwrap_or_else(|problems| panic!("{name}: {}", lines(&problems)));
        assert_eq!(lines(&reading.warnings), "", "{name}");
        assert_eq!(
            lines(&script_warnings(&reading.scenario, &Scripts::compile(&reading.scenario.hooks))),
            "",
            "{name}"
        );
        for (hook, source) in &reading.scenario.hooks {
            let usual = ready_made(if hook == "approval" { "manual-approval" } else { hook });
            assert_eq!(Some(source.as_str()), usual, "{name}: {hook} is the ready-made script");
        }
        assert!(reading.scenario.name.len() < 90, "{name} is told in one sentence");
    }
}
