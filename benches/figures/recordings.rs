//! The recordings that are measured.

use cutover::model::StrategyName;
use serde_json::{Value, json};

/// The page's opening.
pub fn opening() -> Value {
    serde_json::from_str(include_str!("../../static/scenarios/opening.json")).expect("the opening is JSON")
}

/// The opening's release by one of the strategies, as its tab on the page has it.
pub fn by(strategy: StrategyName) -> Value {
    let mut document = opening();
    let values = document["services"][0]["otherStrategies"][strategy.api_name()].clone();
    let configuration = document["services"][0]["service"]["deploymentConfiguration"]
        .as_object_mut()
        .expect("the opening has a configuration");
    if let Value::Object(values) = values {
        configuration.remove("canaryConfiguration");
        configuration.extend(values);
        configuration.insert("strategy".to_owned(), json!(strategy.api_name()));
    }
    document
}

/// A linear deployment that takes so many hours: nine waits between ten steps, a bake as long as one of them, and an
/// alarm judged every minute.
pub fn linear(tasks: u64, requests_per_second: u64, hours: u64) -> Value {
    // Whatever the rate, the tasks can serve it.
    let capacity = 2 * requests_per_second / tasks + 200;
    let minutes = hours * 6;
    json!({
        "cutover": 1, "name": "a long deployment", "seed": 7,
        "services": [{
            "service": {"serviceName": "ui", "desiredCount": tasks, "deploymentConfiguration": {
                "strategy": "LINEAR", "bakeTimeInMinutes": minutes,
                "linearConfiguration": {"stepPercent": 10.0, "stepBakeTimeInMinutes": minutes},
                "alarms": {"alarmNames": ["errors"], "enable": true, "rollback": true}
            }},
            "revisions": [
                {"name": "41", "behavior": {"requestsPerSecondPerTask": capacity}},
                {"name": "42", "behavior": {"requestsPerSecondPerTask": capacity, "errorPercent": 0.5}}
            ]
        }],
        "traffic": {"requestsPerSecond": requests_per_second},
        "alarms": [{"alarmName": "errors", "metric": "errorPercent", "threshold": 5}],
        "interventions": [{"atSeconds": 0, "deploy": {"service": "ui", "revision": "42"}}]
    })
}

/// The opening's canary with an error rate for each revision and the statistical analysis as its only guard.
#[cfg(not(target_arch = "wasm32"))]
pub fn analysed(seed: u64, source: f64, target: f64) -> Value {
    let mut document = opening();
    document["seed"] = json!(seed);
    document["hooks"] =
        json!({"canary-analysis": {"source": cutover::script::ready_made("canary-analysis")}});
    document["alarms"] = json!([]);
    let entry = &mut document["services"][0];
    entry["service"]["deploymentConfiguration"] = json!({
        "strategy": "CANARY", "bakeTimeInMinutes": 0,
        "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 0},
        "lifecycleHooks": [{
            "hookTargetArn": "arn:aws:lambda:eu-west-1:123456789012:function:canary-analysis",
            "roleArn": "arn:aws:iam::123456789012:role/hook", "lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"],
        }],
    });
    entry["revisions"] = json!([
        {"name": "41", "behavior": {"errorPercent": source}}, {"name": "42", "behavior": {"errorPercent": target}}]);
    document
}
