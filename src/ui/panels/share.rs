//! The Share dialog: a link that holds the whole recording, the playhead and the view.

use crate::formats::link::{LONG, TOO_LONG};
use crate::ui::modal::use_modal;
use crate::ui::{take_away, words};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the dialog is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ShareProps {
    /// The link, while the dialog stands open.
    pub link: Option<AttrValue>,
    /// The recording is to be kept as a file instead.
    pub download: Callback<()>,
    /// The dialog was closed.
    pub close: Callback<()>,
}

/// The dialog.
#[component]
pub fn Share(props: &ShareProps) -> Html {
    let dialog = use_modal(props.link.is_some());
    let field = use_node_ref();
    let said = use_state(AttrValue::default);
    {
        // What was said of an earlier link is not true of this one.
        let said = said.clone();
        use_effect_with(props.link.clone(), move |_| said.set(AttrValue::default()));
    }
    let copy = {
        let (link, field, said) = (props.link.clone().unwrap_or_default(), field.clone(), said.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(input) = field.cast::<HtmlInputElement>() else { return };
            let copied = input.parent_element().is_some_and(|holder| take_away::copy(&link, &holder));
            input.select();
            said.set(AttrValue::from(if copied {
                "Copied."
            } else {
                "Not copied: the link is selected, copy it by hand."
            }));
        })
    };
    let download = props.download.reform(|_: MouseEvent| ());
    let close = props.close.reform(|_: MouseEvent| ());
    let onclose = props.close.reform(|_: Event| ());
    let length = props.link.as_ref().map_or(0, |link| link.chars().count());
    html! {
        <dialog class="sheet share-dialog" ref={dialog} aria-label="Share" {onclose}>
            if let Some(link) = &props.link {
                <h2>{ "Share" }</h2>
                <p class="muted">
                    { "The link holds the whole recording, scripts included, the playhead and the view. Nothing is stored anywhere: \
                       whoever has the link has all of it." }
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
                    <input id="share-link" class="link" ref={field} type="text" readonly=true value={link.clone()} spellcheck="false" />
                    <p class="muted">{ format!("{} characters", words::count(length as u64)) }</p>
                    if length > LONG {
                        <p class="warning">
                            { format!("Some chats and wikis cut links of more than {} characters. Try it where you paste it, or send \
                                the recording as a file.", words::count(LONG as u64)) }
                        </p>
                    }
                    <p class="answers">
                        <span role="status">{ &*said }</span>
                        <button type="button" class="button" onclick={close}>{ "Close" }</button>
                        <button type="button" class="button" onclick={download}>{ "Download recording" }</button>
                        <button type="button" class="button strong" onclick={copy}>{ "Copy link" }</button>
                    </p>
                }
            }
        </dialog>
    }
}
