//! What is said about a run: at every instant of many recordings there is a sentence, and it is a good one.
//!
//! With `CUTOVER_SAY=1` and `--nocapture` everything that is said is printed, to be read by a person.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use cutover::engine::{Run, simulate};
use cutover::formats::read;
use cutover::model::{Scenario, SimTime, Span};
use cutover::script::{Scripts, ready_made};
use cutover::session::narrate::{SegmentKind, fact_text, source_title, why_now, why_text};
use cutover::session::{Msg, Session};
use serde_json::{Value, json};

/// The opening release by a strategy: 6 tasks, 42 fails 5 % of its requests, an alarm over 2 % in 60 s × 2.
fn release(configuration: Value) -> Value {
    let mut deployment = json!({
        "strategy": "CANARY", "bakeTimeInMinutes": 10, "minimumHealthyPercent": 100, "maximumPercent": 150,
        "alarms": {"alarmNames": ["ui-5xx"], "enable": true, "rollback": true},
        "deploymentCircuitBreaker": {"enable": true, "rollback": true}
    });
    merge(&mut deployment, configuration);
    json!({
        "cutover": 1, "name": "a test", "seed": 7,
        "services": [{
            "service": {
                "serviceName": "ui", "desiredCount": 6, "deploymentConfiguration": deployment,
                "loadBalancers": [{"targetGroupArn": GROUP_1, "containerName": "ui", "containerPort": 8080,
                    "advancedConfiguration": {"alternateTargetGroupArn": GROUP_2, "productionListenerRule": RULE_1,
                        "testListenerRule": RULE_2, "roleArn": "arn:aws:iam::123456789012:role/ecs"}}]
            },
            "targetGroups": [{"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}]}],
            "revisions": [{"name": "41"}, {"name": "42", "behavior": {"errorPercent": 5.0}}, {"name": "43"}]
        }],
        "traffic": {"requestsPerSecond": 240, "testRequestsPerSecond": 4},
        "hooks": {
            "smoke-test": {"source": ready_made("smoke-test")},
            "approval": {"source": ready_made("manual-approval")},
            "never": {"source": ready_made("never-answer")},
            "fails": {"source": ready_made("always-fail")},
            "broken": {"source": "let x = ;"}
        },
        "alarms": [{"alarmName": "ui-5xx", "metric": "errorPercent", "threshold": 2, "periodSeconds": 60, "evaluationPeriods": 2}],
        "interventions": [{"atSeconds": 0, "deploy": {"service": "ui", "revision": "42"}}]
    })
}

const GROUP_1: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/ui-1/1111111111111111";
const GROUP_2: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/ui-2/2222222222222222";
const RULE_1: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/1/2/3";
const RULE_2: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/1/4/5";

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            from.into_iter().for_each(|(key, value)| merge(into.entry(key).or_insert(Value::Null), value));
        }
        (into, from) => *into = from,
    }
}

fn hook(function: &str, stage: &str) -> Value {
    let target = format!("arn:aws:lambda:eu-west-1:123456789012:function:{function}");
    json!({"lifecycleHooks": [{"hookTargetArn": target, "roleArn": "arn:aws:iam::123456789012:role/hook",
        "lifecycleStages": [stage]}]})
}

fn then(mut recording: Value, interventions: &[Value]) -> Value {
    if let Some(list) = recording["interventions"].as_array_mut() {
        list.extend_from_slice(interventions);
    }
    recording
}

fn with(mut recording: Value, patch: Value) -> Value {
    merge(&mut recording, patch);
    recording
}

fn behaves(recording: Value, behavior: Value) -> Value {
    let set =
        json!({"atSeconds": 0, "setBehavior": {"service": "ui", "revision": "42", "behavior": behavior}});
    then(recording, &[set])
}

