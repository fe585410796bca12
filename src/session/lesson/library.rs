//! The lessons and the situations that come with the page.

use super::Lesson;
use serde::Deserialize;
use serde_json::Value;

/// The lessons' files, the first minute first.
pub const LESSONS: [&str; 1] = [include_str!("../../../static/lessons/first-minute.json")];

/// The file that lists the situations.
pub const SITUATIONS: &str = include_str!("../../../static/lessons/situations.json");

/// A recording to look at without a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Situation {
    /// The name of the preset.
    pub recording: String,
    /// Its title.
    pub title: String,
    /// What is to be seen, in a line.
    pub about: String,
}

macro_rules! presets {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../../static/scenarios/", $name, ".json")))),+]
    };
}

/// The presets that lessons and situations play, by name.
const PRESETS: [(&str, &str); 15] = presets![
    "opening",
    "rolling-success",
    "rolling-rollback",
    "rolling-breaker",
    "rolling-stuck",
    "blue-green-success",
    "blue-green-rollback",
    "canary-success",
    "canary-rollback",
    "linear-success",
    "linear-rollback",
    "approval",
    "pause",
    "retail",
    "update-service",
];

/// A preset as a document; `None` where there is none of that name.
pub fn preset(name: &str) -> Option<Value> {
    let (_, text) = PRESETS.into_iter().find(|(known, _)| *known == name)?;
    serde_json::from_str(text).ok()
}

/// The presets' names.
pub fn preset_names() -> impl Iterator<Item = &'static str> {
    PRESETS.into_iter().map(|(name, _)| name)
}

/// All lessons; a test sees to it that each file is one.
pub fn lessons() -> Vec<Lesson> {
    LESSONS.into_iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
}

/// All situations; a test sees to it that the file lists some.
pub fn situations() -> Vec<Situation> {
    serde_json::from_str(SITUATIONS).unwrap_or_default()
}
