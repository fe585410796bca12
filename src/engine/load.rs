//! The data plane: where requests go, who answers them, and what becomes of those nobody can answer.
//!
//! Works on cohorts, never on single tasks or requests, and in batches: one batch for any stretch in which nothing
//! changes, and no longer than a second while a rule settles, a target starts slowly, software warms up, or a queue
//! grows or shrinks.

use super::poisson::{Stream, fork};
use super::run::RevisionId;
use super::traffic::{Flow, FlowKey, Mark};
use super::world::{Cohort, World};
use crate::model::*;
use std::collections::BTreeMap;

/// A request that would have to wait longer than this in a task's queue fails; our reading.
const QUEUE_LIMIT: Span = Span::from_secs(10);
/// The longest batch while something changes.
const SLICE: Span = Span::from_secs(1);
/// While a rule settles, batches are shorter, since a ramp is drawn as steps.
const RAMP_SLICE: Span = Span(250);

/// Accumulators count in 10^-9 of the unit of [`Mark`], so that no division loses a request.
const FINE: u128 = 1_000_000_000;

/// The flows of a service while they are being written, beside the marks in the run.
#[derive(Clone, Debug, Default)]
pub(super) struct LiveFlows {
    /// By place in the run's log: how far answered and failed requests have come, in 10^-15 of a request.
    reached: Vec<(u128, u128)>,
    /// What each flow got in its last batch, per ms; a batch alike only moves the last mark.
    last: Vec<Option<Slope>>,
    /// Up to when all flows are written.
    until: SimTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slope {
    good: u128,
    bad: u128,
    latency: Span,
    tasks: u32,
}

/// What one flow gets in a batch.
#[derive(Clone, Copy, Debug, Default)]
struct Portion {
    /// In 10^-15 of a request.
    good: u128,
    bad: u128,
    /// Latency in ms times requests, for the mean.
    waited: u128,
    tasks: u32,
    queued: u64,
}

impl World<'_> {
    /// Writes the requests of all services up to `to`, before anything changes there.
    pub fn flow_until(&mut self, to: SimTime) {
        for service in 0..self.services.len() {
            while self.services[service].flows.until < to {
                let from = self.services[service].flows.until;
                let end = self.batch_end(service, from, to);
                self.flow_batch(service, from, end);
                self.services[service].flows.until = end;
            }
        }
    }

    /// Tasks of a revision that users' requests can reach now.
    pub fn reachable(&self, service: usize, revision: RevisionId) -> bool {
        let group = self.group_of(service, revision);
        let share = self.services[service].production.actual_share(self.now);
        let group_share = if group == 1 { share.0 } else { Ratio::ONE.0 - share.0 };
        let weighted = self.services[service].config.routing.kind.has_weights();
        (!weighted || group_share > 0)
            && self
                .eligible(service, group)
                .iter()
                .any(|&id| self.services[service].cohorts[&id].revision == revision)
    }

    /// The share of requests to a service that fail in its software or in what it depends on, for one revision.
    pub fn error_of(&self, service: usize, revision: RevisionId) -> Ratio {
        let own = self.behavior(service, revision).error;
        self.dependencies.values().fold(own, |error, dependency| {
            let passes = u64::from(1_000_000 - error.0.min(1_000_000))
                * u64::from(1_000_000 - dependency.error.0.min(1_000_000));
            Ratio(1_000_000 - (passes / 1_000_000) as u32)
        })
    }

