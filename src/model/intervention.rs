//! What a person, or bad luck, does to the simulated AWS at a moment.

use super::alarm::AlarmState;
use super::hook::HookAction;
use super::lifecycle::{LifecycleStage, api_words};
use super::pipeline::Pipeline;
use super::ratio::{Rate, Ratio};
use super::service::{BehaviorPatch, Routing};
use super::strategy::DeploymentConfiguration;
use super::time::{SimTime, Span};
use std::fmt;

/// When an intervention is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// `atSeconds`.
    At(SimTime),
    /// `at`: a moment of the deployment, so that the act stays with it when times move.
    Moment {
        /// The stage that was entered.
        stage: LifecycleStage,
        /// Which of its entries on the way there, from 1; the first of all where none is given.
        step: Option<u32>,
        /// An entry on the way back.
        rolling_back: bool,
        /// The hook that must have been called there, by name.
        hook: Option<String>,
        /// So long after.
        plus: Span,
    },
}

api_words! {
    /// Which listener rule is meant.
    ListenerRule {
        /// What users meet.
        Production = "production",
        /// What testers meet.
        Test = "test",
    }
}

/// The fields of an UpdateService input that the engine acts on. `None` leaves a value as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceUpdate {
    /// `desiredCount`.
    pub desired_count: Option<u32>,
    /// `deploymentConfiguration`, whole.
    pub deployment: Option<DeploymentConfiguration>,
    /// `deploymentConfiguration.lifecycleHooks`.
    pub hooks: Option<Vec<super::hook::LifecycleHook>>,
    /// `loadBalancers`, read with their target groups.
    pub routing: Option<Routing>,
    /// The revision whose name ends `taskDefinition`, by index.
    pub revision: Option<usize>,
    /// `healthCheckGracePeriodSeconds`.
    pub grace_period: Option<Span>,
    /// `availabilityZoneRebalancing`.
    pub zone_rebalancing: Option<bool>,
    /// Whether any field was given that starts a deployment: taskDefinition, networkConfiguration, platformVersion,
    /// loadBalancers, serviceRegistries, serviceConnectConfiguration, volumeConfigurations,
    /// vpcLatticeConfigurations or forceNewDeployment (UpdateService).
    pub starts_deployment: bool,
}

/// What is done. Services, revisions and alarms are named by index into the scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// UpdateService with another task definition revision.
    Deploy {
        /// Which service.
        service: usize,
        /// Which of its revisions.
        revision: usize,
        /// What leads into it.
        pipeline: Option<Pipeline>,
    },
    /// StopServiceDeployment.
    StopServiceDeployment {
        /// Which service.
        service: usize,
    },
    /// ContinueServiceDeployment, for the PAUSE hook that waits.
    ContinueServiceDeployment {
        /// Which service.
        service: usize,
        /// On, or back.
        action: HookAction,
        /// The `hookId` it names; the hook that waits longest where it names none.
        hook_id: Option<String>,
    },
    /// The reviewer approves what a script has asked.
    Approve {
        /// Which service.
        service: usize,
    },
    /// The reviewer rejects it.
    Reject {
        /// Which service.
        service: usize,
    },
    /// StopTask.
    StopTask {
        /// Which service.
        service: usize,
        /// The n-th oldest running task, from 1.
        task: u32,
    },
    /// The software changes its behaviour.
    SetBehavior {
        /// Which service.
        service: usize,
        /// Which of its revisions.
        revision: usize,
        /// What changes.
        behavior: BehaviorPatch,
    },
    /// Another script behind a hook.
    SetHook {
        /// The hook's name.
        hook: String,
        /// Its new source.
        source: String,
    },
    /// An Availability Zone is lost.
    FailAvailabilityZone {
        /// From 0.
        zone: u8,
        /// How long nothing can be placed there; for ever where not given.
        lasts: Option<Span>,
    },
    /// No more tasks than this can be placed for any service.
    LimitCapacity {
        /// Tasks of one service, from PROVISIONING to DEPROVISIONING.
        tasks: u32,
        /// For ever where not given.
        lasts: Option<Span>,
    },
    /// A database or queue slows down or fails.
    SetDependency {
        /// Its name.
        name: String,
        /// The share of calls it fails.
        error: Option<Ratio>,
        /// What it adds to each call.
        latency: Option<Span>,
    },
    /// The profile's rate from now on.
    SetTraffic {
        /// Requests a second.
        rate: Rate,
    },
    /// An alarm is forced; it keeps that state until its next evaluation.
    SetAlarm {
        /// Which alarm.
        alarm: usize,
        /// Its state.
        state: AlarmState,
    },
    /// Somebody changes a rule behind the controller's back.
    SetListenerWeights {
        /// Which service.
        service: usize,
        /// Which rule.
        rule: ListenerRule,
        /// 0 to 999.
        source_weight: u16,
        /// 0 to 999.
        target_weight: u16,
    },
    /// UpdateService with another desiredCount, which deploys nothing.
    SetDesiredCount {
        /// Which service.
        service: usize,
        /// At most [`MOST_TASKS`](super::MOST_TASKS).
        desired_count: u32,
        /// Whether Application Auto Scaling asks for it, which may not scale in while a deployment is under way.
        auto_scaling: bool,
    },
    /// UpdateTaskProtection.
    UpdateTaskProtection {
        /// Which service.
        service: usize,
        /// The n-th oldest running task, from 1; all of them where none is given.
        task: Option<u32>,
        /// `protectionEnabled`, and then how long: `expiresInMinutes`.
        protection: Option<Span>,
    },
    /// The infrastructure role may not change the listener.
    DenyListenerChanges {
        /// Which service.
        service: usize,
        /// For ever where not given.
        lasts: Option<Span>,
    },
    /// The hook's role may not invoke it.
    DenyHookInvocation {
        /// The hook's name.
        hook: String,
        /// For ever where not given.
        lasts: Option<Span>,
    },
    /// UpdateService.
    UpdateService {
        /// Which service.
        service: usize,
        /// What it changes.
        update: Box<ServiceUpdate>,
    },
}

