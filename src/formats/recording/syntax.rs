//! From text to a JSON value: bounded in size and depth before anything is built, with line and column.

use crate::formats::problem::{Problem, grouped};
use crate::formats::reader::join;
use serde_json::Value;
use std::collections::BTreeSet;

/// The longest file that is read, in bytes.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The deepest nesting of objects and lists that is read.
pub const MOST_NESTING: usize = 64;

/// Reads JSON; a byte order mark, as Windows' shells write it, is passed over.
///
/// # Errors
/// One problem, whose path is the line and column.
pub fn parse(text: &str) -> Result<Value, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let refuse = |path: String, message: String| Err(Problem { path, message, nearest: None });
    if text.len() > MOST_BYTES {
        let most = grouped(MOST_BYTES as u64);
        return refuse(String::new(), format!("the file is longer than the {most} bytes that are read"));
    }
    if let Some((line, column)) = nested_too_deep(text) {
        return refuse(place(line, column), format!("nested deeper than {MOST_NESTING} levels"));
    }
    if text.trim().is_empty() {
        return refuse(String::new(), "the file is empty".to_owned());
    }
    serde_json::from_str(text).or_else(|error| {
        let told = error.to_string();
        let message = told.split(" at line ").next().unwrap_or(&told);
        let hint = match text {
            _ if text.chars().take(FIRST).any(|letter| letter == '\0') => UTF_16,
            _ if looks_like_yaml(text) => YAML,
            _ => "",
        };
        refuse(place(error.line(), error.column()), format!("not JSON: {message}{hint}"))
    })
}

/// Warns of fields that an object gives twice. The last is taken, as most tools do, the CLI of AWS among them.
pub fn given_twice(text: &str) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut levels: Vec<Level<'_>> = Vec::new();
    let (mut rest, mut key_is_next) = (text, false);
    while let Some(place) = rest.find(['{', '}', '[', ']', ',', '"']) {
        let (mark, after) = (rest.as_bytes()[place], &rest[place + 1..]);
        rest = after;
        match mark {
            b'{' => levels.push(Level::Object { keys: BTreeSet::new(), key: "" }),
            b'[' => levels.push(Level::List { index: 0 }),
            b'}' | b']' => drop(levels.pop()),
            b',' => {
                if let Some(Level::List { index }) = levels.last_mut() {
                    *index += 1;
                }
            }
            _ => {
                let string = &after[..end_of_string(after)];
                rest = after.get(string.len() + 1..).unwrap_or_default();
                if let Some(Level::Object { keys, key }) = levels.last_mut().filter(|_| key_is_next) {
                    *key = string;
                    if !keys.insert(string) && found.len() < MOST_TOLD {
                        let path = levels.iter().fold(String::new(), |path, level| level.under(&path));
                        let message = "is given twice; the last is taken".to_owned();
                        found.push(Problem { path, message, nearest: None });
                    }
                }
            }
        }
        key_is_next = matches!(mark, b'{' | b',');
    }
    found
}

const YAML: &str = "; it looks like YAML, and JSON is read, as --output json prints it";
/// What a file is that has a byte of zero beside each letter.
pub const UTF_16: &str = "; it looks like UTF-16, as Windows PowerShell writes files, and UTF-8 is read";
/// Among so many letters one of them shows.
const FIRST: usize = 16;
const MOST_TOLD: usize = 100;

/// What stands open while a text is walked through.
enum Level<'t> {
    Object { keys: BTreeSet<&'t str>, key: &'t str },
    List { index: usize },
}

impl Level<'_> {
    fn under(&self, path: &str) -> String {
        match self {
            Level::Object { key, .. } => join(path, key),
            Level::List { index } => format!("{path}[{index}]"),
        }
    }
}

/// Where the string that has been opened ends.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// Whether the text begins as YAML does: with a document's mark, an item, or a bare key.
fn looks_like_yaml(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let is_bare = |key: &str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    first.is_some_and(|line| {
        line == "---" || line.starts_with("- ") || line.split_once(':').is_some_and(|(key, _)| is_bare(key))
    })
}

fn place(line: usize, column: usize) -> String {
    format!("line {line}, column {column}")
}

/// Where the text first opens one bracket too many. The parser's own limit would stop it too, but only after it has
/// gone that deep.
fn nested_too_deep(text: &str) -> Option<(usize, usize)> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let (mut line, mut line_start) = (1, 0);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => (line, line_start) = (line + 1, place + 1),
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > MOST_NESTING {
                    return Some((line, place - line_start + 1));
                }
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_syntax_error_names_its_line_and_column() {
        let problem = parse("{\n  \"cutover\": 1,\n  \"name\" 2\n}").expect_err("no colon");
        assert_eq!(problem.to_string(), "line 3, column 10: not JSON: expected `:`");
    }

    #[test]
    fn nesting_is_bounded_before_anything_is_built() {
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        let problem = parse(&deep).expect_err("too deep");
        assert_eq!(problem.path, "line 1, column 65");
        let allowed = format!("{}{}", "[".repeat(MOST_NESTING), "]".repeat(MOST_NESTING));
        assert!(parse(&allowed).is_ok());
    }

    #[test]
    fn brackets_in_strings_are_no_nesting() {
        let text = format!("[\"{}\\\"{}\"]", "[".repeat(100), "{".repeat(100));
        assert!(parse(&text).is_ok());
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        assert!(parse("\u{feff}{}").is_ok());
    }

    #[test]
    fn a_field_that_is_given_twice_is_told_at_its_path() {
        for (text, paths) in [
            (r#"{"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}]}"#, &[][..]),
            (r#"{"a": 1, "a": 2}"#, &["a"]),
            (r#"{"a": [{"x": "a", "b.c": "x"}, {"b.c": 1, "x": "}", "b.c": {}}]}"#, &["a[1][\"b.c\"]"]),
            (r#"{"a\\": "\"", "b": [[], {"k": ",", "k": "{"}], "b": 1}"#, &["b[1].k", "b"]),
        ] {
            assert!(parse(text).is_ok(), "{text}");
            let told: Vec<String> = given_twice(text).into_iter().map(|problem| problem.path).collect();
            assert_eq!(told, paths, "{text}");
        }
    }

    #[test]
    fn what_is_no_json_at_all_is_called_by_its_name() {
        for (text, line) in [
            ("", "the file is empty"),
            (" \n", "the file is empty"),
            (
                "serviceName: ui\ndesiredCount: 2\n",
                "line 1, column 1: not JSON: expected value; it looks like YAML",
            ),
            ("---\nservices: []\n", "it looks like YAML"),
            ("{\0\n\0 \0", "it looks like UTF-16"),
            ("{\"serviceName\": \"ui\"", "line 1, column 20: not JSON: EOF while parsing an object"),
        ] {
            let problem = parse(text).expect_err(text).to_string();
            assert!(problem.contains(line), "{text}: {problem}");
        }
    }

    #[test]
    fn size_is_bounded() {
        assert!(parse(&" ".repeat(MOST_BYTES + 1)).is_err());
    }
}
