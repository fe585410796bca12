//! Who sends requests, and how many at which time.

use super::ratio::Rate;
use super::time::{SimTime, Span};

/// Who sends requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// `requestsPerSecond` at the production listener of the entry service, until the profile says otherwise.
    pub production: Rate,
    /// `profile`: how that rate changes, in order of time.
    pub profile: Vec<RateChange>,
    /// The entries of `profile` with `forSeconds`, in order of time: while one lasts its rate stands over all others.
    pub spikes: Vec<Spike>,
    /// `testRequestsPerSecond` at its test listener.
    pub test: Rate,
    /// `users`: people among whom the requests are spread evenly.
    pub users: u32,
}

/// A change of the rate of users' requests, at once or in a ramp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateChange {
    /// `atSeconds`: when the new rate is reached.
    pub at: SimTime,
    /// The new rate.
    pub rate: Rate,
    /// `ramp`: whether the rate has moved there evenly since the change before; otherwise it jumps.
    pub ramp: bool,
}

/// A rate for a while, under which the profile goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spike {
    /// `atSeconds`.
    pub from: SimTime,
    /// `forSeconds` later.
    pub to: SimTime,
    /// The rate meanwhile.
    pub rate: Rate,
}

/// The most steps that a ramp is drawn as.
const STEPS: u64 = 240;
/// A ramp's steps are no shorter.
const SHORTEST_STEP: Span = Span::from_secs(1);

impl Traffic {
    /// The rate at `at`, and until when it stays.
    pub fn rate_at(&self, at: SimTime) -> (Rate, Option<SimTime>) {
        let next = self.spikes.partition_point(|spike| spike.from <= at);
        if let Some(spike) = self.spikes[..next].last().filter(|spike| at < spike.to) {
            return (spike.rate, Some(spike.to));
        }
        let (rate, until) = self.under_spikes(at);
        let until = until.into_iter().chain(self.spikes.get(next).map(|spike| spike.from)).min();
        (rate, until)
    }

    /// The same without the spikes.
    ///
    /// A ramp is drawn as steps, each at the ramp's mean over it: so a step's end has seen exactly the requests of
    /// the ramp, and a day of growth costs no more than a minute of it.
    fn under_spikes(&self, at: SimTime) -> (Rate, Option<SimTime>) {
        let next = self.profile.partition_point(|change| change.at <= at);
        let (since, from) = match next.checked_sub(1) {
            Some(last) => (self.profile[last].at, self.profile[last].rate),
            None => (SimTime::ZERO, self.production),
        };
        let Some(to) = self.profile.get(next) else { return (from, None) };
        let whole = to.at.since(since).0;
        if !to.ramp || whole == 0 {
            return (from, Some(to.at));
        }
        let step = whole.div_ceil(STEPS).max(SHORTEST_STEP.0);
        let begin = at.since(since).0 / step * step;
        let end = (begin + step).min(whole);
        // Twice the middle of the step, to stay whole.
        let middle = i128::from(begin + end);
        let (from, change) = (i128::from(from.0), i128::from(to.rate.0) - i128::from(from.0));
        let rate = from + change * middle / (2 * i128::from(whole));
        (Rate(rate as u64), Some(since + Span(end)))
    }

    /// The highest rate there ever is.
    pub fn highest(&self) -> Rate {
        let changes = self.profile.iter().map(|change| change.rate);
        changes.chain(self.spikes.iter().map(|spike| spike.rate)).fold(self.production, Rate::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traffic(profile: &[(u64, u64, bool)]) -> Traffic {
        let change = |&(at, rate, ramp): &(u64, u64, bool)| RateChange {
            at: SimTime::from_secs(at),
            rate: Rate::per_second(rate),
            ramp,
        };
        let profile = profile.iter().map(change).collect();
        Traffic { production: Rate::per_second(100), profile, spikes: Vec::new(), test: Rate(0), users: 1 }
    }

    /// Requests until `secs`, in thousandths, and in how many steps.
    fn requests(traffic: &Traffic, secs: u64) -> (u64, u32) {
        let (mut at, mut sum, mut steps) = (SimTime::ZERO, 0, 0);
        let end = SimTime::from_secs(secs);
        while at < end {
            let (rate, until) = traffic.rate_at(at);
            let until = until.unwrap_or(end).min(end);
            sum += rate.0 * until.since(at).0 / 1000;
            (at, steps) = (until, steps + 1);
        }
        (sum, steps)
    }

    #[test]
    fn a_ramp_has_exactly_the_requests_under_its_line_in_few_steps() {
        for secs in [1, 7, 60, 86_400] {
            let ramp = traffic(&[(0, 100, false), (secs, 400, true)]);
            let (sum, steps) = requests(&ramp, secs);
            assert!(sum.abs_diff(secs * 250 * 1000) <= 1000, "{sum} in {secs} s");
            assert!(u64::from(steps) <= secs.min(STEPS), "{steps} steps in {secs} s");
        }
    }

    #[test]
    fn a_ramp_goes_on_under_a_spike() {
        let mut ramp = traffic(&[(0, 100, false), (600, 400, true)]);
        let spike = Spike {
            from: SimTime::from_secs(300),
            to: SimTime::from_secs(360),
            rate: Rate::per_second(1000),
        };
        let alone = ramp.rate_at(SimTime::from_secs(360));
        let [before, under, whole] = [300, 360, 600].map(|secs| requests(&ramp, secs).0);
        ramp.spikes.push(spike);
        assert_eq!(ramp.rate_at(SimTime::from_secs(300)), (Rate::per_second(1000), Some(spike.to)));
        assert_eq!(ramp.rate_at(SimTime::from_secs(360)), alone);
        assert_eq!(requests(&ramp, 300).0, before);
        assert_eq!(requests(&ramp, 600).0, whole - (under - before) + 60 * 1000 * 1000);
    }

    #[test]
    fn a_jump_is_one_step_and_the_last_rate_stays() {
        let jump = traffic(&[(600, 400, false)]);
        assert_eq!(jump.rate_at(SimTime(599_999)), (Rate::per_second(100), Some(SimTime::from_secs(600))));
        assert_eq!(jump.rate_at(SimTime::from_secs(600)), (Rate::per_second(400), None));
        assert_eq!(requests(&jump, 1200), ((100 + 400) * 600 * 1000, 2));
    }
}
