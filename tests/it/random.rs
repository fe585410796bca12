//! Random recordings, small and nasty. What can go wrong stands last in each choice, so that a failing recording shrinks
//! to one in which as little as possible does.

use crate::driver::Recording;
use crate::property;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// How many seeds the tests go through.
pub const SEEDS: u64 = 100;

/// The recording of a seed.
pub fn recording(seed: u64) -> Recording {
    property::case(seed, &recordings())
}

/// Recordings of one service, with a deployment and what people and faults do meanwhile.
pub fn recordings() -> impl Strategy<Value = Recording> {
    let service = (configuration(), vec(hook(), 0..3), tasks(), surroundings());
    let acts = (0_u32..120, vec(intervention(), 0..5));
    (0_u64..1_000, service, behavior(true), document(), acts, reached(), rare()).prop_map(
        |(
            seed,
            (configuration, hooks, tasks, surroundings),
            behavior,
            document,
            (deploys_at, acts),
            reached,
            rare,
        )| {
            let mut recording = Recording::shifting(configuration);
            reached.applied(&mut recording);
            recording.document["seed"] = json!(seed);
            merge(&mut recording.document, rare);
            merge(&mut recording.document, document);
            recording.document["hooks"] = scripts();
            let service = &mut recording.document["services"][0];
            service["service"]["deploymentConfiguration"]["lifecycleHooks"] = json!(hooks);
            merge(&mut service["service"], tasks);
            merge(service, surroundings);
            service["revisions"] =
                json!([{"name": "41"}, {"name": "42", "behavior": behavior}, {"name": "43"}]);
            recording.deploys_at(deploys_at.into());
            acts.into_iter().for_each(|act| recording.intervene(act));
            recording
        },
    )
}

/// How users reach the service.
#[derive(Clone, Copy, Debug)]
enum Reached {
    Application,
    Sticky,
    Network,
    ServiceConnect,
    Nobody,
}

