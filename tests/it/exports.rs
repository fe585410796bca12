//! Recordings taken elsewhere: the calls of the AWS CLI, the template, the difference.
//!
//! What botocore and cfn-lint say of them is asked by `./dev test formats`, for the cases that [`cases`] writes.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::imports::{ORDERS, RETAIL_UI};
use crate::presets;
use cutover::exports;
use cutover::formats::{Problem, Reading, import, read_document};
use serde_json::{Value, json};

fn reading(document: &Value) -> Reading {
    read_document(document).unwrap_or_else(|problems| panic!("refused: {problems:#?}"))
}

fn preset(name: &str) -> Reading {
    reading(&serde_json::from_str(presets::text(name)).expect("JSON"))
}

fn imported(text: &str) -> Reading {
    reading(&import(text).unwrap_or_else(|problems| panic!("refused: {problems:#?}")).document)
}

/// The inputs of the calls in a shell's text, by their command.
fn calls(text: &str) -> Vec<(String, Value)> {
    let calls = text.split_inclusive("}'\n");
    calls
        .map(|call| {
            let (command, json) = call.split_once(" --cli-input-json '").expect("an input");
            let json = json.strip_suffix("'\n").expect("a quote").replace("'\\''", "'");
            (command.to_owned(), serde_json::from_str(&json).expect("JSON"))
        })
        .collect()
}

fn told(warnings: &[Problem]) -> String {
    warnings.iter().map(|warning| format!("{warning}\n")).collect()
}

#[test]
fn a_service_that_was_to_be_created_is_created_with_every_field_it_had() {
    let reading = preset("opening");
    let exported = exports::cli(&reading);
    assert_eq!(exported.warnings, []);
    let [(command, input)] = &calls(&exported.text)[..] else { panic!("one call") };
    assert_eq!(command, "aws ecs create-service --region eu-central-1");
    assert_eq!(*input, exports::ecs(&reading.document));
}

#[test]
fn a_described_service_is_updated_without_what_an_update_cannot_say() {
    let [(command, input)] = &calls(&exports::cli(&imported(RETAIL_UI)).text)[..] else { panic!("one call") };
    assert_eq!(command, "aws ecs update-service --region ap-northeast-3");
    assert_eq!(input["service"], "ui");
    assert_eq!(input["cluster"], "arn:aws:ecs:ap-northeast-3:123456789012:cluster/retail-store-ecs-cluster");
    assert_eq!(input["healthCheckGracePeriodSeconds"], 30);
    for absent in ["serviceName", "serviceArn", "launchType", "events", "runningCount", "status", "roleArn"] {
        assert_eq!(input.get(absent), None, "{absent}");
    }
}

#[test]
fn an_update_stays_the_update_it_was() {
    let [(_, input)] = &calls(&exports::cli(&imported(ORDERS)).text)[..] else { panic!("one call") };
    assert_eq!(*input, serde_json::from_str::<Value>(ORDERS).expect("JSON"));
}

#[test]
fn every_service_has_its_call_and_a_quote_in_a_name_stays_one() {
    let mut document = import(&json!({"services": [{"serviceName": "a"}, {"serviceName": "b"}]}).to_string())
        .expect("two services")
        .document;
    document["services"][1]["service"]["cluster"] = json!("Bob's `$cluster`");
    let calls = calls(&exports::cli(&reading(&document)).text);
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[1].0, "aws ecs create-service");
    assert_eq!(calls[1].1, json!({"cluster": "Bob's `$cluster`", "serviceName": "b"}));
}

#[test]
fn what_ecs_does_not_know_goes_into_no_call() {
    let mut document = preset("opening").document;
    let service = &mut document["services"][0]["service"];
    service["colour"] = json!("blue");
    service["deploymentConfiguration"]["stratgey"] = json!("LINEAR");
    let reading = reading(&document);
    for text in [exports::cli(&reading).text, exports::cloudformation(&reading).text] {
        assert!(!text.contains("blue"), "{text}");
        assert!(!text.to_lowercase().contains("stratgey"), "{text}");
    }
    assert_eq!(exports::ecs(&reading.document)["colour"], "blue", "but it stays in the service");
}

