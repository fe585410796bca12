//! What AWS would show of a run at an instant: the services as describe-services prints them, with `deployments[]` and the
//! newest hundred `events[]`, and beside them the events on EventBridge ("Amazon ECS service events").
//!
//! Times are seconds from the start of the recording. A service is read off the run; what only the pasted file knows is
//! not repeated here.

use crate::engine::arns::{arn, deployment_id, revision_digits, task_digits};
use crate::engine::older_view::{OlderDeployment, older_view};
use crate::engine::{Event, Fact, RevisionId, Run, TaskId, Why};
use crate::model::*;
use serde_json::{Value, json};

/// So many of the newest events are kept.
const MOST_EVENTS: usize = 100;

/// All services at an instant, and every EventBridge event up to it.
pub fn describe(scenario: &Scenario, run: &Run, at: SimTime) -> Value {
    let teller = Teller { scenario, run };
    let services: Vec<Value> =
        (0..scenario.services.len()).map(|service| teller.service(service, at)).collect();
    let happened = run.events.iter().take_while(|event| event.at <= at);
    let bus: Vec<Value> = happened.filter_map(|event| teller.on_the_bus(event)).collect();
    json!({"services": services, "eventBridge": bus})
}

struct Teller<'a> {
    scenario: &'a Scenario,
    run: &'a Run,
}

impl Teller<'_> {
    fn service(&self, service: usize, at: SimTime) -> Value {
        let log = &self.run.services[service];
        let deployments = older_view(self.run, service, at);
        let happened = self.run.events.iter().rev().skip_while(|event| event.at > at);
        let messages = happened.filter(|event| event.service == Some(service));
        let events: Vec<Value> = messages
            .flat_map(|event| {
                self.messages(service, event).into_iter().rev().map(move |text| (event.at, text))
            })
            .take(MOST_EVENTS)
            .map(|(at, text)| json!({"createdAt": seconds(at), "message": text}))
            .collect();
        let mut begun = self.run.deployments.iter().enumerate();
        let current = begun.rfind(|(_, it)| {
            let open = it.status.at(at).is_some_and(|status| !status.is_terminal());
            it.service == service && open
        });
        let name = &self.scenario.services[service].name;
        json!({
            "serviceArn": arn("service", name),
            "serviceName": name,
            "status": "ACTIVE",
            "desiredCount": log.configuration.at(at).map_or(0, |config| config.desired_count),
            "runningCount": deployments.iter().map(|it| it.running).sum::<u32>(),
            "pendingCount": deployments.iter().map(|it| it.pending).sum::<u32>(),
            "currentServiceDeployment": current.map(|(index, _)| {
                arn("service-deployment", &format!("{name}/{}", deployment_id(self.scenario.seed, index)))
            }),
            "deployments": deployments.iter().map(|it| self.deployment(service, it)).collect::<Vec<Value>>(),
            "events": events,
        })
    }

    fn deployment(&self, service: usize, it: &OlderDeployment) -> Value {
        let revision = &self.run.services[service].revisions[usize::from(it.revision.0)];
        json!({
            "id": self.older_id(service, it.revision),
            "status": if it.primary { "PRIMARY" } else { "ACTIVE" },
            "taskDefinition": self.scenario.services[service].revisions[revision.definition].name,
            "rolloutState": it.rollout_state.api_name(),
            "runningCount": it.running,
            "pendingCount": it.pending,
            "failedTasks": it.failed_tasks,
            "createdAt": seconds(revision.created),
        })
    }

    fn older_id(&self, service: usize, revision: RevisionId) -> String {
        format!("ecs-svc/{}", revision_digits(self.scenario.seed, service, revision))
    }

    /// The id of a service deployment's target in the older view.
    fn target_id(&self, deployment: usize) -> String {
        let deployment = &self.run.deployments[deployment];
        self.older_id(deployment.service, deployment.target)
    }

    /// The service events that tell a fact, in ECS's own words.
    fn messages(&self, service: usize, event: &Event) -> Vec<String> {
        let scenario = &self.scenario.services[service];
        let name = &scenario.name;
        let group = |group: u8| &scenario.routing.groups[usize::from(group)].name;
        let tasks = |tasks: &[TaskId]| -> String {
            let id = |task: &TaskId| format!(" (task {})", task_digits(self.scenario.seed, service, *task));
            tasks.iter().map(id).collect()
        };
        let one = match &event.fact {
            Fact::TasksChanged { tasks: these, status: TaskStatus::Provisioning, .. } => {
                format!("(service {name}) has started {} tasks:{}.", these.len(), tasks(these))
            }
            Fact::TasksChanged { tasks: these, status: TaskStatus::Deactivating, .. } => {
                format!("(service {name}) has stopped {} running tasks:{}.", these.len(), tasks(these))
            }
            Fact::TargetsChanged { tasks: these, group: of, health: TargetHealth::Registering, .. } => {
                format!(
                    "(service {name}) registered {} targets in (target-group {})",
                    these.len(),
                    group(*of)
                )
            }
            Fact::TargetsChanged { revision, tasks: these, group: of, health: TargetHealth::Draining } => {
                let (count, group, id) = (these.len(), group(*of), self.older_id(service, *revision));
                return vec![
                    format!("(service {name}) deregistered {count} targets in (target-group {group})"),
                    format!(
                        "(service {name}, taskSet {id}) has begun draining connections on {count} tasks."
                    ),
                ];
            }
            Fact::TargetsChanged { tasks: these, group: of, health: TargetHealth::Unhealthy, .. } => {
                format!(
                    "(service {name}){} is unhealthy in (target-group {}) due to (reason Health checks failed).",
                    tasks(these),
                    group(*of)
                )
            }
            Fact::StatusChanged { deployment, status: ServiceDeploymentStatus::Successful } => {
                format!("(service {name}) (deployment {}) deployment completed.", self.target_id(*deployment))
            }
            Fact::FailureDetected { deployment, .. } => {
                let reason = match &event.why {
                    Why::DetectorSays { text } => text.as_str(),
                    _ => "",
                };
                let id = self.target_id(*deployment);
                format!("(service {name}) (deployment {id}) deployment failed: {reason}.")
            }
            Fact::RollbackStarted { to, .. } => {
                format!("(service {name}) rolling back to deployment {}.", self.older_id(service, *to))
            }
            Fact::SteadyState => format!("(service {name}) has reached a steady state."),
            Fact::LaunchDelayed { .. } => {
                format!("(service {name}) is unable to consistently start tasks successfully.")
            }
            Fact::PlacementFailed { .. } => {
                format!(
                    "(service {name}) was unable to place a task. Reason: capacity is unavailable at this time."
                )
            }
            Fact::Stuck => format!(
                "(service {name}) was unable to stop or start tasks during a deployment because of the service \
                 deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again."
            ),
            _ => return Vec::new(),
        };
        vec![one]
    }

    /// The event on EventBridge that tells a fact, where there is one.
    fn on_the_bus(&self, event: &Event) -> Option<Value> {
        let (kind, level, name) = bus_name(&event.fact)?;
        let service = event.service?;
        let deployment = match &event.fact {
            Fact::DeploymentStarted { deployment, .. }
            | Fact::RollbackStarted { deployment, .. }
            | Fact::FailureDetected { deployment, .. }
            | Fact::StatusChanged { deployment, .. } => Some(*deployment),
            _ => None,
        };
        let reason = match (&event.fact, &event.why) {
            (_, Why::DetectorSays { text }) => text.clone(),
            (Fact::RollbackStarted { to, .. }, _) => {
                format!("rolling back to deployment {}", self.older_id(service, *to))
            }
            _ => self.messages(service, event).into_iter().next().unwrap_or_default(),
        };
        Some(json!({
            "time": seconds(event.at),
            "detail-type": kind,
            "resources": [arn("service", &self.scenario.services[service].name)],
            "detail": {
                "eventType": level,
                "eventName": name,
                "deploymentId": deployment.map(|index| self.target_id(index)),
                "reason": reason,
            },
        }))
    }
}

