//! `loadBalancers` with their target groups, Service Connect, or nothing: how requests reach a service.

use super::fields;
use super::target_groups::{GivenGroup, group_name};
use crate::formats::reader::{Object, Reader};
use crate::model::*;

/// The most entries of `loadBalancers` that are read.
const MOST_LOAD_BALANCERS: usize = 20;

/// The most entries of `deployments` that are read.
const MOST_DEPLOYMENTS: usize = 1000;

/// Whether an object says anything about routing.
pub(crate) fn is_given(service: &Object<'_>) -> bool {
    ["loadBalancers", "serviceConnectConfiguration", "vpcLatticeConfigurations", "gatewayConnectors"]
        .into_iter()
        .any(|key| service.has(key))
}

/// Reads how requests reach a service of that strategy.
pub(crate) fn read(
    reader: &mut Reader,
    service: &Object<'_>,
    groups: &[GivenGroup],
    strategy: StrategyName,
) -> Routing {
    let balanced = entries(reader, service, "loadBalancers", fields::LOAD_BALANCER);
    let lattice = entries(reader, service, "vpcLatticeConfigurations", fields::VPC_LATTICE);
    let gateway = reader.list(service, "gatewayConnectors", 1);
    let service_connect = service_connect(reader, service);
    let balanced_at_all = !balanced.is_empty();
    for (key, there) in
        [("vpcLatticeConfigurations", !lattice.is_empty()), ("gatewayConnectors", !gateway.is_empty())]
    {
        if there && !balanced_at_all {
            reader.warn(service.path_of(key), "simulated as an Application Load Balancer");
        }
    }
    for entry in balanced.iter().filter(|entry| entry.classic && strategy.shifts()) {
        let message = format!("a Classic Load Balancer has no target groups, which {strategy} needs");
        reader.refuse(format!("{}.loadBalancerName", entry.path), message);
    }
    if let Some(entry) = balanced.first().or(lattice.first()) {
        return through_groups(reader, entry, groups, strategy);
    }
    if !gateway.is_empty() {
        let entry = Entry { path: service.path_of("gatewayConnectors[0]"), ..Entry::default() };
        return through_groups(reader, &entry, groups, strategy);
    }
    let made_up = [TargetGroup::named("group-1"), TargetGroup::named("group-2")];
    if service_connect {
        return Routing { kind: RoutingKind::ServiceConnect, groups: made_up, test_rule: true };
    }
    // No document says how LINEAR and CANARY would shift traffic that ECS does not manage. BLUE_GREEN can do without,
    // which a file says by an empty list; one that only leaves them out gets what a shifting strategy needs.
    let needs_weights = match strategy {
        StrategyName::Rolling => false,
        StrategyName::BlueGreen => !service.has("loadBalancers"),
        StrategyName::Linear | StrategyName::Canary => true,
    };
    if needs_weights {
        let why = format!("our reading: {strategy} needs traffic that ECS manages");
        let what = "an Application Load Balancer with two target groups";
        reader.assume(service.path_of("loadBalancers"), what, why);
        let entry = Entry { path: format!("{}[0]", service.path_of("loadBalancers")), ..Entry::default() };
        return through_groups(reader, &entry, groups, strategy);
    }
    Routing { kind: RoutingKind::Headless, groups: made_up, test_rule: false }
}

/// One entry of `loadBalancers` or `vpcLatticeConfigurations`.
#[derive(Default)]
struct Entry {
    path: String,
    classic: bool,
    group: Option<String>,
    advanced: bool,
    alternate: Option<String>,
    production_rule: Option<String>,
    test_rule: Option<String>,
}

fn entries(
    reader: &mut Reader,
    service: &Object<'_>,
    key: &str,
    known: &crate::formats::reader::Fields,
) -> Vec<Entry> {
    let nodes = reader.list(service, key, MOST_LOAD_BALANCERS);
    let mut entries: Vec<Entry> = Vec::new();
    let mut arns: Vec<String> = Vec::new();
    for node in nodes {
        let object = reader.open(node, known);
        // A skeleton of the command line leaves it empty.
        let classic = reader.text(&object, "loadBalancerName").is_some_and(|name| !name.is_empty());
        if !classic {
            reader.require(&object, "targetGroupArn", "tasks are registered in a target group");
        }
        let group = reader.name(&object, "targetGroupArn").map(str::to_owned);
        let advanced = reader.object(&object, "advancedConfiguration", fields::ADVANCED);
        if classic && advanced.is_present() {
            reader.refuse(&advanced.path, "not allowed with a Classic Load Balancer");
        }
        let mut text = |key| reader.name(&advanced, key).map(str::to_owned);
        let entry = Entry {
            path: object.path.clone(),
            classic,
            alternate: text("alternateTargetGroupArn"),
            production_rule: text("productionListenerRule"),
            test_rule: text("testListenerRule"),
            group,
            advanced: object.has("advancedConfiguration"),
        };
        check_rules(reader, &advanced, &entry);
        for (arn, path) in [
            (&entry.group, object.path_of("targetGroupArn")),
            (&entry.alternate, advanced.path_of("alternateTargetGroupArn")),
        ] {
            let Some(arn) = arn else { continue };
            if arns.contains(arn) {
                // One group may serve several ports under ROLLING, where nothing is shifted.
                if entry.advanced {
                    reader.refuse(path, "the same target group twice");
                }
            } else {
                arns.push(arn.clone());
            }
        }
        entries.push(entry);
    }
    if entries.iter().any(|entry| entry.advanced) {
        for entry in entries.iter().filter(|entry| !entry.advanced) {
            let path = format!("{}.advancedConfiguration", entry.path);
            reader.refuse(path, "is missing: all entries have one, or none");
        }
    }
    entries
}

