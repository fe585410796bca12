//! Files in and out: recordings, ECS's own JSON, the calls and templates that make it, the summary and the trace.
//!
//! Knows the model, the engine and the ready-made scripts, never a page. There is one way to read a file:
//! [`recording`]. What is imported is first written as a recording and then read like any other. In reading order:

pub mod export;
pub mod import;
pub mod problem;
pub(crate) mod reader;
pub mod recording;
pub mod summary;
pub mod trace;
pub mod describe;
pub mod call;
pub mod picture;
pub mod link;

pub use call::call;
pub use describe::describe;
pub use export::Exported;
pub use import::{Imported, import};
pub use problem::{Assumption, Problem};
pub use recording::{Reading, read, read_document};
pub use summary::summary;
pub use trace::trace;
