//! The opening written request by request in SimPy, timed beside the engine; both must agree on the failed requests.

use super::{Ready, recordings};
use serde_json::{Value, json};
use std::process::Command;

/// How often SimPy runs it, and how often the engine.
const RUNS: u64 = 5;
const OURS: u64 = 500;

/// Prints both, if `SIMPY_PYTHON` names a Python that has SimPy.
pub fn print() {
    println!("\nThe opening beside the same deployment request by request in SimPy");
    let Some(python) = std::env::var_os("SIMPY_PYTHON") else {
        println!("!! NOT COMPARED: there is no SimPy. `./dev bench` installs it where PyPI answers.");
        return;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/simpy_opening.py");
    let output = Command::new(python).arg(script).arg(RUNS.to_string()).output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).expect("the script tells JSON");
    let numbers = |key: &str| -> Vec<f64> {
        told[key].as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
    };

    let recordings: Vec<Ready> = (0..OURS).map(of_seed).collect();
    let start = super::now();
    let failed: Vec<f64> = recordings.iter().map(failed_in).collect();
    let seconds = (super::now() - start) / OURS as f64;
    let (ours, our_error) = mean(&failed);
    let (theirs, their_error) = mean(&numbers("failed"));
    let (their_seconds, _) = mean(&numbers("seconds"));
    let requests = mean(&numbers("sent")).0;
    println!("{:<24} {:>14} {:>22} {:>18}", "", "a run", "requests a second", "failed requests");
    println!(
        "{:<24} {:>11.3} ms {:>22.0} {ours:>11.1} ± {our_error:.1}",
        "Cutover",
        seconds * 1e3,
        requests / seconds
    );
    println!(
        "{:<24} {:>11.0} ms {:>22.0} {theirs:>11.1} ± {their_error:.1}",
        format!("SimPy {}", told["simpy"].as_str().unwrap_or_default()),
        their_seconds * 1e3,
        requests / their_seconds
    );
    let allowed = 4.0 * (our_error * our_error + their_error * their_error).sqrt();
    let apart = (ours - theirs).abs();
    println!(
        "{:.0} times as fast; {apart:.1} failed requests apart, {allowed:.1} (four standard errors) allowed",
        their_seconds / seconds
    );
    assert!(apart <= allowed, "the two do not agree");
}

/// The opening with another seed. Its smoke test passes, as it does with the opening's own.
fn of_seed(seed: u64) -> Ready {
    let mut document = recordings::opening();
    document["seed"] = json!(seed);
    document["hooks"]["smoke-test"]["source"] = json!("#{ hookStatus: \"SUCCEEDED\" }");
    Ready::of(&document)
}

/// The requests that fail in it.
fn failed_in(recording: &Ready) -> f64 {
    let run = recording.run();
    run.services[0].traffic.production(run.end).failed as f64
}

/// The mean and its standard error; of requests that fail one by one it is at least that of a Poisson number.
fn mean(numbers: &[f64]) -> (f64, f64) {
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let variance = numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance.max(mean) / n).sqrt())
}
