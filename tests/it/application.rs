//! Several services that call each other: requests go down the calls, errors and latency come back up.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, simulate};
use crate::recordings::{accepted, lines};
use cutover::engine::{FlowKey, Requests, RevisionId, Run};
use cutover::formats::read_document;
use cutover::model::{Scenario, SimTime, Span};
use serde_json::{Value, json};

/// `ui` calls `catalog` and, half as often, `checkout`; `checkout` calls `orders`. Nobody is deployed.
fn store() -> Recording {
    let service = |name: &str, beside: Value| {
        let mut entry = json!({"service": {"serviceName": name, "desiredCount": 4},
            "revisions": [{"name": "1", "behavior": {"requestsPerSecondPerTask": 100}},
                {"name": "2", "behavior": {"requestsPerSecondPerTask": 100, "errorPercent": 20}}]});
        for (key, value) in beside.as_object().expect("an object") {
            entry[key.as_str()] = value.clone();
        }
        entry
    };
    Recording {
        document: json!({
            "cutover": 1, "name": "a store", "seed": 7,
            "services": [
                service("ui", json!({"calls": [{"service": "catalog"}, {"service": "checkout", "perRequest": 0.5}]})),
                service("catalog", json!({"dependencies": [{"name": "catalog-db", "latencyMillis": 5}]})),
                service("checkout", json!({"calls": [{"service": "orders", "perRequest": 2}]})),
                service("orders", json!({})),
            ],
            "traffic": {"requestsPerSecond": 200, "users": 1000},
            "interventions": [{"atSeconds": 600, "setTraffic": {"requestsPerSecond": 200}}]
        }),
    }
}

/// The requests of a service between two seconds.
fn between(run: &Run, service: usize, from: u64, to: u64) -> Requests {
    let at = |secs| run.services[service].traffic.production(SimTime::from_secs(secs));
    let (before, after) = (at(from), at(to));
    Requests {
        sent: after.sent - before.sent,
        answered: after.answered - before.answered,
        failed: after.failed - before.failed,
        in_flight: after.in_flight,
    }
}

fn latency(run: &Run, service: usize, at: u64) -> Span {
    let flow = run.services[service].traffic.flow(FlowKey::Production(RevisionId(0))).expect("requests");
    flow.rate_at(SimTime::from_secs(at)).1
}

/// Whether a count is within four standard deviations of its mean.
fn near(count: u64, mean: f64) -> bool {
    (count as f64 - mean).abs() < 4.0 * mean.sqrt() + 1.0
}

fn with(act: Value) -> (Scenario, Run) {
    let mut recording = store();
    recording.intervene(act);
    simulate(&recording)
}

#[test]
fn every_request_calls_as_often_as_per_request_says() {
    let (_, run) = simulate(&store());
    for (service, of_each) in [1.0, 1.0, 0.5, 1.0].into_iter().enumerate() {
        let sent = between(&run, service, 0, 900).sent;
        assert!(near(sent, 200.0 * 900.0 * of_each), "{sent} to service {service}");
    }
    // A request takes its own 50 ms, catalog's 55 and, in half of the cases, checkout's 50 with two of orders'.
    assert_eq!(latency(&run, 0, 300), Span(50 + 55 + (50 + 2 * 50) / 2));
}

#[test]
fn errors_of_a_called_service_travel_up_every_call() {
    let act = json!({"atSeconds": 100, "setBehavior": {"service": "orders", "revision": "1", "behavior": {"errorPercent": 10}}});
    let (_, run) = with(act);
    for (service, share) in [(3, 0.1), (2, 1.0 - 0.9 * 0.9), (1, 0.0), (0, (1.0 - 0.9 * 0.9) / 2.0)] {
        let requests = between(&run, service, 110, 900);
        let mean = requests.sent as f64 * share;
        assert!(near(requests.failed, mean), "{} of service {service} fail, not {mean}", requests.failed);
        assert_eq!(between(&run, service, 0, 100).failed, 0);
    }
}

#[test]
fn a_request_survives_the_failure_of_an_optional_call_and_waits_for_it_all_the_same() {
    let mut recording = store();
    recording.document["services"][0]["calls"][1]["optional"] = json!(true);
    recording.intervene(json!({"atSeconds": 100, "setBehavior": {"service": "checkout", "revision": "1",
        "behavior": {"errorPercent": 100, "latencyMillis": 250}}}));
    let (_, run) = simulate(&recording);
    assert_eq!(between(&run, 0, 0, 900).failed, 0);
    assert_eq!(latency(&run, 0, 300), Span(50 + 55 + (250 + 2 * 50) / 2));
}

#[test]
fn a_dependency_acts_on_the_services_that_declare_it_and_an_unknown_one_on_the_entry_service() {
    for (name, failing) in [("catalog-db", [0, 1].as_slice()), ("somewhere", &[0])] {
        let (_, run) = with(
            json!({"atSeconds": 100, "setDependency": {"name": name, "errorPercent": 50, "latencyMillis": 80}}),
        );
        for service in 0..4 {
            let failed = between(&run, service, 101, 900).failed;
            assert_eq!(
                failed > 0,
                failing.contains(&service),
                "{failed} of service {service} fail with {name}"
            );
        }
        let added = if name == "catalog-db" { 75 } else { 80 };
        assert_eq!(latency(&run, 0, 300), Span(50 + 55 + 75 + added));
    }
}

