//! The schemas in docs/ against what is written by them and against the readers: an editor that goes by a schema and
//! the page agree.
//!
//! The few keywords of JSON Schema that the schemas use are judged here; one that is not known fails the test, so that
//! nothing is passed over.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::{drills, lessons};
use cutover::model::Span;
use cutover::session::drill;
use cutover::session::lesson::cue::EVENTS;
use cutover::session::lesson::figure::{FIGURES, OF_A_STRATEGY};
use cutover::session::lesson::{check, read, reading};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const LESSON_SCHEMA: &str = include_str!("../../docs/lesson.schema.json");
const LESSON_DOCUMENT: &str = include_str!("../../docs/lessons.md");
const DRILL_SCHEMA: &str = include_str!("../../docs/drill.schema.json");
const DRILL_DOCUMENT: &str = include_str!("../../docs/drills.md");

pub fn schema(text: &str) -> Value {
    serde_json::from_str(text).expect("a schema is JSON")
}

/// What of a value a schema does not allow, each with its place.
pub fn judge(root: &Value, schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut mind = |right: bool, why: String| {
        if !right {
            wrong.push(format!("{path}: {why}"));
        }
    };
    let within = |schema: &Value| judge(root, schema, value, path).is_empty();
    let all = |list: &Value| list.as_array().expect("a list").clone();
    let mut inner = Vec::new();
    for (keyword, wanted) in schema.as_object().expect("a schema is an object") {
        let number = || wanted.as_f64().expect("a number");
        let size = || wanted.as_u64().expect("a size") as usize;
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "default" => {}
            "$ref" => {
                let pointer = wanted.as_str().expect("a reference").trim_start_matches('#');
                inner.extend(judge(root, root.pointer(pointer).expect("it leads somewhere"), value, path));
            }
            "type" => {
                let is = |kind: &Value| match kind.as_str() {
                    Some("object") => value.is_object(),
                    Some("array") => value.is_array(),
                    Some("string") => value.is_string(),
                    Some("boolean") => value.is_boolean(),
                    Some("number") => value.is_number(),
                    Some("integer") => value.is_i64() || value.is_u64(),
                    _ => panic!("no type is called {kind}"),
                };
                let any = wanted.as_array().map_or_else(|| is(wanted), |kinds| kinds.iter().any(is));
                mind(any, format!("is no {wanted}"));
            }
            "const" => mind(value == wanted, format!("is not {wanted}")),
            "enum" => mind(all(wanted).contains(value), format!("{value} is none of {wanted}")),
            "required" => {
                for key in all(wanted) {
                    let key = key.as_str().expect("a name");
                    mind(!value.is_object() || value.get(key).is_some(), format!("lacks {key}"));
                }
            }
            "properties" => {
                for (key, schema) in wanted.as_object().expect("an object") {
                    let there = value.get(key);
                    inner.extend(
                        there.into_iter().flat_map(|it| judge(root, schema, it, &format!("{path}.{key}"))),
                    );
                }
            }
            "additionalProperties" => {
                assert_eq!(wanted, &json!(false));
                for key in value.as_object().into_iter().flat_map(|map| map.keys()) {
                    mind(schema["properties"].get(key).is_some(), format!("has {key}, which has no meaning"));
                }
            }
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                inner.extend(items.flat_map(|(at, it)| judge(root, wanted, it, &format!("{path}[{at}]"))));
            }
            "minItems" => mind(value.as_array().is_none_or(|it| it.len() >= size()), "is too short".into()),
            "maxItems" => mind(value.as_array().is_none_or(|it| it.len() <= size()), "is too long".into()),
            "minLength" => {
                mind(value.as_str().is_none_or(|it| it.chars().count() >= size()), "is too short".into())
            }
            "maxLength" => {
                mind(value.as_str().is_none_or(|it| it.chars().count() <= size()), "is too long".into())
            }
            "minimum" => {
                mind(value.as_f64().is_none_or(|it| it >= number()), format!("is less than {wanted}"))
            }
            "maximum" => {
                mind(value.as_f64().is_none_or(|it| it <= number()), format!("is more than {wanted}"))
            }
            "pattern" => {
                assert_eq!(wanted, &json!("\\S"));
                mind(value.as_str().is_none_or(|it| !it.trim().is_empty()), "is blank".into());
            }
            "oneOf" => {
                mind(all(wanted).iter().filter(|it| within(it)).count() == 1, "is not one of them".into())
            }
            "anyOf" => mind(all(wanted).iter().any(within), "is none of them".into()),
            "not" => mind(!within(wanted), "is what it must not be".into()),
            _ => panic!("the keyword {keyword} is not judged"),
        }
    }
    wrong.extend(inner);
    wrong
}

