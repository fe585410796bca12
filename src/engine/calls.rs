//! Lifecycle hooks at work: calls, answers, time-outs, approvals ("Lambda hooks …", "Pause hooks for Amazon ECS
//! service deployments").
//!
//! All hooks of a stage run in parallel and all must succeed; one that fails rolls the deployment back. On the way back a
//! failing hook is only written down (h8).

use super::arns::{arn, deployment_id, revision_digits};
use super::deployment::Wait;
use super::event::{Fact, Why};
use super::hooks::{HookAnswer, HookHost, Invocation};
use super::metrics::{self, HookMetric, Measured};
use super::poisson::{fork, mix};
use super::queue::Command;
use super::run::*;
use super::track::Track;
use super::world::World;
use crate::model::*;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// One hook in one stage, from its first call to its end.
#[derive(Clone, Debug)]
pub(super) struct HookCall {
    /// Of all hook calls of the run; commands name it.
    pub id: u32,
    /// Its place among the deployment's hooks.
    pub hook: usize,
    pub stage: LifecycleStage,
    /// What it is called: a PAUSE hook by its hookId.
    pub name: String,
    pub calls: u32,
    pub next_call: Option<SimTime>,
    pub expires: SimTime,
    pub done: bool,
    /// Whether it is done because its time was over.
    pub timed_out: bool,
    /// The event of its calls; made anew when the hookDetails have changed.
    pub request: Option<Arc<Value>>,
}

