//! Every fault of the data plane: what it does while it lasts, and that it is over when it is over.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, simulate};
use cutover::engine::{Fact, Run};
use cutover::model::SimTime;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// What is measured between two seconds.
#[derive(Clone, Copy, Debug)]
enum Measure {
    /// Failed requests of those that ended, in percent.
    Failed,
    /// The mean latency, in ms.
    Latency,
    /// The fewest healthy tasks.
    Healthy,
}
use Measure::{Failed, Healthy, Latency};

impl Measure {
    fn of(self, run: &Run, from: u64, to: u64) -> f64 {
        let (service, [from, to]) = (&run.services[0], [from, to].map(SimTime::from_secs));
        match self {
            Failed => {
                let (before, after) = (service.traffic.production(from), service.traffic.production(to));
                let failed = (after.failed - before.failed) as f64;
                100.0 * failed / (failed + (after.answered - before.answered) as f64)
            }
            Latency => service.traffic.mean_latency(from, to, |_| true).expect("requests") as f64,
            Healthy => {
                let counts = service.counts.steps().iter().filter(|(at, _)| (from..to).contains(at));
                let healthy = counts.map(|(_, counts)| counts.healthy);
                f64::from(
                    healthy.chain(service.counts.at(from).map(|counts| counts.healthy)).min().unwrap_or(0),
                )
            }
        }
    }

    /// Without a fault.
    fn usual(self) -> RangeInclusive<f64> {
        match self {
            Failed => 0.0..=0.0,
            Latency => 50.0..=50.0,
            Healthy => 6.0..=6.0,
        }
    }
}

