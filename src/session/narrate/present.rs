//! Why: two or three short sentences on what a service waits for at an instant, the inequality filled in.
//!
//! Here is what is said before a deployment, after it, and on why it goes back; what is waited for meanwhile is said
//! in [`super::wait`].

use super::fact::alarm_name;
use super::reading::reading_of_wait;
use super::reason::ZONES;
use super::sentence::Sentence;
use super::words::*;
use crate::engine::{
    DeploymentRun, Detector, Fact, FlowKey, RevisionId, Rollback, Run, ServiceRun, TaskCounts, Waiting,
    ZoneSpread, zone_letter,
};
use crate::model::*;
use std::borrow::Cow;

/// What the service waits for at `at`, or what has just happened to it.
///
/// Answers at every instant of every run.
pub fn why_now(scenario: &Scenario, run: &Run, service: usize, at: SimTime) -> Sentence {
    let speaker = Speaker { scenario, run, service, at };
    speaker.news().then(speaker.state())
}

/// What was done to a service stands before everything else for so long.
const NEWS: Span = Span::from_secs(30);

/// Everything a sentence may be about.
pub(super) struct Speaker<'a> {
    pub scenario: &'a Scenario,
    pub run: &'a Run,
    pub service: usize,
    pub at: SimTime,
}

impl<'a> Speaker<'a> {
    /// What has just been done to the service from outside, or is over.
    fn news(&self) -> Sentence {
        let events = &self.run.events;
        let now = events.partition_point(|event| event.at <= self.at);
        let lately = events[..now].iter().rev().take_while(|event| self.at.since(event.at) < NEWS);
        let mine = lately.filter(|event| event.service.is_none_or(|service| service == self.service));
        let mut told = mine.filter_map(|event| match &event.fact {
            Fact::Intervened { intervention, what } => self
                .scenario
                .interventions
                .get(*intervention)
                // What a person decides has its own place in a sentence.
                .filter(|it| !it.act.is_decision())
                .map(|_| what.clone()),
            Fact::FaultEnded { what } => Some(what.clone()),
            _ => None,
        });
        told.next().map_or_else(Sentence::default, |what| {
            Sentence::default().plain(format!("{}.", capitalized(&what)))
        })
    }

    /// What it waits for, or what it has come to.
    fn state(&self) -> Sentence {
        let Speaker { scenario, run, service, at } = *self;
        let Some((index, deployment)) = self.deployment() else { return self.without_deployment() };
        let status = deployment.status.at(at).copied().unwrap_or(ServiceDeploymentStatus::Pending);
        if status.is_terminal() {
            let reading = match status {
                ServiceDeploymentStatus::RollbackFailed if deployment.is_first() => {
                    Some(Reading::NO_CANDIDATE)
                }
                ServiceDeploymentStatus::Stopped if deployment.rollback.is_some() => {
                    Some(Reading::STOPPED_IS_MIXED)
                }
                _ => None,
            };
            return self.after(deployment, status).from_reading(reading);
        }
        let back = deployment.rollback.as_ref().filter(|rollback| rollback.at <= at && rollback.goes_back);
        let opening = back.map(|rollback| self.goes_back(deployment, rollback)).unwrap_or_default();
        let waiting = run.services[service].waiting.at(at);
        let reading = waiting.and_then(|waiting| {
            reading_of_wait(waiting, scenario, &run.services[service], (at, back.is_some()))
        });
        self.waits(opening, index, deployment, back.is_some()).from_reading(reading)
    }

