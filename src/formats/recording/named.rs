//! Alarms and Lambda functions that a service only names: each gets a usual one, and says so.

use super::hooks::function_name;
use super::traffic::usual_alarm;
use super::{MOST_ALARMS, MOST_HOOKS};
use crate::formats::problem::nearest;
use crate::formats::reader::{Reader, join};
use crate::model::Alarm;
use crate::script::ready_made;
use serde_json::Value;
use std::collections::BTreeMap;

/// Warns of names in `defined` that nothing uses, where one near it is used and not defined: it is misspelt there or
/// here, and what stands in for it hides that.
fn warn_of_misspelt<'n>(
    reader: &mut Reader,
    defined: impl Iterator<Item = (String, &'n str)>,
    used: &[&str],
    message: &str,
) {
    let defined: Vec<(String, &str)> = defined.collect();
    let missing = || used.iter().copied().filter(|name| defined.iter().all(|(_, other)| other != name));
    for (path, name) in defined.iter().filter(|(_, name)| !used.contains(name)) {
        if nearest(name, missing()).is_some() {
            reader.warn_name(path, message, name, missing());
        }
    }
}

/// Adds an alarm for each name that a deployment configuration watches and `alarms` lacks.
pub(crate) fn add_alarms(reader: &mut Reader, document: &Value, alarms: &mut Vec<Alarm>) {
    let used = alarm_names(document);
    let defined = alarms.iter().enumerate();
    let defined = defined.map(|(index, alarm)| (format!("alarms[{index}].alarmName"), alarm.name.as_str()));
    warn_of_misspelt(reader, defined, &used, "no service watches an alarm of this name");
    for name in used {
        if alarms.iter().any(|alarm| alarm.name == name) {
            continue;
        }
        if alarms.len() >= MOST_ALARMS {
            reader.refuse(
                "alarms",
                format!("at most {MOST_ALARMS} alarms are read, those that services only name included"),
            );
            return;
        }
        let value = format!("{name}: errorPercent above 5, 60 s, 1 period");
        reader.assume("alarms", value, "the service only names it");
        alarms.push(usual_alarm(name));
    }
}

/// Adds a script for each Lambda function that a hook calls and `hooks` lacks.
pub(crate) fn add_hooks(reader: &mut Reader, document: &Value, sources: &mut BTreeMap<String, String>) {
    let used = function_names(document);
    let defined = sources.keys().map(|name| (join("hooks", name), name.as_str()));
    warn_of_misspelt(reader, defined, &used, "no lifecycle hook calls a function of this name");
    for name in used {
        if sources.contains_key(name) {
            continue;
        }
        if sources.len() >= MOST_HOOKS {
            reader.refuse(
                "hooks",
                format!("at most {MOST_HOOKS} hooks are read, those that services only name included"),
            );
            return;
        }
        let (title, source) = usual_script(name);
        reader.assume("hooks", format!("{name}: {title}"), "the service only names it");
        sources.insert(name.to_owned(), source.to_owned());
    }
}

/// The names that deployment configurations of a recording watch, in order of appearance, each once.
pub(crate) fn alarm_names(document: &Value) -> Vec<&str> {
    let lists =
        configurations(document).into_iter().filter_map(|value| value.get("alarms")?.get("alarmNames"));
    once(lists.flat_map(elements).filter_map(Value::as_str))
}

/// The functions that lifecycle hooks of a recording call, in order of appearance, each once.
pub(crate) fn function_names(document: &Value) -> Vec<&str> {
    let hooks = configurations(document)
        .into_iter()
        .filter_map(|value| value.get("lifecycleHooks"))
        .flat_map(elements);
    let lambdas = hooks.filter(|hook| hook.get("targetType").is_none_or(|kind| kind == "AWS_LAMBDA"));
    once(lambdas.filter_map(|hook| hook.get("hookTargetArn")?.as_str()).map(function_name))
}

/// What stands in for a function that a file only names: a manual approval where its name says so, else the smoke
/// test.
pub(crate) fn usual_script(name: &str) -> (&'static str, &'static str) {
    let title = if name.to_lowercase().contains("approv") { "manual-approval" } else { "smoke-test" };
    (title, ready_made(title).unwrap_or_default())
}

/// Every deployment configuration of a recording: of services, of their other strategies, and of updates.
fn configurations(document: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    for entry in document.get("services").into_iter().flat_map(elements) {
        found.extend(entry.get("service").and_then(|service| service.get("deploymentConfiguration")));
        let others = entry.get("otherStrategies").and_then(Value::as_object);
        found.extend(others.into_iter().flat_map(|others| others.values()));
    }
    for intervention in document.get("interventions").into_iter().flat_map(elements) {
        found.extend(
            intervention.get("updateService").and_then(|update| update.get("deploymentConfiguration")),
        );
    }
    found
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn once<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for name in names {
        if !name.trim().is_empty() && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
