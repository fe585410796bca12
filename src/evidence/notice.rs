//! Who notices: for each kind of bad release, what catches it, when, and after how many failures.

use super::race::name_of;
use super::recipe::{Base, Recipe, Shot};
use super::release::Release;
use super::scoreboard::last_deployment;
use crate::engine::{Detector, Run};
use crate::model::*;
use crate::session::frame::index::started;
use serde_json::{Value, json};
use std::fmt;

/// What catches a bad release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Catcher {
    /// Health checks keep users from it, and nothing else acts.
    HealthCheck,
    /// The deployment circuit breaker.
    Breaker,
    /// An alarm, by name.
    Alarm(String),
    /// A lifecycle hook, by name.
    Hook(String),
    /// A stage lasted too long.
    StageTimeout,
    /// The listener is not as it must be.
    Networking,
    /// A person who acts in the recording.
    Operator,
    /// Nobody.
    Nobody,
}

impl Catcher {
    /// The word in files.
    pub const fn word(&self) -> &'static str {
        match self {
            Catcher::HealthCheck => "healthCheck",
            Catcher::Breaker => "circuitBreaker",
            Catcher::Alarm(_) => "alarm",
            Catcher::Hook(_) => "hook",
            Catcher::StageTimeout => "stageTimeout",
            Catcher::Networking => "networking",
            Catcher::Operator => "operator",
            Catcher::Nobody => "nobody",
        }
    }
}

/// Writes it as people say it.
impl fmt::Display for Catcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Catcher::HealthCheck => f.write_str("health check"),
            Catcher::Breaker => f.write_str("circuit breaker"),
            Catcher::Alarm(name) => write!(f, "alarm {name}"),
            Catcher::Hook(name) => write!(f, "hook {name}"),
            Catcher::StageTimeout => f.write_str("stage timeout"),
            Catcher::Networking => f.write_str("the listener"),
            Catcher::Operator => f.write_str("a person"),
            Catcher::Nobody => f.write_str("nobody"),
        }
    }
}

/// How one bad release fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// By which strategy.
    pub strategy: StrategyName,
    /// Which release.
    pub release: Release,
    /// What catches it.
    pub by: Catcher,
    /// How long after the deployment's start; `None` where nobody does.
    pub after: Option<Span>,
    /// Users' requests that had failed by then; by the end of the run, where nobody noticed.
    pub failed_requests: u64,
    /// Tasks of the new revision that had failed by then, or by the end.
    pub failed_tasks: u32,
    /// The status the deployment ends with.
    pub status: Option<ServiceDeploymentStatus>,
}

/// The runs that the table needs: every bad release by each of the strategies.
pub fn recipes(strategies: &[StrategyName]) -> Vec<Recipe> {
    let by = |strategy: &StrategyName| {
        let strategy = *strategy;
        Release::BAD.into_iter().map(move |release| Recipe::plain(strategy).releasing(release))
    };
    strategies.iter().flat_map(by).collect()
}

impl Notice {
    /// Reads it off a run of that recipe.
    pub fn of(base: &Base, recipe: &Recipe, shot: &Shot) -> Notice {
        let (scenario, run) = (&shot.scenario, &shot.run);
        let deployment = last_deployment(run, base.service());
        let start = deployment.map_or(SimTime::ZERO, started);
        let rollback = deployment.and_then(|it| it.rollback.as_ref());
        let unhealthy =
            || Some((Catcher::HealthCheck, first_unhealthy(run, base.service(), deployment?.target)?));
        let caught = rollback.map(|it| (catcher(&it.detector, scenario), it.at)).or_else(unhealthy);
        let (by, at) = caught.map_or((Catcher::Nobody, None), |(by, at)| (by, Some(at)));
        let until = at.unwrap_or(run.end);
        Notice {
            strategy: recipe.strategy,
            release: recipe.release,
            by,
            after: at.map(|at| at.since(start)),
            failed_requests: run.services[0].traffic.production(until).failed,
            failed_tasks: deployment.map_or(0, |it| failed_tasks(run, base.service(), it.target, until)),
            status: deployment.and_then(|it| it.status.last().copied()),
        }
    }

    /// In a few words, as in `alarm ui-5xx after 7 min 52 s, 147 requests failed`.
    pub fn text(&self) -> String {
        let failed = self.failures();
        match self.after {
            Some(after) => format!("{} after {after}, {failed}", self.by),
            None => format!("nobody, {failed} by the end"),
        }
    }

