//! What is drawn, as plain shapes and numbers: pure functions, tested without a browser.

pub mod curve;
pub mod field;
pub mod flow;
