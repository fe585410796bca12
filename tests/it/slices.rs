//! How time is cut does not matter: interventions that change nothing cut it in many places, and nothing changes.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, simulate};
use crate::random;
use cutover::engine::{Event, Fact, Run};
use cutover::model::{Scenario, SimTime};
use serde_json::json;

/// What happened, but for the interventions themselves.
fn facts(run: &Run) -> Vec<&Event> {
    let cuts = |fact: &Fact| matches!(fact, Fact::Intervened { .. } | Fact::Refused { .. });
    run.events.iter().filter(|event| !cuts(&event.fact)).collect()
}

/// The same recording with the present rate set again at many instants.
fn cut(recording: &Recording, scenario: &Scenario, end: SimTime) -> Recording {
    let mut cut = recording.clone();
    for part in 1..40 {
        let at = end.0 * part / 41;
        // An intervention makes a run longer only if it is made after its last status.
        cut.intervene(json!({"atSeconds": at as f64 / 1000.0,
            "setTraffic": {"requestsPerSecond": scenario.traffic.production.as_per_second()}}));
    }
    cut
}

/// When the last stage was entered: interventions up to there make no run longer.
fn last_stage(run: &Run) -> SimTime {
    run.deployments[0].stages.last().map_or(run.end, |stage| stage.start)
}

#[test]
fn a_run_that_is_cut_in_forty_is_the_run_that_is_whole() {
    let mut compared = 0;
    for seed in 0..200 {
        let recording = random::recording(seed);
        let (scenario, whole) = simulate(&recording);
        // Where queues move, a batch is a step of an approximation, and a cut refines it.
        let queues =
            whole.services[0].traffic.flows.iter().any(|flow| flow.marks.iter().any(|mark| mark.queued > 0));
        if queues || recording.document["interventions"].to_string().contains("setTraffic") {
            continue;
        }
        let (_, sliced) = simulate(&cut(&recording, &scenario, last_stage(&whole)));
        for (whole, sliced) in facts(&whole).into_iter().zip(facts(&sliced)) {
            assert_eq!(whole, sliced, "seed {seed}");
        }
        assert_eq!(facts(&whole).len(), facts(&sliced).len(), "seed {seed}");
        compared += 1;
    }
    assert!(compared > 50, "only {compared} scenarios could be compared");
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
        for part in 0..=50 {
            let at = SimTime(act * part / 50);
            let (before, after) =
                (whole.services[0].traffic.production(at), fork.services[0].traffic.production(at));
            assert_eq!(before, after, "at {at}, rolled back at {}", SimTime(act));
        }
    }
}