#[test]
fn only_what_was_changed_is_updated() {
    let before = imported(RETAIL_UI);
    assert_eq!(exports::difference(&before.document, &before.document), "");
    assert_eq!(exports::cli_of_the_difference(&before.document, &before).text, "");

    let mut document = before.document.clone();
    let service = &mut document["services"][0]["service"];
    service["desiredCount"] = json!(6);
    service["deploymentConfiguration"]["deploymentCircuitBreaker"]["enable"] = json!(true);
    service["deploymentConfiguration"].as_object_mut().expect("an object").shift_remove("bakeTimeInMinutes");
    service["tags"] = json!([{"key": "team", "value": "web"}]);
    let after = reading(&document);
    assert_eq!(
        exports::difference(&before.document, &after.document),
        "  ui\n\
         - desiredCount: 2\n\
         + desiredCount: 6\n\
         - deploymentConfiguration.deploymentCircuitBreaker.enable: false\n\
         + deploymentConfiguration.deploymentCircuitBreaker.enable: true\n\
         - deploymentConfiguration.bakeTimeInMinutes: 0\n\
         + tags: [{\"key\":\"team\",\"value\":\"web\"}]\n"
    );
    let calls = calls(&exports::cli_of_the_difference(&before.document, &after).text);
    let fields: Vec<&String> = calls[0].1.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["cluster", "service", "desiredCount", "deploymentConfiguration"]);
}

#[test]
fn what_was_made_up_is_asked_for() {
    let text = json!({"serviceName": "ui", "deploymentConfiguration": {"strategy": "CANARY"}}).to_string();
    let reading = imported(&text);
    let cli = exports::cli(&reading);
    assert!(told(&cli.warnings).contains("services[0].service.taskDefinition: is missing"), "{cli:?}");
    assert!(told(&cli.warnings).contains("services[0].service.loadBalancers: is missing"), "{cli:?}");

    let exported = exports::cloudformation(&reading);
    assert!(told(&exported.warnings).contains("the template asks for it"), "{exported:?}");
    let template: Value = serde_json::from_str(&exported.text).expect("JSON");
    let parameters = template["Parameters"].as_object().expect("parameters");
    let names: Vec<&String> = parameters.keys().collect();
    assert_eq!(
        names,
        [
            "TargetGroup",
            "ContainerName",
            "ContainerPort",
            "AlternateTargetGroup",
            "ProductionListenerRule",
            "TestListenerRule",
            "LoadBalancerRole",
            "TaskDefinition"
        ]
    );
    for (name, parameter) in parameters {
        let kind = if name == "ContainerPort" { "Number" } else { "String" };
        assert_eq!(*parameter, json!({"Type": kind}), "{name}");
    }
}

#[test]
fn services_share_the_parameters_whose_values_they_share() {
    let exported = exports::cloudformation(&preset("retail"));
    let template: Value = serde_json::from_str(&exported.text).expect("JSON");
    let parameters = template["Parameters"].as_object().expect("parameters");
    assert!(parameters.contains_key("Cluster"));
    assert!(!parameters.keys().any(|name| name.ends_with("Cluster") && name != "Cluster"), "{parameters:#?}");
    let resources = template["Resources"].as_object().expect("resources");
    assert_eq!(resources.len(), 5);
    let definitions: Vec<&Value> =
        resources.values().map(|it| &it["Properties"]["TaskDefinition"]["Ref"]).collect();
    let mut apart = definitions.clone();
    apart.dedup();
    assert_eq!(definitions, apart, "each has a task definition of its own");
    for definition in definitions {
        assert!(parameters.contains_key(definition.as_str().expect("a name")), "{definition}");
    }
}

#[test]
fn a_plan_that_cloudformation_refuses_is_told() {
    let mut document = preset("linear-success").document;
    let configuration = &mut document["services"][0]["service"]["deploymentConfiguration"];
    configuration["bakeTimeInMinutes"] = json!(1440);
    configuration["linearConfiguration"] = json!({"stepPercent": 50.0, "stepBakeTimeInMinutes": 540});
    let warnings = told(&exports::cloudformation(&reading(&document)).warnings);
    assert_eq!(warnings, "", "33 h are allowed");
    document["services"][0]["service"]["deploymentConfiguration"]["linearConfiguration"]["stepBakeTimeInMinutes"] =
        json!(541);
    let warnings = told(&exports::cloudformation(&reading(&document)).warnings);
    assert!(warnings.contains("CloudFormation refuses more than 33 h"), "{warnings}");
}

