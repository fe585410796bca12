//! `targetGroups`: what DescribeTargetGroups and DescribeTargetGroupAttributes print of a service's groups.

use super::fields;
use crate::formats::reader::{Node, Object, Reader};
use crate::model::*;
use serde_json::Value;
use std::ops::RangeInclusive;

/// The most entries of `targetGroups` that are read.
const MOST_GROUPS: usize = 100;

/// An entry of `targetGroups`: what it says, and of which group.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenGroup {
    arn: Option<String>,
    protocol: Option<String>,
    interval: Option<Span>,
    healthy_threshold: Option<u32>,
    unhealthy_threshold: Option<u32>,
    deregistration_delay: Option<Span>,
    slow_start: Option<Span>,
    sticky: Option<bool>,
    sticky_for: Option<Span>,
    attached: Option<bool>,
}

/// The name in a target group's ARN; what is no ARN is a name.
pub(crate) fn group_name(arn: &str) -> &str {
    match arn.split_once("targetgroup/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => arn,
    }
}

/// Reads `targetGroups` of an entry of `services`.
pub(crate) fn read(reader: &mut Reader, entry: &Object<'_>) -> Vec<GivenGroup> {
    let nodes = reader.list(entry, "targetGroups", MOST_GROUPS);
    nodes.into_iter().map(|node| group(reader, node)).collect()
}

/// Warns of entries of `targetGroups` with the ARN of a group that no load balancer of a recording names.
pub(crate) fn warn_of_strangers(reader: &mut Reader, document: &Value) {
    let mut named: Vec<&str> = Vec::new();
    for entry in elements(document, "services") {
        named.extend(entry.get("service").into_iter().flat_map(arns));
    }
    for intervention in elements(document, "interventions") {
        named.extend(intervention.get("updateService").into_iter().flat_map(arns));
    }
    for (index, entry) in elements(document, "services").iter().enumerate() {
        for (number, group) in elements(entry, "targetGroups").iter().enumerate() {
            let arn = group.get("TargetGroupArn").and_then(Value::as_str);
            if arn.is_some_and(|arn| !named.contains(&arn)) {
                let path = format!("services[{index}].targetGroups[{number}].TargetGroupArn");
                reader.warn(path, "no load balancer of the recording names this target group, ignored");
            }
        }
    }
}

/// The target groups that the load balancers of a service or an update name.
fn arns(service: &Value) -> impl Iterator<Item = &str> {
    let entries =
        ["loadBalancers", "vpcLatticeConfigurations"].into_iter().flat_map(|key| elements(service, key));
    let both = entries.flat_map(|entry| {
        let alternate = entry.get("advancedConfiguration").and_then(|it| it.get("alternateTargetGroupArn"));
        [entry.get("targetGroupArn"), alternate]
    });
    both.flatten().filter_map(Value::as_str)
}

fn elements<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

impl GivenGroup {
    /// Whether this entry speaks of the group with that ARN; one without an ARN speaks of all.
    pub fn applies_to(&self, arn: Option<&str>) -> bool {
        self.arn.is_none() || self.arn.as_deref() == arn
    }

    /// Whether a Network Load Balancer forwards to it.
    pub fn is_network(&self) -> bool {
        matches!(self.protocol.as_deref(), Some("TCP" | "TLS" | "UDP" | "TCP_UDP" | "QUIC" | "TCP_QUIC"))
    }

    /// The group of that name and ARN, with what the entries say of it; the more special entry wins.
    pub fn applied(given: &[GivenGroup], name: String, arn: Option<&str>) -> TargetGroup {
        let mut group = TargetGroup::named(name);
        let (of_all, of_one): (Vec<_>, Vec<_>) =
            given.iter().filter(|entry| entry.applies_to(arn)).partition(|entry| entry.arn.is_none());
        for entry in of_all.into_iter().chain(of_one) {
            entry.apply(&mut group);
        }
        group
    }

    /// The values of a group that no entry gives, with what they are.
    pub fn lacking(given: &[GivenGroup], group: &TargetGroup) -> Vec<String> {
        let values = [
            (
                "HealthCheckIntervalSeconds",
                given.iter().any(|entry| entry.interval.is_some()),
                group.interval.0 / 1000,
            ),
            (
                "HealthyThresholdCount",
                given.iter().any(|entry| entry.healthy_threshold.is_some()),
                u64::from(group.healthy_threshold),
            ),
            (
                "UnhealthyThresholdCount",
                given.iter().any(|entry| entry.unhealthy_threshold.is_some()),
                u64::from(group.unhealthy_threshold),
            ),
            (
                "deregistration_delay.timeout_seconds",
                given.iter().any(|entry| entry.deregistration_delay.is_some()),
                group.deregistration_delay.0 / 1000,
            ),
        ];
        values
            .into_iter()
            .filter(|(_, given, _)| !given)
            .map(|(key, _, value)| format!("{key} {value}"))
            .collect()
    }

