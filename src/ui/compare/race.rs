//! The race: lanes on one clock at true scale, one scoreboard, and what sets them apart in words.

use super::LaneShown;
use crate::evidence::figure::Figure;
use crate::evidence::race::{differences, name_of};
use crate::evidence::report::Report;
use crate::evidence::{Course, Measured, Recipe, Release, Scoreboard, Terms, picture};
use crate::model::{ServiceDeploymentStatus, SimTime, StrategyName};
use crate::ui::shared::Shared;
use crate::ui::words;
use yew::prelude::*;

/// What the race is given.
#[derive(Clone, PartialEq, Properties)]
pub struct RaceViewProps {
    /// The lanes, by release and then by strategy.
    pub lanes: Shared<Vec<LaneShown>>,
    /// The moment that is shown.
    pub clock: SimTime,
    /// The end of the longest lane.
    pub end: SimTime,
    /// Whether the clock runs.
    pub running: bool,
    /// Prices and promises.
    pub terms: Terms,
    /// The bad release that is set beside the good one.
    pub bad: Release,
    /// A race is to be run.
    pub race: Callback<(Vec<StrategyName>, Vec<Release>)>,
    /// The clock is to run, or to hold.
    pub run: Callback<bool>,
    /// The clock was put there, in milliseconds.
    pub seek: Callback<u64>,
    /// Prices or promises were changed.
    pub set_terms: Callback<Terms>,
    /// A lane is to be opened as a run.
    pub open: Callback<Recipe>,
}

/// What a lane is called.
pub fn lane_name(strategy: StrategyName, release: Release) -> String {
    format!("{}, {}", name_of(strategy), release.name().to_lowercase())
}

/// The race.
#[component]
pub fn RaceView(props: &RaceViewProps) -> Html {
    let (tasks, failed) = {
        let (_, tasks, failed) = picture::scale(props.lanes.iter().filter_map(|lane| lane.course.as_ref()));
        (tasks, failed)
    };
    let seek =
        props.seek.reform(|event: InputEvent| value_of(&event).parse::<f64>().map_or(0, |it| it as u64));
    let running = props.running;
    let releases = releases(&props.lanes);
    html! {
        <>
            <LaneForm bad={props.bad} race={props.race.clone()} />
            if !props.lanes.is_empty() {
                <div class="clock">
                    <button type="button" class="button" onclick={props.run.reform(move |_: MouseEvent| !running)}>
                        { if running { "Hold the race" } else { "Run the race" } }
                    </button>
                    <input type="range" aria-label="Race time" min="0" max={props.end.0.to_string()} step="1000"
                        value={props.clock.0.to_string()} aria-valuetext={props.clock.to_string()} oninput={seek} />
                    <span class="figures">{ format!("{} of {}", props.clock, props.end) }</span>
                </div>
                <ol class="lanes" aria-label="Lanes">
                    { for props.lanes.iter().map(|lane| html! {
                        <li key={lane.name.clone()}>
                            { lane_view(lane, props.clock, props.end, tasks, failed, &props.open) }
                        </li>
                    }) }
                </ol>
                <p class="legend muted">
                    <span class="key share" />{ "share of users on the new revision" }
                    <span class="key tasks" />{ format!("tasks, up to {tasks}") }
                    <span class="key failed" />{ format!("failed requests, up to {}", words::count(failed)) }
                    <span class="key over" />{ "the deployment ends" }
                </p>
                <h3>{ "Scoreboard" }</h3>
                <TermsForm terms={props.terms} set={props.set_terms.clone()} />
                { scoreboard(&props.lanes) }
                { for releases.iter().map(|release| html! {
                    <div key={release.key()}>
                        <h3>{ format!("What sets them apart: {}", release.name().to_lowercase()) }</h3>
                        <ul class="told">{ for told(&props.lanes, *release).into_iter().map(|text| html! { <li>{ text }</li> }) }</ul>
                    </div>
                }) }
            }
        </>
    }
}

/// The releases of the lanes, each once, in their order.
fn releases(lanes: &[LaneShown]) -> Vec<Release> {
    let mut releases: Vec<Release> = lanes.iter().map(|lane| lane.recipe.release).collect();
    releases.dedup();
    releases
}

