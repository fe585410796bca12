//! A recording: the JSON that a run is a pure function of.
//!
//! This is the one way to read a file. It tells all problems at once, warns of what it does not know, and notes what
//! it had to assume; the engine then cannot fail on the scenario. One file for each part of the document:

mod application;
mod deployment;
pub(crate) mod fields;
mod hooks;
mod interventions;
mod listener_rules;
mod measures;
mod named;
mod pipeline;
mod revisions;
mod routing;
#[cfg(test)]
mod schema;
mod scripts;
mod service;
mod shapes;
mod syntax;
mod target_groups;
mod task_definition;
mod traffic;
mod update;

pub(crate) use fields::SERVICE;
pub use hooks::function_name;
pub(crate) use named::{alarm_names, function_names, usual_script};
pub use scripts::script_warnings;
pub(crate) use service::service_name;
pub use syntax::{MOST_BYTES, MOST_NESTING, UTF_16, given_twice, parse};
pub(crate) use task_definition::revision_of;
pub use update::STARTS_DEPLOYMENT;

use super::problem::{Assumption, Problem, grouped};
use super::reader::{Kind, Node, Object, Reader};
use crate::engine::MOST_JUDGEMENTS;
use crate::model::*;
use serde_json::Value;

/// A recording that can be simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The document as given, every unknown field included.
    pub document: Value,
    /// What it means.
    pub scenario: Scenario,
    /// What was ignored, by path.
    pub warnings: Vec<Problem>,
    /// What the file did not give.
    pub assumptions: Vec<Assumption>,
}

/// Reads a recording.
///
/// # Errors
/// Every problem at once, each with its JSON path, or one with line and column where the text is not JSON. What would
/// be ignored comes after the problems.
pub fn read(text: &str) -> Result<Reading, Vec<Problem>> {
    let document = parse(text).map_err(|problem| vec![problem])?;
    let twice = given_twice(text);
    match read_document(&document) {
        Ok(mut reading) => {
            reading.warnings.extend(twice);
            Ok(reading)
        }
        Err(mut problems) => {
            problems.extend(twice);
            Err(problems)
        }
    }
}

/// Reads a recording that has been parsed, as the page does after each edit.
///
/// # Errors
/// Every problem at once, each with its JSON path, and after them what would be ignored.
pub fn read_document(document: &Value) -> Result<Reading, Vec<Problem>> {
    let mut reader = Reader::default();
    if is_what_ecs_prints(document) {
        // It is wrong as a whole and not in each of its thirty fields.
        reader.refuse("cutover", format!("is missing: {BEGINS}"));
        return Err(reader.problems);
    }
    let scenario = scenario(&mut reader, document);
    let Reader { mut problems, warnings, assumptions, .. } = reader;
    if problems.is_empty() {
        return Ok(Reading { document: document.clone(), scenario, warnings, assumptions });
    }
    // A name that is misspelt is often why another is missing.
    problems.extend(warnings);
    Err(problems)
}

/// Whether this is ECS's own JSON, which wants to be imported.
fn is_what_ecs_prints(document: &Value) -> bool {
    let describes =
        |value: &Value| ["serviceName", "serviceArn"].into_iter().any(|key| value.get(key).is_some());
    let first = document.get("services").and_then(|services| services.get(0));
    document.get("cutover").is_none()
        && [Some(document), first, document.get("service")].into_iter().flatten().any(describes)
}

/// How a recording begins.
const BEGINS: &str = "a recording begins with \"cutover\": 1, and import makes one of ECS JSON";

/// The version of recordings that this program reads and writes.
pub const VERSION: u64 = 1;

const MOST_SERVICES: usize = 50;
const MOST_ALARMS: usize = 100;
const MOST_HOOKS: usize = 100;
/// The tasks of all services together.
const MOST_TASKS_TOGETHER: u64 = 25_000;

const RECORDING: &[(&str, Kind)] = &[
    ("cutover", Kind::Read),
    ("name", Kind::Read),
    ("seed", Kind::Read),
    ("services", Kind::Read),
    ("traffic", Kind::Read),
    ("hooks", Kind::Read),
    ("alarms", Kind::Read),
    ("interventions", Kind::Read),
    ("reviewer", Kind::Read),
    ("readings", Kind::Read),
    ("firstDeployment", Kind::Read),
];

