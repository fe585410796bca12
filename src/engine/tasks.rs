//! The life of tasks, a cohort at a time ("Amazon ECS task lifecycle").
//!
//! PROVISIONING, PENDING, ACTIVATING (pull, start), RUNNING; the target registers, its first passing check makes it
//! healthy; DEACTIVATING (the target drains for the whole deregistration delay), STOPPING, DEPROVISIONING, STOPPED.

use super::cohort::Cohort;
use super::event::{Fact, Why};
use super::queue::{CohortStep, Command};
use super::run::*;
use super::track::Track;
use super::world::{BackOff, World};
use crate::model::*;

/// A task without any health check counts so long after RUNNING (`minimumHealthyPercent` in the API reference).
pub(super) const COMES_OF_AGE: Span = Span::from_secs(40);

/// Gaps before the next launch after launches that failed before RUNNING. The cap of 27 minutes is documented
/// ("Amazon ECS service throttle logic"); the steps to it are our reading (h15).
const BACK_OFF_SECONDS: [u64; 10] = [0, 10, 20, 40, 80, 160, 320, 640, 1280, 1620];

impl CohortStep {
    /// Whether it belongs to the health checks rather than to the life of the task.
    pub const fn is_health(self) -> bool {
        matches!(
            self,
            CohortStep::TargetPasses
                | CohortStep::TargetFails
                | CohortStep::ContainerPasses
                | CohortStep::ContainerFails
                | CohortStep::ComesOfAge
                | CohortStep::GraceEnds
        )
    }
}

