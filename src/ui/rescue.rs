//! Never a dead page: a panic shows what happened, and the recording to copy and send.

use std::panic::PanicHookInfo;
use std::sync::Mutex;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

static RECORDING: Mutex<String> = Mutex::new(String::new());

/// Remembers the recording that is open, for the case that something breaks.
pub fn remember(recording: &str) {
    if let Ok(mut kept) = RECORDING.lock() {
        recording.clone_into(&mut kept);
    }
}

/// The recording that was remembered last; empty where there is none.
pub fn recording() -> String {
    RECORDING.try_lock().map(|kept| kept.clone()).unwrap_or_default()
}

/// What a panic calls instead of dying in silence.
pub fn show(info: &PanicHookInfo<'_>) {
    let message = info.to_string();
    web_sys::console::error_1(&message.clone().into());
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    // What is left of the page may break again; what came first is what happened.
    if document.query_selector(".rescue").ok().flatten().is_none() {
        // If even this cannot be shown, the console has the message.
        let _ = write(&document, &message);
    }
}

fn write(document: &Document, message: &str) -> Result<(), JsValue> {
    let Some(body) = document.body() else { return Ok(()) };
    let page = document.create_element("main")?;
    page.set_class_name("rescue");
    for (tag, text) in [
        ("h1", "Cutover stopped"),
        ("p", "Something in the page broke, which is our fault. This is what it said:"),
        ("pre", message),
        ("p", "And this is the recording you had open. Save or copy it, load the page again, and import it:"),
    ] {
        let element = document.create_element(tag)?;
        element.set_text_content(Some(text));
        page.append_child(&element)?;
    }
    let kept = recording();
    let text = document.create_element("textarea")?;
    text.set_attribute("readonly", "")?;
    text.set_attribute("rows", "16")?;
    text.set_attribute("aria-label", "Recording")?;
    text.set_text_content(Some(&kept));
    page.append_child(&text)?;
    let file = format!("data:application/json,{}", String::from(js_sys::encode_uri_component(&kept)));
    let save = link(document, "Save the recording", &file)?;
    save.set_attribute("download", "recording.json")?;
    let answers = document.create_element("p")?;
    answers.set_class_name("answers");
    answers.append_child(&save)?;
    let again = link(document, "Load the page again", "")?;
    answers.append_child(&again)?;
    page.append_child(&answers)?;
    body.set_text_content(None);
    body.append_child(&page)?;
    Ok(())
}

fn link(document: &Document, name: &str, address: &str) -> Result<Element, JsValue> {
    let link = document.create_element("a")?;
    link.set_class_name("button");
    link.set_attribute("href", address)?;
    link.set_text_content(Some(name));
    Ok(link)
}
