//! Story's promises, the folds and the curtain, kept by every preset under every strategy.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::presets;
use cutover::formats::recording::parse;
use cutover::model::*;
use cutover::session::beats::beats;
use cutover::session::pace::{Pace, STAND_MILLIS, STORY_MILLIS, WAIT_MILLIS};
use cutover::session::*;
use serde_json::{Value, json};

fn opened(text: &str) -> Session {
    open(&parse(text).expect("it is JSON"))
}

fn open(document: &Value) -> Session {
    Session::open(document).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn tell(session: &mut Session, msg: Msg) {
    let _ = session.update(msg);
    assert_eq!(session.problems(), []);
}

/// A CANARY whose hook says IN_PROGRESS every thirty seconds until its stage times out a day later.
fn never_answered() -> Session {
    let mut document = parse(presets::text("opening")).expect("it is JSON");
    document["hooks"]["smoke-test"]["source"] = json!(include_str!("../../static/hooks/never-answer.rhai"));
    open(&document)
}

#[test]
fn every_preset_tells_itself_in_about_a_minute_and_every_event_can_be_read() {
    for (name, text) in presets::ALL {
        for strategy in StrategyName::ALL {
            let mut session = opened(text);
            let _ = session.update(Msg::SelectStrategy(strategy));
            let (beats, end) = (beats(session.run(), session.service()), session.run().end);
            // Where nothing is deployed there is nothing to tell.
            if session.run().deployments.is_empty() {
                continue;
            }
            let pace = Pace::story(&beats, end);
            let place = format!("{name} by {}", session.strategy());
            assert!((STORY_MILLIS.0..=STORY_MILLIS.1).contains(&pace.length()), "{place}: {}", pace.length());
            let stand = STAND_MILLIS.min(STORY_MILLIS.1 / beats.len() as u64);
            for pair in beats.windows(2) {
                let film = pace.film_at(pair[1].at) - pace.film_at(pair[0].at);
                assert!(film >= stand, "{place}: {film} ms at {}", pair[0].at);
            }
        }
    }
}

#[test]
fn playing_by_story_takes_as_long_as_its_pace_says() {
    let mut session = opened(presets::text("opening"));
    let pace = Pace::story(&beats(session.run(), session.service()), session.run().end);
    tell(&mut session, Msg::Play);
    let ticks = (1..).find(|_| {
        tell(&mut session, Msg::Tick(20));
        !session.playback().playing
    });
    assert_eq!(ticks, Some(pace.length().div_ceil(20)));
    assert_eq!(session.playback().playhead, session.run().end);
}

#[test]
fn a_day_of_the_same_answer_is_one_wait_and_one_fold() {
    let mut session = never_answered();
    let (run, folds) = (session.run().clone(), session.timeline().folds.clone());
    assert!(run.deployments[0].hooks.len() > 2_800, "{}", run.deployments[0].hooks.len());
    let [fold] = &folds[..] else { panic!("{folds:?}") };
    assert!(fold.length() > Span::from_mins(23 * 60 + 30), "{}", fold.length());
    let calls = fold.length().0 / 30_000;
    assert!((2_860..=2_880).contains(&calls), "{calls}");
    assert!(fold.content.ends_with(" calls, all IN_PROGRESS"), "{}", fold.content);
    let beats = beats(&run, 0);
    let pace = Pace::story(&beats, run.end);
    let before = beats.iter().rfind(|beat| beat.at <= fold.start).expect("something began the wait");
    let after = beats.iter().find(|beat| beat.at >= fold.end).expect("something ends it");
    let film = pace.film_at(after.at) - pace.film_at(before.at);
    assert!(film <= WAIT_MILLIS + STAND_MILLIS * 5, "{film} ms");

    let folded = session.axis();
    assert!(
        folded.place(fold.start) > 0.1,
        "what comes before the wait has room: {}",
        folded.place(fold.start)
    );
    tell(&mut session, Msg::ToggleScale);
    assert!(session.axis().place(fold.start) < 0.02);
    tell(&mut session, Msg::ToggleScale);
    assert_eq!(session.axis(), folded);
}

#[test]
fn ordinary_deployments_have_nothing_to_fold() {
    for name in ["opening", "rolling-rollback", "canary-success", "linear-success"] {
        assert_eq!(opened(presets::text(name)).timeline().folds, [], "{name}");
    }
}

#[test]
fn the_curtain_hides_what_is_still_to_come_and_nothing_else() {
    let mut session = opened(presets::text("opening"));
    assert!(StrategyName::ALL.into_iter().all(|strategy| !session.is_veiled(strategy)));
    let fate = session.fate().expect("a deployment goes on");
    assert!(fate.starts_with("rolled back at 8:19, 1") && fate.ends_with(" requests failed"), "{fate}");
    tell(&mut session, Msg::ToggleCurtain);
    assert!(session.is_curtain_drawn());
    assert!(StrategyName::ALL.into_iter().all(|strategy| session.is_veiled(strategy)));
    // What was played to its end has been seen; the others have not.
    let end = session.run().end;
    tell(&mut session, Msg::Seek(end));
    for strategy in StrategyName::ALL {
        assert_eq!(session.is_veiled(strategy), strategy != StrategyName::Canary, "{strategy}");
    }
    assert_eq!(session.fate(), None);
    tell(&mut session, Msg::ToggleCurtain);
    assert!(!session.is_veiled(StrategyName::Rolling));
}