fn told(lanes: &[LaneShown], release: Release) -> Vec<String> {
    let mine = lanes.iter().filter(|lane| lane.recipe.release == release);
    let lanes: Vec<(&str, &Measured)> =
        mine.filter_map(|lane| Some((name_of(lane.recipe.strategy), lane.came.as_ref()?))).collect();
    differences(&lanes)
}

fn lane_view(
    lane: &LaneShown,
    clock: SimTime,
    end: SimTime,
    tasks: u32,
    failed: u64,
    open: &Callback<Recipe>,
) -> Html {
    let recipe = lane.recipe.clone();
    let onclick = open.reform(move |_: MouseEvent| recipe.clone());
    let field = match (&lane.course, &lane.came) {
        (Some(course), _) => {
            let x = clock.0 as f64 / end.0.max(1) as f64 * 1000.0;
            html! {
                <div class="course">
                    <Lane course={course.clone()} {end} {tasks} {failed} />
                    <svg class="hand" viewBox={format!("0 0 1000 {}", picture::LANE)} preserveAspectRatio="none" aria-hidden="true">
                        <path d={format!("M{x:.1} 0V{}", picture::LANE)} />
                    </svg>
                </div>
            }
        }
        (None, Some(Err(why))) => html! { <p class="refused">{ why }</p> },
        _ => html! { <p class="muted">{ "Not run yet." }</p> },
    };
    html! {
        <>
            <b>{ &lane.name }</b>
            { field }
            <span class="moment figures">{ lane.course.as_ref().map(|course| moment(course, clock, lane)).unwrap_or_default() }</span>
            <button type="button" class="button" {onclick} aria-label={format!("Open {}", lane.name)}>{ "Open" }</button>
        </>
    }
}

