//! A service as it stands at second 0: its configuration, its revisions, and the timings ECS does not know.

use super::hook::LifecycleHook;
use super::ratio::{Rate, Ratio};
use super::strategy::DeploymentConfiguration;
use super::time::Span;

/// How long AWS takes where ECS documents no number: the recording's `timings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// `provisionSeconds`: how long a task is PROVISIONING, as its network interface is made.
    pub provision: Span,
    /// `pullSeconds`: pulling the image, the first part of ACTIVATING.
    pub pull: Span,
    /// `registerSeconds`: from RUNNING to the target's registration.
    pub register: Span,
    /// `firstCheckSeconds`: from registration to the first passing health check.
    pub first_check: Span,
    /// `deregisterSeconds`: from the decision to stop to the target draining.
    pub deregister: Span,
    /// `exitSeconds`: from the stop signal to the container's exit.
    pub exit: Span,
    /// `deprovisionSeconds`: how long a task is DEPROVISIONING, until its network interface is gone.
    pub deprovision: Span,
    /// `propagationSeconds`: how long a changed rule takes to reach all users, evenly (h27).
    pub propagation: Span,
}

impl Default for Timings {
    fn default() -> Self {
        Timings {
            provision: Span::from_secs(15),
            pull: Span::from_secs(15),
            register: Span::from_secs(5),
            first_check: Span::from_secs(2),
            deregister: Span::from_secs(2),
            exit: Span::from_secs(2),
            deprovision: Span::from_secs(10),
            propagation: Span::from_secs(5),
        }
    }
}

/// What a revision's page looks like in the browser windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLook {
    /// The page's title.
    pub title: String,
    /// Its background, a CSS colour.
    pub background: String,
}

/// How the software of a revision behaves, right or wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behavior {
    /// `startSeconds`: from the pulled image to RUNNING.
    pub start: Span,
    /// `warmUpSeconds`: from RUNNING until a task serves its full rate, growing evenly.
    pub warm_up: Span,
    /// `latencyMillis` of an answer without a queue.
    pub latency: Span,
    /// `requestsPerSecondPerTask`.
    pub capacity: Rate,
    /// `errorPercent`: the share of requests answered with an error. Health checks never meet it.
    pub error: Ratio,
    /// `crashesAtStart`: the task stops before RUNNING.
    pub crashes_at_start: bool,
    /// `imageMissing`: the image cannot be pulled; the task stops before RUNNING.
    pub image_missing: bool,
    /// `failsHealthChecks`: RUNNING, never healthy.
    pub fails_health_checks: bool,
    /// `failsAfterSeconds`: the essential container exits so long after RUNNING.
    pub fails_after: Option<Span>,
    /// What users see.
    pub page: Option<PageLook>,
}

impl Default for Behavior {
    fn default() -> Self {
        Behavior {
            start: Span::from_secs(10),
            warm_up: Span::ZERO,
            latency: Span(50),
            capacity: Rate::per_second(200),
            error: Ratio::ZERO,
            crashes_at_start: false,
            image_missing: false,
            fails_health_checks: false,
            fails_after: None,
            page: None,
        }
    }
}

/// Some fields of a [`Behavior`]: what a file gives, or what `setBehavior` changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BehaviorPatch {
    /// See [`Behavior::start`].
    pub start: Option<Span>,
    /// See [`Behavior::warm_up`].
    pub warm_up: Option<Span>,
    /// See [`Behavior::latency`].
    pub latency: Option<Span>,
    /// See [`Behavior::capacity`].
    pub capacity: Option<Rate>,
    /// See [`Behavior::error`].
    pub error: Option<Ratio>,
    /// See [`Behavior::crashes_at_start`].
    pub crashes_at_start: Option<bool>,
    /// See [`Behavior::image_missing`].
    pub image_missing: Option<bool>,
    /// See [`Behavior::fails_health_checks`].
    pub fails_health_checks: Option<bool>,
    /// See [`Behavior::fails_after`].
    pub fails_after: Option<Option<Span>>,
    /// See [`Behavior::page`].
    pub page: Option<PageLook>,
}

