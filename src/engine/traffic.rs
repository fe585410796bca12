//! The requests of a service as the run keeps them: one row for each batch, exact at every instant.
//!
//! Arrivals are a fixed landscape: for each stream the n-th request stands at a place that depends on the seed alone,
//! and the simulation only decides how fast the stream is walked (see [`super::poisson`]). So how time is cut into
//! batches does not change a single request, an intervention leaves the past as it was, and a count can be read at
//! any instant inside a batch.

use super::poisson::Stream;
use super::run::RevisionId;
use crate::model::{Rate, SimTime, Span};

/// A latency, in millionths of a second.
pub type Micros = u64;

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
    /// Requests that were under way when the task that had them was gone.
    pub losses: Vec<Loss>,
    /// The longest latency of all batches, rounded up.
    pub longest: Span,
}

/// A flow at the end of a batch. Between two marks everything grows evenly, latencies too.
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
    /// Of it, the requests that came to a task which was there: they have a latency.
    pub timed: Rate,
    /// The mean latency of requests sent at its beginning and at its end.
    pub latency: [Micros; 2],
    /// Of it, the wait in the tasks' queues.
    pub wait: [Micros; 2],
    /// Of it, the software with its dependencies; the rest is in called services.
    pub own: Micros,
    /// The standard deviation of `own`.
    pub deviation: Micros,
    /// The tasks that served in the batch.
    pub tasks: u32,
    /// Requests waiting in those tasks' queues at its end.
    pub queued: u64,
}

/// Requests that failed on their way, since the task that had them was gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// When.
    pub at: SimTime,
    /// All that were lost so far, whole requests.
    pub lost: u64,
    /// Requests that had been answered by then: those that are answered later come on top.
    pub answered: u64,
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
    /// A flow without a request.
    pub fn new(key: FlowKey, good: Stream, bad: Stream) -> Flow {
        Flow { key, good, bad, marks: Vec::new(), losses: Vec::new(), longest: Span::ZERO }
    }

    /// The batch that covers `at`: the mark at its beginning and the one at its end.
    pub(super) fn batch_at(&self, at: SimTime) -> (Mark, Mark) {
        self.batch(self.marks.partition_point(|mark| mark.at <= at))
    }

    /// The batch that ends with a mark; after the last one, an empty one.
    fn batch(&self, number: usize) -> (Mark, Mark) {
        let before = number.checked_sub(1).map_or_else(Mark::default, |last| self.marks[last]);
        (before, self.marks.get(number).copied().unwrap_or(before))
    }

    /// How many requests of the two landscapes have been sent by `at`.
    fn sent(&self, at: SimTime) -> (u64, u64) {
        let batch = self.batch_at(at);
        let (good, bad) = within(batch, at.since(batch.0.at).0 * 1_000);
        (self.good.count(good), self.bad.count(bad))
    }

    /// How many of them have come to their end by `at`, answered or failed: those sent at least their latency ago.
    fn ended(&self, at: SimTime) -> (u64, u64) {
        let (mut good, mut bad) = (0, 0);
        self.walk_ended(at, |[from, to]| {
            good += self.good.count(to.0) - self.good.count(from.0);
            bad += self.bad.count(to.1) - self.bad.count(from.1);
        });
        (good, bad)
    }

    /// Goes through the stretches of the two landscapes whose requests have ended by `at`. One that goes on where the
    /// last one ends is one with it, as all batches of old are.
    fn walk_ended(&self, at: SimTime, mut pass: impl FnMut([(u64, u64); 2])) {
        let over = self.marks.partition_point(|mark| mark.at + self.longest <= at);
        let begun = self.marks.partition_point(|mark| mark.at <= at) + 1;
        let start = self.batch(over).0;
        let mut stretch = [(0, 0), (start.good, start.bad)];
        for number in over..begun.min(self.marks.len()) {
            let batch = self.batch(number);
            let begin = (batch.0.good, batch.0.bad);
            if begin != stretch[1] {
                pass(stretch);
                stretch[0] = begin;
            }
            stretch[1] = within(batch, ended_within(batch, at));
        }
        pass(stretch);
    }

    /// The counts at `at`.
    pub fn at(&self, at: SimTime) -> Requests {
        let (good_sent, bad_sent) = self.sent(at);
        let (good, bad) = self.ended(at);
        let loss = self.losses.partition_point(|loss| loss.at <= at).checked_sub(1);
        let (answered, failed) = match loss.map(|last| self.losses[last]) {
            None => (good, bad),
            // Those that were lost are passed over where their answers would have come.
            Some(loss) => (good.saturating_sub(loss.lost).max(loss.answered), bad + loss.lost),
        };
        let sent = good_sent + bad_sent;
        Requests { sent, answered, failed, in_flight: sent - answered - failed }
    }

    /// How many requests are under way at `at` that would be answered.
    pub fn under_way(&self, at: SimTime) -> u64 {
        let lost = self.losses.last().map_or(0, |loss| loss.lost);
        self.sent(at).0 - lost - self.at(at).answered
    }

    /// The same with those that have been lost.
    pub(super) fn not_ended(&self, at: SimTime) -> u64 {
        self.sent(at).0 - self.ended(at).0
    }

    /// The mean of that over all that chance could have sent, in millionths.
    pub(super) fn mean_not_ended(&self, at: SimTime) -> u64 {
        let batch = self.batch_at(at);
        let mut left = within(batch, at.since(batch.0.at).0 * 1_000).0;
        self.walk_ended(at, |[from, to]| left -= to.0 - from.0);
        left
    }

    /// So many of the requests under way at `at` fail there and then.
    pub(super) fn lose(&mut self, at: SimTime, count: u64) {
        let lost = self.losses.last().map_or(0, |loss| loss.lost) + count;
        let answered = self.at(at).answered;
        self.losses.push(Loss { at, lost, answered });
    }

    /// How many batches there are between two instants.
    pub fn batches_between(&self, from: SimTime, to: SimTime) -> u64 {
        let until = |at: SimTime| self.marks.partition_point(|mark| mark.at <= at);
        (until(to).min(self.marks.len().saturating_sub(1)) + 1).saturating_sub(until(from)) as u64
    }

    /// How many batches may have requests under way at `at`: those that counting at that instant goes through.
    pub fn batches_under_way(&self, at: SimTime) -> u64 {
        let over = self.marks.partition_point(|mark| mark.at + self.longest <= at);
        let begun = self.marks.partition_point(|mark| mark.at <= at) + 1;
        begun.min(self.marks.len()).saturating_sub(over) as u64
    }

    /// The batches between two instants: where each begins and ends there, and its requests that have a latency, as
    /// rate times ms.
    pub(super) fn stretches(
        &self,
        from: SimTime,
        to: SimTime,
    ) -> impl Iterator<Item = (SimTime, SimTime, u128)> {
        let first = self.marks.partition_point(|mark| mark.at <= from);
        (first..self.marks.len())
            .map(|number| self.batch(number))
            .take_while(move |(before, _)| before.at < to)
            .map(move |(before, mark)| {
                let (begin, end) = (before.at.max(from), mark.at.min(to));
                (begin, end, u128::from(end.since(begin).0) * u128::from(mark.timed.0))
            })
    }

    /// The rate, the mean latency and the serving tasks at `at`.
    pub fn rate_at(&self, at: SimTime) -> (Rate, Span, u32) {
        let (_, mark) = self.batch_at(at);
        (mark.rate, Span((self.latency_at(at) + 500) / 1_000), mark.tasks)
    }

    /// The mean latency of a request sent at `at`.
    fn latency_at(&self, at: SimTime) -> Micros {
        let (before, mark) = self.batch_at(at);
        even(mark.latency, at.since(before.at), mark.at.since(before.at))
    }

    /// The mean latency of the last request sent before `at`.
    fn latency_until(&self, at: SimTime) -> Micros {
        let (before, mark) = self.batch(self.marks.partition_point(|mark| mark.at < at));
        even(mark.latency, at.since(before.at), mark.at.since(before.at))
    }
}

