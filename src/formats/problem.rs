//! What is wrong in a file, or had to be assumed, and how it is told: one line, its place first.

use crate::model::Count;
use serde_json::Value;
use std::fmt;

/// Something wrong in a file, or worth a warning, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The JSON path, as in `services[0].service.desiredCount`; for a syntax error its line and column.
    pub path: String,
    /// What is wrong, in a few words.
    pub message: String,
    /// The nearest name that exists, where a name is unknown.
    pub nearest: Option<String>,
}

/// Writes `path: what is wrong (nearest: name)`, on one line.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", OneLine(&self.path))?;
        }
        write!(f, "{}", OneLine(&self.message))?;
        match &self.nearest {
            Some(nearest) => write!(f, " (nearest: {})", OneLine(nearest)),
            None => Ok(()),
        }
    }
}

/// Text in which what would break a line, or be no letter on it, is escaped: a file's names may hold anything.
struct OneLine<'t>(&'t str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '\u{2028}' | '\u{2029}' => write!(f, "{}", letter.escape_unicode())?,
                _ if letter.is_control() => write!(f, "{}", letter.escape_default())?,
                _ => write!(f, "{letter}")?,
            }
        }
        Ok(())
    }
}

/// A value that the file did not give and that matters to the simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The JSON path where it would stand.
    pub path: String,
    /// What was taken.
    pub value: String,
    /// Why.
    pub why: String,
}

/// The name that was probably meant, if one is near enough: a few letters apart, a part of the other, or the same words
/// shortened. Letter case does not count.
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // The distance costs the product of both lengths, and no real name is as long as this.
    if name.len() > 100 {
        return None;
    }
    let (name, shortened) = (name.to_lowercase(), words(name));
    let far = (name.chars().count() / 3).clamp(2, 6);
    // How far it is taken to be, and how many letters it is.
    let distance = |candidate: &str| {
        let (candidate, whole) = (candidate.to_lowercase(), words(candidate));
        let letters = strsim::damerau_levenshtein(&name, &candidate);
        let is_part =
            name.len().min(candidate.len()) >= 4 && (candidate.contains(&name) || name.contains(&candidate));
        let near = is_part || shortened.len() > 1 && begin_in_order(&shortened, &whole);
        (if near { letters.min(far) } else { letters }, letters)
    };
    names
        .into_iter()
        .filter(|candidate| !candidate.trim().is_empty())
        .map(|candidate| (distance(candidate), candidate))
        // What has not a letter in common is not near, however short.
        .filter(|((distance, _), candidate)| {
            *distance <= far && *distance < name.chars().count().max(candidate.chars().count())
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The words that a name in the API's spelling is put together of.
fn words(name: &str) -> Vec<String> {
    let (mut words, mut capital) = (vec![String::new()], true);
    for letter in name.chars() {
        if letter.is_uppercase() && !capital {
            words.push(String::new());
        }
        capital = letter.is_uppercase();
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// Whether each of the words begins one of the others, in order: `maxPercent` and `maximumPercent`.
fn begin_in_order(words: &[String], others: &[String]) -> bool {
    let mut others = others.iter();
    words.iter().all(|word| others.any(|other| other.starts_with(word.as_str())))
}

/// A whole number with its thousands apart, as a person reads it: `5,000`.
pub(crate) fn grouped(number: u64) -> String {
    Count(number).to_string()
}

/// A number as a person reads it.
pub(crate) fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { grouped(number as u64) } else { number.to_string() }
}

/// A value by its JSON type, with its value where that is short.
pub(crate) fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => shown(value),
        Value::Number(_) => format!("the number {}", shown(value)),
        Value::String(_) => format!("the string {}", shown(value)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A value on one line, cut to what a message can hold.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 40 { text } else { text.chars().take(39).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbour_and_a_strange_one_finds_none() {
        let names = ["desiredCount", "deploymentConfiguration", "serviceName"];
        for (name, expected) in [
            ("desiredCuont", Some("desiredCount")),
            ("DesiredCount", Some("desiredCount")),
            ("servicename", Some("serviceName")),
            ("deployment", Some("deploymentConfiguration")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, names), expected, "{name}");
        }
        let acts = [
            "deploy",
            "stopServiceDeployment",
            "updateTaskProtection",
            "updateService",
            "setListenerWeights",
        ];
        for (name, expected) in [
            ("stopDeployment", Some("stopServiceDeployment")),
            ("update", Some("updateService")),
            ("setWeights", Some("setListenerWeights")),
            ("weightsSet", None),
        ] {
            assert_eq!(nearest(name, acts), expected, "{name}");
        }
        assert_eq!(nearest("maxPercent", ["bakeTimeInMinutes", "maximumPercent"]), Some("maximumPercent"));
        assert_eq!(nearest("ui", [""]), None, "a name that is missing is no neighbour");
        assert_eq!((nearest("3", ["1", "2"]), nearest("43", ["41", "7"])), (None, Some("41")));
    }

    #[test]
    fn a_problem_is_one_line() {
        let problem = |nearest: Option<&str>| Problem {
            path: "traffic.user".to_owned(),
            message: "unknown field, ignored".to_owned(),
            nearest: nearest.map(str::to_owned),
        };
        assert_eq!(
            problem(Some("users")).to_string(),
            "traffic.user: unknown field, ignored (nearest: users)"
        );
        assert_eq!(problem(None).to_string(), "traffic.user: unknown field, ignored");
        assert_eq!(shown(&Value::from("a\nb")), "\"a\\nb\"");
        let lines = Problem {
            path: "services[0]".to_owned(),
            message: "there is no revision \"6\" of a\nb".to_owned(),
            nearest: Some("6\r\u{2028}ö".to_owned()),
        };
        assert_eq!(
            lines.to_string(),
            "services[0]: there is no revision \"6\" of a\\nb (nearest: 6\\r\\u{2028}ö)"
        );
    }
}
