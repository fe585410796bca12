//! From JSON to a script's values and back, and what makes an answer valid.

use super::language::MAX_TEXT;
use crate::engine::HookAnswer;
use crate::model::{HookStatus, Span};
use rhai::{Array, Dynamic, FLOAT, INT, Map};
use serde_json::Value;

/// `callBackDelay` where none is given ("Lambda hooks for Amazon ECS service deployments").
const DEFAULT_CALL_BACK_DELAY: INT = 30;
/// The greatest `callBackDelay`: ECS publishes no bound (h22).
const MAX_CALL_BACK_DELAY: INT = 3_600;
/// How deep an answer may be nested.
const MAX_DEPTH: usize = 64;

/// Reads the last value of a script as the answer of a hook, or says why it is none.
///
/// `callBackDelay` and `hookDetails` mean something with IN_PROGRESS only and are not looked at otherwise.
pub(super) fn read(value: &Dynamic) -> Result<HookAnswer, String> {
    let answer = value.as_map_ref().map_err(|_| match value.is_unit() {
        true => "the function answered nothing".to_string(),
        false => format!("the answer is {}, not an object with hookStatus", kind(value)),
    })?;
    let status = match answer.get("hookStatus") {
        None => return Err("the answer has no hookStatus".into()),
        Some(status) => status
            .as_immutable_string_ref()
            .ok()
            .and_then(|word| HookStatus::from_api_name(&word))
            .filter(|status| {
                matches!(status, HookStatus::Succeeded | HookStatus::Failed | HookStatus::InProgress)
            })
            .ok_or_else(|| {
                format!("hookStatus {} is not SUCCEEDED, FAILED or IN_PROGRESS", quoted(status))
            })?,
    };
    if status != HookStatus::InProgress {
        let call_back_delay = Span::from_secs(DEFAULT_CALL_BACK_DELAY as u64);
        return Ok(HookAnswer { status, call_back_delay, details: Value::Null });
    }
    let delay = match answer.get("callBackDelay") {
        None => DEFAULT_CALL_BACK_DELAY,
        Some(delay) if delay.is_unit() => DEFAULT_CALL_BACK_DELAY,
        Some(delay) => {
            delay.as_int().ok().filter(|delay| (1..=MAX_CALL_BACK_DELAY).contains(delay)).ok_or_else(
                || format!("callBackDelay {} is not a whole number from 1 to 3600", quoted(delay)),
            )?
        }
    };
    let details = match answer.get("hookDetails") {
        None => Value::Null,
        Some(details) if details.is_unit() => Value::Null,
        Some(details) if details.is_map() => {
            to_json(details, MAX_DEPTH).map_err(|what| format!("hookDetails holds {what}"))?
        }
        Some(details) => return Err(format!("hookDetails is {}, not an object", kind(details))),
    };
    Ok(HookAnswer { status, call_back_delay: Span::from_secs(delay as u64), details })
}

/// The value as people read it: JSON where it is JSON, cut to [`MAX_TEXT`] characters.
pub(super) fn text(value: &Dynamic) -> String {
    let written = match value.as_map_ref() {
        Ok(answer) => in_order(&answer).unwrap_or_else(|| value.to_string()),
        Err(_) if value.is_unit() => "null".to_string(),
        Err(_) => value.to_string(),
    };
    cut(&written, MAX_TEXT)
}

/// [`text`], a text in quotation marks, so that "30" is not taken for 30.
fn quoted(value: &Dynamic) -> String {
    match value.is_string() || value.is_char() {
        true => format!("{:?}", text(value)),
        false => text(value),
    }
}

/// JSON as a script sees it. A whole number beyond 64 bits with sign becomes a float.
pub(super) fn from_json(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Dynamic::from_int(whole),
            None => Dynamic::from_float(number.as_f64().unwrap_or(FLOAT::MAX)),
        },
        Value::String(text) => text.into(),
        Value::Array(values) => Dynamic::from_array(values.iter().map(from_json).collect::<Array>()),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.as_str().into(), from_json(value)));
            Dynamic::from_map(fields.collect::<Map>())
        }
    }
}

/// The first so many characters of a text, an ellipsis in place of the last where there are more.
pub(super) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        None => text.to_string(),
        Some(_) => text.chars().take(characters - 1).chain(['…']).collect(),
    }
}

/// A script's value as JSON, or what in it is none.
fn to_json(value: &Dynamic, depth: usize) -> Result<Value, String> {
    if depth == 0 {
        return Err("values nested too deep".into());
    }
    if value.is_unit() {
        Ok(Value::Null)
    } else if let Ok(flag) = value.as_bool() {
        Ok(flag.into())
    } else if let Ok(whole) = value.as_int() {
        Ok(whole.into())
    } else if let Ok(number) = value.as_float() {
        serde_json::Number::from_f64(number).map(Value::Number).ok_or_else(|| format!("the number {number}"))
    } else if let Ok(text) = value.as_immutable_string_ref() {
        Ok(text.as_str().into())
    } else if let Ok(character) = value.as_char() {
        Ok(character.to_string().into())
    } else if let Ok(values) = value.as_array_ref() {
        values.iter().map(|value| to_json(value, depth - 1)).collect()
    } else if let Ok(fields) = value.as_map_ref() {
        fields.iter().map(|(name, value)| Ok((name.to_string(), to_json(value, depth - 1)?))).collect()
    } else {
        Err(kind(value).to_string())
    }
}

/// An answer in JSON, its fields in the order of the documentation; `None` where it is not JSON.
fn in_order(answer: &Map) -> Option<String> {
    const FIELDS: [&str; 3] = ["hookStatus", "callBackDelay", "hookDetails"];
    let known = FIELDS.iter().filter_map(|name| Some((*name, answer.get(*name)?)));
    let others = answer.iter().map(|(name, value)| (name.as_str(), value));
    let others = others.filter(|(name, _)| !FIELDS.contains(name));
    let json = known
        .chain(others)
        .map(|(name, value)| Ok((name.to_string(), to_json(value, MAX_DEPTH)?)))
        .collect::<Result<Value, String>>();
    json.ok().map(|json| json.to_string())
}

fn kind(value: &Dynamic) -> &'static str {
    if value.is_unit() {
        "null"
    } else if value.is_string() || value.is_char() {
        "a text"
    } else if value.is_bool() {
        "true or false"
    } else if value.is_int() || value.is_float() {
        "a number"
    } else if value.is_array() {
        "a list"
    } else if value.is_map() {
        "an object"
    } else if value.is_fnptr() {
        "a function"
    } else {
        "no JSON"
    }
}
