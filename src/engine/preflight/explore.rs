//! Every way a small rolling deployment can go: proof by trying all.
//!
//! The controller is the planner of the engine itself. What is tried in every order is what it does not decide: which
//! started task becomes healthy next, and which stopping task is gone next. No task fails.

use crate::engine::rolling::{Stopping, pass};
use crate::engine::waiting::RollingBounds;
use crate::model::DeploymentConfiguration;
use std::collections::BTreeSet;

/// Larger services are not explored: with every task more there are many more orders.
pub const MOST_EXPLORED: u32 = 4;

/// What all orders of events come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explored {
    /// Whether every order ends with the deployment done; otherwise every one that ends short of it is stuck.
    pub finishes: bool,
    /// The most tasks in any of them.
    pub peak: u32,
    /// The fewest healthy tasks in any of them.
    pub floor: u32,
    /// The different states that were met.
    pub states: u32,
    /// The inequality that blocks the first of the stuck ones.
    pub blocked_by: Option<RollingBounds>,
}

/// The tasks of a service in the midst of a deployment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    /// Of the leaving revision, all healthy.
    old: u32,
    /// Of the coming revision, not healthy yet.
    starting: u32,
    /// Of the coming revision, healthy.
    healthy: u32,
    /// On their way out, in `total` until they are STOPPED.
    stopping: u32,
}

/// Tries every order for a service of so many tasks.
///
/// Ends because each event brings the deployment nearer to its end: no state is met again after it was left.
pub fn explore(desired: u32, config: &DeploymentConfiguration) -> Explored {
    let mut explored =
        Explored { finishes: true, peak: desired, floor: desired, states: 0, blocked_by: None };
    let start = State { old: desired, starting: 0, healthy: 0, stopping: 0 };
    let (mut waiting, mut met) = (vec![start], BTreeSet::from([start]));
    while let Some(state) = waiting.pop() {
        let state = explored.after_passes(state, desired, config);
        explored.states += 1;
        let State { old, starting, healthy, stopping } = state;
        let mut next = Vec::new();
        if starting > 0 {
            next.push(State { starting: starting - 1, healthy: healthy + 1, ..state });
        }
        if stopping > 0 {
            next.push(State { stopping: stopping - 1, ..state });
        }
        if next.is_empty() && (old, healthy) != (0, desired) {
            explored.finishes = false;
            explored.blocked_by = explored.blocked_by.or(Some(state.bounds(desired, config)));
        }
        waiting.extend(next.into_iter().filter(|&state| met.insert(state)));
    }
    explored
}

impl Explored {
    /// The state once the controller has done what it may, its peak and floor noted.
    fn after_passes(&mut self, mut state: State, desired: u32, config: &DeploymentConfiguration) -> State {
        loop {
            let pass = pass(&state.bounds(desired, config), Stopping::HoldsItsPlace);
            state.old -= pass.stop;
            state.stopping += pass.stop;
            state.starting += pass.start;
            self.peak = self.peak.max(state.total());
            self.floor = self.floor.min(state.old + state.healthy);
            if pass.stop + pass.start == 0 {
                return state;
            }
        }
    }
}

impl State {
    fn total(&self) -> u32 {
        self.old + self.starting + self.healthy + self.stopping
    }

    fn bounds(&self, desired: u32, config: &DeploymentConfiguration) -> RollingBounds {
        RollingBounds {
            desired,
            healthy: self.old + self.healthy,
            lower_bound: config.lower_bound(desired),
            total: self.total(),
            upper_bound: config.upper_bound(desired),
            old: self.old,
            old_unhealthy: 0,
            new: self.starting + self.healthy,
            starting: self.starting,
            stopping: self.stopping,
            next_launch: None,
        }
    }
}
