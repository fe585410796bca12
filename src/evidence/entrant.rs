//! Who takes part in a race: a recording with a name, however somebody has it at hand.

use crate::formats::import::import;
use crate::formats::{Problem, link, read_document};
use crate::session::{drill, lesson};
use serde_json::Value;

/// A recording that lanes can be of.
#[derive(Clone, Debug, PartialEq)]
pub struct Entrant {
    /// What it is called.
    pub name: String,
    /// The recording.
    pub document: Value,
    /// The service whose deployment is in question.
    pub service: usize,
}

impl Entrant {
    /// A recording by a name; without one by its own.
    ///
    /// # Errors
    /// Every problem of the recording.
    pub fn of(document: Value, name: Option<&str>) -> Result<Entrant, Vec<Problem>> {
        let scenario = read_document(&document)?.scenario;
        let service = scenario.service_deployed();
        let name = name.map_or_else(|| name_of(&document), str::to_owned);
        Ok(Entrant { name, document, service })
    }

    /// What somebody has pasted or opened: whatever Import takes, a lesson's recording, or a link that Share has made.
    ///
    /// # Errors
    /// Every problem at once, each at its place.
    pub fn read(text: &str, name: Option<&str>) -> Result<Entrant, Vec<Problem>> {
        let text = text.trim();
        if text.is_empty() {
            let message =
                "There is nothing to read: choose a recording, open a file, or paste one.".to_owned();
            return Err(vec![Problem { path: String::new(), message, nearest: None }]);
        }
        if let Some(fragment) = fragment_of(text) {
            if drill::named_by(fragment).is_some() {
                return Err(vec![no_drill()]);
            }
            let link = link::read(fragment).map_err(|problem| vec![problem])?;
            let entrant = Entrant::of(link.document, name)?;
            let there = entrant.document["services"].as_array().map_or(0, Vec::len);
            let service = link.view.service.filter(|service| *service < there);
            return Ok(Entrant { service: service.unwrap_or(entrant.service), ..entrant });
        }
        if drill::is_drill(text) {
            return Err(vec![no_drill()]);
        }
        if lesson::is_lesson(text) {
            let lesson = lesson::read(text)?;
            return Entrant::of(lesson.recording_of(0).clone(), Some(name.unwrap_or(&lesson.title)));
        }
        Entrant::of(import(text)?.document, name)
    }
}

/// What a recording calls itself, or the name of its first service.
pub fn name_of(document: &Value) -> String {
    let service = &document["services"][0]["service"];
    let names = [&document["name"], &service["serviceName"], &service["service"]];
    names.into_iter().find_map(Value::as_str).unwrap_or("A recording").to_owned()
}

/// The fragment of an address; `None` of what is none.
fn fragment_of(text: &str) -> Option<&str> {
    let is_json = text.starts_with(['{', '[']);
    let (_, fragment) = text.split_once('#').filter(|_| !is_json)?;
    Some(fragment).filter(|it| link::is_link(it) || drill::named_by(it).is_some())
}

fn no_drill() -> Problem {
    Problem {
        path: String::new(),
        message: "This is a drill, which hides what it is about; it takes part in no race.".to_owned(),
        nearest: None,
    }
}
