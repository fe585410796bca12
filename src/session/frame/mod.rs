//! What the page shows at an instant, as plain data: a pure function of a run and a time.
//!
//! The stage view, the strip and the numbers beside them are drawn from a [`Frame`] and from nothing else, so
//! scrubbing, playing and drawing a still picture are one thing. Whatever would be slow to find sixty times a second
//! (a task's place, a revision's behaviour through time) is worked out once per run in a [`FrameIndex`].

pub mod application;
pub mod balance;
pub mod crowd;
pub mod field;
pub mod fleet;
pub mod index;
pub mod mark;
pub mod pages;
pub mod pulse;
pub mod rules;
pub mod strip;

pub use application::{PipelineItem, PipelineView, ServiceGlance};
pub use balance::BalanceBar;
pub use crowd::{BrowserWindow, Crowd, PageShare, PageTile, Person, Testers};
pub use fleet::{Fleet, Outline, TaskView};
pub use index::FrameIndex;
pub use pulse::Pulse;
pub use rules::RuleView;
pub use strip::{ItemKind, Notch, Pip, StageState, StripItem, stops};

use crate::engine::users::users_of;
use crate::engine::{DeploymentRun, RevisionId, Run, Waiting};
use crate::model::*;
use crate::session::narrate::words::revision_name;

/// The two parts a revision can play in the deployment in view: blue and green.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// In service when the deployment began: blue, a circle, left or above.
    Source,
    /// Brought by the deployment: green, a square, right or below.
    Target,
}

/// A service revision as the page names and paints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionLook {
    /// Its name in the recording, as in `42`.
    pub name: String,
    /// What it is [called](revision_name) in sentences and beside the picture.
    pub called: String,
    /// The title of its page.
    pub title: String,
    /// The background of its page, a CSS colour.
    pub background: String,
}

/// The deployment in view and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct DeploymentView {
    /// Its place in the run.
    pub deployment: usize,
    /// The strategy it goes by.
    pub strategy: StrategyName,
    /// The API's status word; `None` before it has begun.
    pub status: Option<ServiceDeploymentStatus>,
    /// `statusReason`, once it has ended.
    pub status_reason: String,
    /// Whether it is the service's first: it replaces nothing, and there is nothing to go back to.
    pub first: bool,
    /// When it began.
    pub started: SimTime,
    /// When it reached a terminal status, if it has by now.
    pub ended: Option<SimTime>,
    /// The stage it is in; `None` before, after, and while tasks are replaced under ROLLING.
    pub stage: Option<LifecycleStage>,
    /// Whether it is on its way back, or has gone back.
    pub rolling_back: bool,
    /// The items of the strip, in order.
    pub strip: Vec<StripItem>,
    /// The circuit breaker, where it is enabled: failed tasks that count, and where it trips.
    pub breaker: Option<(u32, u32)>,
}

/// An alarm that the service's deployments watch.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmView {
    /// `alarmName`.
    pub name: String,
    /// Its state now.
    pub state: AlarmState,
    /// Breaching periods in a row so far.
    pub breaching_in_a_row: u32,
    /// How many raise it.
    pub evaluation_periods: u32,
    /// The last period's measure: percent, or milliseconds.
    pub measure: Option<f64>,
    /// The threshold in the same unit.
    pub threshold: f64,
    /// `%` or `ms`.
    pub unit: &'static str,
}

/// An approval that waits for the reviewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalView {
    /// The hook that asked.
    pub hook: String,
    /// What it asks.
    pub text: String,
    /// The stored object: `pending`, `approved` or `rejected`.
    pub stored: &'static str,
    /// When it was asked.
    pub since: SimTime,
}

/// The numbers beside the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoFar {
    /// Production requests sent.
    pub sent: u64,
    /// Of them, those that failed.
    pub failed: u64,
    /// Of them, those still under way.
    pub in_flight: u64,
    /// Users who have met the target revision.
    pub users_exposed: u32,
    /// Users who have met a failure.
    pub users_hurt: u32,
    /// `users`.
    pub users: u32,
    /// Tasks there are, from PROVISIONING to DEPROVISIONING.
    pub tasks: u32,
    /// Of them, those that count as healthy.
    pub healthy: u32,
    /// `desiredCount`.
    pub desired: u32,
}

