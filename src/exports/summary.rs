//! The summary of a run: one JSON object, for people in a review and for programs.
//!
//! Times are simulated seconds from the start of the recording. Instants that were not reached are null, and lists
//! are always there.

use crate::engine::{
    BreakerState, Decision, DeploymentRun, FlowKey, HookRecord, Run, ServiceRun, Shift, StageRecord, metrics,
    users::users,
};
use crate::formats::Assumption;
use crate::model::*;
use serde_json::{Value, json};

/// The summary of a run of that scenario; `assumptions` are those of its reading.
pub fn summary(scenario: &Scenario, run: &Run, assumptions: &[Assumption]) -> Value {
    let last = run.deployments.last();
    let users = users(scenario, run, run.end);
    json!({
        "status": last.and_then(status),
        "statusReason": last.map(|deployment| &deployment.status_reason).filter(|reason| !reason.is_empty()),
        "durationSeconds": secs(run.end),
        "deployments": run.deployments.iter().map(|one| deployment(scenario, one)).collect::<Vec<_>>(),
        "services": scenario.services.iter().zip(&run.services)
            .map(|(service, one)| service_figures(service, one, run.end)).collect::<Vec<_>>(),
        "requests": requests(scenario, run),
        "testRequests": run.services.first().map_or(0, |entry| entry.traffic.test(run.end).sent),
        "usersExposed": users.exposed,
        "usersHurt": users.hurt,
        "assumptions": assumptions.iter().map(assumption).collect::<Vec<_>>(),
    })
}

fn deployment(scenario: &Scenario, one: &DeploymentRun) -> Value {
    let start = one.status.steps().first().map(|(at, _)| *at).unwrap_or_default();
    let end = one.status.steps().iter().find(|(_, status)| status.is_terminal()).map(|(at, _)| *at);
    let rollback = one.rollback.as_ref();
    let back = rollback.filter(|rollback| rollback.goes_back);
    let back_after = back.and_then(|back| back.users_back.map(|users| users.since(back.at).as_secs_f64()));
    json!({
        "service": scenario.services[one.service].name,
        "strategy": one.configuration.strategy.name().api_name(),
        "status": status(one),
        "startSeconds": secs(start),
        "endSeconds": end.map(secs),
        "rollbackReason": back.map(|back| &back.reason),
        "stages": one.stages.iter().filter_map(stage).collect::<Vec<_>>(),
        "shifts": one.shifts.iter().map(shift).collect::<Vec<_>>(),
        "hooks": one.hooks.iter().map(hook).collect::<Vec<_>>(),
        "circuitBreaker": one.breaker.last().map(breaker),
        "detectedBy": rollback.map(|rollback| rollback.detector.word()),
        "secondsToDetect": rollback.map(|rollback| rollback.at.since(start).as_secs_f64()),
        "secondsToRollBack": back_after,
    })
}

fn status(one: &DeploymentRun) -> Option<&'static str> {
    one.status.last().map(|status| status.api_name())
}

/// The replacing of tasks under ROLLING is no stage of the API and is left out.
fn stage(record: &StageRecord) -> Option<Value> {
    let stage = record.stage?.api_name();
    Some(json!({"stage": stage, "startSeconds": secs(record.start), "endSeconds": record.end.map(secs)}))
}

fn shift(shift: &Shift) -> Value {
    json!({
        "atSeconds": secs(shift.at),
        "rule": shift.rule.api_name(),
        "sourceWeight": shift.weights.source,
        "targetWeight": shift.weights.target,
    })
}

fn hook(record: &HookRecord) -> Value {
    json!({
        "atSeconds": secs(record.at),
        "stage": record.stage.api_name(),
        "hook": record.hook,
        "hookStatus": record.status.api_name(),
    })
}

fn breaker(state: &BreakerState) -> Value {
    json!({
        "status": state.status.api_name(),
        "failureCount": state.failure_count,
        "threshold": state.threshold,
    })
}

fn service_figures(service: &Service, one: &ServiceRun, end: SimTime) -> Value {
    json!({
        "service": service.name,
        "decisions": one.decisions.iter().map(decision).collect::<Vec<_>>(),
        "peakTasks": metrics::peak_tasks(one),
        "lowestHealthyTasks": metrics::lowest_healthy_tasks(one),
        "taskSeconds": metrics::task_millis(one, end) as f64 / 1000.0,
    })
}

fn decision(decision: &Decision) -> Value {
    json!({
        "atSeconds": secs(decision.at),
        "stop": decision.stop,
        "start": decision.start,
        "lowerBound": decision.lower_bound,
        "upperBound": decision.upper_bound,
    })
}

/// Users' requests. Those that found no target are in the sums and belong to no revision.
fn requests(scenario: &Scenario, run: &Run) -> Value {
    let (Some(service), Some(entry)) = (scenario.services.get(ENTRY), run.services.get(ENTRY)) else {
        return json!({"sent": 0, "answered": 0, "failed": 0, "byRevision": []});
    };
    let all = entry.traffic.production(run.end);
    let by_revision = service.revisions.iter().enumerate().map(|(definition, revision)| {
        let runs_it = |key| match key {
            FlowKey::Production(id) => entry.revisions[usize::from(id.0)].definition == definition,
            _ => false,
        };
        let counts = entry.traffic.sum(run.end, runs_it);
        json!({"revision": revision.name, "sent": counts.sent, "failed": counts.failed})
    });
    json!({
        "sent": all.sent,
        "answered": all.answered,
        "failed": all.failed,
        "byRevision": by_revision.collect::<Vec<_>>(),
    })
}

fn assumption(assumption: &Assumption) -> Value {
    json!({"path": assumption.path, "value": assumption.value, "why": assumption.why})
}

fn secs(at: SimTime) -> f64 {
    at.as_secs_f64()
}
