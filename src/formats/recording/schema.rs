//! The JSON Schema of recordings is written by hand, for authors and their editors; here it is held to the reader.
//!
//! Every recording of the project is valid by it, it knows the fields that the reader knows and no others, and each
//! range ends where the reader's does.

use super::interventions::{ACTS, KEYS_OF_A_MOMENT};
use crate::formats::reader::{Reader, join};
use crate::model::StrategyName;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/recording.schema.json")).expect("JSON")
}

#[test]
fn every_recording_is_valid_by_the_schema() {
    let schema = schema();
    for folder in ["static/scenarios", "tests/golden"] {
        let files = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).read_dir().expect(folder);
        let paths = files.map(|file| file.expect("a file").path());
        let mut count = 0;
        for path in paths.filter(|path| path.extension().is_some_and(|it| it == "json")) {
            let text = std::fs::read_to_string(&path).expect("a text");
            let recording = serde_json::from_str(&text).expect("JSON");
            assert_eq!(Checked { root: &schema }.wrong(&schema, &recording), None, "{}", path.display());
            count += 1;
        }
        assert!(count > 5, "{folder} has recordings");
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = schema();
    let good = json!({"cutover": 1, "services": [{"service": {"serviceName": "ui"}}]});
    assert_eq!(Checked { root: &schema }.wrong(&schema, &good), None);
    for (pointer, value) in [
        ("/cutover", json!(2)),
        ("/services", json!([])),
        ("/services/0/service", json!({})),
        ("/services/0/service/desiredCount", json!(5001)),
        ("/services/0/service/desiredCount", json!("5")),
        ("/services/0/service/deploymentConfiguration", json!({"strategy": "BLUE_GREEN"})),
        ("/interventions", json!([{"atSeconds": 0}])),
        ("/interventions", json!([{"approve": {}}])),
        ("/interventions", json!([{"atSeconds": 0, "approve": {}, "reject": {}}])),
        ("/interventions", json!([{"atSeconds": 0, "setTraffic": {}}])),
    ] {
        let mut bad = good.clone();
        set(&mut bad, pointer, value.clone());
        assert!(Checked { root: &schema }.wrong(&schema, &bad).is_some(), "{value} at {pointer}");
    }
}

#[test]
fn the_schema_knows_the_fields_that_the_reader_knows_and_no_others() {
    let schema = schema();
    let checked = Checked { root: &schema };
    let mut reader = Reader::default();
    super::scenario(&mut reader, &checked.example(&schema));
    let known: BTreeMap<String, BTreeSet<&str>> = reader
        .opened
        .iter()
        .map(|(path, fields)| (path.replace("[0]", "[]"), fields.iter().copied().collect()))
        .collect();
    let mut written = BTreeMap::new();
    checked.objects(&schema, String::new(), &mut written);
    // These two the reader opens by lists of its own.
    let acts = ACTS.iter().map(|(name, ..)| *name).chain(KEYS_OF_A_MOMENT).collect();
    assert_eq!(written.remove("interventions[]"), Some(acts));
    let strategies = StrategyName::ALL.iter().map(|name| name.api_name()).collect();
    assert_eq!(written.remove("services[].otherStrategies"), Some(strategies));
    // What a service repeats in its deployments and task sets is not checked as deep as the service itself.
    let repeated = |path: &&String| ["deployments[].", "taskSets[]."].iter().any(|part| path.contains(part));
    for path in known.keys().chain(written.keys().filter(|path| !repeated(path))) {
        assert_eq!(
            written.get(path),
            known.get(path),
            "{path}: what the schema knows, and what the reader knows"
        );
    }
}

