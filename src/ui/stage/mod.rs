//! The stage: users, listeners, target groups with their tasks, and what people see.
//!
//! Everything here is drawn from a [`Frame`] and from nothing else. What moves sixty times a second, the requests on
//! their way, is painted on the canvas behind it by [`crate::ui::motes`], which finds the ends of its pipes by the
//! `data-anchor` attributes.

mod balance;
mod browser;
mod crowd;
mod fleet;
mod listeners;

use crate::engine::TaskId;
use crate::model::ListenerRule;
use crate::session::frame::{Fleet, Frame, Role};
use crate::session::inspect::Subject;
use crate::ui::shared::Shared;
use crate::ui::words;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use balance::Balance;
use browser::Browser;
use crowd::{TestersNote, Users};
use fleet::FleetView;
use listeners::{Production, TestListener};

/// What the stage is given.
#[derive(Clone, PartialEq, Properties)]
pub struct StageProps {
    /// What to show.
    pub frame: Shared<Frame>,
    /// The frame whose numbers of people are told, as beside the stage.
    pub told: Shared<Frame>,
    /// The root, in which the painter looks for anchors.
    pub root: NodeRef,
    /// The canvas behind everything.
    pub canvas: NodeRef,
    /// Something on it was clicked.
    pub inspect: Callback<Subject>,
    /// How many requests a dot stands for, and failures a cross, in words.
    pub legend: AttrValue,
}

/// The stage.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    let frame = &props.frame;
    let rolling = frame.balance.is_some();
    let (entrance, test_entrance) = words::entrances(frame.routing);
    let source = AttrValue::from(frame.source.called.clone());
    let target = frame.target.as_ref().map(|look| AttrValue::from(look.called.clone()));
    let onclick = {
        let inspect = props.inspect.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(subject) = clicked(&event) {
                inspect.emit(subject);
            }
        })
    };
    html! {
        <section class={classes!("stage", if rolling { "rolling" } else { "shifting" })} ref={props.root.clone()}
            aria-label="Stage" {onclick}>
            <canvas class="motes" ref={props.canvas.clone()} aria-hidden="true"></canvas>
            <Users crowd={Rc::new(props.told.crowd.clone())} target={target.clone()} />
            <Production title={entrance} rule={Rc::new(frame.production.clone())} source={source.clone()} target={target.clone()}
                group={frame.fleets.first().map(|fleet| AttrValue::from(fleet.group.clone()))} />
            if let (Some(rule), false) = (&frame.test, rolling) {
                <TestersNote testers={props.told.testers} />
                <TestListener title={test_entrance} rule={Rc::new(rule.clone())} source={source.clone()} target={target.clone()} />
            } else {
                <p class="no-testers">
                    { if rolling { "Rolling has no test listener." } else { "This service has no test listener." } }
                    <br /><span class="muted">{ "Users are the first testers." }</span>
                </p>
            }
            if rolling {
                { one_group(frame, &source, target.as_ref()) }
            } else {
                { two_groups(frame, &source, target.as_ref()) }
            }
            <Browser title="What users see" window={Rc::new(frame.users_see.clone())} test={false} />
            if let (Some(window), false) = (&frame.testers_see, rolling) {
                <Browser title="What testers see" window={Rc::new(window.clone())} test={true} />
            }
            <p class="legend muted">{ &props.legend }</p>
        </section>
    }
}

/// What was clicked, where it is something to look at.
fn clicked(event: &MouseEvent) -> Option<Subject> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let looked_at = |name: &str| {
        let found = element.closest(&format!("[{name}]")).ok().flatten()?;
        found.get_attribute(name)
    };
    match looked_at("data-task") {
        Some(id) => id.parse().ok().map(|id| Subject::Task(TaskId(id))),
        None => ListenerRule::from_api_name(&looked_at("data-rule")?).map(Subject::Rule),
    }
}

/// Both revisions behind one border, with the balance bar between them.
fn one_group(frame: &Frame, source: &AttrValue, target: Option<&AttrValue>) -> Html {
    let Some(fleet) = frame.fleets.first() else { return Html::default() };
    let fleet = Rc::new(fleet.clone());
    html! {
        <section class="group both" data-anchor="source" aria-label={words::group(frame.routing, &fleet.group)}>
            <h3>{ words::shared_group(frame.routing) }</h3>
            <FleetView fleet={fleet.clone()} role={Role::Source} zones={frame.zones} name={source.clone()}
                now={frame.at} lost={frame.lost_zones.clone()} />
            if let Some(bar) = &frame.balance {
                <Balance bar={Rc::new(bar.clone())} source={source.clone()} target={target.cloned()} />
            }
            <FleetView fleet={fleet} role={Role::Target} zones={frame.zones}
                name={target.cloned().unwrap_or_default()} now={frame.at} lost={frame.lost_zones.clone()} />
            { zones(frame) }
        </section>
    }
}

/// A group for each revision, the source's above, with the zones' names between them.
fn two_groups(frame: &Frame, source: &AttrValue, target: Option<&AttrValue>) -> Html {
    let first = frame.deployment.as_ref().is_some_and(|it| it.first);
    let group = |fleet: &Fleet| {
        let role = fleet.role.unwrap_or(Role::Source);
        let (side, word, name) = match role {
            Role::Source => ("source", "source", Some(source)),
            Role::Target => ("target", "target", target),
        };
        html! {
            <section class={classes!("group", side)} data-anchor={side} key={side}
                aria-label={format!("{}, {word}", words::group(frame.routing, &fleet.group))}>
                <h3>
                    { words::group(frame.routing, &fleet.group) }
                    if first && role == Role::Source {
                        { " · no source" }
                    } else if let Some(name) = name {
                        { format!(" · {word} {name}") }
                    }
                </h3>
                <FleetView fleet={Rc::new(fleet.clone())} {role} zones={frame.zones}
                    name={name.cloned().unwrap_or_default()} now={frame.at} lost={frame.lost_zones.clone()} />
            </section>
        }
    };
    html! {
        <div class="groups">
            { for frame.fleets.first().map(group) }
            { zones(frame) }
            { for frame.fleets.get(1).map(group) }
        </div>
    }
}

fn zones(frame: &Frame) -> Html {
    html! {
        <p class="zones" aria-hidden="true">
            { for (0..frame.zones).map(|zone| {
                let lost = frame.lost_zones.contains(&zone);
                html! {
                    <span key={zone} class={classes!(lost.then_some("lost"))}>
                        { words::zone(zone) }{ if lost { " lost" } else { "" } }
                    </span>
                }
            }) }
        </p>
    }
}
