//! The fields that ECS and Elastic Load Balancing know, for the shapes the simulation acts on.
//!
//! Taken from the service models of the ECS API (2014-11-13) and the Elastic Load Balancing API (2015-12-01). Fields
//! marked [`Kind::Read`] are checked where they are read; the others are only checked for their type.

use super::shapes::*;
use crate::formats::reader::Kind::{self, Flag, Free, ListOf, Names, Of, Read, Text, Texts, Whole, Word};

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
    ("gatewayConnectors", ListOf(GATEWAY_CONNECTOR)),
    ("networkConfiguration", Of(NETWORK)),
    ("healthCheckGracePeriodSeconds", Read),
    ("availabilityZoneRebalancing", Read),
    ("taskDefinition", Read),
    ("deployments", ListOf(DEPLOYMENT)),
    ("launchType", Word(&["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"])),
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
    ("propagateTags", Word(&["TASK_DEFINITION", "SERVICE", "NONE"])),
    ("resourceManagementType", Text),
    ("currentServiceDeployment", Text),
    ("createdAt", Free),
    ("runningCount", Whole),
    ("pendingCount", Whole),
    ("enableECSManagedTags", Flag),
    ("enableExecuteCommand", Flag),
    ("forceNewDeployment", Flag),
    ("monitoring", Of(MONITORING_CONFIGURATION)),
    ("capacityProviderStrategy", ListOf(CAPACITY_PROVIDER)),
    ("serviceRegistries", ListOf(SERVICE_REGISTRY)),
    ("placementConstraints", ListOf(PLACEMENT_CONSTRAINT)),
    ("placementStrategy", ListOf(PLACEMENT_STRATEGY)),
    ("tags", ListOf(TAG)),
    ("volumeConfigurations", ListOf(SERVICE_VOLUME_CONFIGURATION)),
    ("taskSets", ListOf(TASK_SET)),
    ("events", ListOf(SERVICE_EVENT)),
    ("currentServiceRevisions", ListOf(SERVICE_CURRENT_REVISION_SUMMARY)),
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
    ("gatewayConnectors", ListOf(GATEWAY_CONNECTOR)),
    ("networkConfiguration", Of(NETWORK)),
    ("healthCheckGracePeriodSeconds", Read),
    ("availabilityZoneRebalancing", Read),
    ("taskDefinition", Read),
    ("forceNewDeployment", Read),
    ("cluster", Text),
    ("platformVersion", Text),
    ("propagateTags", Word(&["TASK_DEFINITION", "SERVICE", "NONE"])),
    ("enableECSManagedTags", Flag),
    ("enableExecuteCommand", Flag),
    ("monitoring", Of(MONITORING_CONFIGURATION)),
    ("capacityProviderStrategy", ListOf(CAPACITY_PROVIDER)),
    ("placementConstraints", ListOf(PLACEMENT_CONSTRAINT)),
    ("placementStrategy", ListOf(PLACEMENT_STRATEGY)),
    ("serviceRegistries", ListOf(SERVICE_REGISTRY)),
    ("volumeConfigurations", ListOf(SERVICE_VOLUME_CONFIGURATION)),
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
    ("containerPort", Whole),
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
    ("services", ListOf(SERVICE_CONNECT_SERVICE)),
    ("logConfiguration", Of(LOG_CONFIGURATION)),
    ("accessLogConfiguration", Of(SERVICE_CONNECT_ACCESS_LOG_CONFIGURATION)),
    ("containerConfigurations", ListOf(SERVICE_CONNECT_CONTAINER_CONFIGURATION)),
];

/// NetworkConfiguration.
pub(crate) const NETWORK: &[(&str, Kind)] = &[("awsvpcConfiguration", Of(AWSVPC))];

/// AwsVpcConfiguration.
pub(crate) const AWSVPC: &[(&str, Kind)] =
    &[("subnets", Texts), ("securityGroups", Texts), ("assignPublicIp", Word(&["ENABLED", "DISABLED"]))];

/// TargetGroup of Elastic Load Balancing, with its attributes beside it.
pub(crate) const TARGET_GROUP: &[(&str, Kind)] = &[
    ("TargetGroupArn", Read),
    ("TargetGroupName", Text),
    ("Protocol", Read),
    ("ProtocolVersion", Text),
    ("Port", Whole),
    ("VpcId", Text),
    ("HealthCheckProtocol", Text),
    ("HealthCheckPort", Text),
    ("HealthCheckEnabled", Flag),
    ("HealthCheckIntervalSeconds", Read),
    ("HealthCheckTimeoutSeconds", Read),
    ("HealthyThresholdCount", Read),
    ("UnhealthyThresholdCount", Read),
    ("HealthCheckPath", Text),
    ("Matcher", Of(MATCHER)),
    ("LoadBalancerArns", Read),
    ("TargetType", Text),
    ("IpAddressType", Text),
    ("TargetControlPort", Whole),
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
    ("Conditions", ListOf(RULE_CONDITION)),
    ("IsDefault", Flag),
    ("Transforms", ListOf(RULE_TRANSFORM)),
];

