//! Facts, in the past tense, each with the rule that made it so and the numbers the rule was given.

use super::run::{Detector, GroupSlot, RevisionId, TaskId};
use super::waiting::RollingBounds;
use crate::model::*;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When.
    pub at: SimTime,
    /// In which service, where it happened in one.
    pub service: Option<usize>,
    /// What.
    pub fact: Fact,
    /// By which rule, with its numbers.
    pub why: Why,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// An intervention was made.
    Intervened {
        /// Its place in the scenario.
        intervention: usize,
        /// What it is, in a few words.
        what: String,
    },
    /// AWS refused an intervention.
    Refused {
        /// Its place in the scenario.
        intervention: usize,
        /// What it is, in a few words.
        what: String,
    },
    /// A fault that had a length is over.
    FaultEnded {
        /// What it was.
        what: String,
    },
    /// The pipeline before a deployment has ended, well or not.
    PipelineEnded {
        /// Its place in the run.
        pipeline: usize,
    },
    /// A service deployment began.
    DeploymentStarted {
        /// Its place in the run.
        deployment: usize,
        /// How.
        strategy: StrategyName,
        /// From.
        source: RevisionId,
        /// To.
        target: RevisionId,
    },
    /// A service deployment changed its status.
    StatusChanged {
        /// Its place in the run.
        deployment: usize,
        /// The new status.
        status: ServiceDeploymentStatus,
    },
    /// A lifecycle stage was entered.
    StageEntered {
        /// Its place in the run.
        deployment: usize,
        /// The stage; `None` is the replacing of tasks under ROLLING.
        stage: Option<LifecycleStage>,
        /// Which traffic step, from 0.
        step: usize,
        /// Whether on the way back.
        rolling_back: bool,
    },
    /// A rolling pass decided.
    PassDecided {
        /// Tasks it stops.
        stop: u32,
        /// Tasks it starts.
        start: u32,
    },
    /// Tasks changed their `lastStatus`.
    TasksChanged {
        /// Of which revision.
        revision: RevisionId,
        /// Which.
        tasks: Vec<TaskId>,
        /// To what.
        status: TaskStatus,
    },
    /// Targets changed their health.
    TargetsChanged {
        /// Of which revision.
        revision: RevisionId,
        /// Which.
        tasks: Vec<TaskId>,
        /// In which group.
        group: GroupSlot,
        /// To what.
        health: TargetHealth,
    },
    /// Tasks began to count towards minimumHealthyPercent.
    TasksCounted {
        /// Of which revision.
        revision: RevisionId,
        /// Which.
        tasks: Vec<TaskId>,
    },
    /// Tasks failed: could not start, exited, or failed their health checks.
    TasksFailed {
        /// Of which revision.
        revision: RevisionId,
        /// Which.
        tasks: Vec<TaskId>,
        /// How.
        code: StopCode,
    },
    /// Essential containers exited, and are being started again in their tasks.
    ContainersRestarted {
        /// Of which revision.
        revision: RevisionId,
        /// Which.
        tasks: Vec<TaskId>,
    },
    /// A rule's weights changed.
    RuleChanged {
        /// Which rule.
        rule: ListenerRule,
        /// The weights before, by target group.
        from: [u16; 2],
        /// The weights now, by target group.
        to: [u16; 2],
    },
    /// A changed rule has reached all users.
    RuleSettled {
        /// Which rule.
        rule: ListenerRule,
    },
    /// A hook was called.
    HookCalled {
        /// In which stage.
        stage: LifecycleStage,
        /// Which.
        hook: String,
        /// Which call, from 1.
        call: u32,
    },
    /// A hook came to something.
    HookAnswered {
        /// In which stage.
        stage: LifecycleStage,
        /// Which.
        hook: String,
        /// What.
        status: HookStatus,
    },
    /// A script printed a line.
    HookPrinted {
        /// Which.
        hook: String,
        /// The line.
        line: String,
    },
    /// A script asked for an approval; `pending` is stored.
    ApprovalRequested {
        /// Which.
        hook: String,
        /// What it asks.
        text: String,
    },
    /// A script sent a notification.
    Notified {
        /// Which.
        hook: String,
        /// What it says.
        text: String,
    },
    /// The reviewer answered; the stored object changed.
    ApprovalAnswered {
        /// Whether approved.
        approved: bool,
    },
    /// An alarm's period was worse than its threshold.
    AlarmBreached {
        /// Which alarm.
        alarm: usize,
        /// Bad periods in a row.
        in_a_row: u32,
    },
    /// An alarm changed its state.
    AlarmChanged {
        /// Which alarm.
        alarm: usize,
        /// The new state.
        state: AlarmState,
    },
    /// The circuit breaker counted a failed task, or was reset by a healthy one.
    BreakerCounted {
        /// The count now.
        count: u32,
        /// Where it trips.
        threshold: u32,
    },
    /// The circuit breaker tripped.
    BreakerTripped {
        /// The count, frozen.
        count: u32,
    },
    /// The image's tag could not be resolved to a digest.
    DigestNotFound {
        /// Of which revision.
        revision: RevisionId,
    },
    /// A failure was detected.
    FailureDetected {
        /// Its place in the run.
        deployment: usize,
        /// By what.
        detector: Detector,
        /// Whether it rolls back.
        goes_back: bool,
    },
    /// The way back began.
    RollbackStarted {
        /// Its place in the run.
        deployment: usize,
        /// To which revision.
        to: RevisionId,
    },
    /// A listener change was denied.
    ListenerChangeDenied {
        /// Which rule.
        rule: ListenerRule,
    },
    /// Tasks could not be placed.
    PlacementFailed {
        /// Of which revision.
        revision: RevisionId,
        /// How many are missing.
        missing: u32,
    },
    /// A launch was put off after failed ones.
    LaunchDelayed {
        /// Of which revision.
        revision: RevisionId,
        /// Until when.
        until: SimTime,
    },
    /// A wait with a length began: a step bake or the bake time.
    BakeStarted {
        /// Which stage.
        stage: LifecycleStage,
        /// Until when.
        until: SimTime,
    },
    /// The rolling controller can do nothing, now or later.
    Stuck,
    /// Scale-in protection of tasks was set or is over.
    ProtectionChanged {
        /// Of which revision.
        revision: RevisionId,
        /// Which.
        tasks: Vec<TaskId>,
        /// Until when they are protected; `None` where they are no longer.
        until: Option<SimTime>,
    },
    /// A task began to move from the fullest Availability Zone to the emptiest.
    Rebalancing {
        /// Of which revision.
        revision: RevisionId,
    },
    /// `desiredCount` changed.
    DesiredCountChanged {
        /// From.
        from: u32,
        /// To.
        to: u32,
    },
    /// The service reached a steady state.
    SteadyState,
    /// The simulation ends before its time.
    CutShort,
}

