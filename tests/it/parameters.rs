//! Every parameter that ECS and its load balancers document: where it stands, its range, its default, when it must be
//! given, and what is refused. A row for each, and one driver, which asks the reader, the schema, the page's panel and
//! the document.
//!
//! `docs/parameters.md` is written from the rows: `UPDATE_GOLDEN=1 cargo test --no-default-features parameters`.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::documented::{Story, canary, hooked};
use crate::driver::HOOK_STAGES;
use crate::golden::written;
use crate::recordings::{GROUP_1, GROUP_2, accepted, lines, recording, set};
use cutover::formats::read;
use cutover::model::{HookStatus, LifecycleStage};
use cutover::session::Session;
use cutover::session::parameters::{Parameter, ParameterGroup, ParameterKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DOCUMENT: &str = include_str!("../../docs/parameters.md");
const SCHEMA: &str = include_str!("../../docs/recording.schema.json");

/// What the recording is in which a parameter means something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// `deploymentConfiguration` under that strategy.
    Rolling,
    BlueGreen,
    Linear,
    Canary,
    /// Another part of `deploymentConfiguration`.
    Breaker,
    Early,
    Alarms,
    LambdaHook,
    PauseHook,
    /// The service itself, its task definition, its first target group, its rules.
    Service,
    /// An act of an intervention.
    Act,
    /// What a script answers.
    Answer,
}

/// What a parameter may be.
#[derive(Clone, Copy)]
enum Range {
    Whole(i64, i64),
    /// A decimal, a multiple of 0.1.
    Tenths(f64, f64),
    /// Whole seconds in a string, as an attribute of a target group.
    Seconds(i64, i64),
    Flag,
    Words(&'static [&'static str]),
    /// A text, a list or an object, whose own rules are in `refused`.
    Shape(&'static str),
}
use Range::{Flag, Seconds, Shape, Tenths, Whole, Words};

