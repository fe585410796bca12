//! What a lesson or a drill changes in the recording it plays: values by their paths, as problems write them.

use crate::formats::reader::{Object, Reader};
use crate::formats::{Problem, read_document};
use serde_json::{Map, Value};

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Place(usize),
}

/// Makes the changes that an object lists: each key a path as in `services[0].service.desiredCount`, each value what is
/// to stand there. `null` takes out what stands there; the place after the last of a list adds to it.
pub(crate) fn apply(reader: &mut Reader, changes: &Object<'_>, recording: &mut Value) {
    let mut made = Vec::new();
    for (path, node) in changes.entries() {
        match steps(path).and_then(|steps| put(recording, &steps, node.value.clone())) {
            Ok(()) => made.push((path, node.path)),
            Err(message) => reader.problems.push(Problem { path: node.path, message, nearest: None }),
        }
    }
    refuse_what_is_ignored(reader, &made, recording);
}

/// A misspelt field changes nothing, which its author did not mean. What is wrong with the recording itself is told where
/// it is played.
fn refuse_what_is_ignored(reader: &mut Reader, made: &[(&str, String)], recording: &Value) {
    let Ok(reading) = read_document(recording) else { return };
    for warning in reading.warnings {
        let under = |path: &str| {
            warning.path.strip_prefix(path).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        if let Some((place, rest)) = made.iter().find_map(|(path, place)| Some((place, under(path)?))) {
            reader.problems.push(Problem { path: format!("{place}{rest}"), ..warning.clone() });
        }
    }
}

/// The steps of a path.
fn steps(path: &str) -> Result<Vec<Step>, String> {
    let wrong = || format!("is no path: one is written as in services[0].service.desiredCount, not {path:?}");
    let mut steps = Vec::new();
    for part in path.split('.') {
        let mut pieces = part.split('[');
        let key = pieces.next().unwrap_or_default();
        if key.is_empty() {
            return Err(wrong());
        }
        steps.push(Step::Key(key.to_owned()));
        for piece in pieces {
            let place = piece.strip_suffix(']').and_then(|place| place.parse().ok());
            steps.push(Step::Place(place.ok_or_else(wrong)?));
        }
    }
    Ok(steps)
}

fn put(at: &mut Value, steps: &[Step], value: Value) -> Result<(), String> {
    let Some((first, rest)) = steps.split_first() else {
        *at = value;
        return Ok(());
    };
    match (first, at) {
        (Step::Key(key), Value::Object(map)) => match (rest, value) {
            ([], Value::Null) => {
                map.shift_remove(key).map(drop).ok_or_else(|| format!("there is no {key} to take out"))
            }
            (_, value) => put(map.entry(key).or_insert_with(|| Value::Object(Map::new())), rest, value),
        },
        (Step::Key(key), _) => Err(format!("leads to {key} of something that is no object")),
        (Step::Place(place), Value::Array(list)) => match (rest, value) {
            ([], Value::Null) if *place < list.len() => {
                list.remove(*place);
                Ok(())
            }
            ([], value) if *place == list.len() => {
                list.push(value);
                Ok(())
            }
            (_, value) => match list.get_mut(*place) {
                Some(item) => put(item, rest, value),
                None => Err(format!("leads to place {place} of a list that has none")),
            },
        },
        (Step::Place(place), _) => Err(format!("leads to place {place} of something that is no list")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::reader::Node;
    use serde_json::json;

    fn changed(changes: Value) -> (Value, Vec<String>) {
        let mut recording = json!({"services": [{"service": {"desiredCount": 2}}], "interventions": []});
        let mut reader = Reader::default();
        let object = reader.open_free(Node { value: &changes, path: "changes".to_owned() });
        apply(&mut reader, &object, &mut recording);
        (recording, reader.problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_value_is_put_added_or_taken_out_by_its_path() {
        let (recording, problems) = changed(json!({
            "services[0].service.desiredCount": 3,
            "services[0].service.deploymentConfiguration.strategy": "ROLLING",
            "interventions[0]": {"atSeconds": 0},
            "interventions[1]": {"atSeconds": 1},
        }));
        assert_eq!(problems, Vec::<String>::new());
        let service = json!({"desiredCount": 3, "deploymentConfiguration": {"strategy": "ROLLING"}});
        assert_eq!(recording["services"][0]["service"], service);
        assert_eq!(recording["interventions"], json!([{"atSeconds": 0}, {"atSeconds": 1}]));
        let (recording, problems) = changed(json!({"services[0].service.desiredCount": null}));
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(recording["services"][0]["service"], json!({}));
    }

    #[test]
    fn a_path_that_leads_nowhere_is_told_with_its_place() {
        for (path, message) in [
            ("services[1].service", "leads to place 1 of a list that has none"),
            ("services.ui", "leads to ui of something that is no object"),
            (
                "services[x]",
                "is no path: one is written as in services[0].service.desiredCount, not \"services[x]\"",
            ),
            ("interventions[0][0]", "leads to place 0 of a list that has none"),
        ] {
            let (_, problems) = changed(json!({path: 1}));
            assert_eq!(problems, [format!("changes[\"{path}\"]: {message}")], "{path}");
        }
    }
}
