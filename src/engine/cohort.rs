//! Tasks of one revision in equal state are one cohort; a task leaves it when it differs. So cost follows differences
//! and not the number of tasks.

use super::holds::Held;
use super::run::*;
use super::spread::FINE;
use super::world::World;
use crate::model::*;

/// Tasks of one revision in the same state. A task that differs leaves its cohort.
#[derive(Clone, Debug)]
pub(super) struct Cohort {
    /// The service revision they run.
    pub revision: RevisionId,
    /// The tasks, oldest first.
    pub members: Vec<TaskId>,
    /// Their `lastStatus`.
    pub status: TaskStatus,
    /// Wanted to run; otherwise it is on its way out.
    pub wanted: bool,
    /// Its container has exited or is lost, though its target may still be in the group.
    pub dead: bool,
    /// Its container has exited and is being started again in its task.
    pub down: bool,
    /// What their targets are to the load balancer.
    pub target: TargetHealth,
    /// HEALTHY by the container's own check, or by age where there is no check at all.
    pub container_healthy: bool,
    /// Failed its health checks, the grace period over.
    pub bad: bool,
    /// Counts towards minimumHealthyPercent.
    pub counted: bool,
    /// The first task of the launch it came by: what tells launches apart, even of one instant.
    pub launch: TaskId,
    /// RUNNING since long before second 0: warm, and past any slow start.
    pub seasoned: bool,
    /// When they became RUNNING, or their container ran again.
    pub running_since: SimTime,
    /// When their targets were registered.
    pub registered_at: SimTime,
    /// When their targets last became healthy.
    pub healthy_since: SimTime,
    /// Requests waiting in the tasks' queues, in millionths.
    pub queued: u64,
    /// With target stickiness: those who keep one of its targets, in 10^-12 of all who keep one of the group.
    pub held: Held,
    /// Until when scale-in protection holds it.
    pub protected_until: Option<SimTime>,
    /// Requests the tasks work on.
    pub flight: Flight,
    /// Commands for steps of its life carry this; others are dropped.
    pub life: u32,
    /// Commands for health checks carry this; others are dropped.
    pub health: u32,
}

/// The requests that a cohort got last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flight {
    /// How many it worked on, in 10^-15 of a request per ms.
    pub rate: u128,
    /// How long each took, without waiting.
    pub lasts: Span,
    /// Until when it got them.
    pub until: SimTime,
    /// The share of them that fails anyway.
    pub error: Ratio,
}

impl Cohort {
    /// The mean number of requests that it has accepted and will answer, in 10^-15.
    pub fn under_way(&self, now: SimTime) -> u128 {
        let left = self.flight.lasts.0.saturating_sub(now.since(self.flight.until).0);
        let all = u128::from(self.queued) * FINE + self.flight.rate * u128::from(left);
        all / 1_000_000 * u128::from(Ratio::ONE.0 - self.flight.error.0)
    }

    /// Whether somebody is there to answer requests.
    pub fn answers(&self) -> bool {
        !self.dead && !self.down
    }

    /// From PROVISIONING to DEPROVISIONING.
    pub fn exists(&self) -> bool {
        self.status != TaskStatus::Stopped
    }
}

impl World<'_> {
    /// Takes tasks out of their cohorts into cohorts of their own, one for each they came from.
    pub(super) fn separate(&mut self, service: usize, tasks: &[TaskId]) -> Vec<u32> {
        let state = &mut self.services[service];
        let mut separated = Vec::new();
        let ids: Vec<u32> = state.cohorts.keys().copied().collect();
        let mut wanted: Vec<TaskId> = tasks.to_vec();
        wanted.sort_unstable();
        for id in ids {
            let Some(cohort) = state.cohorts.get_mut(&id) else { continue };
            let (leaving, staying): (Vec<TaskId>, Vec<TaskId>) =
                cohort.members.iter().partition(|task| wanted.binary_search(task).is_ok());
            if leaving.is_empty() {
                continue;
            }
            if staying.is_empty() {
                separated.push(id);
                continue;
            }
            let mut left = cohort.clone();
            left.queued = cohort.queued * leaving.len() as u64 / cohort.members.len() as u64;
            cohort.queued -= left.queued;
            for (left, held) in left.held.iter_mut().zip(&mut cohort.held) {
                *left = *held / cohort.members.len() as u64 * leaving.len() as u64;
                *held -= *left;
            }
            left.flight.rate = cohort.flight.rate * leaving.len() as u128 / cohort.members.len() as u128;
            cohort.flight.rate -= left.flight.rate;
            cohort.members = staying;
            left.members = leaving;
            let new = state.next_cohort;
            state.next_cohort += 1;
            state.cohorts.insert(new, left);
            separated.push(new);
        }
        separated
    }

    /// Puts cohorts that will from now on go the same way into one.
    pub(super) fn united(&mut self, service: usize, ids: Vec<u32>) -> Vec<u32> {
        let state = &mut self.services[service];
        let mut united: Vec<u32> = Vec::new();
        for id in ids {
            let way = |cohort: &Cohort| {
                (cohort.revision, cohort.status, cohort.target, cohort.dead, cohort.down, cohort.wanted)
            };
            let same =
                united.iter().copied().find(|into| way(&state.cohorts[into]) == way(&state.cohorts[&id]));
            match same.and_then(|into| Some((into, state.cohorts.remove(&id)?))) {
                Some((into, joining)) => {
                    if let Some(cohort) = state.cohorts.get_mut(&into) {
                        cohort.members.extend(joining.members);
                        cohort.members.sort_unstable();
                        cohort.queued += joining.queued;
                        for (held, joining) in cohort.held.iter_mut().zip(joining.held) {
                            *held += joining;
                        }
                        cohort.flight.rate += joining.flight.rate;
                    }
                }
                None => united.push(id),
            }
        }
        united
    }

    /// A cohort of new tasks.
    pub(super) fn add_cohort(
        &mut self,
        service: usize,
        revision: RevisionId,
        members: Vec<TaskId>,
        status: TaskStatus,
    ) -> u32 {
        let now = self.now;
        let state = &mut self.services[service];
        let id = state.next_cohort;
        state.next_cohort += 1;
        let cohort = Cohort {
            revision,
            launch: members[0],
            members,
            status,
            wanted: true,
            dead: false,
            down: false,
            target: TargetHealth::NotRegistered,
            container_healthy: false,
            bad: false,
            counted: false,
            seasoned: false,
            running_since: now,
            registered_at: now,
            healthy_since: now,
            queued: 0,
            held: Held::default(),
            protected_until: None,
            flight: Flight::default(),
            life: 0,
            health: 0,
        };
        state.cohorts.insert(id, cohort);
        id
    }

    /// The revision of a cohort, and its tasks.
    pub(super) fn named(&self, service: usize, id: u32) -> (RevisionId, Vec<TaskId>) {
        let cohort = self.cohort(service, id);
        (cohort.revision, cohort.members.clone())
    }

    /// The target group that a revision's tasks are in.
    pub(super) fn group(&self, service: usize, revision: RevisionId) -> &TargetGroup {
        &self.services[service].config.routing.groups[usize::from(self.group_of(service, revision))]
    }

    /// A cohort that is there.
    pub(super) fn cohort(&self, service: usize, id: u32) -> &Cohort {
        &self.services[service].cohorts[&id]
    }

    /// A cohort that is there, to be changed.
    pub(super) fn cohort_mut(&mut self, service: usize, id: u32) -> &mut Cohort {
        self.services[service].cohorts.get_mut(&id).expect("a command was live for a cohort that is gone")
    }
}