/// Everything the stage view shows at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The instant.
    pub at: SimTime,
    /// `serviceName`.
    pub service: String,
    /// The services that call each other, callers first; empty where there is only one.
    pub application: Vec<ServiceGlance>,
    /// The pipeline that leads, or led, into a deployment of the service.
    pub pipeline: Option<PipelineView>,
    /// The strategy of the deployment in view; without one, the service's own.
    pub strategy: StrategyName,
    /// The revision in service when the deployment in view began.
    pub source: RevisionLook,
    /// The revision it brings; `None` while nothing has ever been deployed.
    pub target: Option<RevisionLook>,
    /// The deployment going on, else the last one, else the first to come.
    pub deployment: Option<DeploymentView>,
    /// What stands before the tasks.
    pub routing: RoutingKind,
    /// The production listener rule.
    pub production: RuleView,
    /// The test listener rule, where there is one and the strategy uses it.
    pub test: Option<RuleView>,
    /// One group of tasks, under ROLLING; else two, the source's first.
    pub fleets: Vec<Fleet>,
    /// How many Availability Zones are columns; zone 0 is `a`.
    pub zones: u8,
    /// Zones that are lost just now.
    pub lost_zones: Vec<u8>,
    /// The rolling controller's bounds as a bar; only under ROLLING.
    pub balance: Option<BalanceBar>,
    /// A hundred people, each one per cent of the users.
    pub crowd: Crowd,
    /// Who meets the test listener, where there is one.
    pub testers: Option<Testers>,
    /// What users get.
    pub users_see: BrowserWindow,
    /// What testers get, where there is a test listener.
    pub testers_see: Option<BrowserWindow>,
    /// What flows just now, for the dots: one entry per listener and revision with requests.
    pub pulses: Vec<Pulse>,
    /// The alarms of the service's deployment configuration.
    pub alarms: Vec<AlarmView>,
    /// The approval of the deployment in view, once one was asked for.
    pub approval: Option<ApprovalView>,
    /// Whether a PAUSE hook waits: its hookId.
    pub paused: Option<String>,
    /// The numbers so far.
    pub so_far: SoFar,
}

/// What the page shows of a service at `at`. `index` must have been made of the same scenario and run.
///
/// Costs a pass over the service's tasks and some binary searches: well under a millisecond at 500 tasks.
pub fn frame(scenario: &Scenario, run: &Run, index: &FrameIndex, at: SimTime) -> Frame {
    let (declared, service) = (&scenario.services[index.service], &run.services[index.service]);
    let configuration = service.configuration.at(at).unwrap_or(declared);
    let number = index.deployment_in_view(run, at);
    let deployment = number.map(|number| &run.deployments[number]);
    let rolling =
        !deployment.map_or(configuration.deployment.strategy, |it| it.configuration.strategy).name().shifts();
    let source_revision = deployment.and_then(|it| it.sources.first()).copied().unwrap_or(RevisionId(0));
    let look = |revision: RevisionId| {
        let called = revision_name(scenario, run, index.service, revision).into_owned();
        look(declared, index, service.revisions[usize::from(revision.0)].definition, called, at)
    };
    let source = look(source_revision);
    let target = deployment.map(|it| look(it.target));

    let pulses = pulse::pulses(run, index, deployment, at);
    let tasks = fleet::tasks(service, index, deployment, &pulses, at);
    let production = rules::production(service, deployment, &tasks, at);
    let test = rules::test(service, deployment, at);
    let waiting = service.waiting.at(at);
    let balance = deployment
        .filter(|_| rolling)
        .map(|it| balance::balance(it, configuration.desired_count, waiting, &tasks, at));
    let so_far = so_far(scenario, run, index, deployment, &tasks, configuration.desired_count, at);
    let looks = [Some(&source), target.as_ref()];
    Frame {
        at,
        service: declared.name.clone(),
        application: application::services(scenario, run, at),
        pipeline: application::pipeline(scenario, run, index.service, at),
        strategy: deployment.map_or(configuration.deployment.strategy, |it| it.configuration.strategy).name(),
        deployment: number.map(|number| deployment_view(run, number, &source, target.as_ref(), at)),
        crowd: crowd::crowd(scenario, run, index, deployment, &so_far, at),
        testers: test.as_ref().map(|rule| crowd::testers(run, index, rule, at)),
        users_see: crowd::window(&production, &pulses, looks, index),
        testers_see: test.as_ref().map(|rule| crowd::window(rule, &pulses, looks, index)),
        routing: configuration.routing.kind,
        fleets: fleet::fleets(declared, service, index, deployment, tasks, at),
        zones: declared.zones,
        lost_zones: index.lost_zones_at(at),
        alarms: alarms(scenario, run, configuration, at),
        approval: number.and_then(|number| approval(run, number, at)),
        paused: match waiting {
            Some(Waiting::Pause { hook, .. }) => Some(hook.clone()),
            _ => None,
        },
        production,
        test,
        balance,
        pulses,
        so_far,
        source,
        target,
    }
}

