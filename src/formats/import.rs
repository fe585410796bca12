//! ECS's own JSON in: what a person has at hand becomes a recording, the service pasted as it is.
//!
//! Taken are the output of describe-services, create-service or update-service, one service of such an output, the
//! input of create-service or update-service, or a recording. ECS says nothing of the software, so two revisions that
//! behave well are added, and a deployment of the newer.

use super::problem::{Assumption, Problem, nearest};
use super::reader::join;
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
    let mut ignored = recording::given_twice(text);
    let (document, found, mut assumptions) = if is_recording {
        (given.clone(), Vec::new(), Vec::new())
    } else {
        let mut found = services(&given)?;
        ignored.extend(not_taken(&given));
        let moved = put_the_entry_first(&mut found);
        let (document, mut assumptions) = recording_of(&found);
        assumptions.splice(0..0, moved);
        (document, found, assumptions)
    };
    let in_the_file = |problems: Vec<Problem>| -> Vec<Problem> {
        let placed = problems.into_iter().map(|problem| relocated(problem, &found));
        placed.chain(ignored).collect()
    };
    match recording::read_document(&document) {
        Ok(reading) => {
            assumptions.extend(reading.assumptions);
            let warnings = in_the_file(reading.warnings);
            Ok(Imported { document, warnings, assumptions })
        }
        Err(mut problems) => {
            // The deployment is ours: it is wrong only where the service is.
            problems.retain(|problem| is_recording || !problem.path.starts_with("interventions"));
            Err(in_the_file(problems))
        }
    }
}

/// A service in a file, with what stands beside it there.
struct Found<'a> {
    /// Its path in the file.
    place: String,
    service: &'a Value,
    /// What a recording has beside a service: its task definition, its target groups. Empty but where somebody has
    /// written it so.
    beside: Map<String, Value>,
}

impl<'a> Found<'a> {
    fn alone(place: String, service: &'a Value) -> Self {
        Found { place, service, beside: Map::new() }
    }
}

/// Requests enter at a recording's first service. ECS lists services in any order: where the first has no load balancer,
/// the first that has comes before it.
fn put_the_entry_first(found: &mut [Found<'_>]) -> Option<Assumption> {
    let has_balancer = |found: &Found<'_>| {
        let balancers = found.service.get("loadBalancers").and_then(Value::as_array);
        balancers.is_some_and(|balancers| !balancers.is_empty())
    };
    let place = found.iter().position(has_balancer).filter(|place| *place > 0)?;
    found[..=place].rotate_right(1);
    let name = service_name(found[0].service).unwrap_or("service");
    Some(Assumption {
        path: "services[0]".to_owned(),
        value: format!("requests enter at {name}"),
        why: "the first service with a load balancer".to_owned(),
    })
}

/// What describe-services says of a service it did not find.
fn failure(failure: &Value) -> Option<String> {
    let (arn, reason) = (failure.get("arn")?.as_str()?, failure.get("reason")?.as_str()?);
    Some(format!("describe-services did not find {arn}: {reason}"))
}

/// What an output of describe-services holds besides its services.
fn not_taken(given: &Value) -> Vec<Problem> {
    let Some(map) = given.as_object().filter(|map| map.get("services").is_some_and(Value::is_array)) else {
        return Vec::new();
    };
    let mut told = Vec::new();
    for (key, value) in map.iter().filter(|(key, _)| *key != "services") {
        let problem =
            |path: String, message: &str| Problem { path, message: message.to_owned(), nearest: None };
        if key == "failures" {
            let failures = value.as_array().into_iter().flatten().take(MOST_FAILURES).enumerate();
            told.extend(failures.map(|(index, one)| {
                let why = failure(one).unwrap_or_else(|| "a service was not described".to_owned());
                problem(format!("failures[{index}]"), &why)
            }));
        } else {
            told.push(problem(join("", key), "not part of a service, ignored"));
        }
    }
    told
}

/// The most failures that are told.
const MOST_FAILURES: usize = 100;

/// The services in a file.
fn services<'given>(given: &'given Value) -> Result<Vec<Found<'given>>, Vec<Problem>> {
    let refuse =
        |path: &str, message: String| Err(vec![Problem { path: path.to_owned(), message, nearest: None }]);
    let listed = |list: &'given [Value], name: &str| {
        let services = list.iter().enumerate();
        services.map(|(index, service)| Found::alone(format!("{name}[{index}]"), service)).collect()
    };
    match given {
        Value::Array(list) if !list.is_empty() => Ok(listed(list, "")),
        Value::Object(map) => match (map.get("services"), map.get("service")) {
            (Some(Value::Array(list)), _) if list.is_empty() => {
                let why = map.get("failures").and_then(|failures| failure(failures.get(0)?));
                let why = why.unwrap_or_else(|| "so there is no service to import".to_owned());
                refuse("services", format!("the list is empty: {why}"))
            }
            (Some(Value::Array(list)), _) => Ok(listed(list, "services")),
            // What create-service and update-service print, or an entry of a recording's `services`.
            (None, Some(service @ Value::Object(_))) => {
                let beside = map.iter().filter(|(key, _)| *key != "service");
                let beside = beside.map(|(key, value)| (key.clone(), value.clone())).collect();
                Ok(vec![Found { place: "service".to_owned(), service, beside }])
            }
            (None, _) if looks_like_a_service(map) => Ok(vec![Found::alone(String::new(), given)]),
            _ => Err(strange(map)),
        },
        _ => refuse("", EXPECTED.to_owned()),
    }
}

