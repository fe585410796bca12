//! What the page has to say about itself: where an edit has left the playhead, what was refused, what was kept.

use yew::prelude::*;

/// What the notices are given.
#[derive(Clone, PartialEq, Properties)]
pub struct NoticesProps {
    /// About the last change.
    pub notice: Option<AttrValue>,
    /// What was wrong with the last change.
    pub problems: Vec<AttrValue>,
    /// Whether a recording of an earlier visit can be opened again.
    pub kept: bool,
    /// The notice or the problems were read.
    pub dismiss: Callback<()>,
    /// The recording is to be opened again (true), or not.
    pub restore: Callback<bool>,
}

/// One notice at a time, laid over the stage's lower edge, so that its coming and going moves nothing.
#[component]
pub fn Notices(props: &NoticesProps) -> Html {
    let dismiss = props.dismiss.reform(|_: MouseEvent| ());
    let restore = props.restore.reform(|_: MouseEvent| true);
    let leave = props.restore.reform(|_: MouseEvent| false);
    html! {
        <div class="notices">
            if !props.problems.is_empty() {
                <div class="notice refused">
                    <ul role="alert">{ for props.problems.iter().map(|problem| html! { <li>{ problem }</li> }) }</ul>
                    <button type="button" class="quiet" onclick={dismiss}>{ "Dismiss" }</button>
                </div>
            } else if let Some(notice) = &props.notice {
                <div class="notice">
                    <p aria-live="polite">{ notice }</p>
                    <button type="button" class="quiet" onclick={dismiss}>{ "Dismiss" }</button>
                </div>
            } else if props.kept {
                <div class="notice">
                    <p>{ "What you changed last time is kept." }</p>
                    <button type="button" class="quiet" onclick={restore}>{ "Restore it" }</button>
                    <button type="button" class="quiet" onclick={leave}>{ "Dismiss" }</button>
                </div>
            }
        </div>
    }
}
