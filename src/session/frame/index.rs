//! What of a run is worked out once, so that each frame is cheap.

use crate::engine::poisson::mix;
use crate::engine::{DeploymentRun, Fact, Run, ServiceRun, Track};
use crate::model::*;
use std::collections::BTreeMap;

/// The lives, places and behaviours of one service through a run.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameIndex {
    /// Which service.
    pub(super) service: usize,
    /// By task.
    pub(super) lives: Vec<Life>,
    /// By service revision: how many rows its tasks need at most.
    pub(super) rows: Vec<u32>,
    /// By the scenario's revision: how it behaves, changed by `setBehavior`.
    pub(super) behaviors: Vec<Track<Behavior>>,
    /// The service's deployments, in order of start.
    pub(super) deployments: Vec<usize>,
    /// Lost Availability Zones: which, from when, until when.
    lost_zones: Vec<(u8, SimTime, Option<SimTime>)>,
    /// In which order a hundred people are hurt.
    pub(super) people_order: Vec<u8>,
    /// In which order forty-eight small pages change.
    pub(super) tile_order: Vec<u8>,
}

/// The life of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Life {
    /// When it was started.
    pub start: SimTime,
    /// When it was STOPPED.
    pub stopped: Option<SimTime>,
    /// Its row in its zone among its revision's tasks: the first that was free when it started.
    pub row: u32,
}

impl FrameIndex {
    /// Looks through the run once.
    pub fn of(scenario: &Scenario, run: &Run, service: usize) -> FrameIndex {
        let (lives, rows) = lives(&run.services[service]);
        FrameIndex {
            service,
            lives,
            rows,
            behaviors: behaviors(scenario, run, service),
            deployments: (0..run.deployments.len())
                .filter(|&deployment| run.deployments[deployment].service == service)
                .collect(),
            lost_zones: lost_zones(scenario, run),
            people_order: scattered(100),
            tile_order: scattered(48),
        }
    }

    /// The deployment in view: the one going on, else the last one, else the first to come.
    pub fn deployment_in_view(&self, run: &Run, at: SimTime) -> Option<usize> {
        let begun = self.deployments.partition_point(|&index| started(&run.deployments[index]) <= at);
        self.deployments.get(begun.saturating_sub(1)).copied()
    }

    /// Which service the index is of.
    pub fn service(&self) -> usize {
        self.service
    }

    /// The service's deployments, in order of start.
    pub fn deployments(&self) -> &[usize] {
        &self.deployments
    }

    /// How a revision of the scenario behaves at `at`, whatever was injected until then.
    pub fn behavior(&self, definition: usize, at: SimTime) -> Option<&Behavior> {
        self.behaviors.get(definition)?.at(at)
    }

    /// The share that is set for the target of the deployment in view; `None` where there are no weights to set.
    pub fn set_share(&self, run: &Run, at: SimTime) -> Option<Ratio> {
        let deployment = self.deployment_in_view(run, at).map(|number| &run.deployments[number])?;
        let service = &run.services[self.service];
        Some(
            super::rules::weighed(ListenerRule::Production, &service.production, service, deployment, at)?
                .set,
        )
    }

    /// The Availability Zones that are lost at `at`.
    pub(super) fn lost_zones_at(&self, at: SimTime) -> Vec<u8> {
        let lost = |&&(_, from, until): &&(u8, SimTime, Option<SimTime>)| {
            from <= at && until.is_none_or(|end| at < end)
        };
        let mut zones: Vec<u8> = self.lost_zones.iter().filter(lost).map(|&(zone, ..)| zone).collect();
        zones.sort_unstable();
        zones.dedup();
        zones
    }
}

/// When a deployment began.
pub fn started(deployment: &DeploymentRun) -> SimTime {
    deployment.status.steps().first().map_or(SimTime::ZERO, |&(at, _)| at)
}

/// When a deployment reached a terminal status, if it did.
pub fn ended(deployment: &DeploymentRun) -> Option<SimTime> {
    deployment.status.steps().iter().find(|(_, status)| status.is_terminal()).map(|&(at, _)| at)
}

/// Every task's life, and by revision the rows that are needed.
fn lives(service: &ServiceRun) -> (Vec<Life>, Vec<u32>) {
    // By revision and zone, until when each row is taken; `None` is for ever.
    let mut taken: BTreeMap<(usize, u8), Vec<Option<SimTime>>> = BTreeMap::new();
    let mut rows = vec![0; service.revisions.len()];
    let mut lives = Vec::with_capacity(service.tasks.len());
    for task in &service.tasks {
        let steps = task.status.steps();
        let start = steps.first().map_or(SimTime::ZERO, |&(at, _)| at);
        let stopped =
            steps.iter().rev().find(|(_, status)| *status == TaskStatus::Stopped).map(|&(at, _)| at);
        let revision = usize::from(task.revision.0);
        let places = taken.entry((revision, task.zone)).or_default();
        let free = places.iter().position(|until| until.is_some_and(|until| until <= start));
        let row = free.unwrap_or(places.len());
        if row == places.len() {
            places.push(stopped);
        } else {
            places[row] = stopped;
        }
        rows[revision] = rows[revision].max(row as u32 + 1);
        lives.push(Life { start, stopped, row: row as u32 });
    }
    (lives, rows)
}

/// The interventions that were made, with their moments.
fn made<'a>(scenario: &'a Scenario, run: &'a Run) -> impl Iterator<Item = (SimTime, &'a Act)> {
    run.events.iter().filter_map(|event| match event.fact {
        Fact::Intervened { intervention, .. } => {
            scenario.interventions.get(intervention).map(|it| (event.at, &it.act))
        }
        _ => None,
    })
}

fn behaviors(scenario: &Scenario, run: &Run, service: usize) -> Vec<Track<Behavior>> {
    let mut behaviors: Vec<Track<Behavior>> = scenario.services[service]
        .revisions
        .iter()
        .map(|revision| Track::starting(SimTime::ZERO, revision.behavior.clone()))
        .collect();
    for (at, act) in made(scenario, run) {
        if let Act::SetBehavior { service: of, revision, behavior } = act
            && *of == service
        {
            let track = &mut behaviors[*revision];
            let changed = track.last().cloned().unwrap_or_default().with(behavior);
            track.push(at, changed);
        }
    }
    behaviors
}

fn lost_zones(scenario: &Scenario, run: &Run) -> Vec<(u8, SimTime, Option<SimTime>)> {
    made(scenario, run)
        .filter_map(|(at, act)| match *act {
            Act::FailAvailabilityZone { zone, lasts } => Some((zone, at, lasts.map(|span| at + span))),
            _ => None,
        })
        .collect()
}

/// The numbers below `count` in an order that looks like none.
fn scattered(count: u8) -> Vec<u8> {
    let mut order: Vec<u8> = (0..count).collect();
    order.sort_by_key(|&number| mix(u64::from(number)));
    order
}
