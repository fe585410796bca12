//! Reads a drill, and tells every mistake with its place. As in a lesson an unknown field is a problem: a misspelt one
//! would silently leave out what its author meant.

use super::{Allowance, Drill, Fault, Means, Rule};
use crate::formats::Problem;
use crate::formats::reader::{Node, Object, Reader};
use crate::model::Span;
use crate::session::lesson::reading::{check_version, is_meant_as, open, recording, required_text, strictly};
use serde_json::Value;

/// The version of drills that this program reads.
const VERSION: u64 = 1;
const MOST_FAULTS: usize = 8;
const MOST_INTERVENTIONS: usize = 40;
/// No drill is shorter or longer, in seconds: one is worked in a few minutes.
const LASTS: std::ops::RangeInclusive<u64> = 60..=14_400;
/// A cause is read on a button.
pub const LONGEST_CAUSE: usize = 60;

/// The fields of a drill, as docs/drill.schema.json declares them.
pub const DRILL: &[&str] = &[
    "drill",
    "title",
    "trains",
    "situation",
    "recording",
    "changes",
    "lastsSeconds",
    "means",
    "faults",
    "grade",
    "$schema",
];
/// Those of a means.
pub const MEANS: &[&str] = &["act", "times"];
/// Those of a fault.
pub const FAULT: &[&str] =
    &["cause", "told", "look", "fromSeconds", "toSeconds", "interventions", "right", "wrong"];
/// Those of the grade.
pub const GRADE: &[&str] = &["detectSeconds", "hurtUsers"];

/// Whether a text is meant as a drill.
pub fn is_drill(text: &str) -> bool {
    is_meant_as(text, "drill")
}

/// Reads a drill.
///
/// # Errors
/// Every problem at once, each with its JSON path, or one with line and column where the text is not JSON.
pub fn read(text: &str) -> Result<Drill, Vec<Problem>> {
    strictly(text, drill)
}

fn drill(reader: &mut Reader, document: &Value) -> Drill {
    let root = open(reader, Node { value: document, path: String::new() }, DRILL);
    check_version(reader, &root, "drill", VERSION);
    let title = required_text(reader, &root, "title", "it names the drill");
    let trains = required_text(reader, &root, "trains", "what the drill trains, in a line");
    let situation = required_text(reader, &root, "situation", "what a person is told before it begins");
    let recording = recording(reader, &root);
    reader.require(&root, "lastsSeconds", "how long the drill lasts");
    let lasts = reader.whole_seconds(&root, "lastsSeconds", LASTS).unwrap_or(Span::from_secs(*LASTS.end()));
    let means = some(reader, &root, "means", Means::ALL.len(), "what the person may do");
    let means: Vec<Allowance> = means.into_iter().filter_map(|node| allowance(reader, node)).collect();
    for (place, allowance) in means.iter().enumerate() {
        if means[..place].iter().any(|other| other.means == allowance.means) {
            reader.refuse(format!("means[{place}].act"), "is among the means already");
        }
    }
    let nodes = some(reader, &root, "faults", MOST_FAULTS, "what may be wrong");
    let faults: Vec<Fault> = nodes.into_iter().map(|node| fault(reader, node, lasts, &means)).collect();
    if !faults.is_empty() {
        for (place, fault) in faults.iter().enumerate() {
            if faults[..place].iter().any(|other| other.cause == fault.cause) {
                reader.refuse(format!("faults[{place}].cause"), "is the cause of another fault, too");
            }
        }
        if !faults.iter().any(|fault| fault.interventions.is_empty()) {
            let message = "have none without interventions: whoever looks for a fault must be able to find that there is none";
            reader.refuse("faults", message);
        }
    }
    reader.require(&root, "grade", "the bounds of the grade");
    let rule = root.get("grade").map(|node| rule(reader, node));
    let rule = rule.unwrap_or(Rule { detect: [Span::ZERO; 3], hurt: [0; 3] });
    Drill { title, trains, situation, recording, lasts, means, faults, rule }
}

/// The elements of a list that must be there and not be empty.
fn some<'a>(reader: &mut Reader, object: &Object<'a>, key: &str, most: usize, why: &str) -> Vec<Node<'a>> {
    reader.require(object, key, why);
    let nodes = reader.list(object, key, most);
    if nodes.is_empty() && object.get(key).is_some_and(|node| node.value.is_array()) {
        reader.refuse(object.path_of(key), format!("is empty: {why}"));
    }
    nodes
}

