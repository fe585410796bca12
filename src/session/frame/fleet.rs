//! Groups of tasks, each task in the place it keeps for life.

use super::pulse::role_of;
use super::rules::weighed;
use super::{FrameIndex, Pulse, Role};
use crate::engine::{DeploymentRun, GroupSlot, RevisionId, ServiceRun, TaskId, TaskRecord};
use crate::model::*;

/// The tasks of one target group: of one revision, or under ROLLING of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// The target group's name; the service's where it has none.
    pub group: String,
    /// Whose tasks; `None` under ROLLING, where one group serves both revisions.
    pub role: Option<Role>,
    /// How many rows the source's tasks need at most through the run; the target's rows come below them.
    pub source_rows: u32,
    /// How many rows the target's tasks need at most through the run.
    pub target_rows: u32,
    /// The tasks from PROVISIONING to DEPROVISIONING, in order of start.
    pub tasks: Vec<TaskView>,
    /// Places that a source task has left for good, under ROLLING.
    pub outlines: Vec<Outline>,
    /// Tasks that answer what requests there are just now.
    pub serving: u32,
    /// Those not simply healthy, counted by their word, as in `("draining", 2)`.
    pub unsettled: Vec<(&'static str, u32)>,
}

/// A task at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskView {
    /// Which.
    pub id: TaskId,
    /// Its revision's part.
    pub role: Role,
    /// Its service revision.
    pub revision: RevisionId,
    /// Whether it runs neither the source nor the target, but what a deployment in between has left.
    pub left_over: bool,
    /// Its column: the Availability Zone, from 0.
    pub zone: u8,
    /// Its row in that column among the tasks of its part, from 0; kept for life.
    pub row: u32,
    /// `lastStatus`.
    pub status: TaskStatus,
    /// The health of its target, where it has one.
    pub health: Option<TargetHealth>,
    /// Whether it counts towards minimumHealthyPercent.
    pub counted: bool,
    /// Whether it is being stopped.
    pub stopping: bool,
    /// Whether it answers requests.
    pub serving: bool,
    /// Time since it was started.
    pub age: Span,
    /// How busy it is, from 0 to 1 and above 1 when overloaded.
    pub load: f64,
    /// What is not simply healthy, in a word; `None` for a healthy task.
    pub word: Option<&'static str>,
    /// What it waits for: when the wait began, and when it will be over if it will.
    pub countdown: Option<(SimTime, SimTime)>,
}

/// The dotted outline of a task that was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outline {
    /// Its column.
    pub zone: u8,
    /// Its row among the source's.
    pub row: u32,
}

/// Every task there is at `at`, in order of start.
pub(super) fn tasks(
    service: &ServiceRun,
    index: &FrameIndex,
    deployment: Option<&DeploymentRun>,
    pulses: &[Pulse],
    at: SimTime,
) -> Vec<TaskView> {
    let loads = Loads::at(service, index, deployment, pulses, at);
    let offsets = row_offsets(service, index, deployment);
    let here = |task: usize| {
        let life = index.lives[task];
        life.start <= at && life.stopped.is_none_or(|stopped| at < stopped)
    };
    let mut tasks: Vec<TaskView> = (0..service.tasks.len())
        .filter(|&task| here(task))
        .filter_map(|task| {
            let (record, life) = (&service.tasks[task], index.lives[task]);
            let status = *record.status.at(at)?;
            let health = record.target.at(at).copied();
            let counted = record.counted.at(at).copied().unwrap_or(false);
            let stopping = record.stopping_since.is_some_and(|since| since <= at);
            let role = role_of(deployment, record.revision);
            let source = deployment.and_then(|deployment| deployment.sources.first().copied());
            let serving = status == TaskStatus::Running
                && health.map_or(counted, |health| health == TargetHealth::Healthy);
            Some(TaskView {
                id: TaskId(task as u32),
                role,
                revision: record.revision,
                left_over: role == Role::Source && source.is_some_and(|source| source != record.revision),
                zone: record.zone,
                row: life.row + offsets[usize::from(record.revision.0)],
                status,
                health,
                counted,
                stopping,
                serving,
                age: at.since(life.start),
                load: 0.0,
                word: word(status, health, counted, stopping),
                countdown: countdown(record, status, health, counted, at),
            })
        })
        .collect();
    fail_open(&mut tasks, service, deployment, at);
    for task in tasks.iter_mut().filter(|task| task.serving) {
        task.load = loads.of(task.revision);
    }
    tasks
}