fn check_rules(reader: &mut Reader, advanced: &Object<'_>, entry: &Entry) {
    for (key, rule) in
        [("productionListenerRule", &entry.production_rule), ("testListenerRule", &entry.test_rule)]
    {
        let wrong = [
            (
                ":listener/app/",
                "names a listener; an Application Load Balancer needs the ARN of a listener rule",
            ),
            (
                ":listener-rule/net/",
                "names a listener rule; a Network Load Balancer needs the ARN of a listener",
            ),
        ];
        for (kind, message) in wrong {
            if rule.as_ref().is_some_and(|rule| rule.contains(kind)) {
                reader.refuse(advanced.path_of(key), message);
            }
        }
    }
    if entry.test_rule.is_some() && entry.test_rule == entry.production_rule {
        reader.refuse(advanced.path_of("testListenerRule"), "is the same as productionListenerRule");
    }
}

fn service_connect(reader: &mut Reader, service: &Object<'_>) -> bool {
    // describe-services prints it inside the deployments, the newest first.
    let printed = reader.list(service, "deployments", MOST_DEPLOYMENTS).into_iter().next();
    let configuration = match (service.has("serviceConnectConfiguration"), printed) {
        (false, Some(node)) if node.value.is_object() => {
            let newest = reader.open_free(node);
            reader.checked_object(&newest, "serviceConnectConfiguration")
        }
        _ => reader.object(service, "serviceConnectConfiguration", fields::SERVICE_CONNECT),
    };
    // A service that only calls others is a client without services of its own.
    let serves = configuration
        .get("services")
        .is_none_or(|node| node.value.as_array().is_none_or(|list| !list.is_empty()));
    reader.flag(&configuration, "enabled").unwrap_or(false) && serves
}

fn through_groups(
    reader: &mut Reader,
    entry: &Entry,
    given: &[GivenGroup],
    strategy: StrategyName,
) -> Routing {
    let rules = [&entry.production_rule, &entry.test_rule];
    let network = rules.into_iter().flatten().any(|rule| rule.contains("/net/"))
        || given.iter().any(|group| group.applies_to(entry.group.as_deref()) && group.is_network());
    let first = entry.group.as_deref().map_or("group-1".to_owned(), |arn| group_name(arn).to_owned());
    let second =
        entry.alternate.as_deref().map_or_else(|| format!("{first}-2"), |arn| group_name(arn).to_owned());
    let advanced = format!("{}.advancedConfiguration", entry.path);
    if strategy.shifts() && !entry.advanced {
        let value = format!("alternate target group {second}, a production and a test listener rule");
        reader.assume(&advanced, value, format!("made up by us: {strategy} needs it and the file has none"));
    } else if strategy.shifts() && entry.alternate.is_none() {
        let path = format!("{advanced}.alternateTargetGroupArn");
        reader.assume(
            path,
            second.as_str(),
            format!("made up by us: {strategy} needs it and the file has none"),
        );
    }
    if strategy.shifts() && entry.advanced && entry.production_rule.is_none() {
        let why = format!("made up by us: {strategy} needs it and the file has none");
        reader.assume(format!("{advanced}.productionListenerRule"), "a listener rule", why);
    }
    let mut groups = [
        GivenGroup::applied(given, first, entry.group.as_deref()),
        GivenGroup::applied(given, second, entry.alternate.as_deref()),
    ];
    if !groups[0].attached {
        // At second 0 the service stands in steady state behind it.
        let path = format!("{}.targetGroupArn", entry.path);
        reader.warn(path, "LoadBalancerArns is empty, but this group serves production: taken as attached");
        groups[0].attached = true;
    }
    Routing {
        kind: if network { RoutingKind::Network } else { RoutingKind::Application },
        groups,
        test_rule: if entry.advanced { entry.test_rule.is_some() } else { strategy.shifts() },
    }
}
