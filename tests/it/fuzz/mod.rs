//! Fuzz targets: recordings, ECS's own JSON, and scripts, each damaged at random. Whatever is done to a file, it is read
//! or refused with problems; nothing panics, nothing hangs, and nothing is accepted that must be refused.
//!
//! An input is a function of its seed. `./dev test` goes through a bounded number; `./dev fuzz TARGET SECONDS` goes on
//! from there, and prints the seed of what fails.

mod damage;
#[cfg(not(target_arch = "wasm32"))]
mod longer;
mod must;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::imports::{ORDERS, RETAIL_UI};
use crate::presets;
use crate::scripts::{FakeHost, event};
use cutover::engine::{HookRunner, simulate};
use cutover::exports::{self, summary, trace};
use cutover::formats::recording::{MOST_NESTING, parse, script_warnings};
use cutover::formats::{Problem, Reading, import, read, read_document};
use cutover::model::Span;
use cutover::script::{MAX_OPERATIONS, MAX_PRINTED_LINES, READY_MADE, Scripts};
use damage::{Chance, damaged};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What an input came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// It was accepted, and ran.
    Accepted,
    /// It was refused, with reasons.
    Refused,
}

/// A target: what is done with the input of a seed.
type Target = fn(u64) -> Came;

/// By name.
#[cfg(not(target_arch = "wasm32"))]
const TARGETS: [(&str, Target); 3] = [("recordings", recordings), ("import", imports), ("scripts", scripts)];

#[test]
fn damaged_recordings_are_each_read_or_refused() {
    bounded(recordings, 300, 15);
}

#[test]
fn damaged_ecs_files_are_each_imported_or_refused() {
    bounded(imports, 300, 15);
}

#[test]
fn damaged_scripts_each_answer_or_fail() {
    bounded(scripts, 300, 15);
}

/// Goes through so many inputs, of which at least `least` must come to either end: else too little is tried.
fn bounded(target: Target, inputs: u64, least: usize) {
    let ends: Vec<Came> = (0..inputs).map(|seed| told(target, seed)).collect();
    for end in [Came::Accepted, Came::Refused] {
        let count = ends.iter().filter(|came| **came == end).count();
        assert!(count >= least, "only {count} of {inputs} are {end:?}");
    }
}

/// Runs a target; its seed is told if it fails.
fn told(target: Target, seed: u64) -> Came {
    struct Told(u64);
    impl Drop for Told {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("the input of seed {} fails; SEED={} tries it alone", self.0, self.0);
            }
        }
    }
    let _told = Told(seed);
    target(seed)
}

/// A recording, damaged.
fn recordings(seed: u64) -> Came {
    let originals: Vec<&str> = presets::ALL.iter().map(|(_, text)| *text).collect();
    let text = damaged(&originals, &mut Chance::of(seed));
    judged(read(&text), &text)
}

/// What ECS prints or takes, damaged.
fn imports(seed: u64) -> Came {
    let text = damaged(&[RETAIL_UI, ORDERS], &mut Chance::of(seed));
    let imported = import(&text);
    if let Ok(imported) = &imported {
        let given = parse(&text).expect("it was imported");
        let pasted = match (given.get("service"), given.get("services").and_then(Value::as_array)) {
            (Some(service @ Value::Object(_)), _) => service.clone(),
            (_, Some(list)) if list.len() == 1 => list[0].clone(),
            (_, Some(list)) => json!({"services": list}),
            _ => given,
        };
        assert_eq!(exports::ecs(&imported.document), pasted, "the service comes back as it was pasted");
        imported.warnings.iter().for_each(one_line);
    }
    judged(imported.and_then(|imported| read_document(&imported.document)), &text)
}

