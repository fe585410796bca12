//! What a deployment waits for, wait by wait.

use super::present::{Speaker, rebalancing};
use super::reason::{BACK_OFF, DRAINING, PROPAGATION, PROTECTION, ROLLING};
use super::rolling::{start_formula, stop_formula};
use super::sentence::Sentence;
use super::words::*;
use crate::engine::{ApprovalState, DeploymentRun, RevisionId, Waiting};
use crate::model::*;

impl Speaker<'_> {
    /// What is waited for, after an opening that says why it is the way back.
    pub(super) fn waits(
        &self,
        opening: Sentence,
        index: usize,
        deployment: &DeploymentRun,
        back: bool,
    ) -> Sentence {
        let (source, target) = self.names(deployment);
        let waiting = self.service().waiting.at(self.at);
        if let Some(Waiting::Rolling(bounds)) = waiting {
            return self.rolling(opening, deployment, bounds, back);
        }
        let opening = if opening.segments.is_empty() { opening } else { opening.plain(".") };
        opening.then(match waiting {
            None => Sentence::default().plain(format!("The deployment of {target} begins.")),
            Some(Waiting::ScaleUp { revision, healthy, desired, next_launch }) => {
                let begin = Sentence::default()
                    .plain(format!(
                        "Waiting for {} of {target} to become healthy: ",
                        count_of(*desired, "task")
                    ))
                    .number(of(*healthy, *desired))
                    .plain(match self.youngest(*revision) {
                        Some((count, status)) => format!(" are, {} {status}.", Count::from(count)),
                        None => " are.".to_owned(),
                    });
                let begin = match next_launch {
                    Some(next) => begin.then(put_off(*next)),
                    None => begin.plain(format!(" Nobody meets {target} before all of them can serve.")),
                };
                begin.then(self.breaker(deployment)).from_source("Amazon ECS API: ServiceDeployment")
            }
            Some(Waiting::Hooks { stage, hook, expires, .. }) => self.hook(index, *stage, hook, *expires),
            Some(Waiting::Pause { stage, hook, expires, action }) => Sentence::default()
                .plain(format!(
                    "{stage} waits for a person: PAUSE hook {hook} is AWAITING_ACTION; {action} at "
                ))
                .number(expires)
                .plain(" if nobody answers.")
                .from_source("Pause hooks for Amazon ECS service deployments"),
            Some(Waiting::NetworkShift { until }) => Sentence::default()
                .plain("A Network Load Balancer takes 10 min for each shift: until ")
                .number(until)
                .plain(".")
                .from_source("Network Load Balancer resources for Amazon ECS blue/green deployments"),
            Some(Waiting::StepBake { share, step: (step, of), until }) => {
                let (go, stay) = if self.users_move() { ("are moving", " and stay") } else { ("go", "") };
                let begin = Sentence::default()
                    .number(share)
                    .plain(format!(" of requests {go} to {target}{stay} until "));
                let begin = begin.number(until);
                let begin =
                    if *of > 2 { begin.plain(format!(", step {step} of {of}.")) } else { begin.plain(".") };
                begin
                    .then(self.alarms(deployment))
                    .from_source("Amazon ECS linear deployments; Amazon ECS canary deployments")
            }
            Some(Waiting::Bake { until, source_kept }) => {
                let are = if self.users_move() { "All users are moving to" } else { "All users are on" };
                let begin = Sentence::default().plain(format!("{are} {target}. "));
                let begin = match source_kept {
                    _ if deployment.is_first() => begin
                        .plain("It is watched until ")
                        .number(until)
                        .plain("; there is no earlier revision to go back to."),
                    true => begin
                        .plain(format!("{source} is kept until "))
                        .number(until)
                        .plain(": the way back is one change of weights."),
                    false => begin
                        .plain(format!("{source} is gone; the bake time lasts until "))
                        .number(until)
                        .plain("."),
                };
                begin
                    .then(self.alarms(deployment))
                    .from_source("Amazon ECS blue/green service deployments workflow")
            }
            Some(Waiting::Propagation { until }) => {
                let reconciles = deployment
                    .stages
                    .iter()
                    .rfind(|stage| stage.start <= self.at)
                    .is_some_and(|record| record.stage == Some(LifecycleStage::ReconcileService));
                let begin = match reconciles {
                    true => {
                        format!("Two revisions were active: traffic is brought onto {source} first, until ")
                    }
                    false => format!(
                        "The rule is set to {}; the last users follow at ",
                        if back { source } else { target }
                    ),
                };
                let end = if reconciles { "." } else { ". No task drains before that." };
                Sentence::default().plain(begin).number(until).plain(end).from_source(PROPAGATION)
            }
            Some(Waiting::Removing { revision, remaining, until }) => {
                self.removing(*revision, *remaining, *until, back)
            }
            Some(Waiting::Protected { revision, tasks, until }) => Sentence::default()
                .number(count_of(*tasks, "task"))
                .plain(format!(
                    " of {} cannot be stopped: scale-in protection holds {} until ",
                    self.name(*revision),
                    if *tasks == 1 { "it" } else { "the first" }
                ))
                .number(until)
                .plain(".")
                .from_source(PROTECTION),
            Some(Waiting::Rebalancing(spread)) => rebalancing(*spread),
            Some(Waiting::Rolling(_)) => Sentence::default(),
            Some(Waiting::Stuck(bounds)) => Sentence::default()
                .failure("Stuck")
                .plain(": no task may stop, ")
                .formula(stop_formula(bounds))
                .plain(", and none may start, ")
                .formula(start_formula(bounds))
                .plain(". ECS waits for ever; no breaker trips.")
                .from_source(ROLLING),
            Some(Waiting::ListenerDenied { next_try }) => Sentence::default()
                .failure("The listener may not be changed")
                .plain(": the infrastructure role is refused. The next try is at ")
                .number(next_try)
                .plain("."),
            Some(Waiting::Restoring { healthy, desired }) => self.restoring(*healthy, *desired, &target),
            Some(Waiting::Steady { desired }) => Sentence::default()
                .number(of(self.counts().healthy, *desired))
                .plain(format!(" tasks are healthy. The deployment of {target} goes on at once.")),
        })
    }

    /// Whether the last change of the production rule has not reached all users.
    fn users_move(&self) -> bool {
        self.service().production.at(self.at).is_some_and(|rule| rule.settled > self.at)
    }

    /// Of a revision's tasks that do not count as healthy yet, how many have the `lastStatus` that is furthest from it.
    fn youngest(&self, revision: RevisionId) -> Option<(u32, TaskStatus)> {
        let tasks = self.service().tasks.iter().filter(|task| task.revision == revision);
        let starting = tasks.filter(|task| {
            task.counted.at(self.at) != Some(&true) && task.stopping_since.is_none_or(|since| since > self.at)
        });
        let statuses = starting.filter_map(|task| task.status.at(self.at).copied());
        statuses.filter(|status| *status <= TaskStatus::Running).fold(None, |youngest, status| match youngest
        {
            Some((count, least)) if status == least => Some((count + 1, least)),
            Some((count, least)) if status > least => Some((count, least)),
            _ => Some((1, status)),
        })
    }

    /// How often a hook was called in the stay in a stage, and when it is called again; `None` while it runs.
    fn calls(&self, index: usize, stage: LifecycleStage, hook: &str) -> (usize, Option<SimTime>) {
        let deployment = &self.run.deployments[index];
        let entered = deployment
            .stages
            .iter()
            .rfind(|stay| stay.stage == Some(stage) && stay.start <= self.at)
            .map_or(SimTime::ZERO, |stay| stay.start);
        let begun = &deployment.hooks[..deployment.hooks.partition_point(|call| call.at <= self.at)];
        let mine = begun.iter().rev().take_while(|call| call.at >= entered);
        let mine: Vec<_> = mine.filter(|call| call.stage == stage && call.hook == hook).collect();
        (mine.len(), mine.first().filter(|call| call.answered <= self.at).and_then(|call| call.next))
    }

    fn removing(&self, revision: RevisionId, remaining: u32, until: SimTime, back: bool) -> Sentence {
        let name = self.name(revision);
        let (verb, who) =
            if remaining == 1 { ("drains and stops", "it") } else { ("drain and stop", "the first") };
        let begin =
            Sentence::default().number(count_of(remaining, "task")).plain(format!(" of {name} {verb}"));
        let begin = match until > self.at {
            true => begin.plain(format!("; {who} is gone at ")).number(until).plain("."),
            false => begin.plain("."),
        };
        let mut tasks = self.service().tasks.iter().filter(|task| task.revision == revision);
        let drains = |health: &TargetHealth| matches!(health, TargetHealth::Healthy | TargetHealth::Draining);
        let any_drains = tasks.any(|task| task.target.at(self.at).is_some_and(drains));
        let group = self.service().revisions.get(usize::from(revision.0)).map_or(0, |r| usize::from(r.group));
        let delay = self.service().routing(self.at).groups[group.min(1)].deregistration_delay;
        let begin = match any_drains && !delay.is_zero() {
            true => begin
                .plain(format!(" A target drains for {delay}, even when it is idle."))
                .from_source(DRAINING),
            false => begin,
        };
        if back { begin } else { begin.plain(" Going back would take a new deployment.") }
    }

    fn hook(&self, index: usize, stage: LifecycleStage, hook: &str, expires: SimTime) -> Sentence {
        let (calls, next_call) = self.calls(index, stage, hook);
        let source = "Lambda hooks for Amazon ECS service deployments";
        let approval = self.run.approvals.iter().rfind(|a| a.deployment == index && a.hook == hook);
        let state = approval.and_then(|approval| approval.state.at(self.at)).copied();
        let stored = match state {
            Some(ApprovalState::Pending) => {
                format!("Hook {hook} waits for the reviewer: its stored answer is pending. ")
            }
            Some(state) if next_call.is_some() => {
                format!(
                    "The reviewer has answered: {state} is stored. Hook {hook} reads it at the next call. "
                )
            }
            Some(state) => format!("The reviewer has answered: {state} is stored. "),
            None => String::new(),
        };
        let begin = Sentence::default().plain(stored);
        let Some(next) = next_call else {
            let begin = begin.plain(format!("Hook {hook} runs at {stage}, call ")).number(calls);
            return begin
                .plain(". The stage goes on when every hook has answered SUCCEEDED.")
                .from_source(source);
        };
        let begin = match state {
            Some(_) => begin,
            None => begin.plain(format!("Hook {hook} answered IN_PROGRESS. ")),
        };
        let begin = begin.plain("ECS calls it again at ").number(next).plain(format!(", call {}", calls + 1));
        begin.plain("; its time is over at ").number(expires).plain(".").from_source(source)
    }
}

/// A launch that waits after ones that failed.
pub(super) fn put_off(next: SimTime) -> Sentence {
    let sentence = Sentence::default().failure("Launches failed").plain("; the next is put off to ");
    sentence.number(next).plain(".").from_source(BACK_OFF)
}