    /// What had failed by then, as in `147 requests failed`, `3 tasks failed`.
    pub fn failures(&self) -> String {
        let requests = Count(self.failed_requests);
        match (self.failed_requests, self.failed_tasks) {
            (0, 0) => "nothing failed".to_owned(),
            (0, tasks) => format!("{tasks} {} failed", if tasks == 1 { "task" } else { "tasks" }),
            (1, 0) => "1 request failed".to_owned(),
            (_, 0) => format!("{requests} requests failed"),
            (_, tasks) => format!(
                "{requests} {} and {tasks} {} failed",
                if self.failed_requests == 1 { "request" } else { "requests" },
                if tasks == 1 { "task" } else { "tasks" }
            ),
        }
    }

    /// As a JSON object.
    pub fn to_json(&self) -> Value {
        let name = match &self.by {
            Catcher::Alarm(name) | Catcher::Hook(name) => Some(name),
            _ => None,
        };
        json!({
            "strategy": self.strategy.api_name(), "release": self.release.key(), "caughtBy": self.by.word(),
            "name": name, "seconds": self.after.map(Span::as_secs_f64), "failedRequests": self.failed_requests,
            "failedTasks": self.failed_tasks, "status": self.status.map(ServiceDeploymentStatus::api_name),
        })
    }

    /// Reads what [`Notice::to_json`] wrote.
    pub fn from_json(value: &Value) -> Option<Notice> {
        let name = || value["name"].as_str().map(str::to_owned);
        let by = match value["caughtBy"].as_str()? {
            "healthCheck" => Catcher::HealthCheck,
            "circuitBreaker" => Catcher::Breaker,
            "alarm" => Catcher::Alarm(name()?),
            "hook" => Catcher::Hook(name()?),
            "stageTimeout" => Catcher::StageTimeout,
            "networking" => Catcher::Networking,
            "operator" => Catcher::Operator,
            _ => Catcher::Nobody,
        };
        Some(Notice {
            strategy: StrategyName::from_api_name(value["strategy"].as_str()?)?,
            release: Release::named(value["release"].as_str()?)?,
            by,
            after: value["seconds"].as_f64().map(|seconds| Span(libm::round(seconds * 1000.0) as u64)),
            failed_requests: value["failedRequests"].as_u64()?,
            failed_tasks: value["failedTasks"].as_u64()? as u32,
            status: value["status"].as_str().and_then(ServiceDeploymentStatus::from_api_name),
        })
    }
}

/// What the table says in a sentence: which releases nobody catches, by strategy; `None` where each is caught.
pub fn blind_spots(notices: &[Notice]) -> Option<String> {
    let of = |strategy: StrategyName| {
        let missed = notices.iter().filter(|it| it.strategy == strategy && it.by == Catcher::Nobody);
        let names: Vec<String> = missed.map(|it| it.release.name().to_lowercase()).collect();
        (!names.is_empty()).then(|| format!("{}: {}", name_of(strategy), names.join(", ")))
    };
    let lines: Vec<String> = StrategyName::ALL.into_iter().filter_map(of).collect();
    (!lines.is_empty()).then(|| format!("Nobody notices: {}.", lines.join("; ")))
}

fn catcher(detector: &Detector, scenario: &Scenario) -> Catcher {
    match detector {
        Detector::Alarm(alarm) => Catcher::Alarm(scenario.alarms[*alarm].name.clone()),
        Detector::CircuitBreaker => Catcher::Breaker,
        Detector::Hook(failed) => Catcher::Hook(failed.hook.clone()),
        Detector::StageTimeout => Catcher::StageTimeout,
        Detector::Networking => Catcher::Networking,
        Detector::Operator => Catcher::Operator,
    }
}

/// When a health check first found a task of a revision unhealthy, or one of its tasks was replaced for it.
fn first_unhealthy(run: &Run, service: usize, revision: crate::engine::RevisionId) -> Option<SimTime> {
    let tasks = run.services[service].tasks.iter().filter(|task| task.revision == revision);
    let seen = tasks.filter_map(|task| {
        let unhealthy = task.target.steps().iter().find(|(_, health)| *health == TargetHealth::Unhealthy);
        unhealthy.map(|(at, _)| *at)
    });
    seen.min()
}

/// Tasks of a revision that failed by themselves up to an instant.
fn failed_tasks(run: &Run, service: usize, revision: crate::engine::RevisionId, until: SimTime) -> u32 {
    let tasks = run.services[service].tasks.iter().filter(|task| task.revision == revision);
    let failed = tasks.filter(|task| {
        let by_itself =
            matches!(task.stop_code, Some(StopCode::TaskFailedToStart | StopCode::EssentialContainerExited));
        let unhealthy = task.target.steps().iter().any(|(_, health)| *health == TargetHealth::Unhealthy);
        (by_itself || unhealthy) && task.stopping_since.is_some_and(|at| at <= until)
    });
    failed.count() as u32
}
