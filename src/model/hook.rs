//! Lifecycle hooks as a service declares them.

use super::lifecycle::{LifecycleStage, api_words};
use super::time::Span;
use std::fmt;

/// `hook.targetType`, with what only that kind has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookTarget {
    /// `AWS_LAMBDA`: the script of this name, the last part of `hookTargetArn`.
    Lambda {
        /// The key in the recording's `hooks`.
        function: String,
    },
    /// `PAUSE`: waits for ContinueServiceDeployment.
    Pause,
}

api_words! {
    /// What happens when a hook's time is over, or what ContinueServiceDeployment asks for.
    HookAction {
        /// Fail the deployment and go back.
        Rollback = "ROLLBACK",
        /// Go on as if the hook had succeeded.
        Continue = "CONTINUE",
    }
}

api_words! {
    /// `DeploymentLifecycleHookDetail.status`.
    HookStatus {
        /// A PAUSE hook waits for a person.
        AwaitingAction = "AWAITING_ACTION",
        /// A Lambda hook asked to be called again.
        InProgress = "IN_PROGRESS",
        /// Passed.
        Succeeded = "SUCCEEDED",
        /// Failed, or gave no valid answer.
        Failed = "FAILED",
        /// Its time was over.
        TimedOut = "TIMED_OUT",
    }
}

/// One entry of `lifecycleHooks`.
#[derive(Clone, Debug, PartialEq)]
pub struct LifecycleHook {
    /// What is called.
    pub target: HookTarget,
    /// The stages it is attached to.
    pub stages: Vec<LifecycleStage>,
    /// `hookDetails`: free JSON, merged into each call's event.
    pub details: serde_json::Value,
    /// `timeoutConfiguration.timeoutInMinutes`: [`MOST_LAMBDA_MINUTES`](super::MOST_LAMBDA_MINUTES) where none is given.
    pub timeout: Span,
    /// `timeoutConfiguration.action`: what its end without an answer does; ROLLBACK where none is given.
    pub timeout_action: HookAction,
}

impl LifecycleHook {
    /// What the hook is called on screen and in a trace before a PAUSE hook has its id.
    pub fn name(&self) -> &str {
        match &self.target {
            HookTarget::Lambda { function } => function,
            HookTarget::Pause => "PAUSE",
        }
    }
}
