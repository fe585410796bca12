//! Cutover: an Amazon ECS deployment, simulated to ECS's documented rules and played like a film.
//!
//! # The one idea
//!
//! A run is a pure function of a recording:
//!
//! ```text
//! Recording (services + seed + scripts + timed interventions)  --simulate-->  Run (events, states, requests)
//! Run + playhead (a time)                                      --frame----->  what the page shows at that instant
//! ```
//!
//! The engine always simulates to the end, which takes milliseconds. There is no game loop: scrubbing, stepping back,
//! links, golden tests, four strategies side by side and a fork after an intervention are all the same mechanism. The same
//! recording gives the same run, byte for byte, natively and in WebAssembly.
//!
//! # The layers
//!
//! `model <- engine <- session <- ui`, and nothing imports `ui`. `script` and `formats` stand below the session, which hooks
//! and files reach; `evidence` and `exports` between it and the page, which write down what it shows. No two layers know
//! each other. The `ui` feature is the wall: `cargo test --no-default-features` proves that everything else needs no
//! browser, and `tests/it/tidy.rs` that no layer knows one it must not.
//!
//! Below `ui` time and weights are whole numbers, there is no clock, no randomness of the operating system, no unordered
//! map, and no float in a decision; transcendental functions come from `libm`. Planners return what is to be done and only
//! the engine changes the world; all waiting goes through one queue ordered by (time, sequence); after a recording is
//! read without a problem a step cannot fail.
//!
//! Five verbs stay apart: a *message* from the page to the session, an *intervention* by a person in the simulated AWS, an
//! *action* that a planner decides, a *command* that waits in the queue, and an *event*: a fact in the past tense that
//! carries why it happened, the rule and its numbers.
//!
//! # The modules, in reading order

/// What ECS calls things: services, revisions, strategies, hooks, tasks, interventions. Knows nobody.
pub mod model;
/// The simulation: [`engine::simulate`] is its one door. Knows the model; calls hooks through a port.
pub mod engine;
/// The hook language behind that port: Rhai, fenced in. Knows the port, and neither page nor files.
pub mod script;
/// Files in: recordings, ECS's own JSON, share links. Refuses with every problem at its path. Knows no session.
pub mod formats;
/// What the page is, without a browser: recording, runs, playhead, undo, frames, sentences.
pub mod session;
/// Evidence for a choice: races, tables, maps and advice, all of them lists of runs. Knows the session.
pub mod evidence;
/// What goes out: ECS JSON and AWS CLI calls, templates, summaries, traces, tables, pictures, figures to embed. Knows the
/// session.
pub mod exports;
/// The page: turns a session into DOM, SVG and a canvas, and what people do into messages.
#[cfg(feature = "ui")]
pub mod ui;
