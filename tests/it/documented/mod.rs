//! Documented behaviours that a simpler simulator gets wrong, a test each. The number is its place in our list; the name
//! says what ECS does, and the comment what the simpler simulator would do.
//!
//! Every test is a recording and what its run must be. [`Story`] reads a run in the words of the API.

mod failing;
mod hooks;
mod rolling;
mod routing;
mod scaling;
mod shifting;

use crate::driver::{Recording, simulate};
use cutover::engine::{DeploymentRun, Fact, HookRecord, Run, TaskRecord};
use cutover::model::*;
use serde_json::{Value, json};

/// A run, read in the words of the API.
pub struct Story {
    /// What was simulated.
    pub scenario: Scenario,
    /// What came of it.
    pub run: Run,
}

impl Story {
    /// Simulates; the invariants are looked at after every instant.
    pub fn of(recording: &Recording) -> Story {
        let (scenario, run) = simulate(recording);
        Story { scenario, run }
    }

    /// The n-th deployment.
    pub fn deployment(&self, n: usize) -> &DeploymentRun {
        &self.run.deployments[n]
    }

    /// The last status of the n-th deployment.
    pub fn status(&self, n: usize) -> &'static str {
        self.deployment(n).status.last().expect("a status").api_name()
    }

    /// All statuses of the n-th deployment.
    pub fn statuses(&self, n: usize) -> String {
        let words: Vec<&str> =
            self.deployment(n).status.steps().iter().map(|(_, status)| status.api_name()).collect();
        words.join(" ")
    }

    /// When the first deployment ended.
    pub fn end(&self) -> SimTime {
        self.deployment(0).status.steps().last().expect("a status").0
    }

    /// When the first deployment entered a stage first.
    pub fn entered(&self, stage: &str) -> SimTime {
        let stages = &self.deployment(0).stages;
        let named = |record: &&cutover::engine::StageRecord| {
            record.stage.is_some_and(|entered| entered.api_name() == stage)
        };
        stages.iter().find(named).unwrap_or_else(|| panic!("{stage} is never entered")).start
    }

    /// The changes of a rule by the first deployment: when, and the weights of source and target.
    pub fn shifts(&self, rule: ListenerRule) -> Vec<(SimTime, u16, u16)> {
        let shifts = self.deployment(0).shifts.iter().filter(|shift| shift.rule == rule);
        shifts.map(|shift| (shift.at, shift.weights.source, shift.weights.target)).collect()
    }

    /// The weights of the production rule that the first deployment set, one after another.
    pub fn weights(&self) -> Vec<(u16, u16)> {
        self.shifts(ListenerRule::Production)
            .into_iter()
            .map(|(_, source, target)| (source, target))
            .collect()
    }

    /// The calls of the first deployment's hooks.
    pub fn calls(&self) -> Vec<&HookRecord> {
        self.deployment(0).hooks.iter().filter(|record| !record.request.is_null()).collect()
    }

    /// When a fact came first.
    pub fn when(&self, matches: impl Fn(&Fact) -> bool) -> Option<SimTime> {
        self.run.events.iter().find(|event| matches(&event.fact)).map(|event| event.at)
    }

    /// The tasks of a declared revision, by name.
    pub fn tasks(&self, revision: &str) -> Vec<&TaskRecord> {
        let definition = self.scenario.services[0].revision(revision).expect("a revision");
        let service = &self.run.services[0];
        let of =
            |task: &&TaskRecord| service.revisions[usize::from(task.revision.0)].definition == definition;
        service.tasks.iter().filter(of).collect()
    }

    /// How many tasks of a revision are RUNNING at an instant.
    pub fn running(&self, revision: &str, at: SimTime) -> usize {
        let tasks = self.tasks(revision);
        tasks.into_iter().filter(|task| task.status.at(at) == Some(&TaskStatus::Running)).count()
    }

    /// What AWS refused, and why.
    pub fn refusals(&self) -> Vec<String> {
        let refused = self.run.events.iter().filter_map(|event| match (&event.fact, &event.why) {
            (Fact::Refused { .. }, cutover::engine::Why::Rejected { text }) => Some(text.clone()),
            _ => None,
        });
        refused.collect()
    }
}

/// The breaker of a service, with both flags.
pub fn breaker(rollback: bool) -> Value {
    json!({"enable": true, "rollback": rollback})
}

/// A recording of a rolling service with more in its `deploymentConfiguration`.
pub fn rolling(desired: u32, minimum: u32, maximum: u32, more: Value) -> Recording {
    let mut recording = Recording::rolling(desired, minimum, maximum);
    let configuration = &mut recording.document["services"][0]["service"]["deploymentConfiguration"];
    for (key, value) in more.as_object().expect("an object") {
        configuration[key] = value.clone();
    }
    recording
}

/// A recording of three tasks under CANARY: 10 % for five minutes, then all, then a bake of so many minutes.
pub fn canary(bake: u64) -> Recording {
    Recording::shifting(json!({"strategy": "CANARY", "bakeTimeInMinutes": bake,
        "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 5}}))
}

/// A recording of three tasks under LINEAR, with a step bake of six minutes.
pub fn linear(percent: f64) -> Recording {
    Recording::shifting(json!({"strategy": "LINEAR", "bakeTimeInMinutes": 0,
        "linearConfiguration": {"stepPercent": percent, "stepBakeTimeInMinutes": 6}}))
}

/// How a declared revision behaves: the first is 41, the second 42.
pub fn behaves(recording: &mut Recording, revision: usize, behavior: Value) {
    recording.document["services"][0]["revisions"][revision]["behavior"] = behavior;
}

/// Hooks of the service by name, with their scripts and stages.
pub fn hooked(recording: &mut Recording, hooks: &[(&str, &str, &[&str])]) {
    let entries: Vec<Value> = hooks
        .iter()
        .map(|(name, _, stages)| {
            json!({"hookTargetArn": format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}"),
                "roleArn": "arn:aws:iam::123456789012:role/hook", "lifecycleStages": stages})
        })
        .collect();
    let configuration = &mut recording.document["services"][0]["service"]["deploymentConfiguration"];
    configuration["lifecycleHooks"] = json!(entries);
    for (name, source, _) in hooks {
        recording.document["hooks"][name] = json!({"source": source});
    }
}

/// A script that passes.
pub const PASSES: &str = "#{ hookStatus: \"SUCCEEDED\" }";

/// So many seconds after second 0.
pub const fn second(seconds: u64) -> SimTime {
    SimTime::from_secs(seconds)
}
