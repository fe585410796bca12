//! Evidence for a choice: which strategy, with which numbers, and what it costs.
//!
//! Everything here is one idea used many times. A [`Recipe`] says how the recording in question is varied: another
//! strategy, another release, another seed, other values. A recipe is a recording, so it can be opened and played; its
//! [`Scoreboard`] is read off its run. A race, a table, a map and a piece of advice are lists of recipes and what is said
//! of their scoreboards, in the order of the list: whoever does the work, and in how many parts at a time, the result is
//! the same.
//!
//! Knows the session and all below it; no page, no thread, no clock. In reading order:

// One run and its figures.
pub mod figure;
pub mod scoreboard;
pub mod release;
pub mod recipe;
// What chance leaves open.
pub mod estimate;
// What is asked of many runs.
pub mod entrant;
pub mod race;
pub mod course;
pub mod notice;
pub mod map;
pub mod swing;
pub mod advise;
// How it is told.
pub mod told;
pub mod errand;
pub mod picture;
pub mod report;

pub use advise::{Advice, Candidate, Found, Limits, Mix};
pub use course::Course;
pub use entrant::Entrant;
pub use estimate::{Interval, Sample};
pub use figure::Figure;
pub use map::{Axis, Map};
pub use notice::{Catcher, Notice};
pub use race::{Lane, LaneAsked, Race};
pub use recipe::{Base, Measured, Recipe, Shot, Workbench};
pub use release::Release;
pub use scoreboard::{Scoreboard, TaskSize, Terms};
pub use swing::Lever;
