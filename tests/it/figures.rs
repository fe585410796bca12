//! Figures in documents: what an author asks for in words, and what is said where the words are wrong.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use cutover::formats::Problem;
use cutover::model::SimTime;
use cutover::session::figure::{Controls, Part, instant, open, state, tell};
use cutover::session::snippet::{Snippet, Wish};
use cutover::session::{Changed, Msg, Session};
use serde_json::{Value, json};

/// What is wrong with what was asked for, a line each.
fn refused(asked: Value) -> Vec<String> {
    let problems = open(&asked).err().unwrap_or_default();
    problems.iter().map(Problem::to_string).collect()
}

#[test]
fn a_figure_that_asks_for_nothing_shows_the_opening_from_its_beginning() {
    let (session, look) = open(&json!({})).expect("a figure");
    assert_eq!(session.playback().playhead, SimTime::ZERO);
    assert_eq!(look.parts, [Part::Why, Part::Stages, Part::Stage]);
    assert_eq!(look.controls, Controls::Play);
    assert_eq!(look.label, session.scenario().name);
}

#[test]
fn a_figure_is_what_its_author_asks_for() {
    let asked = json!({"scenario": "opening", "part": "timeline, why", "controls": "locked", "start": "BAKE_TIME",
        "strategy": "BLUE_GREEN", "speed": "60", "label": "All at once"});
    let (session, look) = open(&asked).expect("a figure");
    assert_eq!(look.parts, [Part::Why, Part::Timeline], "the parts stand in the page's order");
    assert_eq!((look.controls, look.label.as_str()), (Controls::Locked, "All at once"));
    let state = state(&session);
    assert_eq!(state["stage"], "BAKE_TIME");
    assert_eq!(state["strategy"], "BLUE_GREEN");
    assert_eq!(state["time"], look.start.as_secs_f64());
    assert_eq!(session.playback().speed.label(), "60×");
    assert!(session.ghost().is_none(), "nothing was replaced");
}

#[test]
fn a_figure_takes_a_recording_or_what_ecs_prints() {
    let recording = include_str!("../../static/scenarios/pause.json");
    let (session, _) = open(&json!({"recording": recording})).expect("a figure");
    assert_eq!(session.to_text(), format!("{:#}", serde_json::from_str::<Value>(recording).expect("JSON")));
    assert_eq!(refused(json!({"recording": "{"})).len(), 1);
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_the_nearest_name() {
    for (asked, said) in [
        (
            json!({"scenario": "canary-sucess"}),
            "scenario: there is no \"canary-sucess\" (nearest: canary-success)",
        ),
        (json!({"part": "stage tasc"}), "part: there is no \"tasc\" (nearest: tasks)"),
        (json!({"controls": "lock"}), "controls: there is no \"lock\" (nearest: locked)"),
        (json!({"strategy": "CANNARY"}), "strategy: there is no \"CANNARY\" (nearest: CANARY)"),
        (json!({"start": "BAKE_TIME"}), "start: this run never comes to BAKE_TIME"),
        (
            json!({"start": "BAKETIME"}),
            "start: \"BAKETIME\" is no time in seconds and no lifecycle stage (nearest: BAKE_TIME)",
        ),
        (
            json!({"speed": "-1"}),
            "speed: \"-1\" is neither \"story\" nor a whole number of simulated seconds in a second",
        ),
    ] {
        assert_eq!(refused(asked), [said]);
    }
    assert_eq!(
        refused(json!({"part": "x", "controls": "y", "start": "z"})).len(),
        3,
        "every problem at once"
    );
}

#[test]
fn instants_are_seconds_clocks_stages_or_the_end() {
    let (session, _) = open(&json!({})).expect("a figure");
    let end = session.run().end;
    for (words, at) in [
        ("0", SimTime::ZERO),
        ("180", SimTime::from_secs(180)),
        ("0.5", SimTime(500)),
        ("3:00", SimTime::from_secs(180)),
        ("1:00:00", SimTime::from_secs(3600)),
        ("end", end),
    ] {
        assert_eq!(instant(&session, words), Ok(at), "{words}");
    }
    for words in ["", ":", "-3", "1:2:3:4", "1e3", "inf", "three"] {
        assert!(instant(&session, words).is_err(), "{words}");
    }
}

#[test]
fn an_order_seeks_in_the_run_that_it_has_made() {
    let (mut session, _) = open(&json!({})).expect("a figure");
    let order = json!({"seek": "end", "set": {"errorPercent": 0}});
    assert_eq!(tell(&mut session, &order), Ok(Changed::Everything));
    assert_eq!(state(&session)["status"], "SUCCESSFUL");
    assert_eq!(tell(&mut session, &json!({"seek": "BAKE_TIME"})), Ok(Changed::Panels));
    assert_eq!(state(&session)["stage"], "BAKE_TIME");
}

#[test]
fn an_order_that_is_not_understood_is_refused() {
    let (mut session, _) = open(&json!({})).expect("a figure");
    for (order, said) in [
        (json!([]), "an order is an object, such as {\"seek\": 180}"),
        (json!({"strategie": "LINEAR"}), "there is no \"strategie\" (nearest: strategy)"),
        (
            json!({"speed": 0}),
            "speed: \"0\" is neither \"story\" nor a whole number of simulated seconds in a second",
        ),
        (json!({"seek": {}}), "seek: \"{}\" is no time in seconds and no lifecycle stage"),
    ] {
        assert_eq!(tell(&mut session, &order).map_err(|problem| problem.to_string()), Err(said.to_owned()));
    }
    let _ = tell(&mut session, &json!({"set": {"bakeTimeInMinuts": 3}}));
    assert_eq!(session.problems().len(), 1);
}

/// The snippet of a session, read back as a figure is: its attributes, and the recording inside.
fn again(session: &Session) -> (Session, Snippet) {
    let wish = Wish { start: session.playback().playhead, ..Wish::default() };
    let snippet = Snippet::of(session, &wish);
    let mut asked: Value = snippet.attributes.iter().cloned().collect();
    if let Some(recording) = &snippet.recording {
        asked["recording"] = recording.clone().into();
    }
    (open(&asked).expect("a figure").0, snippet)
}

#[test]
fn a_snippet_shows_what_the_page_shows() {
    let (mut session, _) =
        open(&json!({"scenario": "canary-success", "start": "BAKE_TIME"})).expect("a figure");
    let (shown, snippet) = again(&session);
    assert_eq!(state(&shown), state(&session));
    assert_eq!(snippet.recording, None);
    assert!(snippet.element("https://a.example/").contains("scenario=\"canary-success\" start="));

    let _ = session.update(Msg::SelectStrategy(cutover::model::StrategyName::Linear));
    let (shown, snippet) = again(&session);
    assert_eq!(state(&shown), state(&session));
    assert!(
        snippet
            .frame("https://a.example/")
            .contains("?embed=1&amp;scenario=canary-success&amp;strategy=LINEAR")
    );

    let _ = tell(&mut session, &json!({"set": {"errorPercent": 7}}));
    let (shown, snippet) = again(&session);
    assert_eq!(state(&shown), state(&session));
    assert!(snippet.recording.is_some(), "a recording of one's own travels along");
}
