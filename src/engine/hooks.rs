//! The port through which the engine calls lifecycle hooks. The scripts' language lives behind it.

use super::metrics::{HookMetric, Measured};
use crate::model::{HookStatus, SimTime, Span};
use serde_json::Value;

/// Calls hook functions. `crate::script` implements it; tests may use their own.
pub trait HookRunner {
    /// Calls the function behind `hook` once, synchronously, with the documented Lambda event.
    ///
    /// Must be deterministic: the answer depends on nothing but the arguments and what `host` answers.
    fn invoke(&mut self, hook: &str, event: &Value, host: &mut dyn HookHost) -> Invocation;

    /// Puts another source behind `hook` from now on. A source that does not compile fails when it is called.
    fn replace(&mut self, hook: &str, source: &str);
}

/// What a Lambda could look up or do, given by the simulated AWS for the length of one call.
pub trait HookHost {
    /// The stored approval of this deployment: `none`, `pending`, `approved` or `rejected`.
    fn approval(&self) -> &'static str;
    /// Stores `pending` and notifies the reviewer; does nothing where one is stored already.
    fn request_approval(&mut self, text: &str);
    /// Sends a notification.
    fn notify(&mut self, text: &str);
    /// A measure of the last so many seconds.
    fn metric(&self, metric: HookMetric, seconds: u64) -> Measured;
    /// `OK` or `ALARM`; `None` if there is no such alarm.
    fn alarm(&self, name: &str) -> Option<&'static str>;
    /// Sends one request to the test listener (the production listener where there is none); whether it was answered.
    fn probe(&mut self) -> bool;
    /// The instant of the call.
    fn now(&self) -> SimTime;
}

/// What one call came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// The answer, or why there is none.
    pub answer: Result<HookAnswer, String>,
    /// The answer as the script gave it, for people.
    pub text: String,
    /// Simulated duration: one millisecond for each operation.
    pub duration: Span,
    /// What it printed.
    pub printed: Vec<String>,
}

/// A valid answer (DG "Lambda hooks for Amazon ECS service deployments").
#[derive(Clone, Debug, PartialEq)]
pub struct HookAnswer {
    /// SUCCEEDED, FAILED or IN_PROGRESS.
    pub status: HookStatus,
    /// `callBackDelay`: 30 s where none is given. 1 to 3,600 s (h22).
    pub call_back_delay: Span,
    /// `hookDetails` for the next call of the same hook in the same deployment; an object or null.
    pub details: Value,
}
