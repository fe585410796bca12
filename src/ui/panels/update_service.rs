//! The dialog of UpdateService: its fields with what is wrong at each, what the call would do, and the call itself.

use crate::session::service_update::{Entry, UpdateField};
use crate::session::{HookEdit, UpdateForm};
use crate::ui::modal::use_modal;
use crate::ui::studio::{Attach, HookSection};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What the dialog is given.
#[derive(Clone, PartialEq, Properties)]
pub struct UpdateServiceProps {
    /// What the draft comes to.
    pub form: Rc<UpdateForm>,
    /// A field was given another text.
    pub write: Callback<(&'static str, String)>,
    /// The functions of the recording that can be attached, besides the ready-made ones.
    pub functions: Vec<String>,
    /// A hook was attached, moved or removed.
    pub hook: Callback<HookEdit>,
    /// What the service lacks is to be filled in with examples.
    pub fill_in: Callback<()>,
    /// The call is to be made.
    pub submit: Callback<()>,
    /// The dialog was closed.
    pub close: Callback<()>,
}

/// The dialog.
#[component]
pub fn UpdateService(props: &UpdateServiceProps) -> Html {
    let dialog = use_modal(true);
    let onclose = props.close.reform(|_: Event| ());
    html! {
        <dialog class="sheet update" ref={dialog} aria-label="Update service" {onclose}>
            { contents(props) }
        </dialog>
    }
}

fn contents(props: &UpdateServiceProps) -> Html {
    let form = &props.form;
    let onsubmit = props.submit.reform(|event: SubmitEvent| event.prevent_default());
    let close = props.close.reform(|_: MouseEvent| ());
    let fill_in = props.fill_in.reform(|_: MouseEvent| ());
    let places = form.fields.chunk_by(|one, other| one.place == other.place);
    html! {
        <form {onsubmit} novalidate={true}>
            <h2>{ "Update service" }</h2>
            <p class="muted">{ "Only what you change is given. The call is made at the playhead, and Undo takes it back." }</p>
            // Lists of their own, so that another strategy's fields come and go without a loss of focus.
            <div class="places">
            { for places.map(|fields| html! {
                <fieldset key={fields[0].place}>
                    <legend key="legend">{ if fields[0].place.is_empty() { "The service" } else { fields[0].place } }</legend>
                    { for fields.iter().map(|it| field(it, &props.write)) }
                </fieldset>
            }) }
            </div>
            <h3>{ "Lifecycle hooks" }</h3>
            { for form.hooks.iter().map(|hook| html! {
                <HookSection key={format!("{} {}", hook.place, hook.name)} hook={hook.clone()} edit={props.hook.clone()} />
            }) }
            <Attach functions={props.functions.clone()} edit={props.hook.clone()} />
            if form.lacks_something() {
                <p>
                    <button type="button" class="button" onclick={fill_in}>{ "Fill in examples" }</button>
                    <span class="muted">{ " Names as they might be in your account, where the service has none." }</span>
                </p>
            }
            if !form.problems.is_empty() {
                <div role="alert" class="problems">
                    <ul>{ for form.problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }</ul>
                </div>
            }
            <p class="effect" role="status">
                { &form.effect }
                if let Some(refused) = &form.refused {
                    <span class="refused">{ refused }</span>
                }
            </p>
            <h3>{ "The call it stands for" }</h3>
            <pre tabindex="0" aria-label="AWS CLI">{ &form.call }</pre>
            <p class="answers">
                <button type="button" class="button" onclick={close}>{ "Cancel" }</button>
                <button type="submit" class="button strong" disabled={!form.is_ready()}>{ "Call UpdateService" }</button>
            </p>
        </form>
    }
}

fn field(field: &UpdateField, write: &Callback<(&'static str, String)>) -> Html {
    let (id, name) = (format!("update-{}", field.name), field.name);
    let (note, wrong) = (format!("{id}-note"), format!("{id}-wrong"));
    let described = format!("{wrong} {note}");
    let invalid = field.wrong.is_some().then_some("true");
    let changed = (field.text != field.now).then_some("changed");
    let entry = match &field.entry {
        Entry::Choice(choices) => {
            let onchange = write.reform(move |event: Event| {
                let menu = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
                (name, menu.map(|menu| menu.value()).unwrap_or_default())
            });
            html! {
                <select id={id.clone()} aria-describedby={described} {onchange}>
                    { for choices.iter().map(|(value, title)| html! {
                        <option key={value.clone()} value={value.clone()} selected={*value == field.text}>{ title }</option>
                    }) }
                </select>
            }
        }
        Entry::Text | Entry::Number(_) => {
            let oninput = write.reform(move |event: InputEvent| {
                (name, event.target_unchecked_into::<HtmlInputElement>().value())
            });
            let mode = if field.entry == Entry::Text { "text" } else { "decimal" };
            html! {
                <input type="text" id={id.clone()} inputmode={mode} value={field.text.clone()} spellcheck="false"
                    autocomplete="off" aria-describedby={described} aria-invalid={invalid} {oninput} />
            }
        }
    };
    let unit = match field.entry {
        Entry::Number(unit) => unit,
        _ => "",
    };
    html! {
        <div key={name} class={classes!("row", changed)}>
            <label for={id}>{ name }</label>
            <span class="entry">{ entry }<span class="unit">{ unit }</span></span>
            <span class="muted" id={note}>{ field.what }</span>
            if let Some(message) = &field.wrong {
                <span class="refused" id={wrong}>{ format!("{name} {message}") }</span>
            }
        </div>
    }
}
