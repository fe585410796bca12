//! Interventions: what a person or bad luck does, when its moment has come, and what AWS refuses.

use super::event::{Fact, Why};
use super::queue::{Command, Fault};
use super::run::*;
use super::world::World;
use crate::model::*;

impl World<'_> {
    /// Puts the interventions that have a time into the queue; those at a moment wait for it.
    pub fn schedule_interventions(&mut self) {
        for (index, intervention) in self.scenario.interventions.iter().enumerate() {
            match intervention.when {
                When::At(at) => self.queue.push(self.now, at, Command::Intervene(index)),
                When::Moment { .. } => self.moments.push(index),
            }
        }
    }

    /// A stage was entered: interventions bound to that moment get their time.
    pub fn moments_at_stage(&mut self, service: usize, entered: LifecycleStage) {
        self.take_moments(service, entered, None);
    }

    /// A hook was called for the first time in a stage.
    pub fn moments_at_hook(&mut self, service: usize, at: LifecycleStage, called: &str) {
        self.take_moments(service, at, Some(called));
    }

    /// Makes an intervention.
    pub fn intervene(&mut self, index: usize) {
        self.last_intervention = self.now;
        // Deployments have waited for it, whatever comes of it.
        for service in 0..self.services.len() {
            self.touch(service);
        }
        let act = &self.scenario.interventions[index].act;
        if let Act::Deploy { service, revision, pipeline: Some(pipeline) } = act
            && !self.run_pipeline(index, *service, *revision, pipeline)
        {
            return;
        }
        let what = self.describe(act);
        match self.refusal(act) {
            Ok(()) => {
                self.event(act.service(), Fact::Intervened { intervention: index, what }, Why::Asked);
                self.act(act);
            }
            Err(text) => {
                let fact = Fact::Refused { intervention: index, what };
                self.event(act.service(), fact, Why::Rejected { text });
            }
        }
    }

    /// A fault with a length is over. Where the same fault was injected twice, the longer one has its whole length.
    pub fn fault_ends(&mut self, fault: Fault) {
        let (lasts, what) = match fault {
            Fault::Zone(zone) => {
                let lasts = end_one(&mut self.lost_zones, &zone);
                (lasts, format!("Availability Zone {} is back", zone_letter(zone)))
            }
            // A limit replaces the one before it.
            Fault::Capacity(limit) => {
                let replaced = limit != self.capacity_limits;
                self.capacity = self.capacity.filter(|_| replaced);
                (replaced, "capacity is no longer limited".to_owned())
            }
            Fault::Listener(service) => {
                let denied = &mut self.services[service].listener_denied;
                *denied -= 1;
                (*denied > 0, "the listener may be changed again".to_owned())
            }
            Fault::Hook(hook) => {
                let lasts = end_one(&mut self.denied_hooks, &hook);
                (lasts, format!("hook {hook} may be invoked again"))
            }
        };
        if lasts {
            return;
        }
        self.event(None, Fact::FaultEnded { what }, Why::Fault);
        for service in 0..self.services.len() {
            self.touch(service);
        }
    }

    /// Why AWS would refuse an act at this moment.
    fn refusal(&self, act: &Act) -> Result<(), String> {
        let Some(service) = act.service() else { return Ok(()) };
        let deployment = self.services[service].deployment.as_ref();
        let has_listener = self.services[service].config.routing.kind.has_targets();
        match act {
            Act::StopServiceDeployment { .. } => match deployment {
                None => Err("no service deployment is under way".to_owned()),
                Some(deployment) if deployment.cleaning && !deployment.rolling_back() => {
                    Err("clean-up has begun: going back needs a new deployment".to_owned())
                }
                Some(deployment) if deployment.removing_sources => {
                    Err("the deployment has succeeded: going back needs a new deployment".to_owned())
                }
                Some(_) => Ok(()),
            },
            Act::UpdateService { update, .. } => match (deployment, &update.deployment) {
                (Some(deployment), Some(new)) if new.strategy.name() != deployment.course.strategy => {
                    Err("the strategy cannot be changed while a deployment is under way".to_owned())
                }
                _ => Ok(()),
            },
            Act::ContinueServiceDeployment { hook_id, .. } => {
                self.paused_call(service, hook_id.as_deref()).map(drop)
            }
            Act::Approve { .. } | Act::Reject { .. } => self.pending_approval(service).map(drop),
            // The rules of Service Connect are ECS's own: there is no listener that anybody else could change or lock.
            Act::SetListenerWeights { rule, .. }
                if !has_listener || self.rule_state(service, *rule).is_none() =>
            {
                Err(format!("the service has no {rule} listener rule"))
            }
            Act::DenyListenerChanges { .. } if !has_listener => Err("the service has no listener".to_owned()),
            Act::StopTask { task, .. } | Act::UpdateTaskProtection { task: Some(task), .. } => {
                let running = self.running_tasks(service).len() as u32;
                if *task >= 1 && *task <= running {
                    Ok(())
                } else {
                    Err(format!("there is no running task {task}: {running} are running"))
                }
            }
            // Application Auto Scaling switches its scale-in off meanwhile ("Automatically scale your Amazon ECS service").
            Act::SetDesiredCount { desired_count, auto_scaling: true, .. }
                if deployment.is_some() && *desired_count < self.services[service].config.desired_count =>
            {
                Err("scale-in is off while a deployment is under way; scale-out is not".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Does what is not refused.
    fn act(&mut self, act: &Act) {
        match act {
            Act::Deploy { service, revision, .. } => self.deploy(*service, *revision),
            Act::StopServiceDeployment { service } => {
                // In a rollback it is a no-op that lets the rollback go on ("Stopping Amazon ECS service deployments").
                let text = "a person called StopServiceDeployment".to_owned();
                self.fail(*service, Detector::Operator, text);
            }
            Act::ContinueServiceDeployment { service, action, hook_id } => {
                if let Ok(call) = self.paused_call(*service, hook_id.as_deref()) {
                    self.continue_deployment(*service, *action, call);
                }
            }
            Act::Approve { service } | Act::Reject { service } => {
                if let Ok(approval) = self.pending_approval(*service) {
                    self.store_answer(approval, matches!(act, Act::Approve { .. }));
                }
            }
            Act::StopTask { service, task } => {
                if let Some(&task) = self.running_tasks(*service).get(*task as usize - 1) {
                    self.stop_task_by_hand(*service, task);
                }
            }
            Act::SetBehavior { service, revision, behavior } => {
                self.set_behavior(*service, *revision, behavior)
            }
            Act::SetHook { hook, source } => {
                if let Some(runner) = &mut self.hooks {
                    runner.replace(hook, source);
                }
            }
            Act::FailAvailabilityZone { zone, lasts } => self.lose_zone(*zone, *lasts),
            Act::LimitCapacity { tasks, lasts } => {
                self.capacity = Some(*tasks);
                self.capacity_limits += 1;
                self.fault_lasts(*lasts, Fault::Capacity(self.capacity_limits));
            }
            Act::SetDependency { name, error, latency } => {
                self.set_dependency(name, *error, *latency);
            }
            Act::SetTraffic { rate } => self.rate = Some(*rate),
            Act::SetAlarm { alarm, state } => self.set_alarm(*alarm, *state, Why::Fault),
            Act::SetListenerWeights { service, rule, source_weight, target_weight } => {
                let weights = Weights { source: *source_weight, target: *target_weight };
                let target = self.services[*service].deployment.as_ref().map(|deployment| deployment.target);
                let set = match (target, self.services[*service].current) {
                    (Some(target), _) => self.by_group(*service, target, weights),
                    (None, Some(current)) if self.group_of(*service, current) == 1 => {
                        [weights.target, weights.source]
                    }
                    _ => [weights.source, weights.target],
                };
                self.set_rule(*service, *rule, set, Why::Fault);
            }
            Act::SetDesiredCount { service, desired_count, .. } => {
                self.set_desired_count(*service, *desired_count)
            }
            Act::UpdateTaskProtection { service, task, protection } => {
                let running = self.running_tasks(*service);
                let chosen = match task {
                    Some(task) => &running[*task as usize - 1..*task as usize],
                    None => &running[..],
                };
                self.protect(*service, chosen, *protection);
            }
            Act::DenyListenerChanges { service, lasts } => {
                self.services[*service].listener_denied += 1;
                self.fault_lasts(*lasts, Fault::Listener(*service));
            }
            Act::DenyHookInvocation { hook, lasts } => {
                self.denied_hooks.push(hook.clone());
                self.fault_lasts(*lasts, Fault::Hook(hook.clone()));
            }
            Act::UpdateService { service, update } => self.update_service(*service, update),
        }
    }

    fn set_behavior(&mut self, service: usize, definition: usize, patch: &BehaviorPatch) {
        let old = self.services[service].behaviors[definition].clone();
        let new = old.with(patch);
        self.services[service].behaviors[definition] = new.clone();
        if new.fails_health_checks != old.fails_health_checks {
            self.health_checks_change(service, definition);
        }
        if new.fails_after != old.fails_after {
            self.exits_change(service, definition);
        }
    }

    /// A dependency that no service has declared is one of the entry service's.
    fn set_dependency(&mut self, name: &str, error: Option<Ratio>, latency: Option<Span>) {
        let named = |dependency: &&Dependency| dependency.name == name;
        let declared = self.services.iter().flat_map(|state| &state.config.dependencies).find(named).cloned();
        let usual = declared.unwrap_or_else(|| {
            let unknown = Dependency { name: name.to_owned(), error: Ratio::ZERO, latency: Span::ZERO };
            self.services[ENTRY].config.dependencies.push(unknown.clone());
            unknown
        });
        if !self.dependencies.iter().any(|dependency| named(&dependency)) {
            self.dependencies.push(usual);
        }
        let Some(dependency) = self.dependencies.iter_mut().find(|dependency| dependency.name == name) else {
            return;
        };
        dependency.error = error.unwrap_or(dependency.error);
        dependency.latency = latency.unwrap_or(dependency.latency);
    }

    fn lose_zone(&mut self, zone: u8, lasts: Option<Span>) {
        self.lost_zones.push(zone);
        for service in 0..self.services.len() {
            let tasks = &self.run.services[service].tasks;
            let lost: Vec<TaskId> = self.services[service]
                .cohorts
                .values()
                .filter(|cohort| cohort.exists())
                .flat_map(|cohort| cohort.members.iter().copied())
                .filter(|TaskId(task)| tasks[*task as usize].zone == zone)
                .collect();
            self.lose_tasks(service, &lost);
        }
        self.fault_lasts(lasts, Fault::Zone(zone));
    }

    /// UpdateService with another desiredCount: no deployment; the breaker's threshold follows, and so do both revisions
    /// of a shifting deployment (h19). Under ROLLING only the target follows, since the source goes; before it has any
    /// tasks the source gets those that are missing.
    fn set_desired_count(&mut self, service: usize, desired: u32) {
        let from = self.services[service].config.desired_count;
        if from == desired {
            return;
        }
        self.configure(service, |config| config.desired_count = desired);
        let state = &mut self.services[service];
        let rolling = state.deployment.as_ref().filter(|deployment| !deployment.course.strategy.shifts());
        let wanted: u32 = state.wants.values().sum();
        match rolling.map(|deployment| (deployment.target, deployment.sources.first().copied())) {
            Some((target, source)) if state.wants.len() > 1 => {
                if let Some(want) = state.wants.get_mut(&target) {
                    *want = desired;
                } else if let Some(want) = source.and_then(|source| state.wants.get_mut(&source)) {
                    *want += desired.saturating_sub(wanted);
                }
            }
            _ => state.wants.values_mut().for_each(|want| *want = desired),
        }
        self.event(service, Fact::DesiredCountChanged { from, to: desired }, Why::Asked);
        self.breaker_follows(service);
    }

    fn update_service(&mut self, service: usize, update: &ServiceUpdate) {
        if let Some(desired) = update.desired_count {
            self.set_desired_count(service, desired);
        }
        let new = update.clone();
        self.configure(service, |config| {
            config.deployment = new.deployment.unwrap_or_else(|| config.deployment.clone());
            config.hooks = new.hooks.unwrap_or_else(|| config.hooks.clone());
            config.grace_period = new.grace_period.unwrap_or(config.grace_period);
            config.zone_rebalancing = new.zone_rebalancing.unwrap_or(config.zone_rebalancing);
        });
        if new.routing.is_some() {
            self.services[service].next_routing = new.routing;
        }
        let running = self.asked_for(service);
        if update.starts_deployment || update.revision.is_some_and(|revision| revision != running) {
            self.deploy(service, update.revision.unwrap_or(running));
        }
    }

    /// Which of the declared revisions the service asks for: the one deployed last, or what its rollback went back to.
    fn asked_for(&self, service: usize) -> usize {
        let last = self.run.deployments.iter().rfind(|deployment| deployment.service == service);
        let asked = last.map(|deployment| match &deployment.rollback {
            Some(rollback) if rollback.goes_back => {
                deployment.sources.first().copied().unwrap_or(deployment.target)
            }
            _ => deployment.target,
        });
        let RevisionId(id) = asked.unwrap_or(RevisionId(0));
        self.run.services[service].revisions.get(usize::from(id)).map_or(0, |revision| revision.definition)
    }

    fn fault_lasts(&mut self, lasts: Option<Span>, fault: Fault) {
        if let Some(span) = lasts {
            self.after(span, Command::FaultEnds(fault));
        }
    }

    /// The tasks that are RUNNING, oldest first.
    fn running_tasks(&self, service: usize) -> Vec<TaskId> {
        let cohorts = self.services[service].cohorts.values();
        let running = cohorts.filter(|cohort| cohort.status == TaskStatus::Running);
        let mut tasks: Vec<TaskId> = running.flat_map(|cohort| cohort.members.iter().copied()).collect();
        tasks.sort_unstable();
        tasks
    }

    /// The present deployment has entered a stage, or called a hook there: the interventions that wait for that.
    fn take_moments(&mut self, service: usize, entered: LifecycleStage, called: Option<&str>) {
        let Some(deployment) = &self.services[service].deployment else { return };
        let back = deployment.rolling_back();
        // The two stages that repeat are entered once more on the way back, which is no step.
        let stays = self.run.deployments[deployment.index].stages.iter();
        let entries = stays.filter(|stay| stay.stage == Some(entered) && stay.rolling_back == back).count();
        let comes = |when: &When| match when {
            When::Moment { stage, step, rolling_back, hook, plus }
                if *stage == entered && hook.as_deref() == called =>
            {
                let this = match (step, rolling_back) {
                    (None, false) => true,
                    (step, _) => *rolling_back == back && step.is_none_or(|step| step as usize == entries),
                };
                this.then_some(*plus)
            }
            _ => None,
        };
        let scenario = self.scenario;
        let mut due = Vec::new();
        self.moments.retain(|&index| {
            let intervention = &scenario.interventions[index];
            let here = intervention.act.service().is_none_or(|wanted| wanted == service);
            match comes(&intervention.when).filter(|_| here) {
                Some(span) => {
                    due.push((span, index));
                    false
                }
                None => true,
            }
        });
        for (span, index) in due {
            self.after(span, Command::Intervene(index));
        }
    }

    /// An act in a few words.
    fn describe(&self, act: &Act) -> String {
        let revision =
            |service: usize, revision: usize| &self.scenario.services[service].revisions[revision].name;
        match act {
            Act::Deploy { service, revision: to, .. } => {
                format!("UpdateService: deploy {}", revision(*service, *to))
            }
            Act::StopServiceDeployment { .. } => "StopServiceDeployment".to_owned(),
            Act::ContinueServiceDeployment { action, .. } => format!("ContinueServiceDeployment: {action}"),
            Act::Approve { .. } => "the reviewer approves".to_owned(),
            Act::Reject { .. } => "the reviewer rejects".to_owned(),
            Act::StopTask { task, .. } => format!("StopTask: running task {task}, counted from the oldest"),
            Act::SetBehavior { service, revision: of, behavior } => {
                format!("revision {} behaves differently: {}", revision(*service, *of), changes(behavior))
            }
            Act::SetHook { hook, .. } => format!("another script behind hook {hook}"),
            Act::FailAvailabilityZone { zone, .. } => {
                format!("Availability Zone {} is lost", zone_letter(*zone))
            }
            Act::LimitCapacity { tasks, .. } => format!("no more than {tasks} tasks can be placed"),
            Act::SetDependency { name, .. } => format!("dependency {name} behaves differently"),
            Act::SetTraffic { rate } => format!("traffic is {} requests/s from now on", rate.as_per_second()),
            Act::SetAlarm { alarm, state } => {
                format!("alarm {} is set to {state}", self.scenario.alarms[*alarm].name)
            }
            Act::SetListenerWeights { rule, source_weight, target_weight, .. } => {
                format!("somebody sets the {rule} rule to source {source_weight} / target {target_weight}")
            }
            Act::SetDesiredCount { desired_count, auto_scaling, .. } => {
                let who = if *auto_scaling { "Application Auto Scaling" } else { "UpdateService" };
                format!("{who}: desiredCount {desired_count}")
            }
            Act::UpdateTaskProtection { task, protection, .. } => {
                let which =
                    task.map_or("all running tasks".to_owned(), |task| format!("running task {task}"));
                match protection {
                    Some(lasts) => format!("UpdateTaskProtection: {which} for {lasts}"),
                    None => format!("UpdateTaskProtection: no longer {which}"),
                }
            }
            Act::DenyListenerChanges { .. } => {
                "the infrastructure role may not change the listener".to_owned()
            }
            Act::DenyHookInvocation { hook, .. } => format!("the role of hook {hook} may not invoke it"),
            Act::UpdateService { .. } => "UpdateService".to_owned(),
        }
    }
}

/// Ends one of the faults that hold something; whether another still does.
fn end_one<T: PartialEq>(held: &mut Vec<T>, what: &T) -> bool {
    if let Some(place) = held.iter().position(|one| one == what) {
        held.remove(place);
    }
    held.contains(what)
}

/// What a patch changes, by API name.
fn changes(patch: &BehaviorPatch) -> String {
    let mut words = Vec::new();
    let mut say = |word: Option<String>| words.extend(word);
    say(patch.error.map(|error| format!("errorPercent {error}")));
    say(patch.latency.map(|latency| format!("latencyMillis {} ms", latency.0)));
    say(patch.capacity.map(|capacity| format!("requestsPerSecondPerTask {}", capacity.as_per_second())));
    say(patch.start.map(|start| format!("startSeconds {start}")));
    say(patch.warm_up.map(|warm_up| format!("warmUpSeconds {warm_up}")));
    say(patch.crashes_at_start.map(|on| format!("crashesAtStart {on}")));
    say(patch.image_missing.map(|on| format!("imageMissing {on}")));
    say(patch.fails_health_checks.map(|on| format!("failsHealthChecks {on}")));
    say(patch.fails_after.map(|after| match after {
        Some(after) => format!("failsAfterSeconds {after}"),
        None => "no longer fails after a time".to_owned(),
    }));
    say(patch.page.as_ref().map(|page| format!("page {}", page.title)));
    words.join(", ")
}

/// `a` for zone 0.
pub fn zone_letter(zone: u8) -> char {
    char::from(b'a' + zone.min(25))
}
