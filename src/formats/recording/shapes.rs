//! What ECS and Elastic Load Balancing know deeper down, in parts of a service that the simulation does not act on.
//!
//! Nothing here is read. But a value of the wrong type would be refused by AWS and is refused here too, and a name that
//! AWS does not know is told with the nearest one, however deep it stands.

use super::fields::{LOAD_BALANCER, NETWORK, SERVICE_CONNECT, VPC_LATTICE};
use crate::formats::reader::Fields;
use crate::formats::reader::Kind::*;

/// ServiceRegistry.
pub(super) const SERVICE_REGISTRY: &Fields =
    &[("registryArn", Text), ("port", Whole), ("containerName", Text), ("containerPort", Whole)];

/// CapacityProviderStrategyItem.
pub(super) const CAPACITY_PROVIDER: &Fields =
    &[("capacityProvider", Text), ("weight", Whole), ("base", Whole)];

/// PlacementConstraint.
pub(super) const PLACEMENT_CONSTRAINT: &Fields =
    &[("type", Word(&["distinctInstance", "memberOf"])), ("expression", Text)];

/// PlacementStrategy.
pub(super) const PLACEMENT_STRATEGY: &Fields =
    &[("type", Word(&["random", "spread", "binpack"])), ("field", Text)];

/// Tag.
pub(super) const TAG: &Fields = &[("key", Text), ("value", Text)];

/// ServiceVolumeConfiguration.
pub(super) const SERVICE_VOLUME_CONFIGURATION: &Fields =
    &[("name", Text), ("managedEBSVolume", Of(SERVICE_MANAGED_EBS_VOLUME_CONFIGURATION))];

/// ServiceManagedEBSVolumeConfiguration.
pub(super) const SERVICE_MANAGED_EBS_VOLUME_CONFIGURATION: &Fields = &[
    ("encrypted", Flag),
    ("kmsKeyId", Text),
    ("volumeType", Text),
    ("sizeInGiB", Whole),
    ("snapshotId", Text),
    ("volumeInitializationRate", Whole),
    ("iops", Whole),
    ("throughput", Whole),
    ("tagSpecifications", ListOf(EBS_TAG_SPECIFICATION)),
    ("roleArn", Text),
    ("filesystemType", Text),
];

/// EBSTagSpecification.
pub(super) const EBS_TAG_SPECIFICATION: &Fields =
    &[("resourceType", Text), ("tags", ListOf(TAG)), ("propagateTags", Text)];

/// MonitoringConfiguration.
pub(super) const MONITORING_CONFIGURATION: &Fields =
    &[("metricConfigurations", ListOf(METRIC_CONFIGURATION))];

/// MetricConfiguration.
pub(super) const METRIC_CONFIGURATION: &Fields = &[("metricNames", Texts), ("resolutionSeconds", Whole)];

/// TaskSet.
pub(super) const TASK_SET: &Fields = &[
    ("id", Text),
    ("taskSetArn", Text),
    ("serviceArn", Text),
    ("clusterArn", Text),
    ("startedBy", Text),
    ("externalId", Text),
    ("status", Text),
    ("taskDefinition", Text),
    ("computedDesiredCount", Whole),
    ("pendingCount", Whole),
    ("runningCount", Whole),
    ("createdAt", Free),
    ("updatedAt", Free),
    ("launchType", Word(&["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"])),
    ("capacityProviderStrategy", ListOf(CAPACITY_PROVIDER)),
    ("platformVersion", Text),
    ("platformFamily", Text),
    ("networkConfiguration", Of(NETWORK)),
    ("loadBalancers", ListOf(LOAD_BALANCER)),
    ("serviceRegistries", ListOf(SERVICE_REGISTRY)),
    ("scale", Of(SCALE)),
    ("stabilityStatus", Text),
    ("stabilityStatusAt", Free),
    ("tags", ListOf(TAG)),
    ("fargateEphemeralStorage", Of(DEPLOYMENT_EPHEMERAL_STORAGE)),
];

