//! What a simulation leaves: everything that happened, so that any instant can be asked for.
//!
//! A run is written once by the engine and only read afterwards. Indices (`service`, `deployment`, [`TaskId`],
//! [`RevisionId`]) count from 0 in order of appearance.

use super::event::Event;
use super::track::Track;
use super::traffic::TrafficLog;
use super::waiting::Waiting;
use crate::model::lifecycle::api_words;
use crate::model::*;
use std::fmt;
use std::sync::Arc;

/// A task of one service: its place in [`ServiceRun::tasks`], given out in order of start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u32);

/// A service revision: its place in [`ServiceRun::revisions`]. Each deployment makes a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionId(pub u16);

/// Which of the service's two target groups: 0 is `targetGroupArn`, 1 is `alternateTargetGroupArn`.
pub type GroupSlot = u8;

/// A simulated recording, from second 0 to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Where the run ends.
    pub end: SimTime,
    /// All that happened, in order.
    pub events: Vec<Event>,
    /// By index of the scenario's service.
    pub services: Vec<ServiceRun>,
    /// In order of start, of all services.
    pub deployments: Vec<DeploymentRun>,
    /// By index of the scenario's alarm.
    pub alarms: Vec<AlarmRun>,
    /// The approval store that scripts read and write, by service deployment.
    pub approvals: Vec<Approval>,
    /// What scripts have sent, in order.
    pub notifications: Vec<Notification>,
    /// The pipelines that led into deployments, or failed before, in order of their end.
    pub pipelines: Vec<PipelineRun>,
}

/// One service through the run.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceRun {
    /// The service revisions, the first being the one in service at second 0.
    pub revisions: Vec<ServiceRevision>,
    /// Every task there ever was, by [`TaskId`].
    pub tasks: Vec<TaskRecord>,
    /// The configuration in force.
    pub configuration: Track<Service>,
    /// The production rule.
    pub production: Track<RuleState>,
    /// With group stickiness: when the choices of a group without targets were voided, and the share of group 1 among
    /// those made anew.
    pub unpinned: Track<Ratio>,
    /// The test rule; empty where there is none.
    pub test: Track<RuleState>,
    /// How many tasks there are, of what kind.
    pub counts: Track<TaskCounts>,
    /// The rolling controller's passes with a stop or a start, and nothing else.
    pub decisions: Vec<Decision>,
    /// What the service waits for.
    pub waiting: Track<Waiting>,
    /// Its requests.
    pub traffic: TrafficLog,
}

/// An immutable snapshot that a deployment brings into service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRevision {
    /// Which of the scenario's revisions it runs.
    pub definition: usize,
    /// The target group its tasks register in.
    pub group: GroupSlot,
    /// When it was made.
    pub created: SimTime,
}

/// How a rule stands from an instant on, and how fast the change reaches users.
///
/// Weights are by target group, since revisions come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleState {
    /// What is set: the weight of each target group.
    pub set: [u16; 2],
    /// The share of requests that group 1 really got when this change was made, in parts per million.
    pub from: Ratio,
    /// When users have all followed; the same instant if the change is no change.
    pub settled: SimTime,
    /// When the change was made.
    pub made: SimTime,
}

impl DeploymentRun {
    /// Whether it is the service's first: it replaces nothing, and there is nothing to go back to.
    pub fn is_first(&self) -> bool {
        self.sources.is_empty()
    }
}

impl ServiceRun {
    /// How users reach the service at `at`: an update may have changed its load balancers.
    pub fn routing(&self, at: SimTime) -> &Routing {
        let steps = self.configuration.steps();
        let now = steps.partition_point(|(since, _)| *since <= at).saturating_sub(1);
        &steps[now].1.routing
    }
}

impl RuleState {
    /// The share of group 1 that is set.
    pub fn set_share(&self) -> Ratio {
        Weights { source: self.set[0], target: self.set[1] }.target_share()
    }

    /// The share of requests that group 1 really gets at `at`: it moves evenly over the propagation.
    pub fn actual_share(&self, at: SimTime) -> Ratio {
        let (from, to) = (i64::from(self.from.0), i64::from(self.set_share().0));
        if at >= self.settled {
            return Ratio(to as u32);
        }
        let (done, whole) = (at.since(self.made).0 as i64, self.settled.since(self.made).0 as i64);
        Ratio((from + (to - from) * done / whole) as u32)
    }
}

