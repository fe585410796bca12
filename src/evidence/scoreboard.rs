//! The scoreboard of a run: what a deployment cost users, time and money.

use super::figure::Figure;
use crate::engine::metrics::{self, FleetFor, Window};
use crate::engine::users::users;
use crate::engine::{DeploymentRun, Run, ServiceRun};
use crate::model::*;
use crate::session::frame::index::{ended, started};
use serde_json::{Map, Value, json};

/// What a person sets for the money and the promise: prices by the hour, and an availability target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Dollars for a vCPU for an hour.
    pub vcpu_hour: f64,
    /// Dollars for a GB of memory for an hour.
    pub gb_hour: f64,
    /// The part of all requests that is promised to be answered, in percent; `None` where nothing is promised.
    pub availability_percent: Option<f64>,
}

/// The on-demand price of Fargate for Linux on x86 in US East (N. Virginia), and no promise.
impl Default for Terms {
    fn default() -> Self {
        Terms { vcpu_hour: 0.04048, gb_hour: 0.004445, availability_percent: None }
    }
}

/// What a task takes, by its task definition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TaskSize {
    /// vCPUs.
    pub vcpus: f64,
    /// GB of memory.
    pub gigabytes: f64,
    /// Whether the task definition says so; otherwise it is Fargate's smallest task.
    pub given: bool,
}

impl TaskSize {
    /// The size in an entry of `services`: the task's own, else that of its containers together.
    pub fn of(entry: &Value) -> TaskSize {
        let definition = &entry["taskDefinition"];
        let definition = definition.get("taskDefinition").unwrap_or(definition);
        let number = |value: &Value| -> Option<f64> {
            let text = value.as_str().map(|text| text.trim().to_lowercase());
            let scaled = |text: String| {
                let (digits, scale) = match text.strip_suffix("vcpu").or(text.strip_suffix("gb")) {
                    Some(digits) => (digits.trim().to_owned(), 1024.0),
                    None => (text, 1.0),
                };
                digits.parse::<f64>().ok().map(|number| number * scale)
            };
            value.as_f64().or_else(|| text.and_then(scaled)).filter(|number| *number > 0.0)
        };
        let containers = definition["containerDefinitions"].as_array();
        let together = |keys: [&str; 2]| {
            let of = |one: &Value| keys.iter().find_map(|key| number(&one[*key]));
            let sum: f64 = containers.into_iter().flatten().filter_map(of).sum();
            (sum > 0.0).then_some(sum)
        };
        let cpu = number(&definition["cpu"]).or_else(|| together(["cpu", "cpu"]));
        let memory = number(&definition["memory"]).or_else(|| together(["memory", "memoryReservation"]));
        TaskSize {
            vcpus: cpu.unwrap_or(256.0) / 1024.0,
            gigabytes: memory.unwrap_or(512.0) / 1024.0,
            given: cpu.is_some() && memory.is_some(),
        }
    }

    /// What a task costs in an hour.
    pub fn dollars_an_hour(&self, terms: &Terms) -> f64 {
        self.vcpus * terms.vcpu_hour + self.gigabytes * terms.gb_hour
    }
}

/// The figures of a run. Of users and requests those of the entry service, of tasks and times those of the deployed
/// service's last deployment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scoreboard {
    /// The status of the deployment at its end; `None` without a deployment.
    pub status: Option<ServiceDeploymentStatus>,
    /// The word for what noticed that the deployment is bad.
    pub detected_by: Option<String>,
    /// From its start to its terminal status.
    pub deploy: Option<Span>,
    /// How long the run was looked at.
    pub watched: Span,
    /// Users' requests.
    pub sent: u64,
    /// Of them, those that failed.
    pub failed: u64,
    /// Users who have met a target revision.
    pub exposed: u32,
    /// Users who have met a failure.
    pub hurt: u32,
    /// How long requests went to two revisions.
    pub two_versions: Span,
    /// The most tasks.
    pub peak_tasks: u32,
    /// The most tasks beyond desiredCount, as it was then, in percent of it.
    pub most_extra_percent: f64,
    /// Tasks beyond desiredCount times how long, in task-milliseconds.
    pub extra_task_millis: u64,
    /// What these cost, in dollars.
    pub extra_cost: f64,
    /// The fewest healthy tasks.
    pub lowest_healthy: u32,
    /// From the deployment's start to the decision to go back.
    pub detect: Option<Span>,
    /// From there until no user can meet the target.
    pub roll_back: Option<Span>,
    /// The part of 30 days' error budget, in percent; `None` without an availability target.
    pub error_budget_percent: Option<f64>,
}

const THIRTY_DAYS_SECS: f64 = 30.0 * 86_400.0;

impl Scoreboard {
    /// Reads the figures off a run.
    pub fn of(scenario: &Scenario, run: &Run, service: usize, size: &TaskSize, terms: &Terms) -> Scoreboard {
        let one = &run.services[service];
        let whole = Window { from: SimTime::ZERO, until: run.end };
        let requests = run.services[ENTRY].traffic.production(run.end);
        let people = users(scenario, run, run.end);
        let deployment = last_deployment(run, service);
        let rollback = deployment.and_then(|it| it.rollback.as_ref());
        let board = Scoreboard {
            status: deployment.and_then(|it| it.status.last().copied()),
            detected_by: rollback.map(|it| it.detector.word().to_owned()),
            deploy: deployment.and_then(|it| Some(ended(it)?.since(started(it)))),
            watched: run.end.since(SimTime::ZERO),
            sent: requests.sent,
            failed: requests.failed,
            exposed: people.exposed,
            hurt: people.hurt,
            two_versions: metrics::with_two_versions(one, whole),
            peak_tasks: metrics::peak_tasks(one),
            most_extra_percent: most_extra_percent(one, whole),
            extra_task_millis: metrics::extra_task_millis(one, whole),
            extra_cost: 0.0,
            lowest_healthy: metrics::lowest_healthy_tasks(one),
            detect: deployment.zip(rollback).map(|(it, rollback)| rollback.at.since(started(it))),
            roll_back: rollback
                .filter(|it| it.goes_back)
                .and_then(|it| it.users_back.map(|back| back.since(it.at))),
            error_budget_percent: None,
        };
        board.on(size, terms)
    }

