//! A CloudFormation template of the services, in JSON.
//!
//! Whatever belongs to an account (clusters, ARNs, subnets, roles) becomes a parameter whose default is the recording's
//! value, so that the template can be reviewed as it is and deployed elsewhere. What the simulation made up is a
//! parameter without a default: CloudFormation then asks for it.

use super::Exported;
use super::ecs::{made_up, services};
use super::shape::{Call, input};
use crate::formats::recording::{function_name, service_name};
use crate::formats::{Problem, Reading};
use crate::model::{RoutingKind, Service, Span};
use serde_json::{Map, Value, json};

/// The template of a recording's services.
pub fn cloudformation(reading: &Reading) -> Exported {
    let mut template = Template::default();
    let mut warnings = Vec::new();
    for (index, service) in services(&reading.document).enumerate() {
        let scenario = &reading.scenario.services[index];
        template.service(service, scenario);
        warnings.extend(
            made_up(reading, index)
                .map(|it| Problem { message: format!("{}; the template asks for it", it.message), ..it }),
        );
        warnings.extend(too_long(index, scenario));
    }
    let mut description = reading.scenario.name.clone();
    if description.is_empty() {
        description = "Amazon ECS services".to_owned();
    }
    let mut document = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": description.chars().take(MOST_DESCRIPTION).collect::<String>(),
    });
    if !template.parameters.is_empty() {
        document["Parameters"] = template.parameters.into();
    }
    document["Resources"] = template.resources.into();
    Exported { text: format!("{document:#}\n"), warnings }
}

/// CloudFormation allows 1,024 bytes; a character has at most four.
const MOST_DESCRIPTION: usize = 250;

/// CloudFormation refuses plans of more than 33 hours, since it waits no longer than 36 ("CanaryConfiguration",
/// "LinearConfiguration").
fn too_long(index: usize, service: &Service) -> Option<Problem> {
    const LONGEST: Span = Span::from_mins(33 * 60);
    let strategy = service.deployment.strategy;
    let waits: u64 = strategy.traffic_steps().iter().map(|step| step.bake.0).sum();
    let planned = Span(service.deployment.bake().0 + waits);
    (strategy.name().shifts() && planned > LONGEST).then(|| Problem {
        path: format!("services[{index}].service.deploymentConfiguration"),
        message: format!("waits {planned}; CloudFormation refuses more than 33 h"),
        nearest: None,
    })
}

#[derive(Default)]
struct Template {
    parameters: Map<String, Value>,
    resources: Map<String, Value>,
}

impl Template {
    fn service(&mut self, service: &Value, scenario: &Service) {
        let name = service_name(service).unwrap_or_default();
        let mut walk = Walk { template: self, service: pascal(name) };
        let mut properties = Map::new();
        properties.insert("ServiceName".to_owned(), name.into());
        let mut fields = input(service, Call::Create);
        fields.shift_remove("clientToken");
        complete(&mut fields, scenario);
        for (key, value) in &fields {
            if let Some((name, value)) = walk.property(key, value, "") {
                properties.insert(name, value);
            }
        }
        if !fields.contains_key("taskDefinition") {
            properties.insert("TaskDefinition".to_owned(), walk.parameter("TaskDefinition", "String", None));
        }
        let id = format!("{}Service", walk.service);
        let id = unused(&id, |id| self.resources.contains_key(id));
        self.resources.insert(id, json!({"Type": "AWS::ECS::Service", "Properties": properties}));
    }
}

/// Adds, as nulls, what a shifting strategy needs of a load balancer and the file does not have.
fn complete(fields: &mut Map<String, Value>, service: &Service) {
    let by_groups = service.routing.kind.has_targets() && !fields.contains_key("vpcLatticeConfigurations");
    if !service.deployment.strategy.name().shifts() || !by_groups {
        return;
    }
    let balancers = fields.entry("loadBalancers").or_insert_with(|| json!([]));
    let Some(balancers) = balancers.as_array_mut() else { return };
    if balancers.is_empty() {
        balancers.push(json!({"targetGroupArn": null, "containerName": null, "containerPort": null}));
    }
    let needs: &[&str] = match service.routing.kind {
        RoutingKind::Application | RoutingKind::Network if service.routing.test_rule => {
            &["alternateTargetGroupArn", "productionListenerRule", "testListenerRule", "roleArn"]
        }
        _ => &["alternateTargetGroupArn", "productionListenerRule", "roleArn"],
    };
    for balancer in balancers.iter_mut().filter_map(Value::as_object_mut) {
        let advanced = balancer.entry("advancedConfiguration").or_insert_with(|| json!({}));
        let Some(advanced) = advanced.as_object_mut() else { continue };
        for need in needs {
            advanced.entry(*need).or_insert(Value::Null);
        }
    }
}

