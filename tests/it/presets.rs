//! The scenarios that come with the page: demonstrations, documentation and tests at once.

/// A preset's file name and its text.
macro_rules! presets {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../static/scenarios/", $name, ".json")))),+]
    };
}

/// Every file in `static/scenarios`.
pub const ALL: [(&str, &str); 15] = presets![
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

/// The text of one of them.
pub fn text(name: &str) -> &'static str {
    ALL.into_iter().find(|(known, _)| *known == name).expect("there is such a preset").1
}
