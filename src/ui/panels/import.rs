//! The Import dialog, and the sheet that lists what an import had to assume.

use crate::formats::Assumption;
use crate::ui::modal::use_modal;
use crate::ui::shared::Shared;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// What the dialog is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ImportProps {
    /// What is wrong with the text, one line each, with its path; `None` while the dialog is closed.
    pub problems: Option<Vec<AttrValue>>,
    /// The text is to be opened.
    pub submit: Callback<String>,
    /// The dialog was closed.
    pub close: Callback<()>,
}

/// The dialog: paste, open, and read what is wrong where something is.
#[component]
pub fn Import(props: &ImportProps) -> Html {
    let dialog = use_modal(props.problems.is_some());
    let text = use_node_ref();
    let submit = {
        let (submit, text) = (props.submit.clone(), text.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(text) = text.cast::<HtmlTextAreaElement>() {
                submit.emit(text.value());
            }
        })
    };
    let close = props.close.reform(|_: MouseEvent| ());
    let onclose = props.close.reform(|_: Event| ());
    html! {
        <dialog class="sheet" ref={dialog} aria-label="Import" {onclose}>
            <form onsubmit={submit}>
                <h2>{ "Import" }</h2>
                <p class="muted">
                    { "Paste the output of describe-services, a create-service or update-service input, a recording or a lesson. \
                       A file can be dropped anywhere on the page. Nothing leaves this browser." }
                </p>
                <label for="import-json">{ "JSON" }</label>
                <textarea id="import-json" ref={text} rows="14" spellcheck="false" autocomplete="off" />
                if let Some(problems) = props.problems.as_ref().filter(|problems| !problems.is_empty()) {
                    <div role="alert" class="problems">
                        <p>{ problems_in_words(problems.len()) }</p>
                        <ul>{ for problems.iter().map(|problem| html! { <li>{ problem }</li> }) }</ul>
                    </div>
                }
                <p class="answers">
                    <button type="button" class="button" onclick={close}>{ "Cancel" }</button>
                    <button type="submit" class="button strong">{ "Open" }</button>
                </p>
            </form>
        </dialog>
    }
}

fn problems_in_words(number: usize) -> String {
    match number {
        1 => "This cannot be used. What was on screen stays.".to_owned(),
        _ => format!("This cannot be used, for {number} reasons. What was on screen stays."),
    }
}

/// What the sheet is given.
#[derive(Clone, PartialEq, Properties)]
pub struct AssumptionsProps {
    /// Warnings: the field's path and what is the matter.
    pub warnings: Vec<AttrValue>,
    /// Values the file did not give.
    pub assumptions: Shared<Vec<Assumption>>,
    /// Whether it stands open.
    pub open: bool,
    /// It was opened or closed.
    pub toggle: Callback<bool>,
}

/// Warnings that stay readable on the page, and one sheet of every value the file did not give.
#[component]
pub fn Assumptions(props: &AssumptionsProps) -> Html {
    if props.warnings.is_empty() && props.assumptions.is_empty() {
        return Html::default();
    }
    let toggle = props.toggle.reform(|event: Event| {
        let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        details.is_some_and(|details| details.has_attribute("open"))
    });
    html! {
        <section class="assumptions" aria-label="About this import">
            if !props.warnings.is_empty() {
                <ul class="warnings" aria-label="Warnings">
                    { for props.warnings.iter().map(|warning| html! { <li>{ warning }</li> }) }
                </ul>
            }
            if !props.assumptions.is_empty() {
                <details open={props.open} ontoggle={toggle}>
                    <summary>{ count_in_words(props.assumptions.len()) }</summary>
                    <ul tabindex="0" aria-label="Assumptions">
                        { for props.assumptions.iter().map(|assumption| html! {
                            <li>
                                <code>{ &assumption.path }</code>
                                <b>{ &assumption.value }</b>
                                <span class="muted">{ &assumption.why }</span>
                            </li>
                        }) }
                    </ul>
                </details>
            }
        </section>
    }
}

fn count_in_words(number: usize) -> String {
    format!("{number} {}", crate::ui::words::plural(number as u64, "assumption", "assumptions"))
}
