//! The call of the AWS CLI that an act stands for: what a person would type to do it to a real service.

use crate::engine::arns::{arn, deployment_id, task_digits};
use crate::engine::{Run, TaskId};
use crate::model::*;
use crate::session::words::quoted;
use serde_json::{Value, json};

/// The call for an act that is made at `at`, `given` being the act as the recording writes it. `None` where no call of
/// AWS does it: it happens to the service, or outside AWS.
pub fn call(scenario: &Scenario, run: &Run, act: &Act, given: &Value, at: SimTime) -> Option<String> {
    let name = |service: usize| scenario.services[service].name.as_str();
    let cluster = |service: usize| format!("--cluster {}", quoted(&scenario.services[service].cluster));
    let update = |service: usize| {
        format!("aws ecs update-service {} --service {}", cluster(service), quoted(name(service)))
    };
    let deployment = |service: usize| {
        let begun = |it: &crate::engine::DeploymentRun| {
            it.service == service && it.status.steps().first().is_some_and(|(begun, _)| *begun <= at)
        };
        run.deployments.iter().rposition(begun)
    };
    let deployment_arn = |service: usize, deployment: usize| {
        let id = deployment_id(scenario.seed, deployment);
        let arn = arn("service-deployment", &format!("{}/{id}", name(service)));
        format!("--service-deployment-arn {}", quoted(&arn))
    };
    Some(match act {
        Act::Deploy { service, revision, .. } => {
            let Service { family, revisions, .. } = &scenario.services[*service];
            let definition = format!("{family}:{}", revisions[*revision].name);
            format!("{} --task-definition {}", update(*service), quoted(&definition))
        }
        Act::UpdateService { service, .. } => update_service(&scenario.services[*service], given),
        Act::SetDesiredCount { service, desired_count, .. } => {
            format!("{} --desired-count {desired_count}", update(*service))
        }
        Act::StopServiceDeployment { service } => {
            let arn = deployment_arn(*service, deployment(*service)?);
            format!("aws ecs stop-service-deployment {arn} --stop-type ROLLBACK")
        }
        Act::ContinueServiceDeployment { service, action, hook_id } => {
            let index = deployment(*service)?;
            let waits = |hook: &&crate::engine::HookRecord| {
                hook.at <= at && hook.status == HookStatus::AwaitingAction
            };
            let waiting = run.deployments[index].hooks.iter().rfind(waits).map(|hook| hook.hook.clone());
            let (arn, hook) = (deployment_arn(*service, index), hook_id.clone().or(waiting)?);
            format!("aws ecs continue-service-deployment {arn} --hook-id {} --action {action}", quoted(&hook))
        }
        Act::StopTask { service, task } => {
            let task = running(run, *service, at).nth((*task as usize).checked_sub(1)?)?;
            format!(
                "aws ecs stop-task {} --task {}",
                cluster(*service),
                task_digits(scenario.seed, *service, task)
            )
        }
        Act::UpdateTaskProtection { service, task, protection } => {
            let chosen: Vec<TaskId> = match task {
                Some(task) => {
                    running(run, *service, at).skip((*task as usize).checked_sub(1)?).take(1).collect()
                }
                None => running(run, *service, at).collect(),
            };
            let digits: Vec<String> =
                chosen.into_iter().map(|task| task_digits(scenario.seed, *service, task)).collect();
            let protection = match protection {
                Some(lasts) => format!("--protection-enabled --expires-in-minutes {}", lasts.0 / 60_000),
                None => "--no-protection-enabled".to_owned(),
            };
            format!(
                "aws ecs update-task-protection {} --tasks {} {protection}",
                cluster(*service),
                digits.join(" ")
            )
        }
        Act::SetAlarm { alarm, state } => {
            let alarm = quoted(&scenario.alarms[*alarm].name);
            format!(
                "aws cloudwatch set-alarm-state --alarm-name {alarm} --state-value {state} --state-reason rehearsal"
            )
        }
        Act::SetListenerWeights { service, rule, source_weight, target_weight } => {
            let groups = &run.services[*service].routing(at).groups;
            let source = deployment(*service)
                .and_then(|index| run.deployments[index].sources.first().copied())
                .map_or(0, |source| run.services[*service].revisions[usize::from(source.0)].group);
            let group = |slot: u8, weight: u16| json!({"TargetGroupArn": groups[usize::from(slot)].name, "Weight": weight});
            let forward = json!([{"Type": "forward", "ForwardConfig": {
                "TargetGroups": [group(source, *source_weight), group(1 - source, *target_weight)]}}]);
            let (rule, actions) = (format!("{}-{rule}", name(*service)), forward.to_string());
            format!("aws elbv2 modify-rule --rule-arn {} --actions {}", quoted(&rule), quoted(&actions))
        }
        Act::SetHook { hook, .. } => {
            let (function, file) = (quoted(hook), quoted(&format!("fileb://{hook}.zip")));
            format!("aws lambda update-function-code --function-name {function} --zip-file {file}")
        }
        Act::Approve { .. }
        | Act::Reject { .. }
        | Act::SetBehavior { .. }
        | Act::FailAvailabilityZone { .. }
        | Act::LimitCapacity { .. }
        | Act::SetDependency { .. }
        | Act::SetTraffic { .. }
        | Act::DenyListenerChanges { .. }
        | Act::DenyHookInvocation { .. } => return None,
    })
}

/// The call with an UpdateService input.
pub fn update_service(service: &Service, given: &Value) -> String {
    let mut input = given.clone();
    if let Value::Object(fields) = &mut input {
        fields.shift_remove("service");
    }
    let [cluster, name, input] =
        [&service.cluster, &service.name, &input.to_string()].map(|text| quoted(text));
    format!("aws ecs update-service --cluster {cluster} --service {name} --cli-input-json {input}")
}

/// The tasks that are RUNNING just before `at`, the oldest first.
fn running(run: &Run, service: usize, at: SimTime) -> impl Iterator<Item = TaskId> + use<'_> {
    let before = SimTime(at.0.saturating_sub(1));
    let tasks = run.services[service].tasks.iter().enumerate();
    let running = tasks.filter(move |(_, task)| task.status.at(before) == Some(&TaskStatus::Running));
    running.map(|(place, _)| TaskId(place as u32))
}