/// Scale.
pub(super) const SCALE: &Fields = &[("value", Number), ("unit", Text)];

/// DeploymentEphemeralStorage.
pub(super) const DEPLOYMENT_EPHEMERAL_STORAGE: &Fields = &[("kmsKeyId", Text)];

/// ServiceEvent.
pub(super) const SERVICE_EVENT: &Fields = &[("id", Text), ("createdAt", Free), ("message", Text)];

/// ServiceCurrentRevisionSummary.
pub(super) const SERVICE_CURRENT_REVISION_SUMMARY: &Fields =
    &[("arn", Text), ("requestedTaskCount", Whole), ("runningTaskCount", Whole), ("pendingTaskCount", Whole)];

/// ServiceConnectService.
pub(super) const SERVICE_CONNECT_SERVICE: &Fields = &[
    ("portName", Text),
    ("discoveryName", Text),
    ("clientAliases", ListOf(SERVICE_CONNECT_CLIENT_ALIAS)),
    ("ingressPortOverride", Whole),
    ("timeout", Of(TIMEOUT_CONFIGURATION)),
    ("tls", Of(SERVICE_CONNECT_TLS_CONFIGURATION)),
];

/// ServiceConnectClientAlias.
pub(super) const SERVICE_CONNECT_CLIENT_ALIAS: &Fields =
    &[("port", Whole), ("dnsName", Text), ("testTrafficRules", Of(SERVICE_CONNECT_TEST_TRAFFIC_RULES))];

/// ServiceConnectTestTrafficRules.
pub(super) const SERVICE_CONNECT_TEST_TRAFFIC_RULES: &Fields =
    &[("header", Of(SERVICE_CONNECT_TEST_TRAFFIC_HEADER_RULES))];

/// ServiceConnectTestTrafficHeaderRules.
pub(super) const SERVICE_CONNECT_TEST_TRAFFIC_HEADER_RULES: &Fields =
    &[("name", Text), ("value", Of(SERVICE_CONNECT_TEST_TRAFFIC_HEADER_MATCH_RULES))];

/// ServiceConnectTestTrafficHeaderMatchRules.
pub(super) const SERVICE_CONNECT_TEST_TRAFFIC_HEADER_MATCH_RULES: &Fields = &[("exact", Text)];

/// TimeoutConfiguration.
pub(super) const TIMEOUT_CONFIGURATION: &Fields =
    &[("idleTimeoutSeconds", Whole), ("perRequestTimeoutSeconds", Whole)];

/// ServiceConnectTlsConfiguration.
pub(super) const SERVICE_CONNECT_TLS_CONFIGURATION: &Fields = &[
    ("issuerCertificateAuthority", Of(SERVICE_CONNECT_TLS_CERTIFICATE_AUTHORITY)),
    ("kmsKey", Text),
    ("roleArn", Text),
];

/// ServiceConnectTlsCertificateAuthority.
pub(super) const SERVICE_CONNECT_TLS_CERTIFICATE_AUTHORITY: &Fields = &[("awsPcaAuthorityArn", Text)];

