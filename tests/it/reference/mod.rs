//! A second, slow and literal implementation of what ECS documents, to be compared with the engine.
//!
//! It is written from the rules as the documents give them and shares no code with the engine: tasks are counted one by
//! one, time goes second by second, a deployment is told as a list. Where the two differ, one of them has misread.

mod agrees;
mod rolling;
mod rounds;
mod shifts;
