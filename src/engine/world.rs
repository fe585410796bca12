//! The simulated AWS at an instant: everything that is true now, and the run that is being written.
//!
//! Only the modules of the engine change it. Whatever changes is put into the run in the same breath, by the
//! functions of this file, so that the run cannot miss it.

use super::cohort::Cohort;
use super::deployment::{Deployment, Wait};
use super::event::{Event, Fact, Why, ZoneSpread};
use super::hooks::HookRunner;
use super::load::LiveFlows;
use super::queue::{Command, Queue};
use super::run::*;
use super::track::Track;
use super::traffic::{FlowKey, Requests, TrafficLog};
use crate::model::*;
use std::collections::BTreeMap;

/// The world. Lives as long as one simulation.
pub(super) struct World<'a> {
    /// What is simulated.
    pub scenario: &'a Scenario,
    /// The instant.
    pub now: SimTime,
    /// What will become due.
    pub queue: Queue,
    /// What has happened so far.
    pub run: Run,
    /// The services, as the scenario lists them.
    pub services: Vec<ServiceState>,
    /// The alarms, as the scenario lists them.
    pub alarms: Vec<AlarmLive>,
    /// Taken out while a script runs, since it then looks at the world.
    pub hooks: Option<&'a mut dyn HookRunner>,
    /// Requests a second at the production listener, once somebody has set them; the profile's before.
    pub rate: Option<Rate>,
    /// Databases and queues that are not as they were declared.
    pub dependencies: Vec<Dependency>,
    /// The services that requests can reach, callers before those they call.
    pub call_order: Vec<usize>,
    /// Up to when all flows are written.
    pub flowed: SimTime,
    /// Zones that are lost, once for each fault that lasts.
    pub lost_zones: Vec<u8>,
    /// The most tasks of a service that can be placed.
    pub capacity: Option<u32>,
    /// How many such limits have been set.
    pub capacity_limits: u32,
    /// Hooks that may not be invoked, once for each fault that lasts.
    pub denied_hooks: Vec<String>,
    /// Interventions at a moment that has not come yet, by place in the scenario.
    pub moments: Vec<usize>,
    /// When the last intervention was made.
    pub last_intervention: SimTime,
    /// When the last deployment was started.
    pub last_deploy: SimTime,
    /// When anything but traffic and alarms was last at work.
    pub last_work: SimTime,
    /// Where the run ends for being too long: fixed once 48 hours have passed since the last deployment.
    pub horizon: Option<SimTime>,
    /// How many periods of alarms have been judged.
    pub judgements: usize,
    /// How many probes scripts have sent.
    pub probes: u64,
    /// How many hooks have been called in a stage.
    pub hook_calls: u32,
    /// How many stages have been entered.
    pub stages_entered: u32,
}

/// An alarm between its evaluations.
#[derive(Clone, Debug, Default)]
pub(super) struct AlarmLive {
    /// Breaching periods in a row.
    pub in_a_row: u32,
    /// Its state is ALARM.
    pub state_is_alarm: bool,
    /// When it was judged last, what it measured, and the requests of that up to then.
    pub counted: Option<(SimTime, Vec<FlowKey>, Requests)>,
}

