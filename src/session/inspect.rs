//! The life so far of one thing: a task with its target, a listener rule, an event, a deployment.

use super::frame::index::{ended, started};
use super::narrate::words::revision_name;
use super::narrate::{fact_text, source_title, why_text};
use crate::engine::arns::{arn, deployment_id, task_digits};
use crate::engine::{DeploymentRun, Event, Fact, Run, TaskId, zone_letter};
use crate::model::*;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A task of the service in view, with its target.
    Task(TaskId),
    /// A listener rule.
    Rule(ListenerRule),
    /// An event, by its place in the run.
    Event(usize),
    /// A service deployment, by its place in the run.
    Deployment(usize),
}

/// What is known of it at an instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Life {
    /// What it is called.
    pub title: String,
    /// What holds now: a name of the API's and its value.
    pub facts: Vec<(&'static str, String)>,
    /// What it has gone through, in order.
    pub moments: Vec<Moment>,
}

/// Something that happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: SimTime,
    /// What.
    pub what: String,
    /// Why, with the numbers; empty where the event itself says it.
    pub why: String,
    /// The title of the document that says so; empty where none does.
    pub source: &'static str,
}

/// The life of a subject up to `at`; `None` where the run has not come to it, or never does.
pub fn inspect(
    scenario: &Scenario,
    run: &Run,
    service: usize,
    subject: Subject,
    at: SimTime,
) -> Option<Life> {
    let look = Look { scenario, run, service, at };
    match subject {
        Subject::Task(task) => look.task(task),
        Subject::Rule(rule) => Some(look.rule(rule)),
        Subject::Event(place) => look.event(place),
        Subject::Deployment(index) => look.deployment(index),
    }
}

/// The deployments of a service up to `at`, the newest first: each one's place in the run, and what it is called.
pub fn deployments(scenario: &Scenario, run: &Run, service: usize, at: SimTime) -> Vec<(usize, String)> {
    let look = Look { scenario, run, service, at };
    let own = |(_, it): &(usize, &DeploymentRun)| it.service == service && started(it) <= at;
    let called = |(index, it): (usize, &DeploymentRun)| {
        let status = it.status.at(at).map_or("", |status| status.api_name());
        (index, format!("{}, {status}", look.called(it)))
    };
    run.deployments.iter().enumerate().filter(own).map(called).rev().collect()
}

struct Look<'a> {
    scenario: &'a Scenario,
    run: &'a Run,
    service: usize,
    at: SimTime,
}

