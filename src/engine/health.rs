//! Health checks: how a target and a container become healthy, fail, recover, and when a task counts.
//!
//! The first passing check makes a new target healthy; HealthyThresholdCount is for recovery only. Checks are made every
//! interval from registration on, and as many as UnhealthyThresholdCount must fail in a row ("Health checks for
//! Application Load Balancer target groups").

use super::event::{Fact, Why};
use super::queue::CohortStep;
use super::run::*;
use super::tasks::COMES_OF_AGE;
use super::world::World;
use crate::model::*;

impl World<'_> {
    /// The software of a definition changed its mind about health checks: tasks that run meet it at their next ones.
    pub fn health_checks_change(&mut self, service: usize, definition: usize) {
        for id in self.running_of(service, definition) {
            if !self.cohort(service, id).down {
                let revision = self.cohort(service, id).revision;
                let fails = self.behavior(service, revision).fails_health_checks;
                self.checks_change(service, id, fails);
            }
        }
    }

    /// From the next check on, tasks that run fail their health checks, or pass them.
    pub(super) fn checks_change(&mut self, service: usize, id: u32, fails: bool) {
        self.cohort_mut(service, id).health += 1;
        let cohort = self.cohort(service, id);
        let (revision, registered_at) = (cohort.revision, cohort.registered_at);
        let (target, running_since) = (cohort.target, cohort.running_since);
        let (healthy, down) = (cohort.container_healthy, cohort.down);
        let group = self.group(service, revision).clone();
        let check = next_check(registered_at, group.interval, self.now);
        let in_a_row = |count: u32| Span(group.interval.0 * u64::from(count.saturating_sub(1)));
        let (to_fail, to_recover) =
            (check + in_a_row(group.unhealthy_threshold), check + in_a_row(group.healthy_threshold));
        match (target, fails) {
            (TargetHealth::Healthy | TargetHealth::Initial, true) => {
                self.plan(service, id, to_fail, CohortStep::TargetFails);
            }
            (TargetHealth::Initial, false) => self.plan(service, id, check, CohortStep::TargetPasses),
            (TargetHealth::Unhealthy, false) => self.plan(service, id, to_recover, CohortStep::TargetPasses),
            // Its verdict is still to come.
            (TargetHealth::Unhealthy, true) => self.plan(service, id, to_fail, CohortStep::GraceEnds),
            _ => {}
        }
        if let Some(container) = self.services[service].config.container_check {
            let check = next_check(running_since, container.interval, self.now);
            let retries = Span(container.interval.0 * u64::from(container.retries.saturating_sub(1)));
            match (healthy, fails) {
                (_, true) => self.plan(service, id, check + retries, CohortStep::ContainerFails),
                (false, false) => self.plan(service, id, check, CohortStep::ContainerPasses),
                (true, false) => {}
            }
        } else if !healthy && !down && !self.services[service].config.routing.kind.has_targets() {
            // Without any check it only has to come of age.
            let left = COMES_OF_AGE.0.saturating_sub(self.now.since(running_since).0);
            self.plan(service, id, Span(left), CohortStep::ComesOfAge);
        }
    }

    /// A load balancer comes before tasks that run: those that were healthy without it are its healthy targets at once.
    pub(super) fn register_all(&mut self, service: usize) {
        let cohorts = self.services[service].cohorts.iter();
        let running = cohorts.filter(|(_, cohort)| cohort.wanted && cohort.status == TaskStatus::Running);
        let ids: Vec<u32> = running.map(|(&id, _)| id).collect();
        for id in ids {
            let (now, revision) = (self.now, self.cohort(service, id).revision);
            let without_check = self.services[service].config.container_check.is_none();
            let cohort = self.cohort_mut(service, id);
            cohort.registered_at = now;
            cohort.container_healthy |= without_check;
            if cohort.counted {
                self.set_target(service, id, TargetHealth::Healthy, Why::StageOrder);
                if self.behavior(service, revision).fails_health_checks {
                    self.checks_change(service, id, true);
                }
            } else {
                self.registers(service, id);
            }
            self.recount(service, id);
        }
    }

    pub(super) fn registers(&mut self, service: usize, id: u32) {
        let timings = self.services[service].config.timings;
        let now = self.now;
        self.cohort_mut(service, id).registered_at = now;
        let why = Why::Takes { what: "registerSeconds", span: timings.register };
        let revision = self.cohort(service, id).revision;
        if !self.group(service, revision).attached {
            self.set_target(service, id, TargetHealth::NotInUse, Why::NotInUse);
            self.networking_fails(service, revision);
            return;
        }
        self.set_target(service, id, TargetHealth::Initial, why);
        if self.behavior(service, revision).fails_health_checks {
            let group = self.group(service, revision);
            let span = Span(group.interval.0 * u64::from(group.unhealthy_threshold));
            self.plan(service, id, span, CohortStep::TargetFails);
        } else {
            self.plan(service, id, timings.first_check, CohortStep::TargetPasses);
        }
    }

    /// The load balancer's checks make a target healthy: a new one by its first pass.
    pub(super) fn target_passes(&mut self, service: usize, id: u32) {
        let now = self.now;
        let cohort = self.cohort_mut(service, id);
        (cohort.healthy_since, cohort.bad) = (now, false);
        let (revision, recovered) = (cohort.revision, cohort.target == TargetHealth::Unhealthy);
        let why = if recovered {
            Why::Recovered { passes: self.group(service, revision).healthy_threshold }
        } else {
            Why::FirstPass
        };
        self.set_target(service, id, TargetHealth::Healthy, why);
        self.recount(service, id);
    }

    /// The load balancer's checks make a target unhealthy.
    pub(super) fn target_fails(&mut self, service: usize, id: u32) {
        let group = self.group(service, self.cohort(service, id).revision);
        let why = Why::FailedChecks { failures: group.unhealthy_threshold, interval: group.interval };
        self.set_target(service, id, TargetHealth::Unhealthy, why.clone());
        self.recount(service, id);
        self.verdict(service, id, why);
    }

    /// The container's own check passes, or there is none and the task has come of age.
    pub(super) fn container_passes(&mut self, service: usize, id: u32) {
        let cohort = self.cohort_mut(service, id);
        (cohort.container_healthy, cohort.bad) = (true, false);
        self.recount(service, id);
    }

    /// The container's own check has failed as often as it may.
    pub(super) fn container_fails(&mut self, service: usize, id: u32) {
        self.cohort_mut(service, id).container_healthy = false;
        self.recount(service, id);
        if let Some(check) = self.services[service].config.container_check {
            let why = Why::FailedChecks { failures: check.retries, interval: check.interval };
            self.verdict(service, id, why);
        }
    }

    /// A failed health check counts once the grace period is over ("healthCheckGracePeriodSeconds").
    pub(super) fn verdict(&mut self, service: usize, id: u32, why: Why) {
        let cohort = self.cohort(service, id);
        if !cohort.wanted || cohort.bad || cohort.counted {
            return;
        }
        // Failures inside the grace period are ignored, so that as many as make a verdict must follow it.
        let grace = self.services[service].config.grace_period;
        let failing = if grace.is_zero() { Span::ZERO } else { self.verdict_span(service, id) };
        let earliest = cohort.running_since + grace + failing;
        if self.now < earliest {
            let span = earliest.since(self.now);
            self.plan(service, id, span, CohortStep::GraceEnds);
            return;
        }
        self.cohort_mut(service, id).bad = true;
        let (revision, tasks) = self.named(service, id);
        let count = tasks.len() as u32;
        let fact = Fact::TasksFailed { revision, tasks, code: StopCode::ServiceSchedulerInitiated };
        self.event(service, fact, why.clone());
        // A task that a deployment brings is not worth keeping; others are replaced before they are stopped.
        if self.is_coming(service, revision) {
            self.stop_cohort(service, id, why);
        } else {
            self.note_lost(service, id);
        }
        self.breaker_counts(service, revision, count, false);
    }

    /// How long checks must fail in a row until they make a verdict.
    fn verdict_span(&self, service: usize, id: u32) -> Span {
        let group = self.group(service, self.cohort(service, id).revision);
        match self.services[service].config.container_check {
            Some(check) if !self.cohort(service, id).container_healthy => {
                Span(check.interval.0 * u64::from(check.retries))
            }
            _ => Span(group.interval.0 * u64::from(group.unhealthy_threshold)),
        }
    }

    /// Works out anew whether the cohort counts towards minimumHealthyPercent.
    pub(super) fn recount(&mut self, service: usize, id: u32) {
        let config = &self.services[service].config;
        let (load_balancer, container) =
            (config.routing.kind.has_targets(), config.container_check.is_some());
        let cohort = self.cohort(service, id);
        let counted = cohort.wanted
            && cohort.status == TaskStatus::Running
            && cohort.container_healthy
            && (!load_balancer || cohort.target == TargetHealth::Healthy);
        if counted == cohort.counted {
            return;
        }
        self.cohort_mut(service, id).counted = counted;
        let (revision, tasks) = self.named(service, id);
        for &TaskId(task) in &tasks {
            self.run.services[service].tasks[task as usize].counted.push(self.now, counted);
        }
        if counted {
            let why = if load_balancer || container {
                Why::Checked { load_balancer, container }
            } else {
                Why::NoChecks
            };
            self.event(service, Fact::TasksCounted { revision, tasks }, why);
            self.breaker_sees_healthy(service, revision);
        }
        self.touch(service);
    }
}

/// How long until the next of the checks made every `interval` since `first`.
fn next_check(first: SimTime, interval: Span, now: SimTime) -> Span {
    let since = now.since(first).0;
    let interval = interval.0.max(1);
    Span(interval - since % interval)
}
