//! The trace of a run: its events, one line each, in fixed columns.
//!
//! | column | width | |
//! | --- | --- | --- |
//! | time | 13 | seconds from the start of the recording, with milliseconds |
//! | service | the longest name | `-` for what happens in no service |
//! | what | 64 | the fact, in the past tense |
//! | why | the rest | the rule with its numbers |
//!
//! A text longer than its column pushes the next one on; nothing is cut. The same run gives the same trace, byte for
//! byte, natively and in WebAssembly.

use crate::engine::{Event, Run};
use crate::model::Scenario;
use crate::session::narrate::{fact_text, why_text};
use std::fmt::Write;

/// The trace of a run of that scenario.
pub fn trace(scenario: &Scenario, run: &Run) -> String {
    let longest = scenario.services.iter().map(|service| service.name.chars().count()).max().unwrap_or(1);
    let mut text = String::new();
    for event in &run.events {
        line(&mut text, event, scenario, run, longest);
    }
    text
}

fn line(text: &mut String, event: &Event, scenario: &Scenario, run: &Run, longest: usize) {
    let (secs, millis) = (event.at.0 / 1000, event.at.0 % 1000);
    let service = event.service.map_or("-", |service| &scenario.services[service].name);
    let fact = one_line(&fact_text(event, scenario, run));
    let why = one_line(&why_text(event, scenario, run));
    let start = text.len();
    // Writing to a String cannot fail.
    let _ = write!(text, "{secs:>9}.{millis:03}  {service:<longest$}  {fact:<64}  {why}");
    text.truncate(start + text[start..].trim_end().len());
    text.push('\n');
}

/// What a script printed may hold anything; a line of the trace is one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
