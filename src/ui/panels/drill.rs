//! The drill's card: what it is about, what one may do and name, and at the end what it was and how one did.

use crate::model::{Count, SimTime, Span};
use crate::session::drill::{Board, Debrief, Means, SPEED, Stand};
use crate::session::{Deed, Failure, Msg};
use crate::ui::words;
use yew::prelude::*;

/// What the card is given.
#[derive(Clone, PartialEq, Properties)]
pub struct DrillProps {
    /// What it shows.
    pub board: Board,
    /// The instant that is shown.
    pub now: SimTime,
    /// Why no task can be stopped now.
    pub no_stop: Option<AttrValue>,
    /// The same drill under another seed.
    pub again: Msg,
    /// The drill that comes next.
    pub next: Option<Msg>,
    /// Something of the drill was pressed.
    pub send: Callback<Msg>,
}

/// The card.
#[component]
pub fn DrillCard(props: &DrillProps) -> Html {
    let board = &props.board;
    let press = |msg: Msg| props.send.reform(move |_: MouseEvent| msg.clone());
    let over = matches!(board.stand, Stand::Over(_));
    html! {
        <section class="panel lesson drill" aria-label="Drill">
            <p class="head">
                <b>{ &board.title }</b>
                <button type="button" class="quiet" onclick={press(Msg::LeaveLesson)} title="Esc">{ if over { "Close" } else { "Leave" } }</button>
            </p>
            { match &board.stand {
                Stand::Briefing => briefing(board, &press),
                Stand::AtWork => at_work(props, &press),
                Stand::Over(debrief) => told(props, debrief, &press),
            } }
            <p class="muted">{ format!("Seed {}", board.seed) }</p>
        </section>
    }
}

type Press<'a> = &'a dyn Fn(Msg) -> Callback<MouseEvent>;

fn briefing(board: &Board, press: Press<'_>) -> Html {
    html! {
        <>
            <p class="caption">{ &board.situation }</p>
            <button type="button" class="button strong pointed" onclick={press(Msg::StartDrill)}>{ "Start" }</button>
            <h2>{ "Your means" }</h2>
            <ul class="listed">
                { for board.means.iter().map(|means| html! { <li>{ means }</li> }) }
                <li>{ "Say what you see: one of the causes, once or again" }</li>
                <li>{ time_there_is(board.lasts) }</li>
            </ul>
            <h2>{ "What it may be" }</h2>
            <ul class="listed">{ for board.causes.iter().map(|cause| html! { <li>{ cause }</li> }) }</ul>
            { rule(board) }
        </>
    }
}

/// How long the drill is, and how fast its time goes: the seconds of the grade are simulated ones.
fn time_there_is(lasts: Span) -> String {
    let watch = Span(lasts.0 / SPEED);
    format!(
        "{lasts} of simulated time; Pause stops it. At the speed Story it goes {SPEED} times as fast as a watch: {watch} of yours."
    )
}

/// The rule of the grade: its first sentence, and what costs how much.
fn rule(board: &Board) -> Html {
    let (first, rest) =
        board.rule.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    html! {
        <>
            <h2>{ "The grade" }</h2>
            <p>{ first }</p>
            <ul class="listed">{ for rest.iter().map(|sentence| html! { <li>{ sentence }</li> }) }</ul>
        </>
    }
}

fn at_work(props: &DrillProps, press: Press<'_>) -> Html {
    let board = &props.board;
    let left = SimTime(board.lasts.0).since(props.now);
    html! {
        <>
            <p class="figures">{ words::clock(SimTime(left.0)) }{ " left" }
                <span class="muted">{ " of simulated time" }</span></p>
            <div role="group" aria-label="I see it">
                <h2 class="ask">{ "I see it:" }</h2>
                <div class="choices causes">
                    { for board.causes.iter().enumerate().map(|(place, cause)| {
                        let named = board.named.is_some_and(|(last, _)| last == place);
                        html! {
                            <button type="button" class="button" key={place} aria-pressed={named.to_string()}
                                onclick={press(Msg::NameCause(place))}>{ cause }</button>
                        }
                    }) }
                </div>
            </div>
            if let Some((cause, at)) = board.named {
                <p role="status">{ format!("Named at {at}: {}.", board.causes[cause]) }</p>
            }
            if board.stops_tasks {
                <p class="answers">
                    <button type="button" class="button" disabled={props.no_stop.is_some()} title={props.no_stop.clone()}
                        onclick={press(Msg::Act(Deed::Inject(Failure::StopTask)))}>{ "Stop a task" }</button>
                </p>
            }
            <p class="answers">
                <button type="button" class="quiet" onclick={press(Msg::FinishDrill)} title="Do no more, and see what it was">{ "Finish" }</button>
            </p>
        </>
    }
}

fn told(props: &DrillProps, debrief: &Debrief, press: Press<'_>) -> Html {
    let at = |instant: Option<SimTime>| instant.map_or_else(|| "never".to_owned(), |at| at.to_string());
    let users = |count: u32| Count::from(count).to_string();
    let deed = |(at, act): &(SimTime, Means)| format!("{} at {at}", act.deed().name());
    let best = debrief.best.as_ref().map_or_else(|| "nothing".to_owned(), deed);
    let done: Vec<String> = debrief.acts.iter().map(deed).collect();
    let done = if done.is_empty() { "nothing".to_owned() } else { done.join(", ") };
    let row = |name: &'static str, value: String| html! { <><dt>{ name }</dt><dd>{ value }</dd></> };
    html! {
        <>
            <p class="grade" role="status">{ "Grade " }<b>{ debrief.grade.letter() }</b><span class="said">{ format!(". {}", debrief.cause) }</span></p>
            <p class="insight">{ &debrief.cause }</p>
            <p>{ &debrief.told }</p>
            <dl>
                if debrief.began.is_some() {
                    { row("began", at(debrief.began)) }
                    { row("showed", at(debrief.showed)) }
                    { row("you saw it", at(debrief.seen)) }
                }
                { row("you did", done) }
                { row("right was", debrief.right.clone()) }
            </dl>
            <h2>{ "Users hurt" }</h2>
            <dl>
                { row("in your run", users(debrief.hurt)) }
                { row("if nobody acts", users(debrief.hurt_by_nobody)) }
                { row("at best", users(debrief.hurt_at_best)) }
                { row("the best act", best) }
            </dl>
            if debrief.deductions.is_empty() {
                <p>{ "Nothing cost you a grade." }</p>
            } else {
                <ul class="listed">
                    { for debrief.deductions.iter().map(|it| html! { <li>{ format!("−{} {}", it.steps, it.why) }</li> }) }
                </ul>
            }
            <p><b>{ "Next time: " }</b>{ &debrief.look }</p>
            <p class="answers">
                <button type="button" class="button strong" onclick={press(props.again.clone())}>{ "Again with another seed" }</button>
                { for props.next.clone().map(|next| html! {
                    <button type="button" class="button" onclick={press(next)}>{ "Next drill" }</button>
                }) }
            </p>
            <details>
                <summary>{ "How the grade is made" }</summary>
                <ul class="listed">{ for props.board.rule.iter().map(|sentence| html! { <li>{ sentence }</li> }) }</ul>
            </details>
        </>
    }
}
