//! An entry of `services`: the pasted service with what ECS does not know beside it.

use super::target_groups::{self, GivenGroup};
use super::task_definition::TaskDefinition;
use super::{deployment, fields, hooks, listener_rules, revisions, routing, task_definition};
use crate::formats::reader::{Kind, Node, Object, Reader};
use crate::model::*;
use serde_json::Value;

/// A service with what later parts of the file need to know of its reading.
pub(crate) struct ReadService {
    /// The service.
    pub service: Service,
    /// Its `targetGroups`.
    pub groups: Vec<GivenGroup>,
    /// The family of its task definition.
    pub family: Option<String>,
    /// Whether somebody has set availabilityZoneRebalancing to ENABLED.
    pub rebalances: bool,
}

/// Reads an entry of `services`. What is wrong is replaced by a default, since the file will be refused.
pub(crate) fn read(reader: &mut Reader, node: Node<'_>, first_deployment: bool) -> ReadService {
    const ENTRY: &[(&str, Kind)] = &[
        ("service", Kind::Read),
        ("taskDefinition", Kind::Read),
        ("targetGroups", Kind::Read),
        ("listenerRules", Kind::Read),
        ("calls", Kind::Read),
        ("dependencies", Kind::Read),
        ("timings", Kind::Read),
        ("revisions", Kind::Read),
        ("otherStrategies", Kind::Read),
        ("firstDeployment", Kind::Read),
    ];
    let entry = reader.open(node, ENTRY);
    reader.require(&entry, "service", "the service as ECS describes it");
    let object = reader.object(&entry, "service", fields::SERVICE);
    let name = name(reader, &object, entry.get("service").map(|node| node.value));
    refuse_other_controllers(reader, &object);
    warn_of_status(reader, &object);

    let configuration = reader.object(&object, "deploymentConfiguration", fields::DEPLOYMENT_CONFIGURATION);
    let usual = DeploymentConfiguration::default();
    let defaults = deployment::Defaults { values: &usual, strategy: StrategyName::Rolling, noted: true };
    let deployment = deployment::read(reader, &configuration, &defaults);
    let hooks = hooks::read(reader, &configuration).unwrap_or_default();
    read_other_strategies(reader, &entry, &deployment);

    let desired_count = reader.count(&object, "desiredCount", 0..=MOST_TASKS);
    if !object.has("desiredCount") && object.is_present() {
        reader.assume(
            object.path_of("desiredCount"),
            "2",
            "an update does not give it; ECS keeps what there is",
        );
    }
    let groups = target_groups::read(reader, &entry);
    let routing = routing::read(reader, &object, &groups, deployment.strategy.name());
    note_target_groups(reader, &entry, &routing, &groups);

    let task_definition_name = reader.name(&object, "taskDefinition");
    let definition = task_definition::read(reader, &entry, on_fargate(&object));
    note_task_definition(reader, &entry, &definition, routing.kind);
    let grace_period = grace_period(reader, &object);
    if !object.has("healthCheckGracePeriodSeconds") && routing.kind.has_targets() {
        reader.assume(object.path_of("healthCheckGracePeriodSeconds"), "0", "the API's default");
    }
    let family = task_definition_name.map(|name| task_definition::family_of(name).to_owned());
    let rebalancing = zone_rebalancing(reader, &object, deployment.maximum_percent);
    let service = Service {
        family: family.clone().unwrap_or_else(|| name.clone()),
        cluster: cluster(&object).unwrap_or(USUAL_CLUSTER).to_owned(),
        name,
        desired_count: desired_count.unwrap_or(2),
        grace_period: grace_period.unwrap_or_default(),
        zone_rebalancing: rebalancing.unwrap_or_else(|| {
            let rebalances = deployment.maximum_percent > 100;
            let value = if rebalances { "ENABLED" } else { "DISABLED" };
            reader.assume(object.path_of("availabilityZoneRebalancing"), value, "the API's default");
            rebalances
        }),
        deployment,
        routing,
        hooks,
        group_stickiness: listener_rules::read(reader, &entry, production_rule(&object)),
        // What services need of each other is read once all have their names.
        calls: Vec::new(),
        dependencies: Vec::new(),
        container_check: definition.container_check,
        stop_timeout: definition.stop_timeout.unwrap_or(task_definition::USUAL_STOP_TIMEOUT),
        restart_period: definition.restart_period,
        image_tags: definition.image_tags,
        zones: zones(reader, &object),
        timings: revisions::read_timings(reader, &entry),
        revisions: revisions::read(reader, &entry, task_definition_name),
        first_deployment: reader.flag(&entry, "firstDeployment").unwrap_or(first_deployment),
    };
    ReadService { service, groups, family, rebalances: rebalancing == Some(true) }
}

