//! The course of a service deployment: its start, its stages one after another, its end, and the way back.
//!
//! Inside a stage four waits follow each other, and most stages have only one of them: the hooks, the network load
//! balancer's delay, a timer (step bake, bake time), and work (tasks that must become healthy or be gone). Stage
//! changes, rule changes and requests to stop are made in the same instant.

use super::calls::HookCall;
use super::event::{Fact, Why};
use super::queue::Command;
use super::run::*;
use super::shift::{Course, Place};
use super::track::Track;
use super::world::World;
use crate::model::*;
use std::collections::BTreeMap;

/// A stage may last so long ("Amazon ECS blue/green service deployments workflow"); PAUSE hooks may extend it.
const STAGE_LIMIT: Span = Span::from_mins(24 * 60);
/// What a Network Load Balancer adds to each traffic shift ("Network Load Balancer resources for blue/green …").
const NETWORK_SHIFT: Span = Span::from_mins(10);
/// Somebody else has changed the production rule.
const NOT_OURS: &str = "the weights of the production rule are not those that the deployment has set";
/// How soon a denied listener change is tried again on the way back (h28).
const RETRY: Span = Span::from_secs(30);

/// A deployment that is not at its end.
pub(super) struct Deployment {
    /// Its place in the run.
    pub index: usize,
    pub target: RevisionId,
    /// The revisions active at its start; the first is where a rollback goes.
    pub sources: Vec<RevisionId>,
    pub config: DeploymentConfiguration,
    pub hooks: Vec<LifecycleHook>,
    pub steps: Vec<TrafficStep>,
    pub course: Course,
    pub place: Place,
    pub wait: Wait,
    /// Which of all stages entered in the run this is, so that an old limit is known as old.
    pub stage_stamp: u32,
    pub stage_entered: SimTime,
    /// What is left of the way back, once it began.
    pub way_back: Option<Vec<Place>>,
    pub production_entered: bool,
    pub test_entered: bool,
    /// RECONCILE_SERVICE could not bring the traffic onto one revision: that is left to the way back.
    pub unconsolidated: bool,
    /// The revision that leaves has begun to stop: no way back from here.
    pub cleaning: bool,
    pub calls: Vec<HookCall>,
    /// `hookDetails` by hook, as merged so far.
    pub details: Vec<serde_json::Value>,
    pub breaker_count: u32,
    pub breaker_tripped: bool,
    /// A target task has reached RUNNING, so the breaker counts health checks.
    pub breaker_stage_two: bool,
    /// Failed attempts to resolve the digest of the target's image; none are made after the third, or after a pull.
    pub digest_attempts: u32,
    /// The alarms it watches, by index; none if one was red at the start.
    pub alarms: Vec<usize>,
    pub watching: bool,
    pub stuck: bool,
    /// Under ROLLING: tasks of the leaving revision that were lost and not replaced yet.
    pub lost: BTreeMap<RevisionId, u32>,
    /// Early success: what is left is to remove the source tasks.
    pub removing_sources: bool,
    /// No deployment is COMPLETED that a rollback could go to.
    pub no_candidate: bool,
}

/// What the present stage waits for; each wait is followed by the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// The listener may not be changed; tried again at that time.
    Denied(SimTime),
    /// The network load balancer's delay.
    Network(SimTime),
    /// Hooks that have not all answered.
    Hooks,
    /// A bake.
    Timer(SimTime),
    /// Tasks.
    Work,
}

impl Wait {
    /// When it is over, for a wait that has a length.
    pub const fn until(self) -> Option<SimTime> {
        match self {
            Wait::Denied(until) | Wait::Network(until) | Wait::Timer(until) => Some(until),
            Wait::Hooks | Wait::Work => None,
        }
    }
}

impl Deployment {
    /// Whether it is on its way back.
    pub fn rolling_back(&self) -> bool {
        self.way_back.is_some()
    }

