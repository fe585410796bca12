//! Random recordings, small and nasty, each a function of its seed.

use crate::driver::Recording;
use cutover::engine::poisson::mix;
use serde_json::{Value, json};

/// How many seeds the tests go through.
pub const SEEDS: u64 = 100;

/// A stream of choices.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = mix(self.0);
        self.0 % bound
    }

    fn of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize].clone()
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}

/// The recording of a seed.
pub fn recording(seed: u64) -> Recording {
    let mut choices = Choices(mix(seed));
    let strategy = choices.of(&["ROLLING", "ROLLING", "BLUE_GREEN", "CANARY", "LINEAR"]);
    let mut configuration = json!({"strategy": strategy});
    match strategy {
        "ROLLING" => {
            configuration["minimumHealthyPercent"] = json!(choices.of(&[0, 50, 66, 90, 100]));
            configuration["maximumPercent"] = json!(choices.of(&[100, 110, 134, 150, 200]));
            if choices.one_in(5) {
                configuration["minimumHealthyPercent"] = json!(50);
                configuration["earlySuccessCriteria"] = json!({"enable": true,
                    "healthyPercent": choices.of(&[50, 80, 100]),
                    "sourceServiceRevisionCleanup": choices.of(&["BLOCKING", "DEFERRED"])});
            }
        }
        "CANARY" => {
            configuration["canaryConfiguration"] = json!({"canaryPercent": choices.of(&[0.1, 5.0, 33.3, 100.0]), "canaryBakeTimeInMinutes": choices.below(6)});
        }
        "LINEAR" => {
            configuration["linearConfiguration"] = json!({"stepPercent": choices.of(&[7.5, 20.0, 33.3, 50.0, 100.0]), "stepBakeTimeInMinutes": choices.below(4)});
        }
        _ => {}
    }
    if strategy != "ROLLING" || choices.one_in(3) {
        configuration["bakeTimeInMinutes"] = json!(choices.below(8));
    }
    if choices.one_in(2) {
        configuration["deploymentCircuitBreaker"] = json!({"enable": true, "rollback": choices.one_in(2),
            "resetOnHealthyTask": choices.one_in(2),
            "thresholdConfiguration": {"type": choices.of(&["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"]),
                "value": choices.of(&[1, 20, 50])}});
    }
    if choices.one_in(2) {
        configuration["alarms"] =
            json!({"alarmNames": ["errors"], "enable": true, "rollback": !choices.one_in(3)});
    }
    let mut recording = Recording::shifting(configuration);
    let document = &mut recording.document;
    document["seed"] = json!(seed);
    document["alarms"] = json!([{"alarmName": "errors",
        "metric": choices.of(&["errorPercent", "latencyMillis"]), "threshold": choices.of(&[2, 60]),
        "scope": choices.of(&["targetGroup", "loadBalancer"]),
        "periodSeconds": choices.of(&[10, 60]), "evaluationPeriods": 1 + choices.below(3)}]);
    document["traffic"] = json!({"requestsPerSecond": choices.of(&[0, 5, 200, 900]),
        "testRequestsPerSecond": choices.below(5), "users": 1000});
    if choices.one_in(3) {
        document["reviewer"] = json!({"answersAfterSeconds": choices.below(900), "answer": choices.of(&["approved", "rejected"])});
    }
    document["hooks"] = json!({
        "passes": {"source": "#{ hookStatus: \"SUCCEEDED\" }"},
        "fails": {"source": "#{ hookStatus: \"FAILED\" }"},
        "waits": {"source": "#{ hookStatus: \"IN_PROGRESS\", callBackDelay: 600 }"},
        "asks": {"source": "if approval() == \"none\" { request_approval(\"go on?\"); }\n\
            if approval() == \"approved\" { #{ hookStatus: \"SUCCEEDED\" } } else if approval() == \"rejected\" { #{ hookStatus: \"FAILED\" } } else { #{ hookStatus: \"IN_PROGRESS\", callBackDelay: 60 } }"},
    });
    let service = &mut document["services"][0];
    service["service"]["desiredCount"] = json!(choices.below(9));
    service["service"]["healthCheckGracePeriodSeconds"] = json!(choices.of(&[0, 0, 120]));
    if choices.one_in(4) {
        service["taskDefinition"] = json!({"containerDefinitions": [{"name": "ui", "essential": true,
            "healthCheck": {"command": ["CMD", "true"], "interval": 10, "retries": 2}}]});
    }
    service["targetGroups"] = json!([{"HealthCheckIntervalSeconds": choices.of(&[5, 30]),
        "UnhealthyThresholdCount": 2 + choices.below(2),
        "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": choices.of(&["0", "15", "300"])},
            {"Key": "slow_start.duration_seconds", "Value": choices.of(&["0", "0", "30"])}]}]);
    service["timings"] =
        json!({"propagationSeconds": choices.of(&[0, 5, 30]), "deregisterSeconds": choices.below(4)});
    service["revisions"] = json!([
        {"name": "41", "behavior": behavior(&mut choices, false)},
        {"name": "42", "behavior": behavior(&mut choices, true)},
        {"name": "43", "behavior": {}},
    ]);
    let mut hooks = Vec::new();
    for _ in 0..choices.below(3) {
        hooks.push(hook(&mut choices, strategy));
    }
    service["service"]["deploymentConfiguration"]["lifecycleHooks"] = json!(hooks);
    recording
        .intervene(json!({"atSeconds": choices.below(120), "deploy": {"service": "ui", "revision": "42"}}));
    for _ in 0..choices.below(5) {
        let intervention = intervention(&mut choices);
        recording.intervene(intervention);
    }
    recording
}