#[test]
fn an_overloaded_service_shields_those_it_calls() {
    // ui works on 400 a second at most.
    let (_, run) = with(json!({"atSeconds": 100, "setTraffic": {"requestsPerSecond": 1000}}));
    let (to_ui, to_catalog) = (between(&run, 0, 200, 600), between(&run, 1, 200, 600));
    assert!(
        near(to_ui.sent, 400.0 * 1000.0) && near(to_catalog.sent, 400.0 * 400.0),
        "{to_ui:?} {to_catalog:?}"
    );
    assert!(near(to_ui.failed, 400.0 * 600.0), "{to_ui:?}");
    assert_eq!(to_catalog.failed, 0);
}

#[test]
fn a_queue_in_a_called_service_is_latency_and_then_failures_for_its_callers() {
    let (_, run) = with(json!({"atSeconds": 100, "setBehavior": {"service": "catalog", "revision": "1",
        "behavior": {"requestsPerSecondPerTask": 40}}}));
    let waits = latency(&run, 0, 110);
    // 200 a second arrive and 160 are answered: after 10 s 400 wait, which takes 2.5 s.
    assert_eq!(waits, Span(50 + 55 + 75 + 2500));
    let failed = between(&run, 0, 300, 600).failed;
    assert!(near(failed, 300.0 * 40.0), "{failed} of ui fail behind catalog's queue");
}

#[test]
fn a_bad_revision_of_a_called_service_hurts_by_its_weight_and_is_seen_by_an_alarm_on_the_caller() {
    let (scenario, run) = simulate(&Recording {
        document: serde_json::from_str(include_str!("../../static/scenarios/retail.json")).expect("JSON"),
    });
    let [catalog, ui] = ["catalog", "ui"].map(|name| scenario.service(name).expect("a service"));
    let deployment = &run.deployments[0];
    assert_eq!(deployment.service, catalog);
    let shift = deployment.shifts.iter().find(|shift| shift.weights.target == 100).expect("the canary step");
    let (from, to) = (shift.at.0 / 1000 + 10, deployment.rollback.as_ref().expect("a rollback").at.0 / 1000);
    let users = between(&run, ui, from, to);
    assert!(near(users.failed, users.sent as f64 * 0.1 * 0.2), "{users:?}");
    let detector = &deployment.rollback.as_ref().expect("a rollback").detector;
    let cutover::engine::Detector::Alarm(alarm) = detector else { panic!("{detector:?}") };
    assert_eq!(
        scenario.alarms[*alarm].name, "ui-5xx",
        "catalog's own alarm is blind to a tenth of its requests"
    );
}

#[test]
fn the_samples_own_calls_are_taken_where_the_services_have_its_names() {
    let named = |names: &[&str]| {
        let services: Vec<Value> =
            names.iter().map(|name| json!({"service": {"serviceName": name, "desiredCount": 2}})).collect();
        json!({"cutover": 1, "services": services})
    };
    let scenario = accepted(&named(&["ui", "orders", "catalog", "carts", "checkout"])).scenario;
    let calls = |service: usize| -> Vec<&str> {
        let called = scenario.services[service].calls.iter();
        called.map(|call| scenario.services[call.service].name.as_str()).collect()
    };
    assert_eq!(calls(0), ["catalog", "carts", "checkout", "orders"]);
    assert_eq!(calls(4), ["orders"]);
    assert_eq!(scenario.services[1].dependencies.len(), 2, "a database and a queue");
    for alone in [&["ui"][..], &["catalog"], &["ui", "payments"]] {
        let services = accepted(&named(alone)).scenario.services;
        assert!(services.iter().all(|it| it.calls.is_empty() && it.dependencies.is_empty()), "{alone:?}");
    }
}

#[test]
fn wrong_calls_are_refused_at_their_path() {
    for (service, calls, path, message) in [
        (3, json!([{"service": "ui"}]), "services[3].calls[0].service", "closes a circle"),
        (0, json!([{"service": "ui"}]), "services[0].calls[0].service", "does not call itself"),
        (0, json!([{"service": "catalogue"}]), "services[0].calls[0].service", "nearest: catalog"),
        (
            0,
            json!([{"service": "catalog"}, {"service": "catalog"}]),
            "services[0].calls[1].service",
            "already",
        ),
        (
            0,
            json!([{"service": "catalog", "perRequest": -1}]),
            "services[0].calls[0].perRequest",
            "from 0 to 100",
        ),
        (0, json!([{}]), "services[0].calls[0].service", "is missing"),
        (1, json!({}), "services[1].calls", "must be a list"),
    ] {
        let mut document = store().document;
        document["services"][service]["calls"] = calls;
        let problems = read_document(&document).expect_err("the calls are wrong");
        let found = problems.iter().any(|it| it.path == path && it.to_string().contains(message));
        assert!(found, "nothing at {path} says {message:?}, but\n{}", lines(&problems));
    }
    let mut document = store().document;
    document["services"][0]["calls"] = json!([{"service": "catalog", "perRequest": 100}]);
    document["traffic"]["requestsPerSecond"] = json!(50_000);
    let problems = read_document(&document).expect_err("five million requests a second");
    assert!(lines(&problems).contains("5,000,000 requests/s to catalog"), "{}", lines(&problems));
}
