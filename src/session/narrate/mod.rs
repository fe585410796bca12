//! The engine's facts and waits in plain English: for the trace, the event log, the live region and Why.
//!
//! The one home of these words, so that what is said in one place is said the same in all. In reading order:

pub mod sentence;
pub mod words;
pub mod fact;
pub mod reading;
pub mod reason;
pub mod present;
pub mod glossary;
mod wait;
mod rolling;
mod watch;

pub use fact::{detector_text, fact_text};
pub use present::why_now;
pub use reading::reading_of;
pub use reason::{source_title, why_text};
pub use sentence::{Segment, SegmentKind, Sentence};