/// A fault that begins at second 100: its acts, what is measured, when and how much while it lasts, and from when on all
/// is as usual again.
type Row = (&'static str, Value, Measure, (u64, u64), RangeInclusive<f64>, u64);

/// Six tasks in three zones, 240 requests a second, of which each can answer 60.
fn service() -> Recording {
    let mut recording = Recording::rolling(6, 100, 200);
    let service = &mut recording.document["services"][0];
    service["revisions"] = json!([{"name": "41", "behavior": {"requestsPerSecondPerTask": 60}}]);
    service["service"]["availabilityZoneRebalancing"] = json!("DISABLED");
    recording.document["traffic"] = json!({"requestsPerSecond": 240});
    recording
}

fn behaves(at: u64, behavior: Value) -> Value {
    json!({"atSeconds": at, "setBehavior": {"service": "ui", "revision": "41", "behavior": behavior}})
}

#[test]
fn a_fault_of_the_data_plane_shows_while_it_lasts_and_is_over_after_it() {
    let rate = |at: u64, rate: u64| json!({"atSeconds": at, "setTraffic": {"requestsPerSecond": rate}});
    let dependency = |at: u64, error: u64, latency: u64| {
        json!({"atSeconds": at,
        "setDependency": {"name": "db", "errorPercent": error, "latencyMillis": latency}})
    };
    let rows: Vec<Row> = vec![
        (
            "the software returns errors",
            json!([behaves(100, json!({"errorPercent": 25})), behaves(200, json!({"errorPercent": 0}))]),
            Failed,
            (101, 200),
            24.0..=26.0,
            201,
        ),
        (
            "the software adds latency",
            json!([behaves(100, json!({"latencyMillis": 350})), behaves(200, json!({"latencyMillis": 50}))]),
            Latency,
            (100, 200),
            350.0..=350.0,
            200,
        ),
        (
            "a dependency fails",
            json!([dependency(100, 10, 0), dependency(200, 0, 0)]),
            Failed,
            (101, 200),
            9.0..=11.0,
            201,
        ),
        (
            "a dependency slows down",
            json!([dependency(100, 0, 80), dependency(200, 0, 0)]),
            Latency,
            (100, 200),
            130.0..=130.0,
            200,
        ),
        // 600 a second for 360: the queues of 10 s are full after 15 s, then two in five fail. They are empty again
        // 30 s after the spike.
        (
            "a spike becomes latency first",
            json!([rate(100, 600), rate(160, 240)]),
            Failed,
            (100, 114),
            0.0..=0.0,
            190,
        ),
        ("and then time-outs", json!([rate(100, 600), rate(160, 240)]), Failed, (130, 160), 38.0..=42.0, 201),
        (
            "which take ten seconds",
            json!([rate(100, 600), rate(160, 240)]),
            Latency,
            (120, 160),
            10_000.0..=10_100.0,
            191,
        ),
        // A third of the targets is gone until it is deregistered, 2 s later.
        (
            "a zone is lost",
            json!([{"atSeconds": 100, "failAvailabilityZone": {"zone": "b", "forSeconds": 30}}]),
            Failed,
            (100, 102),
            28.0..=38.0,
            103,
        ),
        (
            "and its tasks start elsewhere",
            json!([{"atSeconds": 100, "failAvailabilityZone": {"zone": "b", "forSeconds": 30}}]),
            Healthy,
            (100, 147),
            4.0..=4.0,
            148,
        ),
        // The container exits 1 s after the stop signal, the target is out of the group after 2.
        (
            "a task is stopped",
            json!([{"atSeconds": 100, "stopTask": {"service": "ui", "task": 1}}]),
            Failed,
            (101, 102),
            11.0..=24.0,
            103,
        ),
        (
            "and replaced",
            json!([{"atSeconds": 100, "stopTask": {"service": "ui", "task": 1}}]),
            Healthy,
            (100, 147),
            5.0..=5.0,
            148,
        ),
        // All six exit at once, and all six of their replacements but for the mending.
        (
            "the software fails after a time",
            json!([
                behaves(100, json!({"failsAfterSeconds": 110})),
                behaves(200, json!({"failsAfterSeconds": null}))
            ]),
            Failed,
            (111, 150),
            99.0..=100.0,
            170,
        ),
        // No room for the sixth task until the limit is over.
        (
            "there is no capacity",
            json!([{"atSeconds": 100, "limitCapacity": {"tasks": 5, "forSeconds": 100}},
                {"atSeconds": 101, "stopTask": {"service": "ui", "task": 1}}]),
            Healthy,
            (102, 240),
            5.0..=5.0,
            250,
        ),
    ];
    for (fault, acts, measure, (from, to), expected, over) in rows {
        let mut recording = service();
        recording.document["services"][0]["timings"] = json!({"exitSeconds": 1});
        recording.document["interventions"] = acts;
        let (_, run) = simulate(&recording);
        let (before, during) = (measure.of(&run, 10, 99), measure.of(&run, from, to));
        assert!(measure.usual().contains(&before), "{fault}: {measure:?} is {before} before");
        assert!(expected.contains(&during), "{fault}: {measure:?} is {during}, not in {expected:?}");
        let after = measure.of(&run, over, run.end.0 / 1000);
        assert!(measure.usual().contains(&after), "{fault}: {measure:?} is {after} after");
    }
}

/// The longer of two lasts its whole length, whichever came first; of two limits of capacity the newer one holds.
#[test]
fn a_fault_is_not_over_with_a_shorter_one_like_it() {
    let zone = |at: u64, lasts: u64| json!({"atSeconds": at, "failAvailabilityZone": {"zone": "a", "forSeconds": lasts}});
    let denied = |at: u64, lasts: u64| json!({"atSeconds": at, "denyListenerChanges": {"service": "ui", "forSeconds": lasts}});
    let room = |at: u64, tasks: u64, lasts: u64| json!({"atSeconds": at, "limitCapacity": {"tasks": tasks, "forSeconds": lasts}});
    for (acts, over) in [
        (json!([zone(100, 300), zone(150, 100)]), vec![400]),
        (json!([zone(100, 100), zone(150, 300)]), vec![450]),
        (json!([zone(100, 20), zone(150, 30)]), vec![120, 180]),
        (json!([denied(100, 300), denied(150, 100)]), vec![400]),
        (json!([denied(100, 100), denied(150, 300)]), vec![450]),
        (json!([room(100, 6, 100), room(150, 7, 300)]), vec![450]),
        (json!([room(100, 6, 300), room(150, 7, 100)]), vec![250]),
    ] {
        let mut recording = service();
        recording.document["interventions"] = acts.clone();
        recording.intervene(json!({"atSeconds": 500, "setTraffic": {"requestsPerSecond": 240}}));
        let (_, run) = simulate(&recording);
        let ended = run.events.iter().filter(|event| matches!(event.fact, Fact::FaultEnded { .. }));
        assert_eq!(ended.map(|event| event.at.0 / 1000).collect::<Vec<u64>>(), over, "{acts}");
    }
}

/// What enters follows the profile: jumps, ramps and spikes, until a person sets another rate for good.
#[test]
fn traffic_follows_its_profile_until_somebody_sets_it() {
    let mut recording = service();
    recording.document["traffic"]["profile"] = json!([
        {"atSeconds": 100, "requestsPerSecond": 120},
        {"atSeconds": 200, "requestsPerSecond": 320, "ramp": true},
        {"atSeconds": 300, "requestsPerSecond": 20, "forSeconds": 20}]);
    recording.intervene(json!({"atSeconds": 500, "setTraffic": {"requestsPerSecond": 60}}));
    recording.intervene(json!({"atSeconds": 600, "setTraffic": {"requestsPerSecond": 0}}));
    let (_, run) = simulate(&recording);
    let sent = |second: u64| run.services[0].traffic.production(SimTime::from_secs(second)).sent as f64;
    for (from, to, rate) in [
        (0, 100, 240.0),
        (100, 200, 220.0),
        (200, 300, 320.0),
        (300, 320, 20.0),
        (320, 500, 320.0),
        (500, 600, 60.0),
        (600, 900, 0.0),
    ] {
        let measured = (sent(to) - sent(from)) / (to - from) as f64;
        let error = 4.0 * libm::sqrt(rate / (to - from) as f64);
        assert!((measured - rate).abs() <= error, "{measured} a second from {from} to {to}, not {rate}");
    }
}

/// A target that never passes is found out after the grace period by as many failed checks as ever, and not before it.
#[test]
fn a_grace_period_puts_off_the_verdict_on_a_target_that_never_passes() {
    for (grace, verdict) in [(0, 45 + 60), (10, 40 + 10 + 60), (200, 40 + 200 + 60)] {
        let mut recording = Recording::rolling(3, 100, 200);
        recording.document["services"][0]["service"]["healthCheckGracePeriodSeconds"] = json!(grace);
        recording.document["services"][0]["revisions"][1]["behavior"] = json!({"failsHealthChecks": true});
        recording.deploys_at(0);
        let (_, run) = simulate(&recording);
        let failed = run.events.iter().find(|event| matches!(event.fact, Fact::TasksFailed { .. }));
        assert_eq!(failed.map(|event| event.at), Some(SimTime::from_secs(verdict)), "grace {grace}");
    }
}

/// Two new tasks join two old ones; their part of the requests at a second.
fn part_of_new_tasks(recording: &Recording, at: u64) -> f64 {
    let (_, run) = simulate(recording);
    let flow = |revision| {
        let key = cutover::engine::FlowKey::Production(cutover::engine::RevisionId(revision));
        run.services[0]
            .traffic
            .flow(key)
            .map_or(0.0, |flow| flow.rate_at(SimTime::from_secs(at)).0.as_per_second())
    };
    flow(1) / (flow(0) + flow(1))
}

/// A rolling update that keeps its old tasks until the new ones are healthy, and for their whole delay.
fn joining() -> Recording {
    let mut recording = Recording::rolling(2, 100, 200);
    recording.document["traffic"] = json!({"requestsPerSecond": 100});
    recording.document["services"][0]["timings"] = json!({"deregisterSeconds": 100});
    recording.deploys_at(0);
    recording
}

#[test]
fn a_target_that_starts_slowly_gets_its_part_little_by_little() {
    let mut slow = joining();
    slow.document["services"][0]["targetGroups"] =
        json!([{"Attributes": [{"Key": "slow_start.duration_seconds", "Value": "60"}]}]);
    // Healthy at 47 s: half way at 77, on a par at 107.
    for (at, expected) in [(48, 0.05 / 1.05), (77, 0.5 / 1.5), (110, 0.5)] {
        let part = part_of_new_tasks(&slow, at);
        assert!((part - expected).abs() < 0.01, "{part} at {at} s, not {expected}");
    }
    assert!((part_of_new_tasks(&joining(), 48) - 0.5).abs() < 1e-6);
}

#[test]
fn tasks_that_warm_up_queue_what_they_cannot_answer_yet_and_lose_nothing() {
    let warming = |seconds: u64| {
        let mut recording = joining();
        recording.document["services"][0]["revisions"][1]["behavior"] =
            json!({"requestsPerSecondPerTask": 60, "warmUpSeconds": seconds});
        simulate(&recording).1
    };
    let latency = |run: &Run, from, to| Measure::Latency.of(run, from, to);
    let (cold, warm) = (warming(20), warming(0));
    // RUNNING at 40 s, healthy at 47: each new task then gets 25 a second and can answer 21, three more each second.
    assert_eq!(latency(&warm, 48, 100), 50.0);
    assert!(latency(&cold, 47, 50) > 65.0, "{}", latency(&cold, 47, 50));
    let failed = cold.services[0].traffic.production(cold.end).failed;
    assert_eq!(failed, 0, "a queue under ten seconds loses nobody");
    let end = cold.end.0 / 1000;
    assert_eq!(latency(&cold, end - 60, end), 50.0);
}

#[test]
fn a_draining_task_works_off_its_queue_before_it_goes() {
    let mut recording = service();
    recording.document["services"][0]["timings"] = json!({"deregisterSeconds": 1});
    recording.document["services"][0]["targetGroups"] =
        json!([{"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}]}]);
    // 600 a second for 10 s leave 2,400 requests in the queues; then half of the tasks are taken away.
    recording.document["interventions"] = json!([
        {"atSeconds": 100, "setTraffic": {"requestsPerSecond": 600}},
        {"atSeconds": 110, "setTraffic": {"requestsPerSecond": 10}},
        {"atSeconds": 110, "setDesiredCount": {"service": "ui", "desiredCount": 3}},
    ]);
    let (_, run) = simulate(&recording);
    assert_eq!(run.services[0].traffic.production(run.end).failed, 0);
    // Without time to drain, what those three had is lost.
    recording.document["services"][0]["targetGroups"] =
        json!([{"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]}]);
    let (_, run) = simulate(&recording);
    let failed = run.services[0].traffic.production(run.end).failed;
    assert!((600..=1200).contains(&failed), "{failed} of about 1,200 that waited are lost");
}

#[test]
fn a_container_that_is_gone_before_its_target_fails_what_it_is_still_sent() {
    let failed = |exit: u64, deregister: u64| {
        let mut recording = service();
        recording.document["services"][0]["timings"] =
            json!({"exitSeconds": exit, "deregisterSeconds": deregister});
        recording.document["interventions"] = json!([{"atSeconds": 100, "stopTask": {"service": "ui"}}]);
        let (_, run) = simulate(&recording);
        run.services[0].traffic.production(run.end).failed as f64
    };
    // 40 a second for the seconds between, and two under way.
    for (exit, deregister, mean) in [(1, 11, 402.0), (0, 5, 202.0), (9, 2, 0.0)] {
        let count = failed(exit, deregister);
        assert!(
            (count - mean).abs() <= 4.0 * libm::sqrt(mean),
            "{count} fail, {exit} s and {deregister} s: not {mean}"
        );
    }
}

#[test]
fn requests_that_come_to_a_container_that_is_gone_have_no_latency() {
    let mut recording = service();
    recording.document["services"][0]["timings"] = json!({"exitSeconds": 0, "deregisterSeconds": 60});
    recording.document["interventions"] = json!(
        [1, 1, 1, 1, 1, 1].map(|task| json!({"atSeconds": 100, "stopTask": {"service": "ui", "task": task}}))
    );
    let (scenario, run) = simulate(&recording);
    assert_eq!(Measure::Failed.of(&run, 101, 140), 100.0);
    assert_eq!(Measure::Latency.of(&run, 60, 140), 50.0);
    let period = (SimTime::from_secs(60), SimTime::from_secs(140));
    let tenth = cutover::engine::latency::percentiles(&scenario, &run, 0, period, |_| true, [10.0]);
    assert!((tenth.expect("requests")[0] - 23.2).abs() < 0.1, "{tenth:?}");
}
