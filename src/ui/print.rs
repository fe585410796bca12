//! What is printed instead of the page: the shown run as a storyboard, and what it came to.
//!
//! It is drawn only while the browser prints, so it costs nothing otherwise.

use crate::engine::metrics::peak_tasks;
use crate::session::Session;
use crate::session::frame::{Fleet, Frame, Role, RuleView};
use crate::session::storyboard::Picture;
use crate::ui::breakable::whole;
use crate::ui::words;
use yew::prelude::*;

/// So many tasks of a group are drawn one by one.
const MOST_GLYPHS: usize = 60;
/// So many of them stand in a row.
const A_ROW: usize = 12;

/// The storyboard of a session.
pub fn storyboard(session: &Session) -> Html {
    let (pictures, left_out) = session.storyboard();
    html! {
        <article class="storyboard">
            <h1>{ format!("{}: {} by {}", session.scenario().name, session.frame().service, session.strategy()) }</h1>
            <ol>{ for pictures.iter().map(picture) }</ol>
            if left_out > 0 {
                <p>{ format!("{left_out} passes are left out.") }</p>
            }
            <h2>{ "Result" }</h2>
            <dl>{ for result(session).into_iter().map(|(what, value)| html! { <><dt>{ what }</dt><dd>{ value }</dd></> }) }</dl>
        </article>
    }
}

/// What is printed of a drill: its storyboard would tell what is to be found out.
pub fn kept_secret(session: &Session) -> Html {
    html! {
        <article class="storyboard">
            <h1>{ &session.scenario().name }</h1>
            <p>{ "A drill is printed once it is over: its storyboard tells what is to be found out." }</p>
        </article>
    }
}

fn picture(picture: &Picture) -> Html {
    let frame = &picture.frame;
    html! {
        <li key={frame.at.0}>
            <h2>
                { &picture.title }
                <code>{ &picture.api_name }</code>
                <span class="figures">{ words::clock(frame.at) }</span>
            </h2>
            { drawing(frame) }
            <p>{ whole(&picture.why) }</p>
            <p class="muted">{ counts(frame) }</p>
        </li>
    }
}

/// Weights on the left, tasks on the right: source above, target below. The words are no part of the drawings, so that
/// long names take as many lines as they need.
fn drawing(frame: &Frame) -> Html {
    let rules = [Some(&frame.production), frame.test.as_ref()].into_iter().flatten();
    html! {
        <div class="drawing">
            <div>{ for rules.map(bar) }</div>
            <div>{ for frame.fleets.iter().map(|fleet| group(frame, fleet)) }</div>
        </div>
    }
}

fn bar(rule: &RuleView) -> Html {
    let share = rule.actual.as_percent() * 1.4;
    html! {
        <>
            <p>{ format!("{}: {} to the target", rule.rule, words::percent(rule.actual)) }</p>
            <svg viewBox="0 0 142 12" aria-hidden="true">
                <rect class="of-source" x="1" y="1" width={format!("{:.1}", 140.0 - share)} height="10" />
                <rect class="of-target" y="1" x={format!("{:.1}", 141.0 - share)} width={format!("{share:.1}")} height="10" />
            </svg>
        </>
    }
}

fn group(frame: &Frame, fleet: &Fleet) -> Html {
    let revision = match (fleet.role, &frame.target) {
        (Some(Role::Target), Some(target)) => target.called.clone(),
        (Some(_), _) => frame.source.called.clone(),
        (None, Some(target)) => format!("{} and {}", frame.source.called, target.called),
        (None, None) => frame.source.called.clone(),
    };
    let more = match fleet.tasks.len().saturating_sub(MOST_GLYPHS) {
        0 => String::new(),
        more => format!(", {} more not drawn", words::count(more as u64)),
    };
    let tasks = fleet.tasks.len() as u64;
    let said = format!(
        "{}: {revision}, {} {}, {} {}{more}",
        fleet.group,
        words::count(tasks),
        words::plural(tasks, "task", "tasks"),
        words::count(fleet.serving.into()),
        words::plural(fleet.serving.into(), "answers", "answer"),
    );
    let rows = fleet.tasks.len().min(MOST_GLYPHS).div_ceil(A_ROW).max(1);
    html! {
        <>
            <p>{ said }</p>
            <svg viewBox={format!("0 0 {} {}", 12 * A_ROW, 12 * rows)} aria-hidden="true">
                { for fleet.tasks.iter().take(MOST_GLYPHS).enumerate().map(|(place, task)| {
                    let (x, y) = (12 * (place % A_ROW), 12 * (place / A_ROW));
                    let class = classes!(
                        if task.role == Role::Source { "of-source" } else { "of-target" },
                        (!task.serving).then_some("idle"),
                    );
                    match task.role {
                        Role::Source => html! { <circle {class} cx={(x + 5).to_string()} cy={(y + 5).to_string()} r="4" /> },
                        Role::Target => html! { <rect {class} x={(x + 1).to_string()} y={(y + 1).to_string()} width="8" height="8" /> },
                    }
                }) }
            </svg>
        </>
    }
}

fn counts(frame: &Frame) -> String {
    let so_far = &frame.so_far;
    let weights = frame.production.weights.map(|it| format!("Weights {} to {}. ", it.source, it.target));
    format!(
        "{}{} tasks, {} healthy, {} desired. {} requests sent, {} failed; {} of {} users met the target, {} a failure.",
        weights.unwrap_or_default(),
        words::count(so_far.tasks.into()),
        words::count(so_far.healthy.into()),
        words::count(so_far.desired.into()),
        words::count(so_far.sent),
        words::count(so_far.failed),
        words::count(so_far.users_exposed.into()),
        words::count(so_far.users.into()),
        words::count(so_far.users_hurt.into()),
    )
}

/// What the run came to, and its last deployment.
fn result(session: &Session) -> Vec<(&'static str, String)> {
    let (run, outcomes) = (session.run(), session.outcomes());
    let service = &run.services[session.service()];
    let end = session.at_the_end();
    let outcome = outcomes.iter().find(|it| it.strategy == session.strategy());
    let ended = outcome.and_then(|it| it.ended).map_or_else(|| "not in this run".to_owned(), words::clock);
    let figures = [
        (
            "Status",
            outcome.and_then(|it| it.status).map_or_else(|| "no deployment".to_owned(), |it| it.to_string()),
        ),
        ("Ended", ended),
        ("Failed requests", words::count(end.failed)),
        ("Users exposed", words::count(end.users_exposed.into())),
        ("Users hurt", words::count(end.users_hurt.into())),
        ("Peak tasks", words::count(peak_tasks(service).into())),
        ("Way back", outcome.and_then(|it| it.undo).map_or_else(|| "–".to_owned(), words::short)),
        ("Assumptions", session.assumptions().len().to_string()),
    ];
    let came_to = session.result_at_the_end().iter().map(|line| (line.what, line.came_to.clone()));
    figures.into_iter().chain(came_to).collect()
}
