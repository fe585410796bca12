//! Before the start: can the deployment finish, how soon, with how many tasks, and who would notice a bad release?
//!
//! The answer is not a second set of formulas but a rehearsal: the same engine deploys the same revision while
//! everything goes well, so it cannot disagree with the run. What a rehearsal shows for its own timings, [`explore`]
//! proves for all, where a service is small enough to try everything.

mod explore;
mod warnings;

pub use explore::{Explored, MOST_EXPLORED, explore};

use crate::engine::hooks::{HookAnswer, HookHost, HookRunner, Invocation};
use crate::engine::metrics;
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
                write!(f, "can finish: {span} at least, peak {peak} tasks, floor {floor} healthy{any_order}")
            }
            (None, Some(bounds)) => write!(f, "cannot finish: {bounds}"),
            (None, None) => write!(f, "cannot finish"),
        }
    }
}

/// The verdict on the scenario's first deployment; on a deployment of the first service's last revision if there is
/// none.
pub fn preflight(scenario: &Scenario) -> Verdict {
    let first = scenario.interventions.iter().find_map(|intervention| match intervention.act {
        Act::Deploy { service, revision, .. } => Some((service, revision)),
        _ => None,
    });
    let (service, revision) = first.unwrap_or((0, scenario.services[0].revisions.len() - 1));
    let run = rehearse(&rehearsal(scenario, service, revision), &mut EverythingPasses);
    let config = &scenario.services[service];
    let deployment = run.deployments.first();
    let ended = deployment
        .and_then(|deployment| deployment.status.steps().last())
        .filter(|(_, status)| *status == ServiceDeploymentStatus::Successful);
    let blocked_by = match run.services[0].waiting.last() {
        Some(Waiting::Stuck(bounds)) => Some(*bounds),
        _ => None,
    };
    Verdict {
        service,
        strategy: config.deployment.strategy.name(),
        shortest: ended.map(|(at, _)| at.since(SimTime::ZERO)),
        peak_tasks: metrics::peak_tasks(&run.services[0]),
        lowest_healthy_tasks: metrics::lowest_healthy_tasks(&run.services[0]),
        blocked_by,
        proof: proof(config),
        warnings: warnings::all(scenario, service, revision, &run),
    }
}

/// What every order of events comes to, where the service is small and rolls its whole fleet.
fn proof(config: &Service) -> Option<Explored> {
    let rolls = config.deployment.strategy == Strategy::Rolling && config.deployment.early_success.is_none();
    let small = config.desired_count <= MOST_EXPLORED;
    (rolls && small && !config.first_deployment).then(|| explore(config.desired_count, &config.deployment))
}

/// The same deployment with nothing that could go wrong: the software behaves, hooks pass, nobody interferes.
fn rehearsal(scenario: &Scenario, service: usize, revision: usize) -> Scenario {
    let mut config = scenario.services[service].clone();
    for revision in &mut config.revisions {
        let Behavior { start, warm_up, .. } = revision.behavior;
        revision.behavior = Behavior { start, warm_up, ..Behavior::default() };
    }
    // The other services stay at home, and nobody sends requests.
    config.calls.clear();
    config.hooks.retain(|hook| hook.target != HookTarget::Pause);
    let deploy = Act::Deploy { service: 0, revision, pipeline: None };
    let interventions = if config.first_deployment {
        Vec::new()
    } else {
        vec![Intervention { when: When::At(SimTime::ZERO), act: deploy }]
    };
    Scenario {
        services: vec![config],
        traffic: Traffic { production: Rate(0), profile: Vec::new(), test: Rate(0), users: 0 },
        alarms: Vec::new(),
        interventions,
        reviewer: None,
        ..scenario.clone()
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
