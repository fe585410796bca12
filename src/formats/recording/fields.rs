//! The fields that ECS and Elastic Load Balancing know, for the shapes the simulation acts on.
//!
//! Taken from the service models of the ECS API (2014-11-13) and the Elastic Load Balancing API (2015-12-01). Fields
//! marked [`Kind::Read`] are checked where they are read; the others are only checked for their type.

use crate::formats::reader::Kind::{self, Flag, Free, List, Number, Object, Read, Text};

/// CreateServiceInput, UpdateServiceInput and Service of describe-services, together: a service pastes in as any of
/// the three.
pub(crate) const SERVICE: &[(&str, Kind)] = &[
    ("serviceName", Read),
    ("service", Read),
    ("desiredCount", Read),
    ("deploymentConfiguration", Read),
    ("deploymentController", Read),
    ("schedulingStrategy", Read),
    ("loadBalancers", Read),
    ("serviceConnectConfiguration", Read),
    ("vpcLatticeConfigurations", Read),
    ("gatewayConnectors", Read),
    ("networkConfiguration", Read),
    ("healthCheckGracePeriodSeconds", Read),
    ("availabilityZoneRebalancing", Read),
    ("taskDefinition", Read),
    ("deployments", Read),
    ("launchType", Text),
    ("cluster", Text),
    ("clusterArn", Text),
    ("serviceArn", Text),
    ("clientToken", Text),
    ("platformVersion", Text),
    ("platformFamily", Text),
    ("role", Text),
    ("roleArn", Text),
    ("status", Text),
    ("createdBy", Text),
    ("propagateTags", Text),
    ("resourceManagementType", Text),
    ("currentServiceDeployment", Text),
    ("createdAt", Free),
    ("runningCount", Number),
    ("pendingCount", Number),
    ("enableECSManagedTags", Flag),
    ("enableExecuteCommand", Flag),
    ("forceNewDeployment", Flag),
    ("monitoring", Object),
    ("capacityProviderStrategy", List),
    ("serviceRegistries", List),
    ("placementConstraints", List),
    ("placementStrategy", List),
    ("tags", List),
    ("volumeConfigurations", List),
    ("taskSets", List),
    ("events", List),
    ("currentServiceRevisions", List),
];

/// UpdateServiceInput, as an intervention gives it.
pub(crate) const UPDATE_SERVICE: &[(&str, Kind)] = &[
    ("service", Read),
    ("desiredCount", Read),
    ("deploymentConfiguration", Read),
    ("deploymentController", Read),
    ("loadBalancers", Read),
    ("serviceConnectConfiguration", Read),
    ("vpcLatticeConfigurations", Read),
    ("gatewayConnectors", Read),
    ("networkConfiguration", Object),
    ("healthCheckGracePeriodSeconds", Read),
    ("availabilityZoneRebalancing", Read),
    ("taskDefinition", Read),
    ("forceNewDeployment", Read),
    ("cluster", Text),
    ("platformVersion", Text),
    ("propagateTags", Text),
    ("enableECSManagedTags", Flag),
    ("enableExecuteCommand", Flag),
    ("monitoring", Object),
    ("capacityProviderStrategy", List),
    ("placementConstraints", List),
    ("placementStrategy", List),
    ("serviceRegistries", List),
    ("volumeConfigurations", List),
];

/// DeploymentController.
pub(crate) const DEPLOYMENT_CONTROLLER: &[(&str, Kind)] = &[("type", Read)];

/// DeploymentConfiguration.
pub(crate) const DEPLOYMENT_CONFIGURATION: &[(&str, Kind)] = &[
    ("strategy", Read),
    ("minimumHealthyPercent", Read),
    ("maximumPercent", Read),
    ("bakeTimeInMinutes", Read),
    ("linearConfiguration", Read),
    ("canaryConfiguration", Read),
    ("deploymentCircuitBreaker", Read),
    ("alarms", Read),
    ("lifecycleHooks", Read),
    ("earlySuccessCriteria", Read),
];

/// LinearConfiguration.
pub(crate) const LINEAR: &[(&str, Kind)] = &[("stepPercent", Read), ("stepBakeTimeInMinutes", Read)];

/// CanaryConfiguration.
pub(crate) const CANARY: &[(&str, Kind)] = &[("canaryPercent", Read), ("canaryBakeTimeInMinutes", Read)];

