//! ECS's own JSON in: what a person has at hand becomes a recording, the service pasted as it is.
//!
//! Taken are the output of describe-services, create-service or update-service, one service of such an output, the
//! input of create-service or update-service, or a recording. ECS says nothing of the software, so two revisions that
//! behave well are added, and a deployment of the newer.

use super::problem::{Assumption, Problem};
use super::recording::{self, alarm_names, function_names, revision_of, service_name, usual_script};
use serde_json::{Map, Value, json};

/// A file that has been made a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The recording.
    pub document: Value,
    /// What was ignored, by path in the file that was given.
    pub warnings: Vec<Problem>,
    /// Every value the file did not give, with what was taken and why, by path in the recording.
    pub assumptions: Vec<Assumption>,
}

/// Makes a recording of ECS's JSON; a recording is passed through.
///
/// # Errors
/// Every problem at once, by path in the file that was given.
pub fn import(text: &str) -> Result<Imported, Vec<Problem>> {
    let given = recording::parse(text).map_err(|problem| vec![problem])?;
    let is_recording = given.get("cutover").is_some();
    let (document, places, mut assumptions) = if is_recording {
        (given, Vec::new(), Vec::new())
    } else {
        let found = services(&given).map_err(|problem| vec![problem])?;
        let (document, assumptions) = recording_of(&found);
        (document, found.into_iter().map(|(place, _)| place).collect(), assumptions)
    };
    let in_the_file =
        |problems: Vec<Problem>| problems.into_iter().map(|problem| relocated(problem, &places)).collect();
    match recording::read_document(&document) {
        Ok(reading) => {
            assumptions.extend(reading.assumptions);
            Ok(Imported { document, warnings: in_the_file(reading.warnings), assumptions })
        }
        Err(problems) => Err(in_the_file(problems)),
    }
}

/// What describe-services says of the first service it did not find.
fn not_described(output: &Map<String, Value>) -> Option<String> {
    let failure = output.get("failures")?.get(0)?;
    let (arn, reason) = (failure.get("arn")?.as_str()?, failure.get("reason")?.as_str()?);
    Some(format!("describe-services did not find {arn}: {reason}"))
}

/// The services in a file, each with its path there.
fn services(given: &Value) -> Result<Vec<(String, &Value)>, Problem> {
    let refuse =
        |message: &str| Err(Problem { path: String::new(), message: message.to_owned(), nearest: None });
    let listed = |list: &'_ [Value], name: &str| -> Vec<String> {
        (0..list.len()).map(|index| format!("{name}[{index}]")).collect()
    };
    match given {
        Value::Array(list) if !list.is_empty() => Ok(listed(list, "").into_iter().zip(list).collect()),
        Value::Object(map) => match (map.get("services"), map.get("service")) {
            (Some(Value::Array(list)), _) if list.is_empty() => match not_described(map) {
                Some(why) => refuse(&format!("services: the list is empty: {why}")),
                None => refuse("services: the list is empty, so there is no service to import"),
            },
            (Some(Value::Array(list)), _) => Ok(listed(list, "services").into_iter().zip(list).collect()),
            // What create-service and update-service print.
            (None, Some(service @ Value::Object(_))) => Ok(vec![("service".to_owned(), service)]),
            (None, _) if looks_like_a_service(map) => Ok(vec![(String::new(), given)]),
            _ => refuse(EXPECTED),
        },
        _ => refuse(EXPECTED),
    }
}

const EXPECTED: &str = "the file is none of: the output of describe-services, a service, the input of create-service or \
                        update-service, a recording";

fn looks_like_a_service(map: &Map<String, Value>) -> bool {
    ["serviceName", "service", "serviceArn", "deploymentConfiguration", "desiredCount", "loadBalancers"]
        .into_iter()
        .any(|key| map.contains_key(key))
}

fn recording_of(found: &[(String, &Value)]) -> (Value, Vec<Assumption>) {
    let mut assumptions = Vec::new();
    let mut assume = |path: String, value: String, why: &str| {
        assumptions.push(Assumption { path, value, why: why.to_owned() });
    };
    let entries: Vec<Value> = found
        .iter()
        .enumerate()
        .map(|(index, (_, service))| {
            let [current, next] = revision_names(service);
            let path = format!("services[{index}].revisions");
            assume(
                path,
                format!("{current}, then {next}, both behaving well"),
                "ECS does not know the software",
            );
            let revisions = [revision(service, &current, YELLOW), revision(service, &next, BLACK)];
            json!({"service": service, "revisions": revisions})
        })
        .collect();
    let first = found.first().map_or(&Value::Null, |(_, service)| service);
    let (name, [_, next]) = (service_name(first).unwrap_or("service"), revision_names(first));
    assume(
        "interventions".to_owned(),
        format!("revision {next} of {name} is deployed at 0"),
        "something to watch",
    );

    let mut document = json!({"cutover": recording::VERSION, "name": name, "seed": 1, "services": entries});
    assume("seed".to_owned(), "1".to_owned(), "any number gives one course of chance");
    let alarms: Vec<Value> = alarm_names(&document).into_iter().map(alarm).collect();
    if !alarms.is_empty() {
        for (index, alarm) in alarms.iter().enumerate() {
            let value = format!("{}: errorPercent above 5, 60 s, 1 period", alarm["alarmName"]);
            assume(format!("alarms[{index}]"), value, "the file only names it");
        }
        document["alarms"] = alarms.into();
    }
    let mut hooks = Map::new();
    for function in function_names(&document) {
        let (title, source) = usual_script(function);
        assume(
            format!("hooks.{function}"),
            format!("the ready-made script {title}"),
            "the file only names it",
        );
        hooks.insert(function.to_owned(), json!({"source": source}));
    }
    if !hooks.is_empty() {
        document["hooks"] = hooks.into();
    }
    document["interventions"] = json!([{"atSeconds": 0, "deploy": {"service": name, "revision": next}}]);
    (document, assumptions)
}

/// The current revision's name and the next one's: those of the task definition where it has a number.
fn revision_names(service: &Value) -> [String; 2] {
    let number = service.get("taskDefinition").and_then(Value::as_str).and_then(revision_of);
    let current = number.and_then(|number| number.parse::<u64>().ok()).unwrap_or(1);
    [current.to_string(), (current + 1).to_string()]
}

const YELLOW: &str = "#f5d04f";
const BLACK: &str = "#17191c";

fn revision(service: &Value, name: &str, background: &str) -> Value {
    let title = format!("{} {name}", service_name(service).unwrap_or("service"));
    json!({"name": name, "behavior": {"page": {"title": title, "background": background}}})
}

fn alarm(name: &str) -> Value {
    json!({
        "alarmName": name, "metric": "errorPercent", "scope": "targetGroup", "threshold": 5,
        "periodSeconds": 60, "evaluationPeriods": 1
    })
}

/// The problem at its path in the file that was given, where it lies in a service that was pasted from there.
fn relocated(problem: Problem, places: &[String]) -> Problem {
    for (index, place) in places.iter().enumerate() {
        let Some(rest) = problem.path.strip_prefix(&format!("services[{index}].service")) else { continue };
        if rest.is_empty() || rest.starts_with(['.', '[']) {
            let path = format!("{place}{rest}");
            return Problem { path: path.trim_start_matches('.').to_owned(), ..problem };
        }
    }
    problem
}
