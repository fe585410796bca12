//! The timeline: lanes over one axis of time, a playhead one can take hold of, and what happened when.
//!
//! The lanes are plotted once for each run; playing only moves one layer, the [`Playhead`]'s.

mod lanes;
mod notes;
mod playhead;
mod ticks;

pub use playhead::Playhead;

use crate::model::{Ratio, SimTime, Span};
use crate::session::timeline::{Axis, EventMark, MarkKind, Points, Timeline};
use crate::session::{Price, Prices};
use crate::ui::breakable::breakable;
use crate::ui::shared::Shared;
use crate::ui::words;
use std::slice::from_ref;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use lanes::{ErrorsChart, LatencyChart, PriceChart, ShareChart, TasksChart};
use notes::Notes;

/// What the timeline is given.
#[derive(Clone, PartialEq, Properties)]
pub struct TimelineProps {
    /// The run's lanes.
    pub timeline: Shared<Timeline>,
    /// The lanes of the future that was replaced.
    pub ghost: Option<Shared<Timeline>>,
    /// Where on the plot each instant is.
    pub axis: Shared<Axis>,
    /// What going back costs along the run.
    pub prices: Shared<Prices>,
    /// What it costs now.
    pub price: Option<Price>,
    /// Whether the future is hidden.
    pub curtain: bool,
    /// What the run comes to if nobody acts.
    pub fate: Option<AttrValue>,
    /// The instant that is shown, for the figures beside the lanes.
    pub playhead: SimTime,
    /// The same in words, with the stage.
    pub said: AttrValue,
    /// The target revision's name.
    pub target: AttrValue,
    /// Its share of the requests just now, where a rule has weights.
    pub share: Option<Ratio>,
    /// The layer of the [`Playhead`].
    pub now: NodeRef,
    /// Whether it is only to be looked at.
    #[prop_or_default]
    pub locked: bool,
    /// The playhead was moved.
    pub seek: Callback<SimTime>,
}

/// The lanes, from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Who gets the traffic.
    Share,
    /// How many tasks there are.
    Tasks,
    /// How many requests fail.
    Errors,
    /// How long an answer takes.
    Latency,
    /// What going back costs.
    Price,
}

impl Lane {
    const ALL: [Lane; 5] = [Lane::Share, Lane::Tasks, Lane::Errors, Lane::Latency, Lane::Price];

    /// By which the style sheets know it.
    const fn class(self) -> &'static str {
        match self {
            Lane::Share => "share",
            Lane::Tasks => "tasks",
            Lane::Errors => "errors",
            Lane::Latency => "latency",
            Lane::Price => "price",
        }
    }
}

/// The timeline.
#[component]
pub fn TimelineView(props: &TimelineProps) -> Html {
    let timeline = &props.timeline;
    let axis = &props.axis;
    let plot = use_node_ref();
    // The plot itself, since Yew hands events out from the page's root.
    let drag = {
        let (seek, plot, axis, locked) = (props.seek.clone(), plot.clone(), axis.clone(), props.locked);
        move |event: &PointerEvent| {
            if let (Some(plot), false) = (plot.cast::<Element>(), locked) {
                let area = plot.get_bounding_client_rect();
                let part = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
                seek.emit(axis.instant(part));
            }
        }
    };
    let onpointerdown = {
        let (drag, plot) = (drag.clone(), plot.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            if let Some(plot) = plot.cast::<HtmlElement>() {
                // Without capture a drag ends at the plot's edge, which is no harm.
                let _ = plot.set_pointer_capture(event.pointer_id());
            }
            drag(&event);
        })
    };
    let onpointermove = Callback::from(move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            drag(&event);
        }
    });
    let now = props.playhead;
    let measured = || value_at(&timeline.share.measured, now).or_else(|| value_at(&timeline.share.set, now));
    let share = props.share.map(|share| f64::from(share.0) / 10_000.0).or_else(measured);
    let tasks = value_at(&timeline.tasks.total, now);
    let errors = [measured_at(&timeline.errors.target_percent, now), value_at(&timeline.errors.percent, now)];
    let latency = measured_at(from_ref(&timeline.latency.target), now)
        .or_else(|| value_at(&timeline.latency.source, now));
    // Each deployment has a target of its own, and the lane shows them all; and a long name has no room.
    let several = timeline.stages.windows(2).any(|pair| pair[0].deployment != pair[1].deployment);
    let long = props.target.chars().count() > LONGEST_NAME;
    let newest = if several || long { "target" } else { props.target.as_str() };
    // How high a curve will go is of the future, too.
    let top = |highest: String| if props.curtain { String::new() } else { highest };
    html! {
        <section class="timeline" aria-label="Timeline">
            <div class="labels">
                <Label class="share" name={format!("{newest} gets")} now={share.map(|value| format!("{value:.0} %"))} top="100 %" />
                <Label class="tasks" name="tasks" now={tasks.map(|value| words::count(value as u64))}
                    top={top(words::count(timeline.tasks.highest as u64))} />
                { errors_label(newest, errors) }
                <Label class="latency" name="latency" now={latency.map(|value| format!("{value:.0} ms"))}
                    top={top(format!("{:.0}", timeline.latency.highest))} />
                { price_label(props.price) }
            </div>
            <div class={classes!("plot", props.locked.then_some("locked"), props.curtain.then_some("curtained"))} ref={plot} role="slider" aria-label="Time"
                tabindex={if props.locked { "-1" } else { "0" }} aria-readonly={props.locked.then_some("true")} aria-valuemin="0"
                aria-valuemax={timeline.end.as_secs_f64().to_string()} aria-valuenow={now.as_secs_f64().to_string()}
                aria-valuetext={props.said.clone()} {onpointerdown} {onpointermove}>
                { for Lane::ALL.into_iter().map(|lane| {
                    let (timeline, ghost, prices, axis) =
                        (timeline.clone(), props.ghost.clone(), props.prices.clone(), axis.clone());
                    let notes = html! { <Notes {lane} timeline={timeline.clone()} prices={prices.clone()} axis={axis.clone()} /> };
                    let chart = match lane {
                        Lane::Share => html! { <ShareChart {timeline} {ghost} {axis} /> },
                        Lane::Tasks => html! { <TasksChart {timeline} {ghost} {axis} /> },
                        Lane::Errors => html! { <ErrorsChart {timeline} {ghost} {axis} /> },
                        Lane::Latency => html! { <LatencyChart {timeline} {ghost} {axis} /> },
                        Lane::Price => html! { <PriceChart {prices} {axis} /> },
                    };
                    html! { <div key={lane.class()} class={classes!("lane", lane.class())}>{ chart }{ notes }</div> }
                }) }
                <Marks timeline={timeline.clone()} axis={axis.clone()} />
                <Folds timeline={timeline.clone()} axis={axis.clone()} />
                <div class="instants" aria-hidden="true">
                    <div class="instant" ref={props.now.clone()}>
                        <div class={classes!("veil", props.curtain.then_some("curtain"))}>
                            if props.curtain {
                                <span>{ "what happens next?" }</span>
                            }
                        </div>
                        <div class="playhead"></div>
                    </div>
                </div>
                if let Some(fate) = props.fate.as_ref().filter(|_| !props.curtain && axis.place(now) < ROOM_FOR_FATE) {
                    <p class="fate">{ "if nobody acts: " }{ fate }</p>
                }
            </div>
        </section>
    }
}

