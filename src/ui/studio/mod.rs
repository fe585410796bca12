//! The hook studio: the service's lifecycle hooks, where they are attached, their scripts, and what their calls came to.

mod calls;
mod hook;
mod script;

use crate::engine::HookRecord;
use crate::model::{LifecycleStage, SimTime};
use crate::session::hooks::{ready_made_scripts, stages_for};
use crate::session::{HookEdit, HookView, Trial};
use crate::ui::modal::use_modal;
use crate::ui::shared::Shared;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use calls::Calls;
pub use hook::HookSection;
pub use script::Drafts;

/// What the studio is given.
#[derive(Clone, PartialEq, Properties)]
pub struct StudioProps {
    /// The functions of the recording that can be attached, besides the ready-made ones.
    pub functions: Vec<String>,
    /// Whether the recording, and its scripts with it, came by a link.
    pub from_link: bool,
    /// The hooks of the service in view.
    pub hooks: Shared<Vec<HookView>>,
    /// The calls up to the playhead, the last one first.
    pub calls: Shared<Vec<HookRecord>>,
    /// What was typed and not used.
    pub drafts: Shared<Drafts>,
    /// What the draft that was tried last would do, and behind which function.
    pub trial: Option<(AttrValue, Shared<Trial>)>,
    /// What was wrong with the last change.
    pub problems: Vec<AttrValue>,
    /// The hooks are to be changed.
    pub edit: Callback<HookEdit>,
    /// A draft is to be tried: the function's name, and the script.
    pub try_script: Callback<(String, String)>,
    /// To the moment of a call.
    pub seek: Callback<SimTime>,
    /// The studio was closed.
    pub close: Callback<()>,
}

/// The studio, a dialog.
#[component]
pub fn Studio(props: &StudioProps) -> Html {
    let dialog = use_modal(true);
    let close = props.close.reform(|_: MouseEvent| ());
    let onclose = props.close.reform(|_: Event| ());
    let trial_of = |hook: &HookView| {
        props.trial.as_ref().filter(|(name, _)| **name == *hook.name).map(|(_, trial)| trial.clone())
    };
    html! {
        <dialog class="sheet studio" ref={dialog} aria-label="Hook studio" {onclose}>
            <header class="head">
                <h2>{ "Lifecycle hooks" }</h2>
                <button type="button" class="button strong" onclick={close}>{ "Close" }</button>
            </header>
            <p class="muted">
                { "At a stage, ECS calls a function and does what it answers: SUCCEEDED goes on, FAILED rolls back, IN_PROGRESS \
                   is called again. Here a script stands for the Lambda. A PAUSE hook waits for ContinueServiceDeployment." }
            </p>
            if props.from_link {
                <p class="notice"><b>{ "From link: " }</b>{ "these scripts were written by whoever made the link. They run fenced \
                    in on this page, and reach nothing outside of it." }</p>
            }
            if !props.problems.is_empty() {
                <div role="alert" class="problems">
                    <ul>{ for props.problems.iter().map(|problem| html! { <li>{ problem }</li> }) }</ul>
                </div>
            }
            { for props.hooks.iter().map(|hook| html! {
                <HookSection key={format!("{} {}", hook.place, hook.name)} hook={hook.clone()} drafts={props.drafts.clone()} trial={trial_of(hook)}
                    edit={props.edit.clone()} try_script={props.try_script.clone()} />
            }) }
            <Attach functions={props.functions.clone()} edit={props.edit.clone()} />
            <Calls calls={props.calls.clone()} seek={props.seek.clone()} />
        </dialog>
    }
}

/// What a menu calls a PAUSE hook.
const PAUSE: &str = "PAUSE";

/// What attaching is given.
#[derive(Clone, PartialEq, Properties)]
pub struct AttachProps {
    /// The functions of the recording that can be attached, besides the ready-made ones.
    pub functions: Vec<String>,
    /// The hooks are to be changed.
    pub edit: Callback<HookEdit>,
}

/// Attaches one hook more: what it runs, and where.
#[component]
pub fn Attach(props: &AttachProps) -> Html {
    let script = use_state(|| "manual-approval".to_owned());
    let stage = use_node_ref();
    let pauses = *script == PAUSE;
    let choose = {
        let script = script.clone();
        Callback::from(move |event: Event| script.set(chosen(&event)))
    };
    let attach = {
        let (edit, script, stage) = (props.edit.clone(), (*script).clone(), stage.clone());
        Callback::from(move |_: MouseEvent| {
            let name = stage.cast::<HtmlSelectElement>().map(|menu| menu.value()).unwrap_or_default();
            if let Some(stage) = LifecycleStage::from_api_name(&name) {
                let script = (script != PAUSE).then(|| script.clone());
                edit.emit(HookEdit::Attach { script, stage });
            }
        })
    };
    html! {
        <div class="attach" role="group" aria-label="Attach a hook">
            <span>
                <label for="new-hook">{ "New hook" }</label>
                <select id="new-hook" onchange={choose}>
                    { for ready_made_scripts().map(|(name, title)| html! {
                        <option key={name} value={name} selected={name == *script}>{ title }</option>
                    }) }
                    { for props.functions.iter().map(|name| html! {
                        <option key={name.clone()} value={name.clone()} selected={*name == *script}>{ name }</option>
                    }) }
                    <option value={PAUSE} selected={pauses}>{ "PAUSE: wait for a person" }</option>
                </select>
            </span>
            <span>
                <label for="new-hook-stage">{ "at" }</label>
                <select id="new-hook-stage" ref={stage}>
                    { for stages_for(pauses).map(|stage| html! {
                        <option key={stage.api_name()} value={stage.api_name()}
                            selected={stage == LifecycleStage::PostTestTrafficShift}>{ stage.api_name() }</option>
                    }) }
                </select>
            </span>
            <button type="button" class="button" onclick={attach}>{ "Attach" }</button>
        </div>
    }
}

/// The value that was chosen in a menu.
fn chosen(event: &Event) -> String {
    let menu = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
    menu.map(|menu| menu.value()).unwrap_or_default()
}
