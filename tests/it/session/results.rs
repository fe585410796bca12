//! What a deployment came to, as the page tells it once it is over.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// The opening scenario's release by each strategy: what its result says, line by line.
#[test]
fn a_result_tells_of_time_of_tasks_and_of_what_a_pipeline_believes() {
    let told = |strategy| {
        let mut session = opened(OPENING);
        tell(&mut session, Msg::SelectStrategy(strategy));
        lines(&mut session)
    };
    assert_eq!(
        told(StrategyName::Canary),
        [
            "Lasted: 8 min 19 s",
            "Noticed: after 3 min, alarm ui-5xx",
            "Went back: in 5 s",
            "Two versions: for 2 min 2 s",
            "Most tasks: 12, 50 task-min extra",
            "Fewest healthy: 6 tasks",
            "services-stable: at 8:30, without 42",
        ]
    );
}

#[test]
fn a_waiter_gives_up_before_a_bake_is_over() {
    let mut session = well_behaved(StrategyName::BlueGreen);
    assert_eq!(
        lines(&mut session).last().map(String::as_str),
        Some("services-stable: gives up after 10 min")
    );
    let mut session = well_behaved(StrategyName::Rolling);
    let told = lines(&mut session);
    assert!(told.iter().any(|line| line.starts_with("Two versions: for ")), "{told:?}");
    assert!(told.iter().all(|line| !line.contains("without")), "{told:?}");
}

#[test]
fn nothing_is_told_before_a_deployment_is_over_nor_of_one_that_never_is() {
    let mut session = opened(OPENING);
    seek(&mut session, SimTime::from_secs(498));
    assert_eq!(session.result(), []);
    assert_eq!(lines(&mut opened(STUCK)), [""; 0]);
}

#[test]
fn who_has_nowhere_to_go_back_to_is_not_said_to_have_gone_back() {
    let mut document: Value = serde_json::from_str(OPENING).expect("JSON");
    document["firstDeployment"] = json!(true);
    document["interventions"] = json!([]);
    document["services"][0]["revisions"][0]["behavior"]["errorPercent"] = json!(5);
    let mut session = opened(&document.to_string());
    let told = lines(&mut session);
    assert!(told.iter().any(|line| line.starts_with("Noticed: ")), "{told:?}");
    assert!(told.iter().all(|line| !line.starts_with("Went back")), "{told:?}");
}

/// The result at the end of the run.
fn lines(session: &mut Session) -> Vec<String> {
    let end = session.run().end;
    seek(session, end);
    session.result().iter().map(|line| format!("{}: {}", line.what, line.came_to)).collect()
}