    /// The cohorts a group's requests go to: healthy targets; if there are none, all registered ones, since a load
    /// balancer fails open ("Health checks for Application Load Balancer target groups").
    fn eligible(&self, service: usize, group: u8) -> Vec<u32> {
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

    /// Where the batch that begins at `from` ends.
    fn batch_end(&self, service: usize, from: SimTime, to: SimTime) -> SimTime {
        let state = &self.services[service];
        let grid = |slice: Span| SimTime((from.0 / slice.0 + 1) * slice.0).min(to);
        let settling = |rule: &RuleState| rule.settled > from;
        if settling(&state.production) || state.test.as_ref().is_some_and(settling) {
            return grid(RAMP_SLICE);
        }
        let slow_start = |cohort: &Cohort| {
            let group = &state.config.routing.groups[usize::from(self.group_of(service, cohort.revision))];
            from < cohort.healthy_since + group.slow_start
        };
        let warming = |cohort: &Cohort| {
            let warm_up = self.behavior(service, cohort.revision).warm_up;
            !warm_up.is_zero() && from < cohort.running_since + warm_up
        };
        let serving = |cohort: &Cohort| cohort.wanted && cohort.status == TaskStatus::Running;
        let changing = state.cohorts.values().filter(|cohort| serving(cohort));
        if changing.clone().any(|cohort| slow_start(cohort) || warming(cohort))
            || self.queues_move(service, from)
        {
            return grid(SLICE);
        }
        to
    }

    /// Whether a queue grows or shrinks: requests wait, or more arrive than can be answered.
    fn queues_move(&self, service: usize, from: SimTime) -> bool {
        if service != 0 || self.rate.0 == 0 {
            return self.services[service].cohorts.values().any(|cohort| cohort.queued > 0);
        }
        self.spread(service, from, from).iter().filter(|load| load.cohort != NOBODY).any(|load| {
            let cohort = &self.services[service].cohorts[&load.cohort];
            let full = cohort.queued >= load.queue_limit;
            let more = load.arrivals > load.capacity;
            !cohort.dead && (cohort.queued > 0 || more) && !(full && more)
        })
    }

    /// How the production requests of an instant, or of a stretch in which a rule moves evenly, are spread.
    fn spread(&self, service: usize, from: SimTime, to: SimTime) -> Vec<Load> {
        let state = &self.services[service];
        let weighted = state.config.routing.kind.has_weights();
        let second = if weighted {
            (u64::from(state.production.actual_share(from).0)
                + u64::from(state.production.actual_share(to).0))
                / 2
        } else {
            0
        };
        let mut loads = Vec::new();
        for (group, share) in [(0_u8, 1_000_000 - second), (1, second)] {
            if share == 0 {
                continue;
            }
            let ids = self.eligible(service, group);
            let pulls: Vec<u64> = ids.iter().map(|&id| self.pull_of(service, id, from)).collect();
            let sum: u64 = pulls.iter().sum();
            // In 10^-15 of a request per ms: the rate is in 10^-6 and the share in 10^-6 of it, times 10^-3.
            let rate = u128::from(self.rate.0) * u128::from(share) * 1_000;
            for (&id, &pull) in ids.iter().zip(&pulls) {
                let cohort = &state.cohorts[&id];
                let tasks = cohort.members.len() as u64;
                let behavior = self.behavior(service, cohort.revision);
                let capacity = behavior.capacity.0 * tasks * self.warmth(behavior, cohort, from) / 1_000;
                loads.push(Load {
                    cohort: id,
                    arrivals: rate * u128::from(pull) / u128::from(sum.max(1)),
                    capacity: u128::from(capacity) * FINE,
                    queue_limit: capacity.saturating_mul(QUEUE_LIMIT.0),
                });
            }
            if ids.is_empty() {
                loads.push(Load { cohort: NOBODY, arrivals: rate, capacity: 0, queue_limit: 0 });
            }
        }
        loads
    }

    /// The weight of a cohort in its group: its tasks, less while they start slowly.
    fn pull_of(&self, service: usize, id: u32, at: SimTime) -> u64 {
        let state = &self.services[service];
        let cohort = &state.cohorts[&id];
        let group = &state.config.routing.groups[usize::from(self.group_of(service, cohort.revision))];
        let (age, whole) = (at.since(cohort.healthy_since).0, group.slow_start.0);
        let part = if age >= whole { 1_000 } else { (age * 1_000 / whole).max(50) };
        cohort.members.len() as u64 * part
    }

    /// How much of its full rate a task can serve, in thousandths: it grows evenly over the warm-up.
    fn warmth(&self, behavior: &Behavior, cohort: &Cohort, at: SimTime) -> u64 {
        let (age, whole) = (at.since(cohort.running_since).0, behavior.warm_up.0);
        if age >= whole { 1_000 } else { (age * 1_000 / whole).max(100) }
    }

    fn flow_batch(&mut self, service: usize, from: SimTime, to: SimTime) {
        let span = u128::from(to.since(from).0);
        let mut portions: BTreeMap<FlowKey, Portion> = BTreeMap::new();
        if service == 0 && self.rate.0 > 0 {
            for load in self.spread(service, from, to) {
                let arrivals = load.arrivals * span;
                if load.cohort == NOBODY {
                    portions.entry(FlowKey::Unserved).or_default().bad += arrivals;
                    continue;
                }
                let answer = self.answer(service, &load, span);
                let cohort = &self.services[service].cohorts[&load.cohort];
                let portion = portions.entry(FlowKey::Production(cohort.revision)).or_default();
                portion.bad += answer.bad;
                portion.good += arrivals - answer.bad;
                portion.waited += arrivals * u128::from(answer.latency.0);
                portion.tasks += cohort.members.len() as u32;
                portion.queued += answer.queued;
                if let Some(cohort) = self.services[service].cohorts.get_mut(&load.cohort) {
                    cohort.queued = answer.queued;
                }
            }
        }
        if service == 0 && self.scenario.traffic.test.0 > 0 {
            self.flow_tests(service, from, to, &mut portions);
        }
        self.mark(service, to, span, &portions);
    }

    /// What becomes of the requests a cohort gets in a batch.
    fn answer(&self, service: usize, load: &Load, span: u128) -> Answer {
        let cohort = &self.services[service].cohorts[&load.cohort];
        let behavior = self.behavior(service, cohort.revision);
        let arrivals = load.arrivals * span;
        if cohort.dead {
            // Its target is still in the group, but nobody is there to answer.
            return Answer { bad: arrivals, latency: Span::ZERO, queued: 0 };
        }
        let waiting = u128::from(cohort.queued) * FINE + arrivals;
        let left = waiting.saturating_sub(load.capacity * span);
        let limit = u128::from(load.queue_limit) * FINE;
        let overflow = left.saturating_sub(limit).min(arrivals);
        let queued = left.min(limit) / FINE;
        let error = self.error_of(service, cohort.revision);
        let errors = (arrivals - overflow) / 1_000_000 * u128::from(error.0);
        let mean_queue = (u128::from(cohort.queued) + queued) / 2 * FINE;
        let wait = mean_queue.checked_div(load.capacity).unwrap_or(0) as u64;
        let slowed = self.dependencies.values().fold(Span::ZERO, |sum, dependency| sum + dependency.latency);
        Answer {
            bad: overflow + errors,
            latency: behavior.latency + slowed + Span(wait),
            queued: queued as u64,
        }
    }

    /// Testers' requests: they load nobody, and meet what the test rule gives them.
    fn flow_tests(
        &self,
        service: usize,
        from: SimTime,
        to: SimTime,
        portions: &mut BTreeMap<FlowKey, Portion>,
    ) {
        let Some(rule) = self.services[service].test else { return };
        let second = (u64::from(rule.actual_share(from).0) + u64::from(rule.actual_share(to).0)) / 2;
        let span = u128::from(to.since(from).0);
        for (group, share) in [(0_u8, 1_000_000 - second), (1, second)] {
            let arrivals = u128::from(self.scenario.traffic.test.0) * u128::from(share) * 1_000 * span;
            let ids = self.eligible(service, group);
            let tasks: u128 =
                ids.iter().map(|id| self.services[service].cohorts[id].members.len() as u128).sum();
            if arrivals == 0 {
                continue;
            }
            if ids.is_empty() {
                portions.entry(FlowKey::TestUnserved).or_default().bad += arrivals;
            }
            for id in ids {
                let cohort = &self.services[service].cohorts[&id];
                let part = arrivals * cohort.members.len() as u128 / tasks;
                let error = if cohort.dead { Ratio::ONE } else { self.error_of(service, cohort.revision) };
                let bad = part / 1_000_000 * u128::from(error.0);
                let portion = portions.entry(FlowKey::Test(cohort.revision)).or_default();
                portion.bad += bad;
                portion.good += part - bad;
                portion.waited += part * u128::from(self.behavior(service, cohort.revision).latency.0);
                portion.tasks += cohort.members.len() as u32;
            }
        }
    }

    /// Writes a batch into the run's flows. A batch like the one before it only moves the last mark.
    fn mark(&mut self, service: usize, to: SimTime, span: u128, portions: &BTreeMap<FlowKey, Portion>) {
        let live = &mut self.services[service].flows;
        let log = &mut self.run.services[service].traffic;
        for &key in portions.keys() {
            if log.flow(key).is_none() {
                let seed = fork(self.scenario.seed, &[service as u64, key_number(key)]);
                let mut marks = Vec::new();
                if live.until > SimTime::ZERO {
                    marks.push(Mark { at: live.until, ..Mark::default() });
                }
                let (good, bad) = (Stream::new(fork(seed, &[1])), Stream::new(fork(seed, &[2])));
                log.flows.push(Flow { key, good, bad, marks });
                live.reached.push((0, 0));
                live.last.push(None);
            }
        }
        for (index, flow) in log.flows.iter_mut().enumerate() {
            let portion = portions.get(&flow.key).copied().unwrap_or_default();
            let sum = portion.good + portion.bad;
            let latency = Span((portion.waited + sum / 2).checked_div(sum).unwrap_or(0) as u64);
            let slope =
                Slope { good: portion.good / span, bad: portion.bad / span, latency, tasks: portion.tasks };
            live.reached[index].0 += portion.good;
            live.reached[index].1 += portion.bad;
            let (good, bad) = live.reached[index];
            let mark = Mark {
                at: to,
                good: (good / FINE) as u64,
                bad: (bad / FINE) as u64,
                rate: Rate((sum / span / FINE) as u64),
                latency,
                tasks: portion.tasks,
                queued: portion.queued,
            };
            match flow.marks.last_mut() {
                Some(last) if live.last[index] == Some(slope) => *last = mark,
                _ => flow.marks.push(mark),
            }
            live.last[index] = Some(slope);
        }
    }
}

/// Requests that a group without a target gets.
const NOBODY: u32 = u32::MAX;

/// What a cohort gets and can do; rates in 10^-15 of a request per ms.
struct Load {
    cohort: u32,
    arrivals: u128,
    capacity: u128,
    /// In 10^-6 of a request.
    queue_limit: u64,
}

struct Answer {
    bad: u128,
    latency: Span,
    queued: u64,
}

/// A number for the seed of a flow, so that each has a landscape of its own.
const fn key_number(key: FlowKey) -> u64 {
    match key {
        FlowKey::Unserved => 0,
        FlowKey::TestUnserved => 1,
        FlowKey::Production(RevisionId(revision)) => 2 + 2 * revision as u64,
        FlowKey::Test(RevisionId(revision)) => 3 + 2 * revision as u64,
    }
}
use super::run::RuleState;
