//! Walks a JSON value with its path in hand and collects everything that is wrong, instead of stopping at the first.
//!
//! Every getter answers `None` both for a field that is absent and for one that is wrong; a wrong one has left its
//! [`Problem`] behind. So the code that reads a shape says only what the shape holds, and a file is refused once, at
//! the end, with all its problems. Types are never coerced: `"5"` is no number and `5.0` no whole one.

use super::problem::{Assumption, Problem, described, grouped, nearest, plain, shown};
use crate::model::Span;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// How a field that is known is checked when its object is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A getter reads it, and checks it then.
    Read,
    /// A string.
    Text,
    /// A number.
    Number,
    /// A whole number.
    Whole,
    /// A whole number in a range.
    Within(u32, u32),
    /// `true` or `false`.
    Flag,
    /// One of the API's words. Nothing depends on it here, and AWS adds words: another one is a warning.
    Word(&'static [&'static str]),
    /// A list of anything.
    List,
    /// A list of strings.
    Texts,
    /// An object whose values are strings.
    Names,
    /// An object of that shape.
    Of(&'static Fields),
    /// A list of objects of that shape.
    ListOf(&'static Fields),
    /// Anything at all: free JSON, and times, which the tools of AWS print in several ways.
    Free,
}

/// The fields a shape may have.
pub(crate) type Fields = [(&'static str, Kind)];

/// A value at its path.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub value: &'a Value,
    pub path: String,
}

/// An object at its path; one that is absent or of the wrong type has no fields.
#[derive(Clone, Debug)]
pub(crate) struct Object<'a> {
    map: Option<&'a Map<String, Value>>,
    pub path: String,
}

impl<'a> Object<'a> {
    /// An object that the file does not have.
    pub fn absent(path: impl Into<String>) -> Self {
        Object { map: None, path: path.into() }
    }

    /// Whether the file has the object.
    pub fn is_present(&self) -> bool {
        self.map.is_some()
    }

    /// Whether it has the field, whatever its type.
    pub fn has(&self, key: &str) -> bool {
        self.map.is_some_and(|map| map.contains_key(key))
    }

    /// The field, unchecked.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        let value = self.map?.get(key)?;
        Some(Node { value, path: self.path_of(key) })
    }

    /// All fields in the file's order.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> + use<'a> {
        let path = self.path.clone();
        self.map
            .into_iter()
            .flatten()
            .map(move |(key, value)| (key.as_str(), Node { value, path: join(&path, key) }))
    }

    /// The path of a field, whether or not it is there.
    pub fn path_of(&self, key: &str) -> String {
        join(&self.path, key)
    }
}

/// Collects problems, warnings and assumptions while a file is read.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub problems: Vec<Problem>,
    pub warnings: Vec<Problem>,
    pub assumptions: Vec<Assumption>,
    /// Which fields were known where, for the schema's test to compare.
    #[cfg(test)]
    pub opened: Vec<(String, Vec<&'static str>)>,
}

impl Reader {
    /// Refuses the file because of what stands at `path`.
    pub fn refuse(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.push(Problem { path: path.into(), message: message.into(), nearest: None });
    }

    /// What is wrong a thousand times is told often enough to be put right.
    fn push(&mut self, problem: Problem) {
        match self.problems.len() {
            0..MOST_PROBLEMS => self.problems.push(problem),
            MOST_PROBLEMS => {
                let message = "further problems are not listed".to_owned();
                self.problems.push(Problem { path: String::new(), message, nearest: None });
            }
            _ => {}
        }
    }