#[test]
fn each_range_of_the_schema_ends_where_the_readers_does() {
    let schema = schema();
    let checked = Checked { root: &schema };
    let recording = checked.example(&schema);
    let mut numbers = Vec::new();
    checked.numbers(&schema, &Place::default(), &mut numbers);
    assert!(numbers.len() > 60, "{} numbers", numbers.len());
    for (place, least, most) in numbers {
        // Their ranges depend on a word beside them, which the schema says in words.
        if ["timeoutInMinutes", "threshold"].iter().any(|key| place.path.ends_with(key)) {
            continue;
        }
        let refuses = |value: &Value| {
            let mut spoilt = recording.clone();
            // A moment is one of two; the other is not looked at where both are given.
            if place.path.starts_with("interventions[0].at.") {
                spoilt["interventions"][0].as_object_mut().expect("an object").shift_remove("atSeconds");
            }
            set(&mut spoilt, &place.pointer, value.clone());
            let mut reader = Reader::default();
            super::scenario(&mut reader, &spoilt);
            let is_range = |text: &str| {
                text.starts_with("must be a whole number") || text.starts_with("must be a number")
            };
            reader.problems.iter().any(|problem| problem.path == place.path && is_range(&problem.message))
        };
        for (end, beyond) in [(least, -1), (most, 1)] {
            let Some(end) = end else { continue };
            assert!(!refuses(&end), "{}: {end} is refused", place.path);
            let beyond = match end.as_i64() {
                Some(whole) => json!(whole + beyond),
                None => json!(end.as_f64().expect("a number") + f64::from(beyond as i32)),
            };
            assert!(refuses(&beyond), "{}: {beyond} is accepted", place.path);
        }
    }
}

/// Sets the value at a JSON pointer whose parent is an object.
fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let object = document.pointer_mut(parent).unwrap_or_else(|| panic!("{parent} is there"));
    object[key] = value;
}

/// Where a value stands, as the reader writes it and as a JSON pointer.
#[derive(Clone, Default)]
struct Place {
    path: String,
    pointer: String,
}

impl Place {
    fn field(&self, key: &str) -> Place {
        Place { path: join(&self.path, key), pointer: format!("{}/{key}", self.pointer) }
    }

    fn element(&self) -> Place {
        Place { path: format!("{}[0]", self.path), pointer: format!("{}/0", self.pointer) }
    }
}

/// The schema, as far as JSON Schema goes here.
struct Checked<'s> {
    root: &'s Value,
}

/// The key that stands for any.
const ANY: &str = "a";

