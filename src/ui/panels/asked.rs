//! What waits for a person: an approval with its two halves, the stored object and the notification, or a PAUSE hook.

use crate::session::frame::ApprovalView;
use crate::ui::words;
use yew::prelude::*;

/// What the card is given.
#[derive(Clone, PartialEq, Properties)]
pub struct AskedProps {
    /// The approval of the deployment in view, once one was asked for.
    pub approval: Option<ApprovalView>,
    /// Whether the reviewer can still answer.
    pub open: bool,
    /// The hookId of a PAUSE hook that waits.
    pub paused: Option<AttrValue>,
    /// The reviewer approves (true) or rejects.
    pub answer: Callback<bool>,
    /// ContinueServiceDeployment.
    pub go_on: Callback<()>,
}

/// The card; nothing where nobody is asked.
#[component]
pub fn Asked(props: &AskedProps) -> Html {
    let (approve, reject) =
        (props.answer.reform(|_: MouseEvent| true), props.answer.reform(|_: MouseEvent| false));
    let go_on = props.go_on.reform(|_: MouseEvent| ());
    html! {
        <>
            if let Some(approval) = &props.approval {
                <section class="asked" aria-label="Approval">
                    <p class="notification">
                        <small>{ format!("Notification from {}, {}", approval.hook, words::clock(approval.since)) }</small>
                        { &approval.text }
                    </p>
                    <p class="stored">
                        <small>{ "Stored object" }</small>
                        <code>{ approval.stored }</code>
                    </p>
                    if props.open {
                        <p class="answers">
                            <button type="button" class="button strong" onclick={approve}>{ "Approve" }</button>
                            <button type="button" class="button" onclick={reject}>{ "Reject" }</button>
                        </p>
                    }
                </section>
            }
            if let Some(hook) = &props.paused {
                <section class="asked" aria-label="Pause">
                    <p class="notification">
                        <small>{ "A PAUSE hook waits for ContinueServiceDeployment" }</small>
                        <code>{ hook }</code>
                    </p>
                    <p class="answers">
                        <button type="button" class="button strong" onclick={go_on}>{ "Continue" }</button>
                    </p>
                </section>
            }
        </>
    }
}