/// A group without a healthy target sends the requests it gets to those that are not ("Health checks for Application
/// Load Balancer target groups").
fn fail_open(tasks: &mut [TaskView], service: &ServiceRun, deployment: Option<&DeploymentRun>, at: SimTime) {
    let shifting = deployment.filter(|it| it.configuration.strategy.name().shifts());
    let gets_some = |role: Role| {
        shifting.is_none_or(|deployment| {
            let rules =
                [(ListenerRule::Production, &service.production), (ListenerRule::Test, &service.test)];
            rules.into_iter().filter_map(|(rule, track)| weighed(rule, track, service, deployment, at)).any(
                |rule| match role {
                    Role::Source => rule.actual.0 < 1_000_000,
                    Role::Target => rule.actual.0 > 0,
                },
            )
        })
    };
    for role in [Role::Source, Role::Target] {
        let mine = |task: &TaskView| shifting.is_none() || task.role == role;
        if tasks.iter().any(|task| mine(task) && task.serving) || !gets_some(role) {
            continue;
        }
        for task in tasks.iter_mut().filter(|task| mine(task) && task.status == TaskStatus::Running) {
            task.serving = matches!(task.health, Some(TargetHealth::Initial | TargetHealth::Unhealthy));
        }
    }
}

/// The tasks sorted into the groups the stage draws.
pub(super) fn fleets(
    scenario: &Service,
    service: &ServiceRun,
    index: &FrameIndex,
    deployment: Option<&DeploymentRun>,
    tasks: Vec<TaskView>,
    at: SimTime,
) -> Vec<Fleet> {
    let source =
        deployment.and_then(|deployment| deployment.sources.first().copied()).unwrap_or(RevisionId(0));
    let source_rows = source_rows(service, index, deployment);
    let target_rows = deployment.map_or(0, |deployment| index.rows[usize::from(deployment.target.0)]);
    let group_of = |revision: RevisionId| service.revisions[usize::from(revision.0)].group;
    let group_name = |group: GroupSlot| {
        let routing = service.routing(at);
        if routing.kind.has_targets() {
            routing.groups[usize::from(group)].name.clone()
        } else {
            scenario.name.clone()
        }
    };
    match deployment {
        Some(deployment) if deployment.configuration.strategy.name().shifts() => {
            let (source_tasks, target_tasks) = tasks.into_iter().partition(|task| task.role == Role::Source);
            let target_group = group_of(deployment.target);
            // The very first revision leaves the other group empty.
            let source_group = if deployment.is_first() { 1 - target_group } else { group_of(source) };
            vec![
                fleet(
                    group_name(source_group),
                    Some(Role::Source),
                    (source_rows, 0),
                    source_tasks,
                    Vec::new(),
                ),
                fleet(
                    group_name(target_group),
                    Some(Role::Target),
                    (0, target_rows),
                    target_tasks,
                    Vec::new(),
                ),
            ]
        }
        _ => {
            let outlines = deployment
                .map_or_else(Vec::new, |deployment| outlines(service, index, deployment, &tasks, at));
            vec![fleet(group_name(group_of(source)), None, (source_rows, target_rows), tasks, outlines)]
        }
    }
}

fn fleet(
    group: String,
    role: Option<Role>,
    (source_rows, target_rows): (u32, u32),
    tasks: Vec<TaskView>,
    outlines: Vec<Outline>,
) -> Fleet {
    let mut unsettled: Vec<(&'static str, u32)> = Vec::new();
    for word in tasks.iter().filter_map(|task| task.word) {
        match unsettled.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => unsettled.push((word, 1)),
        }
    }
    let serving = tasks.iter().filter(|task| task.serving).count() as u32;
    Fleet { group, role, source_rows, target_rows, tasks, outlines, serving, unsettled }
}

/// Where the source tasks stood that were there when the deployment began and are gone.
fn outlines(
    service: &ServiceRun,
    index: &FrameIndex,
    deployment: &DeploymentRun,
    tasks: &[TaskView],
    at: SimTime,
) -> Vec<Outline> {
    let began = super::index::started(deployment);
    let offsets = row_offsets(service, index, Some(deployment));
    let mut outlines: Vec<Outline> = service
        .tasks
        .iter()
        .zip(&index.lives)
        .filter(|(record, life)| {
            record.revision != deployment.target
                && life.start <= began
                && life.stopped.is_some_and(|stopped| began < stopped && stopped <= at)
        })
        .map(|(record, life)| Outline {
            zone: record.zone,
            row: life.row + offsets[usize::from(record.revision.0)],
        })
        .collect();
    outlines.sort_unstable();
    outlines.dedup();
    let mut taken: Vec<Outline> = tasks
        .iter()
        .filter(|task| task.role == Role::Source)
        .map(|task| Outline { zone: task.zone, row: task.row })
        .collect();
    taken.sort_unstable();
    outlines.retain(|place| taken.binary_search(place).is_err());
    outlines
}

/// The revisions whose tasks stand in the source's place, from the top: a deployment on top of another has more than one
/// source, and tasks that an earlier one left may still drain when it begins.
fn leaving(service: &ServiceRun, index: &FrameIndex, deployment: &DeploymentRun) -> Vec<RevisionId> {
    let began = super::index::started(deployment);
    let mut leaving = deployment.sources.clone();
    for (record, life) in service.tasks.iter().zip(&index.lives) {
        let there = life.start <= began && life.stopped.is_none_or(|stopped| began < stopped);
        if there && record.revision != deployment.target && !leaving.contains(&record.revision) {
            leaving.push(record.revision);
        }
    }
    leaving
}

