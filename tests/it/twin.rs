//! The text twin and the storyboard: the tables are whole at every stop of every preset, and paper tells the end.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::presets;
use cutover::model::SimTime;
use cutover::session::tables::tables;
use cutover::session::*;
use serde_json::Value;

fn opened(text: &str) -> Session {
    let document: Value = serde_json::from_str(text).expect("it is JSON");
    Session::open(&document).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[test]
fn every_table_is_whole_and_counts_what_the_stage_shows() {
    for (preset, text) in presets::ALL {
        let mut session = opened(text);
        loop {
            let frame = session.frame();
            let all = tables(session.scenario(), session.run(), session.service(), &frame);
            for table in &all {
                let at = format!("{preset} at {}: {}", frame.at, table.caption);
                assert!(table.rows.iter().all(|row| row.len() == table.head.len()), "{at}");
                assert!(table.rows.iter().flatten().all(|cell| !cell.contains("NaN")), "{at}");
            }
            let rows =
                |name: &str| all.iter().find(|it| it.caption.starts_with(name)).map_or(0, |it| it.rows.len());
            let tasks = frame.fleets.iter().map(|fleet| fleet.tasks.len()).sum::<usize>();
            assert_eq!(rows("Tasks"), tasks, "{preset} at {}", frame.at);
            assert_eq!(rows("Target groups"), frame.fleets.len(), "{preset} at {}", frame.at);
            assert_eq!(
                rows("Listener rules"),
                1 + usize::from(frame.test.is_some()),
                "{preset} at {}",
                frame.at
            );
            if !session.has_next_stage() {
                break;
            }
            let _ = session.update(Msg::NextStage);
        }
    }
}

#[test]
fn a_table_tells_nothing_of_the_future() {
    let mut session = opened(presets::text("canary-success"));
    let _ = session.update(Msg::NextStage);
    let frame = session.frame();
    let all = tables(session.scenario(), session.run(), session.service(), &frame);
    let stages = &all[0];
    let last = stages.rows.last().expect("it has stages");
    assert_eq!((last[0].as_str(), &last[2..]), ("CLEAN_UP", &["ahead", "–", "–"].map(str::to_owned)[..]));
}

#[test]
fn requests_of_the_last_minute_are_told_by_revision_and_by_how_long_the_slowest_take() {
    let mut session = opened(presets::text("opening"));
    let _ = session.update(Msg::Seek(SimTime::from_secs(150)));
    let frame = session.frame();
    let all = tables(session.scenario(), session.run(), session.service(), &frame);
    let requests =
        all.iter().find(|it| it.caption == "Production requests of the last 60 s").expect("there are some");
    let sent: Vec<u32> =
        requests.rows.iter().map(|row| row[1].replace(',', "").parse().expect("a count")).collect();
    assert!(
        sent.iter().sum::<u32>().abs_diff(60 * 240) < 600 && sent[0].abs_diff(9 * sent[1]) < 1_500,
        "{sent:?}"
    );
    let [old, new] = &requests.rows[..] else { panic!("{requests:#?}") };
    assert_eq!((old[0].as_str(), old[2].as_str(), new[0].as_str()), ("41", "0", "42"));
    // A mean of 50 ms, lognormal with a shape of 0.5.
    for (cell, expected) in [old, new].iter().flat_map(|row| row[3..].iter().zip([44.1, 100.4, 141.2])) {
        let millis: f64 = cell.trim_end_matches(" ms").parse().expect("milliseconds");
        assert!((millis - expected).abs() < 1.0, "{requests:#?}");
    }
}

#[test]
fn the_storyboard_goes_forward_and_ends_with_the_status() {
    for (preset, text) in presets::ALL {
        let session = opened(text);
        let (pictures, left_out) = session.storyboard();
        assert!(pictures.len() <= 36 && (left_out == 0 || pictures.len() == 36), "{preset}");
        assert!(pictures.is_sorted_by(|one, other| one.frame.at < other.frame.at), "{preset}");
        let Some(end) = pictures.last() else {
            assert!(session.run().deployments.is_empty(), "{preset} has no picture");
            continue;
        };
        let status = end.frame.deployment.as_ref().and_then(|it| it.status).expect("it has begun");
        if status.is_terminal() {
            assert_eq!(end.api_name, status.api_name(), "{preset}");
        }
        assert!(pictures.iter().all(|picture| !picture.why.is_empty()), "{preset}");
    }
}