fn behavior(choices: &mut Choices, bad: bool) -> Value {
    let mut behavior =
        json!({"startSeconds": choices.below(20), "requestsPerSecondPerTask": choices.of(&[40, 200])});
    if bad {
        match choices.below(8) {
            0 => behavior["crashesAtStart"] = json!(true),
            1 => behavior["imageMissing"] = json!(true),
            2 => behavior["failsHealthChecks"] = json!(true),
            3 => behavior["failsAfterSeconds"] = json!(1 + choices.below(400)),
            4 => behavior["errorPercent"] = json!(choices.of(&[0.5, 5.0, 100.0])),
            5 => behavior["warmUpSeconds"] = json!(20),
            _ => {}
        }
    }
    behavior
}

fn hook(choices: &mut Choices, strategy: &str) -> Value {
    let stages: &[&str] = if strategy == "ROLLING" {
        &["PRE_SCALE_UP"]
    } else {
        &[
            "PRE_SCALE_UP",
            "POST_SCALE_UP",
            "POST_TEST_TRAFFIC_SHIFT",
            "PRE_PRODUCTION_TRAFFIC_SHIFT",
            "POST_PRODUCTION_TRAFFIC_SHIFT",
        ]
    };
    let minutes = 1 + choices.below(30);
    let timeout = json!({"timeoutInMinutes": minutes, "action": choices.of(&["ROLLBACK", "CONTINUE"])});
    if choices.one_in(3) {
        return json!({"targetType": "PAUSE", "lifecycleStages": [choices.of(stages)], "timeoutConfiguration": timeout});
    }
    let function = choices.of(&["passes", "passes", "fails", "waits", "asks"]);
    let mut attached = vec![choices.of(stages)];
    if strategy != "ROLLING" && choices.one_in(3) {
        attached.push("PRODUCTION_TRAFFIC_SHIFT");
    }
    json!({"hookTargetArn": format!("arn:aws:lambda:eu-west-1:123456789012:function:{function}"),
        "roleArn": "arn:aws:iam::123456789012:role/hook", "lifecycleStages": attached, "timeoutConfiguration": timeout})
}

fn intervention(choices: &mut Choices) -> Value {
    let at = choices.below(2_000);
    let mut act = match choices.below(15) {
        0 | 1 => json!({"stopServiceDeployment": {"service": "ui"}}),
        2 => json!({"deploy": {"service": "ui", "revision": choices.of(&["41", "43"])}}),
        3 => json!({"stopTask": {"service": "ui", "task": 1 + choices.below(3)}}),
        4 => json!({"setBehavior": {"service": "ui", "revision": choices.of(&["41", "42"]),
            "behavior": {"failsHealthChecks": choices.one_in(2)}}}),
        5 => {
            json!({"failAvailabilityZone": {"zone": choices.of(&["a", "b"]), "forSeconds": 30 + choices.below(600)}})
        }
        6 => json!({"limitCapacity": {"tasks": choices.below(12), "forSeconds": 30 + choices.below(600)}}),
        7 => json!({"setTraffic": {"requestsPerSecond": choices.of(&[0, 50, 2000])}}),
        8 => json!({"setAlarm": {"alarmName": "errors", "state": choices.of(&["ALARM", "OK"])}}),
        9 => {
            json!({"setListenerWeights": {"service": "ui", "rule": "production", "sourceWeight": choices.below(999),
            "targetWeight": 1 + choices.below(900)}})
        }
        10 => json!({"setDesiredCount": {"service": "ui", "desiredCount": choices.below(10)}}),
        11 => json!({"denyListenerChanges": {"service": "ui", "forSeconds": 30 + choices.below(900)}}),
        12 => {
            json!({"continueServiceDeployment": {"service": "ui", "action": choices.of(&["CONTINUE", "ROLLBACK"])}})
        }
        13 => json!({"approve": {"service": "ui"}}),
        _ => json!({"setBehavior": {"service": "ui", "revision": "42", "behavior": {"errorPercent": 30}}}),
    };
    act["atSeconds"] = json!(at);
    act
}