/// A service now.
pub(super) struct ServiceState {
    /// Its configuration, as updates have left it.
    pub config: Service,
    /// How each declared revision behaves now.
    pub behaviors: Vec<Behavior>,
    /// Its tasks that are not STOPPED and gone.
    pub cohorts: BTreeMap<u32, Cohort>,
    /// The number of the next cohort.
    pub next_cohort: u32,
    /// The revision in service: the target of the last successful deployment.
    pub current: Option<RevisionId>,
    /// How many tasks the scheduler keeps of each revision, outside the rolling replacement.
    pub wants: BTreeMap<RevisionId, u32>,
    /// The deployment that is under way.
    pub deployment: Option<Deployment>,
    /// Revisions of superseded deployments, to be removed when the rules have settled.
    pub leftovers: Vec<RevisionId>,
    /// The production listener rule.
    pub production: RuleState,
    /// The test listener rule, where there is one.
    pub test: Option<RuleState>,
    /// How requests are to reach it, by an update that no deployment has used yet.
    pub next_routing: Option<Routing>,
    /// Revisions whose launches fail, and until when the next is put off.
    pub back_off: BTreeMap<RevisionId, BackOff>,
    /// How many faults that deny changes of its listener rules last.
    pub listener_denied: u32,
    /// Its requests since the flows were last written.
    pub flows: LiveFlows,
    /// Whether something happened after which the scheduler must look again.
    pub dirty: bool,
    /// Whether missing room has been reported.
    pub placement_failed: bool,
    /// A task on its way to another Availability Zone: one more than wanted runs until it is healthy there.
    pub rebalancing: Option<ZoneSpread>,
    /// It has reached a steady state, and said so.
    pub steady: bool,
}

/// Launches that failed before RUNNING.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BackOff {
    /// Waves of launches that failed in a row.
    pub failures: usize,
    /// The launch that was counted last, by its first task.
    pub launch: Option<TaskId>,
    /// When the next may begin.
    pub not_before: SimTime,
}

impl ServiceState {
    /// Tasks of the revision for which `matches` holds.
    pub fn tasks_where(&self, revision: RevisionId, matches: impl Fn(&Cohort) -> bool) -> u32 {
        let sizes = self.cohorts.values().filter(|cohort| cohort.revision == revision && matches(cohort));
        sizes.map(|cohort| cohort.members.len() as u32).sum()
    }

    /// All tasks for which `matches` holds, whatever their revision.
    pub fn all_where(&self, matches: impl Fn(&Cohort) -> bool) -> u32 {
        self.cohorts.values().filter(|cohort| matches(cohort)).map(|cohort| cohort.members.len() as u32).sum()
    }

    /// From PROVISIONING to DEPROVISIONING.
    pub fn total(&self) -> u32 {
        self.all_where(Cohort::exists)
    }

    /// The tasks that count towards minimumHealthyPercent.
    pub fn healthy(&self) -> u32 {
        self.all_where(|cohort| cohort.counted)
    }
}

/// The services that requests can reach, callers before those they call.
fn reached_in_call_order(services: &[Service]) -> Vec<usize> {
    let mut order = call_order(services);
    let mut reached = vec![false; services.len()];
    reached[ENTRY] = true;
    for &service in &order {
        for call in &services[service].calls {
            reached[call.service] |= reached[service];
        }
    }
    order.retain(|&service| reached[service]);
    order
}