fn look(
    service: &Service,
    index: &FrameIndex,
    definition: usize,
    called: String,
    at: SimTime,
) -> RevisionLook {
    let revision = &service.revisions[definition];
    let page = index.behaviors[definition].at(at).and_then(|behavior| behavior.page.clone());
    let page = page.unwrap_or_else(|| PageLook {
        title: format!("{} {}", service.name, revision.name),
        background: BACKGROUNDS[definition % BACKGROUNDS.len()].to_owned(),
    });
    RevisionLook { name: revision.name.clone(), called, title: page.title, background: page.background }
}

/// The backgrounds of pages that the recording gives none, so that no two neighbours look alike.
const BACKGROUNDS: [&str; 4] = ["#f4cf5c", "#20242a", "#b9d7ea", "#5b3a6e"];

fn deployment_view(
    run: &Run,
    number: usize,
    source: &RevisionLook,
    target: Option<&RevisionLook>,
    at: SimTime,
) -> DeploymentView {
    let deployment = &run.deployments[number];
    let ended = index::ended(deployment).filter(|&ended| ended <= at);
    let reached = deployment.stages.partition_point(|stay| stay.start <= at);
    let breaker = deployment.breaker.at(at).filter(|breaker| breaker.status != MonitorStatus::Disabled);
    DeploymentView {
        deployment: number,
        strategy: deployment.configuration.strategy.name(),
        status: deployment.status.at(at).copied(),
        status_reason: if ended.is_some() { deployment.status_reason.clone() } else { String::new() },
        first: deployment.is_first(),
        started: index::started(deployment),
        ended,
        stage: match (ended, reached.checked_sub(1)) {
            (None, Some(last)) => deployment.stages[last].stage,
            _ => None,
        },
        rolling_back: deployment.rollback.as_ref().is_some_and(|it| it.goes_back && it.at <= at),
        strip: strip::strip(run, number, &source.called, target.map_or("", |look| &look.called), at),
        breaker: breaker.map(|breaker| (breaker.failure_count, breaker.threshold)),
    }
}

fn so_far(
    scenario: &Scenario,
    run: &Run,
    index: &FrameIndex,
    deployment: Option<&DeploymentRun>,
    tasks: &[TaskView],
    desired: u32,
    at: SimTime,
) -> SoFar {
    let traffic = &run.services[index.service].traffic;
    let all = traffic.production(at);
    let users = users_of(scenario, run, at, |service, revision| {
        service == index.service && crowd::is_target(deployment, revision)
    });
    SoFar {
        sent: all.sent,
        failed: all.failed,
        in_flight: all.in_flight,
        users_exposed: users.exposed,
        users_hurt: users.hurt,
        users: scenario.traffic.users,
        tasks: tasks.len() as u32,
        healthy: tasks.iter().filter(|task| task.counted && !task.stopping).count() as u32,
        desired,
    }
}

fn alarms(scenario: &Scenario, run: &Run, configuration: &Service, at: SimTime) -> Vec<AlarmView> {
    let watched = &configuration.deployment.alarms;
    let alarms = scenario.alarms.iter().zip(&run.alarms);
    alarms
        .filter(|(alarm, _)| watched.enable && watched.alarm_names.contains(&alarm.name))
        .map(|(alarm, record)| {
            let judged = record.periods.partition_point(|period| period.end <= at);
            let last = judged.checked_sub(1).map(|last| record.periods[last]);
            let in_unit = |measure: u64| match alarm.metric {
                AlarmMetric::ErrorPercent(_) => measure as f64 / 10_000.0,
                AlarmMetric::LatencyMillis(_) => measure as f64,
            };
            let (threshold, unit) = match alarm.metric {
                AlarmMetric::ErrorPercent(ratio) => (ratio.as_percent(), "%"),
                AlarmMetric::LatencyMillis(millis) => (millis as f64, "ms"),
            };
            AlarmView {
                name: alarm.name.clone(),
                state: record.state.at(at).copied().unwrap_or(AlarmState::Ok),
                breaching_in_a_row: last.map_or(0, |period| period.breaching_in_a_row),
                evaluation_periods: alarm.evaluation_periods,
                measure: last.and_then(|period| period.measure).map(in_unit),
                threshold,
                unit,
            }
        })
        .collect()
}

fn approval(run: &Run, deployment: usize, at: SimTime) -> Option<ApprovalView> {
    let asked = |approval: &&crate::engine::Approval| {
        approval.deployment == deployment && approval.state.at(at).is_some()
    };
    let approval = run.approvals.iter().rev().find(asked)?;
    Some(ApprovalView {
        hook: approval.hook.clone(),
        text: approval.text.clone(),
        stored: approval.state.at(at)?.api_name(),
        since: approval.state.steps().first()?.0,
    })
}
