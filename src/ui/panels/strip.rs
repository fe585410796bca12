//! The stage strip: what the deployment does, item by item, with the API's name under each.

use crate::model::SimTime;
use crate::session::frame::{Notch, Pip, StageState, StripItem};
use crate::ui::breakable::{breakable, whole};
use crate::ui::words;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// What the strip is given.
#[derive(Clone, PartialEq, Properties)]
pub struct StripProps {
    /// The items, in order.
    pub items: Rc<Vec<StripItem>>,
    /// The playhead is to go there.
    pub seek: Callback<SimTime>,
}

/// The strip.
#[component]
pub fn Strip(props: &StripProps) -> Html {
    let list = use_node_ref();
    // After its end a deployment stands where it has ended.
    let standing = |state: StageState| props.items.iter().rposition(|item| item.state == state);
    let present = standing(StageState::Now).or_else(|| standing(StageState::Done));
    {
        let list = list.clone();
        use_effect_with(present, move |_| bring_present_into_view(&list));
    }
    let onfocusin = {
        let list = list.clone();
        // A browser leaves an item as it stands of which a little can be seen.
        Callback::from(move |event: FocusEvent| {
            let focused = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(item) = focused.and_then(|focused| focused.closest("li").ok().flatten()) {
                bring_into_view(&list, item);
            }
        })
    };
    html! {
        <ol class="strip" aria-label="Lifecycle stages" ref={list} {onfocusin}>
            { for props.items.iter().enumerate().map(|(place, item)| {
                html! {
                    <Item key={place} item={item.clone()} present={present == Some(place)} seek={props.seek.clone()} />
                }
            }) }
        </ol>
    }
}

/// Scrolls the strip, and nothing but the strip, to the present item, where it is too long for the window.
fn bring_present_into_view(list: &NodeRef) {
    let present =
        list.cast::<Element>().and_then(|list| list.query_selector("[aria-current]").ok().flatten());
    if let Some(present) = present {
        bring_into_view(list, present);
    }
}

/// Scrolls the strip to an item of it.
fn bring_into_view(list: &NodeRef, item: Element) {
    if let (Some(list), Ok(item)) = (list.cast::<HtmlElement>(), item.dyn_into::<HtmlElement>()) {
        let spare = (list.client_width() - item.offset_width()) / 2;
        list.set_scroll_left((item.offset_left() - spare).max(0));
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ItemProps {
    item: StripItem,
    /// Whether the deployment stands there.
    present: bool,
    seek: Callback<SimTime>,
}

#[component]
fn Item(props: &ItemProps) -> Html {
    let item = &props.item;
    let state = match item.state {
        StageState::Done => "done",
        StageState::Now => "now",
        StageState::Ahead => "ahead",
    };
    let start = item.start;
    let seek = props.seek.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        if let Some(start) = start {
            seek.emit(start);
        }
    });
    let filled = match item.state {
        StageState::Done => 100.0,
        StageState::Ahead => 0.0,
        StageState::Now => (item.progress.clamp(0.0, 1.0) * 100.0).round(),
    };
    html! {
        <li class={classes!(state, item.bracketed.then_some("bracketed"), item.rolling_back.then_some("back"))}
            aria-current={props.present.then_some("step")}>
            <svg class="reach" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect class="whole" width="100" height="4" />
                // A dash may grow without the page being laid out again, which a width may not.
                <line class="gone" x2="100" y1="2" y2="2" stroke-dasharray={format!("{filled} 200")} />
            </svg>
            <button type="button" data-word={item.api_name.clone()} {onclick} disabled={start.is_none()}>
                <span class="title">{ whole(&item.title) }</span>
                { " " }
                <span class="api">{ breakable(&item.api_name, 0) }</span>
            </button>
            if !item.pips.is_empty() {
                <Pips pips={item.pips.clone()} />
            }
            if item.notches.iter().any(|notch| notch.done) {
                <Notches notches={item.notches.clone()} over={item.state == StageState::Done} />
            }
        </li>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct PipsProps {
    pips: Vec<Pip>,
}

/// A ring for each step of production traffic, filling as its bake runs; the last has none to run.
#[component]
fn Pips(props: &PipsProps) -> Html {
    let width = 15.0 * props.pips.len() as f64;
    let done = props.pips.iter().filter(|pip| pip.made.is_some() && pip.fill > 0.0).count();
    html! {
        <svg class="pips" viewBox={format!("0 0 {width} 14")} width={format!("{:.2}em", width / 14.0)} height="1em"
            role="img" aria-label={format!("{done} of {} steps", props.pips.len())}>
            { for props.pips.iter().enumerate().map(|(place, pip)| {
                let x = 7.0 + 15.0 * place as f64;
                let around = 2.0 * std::f64::consts::PI * 5.0;
                let fill = (pip.fill.clamp(0.0, 1.0) * 32.0).round() / 32.0;
                html! {
                    <g key={place} transform={format!("rotate(-90 {x} 7)")}>
                        if pip.until.is_some() {
                            <circle class="rest" cx={x.to_string()} cy="7" r="5" />
                            <circle class="gone" cx={x.to_string()} cy="7" r="5"
                                stroke-dasharray={format!("{} {around}", around * fill)} />
                        }
                        <circle class={if fill > 0.0 { "made" } else { "to-come" }} cx={x.to_string()} cy="7" r="2.2" />
                    </g>
                }
            }) }
        </svg>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct NotchesProps {
    notches: Vec<Notch>,
    /// Whether no more will come.
    over: bool,
}

/// As many passes are drawn one by one; beyond, their number says it.
const MOST_NOTCHES: usize = 16;

/// A notch for each pass that the rolling controller has made, with what it stopped and started. How many there will be
/// nobody plans, the controller least of all.
#[component]
fn Notches(props: &NotchesProps) -> Html {
    let done = props.notches.iter().filter(|notch| notch.done).count();
    let few = done <= MOST_NOTCHES;
    let last: Vec<String> = props
        .notches
        .iter()
        .filter(|notch| notch.done)
        .rev()
        .take(3)
        .map(|notch| format!("{}/{}", words::count(notch.stop.into()), words::count(notch.start.into())))
        .collect();
    let said: Vec<&str> = last.iter().rev().map(String::as_str).collect();
    html! {
        <span class="notches">
            if few {
                <svg viewBox={format!("0 0 {} 10", 16 * done)} width={format!("{:.2}em", 16.0 * done as f64 / 12.0)}
                    height="0.83em" aria-hidden="true">
                    { for (0..done).map(|place| html! {
                        <rect key={place} class="made" x={(16 * place + 1).to_string()} y="1" width="12" height="8" />
                    }) }
                </svg>
            }
            <span>{ format!("{done} {}", words::plural(done as u64, "pass", "passes")) }{ if props.over { "" } else { " so far" } }
                if !said.is_empty() { <>{ format!(" (stop/start): {}", said.join(" · ")) }</> }
            </span>
        </span>
    }
}
