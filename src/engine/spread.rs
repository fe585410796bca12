//! Where the requests of a service go: by the rule's weights to a group, and there to the targets that can take them.
//!
//! Everything that moves is drawn as steps on a grid of its own: a settling rule, a target's slow start, a task's
//! warm-up. A step depends on the state alone and not on where a batch begins, so that a cut changes nothing.

use super::cohort::Cohort;
use super::run::{RevisionId, RuleState};
use super::traffic::Micros;
use super::world::World;
use crate::model::*;

/// A request that would have to wait longer than this in a task's queue fails (h33).
pub(super) const QUEUE_LIMIT: Span = Span::from_secs(10);
/// The steps of a slow start and of a warm-up.
const SLICE: Span = Span::from_secs(1);
/// What a task that is RUNNING only now does of its work, in thousandths.
const COLDEST: u64 = 100;
/// While a rule settles, steps are shorter.
const RAMP_SLICE: Span = Span(250);

/// Rates are counted in 10^-15 of a request per ms: [`FINE`] of the millionths that queues and marks count in.
pub(super) const FINE: u128 = 1_000_000_000;
/// What all parts of a service's requests come to.
pub(super) const WHOLE: u128 = 1_000_000_000_000;

/// What a cohort gets and does in a batch. Rates in 10^-15 of a request per ms.
#[derive(Clone, Debug, Default)]
pub(super) struct Load {
    /// The cohort; `None` where a group has no target.
    pub cohort: Option<u32>,
    /// Its part of the service's requests, in 10^-12.
    pub part: u128,
    /// Requests sent to it.
    pub arrivals: u128,
    /// Of them, those that find its queue full or nobody there.
    pub refused: u128,
    /// Requests it works on, from its queue too.
    pub processed: u128,
    /// What it can work on before a request that joins now has waited for [`QUEUE_LIMIT`], in 10^-15.
    pub patience: u128,
    /// Requests waiting at the beginning, in 10^-15.
    pub queue: u128,
}

impl Load {
    /// Requests waiting `span` after the beginning, in 10^-15.
    pub fn queue_after(&self, span: u128) -> u128 {
        (self.queue + (self.arrivals - self.refused) * span).saturating_sub(self.processed * span)
    }

    /// How long a request waits behind a queue: its part of the longest wait, for a queue in front of tasks that warm up
    /// shortens faster and faster.
    pub fn wait(&self, queue: u128) -> Micros {
        let longest = u128::from(QUEUE_LIMIT.0) * 1_000;
        (queue * longest).checked_div(self.patience).unwrap_or(0) as Micros
    }
}

/// The end of a batch while it is being planned: nothing that is seen may change before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Until(pub SimTime);

impl Until {
    /// Something changes at that instant.
    pub fn no_later_than(&mut self, at: SimTime) {
        self.0 = self.0.min(at);
    }
}

/// A step of something that moves between two instants.
pub(super) struct Step {
    pub begin: SimTime,
    pub end: SimTime,
}

impl Step {
    /// The step that covers `at` on the grid of `width`, inside the movement.
    pub fn at(at: SimTime, width: Span, begun: SimTime, over: SimTime) -> Step {
        let begin = SimTime(at.0 / width.0 * width.0);
        Step { begin: begin.max(begun), end: (begin + width).min(over) }
    }

    /// How much of the movement has passed in its middle, in thousandths.
    fn progress(&self, begun: SimTime, whole: Span) -> u64 {
        (self.begin.since(begun).0 + self.end.since(begun).0) * 500 / whole.0.max(1)
    }
}