/// What something that moves evenly from one value to another has come to.
pub(super) fn even([from, to]: [Micros; 2], done: Span, whole: Span) -> Micros {
    if from == to || whole.is_zero() {
        return to;
    }
    let change = i128::from(to) - i128::from(from);
    (i128::from(from) + change * i128::from(done.0.min(whole.0)) / i128::from(whole.0)) as Micros
}

/// How far the two landscapes have been walked so long after a batch's beginning, in millionths of a request.
fn within((before, after): (Mark, Mark), done: Micros) -> (u64, u64) {
    let whole = after.at.since(before.at).0 * 1_000;
    if whole == 0 {
        return (before.good, before.bad);
    }
    let done = done.min(whole);
    let part =
        |from: u64, to: u64| from + (u128::from(to - from) * u128::from(done) / u128::from(whole)) as u64;
    (part(before.good, after.good), part(before.bad, after.bad))
}

/// Until how long after a batch's beginning the requests were sent that have ended by `at`.
///
/// A request sent s after the beginning ends latency + s × (1 + growth of the latency) after it. While a queue empties
/// the latency shrinks as fast as time goes, and they all end together.
fn ended_within((before, after): (Mark, Mark), at: SimTime) -> Micros {
    let Some(passed) = (at.since(before.at).0 * 1_000).checked_sub(after.latency[0]) else { return 0 };
    let whole = after.at.since(before.at).0 * 1_000;
    let stretched = (whole + after.latency[1]).saturating_sub(after.latency[0]);
    if stretched == 0 {
        return whole;
    }
    (u128::from(passed) * u128::from(whole) / u128::from(stretched)).min(u128::from(whole)) as Micros
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

    /// The mean latency in ms of the wanted requests sent between two instants to a task that was there; `None` if there
    /// were none.
    pub fn mean_latency(&self, from: SimTime, to: SimTime, wanted: impl Fn(FlowKey) -> bool) -> Option<u64> {
        let (mut weighted, mut weight) = (0_u128, 0_u128);
        for flow in self.flows.iter().filter(|flow| wanted(flow.key)) {
            for (begin, end, requests) in flow.stretches(from, to) {
                let ends = [flow.latency_at(begin), flow.latency_until(end)];
                weighted += requests * u128::from(ends[0] + ends[1]) / 2;
                weight += requests;
            }
        }
        (weight > 0).then(|| ((weighted + weight * 500) / (weight * 1_000)) as u64)
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