/// Warns of a service that has been deleted, or is being: describe-services still tells of it.
fn warn_of_status(reader: &mut Reader, object: &Object<'_>) {
    let Some(node) = object.get("status") else { return };
    if let Some(status) = node.value.as_str().filter(|status| ["INACTIVE", "DRAINING"].contains(status)) {
        let message = format!("is {status}, and ECS deploys only ACTIVE services; it is simulated as one");
        reader.warn(node.path, message);
    }
}

/// Where a service is that does not say.
const USUAL_CLUSTER: &str = "retail-store";

/// The name of the cluster: `cluster`, which may be an ARN, or the end of `clusterArn`.
fn cluster<'a>(object: &Object<'a>) -> Option<&'a str> {
    let text = |key: &str| object.get(key)?.value.as_str();
    text("cluster").or_else(|| text("clusterArn"))?.rsplit('/').next().filter(|name| !name.is_empty())
}

/// The ARN of the production rule.
fn production_rule<'a>(object: &Object<'a>) -> Option<&'a str> {
    let balancers = object.get("loadBalancers")?.value;
    balancers.get(0)?.get("advancedConfiguration")?.get("productionListenerRule")?.as_str()
}

/// `healthCheckGracePeriodSeconds` of a service or an update.
pub(crate) fn grace_period(reader: &mut Reader, object: &Object<'_>) -> Option<Span> {
    reader.whole_seconds(object, "healthCheckGracePeriodSeconds", 0..=2_147_483_647)
}

/// `availabilityZoneRebalancing` of a service or an update.
///
/// ENABLED goes neither with a maximumPercent of 100 nor with a Classic Load Balancer ("Balancing an Amazon ECS
/// service across Availability Zones").
pub(crate) fn zone_rebalancing(
    reader: &mut Reader,
    object: &Object<'_>,
    maximum_percent: u32,
) -> Option<bool> {
    const WORDS: [(&str, bool); 2] = [("ENABLED", true), ("DISABLED", false)];
    let (_, enabled) = reader.word(object, "availabilityZoneRebalancing", &WORDS, |(name, _)| name)?;
    let path = object.path_of("availabilityZoneRebalancing");
    if enabled && maximum_percent <= 100 {
        reader.refuse(&path, "ENABLED is not supported with a maximumPercent of 100");
    }
    let balancers = object.get("loadBalancers").and_then(|node| node.value.as_array());
    let classic = |entry: &Value| entry.get("loadBalancerName").is_some_and(|name| name != "");
    if enabled && balancers.is_some_and(|list| list.iter().any(classic)) {
        reader.refuse(path, "ENABLED is not supported with a Classic Load Balancer");
    }
    Some(enabled)
}

/// The name of a service as it was pasted: `serviceName`, or the `service` of an UpdateService input, which may be an
/// ARN.
pub(crate) fn service_name(service: &Value) -> Option<&str> {
    let text = |key: &str| service.get(key).and_then(Value::as_str);
    text("serviceName").or_else(|| text("service").and_then(|name| name.rsplit('/').next()))
}

fn name(reader: &mut Reader, object: &Object<'_>, service: Option<&Value>) -> String {
    reader.name(object, "serviceName");
    reader.name(object, "service");
    if !object.has("serviceName") && !object.has("service") {
        reader.require(object, "serviceName", "a service has a name");
    }
    service.and_then(service_name).unwrap_or_default().to_owned()
}

