//! The help sheet: every key, and what it does.

use crate::ui::keys::{SHORTCUTS, let_single_keys_act, single_keys_act};
use crate::ui::modal::use_modal;
use crate::ui::storage;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the sheet is given.
#[derive(Clone, PartialEq, Properties)]
pub struct HelpProps {
    /// It was closed.
    pub close: Callback<()>,
}

/// The sheet.
#[component]
pub fn Help(props: &HelpProps) -> Html {
    let dialog = use_modal(true);
    let close = props.close.reform(|_: MouseEvent| ());
    let onclose = props.close.reform(|_: Event| ());
    let single = use_state(single_keys_act);
    let switch = {
        let single = single.clone();
        Callback::from(move |event: Event| {
            let act = event.target_unchecked_into::<HtmlInputElement>().checked();
            let_single_keys_act(act);
            storage::keep_single_keys(act);
            single.set(act);
        })
    };
    html! {
        <dialog class="sheet help" ref={dialog} aria-label="Help" {onclose}>
            <h2>{ "Keys" }</h2>
            <p class="muted">{ "They work wherever nothing is being typed." }</p>
            <table>
                <thead class="said"><tr><th scope="col">{ "Key" }</th><th scope="col">{ "What it does" }</th></tr></thead>
                <tbody>
                    { for SHORTCUTS.iter().map(|(keys, what)| html! {
                        <tr key={*what}>
                            <th scope="row">{ for keys.split(' ').map(|key| html! { <><kbd>{ key }</kbd>{ " " }</> }) }</th>
                            <td>{ *what }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
            <p>
                <label class="switch">
                    <input type="checkbox" checked={*single} onchange={switch} />
                    { "Single letters, digits and signs act" }
                </label>
            </p>
            <p class="answers"><button type="button" class="button strong" onclick={close}>{ "Close" }</button></p>
        </dialog>
    }
}
