//! Lessons: a recording told in captions. A lesson is data; whatever it says of a run is found in the run.
//!
//! A caption is bound to an event and not to a time, so it stays with what it is about when the recording changes, and
//! its numbers are filled in from the frame at that event. A lesson has one question: what it asks for is looked up in
//! the run, so that the engine and not the file knows the right answer. In reading order:

pub mod cue;
pub mod figure;
pub mod changes;
pub mod reading;
pub mod course;
pub mod screenplay;
pub mod library;

pub use course::{Card, Course, Proof, Question};
pub use cue::Cue;
pub use figure::{Figure, Measure};
pub use reading::{is_lesson, read};
pub use screenplay::{check, screenplay};

use crate::model::StrategyName;
use serde_json::Value;

/// A lesson, as its file tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Its title.
    pub title: String,
    /// What it shows, in a line.
    pub insight: String,
    /// The recording it plays, the lesson's own changes made.
    pub recording: Value,
    /// What is played, one after the other.
    pub takes: Vec<Take>,
    /// What is said when everything was played and the veil has lifted.
    pub closing: String,
    /// Whether captions stand no longer than a quick reader needs.
    pub quick: bool,
}

/// A recording once, by one strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    /// By which strategy.
    pub strategy: StrategyName,
    /// The recording with this take's changes; `None` where it makes none.
    pub recording: Option<Value>,
    /// What is said, in the order of the events; the take ends with the last.
    pub captions: Vec<Caption>,
    /// The name of the control that leads to the next take; the last take has none.
    pub next: String,
}

/// What is said at an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Caption {
    /// At which event.
    pub on: Cue,
    /// What, with the names of figures in braces; see [`figure`].
    pub say: String,
    /// The event from which `{span}` is counted.
    pub since: Option<Cue>,
    /// Whether the take opens here; what was said before is there for whoever goes back.
    pub opens: bool,
    /// What is asked then; playing stops for it once.
    pub ask: Option<Ask>,
}

/// A question that the run answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The question.
    pub question: String,
    /// The figure that answers it, looked up at the proof.
    pub answer: String,
    /// What can be answered.
    pub choices: Vec<Choice>,
    /// The event that proves who was right.
    pub proof: Cue,
}

/// One of the answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Its words.
    pub say: String,
    /// When it is right.
    pub right: Right,
}

/// Of which figures an answer is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Right {
    /// Of this one.
    Is(Measure),
    /// Of numbers from the first to the second, both included, in thousandths.
    Between(u64, u64),
}

impl Right {
    /// Whether it is right of a figure.
    pub fn is_right_of(&self, measure: &Measure) -> bool {
        match (self, measure) {
            (Right::Is(wanted), measure) => wanted == measure,
            (Right::Between(from, to), Measure::Number(number)) => from <= number && number <= to,
            (Right::Between(..), Measure::Word(_)) => false,
        }
    }
}

impl Lesson {
    /// The recording of a take.
    pub fn recording_of(&self, take: usize) -> &Value {
        self.takes.get(take).and_then(|take| take.recording.as_ref()).unwrap_or(&self.recording)
    }

    /// Whether it compares the strategies, so that all of them have to be simulated.
    pub fn compares(&self) -> bool {
        let captions = self.takes.iter().flat_map(|take| &take.captions);
        let mut says = captions.flat_map(|it| {
            figure::names(&it.say).chain(it.ask.iter().map(|ask| ask.answer.as_str())).collect::<Vec<_>>()
        });
        says.any(figure::compares) || figure::names(&self.closing).any(figure::compares)
    }

    /// About how long all takes play, in milliseconds: as long as their captions take to be read.
    pub fn length(&self) -> u64 {
        let captions = self.takes.iter().flat_map(|take| {
            let opens = take.captions.iter().position(|it| it.opens).unwrap_or(0);
            &take.captions[opens..]
        });
        captions.map(|caption| course::reading_time(&caption.say, self.quick)).sum()
    }
}
