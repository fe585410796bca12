//! Before the start: can the deployment finish, how soon, with how many tasks, and who would notice a bad release?
//!
//! The answer is not a second set of formulas but a rehearsal: the same engine deploys the same revision, from the state in
//! which the deployment would find the AWS, while everything goes well, so it cannot disagree with the run. What a rehearsal shows for its own timings, [`explore`]
//! proves for all, where a service is small enough to try everything.

mod explore;
mod warnings;

pub use explore::{Explored, MOST_EXPLORED, explore};

use crate::engine::event::{Fact, Why};
use crate::engine::hooks::{HookAnswer, HookHost, HookRunner, Invocation};
use crate::engine::metrics;
use crate::engine::run::Run;
use crate::engine::simulate::rehearse;
use crate::engine::waiting::{RollingBounds, Waiting};
use crate::model::*;
use serde_json::Value;
use std::fmt;

/// What can be said before the start.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Which service is deployed.
    pub service: usize,
    /// The strategy that was rehearsed.
    pub strategy: StrategyName,
    /// The shortest the deployment can take; `None` if it cannot finish.
    pub shortest: Option<Span>,
    /// The most tasks at any instant.
    pub peak_tasks: u32,
    /// The fewest healthy tasks at any instant.
    pub lowest_healthy_tasks: u32,
    /// Where it cannot finish: the inequality that blocks it for ever.
    pub blocked_by: Option<RollingBounds>,
    /// Where it cannot finish for another reason, what stands in its way.
    pub fails_for: Option<String>,
    /// A small rolling deployment, tried in every order in which its tasks can start and stop.
    pub proof: Option<Explored>,
    /// What could be meant otherwise.
    pub warnings: Vec<String>,
}

impl Verdict {
    /// Whether the deployment can finish at all.
    pub fn can_finish(&self) -> bool {
        self.shortest.is_some()
    }
}

/// Writes the verdict in one line.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (peak, floor) = (Count::from(self.peak_tasks), Count::from(self.lowest_healthy_tasks));
        match (self.shortest, &self.blocked_by) {
            (Some(span), _) => {
                let any_order = match self.proof {
                    Some(Explored { finishes: true, .. }) => ", in whatever order tasks start and stop",
                    _ => "",
                };
                let tasks = if self.peak_tasks == 1 { "task" } else { "tasks" };
                write!(
                    f,
                    "can finish: {span} at least, peak {peak} {tasks}, floor {floor} healthy{any_order}"
                )
            }
            (None, Some(bounds)) => write!(f, "cannot finish: {bounds}"),
            (None, None) => match &self.fails_for {
                Some(reason) => write!(f, "cannot finish: {reason}"),
                None => write!(f, "cannot finish"),
            },
        }
    }
}

/// The verdict on the first deployment that the scenario makes of a service; on one of the service's last revision where
/// it makes none.
pub fn preflight(scenario: &Scenario, service: usize) -> Verdict {
    let judged = Judged::of(scenario, service);
    let revision = judged.revision;
    let rehearsal = judged.rehearsal(scenario);
    let run = rehearse(&rehearsal, &mut EverythingPasses);
    let deployment = run.deployments.first();
    let span = |(at, _): &(SimTime, ServiceDeploymentStatus)| {
        let start = deployment.and_then(|deployment| deployment.status.steps().first());
        at.since(start.map_or(SimTime::ZERO, |(at, _)| *at))
    };
    let shortest = deployment
        .and_then(|deployment| deployment.status.steps().last())
        .filter(|(_, status)| *status == ServiceDeploymentStatus::Successful)
        .map(span);
    let blocked_by = match run.services[0].waiting.last() {
        Some(Waiting::Stuck(bounds)) => Some(*bounds),
        _ => None,
    };
    let start =
        deployment.and_then(|deployment| deployment.status.steps().first()).map_or(run.end, |(at, _)| *at);
    let mut config = scenario.services[service].clone();
    if let Some(then) = run.services[0].configuration.at(start) {
        // Updates before the start have changed it.
        (config.deployment, config.desired_count) = (then.deployment.clone(), then.desired_count);
        (config.hooks, config.routing) = (scenario.services[service].hooks.clone(), then.routing.clone());
    }
    // Alarms are nothing to a proof, which knows no bake.
    let touches = |it: &&Intervention| !matches!(it.act, Act::SetAlarm { .. });
    let untouched = rehearsal.interventions.iter().filter(touches).count() <= 1;
    Verdict {
        service,
        strategy: config.deployment.strategy.name(),
        shortest,
        peak_tasks: metrics::peak_tasks(&run.services[0]),
        lowest_healthy_tasks: metrics::lowest_healthy_tasks(&run.services[0]),
        blocked_by,
        fails_for: if shortest.is_none() { why_not(&run) } else { None },
        proof: proof(&config).filter(|_| untouched),
        warnings: warnings::all(scenario, &config, revision, &run),
    }
}

/// What stands in the way of a deployment that is not merely stuck between its bounds.
fn why_not(run: &Run) -> Option<String> {
    let unplaced = run.events.iter().rev().find_map(|event| match (&event.fact, &event.why) {
        (Fact::PlacementFailed { missing, .. }, Why::Capacity { total, capacity: Some(capacity) }) => {
            let room = Count::from(capacity.saturating_sub(*total));
            let are = if *missing == 1 { "is" } else { "are" };
            let [total, capacity, missing] = [*total, *capacity, *missing].map(Count::from);
            Some(format!("may place {capacity} at most − {total} = {room}, and {missing} {are} missing"))
        }
        (Fact::PlacementFailed { .. }, Why::NoZoneLeft) => {
            Some("no Availability Zone is left to place tasks in".to_owned())
        }
        _ => None,
    });
    let reason = run.deployments.first().and_then(|deployment| deployment.rollback.as_ref());
    unplaced.or_else(|| reason.map(|rollback| rollback.reason.clone()))
}

