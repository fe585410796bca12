//! The requests in motion: which dots are on their way, and how far each has come.
//!
//! One dot stands for so many requests that a quick run does not become a blur; that number is shown. A dot carries
//! the moment it left, and its place follows from the time since. A failed request goes out like any other and comes
//! back as a cross.

use crate::engine::TrafficLog;
use crate::engine::traffic::Mark;
use crate::model::ListenerRule;
use crate::session::frame::{Pulse, Role};

/// How long a dot takes from the listener to its task, in milliseconds on the screen.
pub const FLIGHT_MILLIS: f64 = 900.0;
/// No more dots than this set out in a second on the screen.
const MOST_DEPARTURES: f64 = 16.0;
/// No more crosses than this come back in a second on the screen, each large enough to be seen.
const MOST_RETURNS: f64 = 2.5;

/// A dot or a cross under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mote {
    /// The part of the revision it goes to; `None` if nobody answers.
    pub role: Option<Role>,
    /// Through which rule.
    pub rule: ListenerRule,
    /// When it left, on the clock of the screen.
    pub left: f64,
    /// Whether it comes back as a failure.
    pub failure: bool,
}

/// All motes, and how much of the next ones has come together.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    motes: Vec<Mote>,
    clock: f64,
    gathered: Vec<(Key, f64, f64)>,
}

type Key = (ListenerRule, Option<Role>);

impl Flow {
    /// The motes under way with how far each has come: from 0 to 1 outwards, and for a failure from 1 to 2 back.
    pub fn motes(&self) -> impl Iterator<Item = (Mote, f64)> + '_ {
        self.motes.iter().map(|mote| (*mote, (self.clock - mote.left) / FLIGHT_MILLIS))
    }

    /// Lets `millis` go by on the screen, in which `speed` simulated seconds pass in a second.
    pub fn advance(&mut self, pulses: &[Pulse], scale: Scale, speed: f64, millis: f64) {
        self.clock += millis;
        let clock = self.clock;
        self.motes.retain(|mote| {
            let way = if mote.failure { 2.0 } else { 1.0 };
            clock - mote.left < FLIGHT_MILLIS * way
        });
        self.gathered.retain(|(key, ..)| pulses.iter().any(|pulse| (pulse.rule, pulse.role) == *key));
        for pulse in pulses {
            let requests = pulse.rate.as_per_second() * speed * millis / 1000.0;
            let failed = requests * pulse.failing.as_percent() / 100.0;
            let key = (pulse.rule, pulse.role);
            let slot = match self.gathered.iter().position(|(known, ..)| *known == key) {
                Some(slot) => slot,
                None => {
                    // The first dots of a new flow do not wait for a whole one to come together.
                    self.gathered.push((key, 0.7, 0.3));
                    self.gathered.len() - 1
                }
            };
            let (_, dots, crosses) = &mut self.gathered[slot];
            *dots += (requests - failed).max(0.0) / scale.requests_per_dot as f64;
            *crosses += failed / scale.failures_per_cross as f64;
            let (mut leave, mut fail) = (*dots as u32, *crosses as u32);
            *dots = dots.fract();
            *crosses = crosses.fract();
            (leave, fail) = (leave.min(8), fail.min(4));
            for place in 0..leave {
                let earlier = millis * f64::from(place) / f64::from(leave);
                self.motes.push(Mote {
                    role: pulse.role,
                    rule: pulse.rule,
                    left: clock - earlier,
                    failure: false,
                });
            }
            for _ in 0..fail {
                self.motes.push(Mote { role: pulse.role, rule: pulse.rule, left: clock, failure: true });
            }
        }
        // A page that was hidden comes back with no burst behind it.
        self.motes.truncate(600);
    }

    /// Fills the pipes as they look in the middle of playing: after a jump, or before the first play.
    pub fn settle(&mut self, pulses: &[Pulse], scale: Scale, speed: f64) {
        self.motes.clear();
        self.gathered.clear();
        for _ in 0..120 {
            self.advance(pulses, scale, speed, FLIGHT_MILLIS / 40.0);
        }
    }
}

/// For how many requests a mote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// One dot.
    pub requests_per_dot: u64,
    /// One cross.
    pub failures_per_cross: u64,
}

/// The busiest moment of a run: production requests and failures in a simulated second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Busiest {
    requests: f64,
    failures: f64,
}

impl Busiest {
    /// Of a service's traffic.
    pub fn of(traffic: &TrafficLog) -> Busiest {
        let mut busiest = Busiest::default();
        for flow in &traffic.flows {
            let mut before = Mark::default();
            for mark in &flow.marks {
                busiest.requests = busiest.requests.max(mark.rate.as_per_second());
                let seconds = mark.at.since(before.at).as_secs_f64();
                if seconds > 0.0 {
                    let failures = mark.bad.saturating_sub(before.bad) as f64 / 1e6 / seconds;
                    busiest.failures = busiest.failures.max(failures);
                }
                before = *mark;
            }
        }
        busiest
    }

    /// So that this moment, played at `speed` simulated seconds a second, can still be followed.
    pub fn scale(self, speed: f64) -> Scale {
        Scale {
            requests_per_dot: round_up(self.requests * speed / MOST_DEPARTURES),
            failures_per_cross: round_up(self.failures * speed / MOST_RETURNS),
        }
    }
}

/// The next of 1, 2, 5, 10, 20, 50 and so on.
fn round_up(least: f64) -> u64 {
    let mut decade = 1;
    loop {
        for digit in [1, 2, 5] {
            if (digit * decade) as f64 >= least {
                return digit * decade;
            }
        }
        // A rate has a limit, so this ends; the guard is for a number that is none.
        if decade >= 1_000_000_000 {
            return decade;
        }
        decade *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Rate, Ratio, Span};

    fn pulse(rate: u64, failing: Ratio) -> Pulse {
        Pulse {
            rule: ListenerRule::Production,
            role: Some(Role::Target),
            rate: Rate::per_second(rate),
            failing,
            latency: Span(50),
            tasks: 6,
        }
    }

    #[test]
    fn a_dot_stands_for_a_round_number_of_requests() {
        assert_eq!([0.0, 1.0, 1.1, 7.0, 11.0, 84.0].map(round_up), [1, 1, 2, 10, 20, 100]);
    }

    #[test]
    fn dots_set_out_as_often_as_the_requests_they_stand_for() {
        let scale = Scale { requests_per_dot: 10, failures_per_cross: 1 };
        let pulses = [pulse(100, Ratio::ZERO)];
        let mut flow = Flow::default();
        for _ in 0..100 {
            flow.advance(&pulses, scale, 2.0, 9.0);
        }
        // 200 requests a second, ten to a dot, 0.9 s under way.
        assert!((17..=19).contains(&flow.motes().count()), "{}", flow.motes().count());
    }

    #[test]
    fn a_failure_goes_out_and_comes_back() {
        let scale = Scale { requests_per_dot: 1000, failures_per_cross: 1 };
        let mut flow = Flow::default();
        flow.advance(&[pulse(1000, Ratio::ONE)], scale, 1.0, 1.0);
        assert!(flow.motes().all(|(mote, part)| mote.failure && part == 0.0));
        flow.advance(&[], scale, 1.0, FLIGHT_MILLIS * 1.5);
        assert!(flow.motes().all(|(_, part)| part > 1.4 && part < 1.6));
        flow.advance(&[], scale, 1.0, FLIGHT_MILLIS);
        assert_eq!(flow.motes().count(), 0);
    }
}
