//! All waiting goes through here: commands in order of (time, sequence).

use super::hooks::Invocation;
use crate::model::SimTime;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Work that becomes due. A command whose stamp is out of date when it is due is dropped unseen.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    /// An intervention of the scenario.
    Intervene(usize),
    /// The next step in the life of a cohort of tasks.
    Cohort { service: usize, cohort: u32, step: CohortStep, stamp: u32 },
    /// A wait that was to last until `due` is over: bake, step bake, network shift, back-off, retry.
    Wake { service: usize, due: SimTime },
    /// A rule has reached all users.
    RuleSettled { service: usize, test: bool, made: SimTime },
    /// A stage has lasted as long as a stage may.
    StageLimit { service: usize, stage_stamp: u32 },
    /// A Lambda hook is called again.
    CallHook { service: usize, call: u32 },
    /// A Lambda hook answers.
    HookAnswers { service: usize, call: u32, invocation: Box<Invocation> },
    /// A hook's time is over.
    HookExpires { service: usize, call: u32 },
    /// The scenario's reviewer answers an approval.
    ReviewerAnswers { approval: usize },
    /// A fault with a length is over.
    FaultEnds(Fault),
}

/// The steps of a cohort, each with what it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CohortStep {
    /// PROVISIONING is over.
    Provisioned,
    /// The image is pulled, or cannot be.
    Pulled,
    /// The container runs, or has crashed.
    Started,
    /// The target is registered.
    Registered,
    /// The load balancer's checks make the target healthy.
    TargetPasses,
    /// The load balancer's checks make the target unhealthy.
    TargetFails,
    /// The container's check makes it HEALTHY.
    ContainerPasses,
    /// The container's check makes it UNHEALTHY.
    ContainerFails,
    /// 40 seconds after RUNNING, for tasks without any check.
    ComesOfAge,
    /// The grace period is over.
    GraceEnds,
    /// The essential container exits by itself.
    Exits,
    /// A container that has exited runs again.
    Restarted,
    /// The target begins to drain, or a dead task's target is removed.
    Drains,
    /// The deregistration delay is over.
    Drained,
    /// The container has exited after the stop signal.
    Exited,
    /// DEPROVISIONING is over.
    Deprovisioned,
}

/// A fault that ends by itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fault {
    /// An Availability Zone comes back.
    Zone(u8),
    /// There is capacity again: the end of the so-manieth limit, which counts while no newer one was set.
    Capacity(u32),
    /// The listener may be changed again.
    Listener(usize),
    /// The hook may be invoked again.
    Hook(String),
}

#[derive(Debug)]
struct Entry {
    at: SimTime,
    sequence: u64,
    command: Command,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.sequence) == (other.at, other.sequence)
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.sequence).cmp(&(other.at, other.sequence))
    }
}

/// The one queue. Equal times leave in the order they were put in.
#[derive(Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<Entry>>,
    sequence: u64,
}

impl Queue {
    /// Puts work in.
    ///
    /// # Panics
    /// If `at` lies before `now`, which is a programmer's error.
    pub fn push(&mut self, now: SimTime, at: SimTime, command: Command) {
        assert!(at >= now, "at {} ms something was scheduled for {} ms: {command:?}", now.0, at.0);
        self.heap.push(Reverse(Entry { at, sequence: self.sequence, command }));
        self.sequence += 1;
    }

    /// The next command and its time, still in the queue.
    pub fn peek(&self) -> Option<(SimTime, &Command)> {
        self.heap.peek().map(|Reverse(entry)| (entry.at, &entry.command))
    }

    /// Takes the next command out.
    pub fn pop(&mut self) -> Option<(SimTime, Command)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.command))
    }

    /// All commands, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (SimTime, &Command)> {
        self.heap.iter().map(|Reverse(entry)| (entry.at, &entry.command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_due_at_the_same_time_leave_in_the_order_they_were_put_in() {
        let mut queue = Queue::default();
        for (at, which) in [(5, 0), (3, 1), (5, 2), (3, 3)] {
            queue.push(SimTime::ZERO, SimTime(at), Command::Intervene(which));
        }
        let order: Vec<_> = std::iter::from_fn(|| queue.pop())
            .map(|(at, command)| match command {
                Command::Intervene(which) => (at.0, which),
                _ => unreachable!(),
            })
            .collect();
        assert_eq!(order, [(3, 1), (3, 3), (5, 0), (5, 2)]);
    }

    #[test]
    #[should_panic(expected = "at 7 ms something was scheduled for 3 ms")]
    fn nothing_can_be_scheduled_into_the_past() {
        Queue::default().push(SimTime(7), SimTime(3), Command::Intervene(0));
    }
}