/// A task from its start to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRecord {
    /// Its service revision.
    pub revision: RevisionId,
    /// Its Availability Zone, from 0.
    pub zone: u8,
    /// `lastStatus` through its life.
    pub status: Track<TaskStatus>,
    /// The health of its target; empty where the service has no target group.
    pub target: Track<TargetHealth>,
    /// Whether it counts towards minimumHealthyPercent.
    pub counted: Track<bool>,
    /// Until when scale-in protection holds it; empty where it never had any.
    pub protected_until: Track<Option<SimTime>>,
    /// Why it was stopped.
    pub stop_code: Option<StopCode>,
    /// When the decision to stop it was made, or when it failed.
    pub stopping_since: Option<SimTime>,
}

/// The tasks of a service by kind, at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// From PROVISIONING to DEPROVISIONING, either revision.
    pub total: u32,
    /// Those that count towards minimumHealthyPercent, either revision, none that is being stopped.
    pub healthy: u32,
    /// Of them, those of the revision that is the target of the present or last deployment.
    pub healthy_target: u32,
    /// Wanted to run and not counted yet.
    pub starting: u32,
    /// Wanted to stop and not STOPPED.
    pub stopping: u32,
}

/// One pass of the rolling controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// When.
    pub at: SimTime,
    /// Tasks of the leaving revision it stopped.
    pub stop: u32,
    /// Tasks of the coming revision it started.
    pub start: u32,
    /// ceil(desiredCount × minimumHealthyPercent).
    pub lower_bound: u32,
    /// floor(desiredCount × maximumPercent).
    pub upper_bound: u32,
}

/// One service deployment, its rollback included.
#[derive(Clone, Debug, PartialEq)]
pub struct DeploymentRun {
    /// Of which service.
    pub service: usize,
    /// The strategy and all its values as they were at the start.
    pub configuration: DeploymentConfiguration,
    /// The service revisions active at its start; the first is where a rollback goes.
    pub sources: Vec<RevisionId>,
    /// The revision it brings.
    pub target: RevisionId,
    /// The API's status through its life.
    pub status: Track<ServiceDeploymentStatus>,
    /// `statusReason` at its end.
    pub status_reason: String,
    /// Whether a newer deployment took it over before its end.
    pub superseded: bool,
    /// The lifecycle stages in order of entry; one entered again is listed again.
    pub stages: Vec<StageRecord>,
    /// Each change of weights the controller made.
    pub shifts: Vec<Shift>,
    /// Every call of a hook and its answer.
    pub hooks: Vec<HookRecord>,
    /// The circuit breaker.
    pub breaker: Track<BreakerState>,
    /// The status of its alarms.
    pub alarms: Track<MonitorStatus>,
    /// The rollback, once it began.
    pub rollback: Option<Rollback>,
    /// Since when nobody can go back any more but by a new deployment: its source is being removed.
    pub no_return: Option<SimTime>,
}

/// A stay in a lifecycle stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageRecord {
    /// The stage; `None` is the replacing of tasks under ROLLING, for which ECS has no name.
    pub stage: Option<LifecycleStage>,
    /// Which traffic step, from 0, for the two stages that repeat.
    pub step: usize,
    /// Whether it was entered on the way back.
    pub rolling_back: bool,
    /// When it was entered.
    pub start: SimTime,
    /// When it was left; `None` if the run ended in it.
    pub end: Option<SimTime>,
    /// When the wait of this stage (bake, step bake) began and will be over, once that is known.
    pub timer: Option<(SimTime, SimTime)>,
}

/// A change of weights made by the controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// When.
    pub at: SimTime,
    /// Which rule.
    pub rule: ListenerRule,
    /// The new weights by the deployment's roles.
    pub weights: Weights,
}

/// A call of a hook, or an answer that came without one.
#[derive(Clone, Debug, PartialEq)]
pub struct HookRecord {
    /// When it was called; for a PAUSE hook, when its status changed.
    pub at: SimTime,
    /// When it answered.
    pub answered: SimTime,
    /// In which stage.
    pub stage: LifecycleStage,
    /// The hook's name; a PAUSE hook's hookId.
    pub hook: String,
    /// What it came to.
    pub status: HookStatus,
    /// The event a Lambda was called with; null for a PAUSE hook. Calls with the same event share it.
    pub request: Arc<serde_json::Value>,
    /// What it answered, as written.
    pub answer: String,
    /// What it printed.
    pub printed: Vec<String>,
    /// When it will be called again, or when its time is over.
    pub next: Option<SimTime>,
}

/// The circuit breaker at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerState {
    /// Its status.
    pub status: MonitorStatus,
    /// Failed tasks that count.
    pub failure_count: u32,
    /// It trips at this many.
    pub threshold: u32,
}