/// What holds where it is not given.
enum Absent {
    /// The same as that value.
    Is(Value),
    /// The same as that value, which is our reading.
    Ours(Value, &'static str),
    /// It is refused, in these words.
    Refused(&'static str),
    /// Nothing, or what the words say.
    Nothing(&'static str),
    /// What the row of the field itself says; this one is about the two of them together.
    Elsewhere,
}
use Absent::{Elsewhere, Is, Nothing, Ours, Refused};

struct Row {
    name: &'static str,
    of: Of,
    /// A JSON pointer into the recording; of an attribute, its key; empty for a script's answer.
    at: &'static str,
    range: Range,
    absent: Absent,
    /// More that is refused: a value there, and part of what is told.
    refused: Vec<(Value, &'static str)>,
    /// Its name in the page's panel, where it has a field of its own there.
    panel: Option<&'static str>,
}

const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/1/2";
const NETWORK_RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/net/shop/1/2/3";
const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/1/2/3";

/// The pointers of the rows, shortened.
macro_rules! at {
    (service $path:literal) => {
        concat!("/services/0/service/", $path)
    };
    (config $path:literal) => {
        concat!("/services/0/service/deploymentConfiguration/", $path)
    };
    (hook $path:literal) => {
        concat!("/services/0/service/deploymentConfiguration/lifecycleHooks/0/", $path)
    };
    (advanced $path:literal) => {
        concat!("/services/0/service/loadBalancers/0/advancedConfiguration/", $path)
    };
    (container $path:literal) => {
        concat!("/services/0/taskDefinition/containerDefinitions/0/", $path)
    };
    (group $path:literal) => {
        concat!("/services/0/targetGroups/0/", $path)
    };
    (action $path:literal) => {
        concat!("/services/0/listenerRules/0/Actions/0/ForwardConfig/", $path)
    };
}

fn row(name: &'static str, of: Of, at: &'static str, range: Range, absent: Absent) -> Row {
    Row { name, of, at, range, absent, refused: Vec::new(), panel: None }
}

impl Row {
    fn refuses(mut self, value: Value, told: &'static str) -> Row {
        self.refused.push((value, told));
        self
    }

    /// It has a field of that name in the panel.
    fn shown(mut self, name: &'static str) -> Row {
        self.panel = Some(name);
        self
    }
}

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    const BOTH: &str = "enable and rollback must both be given";
    const ALL: &str = "alarmNames, enable and rollback must all be given";
    const EARLY: &str = "must be given when enable is true";
    vec![
        row("desiredCount", Of::Service, at!(service "desiredCount"), Whole(0, 5000), Ours(json!(2), "required for a new service; an update keeps what there is"))
            .shown("desiredCount"),
        row("strategy", Of::Rolling, at!(config "strategy"), Words(&["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"]), Is(json!("ROLLING")))
            .refuses(json!("CANARRY"), "nearest: CANARY"),
        row("minimumHealthyPercent", Of::Rolling, at!(config "minimumHealthyPercent"), Whole(0, 100), Is(json!(100)))
            .shown("minimumHealthyPercent"),
        row("maximumPercent", Of::Rolling, at!(config "maximumPercent"), Whole(100, 1000), Is(json!(200)))
            .shown("maximumPercent"),
        row("bakeTimeInMinutes", Of::BlueGreen, at!(config "bakeTimeInMinutes"), Whole(0, 1440), Refused("BLUE_GREEN must be given one"))
            .shown("bakeTimeInMinutes"),
        row("linearConfiguration.stepPercent", Of::Linear, at!(config "linearConfiguration/stepPercent"), Tenths(3.0, 100.0), Is(json!(10.0)))
            .refuses(json!(33.33), "must be a multiple of 0.1")
            .shown("stepPercent"),
        row("linearConfiguration.stepBakeTimeInMinutes", Of::Linear, at!(config "linearConfiguration/stepBakeTimeInMinutes"), Whole(0, 1440), Is(json!(6)))
            .shown("stepBakeTimeInMinutes"),
        row("linearConfiguration", Of::Canary, at!(config "linearConfiguration"), Shape("only with LINEAR"), Nothing("its two defaults"))
            .refuses(json!({"stepPercent": 10.0}), "belongs to LINEAR; the strategy is CANARY"),
        row("canaryConfiguration.canaryPercent", Of::Canary, at!(config "canaryConfiguration/canaryPercent"), Tenths(0.1, 100.0), Is(json!(5.0)))
            .refuses(json!(0.15), "must be a multiple of 0.1")
            .shown("canaryPercent"),
        row("canaryConfiguration.canaryBakeTimeInMinutes", Of::Canary, at!(config "canaryConfiguration/canaryBakeTimeInMinutes"), Whole(0, 1440), Is(json!(10)))
            .shown("canaryBakeTimeInMinutes"),
        row("canaryConfiguration", Of::Linear, at!(config "canaryConfiguration"), Shape("only with CANARY"), Nothing("its two defaults"))
            .refuses(json!({"canaryPercent": 10.0}), "belongs to CANARY; the strategy is LINEAR"),
        row("deploymentCircuitBreaker.enable", Of::Breaker, at!(config "deploymentCircuitBreaker/enable"), Flag, Refused(BOTH))
            .shown("deploymentCircuitBreaker.enable"),
        row("deploymentCircuitBreaker.rollback", Of::Breaker, at!(config "deploymentCircuitBreaker/rollback"), Flag, Refused(BOTH))
            .shown("deploymentCircuitBreaker.rollback"),
        row("deploymentCircuitBreaker.resetOnHealthyTask", Of::Breaker, at!(config "deploymentCircuitBreaker/resetOnHealthyTask"), Flag, Is(json!(true))),
        row("deploymentCircuitBreaker.thresholdConfiguration", Of::Breaker, at!(config "deploymentCircuitBreaker/thresholdConfiguration"), Shape("type and value"), Is(json!({"type": "BOUNDED_PERCENT", "value": 50})))
            .refuses(json!({"type": "COUNT"}), "type and value must both be given"),
        row("deploymentCircuitBreaker.thresholdConfiguration.type", Of::Breaker, at!(config "deploymentCircuitBreaker/thresholdConfiguration/type"), Words(&["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"]), Refused("type and value must both be given")),
        row("deploymentCircuitBreaker.thresholdConfiguration.value", Of::Breaker, at!(config "deploymentCircuitBreaker/thresholdConfiguration/value"), Whole(1, 2_147_483_647), Refused("type and value must both be given")),
        row("deploymentCircuitBreaker.thresholdConfiguration.value of a percentage", Of::Breaker, at!(config "deploymentCircuitBreaker/thresholdConfiguration"), Shape("1 to 100"), Is(json!({"type": "BOUNDED_PERCENT", "value": 50})))
            .refuses(json!({"type": "BOUNDED_PERCENT", "value": 101}), "must be a whole number from 1 to 100")
            .refuses(json!({"type": "UNBOUNDED_PERCENT", "value": 0}), "must be a whole number from 1 to 100"),
        row("alarms.alarmNames", Of::Alarms, at!(config "alarms/alarmNames"), Shape("up to 100 names"), Refused(ALL))
            .refuses(json!("errors"), "must be a list"),
        row("alarms.enable", Of::Alarms, at!(config "alarms/enable"), Flag, Refused(ALL)),
        row("alarms.rollback", Of::Alarms, at!(config "alarms/rollback"), Flag, Refused(ALL)),
        row("earlySuccessCriteria", Of::BlueGreen, at!(config "earlySuccessCriteria"), Shape("only with ROLLING"), Nothing("off"))
            .refuses(json!({"enable": false}), "belongs to ROLLING; the strategy is BLUE_GREEN"),
        row("earlySuccessCriteria.enable", Of::Early, at!(config "earlySuccessCriteria/enable"), Flag, Is(json!(false))),
        row("earlySuccessCriteria.healthyPercent", Of::Early, at!(config "earlySuccessCriteria/healthyPercent"), Whole(0, 100), Refused(EARLY)),
        row("earlySuccessCriteria.healthyPercent and minimumHealthyPercent", Of::Early, at!(config "minimumHealthyPercent"), Shape("minimumHealthyPercent at least"), Elsewhere)
            .refuses(json!(90), "must be at least minimumHealthyPercent, 90; it is 80"),
        row("earlySuccessCriteria.sourceServiceRevisionCleanup", Of::Early, at!(config "earlySuccessCriteria/sourceServiceRevisionCleanup"), Words(&["BLOCKING", "DEFERRED"]), Refused(EARLY)),
        row("lifecycleHooks", Of::BlueGreen, at!(config "lifecycleHooks"), Shape("up to 10 AWS_LAMBDA and 10 PAUSE"), Is(json!([])))
            .refuses(json!([PAUSE; 11].map(pause)), "at most 10 PAUSE hooks; it holds 11")
            .refuses(json!([LAMBDA; 11].map(lambda)), "at most 10 AWS_LAMBDA hooks; it holds 11"),
        row("lifecycleHooks[].targetType", Of::LambdaHook, at!(hook "targetType"), Words(&["AWS_LAMBDA", "PAUSE"]), Is(json!("AWS_LAMBDA")))
            .refuses(json!("LAMBDA"), "nearest: AWS_LAMBDA"),
        row("lifecycleHooks[].hookTargetArn", Of::LambdaHook, at!(hook "hookTargetArn"), Shape("the ARN of a function"), Refused("an AWS_LAMBDA hook names its function"))
            .refuses(json!(7), "must be a string"),
        row("lifecycleHooks[].lifecycleStages[] of AWS_LAMBDA", Of::LambdaHook, at!(hook "lifecycleStages/0"), Words(&HOOK_STAGES), Refused("must name at least one stage"))
            .refuses(json!("SCALE_UP"), "SCALE_UP takes no AWS_LAMBDA hook")
            .refuses(json!("PRE_SCALEUP"), "nearest: PRE_SCALE_UP"),
        row("lifecycleHooks[].lifecycleStages of PAUSE", Of::PauseHook, at!(hook "lifecycleStages"), Shape("all but TEST_ and PRODUCTION_TRAFFIC_SHIFT"), Refused("lifecycleStages: is missing"))
            .refuses(json!(["TEST_TRAFFIC_SHIFT"]), "TEST_TRAFFIC_SHIFT takes no PAUSE hook")
            .refuses(json!(["PRODUCTION_TRAFFIC_SHIFT"]), "PRODUCTION_TRAFFIC_SHIFT takes no PAUSE hook")
            .refuses(json!([]), "must name at least one stage"),
        row("lifecycleHooks[].timeoutConfiguration.timeoutInMinutes of AWS_LAMBDA", Of::LambdaHook, at!(hook "timeoutConfiguration/timeoutInMinutes"), Whole(1, 1440), Is(json!(1440))),
        row("lifecycleHooks[].timeoutConfiguration.timeoutInMinutes of PAUSE", Of::PauseHook, at!(hook "timeoutConfiguration/timeoutInMinutes"), Whole(1, 20_160), Is(json!(1440))),
        row("lifecycleHooks[].timeoutConfiguration.action", Of::PauseHook, at!(hook "timeoutConfiguration/action"), Words(&["ROLLBACK", "CONTINUE"]), Is(json!("ROLLBACK"))),
        row("callBackDelay", Of::Answer, "", Whole(1, 3600), Is(json!(30))),
        row("healthCheckGracePeriodSeconds", Of::Service, at!(service "healthCheckGracePeriodSeconds"), Whole(0, 2_147_483_647), Is(json!(0)))
            .shown("healthCheckGracePeriodSeconds"),
        row("availabilityZoneRebalancing", Of::Service, at!(service "availabilityZoneRebalancing"), Words(&["ENABLED", "DISABLED"]), Is(json!("ENABLED"))),
        row("availabilityZoneRebalancing at a maximumPercent of 100", Of::Service, at!(service "deploymentConfiguration/maximumPercent"), Shape("DISABLED"), Elsewhere)
            .refuses(json!(100), "ENABLED is not supported with a maximumPercent of 100"),
        row("schedulingStrategy", Of::Service, at!(service "schedulingStrategy"), Shape("REPLICA"), Is(json!("REPLICA")))
            .refuses(json!("DAEMON"), "only REPLICA services are simulated"),
        row("deploymentController.type", Of::Service, at!(service "deploymentController"), Shape("ECS"), Is(json!({"type": "ECS"})))
            .refuses(json!({"type": "EXTERNAL"}), "only the deployment controller ECS is simulated")
            .refuses(json!({"type": "CODE_DEPLOY"}), "only the deployment controller ECS is simulated"),
        row("loadBalancers[].advancedConfiguration", Of::BlueGreen, at!(service "loadBalancers/1"), Shape("in all entries, or in none"), Nothing("made up where the strategy needs it: our reading"))
            .refuses(json!({"targetGroupArn": "another", "containerName": "ui", "containerPort": 8081}), "all entries have one, or none")
            .refuses(json!({"loadBalancerName": "classic", "containerName": "ui", "containerPort": 80}), "Classic Load Balancer"),
        row("advancedConfiguration.alternateTargetGroupArn", Of::BlueGreen, at!(advanced "alternateTargetGroupArn"), Shape("another group's ARN"), Nothing("made up: our reading"))
            .refuses(json!(GROUP_1), "the same target group twice"),
        row("advancedConfiguration.productionListenerRule", Of::BlueGreen, at!(advanced "productionListenerRule"), Shape("a rule's ARN; behind a Network Load Balancer a listener's"), Nothing("made up: our reading"))
            .refuses(json!(LISTENER), "needs the ARN of a listener rule")
            .refuses(json!(NETWORK_RULE), "a Network Load Balancer needs the ARN of a listener"),
        row("advancedConfiguration.testListenerRule", Of::BlueGreen, at!(advanced "testListenerRule"), Shape("another rule's ARN"), Nothing("no test traffic; the production rule then holds both groups: our reading"))
            .refuses(json!(LISTENER), "needs the ARN of a listener rule")
            .refuses(json!(NETWORK_RULE), "a Network Load Balancer needs the ARN of a listener")
            .refuses(json!(RULE), "the same as productionListenerRule"),
        row("Service Connect test header", Of::Service, at!(service "serviceConnectConfiguration"), Shape("an exact value"), Nothing("ECS's own, `x-amzn-ecs-blue-green-test`"))
            .refuses(json!({"enabled": true, "services": [{"portName": "http", "clientAliases": [{"port": 80, "testTrafficRules": {"header": {"name": "x-test", "value": {"exact": 1}}}}]}]}), "must be a string"),
        row("healthCheck.interval", Of::Service, at!(container "healthCheck/interval"), Whole(5, 300), Is(json!(30))),
        row("healthCheck.timeout", Of::Service, at!(container "healthCheck/timeout"), Whole(2, 60), Is(json!(5))),
        row("healthCheck.retries", Of::Service, at!(container "healthCheck/retries"), Whole(1, 10), Is(json!(3))),
        row("healthCheck.startPeriod", Of::Service, at!(container "healthCheck/startPeriod"), Whole(0, 300), Is(json!(0))),
        row("startTimeout", Of::Service, at!(container "startTimeout"), Whole(2, 120), Nothing("none")),
        row("stopTimeout", Of::Service, at!(container "stopTimeout"), Whole(2, 120), Is(json!(30))),
        row("restartPolicy.restartAttemptPeriod", Of::Service, at!(container "restartPolicy/restartAttemptPeriod"), Whole(60, 1800), Is(json!(300))),
        row("HealthCheckIntervalSeconds", Of::Service, at!(group "HealthCheckIntervalSeconds"), Whole(5, 300), Is(json!(30)))
            .shown("HealthCheckIntervalSeconds"),
        row("HealthCheckTimeoutSeconds", Of::Service, at!(group "HealthCheckTimeoutSeconds"), Whole(2, 120), Nothing("6; 10 of TCP, TLS and HTTPS")),
        row("HealthyThresholdCount", Of::Service, at!(group "HealthyThresholdCount"), Whole(2, 10), Is(json!(5))),
        row("UnhealthyThresholdCount", Of::Service, at!(group "UnhealthyThresholdCount"), Whole(2, 10), Is(json!(2)))
            .shown("UnhealthyThresholdCount"),
        row("deregistration_delay.timeout_seconds", Of::Service, "deregistration_delay.timeout_seconds", Seconds(0, 3600), Is(json!("300")))
            .shown("deregistration_delay.timeout_seconds"),
        row("slow_start.duration_seconds", Of::Service, "slow_start.duration_seconds", Seconds(30, 900), Is(json!("0")))
            .shown("slow_start.duration_seconds"),
        row("stickiness.lb_cookie.duration_seconds", Of::Service, "stickiness.lb_cookie.duration_seconds", Seconds(1, 604_800), Is(json!("86400"))),
        row("stickiness.app_cookie.duration_seconds", Of::Service, "stickiness.app_cookie.duration_seconds", Seconds(1, 604_800), Is(json!("86400"))),
        row("TargetGroups[].Weight", Of::Service, at!(action "TargetGroups/0/Weight"), Whole(0, 999), Nothing("what the deployment sets")),
        row("TargetGroupStickinessConfig.DurationSeconds", Of::Service, at!(action "TargetGroupStickinessConfig/DurationSeconds"), Whole(1, 604_800), Refused("DurationSeconds: is missing")),
        row("updateTaskProtection.expiresInMinutes", Of::Act, "/interventions/1/updateTaskProtection/expiresInMinutes", Whole(1, 2880), Is(json!(120))),
    ]
}

const PAUSE: &str = "PAUSE";
const LAMBDA: &str = "AWS_LAMBDA";

fn pause(kind: &str) -> Value {
    json!({"targetType": kind, "lifecycleStages": ["PRE_SCALE_UP"], "timeoutConfiguration": {}})
}

fn lambda(kind: &str) -> Value {
    json!({"targetType": kind, "hookTargetArn": "arn:aws:lambda:eu-west-1:123456789012:function:gate",
        "lifecycleStages": ["PRE_SCALE_UP"], "timeoutConfiguration": {}})
}

/// Gives a recording what a value in it makes necessary.
fn mend(document: &mut Value, value: &Value) {
    let configuration = &mut document["services"][0]["service"]["deploymentConfiguration"];
    match value.as_str() {
        Some("BLUE_GREEN") => configuration["bakeTimeInMinutes"] = json!(0),
        Some("PAUSE") => configuration["lifecycleHooks"][0] = pause(PAUSE),
        _ => {}
    }
}

impl Row {
    /// A recording in which everything around the parameter is there.
    fn base(&self) -> Value {
        let hook =
            |hook: Value| json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0, "lifecycleHooks": [hook]});
        let mut document = recording(match self.of {
            Of::Rolling | Of::Service | Of::Act | Of::Answer => json!({}),
            Of::BlueGreen => json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0}),
            Of::Linear => json!({"strategy": "LINEAR", "linearConfiguration": {}}),
            Of::Canary => json!({"strategy": "CANARY", "canaryConfiguration": {}}),
            Of::Breaker => json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true,
                "thresholdConfiguration": {"type": "COUNT", "value": 5}}}),
            Of::Early => json!({"minimumHealthyPercent": 0, "earlySuccessCriteria":
                {"enable": true, "healthyPercent": 80, "sourceServiceRevisionCleanup": "BLOCKING"}}),
            Of::Alarms => json!({"alarms": {"alarmNames": ["ui-5xx"], "enable": true, "rollback": true}}),
            Of::LambdaHook => hook(lambda(LAMBDA)),
            Of::PauseHook => hook(pause(PAUSE)),
        });
        if self.of == Of::Service {
            set(&mut document, "/services/0/service/availabilityZoneRebalancing", json!("ENABLED"));
            let container = json!({"name": "ui", "healthCheck": {"command": ["CMD", "true"]}, "restartPolicy": {"enabled": true}});
            set(&mut document, "/services/0/taskDefinition", json!({"containerDefinitions": [container]}));
            let sticky = |kind: &str| json!([{"Key": "stickiness.enabled", "Value": "true"}, {"Key": "stickiness.type", "Value": kind}]);
            let attributes = if self.at.starts_with("stickiness.") { sticky("lb_cookie") } else { json!([]) };
            set(&mut document, "/services/0/targetGroups", json!([{"Attributes": attributes}]));
            set(
                &mut document,
                "/services/0/listenerRules",
                json!([{"Actions": [{"Type": "forward", "ForwardConfig":
                {"TargetGroups": [{"TargetGroupArn": GROUP_1}, {"TargetGroupArn": GROUP_2}],
                    "TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 60}}}]}]),
            );
        }
        if self.of == Of::Act {
            set(
                &mut document,
                "/interventions/1",
                json!({"atSeconds": 1, "updateTaskProtection": {"service": "ui", "protectionEnabled": true}}),
            );
        }
        document
    }

    /// The recording with that value in its place.
    fn with(&self, value: &Value) -> Value {
        let mut document = self.base();
        match self.range {
            Seconds(..) => {
                let attributes =
                    document.pointer_mut("/services/0/targetGroups/0/Attributes").expect("there");
                attributes.as_array_mut().expect("a list").push(json!({"Key": self.at, "Value": value}));
            }
            _ => set(&mut document, self.at, value.clone()),
        }
        document
    }

    /// The recording without it.
    fn without(&self) -> Value {
        let mut document = self.base();
        if let Some((parent, key)) = self.at.rsplit_once('/') {
            match document.pointer_mut(parent) {
                Some(Value::Object(map)) => {
                    map.shift_remove(key);
                }
                Some(Value::Array(list)) => list.retain(|_| key != "0"),
                _ => panic!("{parent} is there"),
            }
        }
        document
    }

    /// Values it may have, the ends of its range among them, and values beside them.
    fn values(&self) -> (Vec<Value>, Vec<Value>) {
        match self.range {
            Whole(least, most) => (
                vec![json!(least), json!(most)],
                vec![
                    json!(least - 1),
                    json!(most + 1),
                    json!(least.to_string()),
                    json!(f64::from(u8::MAX) + 0.5),
                    Value::Null,
                ],
            ),
            Tenths(least, most) => (
                vec![json!(least), json!(most), json!(33.3)],
                vec![json!(least - 0.1), json!(most + 0.1), json!("10"), Value::Null],
            ),
            Seconds(least, most) => {
                let text = |number: i64| json!(number.to_string());
                (vec![text(least), text(most)], vec![text(least - 1), text(most + 1), json!(least)])
            }
            Flag => (vec![json!(true), json!(false)], vec![json!("true"), json!(1), Value::Null]),
            Words(words) => (
                words.iter().map(|word| json!(word)).collect(),
                vec![json!("SOMETHING"), json!(1), Value::Null],
            ),
            Shape(_) => (Vec::new(), Vec::new()),
        }
    }

    /// Whether the reader takes a value, and what it says otherwise.
    fn is_taken(&self, value: &Value) -> Result<(), String> {
        let mut document = self.with(value);
        mend(&mut document, value);
        read(&document.to_string()).map(|_| ()).map_err(|problems| lines(&problems))
    }

    /// Where the schema speaks of it.
    fn schema<'s>(&self, root: &'s Value) -> &'s Value {
        let resolve = |node: &'s Value| match node["$ref"].as_str() {
            Some(reference) => root.pointer(reference.trim_start_matches('#')).expect("it leads somewhere"),
            None => node,
        };
        self.at.split('/').skip(1).fold(root, |node, key| {
            let node = resolve(node);
            let next = if key.parse::<usize>().is_ok() { &node["items"] } else { &node["properties"][key] };
            assert!(!next.is_null(), "{}: the schema does not know {key}", self.name);
            resolve(next)
        })
    }
}

#[test]
fn every_parameter_is_taken_over_its_range_and_refused_beyond() {
    for row in rows().iter().filter(|row| row.of != Of::Answer) {
        let (taken, beyond) = row.values();
        for value in &taken {
            assert_eq!(row.is_taken(value), Ok(()), "{} of {value}", row.name);
        }
        let own = row.at.rsplit('/').find(|part| part.parse::<usize>().is_err()).expect("a name");
        let place = if matches!(row.range, Seconds(..)) { "Value" } else { own };
        for value in &beyond {
            let told = row.is_taken(value).expect_err(&format!("{} takes {value}", row.name));
            assert!(told.lines().any(|line| line.contains(place)), "{} of {value}: {told}", row.name);
        }
        for (value, words) in &row.refused {
            let told = row.is_taken(value).expect_err(&format!("{} takes {value}", row.name));
            assert!(told.contains(words), "{} of {value}: {told}", row.name);
        }
        if let Shape(_) = row.range {
            assert!(!row.refused.is_empty(), "{}: something is refused", row.name);
        }
    }
}

#[test]
fn every_parameter_that_is_absent_is_its_default_or_refused() {
    for row in rows().iter().filter(|row| row.of != Of::Answer) {
        match &row.absent {
            Is(default) | Ours(default, _) => {
                let (without, with) = (accepted(&row.without()), accepted(&row.with(default)));
                assert!(
                    without.scenario == with.scenario,
                    "{} is not {default} where it is absent",
                    row.name
                );
                // That says something only where another value makes a difference. A check's timeout is read and nothing
                // follows from it; another kind of hook needs other fields.
                let tells = !["healthCheck.timeout", "lifecycleHooks[].targetType"].contains(&row.name);
                let other = row.values().0.into_iter().rfind(|value| value != default);
                if let Some(other) = other.filter(|_| tells) {
                    let mut document = row.with(&other);
                    mend(&mut document, &other);
                    let differs = accepted(&document).scenario != without.scenario;
                    assert!(differs, "{}: {other} makes no difference", row.name);
                }
            }
            Refused(words) => {
                let problems = read(&row.without().to_string()).map(|_| ()).expect_err(row.name);
                assert!(lines(&problems).contains(words), "{}: {}", row.name, lines(&problems));
            }
            Nothing(_) => {
                accepted(&row.without());
            }
            // The row of the field itself says it.
            Elsewhere => {}
        }
    }
}

/// An answer's delay is no field of a file: a script gives it, and what is wrong with it fails the hook.
#[test]
fn a_call_back_delay_is_taken_over_its_range_and_refused_beyond() {
    let row = rows().into_iter().find(|row| row.of == Of::Answer).expect("a row");
    let (Whole(least, most), Is(default)) = (row.range, row.absent) else { panic!("whole seconds") };
    let first = |delay: String| {
        let mut recording = canary(0);
        let script = format!("#{{ hookStatus: \"IN_PROGRESS\"{delay} }}");
        hooked(&mut recording, &[("gate", &script, &["PRE_SCALE_UP"])]);
        recording.intervene(json!({"atSeconds": 0, "deploy": {"service": "ui", "revision": "42"}}));
        recording.intervene(json!({"at": {"stage": "PRE_SCALE_UP", "plusSeconds": 4000}, "stopServiceDeployment": {"service": "ui"}}));
        let story = Story::of(&recording);
        let call = story.calls()[0].clone();
        assert_eq!(call.stage, LifecycleStage::PreScaleUp);
        (call.status, call.next.map(|next| next.since(call.answered).0 / 1000))
    };
    for (delay, seconds) in [
        (String::new(), default.as_u64()),
        (format!(", callBackDelay: {least}"), Some(least as u64)),
        (format!(", callBackDelay: {most}"), Some(most as u64)),
    ] {
        assert_eq!(first(delay), (HookStatus::InProgress, seconds));
    }
    for delay in [json!(least - 1), json!(most + 1), json!("30"), json!(1.5)] {
        assert_eq!(first(format!(", callBackDelay: {delay}")).0, HookStatus::Failed, "{delay}");
    }
}

#[test]
fn the_schema_says_of_every_parameter_what_its_row_says() {
    let root: Value = serde_json::from_str(SCHEMA).expect("JSON");
    for row in
        rows().iter().filter(|row| row.of != Of::Answer && !matches!(row.range, Seconds(..) | Shape(_)))
    {
        let node = row.schema(&root);
        let told = |key: &str| node[key].as_f64();
        // What depends on a word beside it, or on another number, stands in the description.
        let depends = node["description"].is_string();
        match row.range {
            Whole(least, most) if !depends => {
                assert_eq!(
                    (told("minimum"), told("maximum")),
                    (Some(least as f64), Some(most as f64)),
                    "{}",
                    row.name
                );
                assert_eq!(node["type"], "integer", "{}", row.name);
            }
            Tenths(least, most) => {
                assert_eq!((told("minimum"), told("maximum")), (Some(least), Some(most)), "{}", row.name);
            }
            Flag => assert_eq!(node["type"], "boolean", "{}", row.name),
            Words(words) => assert_eq!(node["enum"], json!(words), "{}", row.name),
            _ => {}
        }
        match &row.absent {
            Is(default) | Ours(default, _) if !node["default"].is_null() => {
                assert_eq!(&node["default"], default, "{}", row.name);
            }
            _ => assert!(node["default"].is_null() || matches!(row.absent, Is(_)), "{}: {node}", row.name),
        }
    }
}

/// All parameters of the page's panel, under every strategy, with an alarm and with a breaker.
fn panel() -> Vec<Parameter> {
    let configurations = [
        json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true},
            "alarms": {"alarmNames": ["ui-5xx"], "enable": true, "rollback": true}}),
        json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0}),
        json!({"strategy": "LINEAR"}),
        json!({"strategy": "CANARY"}),
    ];
    let parameters = configurations.map(|configuration| {
        let session =
            Session::open(&recording(configuration)).unwrap_or_else(|problems| panic!("{problems:?}"));
        session.parameters()
    });
    parameters.concat()
}