    /// The same run on other terms: its price, and its share of the error budget.
    pub fn on(self, size: &TaskSize, terms: &Terms) -> Scoreboard {
        let tolerated = terms.availability_percent.map(|percent| {
            let a_second = self.sent as f64 / self.watched.as_secs_f64().max(1.0);
            a_second * THIRTY_DAYS_SECS * (100.0 - percent) / 100.0
        });
        Scoreboard {
            extra_cost: self.extra_task_millis as f64 / 3_600_000.0 * size.dollars_an_hour(terms),
            error_budget_percent: tolerated
                .filter(|budget| *budget > 0.0)
                .map(|budget| self.failed as f64 * 100.0 / budget),
            ..self
        }
    }

    /// As a JSON object: the status, what noticed, and every figure by its key, null where it was not reached.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("status".to_owned(), json!(self.status.map(ServiceDeploymentStatus::api_name)));
        object.insert("detectedBy".to_owned(), json!(self.detected_by));
        object.insert("requests".to_owned(), json!(self.sent));
        for figure in Figure::ALL {
            object.insert(figure.key().to_owned(), figure.of(self).map_or(Value::Null, number));
        }
        Value::Object(object)
    }
}

impl Scoreboard {
    /// As a list of values, exactly, for those who did the work elsewhere.
    pub fn to_row(&self) -> Value {
        let span = |span: Option<Span>| json!(span.map(|span| span.0));
        json!([
            self.status.map(ServiceDeploymentStatus::api_name),
            self.detected_by,
            span(self.deploy),
            self.sent,
            self.failed,
            self.exposed,
            self.hurt,
            self.two_versions.0,
            self.peak_tasks,
            self.extra_task_millis,
            self.extra_cost,
            self.lowest_healthy,
            span(self.detect),
            span(self.roll_back),
            self.error_budget_percent,
            self.watched.0,
            self.most_extra_percent,
        ])
    }

    /// Reads what [`Scoreboard::to_row`] wrote.
    pub fn from_row(row: &Value) -> Option<Scoreboard> {
        let span = |place: usize| row[place].as_u64().map(Span);
        let count = |place: usize| row[place].as_u64().and_then(|number| u32::try_from(number).ok());
        Some(Scoreboard {
            status: row[0].as_str().and_then(ServiceDeploymentStatus::from_api_name),
            detected_by: row[1].as_str().map(str::to_owned),
            deploy: span(2),
            sent: row[3].as_u64()?,
            failed: row[4].as_u64()?,
            exposed: count(5)?,
            hurt: count(6)?,
            two_versions: span(7)?,
            peak_tasks: count(8)?,
            extra_task_millis: row[9].as_u64()?,
            extra_cost: row[10].as_f64()?,
            lowest_healthy: count(11)?,
            detect: span(12),
            roll_back: span(13),
            error_budget_percent: row[14].as_f64(),
            watched: span(15)?,
            most_extra_percent: row[16].as_f64()?,
        })
    }
}

/// A number without a decimal point where it is whole.
pub fn number(value: f64) -> Value {
    if value == libm::trunc(value) && libm::fabs(value) < 9e15 { json!(value as i64) } else { json!(value) }
}

/// The last deployment of a service.
pub fn last_deployment(run: &Run, service: usize) -> Option<&DeploymentRun> {
    run.deployments.iter().rfind(|deployment| deployment.service == service)
}

/// The most tasks beyond desiredCount at one time, in percent of desiredCount then.
fn most_extra_percent(service: &ServiceRun, whole: Window) -> f64 {
    let percent = |fleet: FleetFor| f64::from(fleet.extra()) * 100.0 / f64::from(fleet.desired.max(1));
    metrics::fleet_in(service, whole).map(percent).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tasks_size_is_the_definitions_else_its_containers() {
        let size = |definition: Value| TaskSize::of(&json!({"taskDefinition": definition}));
        for (definition, vcpus, gigabytes, given) in [
            (json!({"cpu": "1024", "memory": "2048"}), 1.0, 2.0, true),
            (json!({"cpu": "1 vCPU", "memory": "2 GB"}), 1.0, 2.0, true),
            (json!({"taskDefinition": {"cpu": "512", "memory": "1024"}}), 0.5, 1.0, true),
            (
                json!({"containerDefinitions": [{"cpu": 256, "memory": 512}, {"cpu": 256, "memoryReservation": 256}]}),
                0.5,
                0.75,
                true,
            ),
            (json!({"cpu": "2048"}), 2.0, 0.5, false),
            (Value::Null, 0.25, 0.5, false),
        ] {
            assert_eq!(size(definition), TaskSize { vcpus, gigabytes, given });
        }
    }

    #[test]
    fn an_hour_of_a_task_costs_its_vcpus_and_its_memory() {
        let size = TaskSize { vcpus: 2.0, gigabytes: 4.0, given: true };
        let terms = Terms { vcpu_hour: 0.04, gb_hour: 0.005, availability_percent: None };
        assert!((size.dollars_an_hour(&terms) - 0.1).abs() < 1e-12);
    }
}
