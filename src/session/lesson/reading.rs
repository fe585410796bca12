//! Reads a lesson, and tells every mistake with its place.
//!
//! The words of a lesson are few, and a misspelt one would silently leave out what its author meant: so here an unknown
//! field is a problem and not a warning.

use super::changes::apply;
use super::cue::{EVENTS, words_of};
use super::figure::{self, Measure};
use super::{Ask, Caption, Choice, Cue, Lesson, Right, Take, library};
use crate::formats::Problem;
use crate::formats::reader::{Kind, Node, Object, Reader};
use crate::formats::recording::parse;
use crate::model::*;
use serde_json::Value;

/// The version of lessons that this program reads.
const VERSION: u64 = 1;
/// A caption is read while the film goes on, so it is short.
pub const LONGEST_CAPTION: usize = 160;
const MOST_TAKES: usize = 8;
const MOST_CAPTIONS: usize = 40;
const MOST_CHOICES: usize = 4;

/// The fields of a lesson, as docs/lesson.schema.json declares them.
pub const LESSON: &[&str] =
    &["lesson", "title", "insight", "recording", "changes", "takes", "closing", "quick", "$schema"];
/// Those of a take.
pub const TAKE: &[&str] = &["strategy", "changes", "captions", "next"];
/// Those of a caption.
pub const CAPTION: &[&str] = &["on", "say", "since", "opens", "ask"];
/// Those of a question.
pub const ASK: &[&str] = &["question", "answer", "choices", "proof"];
/// Those of an answer.
pub const CHOICE: &[&str] = &["say", "is", "from", "to"];
/// Those of an event.
pub const CUE: &[&str] = &["event", "is", "nth", "plusSeconds"];

/// Whether a text is meant as a lesson.
pub fn is_lesson(text: &str) -> bool {
    is_meant_as(text, "lesson")
}

/// Reads a lesson.
///
/// # Errors
/// Every problem at once, each with its JSON path, or one with line and column where the text is not JSON.
pub fn read(text: &str) -> Result<Lesson, Vec<Problem>> {
    strictly(text, lesson)
}

/// Whether a text says with this field what it is meant as.
pub(in crate::session) fn is_meant_as(text: &str, field: &str) -> bool {
    text.contains(&format!("\"{field}\"")) && parse(text).is_ok_and(|document| document.get(field).is_some())
}

/// What is read of a text in which an unknown field is a problem like any other.
///
/// # Errors
/// Every problem at once, each with its JSON path, or one with line and column where the text is not JSON.
pub(in crate::session) fn strictly<T>(
    text: &str,
    read: impl FnOnce(&mut Reader, &Value) -> T,
) -> Result<T, Vec<Problem>> {
    let document = parse(text).map_err(|problem| vec![problem])?;
    let mut reader = Reader::default();
    let what = read(&mut reader, &document);
    let mut problems = reader.problems;
    problems.extend(reader.warnings);
    if problems.is_empty() { Ok(what) } else { Err(problems) }
}

fn lesson(reader: &mut Reader, document: &Value) -> Lesson {
    let root = open(reader, Node { value: document, path: String::new() }, LESSON);
    check_version(reader, &root, "lesson", VERSION);
    let title = required_text(reader, &root, "title", "it names the lesson");
    let insight = required_text(reader, &root, "insight", "a lesson shows one thing, said in a line");
    let closing = required_text(reader, &root, "closing", "it is said when everything was played");
    check_figures(reader, &root, "closing", &closing, false);
    let quick = reader.flag(&root, "quick").unwrap_or(false);
    let recording = recording(reader, &root);
    reader.require(&root, "takes", "a lesson plays its recording at least once");
    let nodes = reader.list(&root, "takes", MOST_TAKES);
    if nodes.is_empty() && root.get("takes").is_some_and(|node| node.value.is_array()) {
        reader.refuse("takes", "is empty: a lesson plays its recording at least once");
    }
    let last = nodes.len().saturating_sub(1);
    let takes: Vec<Take> = nodes
        .into_iter()
        .enumerate()
        .map(|(place, node)| take(reader, node, &recording, place == last))
        .collect();
    let asked = takes.iter().flat_map(|take| &take.captions).filter(|caption| caption.ask.is_some()).count();
    if asked != 1 && !takes.is_empty() {
        reader.refuse("takes", format!("ask {asked} questions: a lesson asks one, just before its insight"));
    }
    Lesson { title, insight, recording, takes, closing, quick }
}

