//! The API's status words: service deployment statuses, lifecycle stages, monitor statuses.

use std::fmt;

/// Gives an enum its API spelling both ways.
macro_rules! api_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// All of them, in the API's order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The API's spelling.
            pub const fn api_name(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            /// The value of that API name.
            pub fn from_api_name(name: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|value| value.api_name() == name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.api_name())
            }
        }
    };
}
pub(crate) use api_words;

api_words! {
    /// `ServiceDeployment.status`. There is no FAILED and no PAUSED.
    ServiceDeploymentStatus {
        /// Accepted, not begun.
        Pending = "PENDING",
        /// All stages done.
        Successful = "SUCCESSFUL",
        /// Ended without a rollback.
        Stopped = "STOPPED",
        /// To be ended without a rollback.
        StopRequested = "STOP_REQUESTED",
        /// Under way.
        InProgress = "IN_PROGRESS",
        /// A person asked for a rollback.
        RollbackRequested = "ROLLBACK_REQUESTED",
        /// Going back.
        RollbackInProgress = "ROLLBACK_IN_PROGRESS",
        /// Back at the source revision.
        RollbackSuccessful = "ROLLBACK_SUCCESSFUL",
        /// Could not go back.
        RollbackFailed = "ROLLBACK_FAILED",
    }
}

impl ServiceDeploymentStatus {
    /// Whether nothing more happens to the deployment (DG "View service history using service deployments").
    pub const fn is_terminal(self) -> bool {
        matches!(
            self,
            ServiceDeploymentStatus::Successful
                | ServiceDeploymentStatus::Stopped
                | ServiceDeploymentStatus::RollbackSuccessful
                | ServiceDeploymentStatus::RollbackFailed
        )
    }
}

api_words! {
    /// A lifecycle stage of a service deployment, in the order they are passed.
    LifecycleStage {
        /// More than one revision was active at the start; traffic is brought onto one.
        ReconcileService = "RECONCILE_SERVICE",
        /// Before the target's tasks start.
        PreScaleUp = "PRE_SCALE_UP",
        /// The target grows to its full size and becomes healthy.
        ScaleUp = "SCALE_UP",
        /// The target is whole; nobody has met it.
        PostScaleUp = "POST_SCALE_UP",
        /// The test listener turns to the target.
        TestTrafficShift = "TEST_TRAFFIC_SHIFT",
        /// Testers see the target.
        PostTestTrafficShift = "POST_TEST_TRAFFIC_SHIFT",
        /// Before each shift of production traffic.
        PreProductionTrafficShift = "PRE_PRODUCTION_TRAFFIC_SHIFT",
        /// A shift of production traffic and its step bake.
        ProductionTrafficShift = "PRODUCTION_TRAFFIC_SHIFT",
        /// All users are on the target.
        PostProductionTrafficShift = "POST_PRODUCTION_TRAFFIC_SHIFT",
        /// Both revisions run; the way back is a change of weights.
        BakeTime = "BAKE_TIME",
        /// The revision that lost is removed.
        CleanUp = "CLEAN_UP",
    }
}

impl LifecycleStage {
    /// Whether a lifecycle hook may be attached here (DG "Lifecycle hooks for Amazon ECS service deployments").
    pub const fn takes_hooks(self) -> bool {
        !matches!(self, LifecycleStage::ScaleUp | LifecycleStage::BakeTime | LifecycleStage::CleanUp)
    }

    /// Whether a PAUSE hook may be attached here: not where the stage runs again in a rollback.
    pub const fn takes_pause_hooks(self) -> bool {
        self.takes_hooks()
            && !matches!(self, LifecycleStage::TestTrafficShift | LifecycleStage::ProductionTrafficShift)
    }
}

api_words! {
    /// The status of the circuit breaker or the alarms of a deployment.
    MonitorStatus {
        /// Not configured, or switched off for this deployment.
        Disabled = "DISABLED",
        /// Watching.
        Monitoring = "MONITORING",
        /// Watched to the end without a failure.
        MonitoringComplete = "MONITORING_COMPLETE",
        /// Has seen a failure.
        Triggered = "TRIGGERED",
    }
}