impl World<'_> {
    /// How `incoming` requests per ms are spread from `from` on, and what becomes of them in their queues.
    pub fn spread(&self, service: usize, from: SimTime, incoming: u128, until: &mut Until) -> Vec<Load> {
        let state = &self.services[service];
        let mut loads = Vec::new();
        let mut asked: Vec<u32> = Vec::new();
        for (group, share) in self.group_shares(service, from, until) {
            if share == 0 {
                continue;
            }
            let ids = self.eligible(service, group);
            let pulls = self.pulls(service, group, &ids, from, until);
            let sum = u128::from(pulls.iter().sum::<u64>().max(1));
            let rate = incoming * u128::from(share) / 1_000_000;
            let whole = u128::from(share) * 1_000_000;
            for (&id, &pull) in ids.iter().zip(&pulls) {
                let (part, arrivals) = (whole * u128::from(pull) / sum, rate * u128::from(pull) / sum);
                loads.push(self.load(service, id, part, arrivals, from, until));
            }
            if ids.is_empty() {
                loads.push(Load { part: whole, arrivals: rate, refused: rate, ..Load::default() });
            }
            asked.extend(ids);
        }
        // Those that get nothing new still work on what waits.
        for (&id, cohort) in &state.cohorts {
            if cohort.queued > 0 && cohort.answers() && !asked.contains(&id) {
                loads.push(self.load(service, id, 0, 0, from, until));
            }
        }
        loads
    }

    /// The share of each target group in the step that covers `from`, in parts per million.
    fn group_shares(&self, service: usize, from: SimTime, until: &mut Until) -> [(u8, u64); 2] {
        let state = &self.services[service];
        if !state.config.routing.kind.has_weights() {
            return [(0, 1_000_000), (1, 0)];
        }
        let second = self.second_share(service, from, until);
        [(0, 1_000_000 - second), (1, second)]
    }

    /// The share of each target group at the test rule, where there is one.
    pub fn test_shares(&self, service: usize, from: SimTime, until: &mut Until) -> Option<[(u8, u64); 2]> {
        let second = weight_share(self.services[service].test.as_ref()?, from, until);
        Some([(0, 1_000_000 - second), (1, second)])
    }

    /// The cohorts a group's requests go to: healthy targets; if there are none, all registered ones, since a load
    /// balancer fails open ("Health checks for Application Load Balancer target groups").
    pub fn eligible(&self, service: usize, group: u8) -> Vec<u32> {
        let state = &self.services[service];
        let kind = state.config.routing.kind;
        let in_group = |cohort: &Cohort| {
            kind == RoutingKind::Headless || self.group_of(service, cohort.revision) == group
        };
        let ids = |matches: &dyn Fn(&Cohort) -> bool| -> Vec<u32> {
            let chosen = state.cohorts.iter().filter(|(_, cohort)| in_group(cohort) && matches(cohort));
            chosen.map(|(&id, _)| id).collect()
        };
        if !kind.has_targets() {
            return ids(&|cohort| cohort.wanted && cohort.status == TaskStatus::Running);
        }
        let healthy = ids(&|cohort| cohort.target == TargetHealth::Healthy);
        if !healthy.is_empty() {
            return healthy;
        }
        ids(&|cohort| matches!(cohort.target, TargetHealth::Initial | TargetHealth::Unhealthy))
    }

    /// Tasks of a revision that users' requests can reach now.
    pub fn reachable(&self, service: usize, revision: RevisionId) -> bool {
        let group = self.group_of(service, revision);
        let share = self.group_shares(service, self.now, &mut Until(self.now))[usize::from(group)].1;
        let weighted = self.services[service].config.routing.kind.has_weights();
        (!weighted || share > 0)
            && self
                .eligible(service, group)
                .iter()
                .any(|&id| self.services[service].cohorts[&id].revision == revision)
    }

    /// The weight of a cohort in its group: its tasks, less while they start slowly.
    pub fn pull_of(&self, service: usize, id: u32, at: SimTime, until: &mut Until) -> u64 {
        let cohort = &self.services[service].cohorts[&id];
        let group = &self.services[service].config.routing.groups
            [usize::from(self.group_of(service, cohort.revision))];
        // A target that was unhealthy starts slowly again.
        let seasoned = cohort.seasoned && cohort.healthy_since == SimTime::ZERO;
        let slow_start = if seasoned { Span::ZERO } else { group.slow_start };
        let part = progress(at, cohort.healthy_since, slow_start, until).max(50);
        cohort.members.len() as u64 * part
    }

    /// What a cohort can do and does with its arrivals. Its queue grows, shrinks, or stays: the batch ends where it is
    /// full or empty.
    fn load(
        &self,
        service: usize,
        id: u32,
        part: u128,
        arrivals: u128,
        from: SimTime,
        until: &mut Until,
    ) -> Load {
        let cohort = &self.services[service].cohorts[&id];
        if !cohort.answers() {
            // Its target is still in the group, but nobody is there to answer.
            return Load { cohort: Some(id), part, arrivals, refused: arrivals, ..Load::default() };
        }
        let behavior = self.behavior(service, cohort.revision);
        let warm_up = if cohort.seasoned { Span::ZERO } else { behavior.warm_up };
        let (warmed, begun) = (behavior.capacity.0 * cohort.members.len() as u64, cohort.running_since);
        let pace = |warmth: u64| u128::from(warmed * warmth.max(COLDEST) / 1_000) * FINE;
        let capacity = pace(progress(from, begun, warm_up, until));
        let patience = patience(from, begun, warm_up, pace);
        let queue = u128::from(cohort.queued) * FINE;
        let usual =
            Load { cohort: Some(id), part, arrivals, refused: 0, processed: arrivals, patience, queue };
        if arrivals > capacity {
            let growth = arrivals - capacity;
            let room = patience.saturating_sub(queue);
            let refused = match in_ms(room / growth) {
                Span::ZERO => growth,
                span => {
                    until.no_later_than(from + span);
                    0
                }
            };
            return Load { refused, processed: capacity, ..usual };
        }
        let shrinking = capacity - arrivals;
        match queue.checked_div(shrinking).map(in_ms) {
            // The rest of a millisecond.
            Some(Span::ZERO) => Load { queue: 0, ..usual },
            Some(span) => {
                until.no_later_than(from + span);
                Load { processed: capacity, ..usual }
            }
            None => Load { processed: capacity, ..usual },
        }
    }
}

