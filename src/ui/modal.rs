//! Modal dialogs: the browser's own element, opened and closed as the page's state says.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// A reference for a `<dialog>` that stands open, over all else, as long as `open` says so. Closing gives the focus back
/// to what had it, and so does a dialog that leaves the page while it is open.
#[hook]
pub fn use_modal(open: bool) -> NodeRef {
    let dialog = use_node_ref();
    let opened = dialog.clone();
    use_effect_with(open, move |open| {
        let opened = opened.cast::<HtmlDialogElement>().filter(|_| *open);
        if let Some(dialog) = &opened {
            // A dialog that is being removed cannot be shown; the next rendering tries again.
            let _ = dialog.show_modal();
        }
        move || opened.iter().for_each(HtmlDialogElement::close)
    });
    dialog
}
