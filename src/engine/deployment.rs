//! A deployment that is not at its end, and how one begins.

use super::calls::HookCall;
use super::event::{Fact, Why};
use super::run::*;
use super::shift::{Course, Place, Shifted};
use super::track::Track;
use super::world::World;
use crate::model::*;
use std::collections::BTreeMap;

/// A deployment that is not at its end.
pub(super) struct Deployment {
    /// Its place in the run.
    pub index: usize,
    /// The revision it brings.
    pub target: RevisionId,
    /// The revisions active at its start; the first is where a rollback goes.
    pub sources: Vec<RevisionId>,
    /// The configuration as it was at its start.
    pub config: DeploymentConfiguration,
    /// The hooks as they were at its start.
    pub hooks: Vec<LifecycleHook>,
    /// The steps by which the production rule moves; none under ROLLING.
    pub steps: Vec<TrafficStep>,
    /// Which stages it has.
    pub course: Course,
    /// Where it stands.
    pub place: Place,
    /// What the present stage waits for.
    pub wait: Wait,
    /// Which of all stages entered in the run this is, so that an old limit is known as old.
    pub stage_stamp: u32,
    /// When the present stage was entered.
    pub stage_entered: SimTime,
    /// What is left of the way back, once it began.
    pub way_back: Option<Vec<Place>>,
    /// Which of the two traffic shifts it has entered.
    pub shifted: Shifted,
    /// RECONCILE_SERVICE could not bring the traffic onto one revision: that is left to the way back.
    pub unconsolidated: bool,
    /// The revision that leaves has begun to stop: no way back from here.
    pub cleaning: bool,
    /// The hooks of the present stage.
    pub calls: Vec<HookCall>,
    /// `hookDetails` by hook, as merged so far.
    pub details: Vec<serde_json::Value>,
    /// Failed tasks that the circuit breaker counts.
    pub breaker_count: u32,
    /// The breaker has tripped: its count is frozen.
    pub breaker_tripped: bool,
    /// A target task has reached RUNNING, so the breaker counts health checks.
    pub breaker_stage_two: bool,
    /// Failed attempts to resolve the digest of the target's image; none are made after the third, or after a pull.
    pub digest_attempts: u32,
    /// The alarms it watches, by index; none if one was red at the start.
    pub alarms: Vec<usize>,
    /// The breaker and the alarms watch it.
    pub watching: bool,
    /// Neither bound lets anything be stopped or started, and nothing is on its way.
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
    /// One that has done nothing yet.
    fn begun(
        index: usize,
        target: RevisionId,
        sources: Vec<RevisionId>,
        (config, hooks): (DeploymentConfiguration, Vec<LifecycleHook>),
        now: SimTime,
    ) -> Deployment {
        let mut steps = config.strategy.traffic_steps();
        if sources.is_empty() {
            // Nobody else could answer: the primary group keeps all the weight it has (h18).
            steps.iter_mut().for_each(|step| step.share = Permille::FULL);
        }
        let course = Course {
            strategy: config.strategy.name(),
            steps: steps.len(),
            several_sources: sources.len() > 1,
            pre_scale_up_hook: hooks.iter().any(|hook| hook.stages.contains(&LifecycleStage::PreScaleUp)),
            rolling_bake: false,
        };
        Deployment {
            index,
            target,
            sources,
            config,
            steps,
            course,
            place: course.first(),
            wait: Wait::Work,
            stage_stamp: 0,
            stage_entered: now,
            way_back: None,
            shifted: Shifted::default(),
            unconsolidated: false,
            cleaning: false,
            calls: Vec::new(),
            details: hooks.iter().map(|hook| hook.details.clone()).collect(),
            hooks,
            breaker_count: 0,
            breaker_tripped: false,
            breaker_stage_two: false,
            digest_attempts: 0,
            alarms: Vec::new(),
            watching: false,
            stuck: false,
            lost: BTreeMap::new(),
            removing_sources: false,
            no_candidate: false,
        }
    }