fn allowance(reader: &mut Reader, node: Node<'_>) -> Option<Allowance> {
    let object = open(reader, node, MEANS);
    reader.require(&object, "act", "what the person may do");
    let times = reader.count(&object, "times", 1..=100);
    Some(Allowance { means: reader.word(&object, "act", Means::ALL, Means::api_name)?, times })
}

fn fault(reader: &mut Reader, node: Node<'_>, lasts: Span, means: &[Allowance]) -> Fault {
    let object = open(reader, node, FAULT);
    let cause = required_text(reader, &object, "cause", "what a person calls it who has seen it");
    let length = cause.chars().count();
    if length > LONGEST_CAUSE {
        let message = format!("has {length} characters; a cause has at most {LONGEST_CAUSE}");
        reader.refuse(object.path_of("cause"), message);
    }
    let told = required_text(reader, &object, "told", "what it was, told at the end");
    let look = required_text(reader, &object, "look", "what to look at next time");
    let latest = lasts.0 / 1000;
    let from = reader.whole(&object, "fromSeconds", 0..=latest).unwrap_or(0);
    let to = reader.whole(&object, "toSeconds", 0..=latest).unwrap_or(from);
    if to < from {
        reader.refuse(object.path_of("toSeconds"), "lies before fromSeconds");
    }
    let nodes = reader.list(&object, "interventions", MOST_INTERVENTIONS);
    let interventions = nodes.into_iter().filter_map(|node| intervention(reader, node)).collect();
    let mut acts = |key: &str| {
        let nodes = reader.list(&object, key, Means::ALL.len());
        let mut acts = Vec::new();
        for node in nodes {
            let Some(act) = reader.word_of(&node, Means::ALL, Means::api_name) else { continue };
            if !means.iter().any(|allowance| allowance.means == act) {
                reader.refuse(node.path, format!("{act} is not among the drill's means"));
            }
            acts.push(act);
        }
        acts
    };
    let (right, wrong) = (acts("right"), acts("wrong"));
    if let Some(both) = right.iter().find(|act| wrong.contains(act)) {
        reader.refuse(object.path_of("wrong"), format!("has {both}, which is right"));
    }
    Fault { cause, told, look, window: (from, to.max(from)), interventions, right, wrong }
}

/// An intervention as recordings write it, with its second counted from the fault's beginning. Whether it is one is for
/// the reader of recordings to say.
fn intervention(reader: &mut Reader, node: Node<'_>) -> Option<(Span, Value)> {
    let object = reader.open_free(node);
    let after = reader.whole_seconds(&object, "afterSeconds", 0..=*LASTS.end()).unwrap_or(Span::ZERO);
    for key in ["atSeconds", "at"].into_iter().filter(|key| object.has(key)) {
        reader.refuse(
            object.path_of(key),
            "has no meaning: a fault's times are counted from its beginning, by afterSeconds",
        );
    }
    let mut act =
        Value::Object(object.entries().map(|(key, node)| (key.to_owned(), node.value.clone())).collect());
    act.as_object_mut()?.shift_remove("afterSeconds");
    object.is_present().then_some((after, act))
}

fn rule(reader: &mut Reader, node: Node<'_>) -> Rule {
    let object = open(reader, node, GRADE);
    let detect = rising(reader, &object, "detectSeconds", "how soon after it shows a fault is seen");
    let hurt = rising(reader, &object, "hurtUsers", "how many users are hurt beyond the best act");
    Rule { detect: detect.map(|secs| Span::from_secs(u64::from(secs))), hurt }
}

/// Three whole numbers that rise.
fn rising(reader: &mut Reader, object: &Object<'_>, key: &str, why: &str) -> [u32; 3] {
    reader.require(object, key, &format!("three bounds of {why}"));
    let numbers: Vec<Option<u32>> = reader
        .list(object, key, 3)
        .iter()
        .map(|node| node.value.as_u64().and_then(|it| it.try_into().ok()))
        .collect();
    match numbers[..] {
        [Some(first), Some(second), Some(third)] if first < second && second < third => {
            [first, second, third]
        }
        _ => {
            if object.has(key) {
                reader.refuse(object.path_of(key), format!("must be three whole numbers that rise, {why}"));
            }
            [0; 3]
        }
    }
}