    pub(super) fn service(&self) -> &'a ServiceRun {
        &self.run.services[self.service]
    }

    pub(super) fn name(&self, revision: RevisionId) -> Cow<'a, str> {
        revision_name(self.scenario, self.run, self.service, revision)
    }

    /// The source and the target by name.
    pub(super) fn names(&self, deployment: &DeploymentRun) -> (Cow<'a, str>, Cow<'a, str>) {
        let source = deployment.sources.first().copied().unwrap_or(deployment.target);
        (self.name(source), self.name(deployment.target))
    }

    pub(super) fn counts(&self) -> TaskCounts {
        self.service().counts.at(self.at).copied().unwrap_or_default()
    }

    fn desired(&self) -> u32 {
        let configuration = self.service().configuration.at(self.at);
        configuration
            .map_or(self.scenario.services[self.service].desired_count, |service| service.desired_count)
    }

    /// The deployment of the service that had begun last by now.
    fn deployment(&self) -> Option<(usize, &'a DeploymentRun)> {
        let begun = |deployment: &DeploymentRun| {
            deployment.service == self.service && deployment.status.at(self.at).is_some()
        };
        self.run.deployments.iter().enumerate().rfind(|(_, deployment)| begun(deployment))
    }

    /// Requests that have failed since a deployment began, up to an instant.
    fn failed(&self, deployment: &DeploymentRun, until: SimTime) -> u64 {
        let since = deployment.status.steps().first().map_or(SimTime::ZERO, |step| step.0);
        let traffic = &self.service().traffic;
        traffic.production(until).failed.saturating_sub(traffic.production(since).failed)
    }

    fn without_deployment(&self) -> Sentence {
        let revision = self.name(RevisionId(0));
        match self.service().waiting.at(self.at) {
            Some(Waiting::Restoring { healthy, desired }) => self.restoring(*healthy, *desired, &revision),
            Some(Waiting::Rebalancing(spread)) => rebalancing(*spread),
            _ => {
                let (healthy, desired) = (self.counts().healthy, self.desired());
                let sentence = Sentence::default().plain("Steady state: ").number(of(healthy, desired));
                sentence.plain(format!(" tasks of {revision} healthy. Nothing is being deployed."))
            }
        }
    }

    pub(super) fn restoring(&self, healthy: u32, desired: u32, revision: &str) -> Sentence {
        let sentence = Sentence::default().number(of(healthy, desired));
        let sentence = sentence.plain(format!(" tasks of {revision} healthy. "));
        let missing = desired.saturating_sub(healthy);
        if missing > 0 {
            sentence
                .plain("ECS keeps the service at desiredCount: waiting for ")
                .formula(format!(
                    "{} − {} = {}",
                    Count::from(desired),
                    Count::from(healthy),
                    Count::from(missing)
                ))
                .plain(" more.")
        } else {
            sentence.plain(format!("{} still stopping.", are(self.counts().stopping, "task")))
        }
        .from_source("Amazon ECS services")
    }

    /// After the end: what it came to, and what it cost.
    fn after(&self, deployment: &DeploymentRun, status: ServiceDeploymentStatus) -> Sentence {
        let ended = deployment.status.since(self.at).unwrap_or(self.at);
        let (source, target) = self.names(deployment);
        let cause = deployment.rollback.as_ref().map(|rollback| self.cause(rollback));
        let sentence = match status {
            ServiceDeploymentStatus::Successful if deployment.is_first() => Sentence::default()
                .plain("Done at ")
                .number(ended)
                .plain(format!(": all users are on {target}.")),
            ServiceDeploymentStatus::Successful => {
                let sentence = Sentence::default().plain(format!("Done: all users are on {target} since "));
                sentence.number(self.all_users_since(deployment).unwrap_or(ended)).plain(".")
            }
            ServiceDeploymentStatus::RollbackSuccessful => Sentence::default()
                .plain(format!("Rolled back to {source} at "))
                .number(ended)
                .plain(cause.map_or(".".to_owned(), |cause| format!(": {cause}."))),
            ServiceDeploymentStatus::RollbackFailed => {
                Sentence::default().failure("The rollback failed").plain(" at ").number(ended).plain(
                    match deployment.is_first() {
                        true => ": there is no earlier successful revision to go back to.".to_owned(),
                        false => format!(": {}", as_clause(&deployment.status_reason)),
                    },
                )
            }
            _ => match &deployment.rollback {
                Some(rollback) => {
                    Sentence::default().failure("Stopped").plain(" at ").number(ended).plain(format!(
                        ": {}. Its rollback is off, so both revisions stay as they are.",
                        self.cause(rollback)
                    ))
                }
                None => Sentence::default()
                    .plain("Stopped at ")
                    .number(ended)
                    .plain(": a newer deployment took over."),
            },
        };
        let failed = self.failed(deployment, ended);
        let cost = match (failed, status) {
            (0, _) => Sentence::default().plain("No request failed."),
            (failed, ServiceDeploymentStatus::Successful) => {
                Sentence::default().failure(count_of(failed, "request")).plain(" failed on the way.")
            }
            (failed, _) => Sentence::default().failure(count_of(failed, "request")).plain(" had failed."),
        };
        sentence
            .then(cost)
            .then(self.unrest(deployment, status))
            .from_source("View service history using Amazon ECS service deployments")
    }

    /// After the end tasks may still be replaced; where it has failed and nothing went back, none is started any more.
    fn unrest(&self, deployment: &DeploymentRun, status: ServiceDeploymentStatus) -> Sentence {
        let stays = deployment.rollback.as_ref().is_some_and(|rollback| !rollback.goes_back);
        let abandoned = stays || status == ServiceDeploymentStatus::RollbackFailed;
        match self.service().waiting.at(self.at) {
            Some(Waiting::Restoring { healthy, desired }) if healthy < desired && abandoned => {
                Sentence::default()
                    .number(of(*healthy, *desired))
                    .plain(" tasks are healthy, and ECS starts none before the next deployment.")
            }
            Some(Waiting::Restoring { healthy, desired }) if healthy < desired => Sentence::default()
                .number(of(*healthy, *desired))
                .plain(" tasks are healthy: ECS brings the service back to desiredCount."),
            Some(Waiting::Restoring { .. }) => {
                Sentence::default().plain(format!("{} still stopping.", are(self.counts().stopping, "task")))
            }
            Some(Waiting::Rebalancing(spread)) => rebalancing(*spread),
            _ => Sentence::default(),
        }
    }

    /// When the last shift of production traffic had reached all users; under ROLLING, when the last source task was
    /// told to stop.
    fn all_users_since(&self, deployment: &DeploymentRun) -> Option<SimTime> {
        let last = deployment.shifts.iter().rfind(|shift| shift.rule == ListenerRule::Production);
        match last {
            Some(shift) => self.service().production.at(shift.at).map(|rule| rule.settled),
            None => {
                let sources =
                    self.service().tasks.iter().filter(|t| deployment.sources.contains(&t.revision));
                sources.filter_map(|task| task.stopping_since).max()
            }
        }
    }

    /// What called a deployment back, with its numbers.
    fn cause(&self, rollback: &Rollback) -> String {
        match &rollback.detector {
            Detector::Alarm(alarm) => {
                let run = self.run.alarms.get(*alarm);
                let period = run.and_then(|run| run.periods.iter().rfind(|period| period.end <= rollback.at));
                let definition = self.scenario.alarms.get(*alarm);
                match (period.and_then(|period| period.measure), definition) {
                    (Some(measure), Some(alarm)) if is_bad(measure, alarm.metric) => {
                        format!("alarm {} saw {}", alarm.name, measure_text(measure, alarm.metric))
                    }
                    _ => format!("alarm {} was in ALARM", alarm_name(self.scenario, *alarm)),
                }
            }
            Detector::CircuitBreaker => {
                let state = self.service_breaker(rollback.at);
                state.map_or("the circuit breaker tripped".to_owned(), |(count, threshold)| {
                    format!(
                        "the circuit breaker counted {} of {}",
                        Count::from(count),
                        count_of(threshold, "failed task")
                    )
                })
            }
            Detector::Hook(_) => rollback.reason.clone(),
            Detector::StageTimeout => "a stage had taken 24 h".to_owned(),
            Detector::Networking => rollback.reason.clone(),
            Detector::Operator => "a person called StopServiceDeployment".to_owned(),
        }
    }

    fn service_breaker(&self, at: SimTime) -> Option<(u32, u32)> {
        let (_, deployment) = self.deployment()?;
        let state = deployment.breaker.at(at)?;
        Some((state.failure_count, state.threshold))
    }

    /// The way back: who asked for it and where it leads, without the full stop.
    fn goes_back(&self, deployment: &DeploymentRun, rollback: &Rollback) -> Sentence {
        let (source, target) = self.names(deployment);
        let who = match &rollback.detector {
            // Without the stage, which the strip shows.
            Detector::Hook(failed) => failed.to_string(),
            _ => self.cause(rollback),
        };
        let met = self.service().traffic.flow(FlowKey::Production(deployment.target));
        let nobody = met.is_none_or(|flow| flow.at(self.at).sent == 0);
        Sentence::default().failure(capitalized(&who)).plain(match rollback.users_back {
            _ if nobody => format!(": back to {source}, and no user has met {target}"),
            Some(back) if back <= self.at => format!(": all users are back on {source}"),
            _ => format!(": everyone goes back to {source}"),
        })
    }
}

/// A task moves to another Availability Zone.
pub(super) fn rebalancing(spread: ZoneSpread) -> Sentence {
    let ZoneSpread { fullest, most, emptiest, least } = spread;
    Sentence::default()
        .plain(format!("Zone {} holds ", zone_letter(fullest)))
        .number(most)
        .plain(format!(" tasks and zone {} ", zone_letter(emptiest)))
        .number(least)
        .plain(": ECS starts one there, and stops one of the fuller zone once it is healthy.")
        .from_source(ZONES)
        .from_reading(Some(Reading::REBALANCES_ONE_BY_ONE))
}

/// A reason as the end of a sentence.
fn as_clause(reason: &str) -> String {
    if reason.is_empty() { "it was ended.".to_owned() } else { format!("{}.", reason.trim_end_matches('.')) }
}

fn are(count: u32, one: &str) -> String {
    format!("{} {}", count_of(count, one), if count == 1 { "is" } else { "are" })
}

fn is_bad(measure: u64, metric: AlarmMetric) -> bool {
    match metric {
        AlarmMetric::ErrorPercent(threshold) => measure > u64::from(threshold.0),
        AlarmMetric::LatencyMillis(threshold) => measure > threshold,
    }
}
