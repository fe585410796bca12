//! Lessons: a recording told in captions. A lesson is data; whatever it says of a run is found in the run.
//!
//! A caption is bound to an event and not to a time, so it stays with what it is about when the recording changes, and
//! its numbers are filled in from the frame at that event. In reading order:

pub mod course;
pub mod cue;
pub mod library;
pub mod wording;

pub use course::{Card, Course, Question};
pub use cue::Cue;
pub use library::{LESSONS, SITUATIONS};

use crate::model::StrategyName;
use serde::{Deserialize, Deserializer, de};

/// A lesson, as its file tells it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Its title.
    pub title: String,
    /// What it is about, in a line.
    pub about: String,
    /// The preset it plays.
    pub recording: String,
    /// What is played, one after the other.
    pub takes: Vec<Take>,
    /// What is said when everything was played and the veil has lifted.
    pub closing: String,
}

/// The recording once, by one strategy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Take {
    /// By which strategy.
    #[serde(deserialize_with = "strategy")]
    pub strategy: StrategyName,
    /// What is said, in the order of the events; the take ends with the last.
    pub captions: Vec<Caption>,
    /// The name of the control that leads to the next take; the last take has none.
    #[serde(default)]
    pub next: String,
}

/// What is said at an event.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caption {
    /// At which event.
    pub on: Cue,
    /// What, with the names of figures in braces; see [`wording`].
    pub say: String,
    /// What is asked then; playing stops for it once.
    #[serde(default)]
    pub ask: Option<Ask>,
}

/// A question that the run answers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The question.
    pub question: String,
    /// What can be answered.
    pub choices: Vec<Choice>,
    /// The event that proves who was right.
    pub proof: Cue,
}

/// One of the answers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its words.
    pub say: String,
    /// The `detectedBy` of a run in which it is right; `nobody` where nothing is detected.
    pub detector: String,
}

fn strategy<'de, D: Deserializer<'de>>(source: D) -> Result<StrategyName, D::Error> {
    let name = String::deserialize(source)?;
    StrategyName::from_api_name(&name)
        .ok_or_else(|| de::Error::custom(format!("no strategy is called {name}")))
}
