//! The data plane: where requests go, who answers them, and what becomes of those nobody can answer.
//!
//! Works on cohorts, never on single tasks or requests, and in batches: one batch for any stretch in which all rates
//! stay as they are. [`super::spread`] says where requests go and [`super::application`] what they come to; here they
//! are written into the run.

use super::application::{Batch, Fate};
use super::cohort::Flight;
use super::poisson::{Stream, fork, mix};
use super::run::RevisionId;
use super::spread::{FINE, Until};
use super::traffic::{Flow, FlowKey, Mark, Micros};
use super::world::World;
use crate::model::*;
use std::collections::BTreeMap;

/// The flows of a service while they are being written, beside the marks in the run.
#[derive(Clone, Debug, Default)]
pub(super) struct LiveFlows {
    /// By place in the run's log: how far answered and failed requests have come, in 10^-15 of a request.
    reached: Vec<(u128, u128)>,
    /// What each flow got in its last batch; a batch alike only moves the last mark.
    last: Vec<Option<Portion>>,
}

/// What one flow gets in a batch. Rates in 10^-15 of a request per ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Portion {
    good: u128,
    bad: u128,
    /// Requests that came to a task which is still there: they have a latency.
    timed: u128,
    /// Latencies, each times that rate, for the mean.
    latency: [u128; 2],
    wait: [u128; 2],
    own: u128,
    deviation: u128,
    tasks: u32,
    queued: u64,
}

impl Portion {
    fn add(&mut self, arrivals: u128, bad: u128, fate: &Fate) {
        self.bad += bad;
        self.good += arrivals - bad;
        let Some(latencies) = fate.latency else { return };
        self.timed += arrivals;
        for (end, latency) in latencies.iter().enumerate() {
            self.latency[end] += arrivals * u128::from(latency.whole());
            self.wait[end] += arrivals * u128::from(latency.wait);
        }
        self.own += arrivals * u128::from(latencies[0].own);
        self.deviation += arrivals * u128::from(latencies[0].deviation);
    }

    /// Whether the batch that follows with this portion goes on as the one before.
    fn goes_on(&self) -> bool {
        self.latency[0] == self.latency[1] && self.wait[0] == self.wait[1]
    }
}

