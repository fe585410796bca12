//! The menu of failures: what can go wrong, injected at the playhead.

use crate::session::Failure;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// What the menu is given.
#[derive(Clone, PartialEq, Properties)]
pub struct InjectProps {
    /// A failure was chosen.
    pub inject: Callback<Failure>,
    /// The failures, each with what it would do now, or why it cannot be injected.
    pub failures: Vec<Item>,
}

/// The button with its menu. Arrow keys move through the menu, Escape closes it.
#[component]
pub fn Inject(props: &InjectProps) -> Html {
    let open = use_state_eq(|| false);
    let menu = use_node_ref();
    let button = use_node_ref();
    {
        let menu = menu.clone();
        use_effect_with(*open, move |open| {
            if *open {
                focus_item(&menu, Step::First);
            }
        });
    }
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let leave = {
        let (open, menu) = (open.clone(), menu.clone());
        Callback::from(move |event: FocusEvent| {
            let inside = event
                .related_target()
                .and_then(|target| target.dyn_into::<web_sys::Node>().ok())
                .zip(menu.get())
                .is_some_and(|(target, menu)| menu.contains(Some(&target)));
            if !inside {
                open.set(false);
            }
        })
    };
    let keys = {
        let (open, menu, button) = (open.clone(), menu.clone(), button.clone());
        Callback::from(move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowDown" => Some(Step::Next),
                "ArrowUp" => Some(Step::Previous),
                "Home" => Some(Step::First),
                "End" => Some(Step::Last),
                "Escape" => {
                    open.set(false);
                    if let Some(button) = button.cast::<HtmlElement>() {
                        let _ = button.focus();
                    }
                    None
                }
                // A key for the menu alone must not reach the page's shortcuts.
                "Tab" => return,
                _ => None,
            };
            event.stop_propagation();
            if let Some(step) = step {
                event.prevent_default();
                focus_item(&menu, step);
            }
        })
    };
    html! {
        <div class="inject">
            <button type="button" class="button" ref={button} aria-haspopup="menu" aria-expanded={open.to_string()}
                onclick={toggle}>
                { "Inject failure" }
                <svg viewBox="0 0 10 10" aria-hidden="true"><path d="M1 3h8l-4 5z" /></svg>
            </button>
            if *open {
                <div class="menu" role="menu" aria-label="Failures" ref={menu} onkeydown={keys} onfocusout={leave}>
                    { for groups(&props.failures).map(|group| html! {
                        <div role="group" key={group[0].0.group()} aria-label={group[0].0.group()}>
                            <p aria-hidden="true">{ group[0].0.group() }</p>
                            { for group.iter().map(|(failure, would)| {
                                let (inject, open, failure) = (props.inject.clone(), open.clone(), *failure);
                                let onclick = Callback::from(move |_: MouseEvent| {
                                    open.set(false);
                                    inject.emit(failure);
                                });
                                let said = would.clone().unwrap_or_else(|refused| refused);
                                html! {
                                    <button key={failure.name()} type="button" role="menuitem" tabindex="-1" {onclick}
                                        disabled={would.is_err()} title={said}>
                                        { failure.name() }
                                    </button>
                                }
                            }) }
                        </div>
                    }) }
                </div>
            }
        </div>
    }
}

/// A failure and what is said of it.
type Item = (Failure, Result<AttrValue, AttrValue>);

/// The failures by what they strike.
fn groups(failures: &[Item]) -> impl Iterator<Item = &[Item]> {
    failures.chunk_by(|one, other| one.0.group() == other.0.group())
}

enum Step {
    First,
    Last,
    Next,
    Previous,
}

fn focus_item(menu: &NodeRef, step: Step) {
    let Some(menu) = menu.cast::<HtmlElement>() else { return };
    let Ok(items) = menu.query_selector_all("[role=menuitem]:not(:disabled)") else { return };
    let count = items.length();
    if count == 0 {
        return;
    }
    let active =
        web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    let active = active.map(web_sys::Node::from);
    let present = (0..count).find(|&place| items.item(place) == active);
    let place = match (step, present) {
        (Step::Last, _) => count - 1,
        (Step::First, _) | (_, None) => 0,
        (Step::Next, Some(place)) => (place + 1) % count,
        (Step::Previous, Some(place)) => (place + count - 1) % count,
    };
    if let Some(item) = items.item(place).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        // An item that cannot take the focus leaves it where it is.
        let _ = item.focus();
    }
}
