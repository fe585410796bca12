//! Modal dialogs: the browser's own element, opened and closed as the page's state says.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// A reference for a `<dialog>` that stands open, over all else, as long as `open` says so.
#[hook]
pub fn use_modal(open: bool) -> NodeRef {
    let dialog = use_node_ref();
    let opened = dialog.clone();
    use_effect_with(open, move |open| {
        let Some(dialog) = opened.cast::<HtmlDialogElement>() else { return };
        match (*open, dialog.open()) {
            // A dialog that is being removed cannot be shown; the next rendering tries again.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    dialog
}