/// What noticed that a deployment is bad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detector {
    /// A CloudWatch alarm, by index.
    Alarm(usize),
    /// The deployment circuit breaker.
    CircuitBreaker,
    /// A lifecycle hook.
    Hook(FailedHook),
    /// A stage took longer than 24 hours.
    StageTimeout,
    /// The listener or its groups are not as they must be.
    Networking,
    /// A person, by StopServiceDeployment.
    Operator,
}

impl Detector {
    /// The word in the summary.
    pub const fn word(&self) -> &'static str {
        match self {
            Detector::Alarm(_) => "alarm",
            Detector::CircuitBreaker => "circuitBreaker",
            Detector::Hook(_) => "hook",
            Detector::StageTimeout => "stageTimeout",
            Detector::Networking => "networking",
            Detector::Operator => "operator",
        }
    }
}

/// A lifecycle hook that failed its deployment. Written as what it did: `lifecycle hook smoke answered FAILED`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedHook {
    /// Its name; a PAUSE hook's hookId.
    pub hook: String,
    /// How it failed.
    pub how: HookFailure,
}

/// How a lifecycle hook failed its deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookFailure {
    /// It answered FAILED.
    AnsweredFailed,
    /// It gave no valid answer.
    NoValidAnswer,
    /// Its time of so long was over, and its action is ROLLBACK.
    TimedOut(Span),
    /// A PAUSE hook was answered with ROLLBACK.
    RolledBack,
}

impl fmt::Display for FailedHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hook = &self.hook;
        match self.how {
            HookFailure::AnsweredFailed => write!(f, "lifecycle hook {hook} answered FAILED"),
            HookFailure::NoValidAnswer => write!(f, "lifecycle hook {hook} gave no valid answer"),
            HookFailure::TimedOut(after) => write!(f, "lifecycle hook {hook} timed out after {after}"),
            HookFailure::RolledBack => write!(f, "PAUSE hook {hook} was answered with ROLLBACK"),
        }
    }
}

/// How a deployment failed and went back, or stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollback {
    /// When it was decided.
    pub at: SimTime,
    /// By what.
    pub detector: Detector,
    /// `rollback.reason`.
    pub reason: String,
    /// Whether it goes back; otherwise the deployment only stops.
    pub goes_back: bool,
    /// When the last production request could reach the target revision.
    pub users_back: Option<SimTime>,
}

/// One alarm through the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmRun {
    /// Its state.
    pub state: Track<AlarmState>,
    /// Every period judged: its end, the measure (parts per million, or ms), and whether it breached.
    pub periods: Vec<AlarmPeriod>,
}

/// A judged period of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlarmPeriod {
    /// Its end.
    pub end: SimTime,
    /// What was measured, in parts per million or in milliseconds; `None` without data.
    pub measure: Option<u64>,
    /// Breaching periods in a row up to and with this one.
    pub breaching_in_a_row: u32,
}

/// An approval that a script has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Of which deployment.
    pub deployment: usize,
    /// The hook that asked.
    pub hook: String,
    /// What it asked.
    pub text: String,
    /// The stored object: `pending`, then `approved` or `rejected`.
    pub state: Track<ApprovalState>,
}

api_words! {
    /// The stored object of an approval.
    ApprovalState {
        /// Nobody has answered.
        Pending = "pending",
        /// The reviewer approved.
        Approved = "approved",
        /// The reviewer rejected.
        Rejected = "rejected",
    }
}

/// A message a script has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// When.
    pub at: SimTime,
    /// Of which deployment.
    pub deployment: usize,
    /// Which hook sent it.
    pub hook: String,
    /// What it says.
    pub text: String,
}

/// A pipeline: what ran before its deployment's moment, which may lie before second 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineRun {
    /// The `deploy` it belongs to, by place in the scenario.
    pub intervention: usize,
    /// The service it deploys.
    pub service: usize,
    /// Which of the scenario's revisions it builds.
    pub definition: usize,
    /// Its end: the deployment's moment, or that of its failure.
    pub ended: SimTime,
    /// The stages that ran.
    pub stages: Vec<PipelineStep>,
    /// The deployment it led into; `None` if it failed before.
    pub deployment: Option<usize>,
}

/// A stage of a pipeline that ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PipelineStep {
    /// Which.
    pub stage: PipelineStage,
    /// So long before the pipeline's end it began.
    pub begins_before: Span,
    /// So long before the pipeline's end it was over.
    pub ends_before: Span,
    /// Whether it failed.
    pub failed: bool,
}