    /// Refuses a name that is none of `names`.
    pub fn refuse_name<'n>(
        &mut self,
        path: impl Into<String>,
        message: impl Into<String>,
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        if self.problems.len() <= MOST_PROBLEMS {
            let nearest = nearest(name, names).map(str::to_owned);
            self.push(Problem { path: path.into(), message: message.into(), nearest });
        }
    }

    /// Warns of what stands at `path`.
    pub fn warn(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.warnings.push(Problem { path: path.into(), message: message.into(), nearest: None });
    }

    /// Warns of a name that is none of `names`.
    pub fn warn_name<'n>(
        &mut self,
        path: impl Into<String>,
        message: impl Into<String>,
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        // Looking for the nearest of many names, a million times, would take minutes.
        match self.warnings.len() {
            0..MOST_WARNINGS => {
                let nearest = nearest(name, names).map(str::to_owned);
                self.warnings.push(Problem { path: path.into(), message: message.into(), nearest });
            }
            MOST_WARNINGS => self.warn("", "further warnings are not listed"),
            _ => {}
        }
    }

    /// Notes a value that was taken because the file gives none.
    pub fn assume(&mut self, path: impl Into<String>, value: impl Into<String>, why: impl Into<String>) {
        self.assumptions.push(Assumption { path: path.into(), value: value.into(), why: why.into() });
    }

    /// Opens an object: warns of unknown fields, and checks the types of those that no getter reads.
    pub fn open<'a>(&mut self, node: Node<'a>, fields: &Fields) -> Object<'a> {
        let object = self.open_free(node);
        #[cfg(test)]
        self.opened.push((object.path.clone(), fields.iter().map(|(name, _)| *name).collect()));
        for (key, field) in object.entries() {
            match fields.iter().find(|(name, _)| *name == key) {
                Some((_, kind)) => self.check_kind(&field, *kind),
                None => self.warn_name(
                    field.path,
                    "unknown field, ignored",
                    key,
                    fields.iter().map(|(name, _)| *name),
                ),
            }
        }
        object
    }

    /// Opens an object whose keys are names of the file's own.
    pub fn open_free<'a>(&mut self, node: Node<'a>) -> Object<'a> {
        match node.value {
            Value::Object(map) => Object { map: Some(map), path: node.path },
            _ => {
                self.wrong_type(&node, "an object");
                Object::absent(node.path)
            }
        }
    }

    /// The object in a field, opened.
    pub fn object<'a>(&mut self, object: &Object<'a>, key: &str, fields: &Fields) -> Object<'a> {
        match object.get(key) {
            Some(node) => self.open(node, fields),
            None => Object::absent(object.path_of(key)),
        }
    }

    /// The object in a field whose own fields have been checked with those of what holds it.
    pub fn checked_object<'a>(&self, object: &Object<'a>, key: &str) -> Object<'a> {
        Object { map: object.get(key).and_then(|node| node.value.as_object()), path: object.path_of(key) }
    }

    /// The elements of a list; more than `most` are refused, and only `most` are read.
    pub fn list<'a>(&mut self, object: &Object<'a>, key: &str, most: usize) -> Vec<Node<'a>> {
        let Some(node) = object.get(key) else { return Vec::new() };
        let Value::Array(values) = node.value else {
            self.wrong_type(&node, "a list");
            return Vec::new();
        };
        if values.len() > most {
            self.refuse(
                &node.path,
                format!("may have at most {} elements; it has {}", grouped(most as u64), values.len()),
            );
        }
        let elements = values.iter().take(most).enumerate();
        elements.map(|(index, value)| Node { value, path: format!("{}[{index}]", node.path) }).collect()
    }

    /// A list of strings.
    pub fn texts<'a>(&mut self, object: &Object<'a>, key: &str, most: usize) -> Vec<(&'a str, String)> {
        let nodes = self.list(object, key, most);
        nodes.into_iter().filter_map(|node| self.text_of(&node).map(|text| (text, node.path))).collect()
    }

    /// A string.
    pub fn text<'a>(&mut self, object: &Object<'a>, key: &str) -> Option<&'a str> {
        self.text_of(&object.get(key)?)
    }

    /// A string that must not be empty.
    pub fn name<'a>(&mut self, object: &Object<'a>, key: &str) -> Option<&'a str> {
        let node = object.get(key)?;
        let text = self.text_of(&node)?;
        if text.trim().is_empty() || text.len() > LONGEST_NAME {
            let message =
                format!("must be a name of 1 to {LONGEST_NAME} characters; it is {}", shown(node.value));
            self.refuse(node.path, message);
            return None;
        }
        Some(text)
    }

    /// `true` or `false`.
    pub fn flag(&mut self, object: &Object<'_>, key: &str) -> Option<bool> {
        let node = object.get(key)?;
        if !node.value.is_boolean() {
            self.wrong_type(&node, "true or false");
        }
        node.value.as_bool()
    }

    /// A whole number in a range.
    pub fn whole(&mut self, object: &Object<'_>, key: &str, range: RangeInclusive<u64>) -> Option<u64> {
        self.whole_of(&object.get(key)?, range)
    }

    /// A whole number in a range, at a node.
    fn whole_of(&mut self, node: &Node<'_>, range: RangeInclusive<u64>) -> Option<u64> {
        let (least, greatest) = (grouped(*range.start()), grouped(*range.end()));
        match node.value.as_u64() {
            Some(number) if range.contains(&number) => Some(number),
            _ if node.value.is_number() => {
                let number = shown(node.value);
                self.refuse(
                    &node.path,
                    format!("must be a whole number from {least} to {greatest}; it is {number}"),
                );
                None
            }
            _ => {
                self.wrong_type(node, &format!("a whole number from {least} to {greatest}"));
                None
            }
        }
    }

    /// A whole number in a range that fits 32 bits.
    pub fn count(&mut self, object: &Object<'_>, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let range = u64::from(*range.start())..=u64::from(*range.end());
        self.whole(object, key, range).and_then(|number| u32::try_from(number).ok())
    }

    /// A number, whole or not, in a range.
    pub fn decimal(&mut self, object: &Object<'_>, key: &str, range: RangeInclusive<f64>) -> Option<f64> {
        let node = object.get(key)?;
        let wanted = format!("a number from {} to {}", plain(*range.start()), plain(*range.end()));
        match node.value.as_f64() {
            Some(number) if range.contains(&number) => Some(number),
            Some(_) => {
                let number = shown(node.value);
                self.refuse(node.path, format!("must be {wanted}; it is {number}"));
                None
            }
            None => {
                self.wrong_type(&node, &wanted);
                None
            }
        }
    }

    /// A length of time in seconds, kept to the millisecond.
    pub fn seconds(&mut self, object: &Object<'_>, key: &str, range: RangeInclusive<f64>) -> Option<Span> {
        self.decimal(object, key, range).map(span_from_secs)
    }

    /// A length of time in whole seconds.
    pub fn whole_seconds(
        &mut self,
        object: &Object<'_>,
        key: &str,
        range: RangeInclusive<u64>,
    ) -> Option<Span> {
        self.whole(object, key, range).map(Span::from_secs)
    }

    /// A length of time in whole minutes.
    pub fn minutes(&mut self, object: &Object<'_>, key: &str, range: RangeInclusive<u64>) -> Option<Span> {
        self.whole(object, key, range).map(Span::from_mins)
    }

    /// One of the API's words.
    pub fn word<T: Copy>(
        &mut self,
        object: &Object<'_>,
        key: &str,
        all: &[T],
        api_name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        self.word_of(&object.get(key)?, all, api_name)
    }

    /// One of the API's words, at a node.
    pub fn word_of<T: Copy>(
        &mut self,
        node: &Node<'_>,
        all: &[T],
        api_name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.text_of(node)?;
        let found = all.iter().copied().find(|&word| api_name(word) == text);
        if found.is_none() {
            let names: Vec<&str> = all.iter().map(|&word| api_name(word)).collect();
            let message = format!("must be one of {}; it is {}", names.join(", "), shown(node.value));
            self.refuse_name(&node.path, message, text, names);
        }
        found
    }

    /// Refuses the object unless it has the field.
    pub fn require(&mut self, object: &Object<'_>, key: &str, why: &str) -> bool {
        let there = object.has(key);
        if !there && object.is_present() {
            self.refuse(object.path_of(key), format!("is missing: {why}"));
        }
        there
    }

    /// The string at a node.
    pub fn text_of<'a>(&mut self, node: &Node<'a>) -> Option<&'a str> {
        if !node.value.is_string() {
            self.wrong_type(node, "a string");
        }
        node.value.as_str()
    }

    /// Refuses a value of the wrong JSON type.
    pub fn wrong_type(&mut self, node: &Node<'_>, wanted: &str) {
        self.refuse(&node.path, format!("must be {wanted}; it is {}", described(node.value)));
    }

    fn check_kind(&mut self, node: &Node<'_>, kind: Kind) {
        let value = node.value;
        let (right, wanted) = match kind {
            Kind::Read | Kind::Free => return,
            Kind::Text | Kind::Word(_) => (value.is_string(), "a string"),
            Kind::Number => (value.is_number(), "a number"),
            Kind::Whole => (value.is_i64() || value.is_u64(), "a whole number"),
            Kind::Within(least, most) => {
                self.whole_of(node, u64::from(least)..=u64::from(most));
                return;
            }
            Kind::Flag => (value.is_boolean(), "true or false"),
            Kind::List | Kind::Texts | Kind::ListOf(_) => (value.is_array(), "a list"),
            Kind::Names | Kind::Of(_) => (value.is_object(), "an object"),
        };
        if !right {
            return self.wrong_type(node, wanted);
        }
        match kind {
            Kind::Word(words) => self.check_word(node, words),
            Kind::Texts => self.check_elements(node, Kind::Text),
            Kind::ListOf(fields) => self.check_elements(node, Kind::Of(fields)),
            Kind::Of(fields) => {
                self.open(node.clone(), fields);
            }
            Kind::Names => {
                let object = self.open_free(node.clone());
                object.entries().for_each(|(_, field)| self.check_kind(&field, Kind::Text));
            }
            _ => {}
        }
    }

    fn check_elements(&mut self, list: &Node<'_>, kind: Kind) {
        for (index, value) in list.value.as_array().into_iter().flatten().enumerate() {
            self.check_kind(&Node { value, path: format!("{}[{index}]", list.path) }, kind);
        }
    }

    fn check_word(&mut self, node: &Node<'_>, words: &[&'static str]) {
        if let Some(text) = node.value.as_str().filter(|text| !words.contains(text)) {
            let message = format!("is none of {}, ignored", words.join(", "));
            self.warn_name(&node.path, message, text, words.iter().copied());
        }
    }
}

