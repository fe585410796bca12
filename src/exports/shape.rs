//! The fields that a call of ECS takes, out of all that a service may have been pasted with.

use crate::formats::reader::Fields;
use crate::formats::recording::fields::{self as known, SERVICE};
use serde_json::{Map, Value};

/// The calls that make a service what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// CreateService.
    Create,
    /// UpdateService.
    Update,
}

impl Call {
    /// The call that a service was pasted for: one that exists, or is named as an update names it, is updated.
    pub fn of(service: &Value) -> Call {
        let exists = ["service", "serviceArn", "status"].into_iter().any(|key| service.get(key).is_some());
        if exists { Call::Update } else { Call::Create }
    }

    /// The command of the AWS CLI.
    pub const fn command(self) -> &'static str {
        match self {
            Call::Create => "create-service",
            Call::Update => "update-service",
        }
    }

    fn takes(self, field: &str) -> bool {
        match self {
            Call::Create => !NOT_CREATED.contains(&field),
            Call::Update => !NOT_UPDATED.contains(&field),
        }
    }
}

/// What describe-services prints beside what was asked for.
const ONLY_DESCRIBED: [&str; 17] = [
    "serviceArn",
    "clusterArn",
    "roleArn",
    "status",
    "createdBy",
    "createdAt",
    "runningCount",
    "pendingCount",
    "platformFamily",
    "resourceManagementType",
    "currentServiceDeployment",
    "currentServiceRevisions",
    "taskSets",
    "deployments",
    "events",
    // Told under the call's own name.
    "serviceName",
    "service",
];
const NOT_CREATED: [&str; 1] = ["forceNewDeployment"];
const NOT_UPDATED: [&str; 5] = ["clientToken", "launchType", "role", "schedulingStrategy", "tags"];

/// The input of a call, but for the service's name: what the call takes, in the file's order.
pub(super) fn input(service: &Value, call: Call) -> Map<String, Value> {
    let mut input = Map::new();
    if let Some(cluster) = ["cluster", "clusterArn"].into_iter().find_map(|key| service.get(key)) {
        input.insert("cluster".to_owned(), cluster.clone());
    }
    for (key, value) in service.as_object().into_iter().flatten() {
        let known = SERVICE.iter().any(|(name, _)| name == key);
        if known && !ONLY_DESCRIBED.contains(&key.as_str()) && call.takes(key) {
            input.insert(key.clone(), known_of(key, value));
        }
    }
    input
}

/// The shapes that are read, by the field they stand in; what stands in any other is passed on as it is.
const SHAPES: [(&str, &Fields); 16] = [
    ("deploymentConfiguration", known::DEPLOYMENT_CONFIGURATION),
    ("deploymentController", known::DEPLOYMENT_CONTROLLER),
    ("linearConfiguration", known::LINEAR),
    ("canaryConfiguration", known::CANARY),
    ("deploymentCircuitBreaker", known::CIRCUIT_BREAKER),
    ("thresholdConfiguration", known::THRESHOLD),
    ("alarms", known::DEPLOYMENT_ALARMS),
    ("earlySuccessCriteria", known::EARLY_SUCCESS),
    ("lifecycleHooks", known::LIFECYCLE_HOOK),
    ("timeoutConfiguration", known::HOOK_TIMEOUT),
    ("loadBalancers", known::LOAD_BALANCER),
    ("vpcLatticeConfigurations", known::VPC_LATTICE),
    ("advancedConfiguration", known::ADVANCED),
    ("serviceConnectConfiguration", known::SERVICE_CONNECT),
    ("networkConfiguration", known::NETWORK),
    ("awsvpcConfiguration", known::AWSVPC),
];

/// A value without the fields that its shape does not have: ECS refuses what it does not know.
fn known_of(field: &str, value: &Value) -> Value {
    let Some((_, fields)) = SHAPES.iter().find(|(name, _)| *name == field) else { return value.clone() };
    let one = |value: &Value| match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| fields.iter().any(|(name, _)| name == key));
            Value::Object(kept.map(|(key, value)| (key.clone(), known_of(key, value))).collect())
        }
        other => other.clone(),
    };
    match value {
        Value::Array(list) => list.iter().map(one).collect(),
        other => one(other),
    }
}
