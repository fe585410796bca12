//! The race: lanes on one clock at true scale, and what sets them apart in words.

use super::scoreboard::{ScoreboardView, ending};
use super::{LaneShown, RaceShown};
use crate::evidence::race::{differences, name_of};
use crate::evidence::report::Report;
use crate::evidence::{Course, Figure, Measured, Release, Scoreboard, Terms, picture};
use crate::model::{Ratio, ServiceDeploymentStatus, SimTime};
use crate::ui::shared::Shared;
use crate::ui::words;
use yew::prelude::*;

/// What the race is given.
#[derive(Clone, PartialEq, Properties)]
pub struct RaceViewProps {
    /// The race as far as it was run.
    pub race: Shared<RaceShown>,
    /// The moment that is shown.
    pub clock: SimTime,
    /// The end of the longest lane.
    pub end: SimTime,
    /// Whether the clock runs.
    pub running: bool,
    /// Whether lanes are still being run.
    pub working: bool,
    /// Prices and promises.
    pub terms: Terms,
    /// The clock is to run, or to hold.
    pub run: Callback<bool>,
    /// The clock was put there, in milliseconds.
    pub seek: Callback<u64>,
    /// Prices or promises were changed.
    pub set_terms: Callback<Terms>,
    /// A lane is to be opened as a run.
    pub open: Callback<usize>,
}

/// The race.
#[component]
pub fn RaceView(props: &RaceViewProps) -> Html {
    let RaceViewProps { race, clock, end, running, .. } = props;
    if race.lanes.is_empty() {
        return Html::default();
    }
    let (_, tasks, failed) = picture::scale(race.courses());
    let seek =
        props.seek.reform(|event: InputEvent| value_of(&event).parse::<f64>().map_or(0, |it| it as u64));
    let (runs, is_known) = (*running, end.0 > 0);
    let ground = Ground { clock: *clock, end: *end, tasks, failed, working: props.working };
    html! {
        <>
            { for race.remarks.iter().map(|remark| html! { <p class="muted" key={remark.clone()}>{ remark }</p> }) }
            <div class="clock">
                <button type="button" class="button" disabled={!is_known} onclick={props.run.reform(move |_: MouseEvent| !runs)}>
                    { if runs { "Hold the race" } else { "Run the race" } }
                </button>
                <input type="range" aria-label="Race time" min="0" max={end.0.to_string()} step="1000" disabled={!is_known}
                    value={clock.0.to_string()} aria-valuetext={clock.to_string()} oninput={seek} />
                <span class="figures">{ format!("{clock} of {end}") }</span>
            </div>
            { for race.heats.iter().enumerate().map(|(heat, name)| html! {
                    <ol class="lanes" key={heat} aria-label={if name.is_empty() { "Lanes".to_owned() } else { format!("Lanes: {}", name.to_lowercase()) }}>
                        { for race.lanes.iter().enumerate().filter(|(_, shown)| shown.lane.heat == heat).map(|(place, shown)| html! {
                            <li key={place}>{ lane_view(shown, &ground, props.open.reform(move |_: MouseEvent| place)) }</li>
                        }) }
                    </ol>
            }) }
            <p class="legend muted">
                <span><i class="key share" />{ "share of users on the new revision" }</span>
                <span><i class="key tasks" />{ format!("tasks, up to {}", words::count(u64::from(tasks))) }</span>
                <span><i class="key failed" />{ format!("failed requests, up to {}", words::count(failed)) }</span>
                <span><i class="key over" />{ "the deployment ends" }</span>
            </p>
            <h3>{ "Scoreboard" }</h3>
            <TermsForm terms={props.terms} set={props.set_terms.clone()} />
            <ScoreboardView race={race.clone()} working={props.working} />
            { for race.heats.iter().enumerate().map(|(heat, name)| html! {
                <div key={heat}>
                    <h3>{ apart(name) }</h3>
                    <ul class="told">{ for told(race, heat).into_iter().map(|text| html! { <li>{ text }</li> }) }</ul>
                </div>
            }) }
        </>
    }
}

fn apart(heat: &str) -> String {
    match heat {
        "" => "What sets them apart".to_owned(),
        heat => format!("What sets them apart: {}", heat.to_lowercase()),
    }
}

/// The lanes of a heat, each by the shortest name that tells it from the others.
fn told(race: &RaceShown, heat: usize) -> Vec<String> {
    let is_named = !race.heats[heat].is_empty();
    let short = |shown: &'_ LaneShown| -> String {
        if is_named { name_of(shown.lane.recipe.strategy).to_owned() } else { shown.lane.name.clone() }
    };
    let names: Vec<(String, &Measured)> =
        race.heat(heat).filter_map(|shown| Some((short(shown), shown.came.as_ref()?))).collect();
    let lanes: Vec<(&str, &Measured)> = names.iter().map(|(name, came)| (name.as_str(), *came)).collect();
    differences(&lanes)
}

/// What all lanes have in common.
struct Ground {
    clock: SimTime,
    end: SimTime,
    tasks: u32,
    failed: u64,
    working: bool,
}