/// `detail-type`, `eventType` and `eventName` of a fact that ECS puts on EventBridge.
pub fn bus_name(fact: &Fact) -> Option<(&'static str, &'static str, &'static str)> {
    const DEPLOYMENT: &str = "ECS Deployment State Change";
    const ACTION: &str = "ECS Service Action";
    const HOOK: &str = "ECS Hook State Change";
    use ServiceDeploymentStatus::{RollbackSuccessful, Successful};
    Some(match fact {
        Fact::DeploymentStarted { .. } | Fact::RollbackStarted { .. } => {
            (DEPLOYMENT, "INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS")
        }
        Fact::StatusChanged { status: Successful | RollbackSuccessful, .. } => {
            (DEPLOYMENT, "INFO", "SERVICE_DEPLOYMENT_COMPLETED")
        }
        Fact::FailureDetected { .. } => (DEPLOYMENT, "ERROR", "SERVICE_DEPLOYMENT_FAILED"),
        Fact::SteadyState => (ACTION, "INFO", "SERVICE_STEADY_STATE"),
        Fact::DesiredCountChanged { .. } => (ACTION, "INFO", "SERVICE_DESIRED_COUNT_UPDATED"),
        Fact::TasksChanged { status: TaskStatus::Deactivating, .. } => (ACTION, "INFO", "TASKS_STOPPED"),
        Fact::LaunchDelayed { .. } => (ACTION, "WARN", "SERVICE_TASK_START_IMPAIRED"),
        Fact::PlacementFailed { .. } => (ACTION, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE"),
        Fact::HookAnswered { status, .. } => match status {
            HookStatus::AwaitingAction => (HOOK, "INFO", "HOOK_AWAITING_ACTION"),
            HookStatus::Succeeded => (HOOK, "INFO", "HOOK_SUCCEEDED"),
            HookStatus::Failed => (HOOK, "ERROR", "HOOK_FAILED"),
            HookStatus::TimedOut => (HOOK, "ERROR", "HOOK_TIMED_OUT"),
            HookStatus::InProgress => return None,
        },
        _ => return None,
    })
}

/// An instant in seconds.
fn seconds(at: SimTime) -> Value {
    json!(at.0 as f64 / 1000.0)
}