    /// The revision that is coming: the target, or on the way back the source.
    pub fn coming(&self) -> Option<RevisionId> {
        if self.rolling_back() { self.sources.first().copied() } else { Some(self.target) }
    }
}

impl World<'_> {
    /// Begins a deployment of a declared revision. One that is under way is superseded.
    pub fn deploy(&mut self, service: usize, definition: usize) {
        let took_over_rollback =
            self.services[service].deployment.as_ref().is_some_and(Deployment::rolling_back);
        let superseded = self.supersede(service);
        self.route_anew(service);
        let (index, now) = (self.run.deployments.len(), self.now);
        let mut sources = self.active_revisions(service);
        for revision in superseded {
            if !sources.contains(&revision) {
                sources.push(revision);
            }
        }
        if let Some(current) = self.services[service].current {
            sources.retain(|&revision| revision != current);
            sources.insert(0, current);
        }
        let state = &self.services[service];
        let config = state.config.deployment.clone();
        let hooks = state.config.hooks.clone();
        let strategy = config.strategy.name();
        let mut steps = config.strategy.traffic_steps();
        if sources.is_empty() {
            // Nobody else could answer: the primary group keeps all the weight it has (h18).
            steps.iter_mut().for_each(|step| step.share = Permille::FULL);
        }
        // The source may be one that no deployment has completed yet: its group has the weight all the same.
        let group = match sources.first() {
            Some(&source) if strategy.shifts() => 1 - self.group_of(service, source),
            Some(&source) => self.group_of(service, source),
            None => 0,
        };
        let completed = state.current.is_some() || sources.is_empty();
        let course = Course {
            strategy,
            steps: steps.len(),
            several_sources: sources.len() > 1,
            pre_scale_up_hook: hooks.iter().any(|hook| hook.stages.contains(&LifecycleStage::PreScaleUp)),
            rolling_bake: false,
        };
        let target = self.new_revision(service, definition, group);
        let details = hooks.iter().map(|hook| hook.details.clone()).collect();
        self.run.deployments.push(DeploymentRun {
            service,
            configuration: config.clone(),
            sources: sources.clone(),
            target,
            status: Track::starting(now, ServiceDeploymentStatus::Pending),
            status_reason: String::new(),
            superseded: false,
            stages: Vec::new(),
            shifts: Vec::new(),
            hooks: Vec::new(),
            breaker: Track::default(),
            alarms: Track::default(),
            rollback: None,
            no_return: None,
        });
        let source = sources.first().copied().unwrap_or(target);
        self.services[service].deployment = Some(Deployment {
            index,
            target,
            sources,
            config,
            hooks,
            steps,
            course,
            place: course.first(),
            wait: Wait::Work,
            stage_stamp: 0,
            stage_entered: now,
            way_back: None,
            production_entered: false,
            test_entered: false,
            unconsolidated: false,
            cleaning: false,
            calls: Vec::new(),
            details,
            breaker_count: 0,
            breaker_tripped: false,
            breaker_stage_two: false,
            digest_attempts: 0,
            alarms: Vec::new(),
            watching: false,
            stuck: false,
            lost: BTreeMap::new(),
            removing_sources: false,
            // While a rollback runs its deployment is not COMPLETED, and the very first one may not be either. Under the
            // shifting strategies the source still runs, and is the way back all the same.
            no_candidate: (took_over_rollback || !completed) && !strategy.shifts(),
        });
        self.last_deploy = now;
        self.services[service].steady = false;
        self.event(
            service,
            Fact::DeploymentStarted { deployment: index, strategy, source, target },
            Why::Asked,
        );
        self.start_guards(service);
        if let Some(deployment) = &mut self.services[service].deployment {
            // Alarms that are ignored do not make it bake either.
            deployment.course.rolling_bake =
                deployment.config.alarms.rollback && !deployment.alarms.is_empty();
        }
        self.set_deployment_status(service, ServiceDeploymentStatus::InProgress, Why::StageOrder);
        if strategy.shifts()
            && let Some(text) = self.wrong_weights(service)
        {
            self.fail(service, Detector::Networking, text.to_owned(), true);
            return;
        }
        self.enter(service, course.first(), Why::StageOrder);
        self.advance(service);
    }

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

    /// Whether a revision is being brought into service by the present deployment.
    pub fn is_coming(&self, service: usize, revision: RevisionId) -> bool {
        self.services[service]
            .deployment
            .as_ref()
            .is_some_and(|deployment| deployment.coming() == Some(revision))
    }

    /// The revisions that have tasks wanted to run, oldest first.
    pub fn active_revisions(&self, service: usize) -> Vec<RevisionId> {
        let mut revisions: Vec<RevisionId> =
            self.services[service].cohorts.values().filter(|c| c.wanted).map(|c| c.revision).collect();
        revisions.sort_unstable();
        revisions.dedup();
        revisions
    }

    /// The weights that give the target of the present deployment its share, by target group.
    pub fn by_group(&self, service: usize, target: RevisionId, weights: Weights) -> [u16; 2] {
        if self.group_of(service, target) == 1 {
            [weights.source, weights.target]
        } else {
            [weights.target, weights.source]
        }
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
                let source = deployment_sources(self, service).first().copied();
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
                    self.fail(service, Detector::Networking, NOT_OURS.to_owned(), true);
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

    /// Changes the weights of a shifting stage and goes on to its hooks; a Network Load Balancer's delay follows them.
    pub(super) fn shift(&mut self, service: usize, place: Place, why: Why) {
        let Some(deployment) = &mut self.services[service].deployment else { return };
        let back = deployment.rolling_back();
        let test = place.stage == Some(LifecycleStage::TestTrafficShift);
        if test {
            deployment.test_entered = true;
        } else {
            deployment.production_entered = true;
        }
        let share = match (back, test) {
            (true, _) => Permille::ZERO,
            (false, true) => Permille::FULL,
            (false, false) => deployment.steps.get(place.step).map_or(Permille::FULL, |step| step.share),
        };
        let rule = if test { ListenerRule::Test } else { ListenerRule::Production };
        let weights = Weights::with_target(share);
        match self.change_rule(service, rule, weights, why) {
            Ok(()) => self.start_hooks(service),
            Err(_) if back => self.retry_later(service),
            Err(text) => self.fail(service, Detector::Networking, text, true),
        }
    }

    /// A listener change on the way back was denied: it is tried again (h28).
    pub(super) fn retry_later(&mut self, service: usize) {
        self.set_wait(service, Wait::Denied(self.now + RETRY));
        self.wake_after(service, RETRY);
    }

    /// The one door for the controller's changes of a listener rule: gives it these weights, by the present deployment's
    /// roles, where it has others. Says why it may not, if so.
    pub(super) fn change_rule(
        &mut self,
        service: usize,
        rule: ListenerRule,
        weights: Weights,
        why: Why,
    ) -> Result<(), String> {
        let Some(deployment) = &self.services[service].deployment else { return Ok(()) };
        let (index, target, back) = (deployment.index, deployment.target, deployment.rolling_back());
        let consolidates = deployment.place.stage == Some(LifecycleStage::ReconcileService);
        let set = self.by_group(service, target, weights);
        let Some(present) = self.rule_state(service, rule) else { return Ok(()) };
        let takes_what_it_finds = back || consolidates || rule == ListenerRule::Test;
        if !takes_what_it_finds && self.weights_are_not_ours(service) {
            return Err(NOT_OURS.to_owned());
        }
        if present.set == set {
            return Ok(());
        }
        if self.services[service].listener_denied > 0 {
            self.event(service, Fact::ListenerChangeDenied { rule }, Why::Fault);
            return Err(format!("the infrastructure role may not change the {rule} listener rule"));
        }
        self.run.deployments[index].shifts.push(Shift { at: self.now, rule, weights });
        self.set_rule(service, rule, set, why);
        Ok(())
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
                let keep = deployment_sources(self, service).first().copied();
                let others =
                    self.active_revisions(service).into_iter().filter(|&revision| Some(revision) != keep);
                self.services[service].leftovers = others.collect();
                true
            }
            Some(LifecycleStage::CleanUp) => {
                let Some(leaving) = self.clean_up(service) else { return false };
                let state = &self.services[service];
                leaving.iter().all(|&revision| state.tasks_where(revision, super::world::Cohort::exists) == 0)
            }
            None => {
                if self.services[service].deployment.as_ref().is_some_and(|d| d.removing_sources) {
                    self.remove_early(service, &deployment_sources(self, service));
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
            _ if hooks > 0 => Why::HooksSucceeded { hooks },
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
            let left = sources.iter().any(|&revision| {
                self.services[service].tasks_where(revision, super::world::Cohort::exists) > 0
            });
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

    /// No draining begins behind a change that has not reached all users.
    pub(super) fn waits_for_propagation(&self, service: usize) -> bool {
        self.settled_at(service) > self.now
    }

    /// When the last change of a rule has reached everybody.
    pub fn settled_at(&self, service: usize) -> SimTime {
        let state = &self.services[service];
        state.test.map_or(state.production.settled, |test| test.settled.max(state.production.settled))
    }

    /// What is wrong with the production rule before a deployment touches it: exactly the group of the revision in
    /// service must have a weight ("Troubleshooting Amazon ECS blue/green deployments"). Where several revisions are
    /// active, RECONCILE_SERVICE puts it right.
    fn wrong_weights(&self, service: usize) -> Option<&'static str> {
        let state = &self.services[service];
        let source = state.deployment.as_ref()?.sources.first().copied()?;
        let serving = usize::from(self.group_of(service, source));
        if !state.config.routing.kind.has_weights() || self.active_revisions(service).len() > 1 {
            return None;
        }
        match (state.production.set[serving] > 0, state.production.set[1 - serving] > 0) {
            (true, true) => Some("both target groups have a weight in the production rule"),
            (false, _) => {
                Some("the production rule forwards to a target group that is not the service's present one")
            }
            (true, false) => None,
        }
    }

    /// Whether somebody else has changed the production rule since the deployment set it: whether the groups have other
    /// shares, for a rule at rest may be written 1 / 0 as well as 100 / 0.
    fn weights_are_not_ours(&self, service: usize) -> bool {
        let state = &self.services[service];
        let Some(deployment) = &state.deployment else { return false };
        let mut shifts = self.run.deployments[deployment.index].shifts.iter();
        let ours = shifts.rfind(|shift| shift.rule == ListenerRule::Production).map(|shift| shift.weights);
        let expected = self.by_group(service, deployment.target, ours.unwrap_or(Weights::AT_SOURCE));
        let share = |[source, target]: [u16; 2]| Weights { source, target }.target_share();
        let present = state.production.set;
        !deployment.sources.is_empty() && (present == [0, 0] || share(present) != share(expected))
    }

    /// A shifting deployment whose targets no rule refers to goes back; one by ROLLING waits for ever.
    pub(super) fn networking_fails(&mut self, service: usize, revision: RevisionId) {
        let shifts = |deployment: &Deployment| deployment.course.strategy.shifts();
        if self.is_coming(service, revision) && self.services[service].deployment.as_ref().is_some_and(shifts)
        {
            let text = "no listener rule refers to the target group of the new revision";
            self.fail(service, Detector::Networking, text.to_owned(), true);
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

pub(super) fn deployment_sources(world: &World<'_>, service: usize) -> Vec<RevisionId> {
    world.services[service].deployment.as_ref().map_or_else(Vec::new, |deployment| deployment.sources.clone())
}
