//! What random recordings have found, each shrunk to what it takes: the invariants hold on them now.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, simulate};
use serde_json::json;

#[test]
fn a_task_that_is_lost_while_a_roll_bakes_is_replaced_within_maximum_percent() {
    let mut recording = Recording::rolling(4, 50, 110);
    recording.document["services"][0]["service"]["deploymentConfiguration"]["alarms"] =
        json!({"alarmNames": ["errors"], "enable": true, "rollback": true});
    recording.document["alarms"] = json!([{"alarmName": "errors", "threshold": 60}]);
    recording.deploys_at(0);
    recording.document["services"][0]["targetGroups"] = json!([{"Attributes":
        [{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]}]);
    for second in [150, 200, 250] {
        recording.intervene(json!({"atSeconds": second, "stopTask": {"service": "ui", "task": 1}}));
    }
    let (_, run) = simulate(&recording);
    let most = run.services[0].counts.steps().iter().map(|(_, counts)| counts.total).max();
    assert_eq!(most, Some(4), "110 % of 4 is 4");
}
