//! From text to a JSON value: bounded in size and depth before anything is built, with line and column.

use crate::formats::problem::{Problem, grouped};
use serde_json::Value;

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
        return refuse(
            String::new(),
            format!("the file has {} bytes; at most {most} are read", grouped(text.len() as u64)),
        );
    }
    if let Some((line, column)) = nested_too_deep(text) {
        return refuse(place(line, column), format!("nested deeper than {MOST_NESTING} levels"));
    }
    serde_json::from_str(text).or_else(|error| {
        let text = error.to_string();
        let message = text.split(" at line ").next().unwrap_or(&text);
        refuse(place(error.line(), error.column()), format!("not JSON: {message}"))
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
    fn size_is_bounded() {
        assert!(parse(&" ".repeat(MOST_BYTES + 1)).is_err());
    }
}