/// Reads everything, whatever is wrong, so that every problem is told.
fn scenario(reader: &mut Reader, document: &Value) -> Scenario {
    let root = reader.open(Node { value: document, path: String::new() }, RECORDING);
    check_version(reader, &root);
    let name = reader.text(&root, "name").unwrap_or_default().to_owned();
    if !root.has("seed") && root.is_present() {
        reader.assume("seed", "1", "the file gives none");
    }
    let seed = reader.whole(&root, "seed", 0..=u64::MAX).unwrap_or(1);
    let first_deployment = reader.flag(&root, "firstDeployment").unwrap_or(false);

    let nodes = reader.list(&root, "services", MOST_SERVICES);
    let listed = root.get("services").is_some_and(|node| node.value.is_array());
    if root.is_present() && (listed || !root.has("services")) && nodes.is_empty() {
        reader.refuse("services", "is missing: a recording has at least one service");
    }
    let mut services: Vec<service::ReadService> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let read = service::read(reader, node.clone(), first_deployment);
        let name = &read.service.name;
        if !name.is_empty() && services.iter().any(|other| other.service.name == *name) {
            reader.refuse(
                format!("services[{index}].service"),
                format!("a service is called {name:?} already"),
            );
        }
        services.push(read);
    }
    let together: u64 = services.iter().map(|read| u64::from(read.service.desired_count)).sum();
    if together > MOST_TASKS_TOGETHER {
        let most = grouped(MOST_TASKS_TOGETHER);
        reader.refuse(
            "services",
            format!("want {} tasks together; at most {most} are simulated", grouped(together)),
        );
    }

    application::read(reader, &nodes, &mut services);
    let entry_count = services.first().map_or(0, |read| read.service.desired_count);
    let traffic = traffic::read_traffic(reader, &root, entry_count);
    let reviewer = traffic::read_reviewer(reader, &root);
    let readings = readings(reader, &root);
    let mut sources = hooks::read_sources(reader, &root);
    let mut alarms = traffic::read_alarms(reader, &root, &services);
    target_groups::warn_of_strangers(reader, document);
    named::add_hooks(reader, document, &mut sources);
    named::add_alarms(reader, document, &mut alarms);
    // An update changes what a later one builds on, but not what stands at second 0.
    let at_start: Vec<Service> = services.iter().map(|read| read.service.clone()).collect();
    let names: Vec<String> = sources.keys().cloned().collect();
    let mut known = interventions::Known { services: &mut services, alarms: &alarms, hooks: &names };
    let interventions = interventions::read(reader, &root, &mut known);
    refuse_endless_judging(reader, &alarms, &at_start, &interventions);
    if !services.is_empty() {
        application::refuse_floods(reader, &at_start, highest_rate(&traffic, &interventions));
    }
    Scenario {
        name,
        seed,
        services: at_start,
        traffic,
        hooks: sources,
        alarms,
        interventions,
        reviewer,
        readings,
    }
}

/// `readings`: the choices of ours that can be switched.
fn readings(reader: &mut Reader, root: &Object<'_>) -> Readings {
    const READINGS: &[(&str, Kind)] = &[("stoppingCountsTowardMaximum", Kind::Read)];
    let usual = Readings::default();
    let object = reader.object(root, "readings", READINGS);
    let stopping = reader.flag(&object, "stoppingCountsTowardMaximum");
    Readings { stopping_counts_toward_maximum: stopping.unwrap_or(usual.stopping_counts_toward_maximum) }
}

/// The most requests a second that ever enter.
fn highest_rate(traffic: &Traffic, interventions: &[Intervention]) -> Rate {
    let set = interventions.iter().filter_map(|intervention| match intervention.act {
        Act::SetTraffic { rate } => Some(rate),
        _ => None,
    });
    set.fold(traffic.highest(), Rate::max)
}

/// Alarms are judged at the end of every period until the run ends: at the latest where the longest timer that runs
/// [`HANGING_RUN`] after the last intervention is over, and never after [`LONGEST_RUN`]. Each alarm alone may be as quick
/// as it likes. (Where an intervention waits for a moment that comes late, a run that holds as many all the same is cut
/// short, and says so.)
fn refuse_endless_judging(
    reader: &mut Reader,
    alarms: &[Alarm],
    services: &[Service],
    interventions: &[Intervention],
) {
    let last = interventions.iter().filter_map(|intervention| match intervention.when {
        When::At(at) => Some(at),
        When::Moment { .. } => None,
    });
    let updates = || {
        interventions.iter().filter_map(|intervention| match &intervention.act {
            Act::UpdateService { update, .. } => Some(update),
            _ => None,
        })
    };
    let hooks =
        services.iter().map(|service| &service.hooks).chain(updates().filter_map(|it| it.hooks.as_ref()));
    let deployments = services
        .iter()
        .map(|service| &service.deployment)
        .chain(updates().filter_map(|it| it.deployment.as_ref()));
    let steps = deployments.clone().flat_map(|it| it.strategy.traffic_steps()).map(|step| step.bake);
    let bakes = deployments.map(DeploymentConfiguration::bake);
    let longest =
        hooks.flatten().map(|hook| hook.timeout).chain(steps).chain(bakes).max().unwrap_or_default();
    let horizon = (last.max().unwrap_or_default() + HANGING_RUN + longest).min(SimTime::ZERO + LONGEST_RUN);
    let judgements: u64 = alarms.iter().map(|alarm| horizon.0 / alarm.period.0.max(1)).sum();
    let most = MOST_JUDGEMENTS as u64;
    if judgements > most {
        let (most, judgements) = (grouped(most), grouped(judgements));
        reader.refuse(
            "alarms",
            format!("may be judged {judgements} times together; at most {most} times are simulated"),
        );
    }
}

fn check_version(reader: &mut Reader, root: &Object<'_>) {
    let Some(node) = root.get("cutover") else {
        reader.require(root, "cutover", BEGINS);
        return;
    };
    match node.value.as_u64() {
        Some(VERSION) => {}
        Some(version) => {
            let message =
                format!("this program reads version {VERSION} of recordings; this is version {version}");
            reader.refuse(node.path, message);
        }
        None => reader.wrong_type(&node, "the number 1"),
    }
}