impl Reached {
    fn applied(self, recording: &mut Recording) {
        let entry = &mut recording.document["services"][0];
        match self {
            Reached::Application => {}
            Reached::Sticky => {
                entry["listenerRules"] = json!([{"Actions": [{"Type": "forward", "ForwardConfig":
                    {"TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 90}}}]}]);
            }
            Reached::Network => recording.behind_a_network_load_balancer(),
            Reached::ServiceConnect => {
                entry["service"]["loadBalancers"] = json!([]);
                entry["service"]["serviceConnectConfiguration"] = json!({"enabled": true,
                    "services": [{"portName": "http", "clientAliases": [{"port": 80, "dnsName": "ui"}]}]});
            }
            Reached::Nobody => entry["service"]["loadBalancers"] = json!([]),
        }
    }
}

fn reached() -> impl Strategy<Value = Reached> {
    prop_oneof![
        6 => Just(Reached::Application),
        2 => Just(Reached::Network),
        1 => Just(Reached::Sticky),
        1 => Just(Reached::ServiceConnect),
        1 => Just(Reached::Nobody),
    ]
}

/// Fields of the recording that few have.
fn rare() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => Just(json!({})),
        2 => Just(json!({"firstDeployment": true})),
        1 => Just(json!({"readings": {"stoppingCountsTowardMaximum": false}})),
    ]
}

/// Adds the fields of an object to another.
fn merge(into: &mut Value, from: Value) {
    let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) else { panic!("two objects") };
    into.extend(from);
}

/// A choice of literals that becomes one JSON value.
fn one_of<T: Into<Value> + Clone + std::fmt::Debug + 'static>(
    items: impl Into<Vec<T>>,
) -> impl Strategy<Value = Value> {
    select(items.into()).prop_map(Into::into)
}

/// `deploymentConfiguration`.
fn configuration() -> impl Strategy<Value = Value> {
    let bake = weighted(0.7, 0_u32..8);
    let breaker = weighted(0.5, (any::<bool>(), any::<bool>(), threshold()));
    let alarms = weighted(0.5, any::<bool>());
    (strategy(), bake, breaker, alarms).prop_map(|(mut configuration, bake, breaker, alarms)| {
        if let Some(minutes) = bake.or((configuration["strategy"] != "ROLLING").then_some(0)) {
            configuration["bakeTimeInMinutes"] = json!(minutes);
        }
        if let Some((rollback, reset, threshold)) = breaker {
            configuration["deploymentCircuitBreaker"] = json!({"enable": true, "rollback": rollback,
                "resetOnHealthyTask": reset, "thresholdConfiguration": threshold});
        }
        if let Some(rollback) = alarms {
            configuration["alarms"] = json!({"alarmNames": ["errors"], "enable": true, "rollback": rollback});
        }
        configuration
    })
}

fn threshold() -> impl Strategy<Value = Value> {
    (one_of(["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"]), one_of([50, 20, 1]))
        .prop_map(|(kind, value)| json!({"type": kind, "value": value}))
}

/// A strategy with the values that only it has.
fn strategy() -> impl Strategy<Value = Value> {
    let bounds = (one_of([100, 90, 66, 50, 0]), one_of([200, 150, 134, 110, 100]));
    let early = (one_of([100, 80, 50]), one_of(["BLOCKING", "DEFERRED"]));
    let rolling = (bounds, weighted(0.2, early)).prop_map(|((minimum, maximum), early)| {
        let mut rolling =
            json!({"strategy": "ROLLING", "minimumHealthyPercent": minimum, "maximumPercent": maximum});
        if let Some((percent, cleanup)) = early {
            rolling["minimumHealthyPercent"] = json!(50);
            rolling["earlySuccessCriteria"] =
                json!({"enable": true, "healthyPercent": percent, "sourceServiceRevisionCleanup": cleanup});
        }
        rolling
    });
    let canary = (one_of([100.0, 33.3, 5.0, 0.1]), 0_u32..6).prop_map(|(percent, minutes)| {
        json!({"strategy": "CANARY",
            "canaryConfiguration": {"canaryPercent": percent, "canaryBakeTimeInMinutes": minutes}})
    });
    let linear = (one_of([100.0, 50.0, 33.3, 20.0, 7.5]), 0_u32..4).prop_map(|(percent, minutes)| {
        json!({"strategy": "LINEAR",
            "linearConfiguration": {"stepPercent": percent, "stepBakeTimeInMinutes": minutes}})
    });
    prop_oneof![2 => rolling, 1 => Just(json!({"strategy": "BLUE_GREEN"})), 1 => canary, 1 => linear]
}

/// How many tasks there are, and how long they are spared.
fn tasks() -> impl Strategy<Value = Value> {
    (0_u32..9, one_of([0, 0, 120]))
        .prop_map(|(desired, grace)| json!({"desiredCount": desired, "healthCheckGracePeriodSeconds": grace}))
}

/// Health checks, draining and field timings.
fn surroundings() -> impl Strategy<Value = Value> {
    let group = (one_of([5, 30]), 2_u32..4, one_of(["0", "15", "300"]), one_of(["0", "0", "30"]));
    let timings = (one_of([0, 5, 30]), 0_u32..4);
    let check = weighted(0.25, Just(()));
    let unattached = weighted(0.1, Just(()));
    (group, timings, check, unattached).prop_map(
        |((interval, failures, delay, slow_start), (propagation, deregister), check, unattached)| {
            let mut entry = json!({
                "targetGroups": [{"HealthCheckIntervalSeconds": interval, "UnhealthyThresholdCount": failures,
                    "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": delay},
                        {"Key": "slow_start.duration_seconds", "Value": slow_start}]}],
                "timings": {"propagationSeconds": propagation, "deregisterSeconds": deregister},
            });
            if unattached.is_some() {
                let group = json!({"TargetGroupArn": crate::driver::group(2), "LoadBalancerArns": []});
                entry["targetGroups"].as_array_mut().expect("a list").push(group);
            }
            if check.is_some() {
                entry["taskDefinition"] = json!({"containerDefinitions": [{"name": "ui", "essential": true,
                "healthCheck": {"command": ["CMD", "true"], "interval": 10, "retries": 2}}]});
            }
            entry
        },
    )
}