/// What every order of events comes to, where the service is small and rolls its whole fleet.
fn proof(config: &Service) -> Option<Explored> {
    let rolls = config.deployment.strategy == Strategy::Rolling && config.deployment.early_success.is_none();
    let small = config.desired_count <= MOST_EXPLORED;
    (rolls && small && !config.first_deployment).then(|| explore(config.desired_count, &config.deployment))
}

/// The deployment that is judged.
struct Judged {
    service: usize,
    revision: usize,
    /// The intervention that makes it; `None` where none does, or its moment is not a time.
    made_by: Option<usize>,
}

impl Judged {
    fn of(scenario: &Scenario, service: usize) -> Judged {
        match scenario.deployments().into_iter().find(|it| it.service == service) {
            Some(Planned { at, place, revision, .. }) => {
                Judged { service, revision, made_by: at.map(|_| place) }
            }
            None => {
                Judged { service, revision: scenario.services[service].revisions.len() - 1, made_by: None }
            }
        }
    }

    /// The same deployment with nothing that could go wrong from then on: the software behaves, hooks pass, nobody
    /// interferes. What people and faults have done to the AWS before is there.
    fn rehearsal(&self, scenario: &Scenario) -> Scenario {
        let mut config = scenario.services[self.service].clone();
        for revision in &mut config.revisions {
            let Behavior { start, warm_up, .. } = revision.behavior;
            revision.behavior = Behavior { start, warm_up, ..Behavior::default() };
        }
        // The other services stay at home, and nobody sends requests.
        config.calls.clear();
        config.hooks.retain(|hook| hook.target != HookTarget::Pause);
        let interventions = if config.first_deployment { Vec::new() } else { self.up_to_it(scenario) };
        Scenario {
            services: vec![config],
            traffic: Traffic {
                production: Rate(0),
                profile: Vec::new(),
                spikes: Vec::new(),
                test: Rate(0),
                users: 0,
            },
            alarms: scenario.alarms.iter().map(|alarm| Alarm { service: None, ..alarm.clone() }).collect(),
            interventions,
            reviewer: None,
            ..scenario.clone()
        }
    }

    /// The acts before the deployment that it finds done, and the one that makes it; the first of them at second 0.
    fn up_to_it(&self, scenario: &Scenario) -> Vec<Intervention> {
        let deploy = Act::Deploy { service: 0, revision: self.revision, pipeline: None };
        let timed = |index: usize| match scenario.interventions[index].when {
            When::At(at) => Some((at, index)),
            When::Moment { .. } => None,
        };
        let Some(made_by) = self.made_by.and_then(timed) else {
            return vec![Intervention { when: When::At(SimTime::ZERO), act: deploy }];
        };
        let mut done: Vec<(SimTime, usize)> =
            (0..scenario.interventions.len()).filter_map(timed).filter(|&other| other <= made_by).collect();
        done.sort_unstable();
        let mut acts: Vec<(SimTime, Act)> = Vec::new();
        for (at, index) in done {
            let act = &scenario.interventions[index].act;
            acts.extend(match act {
                Act::Deploy { .. } => Some((at, deploy.clone())),
                _ => self.stays(act).map(|act| (at, act)),
            });
        }
        // Alarms are judged by the clock, so that it must not be set forward where one is set.
        let by_the_clock = acts.iter().any(|(_, act)| matches!(act, Act::SetAlarm { .. }));
        let first = acts.first().filter(|_| !by_the_clock).map_or(SimTime::ZERO, |(at, _)| *at);
        let shifted = |at: SimTime| When::At(SimTime::ZERO + at.since(first));
        acts.into_iter().map(|(at, act)| Intervention { when: shifted(at), act }).collect()
    }

    /// The act in the rehearsal, where only this service is, if what it does is there when the deployment starts. How the
    /// software behaves and what hooks answer is not: all that goes well.
    fn stays(&self, act: &Act) -> Option<Act> {
        if act.service().is_some_and(|service| service != self.service) {
            return None;
        }
        let mut act = act.clone();
        match &mut act {
            Act::SetDesiredCount { service, .. }
            | Act::UpdateTaskProtection { service, .. }
            | Act::DenyListenerChanges { service, .. }
            | Act::SetListenerWeights { service, .. } => *service = 0,
            Act::UpdateService { service, update } => {
                *service = 0;
                if let Some(hooks) = &mut update.hooks {
                    hooks.retain(|hook| hook.target != HookTarget::Pause);
                }
            }
            // An alarm that is red at the start is one that nobody watches and that makes nothing bake.
            Act::LimitCapacity { .. } | Act::FailAvailabilityZone { .. } | Act::SetAlarm { .. } => {}
            _ => return None,
        }
        Some(act)
    }
}

/// Hooks that pass at once.
struct EverythingPasses;

impl HookRunner for EverythingPasses {
    fn invoke(&mut self, _: &str, _: &Value, _: &mut dyn HookHost) -> Invocation {
        let answer =
            HookAnswer { status: HookStatus::Succeeded, call_back_delay: Span::ZERO, details: Value::Null };
        Invocation { answer: Ok(answer), text: String::new(), duration: Span::ZERO, printed: Vec::new() }
    }

    fn replace(&mut self, _: &str, _: &str) {}
}
