//! The tasks of one revision in one group: cards, glyphs or cells, each in the place it keeps for life.
//!
//! Healthy is silent. What is not simply healthy says so in a word on its card, and all such tasks are counted in
//! words under the field, so that no size hides them.

use crate::model::SimTime;
use crate::session::frame::mark::{Mark, State, worst_by_cell};
use crate::session::frame::{Fleet, Role, TaskView};
use crate::ui::scene::field::{FieldLayout, Grain, Place};
use crate::ui::words;
use std::rc::Rc;
use yew::prelude::*;

const WIDTH: f64 = 224.0;
/// A field that has a group of its own.
const HEIGHT: f64 = 94.0;
/// A field that shares its group.
const SHARED_HEIGHT: f64 = 80.0;
/// A word needs a card this wide.
const WORD_WIDTH: f64 = 56.0;
/// A card lower than this has one line.
const LOW: f64 = 30.0;

/// What a field is given.
#[derive(Clone, PartialEq, Properties)]
pub struct FleetProps {
    /// The group's tasks; those of the other revision are left out.
    pub fleet: Rc<Fleet>,
    /// Whose field it is.
    pub role: Role,
    /// How many zones are columns.
    pub zones: u8,
    /// The revision's name.
    pub name: AttrValue,
    /// The playhead, for the countdowns.
    pub now: SimTime,
    /// Zones that are lost just now.
    pub lost: Vec<u8>,
}

/// A field of tasks.
#[component]
pub fn FleetView(props: &FleetProps) -> Html {
    let fleet = &props.fleet;
    let height = if fleet.role.is_none() { SHARED_HEIGHT } else { HEIGHT };
    // Both fields of a run share one scale, so that equal fleets look equal.
    let deepest = fleet.source_rows.max(fleet.target_rows);
    let layout = FieldLayout::new(props.zones, deepest, WIDTH, height);
    let own = if props.role == Role::Source { fleet.source_rows } else { fleet.target_rows };
    let height = if fleet.role.is_none() { layout.height(own) } else { layout.height(deepest) };
    let tasks = || fleet.tasks.iter().filter(|task| task.role == props.role);
    let outlines = fleet.outlines.iter().filter(|_| props.role == Role::Source && fleet.role.is_none());
    html! {
        <div class={classes!("field-of-tasks", role_class(props.role))}>
            <svg viewBox={format!("-2 -2 {} {}", WIDTH + 4.0, height + 4.0)} role="img"
                aria-label={described(props, tasks())}>
                if matches!(layout.grain, Grain::Card | Grain::Glyph) {
                    { for outlines.map(|outline| {
                        let place = layout.place(outline.zone, outline.row);
                        html! { <Frame key={format!("left-{}-{}", outline.zone, outline.row)} {place} /> }
                    }) }
                    { for (fleet.role.is_none() && props.role == Role::Target).then(|| vacant(&layout, props)) }
                    { for tasks().map(|task| {
                        let place = layout.place(task.zone, task.row);
                        html! {
                            <TaskMark key={task.id.0} id={task.id.0} {place} card={layout.grain == Grain::Card} mark={Mark::of(task, props.now)} />
                        }
                    }) }
                } else {
                    { cells(&layout, tasks()) }
                }
                if tasks().next().is_none() && fleet.role.is_some() {
                    <text class="nobody" x={(WIDTH / 2.0).to_string()} y={(height / 2.0 + 4.0).to_string()} text-anchor="middle">
                        { "no tasks" }
                    </text>
                }
            </svg>
            { summary(props, &layout) }
        </div>
    }
}

/// What is counted in words under the field.
fn summary(props: &FleetProps, layout: &FieldLayout) -> Html {
    let mut parts: Vec<String> = Vec::new();
    if let Grain::Cell { tasks: tasks @ 2.. } = layout.grain {
        parts.push(format!("one cell = {tasks} tasks"));
    }
    if layout.grain != Grain::Card {
        for (word, count) in unsettled(props.fleet.tasks.iter().filter(|task| task.role == props.role)) {
            parts.push(format!("{} {word}", words::count(count)));
        }
    }
    parts.extend(left_over(props.fleet.tasks.iter().filter(|task| task.role == props.role)));
    if parts.is_empty() {
        Html::default()
    } else {
        html! { <p class="unsettled">{ parts.join(", ") }</p> }
    }
}

fn unsettled<'a>(tasks: impl Iterator<Item = &'a TaskView>) -> Vec<(&'static str, u64)> {
    let mut counted: Vec<(&'static str, u64)> = Vec::new();
    for word in tasks.filter_map(|task| task.word) {
        match counted.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counted.push((word, 1)),
        }
    }
    counted
}

/// How many tasks run neither revision of the deployment.
fn left_over<'a>(tasks: impl Iterator<Item = &'a TaskView>) -> Option<String> {
    let count = tasks.filter(|task| task.left_over).count() as u64;
    (count > 0).then(|| format!("{} of a deployment that was replaced", words::count(count)))
}

fn described<'a>(props: &FleetProps, tasks: impl Iterator<Item = &'a TaskView> + Clone) -> String {
    let total = tasks.clone().count() as u64;
    let mut said =
        format!("{} {} of {}", words::count(total), words::plural(total, "task", "tasks"), props.name);
    for (word, count) in unsettled(tasks.clone()) {
        said.push_str(&format!(", {} {word}", words::count(count)));
    }
    if let Some(left) = left_over(tasks) {
        said.push_str(&format!(", {left}"));
    }
    said
}