impl World<'_> {
    /// Calls all hooks of the present stage.
    pub fn start_hooks(&mut self, service: usize) {
        self.set_wait(service, Wait::Hooks);
        let Some(deployment) = &self.services[service].deployment else { return };
        let Some(stage) = deployment.place.stage else { return };
        if !stage.takes_hooks() {
            return;
        }
        let attached: Vec<usize> = (0..deployment.hooks.len())
            .filter(|&hook| deployment.hooks[hook].stages.contains(&stage))
            .collect();
        let mut calls = Vec::new();
        for hook in attached {
            let id = self.next_hook_call();
            let Some(deployment) = &mut self.services[service].deployment else { return };
            let config = &deployment.hooks[hook];
            let name = match &config.target {
                HookTarget::Lambda { function } => function.clone(),
                HookTarget::Pause => {
                    format!("ecs-pause-{:012x}", mix(fork(self.scenario.seed, &[u64::from(id)])) >> 16)
                }
            };
            let expires = self.now + config.timeout;
            let pause = config.target == HookTarget::Pause;
            deployment.calls.push(HookCall {
                id,
                hook,
                stage,
                name,
                calls: 0,
                next_call: None,
                expires,
                done: false,
                timed_out: false,
                request: None,
            });
            self.queue.push(self.now, expires, Command::HookExpires { service, call: id });
            calls.push((id, pause));
        }
        for (id, pause) in calls {
            if pause {
                self.await_action(service, id);
            } else {
                self.call_hook(service, id);
            }
        }
    }

    /// Calls a Lambda hook once. Its answer comes after its own duration.
    pub fn call_hook(&mut self, service: usize, id: u32) {
        let Some((hook, stage, name, expires)) = self.hook_call(service, id).map(|call| {
            call.calls += 1;
            call.next_call = None;
            (call.hook, call.stage, call.name.clone(), call.expires)
        }) else {
            return;
        };
        let calls = self.hook_call(service, id).map_or(0, |call| call.calls);
        let why =
            if calls == 1 { Why::StageOrder } else { Why::Takes { what: "callBackDelay", span: Span::ZERO } };
        self.event(service, Fact::HookCalled { stage, hook: name.clone(), call: calls }, why);
        if calls == 1 {
            self.moments_at_hook(service, stage, &name);
        }
        let known = self.hook_call(service, id).and_then(|call| call.request.clone());
        let request = known.unwrap_or_else(|| Arc::new(self.request(service, hook, stage, id)));
        if let Some(call) = self.hook_call(service, id) {
            call.request = Some(request.clone());
        }
        let invocation = if self.denied_hooks.contains(&name) {
            Invocation {
                answer: Err("the hook's role may not invoke the function".to_owned()),
                text: String::new(),
                duration: Span::ZERO,
                printed: Vec::new(),
            }
        } else {
            self.invoke(service, &name, &request)
        };
        for line in &invocation.printed {
            self.event(service, Fact::HookPrinted { hook: name.clone(), line: line.clone() }, Why::Asked);
        }
        let answered = self.now + invocation.duration;
        let (status, next) = match &invocation.answer {
            // Its time is over before it answers.
            _ if answered >= expires => (HookStatus::InProgress, Some(expires)),
            Ok(HookAnswer { status: HookStatus::InProgress, call_back_delay, .. }) => {
                let next = answered + *call_back_delay;
                (HookStatus::InProgress, Some(next.min(expires)))
            }
            Ok(answer) => (answer.status, None),
            Err(_) => (HookStatus::Failed, None),
        };
        let Some(index) = self.deployment_index(service) else { return };
        self.run.deployments[index].hooks.push(HookRecord {
            at: self.now,
            answered,
            stage,
            hook: name,
            status,
            request,
            answer: match &invocation.answer {
                _ if answered >= expires => "none before its time was over".to_owned(),
                Ok(_) => invocation.text.clone(),
                Err(reason) => reason.clone(),
            },
            printed: invocation.printed.clone(),
            next,
        });
        let duration = invocation.duration;
        self.after(duration, Command::HookAnswers { service, call: id, invocation: Box::new(invocation) });
    }

    /// A Lambda hook's answer has come.
    pub fn hook_answers(&mut self, service: usize, id: u32, invocation: Invocation) {
        let Some((hook, stage, name)) =
            self.hook_call(service, id).map(|call| (call.hook, call.stage, call.name.clone()))
        else {
            return;
        };
        let (status, text) = match &invocation.answer {
            Ok(answer) => (answer.status, invocation.text.clone()),
            Err(reason) => (HookStatus::Failed, reason.clone()),
        };
        let fact = Fact::HookAnswered { stage, hook: name.clone(), status };
        self.event(service, fact, Why::Answer { text: text.clone() });
        match invocation.answer {
            Ok(HookAnswer { status: HookStatus::InProgress, call_back_delay, details }) => {
                let next = self.now + call_back_delay;
                let unchanged = details.is_null();
                if let Some(deployment) = &mut self.services[service].deployment {
                    merge(&mut deployment.details[hook], details);
                }
                if let Some(call) = self.hook_call(service, id) {
                    call.next_call = Some(next);
                    call.request = call.request.take().filter(|_| unchanged);
                }
                self.queue.push(self.now, next, Command::CallHook { service, call: id });
            }
            Ok(HookAnswer { status: HookStatus::Succeeded, .. }) => self.finish_hook(service, id),
            Ok(_) => self.fail_hook(service, id, HookFailure::AnsweredFailed, None),
            Err(reason) => self.fail_hook(service, id, HookFailure::NoValidAnswer, Some(&reason)),
        }
    }

    /// A hook's time is over: what then is the hook's own `timeoutConfiguration.action`.
    pub fn hook_expires(&mut self, service: usize, id: u32) {
        let Some((hook, stage, name)) =
            self.hook_call(service, id).map(|call| (call.hook, call.stage, call.name.clone()))
        else {
            return;
        };
        let Some(deployment) = &self.services[service].deployment else { return };
        let (after, action) = (deployment.hooks[hook].timeout, deployment.hooks[hook].timeout_action);
        self.record_status(service, stage, &name, HookStatus::TimedOut, None);
        let fact = Fact::HookAnswered { stage, hook: name.clone(), status: HookStatus::TimedOut };
        self.event(service, fact, Why::HookExpired { after, action });
        match action {
            HookAction::Continue => {
                if let Some(call) = self.hook_call(service, id) {
                    call.timed_out = true;
                }
                self.finish_hook(service, id);
            }
            HookAction::Rollback => self.fail_hook(service, id, HookFailure::TimedOut(after), None),
        }
    }

    /// The call of the PAUSE hook that a ContinueServiceDeployment is for: the one it names, or else the oldest that
    /// waits. Says why AWS refuses it, if it does.
    pub fn paused_call(&self, service: usize, hook_id: Option<&str>) -> Result<u32, String> {
        if let Some(id) = hook_id {
            self.check_hook_id(service, id)?;
        }
        let Some(deployment) = &self.services[service].deployment else {
            return Err("there is no deployment under way".to_owned());
        };
        let waiting = deployment.calls.iter().find(|call| {
            let pauses = !call.done && deployment.hooks[call.hook].target == HookTarget::Pause;
            pauses && hook_id.is_none_or(|id| id == call.name)
        });
        waiting.map(|call| call.id).ok_or_else(|| "no PAUSE hook is AWAITING_ACTION".to_owned())
    }

    /// ContinueServiceDeployment, for the PAUSE hook of that call.
    pub fn continue_deployment(&mut self, service: usize, action: HookAction, id: u32) {
        let Some((stage, name)) = self.hook_call(service, id).map(|call| (call.stage, call.name.clone()))
        else {
            return;
        };
        let status = if action == HookAction::Continue { HookStatus::Succeeded } else { HookStatus::Failed };
        self.record_status(service, stage, &name, status, None);
        let fact = Fact::HookAnswered { stage, hook: name.clone(), status };
        self.event(service, fact, Why::Asked);
        if action == HookAction::Continue {
            self.finish_hook(service, id);
        } else {
            self.fail_hook(service, id, HookFailure::RolledBack, None);
        }
    }

    /// Why a hookId cannot be answered ("Troubleshooting Amazon ECS blue/green deployments").
    fn check_hook_id(&self, service: usize, id: &str) -> Result<(), String> {
        let parts: Vec<&str> = id.splitn(3, '-').collect();
        if !matches!(parts[..], ["ecs", kind, rest] if !kind.is_empty() && !rest.is_empty()) {
            return Err(format!("hookId {id} has not the form ecs-{{hookType}}-{{id}}"));
        }
        let mut deployments =
            self.run.deployments.iter().enumerate().filter(|(_, run)| run.service == service);
        let found = deployments.find_map(|(index, run)| {
            let last = run.hooks.iter().rfind(|record| record.hook == id)?;
            Some((index, run, last.status))
        });
        let Some((index, run, status)) = found else {
            return Err(format!("no hook of this service's deployments has the hookId {id}"));
        };
        if self.deployment_index(service) != Some(index) {
            let ended = run.status.last().map_or("", |status| status.api_name());
            return Err(match run.superseded {
                true => "a newer deployment has superseded the one that the hookId belongs to".to_owned(),
                false => format!("the service deployment that the hookId belongs to is {ended}"),
            });
        }
        match status {
            HookStatus::AwaitingAction if run.rollback.is_none() => Ok(()),
            HookStatus::AwaitingAction => Err("the service deployment is rolling back".to_owned()),
            HookStatus::TimedOut => Err("the hook has expired: it is TIMED_OUT".to_owned()),
            status => Err(format!("the hook is finished: it is {status}")),
        }
    }

    /// The approval that the present deployment's hooks have asked for, as long as nobody has answered it. Says that there
    /// is nothing to answer, if so.
    pub fn pending_approval(&self, service: usize) -> Result<usize, String> {
        let present = self.deployment_index(service);
        let pending = self.run.approvals.iter().position(|approval| {
            Some(approval.deployment) == present && approval.state.last() == Some(&ApprovalState::Pending)
        });
        pending.ok_or_else(|| "no approval is pending".to_owned())
    }

    /// Stores an answer.
    pub fn store_answer(&mut self, approval: usize, approved: bool) {
        let state = if approved { ApprovalState::Approved } else { ApprovalState::Rejected };
        self.run.approvals[approval].state.push(self.now, state);
        let service = self.run.deployments[self.run.approvals[approval].deployment].service;
        self.event(service, Fact::ApprovalAnswered { approved }, Why::Asked);
    }

    fn await_action(&mut self, service: usize, id: u32) {
        let Some((stage, name, expires)) =
            self.hook_call(service, id).map(|call| (call.stage, call.name.clone(), call.expires))
        else {
            return;
        };
        self.record_status(service, stage, &name, HookStatus::AwaitingAction, Some(expires));
        let fact = Fact::HookAnswered { stage, hook: name.clone(), status: HookStatus::AwaitingAction };
        self.event(service, fact, Why::StageOrder);
        self.moments_at_hook(service, stage, &name);
        self.moments_at_hook(service, stage, "PAUSE");
    }

    fn finish_hook(&mut self, service: usize, id: u32) {
        if let Some(call) = self.hook_call(service, id) {
            call.done = true;
            call.next_call = None;
        }
        self.touch(service);
        self.advance(service);
    }

    /// A hook fails its deployment, unless that goes back already; `why` is said behind what the hook did.
    fn fail_hook(&mut self, service: usize, id: u32, how: HookFailure, why: Option<&str>) {
        if self.services[service].deployment.as_ref().is_some_and(|deployment| deployment.rolling_back()) {
            self.finish_hook(service, id);
            return;
        }
        let Some(call) = self.hook_call(service, id) else { return };
        let (stage, failed) = (call.stage, FailedHook { hook: call.name.clone(), how });
        let why = why.map_or_else(String::new, |why| format!(": {why}"));
        let reason = format!("{failed} at {stage}{why}");
        self.fail(service, Detector::Hook(failed), reason);
    }

    fn invoke(&mut self, service: usize, name: &str, request: &Value) -> Invocation {
        let Some(runner) = self.hooks.take() else {
            unreachable!("a script cannot call a script");
        };
        let mut host = Host { world: self, service, requested: None, notified: Vec::new(), probes: 0 };
        let invocation = runner.invoke(name, request, &mut host);
        let Host { requested, notified, probes, .. } = host;
        self.hooks = Some(runner);
        self.probes += probes;
        if let Some(text) = requested {
            self.request_approval(service, name, text);
        }
        for text in notified {
            self.notify(service, name, text);
        }
        invocation
    }

    fn request_approval(&mut self, service: usize, hook: &str, text: String) {
        let Some(deployment) = self.deployment_index(service) else { return };
        let pending = Track::starting(self.now, ApprovalState::Pending);
        let hook = hook.to_owned();
        self.run.approvals.push(Approval {
            deployment,
            hook: hook.clone(),
            text: text.clone(),
            state: pending,
        });
        self.event(service, Fact::ApprovalRequested { hook: hook.clone(), text: text.clone() }, Why::Asked);
        self.notify(service, &hook, text);
        if let Some(reviewer) = self.scenario.reviewer {
            let approval = self.run.approvals.len() - 1;
            self.after(reviewer.answers_after, Command::ReviewerAnswers { approval });
        }
    }

    fn notify(&mut self, service: usize, hook: &str, text: String) {
        let Some(deployment) = self.deployment_index(service) else { return };
        let hook = hook.to_owned();
        self.run.notifications.push(Notification {
            at: self.now,
            deployment,
            hook: hook.clone(),
            text: text.clone(),
        });
        self.event(service, Fact::Notified { hook, text }, Why::Asked);
    }

    fn record_status(
        &mut self,
        service: usize,
        stage: LifecycleStage,
        hook: &str,
        status: HookStatus,
        next: Option<SimTime>,
    ) {
        let (now, hook) = (self.now, hook.to_owned());
        let Some(index) = self.deployment_index(service) else { return };
        self.run.deployments[index].hooks.push(HookRecord {
            at: now,
            answered: now,
            stage,
            hook,
            status,
            request: Arc::default(),
            answer: String::new(),
            printed: Vec::new(),
            next,
        });
    }

    /// The documented event of a Lambda hook.
    fn request(&self, service: usize, hook: usize, stage: LifecycleStage, id: u32) -> Value {
        let Some(deployment) = &self.services[service].deployment else { return Value::Null };
        let name = &self.services[service].config.name;
        let revision_arn = |revision: RevisionId| {
            let digits = revision_digits(self.scenario.seed, service, revision);
            arn("service-revision", &format!("{name}/{digits}"))
        };
        let target = deployment.target;
        let source = deployment.sources.first().copied();
        let percent = |permille: u16| {
            if permille.is_multiple_of(10) { json!(permille / 10) } else { json!(f64::from(permille) / 10.0) }
        };
        let weights = |share: Permille| {
            let mut map = Map::new();
            map.insert(revision_arn(target), percent(share.0));
            if let Some(source) = source {
                map.insert(revision_arn(source), percent(1000 - share.0));
            }
            Value::Object(map)
        };
        let back = deployment.rolling_back();
        let step = deployment.steps.get(deployment.place.step).map_or(Permille::FULL, |step| step.share);
        let before = match deployment.place.step {
            0 => Permille::ZERO,
            step => deployment.steps.get(step - 1).map_or(Permille::ZERO, |step| step.share),
        };
        let empty = || Value::Object(Map::new());
        let has_test = self.services[service].test.is_some();
        let (test, production) = match stage {
            LifecycleStage::TestTrafficShift if !has_test => (empty(), empty()),
            LifecycleStage::TestTrafficShift if back => (weights(Permille::ZERO), empty()),
            LifecycleStage::TestTrafficShift => (weights(Permille::FULL), empty()),
            LifecycleStage::PreProductionTrafficShift => (empty(), weights(before)),
            LifecycleStage::ProductionTrafficShift if back => (empty(), weights(Permille::ZERO)),
            LifecycleStage::ProductionTrafficShift => (empty(), weights(step)),
            _ => (empty(), empty()),
        };
        let execution = mix(fork(self.scenario.seed, &[9, u64::from(id)]));
        json!({
            "executionId": format!("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
                execution >> 32, execution >> 16 & 0xffff, execution >> 4 & 0xfff, execution & 0xfff,
                mix(execution) >> 16),
            "lifecycleStage": stage.api_name(),
            "resourceArn": arn("service-deployment", &format!("{name}/{}", deployment_id(self.scenario.seed, deployment.index))),
            "executionDetails": {
                "serviceArn": arn("service", name),
                "targetServiceRevisionArn": revision_arn(target),
                "testTrafficWeights": test,
                "productionTrafficWeights": production,
            },
            "hookDetails": deployment.details[hook].clone(),
        })
    }

    fn next_hook_call(&mut self) -> u32 {
        self.hook_calls += 1;
        self.hook_calls
    }

    fn hook_call(&mut self, service: usize, id: u32) -> Option<&mut HookCall> {
        self.services[service].deployment.as_mut()?.calls.iter_mut().find(|call| call.id == id)
    }

    pub(super) fn deployment_index(&self, service: usize) -> Option<usize> {
        self.services[service].deployment.as_ref().map(|deployment| deployment.index)
    }
}

