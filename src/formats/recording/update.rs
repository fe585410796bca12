//! The fields of an UpdateService input, as an intervention: only what is given changes.

use super::service::{ReadService, grace_period, refuse_other_controllers, zone_rebalancing};
use super::{deployment, fields, hooks, routing, task_definition};
use crate::formats::reader::{Object, Reader};
use crate::model::*;

/// What starts one although nothing else does.
const FORCE: &str = "forceNewDeployment";

/// What starts a deployment by being given (UpdateService).
pub const STARTS_DEPLOYMENT: [&str; 9] = [
    FORCE,
    "taskDefinition",
    "networkConfiguration",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
];

/// Reads an update of that service, and leaves the service as it changes it.
pub(crate) fn read(reader: &mut Reader, object: &Object<'_>, read: &mut ReadService) -> ServiceUpdate {
    let service = &read.service;
    refuse_other_controllers(reader, object);
    // Given as false it starts none.
    let forced = reader.flag(object, FORCE).unwrap_or(false);
    let mut update = ServiceUpdate {
        desired_count: reader.count(object, "desiredCount", 0..=MOST_TASKS),
        grace_period: grace_period(reader, object),
        revision: revision(reader, object, read),
        starts_deployment: forced || STARTS_DEPLOYMENT.into_iter().any(|key| key != FORCE && object.has(key)),
        ..ServiceUpdate::default()
    };
    let configuration = reader.object(object, "deploymentConfiguration", fields::DEPLOYMENT_CONFIGURATION);
    if configuration.is_present() {
        let strategy = service.deployment.strategy.name();
        let defaults = deployment::Defaults { values: &service.deployment, strategy, noted: false };
        update.deployment = Some(deployment::read(reader, &configuration, &defaults));
        update.hooks = hooks::read(reader, &configuration);
    }
    let deployment = update.deployment.as_ref().unwrap_or(&service.deployment);
    update.zone_rebalancing = zone_rebalancing(reader, object, deployment.maximum_percent);
    if update.zone_rebalancing.is_none() && read.rebalances && deployment.maximum_percent <= 100 {
        reader.refuse(
            configuration.path_of("maximumPercent"),
            "100 is not supported while availabilityZoneRebalancing is ENABLED",
        );
    }
    let strategy = deployment.strategy.name();
    if routing::is_given(object) {
        update.routing = Some(routing::read(reader, object, &read.groups, strategy));
    } else if matches!(strategy, StrategyName::Linear | StrategyName::Canary)
        && service.routing.kind == RoutingKind::Headless
    {
        // The service has nothing to shift; the made-up load balancer of a file that starts so is made up here too.
        update.routing = Some(routing::read(reader, object, &read.groups, strategy));
    }
    read.rebalances = update.zone_rebalancing.unwrap_or(read.rebalances);
    apply(&update, &mut read.service);
    update
}

fn revision(reader: &mut Reader, object: &Object<'_>, read: &ReadService) -> Option<usize> {
    let name = reader.name(object, "taskDefinition")?;
    let service = &read.service;
    let number = task_definition::revision_of(name);
    let found = service.revision(name).or_else(|| number.and_then(|number| service.revision(number)));
    // A family without a number means its latest revision.
    let family = task_definition::family_of(name);
    let latest = number.is_none() && read.family.as_deref() == Some(family);
    let found = found.or_else(|| latest.then(|| service.revisions.len().saturating_sub(1)));
    if found.is_none() {
        let message = format!("there is no revision {:?} of {}", number.unwrap_or(name), service.name);
        let names = service.revisions.iter().map(|revision| revision.name.as_str());
        reader.refuse_name(object.path_of("taskDefinition"), message, number.unwrap_or(name), names);
    }
    found
}

fn apply(update: &ServiceUpdate, service: &mut Service) {
    if let Some(deployment) = &update.deployment {
        service.deployment = deployment.clone();
    }
    if let Some(routing) = &update.routing {
        service.routing = routing.clone();
    }
}