impl Act {
    /// The recording's key for it.
    pub const fn api_name(&self) -> &'static str {
        match self {
            Act::Deploy { .. } => "deploy",
            Act::StopServiceDeployment { .. } => "stopServiceDeployment",
            Act::ContinueServiceDeployment { .. } => "continueServiceDeployment",
            Act::Approve { .. } => "approve",
            Act::Reject { .. } => "reject",
            Act::StopTask { .. } => "stopTask",
            Act::SetBehavior { .. } => "setBehavior",
            Act::SetHook { .. } => "setHook",
            Act::FailAvailabilityZone { .. } => "failAvailabilityZone",
            Act::LimitCapacity { .. } => "limitCapacity",
            Act::SetDependency { .. } => "setDependency",
            Act::SetTraffic { .. } => "setTraffic",
            Act::SetAlarm { .. } => "setAlarm",
            Act::SetListenerWeights { .. } => "setListenerWeights",
            Act::SetDesiredCount { .. } => "setDesiredCount",
            Act::UpdateTaskProtection { .. } => "updateTaskProtection",
            Act::DenyListenerChanges { .. } => "denyListenerChanges",
            Act::DenyHookInvocation { .. } => "denyHookInvocation",
            Act::UpdateService { .. } => "updateService",
        }
    }

    /// Whether a person decides it about a deployment, so that what the deployment does next tells of it.
    pub const fn is_decision(&self) -> bool {
        matches!(
            self,
            Act::Deploy { .. }
                | Act::UpdateService { .. }
                | Act::StopServiceDeployment { .. }
                | Act::ContinueServiceDeployment { .. }
                | Act::Approve { .. }
                | Act::Reject { .. }
        )
    }

    /// Whether it is something that befalls AWS, of which AWS itself says nothing.
    pub const fn is_fault(&self) -> bool {
        matches!(
            self,
            Act::FailAvailabilityZone { .. }
                | Act::LimitCapacity { .. }
                | Act::SetAlarm { .. }
                | Act::SetListenerWeights { .. }
                | Act::DenyListenerChanges { .. }
                | Act::DenyHookInvocation { .. }
        )
    }

    /// The service it is aimed at, where it is aimed at one.
    pub const fn service(&self) -> Option<usize> {
        match *self {
            Act::Deploy { service, .. }
            | Act::StopServiceDeployment { service }
            | Act::ContinueServiceDeployment { service, .. }
            | Act::UpdateTaskProtection { service, .. }
            | Act::Approve { service }
            | Act::Reject { service }
            | Act::StopTask { service, .. }
            | Act::SetBehavior { service, .. }
            | Act::SetListenerWeights { service, .. }
            | Act::SetDesiredCount { service, .. }
            | Act::DenyListenerChanges { service, .. }
            | Act::UpdateService { service, .. } => Some(service),
            _ => None,
        }
    }
}

/// An act and its moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervention {
    /// When.
    pub when: When,
    /// What.
    pub act: Act,
}