impl Behavior {
    /// The same behaviour with the given fields changed.
    pub fn with(&self, patch: &BehaviorPatch) -> Behavior {
        Behavior {
            start: patch.start.unwrap_or(self.start),
            warm_up: patch.warm_up.unwrap_or(self.warm_up),
            latency: patch.latency.unwrap_or(self.latency),
            capacity: patch.capacity.unwrap_or(self.capacity),
            error: patch.error.unwrap_or(self.error),
            crashes_at_start: patch.crashes_at_start.unwrap_or(self.crashes_at_start),
            image_missing: patch.image_missing.unwrap_or(self.image_missing),
            fails_health_checks: patch.fails_health_checks.unwrap_or(self.fails_health_checks),
            fails_after: patch.fails_after.unwrap_or(self.fails_after),
            page: patch.page.clone().or_else(|| self.page.clone()),
        }
    }
}

/// What a task definition revision is called, and how it behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its name in the recording, as in `"42"`.
    pub name: String,
    /// How it behaves until `setBehavior` says otherwise.
    pub behavior: Behavior,
}

/// A target group and its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetGroup {
    /// The name in its ARN, as in `ui-1`.
    pub name: String,
    /// `HealthCheckIntervalSeconds`: from one check of a target to the next.
    pub interval: Span,
    /// `HealthyThresholdCount`: passes in a row after which an unhealthy target is healthy again.
    pub healthy_threshold: u32,
    /// `UnhealthyThresholdCount`: failures in a row after which a target is unhealthy.
    pub unhealthy_threshold: u32,
    /// `deregistration_delay.timeout_seconds`: how long a target drains, its requests finishing, before its task is
    /// stopped.
    pub deregistration_delay: Span,
    /// `slow_start.duration_seconds`; zero when off.
    pub slow_start: Span,
    /// `stickiness.lb_cookie.duration_seconds` where stickiness is on.
    pub stickiness: Option<Span>,
    /// Whether a listener rule refers to it; `LoadBalancerArns` is empty where none does.
    pub attached: bool,
}

impl TargetGroup {
    /// A group of that name with the load balancer's own defaults.
    pub fn named(name: impl Into<String>) -> TargetGroup {
        TargetGroup {
            name: name.into(),
            interval: Span::from_secs(30),
            healthy_threshold: 5,
            unhealthy_threshold: 2,
            deregistration_delay: Span::from_secs(300),
            slow_start: Span::ZERO,
            stickiness: None,
            attached: true,
        }
    }
}

/// A call that a service makes while it answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The called service, by index into the scenario. Calls form no circle.
    pub service: usize,
    /// `perRequest`, in millionths of a call, at most 100 calls.
    pub per_request: u64,
    /// `optional`: whether a request survives the failure of its call.
    pub optional: bool,
}

/// A database or queue that a service needs for every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its name, by which `setDependency` finds it.
    pub name: String,
    /// `errorPercent`: the share of requests it fails.
    pub error: Ratio,
    /// `latencyMillis`: what it adds to each request, in the mean.
    pub latency: Span,
}

/// How requests reach a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoutingKind {
    /// An Application Load Balancer.
    Application,
    /// A Network Load Balancer: each traffic shift takes ten minutes more.
    Network,
    /// Service Connect: no target group, no registration.
    ServiceConnect,
    /// Nothing that ECS manages; requests go evenly to the running tasks.
    Headless,
}

impl RoutingKind {
    /// Whether tasks register as targets of a load balancer.
    pub const fn has_targets(self) -> bool {
        matches!(self, RoutingKind::Application | RoutingKind::Network)
    }

    /// Whether a deployment has weights to change.
    pub const fn has_weights(self) -> bool {
        !matches!(self, RoutingKind::Headless)
    }
}