/// How a revision behaves; a bad one may fail in any way.
fn behavior(bad: bool) -> impl Strategy<Value = Value> {
    let faults = prop_oneof![
        3 => Just(json!({})),
        1 => Just(json!({"warmUpSeconds": 20})),
        1 => one_of([0.5, 5.0, 100.0]).prop_map(|percent| json!({"errorPercent": percent})),
        1 => (1_u32..400).prop_map(|seconds| json!({"failsAfterSeconds": seconds})),
        1 => Just(json!({"failsHealthChecks": true})),
        1 => Just(json!({"crashesAtStart": true})),
        1 => Just(json!({"imageMissing": true})),
    ];
    (0_u32..20, one_of([200, 40]), faults).prop_map(move |(start, capacity, faults)| {
        let mut behavior = json!({"startSeconds": start, "requestsPerSecondPerTask": capacity});
        if bad {
            merge(&mut behavior, faults);
        }
        behavior
    })
}

/// Traffic, the alarm and the reviewer.
fn document() -> impl Strategy<Value = Value> {
    let profile = weighted(0.2, (0_u32..900, one_of([0, 300]), any::<bool>()));
    let traffic = (one_of([200, 5, 900, 0]), 0_u32..5, profile);
    let alarm = (
        one_of(["errorPercent", "latencyMillis"]),
        one_of([60, 2]),
        one_of(["targetGroup", "loadBalancer"]),
        one_of([60, 10]),
        1_u32..4,
    );
    let reviewer = weighted(0.3, (0_u32..900, one_of(["approved", "rejected"])));
    (traffic, alarm, reviewer).prop_map(
        |((rate, test_rate, profile), (metric, threshold, scope, period, evaluations), reviewer)| {
            let mut document = json!({
                "traffic": {"requestsPerSecond": rate, "testRequestsPerSecond": test_rate, "users": 1000},
                "alarms": [{"alarmName": "errors", "metric": metric, "threshold": threshold, "scope": scope,
                    "periodSeconds": period, "evaluationPeriods": evaluations}],
            });
            if let Some((at, rate, ramp)) = profile {
                document["traffic"]["profile"] =
                    json!([{"atSeconds": at, "requestsPerSecond": rate, "ramp": ramp}]);
            }
            if let Some((seconds, answer)) = reviewer {
                document["reviewer"] = json!({"answersAfterSeconds": seconds, "answer": answer});
            }
            document
        },
    )
}

/// The functions that hooks may name.
fn scripts() -> Value {
    json!({
        "passes": {"source": "#{ hookStatus: \"SUCCEEDED\" }"},
        "fails": {"source": "#{ hookStatus: \"FAILED\" }"},
        "waits": {"source": "#{ hookStatus: \"IN_PROGRESS\", callBackDelay: 600 }"},
        "asks": {"source": "if approval() == \"none\" { request_approval(\"go on?\"); }\n\
            if approval() == \"approved\" { #{ hookStatus: \"SUCCEEDED\" } } else if approval() == \"rejected\" { #{ hookStatus: \"FAILED\" } } else { #{ hookStatus: \"IN_PROGRESS\", callBackDelay: 60 } }"},
    })
}

/// The stages at which either kind of hook may be attached; some do not occur under ROLLING, and then nothing runs.
const STAGES: [&str; 6] = [
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    "RECONCILE_SERVICE",
];

fn hook() -> impl Strategy<Value = Value> {
    let timeout = (1_u32..31, one_of(["ROLLBACK", "CONTINUE"]))
        .prop_map(|(minutes, action)| json!({"timeoutInMinutes": minutes, "action": action}));
    let shifts = subsequence(vec!["TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"], 0..=2);
    let function = weighted(0.7, (select(vec!["passes", "passes", "fails", "waits", "asks"]), shifts));
    (select(STAGES.to_vec()), function, timeout).prop_map(|(stage, function, timeout)| match function {
        None => json!({"targetType": "PAUSE", "lifecycleStages": [stage], "timeoutConfiguration": timeout}),
        Some((function, shifts)) => {
            let stages: Vec<&str> = std::iter::once(stage).chain(shifts).collect();
            json!({"hookTargetArn": format!("arn:aws:lambda:eu-west-1:123456789012:function:{function}"),
                "roleArn": "arn:aws:iam::123456789012:role/hook", "lifecycleStages": stages,
                "timeoutConfiguration": timeout})
        }
    })
}

