//! The header: what is shown, its status, Undo and Redo, the theme, Help and Import.

use crate::ui::theme::Theme;
use yew::prelude::*;

/// What the header is given.
#[derive(Clone, PartialEq, Properties)]
pub struct HeaderProps {
    /// The recording, the service and the two revisions.
    pub subtitle: AttrValue,
    /// The API's status word of the deployment in view.
    pub status: Option<AttrValue>,
    /// What Undo would take back; `None` where there is nothing.
    pub undo: Option<AttrValue>,
    /// What Redo would make again; `None` where there is nothing.
    pub redo: Option<AttrValue>,
    /// What the timeline's dotted lines are: the run before the last change; `None` where it has none.
    pub ghost: Option<AttrValue>,
    /// The theme in force.
    pub theme: Theme,
    /// Undo was pressed.
    pub take_back: Callback<()>,
    /// Redo was pressed.
    pub make_again: Callback<()>,
    /// The dotted lines need not be seen any more.
    pub dismiss_ghost: Callback<()>,
    /// Help was pressed.
    pub help: Callback<()>,
    /// Import was pressed.
    pub import: Callback<()>,
    /// Lessons and situations were asked for.
    pub teach: Callback<()>,
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
    let help = props.help.reform(|_: MouseEvent| ());
    let import = props.import.reform(|_: MouseEvent| ());
    let choose = props.choose_theme.reform(|event: Event| {
        Theme::named(&event.target_unchecked_into::<web_sys::HtmlSelectElement>().value())
    });
    html! {
        <header class="top">
            <h1>{ "Cutover" }</h1>
            <p class="subtitle" title={props.subtitle.clone()}>{ &props.subtitle }</p>
            <output class="status" role="status" aria-label="Deployment status" data-word={props.status.clone()}>{ props.status.clone().unwrap_or_default() }</output>
            <button type="button" class="button" onclick={take_back} disabled={props.undo.is_none()} aria-describedby="undo-what">
                { "Undo" }
            </button>
            <span class="said" id="undo-what">{ props.undo.clone().unwrap_or_default() }</span>
            <button type="button" class="button" onclick={make_again} disabled={props.redo.is_none()} aria-describedby="redo-what">
                { "Redo" }
            </button>
            <span class="said" id="redo-what">{ props.redo.clone().unwrap_or_default() }</span>
            if let Some(ghost) = &props.ghost {
                <span class="ghost-note muted">
                    { ghost }
                    <button type="button" class="quiet" onclick={dismiss}>{ "Dismiss" }</button>
                </span>
            }
            <div class="end">
                <select class="button theme" aria-label="Theme" onchange={choose}>
                    { for Theme::ALL.iter().map(|theme| html! {
                        <option key={theme.name()} value={theme.name()} selected={*theme == props.theme}>{ theme.name() }</option>
                    }) }
                </select>
                <button type="button" class="button" onclick={help} aria-keyshortcuts="?">{ "Help" }</button>
                <button type="button" class="button" onclick={props.teach.reform(|_: MouseEvent| ())}>{ "Lessons" }</button>
                <button type="button" class="button" onclick={props.present.reform(|_: MouseEvent| ())}>{ "Present" }</button>
                <button type="button" class="button" onclick={import}>{ "Import" }</button>
            </div>
        </header>
    }
}
