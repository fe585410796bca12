//! The scenarios that come with the page: demonstrations, documentation and tests at once.

/// Every file in `static/scenarios`: a preset's name and its text.
pub use cutover::session::lesson::library::PRESETS as ALL;

/// The text of one of them.
pub fn text(name: &str) -> &'static str {
    ALL.into_iter().find(|(known, _)| *known == name).expect("there is such a preset").1
}