/// A lane at the clock's moment, in words.
fn moment(course: &Course, clock: SimTime, lane: &LaneShown) -> String {
    let now = course.at(clock);
    let status = match (&lane.came, now.over) {
        (Some(Ok(board)), true) => board.status.map_or("", ServiceDeploymentStatus::api_name),
        _ => "IN_PROGRESS",
    };
    format!(
        "{}.{} % new · {} · {} failed · {status}",
        now.share / 10,
        now.share % 10,
        words::count(u64::from(now.tasks)) + if now.tasks == 1 { " task" } else { " tasks" },
        words::count(now.failed)
    )
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

/// Every figure of every lane; the best of each release is bold.
fn scoreboard(lanes: &[LaneShown]) -> Html {
    // Where all are alike none is the best.
    let best = |figure: Figure, release: Release| {
        let mine = lanes.iter().filter(|lane| lane.recipe.release == release);
        let values: Vec<f64> =
            mine.filter_map(|lane| figure.of(lane.came.as_ref()?.as_ref().ok()?)).collect();
        let (least, most) =
            (values.iter().copied().reduce(f64::min), values.iter().copied().reduce(f64::max));
        if least == most {
            return None;
        }
        if figure.is_better_high() { most } else { least }
    };
    let cell = |figure: Figure, lane: &LaneShown| match &lane.came {
        Some(Ok(board)) => {
            let is_best = figure.of(board).is_some() && figure.of(board) == best(figure, lane.recipe.release);
            html! { <td class={classes!(is_best.then_some("best"))}>{ figure.text_of(board) }</td> }
        }
        Some(Err(_)) => html! { <td>{ "refused" }</td> },
        None => html! { <td>{ "…" }</td> },
    };
    let ends = |lane: &LaneShown| match &lane.came {
        Some(Ok(board)) => ending(board),
        _ => String::new(),
    };
    html! {
        <div class="wide" tabindex="0" role="region" aria-label="Scoreboard">
            <table>
                <thead><tr>
                    <th scope="col">{ "Figure" }</th>
                    { for lanes.iter().map(|lane| html! { <th key={lane.name.clone()} scope="col">{ &lane.name }</th> }) }
                </tr></thead>
                <tbody>
                    <tr><th scope="row">{ "Ends" }</th>{ for lanes.iter().map(|lane| html! { <td>{ ends(lane) }</td> }) }</tr>
                    { for Figure::ALL.iter().map(|figure| html! {
                        <tr key={figure.key()}>
                            <th scope="row" title={figure.what()}>{ figure.title() }</th>
                            { for lanes.iter().map(|lane| cell(*figure, lane)) }
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

/// The API's status and what noticed.
fn ending(board: &Scoreboard) -> String {
    let status = board.status.map_or("no deployment", ServiceDeploymentStatus::api_name);
    match &board.detected_by {
        Some(by) => format!("{status}, by {by}"),
        None => status.to_owned(),
    }
}

/// The race in a report.
pub fn report(report: &mut Report, lanes: &[LaneShown]) {
    let run: Vec<(&LaneShown, &Scoreboard)> =
        lanes.iter().filter_map(|lane| Some((lane, lane.came.as_ref()?.as_ref().ok()?))).collect();
    if run.is_empty() {
        return;
    }
    report.heading("Race");
    let courses = lanes.iter().filter_map(|lane| Some((lane.name.clone(), lane.course.as_ref()?)));
    report.picture(
        picture::race(&courses.collect::<Vec<_>>()),
        "Field: the share of users on the new revision. Grey line: tasks. Red line: failed requests. Each on one scale.",
    );
    let mut rows = vec![
        std::iter::once("Figure".to_owned()).chain(run.iter().map(|(lane, _)| lane.name.clone())).collect(),
    ];
    rows.push(std::iter::once("Ends".to_owned()).chain(run.iter().map(|(_, board)| ending(board))).collect());
    for figure in Figure::ALL {
        let values = run.iter().map(|(_, board)| figure.text_of(board));
        rows.push(std::iter::once(figure.title().to_owned()).chain(values).collect::<Vec<_>>());
    }
    report.table(rows);
    for release in releases(lanes) {
        report.text(&format!("What sets them apart, {}:", release.name().to_lowercase()));
        report.list(told(lanes, release));
    }
}

#[derive(Clone, PartialEq, Properties)]
struct LaneFormProps {
    bad: Release,
    race: Callback<(Vec<StrategyName>, Vec<Release>)>,
}

/// Which lanes: one press for all four with a good and a bad release, or a choice.
#[component]
fn LaneForm(props: &LaneFormProps) -> Html {
    let chosen = use_state(|| StrategyName::ALL.to_vec());
    let release = use_state(|| Release::Errors);
    let all = {
        let bad = props.bad;
        props.race.reform(move |_: MouseEvent| (StrategyName::ALL.to_vec(), vec![Release::Good, bad]))
    };
    let submit = {
        let (chosen, release) = ((*chosen).clone(), *release);
        props.race.reform(move |event: SubmitEvent| {
            event.prevent_default();
            (chosen.clone(), vec![release])
        })
    };
    let toggle = |strategy: StrategyName| {
        let chosen = chosen.clone();
        Callback::from(move |_: Event| {
            let mut now: Vec<StrategyName> = (*chosen).clone();
            match now.iter().position(|it| *it == strategy) {
                Some(place) => drop(now.remove(place)),
                None => now.push(strategy),
            }
            now.sort_unstable();
            chosen.set(now);
        })
    };
    let choose = {
        let release = release.clone();
        Callback::from(move |event: Event| {
            let name = event.target_unchecked_into::<web_sys::HtmlSelectElement>().value();
            release.set(Release::named(&name).unwrap_or(Release::Errors));
        })
    };
    html! {
        <form class="row" aria-label="Lanes to race" onsubmit={submit}>
            <button type="button" class="button strong" onclick={all}>{ "All four, good and bad release" }</button>
            <span class="muted">{ "or" }</span>
            { for StrategyName::ALL.map(|strategy| html! {
                <label key={strategy.api_name()}>
                    <input type="checkbox" checked={chosen.contains(&strategy)} onchange={toggle(strategy)} />
                    { name_of(strategy) }
                </label>
            }) }
            <label>{ "with" }{ release_menu(*release, choose) }</label>
            <button type="submit" class="button" disabled={chosen.len() < 2}>{ "Race these" }</button>
        </form>
    }
}

/// A menu of releases.
pub fn release_menu(chosen: Release, onchange: Callback<Event>) -> Html {
    html! {
        <select {onchange} aria-label="Release">
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
