//! The help sheet: every key, and what it does.

use crate::ui::keys::SHORTCUTS;
use crate::ui::modal::use_modal;
use yew::prelude::*;

/// What the sheet is given.
#[derive(Clone, PartialEq, Properties)]
pub struct HelpProps {
    /// Whether it stands open.
    pub open: bool,
    /// It was closed.
    pub close: Callback<()>,
}

/// The sheet.
#[component]
pub fn Help(props: &HelpProps) -> Html {
    let dialog = use_modal(props.open);
    let close = props.close.reform(|_: MouseEvent| ());
    let onclose = props.close.reform(|_: Event| ());
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
            <p class="answers"><button type="button" class="button strong" onclick={close}>{ "Close" }</button></p>
        </dialog>
    }
}