/// Refuses what is not simulated: another controller than ECS, and daemons.
pub(crate) fn refuse_other_controllers(reader: &mut Reader, object: &Object<'_>) {
    const CONTROLLERS: [&str; 3] = ["ECS", "CODE_DEPLOY", "EXTERNAL"];
    const SCHEDULING: [&str; 2] = ["REPLICA", "DAEMON"];
    let controller = reader.object(object, "deploymentController", fields::DEPLOYMENT_CONTROLLER);
    if let Some(other) =
        reader.word(&controller, "type", &CONTROLLERS, |name| name).filter(|name| *name != "ECS")
    {
        let message = format!("only the deployment controller ECS is simulated; it is {other}");
        reader.refuse(controller.path_of("type"), message);
    }
    let scheduling = reader.word(object, "schedulingStrategy", &SCHEDULING, |name| name);
    if scheduling == Some("DAEMON") {
        let message = "only REPLICA services are simulated; it is DAEMON";
        reader.refuse(object.path_of("schedulingStrategy"), message);
    }
}

/// `otherStrategies`: what the page keeps for the strategies that are not chosen. The engine never meets them, but a
/// file that holds a wrong one is refused like any other.
fn read_other_strategies(reader: &mut Reader, entry: &Object<'_>, chosen: &DeploymentConfiguration) {
    let Some(node) = entry.get("otherStrategies") else { return };
    let strategies = reader.open_free(node);
    // What is kept aside need not be whole: the page asks for the rest when its strategy is chosen.
    let values =
        DeploymentConfiguration { bake_time: chosen.bake_time.or(Some(Span::ZERO)), ..chosen.clone() };
    for (key, node) in strategies.entries() {
        let Some(strategy) = StrategyName::from_api_name(key) else {
            let names = StrategyName::ALL.map(StrategyName::api_name);
            reader.refuse_name(node.path, "is no strategy", key, names);
            continue;
        };
        let object = reader.open(node, fields::DEPLOYMENT_CONFIGURATION);
        let defaults = deployment::Defaults { values: &values, strategy, noted: false };
        let read = deployment::read(reader, &object, &defaults);
        if object.has("strategy") && read.strategy.name() != strategy {
            reader.refuse(object.path_of("strategy"), format!("must be {strategy}, under which it stands"));
        }
        hooks::read(reader, &object);
    }
}

fn note_target_groups(reader: &mut Reader, entry: &Object<'_>, routing: &Routing, given: &[GivenGroup]) {
    if !routing.kind.has_targets() {
        return;
    }
    let taken = GivenGroup::lacking(given, &routing.groups[0]);
    if !taken.is_empty() {
        let why = "the load balancer's defaults; ECS does not print them";
        reader.assume(entry.path_of("targetGroups"), taken.join(", "), why);
    }
}

fn note_task_definition(
    reader: &mut Reader,
    entry: &Object<'_>,
    definition: &TaskDefinition,
    kind: RoutingKind,
) {
    let mut taken = Vec::new();
    if definition.container_check.is_none() {
        taken.push(match kind.has_targets() {
            true => "no container healthCheck besides the load balancer's".to_owned(),
            false => "no container healthCheck".to_owned(),
        });
    }
    if definition.stop_timeout.is_none() {
        taken.push(format!("stopTimeout {}", task_definition::USUAL_STOP_TIMEOUT.as_secs_f64()));
    }
    if !taken.is_empty() {
        let why = if entry.has("taskDefinition") { "it does not say" } else { "the file has none" };
        reader.assume(entry.path_of("taskDefinition"), taken.join(", "), why);
    }
}

/// Whether tasks run on Fargate, as far as the service says; one that says nothing is taken for it.
fn on_fargate(object: &Object<'_>) -> bool {
    match object.get("launchType") {
        Some(node) => node.value.as_str() == Some("FARGATE"),
        None => !object.has("capacityProviderStrategy"),
    }
}

/// One Availability Zone for each subnet, at most 6.
fn zones(reader: &mut Reader, object: &Object<'_>) -> u8 {
    const MOST_ZONES: usize = 6;
    let network = reader.checked_object(object, "networkConfiguration");
    let vpc = reader.checked_object(&network, "awsvpcConfiguration");
    let given = vpc.get("subnets").and_then(|node| node.value.as_array());
    let mut subnets: Vec<&str> = given.into_iter().flatten().filter_map(Value::as_str).collect();
    subnets.sort_unstable();
    subnets.dedup();
    match subnets.len() {
        0 => {
            reader.assume(vpc.path_of("subnets"), "3 Availability Zones", "the file names no subnets");
            3
        }
        count => count.min(MOST_ZONES) as u8,
    }
}
