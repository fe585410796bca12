//! What was done to the simulated AWS: each intervention with the call it stands for, to be moved, changed or removed.

use crate::session::{Came, Listed, Msg};
use crate::ui::shared::Shared;
use crate::ui::words;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What the list is given.
#[derive(Clone, PartialEq, Properties)]
pub struct InterventionsProps {
    /// All of them, in the recording's order.
    pub listed: Shared<Vec<Listed>>,
    /// Something is to be done about one of them, or the playhead is to go where it was made.
    pub send: Callback<Msg>,
}

/// The list, behind one door.
#[component]
pub fn Interventions(props: &InterventionsProps) -> Html {
    let count = props.listed.len();
    html! {
        <section class="interventions" aria-label="Interventions">
            <details>
                <summary>{ format!("{count} {}", words::plural(count as u64, "intervention", "interventions")) }</summary>
                <ol>
                    { for props.listed.iter().map(|listed| html! {
                        <Entry key={listed.place} listed={listed.clone()} send={props.send.clone()} />
                    }) }
                </ol>
            </details>
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct EntryProps {
    listed: Listed,
    send: Callback<Msg>,
}

#[component]
fn Entry(props: &EntryProps) -> Html {
    let listed = &props.listed;
    let text = use_node_ref();
    // What is being typed is kept until it holds, or something else does.
    let (written, moment) = (use_state_eq(|| None::<String>), use_state_eq(|| None::<String>));
    {
        let (written, moment) = (written.setter(), moment.setter());
        use_effect_with(listed.json.clone(), move |_| {
            written.set(None);
            moment.set(None);
        });
    }
    let wrong = use_state_eq(|| None::<String>);
    let place = listed.place;
    let revise = {
        let send = props.send.clone();
        move |with| send.emit(Msg::Revise { intervention: place, with })
    };
    let remove = {
        let revise = revise.clone();
        Callback::from(move |_: MouseEvent| revise(None))
    };
    let moved = {
        let (revise, listed) = (revise.clone(), listed.clone());
        Callback::from(move |event: Event| {
            let seconds: Result<f64, _> = event.target_unchecked_into::<HtmlInputElement>().value().parse();
            if let Ok(seconds) = seconds {
                revise(Some(listed.moved_to(seconds)));
            }
        })
    };
    let apply = {
        let (text, wrong) = (text.clone(), wrong.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(area) = text.cast::<HtmlTextAreaElement>() else { return };
            let read = serde_json::from_str(&area.value());
            // What is no JSON at all is said at the field; anything else by the reader of recordings.
            wrong.set(
                read.as_ref().err().map(|error: &serde_json::Error| format!("This is no JSON: {error}")),
            );
            if let Ok(value) = read {
                revise(Some(value));
            }
        })
    };
    let write = {
        let (written, wrong) = (written.setter(), wrong.setter());
        Callback::from(move |event: InputEvent| {
            let area = event.target_unchecked_into::<HtmlTextAreaElement>();
            wrong.set(None);
            written.set(Some(area.value()));
        })
    };
    let write_moment = {
        let moment = moment.setter();
        Callback::from(move |event: InputEvent| {
            moment.set(Some(event.target_unchecked_into::<HtmlInputElement>().value()));
        })
    };
    let seconds = (*moment).clone().unwrap_or_else(|| listed.seconds.to_string());
    let shown = (*written).clone().unwrap_or_else(|| format!("{:#}", listed.json));
    let (what, when, json) = (
        format!("intervention-{place}"),
        format!("intervention-{place}-when"),
        format!("intervention-{place}-json"),
    );
    html! {
        <li>
            <p id={what.clone()}>
                { came(&listed.outcome, &props.send) }
                { " " }
                { &listed.what }
                if let Came::Refused { why, .. } = &listed.outcome {
                    <span class="muted">{ format!(" – refused: {why}") }</span>
                }
            </p>
            if let Some(call) = &listed.call {
                <code>{ call }</code>
            } else {
                <p class="muted">{ "No call of AWS: it happens to the service." }</p>
            }
            <p class="row">
                <label for={when.clone()}>{ listed.when }</label>
                <input type="number" id={when} min="0" step="any" value={seconds}
                    aria-describedby={what.clone()} oninput={write_moment} onchange={moved} />
                <span class="muted">{ &listed.after }</span>
                <button type="button" class="quiet" aria-describedby={what.clone()} onclick={remove}>{ "Remove" }</button>
            </p>
            <details>
                <summary aria-describedby={what.clone()}>{ "Change it" }</summary>
                <form onsubmit={apply} novalidate={true}>
                    <label class="said" for={json.clone()}>{ "Intervention" }</label>
                    <textarea id={json} ref={text} rows="6" spellcheck="false" autocomplete="off" oninput={write}
                        value={shown} />
                    if let Some(wrong) = &*wrong {
                        <p class="refused" role="alert">{ wrong }</p>
                    }
                    <button type="submit" class="button" aria-describedby={what}>{ "Apply" }</button>
                </form>
            </details>
        </li>
    }
}

fn came(outcome: &Came, send: &Callback<Msg>) -> Html {
    match outcome.at() {
        Some(at) => html! {
            <button type="button" class="when" onclick={send.reform(move |_: MouseEvent| Msg::Seek(at))}>{ words::clock(at) }</button>
        },
        None => html! { <span class="muted">{ "not reached" }</span> },
    }
}
