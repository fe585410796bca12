//! The parameters, each by its API name: a number to type, and a slider for the comfortable part of its range.
//!
//! A few stand open; the others are behind a door for each group, and any is found by search.

use crate::engine::preflight::Verdict;
use crate::session::{HookView, Parameter, ParameterGroup, ParameterKind};
use crate::ui::breakable::breakable;
use crate::ui::shared::Shared;
use crate::ui::words;
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the panel is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ParametersProps {
    /// All of them.
    pub parameters: Shared<Vec<Parameter>>,
    /// The strategy in view, in words.
    pub strategy: AttrValue,
    /// The revision that is deployed.
    pub release: AttrValue,
    /// Whether the deployment can finish, said before the start.
    pub verdict: Shared<Verdict>,
    /// Whether the curtain hides what will be.
    pub veiled: bool,
    /// The parameter whose last value was refused, and why.
    pub wrong: Option<(AttrValue, AttrValue)>,
    /// The service's hooks.
    pub hooks: Shared<Vec<HookView>>,
    /// A parameter was given another value.
    pub edit: Callback<(String, Value)>,
    /// The hooks are to be worked on.
    pub open_studio: Callback<()>,
    /// UpdateService is to be filled in.
    pub update_service: Callback<()>,
}

/// The panel. While something is looked for, only what was found is seen.
#[component]
pub fn Parameters(props: &ParametersProps) -> Html {
    let groups = [
        (ParameterGroup::Strategy, props.strategy.to_string()),
        (ParameterGroup::Service, "Service".to_owned()),
        (ParameterGroup::Release, format!("Release {}", props.release)),
        (ParameterGroup::Traffic, "Traffic".to_owned()),
        (ParameterGroup::Guard, "Circuit breaker and alarms".to_owned()),
        (ParameterGroup::TargetGroup, "Target groups".to_owned()),
        (ParameterGroup::Timings, "Timings that AWS does not document".to_owned()),
        (ParameterGroup::Readings, "Our readings".to_owned()),
    ];
    let of = |group: ParameterGroup, open: bool| {
        props.parameters.iter().filter(move |parameter| parameter.group == group && parameter.open == open)
    };
    let field = |parameter: &Parameter| {
        let wrong =
            props.wrong.as_ref().filter(|(name, _)| *name == parameter.name).map(|(_, why)| why.clone());
        html! { <Field key={parameter.name} parameter={parameter.clone()} {wrong} edit={props.edit.clone()} /> }
    };
    let sought = use_state_eq(String::new);
    let seek = {
        let sought = sought.clone();
        Callback::from(move |event: InputEvent| sought.set(input_of(&event).value()))
    };
    let update = props.update_service.reform(|_: MouseEvent| ());
    let title_of =
        |group: ParameterGroup| groups.iter().find(|(it, _)| *it == group).map_or("", |(_, title)| title);
    let found = || props.parameters.iter().filter(|it| is_sought(&sought, it, title_of(it.group)));
    html! {
        <aside class="panel parameters panels-last" aria-label="Parameters">
            <div class="fields">
                <input type="search" class="seek" aria-label="Find a parameter" placeholder="Find a parameter" autocomplete="off"
                    spellcheck="false" value={(*sought).clone()} oninput={seek} />
                if sought.trim().is_empty() {
                    { for groups.iter().filter(|(group, _)| of(*group, true).next().is_some()).map(|(group, title)| html! {
                        <section key={title.clone()}>
                            <h2>{ title }</h2>
                            if *group == ParameterGroup::Service {
                                <button type="button" class="quiet" onclick={update.clone()}>{ "Update service" }</button>
                            }
                            { for of(*group, true).map(field) }
                        </section>
                    }) }
                    { for groups.iter().filter(|(group, _)| of(*group, false).next().is_some()).map(|(group, title)| html! {
                        <details key={format!("more {title}")} class="more">
                            <summary>{ format!("{title}: more") }</summary>
                            { for of(*group, false).map(field) }
                        </details>
                    }) }
                    { hooks_at_hand(props) }
                } else {
                    <p class="muted" role="status">
                        { format!("{} of {} parameters", found().count(), props.parameters.len()) }
                    </p>
                    { for found().map(field) }
                }
            </div>
            if !props.veiled {
                { pre_flight(&props.verdict) }
            }
        </aside>
    }
}

/// Whether all words of what is sought are in what is said of a parameter.
fn is_sought(sought: &str, parameter: &Parameter, group: &str) -> bool {
    let said = format!("{} {group} {} {}", parameter.name, parameter.what, parameter.unit).to_lowercase();
    sought.to_lowercase().split_whitespace().all(|word| said.contains(word))
}