/// The places that the target's tasks will take, so that both fields of a rolling deployment read as one plan.
fn vacant(layout: &FieldLayout, props: &FleetProps) -> Html {
    let taken = |zone: u8, row: u32| {
        props.fleet.tasks.iter().any(|task| task.role == props.role && task.zone == zone && task.row == row)
    };
    let places = (0..props.zones).flat_map(|zone| (0..props.fleet.target_rows).map(move |row| (zone, row)));
    places
        .filter(|&(zone, row)| !taken(zone, row))
        .map(|(zone, row)| html! { <Frame key={format!("free-{zone}-{row}")} place={layout.place(zone, row)} /> })
        .collect()
}

#[derive(Clone, PartialEq, Properties)]
struct FrameProps {
    place: Place,
}

/// A dotted outline: nobody is there.
#[component]
fn Frame(props: &FrameProps) -> Html {
    let Place { x, y, width, height } = props.place;
    html! {
        <rect class="outline" x={x.to_string()} y={y.to_string()} width={width.to_string()} height={height.to_string()}
            rx="5" />
    }
}

fn class(mark: Mark) -> Classes {
    let state = match mark.state {
        State::Healthy => "healthy",
        State::Coming => "coming",
        State::Leaving => "leaving",
        State::Failing => "failing",
    };
    classes!("task", role_class(mark.role), mark.left_over.then_some("left-over"), state)
}

#[derive(Clone, PartialEq, Properties)]
struct TaskProps {
    /// Its place among the service's tasks, by which a click finds it.
    id: u32,
    place: Place,
    card: bool,
    mark: Mark,
}

/// One task.
#[component]
fn TaskMark(props: &TaskProps) -> Html {
    let Place { x, y, width, height } = props.place;
    let mark = props.mark;
    if !props.card {
        return html! { <g class={class(mark)} data-task={props.id.to_string()}>{ shape(mark.role, x + width / 2.0, y + height / 2.0, width.min(height) / 2.0) }</g> };
    }
    // A low card has one line: its shape, then a word or its load, then a ring.
    let low = height < LOW;
    let worded = mark.short_word().filter(|_| width >= WORD_WIDTH);
    let middle = if low { y + height / 2.0 } else { y + height * 0.34 };
    let shape_at = x + 10.0_f64.min(width * 0.3);
    let ring_at = if low || worded.is_none() { middle } else { y + height - 11.0 };
    let loaded = (mark.state == State::Healthy || mark.load > 0)
        && !(low && (worded.is_some() || mark.ring.is_some()));
    let (bar_x, bar_y) = if low { (shape_at + 8.0, middle - 2.0) } else { (x + 7.0, y + height - 12.0) };
    let beside = if mark.ring.is_some() && worded.is_some() { 16.0 } else { 0.0 };
    let bar_width = (x + width - 7.0 - beside - bar_x).max(2.0);
    let load = f64::from(mark.load.min(16)) / 16.0;
    html! {
        <g class={class(mark)} data-task={props.id.to_string()}>
            <rect class="card" x={x.to_string()} y={y.to_string()} width={width.to_string()} height={height.to_string()} rx="5" />
            { shape(mark.role, shape_at, middle, 4.6) }
            if let Some(word) = worded {
                <text x={(shape_at + 7.0).to_string()} y={(middle + 4.2).to_string()}>{ word }</text>
            }
            if loaded {
                <rect class="track" x={bar_x.to_string()} y={bar_y.to_string()} width={bar_width.to_string()} height="4" rx="2" />
                <rect class={classes!("load", (mark.load > 16).then_some("over"))} x={bar_x.to_string()} y={bar_y.to_string()}
                    width={(bar_width * load).to_string()} height="4" rx="2" />
            }
            if let Some(ring) = mark.ring.filter(|_| !low || worded.is_none()) {
                { countdown(x + width - 11.0_f64.min(width * 0.3), ring_at, ring) }
            }
        </g>
    }
}

/// The source's circle, or the target's square.
fn shape(role: Role, x: f64, y: f64, half: f64) -> Html {
    match role {
        Role::Source => html! {
            <circle class="shape" cx={x.to_string()} cy={y.to_string()} r={half.to_string()} />
        },
        Role::Target => html! {
            <rect class="shape" x={(x - half).to_string()} y={(y - half).to_string()} width={(half * 2.0).to_string()}
                height={(half * 2.0).to_string()} />
        },
    }
}

/// A ring that is full when the wait is over.
fn countdown(x: f64, y: f64, part: u8) -> Html {
    let around = 2.0 * std::f64::consts::PI * 5.0;
    let dashes = format!("{} {}", around * f64::from(part) / 32.0, around);
    html! {
        <g class="ring" transform={format!("rotate(-90 {x} {y})")}>
            <circle class="rest" cx={x.to_string()} cy={y.to_string()} r="5" />
            <circle class="gone" cx={x.to_string()} cy={y.to_string()} r="5" stroke-dasharray={dashes} />
        </g>
    }
}

/// Thousands of tasks as four paths, one for each state, so that no size makes the page slow.
fn cells<'a>(layout: &FieldLayout, tasks: impl Iterator<Item = &'a TaskView>) -> Html {
    let worst = worst_by_cell(layout, tasks);
    let path = |wanted: State| {
        let mut path = String::new();
        let mut role = Role::Source;
        for (state, of, Place { x, y, width, height }) in &worst {
            if *state == wanted {
                role = *of;
                path.push_str(&format!("M{x:.1} {y:.1}h{width:.1}v{height:.1}h-{width:.1}z"));
            }
        }
        let mark = Mark { role, left_over: false, state: wanted, word: None, load: 0, ring: None };
        html! { <g class={class(mark)}><path class="shape" d={path} /></g> }
    };
    html! { <>{ for [State::Healthy, State::Coming, State::Leaving, State::Failing].map(path) }</> }
}

fn role_class(role: Role) -> &'static str {
    match role {
        Role::Source => "source",
        Role::Target => "target",
    }
}
