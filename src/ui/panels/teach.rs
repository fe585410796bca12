//! The sheet of lessons, drills and situations.

use crate::model::Span;
use crate::session::Msg;
use crate::session::drill::Drill;
use crate::session::lesson::Lesson;
use crate::session::lesson::library::situations;
use crate::ui::library::Shelf;
use crate::ui::modal::use_modal;
use crate::ui::shared::Shared;
use crate::ui::storage::Grades;
use std::collections::BTreeSet;
use std::rc::Rc;
use yew::prelude::*;

/// What the sheet is given.
#[derive(Clone, PartialEq, Properties)]
pub struct TeachProps {
    /// The lesson a first visit begins with.
    pub first: Option<Rc<Lesson>>,
    /// The course: on its way, or why it cannot be had.
    pub shelf: Option<Result<Shared<Shelf>, AttrValue>>,
    /// The lessons that were played to their end, by the names of their files.
    pub done: Shared<BTreeSet<String>>,
    /// The best grades of the drills, by the names of their files.
    pub grades: Shared<Grades>,
    /// Something was chosen.
    pub choose: Callback<Msg>,
    /// It was closed.
    pub close: Callback<()>,
}

/// The name under which it is kept that the first minute was played to its end.
pub const FIRST: &str = "first-minute";

/// The sheet: the course in its order, each lesson with what it shows, how long it takes and whether it was played to
/// its end; then the drills, each with its best grade, and the situations.
#[component]
pub fn Teach(props: &TeachProps) -> Html {
    let dialog = use_modal(true);
    let lesson = |name: &str, lesson: &Rc<Lesson>| {
        let msg = Msg::OpenLesson { lesson: lesson.clone(), invited: true };
        let done = props.done.contains(name);
        item(
            &format!("lesson-{name}"),
            &lesson.title,
            &lesson.insight,
            Some(&format!("{}{}", length(lesson), if done { ", done ✓" } else { "" })),
            props.choose.reform(move |_: MouseEvent| msg.clone()),
        )
    };
    let drill = |name: &str, drill: &Rc<Drill>| {
        let chosen = drill.clone();
        let grade = props.grades.get(name).map(|grade| format!(", best grade {grade}"));
        item(
            &format!("drill-{name}"),
            &drill.title,
            &drill.trains,
            Some(&format!("{}{}", drill.lasts, grade.unwrap_or_default())),
            props
                .choose
                .reform(move |_: MouseEvent| Msg::OpenDrill { drill: chosen.clone(), seed: any_seed() }),
        )
    };
    html! {
        <dialog class="sheet teach" ref={dialog} aria-label="Lessons" onclose={props.close.reform(|_: Event| ())}>
            <h2>{ "Lessons" }</h2>
            <p class="muted">{ "Each plays a deployment, stops once to ask what happens next, and lets the deployment answer." }</p>
            <ol class="course">
                { for props.first.iter().map(|first| lesson(FIRST, first)) }
                if let Some(Ok(shelf)) = &props.shelf {
                    { for shelf.lessons.iter().map(|(name, it)| lesson(name, it)) }
                }
            </ol>
            { missing(props.shelf.as_ref()) }
            if let Some(Ok(shelf)) = &props.shelf {
                <h2>{ "Drills" }</h2>
                <p class="muted">{ "Something may be wrong. Find out what, do what is right, and be graded. Each time it may be something else." }</p>
                <ul>
                    { for shelf.drills.iter().map(|(name, it)| drill(name, it)) }
                </ul>
            }
            <h2>{ "Situations" }</h2>
            <p class="muted">{ "Deployments to walk about in, without a word said." }</p>
            <ul>
                { for situations().into_iter().enumerate().map(|(place, it)| {
                    let open = props.choose.reform(move |_: MouseEvent| Msg::OpenSituation(place));
                    item(&format!("situation-{}", it.recording), &it.title, &it.about, None, open)
                }) }
            </ul>
            <p class="answers">
                <button type="button" class="button" onclick={props.close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
            </p>
        </dialog>
    }
}

/// Something to choose: its title is the control, the rest describes it; the style sheet lets all of it be pressed.
fn item(id: &str, title: &str, about: &str, note: Option<&str>, onclick: Callback<MouseEvent>) -> Html {
    let (said, noted) = (format!("{id}-about"), format!("{id}-note"));
    let described = if note.is_some() { format!("{said} {noted}") } else { said.clone() };
    html! {
        <li key={id.to_owned()}>
            <button type="button" {onclick} aria-describedby={described}>{ title }</button>
            <span id={said}>{ about }</span>
            { for note.map(|note| html! { <small id={noted.clone()}>{ note }</small> }) }
        </li>
    }
}

/// A seed that nobody has chosen.
pub fn any_seed() -> u32 {
    (js_sys::Math::random() * 1e6) as u32
}

/// What stands where the course is not there: nothing in it is lost, and whoever asks again may get it.
fn missing(shelf: Option<&Result<Shared<Shelf>, AttrValue>>) -> Html {
    match shelf {
        Some(Ok(_)) => Html::default(),
        Some(Err(why)) => html! {
            <p role="alert">{ format!("The course cannot be had just now. {why}. Opening this sheet again asks for it again.") }</p>
        },
        None => html! { <p class="muted" role="status">{ "The course is on its way." }</p> },
    }
}

/// How long a lesson takes to be played and read, to ten seconds.
fn length(lesson: &Lesson) -> Span {
    Span::from_secs(lesson.length().div_ceil(10_000) * 10)
}
