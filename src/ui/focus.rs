//! The focus is never lost: where the control that has it goes away or is switched off, Play has it, so that the
//! keyboard goes on from the middle of things and not from the page's beginning; under a dialog what stands nearest.

use crate::ui::listen::Listener;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

/// Follows what has the focus.
pub struct Focus {
    /// What had it last; it may have left the page since.
    last: Rc<RefCell<Option<Element>>>,
    soon: Option<Timeout>,
    _listener: Listener,
}

impl Focus {
    /// Begins to follow it.
    pub fn followed() -> Focus {
        let last = Rc::new(RefCell::new(None));
        let held = last.clone();
        let listener = Listener::new("focusin", move |event| {
            *held.borrow_mut() = event.target().and_then(|target| target.dyn_into().ok());
        });
        Focus { last, soon: None, _listener: listener }
    }

    /// Looks after it, once a new picture stands.
    pub fn keep(&self) {
        let Some(document) = document() else { return };
        let Some(active) = document.active_element() else { return };
        let switched_off = active.matches(":disabled").unwrap_or(false);
        let gone = || self.last.borrow().as_ref().is_some_and(|last| !last.is_connected());
        let nowhere = document.body().is_some_and(|body| *body == active);
        if switched_off || nowhere && gone() {
            // Giving the focus away changes what had it last.
            let lost = self.last.borrow().clone();
            match document.query_selector("dialog[open]").ok().flatten() {
                Some(dialog) => to_nearest(&dialog, lost),
                None => to_play(),
            }
        }
    }

    /// Gives it to Play, once what stands over the page has given it back.
    pub fn to_play_soon(&mut self) {
        self.soon = Some(Timeout::new(0, to_play));
    }
}

/// Of a dialog, what can be used and stands nearest to the control that was lost; its first control if that has gone.
fn to_nearest(dialog: &Element, lost: Option<Element>) {
    const USABLE: &str = "button:enabled, select:enabled, textarea:enabled, input:enabled";
    let round = std::iter::successors(lost, |it| it.parent_element());
    let near = round.take_while(|it| dialog.contains(Some(it))).find_map(|it| {
        let usable = it.query_selector_all(USABLE).ok()?;
        usable.get(usable.length().checked_sub(1)?)
    });
    let found = near.or_else(|| dialog.query_selector(USABLE).ok().flatten().map(Into::into));
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

fn to_play() {
    let play = document().and_then(|document| document.query_selector(".transport .play").ok().flatten());
    if let Some(play) = play.and_then(|play| play.dyn_into::<HtmlElement>().ok()) {
        // Under a dialog it cannot have the focus.
        let _ = play.focus();
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
