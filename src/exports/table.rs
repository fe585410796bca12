//! What happened and what was measured, as tables: for a spreadsheet in CSV, for a program in JSON. The columns are
//! described in `docs/exports.md`.

use crate::engine::{FlowKey, Requests, RuleState, Run, ServiceRun};
use crate::model::*;
use crate::session::frame::FrameIndex;
use crate::session::narrate::{fact_text, reading_of, source_title, why_text};
use serde_json::{Map, Value, json};

/// Rows under named columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns' names.
    pub columns: &'static [&'static str],
    /// The rows: in each a value for every column.
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    /// As comma-separated values (RFC 4180), the names first. An absent value is an empty field.
    ///
    /// A text that a spreadsheet would take for a formula gets an apostrophe before it: what a recording's author wrote
    /// must not be run by whoever opens the table.
    pub fn csv(&self) -> String {
        let mut text = format!("{}\n", self.columns.join(","));
        for row in &self.rows {
            let fields: Vec<String> = row.iter().map(field).collect();
            text.push_str(&format!("{}\n", fields.join(",")));
        }
        text
    }

    /// As a JSON list with an object for each row.
    pub fn json(&self) -> String {
        let object = |row: &Vec<Value>| -> Value {
            let names = self.columns.iter().map(|name| (*name).to_owned());
            Value::Object(names.zip(row.iter().cloned()).collect::<Map<String, Value>>())
        };
        format!("{:#}\n", self.rows.iter().map(object).collect::<Value>())
    }
}

fn field(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            let formula = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
            if text.contains(['"', ',', '\n', '\r']) || !formula.is_empty() {
                format!("\"{formula}{}\"", text.replace('"', "\"\""))
            } else {
                text.clone()
            }
        }
        other => other.to_string(),
    }
}

/// Every event of a run, in order.
pub fn events(scenario: &Scenario, run: &Run) -> Table {
    let row = |event: &crate::engine::Event| {
        vec![
            json!(event.at.as_secs_f64()),
            json!(event.service.map(|service| scenario.services[service].name.as_str())),
            json!(fact_text(event, scenario, run)),
            json!(why_text(event, scenario, run)),
            json!(Some(source_title(&event.why)).filter(|title| !title.is_empty())),
            json!(reading_of(event, scenario, run).map(|reading| reading.number())),
        ]
    };
    Table {
        columns: &["seconds", "service", "event", "why", "source", "ourReading"],
        rows: run.events.iter().map(row).collect(),
    }
}

/// No service has more rows of measures than this.
const MOST_ROWS: u64 = 1000;
/// The lengths of a period that people can work with, in seconds.
const PERIODS: [u64; 15] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600];

/// What was measured of every service, in periods of one length: as short as a thousand rows allow.
pub fn metrics(scenario: &Scenario, run: &Run) -> Table {
    let wanted = run.end.0.div_ceil(1000 * MOST_ROWS);
    let period = PERIODS.into_iter().find(|period| *period >= wanted).unwrap_or(21_600) * 1000;
    let mut rows = Vec::new();
    for (place, service) in run.services.iter().enumerate() {
        let index = FrameIndex::of(scenario, run, place);
        for number in 1..=run.end.0.div_ceil(period) {
            let at = SimTime((number * period).min(run.end.0));
            let from = SimTime((number - 1) * period);
            rows.push(measures(scenario, run, service, &index, (from, at)));
        }
    }
    Table {
        columns: &[
            "seconds",
            "service",
            "sent",
            "answered",
            "failed",
            "latencyMillis",
            "target",
            "targetSent",
            "targetFailed",
            "targetLatencyMillis",
            "testSent",
            "testFailed",
            "targetWeightPercent",
            "tasks",
            "healthyTasks",
            "healthyTargetTasks",
            "startingTasks",
            "stoppingTasks",
            "desiredCount",
        ],
        rows,
    }
}

/// A row: what happened from one instant to the other, and how things stand at the latter.
fn measures(
    scenario: &Scenario,
    run: &Run,
    service: &ServiceRun,
    index: &FrameIndex,
    (from, at): (SimTime, SimTime),
) -> Vec<Value> {
    let deployment = index.deployment_in_view(run, at).map(|number| &run.deployments[number]);
    let target = deployment.map(|deployment| deployment.target);
    let is_production = |key: FlowKey| matches!(key, FlowKey::Production(_) | FlowKey::Unserved);
    let is_target = |key: FlowKey| target.is_some_and(|target| key == FlowKey::Production(target));
    let traffic = &service.traffic;
    let all = since(traffic.production(from), traffic.production(at));
    let of_target = since(traffic.sum(from, is_target), traffic.sum(at, is_target));
    let test = since(traffic.test(from), traffic.test(at));
    let latency = |wanted: &dyn Fn(FlowKey) -> bool| traffic.mean_latency(from, at, wanted);
    let counts = service.counts.at(at).copied().unwrap_or_default();
    let name = |revision: crate::engine::RevisionId| {
        let definition = service.revisions[usize::from(revision.0)].definition;
        scenario.services[index.service()].revisions[definition].name.clone()
    };
    let weight = deployment.filter(|it| it.configuration.strategy.name().shifts()).and_then(|deployment| {
        let set: &RuleState = service.production.at(at)?;
        let share = set.set_share();
        let group = service.revisions[usize::from(deployment.target.0)].group;
        Some(if group == 1 { share } else { Ratio(1_000_000 - share.0) }.as_percent())
    });
    vec![
        json!(at.as_secs_f64()),
        json!(scenario.services[index.service()].name),
        json!(all.sent),
        json!(all.answered),
        json!(all.failed),
        json!(latency(&is_production)),
        json!(target.map(name)),
        json!(of_target.sent),
        json!(of_target.failed),
        json!(latency(&is_target)),
        json!(test.sent),
        json!(test.failed),
        json!(weight),
        json!(counts.total),
        json!(counts.healthy),
        json!(counts.healthy_target),
        json!(counts.starting),
        json!(counts.stopping),
        json!(service.configuration.at(at).map(|it| it.desired_count)),
    ]
}

/// The requests between two counts.
fn since(before: Requests, now: Requests) -> Requests {
    Requests {
        sent: now.sent - before.sent,
        answered: now.answered - before.answered,
        failed: now.failed - before.failed,
        in_flight: now.in_flight,
    }
}
