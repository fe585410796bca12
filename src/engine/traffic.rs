//! The requests of a service as the run keeps them: one row for each batch, exact at every instant.
//!
//! Arrivals are a fixed landscape: for each stream the n-th request stands at a place that depends on the seed alone,
//! and the simulation only decides how fast the stream is walked (see [`super::poisson`]). So how time is cut into
//! batches does not change a single request, an intervention leaves the past as it was, and a count can be read at
//! any instant inside a batch.

use super::poisson::Stream;
use super::run::RevisionId;
use crate::model::{Rate, SimTime, Span};

/// All requests of one service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrafficLog {
    /// The production and test streams by [`FlowKey`], in order of appearance.
    pub flows: Vec<Flow>,
}

/// Whose requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlowKey {
    /// Users' requests that reached tasks of a service revision.
    Production(RevisionId),
    /// Users' requests sent to a group without a target: nobody answers (503).
    Unserved,
    /// Testers' requests that reached tasks of a service revision.
    Test(RevisionId),
    /// Testers' requests that nobody answers.
    TestUnserved,
}

/// The requests of one kind through the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Whose.
    pub key: FlowKey,
    /// The landscape of those that are answered.
    pub good: Stream,
    /// The landscape of those that fail.
    pub bad: Stream,
    /// The state at the end of each batch that changed it.
    pub marks: Vec<Mark>,
}

/// A flow at the end of a batch. Between two marks everything grows evenly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The end of the batch.
    pub at: SimTime,
    /// How far the answered requests have come, in millionths of a request.
    pub good: u64,
    /// How far the failed ones have come.
    pub bad: u64,
    /// The rate in the batch.
    pub rate: Rate,
    /// The mean latency of the batch.
    pub latency: Span,
    /// The tasks that served in the batch.
    pub tasks: u32,
    /// Requests waiting in those tasks' queues at its end.
    pub queued: u64,
}

/// Counts of requests at an instant. Always `sent = answered + failed + in_flight`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// Sent so far.
    pub sent: u64,
    /// Answered so far.
    pub answered: u64,
    /// Failed so far.
    pub failed: u64,
    /// Neither yet.
    pub in_flight: u64,
}

impl Requests {
    /// Both together.
    pub fn plus(self, other: Requests) -> Requests {
        Requests {
            sent: self.sent + other.sent,
            answered: self.answered + other.answered,
            failed: self.failed + other.failed,
            in_flight: self.in_flight + other.in_flight,
        }
    }
}

impl Flow {
    /// The batch that covers `at`: the mark at its beginning and the one at its end.
    fn batch_at(&self, at: SimTime) -> (Mark, Mark) {
        let after = self.marks.partition_point(|mark| mark.at <= at);
        let before = if after == 0 { Mark::default() } else { self.marks[after - 1] };
        (before, self.marks.get(after).copied().unwrap_or(before))
    }

    /// How far the two landscapes have been walked at `at`, in millionths of a request.
    fn reached(&self, at: SimTime) -> (u64, u64) {
        let (before, after) = self.batch_at(at);
        if after.at <= before.at {
            return (before.good, before.bad);
        }
        let (done, whole) = (at.since(before.at).0, after.at.since(before.at).0);
        let part =
            |from: u64, to: u64| from + (u128::from(to - from) * u128::from(done) / u128::from(whole)) as u64;
        (part(before.good, after.good), part(before.bad, after.bad))
    }

    /// The counts at `at`.
    pub fn at(&self, at: SimTime) -> Requests {
        let (good, bad) = self.reached(at);
        let sent = self.good.count(good) + self.bad.count(bad);
        // What was sent within the last latency is still under way.
        let latency = self.rate_at(at).1;
        let (good_then, bad_then) = self.reached(at - latency);
        let (answered, failed) = (self.good.count(good_then), self.bad.count(bad_then));
        Requests { sent, answered, failed, in_flight: sent - answered - failed }
    }

    /// The rate, the mean latency and the serving tasks at `at`.
    pub fn rate_at(&self, at: SimTime) -> (Rate, Span, u32) {
        let (_, mark) = self.batch_at(at);
        (mark.rate, mark.latency, mark.tasks)
    }
}

impl TrafficLog {
    /// The flow of that key, if a request could ever have taken it.
    pub fn flow(&self, key: FlowKey) -> Option<&Flow> {
        self.flows.iter().find(|flow| flow.key == key)
    }

    /// The counts at `at` of all flows whose key is wanted.
    pub fn sum(&self, at: SimTime, wanted: impl Fn(FlowKey) -> bool) -> Requests {
        self.flows
            .iter()
            .filter(|flow| wanted(flow.key))
            .fold(Requests::default(), |sum, flow| sum.plus(flow.at(at)))
    }

    /// The mean latency in ms of the wanted requests sent between two instants; `None` if there were none.
    pub fn mean_latency(&self, from: SimTime, to: SimTime, wanted: impl Fn(FlowKey) -> bool) -> Option<u64> {
        let (mut weighted, mut weight) = (0_u128, 0_u128);
        for flow in self.flows.iter().filter(|flow| wanted(flow.key)) {
            let first = flow.marks.partition_point(|mark| mark.at <= from);
            let mut begin = from;
            for mark in &flow.marks[first..] {
                let end = mark.at.min(to);
                let requests = u128::from(end.since(begin).0) * u128::from(mark.rate.0);
                weighted += requests * u128::from(mark.latency.0);
                weight += requests;
                begin = end;
                if mark.at >= to {
                    break;
                }
            }
        }
        (weight > 0).then(|| ((weighted + weight / 2) / weight) as u64)
    }

    /// All production requests at `at`.
    pub fn production(&self, at: SimTime) -> Requests {
        self.sum(at, |key| matches!(key, FlowKey::Production(_) | FlowKey::Unserved))
    }

    /// All test requests at `at`.
    pub fn test(&self, at: SimTime) -> Requests {
        self.sum(at, |key| matches!(key, FlowKey::Test(_) | FlowKey::TestUnserved))
    }
}
