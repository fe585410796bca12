//! `deployments[]` of describe-services, the view that older tools watch, and the waiter that rests on it.
//!
//! It knows revisions that still have tasks, PRIMARY and ACTIVE, and no lifecycle stage. A rollback makes the old
//! revision PRIMARY again, and the failed one is ACTIVE and FAILED until its tasks are gone ("How the Amazon ECS deployment
//! circuit breaker detects failures").

use super::run::*;
use crate::model::*;

/// An entry of `deployments[]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OlderDeployment {
    /// The service revision it stands for.
    pub revision: RevisionId,
    /// Whether it is PRIMARY, the one that is to stay; the others are ACTIVE.
    pub primary: bool,
    /// `rolloutState`.
    pub rollout_state: RolloutState,
    /// `runningCount`.
    pub running: u32,
    /// `pendingCount`.
    pub pending: u32,
    /// `failedTasks`.
    pub failed_tasks: u32,
}

api_words! {
    /// `rolloutState`.
    RolloutState {
        /// All is done.
        Completed = "COMPLETED",
        /// It failed, and what is left of it goes.
        Failed = "FAILED",
        /// Under way.
        InProgress = "IN_PROGRESS",
    }
}
use crate::model::lifecycle::api_words;
use std::fmt;

/// How often the waiter `services-stable` looks, and how many times before it gives up.
const WAITER: (Span, u64) = (Span::from_secs(15), 40);

/// `deployments[]` at an instant, PRIMARY first, then the newest first.
pub fn older_view(run: &Run, service: usize, at: SimTime) -> Vec<OlderDeployment> {
    let begun = |run: &&DeploymentRun| run.service == service && run.status.at(at).is_some();
    let last = run.deployments.iter().rfind(begun);
    let went_back = |deployment: &DeploymentRun| {
        deployment.rollback.as_ref().is_some_and(|rollback| rollback.goes_back && rollback.at <= at)
    };
    let primary = match last {
        Some(deployment) if went_back(deployment) => deployment.sources.first().copied(),
        Some(deployment) => Some(deployment.target),
        None => run.services[service].revisions.first().map(|_| RevisionId(0)),
    };
    let entry = |revision: RevisionId| {
        let deployment = run.deployments.iter().filter(begun).find(|it| it.target == revision);
        let failed = |it: &DeploymentRun| it.rollback.as_ref().is_some_and(|rollback| rollback.at <= at);
        let under_way = last.is_some_and(|it| it.status.at(at).is_some_and(|status| !status.is_terminal()));
        let rollout_state = match deployment {
            Some(deployment) if failed(deployment) => RolloutState::Failed,
            _ if under_way && Some(revision) == primary => RolloutState::InProgress,
            _ => RolloutState::Completed,
        };
        let count = |wanted: fn(&TaskStatus) -> bool| {
            let tasks = run.services[service].tasks.iter().filter(|task| task.revision == revision);
            tasks.filter(|task| task.status.at(at).is_some_and(wanted)).count() as u32
        };
        OlderDeployment {
            revision,
            primary: Some(revision) == primary,
            rollout_state,
            running: count(|status| *status == TaskStatus::Running),
            pending: count(|status| *status < TaskStatus::Running),
            failed_tasks: failed_tasks(run, service, revision, at),
        }
    };
    let there = |it: &OlderDeployment| {
        let tasks = run.services[service].tasks.iter().filter(|task| task.revision == it.revision);
        let alive =
            |task: &TaskRecord| task.status.at(at).is_some_and(|status| *status != TaskStatus::Stopped);
        it.primary || tasks.into_iter().any(alive)
    };
    let revisions = (0..run.services[service].revisions.len() as u16).rev().map(RevisionId);
    let mut entries: Vec<OlderDeployment> = revisions.map(entry).filter(there).collect();
    entries.sort_by_key(|it| !it.primary);
    entries
}

/// What the waiter `services-stable` calls stable: one deployment, and as many tasks running as desired. Which revision
/// they run it does not ask, so that it is content after a rollback too.
pub fn is_stable(run: &Run, service: usize, at: SimTime) -> bool {
    let desired = run.services[service].configuration.at(at).map_or(0, |config| config.desired_count);
    matches!(older_view(run, service, at)[..], [it] if it.running == desired)
}

/// When the waiter, begun at `from`, finds the service stable; `None` if it gives up after 40 looks, 10 minutes.
pub fn services_stable(run: &Run, service: usize, from: SimTime) -> Option<SimTime> {
    let (delay, looks) = WAITER;
    (0..looks).map(|look| from + Span(delay.0 * look)).find(|&at| is_stable(run, service, at))
}

fn failed_tasks(run: &Run, service: usize, revision: RevisionId, at: SimTime) -> u32 {
    let tasks = run.services[service].tasks.iter().filter(|task| task.revision == revision);
    let failed = |task: &TaskRecord| {
        let gone = task.stopping_since.is_some_and(|since| since <= at);
        gone && task.stop_code.is_some_and(|code| code == StopCode::TaskFailedToStart)
    };
    tasks.filter(|task| failed(task)).count() as u32
}