/// DeploymentCircuitBreaker.
pub(crate) const CIRCUIT_BREAKER: &[(&str, Kind)] =
    &[("enable", Read), ("rollback", Read), ("resetOnHealthyTask", Read), ("thresholdConfiguration", Read)];

/// ThresholdConfiguration.
pub(crate) const THRESHOLD: &[(&str, Kind)] = &[("type", Read), ("value", Read)];

/// DeploymentAlarms.
pub(crate) const DEPLOYMENT_ALARMS: &[(&str, Kind)] =
    &[("alarmNames", Read), ("enable", Read), ("rollback", Read)];

/// DeploymentEarlySuccessCriteria.
pub(crate) const EARLY_SUCCESS: &[(&str, Kind)] =
    &[("enable", Read), ("healthyPercent", Read), ("sourceServiceRevisionCleanup", Read)];

/// DeploymentLifecycleHook.
pub(crate) const LIFECYCLE_HOOK: &[(&str, Kind)] = &[
    ("targetType", Read),
    ("hookTargetArn", Read),
    ("roleArn", Text),
    ("lifecycleStages", Read),
    ("hookDetails", Free),
    ("timeoutConfiguration", Read),
];

/// DeploymentLifecycleHookTimeoutConfiguration.
pub(crate) const HOOK_TIMEOUT: &[(&str, Kind)] = &[("timeoutInMinutes", Read), ("action", Read)];

/// LoadBalancer.
pub(crate) const LOAD_BALANCER: &[(&str, Kind)] = &[
    ("targetGroupArn", Read),
    ("loadBalancerName", Read),
    ("containerName", Text),
    ("containerPort", Number),
    ("advancedConfiguration", Read),
];

/// VpcLatticeConfiguration.
pub(crate) const VPC_LATTICE: &[(&str, Kind)] =
    &[("roleArn", Text), ("targetGroupArn", Read), ("portName", Text), ("advancedConfiguration", Read)];

/// AdvancedConfiguration.
pub(crate) const ADVANCED: &[(&str, Kind)] = &[
    ("alternateTargetGroupArn", Read),
    ("productionListenerRule", Read),
    ("testListenerRule", Read),
    ("roleArn", Text),
];

/// ServiceConnectConfiguration.
pub(crate) const SERVICE_CONNECT: &[(&str, Kind)] = &[
    ("enabled", Read),
    ("namespace", Text),
    ("services", List),
    ("logConfiguration", Object),
    ("accessLogConfiguration", Object),
    ("containerConfigurations", List),
];

/// NetworkConfiguration.
pub(crate) const NETWORK: &[(&str, Kind)] = &[("awsvpcConfiguration", Read)];

/// AwsVpcConfiguration.
pub(crate) const AWSVPC: &[(&str, Kind)] =
    &[("subnets", Read), ("securityGroups", List), ("assignPublicIp", Text)];

/// TargetGroup of Elastic Load Balancing, with its attributes beside it.
pub(crate) const TARGET_GROUP: &[(&str, Kind)] = &[
    ("TargetGroupArn", Read),
    ("TargetGroupName", Text),
    ("Protocol", Read),
    ("ProtocolVersion", Text),
    ("Port", Number),
    ("VpcId", Text),
    ("HealthCheckProtocol", Text),
    ("HealthCheckPort", Text),
    ("HealthCheckEnabled", Flag),
    ("HealthCheckIntervalSeconds", Read),
    ("HealthCheckTimeoutSeconds", Read),
    ("HealthyThresholdCount", Read),
    ("UnhealthyThresholdCount", Read),
    ("HealthCheckPath", Text),
    ("Matcher", Object),
    ("LoadBalancerArns", Read),
    ("TargetType", Text),
    ("IpAddressType", Text),
    ("TargetControlPort", Number),
    ("Attributes", Read),
];

/// TargetGroupAttribute.
pub(crate) const TARGET_GROUP_ATTRIBUTE: &[(&str, Kind)] = &[("Key", Read), ("Value", Read)];

/// The keys of target group attributes that change nothing here.
pub(crate) const QUIET_ATTRIBUTES: &[&str] = &[
    "stickiness.app_cookie.cookie_name",
    "load_balancing.cross_zone.enabled",
    "load_balancing.algorithm.type",
    "load_balancing.algorithm.anomaly_mitigation",
    "target_group_health.dns_failover.minimum_healthy_targets.count",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
    "lambda.multi_value_headers.enabled",
    "deregistration_delay.connection_termination.enabled",
    "preserve_client_ip.enabled",
    "proxy_protocol_v2.enabled",
    "target_health_state.unhealthy.connection_termination.enabled",
    "target_health_state.unhealthy.draining_interval_seconds",
    "target_failover.on_deregistration",
    "target_failover.on_unhealthy",
    "send_tcp_reset.on_unhealthy.enabled",
    "send_tcp_reset.on_deregistration.enabled",
];