impl Look<'_> {
    fn task(&self, id: TaskId) -> Option<Life> {
        let task = self.run.services[self.service].tasks.get(id.0 as usize)?;
        let status = task.status.at(self.at)?;
        let name = revision_name(self.scenario, self.run, self.service, task.revision);
        let digits = task_digits(self.scenario.seed, self.service, id);
        let mut facts = vec![
            ("availabilityZone", zone_letter(task.zone).to_string()),
            ("lastStatus", status.to_string()),
        ];
        facts.extend(task.target.at(self.at).map(|health| ("target", health.to_string())));
        let counts = if task.counted.at(self.at) == Some(&true) { "counts" } else { "does not count" };
        facts.push(("minimumHealthyPercent", counts.to_owned()));
        if let Some(Some(until)) = task.protected_until.at(self.at).filter(|until| **until > Some(self.at)) {
            facts.push(("protectedUntil", until.to_string()));
        }
        let stopping = task.stopping_since.filter(|since| *since <= self.at);
        facts
            .extend(task.stop_code.filter(|_| stopping.is_some()).map(|code| ("stopCode", code.to_string())));
        facts.push(("taskArn", arn("task", &digits)));
        Some(Life {
            title: format!("Task {} of {name}", &digits[..8]),
            facts,
            moments: self.moments(|fact| match fact {
                Fact::TasksChanged { tasks, status, .. } => tasks.contains(&id).then(|| status.to_string()),
                Fact::TargetsChanged { tasks, health, .. } => {
                    tasks.contains(&id).then(|| format!("target {health}"))
                }
                Fact::TasksCounted { tasks, .. } => {
                    tasks.contains(&id).then(|| "counts as healthy".to_owned())
                }
                Fact::TasksFailed { tasks, code, .. } => {
                    tasks.contains(&id).then(|| format!("failed: {code}"))
                }
                Fact::ContainersRestarted { tasks, .. } => {
                    tasks.contains(&id).then(|| "container restarts".to_owned())
                }
                Fact::ProtectionChanged { tasks, until, .. } => tasks.contains(&id).then(|| match until {
                    Some(until) => format!("protected until {until}"),
                    None => "protected no longer".to_owned(),
                }),
                _ => None,
            }),
        })
    }

    fn rule(&self, rule: ListenerRule) -> Life {
        let log = &self.run.services[self.service];
        let track = if rule == ListenerRule::Production { &log.production } else { &log.test };
        let groups = &log.routing(self.at).groups;
        let mut facts = Vec::new();
        if let Some(state) = track.at(self.at) {
            let weights: Vec<String> = groups
                .iter()
                .zip(state.set)
                .map(|(group, weight)| format!("{} {weight}", group.name))
                .collect();
            facts.push(("weights", weights.join(", ")));
            let settled = match state.settled > self.at {
                true => format!("reaches the last users at {}", state.settled),
                false => "has reached all users".to_owned(),
            };
            facts.push(("propagation", settled));
        }
        let own = |of: &ListenerRule| *of == rule;
        let about = |fact: &Fact| match fact {
            Fact::RuleChanged { rule, .. }
            | Fact::RuleSettled { rule, .. }
            | Fact::ListenerChangeDenied { rule } => own(rule),
            _ => false,
        };
        let title = match rule {
            ListenerRule::Production => "Production rule",
            ListenerRule::Test => "Test rule",
        };
        Life { title: title.to_owned(), facts, moments: self.told(|event| about(&event.fact)) }
    }

    fn event(&self, place: usize) -> Option<Life> {
        let event = self.run.events.get(place).filter(|event| event.at <= self.at)?;
        let mut facts = vec![("why", why_text(event, self.scenario, self.run))];
        facts.extend(
            Some(source_title(&event.why))
                .filter(|title| !title.is_empty())
                .map(|title| ("source", title.to_owned())),
        );
        let title = fact_text(event, self.scenario, self.run);
        let together = self.told(|other| other.at == event.at && !std::ptr::eq(other, event));
        Some(Life { title, facts, moments: together })
    }

    fn deployment(&self, index: usize) -> Option<Life> {
        let deployment = self.run.deployments.get(index)?;
        let begun = started(deployment);
        let over = ended(deployment);
        let status = deployment.status.at(self.at).filter(|_| begun <= self.at)?;
        let service = &self.scenario.services[deployment.service].name;
        let id = deployment_id(self.scenario.seed, index);
        let mut facts = vec![
            ("strategy", deployment.configuration.strategy.name().to_string()),
            ("status", status.to_string()),
        ];
        if over.is_some_and(|over| over <= self.at) && !deployment.status_reason.is_empty() {
            facts.push(("statusReason", deployment.status_reason.clone()));
        }
        let rollback = deployment.rollback.as_ref().filter(|rollback| rollback.at <= self.at);
        facts.extend(rollback.map(|rollback| ("rollback", rollback.reason.clone())));
        if let Some(breaker) = deployment.breaker.at(self.at) {
            facts.push(("failureCount", format!("{} of {}", breaker.failure_count, breaker.threshold)));
        }
        facts.push(("serviceDeploymentArn", arn("service-deployment", &format!("{service}/{id}"))));
        let moments = self.told(|event| {
            event.service == Some(deployment.service)
                && event.at >= begun
                && over.is_none_or(|over| event.at <= over)
                && match &event.fact {
                    Fact::StatusChanged { deployment, .. }
                    | Fact::StageEntered { deployment, .. }
                    | Fact::FailureDetected { deployment, .. }
                    | Fact::RollbackStarted { deployment, .. } => *deployment == index,
                    Fact::RuleChanged { .. } | Fact::HookAnswered { .. } | Fact::PassDecided { .. } => true,
                    _ => false,
                }
        });
        Some(Life { title: self.called(deployment), facts, moments })
    }

    /// `Deployment 41 → 42`.
    fn called(&self, deployment: &DeploymentRun) -> String {
        let name = |revision| revision_name(self.scenario, self.run, deployment.service, revision);
        let source = deployment.sources.first().map_or("nothing".into(), |source| name(*source));
        format!("Deployment {source} → {}", name(deployment.target))
    }

    /// The events so far that happened to the service and that `what` has words for.
    fn moments(&self, what: impl Fn(&Fact) -> Option<String>) -> Vec<Moment> {
        let so_far = self.run.events.iter().take_while(|event| event.at <= self.at);
        let own = so_far.filter(|event| event.service == Some(self.service));
        own.filter_map(|event| Some(self.moment(event, what(&event.fact)?))).collect()
    }

    /// The events so far that are `about` the subject, in their own words.
    fn told(&self, about: impl Fn(&Event) -> bool) -> Vec<Moment> {
        let so_far = self.run.events.iter().take_while(|event| event.at <= self.at);
        let own = so_far.filter(|event| event.service.is_none_or(|service| service == self.service));
        own.filter(|event| about(event))
            .map(|event| self.moment(event, fact_text(event, self.scenario, self.run)))
            .collect()
    }

    fn moment(&self, event: &Event, what: String) -> Moment {
        let why = why_text(event, self.scenario, self.run);
        Moment { at: event.at, what, why, source: source_title(&event.why) }
    }
}
