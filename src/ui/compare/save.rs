//! Texts that leave the page: as a file to keep, and to the printer.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

/// Offers a text as a file. A browser that refuses has its reasons, and says so itself.
pub fn save(name: &str, kind: &str, text: &str) {
    let _ = try_to_save(name, kind, text);
}

fn try_to_save(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&text.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let link: HtmlElement = document.create_element("a")?.unchecked_into();
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.click();
    // The download has begun; its address is of no more use.
    Url::revoke_object_url(&address)
}

/// Prints what stands in the dialog.
pub fn print() {
    if let Some(window) = web_sys::window() {
        // Nothing is lost where there is no printer.
        let _ = window.print();
    }
}
