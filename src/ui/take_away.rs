//! How something leaves the page: to the clipboard, as a file, as pixels, on paper. Nothing of it goes through a network.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Document, Element, HtmlAnchorElement, HtmlCanvasElement,
    HtmlDocument, HtmlImageElement, HtmlTextAreaElement, Url,
};
use yew::Callback;

/// Puts a text on the clipboard; whether the browser did.
pub fn copy(text: &str) -> bool {
    let Some(document) = document() else { return false };
    // While a modal dialog is open, nothing outside of it can be selected.
    let dialog = document.query_selector("dialog[open]").ok().flatten();
    let Some(holder) = dialog.or_else(|| document.body().map(Element::from)) else { return false };
    let Ok(field) = document.create_element("textarea") else { return false };
    let Ok(field) = field.dyn_into::<HtmlTextAreaElement>() else { return false };
    field.set_value(text);
    field.set_read_only(true);
    field.set_class_name("said");
    if holder.append_child(&field).is_err() {
        return false;
    }
    let focused = document.active_element();
    field.select();
    // The newer interface asks for permission, and is refused in frames and on plain HTTP; this one works in all of them.
    let copied = document.dyn_into::<HtmlDocument>().ok().and_then(|it| it.exec_command("copy").ok());
    field.remove();
    if let Some(focused) = focused.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = focused.focus();
    }
    copied.unwrap_or(false)
}

/// Gives a text to the browser as a file to keep.
pub fn download(name: &str, kind: &str, text: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let options = BlobPropertyBag::new();
    options.set_type(&format!("{kind};charset=utf-8"));
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        keep(name, &blob);
    }
}

fn keep(name: &str, blob: &Blob) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else { return };
    let link = document().and_then(|document| document.create_element("a").ok());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    // The download holds the bytes by now.
    let _ = Url::revoke_object_url(&address);
}

/// A picture as an address that holds all of it.
pub fn address_of(svg: &str) -> String {
    format!("data:image/svg+xml;charset=utf-8,{}", js_sys::encode_uri_component(svg))
}

/// Turns a picture into pixels and gives them to the browser as a file; `done` hears whether that worked.
pub fn download_png(name: String, svg: &str, done: Callback<bool>) {
    let Ok(image) = HtmlImageElement::new() else { return done.emit(false) };
    let drawn = image.clone();
    let failed = done.clone();
    let loaded = Closure::once_into_js(move || {
        if paint(&drawn, name, done.clone()).is_none() {
            done.emit(false);
        }
    });
    let refused = Closure::once_into_js(move || failed.emit(false));
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_onerror(Some(refused.unchecked_ref()));
    image.set_src(&address_of(svg));
}

/// Prints what stands in the dialog that is open.
pub fn print() {
    if let Some(window) = web_sys::window() {
        // Nothing is lost where there is no printer.
        let _ = window.print();
    }
}

fn paint(image: &HtmlImageElement, name: String, done: Callback<bool>) -> Option<()> {
    let canvas: HtmlCanvasElement = document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(image.natural_width());
    canvas.set_height(image.natural_height());
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_html_image_element(image, 0.0, 0.0).ok()?;
    let made = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = &blob {
            keep(&name, blob);
        }
        done.emit(blob.is_some());
    });
    canvas.to_blob(made.unchecked_ref()).ok()
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
