//! Who races: two to four lanes, each a recording, a strategy and a release; and how another recording comes in.

use super::race::release_menu;
use crate::evidence::race::{MOST_LANES, name_of};
use crate::evidence::{Entrant, LaneAsked, Release};
use crate::model::StrategyName;
use crate::ui::listen::read_file;
use crate::ui::shared::Shared;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

/// Where another recording comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, what was pasted, or a link.
    Text(String),
    /// One of the offers, by its place.
    Offered(usize),
}

/// A recording that can take part at a press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Where it comes from, in words.
    pub group: &'static str,
    /// Its name.
    pub name: AttrValue,
}

/// What the form is given.
#[derive(Clone, PartialEq, Properties)]
pub struct LaneFormProps {
    /// The recordings that can be chosen; the first is the one in question.
    pub entrants: Shared<Vec<Entrant>>,
    /// The lanes as they are chosen.
    pub lanes: Shared<Vec<LaneAsked>>,
    /// What else can take part.
    pub offers: Rc<Vec<Offer>>,
    /// Why another recording, or the race, was refused.
    pub refused: Shared<Vec<AttrValue>>,
    /// What became of the one that came in last.
    pub entered: AttrValue,
    /// Other lanes are chosen.
    pub choose: Callback<Vec<LaneAsked>>,
    /// Another recording is to take part.
    pub enter: Callback<Source>,
    /// The chosen lanes are to race.
    pub race: Callback<()>,
}

/// The form; folded, since one press above it does for most.
#[component]
pub fn LaneForm(props: &LaneFormProps) -> Html {
    let submit = props.race.reform(|event: SubmitEvent| event.prevent_default());
    let lanes = &*props.lanes;
    let with = |change: Change| {
        let (choose, lanes) = (props.choose.clone(), props.lanes.clone());
        Callback::from(move |text: String| {
            let mut now: Vec<LaneAsked> = (*lanes).clone();
            change.make(&mut now, &text);
            choose.emit(now);
        })
    };
    let menu = |change: Change| {
        with(change).reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value())
    };
    let press = |change: Change| with(change).reform(|_: MouseEvent| String::new());
    let lane = |(place, lane): (usize, &LaneAsked)| {
        let number = place + 1;
        html! {
            <li key={place}>
                <select aria-label={format!("Recording of lane {number}")} onchange={menu(Change::Entrant(place))}>
                    { for props.entrants.iter().enumerate().map(|(at, entrant)| html! {
                        <option key={at} value={at.to_string()} selected={at == lane.entrant}>{ &entrant.name }</option>
                    }) }
                </select>
                <select aria-label={format!("Strategy of lane {number}")} onchange={menu(Change::Strategy(place))}>
                    { for StrategyName::ALL.map(|strategy| html! {
                        <option key={strategy.api_name()} value={strategy.api_name()} selected={strategy == lane.strategy}>{ name_of(strategy) }</option>
                    }) }
                </select>
                { release_menu(&format!("Release of lane {number}"), lane.release, menu(Change::Release(place))) }
                <button type="button" class="button" aria-label={format!("Remove lane {number}")} disabled={lanes.len() <= 2}
                    onclick={press(Change::Remove(place))}>{ "Remove" }</button>
            </li>
        }
    };
    html! {
        <details class="entry" open={props.entrants.len() > 1 || !props.refused.is_empty()}>
            <summary>{ "Choose the lanes: strategies, releases, other recordings" }</summary>
            <form aria-label="Lanes to race" onsubmit={submit}>
                <ol>{ for lanes.iter().enumerate().map(lane) }</ol>
                <div class="row">
                    <button type="button" class="button" disabled={lanes.len() >= MOST_LANES} onclick={press(Change::Add)}>{ "Add a lane" }</button>
                    <button type="submit" class="button strong">{ "Race these" }</button>
                    <span class="muted">
                        { "Two to four lanes. Traffic, seed and what befalls the world (zones, capacity, dependencies) are the first lane's for all." }
                    </span>
                </div>
            </form>
            <Another offers={props.offers.clone()} enter={props.enter.clone()} taken={props.entered.clone()} />
            if !props.refused.is_empty() {
                <div role="alert" class="problems">
                    <p>{ "This cannot race. The lanes stay as they are." }</p>
                    <ul>{ for props.refused.iter().map(|problem| html! { <li>{ problem }</li> }) }</ul>
                </div>
            }
        </details>
    }
}