/// The recording that is played: a shipped one by its name, or a whole one, with the changes made.
pub(crate) fn recording(reader: &mut Reader, root: &Object<'_>) -> Value {
    reader.require(root, "recording", "the name of a scenario that comes with the page, or a recording");
    let mut recording = Value::Null;
    if let Some(node) = root.get("recording") {
        match node.value {
            Value::Object(_) => recording = node.value.clone(),
            Value::String(name) => match library::preset(name) {
                Some(preset) => {
                    recording = preset;
                    // What a scenario shows stands in its name; a lesson says it in its own time.
                    if let Some(title) = root.get("title") {
                        recording["name"] = title.value.clone();
                    }
                }
                None => reader.refuse_name(
                    &node.path,
                    format!("no scenario that comes with the page is called {name:?}"),
                    name,
                    library::preset_names(),
                ),
            },
            _ => reader.wrong_type(&node, "the name of a scenario or a recording"),
        }
    }
    changed(reader, root, &recording).unwrap_or(recording)
}

/// A recording with the changes that an object's `changes` lists; `None` where it lists none.
pub(crate) fn changed(reader: &mut Reader, object: &Object<'_>, recording: &Value) -> Option<Value> {
    let changes = reader.open_free(object.get("changes")?);
    let mut changed = recording.clone();
    // A recording that is not there has its problem already.
    if !recording.is_null() {
        apply(reader, &changes, &mut changed);
    }
    Some(changed)
}

fn take(reader: &mut Reader, node: Node<'_>, recording: &Value, last: bool) -> Take {
    let object = open(reader, node, TAKE);
    let strategy = strategy(reader, &object);
    let recording = changed(reader, &object, recording);
    reader.require(&object, "captions", "a take says something");
    let nodes = reader.list(&object, "captions", MOST_CAPTIONS);
    if nodes.is_empty() && object.get("captions").is_some_and(|node| node.value.is_array()) {
        reader.refuse(object.path_of("captions"), "is empty: a take ends with its last caption");
    }
    let captions: Vec<Caption> = nodes.into_iter().map(|node| caption(reader, node)).collect();
    if captions.iter().filter(|caption| caption.opens).count() > 1 {
        reader.refuse(object.path_of("captions"), "open the take more than once");
    }
    let next = reader.text(&object, "next").unwrap_or_default().to_owned();
    if last && !next.is_empty() {
        reader.refuse(object.path_of("next"), "leads nowhere: this is the last take");
    }
    if !last && next.is_empty() {
        reader.refuse(object.path_of("next"), "is missing: it names the control that leads to the next take");
    }
    Take { strategy, recording, captions, next }
}

pub(crate) fn strategy(reader: &mut Reader, object: &Object<'_>) -> StrategyName {
    reader.require(object, "strategy", "the recording is played by one strategy");
    let named = reader.word(object, "strategy", &StrategyName::ALL, StrategyName::api_name);
    named.unwrap_or(StrategyName::Rolling)
}

fn caption(reader: &mut Reader, node: Node<'_>) -> Caption {
    let object = open(reader, node, CAPTION);
    let on = required_cue(reader, &object, "on", "a caption is bound to an event");
    let say = required_text(reader, &object, "say", "a caption says something");
    let since = object.get("since").map(|node| cue(reader, node));
    check_figures(reader, &object, "say", &say, since.is_some());
    let length = say.chars().count();
    if length > LONGEST_CAPTION {
        let message = format!("has {length} characters; a caption has at most {LONGEST_CAPTION}");
        reader.refuse(object.path_of("say"), message);
    }
    let opens = reader.flag(&object, "opens").unwrap_or(false);
    let ask = object.get("ask").map(|node| ask(reader, node));
    Caption { on, say, since, opens, ask }
}

fn ask(reader: &mut Reader, node: Node<'_>) -> Ask {
    let object = open(reader, node, ASK);
    let question = required_text(reader, &object, "question", "it is what is asked");
    check_figures(reader, &object, "question", &question, false);
    let answer = required_text(reader, &object, "answer", "the figure that answers the question");
    if !answer.is_empty() {
        check_figure(reader, &object.path_of("answer"), &answer, false);
    }
    let proof = required_cue(reader, &object, "proof", "the event that proves who was right");
    reader.require(&object, "choices", "a question has answers to choose from");
    let nodes = reader.list(&object, "choices", MOST_CHOICES);
    if nodes.len() < 2 && object.has("choices") {
        reader.refuse(object.path_of("choices"), "must be at least two");
    }
    let choices = nodes.into_iter().map(|node| choice(reader, node)).collect();
    Ask { question, answer, choices, proof }
}

