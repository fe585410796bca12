//! What going back costs: at the playhead, and along the whole run.
//!
//! Each price is exact, because the rollback is simulated to see. Along the run that is done where the page has time,
//! one instant after the other.

use super::*;
use crate::session::film::MANY_EVENTS;

/// What a rollback costs that is asked for at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// How long it takes until no user meets the target.
    pub span: Span,
    /// Production requests that fail meanwhile.
    pub failed: u64,
}

/// The prices along a run: instants in order, and what going back costs there; `None` where there is no way back.
pub type Prices = Vec<(SimTime, Option<Price>)>;

/// The run is looked at in so many places of its axis, besides its beats.
const PLACES: usize = 40;

impl Session {
    /// What a rollback asked for now would cost; `None` where none is possible.
    pub fn price(&self) -> Option<Price> {
        self.way_back
    }

    /// What it costs along the run; empty until all is known, or where finding it would take too long.
    pub fn prices(&self) -> &Rc<Prices> {
        &self.prices
    }

    /// Whether prices are still to be found.
    pub(super) fn is_pricing(&self) -> bool {
        self.priced.len() < self.to_price.len()
    }

    /// Begins anew for another run.
    pub(super) fn forget_prices(&mut self) {
        self.prices = Rc::default();
        self.priced.clear();
        self.to_price.clear();
        if self.shown.run.events.len() > MANY_EVENTS || self.keeps_secret() {
            return;
        }
        let axis = Axis::new(self.shown.run.end, &self.timeline.folds);
        let even = (0..=PLACES).map(|place| axis.instant(place as f64 / PLACES as f64));
        let beats = beats::beats(&self.shown.run, self.service);
        // Right before a beat and right after it, since that is where a price jumps.
        let around = beats.iter().take(PLACES).flat_map(|beat| [beat.at - Span(1), beat.at]);
        self.to_price = even.chain(around).collect();
        self.to_price.sort_unstable();
        self.to_price.dedup();
    }

    /// Finds one more price; what has changed once the last is known.
    pub(super) fn price_one(&mut self) -> Changed {
        let Some(&at) = self.to_price.get(self.priced.len()) else { return Changed::Nothing };
        self.priced.push((at, self.price_at(at)));
        if self.is_pricing() {
            return Changed::Nothing;
        }
        self.prices = Rc::new(std::mem::take(&mut self.priced));
        self.to_price.clear();
        Changed::Panels
    }

    /// Sees what a rollback would cost now: exactly where that is quick.
    pub(super) fn price_way_back(&mut self) {
        // In a drill nobody says what an act would cost.
        let quick = self.shown.run.events.len() <= MANY_EVENTS && !self.keeps_secret();
        self.way_back = if quick { self.price_at(self.playback.playhead) } else { None };
    }

    fn price_at(&self, at: SimTime) -> Option<Price> {
        let frame = self.shown.frame(at);
        match self.stage(&frame).refusal(Deed::RollBack) {
            Some(_) => None,
            // What happens at an instant has been seen by whoever acts at it.
            None => self.shown.way_back(at + Span(1)),
        }
    }
}
