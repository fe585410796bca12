//! The values a person can change, by their API names.
//!
//! One table says of each where it stands in the recording, what it may be and what it does. Whether a new value is
//! acceptable is not decided here but by the reader of recordings, which says what is wrong in its own words.

mod table;

use super::recording::{entry, put, write_revisions};
use crate::model::*;
use serde_json::{Value, json};
use table::TABLE;

/// What a parameter belongs to, as the page groups them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParameterGroup {
    /// The strategy's own values.
    Strategy,
    /// The service.
    Service,
    /// How the revision that is deployed behaves.
    Release,
    /// Who sends requests.
    Traffic,
    /// Circuit breaker and alarms.
    Guard,
    /// The load balancer's checks and delays.
    TargetGroup,
    /// What AWS documents no number for.
    Timings,
    /// Where AWS documents nothing, or two documents disagree: choices of ours that can be switched.
    Readings,
}

/// How a parameter is entered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParameterKind {
    /// A whole number from `least` to `most`.
    Integer {
        /// The smallest value.
        least: i64,
        /// The largest value.
        most: i64,
    },
    /// A number from `least` to `most` in steps of `step`.
    Decimal {
        /// The smallest value.
        least: f64,
        /// The largest value.
        most: f64,
        /// The grain.
        step: f64,
    },
    /// Yes or no.
    Switch,
}

/// A value a person can change.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its API name, or the recording's: the field's label and its key in [`super::Msg::Edit`].
    pub name: &'static str,
    /// What it belongs to.
    pub group: ParameterGroup,
    /// Its value now.
    pub value: Value,
    /// Whether the recording gives it; otherwise `value` is the default.
    pub given: bool,
    /// How it is entered, and its range.
    pub kind: ParameterKind,
    /// The range a slider covers comfortably, inside the range that is allowed.
    pub slider: (f64, f64),
    /// Its unit, as in `%`; empty where it has none.
    pub unit: &'static str,
    /// What holds where nobody gives it, in words.
    pub default: &'static str,
    /// What it does, in a sentence.
    pub what: &'static str,
    /// Whether it stands open at first; the others are found by search.
    pub open: bool,
}

/// What parameters are of: a service, the revision that is deployed, and the alarm that watches it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The scenario as read.
    pub scenario: &'a Scenario,
    /// Which service.
    pub service: usize,
    /// Which of its revisions.
    pub revision: usize,
}

impl Subject<'_> {
    fn service(&self) -> &Service {
        &self.scenario.services[self.service]
    }

    fn configuration(&self) -> &DeploymentConfiguration {
        &self.service().deployment
    }

    fn behavior(&self) -> &Behavior {
        &self.service().revisions[self.revision].behavior
    }

    fn group(&self) -> &TargetGroup {
        &self.service().routing.groups[0]
    }

    /// The first alarm that the service watches.
    fn alarm(&self) -> Option<&Alarm> {
        let watched = &self.configuration().alarms;
        self.scenario.alarms.iter().find(|alarm| watched.enable && watched.alarm_names.contains(&alarm.name))
    }
}

/// The parameters that mean something for the subject, those that stand open first, each group together.
pub fn parameters(document: &Value, subject: Subject<'_>) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = TABLE
        .iter()
        .filter(|definition| definition.applies(subject))
        .map(|definition| Parameter {
            name: definition.name,
            group: definition.group,
            value: (definition.value)(subject),
            given: definition.is_given(document, subject),
            kind: definition.kind,
            slider: definition.slider,
            unit: definition.unit,
            default: definition.default,
            what: definition.what,
            open: definition.open,
        })
        .collect();
    parameters.sort_by_key(|parameter| (!parameter.open, parameter.group));
    parameters
}

/// Writes a value into the document; `false` if there is no such parameter here.
pub fn edit(document: &mut Value, subject: Subject<'_>, name: &str, value: Value) -> bool {
    let Some(definition) = TABLE.iter().find(|it| it.name == name && it.applies(subject)) else {
        return false;
    };
    // A slider knows only decimal numbers.
    let value = match (definition.kind, value.as_f64()) {
        (ParameterKind::Integer { .. }, Some(number))
            if number == libm::trunc(number) && libm::fabs(number) < 9e15 =>
        {
            json!(number as i64)
        }
        _ => value,
    };
    definition.write(document, subject, value);
    true
}