impl<'s> Checked<'s> {
    /// A part of the schema, or what it refers to.
    fn meant(&self, part: &'s Value) -> &'s Value {
        match part.get("$ref").and_then(Value::as_str) {
            Some(name) => self.root.pointer(&name[1..]).unwrap_or_else(|| panic!("there is no {name}")),
            None => part,
        }
    }

    fn properties(&self, part: &'s Value) -> impl Iterator<Item = (&'s str, &'s Value)> + use<'s> {
        let named = part.get("properties").and_then(Value::as_object);
        let named = named.into_iter().flatten().map(|(key, value)| (key.as_str(), value));
        named.chain(part.get("additionalProperties").filter(|any| any.is_object()).map(|any| (ANY, any)))
    }

    /// A value that has everything the schema speaks of, each list an element.
    fn example(&self, part: &'s Value) -> Value {
        let part = self.meant(part);
        if let Some(first) =
            part.get("anyOf").and_then(|any| any.get(0)).filter(|any| any.get("type").is_some())
        {
            return self.example(first);
        }
        let listed = ["enum", "examples"].iter().find_map(|key| part.get(key)?.get(0));
        if let Some(value) = part.get("const").or(listed) {
            return value.clone();
        }
        let kind =
            part.get("type").map_or(&Value::Null, |kind| if kind.is_array() { &kind[0] } else { kind });
        match kind.as_str() {
            Some("object") => self
                .properties(part)
                .map(|(key, value)| (key.to_owned(), self.example(value)))
                .collect::<Map<_, _>>()
                .into(),
            Some("array") => part.get("items").map_or(json!([]), |items| json!([self.example(items)])),
            Some("string") => json!(ANY),
            Some("boolean") => json!(true),
            Some("integer" | "number") => part.get("minimum").cloned().unwrap_or(json!(1)),
            _ => json!({}),
        }
    }

    /// All objects with names of their own, by path.
    fn objects(&self, part: &'s Value, path: String, found: &mut BTreeMap<String, BTreeSet<&'s str>>) {
        let part = self.meant(part);
        if let Some(named) = part.get("properties").and_then(Value::as_object) {
            found.insert(path.clone(), named.keys().map(String::as_str).collect());
        }
        for (key, value) in self.properties(part) {
            self.objects(value, join(&path, key), found);
        }
        if let Some(items) = part.get("items") {
            self.objects(items, format!("{path}[]"), found);
        }
    }

    /// All numbers with a range, each with its ends.
    fn numbers(
        &self,
        part: &'s Value,
        place: &Place,
        found: &mut Vec<(Place, Option<Value>, Option<Value>)>,
    ) {
        let part = self.meant(part);
        let ends = [part.get("minimum"), part.get("maximum")].map(|end| end.cloned());
        if ends.iter().any(Option::is_some) {
            let [least, most] = ends;
            found.push((place.clone(), least, most));
        }
        for (key, value) in self.properties(part) {
            self.numbers(value, &place.field(key), found);
        }
        if let Some(items) = part.get("items") {
            self.numbers(items, &place.element(), found);
        }
    }

    /// What is wrong with a value: the path and the keyword that refuses it.
    fn wrong(&self, part: &'s Value, value: &Value) -> Option<String> {
        let part = self.meant(part);
        let Some(keywords) = part.as_object() else {
            return (part != &json!(true)).then(|| "false".to_owned());
        };
        keywords.iter().find_map(|(keyword, wanted)| self.refuses(part, keyword, wanted, value))
    }

    fn refuses(&self, part: &'s Value, keyword: &str, wanted: &'s Value, value: &Value) -> Option<String> {
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        let length = |value: &Value| match value {
            Value::Array(list) => list.len() as f64,
            Value::Object(map) => map.len() as f64,
            Value::String(text) => text.chars().count() as f64,
            _ => f64::NAN,
        };
        let all = || wanted.as_array().expect("a list").iter();
        let right = match keyword {
            "$schema" | "$defs" | "title" | "description" | "default" | "examples" | "then" => true,
            "type" => match wanted {
                Value::Array(kinds) => kinds.iter().any(|kind| is_a(kind, value)),
                kind => is_a(kind, value),
            },
            "const" => value == wanted,
            "enum" => all().any(|word| word == value),
            "minimum" => number(value).is_nan() || number(value) >= number(wanted),
            "maximum" => number(value).is_nan() || number(value) <= number(wanted),
            "minLength" => !value.is_string() || length(value) >= number(wanted),
            "maxLength" => !value.is_string() || length(value) <= number(wanted),
            "minItems" => !value.is_array() || length(value) >= number(wanted),
            "maxItems" => !value.is_array() || length(value) <= number(wanted),
            "maxProperties" => !value.is_object() || length(value) <= number(wanted),
            "required" => {
                !value.is_object() || all().filter_map(Value::as_str).all(|key| value.get(key).is_some())
            }
            "anyOf" => all().any(|one| self.wrong(one, value).is_none()),
            "oneOf" => all().filter(|one| self.wrong(one, value).is_none()).count() == 1,
            "allOf" => return all().find_map(|one| self.wrong(one, value)),
            "if" => {
                let then = part.get("then").filter(|_| self.wrong(wanted, value).is_none());
                return then.and_then(|then| self.wrong(then, value));
            }
            "properties" => {
                let named = wanted.as_object().into_iter().flatten();
                return named
                    .filter_map(|(key, part)| Some((key, part, value.get(key)?)))
                    .find_map(|(key, part, value)| Some(format!("{key}: {}", self.wrong(part, value)?)));
            }
            "additionalProperties" => {
                let known = |key: &str| part.get("properties").is_some_and(|named| named.get(key).is_some());
                let others = value.as_object().into_iter().flatten().filter(|(key, _)| !known(key));
                return others
                    .filter_map(|(key, value)| Some((key, self.wrong(wanted, value)?)))
                    .next()
                    .map(|(key, wrong)| format!("{key}: {wrong}"));
            }
            "items" => {
                let elements = value.as_array().into_iter().flatten();
                return elements
                    .enumerate()
                    .find_map(|(n, one)| Some(format!("[{n}]: {}", self.wrong(wanted, one)?)));
            }
            _ => panic!("the test does not know the keyword {keyword}"),
        };
        (!right).then(|| format!("{keyword} {wanted}: {value}"))
    }
}

fn is_a(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a word") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        kind => panic!("there is no type {kind}"),
    }
}
