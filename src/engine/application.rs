//! The application: services that call each other, in one batch.
//!
//! Requests go down the calls, from the entry service to those it calls; errors and latency come back up. The calls of
//! a request are synchronous and made one after the other: what fails in a called service fails the request, unless
//! the call is optional, and what it takes is added to the request's latency. A task works on no more requests than it
//! can, so an overloaded service shields those it calls.

use super::cohort::Cohort;
use super::spread::{Load, Until, WHOLE};
use super::traffic::Micros;
use super::world::World;
use crate::model::*;

/// The coefficient of variation of every latency, squared, in millionths: that of a lognormal distribution with a
/// shape of 0.5 (see [`super::latency`]).
const VARIATION: u128 = 284_025;

/// One stretch in which all rates stay as they are.
pub(super) struct Batch {
    /// Where it ends.
    pub until: SimTime,
    /// By service; empty for one that no request reaches.
    pub services: Vec<Vec<Fate>>,
    /// What a caller meets, by service.
    pub outcomes: Vec<Outcome>,
}

/// What becomes of a cohort's requests.
pub(super) struct Fate {
    /// Its rates.
    pub load: Load,
    /// The share of those it works on that fails.
    pub error: Ratio,
    /// What they take at the beginning of the batch and at its end; `None` where nobody is there to answer.
    pub latency: Option<[Latency; 2]>,
}

/// The parts of a mean latency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Latency {
    /// The software and what it depends on.
    pub own: Micros,
    /// How far `own` spreads: its standard deviation.
    pub deviation: Micros,
    /// In the task's queue.
    pub wait: Micros,
    /// In called services.
    pub calls: Micros,
}

impl Latency {
    /// All of it.
    pub fn whole(&self) -> Micros {
        self.own + self.wait + self.calls
    }
}

/// What a request to a service comes to in the mean, over all its tasks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    pub error: Ratio,
    /// At the beginning of the batch and at its end.
    pub latency: [Micros; 2],
}