/// Where a parameter stands in the recording.
#[derive(Clone, Copy)]
enum Place {
    /// In `deploymentConfiguration`.
    Configuration(&'static [&'static str]),
    /// In the service.
    Service(&'static str),
    /// In the revision's `behavior`.
    Behavior(&'static str),
    /// In `traffic`.
    Traffic(&'static str),
    /// In the alarm that watches.
    Alarm(&'static str),
    /// In every entry of `targetGroups`.
    TargetGroup(&'static str),
    /// Among the `Attributes` of every entry of `targetGroups`.
    Attribute(&'static str),
    /// In `timings`.
    Timings(&'static str),
    /// In `readings`.
    Readings(&'static str),
    /// In the recording itself.
    Recording(&'static str),
}

struct Definition {
    name: &'static str,
    group: ParameterGroup,
    place: Place,
    kind: ParameterKind,
    slider: (f64, f64),
    unit: &'static str,
    default: &'static str,
    what: &'static str,
    open: bool,
    /// Whether it means something here.
    when: fn(Subject<'_>) -> bool,
    value: fn(Subject<'_>) -> Value,
}

impl Definition {
    fn applies(&self, subject: Subject<'_>) -> bool {
        let found = match self.place {
            Place::Alarm(_) => subject.alarm().is_some(),
            Place::TargetGroup(_) | Place::Attribute(_) => subject.service().routing.kind.has_targets(),
            _ => true,
        };
        found && (self.when)(subject)
    }

    fn is_given(&self, document: &Value, subject: Subject<'_>) -> bool {
        let entry = &document["services"][subject.service];
        let value = match self.place {
            Place::Configuration(path) => {
                path.iter().fold(&entry["service"]["deploymentConfiguration"], |value, key| &value[*key])
            }
            Place::Service(key) => &entry["service"][key],
            Place::Behavior(key) => &entry["revisions"][subject.revision]["behavior"][key],
            Place::Traffic(key) => &document["traffic"][key],
            Place::Readings(key) => &document["readings"][key],
            Place::Timings(key) => &entry["timings"][key],
            Place::Recording(key) => &document[key],
            Place::TargetGroup(key) => &entry["targetGroups"][0][key],
            Place::Attribute(key) => {
                let attributes = entry["targetGroups"][0]["Attributes"].as_array();
                let found = attributes.and_then(|list| list.iter().find(|it| it["Key"] == key));
                found.map_or(&Value::Null, |attribute| &attribute["Value"])
            }
            Place::Alarm(key) => {
                let found = document["alarms"].as_array().and_then(|list| {
                    list.iter().find(|it| {
                        Some(&it["alarmName"]) == subject.alarm().map(|it| json!(it.name)).as_ref()
                    })
                });
                found.map_or(&Value::Null, |alarm| &alarm[key])
            }
        };
        !value.is_null()
    }

    fn write(&self, document: &mut Value, subject: Subject<'_>, value: Value) {
        let service = subject.service.to_string();
        let at = |rest: &[&'static str]| -> Vec<String> {
            ["services", &service].into_iter().chain(rest.iter().copied()).map(str::to_owned).collect()
        };
        let path: Vec<String> = match self.place {
            Place::Configuration(path) => {
                if let ["deploymentCircuitBreaker", ..] = path {
                    fill_breaker(document, subject);
                }
                at(&[&["service", "deploymentConfiguration"], path].concat())
            }
            Place::Service(key) => at(&["service", key]),
            Place::Timings(key) => at(&["timings", key]),
            Place::Traffic(key) => vec!["traffic".to_owned(), key.to_owned()],
            Place::Readings(key) => vec!["readings".to_owned(), key.to_owned()],
            Place::Recording(key) => vec![key.to_owned()],
            Place::Behavior(key) => {
                write_revisions(document, subject.service, &subject.service().revisions);
                let mut path = at(&["revisions"]);
                path.extend([subject.revision.to_string(), "behavior".to_owned(), key.to_owned()]);
                path
            }
            Place::Alarm(key) => {
                let Some(place) = write_alarm(document, subject) else { return };
                vec!["alarms".to_owned(), place.to_string(), key.to_owned()]
            }
            Place::TargetGroup(key) => {
                for group in groups(document, subject) {
                    put(group, &[key], value.clone());
                }
                return;
            }
            Place::Attribute(key) => {
                // The API prints every attribute as a string.
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                for group in groups(document, subject) {
                    put_attribute(group, key, &text);
                }
                return;
            }
        };
        let keys: Vec<&str> = path.iter().map(String::as_str).collect();
        put(document, &keys, value);
    }
}

/// A circuit breaker must be given `enable` and `rollback` together.
fn fill_breaker(document: &mut Value, subject: Subject<'_>) {
    let breaker = subject.configuration().circuit_breaker;
    let service = subject.service.to_string();
    for (key, value) in [("enable", breaker.enable), ("rollback", breaker.rollback)] {
        let path =
            ["services", &service, "service", "deploymentConfiguration", "deploymentCircuitBreaker", key];
        if document.pointer(&format!("/{}", path.join("/"))).is_none() {
            put(document, &path, json!(value));
        }
    }
}

/// The place of the watching alarm in `alarms`, where it is written if the service only names it.
fn write_alarm(document: &mut Value, subject: Subject<'_>) -> Option<usize> {
    let alarm = subject.alarm()?;
    let root = document.as_object_mut()?;
    let list = root.entry("alarms").or_insert_with(|| json!([])).as_array_mut()?;
    if let Some(place) = list.iter().position(|it| it["alarmName"] == json!(alarm.name)) {
        return Some(place);
    }
    let (metric, threshold) = match alarm.metric {
        AlarmMetric::ErrorPercent(ratio) => ("errorPercent", json!(ratio.as_percent())),
        AlarmMetric::LatencyMillis(millis) => ("latencyMillis", json!(millis)),
    };
    list.push(json!({
        "alarmName": alarm.name, "metric": metric, "threshold": threshold,
        "periodSeconds": alarm.period.0 / 1000, "evaluationPeriods": alarm.evaluation_periods,
    }));
    Some(list.len() - 1)
}

/// The entries of `targetGroups`; one for all groups is made where there is none.
fn groups<'d>(document: &'d mut Value, subject: Subject<'_>) -> impl Iterator<Item = &'d mut Value> {
    let list = entry(document, subject.service)
        .and_then(|entry| entry.entry("targetGroups").or_insert_with(|| json!([{}])).as_array_mut());
    list.into_iter().flatten()
}

fn put_attribute(group: &mut Value, key: &str, text: &str) {
    let Some(group) = group.as_object_mut() else { return };
    let Value::Array(list) = group.entry("Attributes").or_insert_with(|| json!([])) else { return };
    match list.iter_mut().find(|it| it["Key"] == key) {
        Some(attribute) => attribute["Value"] = json!(text),
        None => list.push(json!({"Key": key, "Value": text})),
    }
}