/// The share of group 1 at a rule in the step that covers `from`: the mean of what it is at the step's ends.
pub(super) fn weight_share(rule: &RuleState, from: SimTime, until: &mut Until) -> u64 {
    if rule.settled <= from {
        return u64::from(rule.set_share().0);
    }
    let step = Step::at(from, RAMP_SLICE, rule.made, rule.settled);
    until.no_later_than(step.end);
    (u64::from(rule.actual_share(step.begin).0) + u64::from(rule.actual_share(step.end).0)) / 2
}

/// How far something that began at `begun` and takes `whole` has come by the step that covers `at`, in thousandths.
fn progress(at: SimTime, begun: SimTime, whole: Span, until: &mut Until) -> u64 {
    let over = begun + whole;
    if at >= over {
        return 1_000;
    }
    let step = Step::at(at, SLICE, begun, over);
    until.no_later_than(step.end);
    step.progress(begun, whole)
}

/// What tasks that warm up work on in [`QUEUE_LIMIT`] from the beginning of the step that covers `at`, by `pace` for each
/// warmth: the same at every instant of the step, wherever a batch begins.
fn patience(at: SimTime, begun: SimTime, whole: Span, pace: impl Fn(u64) -> u128) -> u128 {
    let over = begun + whole;
    let from = if at < over { Step::at(at, SLICE, begun, over).begin } else { at };
    let end = from + QUEUE_LIMIT;
    let (mut at, mut work) = (from, 0);
    while at < end {
        let mut until = Until(end);
        let rate = pace(progress(at, begun, whole, &mut until));
        work += rate * u128::from(until.0.since(at).0);
        at = until.0;
    }
    work
}

fn in_ms(count: u128) -> Span {
    Span(u64::try_from(count).unwrap_or(u64::MAX))
}
