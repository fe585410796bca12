//! What a word of the API means and where a number comes from: a small note beside whatever the pointer or the focus
//! is on, if it carries `data-word`, or `data-note` with an optional `data-source`.

use crate::session::narrate::glossary::{marked, term_of};
use crate::ui::listen::Listener;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};
use yew::prelude::*;

/// What has a note.
const NOTED: &str = "[data-word], [data-note]";

/// A note and the element it is about.
#[derive(Clone, PartialEq)]
struct Note {
    text: String,
    source: String,
    about: Element,
}

/// Where notes are given.
#[derive(Clone, PartialEq, Properties)]
pub struct MeaningProps {
    /// Only in here; everywhere where it is not given.
    #[prop_or_default]
    pub inside: Option<NodeRef>,
}

/// The note, laid over the page where it does not cover what it explains.
#[component]
pub fn Meaning(props: &MeaningProps) -> Html {
    let note = use_state_eq(|| None::<Note>);
    let place = use_node_ref();
    {
        let (note, inside) = (note.setter(), props.inside.clone());
        use_effect_with((), move |()| {
            let over = |note: UseStateSetter<Option<Note>>| {
                let inside = inside.clone();
                move |event: Event| {
                    // In a shadow tree the event's target, as the window sees it, is the tree's host.
                    let innermost = event.composed_path().get(0);
                    let element = innermost.dyn_into::<Element>().ok();
                    let within = |element: &Element| match &inside {
                        Some(room) => room.get().is_some_and(|room| room.contains(Some(element))),
                        None => true,
                    };
                    note.set(element.filter(within).as_ref().and_then(noted));
                }
            };
            let closed = note.clone();
            let listeners = [
                // Not when something comes under a pointer that rests.
                Listener::new("pointermove", over(note.clone())),
                Listener::new("focusin", over(note)),
                Listener::new("keydown", move |event| {
                    if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
                        closed.set(None);
                    }
                }),
            ];
            move || drop(listeners)
        });
    }
    {
        let place = place.clone();
        use_effect_with((*note).clone(), move |note| {
            if let (Some(note), Some(place)) = (note, place.cast::<HtmlElement>()) {
                stand_beside(&place, &note.about);
            }
            let about = note.as_ref().map(|note| note.about.clone());
            // What is described by something else keeps that; the note is more of the same.
            let about = about.filter(|about| !about.has_attribute("aria-describedby"));
            if let Some(about) = &about {
                let _ = about.set_attribute("aria-describedby", "meaning");
            }
            move || {
                if let Some(about) = about {
                    let _ = about.remove_attribute("aria-describedby");
                }
            }
        });
    }
    match &*note {
        None => Html::default(),
        Some(note) => html! {
            <div class="meaning" id="meaning" role="tooltip" ref={place}>
                <p>{ &note.text }</p>
                if !note.source.is_empty() {
                    <p class="muted">{ &note.source }</p>
                }
            </div>
        },
    }
}

/// The note of an element, or of what it stands in.
fn noted(element: &Element) -> Option<Note> {
    let about = element.closest(NOTED).ok().flatten()?;
    let (text, source) = match about.get_attribute("data-word") {
        Some(word) => {
            let term = term_of(&word)?;
            (term.meaning.to_owned(), term.source.to_owned())
        }
        None => (about.get_attribute("data-note")?, about.get_attribute("data-source").unwrap_or_default()),
    };
    Some(Note { text, source, about })
}

/// Puts the note beside what it is about: to the right of what stands at the window's left edge, so that the list it is
/// in can be read on, else below, or above where there is no room; and inside the window.
fn stand_beside(place: &HtmlElement, about: &Element) {
    let Some(window) = web_sys::window() else { return };
    let size =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0);
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let (note, it) = (place.get_bounding_client_rect(), about.get_bounding_client_rect());
    let (left, top) = if it.right() * 2.0 < width && it.left() * 20.0 < width {
        (it.right() + 10.0, it.top().min(height - note.height() - 8.0))
    } else {
        let below = it.bottom() + 6.0;
        let top = if below + note.height() > height { it.top() - note.height() - 6.0 } else { below };
        (it.left().min(width - note.width() - 8.0).max(8.0), top)
    };
    for (name, value) in [("left", left), ("top", top.max(0.0))] {
        // A note that cannot be placed stands in the corner and can still be read.
        let _ = place.style().set_property(name, &format!("{value:.0}px"));
    }
}

/// A text in which the words of the API carry a dotted underline and their meaning.
pub fn explained(text: &str) -> Html {
    marked(text)
        .into_iter()
        .map(|(part, term)| match term {
            None => html! { <>{ part.to_owned() }</> },
            Some(term) => html! { <span class="api-word" data-word={term.word}>{ term.word }</span> },
        })
        .collect()
}
