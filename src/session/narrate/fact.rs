//! What happened, in a few words: a line of the trace, of the event log, of the live region.

use super::words::*;
use crate::engine::{DeploymentRun, Detector, Event, Fact, RevisionId, RollingBounds, Run, TaskId, Why};
use crate::model::*;
use std::borrow::Cow;

/// What happened, short and on one line, in the flavour of ECS's own service events where there is one.
pub fn fact_text(event: &Event, scenario: &Scenario, run: &Run) -> String {
    one_line(Teller { event, scenario, run }.tell())
}

/// Both inequalities of the rolling controller that forbid anything, filled in.
pub(super) fn both_bounds(bounds: &RollingBounds) -> String {
    let RollingBounds { healthy, lower_bound, total, upper_bound, .. } = *bounds;
    format!(
        "{} healthy − {} at least = {}, {} at most − {} = {}",
        Count::from(healthy),
        Count::from(lower_bound),
        signed(healthy, lower_bound),
        Count::from(upper_bound),
        Count::from(total),
        signed(upper_bound, total)
    )
}

/// What noticed a failure, as in `alarm ui-5xx`.
pub fn detector_text(scenario: &Scenario, detector: &Detector) -> String {
    match detector {
        Detector::Alarm(alarm) => format!("alarm {}", alarm_name(scenario, *alarm)),
        Detector::CircuitBreaker => "the circuit breaker".to_owned(),
        Detector::Hook(failed) => format!("hook {}", failed.hook),
        Detector::StageTimeout => "the 24 h limit of a stage".to_owned(),
        Detector::Networking => "the listener and its target groups".to_owned(),
        Detector::Operator => "a person".to_owned(),
    }
}

/// `alarmName`.
pub(super) fn alarm_name(scenario: &Scenario, alarm: usize) -> &str {
    scenario.alarms.get(alarm).map_or("", |alarm| alarm.name.as_str())
}

fn tasks_text(tasks: &[TaskId]) -> String {
    count_of(tasks.len() as u64, "task")
}

/// A difference with a minus sign that is as long as a plus sign.
fn signed(a: u32, b: u32) -> String {
    if a < b { format!("−{}", Count::from(b - a)) } else { Count::from(a - b).to_string() }
}

/// An event with what is needed to tell it.
struct Teller<'a> {
    event: &'a Event,
    scenario: &'a Scenario,
    run: &'a Run,
}

