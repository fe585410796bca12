//! `taskDefinition`: of all that a RegisterTaskDefinition input holds, what a deployment's timing depends on.

use super::fields;
use super::shapes::CONTAINER_RESTART_POLICY;
use crate::formats::reader::{Kind, Node, Object, Reader};
use crate::model::*;
use serde_json::Value;

/// The most containers a task definition may hold (Amazon ECS service quotas).
const MOST_CONTAINERS: usize = 10;
/// Where a container may be killed as late as its owner wants, a day is the longest that is read.
const LONGEST_STOP_SECS: u64 = 86_400;

/// `restartPolicy.restartAttemptPeriod` where an enabled policy gives none.
const USUAL_RESTART_PERIOD: Span = Span::from_secs(300);

/// `stopTimeout` where no container gives one.
pub(crate) const USUAL_STOP_TIMEOUT: Span = Span::from_secs(30);

/// What is taken from a task definition.
#[derive(Clone, Debug, Default)]
pub(crate) struct TaskDefinition {
    /// The health check of its essential containers; of several, the slowest in each respect.
    pub container_check: Option<ContainerHealthCheck>,
    /// The longest `stopTimeout` of its containers.
    pub stop_timeout: Option<Span>,
    /// How long its essential container must have run to be restarted; of several, the longest.
    pub restart_period: Option<Span>,
    /// Whether a container's image is named by a tag that ECS resolves to a digest.
    pub image_tags: bool,
}

/// Reads the `taskDefinition` of an entry of `services`: a RegisterTaskDefinition input, or what
/// describe-task-definition prints. `on_fargate` where the service says so, or says nothing.
pub(crate) fn read(reader: &mut Reader, entry: &Object<'_>, on_fargate: bool) -> TaskDefinition {
    const WRAPPED: &[(&str, Kind)] = &[("taskDefinition", Kind::Read), ("tags", Kind::List)];
    let wrapped = entry.get("taskDefinition").is_some_and(|node| node.value.get("taskDefinition").is_some());
    let object = if wrapped {
        let wrapper = reader.object(entry, "taskDefinition", WRAPPED);
        reader.object(&wrapper, "taskDefinition", fields::TASK_DEFINITION)
    } else {
        reader.object(entry, "taskDefinition", fields::TASK_DEFINITION)
    };
    let launch = reader.texts(&object, "requiresCompatibilities", 10);
    let on_fargate =
        if launch.is_empty() { on_fargate } else { launch.iter().any(|(name, _)| *name == "FARGATE") };

    let mut definition = TaskDefinition::default();
    for node in reader.list(&object, "containerDefinitions", MOST_CONTAINERS) {
        definition.image_tags |= resolves_a_tag(node.value);
        let (check, stop, restart) = container(reader, node, on_fargate);
        definition.stop_timeout = definition.stop_timeout.max(stop);
        definition.restart_period = definition.restart_period.max(restart);
        definition.container_check = match (definition.container_check, check) {
            (Some(one), Some(other)) => Some(slowest(one, other)),
            (one, other) => one.or(other),
        };
    }
    definition
}

/// The revision number that ends a task definition's ARN or `family:revision`.
pub(crate) fn revision_of(name: &str) -> Option<&str> {
    let (_, revision) = name.rsplit('/').next()?.rsplit_once(':')?;
    let is_number =
        !revision.is_empty() && revision.len() < 10 && revision.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(revision)
}

/// The family in a task definition's ARN or `family:revision`.
pub(crate) fn family_of(name: &str) -> &str {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.split(':').next().unwrap_or(last)
}

fn container(
    reader: &mut Reader,
    node: Node<'_>,
    on_fargate: bool,
) -> (Option<ContainerHealthCheck>, Option<Span>, Option<Span>) {
    let object = reader.open(node, fields::CONTAINER_DEFINITION);
    let essential = reader.flag(&object, "essential").unwrap_or(true);
    let limits = if on_fargate { 2..=120 } else { 0..=LONGEST_STOP_SECS };
    reader.whole(&object, "startTimeout", limits.clone());
    let stop = reader.whole_seconds(&object, "stopTimeout", limits);

    let check = reader.object(&object, "healthCheck", fields::CONTAINER_HEALTH_CHECK);
    let interval = reader.whole_seconds(&check, "interval", 5..=300);
    reader.whole(&check, "timeout", 2..=60);
    let retries = reader.count(&check, "retries", 1..=10);
    let start_period = reader.whole_seconds(&check, "startPeriod", 0..=300);
    // ["NONE"] switches off a check that the image brings.
    let off =
        check.get("command").is_some_and(|node| node.value.get(0).and_then(Value::as_str) == Some("NONE"));
    let checked = check.is_present() && essential && !off;
    let check = checked.then(|| ContainerHealthCheck {
        interval: interval.unwrap_or(Span::from_secs(30)),
        retries: retries.unwrap_or(3),
        start_period: start_period.unwrap_or(Span::ZERO),
    });

    let policy = reader.object(&object, "restartPolicy", CONTAINER_RESTART_POLICY);
    let period = reader.whole_seconds(&policy, "restartAttemptPeriod", 60..=1800);
    let restarts = reader.flag(&policy, "enabled").unwrap_or(false) && essential;
    (check, stop, restarts.then(|| period.unwrap_or(USUAL_RESTART_PERIOD)))
}

/// Whether ECS looks up which digest a container's image has: it is named, not by its digest, and
/// `versionConsistency` does not forbid it.
fn resolves_a_tag(container: &Value) -> bool {
    let text = |field| container.get(field).and_then(Value::as_str);
    text("image").is_some_and(|image| !image.contains('@')) && text("versionConsistency") != Some("disabled")
}

fn slowest(one: ContainerHealthCheck, other: ContainerHealthCheck) -> ContainerHealthCheck {
    ContainerHealthCheck {
        interval: one.interval.max(other.interval),
        retries: one.retries.max(other.retries),
        start_period: one.start_period.max(other.start_period),
    }
}

#[cfg(test)]
mod tests {
    use super::{family_of, revision_of};

    #[test]
    fn a_task_definition_names_its_family_and_revision() {
        for (name, family, revision) in [
            (
                "arn:aws:ecs:eu-west-1:123456789012:task-definition/retail-store-ecs-ui:4",
                "retail-store-ecs-ui",
                Some("4"),
            ),
            ("ui:42", "ui", Some("42")),
            ("ui", "ui", None),
            ("ui:latest", "ui", None),
        ] {
            assert_eq!((family_of(name), revision_of(name)), (family, revision), "{name}");
        }
    }
}
