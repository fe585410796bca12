//! What must hold after every instant of every run, whatever the scenario. Stands outside the engine and reads only
//! what the run tells.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::simulate;
use crate::property::holds;
use crate::random;
use cutover::engine::{DeploymentRun, FlowKey, RevisionId, Run, ServiceRun, TaskRecord};
use cutover::model::ServiceDeploymentStatus as Status;
use cutover::model::*;
use std::collections::BTreeMap;

/// A watcher of one run.
pub struct Watch<'a> {
    scenario: &'a Scenario,
    /// How many events had been seen at the last look.
    events: usize,
    decisions: Vec<usize>,
    /// By service: the tasks before this one are STOPPED and out of their target groups.
    gone: Vec<usize>,
    /// By service and revision: whether a request could reach a task, and the requests sent so far.
    reachable: Vec<Vec<(bool, u64)>>,
    /// By service: the replacing that is under way.
    replacing: Vec<Replacing>,
    last: SimTime,
}

/// A rolling deployment that replaces tasks, or nothing of the kind.
#[derive(Clone, Default)]
struct Replacing {
    /// The deployment, and whether it goes back.
    of: Option<(usize, bool)>,
    /// How many tasks each revision had when it began.
    began_with: BTreeMap<RevisionId, usize>,
}

impl<'a> Watch<'a> {
    /// Watches a run of that scenario.
    pub fn new(scenario: &'a Scenario) -> Watch<'a> {
        let services = scenario.services.len();
        Watch {
            scenario,
            events: 0,
            decisions: vec![0; services],
            gone: vec![0; services],
            reachable: vec![Vec::new(); services],
            replacing: vec![Replacing::default(); services],
            last: SimTime::ZERO,
        }
    }

    /// Looks at the unfinished run after an instant.
    pub fn look(&mut self, run: &Run) {
        let now = run.events.last().map_or(SimTime::ZERO, |event| event.at).max(self.last);
        for pair in run.events[self.events.saturating_sub(1)..].windows(2) {
            assert!(pair[0].at <= pair[1].at, "time goes back: {pair:?}");
        }
        self.events = run.events.len();
        for (index, service) in run.services.iter().enumerate() {
            let tasks = &service.tasks[self.gone[index]..];
            counts_are_those_of_the_tasks(service, tasks, now);
            weights_are_whole(service);
            self.bounds_hold(index, service, tasks, now);
            self.only_the_coming_revision_grows(index, run, tasks, now);
            self.draining_targets_get_nothing_new(index, service, tasks, now);
            tasks.iter().for_each(lives_go_forward);
            self.gone[index] += tasks.iter().take_while(|task| is_gone(task)).count();
        }
        statuses_follow_the_table(run);
        self.last = now;
    }

    /// Looks at the finished run.
    pub fn look_at_the_end(&mut self, run: &Run) {
        self.look(run);
        for service in &run.services {
            let mut before = 0;
            for at in (0..=20).map(|part| SimTime(run.end.0 * part / 20)) {
                let requests = service.traffic.production(at);
                let sum = requests.answered + requests.failed + requests.in_flight;
                assert_eq!(requests.sent, sum, "requests do not add up at {at}");
                assert!(requests.sent >= before, "requests are unsent at {at}");
                before = requests.sent;
            }
        }
        for deployment in &run.deployments {
            let terminal =
                deployment.status.steps().iter().filter(|(_, status)| status.is_terminal()).count();
            assert!(terminal <= 1, "several terminal statuses: {:?}", deployment.status);
            for (index, stage) in deployment.stages.iter().enumerate() {
                let open = stage.end.is_none();
                let last = index + 1 == deployment.stages.len();
                assert!(!open || last, "{stage:?} was never left, yet another was entered");
                assert!(stage.end.is_none_or(|end| end >= stage.start), "{stage:?} ends before it begins");
            }
        }
        assert!(run.end <= SimTime::from_secs(30 * 86_400), "longer than thirty days");
        let last = run.events.last().map(|event| event.at);
        assert!(last.is_none_or(|at| at <= run.end), "it ends at {}, yet something happens later", run.end);
    }

    /// The rolling controller never stops below the floor or starts above the ceiling.
    fn bounds_hold(&mut self, index: usize, service: &ServiceRun, tasks: &[TaskRecord], now: SimTime) {
        // Tasks that counted until this instant: those the scheduler stopped, and others.
        let (mut stopped, mut lost) = (0, 0);
        for task in tasks.iter().filter(|task| task.counted.last() == Some(&false)) {
            let counted_until_now = task.counted.since(now) == Some(now);
            let scheduler = task.stop_code == Some(StopCode::ServiceSchedulerInitiated)
                && task.stopping_since == Some(now);
            stopped += u32::from(counted_until_now && scheduler);
            lost += u32::from(counted_until_now && !scheduler);
        }
        for decision in &service.decisions[self.decisions[index]..] {
            assert_eq!(decision.at, now, "a decision was written down late");
            let config = service.configuration.at(now).expect("a configuration");
            let counts = service.counts.last().expect("counts");
            let running = &config.deployment;
            if decision.stop > 0 && stopped > 0 && running.early_success.is_none() {
                assert!(
                    counts.healthy + lost >= decision.lower_bound,
                    "{} healthy under the floor after {decision:?}",
                    counts.healthy
                );
            }
            if decision.start > 0 {
                let counting = self.scenario.readings.stopping_counts_toward_maximum;
                let total = if counting { counts.total } else { counts.total - counts.stopping };
                assert!(
                    total <= decision.upper_bound,
                    "{} tasks over the ceiling: {decision:?}",
                    counts.total
                );
            }
        }
        self.decisions[index] = service.decisions.len();
    }

    /// While the rolling controller replaces tasks, and bakes, no revision gets more of them but the one that comes. Before
    /// it begins, at PRE_SCALE_UP, desiredCount may go up.
    fn only_the_coming_revision_grows(
        &mut self,
        index: usize,
        run: &Run,
        tasks: &[TaskRecord],
        now: SimTime,
    ) {
        let replaces = |(_, it): &(usize, &DeploymentRun)| {
            let begun = it.stages.last().is_some_and(|stay| stay.stage != Some(LifecycleStage::PreScaleUp));
            let open = it.status.last().is_some_and(|status| !status.is_terminal());
            it.service == index && open && begun && !it.configuration.strategy.name().shifts()
        };
        let found = run.deployments.iter().enumerate().rfind(replaces);
        let back = |it: &DeploymentRun| it.rollback.as_ref().is_some_and(|rollback| rollback.goes_back);
        let key = found.map(|(place, it)| (place, back(it)));
        let coming = found.and_then(|(_, it)| match back(it) {
            true => it.sources.first().copied(),
            false => Some(it.target),
        });
        // A task that was healthy once and is no more may have its replacement beside it.
        let good = |task: &&TaskRecord| {
            task.stopping_since.is_none() && task.counted.last().is_none_or(|counted| *counted)
        };
        let mut sizes: BTreeMap<RevisionId, usize> = BTreeMap::new();
        tasks.iter().filter(good).for_each(|task| *sizes.entry(task.revision).or_default() += 1);
        let seen = &mut self.replacing[index];
        if seen.of != key {
            *seen = Replacing { of: key, began_with: sizes };
            return;
        }
        for (revision, size) in sizes.into_iter().filter(|(revision, _)| Some(*revision) != coming) {
            let most = seen.began_with.get(&revision).copied().unwrap_or(0);
            assert!(
                key.is_none() || size <= most,
                "{size} tasks of {revision:?}, which leaves with {most}, at {now}"
            );
        }
    }

    /// No request is sent to a revision none of whose targets could take one since the last look.
    fn draining_targets_get_nothing_new(
        &mut self,
        index: usize,
        service: &ServiceRun,
        tasks: &[TaskRecord],
        now: SimTime,
    ) {
        let kind = service.configuration.last().expect("a configuration").routing.kind;
        let seen = &mut self.reachable[index];
        for revision in 0..service.revisions.len() {
            let id = cutover::engine::RevisionId(revision as u16);
            let sent = service.traffic.flow(FlowKey::Production(id)).map_or(0, |flow| flow.at(now).sent);
            let takes = |task: &TaskRecord| match kind.has_targets() {
                true => matches!(
                    task.target.last(),
                    Some(TargetHealth::Initial | TargetHealth::Healthy | TargetHealth::Unhealthy)
                ),
                false => task.status.last() == Some(&TaskStatus::Running),
            };
            let reachable = tasks.iter().any(|task| task.revision == id && takes(task));
            match seen.get_mut(revision) {
                Some((was_reachable, before)) => {
                    assert!(
                        *was_reachable || sent == *before,
                        "{} new requests to revision {revision}, which drains or is gone, before {now}",
                        sent - *before
                    );
                    (*was_reachable, *before) = (reachable, sent);
                }
                None => seen.push((reachable, sent)),
            }
        }
    }
}

/// Nothing happens to such a task any more.
fn is_gone(task: &TaskRecord) -> bool {
    let registered = task.target.last().is_some_and(|target| *target != TargetHealth::NotRegistered);
    task.status.last() == Some(&TaskStatus::Stopped) && !registered
}

fn counts_are_those_of_the_tasks(service: &ServiceRun, tasks: &[TaskRecord], now: SimTime) {
    let Some(counts) = service.counts.last() else { return };
    let total = tasks.iter().filter(|task| task.status.last() != Some(&TaskStatus::Stopped)).count();
    assert_eq!(counts.total as usize, total, "tasks from PROVISIONING to DEPROVISIONING at {now}");
    let healthy = tasks.iter().filter(|task| task.counted.last() == Some(&true)).count();
    assert_eq!(counts.healthy as usize, healthy, "healthy tasks at {now}");
}

fn weights_are_whole(service: &ServiceRun) {
    for rule in [&service.production, &service.test] {
        if let Some((at, state)) = rule.steps().last() {
            assert!(state.set.iter().all(|weight| *weight <= 999), "weights {:?} at {at}", state.set);
            assert!(state.settled >= state.made, "a rule settles before it is made");
        }
    }
}

fn lives_go_forward(task: &TaskRecord) {
    let steps = task.status.steps();
    if let [.., (_, before), (at, after)] = steps {
        assert!(before < after, "a task went from {before} to {after} at {at}");
    }
}

/// The table of `ServiceDeployment.status` ("View service history using Amazon ECS service deployments").
fn statuses_follow_the_table(run: &Run) {
    for deployment in &run.deployments {
        for pair in deployment.status.steps().windows(2) {
            let ((_, from), (at, to)) = (pair[0], pair[1]);
            let allowed: &[Status] = match from {
                Status::Pending => {
                    &[Status::InProgress, Status::RollbackRequested, Status::StopRequested, Status::Stopped]
                }
                Status::InProgress => &[
                    Status::Successful,
                    Status::StopRequested,
                    Status::RollbackRequested,
                    Status::RollbackInProgress,
                    Status::Stopped,
                ],
                Status::StopRequested => &[Status::Stopped],
                Status::RollbackRequested => {
                    &[Status::RollbackInProgress, Status::Successful, Status::Stopped]
                }
                Status::RollbackInProgress => &[Status::RollbackSuccessful, Status::RollbackFailed],
                _ => &[],
            };
            assert!(allowed.contains(&to), "{from} was followed by {to} at {at}");
        }
    }
    for service in 0..run.services.len() {
        let open = run.deployments.iter().filter(|deployment| {
            deployment.service == service
                && !deployment.status.last().is_some_and(|status| status.is_terminal())
        });
        assert!(open.count() <= 1, "two deployments of one service are under way");
    }
}

#[test]
fn invariants_hold_on_random_scenarios() {
    holds(2 * random::SEEDS, random::recordings(), |recording| drop(simulate(recording)));
}

#[test]
fn the_same_recording_gives_the_same_run() {
    for seed in 0..random::SEEDS / 10 {
        let recording = random::recording(seed);
        assert_eq!(simulate(&recording).1, simulate(&recording).1, "seed {seed}");
    }
}