const EXPECTED: &str = "the file is none of: the output of describe-services, a service, the input of create-service or \
                        update-service, a recording";

fn looks_like_a_service(map: &Map<String, Value>) -> bool {
    ["serviceName", "service", "serviceArn", "deploymentConfiguration", "desiredCount", "loadBalancers"]
        .into_iter()
        .any(|key| map.contains_key(key))
}

/// What to say of an object in which no service is found: what it looks like, and the names that were meant.
fn strange(map: &Map<String, Value>) -> Vec<Problem> {
    const KNOWN: &[(&str, &str)] = &[
        ("Resources", CLOUDFORMATION),
        ("AWSTemplateFormatVersion", CLOUDFORMATION),
        ("Properties", CLOUDFORMATION),
        ("resource", TERRAFORM),
        ("planned_values", TERRAFORM),
        ("terraform_version", TERRAFORM),
        ("containerDefinitions", TASK_DEFINITION),
        ("taskDefinition", TASK_DEFINITION),
        ("TargetGroups", TARGET_GROUPS),
        ("Attributes", TARGET_GROUPS),
        ("serviceArns", "it lists services without describing them, as describe-services does"),
        ("serviceDeployments", "it describes deployments; describe-services describes the service"),
        ("serviceRevisions", "it describes revisions; describe-services describes the service"),
        ("takes", LESSON),
        ("services", "services must be a list, as describe-services prints it"),
        ("service", "service must be an object, as create-service prints it"),
    ];
    const LESSON: &str = "it looks like a lesson, which the page teaches: Import opens it there";
    const CLOUDFORMATION: &str =
        "it looks like CloudFormation, which writes ServiceName where ECS writes serviceName";
    const TERRAFORM: &str =
        "it looks like Terraform, which writes desired_count where ECS writes desiredCount";
    const TASK_DEFINITION: &str =
        "a task definition alone has no service; in a recording it stands beside one";
    const TARGET_GROUPS: &str = "target groups alone have no service; in a recording they stand beside one";

    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let fields = || recording::SERVICE.iter().map(|(name, _)| *name).chain(["services", "cutover"]);
    // A name in somebody else's spelling, or one that is misspelt.
    let meant = |key: &str| {
        let spelt = fields().find(|name| plain(name) == plain(key));
        spelt.or_else(|| nearest(key, fields()))
    };
    let known = KNOWN.iter().find(|(key, _)| map.contains_key(*key)).map(|(_, looks)| *looks);
    // In a file of another kind nothing of a service is misspelt.
    let keys = map.keys().filter(|_| known.is_none());
    let misspelt: Vec<(&str, &str)> = keys
        .filter(|key| fields().all(|name| name != key.as_str()))
        .filter_map(|key| Some((key.as_str(), meant(key)?)))
        .take(MOST_FAILURES)
        .collect();
    let looks = known.or_else(|| {
        let (key, name) = misspelt.iter().find(|(key, name)| plain(key) == plain(name))?;
        match (key.contains('_'), key.chars().next() == name.chars().next()) {
            (true, _) => Some(TERRAFORM),
            (false, same_start) => (!same_start).then_some(CLOUDFORMATION),
        }
    });
    let message = looks.map_or(EXPECTED.to_owned(), |looks| format!("{EXPECTED}; {looks}"));
    let mut problems = vec![Problem { path: String::new(), message, nearest: None }];
    problems.extend(misspelt.into_iter().map(|(key, name)| Problem {
        path: join("", key),
        message: "is no field of a service".to_owned(),
        nearest: Some(name.to_owned()),
    }));
    problems
}

fn recording_of(found: &[Found<'_>]) -> (Value, Vec<Assumption>) {
    let mut assumptions = Vec::new();
    let mut assume = |path: String, value: String, why: &str| {
        assumptions.push(Assumption { path, value, why: why.to_owned() });
    };
    let entry = |(index, found): (usize, &Found<'_>)| {
        let service = found.service;
        let mut entry = json!({"service": service});
        for (key, value) in &found.beside {
            entry[key] = value.clone();
        }
        if !found.beside.contains_key("revisions") {
            let [current, next] = revision_names(service);
            let value = format!("{current}, then {next}, both behaving well");
            assume(format!("services[{index}].revisions"), value, "ECS does not know the software");
            entry["revisions"] =
                json!([revision(service, &current, YELLOW), revision(service, &next, BLACK)]);
        }
        entry
    };
    let entries: Vec<Value> = found.iter().enumerate().map(entry).collect();
    let newest = entries.first().and_then(|entry| entry["revisions"].as_array()?.last()?["name"].as_str());
    let first = found.first().map_or(&Value::Null, |found| found.service);
    let name = service_name(first).unwrap_or("service");
    let next = newest.map_or_else(|| revision_names(first)[1].clone(), str::to_owned);
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

/// The problem at its path in the file that was given, where it lies in what was pasted from there.
fn relocated(problem: Problem, found: &[Found<'_>]) -> Problem {
    for (index, found) in found.iter().enumerate() {
        let Some(rest) = problem.path.strip_prefix(&format!("services[{index}]")) else { continue };
        if let Some(rest) =
            rest.strip_prefix(".service").filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        {
            let path = format!("{}{rest}", found.place);
            return Problem { path: path.trim_start_matches('.').to_owned(), ..problem };
        }
        if !found.beside.is_empty() && rest.starts_with('.') {
            return Problem { path: rest.trim_start_matches('.').to_owned(), ..problem };
        }
    }
    problem
}