#[test]
fn the_panel_says_of_every_parameter_what_its_row_says() {
    let panel = panel();
    for row in rows() {
        let Some(name) = row.panel else { continue };
        let field = panel.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("no field {name}"));
        let same = match (row.range, field.kind) {
            // 0 is off, below the range.
            (Seconds(30, most), ParameterKind::Integer { least: 0, most: shown }) => most == shown,
            (Whole(a, b) | Seconds(a, b), ParameterKind::Integer { least, most }) => (a, b) == (least, most),
            (Tenths(a, b), ParameterKind::Decimal { least, most, step }) => {
                (a, b, 0.1) == (least, most, step)
            }
            (Flag, ParameterKind::Switch) => true,
            _ => false,
        };
        assert!(same, "{name}: {:?}", field.kind);
        match &row.absent {
            Is(default) | Ours(default, _) => {
                let default = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
                let default = default.trim_end_matches(".0");
                assert_eq!(field.default.split(':').next(), Some(default), "{name}");
            }
            // A breaker that is not there at all is off.
            Refused(_) => {
                assert!(field.default == "false" || field.default.starts_with("must be given"), "{name}")
            }
            Nothing(_) | Elsewhere => {}
        }
    }
}

/// What the recording adds to ECS's own fields has no row: AWS documents no range for it.
#[test]
fn no_parameter_is_without_a_row() {
    let rows = rows();
    let shown: BTreeSet<&str> = rows.iter().filter_map(|row| row.panel).collect();
    let ours =
        [ParameterGroup::Release, ParameterGroup::Traffic, ParameterGroup::Timings, ParameterGroup::Readings];
    for field in panel().iter().filter(|field| !ours.contains(&field.group)) {
        // An alarm's definition is CloudWatch's, and the recording's own.
        let alarm = ["threshold", "periodSeconds", "evaluationPeriods"].contains(&field.name);
        assert!(alarm || shown.contains(field.name), "{} of the panel has no row", field.name);
    }
    let root: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let mut known = Vec::new();
    ranged(&root, &root["$defs"]["Entry"], "/services/0".to_owned(), &mut known);
    assert!(known.len() > 30, "{known:?}");
    for pointer in known {
        let own = [
            "/revisions/",
            "/timings/",
            "/calls/",
            "/dependencies/",
            "/otherStrategies/",
            "/firstDeployment",
        ];
        let quiet = own.iter().any(|part| pointer.contains(part)) || pointer.ends_with("/essential");
        // What describe-services repeats of a service is checked, and nothing follows from it.
        let repeated =
            ["/deployments/", "/taskSets/", "/gatewayConnectors/"].iter().any(|part| pointer.contains(part));
        let has_row = rows.iter().any(|row| row.at == pointer);
        assert!(quiet || repeated || has_row, "{pointer} of the schema has no row");
    }
}

