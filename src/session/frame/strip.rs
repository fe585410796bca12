//! The stage strip: what the deployment does, item by item.
//!
//! Before anything goes wrong the strip lists the stages that are planned, whatever the run will bring; once a
//! rollback is decided it lists those that were entered and, behind them, the way back. Stages that pass in no time and call no
//! hook are left out, except those that move traffic.

use crate::engine::{ApprovalState, DeploymentRun, HookRecord, Run, StageRecord};
use crate::model::*;

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    /// Passed.
    Done,
    /// The present one.
    Now,
    /// Not reached.
    Ahead,
}

/// What an item stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A lifecycle stage.
    Stage(LifecycleStage),
    /// The replacing of tasks under ROLLING, for which ECS has no name.
    ReplaceTasks,
    /// The end of a rolling deployment.
    End,
}

/// One item of the strip.
#[derive(Clone, Debug, PartialEq)]
pub struct StripItem {
    /// What happens, as in `Start 6 new tasks`.
    pub title: String,
    /// The API's name of the stage, or a remark where ECS has no name.
    pub api_name: String,
    /// What it stands for.
    pub kind: ItemKind,
    /// Where it stands.
    pub state: StageState,
    /// When it is entered first, if the run enters it.
    pub start: Option<SimTime>,
    /// When it is left last, if the run leaves it.
    pub end: Option<SimTime>,
    /// How much of it is over, from 0 to 1; 0 where no end is known.
    pub progress: f64,
    /// Whether it is on the way back.
    pub rolling_back: bool,
    /// Whether it belongs to the bracket around the two stages that LINEAR and CANARY repeat.
    pub bracketed: bool,
    /// One for each step of production traffic; only on PRODUCTION_TRAFFIC_SHIFT under LINEAR and CANARY.
    pub pips: Vec<Pip>,
    /// One for each pass of the rolling controller; only on the replacing of tasks.
    pub notches: Vec<Notch>,
}

/// A step of production traffic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pip {
    /// The target's share after it.
    pub share: Permille,
    /// When the run makes it.
    pub made: Option<SimTime>,
    /// When its bake is over; `None` for the last step, which has none.
    pub until: Option<SimTime>,
    /// How much of its bake is over, from 0 to 1; of the last step, 1 once it is made.
    pub fill: f64,
}

/// A pass of the rolling controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notch {
    /// When.
    pub at: SimTime,
    /// Tasks it stopped.
    pub stop: u32,
    /// Tasks it started.
    pub start: u32,
    /// Whether it has been made by now.
    pub done: bool,
}

/// The strip of a deployment at `at`. `source` and `target` are the revisions' names.
pub(super) fn strip(run: &Run, deployment: usize, source: &str, target: &str, at: SimTime) -> Vec<StripItem> {
    let record = &run.deployments[deployment];
    let service = &run.services[record.service];
    let begun = super::index::started(record);
    let Some(configuration) = service.configuration.at(begun) else { return Vec::new() };
    let drawing = Drawing {
        run,
        deployment,
        record,
        hooks: &configuration.hooks,
        test_rule: configuration.routing.test_rule,
        desired: configuration.desired_count,
        source,
        target,
        at,
    };
    drawing.items()
}

/// When each entry of a stage that the strip shows begins, with the passes of a rolling deployment and its terminal
/// status: where Next stage goes.
pub fn stops(run: &Run, service: usize) -> Vec<SimTime> {
    let mut stops = Vec::new();
    for deployment in run.deployments.iter().filter(|deployment| deployment.service == service) {
        let begun = super::index::started(deployment);
        let hooks = run.services[service].configuration.at(begun).map_or(&[][..], |it| &it.hooks);
        stops.push(begun);
        stops.extend(deployment.stages.iter().filter(|stay| is_shown(stay, hooks)).map(|stay| stay.start));
        let over = super::index::ended(deployment);
        if !deployment.configuration.strategy.name().shifts() {
            let own = |at: &SimTime| *at >= begun && over.is_none_or(|over| *at <= over);
            stops.extend(run.services[service].decisions.iter().map(|pass| pass.at).filter(own));
        }
        stops.extend(over);
    }
    stops.sort_unstable();
    stops.dedup();
    stops
}

