//! The text twin of the stage: the same data at the playhead, in tables.

use crate::session::tables::Table;
use crate::ui::modal::use_modal;
use std::rc::Rc;
use yew::prelude::*;

/// What the dialog is given.
#[derive(Clone, PartialEq, Properties)]
pub struct TablesProps {
    /// The tables.
    pub tables: Rc<Vec<Table>>,
    /// It was closed.
    pub close: Callback<()>,
}

/// The dialog.
#[component]
pub fn Tables(props: &TablesProps) -> Html {
    let dialog = use_modal(true);
    let close = props.close.reform(|_: MouseEvent| ());
    let onclose = props.close.reform(|_: Event| ());
    html! {
        <dialog class="sheet tables" ref={dialog} aria-label="Tables" {onclose}>
            <header class="head">
                <h2>{ "At the playhead, in tables" }</h2>
                <button type="button" class="button strong" onclick={close}>{ "Close" }</button>
            </header>
            { for props.tables.iter().map(table) }
        </dialog>
    }
}

fn table(table: &Table) -> Html {
    html! {
        <div class="scrolls" key={table.caption.clone()} tabindex="0" role="group" aria-label={table.caption.clone()}>
            <table>
                <caption>{ &table.caption }</caption>
                <thead><tr>{ for table.head.iter().map(|head| html! { <th scope="col">{ *head }</th> }) }</tr></thead>
                <tbody>
                    { for table.rows.iter().map(|cells| html! {
                        <tr>
                            { for cells.iter().enumerate().map(|(column, cell)| match column {
                                0 => html! { <th scope="row">{ cell }</th> },
                                _ => html! { <td>{ cell }</td> },
                            }) }
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}