/// An accepted recording runs and can be told; a refusal has reasons.
fn judged(outcome: Result<Reading, Vec<Problem>>, text: &str) -> Came {
    match outcome {
        Ok(reading) => {
            assert_eq!(must::violation(&reading.document), None, "was accepted");
            let scripts = Scripts::compile(&reading.scenario.hooks);
            reading.warnings.iter().chain(&script_warnings(&reading.scenario, &scripts)).for_each(one_line);
            let run = simulate(&reading.scenario, &mut scripts.runner());
            let counted = summary(&reading.scenario, &run, &reading.assumptions);
            assert!(counted["durationSeconds"].is_number());
            assert!(trace(&reading.scenario, &run).lines().count() >= run.events.len());
            Came::Accepted
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason:\n{text:.2000}");
            problems.iter().for_each(one_line);
            // A place in the file, unless the file as a whole is at fault.
            let placed = problems.iter().all(|problem| !problem.path.is_empty());
            assert!(placed || problems.len() == 1, "a problem without a place among {}", problems.len());
            Came::Refused
        }
    }
}

fn one_line(problem: &Problem) {
    let line = problem.to_string();
    assert!(!line.is_empty() && !line.contains('\n') && line.len() < 2_000, "{line:?}");
}

/// A hook's script, damaged.
fn scripts(seed: u64) -> Came {
    let mut chance = Chance::of(seed);
    let originals: Vec<&str> = READY_MADE.iter().map(|(_, _, source)| *source).collect();
    let mut source = chance.pick(&originals).to_owned();
    for _ in 0..=chance.below(5) {
        source = match chance.below(6) {
            0 => damage::without_a_character(&source, &mut chance),
            1 => damage::with_a_character(&source, &mut chance),
            2 => damage::with_a_piece_twice(&source, &mut chance),
            3 if chance.below(4) == 0 => damage::cut(&source, &mut chance),
            3 => source.replacen(" = ", " += ", 1 + chance.below(3)),
            _ => with_a_hostile_word(&source, &mut chance),
        };
    }
    let scripts = Scripts::compile(&BTreeMap::from([("hook".to_owned(), source.clone())]));
    let compiles = scripts.problems().is_empty();
    for problem in scripts.problems() {
        let lines = source.lines().count() + 1;
        assert!(problem.line <= lines, "line {} of {lines}", problem.line);
        assert!(!problem.message.is_empty() && !problem.message.contains('\n'), "{:?}", problem.message);
    }
    let mut runner = scripts.runner();
    let mut details = Value::Null;
    let mut came = Came::Refused;
    for seconds in [0, 30] {
        let mut host = FakeHost { seconds, ..FakeHost::default() };
        let invocation = runner.invoke("hook", &event(details.clone()), &mut host);
        assert!(invocation.duration <= Span(MAX_OPERATIONS));
        assert!(invocation.printed.len() <= MAX_PRINTED_LINES);
        match invocation.answer {
            Ok(answer) => {
                assert!(compiles, "what does not compile cannot answer");
                details = answer.details;
                came = Came::Accepted;
            }
            Err(reason) => {
                assert!(reason.starts_with("the response could not be parsed: "), "{reason}");
                break;
            }
        }
    }
    came
}

/// The source with a word in the place of another that scripts have to be kept from doing harm with.
fn with_a_hostile_word(source: &str, chance: &mut Chance) -> String {
    const WORDS: [&str; 16] = [
        "loop { }",
        "9223372036854775807",
        "-1",
        "()",
        "[[]]",
        "event",
        "throw",
        "return",
        "fn f(x) { f(x) }",
        "while true { event += event; }",
        "0.0 / 0.0",
        "`${event}`",
        "x",
        "|x| x",
        "probe()",
        "metric(\"\", 0)",
    ];
    let words: Vec<(usize, &str)> = source.match_indices(|c: char| c.is_alphanumeric()).collect();
    let Some((at, _)) = words.get(chance.below(words.len())) else { return source.to_owned() };
    let end = source[*at..].find(|c: char| !c.is_alphanumeric() && c != '_').map_or(source.len(), |n| at + n);
    format!("{}{}{}", &source[..*at], chance.pick(&WORDS), &source[end..])
}

#[test]
fn nesting_has_a_bound_whatever_it_is_made_of() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"services\":", "}]")] {
        for depth in [MOST_NESTING + 1, 100_000] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            for outcome in [read(&text).map(drop), import(&text).map(drop)] {
                let problems = outcome.expect_err("too deep");
                assert!(problems.iter().all(|problem| !problem.message.is_empty()));
            }
        }
    }
}