impl World<'_> {
    /// Writes the requests of all services up to `to`, before anything changes there.
    pub fn flow_until(&mut self, to: SimTime) {
        self.void_choices();
        while self.flowed < to {
            self.hold_targets();
            let from = self.flowed;
            let batch = self.batch(from, to);
            let span = u128::from(batch.until.since(from).0);
            for service in 0..self.services.len() {
                let portions = self.portions(service, &batch);
                self.mark(service, batch.until, span, &portions);
            }
            for (service, fates) in batch.services.iter().enumerate() {
                self.remember(service, batch.until, span, fates);
            }
            self.flowed = batch.until;
        }
    }

    /// What the flows of a service get.
    fn portions(&self, service: usize, batch: &Batch) -> BTreeMap<FlowKey, Portion> {
        let mut portions: BTreeMap<FlowKey, Portion> = BTreeMap::new();
        let fates = batch.services.get(service).map_or(&[][..], |fates| fates);
        let span = u128::from(batch.until.since(self.flowed).0);
        for fate in fates.iter().filter(|fate| fate.load.arrivals > 0 || fate.load.processed > 0) {
            let load = &fate.load;
            let Some(id) = load.cohort else {
                portions.entry(FlowKey::Unserved).or_default().add(load.arrivals, load.arrivals, fate);
                continue;
            };
            let cohort = &self.services[service].cohorts[&id];
            let accepted = load.arrivals - load.refused;
            let bad = load.refused + accepted / 1_000_000 * u128::from(fate.error.0);
            let portion = portions.entry(FlowKey::Production(cohort.revision)).or_default();
            portion.add(load.arrivals, bad, fate);
            portion.queued += (load.queue_after(span) / FINE) as u64;
            if load.arrivals > 0 {
                portion.tasks += cohort.members.len() as u32;
            }
        }
        if service == ENTRY && self.scenario.traffic.test.0 > 0 {
            self.test_portions(batch, &mut portions);
        }
        portions
    }

    /// Testers' requests: they load nobody, and meet what the test rule gives them.
    fn test_portions(&self, batch: &Batch, portions: &mut BTreeMap<FlowKey, Portion>) {
        let mut until = Until(batch.until);
        let Some(shares) = self.test_shares(ENTRY, self.flowed, &mut until) else { return };
        let called = self.called(ENTRY, &batch.outcomes);
        for (group, share) in shares {
            let arrivals = u128::from(self.scenario.traffic.test.0) * u128::from(share) * 1_000;
            if arrivals == 0 {
                continue;
            }
            let cohorts = &self.services[ENTRY].cohorts;
            let ids = self.eligible(ENTRY, group);
            let tasks: u128 = ids.iter().map(|id| cohorts[id].members.len() as u128).sum();
            if ids.is_empty() {
                portions.entry(FlowKey::TestUnserved).or_default().bad += arrivals;
            }
            for id in ids {
                let cohort = &cohorts[&id];
                let part = arrivals * cohort.members.len() as u128 / tasks;
                let fate = self.unhindered(ENTRY, cohort, &called);
                let portion = portions.entry(FlowKey::Test(cohort.revision)).or_default();
                portion.add(part, part / 1_000_000 * u128::from(fate.error.0), &fate);
                portion.tasks += cohort.members.len() as u32;
            }
        }
    }

    /// What the cohorts carry over into the next batch.
    fn remember(&mut self, service: usize, until: SimTime, span: u128, fates: &[Fate]) {
        for fate in fates {
            let Some(id) = fate.load.cohort else { continue };
            let Some(cohort) = self.services[service].cohorts.get_mut(&id) else { continue };
            cohort.queued = (fate.load.queue_after(span) / FINE) as u64;
            if let Some([latency, _]) = fate.latency.filter(|_| fate.load.arrivals > 0) {
                cohort.flight = Flight {
                    rate: fate.load.processed,
                    lasts: Span((latency.own + latency.calls) / 1_000),
                    until,
                    error: fate.error,
                };
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
                let (good, bad) = (Stream::new(fork(seed, &[1])), Stream::new(fork(seed, &[2])));
                let mut flow = Flow::new(key, good, bad);
                if self.flowed > SimTime::ZERO {
                    flow.marks.push(Mark { at: self.flowed, ..Mark::default() });
                }
                log.flows.push(flow);
                live.reached.push((0, 0));
                live.last.push(None);
            }
        }
        for (index, flow) in log.flows.iter_mut().enumerate() {
            let portion = portions.get(&flow.key).copied().unwrap_or_default();
            let rate = portion.good + portion.bad;
            let timed = portion.timed;
            let mean = |sum: u128| (sum + timed / 2).checked_div(timed).unwrap_or(0) as Micros;
            live.reached[index].0 += portion.good * span;
            live.reached[index].1 += portion.bad * span;
            let (good, bad) = live.reached[index];
            let mark = Mark {
                at: to,
                good: (good / FINE) as u64,
                bad: (bad / FINE) as u64,
                rate: Rate((rate / FINE) as u64),
                timed: Rate((timed / FINE) as u64),
                latency: portion.latency.map(mean),
                wait: portion.wait.map(mean),
                own: mean(portion.own),
                deviation: mean(portion.deviation),
                tasks: portion.tasks,
                queued: portion.queued,
            };
            let longest = mark.latency[0].max(mark.latency[1]).div_ceil(1_000);
            flow.longest = flow.longest.max(Span(longest));
            match flow.marks.last_mut() {
                Some(last) if live.last[index] == Some(portion) && portion.goes_on() => *last = mark,
                _ => flow.marks.push(mark),
            }
            live.last[index] = Some(portion);
        }
    }

    /// A cohort is gone from one moment to the next: the requests it has accepted and not answered fail, and with them
    /// those of the services that wait for it.
    pub fn lose_requests(&mut self, service: usize, id: u32) {
        let now = self.now;
        let cohorts = &self.services[service].cohorts;
        let revision = cohorts[&id].revision;
        let under_way = cohorts[&id].under_way(now);
        if let Some(cohort) = self.services[service].cohorts.get_mut(&id) {
            (cohort.queued, cohort.flight) = (0, Flight::default());
        }
        if under_way == 0 {
            return;
        }
        let seed = fork(self.scenario.seed, &[LOSSES, service as u64, u64::from(id), now.0]);
        let log = &mut self.run.services[service].traffic;
        let flow = log.flows.iter_mut().find(|flow| flow.key == FlowKey::Production(revision));
        let lost = flow.map_or(0, |flow| {
            let whole = u128::from(flow.mean_not_ended(now)) * FINE;
            let lost =
                chosen(seed, flow.not_ended(now), under_way.min(whole), whole).min(flow.under_way(now));
            flow.lose(now, lost);
            lost
        });
        self.lose_callers(service, lost);
    }

    /// So many requests of a service are lost: its callers' requests fail with them.
    fn lose_callers(&mut self, service: usize, lost: u64) {
        if lost == 0 {
            return;
        }
        let now = self.now;
        let services = &self.scenario.services;
        let callers: Vec<usize> = (0..services.len())
            .filter(|&caller| {
                services[caller].calls.iter().any(|call| call.service == service && !call.optional)
            })
            .collect();
        let under_way = |flow: &Flow| match flow.key {
            FlowKey::Production(_) => flow.under_way(now),
            _ => 0,
        };
        let flows = |caller: usize| self.run.services[caller].traffic.flows.iter();
        let mut all: u64 = callers.iter().flat_map(|&caller| flows(caller)).map(under_way).sum();
        let mut left = lost.min(all);
        for caller in callers {
            let mut of_caller = 0;
            for flow in &mut self.run.services[caller].traffic.flows {
                let here = under_way(flow);
                let part = (u128::from(left) * u128::from(here)).div_ceil(u128::from(all.max(1))) as u64;
                if part > 0 {
                    flow.lose(now, part);
                }
                (left, all, of_caller) = (left - part, all - here, of_caller + part);
            }
            self.lose_callers(caller, of_caller);
        }
    }
}

/// The purpose of the chance that decides which requests are lost, apart from all other chance of the recording.
const LOSSES: u64 = 0x6c6f_7373;
/// So many requests are decided one by one.
const ONE_BY_ONE: u64 = 4_096;

/// How many of `count` requests are among the `part` of `whole` that is lost.
fn chosen(seed: u64, count: u64, part: u128, whole: u128) -> u64 {
    let millionths = (part * 1_000_000 / whole.max(1)) as u64;
    let one_by_one = count.min(ONE_BY_ONE);
    let drawn = (0..one_by_one).filter(|&i| mix(seed ^ mix(i)) % 1_000_000 < millionths).count() as u64;
    drawn + ((u128::from(count - one_by_one) * u128::from(millionths)) / 1_000_000) as u64
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