/// The listener rules and target groups of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routing {
    /// What stands before the tasks.
    pub kind: RoutingKind,
    /// `targetGroupArn`, and `alternateTargetGroupArn` (made up by us where the file has none).
    ///
    /// At second 0 the first serves production; the two swap roles with every successful shifting deployment.
    pub groups: [TargetGroup; 2],
    /// Whether there is a test listener rule, or a Service Connect test header.
    pub test_rule: bool,
}

/// A container's `healthCheck`, by which ECS replaces a task where the load balancer sees nothing wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainerHealthCheck {
    /// `interval`: from one check to the next.
    pub interval: Span,
    /// `retries`: failures in a row after which the container is UNHEALTHY.
    pub retries: u32,
    /// `startPeriod`: failures in it do not count.
    pub start_period: Span,
}

/// A service, validated: every value given or defaulted.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// `serviceName`.
    pub name: String,
    /// The name of its cluster, which calls have to give.
    pub cluster: String,
    /// The family of its task definition, which a deployment's call has to give.
    pub family: String,
    /// `desiredCount`, at most [`MOST_TASKS`](super::MOST_TASKS).
    pub desired_count: u32,
    /// `deploymentConfiguration`: how a deployment of it is made and watched.
    pub deployment: DeploymentConfiguration,
    /// Load balancers or Service Connect.
    pub routing: Routing,
    /// `TargetGroupStickinessConfig` of the production rule: clients keep the group they met for so long.
    pub group_stickiness: Option<Span>,
    /// The services it calls.
    pub calls: Vec<Call>,
    /// What else it needs.
    pub dependencies: Vec<Dependency>,
    /// `healthCheckGracePeriodSeconds`.
    pub grace_period: Span,
    /// `availabilityZoneRebalancing`.
    pub zone_rebalancing: bool,
    /// `lifecycleHooks`.
    pub hooks: Vec<LifecycleHook>,
    /// The essential container's health check, where one is defined.
    pub container_check: Option<ContainerHealthCheck>,
    /// `stopTimeout`: the container is killed so long after the stop signal.
    pub stop_timeout: Span,
    /// `restartPolicy.restartAttemptPeriod` of the essential container, where its policy is enabled: a container that has
    /// run so long when it exits is started again in its task.
    pub restart_period: Option<Span>,
    /// Whether a container names its image by a tag, which ECS resolves to a digest when it deploys.
    pub image_tags: bool,
    /// Availability Zones, from the subnets; 3 where nothing is known.
    pub zones: u8,
    /// What ECS documents no number for.
    pub timings: Timings,
    /// What can be deployed; the first runs at second 0.
    pub revisions: Vec<Revision>,
    /// Whether the service is created at second 0 instead of standing in steady state.
    pub first_deployment: bool,
}

impl Service {
    /// How long clients keep the target group they met. Only an Application Load Balancer's rules make them.
    pub fn keeps_groups(&self) -> Option<Span> {
        self.group_stickiness.filter(|_| self.routing.kind == RoutingKind::Application)
    }

    /// The index of the revision of that name.
    pub fn revision(&self, name: &str) -> Option<usize> {
        self.revisions.iter().position(|revision| revision.name == name)
    }
}

/// The services in an order in which each comes before those it calls; those that call each other in a circle are
/// left out.
pub fn call_order(services: &[Service]) -> Vec<usize> {
    let mut callers = vec![0_u32; services.len()];
    for call in services.iter().flat_map(|service| &service.calls) {
        callers[call.service] += 1;
    }
    let mut order: Vec<usize> = (0..services.len()).filter(|&service| callers[service] == 0).collect();
    let mut next = 0;
    while next < order.len() {
        for call in &services[order[next]].calls {
            callers[call.service] -= 1;
            if callers[call.service] == 0 {
                order.push(call.service);
            }
        }
        next += 1;
    }
    order
}
