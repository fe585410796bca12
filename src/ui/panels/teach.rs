//! The sheet of lessons and situations.

use crate::session::Msg;
use crate::session::lesson::library::{lessons, situations};
use crate::ui::modal::use_modal;
use yew::prelude::*;

/// What the sheet is given.
#[derive(Clone, PartialEq, Properties)]
pub struct TeachProps {
    /// Whether it stands open.
    pub open: bool,
    /// Something was chosen.
    pub choose: Callback<Msg>,
    /// It was closed.
    pub close: Callback<()>,
}

/// The sheet: each a title and a line.
#[component]
pub fn Teach(props: &TeachProps) -> Html {
    let dialog = use_modal(props.open);
    let item = |title: String, about: String, msg: Msg| {
        let onclick = props.choose.reform(move |_: MouseEvent| msg.clone());
        html! {
            <li key={title.clone()}>
                <button type="button" {onclick}><b>{ title }</b><span>{ about }</span></button>
            </li>
        }
    };
    html! {
        <dialog class="sheet teach" ref={dialog} aria-label="Lessons" onclose={props.close.reform(|_: Event| ())}>
            if props.open {
                <h2>{ "Lessons" }</h2>
                <ul>
                    { for lessons().into_iter().enumerate().map(|(lesson, it)| {
                        item(it.title, it.about, Msg::OpenLesson { lesson, invited: true })
                    }) }
                </ul>
                <h2>{ "Situations" }</h2>
                <ul>
                    { for situations().into_iter().enumerate().map(|(place, it)| {
                        item(it.title, it.about, Msg::OpenSituation(place))
                    }) }
                </ul>
                <p class="answers">
                    <button type="button" class="button" onclick={props.close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                </p>
            }
        </dialog>
    }
}
