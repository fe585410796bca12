//! The timeline's lanes as data, thinned to what a chart can show.
//!
//! A timeline belongs to a whole run; a ghost is the timeline of another one.

pub mod folds;
mod lanes;
mod thin;

pub use folds::{Axis, Fold};

use super::beats::beats;
use super::frame::FrameIndex;
use crate::engine::{Event, Fact, Run};
use crate::model::*;

/// A curve's points: an instant and a value.
pub type Points = Vec<(SimTime, f64)>;

/// The lanes of one service through a run. Every curve has at most [`MOST_POINTS`] points.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Where the run ends.
    pub end: SimTime,
    /// Who gets the traffic.
    pub share: ShareLane,
    /// How many tasks there are.
    pub tasks: TasksLane,
    /// How many requests fail.
    pub errors: ErrorsLane,
    /// How long an answer takes.
    pub latency: LatencyLane,
    /// The events worth showing.
    pub marks: Vec<EventMark>,
    /// The stages of all deployments, in order.
    pub stages: Vec<StageSpan>,
    /// The waits with nothing new that are shown narrow, in order.
    pub folds: Vec<Fold>,
}

/// No curve has more points than this.
pub const MOST_POINTS: usize = 600;

/// Traffic by revision: the target's part of the whole, in percent.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareLane {
    /// The weight that is set; empty where there are no weights to set. A step function.
    pub set: Points,
    /// The share the target really gets.
    pub measured: Points,
}

/// Tasks. All four are step functions.
#[derive(Clone, Debug, PartialEq)]
pub struct TasksLane {
    /// From PROVISIONING to DEPROVISIONING.
    pub total: Points,
    /// Those that count as healthy.
    pub healthy: Points,
    /// Of them, those of the target.
    pub healthy_target: Points,
    /// The floor: ceil(desiredCount × minimumHealthyPercent) under ROLLING, else desiredCount.
    pub lower_bound: Points,
    /// The ceiling: floor(desiredCount × maximumPercent) under ROLLING, else a second full fleet.
    pub upper_bound: Points,
    /// The largest value of any of them.
    pub highest: f64,
}

/// Failed requests, in percent of those that ended in a period.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorsLane {
    /// All production requests.
    pub percent: Points,
    /// Those of the target revision: a curve for each deployment, since nothing is measured between two.
    pub target_percent: Vec<Points>,
    /// What the alarm on errors has measured: at the end of each of its periods, in percent.
    pub judged: Points,
    /// The alarm on errors that the service watches, its threshold in percent.
    pub threshold: Option<Threshold>,
    /// When any watched alarm is in ALARM.
    pub red: Vec<(SimTime, SimTime)>,
    /// The largest value, threshold included.
    pub highest: f64,
}

/// Mean latency, in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencyLane {
    /// Of the source revision's requests.
    pub source: Points,
    /// Of the target revision's requests.
    pub target: Points,
    /// The alarm on latency that the service watches, its threshold in milliseconds.
    pub threshold: Option<Threshold>,
    /// The largest value, threshold included.
    pub highest: f64,
}

/// An alarm's threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The alarm's name.
    pub alarm: String,
    /// In the unit of its lane.
    pub value: f64,
    /// Whose requests it measures.
    pub scope: AlarmScope,
}

/// What kind of event a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A person, or a fault, intervened.
    Intervention,
    /// A deployment began or changed its status.
    Status,
    /// The weights of a rule changed, or a rolling pass stopped or started tasks.
    Shift,
    /// A hook answered, or a person was asked.
    Hook,
    /// An alarm breached or changed its state.
    Alarm,
    /// Something failed.
    Failure,
}

/// An event worth showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventMark {
    /// When.
    pub at: SimTime,
    /// Which kind.
    pub kind: MarkKind,
    /// Its place in the run's events.
    pub event: usize,
}

/// A stay in a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageSpan {
    /// The deployment's place in the run.
    pub deployment: usize,
    /// The API's name; for the replacing of tasks under ROLLING, `Replace tasks`.
    pub api_name: &'static str,
    /// Which traffic step, from 0.
    pub step: usize,
    /// Whether it is on the way back.
    pub rolling_back: bool,
    /// When it was entered.
    pub start: SimTime,
    /// When it was left, or the end of the run.
    pub end: SimTime,
}

/// The lanes of a service through a run. `index` must have been made of the same scenario and run.
pub fn timeline(scenario: &Scenario, run: &Run, index: &FrameIndex) -> Timeline {
    let beats = beats(run, index.service());
    let samples = lanes::sample(run, index, &beats);
    Timeline {
        end: run.end,
        share: lanes::share_lane(run, index, &samples),
        tasks: lanes::tasks_lane(&run.services[index.service()], run.end),
        errors: lanes::errors_lane(scenario, run, index),
        latency: lanes::latency_lane(scenario, run, index, &samples),
        marks: marks(run, index.service()),
        stages: stages(run, index.service()),
        folds: folds::folds(run, index.service(), &beats),
    }
}

/// The events worth showing; of a crowd of one kind in one place, the first.
fn marks(run: &Run, service: usize) -> Vec<EventMark> {
    let near = run.end.0 / (MOST_POINTS as u64 / 2) + 1;
    let mut marks: Vec<EventMark> = Vec::new();
    for (event, it) in run.events.iter().enumerate() {
        let Some(kind) = mark_kind(it).filter(|_| it.service.is_none_or(|of| of == service)) else {
            continue;
        };
        let crowded = marks.iter().rev().take_while(|mark| it.at.since(mark.at).0 < near);
        if crowded.into_iter().all(|mark| mark.kind != kind) {
            marks.push(EventMark { at: it.at, kind, event });
        }
    }
    marks
}

fn mark_kind(event: &Event) -> Option<MarkKind> {
    match event.fact {
        Fact::Intervened { .. }
        | Fact::Refused { .. }
        | Fact::FaultEnded { .. }
        | Fact::PipelineEnded { .. }
        | Fact::DesiredCountChanged { .. } => Some(MarkKind::Intervention),
        Fact::DeploymentStarted { .. } | Fact::StatusChanged { .. } => Some(MarkKind::Status),
        Fact::RuleChanged { .. } | Fact::PassDecided { .. } => Some(MarkKind::Shift),
        Fact::HookAnswered { .. } | Fact::ApprovalRequested { .. } | Fact::ApprovalAnswered { .. } => {
            Some(MarkKind::Hook)
        }
        Fact::AlarmBreached { .. } | Fact::AlarmChanged { .. } => Some(MarkKind::Alarm),
        _ => event.fact.is_failure().then_some(MarkKind::Failure),
    }
}

fn stages(run: &Run, service: usize) -> Vec<StageSpan> {
    let mine = |(_, it): &(usize, &crate::engine::DeploymentRun)| it.service == service;
    let deployments = run.deployments.iter().enumerate().filter(mine);
    deployments
        .flat_map(|(deployment, it)| {
            it.stages.iter().map(move |stay| StageSpan {
                deployment,
                api_name: stay.stage.map_or("Replace tasks", LifecycleStage::api_name),
                step: stay.step,
                rolling_back: stay.rolling_back,
                start: stay.start,
                end: stay.end.unwrap_or(run.end),
            })
        })
        .collect()
}
