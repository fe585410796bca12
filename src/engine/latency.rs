//! Latency as a distribution: what one request takes, read off a run for any revision and any period.
//!
//! A mean is what the engine reckons with and what an alarm over `latencyMillis` sees. Around it every latency of a
//! software or of a dependency is lognormal with a shape of 0.5: half of the requests take less than 0.88 of the mean,
//! one in twenty more than 2.0 of it, one in a hundred more than 2.8. The wait in a queue comes on top as it is, and
//! every call adds a draw from the called service's own distribution at that instant.
//!
//! Nothing of this is kept in the run: a period's percentiles come from a few thousand requests that stand for all,
//! spread evenly over those it had, each sent through the calls. The same run gives the same percentiles.

use super::poisson::mix;
use super::run::Run;
use super::traffic::{Flow, FlowKey, Mark, even};
use crate::model::*;

/// So many requests stand for all.
const SAMPLE: u64 = 4_096;
/// So many calls of one request are drawn; any further ones take their mean.
const MOST_CALLS: u64 = 64;

/// The latencies in ms below which the given percentages of the wanted requests stay that were sent between two
/// instants to a task that was there; `None` if there were none.
pub fn percentiles<const N: usize>(
    scenario: &Scenario,
    run: &Run,
    service: usize,
    (from, to): (SimTime, SimTime),
    wanted: impl Fn(FlowKey) -> bool,
    percents: [f64; N],
) -> Option<[f64; N]> {
    let mut latencies: Vec<f64> = Vec::with_capacity(SAMPLE as usize);
    let stretches: Vec<(&Flow, SimTime, SimTime, u128)> = run.services[service]
        .traffic
        .flows
        .iter()
        .filter(|flow| wanted(flow.key))
        .flat_map(|flow| flow.stretches(from, to).map(move |(begin, end, weight)| (flow, begin, end, weight)))
        .collect();
    let whole: u128 = stretches.iter().map(|(.., weight)| weight).sum();
    if whole == 0 {
        return None;
    }
    let (mut before, mut place) = (0, 0);
    for number in 0..SAMPLE {
        // The middle of the sample's own part of all requests.
        let target = whole * u128::from(2 * number + 1) / u128::from(2 * SAMPLE);
        while before + stretches[place].3 <= target {
            before += stretches[place].3;
            place += 1;
        }
        let (flow, begin, end, weight) = stretches[place];
        let into = (target - before) * u128::from(end.since(begin).0) / weight;
        let mut request = Request { scenario, run, number, draws: 0, calls: 0 };
        latencies.push(request.takes(service, flow, begin + Span(into as u64)));
    }
    latencies.sort_by(f64::total_cmp);
    Some(percents.map(|percent| {
        let rank = libm::floor(percent / 100.0 * SAMPLE as f64) as usize;
        latencies[rank.min(latencies.len() - 1)]
    }))
}

/// A request of the sample on its way.
struct Request<'r> {
    scenario: &'r Scenario,
    run: &'r Run,
    number: u64,
    draws: u64,
    calls: u64,
}

impl<'r> Request<'r> {
    /// What it takes at a service, in ms.
    fn takes(&mut self, service: usize, flow: &Flow, at: SimTime) -> f64 {
        let (before, mark) = flow.batch_at(at);
        let wait = even(mark.wait, at.since(before.at), mark.at.since(before.at)) as f64 / 1_000.0;
        let own = lognormal(&mark, self.draw());
        let scenario = self.scenario;
        scenario.services[service].calls.iter().fold(own + wait, |sum, call| sum + self.call(call, at))
    }

    /// What its calls of one kind take.
    fn call(&mut self, call: &Call, at: SimTime) -> f64 {
        let part = (call.per_request % 1_000_000) as f64 / 1e6;
        let count = call.per_request / 1_000_000 + u64::from(part > 0.0 && self.draw() < part);
        (0..count).fold(0.0, |sum, _| {
            let draw = self.draw();
            let Some(flow) = self.met(call.service, draw, at) else { return sum };
            self.calls += 1;
            sum + match self.calls <= MOST_CALLS {
                true => self.takes(call.service, flow, at),
                false => flow.rate_at(at).1.0 as f64,
            }
        })
    }

    /// The flow of a called service that a call comes into; `None` where nobody answers.
    fn met(&self, service: usize, draw: f64, at: SimTime) -> Option<&'r Flow> {
        let run = self.run;
        let flows = || {
            let flows = run.services[service].traffic.flows.iter();
            flows.filter(|flow| matches!(flow.key, FlowKey::Production(_) | FlowKey::Unserved))
        };
        let whole: u64 = flows().map(|flow| flow.rate_at(at).0.0).sum();
        let mut left = draw * whole as f64;
        let met = flows().find(|flow| {
            left -= flow.rate_at(at).0.0 as f64;
            left < 0.0
        })?;
        matches!(met.key, FlowKey::Production(_)).then_some(met)
    }

    /// A number from 0 to 1: over all requests of the sample each draw's numbers are spread evenly.
    fn draw(&mut self) -> f64 {
        self.draws += 1;
        let stride = mix(self.draws) | 1;
        let bits = self.number.wrapping_mul(stride).wrapping_add(mix(!self.draws)) >> 11;
        (bits as f64 + 0.5) / (1_u64 << 53) as f64
    }
}

/// The latency of a batch's software and dependencies below which so great a share of requests stays, in ms.
fn lognormal(mark: &Mark, share: f64) -> f64 {
    let mean = mark.own as f64 / 1_000.0;
    if mark.own == 0 {
        return 0.0;
    }
    let ratio = mark.deviation as f64 / mark.own as f64;
    let variance = libm::log1p(ratio * ratio);
    mean * libm::exp(libm::sqrt(variance) * normal_quantile(share) - variance / 2.0)
}

/// The standard normal distribution's quantile, by P. J. Acklam's rational approximation, right to nine digits.
fn normal_quantile(share: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let horner = |terms: &[f64], x: f64| terms.iter().fold(0.0, |sum, term| sum * x + term);
    let tail = |share: f64| {
        let q = libm::sqrt(-2.0 * libm::log(share));
        horner(&C, q) / horner(&D, q)
    };
    const LOW: f64 = 0.024_25;
    if share < LOW {
        tail(share)
    } else if share > 1.0 - LOW {
        -tail(1.0 - share)
    } else {
        let (q, r) = (share - 0.5, (share - 0.5) * (share - 0.5));
        horner(&A, r) * q / horner(&B, r)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_normal_distribution() {
        for (share, quantile) in [
            (0.5, 0.0),
            (0.841_344_746, 1.0),
            (0.95, 1.644_853_627),
            (0.99, 2.326_347_874),
            (0.001, -3.090_232_306),
        ] {
            assert!((normal_quantile(share) - quantile).abs() < 1e-7, "{share}: {}", normal_quantile(share));
        }
    }

    #[test]
    fn the_mean_of_the_distribution_is_the_mean_of_the_batch() {
        let mark = Mark { own: 50_000, deviation: 26_647, ..Mark::default() };
        let shares = (0..10_000).map(|i| (f64::from(i) + 0.5) / 10_000.0);
        let mean = shares.map(|share| lognormal(&mark, share)).sum::<f64>() / 10_000.0;
        assert!((mean - 50.0).abs() < 0.05, "{mean}");
        assert!((lognormal(&mark, 0.95) / 50.0 - 2.008).abs() < 0.01);
    }
}
