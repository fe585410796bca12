//! The controls of time on the left, what acts on ECS on the right.

use crate::model::SimTime;
use crate::session::{Deed, Failure, Msg, Offer, Price, Speed};
use crate::ui::panels::inject::Inject;
use crate::ui::shared::Shared;
use crate::ui::words;
use yew::prelude::*;

/// What the transport is given.
#[derive(Clone, PartialEq, Properties)]
pub struct TransportProps {
    /// The instant that is shown.
    pub playhead: SimTime,
    /// Whether it moves by itself.
    pub playing: bool,
    /// How fast.
    pub speed: Speed,
    /// Whether there is anything after the playhead to step to.
    pub more: bool,
    /// Whether there is anything before it.
    pub earlier: bool,
    /// Whether there is a stage after it.
    pub next_stage: bool,
    /// What can be done to the simulated AWS just now.
    pub offers: Shared<Vec<Offer>>,
    /// What a rollback asked for now would cost.
    pub way_back: Option<Price>,
    /// Whether a lesson points at Play.
    pub pointed: bool,
    /// Whether the future is hidden.
    pub curtain: bool,
    /// Whether a drill is worked, in which only its means act and time goes forward.
    #[prop_or_default]
    pub drilled: bool,
    /// Whether the axis of time is even; `None` where it has nothing to fold.
    pub true_scale: Option<bool>,
    /// A control was pressed.
    pub send: Callback<Msg>,
}

/// The row.
#[component]
pub fn Transport(props: &TransportProps) -> Html {
    let button = |name: &'static str, enabled: bool, msg: Msg| {
        let send = props.send.clone();
        let onclick = Callback::from(move |_: MouseEvent| send.emit(msg.clone()));
        // A presenter's remote has no keys for steps, and large type no room.
        let step = name.starts_with("Step").then_some("step");
        html! { <button type="button" class={classes!("button", step)} disabled={!enabled} {onclick}>{ name }</button> }
    };
    let toggle = props.send.reform(|_: MouseEvent| Msg::Toggle);
    let speed = props.send.reform(|event: Event| {
        let chosen = event.target_unchecked_into::<web_sys::HtmlSelectElement>().value();
        Msg::SetSpeed(Speed::ALL.into_iter().find(|speed| speed.label() == chosen).unwrap_or(Speed::Story))
    });
    let quiet = |name: &'static str, msg: Msg| {
        let send = props.send.clone();
        let onclick = Callback::from(move |_: MouseEvent| send.emit(msg.clone()));
        html! { <button type="button" class="quiet" {onclick}>{ name }</button> }
    };
    html! {
        <div class="transport">
            <div class="time" role="group" aria-label="Playback">
            { button("Previous stage", props.earlier, Msg::PreviousStage) }
            { button("Step back", props.earlier, Msg::StepBack) }
            <button type="button" class={classes!("button", "strong", "play", props.pointed.then_some("pointed"))} onclick={toggle}>
                <svg viewBox="0 0 10 10" aria-hidden="true">
                    <path d={if props.playing { "M1 0h3v10h-3zM6 0h3v10h-3z" } else { "M1 0l9 5-9 5z" }} />
                </svg>
                { if props.playing { "Pause" } else { "Play" } }
            </button>
            { button("Step forward", props.more, Msg::StepForward) }
            { button("Next stage", props.next_stage, Msg::NextStage) }
            { clock(props.playhead) }
            <select class="button" aria-label="Speed" onchange={speed}>
                { for Speed::ALL.iter().map(|speed| html! {
                    <option key={speed.label()} value={speed.label()} selected={*speed == props.speed}>{ speed.label() }</option>
                }) }
            </select>
            if !props.drilled {
                { quiet(if props.curtain { "Show future" } else { "Hide future" }, Msg::ToggleCurtain) }
            }
            if let Some(even) = props.true_scale {
                { quiet(if even { "Fold waits" } else { "True scale" }, Msg::ToggleScale) }
            }
            </div>
            <Acts offers={props.offers.clone()} way_back={props.way_back} drilled={props.drilled} send={props.send.clone()} />
        </div>
    }
}

/// The instant that is shown. Its box is as large whatever it reads, so that nothing round it is laid out again.
fn clock(playhead: SimTime) -> Html {
    let reading = words::clock(playhead);
    let long = (reading.len() > "59:59".len()).then_some("long");
    html! { <b class={classes!("clock", "figures", long)} aria-hidden="true"><span>{ reading }</span></b> }
}

#[derive(Clone, PartialEq, Properties)]
struct ActsProps {
    offers: Shared<Vec<Offer>>,
    way_back: Option<Price>,
    drilled: bool,
    send: Callback<Msg>,
}

/// What acts on ECS. It changes with events, and not with the clock beside it.
#[component]
fn Acts(props: &ActsProps) -> Html {
    let inject = props.send.reform(|failure: Failure| Msg::Act(Deed::Inject(failure)));
    let offered = |wanted: Deed| props.offers.iter().find(|offer| offer.deed == wanted);
    let would = |offer: &Offer| match &offer.refused {
        Some(refused) => Err(AttrValue::from(refused.clone())),
        None => Ok(AttrValue::from(offer.description.clone())),
    };
    let failures: Vec<_> = props
        .offers
        .iter()
        .filter_map(|offer| match offer.deed {
            Deed::Inject(failure) => Some((failure, would(offer))),
            _ => None,
        })
        .collect();
    html! {
        <div class="acts" role="group" aria-label="Acts">
            if !props.drilled {
                <Inject {inject} {failures} />
                { for offered(Deed::Deploy).map(|offer| act(offer, None, &props.send)) }
            }
            { for offered(Deed::RollBack).map(|offer| act(offer, Some(props.way_back), &props.send)) }
        </div>
    }
}

/// An act with what it would do, or why it cannot be done, beside its name: in a word to be seen, whole to be read.
/// The way back wears its price.
fn act(offer: &Offer, way_back: Option<Option<Price>>, send: &Callback<Msg>) -> Html {
    let deed = offer.deed;
    let id = format!("{}-words", offer.name.replace(' ', "-").to_lowercase());
    let price = way_back.flatten().map(words::price);
    let (seen, whole) = match (&offer.refused, price) {
        (Some(refused), _) => {
            let first = refused.split([':', '.']).next().unwrap_or_default();
            (first.to_owned(), refused.clone())
        }
        (None, Some(price)) => (price.clone(), format!("{price}: {}", offer.description)),
        // A way back whose price is not to be told says no more than its name.
        (None, None) if way_back.is_some() => (String::new(), offer.description.clone()),
        (None, None) => {
            let first = offer.description.split(';').next().unwrap_or_default();
            (first.to_owned(), offer.description.clone())
        }
    };
    let strong = way_back.is_some().then_some("strong");
    let refused = offer.refused.is_some().then_some("refused");
    html! {
        <span class={classes!("act", strong, refused)} key={offer.name} title={whole.clone()}>
            <button type="button" class="button" disabled={offer.refused.is_some()} aria-describedby={id.clone()}
                onclick={send.reform(move |_: MouseEvent| Msg::Act(deed))}>
                { offer.name }
            </button>
            <span class="words" aria-hidden="true">{ seen }</span>
            <span class="said" {id}>{ whole }</span>
        </span>
    }
}
