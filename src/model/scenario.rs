//! Everything the engine needs: a recording, read and validated.

use super::alarm::Alarm;
use super::intervention::{Act, Intervention, When};
use super::ratio::Rate;
use super::readings::Readings;
use super::service::Service;
use super::time::{SimTime, Span};
use super::traffic::Traffic;
use std::collections::BTreeMap;

/// A reviewer who answers an approval without a person at the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reviewer {
    /// `answersAfterSeconds`, from the notification.
    pub answers_after: Span,
    /// `answer`: whether it is an approval.
    pub approves: bool,
}

/// The service at which requests enter.
pub const ENTRY: usize = 0;

/// A deployment that an intervention starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// When; `None` where it waits for a moment of another deployment.
    pub at: Option<SimTime>,
    /// The intervention's place in the list.
    pub place: usize,
    /// Of which service.
    pub service: usize,
    /// Which of its revisions.
    pub revision: usize,
}

/// A validated recording. The engine cannot fail on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// `name`: what the recording is called on the page; may be empty.
    pub name: String,
    /// `seed` of all random streams.
    pub seed: u64,
    /// At least one. Requests enter at [`ENTRY`].
    pub services: Vec<Service>,
    /// Who sends requests.
    pub traffic: Traffic,
    /// The scripts' sources by hook name.
    pub hooks: BTreeMap<String, String>,
    /// Alarms by index.
    pub alarms: Vec<Alarm>,
    /// In order of the file.
    pub interventions: Vec<Intervention>,
    /// `reviewer`: who answers approvals without a person; `None` where nobody does.
    pub reviewer: Option<Reviewer>,
    /// `readings`: what is chosen where ECS documents nothing.
    pub readings: Readings,
}

impl Scenario {
    /// The index of the service of that name.
    pub fn service(&self, name: &str) -> Option<usize> {
        self.services.iter().position(|service| service.name == name)
    }

    /// The deployments that the interventions start, in order: first those at a time, then those that wait for a moment.
    pub fn deployments(&self) -> Vec<Planned> {
        let started = |(place, intervention): (usize, &Intervention)| {
            let (service, revision) = match &intervention.act {
                Act::Deploy { service, revision, .. } => (*service, *revision),
                Act::UpdateService { service, update } if update.starts_deployment => {
                    (*service, update.revision.unwrap_or(0))
                }
                _ => return None,
            };
            let at = match intervention.when {
                When::At(at) => Some(at),
                When::Moment { .. } => None,
            };
            Some(Planned { at, place, service, revision })
        };
        let mut deployments: Vec<_> = self.interventions.iter().enumerate().filter_map(started).collect();
        deployments.sort_by_key(|it: &Planned| (it.at.is_none(), it.at, it.place));
        deployments
    }

    /// The service whose deployment the recording is about: the one deployed first; the entry service where none is.
    pub fn service_deployed(&self) -> usize {
        self.deployments().first().map_or(ENTRY, |first| first.service)
    }

    /// The rate of production requests at an instant: what `setTraffic` asked for last, else the profile's. One that
    /// waits for a moment of a deployment is not known before the run.
    pub fn rate_at(&self, at: SimTime) -> Rate {
        let set = self.interventions.iter().enumerate().filter_map(|(place, it)| match (&it.when, &it.act) {
            (When::At(since), Act::SetTraffic { rate }) if *since <= at => Some((*since, place, *rate)),
            _ => None,
        });
        set.max_by_key(|(since, place, _)| (*since, *place))
            .map_or(self.traffic.rate_at(at).0, |(.., rate)| rate)
    }
}