/// What a person or a fault does in the first half hour or so.
fn intervention() -> impl Strategy<Value = Value> {
    (0_u32..2_000, act()).prop_map(|(at, mut act)| {
        act["atSeconds"] = json!(at);
        act
    })
}

fn act() -> impl Strategy<Value = Value> {
    let seconds = || 30_u32..900;
    prop_oneof![
        2 => Just(json!({"stopServiceDeployment": {"service": "ui"}})),
        1 => one_of(["43", "41", "42"]).prop_map(|name| json!({"deploy": {"service": "ui", "revision": name}})),
        1 => (1_u32..4).prop_map(|task| json!({"stopTask": {"service": "ui", "task": task}})),
        2 => (one_of(["42", "41"]), behavior(true)).prop_map(
            |(name, behavior)| json!({"setBehavior": {"service": "ui", "revision": name, "behavior": behavior}})
        ),
        1 => (one_of(["a", "b"]), seconds())
            .prop_map(|(zone, seconds)| json!({"failAvailabilityZone": {"zone": zone, "forSeconds": seconds}})),
        1 => (0_u32..12, seconds())
            .prop_map(|(tasks, seconds)| json!({"limitCapacity": {"tasks": tasks, "forSeconds": seconds}})),
        1 => one_of([0, 50, 2000]).prop_map(|rate| json!({"setTraffic": {"requestsPerSecond": rate}})),
        1 => one_of(["ALARM", "OK"]).prop_map(|state| json!({"setAlarm": {"alarmName": "errors", "state": state}})),
        1 => (0_u32..999, 1_u32..900).prop_map(|(source, target)| json!({"setListenerWeights":
            {"service": "ui", "rule": "production", "sourceWeight": source, "targetWeight": target}})),
        1 => (0_u32..10, any::<bool>()).prop_map(|(desired, auto)| json!({"setDesiredCount":
            {"service": "ui", "desiredCount": desired, "autoScaling": auto}})),
        1 => (1_u32..4, any::<bool>(), 1_u32..40).prop_map(|(task, enabled, minutes)| json!({"updateTaskProtection":
            {"service": "ui", "task": task, "protectionEnabled": enabled, "expiresInMinutes": minutes}})),
        1 => one_of([
            json!({"service": "ui", "forceNewDeployment": true}),
            json!({"service": "ui", "deploymentConfiguration": {"strategy": "ROLLING"}}),
            json!({"service": "ui", "deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1},
                "taskDefinition": "ui:43"}),
        ])
        .prop_map(|update| json!({"updateService": update})),
        1 => seconds()
            .prop_map(|seconds| json!({"denyListenerChanges": {"service": "ui", "forSeconds": seconds}})),
        1 => (one_of(["passes", "waits"]), seconds())
            .prop_map(|(hook, seconds)| json!({"denyHookInvocation": {"hook": hook, "forSeconds": seconds}})),
        1 => (1_u32..4, 1_u32..30).prop_map(|(task, minutes)| json!({"updateTaskProtection":
            {"service": "ui", "task": task, "protectionEnabled": true, "expiresInMinutes": minutes}})),
        1 => (one_of([0, 20, 100]), one_of([0, 500]))
            .prop_map(|(percent, millis)| json!({"setDependency":
                {"name": "db", "errorPercent": percent, "latencyMillis": millis}})),
        1 => one_of(["#{ hookStatus: \"SUCCEEDED\" }", "throw 1"])
            .prop_map(|source| json!({"setHook": {"hook": "waits", "source": source}})),
        1 => strategy().prop_map(|mut configuration| {
            configuration["bakeTimeInMinutes"] = json!(1);
            json!({"updateService": {"service": "ui", "deploymentConfiguration": configuration}})
        }),
        1 => (one_of([true, false]), 0_u32..9).prop_map(|(force, desired)| json!({"updateService":
            {"service": "ui", "forceNewDeployment": force, "desiredCount": desired}})),
        1 => one_of(["CONTINUE", "ROLLBACK"])
            .prop_map(|action| json!({"continueServiceDeployment": {"service": "ui", "action": action}})),
        1 => one_of(["approve", "reject"]).prop_map(|answer| {
            let mut act = json!({});
            act[answer.as_str().expect("a word")] = json!({"service": "ui"});
            act
        }),
    ]
}
