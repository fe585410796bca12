//! The commands that look at one run: run and check.

use crate::asked::Shows;
use crate::console::{Answer, compiled, pretty};
use cutover::engine::preflight::preflight;
use cutover::engine::simulate;
use cutover::exports::{describe, summary, trace};
use cutover::formats::Reading;

/// A deployment that cannot finish.
const CANNOT_FINISH: u8 = 1;

/// Simulates, and shows what is asked of the run.
pub fn run(reading: &Reading, shows: &Shows) -> Answer {
    let scenario = &reading.scenario;
    let scripts = compiled(reading);
    let run = simulate(scenario, &mut scripts.runner());
    Answer::of(match *shows {
        Shows::Summary => pretty(&summary(scenario, &run, &reading.assumptions)),
        Shows::Trace => trace(scenario, &run),
        Shows::Description { at } => pretty(&describe(scenario, &run, at)),
    })
}

/// The pre-flight verdict.
pub fn check(reading: &Reading) -> Answer {
    compiled(reading);
    let verdict = preflight(&reading.scenario, reading.scenario.service_deployed());
    let mut text = format!("{verdict}\n");
    for warning in &verdict.warnings {
        text.push_str(&format!("warning: {warning}\n"));
    }
    Answer { text, code: if verdict.can_finish() { 0 } else { CANNOT_FINISH } }
}
