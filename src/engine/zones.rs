//! Availability Zones: which one a task leaves when there are too many, and how an uneven spread is evened out
//! ("Balancing an Amazon ECS service across Availability Zones").
//!
//! Balanced means that no zone holds more than one task more than another: each holds floor(tasks / zones) or
//! ceil(tasks / zones). Where a new task is placed is decided where it is started.

use super::cohort::Cohort;
use super::event::{Fact, Why, ZoneSpread};
use super::run::*;
use super::world::World;
use std::cmp::Reverse;
use std::collections::VecDeque;

impl World<'_> {
    /// Whether the service has an Availability Zone that is not lost.
    pub fn zones_left(&self, service: usize) -> bool {
        (0..self.services[service].config.zones).any(|zone| !self.lost_zones.contains(&zone))
    }

    /// So many of a revision's wanted tasks in the order in which scale-in stops them: those that do not count first,
    /// then always the oldest of the zone that holds the most.
    pub fn surplus_in_stop_order(&self, service: usize, revision: RevisionId, count: u32) -> Vec<TaskId> {
        let mut surplus = Vec::new();
        if count == 0 {
            return surplus;
        }
        let mut sizes = self.zone_sizes(service, revision);
        for counted in [false, true] {
            let mut zones: Vec<VecDeque<TaskId>> = vec![VecDeque::new(); sizes.len()];
            for task in self.in_stop_order(service, revision, |cohort| cohort.counted == counted) {
                zones[usize::from(self.zone_of(service, task))].push_back(task);
            }
            while surplus.len() < count as usize {
                let fullest = (0..zones.len()).filter_map(|zone| Some((zone, *zones[zone].front()?)));
                let Some((zone, task)) = fullest.max_by_key(|&(zone, task)| (sizes[zone], Reverse(task)))
                else {
                    break;
                };
                zones[zone].pop_front();
                sizes[zone] -= 1;
                surplus.push(task);
            }
        }
        surplus
    }

    /// Begins to move a task where the service is steady, its zones are uneven and there is room for one task more.
    /// Says whether it did.
    pub fn begin_rebalancing(&mut self, service: usize) -> bool {
        let state = &self.services[service];
        let (config, total) = (&state.config, state.total());
        let room = config.deployment.upper_bound(config.desired_count).min(self.capacity.unwrap_or(u32::MAX));
        // maximumPercent 100 leaves no room for it, which is why it is off there.
        let idle = state.steady && state.rebalancing.is_none() && self.may_rebalance(service);
        if !idle || total >= room || total != state.healthy() {
            return false;
        }
        let Some((&revision, &want)) = state.wants.first_key_value() else { return false };
        // Where a task too many is protected, it must go before another comes.
        if total > want {
            return false;
        }
        let Some(spread) = self.uneven_zones(service, revision) else { return false };
        let fullest = |&task: &TaskId| self.zone_of(service, task) == spread.fullest;
        if !self.in_stop_order(service, revision, |_| true).iter().any(fullest) {
            return false;
        }
        self.services[service].rebalancing = Some(spread);
        self.event(service, Fact::Rebalancing { revision }, Why::ZoneBalance(spread));
        self.touch(service);
        true
    }

    /// Ends the move of a task once its replacement counts, or when a deployment interrupts it: what is too much then is
    /// stopped like any surplus.
    pub fn end_rebalancing(&mut self, service: usize) {
        let state = &self.services[service];
        let want: u32 = state.wants.values().sum();
        if state.rebalancing.is_some() && (state.healthy() > want || !self.may_rebalance(service)) {
            self.services[service].rebalancing = None;
        }
    }

    fn may_rebalance(&self, service: usize) -> bool {
        let state = &self.services[service];
        state.config.zone_rebalancing && state.deployment.is_none() && state.wants.len() == 1
    }

    /// The fullest and the emptiest zone that can be used, where they are more than one task apart.
    fn uneven_zones(&self, service: usize, revision: RevisionId) -> Option<ZoneSpread> {
        let sizes = self.zone_sizes(service, revision);
        let usable = (0..sizes.len() as u8).filter(|zone| !self.lost_zones.contains(zone));
        let size = |zone: &u8| sizes[usize::from(*zone)];
        let fullest = usable.clone().max_by_key(|zone| (size(zone), Reverse(*zone)))?;
        let emptiest = usable.min_by_key(size)?;
        let (most, least) = (size(&fullest), size(&emptiest));
        (most > least + 1).then_some(ZoneSpread { fullest, most, emptiest, least })
    }

    /// How many wanted tasks of a revision each zone holds.
    pub(super) fn zone_sizes(&self, service: usize, revision: RevisionId) -> Vec<u32> {
        let mut sizes = vec![0_u32; usize::from(self.services[service].config.zones)];
        let of_revision = |cohort: &&Cohort| cohort.revision == revision && cohort.wanted;
        for cohort in self.services[service].cohorts.values().filter(of_revision) {
            for &task in &cohort.members {
                sizes[usize::from(self.zone_of(service, task))] += 1;
            }
        }
        sizes
    }

    fn zone_of(&self, service: usize, TaskId(task): TaskId) -> u8 {
        self.run.services[service].tasks[task as usize].zone
    }
}