/// Turns a service's fields into properties.
struct Walk<'t> {
    template: &'t mut Template,
    /// The service, as the beginning of a parameter's name.
    service: String,
}

impl Walk<'_> {
    /// The property of a field, where CloudFormation has one. `owner` names the object it stands in.
    fn property(&mut self, field: &str, value: &Value, owner: &str) -> Option<(String, Value)> {
        let name = match field {
            "placementStrategy" => "PlacementStrategies".to_owned(),
            _ => capitalized(field),
        };
        let value = match (field, value) {
            // An absence, for which CloudFormation has no word.
            ("propagateTags", Value::String(word)) if word == "NONE" => return None,
            ("deregistrationDelay", _) if owner == "GatewayConnectors" => return None,
            // These are free JSON and names of the file's own.
            ("hookDetails" | "options", value) => value.clone(),
            ("subnets", Value::Array(list)) => self.list(&name, "List<AWS::EC2::Subnet::Id>", list),
            ("securityGroups", Value::Array(list)) if !list.is_empty() => {
                self.list(&name, "List<AWS::EC2::SecurityGroup::Id>", list)
            }
            ("cluster" | "taskDefinition", Value::String(text)) => {
                self.parameter(&name, "String", Some(text.clone()))
            }
            (_, Value::Null) => {
                let kind = if field == "containerPort" { "Number" } else { "String" };
                self.parameter(&parameter_name(field, owner), kind, None)
            }
            (_, Value::String(text)) if text.starts_with("arn:") => {
                let name = match field {
                    "hookTargetArn" => format!("{}Function", pascal(function_name(text))),
                    _ => parameter_name(field, owner),
                };
                self.parameter(&name, "String", Some(text.clone()))
            }
            (_, value) => self.value(&name, value),
        };
        Some((name, value))
    }

    fn value(&mut self, owner: &str, value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                let properties = map.iter().filter_map(|(key, value)| self.property(key, value, owner));
                Value::Object(properties.collect())
            }
            Value::Array(list) => list.iter().map(|value| self.value(owner, value)).collect(),
            other => other.clone(),
        }
    }

    fn list(&mut self, name: &str, kind: &str, list: &[Value]) -> Value {
        let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        self.parameter(name, kind, Some(texts.join(",")))
    }

    /// A reference to a parameter of that value. Equal values share one; a name that another value has already gets the
    /// service before it, or a number behind it.
    fn parameter(&mut self, name: &str, kind: &str, default: Option<String>) -> Value {
        let declared = match &default {
            Some(default) => json!({"Type": kind, "Default": default}),
            None => json!({"Type": kind}),
        };
        let parameters = &mut self.template.parameters;
        let same = |(_, value): &(&String, &Value)| default.is_some() && **value == declared;
        if let Some((name, _)) = parameters.iter().find(same) {
            return json!({"Ref": name});
        }
        let mut name = name.to_owned();
        if parameters.contains_key(&name) {
            let own = format!("{}{name}", self.service);
            name = unused(&own, |name| parameters.contains_key(name));
        }
        parameters.insert(name.clone(), declared);
        json!({"Ref": name})
    }
}

/// What a parameter is called after the field it fills and the object that field stands in.
fn parameter_name(field: &str, owner: &str) -> String {
    match (field, owner) {
        ("roleArn", "LifecycleHooks") => "HookRole".to_owned(),
        ("roleArn", "AdvancedConfiguration") => "LoadBalancerRole".to_owned(),
        ("roleArn", "VpcLatticeConfigurations") => "VpcLatticeRole".to_owned(),
        _ => capitalized(field).trim_end_matches("Arn").to_owned(),
    }
}

fn capitalized(field: &str) -> String {
    let mut letters = field.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// A name as CloudFormation wants it, of letters and digits: `smoke-test` becomes `SmokeTest`.
fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let name: String = words.map(capitalized).collect();
    name.chars().take(100).collect()
}

fn unused(name: &str, is_used: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number: u32| format!("{name}{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_used(name)).expect("there are more numbers than names")
}