/// Rule of DescribeRules.
pub(crate) const LISTENER_RULE: &[(&str, Kind)] = &[
    ("RuleArn", Read),
    ("Actions", Read),
    ("Priority", Text),
    ("Conditions", List),
    ("IsDefault", Flag),
    ("Transforms", List),
];

/// Action of a rule.
pub(crate) const ACTION: &[(&str, Kind)] = &[
    ("Type", Text),
    ("ForwardConfig", Read),
    ("TargetGroupArn", Text),
    ("Order", Number),
    ("AuthenticateOidcConfig", Object),
    ("AuthenticateCognitoConfig", Object),
    ("RedirectConfig", Object),
    ("FixedResponseConfig", Object),
    ("JwtValidationConfig", Object),
];

/// ForwardActionConfig. The weights of its groups are the deployment's to set.
pub(crate) const FORWARD_CONFIG: &[(&str, Kind)] =
    &[("TargetGroups", List), ("TargetGroupStickinessConfig", Read)];

/// TargetGroupStickinessConfig.
pub(crate) const GROUP_STICKINESS: &[(&str, Kind)] = &[("Enabled", Read), ("DurationSeconds", Read)];

/// RegisterTaskDefinitionInput and TaskDefinition of describe-task-definition, together.
pub(crate) const TASK_DEFINITION: &[(&str, Kind)] = &[
    ("family", Text),
    ("containerDefinitions", Read),
    ("requiresCompatibilities", Read),
    ("taskRoleArn", Text),
    ("executionRoleArn", Text),
    ("networkMode", Text),
    ("volumes", List),
    ("placementConstraints", List),
    ("cpu", Text),
    ("memory", Text),
    ("tags", List),
    ("pidMode", Text),
    ("ipcMode", Text),
    ("proxyConfiguration", Object),
    ("inferenceAccelerators", List),
    ("ephemeralStorage", Object),
    ("runtimePlatform", Object),
    ("enableFaultInjection", Flag),
    ("trustedExecutionConfiguration", Object),
    ("taskDefinitionArn", Text),
    ("revision", Number),
    ("status", Text),
    ("requiresAttributes", List),
    ("compatibilities", List),
    ("registeredAt", Free),
    ("deregisteredAt", Free),
    ("deleteRequestedAt", Free),
    ("registeredBy", Text),
];

/// ContainerDefinition.
pub(crate) const CONTAINER_DEFINITION: &[(&str, Kind)] = &[
    ("name", Text),
    ("image", Text),
    ("essential", Read),
    ("healthCheck", Read),
    ("startTimeout", Read),
    ("stopTimeout", Read),
    ("repositoryCredentials", Object),
    ("cpu", Number),
    ("memory", Number),
    ("memoryReservation", Number),
    ("links", List),
    ("portMappings", List),
    ("restartPolicy", Object),
    ("entryPoint", List),
    ("command", List),
    ("environment", List),
    ("environmentFiles", List),
    ("mountPoints", List),
    ("volumesFrom", List),
    ("linuxParameters", Object),
    ("secrets", List),
    ("dependsOn", List),
    ("versionConsistency", Text),
    ("hostname", Text),
    ("user", Text),
    ("workingDirectory", Text),
    ("disableNetworking", Flag),
    ("privileged", Flag),
    ("readonlyRootFilesystem", Flag),
    ("dnsServers", List),
    ("dnsSearchDomains", List),
    ("extraHosts", List),
    ("dockerSecurityOptions", List),
    ("interactive", Flag),
    ("pseudoTerminal", Flag),
    ("dockerLabels", Object),
    ("ulimits", List),
    ("logConfiguration", Object),
    ("systemControls", List),
    ("resourceRequirements", List),
    ("firelensConfiguration", Object),
    ("credentialSpecs", List),
];

/// HealthCheck of a container.
pub(crate) const CONTAINER_HEALTH_CHECK: &[(&str, Kind)] =
    &[("command", List), ("interval", Read), ("timeout", Read), ("retries", Read), ("startPeriod", Read)];