    /// Whether it is on its way back.
    pub fn rolling_back(&self) -> bool {
        self.way_back.is_some()
    }

    /// Whether it goes back for what this detector has found: alarms and circuit breaker have a switch for it.
    pub fn goes_back_for(&self, detector: &Detector) -> bool {
        match detector {
            Detector::Alarm(_) => self.config.alarms.rollback,
            Detector::CircuitBreaker => self.config.circuit_breaker.rollback,
            _ => true,
        }
    }

    /// The revision that is coming: the target, or on the way back the source.
    pub fn coming(&self) -> Option<RevisionId> {
        if self.rolling_back() { self.sources.first().copied() } else { Some(self.target) }
    }
}

impl DeploymentRun {
    /// The record of a deployment that begins.
    fn begun(service: usize, deployment: &Deployment, now: SimTime) -> DeploymentRun {
        DeploymentRun {
            service,
            configuration: deployment.config.clone(),
            sources: deployment.sources.clone(),
            target: deployment.target,
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
        }
    }
}

impl World<'_> {
    /// Begins a deployment of a declared revision. One that is under way is superseded.
    pub fn deploy(&mut self, service: usize, definition: usize) {
        let took_over_rollback =
            self.services[service].deployment.as_ref().is_some_and(Deployment::rolling_back);
        let superseded = self.supersede(service);
        self.route_anew(service);
        let sources = self.sources_beside(service, superseded);
        let (index, now) = (self.run.deployments.len(), self.now);
        let state = &self.services[service];
        let as_configured = (state.config.deployment.clone(), state.config.hooks.clone());
        let completed = state.current.is_some() || sources.is_empty();
        let shifts = as_configured.0.strategy.name().shifts();
        // The source may be one that no deployment has completed yet: its group has the weight all the same.
        let group = match sources.first() {
            Some(&source) if shifts => 1 - self.group_of(service, source),
            Some(&source) => self.group_of(service, source),
            None => 0,
        };
        let target = self.new_revision(service, definition, group);
        let mut deployment = Deployment::begun(index, target, sources, as_configured, now);
        // While a rollback runs its deployment is not COMPLETED, and the very first one may not be either. Under the
        // shifting strategies the source still runs, and is the way back all the same.
        deployment.no_candidate = (took_over_rollback || !completed) && !shifts;
        let (course, source) = (deployment.course, deployment.sources.first().copied().unwrap_or(target));
        self.run.deployments.push(DeploymentRun::begun(service, &deployment, now));
        self.services[service].deployment = Some(deployment);
        self.last_deploy = now;
        self.services[service].steady = false;
        let fact = Fact::DeploymentStarted { deployment: index, strategy: course.strategy, source, target };
        self.event(service, fact, Why::Asked);
        self.start_guards(service);
        if let Some(deployment) = &mut self.services[service].deployment {
            // Alarms that are ignored do not make it bake either.
            deployment.course.rolling_bake =
                deployment.config.alarms.rollback && !deployment.alarms.is_empty();
        }
        self.set_deployment_status(service, ServiceDeploymentStatus::InProgress, Why::StageOrder);
        if shifts && let Some(text) = self.wrong_weights(service) {
            self.fail(service, Detector::Networking, text.to_owned());
            return;
        }
        self.enter(service, course.first(), Why::StageOrder);
        self.advance(service);
    }

    /// The source revisions of a deployment that begins now: all that are active, with those of one that it supersedes;
    /// first the one that the last COMPLETED deployment brought.
    fn sources_beside(&self, service: usize, superseded: Vec<RevisionId>) -> Vec<RevisionId> {
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
        sources
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

    /// The source revisions of the present deployment.
    pub(super) fn sources(&self, service: usize) -> Vec<RevisionId> {
        self.services[service]
            .deployment
            .as_ref()
            .map_or_else(Vec::new, |deployment| deployment.sources.clone())
    }
}
