//! The header: what is shown, its status, Undo and Redo, the theme, and the doors to everything else.

use crate::ui::dialog::Dialog;
use crate::ui::panels::embed::can_embed;
use crate::ui::theme::Theme;
use yew::prelude::*;

/// What the header is given.
#[derive(Clone, PartialEq, Properties)]
pub struct HeaderProps {
    /// What the recording shows.
    pub title: AttrValue,
    /// The service and the two revisions.
    pub release: AttrValue,
    /// The API's status word of the deployment in view.
    pub status: Option<AttrValue>,
    /// What Undo would take back; `None` where there is nothing.
    pub undo: Option<AttrValue>,
    /// What Redo would make again; `None` where there is nothing.
    pub redo: Option<AttrValue>,
    /// What the timeline's dotted lines are: the run before the last change; `None` where it has none.
    pub ghost: Option<AttrValue>,
    /// Whether a drill keeps a secret that some of the dialogs would tell.
    pub drilled: bool,
    /// The theme in force.
    pub theme: Theme,
    /// Undo was pressed.
    pub take_back: Callback<()>,
    /// Redo was pressed.
    pub make_again: Callback<()>,
    /// The dotted lines need not be seen any more.
    pub dismiss_ghost: Callback<()>,
    /// The control of a dialog was pressed.
    pub open: Callback<Dialog>,
    /// Present was pressed.
    pub present: Callback<()>,
    /// Another theme was chosen.
    pub choose_theme: Callback<Theme>,
}

/// The header.
#[component]
pub fn Header(props: &HeaderProps) -> Html {
    let take_back = props.take_back.reform(|_: MouseEvent| ());
    let make_again = props.make_again.reform(|_: MouseEvent| ());
    let dismiss = props.dismiss_ghost.reform(|_: MouseEvent| ());
    let present = props.present.reform(|_: MouseEvent| ());
    let choose = props.choose_theme.reform(|event: Event| {
        Theme::named(&event.target_unchecked_into::<web_sys::HtmlSelectElement>().value())
    });
    html! {
        <header class="top">
            <h1>{ "Cutover" }</h1>
            <p class="what">
                <span class="subtitle" title={props.title.clone()}>{ &props.title }</span>
                { " " }
                <b class="release">{ &props.release }</b>
            </p>
            <output class="status" role="status" aria-label="Deployment status" data-word={props.status.clone()}>{ props.status.clone().unwrap_or_default() }</output>
            <div class="changes">
                <button type="button" class="button" onclick={take_back} disabled={props.undo.is_none()} aria-describedby="undo-what">
                    { "Undo" }
                </button>
                <span class="said" id="undo-what">{ props.undo.clone().unwrap_or_default() }</span>
                <button type="button" class="button" onclick={make_again} disabled={props.redo.is_none()} aria-describedby="redo-what">
                    { "Redo" }
                </button>
                <span class="said" id="redo-what">{ props.redo.clone().unwrap_or_default() }</span>
            </div>
            if let Some(ghost) = &props.ghost {
                <div class="ghost-note muted">
                    <span title={ghost}>{ ghost }</span>
                    <button type="button" class="quiet" onclick={dismiss}>{ "Dismiss" }</button>
                </div>
            }
            <div class="end">
                { for Dialog::IN_HEADER.into_iter().filter(|(dialog, _)| *dialog != Dialog::Embed || can_embed()).map(|(dialog, name)| html! {
                    <button key={name} type="button" class="button" disabled={props.drilled && dialog.tells()}
                        title={(props.drilled && dialog.tells()).then_some("Not while a drill runs")} onclick={props.open.reform(move |_: MouseEvent| dialog)}
                        aria-keyshortcuts={(dialog == Dialog::Help).then_some("?")}>{ name }</button>
                }) }
                <button type="button" class="button" onclick={present}>{ "Present" }</button>
                <select class="button theme" aria-label="Theme" onchange={choose}>
                    { for Theme::ALL.iter().map(|theme| html! {
                        <option key={theme.name()} value={theme.name()} selected={*theme == props.theme}>{ theme.name() }</option>
                    }) }
                </select>
            </div>
        </header>
    }
}