/// Action of a rule.
pub(crate) const ACTION: &[(&str, Kind)] = &[
    ("Type", Text),
    ("ForwardConfig", Read),
    ("TargetGroupArn", Text),
    ("Order", Whole),
    ("AuthenticateOidcConfig", Of(AUTHENTICATE_OIDC_ACTION_CONFIG)),
    ("AuthenticateCognitoConfig", Of(AUTHENTICATE_COGNITO_ACTION_CONFIG)),
    ("RedirectConfig", Of(REDIRECT_ACTION_CONFIG)),
    ("FixedResponseConfig", Of(FIXED_RESPONSE_ACTION_CONFIG)),
    ("JwtValidationConfig", Of(JWT_VALIDATION_ACTION_CONFIG)),
];

/// ForwardActionConfig. The weights of its groups are the deployment's to set.
pub(crate) const FORWARD_CONFIG: &[(&str, Kind)] =
    &[("TargetGroups", ListOf(TARGET_GROUP_TUPLE)), ("TargetGroupStickinessConfig", Read)];

/// TargetGroupStickinessConfig.
pub(crate) const GROUP_STICKINESS: &[(&str, Kind)] = &[("Enabled", Read), ("DurationSeconds", Read)];

/// RegisterTaskDefinitionInput and TaskDefinition of describe-task-definition, together.
pub(crate) const TASK_DEFINITION: &[(&str, Kind)] = &[
    ("family", Text),
    ("containerDefinitions", Read),
    ("requiresCompatibilities", Read),
    ("taskRoleArn", Text),
    ("executionRoleArn", Text),
    ("networkMode", Word(&["bridge", "host", "awsvpc", "none"])),
    ("volumes", ListOf(VOLUME)),
    ("placementConstraints", ListOf(TASK_DEFINITION_PLACEMENT_CONSTRAINT)),
    ("cpu", Text),
    ("memory", Text),
    ("tags", ListOf(TAG)),
    ("pidMode", Text),
    ("ipcMode", Text),
    ("proxyConfiguration", Of(PROXY_CONFIGURATION)),
    ("inferenceAccelerators", ListOf(INFERENCE_ACCELERATOR)),
    ("ephemeralStorage", Of(EPHEMERAL_STORAGE)),
    ("runtimePlatform", Of(RUNTIME_PLATFORM)),
    ("enableFaultInjection", Flag),
    ("trustedExecutionConfiguration", Of(TRUSTED_EXECUTION_CONFIGURATION)),
    ("taskDefinitionArn", Text),
    ("revision", Whole),
    ("status", Text),
    ("requiresAttributes", ListOf(ATTRIBUTE)),
    ("compatibilities", Texts),
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
    ("repositoryCredentials", Of(REPOSITORY_CREDENTIALS)),
    ("cpu", Whole),
    ("memory", Whole),
    ("memoryReservation", Whole),
    ("links", Texts),
    ("portMappings", ListOf(PORT_MAPPING)),
    ("restartPolicy", Read),
    ("entryPoint", Texts),
    ("command", Texts),
    ("environment", ListOf(PAIR)),
    ("environmentFiles", ListOf(ENVIRONMENT_FILE)),
    ("mountPoints", ListOf(MOUNT_POINT)),
    ("volumesFrom", ListOf(VOLUME_FROM)),
    ("linuxParameters", Of(LINUX_PARAMETERS)),
    ("secrets", ListOf(SECRET)),
    ("dependsOn", ListOf(CONTAINER_DEPENDENCY)),
    ("versionConsistency", Text),
    ("hostname", Text),
    ("user", Text),
    ("workingDirectory", Text),
    ("disableNetworking", Flag),
    ("privileged", Flag),
    ("readonlyRootFilesystem", Flag),
    ("dnsServers", Texts),
    ("dnsSearchDomains", Texts),
    ("extraHosts", ListOf(HOST_ENTRY)),
    ("dockerSecurityOptions", Texts),
    ("interactive", Flag),
    ("pseudoTerminal", Flag),
    ("dockerLabels", Names),
    ("ulimits", ListOf(ULIMIT)),
    ("logConfiguration", Of(LOG_CONFIGURATION)),
    ("systemControls", ListOf(SYSTEM_CONTROL)),
    ("resourceRequirements", ListOf(RESOURCE_REQUIREMENT)),
    ("firelensConfiguration", Of(FIRELENS_CONFIGURATION)),
    ("credentialSpecs", Texts),
];

/// HealthCheck of a container.
pub(crate) const CONTAINER_HEALTH_CHECK: &[(&str, Kind)] =
    &[("command", Texts), ("interval", Read), ("timeout", Read), ("retries", Read), ("startPeriod", Read)];
