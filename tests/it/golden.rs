//! Golden traces: the whole course of each preset as text one can read, the same byte for byte natively and in
//! WebAssembly.
//!
//! A pair of files is a test: `static/scenarios/NAME.json` or `tests/golden/NAME.json`, and `tests/golden/NAME.trace`. After a
//! change that is meant, `UPDATE_GOLDEN=1 cargo test --no-default-features golden` writes the traces anew; read the
//! difference before it is committed. The columns are explained in the README.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::watched;
use cutover::exports::trace;
use cutover::formats::read;
use cutover::script::Scripts;

/// A test for each recording: its name, the file, and the expected trace.
macro_rules! golden {
    ($($name:ident = $file:literal, $trace:literal;)+) => {
        $(
            #[test]
            fn $name() {
                check(include_str!(concat!("../../", $file)), include_str!(concat!("../golden/", $trace)), $trace);
            }
        )+
    };
}

golden! {
    the_opening_goes_back_by_canary = "static/scenarios/opening.json", "opening.trace";
    rolling_succeeds = "static/scenarios/rolling-success.json", "rolling-success.trace";
    rolling_goes_back = "static/scenarios/rolling-rollback.json", "rolling-rollback.trace";
    rolling_is_stuck = "static/scenarios/rolling-stuck.json", "rolling-stuck.trace";
    the_breaker_trips = "static/scenarios/rolling-breaker.json", "rolling-breaker.trace";
    blue_green_succeeds = "static/scenarios/blue-green-success.json", "blue-green-success.trace";
    blue_green_goes_back = "static/scenarios/blue-green-rollback.json", "blue-green-rollback.trace";
    canary_succeeds = "static/scenarios/canary-success.json", "canary-success.trace";
    canary_goes_back = "static/scenarios/canary-rollback.json", "canary-rollback.trace";
    linear_succeeds = "static/scenarios/linear-success.json", "linear-success.trace";
    linear_goes_back = "static/scenarios/linear-rollback.json", "linear-rollback.trace";
    an_approval_is_asked_for = "static/scenarios/approval.json", "approval.trace";
    an_approval_is_given = "tests/golden/approved.json", "approved.trace";
    an_approval_is_refused = "tests/golden/rejected.json", "rejected.trace";
    a_pause_is_continued = "static/scenarios/pause.json", "pause.trace";
    a_bad_catalog_hurts_those_who_call_it = "static/scenarios/retail.json", "retail.trace";
    groups_swap_roles = "tests/golden/groups-swap-roles.json", "groups-swap-roles.trace";
    the_threshold_follows_desired_count = "tests/golden/threshold-follows.json", "threshold-follows.trace";
    no_image_has_no_digest = "tests/golden/no-digest.json", "no-digest.trace";
    a_newer_deployment_takes_over = "tests/golden/superseded.json", "superseded.trace";
    the_target_never_gets_healthy = "tests/golden/never-healthy.json", "never-healthy.trace";
    launches_back_off = "tests/golden/back-off.json", "back-off.trace";
    an_unhealthy_task_is_replaced = "tests/golden/unhealthy-replaced.json", "unhealthy-replaced.trace";
    a_zone_is_lost = "tests/golden/zone-lost.json", "zone-lost.trace";
    nobody_can_change_the_listener = "tests/golden/listener-denied.json", "listener-denied.trace";
    a_first_deployment_has_no_way_back = "tests/golden/first-deployment.json", "first-deployment.trace";
    detection_without_rollback_leaves_a_mixed_fleet = "tests/golden/mixed-fleet.json", "mixed-fleet.trace";
    tasks_that_exit_in_an_early_bake_are_replaced_within_the_ceiling =
        "tests/golden/early-success-exits.json", "early-success-exits.trace";
    early_success_comes_before_the_fleet_is_whole = "tests/golden/early-success.json", "early-success.trace";
}

/// Of itself this preset shows nothing: its service runs, and waits for a person. Its trace is that of the update which
/// its page leads to.
#[test]
fn a_rolling_service_becomes_a_blue_green_one() {
    let document = crate::service_updates::becomes_blue_green().to_string();
    check(&document, include_str!("../golden/update-service.trace"), "update-service.trace");
}

fn check(recording: &str, expected: &str, name: &str) {
    let reading = read(recording).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    let scripts = Scripts::compile(&reading.scenario.hooks);
    let run = watched(&reading.scenario, &mut scripts.runner());
    compare(&folded(trace(&reading.scenario, &run)), expected, name);
}

/// Holds a text against the file of that name in `tests/golden`, line by line.
pub fn compare(text: &str, expected: &str, name: &str) {
    written(&format!("tests/golden/{name}"), text, expected);
}

/// Holds a text against a file of the project that is written from it, line by line.
pub fn written(name: &str, text: &str, expected: &str) {
    assert!(!text.trim().is_empty(), "{name} would show nothing");
    if update(name, text) {
        return;
    }
    let differs = text.lines().zip(expected.lines()).position(|(is, was)| is != was);
    if let Some(line) = differs {
        let (is, was) = (text.lines().nth(line), expected.lines().nth(line));
        panic!(
            "{name} differs in line {}:\n  was {}\n  is  {}",
            line + 1,
            was.unwrap_or(""),
            is.unwrap_or("")
        );
    }
    assert_eq!(text.lines().count(), expected.lines().count(), "{name} has another number of lines");
}

/// The most lines of a trace that anybody reads, and how many of a longer one are written out at either end.
const MOST_LINES: usize = 1_000;
const EITHER_END: usize = 100;

/// A trace as it is kept: of a day of the same answer only the beginning and the end can be read, and what lies between is
/// there as its length and a checksum.
fn folded(trace: String) -> String {
    let lines: Vec<&str> = trace.lines().collect();
    if lines.len() <= MOST_LINES {
        return trace;
    }
    let (first, rest) = lines.split_at(EITHER_END);
    let (between, last) = rest.split_at(rest.len() - EITHER_END);
    let sum = between
        .join("\n")
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let fold = format!("… {} lines, checksum {sum:016x} …", between.len());
    let mut text = [first, &[fold.as_str()], last].concat().join("\n");
    text.push('\n');
    text
}

/// Writes the text where that is asked for.
#[cfg(not(target_arch = "wasm32"))]
fn update(file: &str, text: &str) -> bool {
    let asked = std::env::var_os("UPDATE_GOLDEN").is_some();
    if asked {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        std::fs::write(path, text).expect("the text can be written");
    }
    asked
}

#[cfg(target_arch = "wasm32")]
fn update(_: &str, _: &str) -> bool {
    false
}
