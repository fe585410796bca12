//! What is drawn, as plain shapes and numbers: pure functions, tested without a browser.

pub mod curve;
pub mod flow;

pub use crate::session::frame::field;