impl Fact {
    /// Whether something failed by which a deployment may fail, or the run itself came to nothing.
    pub const fn is_failure(&self) -> bool {
        matches!(
            self,
            Fact::TasksFailed { .. }
                | Fact::ContainersRestarted { .. }
                | Fact::BreakerTripped { .. }
                | Fact::DigestNotFound { .. }
                | Fact::FailureDetected { .. }
                | Fact::ListenerChangeDenied { .. }
                | Fact::PlacementFailed { .. }
                | Fact::CutShort
                | Fact::Stuck
        )
    }
}

/// Two Availability Zones that are more than one task apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneSpread {
    /// The zone with the most tasks, from 0.
    pub fullest: u8,
    /// How many it holds.
    pub most: u32,
    /// The zone with the fewest.
    pub emptiest: u8,
    /// How many it holds.
    pub least: u32,
}

/// The rule behind a fact, with the numbers it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A person asked for it, or the file did.
    Asked,
    /// It takes that long.
    Takes {
        /// What takes it, by the recording's name.
        what: &'static str,
        /// How long.
        span: Span,
    },
    /// A stage of a pipeline failed.
    PipelineFailed {
        /// Which.
        stage: PipelineStage,
        /// How long it took.
        after: Span,
    },
    /// The stages come in this order.
    StageOrder,
    /// The target must be whole before anybody meets it.
    AllHealthy {
        /// Healthy target tasks.
        healthy: u32,
        /// `desiredCount`.
        desired: u32,
    },
    /// All hooks of the stage are done.
    HooksDone {
        /// How many there were.
        hooks: u32,
        /// Those that timed out and whose action is CONTINUE; the others succeeded.
        timed_out: u32,
    },
    /// The rolling controller's bounds.
    Bounds(RollingBounds),
    /// A full second fleet is started, whatever share of traffic it will get.
    FullFleet {
        /// `desiredCount`.
        desired: u32,
    },
    /// Tasks are kept at desiredCount.
    DesiredCount {
        /// Tasks that are wanted and there.
        have: u32,
        /// `desiredCount`.
        desired: u32,
    },
    /// A failed task is replaced within its own revision.
    ReplacesFailed,
    /// The first passing check makes a new target healthy.
    FirstPass,
    /// So many checks in a row passed.
    Recovered {
        /// `HealthyThresholdCount`.
        passes: u32,
    },
    /// So many checks in a row failed.
    FailedChecks {
        /// `UnhealthyThresholdCount` or `retries`.
        failures: u32,
        /// The interval.
        interval: Span,
    },
    /// The container's `restartPolicy`: it had run long enough.
    RestartPolicy {
        /// `restartAttemptPeriod`.
        period: Span,
    },
    /// A task without any check counts 40 seconds after RUNNING.
    NoChecks,
    /// It counts once its target is healthy, its container is HEALTHY, or both where both are checked.
    Checked {
        /// Whether the load balancer checks.
        load_balancer: bool,
        /// Whether the container checks.
        container: bool,
    },
    /// The traffic steps.
    Step {
        /// Which, from 1.
        step: u32,
        /// Of how many.
        of: u32,
        /// The target's share after it.
        share: Permille,
    },
    /// Weights go back in one jump.
    OneJump,
    /// A changed rule reaches users evenly over the propagation.
    Propagation {
        /// How long.
        span: Span,
    },
    /// A script's answer.
    Answer {
        /// What it was, or what was wrong with it.
        text: String,
    },
    /// A hook's time was over.
    HookExpired {
        /// `timeoutInMinutes`.
        after: Span,
        /// What then.
        action: HookAction,
    },
    /// A period of an alarm against its threshold.
    Measured {
        /// The measure, in parts per million or milliseconds.
        measure: Option<u64>,
        /// The threshold.
        metric: AlarmMetric,
        /// Bad periods in a row, and how many raise it.
        in_a_row: (u32, u32),
    },
    /// The circuit breaker's threshold.
    BreakerThreshold {
        /// The count.
        count: u32,
        /// Where it trips.
        threshold: u32,
        /// Whether tasks had reached RUNNING, so that health checks are counted.
        stage_two: bool,
    },
    /// An image's digest is looked for a few times.
    DigestResolution {
        /// How many attempts have failed.
        attempts: u32,
        /// Whether the circuit breaker is on, so that the deployment fails.
        breaker: bool,
    },
    /// A run holds no more.
    Full {
        /// How many.
        most: usize,
        /// Of what, as in `events and tasks`.
        of: &'static str,
    },
    /// A failure's detector and whether it may roll back.
    DetectorSays {
        /// What it says.
        text: String,
    },
    /// An alarm that was red at the start switches all alarm monitoring off.
    AlarmRedAtStart,
    /// Launches that failed before RUNNING are put off longer and longer.
    BackOff {
        /// The gap.
        gap: Span,
    },
    /// Tasks of the source are gone and the target is whole.
    Completed,
    /// A newer deployment takes over.
    Superseded,
    /// Traffic is brought onto one revision before a new one comes.
    Consolidated,
    /// What AWS answered.
    Rejected {
        /// Its message.
        text: String,
    },
    /// A fault that was injected.
    Fault,
    /// Every Availability Zone of the service is lost.
    NoZoneLeft,
    /// There is room for more tasks, or none.
    Capacity {
        /// Tasks there are.
        total: u32,
        /// Tasks that can be placed at all; `None` without a limit.
        capacity: Option<u32>,
    },
    /// The deregistration delay is paid in full, also by an idle target.
    DeregistrationDelay {
        /// How long.
        span: Span,
    },
    /// No listener rule refers to the target group: its targets are not checked and get no requests.
    NotInUse,
    /// Tasks are spread evenly over the Availability Zones.
    ZoneBalance(ZoneSpread),
    /// The way back after a failure.
    RollsBack,
    /// The revision that leaves is removed.
    CleansUp,
}
