//! Stickiness of the forward action: clients keep the target group they met, so that real shares lag the weights.
//!
//! A client's choice lasts for the duration of `TargetGroupStickinessConfig`; a request after that chooses anew by the
//! weights. So of all requests a part chooses now, and a part goes where the weights sent its choice at some time
//! within the last duration: the share a group gets is a mean of its present weight and of its weights over that time.
//! After a shift it moves at once by the first part, and evenly over the duration by the second; the way back is the
//! same. Choices of a group that has no target left and no weight are void, and made anew (our reading).

use super::run::{RuleState, ServiceRun};
use super::spread::{Step, Until, weight_share};
use super::world::World;
use crate::model::*;

/// The most steps that the move of a share is drawn as.
const STEPS: u64 = 240;
/// A step is no shorter.
const SHORTEST: Span = Span::from_secs(1);

impl World<'_> {
    /// The share of group 1 in the step that covers `from`, in parts per million.
    pub fn second_share(&self, service: usize, from: SimTime, until: &mut Until) -> u64 {
        let state = &self.services[service];
        let chosen = weight_share(&state.production, from, until);
        let Some(kept) = state.config.keeps_groups().filter(|_| service == ENTRY) else { return chosen };
        let log = &self.run.services[service];
        let unpinned = log.unpinned.steps().last().map_or(SimTime::ZERO, |(at, _)| *at);
        let over = state.production.settled.max(unpinned) + kept;
        if from >= over {
            return chosen;
        }
        let width = SHORTEST.max(Span(kept.0.div_ceil(STEPS)));
        let step = Step::at(from, width, state.production.made.max(unpinned), over);
        until.no_later_than(step.end);
        let pinned = (log.kept_share(step.begin, kept) + log.kept_share(step.end, kept)) / 2;
        let part = self.pinned_part(from, kept);
        (chosen * (1_000_000 - part) + pinned * part) / 1_000_000
    }

    /// The part of all requests whose group was chosen before: requests by users who asked within the duration.
    pub fn pinned_part(&self, from: SimTime, kept: Span) -> u64 {
        let rate = self.demand(from, &mut Until(from));
        let again = u128::from(rate.0) * u128::from(kept.0);
        let first = u128::from(self.scenario.traffic.users) * 1_000_000;
        (again * 1_000_000).checked_div(again + first).unwrap_or(0) as u64
    }

    /// Voids the choices of a group without a target and without weight.
    pub fn void_choices(&mut self) {
        let state = &self.services[ENTRY];
        let Some(kept) = state.config.keeps_groups() else { return };
        let weight = state.production.actual_share(self.flowed);
        let (now, log) = (self.flowed, &self.run.services[ENTRY]);
        for (group, alone) in [(0, Ratio::ONE), (1, Ratio::ZERO)] {
            let still = log.kept_share(now, kept) != u64::from(alone.0);
            if weight == alone
                && state.production.settled <= now
                && still
                && self.eligible(ENTRY, group).is_empty()
            {
                self.run.services[ENTRY].unpinned.push(now, alone);
                return;
            }
        }
    }
}

impl ServiceRun {
    /// The mean share of group 1 over the time of that length before `at`, in parts per million.
    ///
    /// What lies before second 0 was as at second 0, and what lies before choices were voided counts as they were made
    /// anew.
    fn kept_share(&self, at: SimTime, kept: Span) -> u64 {
        let (voided, anew) = match self.unpinned.steps().iter().rfind(|(voided, _)| *voided <= at) {
            Some((voided, anew)) => (*voided, Some(*anew)),
            None => (SimTime::ZERO, None),
        };
        let begin = (at - kept).max(voided);
        let rules = self.production.steps();
        let anew =
            anew.or(rules.first().map(|(_, rule)| rule.actual_share(SimTime::ZERO))).unwrap_or_default();
        let mut sum = u128::from(anew.0) * u128::from(kept.0.saturating_sub(at.since(begin).0));
        for (number, (made, rule)) in rules.iter().enumerate() {
            let replaced = rules.get(number + 1).map_or(at, |(next, _)| (*next).min(at));
            let (from, to) = ((*made).max(begin), replaced);
            if from < to {
                sum += under(rule, from, rule.settled.clamp(from, to))
                    + under(rule, rule.settled.clamp(from, to), to);
            }
        }
        (sum / u128::from(kept.0.max(1))) as u64
    }
}

/// The area under a rule's share between two instants between which it moves evenly.
fn under(rule: &RuleState, from: SimTime, to: SimTime) -> u128 {
    let ends = u128::from(rule.actual_share(from).0) + u128::from(rule.actual_share(to).0);
    ends * u128::from(to.since(from).0) / 2
}