/// The length of time of so many seconds, to the nearest millisecond.
pub(crate) fn span_from_secs(secs: f64) -> Span {
    Span((secs * 1000.0 + 0.5) as u64)
}

const LONGEST_NAME: usize = 255;
const MOST_WARNINGS: usize = 200;
const MOST_PROBLEMS: usize = 1000;

/// The path of a field of what stands at `path`.
pub(crate) fn join(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    match (plain, path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => format!("{path}[{}]", shown(&Value::from(key))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wrong_type_is_refused_and_never_coerced() {
        let value =
            json!({"count": "5", "half": 2.5, "float": 2.0, "minus": -1, "flag": 1, "text": 7, "list": {}});
        let mut reader = Reader::default();
        let object = reader.open_free(Node { value: &value, path: "x".into() });
        for key in ["count", "half", "float", "minus"] {
            assert_eq!(reader.whole(&object, key, 0..=10), None, "{key}");
        }
        assert_eq!(reader.flag(&object, "flag"), None);
        assert_eq!(reader.text(&object, "text"), None);
        assert!(reader.list(&object, "list", 10).is_empty());
        let paths: Vec<&str> = reader.problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["x.count", "x.half", "x.float", "x.minus", "x.flag", "x.text", "x.list"]);
        assert_eq!(reader.problems[0].message, "must be a whole number from 0 to 10; it is the string \"5\"");
    }

    #[test]
    fn an_absent_field_is_no_problem() {
        let mut reader = Reader::default();
        let object = Object::absent("x");
        assert_eq!(reader.whole(&object, "count", 0..=10), None);
        assert_eq!(reader.text(&object, "text"), None);
        assert!(reader.problems.is_empty());
    }

    #[test]
    fn an_unknown_field_is_a_warning_with_the_nearest_name() {
        let value = json!({"desiredCuont": 4, "note": "x"});
        let mut reader = Reader::default();
        reader.open(Node { value: &value, path: "service".into() }, &[("desiredCount", Kind::Read)]);
        let lines: Vec<String> = reader.warnings.iter().map(Problem::to_string).collect();
        assert_eq!(
            lines,
            [
                "service.desiredCuont: unknown field, ignored (nearest: desiredCount)",
                "service.note: unknown field, ignored"
            ]
        );
        assert!(reader.problems.is_empty());
    }
}
