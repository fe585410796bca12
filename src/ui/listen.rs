//! What the page hears beyond its own elements: keys anywhere, the window's size, files dropped.

use crate::formats::recording::MOST_BYTES;
use crate::ui::address;
use crate::ui::app::{App, Happening};
use crate::ui::dialog::Dialog;
use crate::ui::keys;
use crate::ui::present::Remote;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DragEvent, File, KeyboardEvent};
use yew::{Callback, Context};

/// A listener on the window that is taken off when it is dropped.
pub struct Listener {
    kind: &'static str,
    call: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Listens for events of a kind.
    pub fn new(kind: &'static str, call: impl FnMut(web_sys::Event) + 'static) -> Listener {
        let call = Closure::new(call);
        if let Some(window) = web_sys::window() {
            // A window refuses no listener of these kinds.
            let _ = window.add_event_listener_with_callback(kind, call.as_ref().unchecked_ref());
        }
        Listener { kind, call }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let _ = window.remove_event_listener_with_callback(self.kind, self.call.as_ref().unchecked_ref());
        }
    }
}

/// The listeners of the whole page: its keys, the window's size, files dropped, and the printer.
pub fn listen(ctx: &Context<App>) -> Vec<Listener> {
    let link = ctx.link().clone();
    let keys = Listener::new("keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else { return };
        if !keys::is_for_page(&event) {
            return;
        }
        if keys::asks_for_help(&event) {
            event.prevent_default();
            link.send_message(Happening::Dialog(Some(Dialog::Help)));
            return;
        }
        if let Some(key) = Remote::of(&event) {
            event.prevent_default();
            link.send_message(Happening::Remote(key));
        } else if let Some(msg) = keys::message(&event) {
            event.prevent_default();
            link.send_message(Happening::Session(msg));
        }
    });
    let link = ctx.link().clone();
    let resized = Listener::new("resize", move |_| link.send_message(Happening::Resized));
    // On the window, so that no place of it makes the browser leave the page for the file.
    let over = Listener::new("dragover", |event| event.prevent_default());
    let submit = ctx.link().callback(Happening::Submitted);
    let dropped = Listener::new("drop", move |event| {
        event.prevent_default();
        if let Ok(event) = event.dyn_into::<DragEvent>() {
            read_dropped(&event, submit.clone());
        }
    });
    let elsewhere = address::on_change(ctx.link().callback(Happening::Wanted));
    let before = ctx.link().callback(Happening::Printing);
    let after = before.clone();
    let prints = Listener::new("beforeprint", move |_| before.emit(true));
    let printed = Listener::new("afterprint", move |_| after.emit(false));
    vec![keys, resized, over, dropped, prints, printed, elsewhere]
}

/// Reads the file that was dropped and passes its text on.
fn read_dropped(event: &DragEvent, submit: Callback<String>) {
    if let Some(file) = dropped_file(event) {
        read_file(&file, submit);
    }
}

/// The file that was dropped; of several the first.
pub fn dropped_file(event: &DragEvent) -> Option<File> {
    event.data_transfer()?.files()?.get(0)
}

/// Reads a file and passes its text on.
pub fn read_file(file: &File, submit: Callback<String>) {
    let Ok(reader) = web_sys::FileReader::new() else { return };
    let source = reader.clone();
    let loaded = Closure::once_into_js(move || {
        // A file that cannot be read as text is as good as an empty one: the dialog says what is wrong with it.
        let text = source.result().ok().and_then(|text| text.as_string()).unwrap_or_default();
        submit.emit(text);
    });
    reader.set_onloadend(Some(loaded.unchecked_ref()));
    // One byte more than can be used is enough to say that it is too much.
    if let Ok(beginning) = file.slice_with_i32_and_i32(0, MOST_BYTES as i32 + 1) {
        let _ = reader.read_as_text(&beginning);
    }
}
