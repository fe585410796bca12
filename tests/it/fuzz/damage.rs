//! Ways to damage a file: as text, and as the structure it has.

use cutover::engine::poisson::mix;
use serde_json::{Map, Value, json};

/// A stream of choices, the same everywhere and for ever for a seed.
pub struct Chance(u64);

impl Chance {
    /// The stream of a seed.
    pub fn of(seed: u64) -> Chance {
        Chance(mix(seed))
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = mix(self.0);
        ((self.0 >> 16) % bound.max(1) as u64) as usize
    }

    /// One of several.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// One of the originals with one to four damages. Most are done to the structure, so that the reader comes far.
pub fn damaged(originals: &[&str], chance: &mut Chance) -> String {
    let mut text = chance.pick(originals).to_owned();
    for _ in 0..=chance.below(4) {
        text = match (chance.below(12), serde_json::from_str::<Value>(&text)) {
            (0, _) => cut(&text, chance),
            (1, _) => without_a_character(&text, chance),
            (2, _) => with_a_character(&text, chance),
            (3, _) => with_a_piece_twice(&text, chance),
            (_, Ok(mut value)) => {
                let donor = serde_json::from_str(chance.pick(originals)).unwrap_or(Value::Null);
                let place = chance.below(size(&value));
                spoil(&mut value, &mut { place }, &donor, chance);
                value.to_string()
            }
            (_, Err(_)) => with_a_character(&text, chance),
        };
    }
    text
}

/// The text up to a place that is chosen.
pub fn cut(text: &str, chance: &mut Chance) -> String {
    text[..boundary(text, chance)].to_owned()
}

/// The text without one character.
pub fn without_a_character(text: &str, chance: &mut Chance) -> String {
    let place = boundary(text, chance);
    text.char_indices().filter(|(index, _)| *index != place).map(|(_, c)| c).collect()
}

/// The text with a character more.
pub fn with_a_character(text: &str, chance: &mut Chance) -> String {
    const STRANGE: [&str; 14] = [
        "\"",
        "{",
        "}",
        "]",
        "(",
        ",",
        ":",
        ";",
        "\\",
        "\u{0}",
        "\u{202e}",
        "\u{1f4a5}",
        "1e999",
        "\"a\":1,",
    ];
    let place = boundary(text, chance);
    format!("{}{}{}", &text[..place], chance.pick(&STRANGE), &text[place..])
}

/// The text with a piece of it repeated somewhere else.
pub fn with_a_piece_twice(text: &str, chance: &mut Chance) -> String {
    let (from, place) = (boundary(text, chance), boundary(text, chance));
    let piece: String = text[from..].chars().take(1 + chance.below(60)).collect();
    format!("{}{piece}{}", &text[..place], &text[place..])
}

fn boundary(text: &str, chance: &mut Chance) -> usize {
    let mut place = chance.below(text.len() + 1);
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
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
fn spoil(value: &mut Value, place: &mut usize, donor: &Value, chance: &mut Chance) {
    if *place == 0 {
        *value = spoilt(value, donor, chance);
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
        spoil(child, place, donor, chance);
    }
}

/// A value in the place of another: of another type, extreme, out of another file, or the same with something missing.
fn spoilt(value: &Value, donor: &Value, chance: &mut Chance) -> Value {
    match (chance.below(14), value) {
        (0, _) => Value::Null,
        (1, _) => json!(chance.pick(&["", " ", "\u{202e}\u{0}\n☃ not what was wanted", "-1", "null", "é́́"])),
        (2 | 3, _) => number(chance),
        (4, _) => json!([value]),
        (5, _) => json!({"": value, "services": value}),
        (6, _) => (0..200).fold(value.clone(), |inner, _| json!([inner])),
        (7, _) => Value::Array(vec![value.clone(); 2_000 / size(value).max(1)]),
        (8, _) => json!("x".repeat(1 << chance.below(19))),
        (9, _) => part(donor, &mut chance.below(size(donor))).cloned().unwrap_or_default(),
        (10.., Value::Object(map)) => Value::Object(renamed(map, chance)),
        (10.., Value::Array(list)) if !list.is_empty() => {
            let chosen = chance.below(list.len());
            let kept = list.iter().enumerate().filter(|(index, _)| *index != chosen);
            kept.map(|(_, item)| item.clone()).collect()
        }
        (10, Value::Number(number)) => json!(number.to_string()),
        (10.., Value::Number(_)) => number(chance),
        (10, Value::String(text)) => json!(format!("{text}{text}")),
        (11, Value::Bool(flag)) => json!(u8::from(*flag)),
        (12, Value::Bool(flag)) => json!(!flag),
        _ => json!({}),
    }
}

/// Numbers at the edge of what some field or some type holds.
fn number(chance: &mut Chance) -> Value {
    let numbers = [
        json!(0),
        json!(1),
        json!(2),
        json!(-1),
        json!(0.1),
        json!(2.5),
        json!(-0.0),
        json!(99),
        json!(100),
        json!(101),
        json!(999),
        json!(1_440),
        json!(5_000),
        json!(5_001),
        json!(86_400),
        json!(1_000_001),
        json!(2_592_000),
        json!(2_592_001),
        json!(u32::MAX),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(5e-324),
        json!(1.797_693_134_862_315_7e308),
    ];
    numbers[chance.below(numbers.len())].clone()
}

/// The value that is `place` values into this one.
fn part<'a>(value: &'a Value, place: &mut usize) -> Option<&'a Value> {
    if *place == 0 {
        return Some(value);
    }
    *place -= 1;
    match value {
        Value::Array(list) => list.iter().find_map(|item| part(item, place)),
        Value::Object(map) => map.values().find_map(|item| part(item, place)),
        _ => None,
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
