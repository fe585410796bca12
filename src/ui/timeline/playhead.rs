//! The playhead: a layer as wide as the plot, with the mark and the veil over what is still to come. It is moved outside
//! the virtual DOM, and by a transform, so that a frame lays out and paints nothing anew.

use crate::model::SimTime;
use crate::session::Axis;
use std::cell::RefCell;
use web_sys::HtmlElement;
use yew::prelude::*;

/// The places on the plot where the layer can stand: on a large screen about a pixel apart. The browser composes the
/// page again for each move, and played as a story most frames would move it by less.
const PLACES: f64 = 2_000.0;

/// The layer, and where it stands.
#[derive(Default)]
pub struct Playhead {
    /// The layer.
    pub layer: NodeRef,
    stands: RefCell<Option<(HtmlElement, f64)>>,
}

impl Playhead {
    /// Moves it to an instant.
    pub fn go_to(&self, at: SimTime, axis: &Axis) {
        let Some(layer) = self.layer.cast::<HtmlElement>() else { return };
        let place = (axis.place(at) * PLACES).round();
        let there = Some((layer.clone(), place));
        if *self.stands.borrow() == there {
            return;
        }
        let percent = place * 100.0 / PLACES;
        // A style that cannot be set leaves the playhead where it was; the clock still tells the time.
        let _ = layer.style().set_property("transform", &format!("translateX({percent}%)"));
        self.stands.replace(there);
    }
}