fn recordings() -> Vec<(&'static str, Value)> {
    let good = || json!({"errorPercent": 0.0});
    let canary =
        || release(json!({"canaryConfiguration": {"canaryPercent": 10, "canaryBakeTimeInMinutes": 5}}));
    let linear = || json!({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 20, "stepBakeTimeInMinutes": 6}});
    vec![
        ("canary goes back", canary()),
        ("canary succeeds", behaves(canary(), good())),
        ("linear goes back", release(linear())),
        ("linear succeeds", behaves(release(linear()), good())),
        ("blue/green goes back", release(json!({"strategy": "BLUE_GREEN"}))),
        ("blue/green succeeds", behaves(release(json!({"strategy": "BLUE_GREEN"})), good())),
        ("rolling goes back", release(json!({"strategy": "ROLLING"}))),
        ("rolling succeeds", behaves(release(json!({"strategy": "ROLLING"})), good())),
        ("rolling without alarms", release(json!({"strategy": "ROLLING", "alarms": {"enable": false}}))),
        ("rolling is stuck", release(json!({"strategy": "ROLLING", "maximumPercent": 100}))),
        (
            "rolling in pairs",
            release(json!({"strategy": "ROLLING", "minimumHealthyPercent": 50, "maximumPercent": 100})),
        ),
        ("rollback is off", release(json!({"alarms": {"rollback": false}}))),
        ("smoke test", release(hook("smoke-test", "POST_TEST_TRAFFIC_SHIFT"))),
        ("hook fails", release(hook("fails", "POST_TEST_TRAFFIC_SHIFT"))),
        ("hook does not compile", release(hook("broken", "PRE_SCALE_UP"))),
        ("hook never answers", release(hook("never", "POST_SCALE_UP"))),
        (
            "approval given",
            then(
                release(hook("approval", "POST_TEST_TRAFFIC_SHIFT")),
                &[json!({"atSeconds": 200, "approve": {"service": "ui"}})],
            ),
        ),
        (
            "approval refused",
            then(
                release(hook("approval", "POST_TEST_TRAFFIC_SHIFT")),
                &[json!({"atSeconds": 200, "reject": {"service": "ui"}})],
            ),
        ),
        ("nobody approves", release(hook("approval", "PRE_PRODUCTION_TRAFFIC_SHIFT"))),
        (
            "pause",
            release(
                json!({"lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"]}]}),
            ),
        ),
        (
            "person stops",
            then(canary(), &[json!({"atSeconds": 70, "stopServiceDeployment": {"service": "ui"}})]),
        ),
        (
            "second deployment",
            then(canary(), &[json!({"atSeconds": 70, "deploy": {"service": "ui", "revision": "43"}})]),
        ),
        ("image missing", behaves(canary(), json!({"imageMissing": true}))),
        (
            "fails health checks",
            behaves(release(json!({"strategy": "ROLLING"})), json!({"failsHealthChecks": true})),
        ),
        (
            "crashes after a minute",
            behaves(release(json!({"strategy": "ROLLING"})), json!({"failsAfterSeconds": 60})),
        ),
        (
            "no breaker",
            behaves(
                release(json!({"deploymentCircuitBreaker": {"enable": false}})),
                json!({"crashesAtStart": true}),
            ),
        ),
        (
            "listener denied",
            then(
                canary(),
                &[json!({"atSeconds": 70, "denyListenerChanges": {"service": "ui", "forSeconds": 900}})],
            ),
        ),
        (
            "zone lost",
            then(
                canary(),
                &[json!({"atSeconds": 70, "failAvailabilityZone": {"zone": "a", "forSeconds": 300}})],
            ),
        ),
        (
            "capacity",
            then(
                release(json!({"strategy": "ROLLING"})),
                &[json!({"atSeconds": 0, "limitCapacity": {"tasks": 7}})],
            ),
        ),
        (
            "alarm red at the start",
            then(
                with(canary(), json!({"interventions": []})),
                &[
                    json!({"atSeconds": 0, "setAlarm": {"alarmName": "ui-5xx", "state": "ALARM"}}),
                    json!({"atSeconds": 1, "deploy": {"service": "ui", "revision": "42"}}),
                ],
            ),
        ),
        (
            "first deployment",
            with(
                release(json!({"strategy": "ROLLING"})),
                json!({"interventions": [], "services": [{"firstDeployment": true, "service": {"serviceName": "ui", "desiredCount": 2}, "revisions": [{"name": "41"}]}]}),
            ),
        ),
        ("nothing happens", with(canary(), json!({"interventions": []}))),
        (
            "a task is stopped",
            with(
                canary(),
                json!({"interventions": [{"atSeconds": 30, "stopTask": {"service": "ui", "task": 1}}]}),
            ),
        ),
        (
            "desired count grows",
            then(
                canary(),
                &[json!({"atSeconds": 100, "setDesiredCount": {"service": "ui", "desiredCount": 9}})],
            ),
        ),
    ]
}

