//! A script: its lines with their numbers, what is wrong with it and where, and what its first call would come to.

use super::calls::call;
use super::chosen;
use crate::script::ready_made;
use crate::session::hooks::ready_made_scripts;
use crate::session::{HookEdit, Trial};
use crate::ui::shared::Shared;
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Drafts that are not used yet, by their function's name, each with the script that it is to replace: a dialog that is
/// closed by mistake has lost nothing.
pub type Drafts = RefCell<BTreeMap<String, (String, String)>>;

/// What the editor is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ScriptProps {
    /// The function's name.
    pub name: String,
    /// The script in use.
    pub source: String,
    /// What was typed and not used.
    pub drafts: Shared<Drafts>,
    /// What the tried draft would do.
    pub trial: Option<Shared<Trial>>,
    /// The hooks are to be changed.
    pub edit: Callback<HookEdit>,
    /// A draft is to be tried.
    pub try_script: Callback<(String, String)>,
}

/// The editor. What is typed is a draft until it is used.
#[component]
pub fn Script(props: &ScriptProps) -> Html {
    let draft = use_state(String::new);
    {
        let (draft, drafts, name) = (draft.clone(), props.drafts.clone(), props.name.clone());
        use_effect_with(props.source.clone(), move |source| {
            let kept =
                drafts.borrow().get(&name).filter(|(was, _)| was == source).map(|(_, typed)| typed.clone());
            draft.set(kept.unwrap_or_else(|| source.clone()));
        });
    }
    let write = {
        let (draft, drafts) = (draft.clone(), props.drafts.clone());
        let (name, source) = (props.name.clone(), props.source.clone());
        move |text: String| {
            drafts.borrow_mut().insert(name.clone(), (source.clone(), text.clone()));
            draft.set(text);
        }
    };
    let typed = {
        let write = write.clone();
        Callback::from(move |event: InputEvent| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
            write(field.map(|field| field.value()).unwrap_or_default());
        })
    };
    let start_from = Callback::from(move |event: Event| {
        if let Some(source) = ready_made(&chosen(&event)) {
            write(source.to_owned());
        }
    });
    let (name, text) = (props.name.clone(), (*draft).clone());
    let run = props.try_script.reform(move |_: MouseEvent| (name.clone(), text.clone()));
    let (name, text) = (props.name.clone(), (*draft).clone());
    let apply =
        props.edit.reform(move |_: MouseEvent| HookEdit::Source { hook: name.clone(), source: text.clone() });
    let wrong = match props.trial.as_deref() {
        Some(Trial::Broken(problem)) => Some(problem),
        _ => None,
    };
    let lines = draft.lines().count().max(1) + usize::from(draft.ends_with('\n'));
    html! {
        <div class="script">
            <label class="said" for={format!("script-{}", props.name)}>{ format!("Script {}", props.name) }</label>
            <div class="code">
                <ol aria-hidden="true">
                    { for (1..=lines).map(|line| html! {
                        <li key={line} class={classes!(wrong.is_some_and(|it| it.line == line).then_some("wrong"))}>{ line }</li>
                    }) }
                </ol>
                <textarea id={format!("script-{}", props.name)} rows={lines.to_string()} value={(*draft).clone()} oninput={typed}
                    wrap="off" spellcheck="false" autocomplete="off" autocapitalize="off" />
            </div>
            if let Some(problem) = wrong {
                <p role="alert" class="refused">
                    { format!("Line {}, column {}: {}", problem.line, problem.column, problem.message) }
                </p>
            }
            <p class="answers">
                <label>{ "Start from" }
                    <select onchange={start_from}>
                        <option value="" selected={true}>{ "…" }</option>
                        { for ready_made_scripts().map(|(name, title)| html! { <option key={name} value={name}>{ title }</option> }) }
                    </select>
                </label>
                <button type="button" class="button" onclick={run}>{ "Run once" }</button>
                <button type="button" class="button strong" disabled={*draft == props.source} onclick={apply}>{ "Use this script" }</button>
            </p>
            { tried(props.trial.as_deref()) }
        </div>
    }
}

/// What the draft's first call in this run would come to.
fn tried(trial: Option<&Trial>) -> Html {
    match trial {
        None | Some(Trial::Broken(_)) => Html::default(),
        Some(Trial::NeverCalled) => html! {
            <p class="tried" role="status">{ "This run never gets to a stage at which it is called." }</p>
        },
        Some(Trial::Called(record)) => html! {
            <div class="tried" role="status">
                <p class="muted">{ "Its first call in this run would be:" }</p>
                { call(record, None) }
            </div>
        },
    }
}
