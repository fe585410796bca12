//! The Export dialog: the recording in every form that others can use, with a preview.

use crate::exports::{Exported, Form};
use crate::ui::modal::use_modal;
use crate::ui::outcome::use_outcome;
use crate::ui::shared::Shared;
use crate::ui::take_away;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What can be chosen: a form, as text or as pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name in the menu.
    pub name: &'static str,
    /// The form.
    pub form: Form,
    /// Whether it is given as pixels.
    pub is_png: bool,
}

const fn text(name: &'static str, form: Form) -> Choice {
    Choice { name, form, is_png: false }
}

const fn png(name: &'static str, form: Form) -> Choice {
    Choice { name, form, is_png: true }
}

impl Choice {
    /// In the order of the menu.
    pub const ALL: [Choice; 13] = [
        text("Recording (JSON)", Form::Recording),
        text("ECS JSON", Form::Ecs),
        text("AWS CLI call", Form::Cli),
        text("Difference against what was opened", Form::Difference),
        text("CloudFormation", Form::CloudFormation),
        text("Events (CSV)", Form::EventsCsv),
        text("Events (JSON)", Form::EventsJson),
        text("Metrics (CSV)", Form::MetricsCsv),
        text("Metrics (JSON)", Form::MetricsJson),
        text("Picture (SVG)", Form::Picture),
        png("Picture (PNG)", Form::Picture),
        text("Filmstrip (SVG)", Form::Filmstrip),
        png("Filmstrip (PNG)", Form::Filmstrip),
    ];

    /// How many pixels wide its picture is.
    pub const fn width(self) -> u32 {
        match (self.form, self.is_png) {
            (Form::Filmstrip, _) => 1600,
            (_, true) => 1600,
            (_, false) => 800,
        }
    }
}

/// What the dialog is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ExportProps {
    /// What is chosen.
    pub choice: Choice,
    /// The recording in that form.
    pub exported: Shared<Exported>,
    /// The service's name, for the names of files.
    pub service: AttrValue,
    /// What is wrong with the instants that were asked for.
    pub wrong: AttrValue,
    /// Something was chosen; a filmstrip with its instants, in words.
    pub choose: Callback<(Choice, String)>,
    /// The dialog was closed.
    pub close: Callback<()>,
}

/// So much of a text is shown.
const SHOWN: usize = 6_000;

/// The dialog.
#[component]
pub fn Export(props: &ExportProps) -> Html {
    let (choice, exported) = (props.choice, &props.exported);
    let dialog = use_modal(true);
    let outcome = use_outcome((choice, exported.clone()));
    let close = props.close.reform(|_: MouseEvent| ());
    let onclose = props.close.reform(|_: Event| ());
    let chosen = props.choose.reform(|event: Event| {
        let name = event.target_unchecked_into::<HtmlSelectElement>().value();
        (Choice::ALL.into_iter().find(|it| it.name == name).unwrap_or(Choice::ALL[0]), String::new())
    });
    let download = {
        let (name, exported, outcome) =
            (file_name(&props.service, choice), exported.clone(), outcome.clone());
        Callback::from(move |_: MouseEvent| {
            if choice.is_png {
                let outcome = outcome.clone();
                let done = Callback::from(move |made: bool| {
                    outcome.say(if made { "Downloaded." } else { "The browser could not make the picture." });
                });
                take_away::download_png(name.clone(), &exported.text, done);
            } else {
                take_away::download(&name, choice.form.kind(), &exported.text);
                outcome.say("Downloaded.");
            }
        })
    };
    html! {
        <dialog class="sheet export-dialog" ref={dialog} aria-label="Export" {onclose}>
            <h2>{ "Export" }</h2>
            <label for="export-form">{ "Form" }</label>
            <select id="export-form" class="button" onchange={chosen}>
                { for Choice::ALL.iter().map(|it| html! {
                    <option key={it.name} value={it.name} selected={*it == choice}>{ it.name }</option>
                }) }
            </select>
            if choice.form == Form::Filmstrip {
                <Instants {choice} wrong={props.wrong.clone()} choose={props.choose.clone()} />
            }
            if !exported.warnings.is_empty() {
                <ul class="warnings" aria-label="What it lacks">
                    { for exported.warnings.iter().map(|warning| html! { <li>{ warning.to_string() }</li> }) }
                </ul>
            }
            { preview(choice, exported) }
            <p class="answers">
                { outcome.view() }
                <button type="button" class="button" onclick={close}>{ "Close" }</button>
                if !choice.is_png {
                    <button type="button" class="button" disabled={exported.text.is_empty()}
                        onclick={outcome.copies(AttrValue::from(exported.text.clone()))}>{ "Copy" }</button>
                }
                <button type="button" class="button strong" onclick={download} disabled={exported.text.is_empty()}>{ "Download" }</button>
            </p>
        </dialog>
    }
}

/// The picture, or how the text begins.
fn preview(choice: Choice, exported: &Exported) -> Html {
    if exported.text.is_empty() {
        return html! { <p class="muted">{ "Nothing was changed since it was opened." }</p> };
    }
    if matches!(choice.form, Form::Picture | Form::Filmstrip) {
        return html! {
            <div class="preview" tabindex="0" role="region" aria-label="Preview">
                <img src={take_away::address_of(&exported.text)} alt={choice.name} />
            </div>
        };
    }
    let shown: String = exported.text.chars().take(SHOWN).collect();
    let is_whole = shown.len() == exported.text.len();
    html! { <>
        <textarea readonly=true rows="16" spellcheck="false" aria-label="Preview" value={shown} />
        if !is_whole {
            <p class="muted">{ "This is how it begins; Copy and Download take all of it." }</p>
        }
    </> }
}

#[derive(Clone, PartialEq, Properties)]
struct InstantsProps {
    choice: Choice,
    wrong: AttrValue,
    choose: Callback<(Choice, String)>,
}

/// The instants of a filmstrip, where it is not to be of each stage.
#[component]
fn Instants(props: &InstantsProps) -> Html {
    let choice = props.choice;
    let onchange = props
        .choose
        .reform(move |event: Event| (choice, event.target_unchecked_into::<HtmlInputElement>().value()));
    html! { <>
        <label for="export-instants">{ "Instants" }</label>
        <input id="export-instants" type="text" autocomplete="off" spellcheck="false" {onchange}
            aria-describedby="export-instants-note" placeholder="30, 2:23, BAKE_TIME, end" />
        <p class={if props.wrong.is_empty() { "muted" } else { "refused" }} id="export-instants-note" aria-live="polite">
            if props.wrong.is_empty() {
                { "Seconds, clocks or lifecycle stages. Leave it empty for a picture of each stage." }
            } else {
                { &props.wrong }
            }
        </p>
    </> }
}

/// `ui.cloudformation.json`
fn file_name(service: &str, choice: Choice) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    let service: String = service.chars().take(60).map(plain).collect();
    let ending = if choice.is_png { "png" } else { choice.form.extension() };
    // `ui.events.csv`, and not `ui.events-csv.csv`.
    let what = match choice.form {
        Form::Picture => "picture",
        form => form.word().split('-').next().unwrap_or_default(),
    };
    format!("{service}.{what}.{ending}")
}