/// Which hooks are attached where, and the way into their studio.
fn hooks_at_hand(props: &ParametersProps) -> Html {
    let open = props.open_studio.reform(|_: MouseEvent| ());
    html! {
        <section class="hooks-at-hand" aria-label="Lifecycle hooks">
            <h2>{ "Lifecycle hooks" }</h2>
            <ul>
                { for props.hooks.iter().map(|hook| html! {
                    <li key={hook.place}>
                        { &hook.name }
                        { for hook.stages.iter().map(|stage| html! { <code>{ stage.api_name() }</code> }) }
                    </li>
                }) }
            </ul>
            <button type="button" class="button" onclick={open}>{ "Hook studio" }</button>
        </section>
    }
}

/// The verdict before the start: always in view, unless the future is hidden.
fn pre_flight(verdict: &Verdict) -> Html {
    let mark = if verdict.can_finish() { "M1 5l3 3 5-7" } else { "M5 1v5M5 8v1" };
    let said = verdict.to_string();
    let mut letters = said.chars();
    let said: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    html! {
        <section class={classes!("verdict", (!verdict.can_finish()).then_some("cannot"))} aria-label="Pre-flight" tabindex="0">
            <p><svg viewBox="0 0 10 10" aria-hidden="true"><path d={mark} /></svg>{ said }</p>
            { for verdict.warnings.iter().map(|warning| html! { <p class="warned">{ breakable(warning, 20) }</p> }) }
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FieldProps {
    parameter: Parameter,
    /// Why its last value was refused.
    wrong: Option<AttrValue>,
    edit: Callback<(String, Value)>,
}

/// One parameter. What is being typed is kept until it is left, so that a value that comes back does not disturb it.
#[component]
fn Field(props: &FieldProps) -> Html {
    let parameter = &props.parameter;
    let draft = use_state_eq(|| None::<String>);
    let id = format!("parameter-{}", parameter.name);
    let note = format!("{id}-note");
    let wrong = format!("{id}-wrong");
    if parameter.kind == ParameterKind::Switch {
        return switch(props, &id, &note);
    }
    let (least, most, step) = match parameter.kind {
        ParameterKind::Integer { least, most } => (least as f64, most as f64, 1.0),
        ParameterKind::Decimal { least, most, step } => (least, most, step),
        ParameterKind::Switch => (0.0, 1.0, 1.0),
    };
    let value = parameter.value.as_f64();
    let shown = (*draft).clone().unwrap_or_else(|| value.map_or_else(String::new, |value| value.to_string()));
    let refused = draft.as_ref().and_then(|text| {
        let why = match number(text, parameter.kind) {
            None => {
                let most = bound(most);
                format!("{} from {least} to {most} {}", kind_in_words(parameter.kind), parameter.unit)
            }
            Some(_) => props.wrong.as_ref()?.to_string(),
        };
        let held = value.map_or_else(String::new, |value| format!("; {value} still holds"));
        Some(format!("{}{held}", why.trim_end()))
    });
    let oninput = {
        let (draft, edit, name, kind) = (draft.clone(), props.edit.clone(), parameter.name, parameter.kind);
        Callback::from(move |event: InputEvent| {
            let text = input_of(&event).value();
            if let Some(value) = number(&text, kind) {
                edit.emit((name.to_owned(), value));
            }
            draft.set(Some(text));
        })
    };
    let slid = {
        let (draft, edit, name, kind) = (draft.clone(), props.edit.clone(), parameter.name, parameter.kind);
        Callback::from(move |event: InputEvent| {
            if let Some(value) = number(&input_of(&event).value(), kind) {
                draft.set(Some(value.to_string()));
                edit.emit((name.to_owned(), value));
            }
        })
    };
    // What cannot be used stays with its message when the field is left, until it is put right or the value changes.
    let settle = {
        let (draft, refused) = (draft.clone(), refused.is_some());
        Callback::from(move |_: FocusEvent| {
            if !refused {
                draft.set(None);
            }
        })
    };
    {
        let draft = draft.clone();
        use_effect_with(parameter.value.clone(), move |value| {
            let typed = draft.as_ref().and_then(|text| text.trim().parse::<f64>().ok());
            if typed != value.as_f64() {
                draft.set(None);
            }
        });
    }
    let settled = {
        let draft = draft.clone();
        Callback::from(move |_: Event| draft.set(None))
    };
    let (from, to) = parameter.slider;
    let at = number(&shown, parameter.kind).and_then(|value| value.as_f64()).or(value).unwrap_or(from);
    let filled = ((at - from) / (to - from).max(f64::EPSILON)).clamp(0.0, 1.0) * 100.0;
    html! {
        <div class={classes!("field", (!parameter.given).then_some("defaulted"))} data-note={explained(parameter)}>
            <label for={id.clone()}>{ parameter.name }</label>
            <span class="value">
                <input type="number" id={id.clone()} min={least.to_string()} max={most.to_string()} step={step.to_string()}
                    value={shown} aria-describedby={format!("{wrong} {note}")} aria-invalid={refused.is_some().then_some("true")}
                    {oninput} onblur={settle} />
                <span class="unit">{ parameter.unit }</span>
            </span>
            // The pointer's way to the same value: the field beside it says all there is to say.
            <span class="slide">
                <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="whole" width="100" height="4" />
                    <rect class="gone" width={format!("{filled:.1}")} height="4" />
                </svg>
                <input type="range" min={from.to_string()} max={to.to_string()} step={step.to_string()}
                    value={at.to_string()} aria-hidden="true" tabindex="-1" oninput={slid} onchange={settled} />
            </span>
            <span class="said" id={note}>{ explained(parameter) }</span>
            if let Some(refused) = refused {
                <span class="refused" id={wrong.clone()} role="alert">{ refused }</span>
            }
        </div>
    }
}

fn switch(props: &FieldProps, id: &str, note: &str) -> Html {
    let parameter = &props.parameter;
    let (edit, name) = (props.edit.clone(), parameter.name);
    let onchange = Callback::from(move |event: Event| {
        if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
            edit.emit((name.to_owned(), Value::Bool(input.checked())));
        }
    });
    html! {
        <div class="field" data-note={explained(parameter)}>
            <label for={id.to_owned()}>{ parameter.name }</label>
            <input type="checkbox" id={id.to_owned()} checked={parameter.value == Value::Bool(true)}
                aria-describedby={note.to_owned()} {onchange} />
            <span class="said" id={note.to_owned()}>{ explained(parameter) }</span>
        </div>
    }
}

/// Range and unit, what it does, and what holds where nobody gives it.
fn explained(parameter: &Parameter) -> String {
    let range = match parameter.kind {
        ParameterKind::Integer { least, most } => {
            format!("{least} to {} {}", words::count(most.max(0) as u64), parameter.unit)
        }
        ParameterKind::Decimal { least, most, .. } => {
            format!("{least} to {} {}", bound(most), parameter.unit)
        }
        ParameterKind::Switch => String::new(),
    };
    let range = if range.is_empty() { range } else { format!("{}. ", range.trim_end()) };
    let default = match parameter.default {
        "" => String::new(),
        default => format!(" Default: {default}."),
    };
    let given = if parameter.given { "" } else { " The file does not give it." };
    format!("{range}{}{default}{given}", parameter.what)
}

/// The end of a range: commas between the thousands of a whole number.
fn bound(most: f64) -> String {
    if most.fract() == 0.0 { words::count(most as u64) } else { most.to_string() }
}

fn kind_in_words(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::Integer { .. } => "a whole number",
        ParameterKind::Decimal { .. } | ParameterKind::Switch => "a number",
    }
}

/// What was typed as a value of that kind, if it is one within range.
fn number(text: &str, kind: ParameterKind) -> Option<Value> {
    let text = text.trim();
    match kind {
        ParameterKind::Integer { least, most } => {
            let value: i64 = text.parse().ok()?;
            (least..=most).contains(&value).then(|| Value::from(value))
        }
        ParameterKind::Decimal { least, most, .. } => {
            let value: f64 = text.parse().ok()?;
            (least..=most).contains(&value).then(|| Value::from(value))
        }
        ParameterKind::Switch => None,
    }
}

fn input_of(event: &InputEvent) -> HtmlInputElement {
    event.target_unchecked_into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_within_its_range_becomes_a_value() {
        let whole = ParameterKind::Integer { least: 0, most: 5000 };
        assert_eq!(number("6", whole), Some(Value::from(6)));
        for wrong in ["", "-1", "5001", "1.5", "six"] {
            assert_eq!(number(wrong, whole), None, "{wrong}");
        }
        let tenths = ParameterKind::Decimal { least: 0.1, most: 100.0, step: 0.1 };
        assert_eq!(number("12.5", tenths), Some(Value::from(12.5)));
        assert_eq!(number("NaN", tenths), None);
    }
}
