//! The lesson's card: what is said, what is asked, and at the end the doors. It stands beside the page and never over it.

use crate::session::Msg;
use crate::session::lesson::{Card, Proof};
use crate::ui::breakable::breakable;
use crate::ui::dialog::Dialog;
use yew::prelude::*;

/// A card has room for words of so many letters.
const LETTERS: usize = 12;

/// What the card is given.
#[derive(Clone, PartialEq, Properties)]
pub struct LessonProps {
    /// What it shows.
    pub card: Card,
    /// Something of the lesson was pressed.
    pub send: Callback<Msg>,
    /// The lesson that comes next in the course, with its title.
    pub after: Option<(AttrValue, Msg)>,
    /// A door was opened.
    pub open: Callback<Dialog>,
}

/// The doors at the end: who goes through them, where they lead, and what is found there.
const DOORS: [(&str, Dialog, &str); 3] = [
    ("Teach", Dialog::Lessons, "Lessons and situations to play to a room."),
    ("Review", Dialog::Import, "Your own service: paste what describe-services prints."),
    ("Write", Dialog::Embed, "This figure, alive in your own document."),
];

/// The card.
#[component]
pub fn LessonCard(props: &LessonProps) -> Html {
    let card = &props.card;
    let press = |msg: Msg| props.send.reform(move |_: MouseEvent| msg.clone());
    let (said, all) = card.progress;
    html! {
        <section class="panel lesson" aria-label="Lesson">
            <p class="head">
                <b>{ &card.title }</b>
                <button type="button" class="quiet" onclick={press(Msg::LeaveLesson)} title="Esc">
                    { if card.over { "Close" } else { "Skip" } }
                </button>
            </p>
            <svg class="progress" viewBox={format!("0 0 {all} 1")} preserveAspectRatio="none" aria-hidden="true">
                <rect class="whole" width={all.to_string()} height="1" />
                <rect class="gone" width={said.to_string()} height="1" />
            </svg>
            <p class="caption" aria-live="polite">{ breakable(&card.text, LETTERS) }</p>
            if let Some(proof) = &card.proved {
                <p class={classes!("proved", proof.is_right().then_some("right"))}>
                    { for proof_in_words(proof) }
                </p>
            }
            if let Some(question) = &card.question {
                <div role="group" class={classes!(question.waits.then_some("waits"))} aria-label={question.ask.clone()}>
                    <p class="ask">{ breakable(&question.ask, LETTERS) }</p>
                    <div class="choices">
                        { for question.choices.iter().enumerate().map(|(place, choice)| html! {
                            <button type="button" class="button" key={place} onclick={press(Msg::Answer(place))}>{ breakable(choice, LETTERS) }</button>
                        }) }
                    </div>
                </div>
            }
            if let Some(next) = &card.next {
                <button type="button" class="button strong pointed" onclick={press(Msg::NextTake)}>{ next }</button>
            }
            if card.question_ahead && !card.over {
                <button type="button" class="quiet ahead" onclick={press(Msg::ToQuestion)}>{ "To the question" }</button>
            }
            if card.points_at_play {
                <p class="hint">
                    <svg viewBox="0 0 10 10" aria-hidden="true"><path d="M1 0l9 5-9 5z" /></svg>
                    { "Press the button that plays, or the space bar." }
                </p>
            }
            if card.over {
                <p class="insight">{ breakable(&card.insight, LETTERS) }</p>
                <p class="closing">{ breakable(&card.closing, LETTERS) }</p>
                if let Some((title, next)) = &props.after {
                    <p class="after">
                        <button type="button" class="button strong" onclick={press(next.clone())} aria-describedby="next-lesson">
                            { "Next lesson" }
                        </button>
                        <span id="next-lesson">{ title }</span>
                    </p>
                }
                <ul class="doors">
                    { for DOORS.map(|(name, dialog, found)| html! {
                        <li key={name}>
                            <button type="button" class="button strong" onclick={props.open.reform(move |_: MouseEvent| dialog)}>{ name }</button>
                            <span>{ found }</span>
                        </li>
                    }) }
                </ul>
            }
        </section>
    }
}

/// What was asked and what the run says of it; a room that was asked has answered without the page.
fn proof_in_words(proof: &Proof) -> [Html; 2] {
    let (asked, told) = match &proof.answer {
        None => (format!("{} ", proof.ask), format!("{}.", proof.truth)),
        Some(answer) if proof.is_right() => (format!("You said: {answer}. "), "Right.".to_owned()),
        Some(answer) => (format!("You said: {answer}. "), format!("No: {}.", proof.truth)),
    };
    [html! { { asked } }, html! { <b>{ told }</b> }]
}
