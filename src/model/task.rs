//! The states of a task and of the target it registers.

use super::lifecycle::api_words;
use std::fmt;

api_words! {
    /// `Task.lastStatus` ("Amazon ECS task lifecycle").
    TaskStatus {
        /// Network interface and placement.
        Provisioning = "PROVISIONING",
        /// Waiting for the agent or for capacity.
        Pending = "PENDING",
        /// Pulling the image, creating and starting the container.
        Activating = "ACTIVATING",
        /// The container runs.
        Running = "RUNNING",
        /// The target is deregistered and drains.
        Deactivating = "DEACTIVATING",
        /// The stop signal is sent.
        Stopping = "STOPPING",
        /// The network interface is released.
        Deprovisioning = "DEPROVISIONING",
        /// Gone.
        Stopped = "STOPPED",
    }
}

api_words! {
    /// `Task.stopCode`.
    StopCode {
        /// It never reached RUNNING.
        TaskFailedToStart = "TaskFailedToStart",
        /// Its essential container exited.
        EssentialContainerExited = "EssentialContainerExited",
        /// A person called StopTask.
        UserInitiated = "UserInitiated",
        /// The service scheduler stopped it.
        ServiceSchedulerInitiated = "ServiceSchedulerInitiated",
        /// What it ran on was lost.
        InfrastructureHealth = "InfrastructureHealth",
    }
}

/// The health of a task's target in its target group, with the API's reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetHealth {
    /// `unused`, Target.NotRegistered.
    NotRegistered,
    /// `unused`, Target.NotInUse: no rule refers to the group.
    NotInUse,
    /// `initial`, Elb.RegistrationInProgress.
    Registering,
    /// `initial`, Elb.InitialHealthChecking.
    Initial,
    /// `healthy`.
    Healthy,
    /// `unhealthy`, Target.FailedHealthChecks.
    Unhealthy,
    /// `draining`, Target.DeregistrationInProgress.
    Draining,
}

impl TargetHealth {
    /// The API's state word.
    pub const fn api_name(self) -> &'static str {
        match self {
            TargetHealth::NotRegistered | TargetHealth::NotInUse => "unused",
            TargetHealth::Registering | TargetHealth::Initial => "initial",
            TargetHealth::Healthy => "healthy",
            TargetHealth::Unhealthy => "unhealthy",
            TargetHealth::Draining => "draining",
        }
    }

    /// The API's reason; empty for a healthy target.
    pub const fn reason(self) -> &'static str {
        match self {
            TargetHealth::NotRegistered => "Target.NotRegistered",
            TargetHealth::NotInUse => "Target.NotInUse",
            TargetHealth::Registering => "Elb.RegistrationInProgress",
            TargetHealth::Initial => "Elb.InitialHealthChecking",
            TargetHealth::Healthy => "",
            TargetHealth::Unhealthy => "Target.FailedHealthChecks",
            TargetHealth::Draining => "Target.DeregistrationInProgress",
        }
    }
}

impl fmt::Display for TargetHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.api_name())
    }
}
