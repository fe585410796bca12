//! The engine's figures, measured natively on one core: `cargo bench --no-default-features`.
//!
//! Each line is the median of many runs, with the slowest tenth beside it. Scripts are compiled once for each recording.
#![expect(clippy::disallowed_types, reason = "a benchmark looks at the clock; the engine has none")]

use cutover::engine::{Run, simulate};
use cutover::formats::read_document;
use cutover::model::Scenario;
use cutover::script::Scripts;
use serde_json::{Value, json};
use std::time::Instant;

fn main() {
    let opening = include_str!("../static/scenarios/opening.json");
    let opening: Value = serde_json::from_str(opening).expect("the opening is JSON");
    println!("{:<46} {:>12} {:>12} {:>8} {:>8}", "what", "median", "slowest 10 %", "events", "batches");
    let median = measure("the opening scenario", &opening, 2_000);
    println!("{:<46} {:>10.0}/s", "the opening scenario, runs per second and core", 1.0 / median);
    for tasks in [100, 1_000, 5_000] {
        let what = format!("{tasks} tasks, linear, 24 h of alarms and bakes");
        measure(&what, &linear_day(tasks, 40 * tasks), 20);
    }
    for rate in [40, 4_000, 400_000] {
        measure(&format!("100 tasks, linear, 24 h, {rate} requests/s"), &linear_day(100, rate), 20);
    }
}

/// Simulates a recording many times; returns the median in seconds.
fn measure(what: &str, document: &Value, times: usize) -> f64 {
    let reading = read_document(document).expect("the recording is good");
    let scripts = Scripts::compile(&reading.scenario.hooks);
    let once = |scenario: &Scenario| -> (f64, Run) {
        let start = Instant::now();
        let run = simulate(scenario, &mut scripts.runner());
        (start.elapsed().as_secs_f64(), run)
    };
    let (_, run) = once(&reading.scenario);
    let mut seconds: Vec<f64> = (0..times).map(|_| once(&reading.scenario).0).collect();
    seconds.sort_by(f64::total_cmp);
    let (median, slow) = (seconds[times / 2], seconds[times * 9 / 10]);
    let batches: usize =
        run.services.iter().flat_map(|service| &service.traffic.flows).map(|flow| flow.marks.len()).sum();
    println!(
        "{what:<46} {:>9.3} ms {:>9.3} ms {:>8} {batches:>8}",
        median * 1000.0,
        slow * 1000.0,
        run.events.len()
    );
    median
}

/// A linear deployment that takes a day: ten steps of 140 minutes, a bake, and an alarm judged every minute.
fn linear_day(tasks: u64, requests_per_second: u64) -> Value {
    // Whatever the rate, the tasks can serve it.
    let capacity = 2 * requests_per_second / tasks + 200;
    json!({
        "cutover": 1, "name": "a day", "seed": 7,
        "services": [{
            "service": {"serviceName": "ui", "desiredCount": tasks, "deploymentConfiguration": {
                "strategy": "LINEAR", "bakeTimeInMinutes": 120,
                "linearConfiguration": {"stepPercent": 10.0, "stepBakeTimeInMinutes": 140},
                "alarms": {"alarmNames": ["errors"], "enable": true, "rollback": true}
            }},
            "revisions": [
                {"name": "41", "behavior": {"requestsPerSecondPerTask": capacity}},
                {"name": "42", "behavior": {"requestsPerSecondPerTask": capacity, "errorPercent": 0.5}}
            ]
        }],
        "traffic": {"requestsPerSecond": requests_per_second},
        "alarms": [{"alarmName": "errors", "metric": "errorPercent", "threshold": 5}],
        "interventions": [{"atSeconds": 0, "deploy": {"service": "ui", "revision": "42"}}]
    })
}
