//! Everything the engine needs: a recording, read and validated.

use super::alarm::Alarm;
use super::intervention::Intervention;
use super::readings::Readings;
use super::service::Service;
use super::time::Span;
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

/// A validated recording. The engine cannot fail on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// `name`.
    pub name: String,
    /// `seed` of all random streams.
    pub seed: u64,
    /// At least one. Requests enter at the first.
    pub services: Vec<Service>,
    /// Who sends requests.
    pub traffic: Traffic,
    /// The scripts' sources by hook name.
    pub hooks: BTreeMap<String, String>,
    /// Alarms by index.
    pub alarms: Vec<Alarm>,
    /// In order of the file.
    pub interventions: Vec<Intervention>,
    /// `reviewer`.
    pub reviewer: Option<Reviewer>,
    /// `readings`.
    pub readings: Readings,
}

impl Scenario {
    /// The index of the service of that name.
    pub fn service(&self, name: &str) -> Option<usize> {
        self.services.iter().position(|service| service.name == name)
    }
}
