//! The service scheduler's look at a service whenever something happened to it, and what the service waits for then.

use super::cohort::Cohort;
use super::deployment::Wait;
use super::event::{Fact, Why};
use super::queue::{CohortStep, Command};
use super::rolling::{Kept, keep};
use super::run::*;
use super::waiting::Waiting;
use super::world::World;
use crate::model::*;

/// More looks in one instant than any scenario needs; reaching it would be a programmer's error.
const LOOKS: usize = 10_000;

impl World<'_> {
    /// Lets every service's scheduler act until nothing more can be done in this instant.
    pub fn settle(&mut self) {
        for service in 0..self.services.len() {
            while self.look(service) {
                self.write_down(service);
                // Zones are looked at only once a steady state is reached and written down.
                self.begin_rebalancing(service);
            }
        }
    }

    /// Lets a service's scheduler act until it comes to rest; says whether there was anything to look at.
    fn look(&mut self, service: usize) -> bool {
        for look in 0..LOOKS {
            if !std::mem::take(&mut self.services[service].dirty) {
                return look > 0;
            }
            self.remove_leftovers(service);
            let missing_room = self.is_replacing(service).then(|| self.rolling_pass(service)).flatten();
            self.end_rebalancing(service);
            self.keep_wanted(service, missing_room);
            self.advance(service);
        }
        panic!("the scheduler of service {service} does not come to rest at {} ms", self.now.0);
    }

    /// Keeps each revision at the number of tasks it is to have. Tells of tasks, its own or those of a rolling pass, for
    /// which there is no room.
    fn keep_wanted(&mut self, service: usize, mut missing_room: Option<(RevisionId, u32)>) {
        let wants: Vec<(RevisionId, u32)> =
            self.services[service].wants.iter().map(|(&r, &n)| (r, n)).collect();
        for (revision, want) in wants {
            let state = &self.services[service];
            // A task that moves to another zone has its replacement beside it for a while.
            let want = want + u32::from(state.rebalancing.is_some());
            let upper = state.config.deployment.upper_bound(state.config.desired_count);
            let of_revision = self.places_of(service, revision);
            let shifting = state.deployment.as_ref().filter(|deployment| deployment.course.strategy.shifts());
            let rolling = state.deployment.is_some() && shifting.is_none();
            // Two fleets side by side are not held to one bound; one fleet, with what it leaves behind, is, and so are
            // the two revisions of a rolling deployment that bakes after an early success.
            let taken = self.places_taken(service);
            let beside = if state.wants.len() > 1 && !rolling { of_revision } else { taken };
            let held = if shifting.is_some() { of_revision } else { beside };
            // maximumPercent does not limit the target's fleet under the shifting strategies (h13).
            let unlimited = shifting.is_some_and(|deployment| deployment.target == revision);
            let room = if unlimited { want } else { upper.max(want).saturating_sub(held) };
            let capacity = self.capacity.map_or(u32::MAX, |capacity| capacity.saturating_sub(taken));
            let delayed =
                state.back_off.get(&revision).is_some_and(|back_off| back_off.not_before > self.now);
            let kept = Kept {
                want,
                good: state.tasks_where(revision, |cohort| cohort.wanted && !cohort.bad),
                counted: state.tasks_where(revision, |cohort| cohort.counted),
                bad: state.tasks_where(revision, |cohort| cohort.wanted && cohort.bad),
                stopping: state.tasks_where(revision, |cohort| !cohort.wanted && cohort.exists()),
                room: if self.zones_left(service) { room.min(capacity) } else { 0 },
            };
            let keeping = keep(&kept);
            let placeable = if delayed { 0 } else { keeping.start };
            if kept.want > kept.good + keeping.start && room > kept.room {
                missing_room = Some((revision, kept.want - kept.good - keeping.start));
            }
            let why = match state.rebalancing {
                Some(spread) => Why::ZoneBalance(spread),
                None => Why::DesiredCount { have: kept.good, desired: want },
            };
            let surplus = self.surplus_in_stop_order(service, revision, keeping.stop_surplus);
            let fleet = self.services[service].deployment.as_ref().is_some_and(|d| d.target == revision);
            let start_why = match () {
                () if fleet && kept.good + kept.bad + kept.stopping == 0 => Why::FullFleet { desired: want },
                () if kept.bad > 0 => Why::ReplacesFailed,
                () => why.clone(),
            };
            let rolls =
                self.services[service].deployment.as_ref().is_some_and(|d| !d.course.strategy.shifts());
            if rolls
                && kept.bad == 0
                && placeable + surplus.len() as u32 > 0
                && let Some(bounds) = self.rolling_bounds(service)
            {
                // desiredCount changed while a rolling deployment bakes.
                self.decide(service, surplus.len() as u32, placeable, &bounds);
            }
            self.start_tasks(service, revision, placeable, start_why);
            self.stop_tasks(service, &surplus, why);
            if keeping.stop_bad > 0 {
                let mut bad = self.bad_tasks(service, revision);
                bad.truncate(keeping.stop_bad as usize);
                self.stop_tasks(service, &bad, Why::ReplacesFailed);
            }
        }
        let failed = missing_room.is_some();
        let was = std::mem::replace(&mut self.services[service].placement_failed, failed);
        if let (Some((revision, missing)), false) = (missing_room, was) {
            let why = match self.zones_left(service) {
                true => Why::Capacity { total: self.places_taken(service), capacity: self.capacity },
                false => Why::NoZoneLeft,
            };
            self.event(service, Fact::PlacementFailed { revision, missing }, why);
        }
    }

    /// Writes down how the service stands after its scheduler has looked.
    fn write_down(&mut self, service: usize) {
        let state = &self.services[service];
        let last_target = self.run.deployments.iter().rev().find(|d| d.service == service).map(|d| d.target);
        let counts = TaskCounts {
            total: state.total(),
            healthy: state.healthy(),
            healthy_target: last_target
                .map_or(0, |target| state.tasks_where(target, |cohort| cohort.counted)),
            starting: state.all_where(|cohort| cohort.wanted && !cohort.counted),
            stopping: state.all_where(|cohort| !cohort.wanted && cohort.exists()),
        };
        let desired = state.config.desired_count;
        let waiting = self.waits_for(service, &counts);
        let steady = matches!(waiting, Waiting::Steady { .. });
        let was_steady = std::mem::replace(&mut self.services[service].steady, steady);
        if steady && !was_steady {
            let why = Why::DesiredCount { have: counts.healthy, desired };
            self.event(service, Fact::SteadyState, why);
        }
        let now = self.now;
        let log = &mut self.run.services[service];
        log.counts.change(now, counts);
        log.waiting.change(now, waiting);
        self.see_users_back(service);
    }

    /// When no request can reach the target of a failed deployment any more, its users are back.
    fn see_users_back(&mut self, service: usize) {
        let Some(index) = self.run.deployments.iter().rposition(|run| run.service == service) else { return };
        let run = &self.run.deployments[index];
        let waits =
            run.rollback.as_ref().is_some_and(|rollback| rollback.goes_back && rollback.users_back.is_none());
        if waits && !self.reachable(service, run.target) {
            let now = self.now;
            if let Some(rollback) = &mut self.run.deployments[index].rollback {
                rollback.users_back = Some(now);
            }
        }
    }

    fn waits_for(&self, service: usize, counts: &TaskCounts) -> Waiting {
        let state = &self.services[service];
        let desired = state.config.desired_count;
        let Some(deployment) = &state.deployment else {
            let wanted: u32 = state.wants.values().sum();
            let rests = counts.starting == 0 && counts.stopping == 0;
            return match state.rebalancing {
                Some(spread) => Waiting::Rebalancing(spread),
                None if rests && counts.healthy >= desired && wanted >= desired => {
                    Waiting::Steady { desired: counts.healthy }
                }
                None => Waiting::Restoring { healthy: counts.healthy, desired },
            };
        };
        let back = deployment.rolling_back();
        match deployment.wait {
            Wait::Denied(next_try) => return Waiting::ListenerDenied { next_try },
            Wait::Network(until) => return Waiting::NetworkShift { until },
            Wait::Timer(until) if deployment.place.stage == Some(LifecycleStage::BakeTime) => {
                return Waiting::Bake { until, source_kept: deployment.course.strategy.shifts() };
            }
            Wait::Timer(until) => {
                let step = deployment.place.step;
                let share = deployment.steps.get(step).map_or(Permille::FULL, |step| step.share);
                let of = deployment.steps.len() as u32;
                return Waiting::StepBake { share, step: (step as u32 + 1, of), until };
            }
            Wait::Hooks => {
                if let Some(waiting) = self.waits_for_hooks(service) {
                    return waiting;
                }
            }
            Wait::Work => {}
        }
        match deployment.place.stage {
            Some(LifecycleStage::ScaleUp) => Waiting::ScaleUp {
                revision: deployment.target,
                healthy: state.tasks_where(deployment.target, |cohort| cohort.counted),
                desired,
                next_launch: state
                    .back_off
                    .get(&deployment.target)
                    .map(|back_off| back_off.not_before)
                    .filter(|&at| at > self.now),
            },
            None if !deployment.removing_sources => match self.rolling_bounds(service) {
                Some(bounds) if deployment.stuck => Waiting::Stuck(bounds),
                Some(bounds) if bounds.old + bounds.starting + bounds.stopping == 0 => {
                    self.waits_for_protected(service).unwrap_or(Waiting::Rolling(bounds))
                }
                Some(bounds) => Waiting::Rolling(bounds),
                None => Waiting::Steady { desired },
            },
            _ if self.settled_at(service) > self.now => {
                Waiting::Propagation { until: self.settled_at(service) }
            }
            _ => {
                let leaving =
                    if back { Some(deployment.target) } else { deployment.sources.first().copied() };
                let revision = leaving.unwrap_or(deployment.target);
                let remaining = state.tasks_where(revision, Cohort::exists);
                match self.waits_for_protected(service) {
                    Some(waiting) if counts.stopping == 0 => waiting,
                    _ => Waiting::Removing {
                        revision,
                        remaining,
                        until: self.next_gone(service, revision).unwrap_or(self.now),
                    },
                }
            }
        }
    }

    /// The tasks of a revision that leaves that are under scale-in protection.
    fn waits_for_protected(&self, service: usize) -> Option<Waiting> {
        let coming = self.services[service].deployment.as_ref()?.coming();
        let mut leaving = self.active_revisions(service).into_iter().filter(|&r| Some(r) != coming);
        leaving.find_map(|revision| {
            let until = self.protected_until(service, revision)?;
            let tasks = self.services[service].tasks_where(revision, Cohort::protected);
            Some(Waiting::Protected { revision, tasks, until })
        })
    }

    fn waits_for_hooks(&self, service: usize) -> Option<Waiting> {
        let deployment = self.services[service].deployment.as_ref()?;
        let call = deployment.calls.iter().find(|call| !call.done)?;
        let config = &deployment.hooks[call.hook];
        let (stage, hook, expires) = (call.stage, call.name.clone(), call.expires);
        if config.target == HookTarget::Pause {
            return Some(Waiting::Pause { stage, hook, expires, action: config.timeout_action });
        }
        let pending = |approval: &Approval| {
            approval.deployment == deployment.index && approval.state.last() == Some(&ApprovalState::Pending)
        };
        let approval = self.run.approvals.iter().any(pending);
        Some(Waiting::Hooks { stage, hook, expires, approval })
    }

    /// When the next of a revision's stopping tasks is STOPPED.
    fn next_gone(&self, service: usize, revision: RevisionId) -> Option<SimTime> {
        let state = &self.services[service];
        let timings = &state.config.timings;
        let delay =
            state.config.routing.groups[usize::from(self.group_of(service, revision))].deregistration_delay;
        let exit = timings.exit.min(state.config.stop_timeout);
        self.queue
            .iter()
            .filter_map(|(at, command)| match command {
                Command::Cohort { service: of, cohort, step, .. }
                    if *of == service && self.is_live(command) =>
                {
                    let cohort = &state.cohorts[cohort];
                    let rest = match step {
                        CohortStep::Drains if !cohort.dead => delay + exit + timings.deprovision,
                        CohortStep::Drained => exit + timings.deprovision,
                        CohortStep::Exited => timings.deprovision,
                        CohortStep::Deprovisioned => Span::ZERO,
                        _ => return None,
                    };
                    (cohort.revision == revision && !cohort.wanted).then(|| at + rest)
                }
                _ => None,
            })
            .min()
    }
}