/// A target with a longer name is called the target beside the lanes.
const LONGEST_NAME: usize = 6;

/// Up to this place of the playhead the future has room for what the run comes to.
const ROOM_FOR_FATE: f64 = 0.7;

#[derive(Clone, PartialEq, Properties)]
struct LabelProps {
    class: &'static str,
    name: AttrValue,
    now: Option<String>,
    top: AttrValue,
}

/// A lane's name, its value at the playhead, and the top of its axis.
#[component]
fn Label(props: &LabelProps) -> Html {
    html! {
        <p class={classes!("label", props.class)}>
            <span>{ &props.name }</span>
            <b class="figures">{ props.now.clone().unwrap_or_default() }</b>
            <small class="top-of-axis" aria-hidden="true">{ &props.top }</small>
        </p>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct OnAxisProps {
    timeline: Shared<Timeline>,
    axis: Shared<Axis>,
}

/// The waits that are shown narrow: a band with torn edges across every lane, its length and content written in it.
#[component]
fn Folds(props: &OnAxisProps) -> Html {
    let axis = &props.axis;
    // On an axis of true scale there is nothing to show.
    let folded = props.timeline.folds.iter().filter(|fold| axis.is_folded(fold.start));
    html! {
        { for folded.map(|fold| {
            let (left, right) = (axis.place(fold.start) * 100.0, axis.place(fold.end) * 100.0);
            html! {
                <Band key={fold.start.0} {left} {right}>
                    <b>{ fold.length().to_string() }</b>
                    <span class="said">{ ", " }</span>
                    <span class="content">{ breakable(&fold.content, 0) }</span>
                </Band>
            }
        }) }
    }
}

#[derive(Clone, PartialEq, Properties)]
struct BandProps {
    /// Where it begins and ends, in percent of the plot.
    left: f64,
    right: f64,
    children: Html,
}

/// A band across the lanes. It is placed by a script and not by an attribute, which a strict content security policy
/// would refuse.
#[component]
fn Band(props: &BandProps) -> Html {
    let band = use_node_ref();
    let placed = band.clone();
    use_effect_with((props.left, props.right), move |&(left, right)| {
        if let Some(band) = placed.cast::<HtmlElement>() {
            // A band that cannot be placed is seen at the left edge.
            let _ = band.style().set_property("left", &format!("{left:.3}%"));
            let _ = band.style().set_property("width", &format!("{:.3}%", right - left));
        }
    });
    html! { <p class="fold" ref={band}><span>{ props.children.clone() }</span></p> }
}

/// The events worth showing, each kind with a shape of its own, and the axis of time under them.
#[component]
fn Marks(props: &OnAxisProps) -> Html {
    let axis = &props.axis;
    let x = |at: SimTime| format!("{:.3}%", axis.place(at) * 100.0);
    html! {
        <>
            <svg class="marks" aria-hidden="true">
                { for telling(&props.timeline.marks, axis).into_iter().map(|mark| {
                    let (kind, path) = shape(mark.kind);
                    html! {
                        <svg key={mark.event} class={kind} viewBox="0 0 10 10" width="0.86em" height="0.86em" x={x(mark.at)}>
                            <path d={path} />
                        </svg>
                    }
                }) }
            </svg>
            <svg class="axis" aria-hidden="true">
                { for ticks::ticks(axis).into_iter().enumerate().map(|(place, at)| html! {
                    <text key={at.0} x={x(at)} y="1em" text-anchor={if place == 0 { "start" } else { "middle" }}>
                        { words::clock(at) }
                    </text>
                }) }
            </svg>
        </>
    }
}

/// A mark is so wide, as a part of the plot.
const MARK: f64 = 0.008;

/// The marks that stand apart, in order of time: where several would cover each other, the one that tells most.
fn telling(marks: &[EventMark], axis: &Axis) -> Vec<EventMark> {
    let mut kept: Vec<EventMark> = Vec::new();
    for kind in BY_WEIGHT {
        for mark in marks.iter().filter(|mark| mark.kind == kind) {
            let place = axis.place(mark.at);
            if kept.iter().all(|other| (axis.place(other.at) - place).abs() >= MARK) {
                kept.push(*mark);
            }
        }
    }
    kept.sort_by_key(|mark| mark.event);
    kept
}

/// What one would rather know of an instant.
const BY_WEIGHT: [MarkKind; 6] = [
    MarkKind::Failure,
    MarkKind::Alarm,
    MarkKind::Status,
    MarkKind::Intervention,
    MarkKind::Shift,
    MarkKind::Hook,
];

fn shape(kind: MarkKind) -> (&'static str, &'static str) {
    match kind {
        MarkKind::Intervention => ("intervention", "M0 9l-4 -7h8z"),
        MarkKind::Status => ("status", "M-3.5 1.5h7v7h-7z"),
        MarkKind::Shift => ("shift", "M-4 3.8h4v-2.8l4.5 4 -4.5 4v-2.8h-4z"),
        MarkKind::Hook => ("hook", "M0 1l4 4 -4 4 -4 -4z"),
        MarkKind::Alarm => ("alarm", "M0 1l4.2 7.6h-8.4z"),
        MarkKind::Failure => ("failure", "M-3.5 1.5l7 7m0 -7l-7 7"),
    }
}

/// How much fails of what the target answers, in the colour of its curve, and below it of all requests, in ink.
fn errors_label(target: &str, [of_target, of_all]: [Option<f64>; 2]) -> Html {
    let percent = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1} %"));
    html! {
        <p class="label errors">
            <span class="of-target">{ format!("{target} fails ") }<b class="figures">{ percent(of_target) }</b></span>
            <span>{ "of all " }<b class="figures">{ percent(of_all) }</b></span>
        </p>
    }
}

/// What going back costs at the playhead: how long, and below it how many requests.
fn price_label(price: Option<Price>) -> Html {
    let span = price.map_or_else(|| "–".to_owned(), |price| words::short(price.span));
    html! {
        <p class="label price">
            <span>{ "way back " }<b class="figures">{ span }</b></span>
            <b class="figures">{ for price.map(|price| format!("{} fail", words::brief(price.failed))) }</b>
        </p>
    }
}

/// The measure at an instant, by the curve that has begun; nothing where its last one is long past, since nothing is
/// measured any more.
fn measured_at(curves: &[Points], at: SimTime) -> Option<f64> {
    let begun = |curve: &&Points| curve.first().is_some_and(|(first, _)| *first <= at);
    let curve = curves.iter().rev().find(begun)?;
    let (last, _) = curve.last()?;
    if at.since(*last) > FRESH { None } else { value_at(curve, at) }
}

/// A measure is true for so long after its period.
const FRESH: Span = Span::from_secs(30);

/// The value of a curve at an instant.
fn value_at(points: &Points, at: SimTime) -> Option<f64> {
    let after = points.partition_point(|(instant, _)| *instant <= at);
    after.checked_sub(1).map(|place| points[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_marks_in_one_place_the_most_telling_is_seen() {
        let axis = Axis::new(SimTime::from_secs(1_000), &[]);
        let mark =
            |event: usize, seconds: u64, kind| EventMark { at: SimTime::from_secs(seconds), kind, event };
        let marks = [
            mark(0, 0, MarkKind::Intervention),
            mark(1, 0, MarkKind::Status),
            mark(2, 300, MarkKind::Alarm),
            mark(3, 300, MarkKind::Failure),
            mark(4, 305, MarkKind::Shift),
            mark(5, 320, MarkKind::Shift),
        ];
        let seen: Vec<usize> = telling(&marks, &axis).iter().map(|mark| mark.event).collect();
        assert_eq!(seen, [1, 3, 5]);
    }
}