impl World<'_> {
    /// Puts `count` tasks into steady state at second 0, without a trace of how they came.
    pub fn place_running(&mut self, service: usize, revision: RevisionId, count: u32) {
        if count == 0 {
            return;
        }
        let has_targets = self.services[service].config.routing.kind.has_targets();
        let members = self.new_tasks(service, revision, count, TaskStatus::Running);
        let target = if has_targets { TargetHealth::Healthy } else { TargetHealth::NotRegistered };
        for &TaskId(task) in &members {
            let record = &mut self.run.services[service].tasks[task as usize];
            if has_targets {
                record.target.push(self.now, target);
            }
            record.counted.push(self.now, true);
        }
        let id = self.add_cohort(service, revision, members, TaskStatus::Running);
        let cohort = self.cohort_mut(service, id);
        (cohort.target, cohort.container_healthy, cohort.counted) = (target, true, true);
        cohort.seasoned = true;
        self.plan_exit(service, id);
    }

    /// Starts tasks, each in the Availability Zone that has the fewest of its revision. Returns how many found a
    /// zone.
    pub fn start_tasks(&mut self, service: usize, revision: RevisionId, count: u32, why: Why) -> u32 {
        if count == 0 {
            return 0;
        }
        let members = self.new_tasks(service, revision, count, TaskStatus::Provisioning);
        if members.is_empty() {
            return 0;
        }
        let started = members.len() as u32;
        let status = TaskStatus::Provisioning;
        self.event(service, Fact::TasksChanged { revision, tasks: members.clone(), status }, why);
        let id = self.add_cohort(service, revision, members, status);
        self.plan(service, id, self.services[service].config.timings.provision, CohortStep::Provisioned);
        self.touch(service);
        started
    }

    /// Stops tasks the way the scheduler does: out of the target group first, and the container only when the
    /// target has drained ("Load balancer connection draining").
    pub fn stop_tasks(&mut self, service: usize, tasks: &[TaskId], why: Why) {
        if tasks.is_empty() {
            return;
        }
        let separated = self.separate(service, tasks);
        for id in self.united(service, separated) {
            self.stop_cohort(service, id, why.clone());
        }
    }

    /// StopTask: the container is stopped at once, without waiting for its target to drain (h23).
    pub fn stop_task_by_hand(&mut self, service: usize, task: TaskId) {
        for id in self.separate(service, &[task]) {
            self.begin_stopping(service, id, StopCode::UserInitiated);
            let timings = self.services[service].config.timings;
            if self.cohort(service, id).target != TargetHealth::NotRegistered {
                self.plan(service, id, timings.deregister, CohortStep::Drains);
            }
            self.plan_stop_signal(service, id, Why::Asked);
        }
    }

    /// Tasks that vanish with what they ran on.
    pub fn lose_tasks(&mut self, service: usize, tasks: &[TaskId]) {
        for id in self.separate(service, tasks) {
            let (revision, members) = self.named(service, id);
            let fact = Fact::TasksFailed { revision, tasks: members, code: StopCode::InfrastructureHealth };
            self.event(service, fact, Why::Fault);
            self.begin_stopping(service, id, StopCode::InfrastructureHealth);
            self.dies(service, id);
            self.set_status(service, id, TaskStatus::Stopped, Why::Fault);
            if self.cohort(service, id).target == TargetHealth::NotRegistered {
                self.bury(service, id);
            } else {
                let deregister = self.services[service].config.timings.deregister;
                self.plan(service, id, deregister, CohortStep::Drains);
            }
        }
    }

    /// A cohort's next step is due.
    pub fn cohort_steps(&mut self, service: usize, id: u32, step: CohortStep) {
        let timings = self.services[service].config.timings;
        let revision = self.cohort(service, id).revision;
        match step {
            CohortStep::Provisioned => {
                let why = Why::Takes { what: "provisionSeconds", span: timings.provision };
                self.set_status(service, id, TaskStatus::Pending, why);
                let why = Why::Capacity { total: self.places_taken(service), capacity: self.capacity };
                self.set_status(service, id, TaskStatus::Activating, why);
                self.plan(service, id, timings.pull, CohortStep::Pulled);
            }
            CohortStep::Pulled if self.behavior(service, revision).image_missing => {
                self.fails_to_start(service, id, Why::Takes { what: "pullSeconds", span: timings.pull });
            }
            CohortStep::Pulled => {
                self.digest_is_found(service, revision);
                let start = self.behavior(service, revision).start;
                self.plan(service, id, start, CohortStep::Started);
            }
            CohortStep::Started if self.behavior(service, revision).crashes_at_start => {
                let span = self.behavior(service, revision).start;
                self.fails_to_start(service, id, Why::Takes { what: "startSeconds", span });
            }
            CohortStep::Started => self.runs(service, id),
            CohortStep::Registered => self.registers(service, id),
            CohortStep::TargetPasses => self.target_passes(service, id),
            CohortStep::TargetFails => self.target_fails(service, id),
            CohortStep::ContainerPasses | CohortStep::ComesOfAge => self.container_passes(service, id),
            CohortStep::ContainerFails => self.container_fails(service, id),
            CohortStep::GraceEnds => {
                let span = self.services[service].config.grace_period;
                self.verdict(service, id, Why::Takes { what: "healthCheckGracePeriodSeconds", span });
            }
            CohortStep::Exits => self.exits_if_it_must(service, id),
            CohortStep::Restarted => self.is_restarted(service, id),
            CohortStep::Drains => self.drains(service, id),
            CohortStep::Drained => {
                let span = self.group(service, revision).deregistration_delay;
                let why = Why::DeregistrationDelay { span };
                self.set_target(service, id, TargetHealth::NotRegistered, why.clone());
                self.plan_stop_signal(service, id, why);
            }
            CohortStep::Exited => {
                let span = self.exit_span(service);
                self.dies(service, id);
                let why = Why::Takes { what: "exitSeconds", span };
                self.set_status(service, id, TaskStatus::Deprovisioning, why);
                self.plan(service, id, timings.deprovision, CohortStep::Deprovisioned);
            }
            CohortStep::Deprovisioned => {
                let why = Why::Takes { what: "deprovisionSeconds", span: timings.deprovision };
                if self.cohort(service, id).target == TargetHealth::Draining {
                    self.set_target(service, id, TargetHealth::NotRegistered, why.clone());
                }
                self.set_status(service, id, TaskStatus::Stopped, why);
                self.bury(service, id);
            }
        }
        self.touch(service);
    }

    /// The tasks of a revision that are wanted and may be stopped, as far as they match, in the order in which the
    /// scheduler stops them: those that do not count first, then the oldest.
    pub fn in_stop_order(
        &self,
        service: usize,
        revision: RevisionId,
        matches: impl Fn(&Cohort) -> bool,
    ) -> Vec<TaskId> {
        let mut tasks: Vec<(bool, TaskId)> = self.services[service]
            .cohorts
            .values()
            .filter(|cohort| cohort.revision == revision && cohort.wanted && !cohort.protected())
            .filter(|cohort| matches(cohort))
            .flat_map(|cohort| cohort.members.iter().map(|&task| (cohort.counted, task)))
            .collect();
        tasks.sort_unstable();
        tasks.into_iter().map(|(_, task)| task).collect()
    }

    /// The container runs: checks begin, and what a running task needs.
    fn runs(&mut self, service: usize, id: u32) {
        let timings = self.services[service].config.timings;
        let revision = self.cohort(service, id).revision;
        let span = self.behavior(service, revision).start;
        self.set_status(service, id, TaskStatus::Running, Why::Takes { what: "startSeconds", span });
        let now = self.now;
        self.cohort_mut(service, id).running_since = now;
        self.services[service].back_off.remove(&revision);
        self.breaker_sees_running(service, revision);
        let fails = self.behavior(service, revision).fails_health_checks;
        let has_targets = self.services[service].config.routing.kind.has_targets();
        match self.services[service].config.container_check {
            Some(check) if fails => {
                let span = check.start_period + Span(check.interval.0 * u64::from(check.retries));
                self.plan(service, id, span, CohortStep::ContainerFails);
            }
            Some(check) => self.plan(service, id, check.interval, CohortStep::ContainerPasses),
            None if has_targets => self.cohort_mut(service, id).container_healthy = true,
            // Without any check there is nothing that could fail.
            None => self.plan(service, id, COMES_OF_AGE, CohortStep::ComesOfAge),
        }
        if has_targets {
            self.set_target(service, id, TargetHealth::Registering, Why::StageOrder);
            self.plan(service, id, timings.register, CohortStep::Registered);
        }
        self.plan_exit(service, id);
    }

    /// The task stops before RUNNING: the next launch is put off, and the breaker counts.
    fn fails_to_start(&mut self, service: usize, id: u32, why: Why) {
        let (revision, tasks) = self.named(service, id);
        let (count, launch) = (tasks.len() as u32, self.cohort(service, id).launch);
        let fact = Fact::TasksFailed { revision, tasks, code: StopCode::TaskFailedToStart };
        self.event(service, fact, why.clone());
        self.begin_stopping(service, id, StopCode::TaskFailedToStart);
        self.cohort_mut(service, id).dead = true;
        self.set_status(service, id, TaskStatus::Deprovisioning, why);
        let deprovision = self.services[service].config.timings.deprovision;
        self.plan(service, id, deprovision, CohortStep::Deprovisioned);
        let new = self.back_off(service, revision, launch);
        self.breaker_counts(service, revision, count, true);
        if new && self.behavior(service, revision).image_missing {
            self.digest_is_not_found(service, revision);
        }
    }

    /// Puts the next launch off; tasks launched together count once. Answers whether this launch had not counted yet.
    fn back_off(&mut self, service: usize, revision: RevisionId, launch: TaskId) -> bool {
        let (now, until_stopped) = (self.now, self.services[service].config.timings.deprovision);
        let back_off = self.services[service].back_off.entry(revision).or_default();
        if back_off.launch.is_some_and(|counted| counted >= launch) {
            return false;
        }
        let gap = Span::from_secs(BACK_OFF_SECONDS[back_off.failures.min(BACK_OFF_SECONDS.len() - 1)]);
        // The gap begins when the failed tasks are STOPPED.
        let wait = until_stopped + gap;
        *back_off = BackOff { failures: back_off.failures + 1, launch: Some(launch), not_before: now + wait };
        if !gap.is_zero() {
            self.event(service, Fact::LaunchDelayed { revision, until: now + wait }, Why::BackOff { gap });
        }
        self.wake_after(service, wait);
        true
    }

    /// A task has run as long as its software lasts. The software may have been mended, or given more time, since.
    fn exits_if_it_must(&mut self, service: usize, id: u32) {
        let cohort = self.cohort(service, id);
        let (revision, ran) = (cohort.revision, self.now.since(cohort.running_since));
        if self.behavior(service, revision).fails_after.is_none_or(|span| ran < span) {
            return;
        }
        match self.services[service].config.restart_period.filter(|&period| ran >= period) {
            Some(period) => self.restarts(service, id, period),
            None => self.exits(service, id),
        }
    }

    /// The essential container exits by itself. Requests go on arriving until the target is out of the group.
    fn exits(&mut self, service: usize, id: u32) {
        let (revision, tasks) = self.named(service, id);
        let timings = self.services[service].config.timings;
        let span = self.behavior(service, revision).fails_after.unwrap_or_default();
        let why = Why::Takes { what: "failsAfterSeconds", span };
        let fact = Fact::TasksFailed { revision, tasks, code: StopCode::EssentialContainerExited };
        self.event(service, fact, why.clone());
        self.begin_stopping(service, id, StopCode::EssentialContainerExited);
        self.dies(service, id);
        self.set_status(service, id, TaskStatus::Deprovisioning, why);
        if self.cohort(service, id).target != TargetHealth::NotRegistered {
            self.plan(service, id, timings.deregister, CohortStep::Drains);
        }
        self.plan(service, id, timings.deprovision, CohortStep::Deprovisioned);
    }

    /// The essential container exits and is started again in its task, which stays RUNNING ("Restart individual containers
    /// in Amazon ECS tasks with container restart policies"). Requests that arrive meanwhile fail, and so do health checks.
    fn restarts(&mut self, service: usize, id: u32, period: Span) {
        let (revision, tasks) = self.named(service, id);
        let why = Why::RestartPolicy { period };
        self.event(service, Fact::ContainersRestarted { revision, tasks }, why);
        self.lose_requests(service, id);
        self.cohort_mut(service, id).down = true;
        self.checks_change(service, id, true);
        let start = self.behavior(service, revision).start;
        self.plan(service, id, start, CohortStep::Restarted);
        self.touch(service);
    }

    /// A container that has exited runs again, and its life begins anew.
    fn is_restarted(&mut self, service: usize, id: u32) {
        let now = self.now;
        let cohort = self.cohort_mut(service, id);
        (cohort.down, cohort.running_since, cohort.seasoned) = (false, now, false);
        let revision = cohort.revision;
        let fails = self.behavior(service, revision).fails_health_checks;
        self.checks_change(service, id, fails);
        self.plan_exit(service, id);
    }

    /// The load balancer has taken note that a target leaves. That of a dead task is gone at once; others drain.
    fn drains(&mut self, service: usize, id: u32) {
        let span = self.services[service].config.timings.deregister;
        let why = Why::Takes { what: "deregisterSeconds", span };
        if self.cohort(service, id).dead {
            self.set_target(service, id, TargetHealth::NotRegistered, why);
            self.bury(service, id);
            return;
        }
        self.set_target(service, id, TargetHealth::Draining, why);
        let cohort = self.cohort(service, id);
        if cohort.status == TaskStatus::Deactivating {
            let delay = self.group(service, cohort.revision).deregistration_delay;
            self.plan(service, id, delay, CohortStep::Drained);
        }
    }

    /// Its containers are gone, and the requests they had.
    fn dies(&mut self, service: usize, id: u32) {
        self.lose_requests(service, id);
        self.cohort_mut(service, id).dead = true;
    }

    pub(super) fn stop_cohort(&mut self, service: usize, id: u32, why: Why) {
        let (status, target) = (self.cohort(service, id).status, self.cohort(service, id).target);
        if !self.cohort(service, id).wanted {
            return;
        }
        self.begin_stopping(service, id, StopCode::ServiceSchedulerInitiated);
        let timings = self.services[service].config.timings;
        match (status, target) {
            (
                TaskStatus::Running,
                TargetHealth::Initial | TargetHealth::Healthy | TargetHealth::Unhealthy,
            ) => {
                self.set_status(service, id, TaskStatus::Deactivating, why);
                self.plan(service, id, timings.deregister, CohortStep::Drains);
            }
            (TaskStatus::Running, _) => self.plan_stop_signal(service, id, why),
            // Nothing runs yet that would have to be stopped.
            _ => {
                self.cohort_mut(service, id).dead = true;
                self.set_status(service, id, TaskStatus::Deprovisioning, why);
                self.plan(service, id, timings.deprovision, CohortStep::Deprovisioned);
            }
        }
        self.touch(service);
    }

    fn plan_stop_signal(&mut self, service: usize, id: u32, why: Why) {
        self.set_status(service, id, TaskStatus::Stopping, why);
        let exit = self.exit_span(service);
        self.plan(service, id, exit, CohortStep::Exited);
    }

    /// From the stop signal to the exit: the container is killed after stopTimeout.
    fn exit_span(&self, service: usize) -> Span {
        let config = &self.services[service].config;
        config.timings.exit.min(config.stop_timeout)
    }

    fn begin_stopping(&mut self, service: usize, id: u32, code: StopCode) {
        let cohort = self.cohort(service, id);
        if cohort.wanted && !cohort.bad && code != StopCode::ServiceSchedulerInitiated {
            self.note_lost(service, id);
        }
        let now = self.now;
        let cohort = self.cohort_mut(service, id);
        (cohort.wanted, cohort.protected_until) = (false, None);
        cohort.life += 1;
        cohort.health += 1;
        let members = cohort.members.clone();
        for TaskId(task) in members {
            let record = &mut self.run.services[service].tasks[task as usize];
            record.stop_code = Some(code);
            record.stopping_since = Some(now);
        }
        self.recount(service, id);
    }

    /// Tasks that a rolling deployment was to keep for a while, and that are no good any more.
    pub(super) fn note_lost(&mut self, service: usize, id: u32) {
        let (revision, lost) =
            (self.cohort(service, id).revision, self.cohort(service, id).members.len() as u32);
        if self.is_coming(service, revision) {
            return;
        }
        if let Some(deployment) = &mut self.services[service].deployment
            && deployment.place.stage.is_none()
        {
            *deployment.lost.entry(revision).or_default() += lost;
        }
    }

    fn plan_exit(&mut self, service: usize, id: u32) {
        let revision = self.cohort(service, id).revision;
        if let Some(span) = self.behavior(service, revision).fails_after {
            let ran = self.now.since(self.cohort(service, id).running_since);
            self.plan(service, id, Span(span.0.saturating_sub(ran.0)), CohortStep::Exits);
        }
    }

    /// Software that now exits after a time takes the tasks that run with it, counted from their own start.
    pub fn exits_change(&mut self, service: usize, definition: usize) {
        for id in self.running_of(service, definition) {
            self.plan_exit(service, id);
        }
    }

    /// The cohorts that run a declared revision.
    pub(super) fn running_of(&self, service: usize, definition: usize) -> Vec<u32> {
        let revisions = &self.run.services[service].revisions;
        let cohorts = self.services[service].cohorts.iter();
        let running = cohorts.filter(|(_, cohort)| {
            let of_definition = revisions[cohort.revision.0 as usize].definition == definition;
            cohort.wanted && cohort.status == TaskStatus::Running && of_definition
        });
        running.map(|(&id, _)| id).collect()
    }

    pub(super) fn plan(&mut self, service: usize, id: u32, span: Span, step: CohortStep) {
        let cohort = self.cohort(service, id);
        let stamp = if step.is_health() { cohort.health } else { cohort.life };
        self.after(span, Command::Cohort { service, cohort: id, step, stamp });
    }

    fn set_status(&mut self, service: usize, id: u32, status: TaskStatus, why: Why) {
        self.cohort_mut(service, id).status = status;
        let (revision, tasks) = self.named(service, id);
        for &TaskId(task) in &tasks {
            self.run.services[service].tasks[task as usize].status.push(self.now, status);
        }
        self.event(service, Fact::TasksChanged { revision, tasks, status }, why);
        self.touch(service);
    }

    pub(super) fn set_target(&mut self, service: usize, id: u32, health: TargetHealth, why: Why) {
        self.cohort_mut(service, id).target = health;
        let (revision, tasks) = self.named(service, id);
        for &TaskId(task) in &tasks {
            self.run.services[service].tasks[task as usize].target.push(self.now, health);
        }
        let group = self.group_of(service, revision);
        self.event(service, Fact::TargetsChanged { revision, tasks, group, health }, why);
        self.touch(service);
    }

    /// A cohort that is STOPPED and out of its target group is over.
    fn bury(&mut self, service: usize, id: u32) {
        let cohort = self.cohort(service, id);
        let gone = !matches!(
            cohort.target,
            TargetHealth::Initial | TargetHealth::Healthy | TargetHealth::Unhealthy | TargetHealth::Draining
        );
        if cohort.status == TaskStatus::Stopped && gone {
            self.services[service].cohorts.remove(&id);
        }
    }

    fn new_tasks(
        &mut self,
        service: usize,
        revision: RevisionId,
        count: u32,
        status: TaskStatus,
    ) -> Vec<TaskId> {
        let zones: Vec<u8> =
            (0..self.services[service].config.zones).filter(|zone| !self.lost_zones.contains(zone)).collect();
        if zones.is_empty() {
            return Vec::new();
        }
        let mut sizes = self.zone_sizes(service, revision);
        let records = &mut self.run.services[service].tasks;
        (0..count)
            .map(|_| {
                let zone = zones.iter().copied().min_by_key(|&zone| sizes[usize::from(zone)]).unwrap_or(0);
                sizes[usize::from(zone)] += 1;
                records.push(TaskRecord {
                    revision,
                    zone,
                    status: Track::starting(self.now, status),
                    target: Track::default(),
                    counted: Track::default(),
                    protected_until: Track::default(),
                    stop_code: None,
                    stopping_since: None,
                });
                TaskId((records.len() - 1) as u32)
            })
            .collect()
    }
}