/// By service revision, the rows above its own.
fn row_offsets(service: &ServiceRun, index: &FrameIndex, deployment: Option<&DeploymentRun>) -> Vec<u32> {
    let mut offsets = vec![0; index.rows.len()];
    let mut above = 0;
    for source in deployment.into_iter().flat_map(|deployment| leaving(service, index, deployment)) {
        offsets[usize::from(source.0)] = above;
        above += index.rows[usize::from(source.0)];
    }
    offsets
}

fn source_rows(service: &ServiceRun, index: &FrameIndex, deployment: Option<&DeploymentRun>) -> u32 {
    let rows = |revision: RevisionId| index.rows[usize::from(revision.0)];
    deployment.map_or_else(
        || index.rows.first().copied().unwrap_or(0),
        |deployment| leaving(service, index, deployment).into_iter().map(rows).sum(),
    )
}

/// What is not simply healthy.
fn word(
    status: TaskStatus,
    health: Option<TargetHealth>,
    counted: bool,
    stopping: bool,
) -> Option<&'static str> {
    match (status, health) {
        (TaskStatus::Provisioning, _) => Some("provisioning"),
        (TaskStatus::Pending, _) => Some("pending"),
        (TaskStatus::Activating, _) => Some("starting"),
        (TaskStatus::Deactivating, _) => Some("draining"),
        (TaskStatus::Stopping, _) => Some("stopping"),
        (TaskStatus::Deprovisioning | TaskStatus::Stopped, _) => Some("leaving"),
        (TaskStatus::Running, Some(TargetHealth::Draining)) => Some("draining"),
        (TaskStatus::Running, Some(TargetHealth::Unhealthy)) => Some("unhealthy"),
        (TaskStatus::Running, Some(TargetHealth::NotRegistered | TargetHealth::Registering)) if !stopping => {
            Some("registering")
        }
        (TaskStatus::Running, Some(TargetHealth::Initial)) => Some("first check"),
        (TaskStatus::Running, Some(TargetHealth::NotInUse)) => Some("unused"),
        (TaskStatus::Running, _) if stopping => Some("stopping"),
        (TaskStatus::Running, _) if !counted => Some("not counted yet"),
        (TaskStatus::Running, _) => None,
    }
}

/// From when until when the task is in what it is in, unless it is healthy or stays so.
fn countdown(
    record: &TaskRecord,
    status: TaskStatus,
    health: Option<TargetHealth>,
    counted: bool,
    at: SimTime,
) -> Option<(SimTime, SimTime)> {
    let of_status = || Some((record.status.since(at)?, record.status.next_after(at)?.0));
    let of_target = || Some((record.target.since(at)?, record.target.next_after(at)?.0));
    match (status, health) {
        (TaskStatus::Running, Some(TargetHealth::Healthy) | None) if !counted => {
            Some((record.status.since(at)?, record.counted.next_after(at)?.0))
        }
        (TaskStatus::Running, Some(TargetHealth::Healthy) | None) => None,
        (TaskStatus::Running | TaskStatus::Deactivating, Some(_)) => of_target().or_else(of_status),
        _ => of_status(),
    }
}

/// How busy the tasks of each part are.
struct Loads {
    target: Option<RevisionId>,
    of_source: f64,
    of_target: f64,
}

impl Loads {
    fn at(
        service: &ServiceRun,
        index: &FrameIndex,
        deployment: Option<&DeploymentRun>,
        pulses: &[Pulse],
        at: SimTime,
    ) -> Loads {
        let load = |role: Role, revision: Option<RevisionId>| -> f64 {
            let per_task: f64 = pulses
                .iter()
                .filter(|pulse| pulse.role == Some(role) && pulse.tasks > 0)
                .map(|pulse| pulse.rate.as_per_second() / f64::from(pulse.tasks))
                .sum();
            let capacity = revision
                .and_then(|revision| service.revisions.get(usize::from(revision.0)))
                .and_then(|revision| index.behaviors.get(revision.definition))
                .and_then(|behavior| behavior.at(at))
                .map_or(0.0, |behavior| behavior.capacity.as_per_second());
            if capacity > 0.0 { per_task / capacity } else { 0.0 }
        };
        let source = deployment.and_then(|deployment| deployment.sources.first().copied());
        let target = deployment.map(|deployment| deployment.target);
        Loads {
            target,
            of_source: load(Role::Source, source.or(Some(RevisionId(0)))),
            of_target: load(Role::Target, target),
        }
    }

    fn of(&self, revision: RevisionId) -> f64 {
        if self.target == Some(revision) { self.of_target } else { self.of_source }
    }
}