/// The names of a definition's properties.
pub fn names(definition: &Value) -> BTreeSet<&str> {
    definition["properties"].as_object().expect("it has properties").keys().map(String::as_str).collect()
}

#[test]
fn every_lesson_is_one_by_the_schema() {
    let schema = schema(LESSON_SCHEMA);
    for (name, text) in lessons::all() {
        let lesson = serde_json::from_str(text).expect("it is JSON");
        assert_eq!(judge(&schema, &schema, &lesson, name), Vec::<String>::new());
    }
}

#[test]
fn the_schema_and_the_reader_know_the_same_fields_and_words() {
    let schema = schema(LESSON_SCHEMA);
    for (definition, fields) in [
        (&schema, reading::LESSON),
        (&schema["$defs"]["take"], reading::TAKE),
        (&schema["$defs"]["caption"], reading::CAPTION),
        (&schema["$defs"]["ask"], reading::ASK),
        (&schema["$defs"]["choice"], reading::CHOICE),
        (&schema["$defs"]["cue"], reading::CUE),
    ] {
        assert_eq!(names(definition), fields.iter().copied().collect());
    }
    assert_eq!(schema["$defs"]["cue"]["properties"]["event"]["enum"], json!(EVENTS));
    assert_eq!(schema["$defs"]["caption"]["properties"]["say"]["maxLength"], json!(reading::LONGEST_CAPTION));
}

/// Files damaged in one place: what the schema forbids, the reader refuses.
#[test]
fn what_the_schema_forbids_the_reader_refuses() {
    let schema = schema(LESSON_SCHEMA);
    let (_, text) = lessons::all().next().expect("there is one");
    let lesson: Value = serde_json::from_str(text).expect("it is JSON");
    for (pointer, value) in [
        ("/lesson", json!(2)),
        ("/title", json!(7)),
        ("/insight", json!(" ")),
        ("/recording", json!(["opening"])),
        ("/takes", json!([])),
        ("/takes/0/strategy", json!("BLUEGREEN")),
        ("/takes/0/captions", json!([])),
        ("/takes/0/captions/0/say", json!("x".repeat(161))),
        ("/takes/0/captions/0/on/event", json!("begin")),
        ("/takes/0/captions/4/on/plusSeconds", json!(2.5)),
        ("/takes/0/captions/4/ask/choices/0", json!({"say": "Both", "is": 1, "from": 2})),
        ("/takes/0/captions/4/ask/choices", json!([{"say": "Alone", "is": 1}])),
        ("/quick", json!("yes")),
    ] {
        let mut wrong = lesson.clone();
        *wrong.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        assert_ne!(judge(&schema, &schema, &wrong, ""), Vec::<String>::new(), "{pointer}");
        assert!(read(&wrong.to_string()).is_err(), "{pointer}");
    }
}

/// The example that a document gives.
fn example_of(document: &str) -> &str {
    let from = document.find("    {\n").expect("it begins");
    &document[from..from + document[from..].find("\n    }\n").expect("it ends") + 7]
}

