//! What going back costs: at the playhead, and along the whole run.
//!
//! Each price is exact, because the rollback is simulated to see. Along the run that is done where the page has time,
//! one instant after the other. Of a large run the price at the playhead, too, waits until the page has time, and the
//! playhead stands.

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

/// While a run with few events plays, the price at the playhead is found anew so often.
pub(super) const PRICED_EVERY: Span = Span::from_secs(5);
const FEW_EVENTS: usize = 500;

/// The run is looked at in so many places of its axis, and around so many of its beats; a large one in fewer.
const PLACES: usize = 40;
const PLACES_OF_A_LARGE_RUN: usize = 16;

impl Session {
    /// What a rollback asked for now would cost; `None` where none is possible, or it is not known yet.
    pub fn price(&self) -> Option<Price> {
        self.way_back
    }

    /// What it costs along the run; empty until all is known.
    pub fn prices(&self) -> &Rc<Prices> {
        &self.prices
    }

    /// Whether prices are to be found as soon as there is time.
    pub(super) fn is_pricing(&self) -> bool {
        let in_time = !self.is_large() || !self.playback.playing;
        in_time && (self.is_price_due || self.priced.len() < self.to_price.len())
    }

    /// Whether a price is found so quickly that it can follow the clock.
    pub(super) fn prices_while_playing(&self) -> bool {
        self.shown.run.events.len() <= FEW_EVENTS
    }

    /// Whether a price takes longer than there is between two frames.
    fn is_large(&self) -> bool {
        self.shown.run.events.len() > MANY_EVENTS
    }

    /// Begins anew for another run.
    pub(super) fn forget_prices(&mut self) {
        self.prices = Rc::default();
        self.priced.clear();
        self.to_price.clear();
        if self.keeps_secret() {
            return;
        }
        let axis = Axis::new(self.shown.run.end, &self.timeline.folds);
        let places = if self.is_large() { PLACES_OF_A_LARGE_RUN } else { PLACES };
        let even = (0..=places).map(|place| axis.instant(place as f64 / places as f64));
        let beats = beats::beats(&self.shown.run, self.service);
        // Right before a beat and right after it, since that is where a price jumps.
        let around = beats.iter().take(places).flat_map(|beat| [beat.at - Span(1), beat.at]);
        self.to_price = even.chain(around).collect();
        self.to_price.sort_unstable();
        self.to_price.dedup();
    }

    /// Finds one more price, the one at the playhead first; what has changed.
    pub(super) fn price_one(&mut self) -> Changed {
        if std::mem::take(&mut self.is_price_due) {
            self.way_back = self.price_at(self.playback.playhead);
            return Changed::Panels;
        }
        let Some(&at) = self.to_price.get(self.priced.len()) else { return Changed::Nothing };
        self.priced.push((at, self.price_at(at)));
        if self.is_pricing() {
            return Changed::Nothing;
        }
        self.prices = Rc::new(std::mem::take(&mut self.priced));
        self.to_price.clear();
        Changed::Panels
    }

    /// Sees what a rollback would cost now, at once where that is quick.
    pub(super) fn price_way_back(&mut self) {
        // In a drill nobody says what an act would cost.
        let told = !self.keeps_secret();
        self.is_price_due = told && self.is_large();
        self.way_back = if told && !self.is_large() { self.price_at(self.playback.playhead) } else { None };
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
