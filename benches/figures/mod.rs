//! What is measured, and how it is told.

#[cfg(not(target_arch = "wasm32"))]
pub mod canary;
mod clock;
#[cfg(not(target_arch = "wasm32"))]
pub mod evidence;
#[cfg(not(target_arch = "wasm32"))]
pub mod memory;
pub mod recordings;
#[cfg(not(target_arch = "wasm32"))]
pub mod simpy;

use clock::{now, say};
use cutover::engine::{Run, simulate};
use cutover::formats::{Reading, read_document};
use cutover::model::StrategyName;
use cutover::script::Scripts;
use serde_json::Value;

/// A recording that has been read, its scripts compiled.
pub struct Ready {
    reading: Reading,
    scripts: Scripts,
}

impl Ready {
    /// Reads a recording.
    pub fn of(document: &Value) -> Ready {
        let reading = read_document(document).unwrap_or_else(|problems| panic!("{problems:?}"));
        let scripts = Scripts::compile(&reading.scenario.hooks);
        Ready { reading, scripts }
    }

    /// Simulates it once.
    pub fn run(&self) -> Run {
        simulate(&self.reading.scenario, &mut self.scripts.runner())
    }
}

/// How long runs take, and on what that depends.
pub fn times(place: &str) {
    say(&format!("\nWhole runs, {place}"));
    say(&row("what", "median", "slowest 10 %", "events", "batches"));
    let median = measure("the opening scenario", &[Ready::of(&recordings::opening())]);
    say(&format!("{:<54} {:>9.0} /s", "the opening scenario, runs per second and core", 1.0 / median));
    let tabs: Vec<Ready> = StrategyName::ALL.map(|strategy| Ready::of(&recordings::by(strategy))).into();
    measure("the opening's release by all four strategies", &tabs);
    say("against tasks");
    for tasks in [100, 1_000, 5_000] {
        let day = recordings::linear(tasks, 40 * tasks, 24);
        measure(&format!("  {tasks} tasks, linear, 24 h, an alarm a minute"), &[Ready::of(&day)]);
    }
    say("against simulated hours");
    for hours in [3, 6, 12, 24] {
        let long = recordings::linear(100, 4_000, hours);
        measure(&format!("  100 tasks, linear, {hours} h"), &[Ready::of(&long)]);
    }
    say("against requests: flat");
    for rate in [40, 4_000, 400_000] {
        let busy = recordings::linear(100, rate, 24);
        measure(&format!("  100 tasks, linear, 24 h, {rate} requests/s"), &[Ready::of(&busy)]);
    }
}

/// Runs recordings, one after the other, for about a second; returns the median in seconds.
fn measure(what: &str, recordings: &[Ready]) -> f64 {
    let once = || -> f64 {
        let start = now();
        for recording in recordings {
            std::hint::black_box(recording.run());
        }
        now() - start
    };
    // The first may meet cold caches.
    once();
    let start = now();
    let mut seconds = Vec::new();
    while seconds.len() < 5 || now() - start < 1.0 && seconds.len() < 5_000 {
        seconds.push(once());
    }
    seconds.sort_by(f64::total_cmp);
    let (median, slow) = (seconds[seconds.len() / 2], seconds[seconds.len() * 9 / 10]);
    let runs: Vec<Run> = recordings.iter().map(Ready::run).collect();
    let events: usize = runs.iter().map(|run| run.events.len()).sum();
    let flows = runs.iter().flat_map(|run| &run.services).flat_map(|service| &service.traffic.flows);
    let batches: usize = flows.map(|flow| flow.marks.len()).sum();
    let millis = |seconds: f64| format!("{:.3} ms", seconds * 1000.0);
    say(&row(what, &millis(median), &millis(slow), &events.to_string(), &batches.to_string()));
    median
}

fn row(what: &str, median: &str, slow: &str, events: &str, batches: &str) -> String {
    format!("{what:<50} {median:>13} {slow:>13} {events:>8} {batches:>9}")
}
