//! How far the work is, how long it will take, and a way to call it off.

use yew::prelude::*;

/// What the progress is of.
#[derive(Clone, PartialEq, Properties)]
pub struct ProgressProps {
    /// What is done, in a few words.
    pub what: &'static str,
    /// Runs done.
    pub done: usize,
    /// Runs in all.
    pub total: usize,
    /// Since when, in milliseconds.
    pub millis: f64,
    /// It is to be called off.
    pub cancel: Callback<()>,
}

/// A bar with words.
#[component]
pub fn Progress(props: &ProgressProps) -> Html {
    let left = match props.done {
        0 => String::new(),
        done => {
            let seconds = props.millis / 1000.0 / done as f64 * (props.total - done) as f64;
            format!(", about {} s left", seconds.ceil())
        }
    };
    html! {
        <div class="progress">
            <progress aria-label={props.what} max={props.total.to_string()} value={props.done.to_string()} />
            <span>{ format!("{}: {} of {} runs{left}", props.what, props.done, props.total) }</span>
            <button type="button" class="button" onclick={props.cancel.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
        </div>
    }
}