/// All recordings and presets, read and simulated.
fn runs() -> impl Iterator<Item = (&'static str, Scenario, Run)> {
    let presets = crate::presets::ALL.map(|(name, text)| (name, text.to_owned()));
    let recordings = recordings().into_iter().map(|(name, recording)| (name, recording.to_string()));
    presets.into_iter().chain(recordings).map(|(name, text)| {
        let (scenario, run) = simulated(name, &text);
        (name, scenario, run)
    })
}

fn simulated(name: &str, recording: &str) -> (Scenario, Run) {
    let reading = read(recording).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{name} is refused: {}", lines.join("\n"))
    });
    let run = simulate(&reading.scenario, &mut Scripts::compile(&reading.scenario.hooks).runner());
    (reading.scenario, run)
}

/// Plain English: something is said, every number is there, and it is written with care.
fn check_text(text: &str, place: &str) {
    assert!(!text.trim().is_empty(), "{place}: nothing is said");
    for bad in ["NaN", "{", "}", "  ", " .", " ,", "..", "None", "Some(", "RevisionId", " of  ", "u32"] {
        assert!(!text.contains(bad) || text.contains("hookStatus"), "{place}: {bad:?} in {text:?}");
    }
    assert!(!text.starts_with(' ') && !text.ends_with(' '), "{place}: {text:?}");
}

#[test]
fn at_every_instant_there_is_a_sentence() {
    for (name, scenario, run) in runs() {
        let mut said = String::new();
        let instants = run
            .events
            .iter()
            .flat_map(|event| [event.at, SimTime(event.at.0.saturating_sub(1)), SimTime(event.at.0 + 700)]);
        for at in instants.chain([SimTime::ZERO, run.end, SimTime(run.end.0 / 2)]) {
            let sentence = why_now(&scenario, &run, 0, at);
            let text = sentence.to_string();
            check_text(&text, &format!("{name} at {at}"));
            assert!(text.ends_with('.'), "{name} at {at}: {text:?}");
            assert!(text.chars().count() < 330, "{name} at {at}: too long: {text}");
            if said != text && std::env::var_os("CUTOVER_SAY").is_some() {
                println!("{name:<24} {at:>9} {text}   [{}]", sentence.source);
            }
            said = text;
        }
    }
}

#[test]
fn in_a_first_deployment_nothing_is_kept_or_removed_and_nobody_is_taken_back() {
    for strategy in ["ROLLING", "BLUE_GREEN", "CANARY", "LINEAR"] {
        let mut recording = release(json!({"strategy": strategy, "bakeTimeInMinutes": 3}));
        recording["interventions"] = json!([]);
        recording["services"][0]["firstDeployment"] = json!(true);
        let mut session = Session::open(&recording).expect("it is a recording");
        let end = session.run().end.0;
        let mut said = String::new();
        for at in (0..=end).step_by(20_000).map(SimTime) {
            said.push_str(&why_now(session.scenario(), session.run(), 0, at).to_string());
            let _ = session.update(Msg::Seek(at));
            let deployment = session.frame().deployment.expect("the service is created");
            said.extend(deployment.strip.iter().map(|item| item.title.as_str()));
            assert_eq!(session.price(), None, "{strategy} at {at}: there is no way back");
        }
        assert!(said.contains("; there is no earlier revision to go back to."), "{strategy}: {said}");
        assert!(said.contains(": all users are on 41."), "{strategy}: {said}");
        for wrong in ["kept", "gone", "back to 41", "everyone back", "Remove 41", "Replace", "Users move"] {
            assert!(!said.contains(wrong), "{strategy}: {wrong} in {said}");
        }
        assert!(session.outcomes().iter().all(|outcome| outcome.undo.is_none()), "{strategy}");
    }
}

#[test]
fn every_event_is_told_with_its_reason() {
    for (name, scenario, run) in runs() {
        for event in &run.events {
            let (fact, why) = (fact_text(event, &scenario, &run), why_text(event, &scenario, &run));
            let place = format!("{name} at {}: {:?}", event.at, event.fact);
            check_text(&fact, &place);
            check_text(&why, &place);
            assert!(why.ends_with(['.', '…']), "{place}: {why:?}");
            assert!(
                fact.chars().next().is_some_and(|first| !first.is_lowercase())
                    || fact.starts_with("desiredCount"),
                "{fact:?}"
            );
            if std::env::var_os("CUTOVER_SAY").is_some() {
                println!("{name:<24} {:>9} {fact}   ({why}) [{}]", event.at, source_title(&event.why));
            }
        }
    }
}