impl Teller<'_> {
    fn tell(&self) -> String {
        let (teller, event, scenario, run) = (self, self.event, self.scenario, self.run);
        match &event.fact {
            Fact::Intervened { what, .. } => capitalized(what),
            Fact::Refused { what, .. } => match &event.why {
                Why::Rejected { text } => format!("Refused: {what} ({text})"),
                _ => format!("Refused: {what}"),
            },
            Fact::FaultEnded { what } => capitalized(what),
            Fact::PipelineEnded { pipeline } => {
                let it = &run.pipelines[*pipeline];
                let revision = unmistakable(&scenario.services[it.service].revisions[it.definition].name);
                match it.stages.iter().find(|step| step.failed) {
                    Some(failed) => {
                        format!("Pipeline of {revision} failed at {}: nothing is deployed", failed.stage)
                    }
                    None => format!("Pipeline of {revision} has run: source, build, register"),
                }
            }
            Fact::DeploymentStarted { strategy, source, target, .. } => {
                let (from, to) = (teller.revision(*source), teller.revision(*target));
                if source == target {
                    format!("CreateService: {to} by {strategy}")
                } else {
                    format!("UpdateService: {from} → {to} by {strategy}")
                }
            }
            Fact::StatusChanged { status, .. } => format!("Service deployment is {status}"),
            Fact::StageEntered { deployment, stage, step, rolling_back } => {
                teller.stage(*deployment, *stage, *step, *rolling_back)
            }
            Fact::PassDecided { stop, start } => teller.pass(*stop, *start),
            Fact::TasksChanged { revision, tasks, status } => {
                let which = format!("{} of {}", tasks_text(tasks), teller.revision(*revision));
                match status {
                    TaskStatus::Provisioning => format!("Started {which}"),
                    TaskStatus::Pending | TaskStatus::Activating | TaskStatus::Running => {
                        format!("{which} {status}")
                    }
                    TaskStatus::Deactivating => format!("Draining connections on {which}"),
                    TaskStatus::Stopping => format!("Stop signal to {which}"),
                    TaskStatus::Deprovisioning => format!("{which} {status}"),
                    TaskStatus::Stopped => format!("Stopped {which}"),
                }
            }
            Fact::TargetsChanged { revision, tasks, health, .. } => {
                let name = teller.revision(*revision);
                let which = format!("{} of {name}", count_of(tasks.len() as u64, "target"));
                match health {
                    TargetHealth::Healthy => {
                        let (healthy, all) = teller.healthy_targets(*revision);
                        format!("{healthy} of {} of {name} healthy", count_of(all, "target"))
                    }
                    TargetHealth::NotRegistered => format!("Deregistered {which}"),
                    TargetHealth::NotInUse => format!("{which} unused: no rule refers to the group"),
                    TargetHealth::Registering => format!("Registered {which}"),
                    TargetHealth::Initial => format!("First health checks on {which}"),
                    TargetHealth::Unhealthy => format!("{which} unhealthy"),
                    TargetHealth::Draining => format!("{which} draining"),
                }
            }
            Fact::TasksCounted { revision, tasks } => {
                let verb = if tasks.len() == 1 { "counts" } else { "count" };
                format!("{} of {} {verb} as healthy", tasks_text(tasks), teller.revision(*revision))
            }
            Fact::TasksFailed { revision, tasks, code } => {
                let which = format!("{} of {}", tasks_text(tasks), teller.revision(*revision));
                let what = match code {
                    StopCode::TaskFailedToStart => "failed to start",
                    StopCode::EssentialContainerExited => "failed: essential container exited",
                    StopCode::UserInitiated => "stopped by a person",
                    StopCode::ServiceSchedulerInitiated => "failed health checks",
                    StopCode::InfrastructureHealth if tasks.len() == 1 => "lost with its zone",
                    StopCode::InfrastructureHealth => "lost with their zone",
                };
                format!("{which} {what}")
            }
            Fact::ContainersRestarted { revision, tasks } => {
                let which = format!("{} of {}", tasks_text(tasks), teller.revision(*revision));
                format!("Container exited and restarts in {which}")
            }
            Fact::RuleChanged { rule, to, .. } => {
                let weights = weights_text(scenario, run, teller.service(), *to, event.at);
                format!("{} rule: {weights}", capitalized(rule.api_name()))
            }
            Fact::RuleSettled { rule } => match rule {
                ListenerRule::Production => "Production rule has reached all users".to_owned(),
                ListenerRule::Test => "Test rule has reached all testers".to_owned(),
            },
            Fact::HookCalled { stage, hook, call: 1 } => format!("Hook {hook} called at {stage}"),
            Fact::HookCalled { hook, call, .. } => format!("Hook {hook} called again, call {call}"),
            Fact::HookAnswered { hook, status, .. } => teller.answer(hook, *status),
            Fact::HookPrinted { hook, line } => format!("Hook {hook} printed: {line}"),
            Fact::ApprovalRequested { hook, text } => format!("Hook {hook} stored pending and asked: {text}"),
            Fact::Notified { hook, text } => format!("Hook {hook} notified: {text}"),
            Fact::ApprovalAnswered { approved: true } => "Reviewer approved: stored approved".to_owned(),
            Fact::ApprovalAnswered { approved: false } => "Reviewer rejected: stored rejected".to_owned(),
            Fact::AlarmBreached { alarm, in_a_row } => teller.breach(*alarm, *in_a_row),
            Fact::AlarmChanged { alarm, state } => {
                let name = alarm_name(scenario, *alarm);
                match event.why {
                    Why::AlarmRedAtStart => {
                        format!("Alarm {name} is in ALARM at the start: no alarm is watched")
                    }
                    _ if *state == AlarmState::Alarm => format!("Alarm {name} is in ALARM"),
                    _ => format!("Alarm {name} is {state}"),
                }
            }
            Fact::BreakerCounted { count: 0, .. } => {
                "Circuit breaker: a healthy task resets the count".to_owned()
            }
            Fact::BreakerCounted { count, threshold } => {
                format!("Circuit breaker: {count} of {}", count_of(*threshold, "failed task"))
            }
            Fact::BreakerTripped { count } => {
                format!("Circuit breaker trips at {}", count_of(*count, "failed task"))
            }
            Fact::DigestNotFound { revision } => {
                let revision = teller.revision(*revision);
                match event.why {
                    Why::DigestResolution { breaker: false, .. } => {
                        format!("Image digest of {revision} not found: the deployment goes on without")
                    }
                    _ => format!("Image digest of {revision} not found: the deployment fails"),
                }
            }
            Fact::FailureDetected { detector: Detector::Operator, .. } => {
                "StopServiceDeployment: deployment rolls back".to_owned()
            }
            Fact::FailureDetected { detector, goes_back, .. } => {
                let who = detector_text(scenario, detector);
                let then = if *goes_back { "rolls back" } else { "stops, its rollback is off" };
                format!("Failure detected by {who}: deployment {then}")
            }
            Fact::RollbackStarted { to, .. } => format!("Rolling back to {}", teller.revision(*to)),
            Fact::ListenerChangeDenied { rule } => format!("Change of the {rule} rule denied"),
            Fact::PlacementFailed { revision, missing } => {
                format!("Unable to place {} of {}", count_of(*missing, "task"), teller.revision(*revision))
            }
            Fact::LaunchDelayed { revision, until } => {
                format!("Next launch of {} put off to {until}", teller.revision(*revision))
            }
            Fact::BakeStarted { stage: LifecycleStage::BakeTime, until } => {
                format!("Bake time until {until}")
            }
            Fact::BakeStarted { until, .. } => format!("Step bake until {until}"),
            Fact::Stuck => match &event.why {
                Why::Bounds(bounds) => format!("Unable to stop or start tasks: {}", both_bounds(bounds)),
                _ => "Unable to stop or start tasks".to_owned(),
            },
            Fact::ProtectionChanged { revision, tasks, until } => {
                let which = format!("{} of {}", tasks_text(tasks), teller.revision(*revision));
                match until {
                    Some(until) => format!("Scale-in protection on {which} until {until}"),
                    None => format!("Scale-in protection is off for {which}"),
                }
            }
            Fact::Rebalancing { revision } => {
                format!("Moves a task of {} to another Availability Zone", teller.revision(*revision))
            }
            Fact::DesiredCountChanged { from, to } => {
                format!("desiredCount {} → {}", Count::from(*from), Count::from(*to))
            }
            Fact::SteadyState => "Reached a steady state".to_owned(),
            Fact::CutShort => "The simulation ends here".to_owned(),
        }
    }

    fn service(&self) -> usize {
        self.event.service.unwrap_or(0)
    }

    fn revision(&self, revision: RevisionId) -> Cow<'_, str> {
        revision_name(self.scenario, self.run, self.service(), revision)
    }

    /// The deployment of the service that had begun last by then.
    fn deployment(&self) -> Option<&DeploymentRun> {
        let begun =
            |run: &&DeploymentRun| run.service == self.service() && run.status.at(self.event.at).is_some();
        self.run.deployments.iter().rfind(begun)
    }

    fn stage(&self, deployment: usize, stage: Option<LifecycleStage>, step: usize, back: bool) -> String {
        let run = self.run.deployments.get(deployment);
        let steps = run.map_or(0, |run| run.configuration.strategy.traffic_steps().len());
        let repeats = matches!(
            stage,
            Some(LifecycleStage::PreProductionTrafficShift | LifecycleStage::ProductionTrafficShift)
        );
        let name = stage.map_or("Replacing tasks", LifecycleStage::api_name);
        match (back, repeats && steps > 1) {
            (true, _) => format!("{name}, on the way back"),
            (false, true) => format!("{name}, step {} of {steps}", step + 1),
            (false, false) => name.to_owned(),
        }
    }

    fn pass(&self, stop: u32, start: u32) -> String {
        let decisions = &self.run.services[self.service()].decisions;
        let same = |decision: &&crate::engine::Decision| {
            decision.at == self.event.at && decision.stop == stop && decision.start == start
        };
        let since =
            self.deployment().and_then(|run| run.status.steps().first()).map_or(SimTime::ZERO, |s| s.0);
        let number = decisions.iter().filter(|decision| decision.at >= since).position(|d| same(&d));
        let pass = number.map_or("Pass".to_owned(), |index| format!("Pass {}", index + 1));
        let (leaving, coming) = self.leaving_and_coming();
        let (stops, starts) = (Count::from(stop), Count::from(start));
        let told = self.told_to_stop();
        let leaving = if told.is_empty() { leaving.into_owned() } else { told };
        let (may_stop, may_start) = match &self.event.why {
            // One that is not healthy costs nothing of the floor.
            Why::Bounds(bounds) if bounds.healthy < stop + bounds.lower_bound => {
                (String::new(), String::new())
            }
            Why::Bounds(bounds) => (
                format!(" ({} − {stops} ≥ {})", Count::from(bounds.healthy), Count::from(bounds.lower_bound)),
                format!(" ({} + {starts} ≤ {})", Count::from(bounds.total), Count::from(bounds.upper_bound)),
            ),
            _ => (String::new(), String::new()),
        };
        // After desiredCount came down there may be too many of the coming revision too.
        let surplus = match &self.event.why {
            Why::Bounds(bounds) => bounds.new.saturating_sub(bounds.desired).min(stop),
            _ => 0,
        };
        match (stop, start) {
            (0, _) => format!("{pass}: start {starts} of {coming}{may_start}"),
            (_, 0) if surplus == stop => format!("{pass}: stop {stops} of {coming}{may_stop}"),
            (_, 0) if surplus > 0 => {
                let (leave, surplus) = (Count::from(stop - surplus), Count::from(surplus));
                format!("{pass}: stop {leave} of {leaving} and {surplus} of {coming}{may_stop}")
            }
            (_, 0) => format!("{pass}: stop {stops} of {leaving}{may_stop}"),
            _ => format!("{pass}: stop {stops} of {leaving}, start {starts} of {coming}"),
        }
    }

    /// The revisions, the coming one left out, whose tasks are told to stop at the event's instant: more than one where a
    /// deployment took over another.
    fn told_to_stop(&self) -> String {
        let coming = self.leaving_and_coming().1;
        let tasks = self.run.services[self.service()].tasks.iter();
        let leave = tasks.filter(|task| task.stopping_since == Some(self.event.at));
        let mut names: Vec<Cow<'_, str>> = leave.map(|task| self.revision(task.revision)).collect();
        names.retain(|name| *name != coming);
        names.sort_unstable();
        names.dedup();
        names.join(" and ")
    }

    fn leaving_and_coming(&self) -> (Cow<'_, str>, Cow<'_, str>) {
        let Some(run) = self.deployment() else { return Default::default() };
        let source = run.sources.first().copied().unwrap_or(run.target);
        let back =
            run.rollback.as_ref().is_some_and(|rollback| rollback.goes_back && rollback.at <= self.event.at);
        let (leaving, coming) = if back { (run.target, source) } else { (source, run.target) };
        (self.revision(leaving), self.revision(coming))
    }

    /// How many of a revision's targets are healthy now, and how many there are that do not drain.
    fn healthy_targets(&self, revision: RevisionId) -> (u32, u32) {
        let tasks = self.run.services[self.service()].tasks.iter().filter(|task| task.revision == revision);
        tasks.filter_map(|task| task.target.at(self.event.at)).fold((0, 0), |(healthy, all), health| {
            match health {
                TargetHealth::Healthy => (healthy + 1, all + 1),
                TargetHealth::Registering | TargetHealth::Initial | TargetHealth::Unhealthy => {
                    (healthy, all + 1)
                }
                TargetHealth::NotRegistered | TargetHealth::NotInUse | TargetHealth::Draining => {
                    (healthy, all)
                }
            }
        })
    }

    fn answer(&self, hook: &str, status: HookStatus) -> String {
        match (status, &self.event.why) {
            (HookStatus::AwaitingAction, _) => format!("PAUSE hook {hook} is AWAITING_ACTION"),
            (HookStatus::TimedOut, Why::HookExpired { after, action }) => {
                format!("Hook {hook} TIMED_OUT after {after}: {action}")
            }
            (HookStatus::InProgress, _) => match self.next_call(hook) {
                Some(delay) => format!("Hook {hook} answered IN_PROGRESS, call again in {delay}"),
                None => format!("Hook {hook} answered IN_PROGRESS"),
            },
            (_, Why::Asked) => format!("PAUSE hook {hook} is {status}"),
            _ => format!("Hook {hook} answered {status}"),
        }
    }

    /// How long after its answer a hook is called again.
    fn next_call(&self, hook: &str) -> Option<Span> {
        let records = &self.deployment()?.hooks;
        let record =
            records.iter().rfind(|record| record.hook == hook && record.answered == self.event.at)?;
        Some(record.next?.since(self.event.at))
    }

    fn breach(&self, alarm: usize, in_a_row: u32) -> String {
        let name = alarm_name(self.scenario, alarm);
        let period = self.scenario.alarms.get(alarm).map_or(Span::ZERO, |alarm| alarm.period);
        let word = if period == Span::from_mins(1) { "minute" } else { "period" };
        match &self.event.why {
            Why::Measured { measure: Some(measure), metric, in_a_row: (_, of) } => {
                format!("Alarm {name}: {}, bad {word} {in_a_row} of {of}", measure_text(*measure, *metric))
            }
            _ => format!("Alarm {name}: bad {word} {in_a_row}"),
        }
    }
}
