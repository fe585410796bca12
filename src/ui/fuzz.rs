//! The page tries itself: with `?fuzz=SEED` in its address it presses, types, slides and imports at random, as fast as
//! it can draw. The same seed on the same page makes the same tries as long as the page answers in the same order.
//!
//! Whoever watches (a browser test, or a person for fun) sees a panic, an error on the console, or growth; the number of
//! tries stands on the root element as `data-tries`.

use crate::engine::poisson::{fork, mix};
use crate::ui::rescue;
use gloo_timers::callback::Interval;
use wasm_bindgen::JsCast;
use web_sys::{
    Document, Element, Event, EventInit, HtmlElement, HtmlInputElement, HtmlSelectElement,
    HtmlTextAreaElement, KeyboardEvent, KeyboardEventInit, PointerEvent, PointerEventInit,
};

/// Between two tries, in milliseconds: about a frame, so that each is drawn.
const PAUSE_MILLIS: u32 = 16;
/// What can be tried; nothing that leaves the page or opens the system's own dialogs.
const CONTROLS: &str = "button:not(:disabled), input:not(:disabled):not([type=file]), select:not(:disabled), \
     textarea:not([readonly]), summary, [role=slider], [tabindex='0']";
const KEYS: [&str; 22] = [
    " ",
    "k",
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "ArrowDown",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "Enter",
    "Escape",
    "Tab",
    "1",
    "2",
    "3",
    "4",
    "?",
    "f",
    "b",
    "p",
    "t",
];
const VALUES: [&str; 14] =
    ["", "0", "1", "2", "5", "10", "37.5", "100", "-1", "1e9", "5000", "99999999999999999999", "0.1", "abc"];

/// Begins, if the address asks for it. What is returned goes on until it is dropped.
pub fn begin() -> Option<Interval> {
    let window = web_sys::window()?;
    let search = window.location().search().ok()?;
    let seed = search.trim_start_matches('?').split('&').find_map(|part| part.strip_prefix("fuzz="))?;
    let mut dice = Dice(fork(seed.parse().ok()?, &[]));
    let document = window.document()?;
    let mut tries = 0_u32;
    Some(Interval::new(PAUSE_MILLIS, move || {
        // A try that finds nothing to act on is none; the next one comes at once.
        let _ = attempt(&document, &mut dice);
        tries += 1;
        if let Some(root) = document.document_element() {
            let _ = root.set_attribute("data-tries", &tries.to_string());
        }
    }))
}

/// Chance, the same for the same seed.
struct Dice(u64);

impl Dice {
    /// A number below `sides`, which is not 0.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = mix(self.0);
        (self.0 % sides as u64) as usize
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.roll(choices.len())]
    }
}

/// One try: a key anywhere, or whatever fits a visible control.
fn attempt(document: &Document, dice: &mut Dice) -> Option<()> {
    if dice.roll(4) == 0 {
        return press_key(&document.active_element()?, dice);
    }
    let found = document.query_selector_all(CONTROLS).ok()?;
    let visible: Vec<Element> = (0..found.length())
        .filter_map(|place| found.item(place)?.dyn_into().ok())
        .filter(|element: &Element| element.get_bounding_client_rect().width() > 0.0)
        .collect();
    if visible.is_empty() {
        return None;
    }
    let element = &visible[dice.roll(visible.len())];
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        return match input.type_().as_str() {
            "radio" | "checkbox" => press(element),
            _ => {
                input.set_value(dice.pick(&VALUES));
                entered(element)
            }
        };
    }
    if let Some(menu) = element.dyn_ref::<HtmlSelectElement>() {
        menu.set_selected_index(dice.roll(menu.length().max(1) as usize) as i32);
        return entered(element);
    }
    if let Some(text) = element.dyn_ref::<HtmlTextAreaElement>() {
        text.set_value(&damage(&rescue::recording(), dice));
        return entered(element);
    }
    match (element.get_attribute("role").as_deref(), dice.roll(2)) {
        (Some("slider"), 0) => point(element, dice),
        (Some("slider"), _) => press_key(element, dice),
        _ => press(element),
    }
}

fn press(element: &Element) -> Option<()> {
    element.dyn_ref::<HtmlElement>()?.click();
    Some(())
}

/// Tells the page of a field's new value as the browser would.
fn entered(element: &Element) -> Option<()> {
    for kind in ["input", "change"] {
        let bubbles = EventInit::new();
        bubbles.set_bubbles(true);
        element.dispatch_event(&Event::new_with_event_init_dict(kind, &bubbles).ok()?).ok()?;
    }
    Some(())
}

fn press_key(element: &Element, dice: &mut Dice) -> Option<()> {
    let init = KeyboardEventInit::new();
    init.set_key(dice.pick(&KEYS));
    init.set_shift_key(dice.roll(4) == 0);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).ok()?;
    element.dispatch_event(&event).ok()?;
    Some(())
}

/// Takes hold of a slider somewhere along its width.
fn point(element: &Element, dice: &mut Dice) -> Option<()> {
    let area = element.get_bounding_client_rect();
    let init = PointerEventInit::new();
    init.set_client_x((area.left() + area.width() * dice.roll(101) as f64 / 100.0) as i32);
    init.set_client_y(area.top() as i32 + 4);
    init.set_buttons(1);
    init.set_bubbles(true);
    let event = PointerEvent::new_with_event_init_dict("pointerdown", &init).ok()?;
    element.dispatch_event(&event).ok()?;
    Some(())
}

/// The recording that is open, whole or with a few characters missing, doubled or changed.
fn damage(recording: &str, dice: &mut Dice) -> String {
    let mut characters: Vec<char> = recording.chars().collect();
    for _ in 0..dice.roll(4) {
        if characters.is_empty() {
            break;
        }
        let place = dice.roll(characters.len());
        match dice.roll(3) {
            0 => drop(characters.remove(place)),
            1 => characters.insert(place, characters[place]),
            _ => characters[place] = ['0', '9', '"', '{', ']', '-', 'é'][dice.roll(7)],
        }
    }
    characters.into_iter().collect()
}
