//! The course of a lane: what a race shows of it at each moment, at equal distances and true scale.

use super::recipe::{Base, Shot};
use super::scoreboard::last_deployment;
use crate::model::*;
use crate::session::frame::FrameIndex;
use crate::session::frame::index::ended;
use crate::session::frame::pulse::target_share;
use serde_json::{Value, json};

/// A course is looked at in so many equal parts.
pub const PARTS: u64 = 480;

/// What a lane looks like from second 0 to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// The end of the run.
    pub end: SimTime,
    /// When the deployment reached a terminal status.
    pub ended: Option<SimTime>,
    /// The share of users' requests that the new revision gets, in tenths of a percent.
    pub share: Vec<u32>,
    /// Tasks of both revisions, from PROVISIONING to DEPROVISIONING.
    pub tasks: Vec<u32>,
    /// Failed requests so far.
    pub failed: Vec<u64>,
}

/// A lane at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// See [`Course::share`].
    pub share: u32,
    /// See [`Course::tasks`].
    pub tasks: u32,
    /// Failed requests so far.
    pub failed: u64,
    /// Whether the deployment has ended.
    pub over: bool,
}

impl Course {
    /// Looks at a run.
    pub fn of(base: &Base, shot: &Shot) -> Course {
        let (run, service) = (&shot.run, base.service());
        let index = FrameIndex::of(&shot.scenario, run, service);
        let mut course = Course {
            end: run.end,
            ended: last_deployment(run, service).and_then(ended),
            share: Vec::new(),
            tasks: Vec::new(),
            failed: Vec::new(),
        };
        for part in 0..=PARTS {
            let at = SimTime(run.end.0 * part / PARTS);
            let deployment = index.deployment_in_view(run, at).map(|number| &run.deployments[number]);
            let share = target_share(run, &index, deployment, at).map_or(0, |share| share.0 / 1_000);
            course.share.push(share);
            course.tasks.push(run.services[service].counts.at(at).map_or(0, |counts| counts.total));
            course.failed.push(run.services[0].traffic.production(at).failed);
        }
        course
    }

    /// The lane at an instant; after its end as it ended.
    pub fn at(&self, at: SimTime) -> Moment {
        let last = self.share.len().saturating_sub(1);
        let place = (at.0.min(self.end.0) * PARTS / self.end.0.max(1)) as usize;
        let place = place.min(last);
        Moment {
            share: self.share.get(place).copied().unwrap_or(0),
            tasks: self.tasks.get(place).copied().unwrap_or(0),
            failed: self.failed.get(place).copied().unwrap_or(0),
            over: self.ended.is_some_and(|ended| ended <= at),
        }
    }

    /// As JSON, for those who did the work elsewhere.
    pub fn to_json(&self) -> Value {
        json!([self.end.0, self.ended.map(|at| at.0), self.share, self.tasks, self.failed])
    }

    /// Reads what [`Course::to_json`] wrote.
    pub fn from_json(value: &Value) -> Option<Course> {
        fn list<T: TryFrom<u64>>(value: &Value) -> Option<Vec<T>> {
            value.as_array()?.iter().map(|it| T::try_from(it.as_u64()?).ok()).collect()
        }
        Some(Course {
            end: SimTime(value[0].as_u64()?),
            ended: value[1].as_u64().map(SimTime),
            share: list(&value[2])?,
            tasks: list(&value[3])?,
            failed: list(&value[4])?,
        })
    }
}