fn choice(reader: &mut Reader, node: Node<'_>) -> Choice {
    const MOST: f64 = 1e12;
    let object = open(reader, node, CHOICE);
    let say = required_text(reader, &object, "say", "an answer has words");
    let is = object.get("is").and_then(|node| match node.value {
        Value::String(word) => Some(Measure::Word(word.clone())),
        _ => reader.decimal(&object, "is", 0.0..=MOST).map(thousandths).map(Measure::Number),
    });
    let (from, to) = (reader.decimal(&object, "from", 0.0..=MOST), reader.decimal(&object, "to", 0.0..=MOST));
    let ranged = object.has("from") || object.has("to");
    if object.is_present() && object.has("is") == ranged {
        reader.refuse(&object.path, "says when it is right either by is or by from and to");
    }
    let right = match is {
        Some(measure) => Right::Is(measure),
        None => Right::Between(thousandths(from.unwrap_or(0.0)), to.map_or(u64::MAX, thousandths)),
    };
    Choice { say, right }
}

fn thousandths(number: f64) -> u64 {
    (number * 1000.0 + 0.5) as u64
}

pub(crate) fn required_cue(reader: &mut Reader, object: &Object<'_>, key: &str, why: &str) -> Cue {
    reader.require(object, key, why);
    match object.get(key) {
        Some(node) => cue(reader, node),
        None => Cue { event: "start".to_owned(), is: None, nth: 1, plus_seconds: 0 },
    }
}

pub(crate) fn cue(reader: &mut Reader, node: Node<'_>) -> Cue {
    let object = open(reader, node, CUE);
    let event = required_text(reader, &object, "event", "its kind");
    let known = EVENTS.contains(&event.as_str());
    if !known && !event.is_empty() {
        let message = format!("no event is called {event:?}");
        reader.refuse_name(object.path_of("event"), message, &event, EVENTS);
    }
    let is = reader.text(&object, "is").map(str::to_owned);
    if let Some(is) = is.as_ref().filter(|_| known) {
        let words = words_of(&event);
        if words.is_empty() {
            reader.refuse(object.path_of("is"), format!("has no meaning: {event} takes no word"));
        } else if !words.contains(&is.as_str()) {
            let message = format!("must be one of {}; it is {is:?}", words.join(", "));
            reader.refuse_name(object.path_of("is"), message, is, words);
        }
    }
    let nth = reader.whole(&object, "nth", 1..=1_000_000).unwrap_or(1) as usize;
    let plus_seconds = whole_either_way(reader, &object, "plusSeconds");
    Cue { event, is, nth, plus_seconds }
}

/// A whole number of seconds, forwards or backwards.
fn whole_either_way(reader: &mut Reader, object: &Object<'_>, key: &str) -> i64 {
    let Some(node) = object.get(key) else { return 0 };
    match node.value.as_i64() {
        Some(number) if number.unsigned_abs() <= LONGEST_RUN.as_secs() => number,
        _ => {
            reader.wrong_type(&node, "a whole number of seconds, at most 30 days, negative before the event");
            0
        }
    }
}

/// The text in a field that must be there.
pub(crate) fn required_text(reader: &mut Reader, object: &Object<'_>, key: &str, why: &str) -> String {
    reader.require(object, key, why);
    let text = reader.text(object, key).map(str::to_owned);
    if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
        reader.refuse(object.path_of(key), format!("is empty: {why}"));
    }
    text.unwrap_or_default()
}

fn check_figures(reader: &mut Reader, object: &Object<'_>, key: &str, say: &str, has_since: bool) {
    if say.matches('{').count() != figure::names(say).count() {
        reader.refuse(object.path_of(key), "has a { without its }");
    }
    for name in figure::names(say) {
        check_figure(reader, &object.path_of(key), name, has_since);
    }
}

fn check_figure(reader: &mut Reader, path: &str, name: &str, has_since: bool) {
    if !figure::is_known(name) {
        let known = figure::FIGURES.iter().copied();
        reader.refuse_name(path, format!("no figure is called {name:?}"), name, known);
    } else if name == "span" && !has_since {
        reader.refuse(path, "{span} is counted from the event in since, and there is none");
    }
}

/// Opens an object whose fields are all read by a getter.
pub(crate) fn open<'a>(reader: &mut Reader, node: Node<'a>, fields: &[&'static str]) -> Object<'a> {
    let fields: Vec<(&'static str, Kind)> = fields.iter().map(|&field| (field, Kind::Read)).collect();
    reader.open(node, &fields)
}

pub(crate) fn check_version(reader: &mut Reader, root: &Object<'_>, key: &str, version: u64) {
    reader.require(root, key, &format!("the version of the format, {version}"));
    if let Some(node) = root.get(key)
        && node.value.as_u64() != Some(version)
    {
        reader.wrong_type(&node, &format!("the number {version}"));
    }
}