/// Whether a stay in a stage is worth an item: it lasts, calls hooks, or moves traffic.
fn is_shown(stay: &StageRecord, hooks: &[LifecycleHook]) -> bool {
    let Some(stage) = stay.stage else { return true };
    stay.end.is_none_or(|end| end > stay.start)
        || has_hooks(hooks, stage)
        || matches!(stage, LifecycleStage::TestTrafficShift | LifecycleStage::ProductionTrafficShift)
}

fn has_hooks(hooks: &[LifecycleHook], stage: LifecycleStage) -> bool {
    hooks.iter().any(|hook| hook.stages.contains(&stage))
}

struct Drawing<'a> {
    run: &'a Run,
    deployment: usize,
    record: &'a DeploymentRun,
    hooks: &'a [LifecycleHook],
    test_rule: bool,
    desired: u32,
    source: &'a str,
    target: &'a str,
    at: SimTime,
}

impl Drawing<'_> {
    fn items(&self) -> Vec<StripItem> {
        let rollback = self.record.rollback.as_ref().filter(|rollback| rollback.at <= self.at);
        let shifts = self.record.configuration.strategy.name().shifts();
        let mut items: Vec<StripItem> = self
            .planned()
            .into_iter()
            .filter(|&stage| rollback.is_none() || self.stays(stage, false).next().is_some())
            .map(|stage| self.item(stage, false))
            .collect();
        if rollback.is_some_and(|rollback| rollback.goes_back) {
            let mut back: Vec<Option<LifecycleStage>> = Vec::new();
            for stay in self.record.stages.iter().filter(|stay| stay.rolling_back) {
                if is_shown(stay, self.hooks) && !back.contains(&stay.stage) {
                    back.push(stay.stage);
                }
            }
            items.extend(back.into_iter().map(|stage| self.item(stage, true)));
        }
        // A rollback before the first stage leaves nothing else to show.
        if !shifts || items.is_empty() {
            items.push(self.end(rollback.is_some_and(|rollback| rollback.goes_back)));
        }
        items
    }

    /// The stages that are planned and worth an item, in order.
    fn planned(&self) -> Vec<Option<LifecycleStage>> {
        let configuration = &self.record.configuration;
        let entered = |stage: LifecycleStage| {
            self.stays(Some(stage), false).any(|stay| stay.end.is_none_or(|end| end > stay.start))
        };
        let hooked = |stage: LifecycleStage| has_hooks(self.hooks, stage);
        if !configuration.strategy.name().shifts() {
            let mut planned = Vec::new();
            planned.extend(hooked(LifecycleStage::PreScaleUp).then_some(Some(LifecycleStage::PreScaleUp)));
            planned.push(None);
            planned.extend((!configuration.bake().is_zero()).then_some(Some(LifecycleStage::BakeTime)));
            return planned;
        }
        LifecycleStage::ALL
            .iter()
            .copied()
            .filter(|&stage| match stage {
                LifecycleStage::ReconcileService => entered(stage),
                LifecycleStage::ScaleUp
                | LifecycleStage::ProductionTrafficShift
                | LifecycleStage::CleanUp => true,
                LifecycleStage::TestTrafficShift => self.test_rule || hooked(stage) || entered(stage),
                LifecycleStage::BakeTime => !configuration.bake().is_zero(),
                _ => hooked(stage) || entered(stage),
            })
            .map(Some)
            .collect()
    }

    fn stays(
        &self,
        stage: Option<LifecycleStage>,
        rolling_back: bool,
    ) -> impl Iterator<Item = &StageRecord> + use<'_> {
        self.record.stages.iter().filter(move |stay| stay.stage == stage && stay.rolling_back == rolling_back)
    }

    fn item(&self, stage: Option<LifecycleStage>, rolling_back: bool) -> StripItem {
        let over = super::index::ended(self.record).is_some_and(|over| over <= self.at);
        let reached = self.record.stages.partition_point(|stay| stay.start <= self.at);
        let present = reached.checked_sub(1).map(|last| &self.record.stages[last]).filter(|_| !over);
        let now = present.filter(|stay| stay.stage == stage && stay.rolling_back == rolling_back);
        let state = match now {
            Some(_) => StageState::Now,
            None if self.stays(stage, rolling_back).any(|stay| stay.start <= self.at) => StageState::Done,
            None => StageState::Ahead,
        };
        let repeats =
            matches!(self.record.configuration.strategy, Strategy::Canary { .. } | Strategy::Linear { .. });
        let bracketed = repeats
            && !rolling_back
            && matches!(
                stage,
                Some(LifecycleStage::PreProductionTrafficShift | LifecycleStage::ProductionTrafficShift)
            );
        let pips = if bracketed && stage == Some(LifecycleStage::ProductionTrafficShift) {
            self.pips()
        } else {
            Vec::new()
        };
        StripItem {
            title: self.title(stage, rolling_back, state),
            api_name: stage.map_or_else(
                || "our name: ECS publishes no stage here".to_owned(),
                |stage| stage.api_name().to_owned(),
            ),
            kind: stage.map_or(ItemKind::ReplaceTasks, ItemKind::Stage),
            state,
            start: self.stays(stage, rolling_back).next().map(|stay| stay.start),
            end: self.stays(stage, rolling_back).last().and_then(|stay| stay.end),
            progress: match state {
                StageState::Done => 1.0,
                StageState::Ahead => 0.0,
                StageState::Now => now.map_or(0.0, |stay| self.progress(stay)),
            },
            rolling_back,
            bracketed,
            pips,
            notches: if stage.is_none() { self.notches(rolling_back) } else { Vec::new() },
        }
    }

    /// How much of a stay is over: by its timer while that runs, else by its length.
    fn progress(&self, stay: &StageRecord) -> f64 {
        match (stay.timer, stay.end) {
            (Some((from, until)), _) if from <= self.at => part(self.at, from, until),
            (_, Some(end)) => part(self.at, stay.start, end),
            _ => 0.0,
        }
    }

    fn pips(&self) -> Vec<Pip> {
        let steps = self.record.configuration.strategy.traffic_steps();
        let last = steps.len() - 1;
        steps
            .iter()
            .enumerate()
            .map(|(number, step)| {
                let stay = self
                    .stays(Some(LifecycleStage::ProductionTrafficShift), false)
                    .find(|stay| stay.step == number);
                let made = stay.map(|stay| stay.start);
                let timer = stay.and_then(|stay| stay.timer).filter(|_| number < last);
                let reached = made.is_some_and(|made| made <= self.at);
                // A bake that was broken off stays as full as it was.
                let seen = stay.and_then(|stay| stay.end).map_or(self.at, |end| self.at.min(end));
                let fill = match timer {
                    _ if !reached => 0.0,
                    Some((from, until)) => part(seen, from, until),
                    None if number == last => 1.0,
                    None => 0.0,
                };
                Pip { share: step.share, made, until: timer.map(|(_, until)| until), fill }
            })
            .collect()
    }

    fn notches(&self, rolling_back: bool) -> Vec<Notch> {
        let mine = |at: SimTime| {
            self.stays(None, rolling_back)
                .any(|stay| stay.start <= at && stay.end.is_none_or(|end| at <= end))
        };
        self.run.services[self.record.service]
            .decisions
            .iter()
            .filter(|pass| mine(pass.at))
            .map(|pass| Notch { at: pass.at, stop: pass.stop, start: pass.start, done: pass.at <= self.at })
            .collect()
    }

    fn end(&self, going_back: bool) -> StripItem {
        let over = super::index::ended(self.record);
        let status = over.filter(|&over| over <= self.at).and_then(|over| self.record.status.at(over));
        let wanted = if going_back {
            ServiceDeploymentStatus::RollbackSuccessful
        } else {
            ServiceDeploymentStatus::Successful
        };
        StripItem {
            title: end_title(status.copied().unwrap_or(wanted), self.source),
            api_name: status.copied().unwrap_or(wanted).api_name().to_owned(),
            kind: ItemKind::End,
            state: if status.is_some() { StageState::Now } else { StageState::Ahead },
            start: over,
            end: None,
            progress: if status.is_some() { 1.0 } else { 0.0 },
            rolling_back: going_back,
            bracketed: false,
            pips: Vec::new(),
            notches: Vec::new(),
        }
    }

    fn title(&self, stage: Option<LifecycleStage>, rolling_back: bool, state: StageState) -> String {
        let (source, target, first) = (self.source, self.target, self.record.is_first());
        let Some(stage) = stage else {
            return match rolling_back {
                true => format!("Put {source} back"),
                false if first => self.start(),
                false => "Replace tasks".to_owned(),
            };
        };
        match (stage, rolling_back) {
            (LifecycleStage::ReconcileService, _) => "Traffic onto one revision".to_owned(),
            (LifecycleStage::ScaleUp, _) => self.start(),
            (LifecycleStage::TestTrafficShift, false) => format!("Testers see {target}"),
            (LifecycleStage::TestTrafficShift, true) => format!("Testers back to {source}"),
            (LifecycleStage::ProductionTrafficShift, true) => format!("Users back to {source}"),
            (LifecycleStage::ProductionTrafficShift, false) if first => format!("Users see {target}"),
            (LifecycleStage::ProductionTrafficShift, false) => match self.record.configuration.strategy {
                Strategy::Canary { percent, .. } if percent < Permille::FULL => {
                    format!("Users move: {percent}, then all")
                }
                Strategy::Linear { percent, .. } if percent < Permille::FULL => {
                    format!("Users move: {percent} at a time")
                }
                _ => "Users move".to_owned(),
            },
            (LifecycleStage::BakeTime, _) if !first && self.record.configuration.strategy.name().shifts() => {
                format!("Watch; {source} kept")
            }
            (LifecycleStage::BakeTime, _) => "Watch".to_owned(),
            (LifecycleStage::CleanUp, false) if first => "Nothing to remove".to_owned(),
            (LifecycleStage::CleanUp, false) => format!("Remove {source}"),
            (LifecycleStage::CleanUp, true) => format!("Remove {target}"),
            _ => self.checks(stage, state),
        }
    }

    fn start(&self) -> String {
        match self.desired {
            1 => "Start 1 new task".to_owned(),
            desired => format!("Start {} new tasks", Count::from(desired)),
        }
    }

    /// The title of a stage that only calls hooks: what they check, and what came of it.
    fn checks(&self, stage: LifecycleStage, state: StageState) -> String {
        let asked = |at: SimTime| {
            self.run.approvals.iter().any(|approval| {
                approval.deployment == self.deployment
                    && approval.state.at(at) == Some(&ApprovalState::Pending)
            })
        };
        let calls: Vec<&HookRecord> =
            self.record.hooks.iter().filter(|call| call.stage == stage && call.at <= self.at).collect();
        let failed = |call: &&HookRecord| matches!(call.status, HookStatus::Failed | HookStatus::TimedOut);
        match (stage, state) {
            (_, StageState::Done) if calls.iter().any(failed) => "Check failed".to_owned(),
            (_, StageState::Done) if !calls.is_empty() => "Checks passed".to_owned(),
            (_, StageState::Now) if asked(self.at) => "Waits for approval".to_owned(),
            (LifecycleStage::PreScaleUp, _) => "Checks before the start".to_owned(),
            (LifecycleStage::PostScaleUp, _) => "Checks of the new tasks".to_owned(),
            (LifecycleStage::PreProductionTrafficShift, _) => "Checks before users".to_owned(),
            (LifecycleStage::PostProductionTrafficShift, _) => "Last checks".to_owned(),
            _ => "Checks".to_owned(),
        }
    }
}

/// What a deployment has come to.
pub fn end_title(status: ServiceDeploymentStatus, source: &str) -> String {
    match status {
        ServiceDeploymentStatus::RollbackSuccessful => format!("Back on {source}"),
        ServiceDeploymentStatus::RollbackFailed => "The rollback failed".to_owned(),
        ServiceDeploymentStatus::Stopped => "Stopped".to_owned(),
        _ => "Done".to_owned(),
    }
}

/// How much of the time from `from` to `until` is over at `at`, from 0 to 1.
fn part(at: SimTime, from: SimTime, until: SimTime) -> f64 {
    match until.since(from).0 {
        0 => 1.0,
        whole => (at.since(from).0 as f64 / whole as f64).min(1.0),
    }
}
