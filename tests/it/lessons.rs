//! The first minute, walked through without a browser: every file is a lesson, every caption finds its event and its
//! figures, the question is answered by the run, and whatever else is asked for comes first.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::presets;
use cutover::formats::recording::parse;
use cutover::model::*;
use cutover::session::film::Film;
use cutover::session::lesson::library::{lessons, preset, situations};
use cutover::session::lesson::wording::filled;
use cutover::session::lesson::{Card, Course, LESSONS, Lesson};
use cutover::session::*;
use std::collections::BTreeSet;

fn tell(session: &mut Session, msg: Msg) {
    let _ = session.update(msg);
    assert_eq!(session.problems(), []);
}

/// A page on its first visit.
fn begun() -> Session {
    let document = parse(presets::text("opening")).expect("it is JSON");
    let mut session = Session::open(&document).expect("it is a recording");
    tell(&mut session, Msg::OpenLesson { lesson: 0, invited: false });
    session
}

fn card(session: &Session) -> Card {
    session.card().expect("a lesson is being taught")
}

/// Plays until playing stops by itself; how many milliseconds it took, and what was said.
fn play(session: &mut Session) -> (u32, Vec<String>) {
    let mut said = Vec::new();
    for tick in 0..10_000 {
        let text = card(session).text;
        if said.last() != Some(&text) {
            said.push(text);
        }
        if !session.playback().playing {
            return (tick * 20, said);
        }
        tell(session, Msg::Tick(20));
    }
    panic!("playing never stops");
}

#[test]
fn every_file_is_a_lesson_whose_captions_find_their_events_and_figures() {
    for text in LESSONS {
        let lesson: Lesson = serde_json::from_str(text).unwrap_or_else(|problem| panic!("{problem}"));
        let document = preset(&lesson.recording).expect("the lesson plays a preset");
        for take in &lesson.takes {
            let mut session = Session::open(&document).expect("a preset is a recording");
            tell(&mut session, Msg::SelectStrategy(take.strategy));
            let film =
                Film::shoot(&document, session.service(), take.strategy).expect("it can be deployed so");
            let mut before = SimTime::ZERO;
            for caption in &take.captions {
                let at = caption.on.find(session.run(), session.service());
                let at = at.unwrap_or_else(|| panic!("{} never happens", caption.on.event));
                assert!(at >= before, "{} comes before the caption ahead of it", caption.on.event);
                before = at;
                let said = filled(&caption.say, &film, session.outcomes(), at);
                assert!(said.is_ok(), "no figure is called {said:?}");
                for ask in caption.ask.iter() {
                    let proof = ask.proof.find(session.run(), session.service()).expect("the proof happens");
                    assert!(proof > at, "the question comes before what proves its answer");
                }
            }
        }
    }
}

#[test]
fn every_situation_is_a_preset_with_a_title_of_its_own() {
    let titles: BTreeSet<String> = situations().into_iter().map(|it| it.title).collect();
    assert_eq!(titles.len(), situations().len());
    let listed: BTreeSet<String> = situations().into_iter().map(|it| it.recording).collect();
    let there: BTreeSet<String> = presets::ALL.into_iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(listed, there);
    assert!(listed.iter().all(|name| preset(name).is_some()));
    for place in 0..situations().len() {
        tell(&mut begun(), Msg::OpenSituation(place));
    }
}

