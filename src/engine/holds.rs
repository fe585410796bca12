//! Stickiness of targets: clients keep the target they met, so that a task which joins gets fewer requests than the
//! others.
//!
//! A client's choice lasts for the duration of the cookie; a request after that, or after the target is gone, chooses
//! anew among the targets there are. So each cohort holds a part of those who keep a target, by the age of their choice,
//! and little by little they are exchanged for what people choose now. How many keep one at all is as with groups (see
//! [`super::pins`]).

use super::cohort::Cohort;
use super::run::GroupSlot;
use super::spread::{Step, Until};
use super::world::World;
use crate::model::*;

/// Those who keep a target of a group, by the age of their choice from the youngest: a quarter of its duration each.
pub(super) type Held = [u64; 4];

/// What the cohorts of a group hold together.
const ALL: u64 = 1_000_000_000_000;
/// Whoever holds has settled where a smaller part of all than this would choose otherwise.
const SETTLED: u64 = ALL / 20_000;
/// The steps in which a duration goes by.
const STEPS: u64 = 240;
/// A step is no shorter.
const SHORTEST: Span = Span::from_secs(1);

impl World<'_> {
    /// What each of a group's cohorts pulls: by its tasks where people choose, by what it holds where they keep.
    pub fn pulls(
        &self,
        service: usize,
        group: GroupSlot,
        ids: &[u32],
        from: SimTime,
        until: &mut Until,
    ) -> Vec<u64> {
        let free: Vec<u64> = ids.iter().map(|&id| self.pull_of(service, id, from, until)).collect();
        let Some(lasts) = self.keeps_targets(service, group).filter(|_| ids.len() > 1) else { return free };
        let (chosen, kept) = (parts(&free), self.pinned_part(from, lasts));
        let held: Vec<Held> = ids.iter().map(|id| self.services[service].cohorts[id].held).collect();
        if !settled(&chosen, &held) {
            until.no_later_than(Step::at(from, width(lasts), SimTime::ZERO, SimTime(u64::MAX)).end);
        }
        let mixed = |(chosen, held): (&u64, &Held)| {
            let held = u128::from(held.iter().sum::<u64>());
            let sum = u128::from(*chosen) * u128::from(1_000_000 - kept) + held * u128::from(kept);
            (sum / 1_000_000) as u64
        };
        chosen.iter().zip(&held).map(mixed).collect()
    }

    /// People whose target is gone choose another, and at the end of each step so do those whose choice is over.
    pub fn hold_targets(&mut self) {
        let now = self.flowed;
        for group in [0, 1] {
            let Some(lasts) = self.keeps_targets(ENTRY, group) else { continue };
            let ids = self.eligible(ENTRY, group);
            let pulls = ids.iter().map(|&id| self.pull_of(ENTRY, id, now, &mut Until(now)));
            let chosen = parts(&pulls.collect::<Vec<u64>>());
            self.let_go(group, &ids);
            let cohorts = &mut self.services[ENTRY].cohorts;
            let mut held: Vec<Held> = ids.iter().map(|id| cohorts[id].held).collect();
            if now == SimTime::ZERO {
                // They have chosen at any time.
                held = chosen.iter().map(|chosen| [chosen / 4; 4]).collect();
            } else if now.0.is_multiple_of(width(lasts).0) && !settled(&chosen, &held) {
                held.iter_mut().for_each(|held| grow_older(held, lasts));
                if settled(&chosen, &held) {
                    held = evened(&chosen, &held);
                }
            }
            let anew = u128::from(ALL.saturating_sub(held.iter().flatten().sum()));
            for ((id, mut held), chosen) in ids.iter().zip(held).zip(&chosen) {
                held[0] += (anew * u128::from(*chosen) / u128::from(ALL)) as u64;
                if let Some(cohort) = cohorts.get_mut(id) {
                    cohort.held = held;
                }
            }
        }
    }

    /// Nobody keeps a target of the group that takes no new requests.
    fn let_go(&mut self, group: GroupSlot, ids: &[u32]) {
        let revisions = &self.run.services[ENTRY].revisions;
        let of_group = |cohort: &Cohort| revisions[usize::from(cohort.revision.0)].group == group;
        for (id, cohort) in &mut self.services[ENTRY].cohorts {
            if of_group(cohort) && !ids.contains(id) {
                cohort.held = Held::default();
            }
        }
    }

    /// How long people keep a target of that group. Cookies are set for users only.
    fn keeps_targets(&self, service: usize, group: GroupSlot) -> Option<Span> {
        let routing = &self.services[service].config.routing;
        let sticks = service == ENTRY && routing.kind.has_targets();
        routing.groups[usize::from(group)].stickiness.filter(|_| sticks)
    }
}

fn width(lasts: Span) -> Span {
    SHORTEST.max(Span(lasts.0.div_ceil(STEPS)))
}

/// A step goes by; whose choice is over is held no longer.
fn grow_older(held: &mut Held, lasts: Span) {
    let ages = held.len() as u128;
    let older = held.map(|part| {
        let moved = u128::from(part) * ages * u128::from(width(lasts).0) / u128::from(lasts.0);
        part.min(moved as u64)
    });
    let mut from_younger = 0;
    for (part, older) in held.iter_mut().zip(older) {
        *part = *part - older + from_younger;
        from_younger = older;
    }
}

/// Parts of all by what is pulled.
fn parts(pulls: &[u64]) -> Vec<u64> {
    let sum = u128::from(pulls.iter().sum::<u64>().max(1));
    pulls.iter().map(|&pull| (u128::from(ALL) * u128::from(pull) / sum) as u64).collect()
}

/// What each would hold if those of each age chose now.
fn evened(chosen: &[u64], held: &[Held]) -> Vec<Held> {
    let sums: [u128; 4] = std::array::from_fn(|age| held.iter().map(|held| u128::from(held[age])).sum());
    let even = |&chosen: &u64| sums.map(|sum| (sum * u128::from(chosen) / u128::from(ALL)) as u64);
    chosen.iter().map(even).collect()
}

/// Whether hardly anybody would choose otherwise than is held.
fn settled(chosen: &[u64], held: &[Held]) -> bool {
    let even = evened(chosen, held);
    even.iter().flatten().zip(held.iter().flatten()).all(|(even, held)| even.abs_diff(*held) <= SETTLED)
}
