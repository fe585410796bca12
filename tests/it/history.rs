//! A deployment that took place: the events that describe-services kept of a service in production, and the simulation
//! of the same service with the timings read off them.
//!
//! How long a launch takes and how long a target takes to be healthy are read off the service's creation; the deployment
//! an hour later is predicted with them. ECS's scheduler took 14 seconds to look; a run knows no such delay, so that the
//! two are laid over each other at the first launch.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::imports::RETAIL_UI;
use cutover::engine::{Fact, Run, simulate};
use cutover::formats::{import, read_document};
use cutover::model::{ServiceDeploymentStatus, TargetHealth, TaskStatus};
use cutover::script::Scripts;
use serde_json::{Value, json};

/// How far a simulated event may be from the real one.
const FEW_SECONDS: u64 = 3_000;

/// A kind of message in `events`, and how many tasks or targets it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Started(usize),
    Registered(usize),
    Stopped(usize),
    Deregistered(usize),
    Completed,
    Steady,
}

/// The kept events in order, with their milliseconds of that day.
fn kept() -> Vec<(u64, Kind)> {
    let described: Value = serde_json::from_str(RETAIL_UI).expect("JSON");
    let events = described["services"][0]["events"].as_array().expect("events");
    let text = |event: &Value, key: &str| event[key].as_str().expect("a text").to_owned();
    events
        .iter()
        .rev()
        .filter_map(|event| Some((millis(&text(event, "createdAt")), kind(&text(event, "message"))?)))
        .collect()
}

/// Milliseconds since midnight of a text like `2026-04-30T02:07:46.079000+00:00`.
fn millis(text: &str) -> u64 {
    let part = |from: usize, to: usize| text[from..to].parse::<u64>().expect("a number");
    ((part(11, 13) * 60 + part(14, 16)) * 60 + part(17, 19)) * 1000 + part(20, 23)
}

/// `None` for the draining, which ECS tells of in the same moment as the deregistration before it.
fn kind(message: &str) -> Option<Kind> {
    let count =
        |after: &str| -> Option<usize> { message.split_once(after)?.1.split(' ').next()?.parse().ok() };
    match () {
        () if message.contains("begun draining") => None,
        () if message.contains("deployment completed") => Some(Kind::Completed),
        () if message.contains("steady state") => Some(Kind::Steady),
        () => [
            ("has started ", Kind::Started as fn(usize) -> Kind),
            (") registered ", Kind::Registered),
            ("has stopped ", Kind::Stopped),
            (") deregistered ", Kind::Deregistered),
        ]
        .into_iter()
        .find_map(|(words, kind)| count(words).map(kind))
        .or_else(|| panic!("an unknown message: {message}")),
    }
}

/// The same kinds in a run.
fn simulated(run: &Run) -> Vec<(u64, Kind)> {
    let kind = |fact: &Fact| match fact {
        Fact::TasksChanged { tasks, status: TaskStatus::Provisioning, .. } => {
            Some(Kind::Started(tasks.len()))
        }
        Fact::TasksChanged { tasks, status: TaskStatus::Deactivating, .. } => {
            Some(Kind::Stopped(tasks.len()))
        }
        Fact::TargetsChanged { tasks, health: TargetHealth::Registering, .. } => {
            Some(Kind::Registered(tasks.len()))
        }
        Fact::TargetsChanged { tasks, health: TargetHealth::Draining, .. } => {
            Some(Kind::Deregistered(tasks.len()))
        }
        Fact::StatusChanged { status: ServiceDeploymentStatus::Successful, .. } => Some(Kind::Completed),
        Fact::SteadyState => Some(Kind::Steady),
        _ => None,
    };
    run.events.iter().filter_map(|event| Some((event.at.0, kind(&event.fact)?))).collect()
}

/// The service as it was described, with timings read off its events.
fn run(first: bool) -> Run {
    let mut document = import(RETAIL_UI).expect("a service").document;
    let entry = &mut document["services"][0];
    entry["firstDeployment"] = json!(first);
    // 01:00:00.2 started, 01:00:30.3 registered, 01:01:10.9 completed.
    let behavior = json!({"startSeconds": 10});
    for revision in entry["revisions"].as_array_mut().expect("revisions") {
        revision["behavior"] = behavior.clone();
    }
    entry["timings"] = json!({"provisionSeconds": 10, "pullSeconds": 10, "registerSeconds": 10,
        "firstCheckSeconds": 31, "deregisterSeconds": 2, "exitSeconds": 1, "deprovisionSeconds": 1});
    // 02:06:44.0 draining, 02:07:46.1 completed.
    entry["targetGroups"] = json!([{"Attributes":
        [{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}]}]);
    if first {
        document["interventions"] = json!([]);
    }
    let reading = read_document(&document).unwrap_or_else(|problems| panic!("{problems:?}"));
    simulate(&reading.scenario, &mut Scripts::compile(&reading.scenario.hooks).runner())
}

/// The same kinds in the same order, none further off than a few seconds, laid over each other at the first launch.
fn agree(real: &[(u64, Kind)], simulated: &[(u64, Kind)]) {
    let kinds =
        |events: &[(u64, Kind)]| -> Vec<Kind> { events.iter().map(|(_, kind)| kind.clone()).collect() };
    assert_eq!(kinds(simulated), kinds(real));
    let (start, real_start) = (simulated[0].0, real[0].0);
    for ((at, kind), (real_at, _)) in simulated.iter().zip(real) {
        let (after, real_after) = (at - start, real_at - real_start);
        assert!(
            after.abs_diff(real_after) <= FEW_SECONDS,
            "{kind:?} after {after} ms, really {real_after} ms"
        );
    }
}

#[test]
fn the_creation_of_a_real_service_comes_in_its_order_and_at_its_times() {
    let mut real: Vec<(u64, Kind)> = kept().into_iter().take(4).collect();
    // Of the two registrations the service kept the message of one.
    assert_eq!(real[1].1, Kind::Registered(1));
    real[1].1 = Kind::Registered(2);
    agree(&real, &simulated(&run(true)));
}

#[test]
fn the_next_deployment_of_a_real_service_comes_in_its_order_and_at_its_times() {
    let real: Vec<(u64, Kind)> = kept().into_iter().skip(4).collect();
    assert_eq!(real.len(), 6);
    agree(&real, &simulated(&run(false)));
}
