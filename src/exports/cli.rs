//! The calls of the AWS CLI that make the services what the recording says, to be pasted in a shell.

use super::Exported;
use super::ecs::{made_up, services};
use super::shape::{Call, input};
use crate::formats::recording::service_name;
use crate::formats::{Problem, Reading};
use crate::session::words::quoted;
use serde_json::{Map, Value};

/// One call for each service: create-service, or update-service where what was pasted exists already.
pub fn cli(reading: &Reading) -> Exported {
    let mut exported = Exported { text: String::new(), warnings: Vec::new() };
    for (index, service) in services(&reading.document).enumerate() {
        let call = Call::of(service);
        let fields = input(service, call);
        if call == Call::Create && !fields.contains_key("taskDefinition") {
            exported.warnings.push(Problem {
                path: format!("services[{index}].service.taskDefinition"),
                message: "is missing, and create-service needs it".to_owned(),
                nearest: None,
            });
        }
        exported.warnings.extend(made_up(reading, index));
        exported.text.push_str(&command(service, call, fields));
    }
    exported
}

/// The calls of update-service that make of the services of `before` those of the recording: only what differs is
/// given, so that only what was changed can start a deployment.
pub fn cli_of_the_difference(before: &Value, reading: &Reading) -> Exported {
    let mut exported = Exported { text: String::new(), warnings: Vec::new() };
    for (index, service) in services(&reading.document).enumerate() {
        let name = service_name(service);
        let Some(old) = services(before).find(|old| service_name(old) == name) else {
            exported.text.push_str(&command(service, Call::of(service), input(service, Call::of(service))));
            continue;
        };
        let old = input(old, Call::Update);
        let mut fields = input(service, Call::Update);
        fields.retain(|key, value| key == "cluster" || old.get(key) != Some(value));
        if fields.keys().any(|key| key != "cluster") {
            exported.warnings.extend(made_up(reading, index));
            exported.text.push_str(&command(service, Call::Update, fields));
        }
    }
    exported
}

fn command(service: &Value, call: Call, fields: Map<String, Value>) -> String {
    let mut input = Map::new();
    if let Some(cluster) = fields.get("cluster") {
        input.insert("cluster".to_owned(), cluster.clone());
    }
    let name = match call {
        Call::Create => "serviceName",
        Call::Update => "service",
    };
    input.insert(name.to_owned(), service_name(service).unwrap_or_default().into());
    input.extend(fields);
    let region = region(service).map_or_else(String::new, |region| format!(" --region {}", quoted(region)));
    let json = quoted(&format!("{:#}", Value::Object(input)));
    format!("aws ecs {}{region} --cli-input-json {json}\n", call.command())
}

/// The region that the service's ARNs name.
fn region(service: &Value) -> Option<&str> {
    let texts =
        ["/serviceArn", "/clusterArn", "/cluster", "/taskDefinition", "/loadBalancers/0/targetGroupArn"];
    let arns = texts.into_iter().filter_map(|path| service.pointer(path)?.as_str());
    arns.filter_map(|arn| arn.strip_prefix("arn:")?.split(':').nth(2)).find(|region| !region.is_empty())
}