#[test]
fn the_example_of_the_document_is_a_lesson() {
    let example = example_of(LESSON_DOCUMENT);
    let schema = schema(LESSON_SCHEMA);
    let document = serde_json::from_str(example).expect("it is JSON");
    assert_eq!(judge(&schema, &schema, &document, "the example"), Vec::<String>::new());
    assert_eq!(check(&read(example).expect("it is a lesson")), []);
}

#[test]
fn the_document_names_every_event_and_figure() {
    for name in EVENTS.iter().chain(FIGURES).chain(OF_A_STRATEGY) {
        assert!(LESSON_DOCUMENT.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn every_drill_is_one_by_the_schema_and_so_is_the_example_of_the_document() {
    let schema = schema(DRILL_SCHEMA);
    let example = ("the example", example_of(DRILL_DOCUMENT));
    for (name, text) in drills::FILES.into_iter().chain([example]) {
        let document = serde_json::from_str(text).expect("it is JSON");
        assert_eq!(judge(&schema, &schema, &document, name), Vec::<String>::new());
    }
    assert_eq!(drill::check(&drill::read(example.1).expect("it is a drill")), []);
}

#[test]
fn the_schema_of_drills_and_their_reader_know_the_same_fields_and_words() {
    let schema = schema(DRILL_SCHEMA);
    for (definition, fields) in [
        (&schema, drill::reading::DRILL),
        (&schema["$defs"]["means"], drill::reading::MEANS),
        (&schema["$defs"]["fault"], drill::reading::FAULT),
        (&schema["$defs"]["grade"], drill::reading::GRADE),
    ] {
        assert_eq!(names(definition), fields.iter().copied().collect());
        for field in fields.iter().filter(|field| !field.starts_with('$')) {
            assert!(DRILL_DOCUMENT.contains(&format!("`{field}`")), "{field}");
        }
    }
    let acts: Vec<&str> = drill::Means::ALL.iter().map(|act| act.api_name()).collect();
    assert_eq!(schema["$defs"]["act"]["enum"], json!(acts));
    let cause = &schema["$defs"]["fault"]["properties"]["cause"]["maxLength"];
    assert_eq!(cause, &json!(drill::reading::LONGEST_CAUSE));
}

/// Drills damaged in one place: what the schema forbids, the reader refuses; and what it allows, the reader reads.
#[test]
fn what_the_schema_of_drills_forbids_the_reader_refuses() {
    let schema = schema(DRILL_SCHEMA);
    let (_, text) = drills::FILES[1];
    let given: Value = serde_json::from_str(text).expect("it is JSON");
    let altered = |pointer: &str, value: Value| {
        let mut other = given.clone();
        *other.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        (judge(&schema, &schema, &other, "").is_empty(), drill::read(&other.to_string()))
    };
    for (pointer, value) in [
        ("/drill", json!("1")),
        ("/title", json!("")),
        ("/situation", json!(null)),
        ("/lastsSeconds", json!(59)),
        ("/lastsSeconds", json!(90.5)),
        ("/means", json!([])),
        ("/means/0", json!("rollBack")),
        ("/means/0/act", json!("deploy")),
        ("/means/1/times", json!(0)),
        ("/faults", json!([])),
        ("/faults/0/cause", json!("x".repeat(61))),
        ("/faults/0/interventions/0/afterSeconds", json!(-1)),
        ("/faults/0/interventions/0", json!("setBehavior")),
        ("/faults/0/right/0", json!("Roll back")),
        ("/grade/hurtUsers", json!([1, 2])),
        ("/grade/detectSeconds/0", json!("soon")),
    ] {
        let (allowed, read) = altered(pointer, value);
        assert!(!allowed, "{pointer}");
        assert!(read.is_err(), "{pointer}");
    }
    let (allowed, read) = altered("/lastsSeconds", json!(14_400));
    assert_eq!((allowed, read.expect("it is a drill").lasts), (true, Span::from_secs(14_400)));
}