impl World<'_> {
    /// What happens from `from` on, until something changes or `to` is reached.
    pub fn batch(&self, from: SimTime, to: SimTime) -> Batch {
        let mut until = Until(to);
        let rate = self.demand(from, &mut until);
        let idle = rate.0 == 0 && !self.any_queue();
        let tested = self.scenario.traffic.test.0 > 0;
        if idle && !tested {
            return Batch { until: until.0, services: Vec::new(), outcomes: Vec::new() };
        }
        let mut incoming = vec![0_u128; self.services.len()];
        incoming[ENTRY] = u128::from(rate.0) * super::spread::FINE;
        let mut loads: Vec<Vec<Load>> = self.services.iter().map(|_| Vec::new()).collect();
        for &service in &self.call_order {
            let spread = self.spread(service, from, incoming[service], &mut until);
            let worked_on: u128 = spread.iter().map(|load| load.processed).sum();
            for call in &self.services[service].config.calls {
                incoming[call.service] += worked_on / 1_000_000 * u128::from(call.per_request);
            }
            loads[service] = spread;
        }
        if tested {
            self.test_shares(ENTRY, from, &mut until);
        }
        self.judged(from, until.0, loads)
    }

    /// The rate at the entry service from `from` on.
    pub fn demand(&self, from: SimTime, until: &mut Until) -> Rate {
        if let Some(rate) = self.rate {
            return rate;
        }
        let (rate, next) = self.scenario.traffic.rate_at(from);
        if let Some(next) = next {
            until.no_later_than(next);
        }
        rate
    }

    fn any_queue(&self) -> bool {
        let waits = |cohort: &Cohort| cohort.queued > 0 && cohort.answers();
        self.services.iter().any(|state| state.cohorts.values().any(waits))
    }

    /// Errors and latency, from the last called service up.
    fn judged(&self, from: SimTime, until: SimTime, mut loads: Vec<Vec<Load>>) -> Batch {
        let span = u128::from(until.since(from).0);
        let mut outcomes = vec![Outcome::default(); self.services.len()];
        let mut services: Vec<Vec<Fate>> = self.services.iter().map(|_| Vec::new()).collect();
        for &service in self.call_order.iter().rev() {
            let called = self.called(service, &outcomes);
            let fates: Vec<Fate> = std::mem::take(&mut loads[service])
                .into_iter()
                .map(|load| self.fate(service, load, span, &called))
                .collect();
            outcomes[service] = mixed(&fates);
            services[service] = fates;
        }
        Batch { until, services, outcomes }
    }

    /// What the calls of one request come to.
    pub fn called(&self, service: usize, outcomes: &[Outcome]) -> Outcome {
        let mut passes = 1_000_000_u64;
        let mut latency = [0; 2];
        for call in &self.services[service].config.calls {
            let outcome = outcomes[call.service];
            if !call.optional {
                passes = passes * passed(outcome.error, call.per_request) / 1_000_000;
            }
            for (sum, one) in latency.iter_mut().zip(outcome.latency) {
                *sum += one * call.per_request / 1_000_000;
            }
        }
        Outcome { error: Ratio(1_000_000 - passes as u32), latency }
    }

    fn fate(&self, service: usize, load: Load, span: u128, called: &Outcome) -> Fate {
        let Some(cohort) = load.cohort.map(|id| &self.services[service].cohorts[&id]) else {
            return Fate { load, error: Ratio::ONE, latency: None };
        };
        let mut fate = self.unhindered(service, cohort, called);
        let ends = [load.queue, load.queue_after(span)];
        for (latency, queue) in fate.latency.iter_mut().flatten().zip(ends) {
            latency.wait = load.wait(queue);
        }
        Fate { load, ..fate }
    }

    /// What becomes of requests to a cohort that has no queue.
    pub fn unhindered(&self, service: usize, cohort: &Cohort, called: &Outcome) -> Fate {
        if !cohort.answers() {
            return Fate { load: Load::default(), error: Ratio::ONE, latency: None };
        }
        let (own, deviation) = self.own_latency(service, self.behavior(service, cohort.revision));
        let latency = called.latency.map(|calls| Latency { own, deviation, wait: 0, calls });
        let error = either(self.own_error(service, cohort.revision), called.error);
        Fate { load: Load::default(), error, latency: Some(latency) }
    }

    /// The share of requests that fail in a revision's software or in what it depends on.
    fn own_error(&self, service: usize, revision: super::run::RevisionId) -> Ratio {
        let own = self.behavior(service, revision).error;
        self.services[service]
            .config
            .dependencies
            .iter()
            .fold(own, |error, dependency| either(error, self.dependency(dependency).error))
    }

    /// The same with the called services: what one request to a revision meets now.
    pub fn error_of(&self, service: usize, revision: super::run::RevisionId) -> Ratio {
        let own = self.own_error(service, revision);
        if self.services[service].config.calls.is_empty() {
            return own;
        }
        let mut until = Until(self.now + Span(1));
        let order = self.call_order.iter();
        let mut loads: Vec<Vec<Load>> = self.services.iter().map(|_| Vec::new()).collect();
        for &called in order {
            loads[called] = self.spread(called, self.now, 0, &mut until);
        }
        let outcomes = self.judged(self.now, self.now, loads).outcomes;
        either(own, self.called(service, &outcomes).error)
    }

    /// The mean latency of a revision's software with what it depends on, and its deviation.
    fn own_latency(&self, service: usize, behavior: &Behavior) -> (Micros, Micros) {
        let dependencies = self.services[service].config.dependencies.iter();
        let parts = dependencies.map(|dependency| self.dependency(dependency).latency);
        let (mut sum, mut squares) = (Span::ZERO, 0_u128);
        for part in parts.chain([behavior.latency]) {
            sum = sum + part;
            squares += u128::from(part.0) * u128::from(part.0);
        }
        (sum.0 * 1_000, (squares * VARIATION).isqrt() as Micros)
    }

    /// A dependency as it is now.
    fn dependency<'d>(&'d self, declared: &'d Dependency) -> &'d Dependency {
        self.dependencies.iter().find(|now| now.name == declared.name).unwrap_or(declared)
    }
}

/// The share that fails in one, or the other.
fn either(one: Ratio, other: Ratio) -> Ratio {
    let passes = u64::from(1_000_000 - one.0.min(1_000_000)) * u64::from(1_000_000 - other.0.min(1_000_000));
    Ratio(1_000_000 - (passes / 1_000_000) as u32)
}

/// The share of requests that survive so many calls, each of which fails with that share; in parts per million.
fn passed(error: Ratio, calls: u64) -> u64 {
    let one = 1_000_000 - u64::from(error.0);
    let part = 1_000_000 - u64::from(error.0) * (calls % 1_000_000) / 1_000_000;
    (0..calls / 1_000_000).fold(part, |passed, _| passed * one / 1_000_000)
}

/// All requests of a service together. Those that wait in vain or find nobody fail.
fn mixed(fates: &[Fate]) -> Outcome {
    let (mut failed, mut latency) = (0_u128, [0_u128; 2]);
    for fate in fates {
        let refused = (fate.load.refused * 1_000_000).checked_div(fate.load.arrivals).unwrap_or(0);
        let error = match fate.load.cohort {
            None => 1_000_000,
            Some(_) => refused + (1_000_000 - refused) * u128::from(fate.error.0) / 1_000_000,
        };
        failed += fate.load.part * error;
        for (sum, one) in latency.iter_mut().zip(fate.latency.unwrap_or_default()) {
            *sum += fate.load.part * u128::from(one.whole());
        }
    }
    Outcome {
        error: Ratio(((failed + WHOLE / 2) / WHOLE) as u32).min(Ratio::ONE),
        latency: latency.map(|sum| ((sum + WHOLE / 2) / WHOLE) as Micros),
    }
}
