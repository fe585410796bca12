//! The keyboard: which key sends what. Keys belong to whatever is being typed in first.

use crate::model::{SimTime, StrategyName};
use crate::session::Msg;
use std::sync::atomic::{AtomicBool, Ordering};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Whether single characters act. Who speaks to the computer, or slips, switches them off (WCAG 2.1.4).
static SINGLE_KEYS: AtomicBool = AtomicBool::new(true);

/// Lets single characters act, or not.
pub fn let_single_keys_act(act: bool) {
    SINGLE_KEYS.store(act, Ordering::Relaxed);
}

/// Whether they do.
pub fn single_keys_act() -> bool {
    SINGLE_KEYS.load(Ordering::Relaxed)
}

/// Whether a key press is for the page, and not for what is being typed in, lies over it, or has taken it already.
pub fn is_for_page(event: &KeyboardEvent) -> bool {
    let commanded = event.ctrl_key() || event.meta_key();
    let lone = event.key().chars().count() == 1 && event.key() != " " && !commanded;
    !event.default_prevented() && place(event) != Place::Typing && (single_keys_act() || !lone)
}

fn place(event: &KeyboardEvent) -> Place {
    let focused = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    focused.as_ref().map_or(Place::Page, place_of)
}

/// What a key press that is for the page asks for.
pub fn message(event: &KeyboardEvent) -> Option<Msg> {
    if event.alt_key() {
        return None;
    }
    let place = place(event);
    if event.ctrl_key() || event.meta_key() {
        return match event.key().to_ascii_lowercase().as_str() {
            "z" if event.shift_key() => Some(Msg::Redo),
            "z" => Some(Msg::Undo),
            "y" => Some(Msg::Redo),
            _ => None,
        };
    }
    meaning(&event.key(), event.shift_key(), place)
}

/// Every key with what it does, as the help sheet lists them; several keys for one thing are parted by spaces.
pub const SHORTCUTS: [(&str, &str); 17] = [
    ("Space K", "Play, or hold"),
    ("→", "Step forward, to the next event"),
    ("←", "Step back"),
    ("Shift+→", "Next stage"),
    ("Shift+←", "Previous stage"),
    ("PageDown PageUp", "A remote: the next stage, the one before; in a lesson from caption to caption"),
    ("1 2 3 4", "Rolling, blue/green, canary, linear"),
    ("F", "Hide the future, or show it"),
    ("S", "Fold long waits of the timeline, or show it in true scale"),
    ("B", "Presenting: black, or the picture again"),
    ("Home End", "On the timeline: to the start, to the end"),
    ("↑ ↓", "On the timeline: step; in a menu: the next item"),
    ("Ctrl+Z", "Undo the last change of the recording"),
    ("Ctrl+Shift+Z Ctrl+Y", "Redo it"),
    ("Ctrl+P", "Print the run as a storyboard of its stages"),
    ("Esc", "Close what lies over the page; leave a lesson or presenting"),
    ("?", "This sheet"),
];

/// Whether a key press that is for the page asks for the help sheet.
pub fn asks_for_help(event: &KeyboardEvent) -> bool {
    event.key() == "?" && !event.ctrl_key() && !event.meta_key()
}

/// What the focus stands on, as far as keys are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Something that takes no keys of its own.
    Page,
    /// A button, which takes Space and Enter.
    Button,
    /// A radio button, which takes the arrows and Space.
    Choice,
    /// The slider of time, which is moved by what moves any slider.
    Time,
    /// A text, number or menu, which takes them all.
    Typing,
}

/// What a key means there.
pub fn meaning(key: &str, shift: bool, place: Place) -> Option<Msg> {
    if place == Place::Typing {
        return None;
    }
    let strategy = |number: usize| Some(Msg::SelectStrategy(StrategyName::ALL[number]));
    match key {
        " " if matches!(place, Place::Button | Place::Choice) => None,
        " " | "k" | "K" => Some(Msg::Toggle),
        "ArrowLeft" | "ArrowRight" if place == Place::Choice => None,
        "ArrowRight" if shift => Some(Msg::NextStage),
        "ArrowLeft" if shift => Some(Msg::PreviousStage),
        "ArrowRight" => Some(Msg::StepForward),
        "ArrowLeft" => Some(Msg::StepBack),
        "ArrowUp" if place == Place::Time => Some(Msg::StepForward),
        "ArrowDown" if place == Place::Time => Some(Msg::StepBack),
        "Home" if place == Place::Time => Some(Msg::Seek(SimTime::ZERO)),
        "End" if place == Place::Time => Some(Msg::Seek(SimTime(u64::MAX))),
        "PageDown" => Some(Msg::GoOn),
        "PageUp" => Some(Msg::GoBack),
        "Escape" => Some(Msg::LeaveLesson),
        "f" | "F" => Some(Msg::ToggleCurtain),
        "s" | "S" => Some(Msg::ToggleScale),
        "1" => strategy(0),
        "2" => strategy(1),
        "3" => strategy(2),
        "4" => strategy(3),
        _ => None,
    }
}

fn place_of(element: &Element) -> Place {
    // What is pressed while something lies over the page is not for the page, wherever the focus is.
    let document = element.owner_document();
    if document.is_some_and(|document| document.query_selector("dialog[open]").ok().flatten().is_some()) {
        return Place::Typing;
    }
    match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => Place::Typing,
        "INPUT" => match element.get_attribute("type").as_deref() {
            Some("radio") => Place::Choice,
            Some("checkbox") => Place::Button,
            // One that stands beside a number field is for the pointer, which leaves the focus on it.
            Some("range") => Place::Page,
            _ => Place::Typing,
        },
        "BUTTON" | "SUMMARY" => Place::Button,
        _ if element.get_attribute("role").as_deref() == Some("slider") => Place::Time,
        _ => Place::Page,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_play_and_step_unless_something_is_being_typed() {
        assert_eq!(meaning(" ", false, Place::Page), Some(Msg::Toggle));
        assert_eq!(meaning("k", false, Place::Button), Some(Msg::Toggle));
        assert_eq!(meaning(" ", false, Place::Button), None);
        assert_eq!(meaning("ArrowRight", false, Place::Page), Some(Msg::StepForward));
        assert_eq!(meaning("ArrowRight", true, Place::Page), Some(Msg::NextStage));
        assert_eq!(meaning("ArrowLeft", true, Place::Button), Some(Msg::PreviousStage));
        assert_eq!(meaning("ArrowRight", false, Place::Choice), None);
        assert_eq!(meaning("End", false, Place::Page), None);
        assert_eq!(meaning("Home", false, Place::Time), Some(Msg::Seek(SimTime::ZERO)));
        assert_eq!(meaning("ArrowUp", false, Place::Time), Some(Msg::StepForward));
        assert_eq!(meaning("1", false, Place::Page), Some(Msg::SelectStrategy(StrategyName::Rolling)));
        for key in [" ", "k", "ArrowLeft", "1"] {
            assert_eq!(meaning(key, false, Place::Typing), None, "{key}");
        }
    }
}