    fn apply(&self, group: &mut TargetGroup) {
        group.interval = self.interval.unwrap_or(group.interval);
        group.healthy_threshold = self.healthy_threshold.unwrap_or(group.healthy_threshold);
        group.unhealthy_threshold = self.unhealthy_threshold.unwrap_or(group.unhealthy_threshold);
        group.deregistration_delay = self.deregistration_delay.unwrap_or(group.deregistration_delay);
        group.slow_start = self.slow_start.unwrap_or(group.slow_start);
        group.attached = self.attached.unwrap_or(group.attached);
        match self.sticky {
            Some(true) => group.stickiness = Some(self.sticky_for.unwrap_or(Span::from_secs(86_400))),
            Some(false) => group.stickiness = None,
            None => {}
        }
    }
}

fn group(reader: &mut Reader, node: Node<'_>) -> GivenGroup {
    let object = reader.open(node, fields::TARGET_GROUP);
    reader.whole(&object, "HealthCheckTimeoutSeconds", 2..=120);
    let mut group = GivenGroup {
        arn: reader.name(&object, "TargetGroupArn").map(str::to_owned),
        protocol: reader.text(&object, "Protocol").map(str::to_owned),
        interval: reader.whole_seconds(&object, "HealthCheckIntervalSeconds", 5..=300),
        healthy_threshold: reader.count(&object, "HealthyThresholdCount", 2..=10),
        unhealthy_threshold: reader.count(&object, "UnhealthyThresholdCount", 2..=10),
        ..GivenGroup::default()
    };
    if object.has("LoadBalancerArns") {
        group.attached = Some(!reader.texts(&object, "LoadBalancerArns", MOST_GROUPS).is_empty());
    }
    for node in reader.list(&object, "Attributes", MOST_GROUPS) {
        attribute(reader, node, &mut group);
    }
    group
}

fn attribute(reader: &mut Reader, node: Node<'_>, group: &mut GivenGroup) {
    const READ: [&str; 6] = [
        "deregistration_delay.timeout_seconds",
        "slow_start.duration_seconds",
        "stickiness.enabled",
        "stickiness.type",
        "stickiness.lb_cookie.duration_seconds",
        "stickiness.app_cookie.duration_seconds",
    ];
    let object = reader.open(node, fields::TARGET_GROUP_ATTRIBUTE);
    reader.require(&object, "Key", "an attribute is a Key and a Value");
    reader.require(&object, "Value", "an attribute is a Key and a Value");
    let (key, value) = (reader.text(&object, "Key"), reader.text(&object, "Value"));
    let (Some(key), Some(value)) = (key, value) else { return };
    let path = object.path_of("Value");
    match key {
        "deregistration_delay.timeout_seconds" => {
            group.deregistration_delay = seconds(reader, path, value, 0..=3600);
        }
        "slow_start.duration_seconds" => {
            let length = if value == "0" { 0..=0 } else { 30..=900 };
            group.slow_start = seconds(reader, path, value, length);
        }
        "stickiness.enabled" => match value {
            "true" => group.sticky = Some(true),
            "false" => group.sticky = Some(false),
            _ => reader.refuse(path, format!("must be \"true\" or \"false\"; it is {value:?}")),
        },
        "stickiness.lb_cookie.duration_seconds" | "stickiness.app_cookie.duration_seconds" => {
            let length = seconds(reader, path, value, 1..=604_800);
            group.sticky_for = group.sticky_for.max(length);
        }
        "stickiness.type" => {}
        _ if fields::QUIET_ATTRIBUTES.contains(&key) => {}
        _ => {
            let names = READ.iter().chain(fields::QUIET_ATTRIBUTES).copied();
            reader.warn_name(object.path_of("Key"), "unknown attribute, ignored", key, names);
        }
    }
}

/// A whole number of seconds in a string, as the API prints attributes.
fn seconds(reader: &mut Reader, path: String, text: &str, range: RangeInclusive<u64>) -> Option<Span> {
    // The parser would take a plus sign.
    match text.parse::<u64>() {
        Ok(number) if range.contains(&number) && !text.starts_with('+') => Some(Span::from_secs(number)),
        _ => {
            let (least, most) = (range.start(), range.end());
            let text: String = text.chars().take(40).collect();
            reader.refuse(path, format!("must hold a whole number from {least} to {most}; it is {text:?}"));
            None
        }
    }
}