/// The places of the schema that have a range, words to choose from, or a default.
fn ranged(root: &Value, node: &Value, pointer: String, found: &mut Vec<String>) {
    let node = match node["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).expect("it leads somewhere"),
        None => node,
    };
    if ["minimum", "enum", "default"].iter().any(|key| !node[key].is_null()) {
        found.push(pointer.clone());
    }
    for (key, inner) in node["properties"].as_object().into_iter().flatten() {
        ranged(root, inner, format!("{pointer}/{key}"), found);
    }
    if node["items"].is_object() {
        ranged(root, &node["items"], format!("{pointer}/0"), found);
    }
}

#[test]
fn the_document_is_written_from_the_rows() {
    let mut text = String::from(
        "# Parameters\n\n\
        What ECS and its load balancers document, as this program reads it; the test `parameters` holds the reader, the\n\
        schema, the page's panel and this table to each other. A wrong JSON type is refused and never turned into another.\n\n\
        | parameter | range | where it is not given | refused besides |\n| --- | --- | --- | --- |\n",
    );
    for row in rows() {
        let number = |number: i64| cutover::model::Count(number as u64).to_string();
        let range = match row.range {
            Whole(least, most) => format!("{} to {}", number(least), number(most)),
            Tenths(least, most) => format!("{least} to {most}, in tenths"),
            Seconds(30, most) => format!("30 to {} s, or 0", number(most)),
            Seconds(least, most) => format!("{} to {} s", number(least), number(most)),
            Flag => "true, false".to_owned(),
            Words(words) => words.join(", "),
            Shape(shape) => shape.to_owned(),
        };
        let value = |value: &Value| match value.as_str() {
            Some(text) => text.to_owned(),
            None => value.to_string().trim_end_matches(".0").to_owned(),
        };
        let absent = match &row.absent {
            Is(default) => value(default),
            Ours(default, why) => format!("{}: our reading ({why})", value(default)),
            Refused(words) => format!("refused: {words}"),
            Nothing(words) => (*words).to_owned(),
            Elsewhere => String::new(),
        };
        let mut refused: Vec<&str> = row.refused.iter().map(|(_, words)| *words).collect();
        refused.dedup();
        text += &format!("| `{}` | {range} | {absent} | {} |\n", row.name, refused.join("; "));
    }
    written("docs/parameters.md", &text, DOCUMENT);
}
