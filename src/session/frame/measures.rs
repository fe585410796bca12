//! The numbers beside the timeline's lanes: what they read at the playhead, as the stage shows it.

use super::pulse::share_of;
use super::{Frame, Pulse, Role};
use crate::model::*;

/// What the lanes read at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// The target's part of the production requests that anybody answers; `None` without such requests.
    pub target_share: Option<Ratio>,
    /// Tasks from PROVISIONING to DEPROVISIONING.
    pub tasks: u32,
    /// The share that fails of the target's requests; of all, where the target gets none. `None` without requests.
    pub failing: Option<Ratio>,
    /// The mean latency of the target's answers; of the source's, where the target gives none.
    pub latency: Option<Span>,
}

impl Frame {
    /// What the lanes read now.
    pub fn measures(&self) -> Measures {
        let production = || self.pulses.iter().filter(|pulse| pulse.rule == ListenerRule::Production);
        let rate = |wanted: fn(&Pulse) -> bool| -> u64 {
            production().filter(|pulse| wanted(pulse)).map(|pulse| pulse.rate.0).sum()
        };
        let of = |role: Role| production().find(|pulse| pulse.role == Some(role));
        let all: u64 = rate(|_| true);
        let failing: u64 = production()
            .map(|pulse| (u128::from(pulse.rate.0) * u128::from(pulse.failing.0) / 1_000_000) as u64)
            .sum();
        Measures {
            target_share: share_of(
                rate(|pulse| pulse.role == Some(Role::Target)),
                rate(|pulse| pulse.role.is_some()),
            ),
            tasks: self.so_far.tasks,
            failing: of(Role::Target).map(|pulse| pulse.failing).or_else(|| share_of(failing, all)),
            latency: of(Role::Target).or_else(|| of(Role::Source)).map(|pulse| pulse.latency),
        }
    }
}
