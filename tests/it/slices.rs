//! How time is cut does not matter: interventions that change nothing cut it in many places, and nothing changes.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, simulate};
use crate::random;
use cutover::engine::{Event, Fact, Run};
use cutover::model::SimTime;
use serde_json::json;

/// What happened, but for the interventions themselves.
fn facts(run: &Run) -> Vec<&Event> {
    let cuts = |fact: &Fact| matches!(fact, Fact::Intervened { .. } | Fact::Refused { .. });
    run.events.iter().filter(|event| !cuts(&event.fact)).collect()
}

/// The same recording with an act at many instants that changes nothing.
fn cut(recording: &Recording, end: SimTime) -> Recording {
    let mut cut = recording.clone();
    for part in 1..40 {
        let at = end.0 * part / 41;
        // An intervention makes a run longer only if it is made after its last status.
        cut.intervene(json!({"atSeconds": at as f64 / 1000.0,
            "setBehavior": {"service": "ui", "revision": "43", "behavior": {}}}));
    }
    cut
}

/// The counts of every flow of every service at many instants up to `end`, and the latency.
fn assert_same_requests(one: &Run, other: &Run, end: SimTime, what: &str) {
    for part in 0..=60 {
        let at = SimTime(end.0 * part / 60);
        for (one, other) in one.services.iter().zip(&other.services) {
            for flow in &one.traffic.flows {
                // A flow that is not there yet has no requests.
                let same = other.traffic.flow(flow.key).map(|other| other.at(at));
                assert_eq!(flow.at(at), same.unwrap_or_default(), "{what}: {:?} at {at}", flow.key);
            }
        }
    }
}

/// When the last stage was entered: interventions up to there make no run longer.
fn last_stage(run: &Run) -> SimTime {
    run.deployments[0].stages.last().map_or(run.end, |stage| stage.start)
}

#[test]
fn a_run_that_is_cut_in_forty_is_the_run_that_is_whole() {
    let mut queues = 0;
    for seed in 0..200 {
        let recording = random::recording(seed);
        let (_, whole) = simulate(&recording);
        let (_, sliced) = simulate(&cut(&recording, last_stage(&whole)));
        assert_same_requests(&whole, &sliced, whole.end, &format!("seed {seed}"));
        for (whole, sliced) in facts(&whole).into_iter().zip(facts(&sliced)) {
            assert_eq!(whole, sliced, "seed {seed}");
        }
        assert_eq!(facts(&whole).len(), facts(&sliced).len(), "seed {seed}");
        let flows = || whole.services[0].traffic.flows.iter();
        queues += u32::from(flows().any(|flow| flow.marks.iter().any(|mark| mark.queued > 0)));
    }
    assert!(queues > 20, "only {queues} scenarios have queues");
}

#[test]
fn an_intervention_leaves_every_count_before_it_as_it_was() {
    let mut recording = Recording::shifting(json!({"strategy": "CANARY", "bakeTimeInMinutes": 5,
        "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 5}}));
    recording.document["services"][0]["revisions"][1]["behavior"] = json!({"errorPercent": 5.0});
    recording.deploys_at(0);
    let (_, whole) = simulate(&recording);
    for act in [100_137, 211_001, 387_999] {
        let mut forked = recording.clone();
        forked
            .intervene(json!({"atSeconds": act as f64 / 1000.0, "stopServiceDeployment": {"service": "ui"}}));
        let (_, fork) = simulate(&forked);
        assert_same_requests(&whole, &fork, SimTime(act), &format!("rolled back at {}", SimTime(act)));
    }
}

/// What moves while it is cut: overload, a ramp and a spike, warm-up and slow start, five services, stickiness.
#[test]
fn an_intervention_in_the_middle_of_whatever_moves_leaves_the_past_as_it_was() {
    let retail = || Recording {
        document: serde_json::from_str(include_str!("../../static/scenarios/retail.json")).expect("JSON"),
    };
    let mut overload = retail();
    overload.intervene(json!({"atSeconds": 100.5, "setTraffic": {"requestsPerSecond": 700}}));
    overload.intervene(json!({"atSeconds": 130.25, "setTraffic": {"requestsPerSecond": 100}}));
    let mut profile = retail();
    profile.document["traffic"]["profile"] = json!([
        {"atSeconds": 90, "requestsPerSecond": 240}, {"atSeconds": 171, "requestsPerSecond": 600, "ramp": true},
        {"atSeconds": 200, "requestsPerSecond": 900, "forSeconds": 11}]);
    let mut slow = retail();
    let ui = &mut slow.document["services"][0];
    ui["targetGroups"][0]["Attributes"] = json!([{"Key": "slow_start.duration_seconds", "Value": "60"}]);
    ui["revisions"][0]["behavior"] = json!({"warmUpSeconds": 47, "requestsPerSecondPerTask": 45});
    slow.intervene(json!({"atSeconds": 20, "failAvailabilityZone": {"zone": "a", "forSeconds": 30}}));
    for (what, recording) in [("overload", overload), ("a profile", profile), ("warm-up", slow)] {
        let (_, whole) = simulate(&recording);
        for act in [82_637, 101_333, 113_001, 131_119, 151_007, 203_777] {
            let mut forked = recording.clone();
            let stop =
                json!({"stopServiceDeployment": {"service": "catalog"}, "atSeconds": act as f64 / 1000.0});
            forked.intervene(stop);
            let (_, fork) = simulate(&forked);
            assert_same_requests(&whole, &fork, SimTime(act), &format!("{what}, {}", SimTime(act)));
        }
    }
}
