//! What was changed of the services, a line for each value that went and each that came: the form of a patch, with paths
//! instead of line numbers.

use super::ecs::services;
use crate::formats::recording::service_name;
use serde_json::Value;

/// The difference between the services of two recordings; empty where there is none.
pub fn difference(before: &Value, after: &Value) -> String {
    let mut text = String::new();
    let find = |document, name| services(document).find(|service| service_name(service) == name);
    let names = services(before).chain(services(after)).map(service_name);
    let mut told = Vec::new();
    for name in names {
        if told.contains(&name) {
            continue;
        }
        told.push(name);
        let mut lines = String::new();
        compare(&mut lines, "", find(before, name), find(after, name));
        if !lines.is_empty() {
            text.push_str(&format!("  {}\n{lines}", name.unwrap_or_default()));
        }
    }
    text
}

/// Goes down where both sides have an object, or lists of one length; elsewhere the whole value goes and comes.
fn compare(lines: &mut String, path: &str, before: Option<&Value>, after: Option<&Value>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (before, after) {
        (Some(before), Some(after)) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            for (key, value) in before {
                compare(lines, &below(key), Some(value), after.get(key));
            }
            for (key, value) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
                compare(lines, &below(key), None, Some(value));
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) if before.len() == after.len() => {
            for (place, (before, after)) in before.iter().zip(after).enumerate() {
                compare(lines, &format!("{path}[{place}]"), Some(before), Some(after));
            }
        }
        (before, after) => {
            let mut line = |sign: char, value: Option<&Value>| {
                if let Some(value) = value {
                    let colon = if path.is_empty() { "" } else { ": " };
                    lines.push_str(&format!("{sign} {path}{colon}{value}\n"));
                }
            };
            line('-', before);
            line('+', after);
        }
    }
}