/// The parts of the sentence at `at` that are of a kind.
fn parts(scenario: &Scenario, run: &Run, at: SimTime, kind: SegmentKind) -> Vec<String> {
    let sentence = why_now(scenario, run, 0, at);
    sentence.segments.into_iter().filter(|segment| segment.kind == kind).map(|segment| segment.text).collect()
}

#[test]
fn a_bad_minute_is_said_with_its_inequality_and_what_the_next_one_does() {
    let (scenario, run) = simulated("canary goes back", &recordings()[0].1.to_string());
    let bad = run.alarms[0].periods.iter().find(|period| period.breaching_in_a_row == 1);
    let period = bad.unwrap_or_else(|| panic!("no minute is bad"));
    let text = why_now(&scenario, &run, 0, period.end).to_string();
    assert!(
        text.starts_with("10 % of requests go to 42 until 5:47. The alarm has seen 1 of 2 bad minutes: "),
        "{text}"
    );
    assert!(text.ends_with(" > 2 %. A second one, at 2:00, takes everyone back."), "{text}");
    assert_eq!(parts(&scenario, &run, period.end, SegmentKind::Failure), ["1 of 2"]);
    assert_eq!(parts(&scenario, &run, period.end, SegmentKind::Number), ["10 %", "5:47", "2:00"]);
}

#[test]
fn a_rolling_wait_is_said_with_both_inequalities() {
    let recording = release(json!({"strategy": "ROLLING"})).to_string();
    let (scenario, run) = simulated("rolling", &recording);
    assert_eq!(
        why_now(&scenario, &run, 0, SimTime::from_secs(10)).to_string(),
        "Waiting for 3 new tasks of 42 to become healthy. Nothing may stop: 6 healthy − 6 at least = 0. Nothing may \
         start: 9 at most − 9 = 0."
    );
    assert_eq!(
        why_now(&scenario, &run, 0, SimTime::ZERO).to_string(),
        "This pass starts 3: 6 + 3 ≤ 9 at most. Waiting for 3 new tasks of 42 to become healthy."
    );
}

#[test]
fn before_and_after_a_deployment_the_state_of_rest_is_said() {
    let quiet = with(release(json!({})), json!({"interventions": []})).to_string();
    let (scenario, run) = simulated("quiet", &quiet);
    let text = why_now(&scenario, &run, 0, SimTime::ZERO).to_string();
    assert_eq!(text, "Steady state: 6 of 6 tasks of 41 healthy. Nothing is being deployed.");
    let (scenario, run) =
        simulated("good", &behaves(release(json!({})), json!({"errorPercent": 0})).to_string());
    let text = why_now(&scenario, &run, 0, run.end).to_string();
    assert!(
        text.starts_with("Done: all users are on 42 since ") && text.ends_with(". No request failed."),
        "{text}"
    );
}

#[test]
fn hours_into_an_approval_the_next_call_is_still_to_come() {
    let (scenario, run) = simulated("approval", crate::presets::text("approval"));
    let calls: Vec<SimTime> = run.deployments[0].hooks.iter().map(|call| call.at).collect();
    assert!(calls.len() > 2_000, "{} calls", calls.len());
    for call in [1, 2, 400, calls.len() - 2] {
        let text = why_now(&scenario, &run, 0, calls[call] + Span(1_000)).to_string();
        let said = format!("ECS calls it again at {}, call {};", calls[call + 1], call + 2);
        assert!(text.contains(&said), "{said} is not in: {text}");
    }
}

#[test]
fn where_nothing_goes_back_nobody_is_promised_new_tasks() {
    let mut document: Value =
        serde_json::from_str(crate::presets::text("rolling-breaker")).expect("it is JSON");
    let breaker = "/services/0/service/deploymentConfiguration/deploymentCircuitBreaker/rollback";
    *document.pointer_mut(breaker).expect("it has a circuit breaker") = json!(false);
    // A task that is lost afterwards is not replaced either.
    let acts = document["interventions"].as_array_mut().expect("a list");
    acts.push(json!({"atSeconds": 3000, "stopTask": {"service": "ui", "task": 1}}));
    let (scenario, run) = simulated("stopped", &document.to_string());
    assert_eq!(run.deployments[0].status.last().map(|status| status.api_name()), Some("STOPPED"));
    let text = why_now(&scenario, &run, 0, run.end).to_string();
    assert!(text.contains("tasks are healthy, and ECS starts none before the next deployment."), "{text}");
    assert!(!text.contains("brings the service back"), "{text}");
}
