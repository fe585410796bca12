//! The Share dialog: a link that holds the whole recording, the playhead and the view.

use crate::formats::link::{LONG, TOO_LONG};
use crate::ui::modal::use_modal;
use crate::ui::outcome::use_outcome;
use crate::ui::words;
use yew::prelude::*;

/// What the dialog is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ShareProps {
    /// The link.
    pub link: AttrValue,
    /// Whether it opens a drill, and not a recording.
    pub drill: bool,
    /// The recording is to be kept as a file instead.
    pub download: Callback<()>,
    /// The dialog was closed.
    pub close: Callback<()>,
}

/// The dialog.
#[component]
pub fn Share(props: &ShareProps) -> Html {
    let dialog = use_modal(true);
    let field = use_node_ref();
    let outcome = use_outcome(props.link.clone());
    let copy = outcome.copies_from(&field, props.link.clone());
    let download = props.download.reform(|_: MouseEvent| ());
    let close = props.close.reform(|_: MouseEvent| ());
    let onclose = props.close.reform(|_: Event| ());
    let length = props.link.chars().count();
    html! {
        <dialog class="sheet share-dialog" ref={dialog} aria-label="Share" {onclose}>
            <h2>{ "Share" }</h2>
            <p class="muted">
                { if props.drill {
                    "The link opens this drill with this seed: the same fault at the same moment, and nothing of what you have done."
                } else {
                    "The link holds the whole recording, scripts included, the playhead and the view. Nothing is stored anywhere: \
                     whoever has the link has all of it."
                } }
            </p>
            if length > TOO_LONG {
                <p role="alert" class="problems">
                    { format!("A link would have {} characters, and most programs cut links of more than {}. A file holds the same.",
                        words::count(length as u64), words::count(TOO_LONG as u64)) }
                </p>
                <p class="answers">
                    <button type="button" class="button" onclick={close}>{ "Close" }</button>
                    <button type="button" class="button strong" onclick={download}>{ "Download recording" }</button>
                </p>
            } else {
                <label for="share-link">{ "Link" }</label>
                <input id="share-link" class="link" ref={field} type="text" readonly=true value={props.link.clone()} spellcheck="false" />
                <p class="muted">{ format!("{} characters", words::count(length as u64)) }</p>
                if props.link.starts_with("file:") {
                    <p class="warning">
                        { "This page was opened from your disk: for others the link works where their file lies at the same place. \
                           Behind another page's address, what begins with # works everywhere." }
                    </p>
                }
                if length > LONG {
                    <p class="warning">
                        { format!("Some chats and wikis cut links of more than {} characters. Try it where you paste it, or send \
                            the recording as a file.", words::count(LONG as u64)) }
                    </p>
                }
                <p class="answers">
                    { outcome.view() }
                    <button type="button" class="button" onclick={close}>{ "Close" }</button>
                    if !props.drill {
                        <button type="button" class="button" onclick={download}>{ "Download recording" }</button>
                    }
                    <button type="button" class="button strong" onclick={copy}>{ "Copy link" }</button>
                </p>
            }
        </dialog>
    }
}
