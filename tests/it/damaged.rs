//! Damaged files: whatever is done to one, it is read or refused with problems; nothing panics and nothing hangs.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::imports::{ORDERS, RETAIL_UI};
use crate::presets;
use cutover::engine::simulate;
use cutover::formats::{Problem, import, read, read_document, summary, trace};
use cutover::script::Scripts;
use serde_json::{Map, Value, json};

/// A small generator of its own, so that the same files are damaged everywhere and for ever (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

#[test]
fn five_hundred_damaged_files_are_each_read_or_refused() {
    let mut chance = Chance(7);
    let (mut refused, mut accepted) = (0, 0);
    for number in 0..500 {
        let originals: Vec<&str> =
            presets::ALL.iter().map(|(_, text)| *text).chain([RETAIL_UI, ORDERS]).collect();
        let original = originals[chance.below(originals.len())];
        let damaged = damage(original, &mut chance);
        for outcome in
            [read(&damaged), import(&damaged).and_then(|imported| read_document(&imported.document))]
        {
            match outcome {
                Ok(reading) => {
                    accepted += 1;
                    let scripts = Scripts::compile(&reading.scenario.hooks);
                    let run = simulate(&reading.scenario, &mut scripts.runner());
                    let counted = summary(&reading.scenario, &run, &reading.assumptions);
                    assert!(counted["durationSeconds"].is_number(), "file {number}");
                    assert!(
                        trace(&reading.scenario, &run).lines().count() >= run.events.len(),
                        "file {number}"
                    );
                }
                Err(problems) => {
                    refused += 1;
                    assert!(!problems.is_empty(), "file {number} is refused without a reason:\n{damaged}");
                    problems.iter().for_each(|problem| one_line(problem, number));
                }
            }
        }
    }
    assert!(refused > 500, "only {refused} are refused");
    assert!(accepted > 50, "only {accepted} are accepted");
}

fn one_line(problem: &Problem, number: usize) {
    let line = problem.to_string();
    assert!(!line.is_empty(), "file {number}");
    assert!(!line.contains('\n'), "file {number}: {line:?}");
    assert!(line.len() < 2_000, "file {number}: {line:?}");
}

/// The text with one to three damages.
fn damage(original: &str, chance: &mut Chance) -> String {
    let mut text = original.to_owned();
    for _ in 0..=chance.below(3) {
        text = match (chance.below(10), serde_json::from_str::<Value>(&text)) {
            (0, _) => cut(&text, chance),
            (1, _) => without_a_character(&text, chance),
            (2, _) => with_a_character(&text, chance),
            (_, Ok(mut value)) => {
                let place = chance.below(size(&value));
                spoil(&mut value, &mut { place }, chance);
                value.to_string()
            }
            (_, Err(_)) => with_a_character(&text, chance),
        };
    }
    text
}

fn boundary(text: &str, chance: &mut Chance) -> usize {
    let mut place = chance.below(text.len() + 1);
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

fn cut(text: &str, chance: &mut Chance) -> String {
    text[..boundary(text, chance)].to_owned()
}

fn without_a_character(text: &str, chance: &mut Chance) -> String {
    let place = boundary(text, chance);
    text.chars().enumerate().filter(|(index, _)| *index != place).map(|(_, c)| c).collect()
}

fn with_a_character(text: &str, chance: &mut Chance) -> String {
    const STRANGE: [&str; 10] = ["\"", "{", "]", ",", ":", "\\", "\u{0}", "\u{202e}", "\u{1f4a5}", "1e999"];
    let place = boundary(text, chance);
    format!("{}{}{}", &text[..place], STRANGE[chance.below(STRANGE.len())], &text[place..])
}

/// How many values there are in a value, itself included.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(size).sum::<usize>(),
        Value::Object(map) => map.values().map(size).sum::<usize>(),
        _ => 0,
    }
}

/// Spoils the value that is `place` values into this one.
fn spoil(value: &mut Value, place: &mut usize, chance: &mut Chance) {
    if *place == 0 {
        *value = spoilt(value, chance);
        *place = usize::MAX;
        return;
    }
    *place -= 1;
    let children: Vec<&mut Value> = match value {
        Value::Array(list) => list.iter_mut().collect(),
        Value::Object(map) => map.values_mut().collect(),
        _ => Vec::new(),
    };
    for child in children {
        if *place == usize::MAX {
            return;
        }
        spoil(child, place, chance);
    }
}

fn spoilt(value: &Value, chance: &mut Chance) -> Value {
    match (chance.below(12), value) {
        (0, _) => Value::Null,
        (1, _) => json!("\u{202e}\u{0}\n☃ not what was wanted"),
        (2, _) => json!(-1),
        (3, _) => json!(u64::MAX),
        (4, _) => json!(1.797_693_134_862_315_7e308),
        (5, _) => json!([value]),
        (6, _) => json!({"": value, "services": value}),
        (7, _) => (0..200).fold(value.clone(), |inner, _| json!([inner])),
        (8, _) => Value::Array(vec![value.clone(); 2_000 / size(value).max(1)]),
        (9..12, Value::Object(map)) => Value::Object(renamed(map, chance)),
        (9, Value::Number(number)) => json!(number.to_string()),
        (10, Value::String(text)) => json!(format!("{text}{text}")),
        (11, Value::Bool(flag)) => json!(u8::from(*flag)),
        _ => json!({}),
    }
}

/// The map with one key renamed or left out.
fn renamed(map: &Map<String, Value>, chance: &mut Chance) -> Map<String, Value> {
    let chosen = chance.below(map.len());
    let mut result = Map::new();
    for (index, (key, value)) in map.iter().enumerate() {
        match (index == chosen, chance.below(3)) {
            (true, 0) => {}
            (true, 1) => drop(result.insert(key.to_uppercase(), value.clone())),
            (true, _) => drop(result.insert(key.chars().rev().collect(), value.clone())),
            (false, _) => drop(result.insert(key.clone(), value.clone())),
        }
    }
    result
}