/// LogConfiguration.
pub(super) const LOG_CONFIGURATION: &Fields = &[
    (
        "logDriver",
        Word(&["json-file", "syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "awsfirelens"]),
    ),
    ("options", Names),
    ("secretOptions", ListOf(SECRET)),
];

/// Secret.
pub(super) const SECRET: &Fields = &[("name", Text), ("valueFrom", Text)];

/// ServiceConnectAccessLogConfiguration.
pub(super) const SERVICE_CONNECT_ACCESS_LOG_CONFIGURATION: &Fields =
    &[("format", Text), ("includeQueryParameters", Text)];

/// ServiceConnectContainerConfiguration.
pub(super) const SERVICE_CONNECT_CONTAINER_CONFIGURATION: &Fields = &[("logLevel", Text)];

/// Matcher.
pub(super) const MATCHER: &Fields = &[("HttpCode", Text), ("GrpcCode", Text)];

/// RuleCondition.
pub(super) const RULE_CONDITION: &Fields = &[
    ("Field", Text),
    ("Values", Texts),
    ("HostHeaderConfig", Of(HOST_HEADER_CONDITION_CONFIG)),
    ("PathPatternConfig", Of(PATH_PATTERN_CONDITION_CONFIG)),
    ("HttpHeaderConfig", Of(HTTP_HEADER_CONDITION_CONFIG)),
    ("QueryStringConfig", Of(QUERY_STRING_CONDITION_CONFIG)),
    ("HttpRequestMethodConfig", Of(HTTP_REQUEST_METHOD_CONDITION_CONFIG)),
    ("SourceIpConfig", Of(SOURCE_IP_CONDITION_CONFIG)),
    ("RegexValues", Texts),
];

/// HostHeaderConditionConfig.
pub(super) const HOST_HEADER_CONDITION_CONFIG: &Fields = &[("Values", Texts), ("RegexValues", Texts)];

/// PathPatternConditionConfig.
pub(super) const PATH_PATTERN_CONDITION_CONFIG: &Fields = &[("Values", Texts), ("RegexValues", Texts)];

/// HttpHeaderConditionConfig.
pub(super) const HTTP_HEADER_CONDITION_CONFIG: &Fields =
    &[("HttpHeaderName", Text), ("Values", Texts), ("RegexValues", Texts)];

/// QueryStringConditionConfig.
pub(super) const QUERY_STRING_CONDITION_CONFIG: &Fields = &[("Values", ListOf(QUERY_STRING_KEY_VALUE_PAIR))];

/// QueryStringKeyValuePair.
pub(super) const QUERY_STRING_KEY_VALUE_PAIR: &Fields = &[("Key", Text), ("Value", Text)];

/// HttpRequestMethodConditionConfig.
pub(super) const HTTP_REQUEST_METHOD_CONDITION_CONFIG: &Fields = &[("Values", Texts)];

/// SourceIpConditionConfig.
pub(super) const SOURCE_IP_CONDITION_CONFIG: &Fields = &[("Values", Texts), ("IpAddressType", Text)];

/// RuleTransform.
pub(super) const RULE_TRANSFORM: &Fields = &[
    ("Type", Text),
    ("HostHeaderRewriteConfig", Of(HOST_HEADER_REWRITE_CONFIG)),
    ("UrlRewriteConfig", Of(URL_REWRITE_CONFIG)),
];

/// HostHeaderRewriteConfig.
pub(super) const HOST_HEADER_REWRITE_CONFIG: &Fields = &[("Rewrites", ListOf(REWRITE_CONFIG))];

/// RewriteConfig.
pub(super) const REWRITE_CONFIG: &Fields = &[("Regex", Text), ("Replace", Text)];

/// UrlRewriteConfig.
pub(super) const URL_REWRITE_CONFIG: &Fields = &[("Rewrites", ListOf(REWRITE_CONFIG))];

/// AuthenticateOidcActionConfig.
pub(super) const AUTHENTICATE_OIDC_ACTION_CONFIG: &Fields = &[
    ("Issuer", Text),
    ("AuthorizationEndpoint", Text),
    ("TokenEndpoint", Text),
    ("UserInfoEndpoint", Text),
    ("ClientId", Text),
    ("ClientSecret", Text),
    ("SessionCookieName", Text),
    ("Scope", Text),
    ("SessionTimeout", Whole),
    ("AuthenticationRequestExtraParams", Names),
    ("OnUnauthenticatedRequest", Text),
    ("UseExistingClientSecret", Flag),
];

/// AuthenticateCognitoActionConfig.
pub(super) const AUTHENTICATE_COGNITO_ACTION_CONFIG: &Fields = &[
    ("UserPoolArn", Text),
    ("UserPoolClientId", Text),
    ("UserPoolDomain", Text),
    ("SessionCookieName", Text),
    ("Scope", Text),
    ("SessionTimeout", Whole),
    ("AuthenticationRequestExtraParams", Names),
    ("OnUnauthenticatedRequest", Text),
];

/// RedirectActionConfig.
pub(super) const REDIRECT_ACTION_CONFIG: &Fields = &[
    ("Protocol", Text),
    ("Port", Text),
    ("Host", Text),
    ("Path", Text),
    ("Query", Text),
    ("StatusCode", Text),
];

/// FixedResponseActionConfig.
pub(super) const FIXED_RESPONSE_ACTION_CONFIG: &Fields =
    &[("MessageBody", Text), ("StatusCode", Text), ("ContentType", Text)];

/// JwtValidationActionConfig.
pub(super) const JWT_VALIDATION_ACTION_CONFIG: &Fields = &[
    ("JwksEndpoint", Text),
    ("Issuer", Text),
    ("AdditionalClaims", ListOf(JWT_VALIDATION_ACTION_ADDITIONAL_CLAIM)),
];

/// JwtValidationActionAdditionalClaim.
pub(super) const JWT_VALIDATION_ACTION_ADDITIONAL_CLAIM: &Fields =
    &[("Format", Text), ("Name", Text), ("Values", Texts)];

/// TargetGroupTuple.
pub(super) const TARGET_GROUP_TUPLE: &Fields = &[("TargetGroupArn", Text), ("Weight", Within(0, 999))];

/// Volume.
pub(super) const VOLUME: &Fields = &[
    ("name", Text),
    ("host", Of(HOST_VOLUME_PROPERTIES)),
    ("dockerVolumeConfiguration", Of(DOCKER_VOLUME_CONFIGURATION)),
    ("efsVolumeConfiguration", Of(EFS_VOLUME_CONFIGURATION)),
    ("s3filesVolumeConfiguration", Of(S3_FILES_VOLUME_CONFIGURATION)),
    ("fsxWindowsFileServerVolumeConfiguration", Of(FSX_VOLUME_CONFIGURATION)),
    ("configuredAtLaunch", Flag),
];

/// HostVolumeProperties.
pub(super) const HOST_VOLUME_PROPERTIES: &Fields = &[("sourcePath", Text)];

/// DockerVolumeConfiguration.
pub(super) const DOCKER_VOLUME_CONFIGURATION: &Fields =
    &[("scope", Text), ("autoprovision", Flag), ("driver", Text), ("driverOpts", Names), ("labels", Names)];

/// EFSVolumeConfiguration.
pub(super) const EFS_VOLUME_CONFIGURATION: &Fields = &[
    ("fileSystemId", Text),
    ("rootDirectory", Text),
    ("transitEncryption", Text),
    ("transitEncryptionPort", Whole),
    ("authorizationConfig", Of(EFS_AUTHORIZATION_CONFIG)),
];

/// EFSAuthorizationConfig.
pub(super) const EFS_AUTHORIZATION_CONFIG: &Fields = &[("accessPointId", Text), ("iam", Text)];

/// S3FilesVolumeConfiguration.
pub(super) const S3_FILES_VOLUME_CONFIGURATION: &Fields = &[
    ("fileSystemArn", Text),
    ("rootDirectory", Text),
    ("transitEncryptionPort", Whole),
    ("accessPointArn", Text),
];

/// FSxWindowsFileServerVolumeConfiguration.
pub(super) const FSX_VOLUME_CONFIGURATION: &Fields =
    &[("fileSystemId", Text), ("rootDirectory", Text), ("authorizationConfig", Of(FSX_AUTHORIZATION_CONFIG))];

/// FSxWindowsFileServerAuthorizationConfig.
pub(super) const FSX_AUTHORIZATION_CONFIG: &Fields = &[("credentialsParameter", Text), ("domain", Text)];

/// TaskDefinitionPlacementConstraint.
pub(super) const TASK_DEFINITION_PLACEMENT_CONSTRAINT: &Fields =
    &[("type", Word(&["memberOf"])), ("expression", Text)];

/// ProxyConfiguration.
pub(super) const PROXY_CONFIGURATION: &Fields =
    &[("type", Text), ("containerName", Text), ("properties", ListOf(PAIR))];

/// KeyValuePair.
pub(super) const PAIR: &Fields = &[("name", Text), ("value", Text)];

/// InferenceAccelerator.
pub(super) const INFERENCE_ACCELERATOR: &Fields = &[("deviceName", Text), ("deviceType", Text)];

/// EphemeralStorage.
pub(super) const EPHEMERAL_STORAGE: &Fields = &[("sizeInGiB", Whole)];

/// RuntimePlatform.
pub(super) const RUNTIME_PLATFORM: &Fields =
    &[("cpuArchitecture", Word(&["X86_64", "ARM64"])), ("operatingSystemFamily", Text)];

/// TrustedExecutionConfiguration.
pub(super) const TRUSTED_EXECUTION_CONFIGURATION: &Fields =
    &[("isolationMode", Text), ("attestationPolicy", Text)];

/// Attribute.
pub(super) const ATTRIBUTE: &Fields =
    &[("name", Text), ("value", Text), ("targetType", Text), ("targetId", Text)];

/// RepositoryCredentials.
pub(super) const REPOSITORY_CREDENTIALS: &Fields = &[("credentialsParameter", Text)];

/// PortMapping.
pub(super) const PORT_MAPPING: &Fields = &[
    ("containerPort", Whole),
    ("hostPort", Whole),
    ("protocol", Word(&["tcp", "udp"])),
    ("name", Text),
    ("appProtocol", Text),
    ("containerPortRange", Text),
];

/// ContainerRestartPolicy.
pub(super) const CONTAINER_RESTART_POLICY: &Fields =
    &[("enabled", Read), ("ignoredExitCodes", List), ("restartAttemptPeriod", Read)];

/// EnvironmentFile.
pub(super) const ENVIRONMENT_FILE: &Fields = &[("value", Text), ("type", Text)];

/// MountPoint.
pub(super) const MOUNT_POINT: &Fields =
    &[("sourceVolume", Text), ("containerPath", Text), ("readOnly", Flag)];

/// VolumeFrom.
pub(super) const VOLUME_FROM: &Fields = &[("sourceContainer", Text), ("readOnly", Flag)];

/// LinuxParameters.
pub(super) const LINUX_PARAMETERS: &Fields = &[
    ("capabilities", Of(KERNEL_CAPABILITIES)),
    ("devices", ListOf(DEVICE)),
    ("initProcessEnabled", Flag),
    ("sharedMemorySize", Whole),
    ("tmpfs", ListOf(TMPFS)),
    ("maxSwap", Whole),
    ("swappiness", Whole),
];

/// KernelCapabilities.
pub(super) const KERNEL_CAPABILITIES: &Fields = &[("add", Texts), ("drop", Texts)];

/// Device.
pub(super) const DEVICE: &Fields = &[("hostPath", Text), ("containerPath", Text), ("permissions", Texts)];

/// Tmpfs.
pub(super) const TMPFS: &Fields = &[("containerPath", Text), ("size", Whole), ("mountOptions", Texts)];

/// ContainerDependency.
pub(super) const CONTAINER_DEPENDENCY: &Fields =
    &[("containerName", Text), ("condition", Word(&["START", "COMPLETE", "SUCCESS", "HEALTHY"]))];

/// HostEntry.
pub(super) const HOST_ENTRY: &Fields = &[("hostname", Text), ("ipAddress", Text)];

/// Ulimit.
pub(super) const ULIMIT: &Fields = &[("name", Text), ("softLimit", Whole), ("hardLimit", Whole)];

/// SystemControl.
pub(super) const SYSTEM_CONTROL: &Fields = &[("namespace", Text), ("value", Text)];

/// ResourceRequirement.
pub(super) const RESOURCE_REQUIREMENT: &Fields =
    &[("value", Text), ("type", Text), ("sharingStrategy", Of(SHARING_STRATEGY))];

/// SharingStrategy.
pub(super) const SHARING_STRATEGY: &Fields = &[("nvidiaMps", Of(NVIDIA_MPS_ALLOCATION))];

/// NvidiaMpsAllocation.
pub(super) const NVIDIA_MPS_ALLOCATION: &Fields = &[("memory", Whole), ("maxComputePercent", Whole)];

/// FirelensConfiguration.
pub(super) const FIRELENS_CONFIGURATION: &Fields = &[("type", Text), ("options", Names)];

/// Deployment.
pub(super) const DEPLOYMENT: &Fields = &[
    ("id", Text),
    ("status", Text),
    ("taskDefinition", Text),
    ("desiredCount", Whole),
    ("pendingCount", Whole),
    ("runningCount", Whole),
    ("failedTasks", Whole),
    ("createdAt", Free),
    ("updatedAt", Free),
    ("capacityProviderStrategy", ListOf(CAPACITY_PROVIDER)),
    ("launchType", Word(&["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"])),
    ("platformVersion", Text),
    ("platformFamily", Text),
    ("networkConfiguration", Of(NETWORK)),
    ("rolloutState", Word(&["COMPLETED", "FAILED", "IN_PROGRESS"])),
    ("rolloutStateReason", Text),
    ("serviceConnectConfiguration", Of(SERVICE_CONNECT)),
    ("serviceConnectResources", ListOf(SERVICE_CONNECT_SERVICE_RESOURCE)),
    ("volumeConfigurations", ListOf(SERVICE_VOLUME_CONFIGURATION)),
    ("fargateEphemeralStorage", Of(DEPLOYMENT_EPHEMERAL_STORAGE)),
    ("vpcLatticeConfigurations", ListOf(VPC_LATTICE)),
];

/// ServiceConnectServiceResource.
pub(super) const SERVICE_CONNECT_SERVICE_RESOURCE: &Fields =
    &[("discoveryName", Text), ("discoveryArn", Text)];

/// GatewayConnector.
pub(super) const GATEWAY_CONNECTOR: &Fields = &[
    ("portName", Text),
    ("healthCheck", Of(GATEWAY_CONNECTOR_HEALTH_CHECK)),
    ("filters", Of(GATEWAY_CONNECTOR_FILTERS)),
    ("deregistrationDelay", Of(GATEWAY_CONNECTOR_DEREGISTRATION_DELAY)),
];

/// GatewayConnectorHealthCheck.
pub(super) const GATEWAY_CONNECTOR_HEALTH_CHECK: &Fields = &[
    ("healthCheckProtocol", Text),
    ("healthCheckPort", Whole),
    ("healthCheckPath", Text),
    ("healthCheckTimeoutSeconds", Whole),
    ("healthCheckIntervalSeconds", Whole),
    ("healthyThresholdCount", Whole),
    ("unhealthyThresholdCount", Whole),
    ("matcher", Of(GATEWAY_CONNECTOR_HEALTH_CHECK_MATCHER)),
];

/// GatewayConnectorHealthCheckMatcher.
pub(super) const GATEWAY_CONNECTOR_HEALTH_CHECK_MATCHER: &Fields = &[("httpCode", Text), ("grpcCode", Text)];

/// GatewayConnectorFilters.
pub(super) const GATEWAY_CONNECTOR_FILTERS: &Fields = &[("accessTypes", Texts)];

/// GatewayConnectorDeregistrationDelay.
pub(super) const GATEWAY_CONNECTOR_DEREGISTRATION_DELAY: &Fields = &[("timeoutSeconds", Within(0, 3600))];