impl<'a> World<'a> {
    /// The world at second 0: each service in steady state on its first revision, or not there yet.
    pub fn new(scenario: &'a Scenario, hooks: &'a mut dyn HookRunner) -> World<'a> {
        let mut world = World {
            scenario,
            now: SimTime::ZERO,
            queue: Queue::default(),
            run: Run {
                end: SimTime::ZERO,
                events: Vec::new(),
                services: Vec::new(),
                deployments: Vec::new(),
                alarms: scenario
                    .alarms
                    .iter()
                    .map(|_| AlarmRun {
                        state: Track::starting(SimTime::ZERO, AlarmState::Ok),
                        periods: Vec::new(),
                    })
                    .collect(),
                approvals: Vec::new(),
                notifications: Vec::new(),
                pipelines: Vec::new(),
            },
            services: Vec::new(),
            alarms: vec![AlarmLive::default(); scenario.alarms.len()],
            hooks: Some(hooks),
            rate: None,
            dependencies: Vec::new(),
            call_order: reached_in_call_order(&scenario.services),
            flowed: SimTime::ZERO,
            lost_zones: Vec::new(),
            capacity: None,
            capacity_limits: 0,
            denied_hooks: Vec::new(),
            moments: Vec::new(),
            last_intervention: SimTime::ZERO,
            last_deploy: SimTime::ZERO,
            last_work: SimTime::ZERO,
            horizon: None,
            judgements: 0,
            probes: 0,
            hook_calls: 0,
            stages_entered: 0,
        };
        for (index, service) in scenario.services.iter().enumerate() {
            world.add_service(index, service);
        }
        world
    }

    fn add_service(&mut self, index: usize, service: &Service) {
        let start = SimTime::ZERO;
        let rest = RuleState { set: [100, 0], from: Ratio::ZERO, settled: start, made: start };
        let weighted = service.routing.kind.has_weights();
        let test = service.routing.test_rule.then_some(rest);
        self.services.push(ServiceState {
            config: service.clone(),
            behaviors: service.revisions.iter().map(|revision| revision.behavior.clone()).collect(),
            cohorts: BTreeMap::new(),
            next_cohort: 0,
            current: None,
            wants: BTreeMap::new(),
            deployment: None,
            leftovers: Vec::new(),
            production: rest,
            test,
            next_routing: None,
            back_off: BTreeMap::new(),
            listener_denied: 0,
            flows: LiveFlows::default(),
            dirty: true,
            placement_failed: false,
            rebalancing: None,
            steady: true,
        });
        self.run.services.push(ServiceRun {
            revisions: Vec::new(),
            tasks: Vec::new(),
            configuration: Track::starting(start, service.clone()),
            unpinned: Track::default(),
            production: if weighted { Track::starting(start, rest) } else { Track::default() },
            test: test.map_or_else(Track::default, |rest| Track::starting(start, rest)),
            counts: Track::default(),
            decisions: Vec::new(),
            waiting: Track::default(),
            traffic: TrafficLog::default(),
        });
        if service.first_deployment {
            return;
        }
        let revision = self.new_revision(index, 0, 0);
        self.services[index].current = Some(revision);
        self.services[index].wants.insert(revision, service.desired_count);
        self.place_running(index, revision, service.desired_count);
    }

    /// Makes a service revision.
    pub fn new_revision(&mut self, service: usize, definition: usize, group: GroupSlot) -> RevisionId {
        let revisions = &mut self.run.services[service].revisions;
        revisions.push(ServiceRevision { definition, group, created: self.now });
        RevisionId((revisions.len() - 1) as u16)
    }

    /// The target group a revision registers in.
    pub fn group_of(&self, service: usize, revision: RevisionId) -> GroupSlot {
        self.run.services[service].revisions[revision.0 as usize].group
    }

    /// How the software of a service revision behaves now.
    pub fn behavior(&self, service: usize, revision: RevisionId) -> &Behavior {
        &self.services[service].behaviors
            [self.run.services[service].revisions[revision.0 as usize].definition]
    }

    /// Writes down a fact.
    pub fn event(&mut self, service: impl Into<Option<usize>>, fact: Fact, why: Why) {
        self.run.events.push(Event { at: self.now, service: service.into(), fact, why });
    }

    /// Schedules work for `span` from now.
    pub fn after(&mut self, span: Span, command: Command) {
        self.queue.push(self.now, self.now + span, command);
    }

    /// Makes the scheduler look at the service once more before time goes on.
    pub fn touch(&mut self, service: usize) {
        self.services[service].dirty = true;
    }

    /// Changes a service's configuration.
    pub fn configure(&mut self, service: usize, change: impl FnOnce(&mut Service)) {
        change(&mut self.services[service].config);
        let config = self.services[service].config.clone();
        self.run.services[service].configuration.push(self.now, config);
        self.touch(service);
    }

    /// Puts the routing of an update into force, for the deployment that begins now. Where a load balancer comes before a
    /// service that had none, the tasks that run are its first targets: its users go on reaching them.
    pub fn route_anew(&mut self, service: usize) {
        let Some(routing) = self.services[service].next_routing.take() else { return };
        let old = self.services[service].config.routing.kind;
        let (kind, test_rule) = (routing.kind, routing.test_rule);
        self.configure(service, |config| config.routing = routing);
        let (state, log) = (&mut self.services[service], &mut self.run.services[service]);
        let rest = RuleState { made: self.now, settled: self.now, ..state.production };
        if kind.has_weights() && !old.has_weights() {
            state.production = rest;
            log.production.push(self.now, rest);
        }
        if !test_rule {
            state.test = None;
        } else if state.test.is_none() {
            state.test = Some(rest);
            log.test.push(self.now, rest);
        }
        if kind.has_targets() && !old.has_targets() {
            self.register_all(service);
        }
    }

    /// How a rule stands; `None` where the service has no such rule.
    pub fn rule_state(&self, service: usize, rule: ListenerRule) -> Option<RuleState> {
        let state = &self.services[service];
        let rule = if rule == ListenerRule::Test { state.test } else { Some(state.production) };
        rule.filter(|_| state.config.routing.kind.has_weights())
    }

    /// Sets a rule's weights by target group. Users follow evenly over the propagation.
    pub fn set_rule(&mut self, service: usize, rule: ListenerRule, set: [u16; 2], why: Why) {
        let Some(old) = self.rule_state(service, rule) else { return };
        let state = &mut self.services[service];
        let is_test = rule == ListenerRule::Test;
        let mut new = RuleState { set, from: old.actual_share(self.now), settled: self.now, made: self.now };
        if new.from != new.set_share() {
            new.settled = self.now + state.config.timings.propagation;
        }
        let log = &mut self.run.services[service];
        if is_test {
            state.test = Some(new);
            log.test.push(self.now, new);
        } else {
            state.production = new;
            log.production.push(self.now, new);
        }
        let settled = new.settled;
        self.event(service, Fact::RuleChanged { rule, from: old.set, to: set }, why);
        if settled > self.now {
            let made = self.now;
            self.queue.push(self.now, settled, Command::RuleSettled { service, test: is_test, made });
        }
        self.touch(service);
    }

    /// Whether a command still means something when it is due.
    pub fn is_live(&self, command: &Command) -> bool {
        match command {
            Command::Cohort { service, cohort, step, stamp } => {
                self.services[*service].cohorts.get(cohort).is_some_and(|cohort| {
                    !cohort.members.is_empty()
                        && *stamp == if step.is_health() { cohort.health } else { cohort.life }
                })
            }
            Command::StageLimit { service, stage_stamp } => {
                self.deployment(*service).is_some_and(|deployment| {
                    // A bake is as long as it is configured (h37), and from a clean-up there is no way back (h20); the
                    // limit is for all else.
                    let bakes = matches!(deployment.wait, Wait::Timer(_));
                    deployment.stage_stamp == *stage_stamp && !bakes && !deployment.cleaning
                })
            }
            Command::CallHook { service, call }
            | Command::HookAnswers { service, call, .. }
            | Command::HookExpires { service, call } => self
                .deployment(*service)
                .is_some_and(|deployment| deployment.calls.iter().any(|hook| hook.id == *call && !hook.done)),
            Command::RuleSettled { service, test, made } => {
                let state = &self.services[*service];
                let rule = if *test { state.test } else { Some(state.production) };
                rule.is_some_and(|rule| rule.made == *made)
            }
            Command::Wake { service, due } => {
                let waits =
                    self.deployment(*service).is_some_and(|deployment| deployment.wait.until() == Some(*due));
                let state = &self.services[*service];
                waits
                    || state.back_off.values().any(|back_off| back_off.not_before == *due)
                    || state.cohorts.values().any(|cohort| cohort.protected_until == Some(*due))
            }
            Command::ReviewerAnswers { approval } => {
                self.run.approvals[*approval].state.last() == Some(&ApprovalState::Pending)
            }
            Command::Intervene(_) | Command::FaultEnds(_) => true,
        }
    }

    fn deployment(&self, service: usize) -> Option<&Deployment> {
        self.services[service].deployment.as_ref()
    }
}
