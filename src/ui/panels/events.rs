//! The event log up to the playhead, newest first.

use crate::engine::{Fact, Run};
use crate::model::{AlarmState, HookStatus, Scenario, SimTime, TargetHealth, TaskStatus};
use crate::session::narrate::fact_text;
use crate::ui::breakable::breakable;
use crate::ui::shared::Shared;
use crate::ui::words;
use yew::prelude::*;

/// A row of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRow {
    /// Its place in the run's events.
    pub event: usize,
    /// When.
    pub at: SimTime,
    /// What happened, as a sentence.
    pub text: String,
    /// Whether something went wrong.
    pub grave: bool,
}

/// No more rows than this stand in the page; older ones come back by moving the playhead.
pub const MOST_ROWS: usize = 120;

/// What the log is given.
#[derive(Clone, PartialEq, Properties)]
pub struct EventsProps {
    /// The rows, newest first, at most [`MOST_ROWS`].
    pub rows: Shared<Vec<LogRow>>,
    /// How many older rows were left out.
    pub left_out: usize,
    /// The playhead is to go there.
    pub seek: Callback<SimTime>,
    /// A row is to be looked at, by its place in the run.
    pub inspect: Callback<usize>,
}

/// The log. It is silent for assistive technology while it runs; the live region says what matters.
#[component]
pub fn Events(props: &EventsProps) -> Html {
    html! {
        <div class="events" role="log" aria-label="Events" aria-live="off" tabindex="0">
            <ol>
            { for props.rows.iter().map(|row| {
                let (at, event) = (row.at, row.event);
                let (seek, inspect) = (props.seek.clone(), props.inspect.clone());
                let onclick = Callback::from(move |_: MouseEvent| {
                    seek.emit(at);
                    inspect.emit(event);
                });
                html! {
                    <li key={row.event} class={classes!(row.grave.then_some("grave"))}>
                        <button type="button" class="when" {onclick}>
                            { words::clock(row.at) }
                        </button>
                        <span class="what">{ breakable(&row.text, 20) }</span>
                    </li>
                }
            }) }
            if props.left_out > 0 {
                <li key="left-out" class="muted">
                    <span></span><span>{ format!("{} older events", words::count(props.left_out as u64)) }</span>
                </li>
            }
            </ol>
        </div>
    }
}

/// The rows of a run's events up to an instant, newest first, and how many were left out.
pub fn rows(scenario: &Scenario, run: &Run, service: usize, at: SimTime) -> (Vec<LogRow>, usize) {
    let so_far = run.events.partition_point(|event| event.at <= at);
    let said = run.events[..so_far]
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, event)| event.service.is_none_or(|of| of == service) && is_news(&event.fact));
    let mut rows: Vec<LogRow> = Vec::new();
    let mut left_out = 0;
    for (place, event) in said {
        if rows.len() == MOST_ROWS {
            left_out += 1;
            continue;
        }
        let text = fact_text(event, scenario, run);
        rows.push(LogRow { event: place, at: event.at, text, grave: is_grave(&event.fact) });
    }
    (rows, left_out)
}

/// Whether a fact stands in the log. Every step of every task would bury the rest; the tasks' own cards show it.
fn is_news(fact: &Fact) -> bool {
    match fact {
        Fact::TasksChanged { status, .. } => matches!(status, TaskStatus::Running | TaskStatus::Stopped),
        Fact::TargetsChanged { health, .. } => {
            matches!(health, TargetHealth::Healthy | TargetHealth::Unhealthy)
        }
        Fact::TasksCounted { .. } => false,
        _ => true,
    }
}

/// Whether a fact says that something went wrong.
fn is_grave(fact: &Fact) -> bool {
    match fact {
        Fact::Refused { .. } | Fact::AlarmBreached { .. } => true,
        Fact::AlarmChanged { state, .. } => *state == AlarmState::Alarm,
        Fact::TargetsChanged { health, .. } => *health == TargetHealth::Unhealthy,
        Fact::HookAnswered { status, .. } => matches!(status, HookStatus::Failed | HookStatus::TimedOut),
        fact => fact.is_failure(),
    }
}
