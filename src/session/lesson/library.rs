//! The lessons, drills, situations and scenarios that come with the page.
//!
//! Scenarios and the first minute are part of the page: everything plays them. The course and the drills are files
//! beside it, fetched when somebody asks for them; this lists their names.

use super::{Lesson, read};
use crate::formats::Problem;
use serde::Deserialize;
use serde_json::Value;

/// The first minute, which a first visit begins with.
pub const FIRST_MINUTE: &str = include_str!("../../../static/lessons/first-minute.json");

/// The names of the course's files in `static/lessons`, in the order of the course.
pub const COURSE: [&str; 12] = [
    "what-deploys",
    "two-percentages",
    "rolling-back",
    "blue-green",
    "bake-time",
    "approval",
    "canary",
    "linear",
    "circuit-breaker",
    "alarms",
    "switching",
    "choosing",
];

/// The names of the drills' files in `static/drills`, in the order of the page.
pub const DRILLS: [&str; 7] =
    ["first-tenth", "four-steps", "three-zones", "shop-carts", "approval", "one-by-one", "users-or-testers"];

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

/// The presets, every file in `static/scenarios`: by name, with its text.
pub const PRESETS: [(&str, &str); 15] = presets![
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

/// The names of all presets.
pub fn preset_names() -> impl Iterator<Item = &'static str> {
    PRESETS.into_iter().map(|(name, _)| name)
}

/// A preset as a document; `None` where there is none of that name.
pub fn preset(name: &str) -> Option<Value> {
    let (_, text) = PRESETS.into_iter().find(|(known, _)| *known == name)?;
    serde_json::from_str(text).ok()
}

/// The first minute.
///
/// # Errors
/// What is wrong with its file; a test sees to it that nothing is.
pub fn first_minute() -> Result<Lesson, Vec<Problem>> {
    read(FIRST_MINUTE)
}

/// All situations; a test sees to it that the file lists some.
pub fn situations() -> Vec<Situation> {
    serde_json::from_str(SITUATIONS).unwrap_or_default()
}
