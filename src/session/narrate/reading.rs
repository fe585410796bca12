//! Which of our readings an event or a wait follows from, so that the page can say "our reading" where it is one.

use crate::engine::{DeploymentRun, Detector, Event, Fact, Run, ServiceRun, Waiting, Why};
use crate::model::*;

/// The reading that an event follows from; `None` where ECS documents the rule.
pub fn reading_of(event: &Event, scenario: &Scenario, run: &Run) -> Option<Reading> {
    let deployment = under_way(event, run);
    let configuration = deployment.map(|deployment| &deployment.configuration);
    let strategy = configuration.map_or(StrategyName::Rolling, |it| it.strategy.name());
    let back = deployment.is_some_and(|deployment| {
        deployment.rollback.as_ref().is_some_and(|back| back.goes_back && back.at <= event.at)
    });
    let reading = match (&event.fact, &event.why) {
        (Fact::PassDecided { stop: 1.., start: 1.. }, _) => Reading::STOP_THEN_START,
        (Fact::PassDecided { stop, start }, Why::Bounds(bounds))
            if scenario.readings.stopping_counts_toward_maximum
                && bounds.stopping + stop > 0
                && bounds.desired > bounds.new + start =>
        {
            Reading::STOPPING_COUNTS
        }
        (Fact::HookAnswered { status: HookStatus::Failed | HookStatus::TimedOut, .. }, _)
            if back && after_detection(event, run) =>
        {
            Reading::HOOK_FAILS_BACK
        }
        (Fact::HookAnswered { status: HookStatus::AwaitingAction, stage, .. }, _)
            if *stage == LifecycleStage::ReconcileService =>
        {
            Reading::PAUSE_AT_RECONCILE
        }
        (
            Fact::HookCalled {
                stage: LifecycleStage::TestTrafficShift | LifecycleStage::ProductionTrafficShift,
                ..
            },
            _,
        ) => Reading::WEIGHTS_BEFORE_HOOKS,
        (Fact::BakeStarted { stage: LifecycleStage::ProductionTrafficShift, .. }, _) => {
            Reading::STEP_BAKE_LAST
        }
        (Fact::BakeStarted { .. }, _)
            if !strategy.shifts() && configuration.is_some_and(|it| it.bake_time.is_none()) =>
        {
            Reading::ROLLING_BAKE
        }
        (Fact::StageEntered { stage: Some(stage), .. }, _) if !back => {
            return stage_reading(*stage, event, run, configuration?);
        }
        (
            Fact::StatusChanged { status: ServiceDeploymentStatus::RollbackFailed, .. },
            Why::Rejected { .. },
        ) => Reading::NO_CANDIDATE,
        (Fact::StatusChanged { status: ServiceDeploymentStatus::Stopped, .. }, Why::DetectorSays { .. }) => {
            Reading::STOPPED_IS_MIXED
        }
        (Fact::StatusChanged { status: ServiceDeploymentStatus::RollbackRequested, .. }, _) => {
            Reading::STOP_MEANS_ROLLBACK
        }
        (Fact::FailureDetected { detector: Detector::Alarm(_), .. }, _) if strategy.shifts() => {
            Reading::ALARMS_WATCHED
        }
        (Fact::FailureDetected { detector: Detector::Networking, .. }, _) => Reading::NETWORKING_FOUND,
        (Fact::TasksChanged { .. }, Why::FullFleet { .. }) => Reading::FULL_FLEET_AT_ONCE,
        (Fact::TasksChanged { status: TaskStatus::Stopping, .. }, Why::Asked) => Reading::STOP_TASK,
        (Fact::BreakerCounted { .. } | Fact::BreakerTripped { .. }, _) if strategy.shifts() => {
            Reading::BREAKER_WHEN_SHIFTING
        }
        (Fact::BreakerCounted { .. } | Fact::BreakerTripped { .. }, _)
            if configuration
                .is_some_and(|it| matches!(it.circuit_breaker.threshold, Threshold::UnboundedPercent(_))) =>
        {
            Reading::UNBOUNDED_PERCENT
        }
        (Fact::LaunchDelayed { .. }, _) => Reading::BACK_OFF,
        (Fact::DigestNotFound { .. }, _) => Reading::DIGEST_ATTEMPTS,
        (Fact::RuleChanged { .. }, Why::Consolidated) => Reading::CONSOLIDATED_ON,
        (Fact::StatusChanged { status: ServiceDeploymentStatus::RollbackFailed, .. }, Why::Superseded) => {
            Reading::ROLLBACK_TAKEN_OVER
        }
        (Fact::DeploymentStarted { source, target, .. }, _) if source == target && strategy.shifts() => {
            Reading::FIRST_GROUP
        }
        (Fact::DesiredCountChanged { .. }, _) if deployment.is_some() && strategy.shifts() => {
            Reading::SCALED_WHILE_SHIFTING
        }
        (Fact::Refused { intervention, .. }, _)
            if matches!(scenario.interventions[*intervention].act, Act::StopServiceDeployment { .. })
                && deployment.is_some() =>
        {
            Reading::NO_WAY_BACK
        }
        (Fact::RuleSettled { .. }, _) => ramp(&run.services[event.service.unwrap_or(0)], event.at),
        (Fact::ListenerChangeDenied { .. }, _) if back => Reading::DENIED_RETRY,
        (Fact::Rebalancing { .. }, _) => Reading::REBALANCES_ONE_BY_ONE,
        _ => return None,
    };
    Some(reading)
}