/// Writes the cases of `./dev test formats`, one a line: every preset by every strategy, imported files, and random
/// recordings.
#[cfg(not(target_arch = "wasm32"))]
#[test]
#[ignore = "writes a file; ./dev test formats asks for it"]
fn cases() {
    use cutover::model::StrategyName;
    use cutover::session::recording::document_for;
    use std::io::Write;

    let path = std::env::var_os("CUTOVER_CASES").expect("CUTOVER_CASES names the file to write");
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).expect("a file"));
    let mut write = |name: String, reading: &Reading, shape: &str| {
        let case = json!({
            "name": name, "shape": shape, "ecs": exports::ecs(&reading.document),
            "cli": exports::cli(reading).text, "cloudformation": exports::cloudformation(reading).text,
        });
        writeln!(file, "{case}").expect("a line");
    };
    for (name, text) in presets::ALL {
        let document: Value = serde_json::from_str(text).expect("JSON");
        for strategy in StrategyName::ALL {
            if let Ok(reading) = read_document(&document_for(&document, 0, strategy)) {
                write(format!("{name} by {strategy}"), &reading, "create-service");
            }
        }
    }
    write("a described service".to_owned(), &imported(RETAIL_UI), "described");
    write("an update".to_owned(), &imported(ORDERS), "update-service");
    for seed in 0..crate::random::SEEDS {
        write(format!("seed {seed}"), &reading(&crate::random::recording(seed).document), "create-service");
    }
}

fn run_of(reading: &Reading) -> cutover::engine::Run {
    let scripts = cutover::script::Scripts::compile(&reading.scenario.hooks);
    cutover::engine::simulate(&reading.scenario, &mut scripts.runner())
}

#[test]
fn measures_add_up_to_the_summary() {
    for name in ["opening", "rolling-rollback", "retail"] {
        let reading = preset(name);
        let run = run_of(&reading);
        let table = exports::metrics(&reading.scenario, &run);
        let column = |name: &str| table.columns.iter().position(|it| *it == name).expect("a column");
        let entry = json!(reading.scenario.services[0].name);
        let sum = |name: &str| -> u64 {
            let rows = table.rows.iter().filter(|row| row[column("service")] == entry);
            rows.filter_map(|row| row[column(name)].as_u64()).sum()
        };
        let all = run.services[0].traffic.production(run.end);
        assert_eq!(
            [sum("sent"), sum("answered"), sum("failed")],
            [all.sent, all.answered, all.failed],
            "{name}"
        );
        let last = table.rows.iter().rfind(|row| row[column("service")] == entry).expect("a row");
        assert_eq!(last[column("seconds")], json!(run.end.as_secs_f64()), "{name}");
        for row in &table.rows {
            assert_eq!(row.len(), table.columns.len(), "{name}");
        }
    }
}

#[test]
fn a_long_run_has_no_more_than_a_thousand_rows() {
    let reading = preset("pause");
    let run = run_of(&reading);
    let rows = exports::metrics(&reading.scenario, &run).rows.len();
    assert!((100..=1000).contains(&rows), "{rows} rows of {}", run.end);
}

#[test]
fn every_event_is_a_row() {
    let reading = preset("opening");
    let run = run_of(&reading);
    let events = exports::events(&reading.scenario, &run);
    assert_eq!(events.rows.len(), run.events.len());
    assert_eq!(events.csv().lines().next(), Some("seconds,service,event,why,source,ourReading"));
    assert_eq!(events.csv().lines().count(), run.events.len() + 1, "a line each");
    let listed: Value = serde_json::from_str(&events.json()).expect("JSON");
    assert_eq!(listed[0]["event"], "UpdateService: deploy 42");
}

#[test]
fn a_field_of_a_table_is_quoted_where_it_must_and_no_text_becomes_a_formula() {
    let table = exports::Table {
        columns: &["a", "b"],
        rows: vec![
            vec![json!("plain"), json!(-1.5)],
            vec![json!("a, \"b\"\nc"), Value::Null],
            vec![json!("=HYPERLINK(\"x\")"), json!(true)],
        ],
    };
    assert_eq!(table.csv(), "a,b\nplain,-1.5\n\"a, \"\"b\"\"\nc\",\n\"'=HYPERLINK(\"\"x\"\")\",true\n");
    let listed: Value = serde_json::from_str(&table.json()).expect("JSON");
    assert_eq!(listed[2]["a"], "=HYPERLINK(\"x\")", "JSON has no formulas");
}
