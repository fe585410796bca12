//! What came of taking something away: said beside the button, until it is about something else.

use crate::ui::take_away;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What came of it, in words; nothing before anything was taken away.
#[derive(Clone)]
pub struct Outcome(UseStateHandle<AttrValue>);

/// What came of taking `subject` away. What was said of one subject is not true of another, and goes with it.
#[hook]
pub fn use_outcome<T: PartialEq + 'static>(subject: T) -> Outcome {
    let said = use_state_eq(AttrValue::default);
    let stale = said.clone();
    use_effect_with(subject, move |_| stale.set(AttrValue::default()));
    Outcome(said)
}

impl Outcome {
    /// Says it.
    pub fn say(&self, words: &'static str) {
        self.0.set(AttrValue::from(words));
    }

    /// Where it is said, for a dialog's last line.
    pub fn view(&self) -> Html {
        html! { <span role="status">{ &*self.0 }</span> }
    }

    /// What a button calls that copies a text.
    pub fn copies(&self, text: AttrValue) -> Callback<MouseEvent> {
        let outcome = self.clone();
        Callback::from(move |_| {
            let copied = take_away::copy(&text);
            outcome.say(if copied { "Copied." } else { "Not copied: the browser refused." });
        })
    }

    /// What a button calls that copies a text which stands in a field, where it is selected afterwards.
    pub fn copies_from(&self, field: &NodeRef, text: AttrValue) -> Callback<MouseEvent> {
        let (outcome, field) = (self.clone(), field.clone());
        Callback::from(move |_| {
            let copied = take_away::copy(&text);
            select(&field);
            outcome.say(if copied { "Copied." } else { "Not copied: it is selected, copy it by hand." });
        })
    }
}

/// Selects all of an input or a text area.
fn select(field: &NodeRef) {
    let Some(field) = field.get() else { return };
    match field.dyn_into::<HtmlInputElement>() {
        Ok(input) => input.select(),
        Err(other) => other.unchecked_into::<HtmlTextAreaElement>().select(),
    }
}