/// The reading that a wait follows from; `None` where ECS documents the rule.
pub(super) fn reading_of_wait(
    waiting: &Waiting,
    scenario: &Scenario,
    service: &ServiceRun,
    (at, back): (SimTime, bool),
) -> Option<Reading> {
    match waiting {
        Waiting::StepBake { .. } => Some(Reading::STAGE_OF_STEP_BAKE),
        Waiting::NetworkShift { .. } if back => Some(Reading::NETWORK_DELAY_BACK),
        Waiting::Rolling(bounds) if bounds.next_launch.is_some() => Some(Reading::BACK_OFF),
        Waiting::Rolling(bounds)
            if scenario.readings.stopping_counts_toward_maximum
                && bounds.stopping > 0
                && bounds.desired > bounds.new
                && bounds.may_start() == 0 =>
        {
            Some(Reading::STOPPING_COUNTS)
        }
        Waiting::ScaleUp { next_launch: Some(_), .. } => Some(Reading::BACK_OFF),
        Waiting::ListenerDenied { .. } => Some(Reading::DENIED_RETRY),
        Waiting::Propagation { .. } => Some(ramp(service, at)),
        _ => None,
    }
}

fn stage_reading(
    stage: LifecycleStage,
    event: &Event,
    run: &Run,
    configuration: &DeploymentConfiguration,
) -> Option<Reading> {
    let tested = event.service.is_some_and(|service| {
        run.services[service].configuration.at(event.at).is_some_and(|it| it.routing.test_rule)
    });
    match (stage, configuration.strategy) {
        (LifecycleStage::PreScaleUp, Strategy::Rolling) => Some(Reading::ROLLING_HOOKS),
        (LifecycleStage::PreProductionTrafficShift, _) => Some(Reading::PRE_PRODUCTION_IS_A_STAGE),
        (LifecycleStage::TestTrafficShift, _) if !tested => Some(Reading::NO_TEST_RULE),
        (LifecycleStage::ProductionTrafficShift, Strategy::Canary { percent: Permille::FULL, .. }) => {
            Some(Reading::CANARY_OF_ALL)
        }
        (LifecycleStage::BakeTime, Strategy::Canary { .. } | Strategy::Linear { .. })
            if configuration.bake_time.is_none() =>
        {
            Some(Reading::NO_BAKE_TIME)
        }
        _ => None,
    }
}

/// How a changed rule reaches users.
fn ramp(service: &ServiceRun, at: SimTime) -> Reading {
    match service.routing(at).kind {
        RoutingKind::ServiceConnect => Reading::SERVICE_CONNECT_RAMP,
        _ => Reading::PROPAGATION,
    }
}

/// Whether a failure had been detected before, be it in the same instant: the answer that is the failure comes first.
fn after_detection(event: &Event, run: &Run) -> bool {
    let before = run.events.iter().take_while(|other| !std::ptr::eq(*other, event));
    let mut detected = before.filter(|other| matches!(other.fact, Fact::FailureDetected { .. }));
    detected.any(|other| other.service == event.service)
}

/// The deployment of the event's service that had begun and was not over then.
fn under_way<'r>(event: &Event, run: &'r Run) -> Option<&'r DeploymentRun> {
    let service = event.service?;
    let there = |deployment: &&DeploymentRun| {
        let over = deployment
            .status
            .steps()
            .last()
            .is_some_and(|(at, status)| status.is_terminal() && *at < event.at);
        deployment.service == service && deployment.status.since(event.at).is_some() && !over
    };
    run.deployments.iter().rfind(there)
}
