//! What could be meant otherwise: detectors that are off, that only stop, or that cannot see.

use crate::engine::run::{RevisionId, Run, Shift};
use crate::model::*;

/// What CloudFormation waits for an update at most, less what it keeps for the tasks ("AWS::ECS::Service
/// LinearConfiguration", "… CanaryConfiguration").
const CLOUDFORMATION_BAKES: Span = Span::from_mins(33 * 60);

/// Every warning about the deployment of a revision by a service that then stands as in `config`; `run` is its rehearsal.
pub(super) fn all(scenario: &Scenario, config: &Service, revision: usize, run: &Run) -> Vec<String> {
    let error = config.revisions[revision].behavior.error;
    let alarms = &config.deployment.alarms;
    let mut warnings = Vec::new();
    if alarms.enable {
        let named = scenario.alarms.iter().enumerate();
        for (index, alarm) in named.filter(|(_, alarm)| alarms.alarm_names.contains(&alarm.name)) {
            warnings.extend(red_at_start(scenario, run, index));
            warnings.extend(other_group(alarm, config, run));
            warnings.extend(too_few_errors(alarm, config, error));
            warnings.extend(too_slow(alarm, run));
        }
    }
    let breaker = &config.deployment.circuit_breaker;
    if !breaker.enable && !alarms.enable {
        warnings.push("neither the circuit breaker nor an alarm watches this deployment".to_owned());
    }
    let stops = [
        (breaker.enable && !breaker.rollback, "the circuit breaker"),
        (alarms.enable && !alarms.rollback, "an alarm"),
    ];
    for (_, what) in stops.iter().filter(|(stops, _)| *stops) {
        warnings
            .push(format!("{what} only stops the deployment: its rollback is off, and both revisions stay"));
    }
    warnings.extend(config.hooks.iter().filter_map(|hook| waits_for_a_person(hook, config)));
    warnings.extend(too_long_for_cloudformation(&config.deployment));
    let zero = run.services[0].counts.steps().iter().any(|(_, counts)| counts.healthy == 0);
    if zero && config.desired_count > 0 && !config.first_deployment {
        warnings.push("at some moment no task at all is healthy".to_owned());
    }
    warnings
}

/// An alarm that is red when the deployment starts makes ECS ignore all of them ("How CloudWatch alarms detect Amazon ECS
/// deployment failures").
fn red_at_start(scenario: &Scenario, run: &Run, alarm: usize) -> Option<String> {
    let start = run.deployments.first()?.status.steps().first()?.0;
    (run.alarms[alarm].state.at(start) == Some(&AlarmState::Alarm)).then(|| {
        format!(
            "alarm {} is in ALARM when the deployment starts: ECS then watches no alarm at all",
            scenario.alarms[alarm].name
        )
    })
}

/// An alarm on one target group sees the target only when the target is registered there.
fn other_group(alarm: &Alarm, config: &Service, run: &Run) -> Option<String> {
    let AlarmScope::Group(slot) = alarm.scope else { return None };
    let target = run.deployments.first()?.target;
    let this_time = run.services[0].revisions[usize::from(target.0)].group;
    let name = |slot: u8| &config.routing.groups[usize::from(slot)].name;
    (slot != this_time).then(|| {
        format!(
            "alarm {} cannot see this deployment: it measures {}, and the target gets {} this time",
            alarm.name,
            name(slot),
            name(this_time)
        )
    })
}

/// An alarm over all requests sees the target's errors diluted by the share of the first step.
fn too_few_errors(alarm: &Alarm, config: &Service, error: Ratio) -> Option<String> {
    let AlarmMetric::ErrorPercent(threshold) = alarm.metric else { return None };
    if error == Ratio::ZERO {
        return None;
    }
    let share = match (alarm.scope, config.deployment.strategy.traffic_steps().first()) {
        (AlarmScope::LoadBalancer, Some(step)) => step.share,
        _ => Permille::FULL,
    };
    let seen = Ratio((u64::from(error.0) * u64::from(share.0) / 1000) as u32);
    (seen <= threshold).then(|| {
        format!(
            "alarm {} cannot see a {share} step: {error} of {share} is {seen}, not more than {threshold}",
            alarm.name
        )
    })
}

/// An alarm that needs longer to be raised than users are watched: from the first that can meet the target until the
/// detectors stop, as the rehearsal has it.
fn too_slow(alarm: &Alarm, run: &Run) -> Option<String> {
    let deployment = run.deployments.first()?;
    let complete = |(_, status): &&(SimTime, MonitorStatus)| *status == MonitorStatus::MonitoringComplete;
    let (over, _) = deployment.alarms.steps().iter().find(complete)?;
    let moves = |shift: &&Shift| shift.rule == ListenerRule::Production && shift.weights.target > 0;
    let mut moved = deployment.shifts.iter().filter(moves).map(|shift| shift.at);
    let (first, second) = (moved.next(), moved.next());
    let met = first.or_else(|| first_healthy(run, deployment.target))?;
    let needs = Span(alarm.period.0 * u64::from(alarm.evaluation_periods));
    let (watched, step) = (over.since(met), second.map(|at| at.since(met)));
    let bad = format!("alarm {} takes {needs} of bad periods to be raised", alarm.name);
    match step {
        _ if needs > watched => {
            Some(format!("{bad}, and users are watched for {watched}: the deployment can be over before"))
        }
        Some(step) if needs > step => {
            Some(format!("{bad}, longer than the first step of {step}: more users are moved before"))
        }
        _ => None,
    }
}

/// When the first task of a revision is healthy: under ROLLING users meet it from then on.
fn first_healthy(run: &Run, revision: RevisionId) -> Option<SimTime> {
    let tasks = run.services[0].tasks.iter().filter(|task| task.revision == revision);
    let healthy = tasks.filter_map(|task| task.counted.steps().iter().find(|(_, counted)| *counted));
    healthy.map(|(at, _)| *at).min()
}

/// A PAUSE hook waits for ContinueServiceDeployment; the shortest time there is counts with its answer at once.
fn waits_for_a_person(hook: &LifecycleHook, config: &Service) -> Option<String> {
    let shifts = config.deployment.strategy.name().shifts();
    let stage = hook.stages.iter().find(|stage| shifts || **stage == LifecycleStage::PreScaleUp)?;
    let (timeout, action) = (hook.timeout, hook.timeout_action);
    (hook.target == HookTarget::Pause).then(|| {
        format!("a PAUSE hook waits for a person at {stage}: {action} where nobody answers within {timeout}")
    })
}

/// CloudFormation refuses bakes that outlast what it waits for an update.
fn too_long_for_cloudformation(config: &DeploymentConfiguration) -> Option<String> {
    let steps: u64 = config.strategy.traffic_steps().iter().map(|step| step.bake.0).sum();
    let bakes = Span(steps + config.bake().0);
    (config.strategy.name().shifts() && bakes > CLOUDFORMATION_BAKES).then(|| {
        format!(
            "CloudFormation refuses it: {bakes} of bakes, more than the {CLOUDFORMATION_BAKES} it waits for"
        )
    })
}
