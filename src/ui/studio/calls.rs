//! The calls of a deployment's hooks: when, where, the event each was given, its answer, and what it printed.

use crate::engine::HookRecord;
use crate::model::SimTime;
use crate::ui::shared::Shared;
use crate::ui::words;
use yew::prelude::*;

/// Of more calls than this only the last ones are listed.
const MOST: usize = 40;

/// What the list is given.
#[derive(Clone, PartialEq, Properties)]
pub struct CallsProps {
    /// The calls up to the playhead, the last one first.
    pub calls: Shared<Vec<HookRecord>>,
    /// To the moment of a call.
    pub seek: Callback<SimTime>,
}

/// The list of calls.
#[component]
pub fn Calls(props: &CallsProps) -> Html {
    let calls = &props.calls;
    let left_out = calls.len().saturating_sub(MOST);
    html! {
        <section class="calls" aria-label="Calls">
            <h3>{ "Calls up to now" }</h3>
            if calls.is_empty() {
                <p class="muted">{ "No hook has been called yet." }</p>
            }
            { for calls.iter().take(MOST).map(|record| call(record, Some(&props.seek))) }
            if left_out > 0 {
                <p class="muted">{ format!("and {} earlier", words::count(left_out as u64)) }</p>
            }
        </section>
    }
}

/// One call, with its particulars behind it; one that was only tried has them open.
pub fn call(record: &HookRecord, seek: Option<&Callback<SimTime>>) -> Html {
    let at = record.at;
    let go = seek.map(|seek| seek.reform(move |_: MouseEvent| at));
    let pauses = record.request.is_null();
    let took = record.answered.since(record.at);
    html! {
        <details class="call" open={seek.is_none()} key={format!("{} {} {}", record.hook, at.0, record.status)}>
            <summary>
                <span class="figures">{ words::clock(at) }</span>
                { " " }<b>{ &record.hook }</b>{ " " }
                <code>{ record.stage.api_name() }</code>{ " " }
                <code class="status">{ record.status.api_name() }</code>
            </summary>
            if !pauses {
                <h4>{ "Event" }</h4>
                <pre tabindex="0">{ format!("{:#}", record.request) }</pre>
                <h4>{ format!("Answer, after {took}") }</h4>
                <pre tabindex="0">{ &record.answer }</pre>
                if !record.printed.is_empty() {
                    <h4>{ "Printed" }</h4>
                    <pre tabindex="0">{ record.printed.join("\n") }</pre>
                }
            }
            if let Some(next) = record.next {
                <p class="muted">{ format!("Called again, or over, at {}.", words::clock(next)) }</p>
            }
            if let Some(go) = go {
                <button type="button" class="button" onclick={go}>{ format!("Go to {}", words::clock(at)) }</button>
            }
        </details>
    }
}
