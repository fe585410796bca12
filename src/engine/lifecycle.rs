//! The course of a service deployment: its stages one after another, and its end.
//!
//! Inside a stage four waits follow each other, and most stages have only one of them: the hooks, the network load
//! balancer's delay, a timer (step bake, bake time), and work (tasks that must become healthy or be gone). Stage
//! changes, rule changes and requests to stop are made in the same instant.

use super::cohort::Cohort;
use super::deployment::Wait;
use super::event::{Fact, Why};
use super::queue::Command;
use super::rules::NOT_OURS;
use super::run::*;
use super::shift::Place;
use super::world::World;
use crate::model::*;

/// A stage may last so long ("Amazon ECS blue/green service deployments workflow"); PAUSE hooks may extend it.
const STAGE_LIMIT: Span = Span::from_mins(24 * 60);
/// What a Network Load Balancer adds to each traffic shift ("Network Load Balancer resources for blue/green …").
const NETWORK_SHIFT: Span = Span::from_mins(10);

impl World<'_> {
    /// Goes on as far as nothing has to be waited for.
    pub fn advance(&mut self, service: usize) {
        while let Some(deployment) = &self.services[service].deployment {
            if self.somebody_intervenes_now() {
                return;
            }
            let (wait, place) = (deployment.wait, deployment.place);
            match wait {
                Wait::Denied(until) if self.now >= until => self.begin_stage(service, place),
                Wait::Hooks if deployment.calls.iter().all(|call| call.done) => {
                    self.start_network_shift(service)
                }
                Wait::Network(until) if self.now >= until => self.start_timer(service),
                Wait::Timer(until) if self.now >= until => self.set_wait(service, Wait::Work),
                Wait::Work if self.work_is_done(service) => self.leave(service),
                _ => return,
            }
        }
    }

    /// Whether an intervention is due in this very instant: it comes before anything a stage does by itself.
    fn somebody_intervenes_now(&self) -> bool {
        self.queue.iter().any(|(at, command)| at <= self.now && matches!(command, Command::Intervene(_)))
    }

    /// Enters a stage: writes it down, does what it does at once, and begins to wait.
    pub(super) fn enter(&mut self, service: usize, place: Place, why: Why) {
        let now = self.now;
        self.stages_entered += 1;
        let entered = self.stages_entered;
        let Some(deployment) = &mut self.services[service].deployment else { return };
        deployment.place = place;
        deployment.stage_stamp = entered;
        deployment.stage_entered = now;
        deployment.calls.clear();
        deployment.wait = Wait::Work;
        let (index, stamp, rolling_back) =
            (deployment.index, deployment.stage_stamp, deployment.rolling_back());
        let strategy = deployment.course.strategy;
        let pauses = deployment.hooks.iter().filter(|hook| {
            hook.target == HookTarget::Pause && place.stage.is_some_and(|stage| hook.stages.contains(&stage))
        });
        let limit = pauses.map(|hook| hook.timeout).fold(STAGE_LIMIT, Span::max);
        let (stage, step) = (place.stage, place.step);
        self.run.deployments[index].stages.push(StageRecord {
            stage,
            step,
            rolling_back,
            start: now,
            end: None,
            timer: None,
        });
        self.event(service, Fact::StageEntered { deployment: index, stage, step, rolling_back }, why);
        if let Some(stage) = stage {
            self.moments_at_stage(service, stage);
        }
        self.begin_stage(service, place);
        if stage.is_some() && strategy.shifts() && !rolling_back {
            // After the hooks' own time-outs: in the same instant those come first.
            self.after(limit, Command::StageLimit { service, stage_stamp: stamp });
        }
        self.touch(service);
    }

    /// What a stage does at once, up to its first wait.
    fn begin_stage(&mut self, service: usize, place: Place) {
        let Some(deployment) = &self.services[service].deployment else { return };
        let (target, rolling_back) = (deployment.target, deployment.rolling_back());
        let strategy = deployment.course.strategy;
        if place.stage == Some(LifecycleStage::ReconcileService) && !self.consolidate(service) {
            return;
        }
        match place.stage {
            Some(LifecycleStage::ScaleUp) => {
                let desired = self.services[service].config.desired_count;
                let source = self.sources(service).first().copied();
                self.services[service].wants =
                    source.into_iter().chain([target]).map(|r| (r, desired)).collect();
                self.start_watching(service);
            }
            Some(LifecycleStage::TestTrafficShift | LifecycleStage::ProductionTrafficShift) => {
                let why = if rolling_back { Why::OneJump } else { self.step_why(service, place) };
                self.shift(service, place, why);
                return;
            }
            Some(LifecycleStage::CleanUp) => {
                if strategy.shifts() && !rolling_back && self.weights_are_not_ours(service) {
                    self.fail(service, Detector::Networking, NOT_OURS.to_owned());
                    return;
                }
                if rolling_back && !self.consolidates_late(service) {
                    return;
                }
                self.stop_guards(service);
                self.clean_up(service);
            }
            Some(LifecycleStage::BakeTime) if strategy == StrategyName::Rolling => {
                self.keep_as_they_are(service)
            }
            // An early success has ended the detectors; what there is of the target stays.
            None if self.services[service].deployment.as_ref().is_some_and(|d| d.removing_sources) => {
                self.stop_guards(service);
                self.keep_as_they_are(service);
            }
            None => {
                // From here the rolling controller says how many tasks there are of which revision.
                self.services[service].wants.clear();
                self.start_watching(service);
            }
            _ => {}
        }
        self.start_hooks(service);
    }

    /// After the hooks of a stage that shifted: a Network Load Balancer takes its time.
    fn start_network_shift(&mut self, service: usize) {
        let shifted = self.services[service].deployment.as_ref().is_some_and(|deployment| {
            let last = self.run.deployments[deployment.index].shifts.last();
            let shifting = matches!(
                deployment.place.stage,
                Some(LifecycleStage::TestTrafficShift | LifecycleStage::ProductionTrafficShift)
            );
            shifting && last.is_some_and(|shift| shift.at >= deployment.stage_entered)
        });
        if shifted && self.services[service].config.routing.kind == RoutingKind::Network {
            self.set_wait(service, Wait::Network(self.now + NETWORK_SHIFT));
            self.wake_after(service, NETWORK_SHIFT);
        } else {
            self.start_timer(service);
        }
    }

    fn step_why(&self, service: usize, place: Place) -> Why {
        let steps = self.services[service].deployment.as_ref().map_or(&[][..], |d| &d.steps[..]);
        match (place.stage, steps.get(place.step)) {
            (Some(LifecycleStage::ProductionTrafficShift), Some(step)) => {
                Why::Step { step: place.step as u32 + 1, of: steps.len() as u32, share: step.share }
            }
            _ => Why::StageOrder,
        }
    }

    /// After the hooks: the step bake or the bake time, where this stage has one.
    fn start_timer(&mut self, service: usize) {
        let Some(deployment) = &self.services[service].deployment else { return };
        let (index, place) = (deployment.index, deployment.place);
        let span = match place.stage {
            Some(LifecycleStage::BakeTime) => deployment.config.bake(),
            Some(LifecycleStage::ProductionTrafficShift) if !deployment.rolling_back() => {
                deployment.steps.get(place.step).map_or(Span::ZERO, |step| step.bake)
            }
            _ => Span::ZERO,
        };
        if span.is_zero() {
            self.set_wait(service, Wait::Work);
            return;
        }
        let until = self.now + span;
        self.set_wait(service, Wait::Timer(until));
        if let Some(record) = self.run.deployments[index].stages.last_mut() {
            record.timer = Some((self.now, until));
        }
        if let Some(stage) = place.stage {
            let what = if stage == LifecycleStage::BakeTime { "bakeTimeInMinutes" } else { "step bake" };
            self.event(service, Fact::BakeStarted { stage, until }, Why::Takes { what, span });
        }
        self.wake_after(service, span);
    }

    /// Whether the work of the present stage is done. Begins it where it has to be begun late.
    fn work_is_done(&mut self, service: usize) -> bool {
        let Some(deployment) = &self.services[service].deployment else { return false };
        let target = deployment.target;
        let state = &self.services[service];
        let desired = state.config.desired_count;
        match deployment.place.stage {
            Some(LifecycleStage::ScaleUp) => {
                // The scheduler must have had its look at a changed number first.
                !state.dirty && state.tasks_where(target, |cohort| cohort.counted) >= desired
            }
            Some(LifecycleStage::ReconcileService) => {
                let keep = self.sources(service).first().copied();
                let others =
                    self.active_revisions(service).into_iter().filter(|&revision| Some(revision) != keep);
                self.services[service].leftovers = others.collect();
                true
            }
            Some(LifecycleStage::CleanUp) => {
                let Some(leaving) = self.clean_up(service) else { return false };
                let state = &self.services[service];
                leaving.iter().all(|&revision| state.tasks_where(revision, Cohort::exists) == 0)
            }
            None => {
                if self.services[service].deployment.as_ref().is_some_and(|d| d.removing_sources) {
                    self.remove_early(service, &self.sources(service));
                }
                self.replacing_is_done(service)
            }
            _ => true,
        }
    }

    /// Removes the revisions that lost, as soon as nothing can be on its way to them. Answers which.
    fn clean_up(&mut self, service: usize) -> Option<Vec<RevisionId>> {
        if self.waits_for_propagation(service) {
            return None;
        }
        let deployment = self.services[service].deployment.as_mut()?;
        deployment.cleaning = true;
        let (index, goes_on) = (deployment.index, !deployment.rolling_back());
        let leaving =
            if deployment.rolling_back() { vec![deployment.target] } else { deployment.sources.clone() };
        if goes_on {
            self.run.deployments[index].no_return.get_or_insert(self.now);
        }
        self.remove(service, &leaving, Why::CleansUp);
        Some(leaving)
    }

    /// The present stage is over: on to the next place, or to the end.
    fn leave(&mut self, service: usize) {
        self.end_stage(service);
        let Some(deployment) = &self.services[service].deployment else { return };
        if deployment.rolling_back() {
            self.next_place_back(service);
            return;
        }
        if deployment.removing_sources {
            self.succeed(service);
            return;
        }
        let place = deployment.place;
        let why = self.leave_why(service);
        match self.services[service].deployment.as_ref().and_then(|d| d.course.after(place)) {
            Some(next) => self.enter(service, next, why),
            None => self.succeed(service),
        }
    }

    fn leave_why(&self, service: usize) -> Why {
        let state = &self.services[service];
        let Some(deployment) = &state.deployment else { return Why::StageOrder };
        let hooks = deployment.calls.len() as u32;
        match deployment.place.stage {
            Some(LifecycleStage::ScaleUp) => Why::AllHealthy {
                healthy: state.tasks_where(deployment.target, |cohort| cohort.counted),
                desired: state.config.desired_count,
            },
            Some(LifecycleStage::BakeTime) => {
                Why::Takes { what: "bakeTimeInMinutes", span: deployment.config.bake() }
            }
            Some(LifecycleStage::ProductionTrafficShift) => {
                let span = deployment.steps.get(deployment.place.step).map_or(Span::ZERO, |step| step.bake);
                if span.is_zero() { Why::StageOrder } else { Why::Takes { what: "step bake", span } }
            }
            _ if hooks > 0 => Why::HooksDone {
                hooks,
                timed_out: deployment.calls.iter().filter(|call| call.timed_out).count() as u32,
            },
            _ => Why::StageOrder,
        }
    }

    fn succeed(&mut self, service: usize) {
        let Some(deployment) = &mut self.services[service].deployment else { return };
        let target = deployment.target;
        let early = deployment.config.early_success;
        if early.is_some_and(|early| early.cleanup == SourceCleanup::Blocking) && !deployment.removing_sources
        {
            // What is left under BLOCKING is to remove the source tasks.
            let sources = deployment.sources.clone();
            let left = sources
                .iter()
                .any(|&revision| self.services[service].tasks_where(revision, Cohort::exists) > 0);
            if left {
                if let Some(deployment) = &mut self.services[service].deployment {
                    deployment.removing_sources = true;
                    self.run.deployments[deployment.index].no_return = Some(self.now);
                }
                self.enter(service, Place { stage: None, step: 0 }, Why::CleansUp);
                return;
            }
        }
        let desired = self.services[service].config.desired_count;
        let state = &mut self.services[service];
        state.current = Some(target);
        state.wants = [(target, desired)].into();
        self.end_deployment(service, ServiceDeploymentStatus::Successful, Why::Completed);
        // Under DEFERRED the source tasks outlive the deployment for a while.
        let left = self.active_revisions(service).into_iter().filter(|&revision| revision != target);
        self.services[service].leftovers = left.collect();
    }

    pub(super) fn end_deployment(&mut self, service: usize, status: ServiceDeploymentStatus, why: Why) {
        self.set_deployment_status(service, status, why);
        self.stop_guards(service);
        self.services[service].deployment = None;
        self.touch(service);
    }

    pub(super) fn set_deployment_status(
        &mut self,
        service: usize,
        status: ServiceDeploymentStatus,
        why: Why,
    ) {
        let Some(deployment) = &self.services[service].deployment else { return };
        let index = deployment.index;
        self.run.deployments[index].status.push(self.now, status);
        self.event(service, Fact::StatusChanged { deployment: index, status }, why);
    }

    pub(super) fn end_stage(&mut self, service: usize) {
        let Some(deployment) = &self.services[service].deployment else { return };
        let now = self.now;
        if let Some(record) = self.run.deployments[deployment.index].stages.last_mut() {
            record.end.get_or_insert(now);
        }
    }

    pub(super) fn remove(&mut self, service: usize, revisions: &[RevisionId], why: Why) {
        for &revision in revisions {
            self.services[service].wants.remove(&revision);
            let tasks = self.in_stop_order(service, revision, |_| true);
            self.stop_tasks(service, &tasks, why.clone());
        }
    }

    /// Removes what earlier deployments left, once no request can be on its way there; protected tasks when their
    /// protection is over.
    pub(super) fn remove_leftovers(&mut self, service: usize) {
        if !self.services[service].leftovers.is_empty() && !self.waits_for_propagation(service) {
            let mut leftovers = std::mem::take(&mut self.services[service].leftovers);
            let consolidates = self.services[service].deployment.is_some();
            self.remove(service, &leftovers, if consolidates { Why::Consolidated } else { Why::CleansUp });
            leftovers
                .retain(|&revision| self.services[service].tasks_where(revision, |cohort| cohort.wanted) > 0);
            self.services[service].leftovers = leftovers;
        }
    }

    /// Looks at the service again once a wait of that length is over.
    pub(super) fn wake_after(&mut self, service: usize, span: Span) {
        let due = self.now + span;
        self.queue.push(self.now, due, Command::Wake { service, due });
    }

    pub(super) fn set_wait(&mut self, service: usize, wait: Wait) {
        if let Some(deployment) = &mut self.services[service].deployment {
            deployment.wait = wait;
        }
    }
}
