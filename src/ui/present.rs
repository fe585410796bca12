//! Presenting: large type and one idea at a time, worked by a remote's three keys.

use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

/// What is shown while presenting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idea {
    /// Why, and the stage.
    Stage,
    /// The stages' strip, and the run over time.
    Timeline,
    /// The four strategies.
    Scoreboard,
}

impl Idea {
    /// In the order of the bar.
    pub const ALL: [Idea; 3] = [Idea::Stage, Idea::Timeline, Idea::Scoreboard];

    /// Its name on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Idea::Stage => "Stage",
            Idea::Timeline => "Timeline",
            Idea::Scoreboard => "Scoreboard",
        }
    }

    /// The style sheet's word for it.
    pub const fn class(self) -> &'static str {
        match self {
            Idea::Stage => "presenting idea-stage",
            Idea::Timeline => "presenting idea-timeline",
            Idea::Scoreboard => "presenting idea-scoreboard",
        }
    }
}

/// What a key does while presenting, besides what it does anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remote {
    /// The screen goes black, or comes back.
    Blank,
    /// Presenting ends.
    Leave,
}

impl Remote {
    /// The meaning of a key press, where somebody presents; remotes send B or a full stop to blank.
    pub fn of(event: &KeyboardEvent) -> Option<Remote> {
        let presents = root().is_some_and(|root| root.has_attribute(PRESENTING));
        if !presents || event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return None;
        }
        match event.key().as_str() {
            "b" | "B" | "." => Some(Remote::Blank),
            "Escape" => Some(Remote::Leave),
            _ => None,
        }
    }
}

/// The mark of a page that presents, by which the style sheet makes everything large.
const PRESENTING: &str = "data-presenting";

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

/// Makes the whole page large, or as it was.
pub fn enlarge(large: bool) {
    // A document that refuses the attribute presents in small type.
    let _ = root().map(|root| root.toggle_attribute_with_force(PRESENTING, large));
}

/// What the bar is given.
#[derive(Clone, PartialEq, Properties)]
pub struct PresenterProps {
    /// What is shown.
    pub idea: Idea,
    /// Whether the future is hidden.
    pub curtain: bool,
    /// Whether the screen is black.
    pub blank: bool,
    /// Another idea was chosen; nothing ends presenting.
    pub show: Callback<Option<Idea>>,
    /// The future is to be hidden, or shown.
    pub toggle_curtain: Callback<()>,
}

/// The bar beside the controls of time: what can be shown.
#[component]
pub fn Presenter(props: &PresenterProps) -> Html {
    let show = |idea: Option<Idea>| props.show.reform(move |_: MouseEvent| idea);
    html! {
        <>
            <div class="presenter" role="group" aria-label="Presenting">
                { for Idea::ALL.iter().map(|idea| html! {
                    <button key={idea.name()} type="button" class="quiet" aria-pressed={(*idea == props.idea).to_string()}
                        onclick={show(Some(*idea))}>{ idea.name() }</button>
                }) }
                <button type="button" class="quiet" onclick={props.toggle_curtain.reform(|_: MouseEvent| ())}>
                    { if props.curtain { "Show future" } else { "Hide future" } }
                </button>
                <button type="button" class="quiet" onclick={show(None)}>{ "Leave" }</button>
            </div>
            if props.blank {
                <div class="blank" aria-hidden="true"></div>
            }
        </>
    }
}