fn lane_view(shown: &LaneShown, ground: &Ground, open: Callback<MouseEvent>) -> Html {
    let Ground { clock, end, tasks, failed, working } = *ground;
    let name = &shown.lane.name;
    let field = match (&shown.course, &shown.came) {
        (Some(course), _) => {
            let x = clock.0 as f64 / end.0.max(1) as f64 * 1000.0;
            html! {
                <>
                    <Lane course={course.clone()} {end} {tasks} {failed} />
                    <svg class="hand" viewBox={format!("0 0 1000 {}", picture::LANE)} preserveAspectRatio="none" aria-hidden="true">
                        <path d={format!("M{x:.1} 0V{}", picture::LANE)} />
                    </svg>
                </>
            }
        }
        (None, Some(Err(why))) => html! { <p class="refused">{ why }</p> },
        (None, _) => html! { <p class="muted">{ if working { "On its way." } else { "Not run." } }</p> },
    };
    let (status, numbers) =
        shown.course.as_ref().map(|course| moment(course, clock, shown)).unwrap_or_default();
    html! {
        <>
            <b>{ name }</b>
            <div class="course">{ field }</div>
            <span class="moment figures"><span>{ status }</span><span>{ numbers }</span></span>
            <button type="button" class="button" onclick={open} aria-label={format!("Open {name}")}>{ "Open" }</button>
        </>
    }
}

/// A lane at the clock's moment: its status, and its numbers in words.
fn moment(course: &Course, clock: SimTime, shown: &LaneShown) -> (&'static str, String) {
    let now = course.at(clock);
    let status = match (&shown.came, now.over) {
        (Some(Ok(board)), true) => board.status.map_or("", ServiceDeploymentStatus::api_name),
        _ => "IN_PROGRESS",
    };
    let numbers = format!(
        "{} new · {} · {} failed",
        words::percent(Ratio(now.share * 1_000)),
        words::count(u64::from(now.tasks)) + if now.tasks == 1 { " task" } else { " tasks" },
        words::count(now.failed)
    );
    (status, numbers)
}

#[derive(Clone, PartialEq, Properties)]
struct LaneProps {
    course: Course,
    end: SimTime,
    tasks: u32,
    failed: u64,
}

/// A lane's picture; it stays while the clock runs over it.
#[component]
fn Lane(props: &LaneProps) -> Html {
    let body = picture::lane(&props.course, props.end, props.tasks, props.failed);
    let svg = format!(
        "<svg class=\"evidence\" viewBox=\"0 0 1000 {}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{body}</svg>",
        picture::LANE
    );
    Html::from_html_unchecked(svg.into())
}

/// The race in a report: its picture, a table for each heat, and what sets the lanes apart.
pub fn report(report: &mut Report, race: &RaceShown) {
    let run = || race.lanes.iter().filter_map(|shown| Some((shown, shown.came.as_ref()?.as_ref().ok()?)));
    if run().next().is_none() {
        return;
    }
    report.heading("Race");
    report.list(race.remarks.clone());
    let courses =
        race.lanes.iter().filter_map(|shown| Some((shown.lane.name.clone(), shown.course.as_ref()?)));
    report.picture(
        "race",
        picture::race(&courses.collect::<Vec<_>>()),
        "Field: the share of users on the new revision. Grey line: tasks. Red line: failed requests. Each on one scale.",
    );
    for (heat, name) in race.heats.iter().enumerate() {
        let lanes: Vec<(&LaneShown, &Scoreboard)> =
            run().filter(|(shown, _)| shown.lane.heat == heat).collect();
        let row = |title: &str, values: &mut dyn Iterator<Item = String>| -> Vec<String> {
            std::iter::once(title.to_owned()).chain(values).collect()
        };
        let mut rows = vec![
            row("Figure", &mut lanes.iter().map(|(shown, _)| shown.lane.name.clone())),
            row("Ends", &mut lanes.iter().map(|(_, board)| ending(board))),
        ];
        rows.extend(
            Figure::ALL
                .iter()
                .map(|figure| row(figure.title(), &mut lanes.iter().map(|(_, board)| figure.text_of(board)))),
        );
        report.table(rows);
        report.text(&format!("{}:", apart(name)));
        report.list(told(race, heat));
    }
}

/// A menu of releases.
pub fn release_menu(label: &str, chosen: Release, onchange: Callback<Event>) -> Html {
    html! {
        <select {onchange} aria-label={label.to_owned()}>
            { for Release::ALL.iter().map(|release| html! {
                <option key={release.key()} value={release.key()} selected={*release == chosen} title={release.what()}>{ release.name() }</option>
            }) }
        </select>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct TermsFormProps {
    terms: Terms,
    set: Callback<Terms>,
}

/// Prices and the promise, set by the person.
#[component]
fn TermsForm(props: &TermsFormProps) -> Html {
    let field = |label: &'static str, value: String, set: fn(&mut Terms, Option<f64>)| {
        let terms = props.terms;
        let onchange = props.set.reform(move |event: Event| {
            let text = event.target_unchecked_into::<web_sys::HtmlInputElement>().value();
            let mut terms = terms;
            set(&mut terms, text.trim().parse::<f64>().ok().filter(|number| *number >= 0.0));
            terms
        });
        html! { <label>{ label }<input type="number" min="0" step="any" {value} {onchange} /></label> }
    };
    let Terms { vcpu_hour, gb_hour, availability_percent } = props.terms;
    html! {
        <div class="row">
            { field("$ per vCPU-hour", vcpu_hour.to_string(), |terms, value| terms.vcpu_hour = value.unwrap_or(terms.vcpu_hour)) }
            { field("$ per GB-hour", gb_hour.to_string(), |terms, value| terms.gb_hour = value.unwrap_or(terms.gb_hour)) }
            { field("Availability target, %", availability_percent.map(|it| it.to_string()).unwrap_or_default(),
                |terms, value| terms.availability_percent = value.filter(|percent| *percent < 100.0)) }
        </div>
    }
}

/// What stands in a field.
pub fn value_of(event: &InputEvent) -> String {
    event.target_unchecked_into::<web_sys::HtmlInputElement>().value()
}