/// `hookDetails` of an answer replace those of the same name.
fn merge(details: &mut Value, news: Value) {
    match (details, news) {
        (Value::Object(old), Value::Object(new)) => old.extend(new),
        (details, new @ Value::Object(_)) => *details = new,
        _ => {}
    }
}

/// What a script may look up, and what it asked for while it ran.
struct Host<'w, 'a> {
    world: &'w World<'a>,
    service: usize,
    requested: Option<String>,
    notified: Vec<String>,
    probes: u64,
}

impl HookHost for Host<'_, '_> {
    fn approval(&self) -> &'static str {
        let deployment = self.world.deployment_index(self.service);
        let stored =
            self.world.run.approvals.iter().rev().find(|approval| Some(approval.deployment) == deployment);
        match stored.and_then(|approval| approval.state.last()) {
            Some(state) => state.api_name(),
            None if self.requested.is_some() => ApprovalState::Pending.api_name(),
            None => "none",
        }
    }

    fn request_approval(&mut self, text: &str) {
        if self.approval() == "none" {
            self.requested = Some(text.to_owned());
        }
    }

    fn notify(&mut self, text: &str) {
        self.notified.push(text.to_owned());
    }

    fn metric(&self, metric: HookMetric, seconds: u64) -> Measured {
        let Some(deployment) = self.world.deployment_index(self.service) else { return Measured::default() };
        let (service, now) = (&self.world.run.services[self.service], self.world.now);
        metrics::hook_metric(service, &self.world.run.deployments[deployment], metric, now, seconds)
    }

    fn alarm(&self, name: &str) -> Option<&'static str> {
        let alarm = self.world.scenario.alarms.iter().position(|alarm| alarm.name == name)?;
        Some(if self.world.alarms[alarm].state_is_alarm { "ALARM" } else { "OK" })
    }

    fn probe(&mut self) -> bool {
        self.probes += 1;
        let state = &self.world.services[self.service];
        let Some(deployment) = &state.deployment else { return false };
        let rule = state.test.unwrap_or(state.production);
        let draw = fork(self.world.scenario.seed, &[5, self.service as u64, self.world.probes + self.probes]);
        let second = rule.actual_share(self.world.now);
        let group = u8::from(mix(draw) % 1_000_000 < u64::from(second.0));
        let serving =
            [deployment.target].into_iter().chain(deployment.sources.iter().copied()).find(|&revision| {
                self.world.group_of(self.service, revision) == group
                    && state.tasks_where(revision, |cohort| cohort.counted) > 0
            });
        serving.is_some_and(|revision| {
            let error = self.world.error_of(self.service, revision);
            draw % 1_000_000 >= u64::from(error.0)
        })
    }

    fn now(&self) -> SimTime {
        self.world.now
    }
}