#[test]
fn whoever_presses_what_is_pointed_at_has_seen_it_all_within_a_minute() {
    let mut session = begun();
    assert!(session.is_curtain_drawn() && card(&session).points_at_play);
    assert!(StrategyName::ALL.into_iter().all(|strategy| session.is_veiled(strategy)));

    tell(&mut session, Msg::Play);
    let (to_the_question, said) = play(&mut session);
    let question = card(&session).question.expect("captions stop once");
    assert_eq!(question.ask, "Who notices first?");
    assert_eq!(question.choices, ["Health check", "Circuit breaker", "Alarm", "Nobody"]);
    assert!(said.iter().any(|text| text.contains("12 tasks instead of 6")), "{said:?}");
    assert!(session.frame().so_far.failed > 30);
    assert_eq!(card(&session).proved, None);

    tell(&mut session, Msg::Answer(0));
    let (to_the_rollback, said) = play(&mut session);
    assert_eq!(card(&session).question, None, "it is asked once");
    assert_eq!(card(&session).proved, Some(("Health check".to_owned(), false)));
    assert!(said.last().is_some_and(|text| text.contains("everyone is back on 41")), "{said:?}");
    assert_eq!(card(&session).next.as_deref(), Some("The same by rolling"));
    assert!(session.is_veiled(StrategyName::Rolling));

    tell(&mut session, Msg::NextTake);
    assert_eq!(session.strategy(), StrategyName::Rolling);
    let (to_the_end, said) = play(&mut session);
    let by_rolling = session.outcomes()[0].failed_requests;
    assert!(said.last().is_some_and(|text| text.contains(&Count(by_rolling).to_string())), "{said:?}");
    assert!(card(&session).over);
    assert!(!session.is_curtain_drawn(), "the veil lifts");
    assert_eq!(card(&session).progress, (12, 12));

    let film = to_the_question + to_the_rollback + to_the_end;
    // Three presses and the reading of one question have to fit into the minute too.
    assert!((25_000..=46_000).contains(&film), "{film} ms");
}

#[test]
fn the_right_answer_is_the_runs_own() {
    let mut session = begun();
    tell(&mut session, Msg::Play);
    let _ = play(&mut session);
    tell(&mut session, Msg::Answer(2));
    let _ = play(&mut session);
    assert_eq!(card(&session).proved, Some(("Alarm".to_owned(), true)));
}

#[test]
fn a_question_can_be_left_unanswered() {
    let mut session = begun();
    tell(&mut session, Msg::Play);
    let _ = play(&mut session);
    tell(&mut session, Msg::Play);
    let _ = play(&mut session);
    assert!(card(&session).next.is_some() && card(&session).proved.is_none());
    // Play is as good as the control that leads on.
    tell(&mut session, Msg::Toggle);
    assert_eq!(session.strategy(), StrategyName::Rolling);
    assert!(session.playback().playing);
}

#[test]
fn a_lesson_that_began_by_itself_steps_aside_for_everything_else() {
    let others = [
        Msg::NextStage,
        Msg::StepForward,
        Msg::Seek(SimTime::from_secs(100)),
        Msg::SelectStrategy(StrategyName::Linear),
        Msg::Act(Deed::Deploy),
        Msg::Edit { parameter: "desiredCount".to_owned(), value: serde_json::json!(9) },
        Msg::SetSpeed(Speed::Times(10)),
        Msg::LeaveLesson,
    ];
    for msg in others {
        let mut session = begun();
        let mut plain = Session::open(session.document()).expect("it is a recording");
        assert!(session.update(msg.clone()) >= Changed::Panels, "{msg:?}");
        tell(&mut plain, msg.clone());
        assert_eq!(session.card(), None, "{msg:?}");
        assert!(!session.is_curtain_drawn(), "{msg:?}");
        assert_eq!(session.document(), plain.document(), "{msg:?}");
        assert_eq!(session.playback().playhead, plain.playback().playhead, "{msg:?}");
        assert_eq!(session.strategy(), plain.strategy(), "{msg:?}");
    }
}

#[test]
fn in_a_lesson_that_was_asked_for_one_may_walk_about() {
    let mut session = begun();
    tell(&mut session, Msg::OpenLesson { lesson: 0, invited: true });
    tell(&mut session, Msg::NextStage);
    tell(&mut session, Msg::StepForward);
    let alarm = SimTime::from_secs(181);
    tell(&mut session, Msg::Seek(alarm));
    assert!(card(&session).text.starts_with("The alarm"), "{}", card(&session).text);
    tell(&mut session, Msg::SelectStrategy(StrategyName::Linear));
    assert_eq!(session.card(), None);
}

#[test]
fn a_caption_whose_event_never_happens_is_left_out() {
    let mut lesson = lessons().remove(0);
    lesson.takes[0].captions[1].on.event = "stuck".to_owned();
    lesson.takes[0].captions[2].say = "{nothing}".to_owned();
    let session = begun();
    let film = Film::shoot(session.document(), 0, StrategyName::Canary).expect("it can be deployed so");
    let mut course = Course::new(lesson, true);
    course.bind(&film, session.outcomes());
    assert_eq!(course.card(&film, film.run.end, false).progress, (5, 12));
}
