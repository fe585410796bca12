//! One hook: the stages it is attached to, its time limit, and its script.

use super::chosen;
use super::script::{Drafts, Script};
use crate::model::{HookAction, LifecycleStage, MOST_LAMBDA_MINUTES, MOST_PAUSE_MINUTES};
use crate::session::{HookEdit, HookView, Trial};
use crate::ui::shared::Shared;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the section is given.
#[derive(Clone, PartialEq, Properties)]
pub struct HookProps {
    /// The hook.
    pub hook: HookView,
    /// What was typed into scripts and not used.
    #[prop_or_default]
    pub drafts: Option<Shared<Drafts>>,
    /// What its tried draft would do.
    #[prop_or_default]
    pub trial: Option<Shared<Trial>>,
    /// The hooks are to be changed.
    pub edit: Callback<HookEdit>,
    /// A draft is to be tried; scripts are shown where this is given.
    #[prop_or_default]
    pub try_script: Option<Callback<(String, String)>>,
}

/// The section of one hook.
#[component]
pub fn HookSection(props: &HookProps) -> Html {
    let hook = &props.hook;
    let place = hook.place;
    let remove = props.edit.reform(move |_: MouseEvent| HookEdit::Remove { place });
    let limit = {
        let (edit, action) = (props.edit.clone(), hook.action);
        Callback::from(move |event: Event| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(minutes) = field.and_then(|field| field.value().trim().parse().ok()) {
                edit.emit(HookEdit::Timeout { place, minutes, action });
            }
        })
    };
    let act = {
        let (edit, minutes) = (props.edit.clone(), hook.minutes);
        Callback::from(move |event: Event| {
            if let Some(action) = HookAction::from_api_name(&chosen(&event)) {
                edit.emit(HookEdit::Timeout { place, minutes, action });
            }
        })
    };
    let give_role = props.edit.reform(move |event: Event| {
        let role = event.target_unchecked_into::<HtmlInputElement>().value().trim().to_owned();
        HookEdit::Role { place, role }
    });
    let longest = if hook.pauses { MOST_PAUSE_MINUTES } else { MOST_LAMBDA_MINUTES };
    html! {
        <section class="hook" aria-label={format!("Hook {}", hook.name)}>
            <header>
                <h3>{ &hook.name }</h3>
                <span class="muted">{ if hook.pauses { "waits for ContinueServiceDeployment" } else { "AWS_LAMBDA, a script here" } }</span>
                <button type="button" class="button" onclick={remove}>{ "Remove" }</button>
            </header>
            <fieldset class="stages">
                <legend>{ "lifecycleStages" }</legend>
                { for hook.possible_stages().map(|stage| stage_box(props, stage)) }
            </fieldset>
            <p class="limit">
                <label>{ "timeoutInMinutes" }
                    <input type="number" min="1" max={longest.to_string()} value={hook.minutes.to_string()} onchange={limit} />
                </label>
                <label>{ "action" }
                    <select onchange={act}>
                        { for HookAction::ALL.iter().map(|action| html! {
                            <option key={action.api_name()} value={action.api_name()} selected={*action == hook.action}>
                                { action.api_name() }
                            </option>
                        }) }
                    </select>
                </label>
                if !hook.pauses {
                    <label class="role">{ "hook roleArn" }
                        <input type="text" value={hook.role.clone()} spellcheck="false" autocomplete="off" onchange={give_role}
                            title="The role by which ECS invokes the function" placeholder="arn:aws:iam::…:role/…" />
                    </label>
                }
            </p>
            if let (Some(try_script), Some(drafts), false) = (props.try_script.clone(), props.drafts.clone(), hook.pauses) {
                <Script name={hook.name.clone()} source={hook.source.clone().unwrap_or_default()}
                    {drafts} trial={props.trial.clone()} edit={props.edit.clone()} {try_script} />
            }
        </section>
    }
}

/// A stage with its box to tick. The last tick stays: a hook is attached somewhere.
fn stage_box(props: &HookProps, stage: LifecycleStage) -> Html {
    let hook = &props.hook;
    let attached = hook.stages.contains(&stage);
    let last = attached && hook.stages.len() == 1;
    let (place, stages) = (hook.place, hook.stages.clone());
    let toggle = props.edit.reform(move |_: Event| {
        let wanted = |it: &LifecycleStage| if *it == stage { !attached } else { stages.contains(it) };
        HookEdit::Stages { place, stages: LifecycleStage::ALL.iter().copied().filter(wanted).collect() }
    });
    html! {
        <label key={stage.api_name()}>
            <input type="checkbox" checked={attached} disabled={last} onchange={toggle} />{ stage.api_name() }
        </label>
    }
}
