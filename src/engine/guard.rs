//! What watches a deployment: the circuit breaker and the alarms.

use super::event::{Fact, Why};
use super::run::*;
use super::traffic::{FlowKey, Requests};
use super::world::World;
use crate::model::*;

/// So many failed attempts to resolve an image's digest end the resolution.
const DIGEST_ATTEMPTS: u32 = 3;

impl World<'_> {
    /// At a deployment's start: the breaker stands at 0, and alarms are watched unless one is red already, in which
    /// case all alarm monitoring is off for this deployment ("How CloudWatch alarms detect deployment failures").
    pub fn start_guards(&mut self, service: usize) {
        let Some(deployment) = &self.services[service].deployment else { return };
        let (index, config) = (deployment.index, deployment.config.clone());
        self.log_breaker(service);
        let named: Vec<usize> = (0..self.scenario.alarms.len())
            .filter(|&alarm| config.alarms.alarm_names.contains(&self.scenario.alarms[alarm].name))
            .collect();
        let enabled = config.alarms.enable && !named.is_empty();
        let red = named.iter().copied().find(|&alarm| self.alarms[alarm].state_is_alarm);
        let status = match (enabled, red) {
            (true, None) => MonitorStatus::Monitoring,
            _ => MonitorStatus::Disabled,
        };
        self.run.deployments[index].alarms.push(self.now, status);
        if let (true, Some(alarm)) = (enabled, red) {
            self.event(service, Fact::AlarmChanged { alarm, state: AlarmState::Alarm }, Why::AlarmRedAtStart);
        }
        if let Some(deployment) = &mut self.services[service].deployment {
            deployment.alarms = if status == MonitorStatus::Monitoring { named } else { Vec::new() };
        }
    }

    /// From SCALE_UP on, or from the start of a rolling replacement, an alarm that is red trips (h12).
    pub fn start_watching(&mut self, service: usize) {
        let Some(deployment) = &mut self.services[service].deployment else { return };
        deployment.watching = !deployment.rolling_back();
        self.alarms_trip(service);
    }

    /// The detectors stop: the deployment has failed, or only the clean-up is left.
    pub fn stop_guards(&mut self, service: usize) {
        let now = self.now;
        let Some(deployment) = &mut self.services[service].deployment else { return };
        if !deployment.watching && deployment.rolling_back() {
            return;
        }
        deployment.watching = false;
        let index = deployment.index;
        let alarms = &mut self.run.deployments[index].alarms;
        if alarms.last() == Some(&MonitorStatus::Monitoring) {
            alarms.push(now, MonitorStatus::MonitoringComplete);
        }
        self.log_breaker(service);
    }

    /// An alarm in ALARM fails the deployments that watch it.
    pub fn alarms_trip(&mut self, service: usize) {
        let Some(deployment) = &self.services[service].deployment else { return };
        if !deployment.watching {
            return;
        }
        let index = deployment.index;
        let Some(alarm) = deployment.alarms.iter().copied().find(|&alarm| self.alarms[alarm].state_is_alarm)
        else {
            return;
        };
        self.run.deployments[index].alarms.push(self.now, MonitorStatus::Triggered);
        let reason = format!("CloudWatch alarm {} is in ALARM", self.scenario.alarms[alarm].name);
        self.fail(service, Detector::Alarm(alarm), reason);
    }

    /// Judges every alarm whose period ends now.
    pub fn judge_alarms(&mut self) {
        for alarm in 0..self.scenario.alarms.len() {
            if self.now.0.is_multiple_of(self.scenario.alarms[alarm].period.0.max(1)) {
                self.judge(alarm);
            }
        }
    }

    /// The end of the next period of any alarm, after now.
    pub fn next_period_end(&self) -> Option<SimTime> {
        let next = |alarm: &Alarm| SimTime((self.now.0 / alarm.period.0.max(1) + 1) * alarm.period.0.max(1));
        self.scenario.alarms.iter().map(next).min()
    }

    /// Changes an alarm's state, by judgement or by force.
    pub fn set_alarm(&mut self, alarm: usize, state: AlarmState, why: Why) {
        let is_alarm = state == AlarmState::Alarm;
        if self.alarms[alarm].state_is_alarm == is_alarm {
            return;
        }
        self.alarms[alarm].state_is_alarm = is_alarm;
        self.run.alarms[alarm].state.push(self.now, state);
        self.event(None, Fact::AlarmChanged { alarm, state }, why);
        for service in 0..self.services.len() {
            self.alarms_trip(service);
        }
    }

    /// A task failed. Tasks that never reached RUNNING count until one has; from then on those that fail their health
    /// checks ("How the Amazon ECS deployment circuit breaker detects failures").
    pub fn breaker_counts(&mut self, service: usize, revision: RevisionId, tasks: u32, before_running: bool) {
        let desired = self.services[service].config.desired_count;
        let Some(deployment) = &mut self.services[service].deployment else { return };
        let breaker = deployment.config.circuit_breaker;
        let counts = breaker.enable
            && revision == deployment.target
            && deployment.watching
            && before_running != deployment.breaker_stage_two;
        if !counts {
            return;
        }
        let threshold = breaker.threshold.of(desired);
        let stage_two = deployment.breaker_stage_two;
        for _ in 0..tasks {
            let Some(deployment) = &mut self.services[service].deployment else { return };
            if deployment.breaker_tripped {
                return;
            }
            deployment.breaker_count += 1;
            let count = deployment.breaker_count;
            deployment.breaker_tripped = count >= threshold;
            let why = Why::BreakerThreshold { count, threshold, stage_two };
            self.event(service, Fact::BreakerCounted { count, threshold }, why);
            self.log_breaker(service);
            if count >= threshold {
                self.breaker_trips(service, count, threshold);
            }
        }
    }

    /// The threshold follows desiredCount, and may come down to what has failed already.
    pub fn breaker_follows(&mut self, service: usize) {
        self.log_breaker(service);
        let desired = self.services[service].config.desired_count;
        let Some(deployment) = &mut self.services[service].deployment else { return };
        let breaker = deployment.config.circuit_breaker;
        let (count, threshold) = (deployment.breaker_count, breaker.threshold.of(desired));
        let reached =
            breaker.enable && deployment.watching && !deployment.breaker_tripped && count >= threshold;
        if reached {
            deployment.breaker_tripped = true;
            self.log_breaker(service);
            self.breaker_trips(service, count, threshold);
        }
    }

    fn breaker_trips(&mut self, service: usize, count: u32, threshold: u32) {
        let Some(deployment) = &self.services[service].deployment else { return };
        let stage_two = deployment.breaker_stage_two;
        let why = Why::BreakerThreshold { count, threshold, stage_two };
        self.event(service, Fact::BreakerTripped { count }, why);
        let reason = format!("circuit breaker: {count} failed tasks reached the threshold of {threshold}");
        self.fail(service, Detector::CircuitBreaker, reason);
    }

    /// The first task of a launch could not pull its image, so that the image's tag is not resolved to a digest. Three such
    /// attempts fail the deployment where the circuit breaker is on, whatever its threshold; where it is off the deployment
    /// goes on without digests ("Deploy Amazon ECS services by replacing tasks", Container image resolution; h36).
    ///
    /// The tasks themselves count for the breaker as any that never reach RUNNING, so this speaks only where three launches
    /// come before the threshold: few tasks at a time, and a high threshold. It is asked only where the task definition
    /// names an image by its tag: a recording that names none has none to resolve, and neither has one by digest, or with
    /// a `versionConsistency` of `disabled`.
    pub fn digest_is_not_found(&mut self, service: usize, revision: RevisionId) {
        if !self.services[service].config.image_tags {
            return;
        }
        let Some(deployment) = &mut self.services[service].deployment else { return };
        let resolves = revision == deployment.target
            && deployment.watching
            && !deployment.breaker_tripped
            && deployment.digest_attempts < DIGEST_ATTEMPTS;
        if !resolves {
            return;
        }
        deployment.digest_attempts += 1;
        if deployment.digest_attempts < DIGEST_ATTEMPTS {
            return;
        }
        let breaker = deployment.config.circuit_breaker;
        deployment.breaker_tripped = breaker.enable;
        let why = Why::DigestResolution { attempts: DIGEST_ATTEMPTS, breaker: breaker.enable };
        self.event(service, Fact::DigestNotFound { revision }, why);
        if breaker.enable {
            self.log_breaker(service);
            let reason = format!("circuit breaker: no image digest after {DIGEST_ATTEMPTS} attempts");
            self.fail(service, Detector::CircuitBreaker, reason);
        }
    }

    /// A task pulled its image: the digest is known, and every later task gets the same.
    pub fn digest_is_found(&mut self, service: usize, revision: RevisionId) {
        if let Some(deployment) = &mut self.services[service].deployment
            && revision == deployment.target
        {
            deployment.digest_attempts = DIGEST_ATTEMPTS;
        }
    }

    /// A target task reached RUNNING: the first criterion is skipped from now on.
    pub fn breaker_sees_running(&mut self, service: usize, revision: RevisionId) {
        if let Some(deployment) = &mut self.services[service].deployment
            && revision == deployment.target
        {
            deployment.breaker_stage_two = true;
        }
    }

    /// A healthy target task sets the count to 0, where `resetOnHealthyTask` is true.
    pub fn breaker_sees_healthy(&mut self, service: usize, revision: RevisionId) {
        let desired = self.services[service].config.desired_count;
        let Some(deployment) = &mut self.services[service].deployment else { return };
        let breaker = deployment.config.circuit_breaker;
        let resets = revision == deployment.target
            && breaker.reset_on_healthy_task
            && deployment.breaker_count > 0
            && !deployment.breaker_tripped
            && !deployment.rolling_back();
        if resets {
            deployment.breaker_count = 0;
            let threshold = breaker.threshold.of(desired);
            let why = Why::BreakerThreshold { count: 0, threshold, stage_two: true };
            self.event(service, Fact::BreakerCounted { count: 0, threshold }, why);
            self.log_breaker(service);
        }
    }

    /// Writes the breaker down; its threshold follows desiredCount.
    pub fn log_breaker(&mut self, service: usize) {
        let (now, desired) = (self.now, self.services[service].config.desired_count);
        let Some(deployment) = &self.services[service].deployment else { return };
        let breaker = deployment.config.circuit_breaker;
        let ended = deployment.rolling_back() || self.run.deployments[deployment.index].rollback.is_some();
        let cleaning = deployment.place.stage == Some(LifecycleStage::CleanUp) || deployment.removing_sources;
        let over =
            self.run.deployments[deployment.index].status.last().is_some_and(|status| status.is_terminal());
        let status = match () {
            () if !breaker.enable => MonitorStatus::Disabled,
            () if deployment.breaker_tripped => MonitorStatus::Triggered,
            () if ended || cleaning || over => MonitorStatus::MonitoringComplete,
            () => MonitorStatus::Monitoring,
        };
        let failure_count = deployment.breaker_count;
        let track = &mut self.run.deployments[deployment.index].breaker;
        // The count is frozen when it trips, and so is what it was measured against.
        let threshold = match track.last() {
            Some(last) if last.status == MonitorStatus::Triggered => last.threshold,
            _ => breaker.threshold.of(desired),
        };
        track.change(now, BreakerState { status, failure_count, threshold });
    }

    fn judge(&mut self, alarm: usize) {
        let definition = &self.scenario.alarms[alarm];
        let (before, after) = self.measured(alarm, definition.period);
        let failed = after.failed.saturating_sub(before.failed);
        let ended = failed + after.answered.saturating_sub(before.answered);
        let (measure, breaching) = match definition.metric {
            AlarmMetric::ErrorPercent(threshold) => {
                let measure =
                    (u128::from(failed) * 1_000_000).checked_div(u128::from(ended)).map(|m| m as u64);
                (measure, threshold.is_exceeded_by(failed, ended))
            }
            AlarmMetric::LatencyMillis(threshold) => {
                let latency = self.mean_latency(alarm, definition.period);
                (latency, latency.is_some_and(|latency| latency > threshold))
            }
        };
        let live = &mut self.alarms[alarm];
        live.in_a_row = if breaching { live.in_a_row + 1 } else { 0 };
        let in_a_row = live.in_a_row;
        let period = AlarmPeriod { end: self.now, measure, breaching_in_a_row: in_a_row };
        self.run.alarms[alarm].periods.push(period);
        self.judgements += 1;
        let metric = definition.metric;
        let why = Why::Measured { measure, metric, in_a_row: (in_a_row, definition.evaluation_periods) };
        if breaching && in_a_row <= definition.evaluation_periods {
            self.event(None, Fact::AlarmBreached { alarm, in_a_row }, why.clone());
        }
        let raised = in_a_row >= definition.evaluation_periods;
        self.set_alarm(alarm, if raised { AlarmState::Alarm } else { AlarmState::Ok }, why);
    }

    /// The requests an alarm measures, counted to the beginning and to the end of the period that ends now. Where it has
    /// measured the same flows before, the one end is the other beginning.
    fn measured(&mut self, alarm: usize, period: Span) -> (Requests, Requests) {
        let Some((service, keys)) = self.measured_flows(alarm) else { return Default::default() };
        let sum = |at| self.run.services[service].traffic.sum(at, |key| keys.contains(&key));
        let (begin, after) = (self.now - period, sum(self.now));
        let before = match &self.alarms[alarm].counted {
            Some((at, counted, before)) if *at == begin && *counted == keys => *before,
            _ => sum(begin),
        };
        self.alarms[alarm].counted = Some((self.now, keys, after));
        (before, after)
    }

    /// Mean latency of the requests an alarm measures over its last period, in ms; `None` without requests.
    fn mean_latency(&self, alarm: usize, period: Span) -> Option<u64> {
        let (service, keys) = self.measured_flows(alarm)?;
        self.run.services[service]
            .traffic
            .mean_latency(self.now - period, self.now, |key| keys.contains(&key))
    }

    /// The service an alarm belongs to, and those of its flows that the alarm measures.
    fn measured_flows(&self, alarm: usize) -> Option<(usize, Vec<FlowKey>)> {
        let definition = &self.scenario.alarms[alarm];
        let names = |service: &Service| service.deployment.alarms.alarm_names.contains(&definition.name);
        let watching = || self.scenario.services.iter().position(names);
        let service = definition.service.or_else(watching).unwrap_or(0);
        let rolling = |run: &DeploymentRun| !run.configuration.strategy.name().shifts();
        let deployment = self.run.deployments.iter().rev().find(|run| run.service == service);
        let target = match deployment {
            Some(deployment) => deployment.target,
            None => self.services[service].current?,
        };
        let group = match definition.scope {
            AlarmScope::Group(slot) => slot,
            _ => self.group_of(service, target),
        };
        let all = definition.scope == AlarmScope::LoadBalancer;
        let flows = &self.run.services[service].traffic.flows;
        let keys = flows.iter().map(|flow| flow.key).filter(|key| match *key {
            FlowKey::Production(revision) => all || self.group_of(service, revision) == group,
            FlowKey::Unserved => all || deployment.is_none_or(rolling),
            FlowKey::Test(_) | FlowKey::TestUnserved => false,
        });
        Some((service, keys.collect()))
    }
}