/// How the lanes change.
#[derive(Clone, Copy)]
enum Change {
    Add,
    Remove(usize),
    Entrant(usize),
    Strategy(usize),
    Release(usize),
}

impl Change {
    fn make(self, lanes: &mut Vec<LaneAsked>, text: &str) {
        let place = match self {
            Change::Add => {
                lanes.extend(lanes.last().cloned());
                return;
            }
            Change::Remove(place) => {
                lanes.remove(place);
                return;
            }
            Change::Entrant(place) | Change::Strategy(place) | Change::Release(place) => place,
        };
        let Some(lane) = lanes.get_mut(place) else { return };
        match self {
            Change::Entrant(_) => lane.entrant = text.parse().unwrap_or(lane.entrant),
            Change::Strategy(_) => lane.strategy = StrategyName::from_api_name(text).unwrap_or(lane.strategy),
            _ => lane.release = Release::named(text).unwrap_or(lane.release),
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
struct AnotherProps {
    offers: Rc<Vec<Offer>>,
    enter: Callback<Source>,
    taken: AttrValue,
}

/// Another recording: from the list, pasted, as a link, or from a file.
#[component]
fn Another(props: &AnotherProps) -> Html {
    let (menu, text) = (use_node_ref(), use_node_ref());
    let submit = {
        let (enter, menu, text) = (props.enter.clone(), menu.clone(), text.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let pasted = text.cast::<HtmlTextAreaElement>().map(|text| text.value()).unwrap_or_default();
            let chosen = menu.cast::<HtmlSelectElement>().and_then(|menu| menu.value().parse().ok());
            match chosen {
                _ if !pasted.trim().is_empty() => enter.emit(Source::Text(pasted)),
                Some(place) => enter.emit(Source::Offered(place)),
                None => enter.emit(Source::Text(String::new())),
            }
        })
    };
    // What was taken in need not be pasted again; what was refused stays, to be mended.
    use_effect_with(props.taken.clone(), {
        let (menu, text) = (menu.clone(), text.clone());
        move |_| {
            text.cast::<HtmlTextAreaElement>().iter().for_each(|text| text.set_value(""));
            menu.cast::<HtmlSelectElement>().iter().for_each(|menu| menu.set_value(""));
        }
    });
    let opened = {
        let enter = props.enter.reform(Source::Text);
        Callback::from(move |event: Event| {
            let field = event.target_unchecked_into::<HtmlInputElement>();
            if let Some(file) = field.files().and_then(|files| files.get(0)) {
                read_file(&file, enter.clone());
            }
            // The same file may be chosen again after it was mended.
            field.set_value("");
        })
    };
    let groups = ["Opened earlier", "Comes with the page"];
    html! {
        <form class="another" aria-label="Another recording" onsubmit={submit}>
            <b>{ "Another recording" }</b>
            <div class="row">
                <label>{ "From here" }
                    <select ref={menu} aria-label="From here">
                        <option value="">{ "none" }</option>
                        { for groups.into_iter().filter(|group| props.offers.iter().any(|offer| offer.group == *group)).map(|group| html! {
                            <optgroup key={group} label={group}>
                                { for props.offers.iter().enumerate().filter(|(_, offer)| offer.group == group).map(|(place, offer)| html! {
                                    <option key={place} value={place.to_string()}>{ &offer.name }</option>
                                }) }
                            </optgroup>
                        }) }
                    </select>
                </label>
                <label>{ "From a file" }<input type="file" accept=".json,application/json,text/plain" aria-label="From a file" onchange={opened} /></label>
            </div>
            <label class="question">{ "JSON or a link" }
                <textarea ref={text} rows="2" spellcheck="false" autocomplete="off" aria-label="JSON or a link"
                    placeholder="A recording, the output of describe-services, or a link that Share has made" />
            </label>
            <div class="row">
                <button type="submit" class="button">{ "Add as a lane" }</button>
                <span class="muted">{ props.taken.clone() }</span>
            </div>
        </form>
    }
}
