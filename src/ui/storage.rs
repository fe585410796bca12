//! What the browser keeps between two visits. Where it refuses, the page works and forgets.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use web_sys::Storage;

/// The best grade of each drill that was worked to its end, by its letter.
pub type Grades = BTreeMap<String, String>;

/// The key under which the last recording is kept.
const RECORDING: &str = "cutover.recording";
/// The key under which the theme is kept.
const THEME: &str = "cutover.theme";
/// The key under which it is kept that the first minute was seen.
const FIRST_MINUTE: &str = "cutover.first-minute";
/// The key under which it is kept that single keys do nothing.
const SINGLE_KEYS: &str = "cutover.single-keys";
/// The key under which the lessons are kept that were played to their end.
const LESSONS: &str = "cutover.lessons";
/// The key under which the best grade of each drill is kept.
const DRILLS: &str = "cutover.drills";
/// The envelope's version: another one is left alone.
const VERSION: u64 = 1;

/// Keeps a recording.
pub fn keep_recording(recording: &Value) {
    keep(RECORDING, &json!({ "v": VERSION, "data": recording }).to_string());
}

/// The recording that was kept last, if it can be read.
pub fn kept_recording() -> Option<Value> {
    let mut kept: Value = serde_json::from_str(&storage()?.get_item(RECORDING).ok().flatten()?).ok()?;
    if kept.get("v").and_then(Value::as_u64) == Some(VERSION) { Some(kept["data"].take()) } else { None }
}

/// Keeps that the first minute was seen or skipped.
pub fn keep_first_minute() {
    keep(FIRST_MINUTE, "seen");
}

/// Whether it was.
pub fn has_seen_first_minute() -> bool {
    storage().is_some_and(|storage| storage.get_item(FIRST_MINUTE).ok().flatten().is_some())
}

/// Keeps the names of the lessons that were played to their end.
pub fn keep_lessons(names: &BTreeSet<String>) {
    keep(LESSONS, &json!(names).to_string());
}

/// The names that were kept.
pub fn kept_lessons() -> BTreeSet<String> {
    let kept = storage().and_then(|storage| storage.get_item(LESSONS).ok().flatten());
    kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Keeps the best grades of drills, by their names.
pub fn keep_grades(grades: &Grades) {
    keep(DRILLS, &json!(grades).to_string());
}

/// The grades that were kept.
pub fn kept_grades() -> Grades {
    let kept = storage().and_then(|storage| storage.get_item(DRILLS).ok().flatten());
    kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Keeps the name of a theme.
pub fn keep_theme(name: &str) {
    keep(THEME, name);
}

/// The name of the theme that was kept.
pub fn kept_theme() -> Option<String> {
    storage()?.get_item(THEME).ok().flatten()
}

/// Keeps whether single keys act.
pub fn keep_single_keys(act: bool) {
    keep(SINGLE_KEYS, if act { "on" } else { "off" });
}

/// Whether single keys act, as was kept; they do where nothing was.
pub fn kept_single_keys() -> bool {
    let kept = storage().and_then(|storage| storage.get_item(SINGLE_KEYS).ok().flatten());
    kept.as_deref() != Some("off")
}

fn keep(key: &str, text: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage loses the autosave, not the page.
        let _ = storage.set_item(key, text);
    }
}

/// The storage; in a sandboxed frame the mere question is refused.
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
