//! Files in: recordings, ECS's own JSON, share links.
//!
//! Knows the model, the engine and the ready-made scripts; no session and no page. What goes out is above the session, in
//! [`crate::exports`]. There is one way to read a file:
//! [`recording`]. What is imported is first written as a recording and then read like any other. In reading order:

pub mod import;
pub mod problem;
pub(crate) mod reader;
pub mod recording;
pub mod link;

pub use import::{Imported, import};
pub use problem::{Assumption, Problem};
pub use recording::{Reading, read, read_document};
