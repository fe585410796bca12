//! The lessons, walked through without a browser: every file is a lesson, every caption finds its event and its
//! figures, the question is answered by the run, and whatever else is asked for comes first.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::presets;
use cutover::formats::recording::parse;
use cutover::model::*;
use cutover::session::lesson::library::{COURSE, FIRST_MINUTE, first_minute, preset, situations};
use cutover::session::lesson::reading::LONGEST_CAPTION;
use cutover::session::lesson::{Card, Course, Lesson, Proof, check, read, screenplay};
use cutover::session::*;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A lesson's file name and its text.
macro_rules! texts {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../static/lessons/", $name, ".json")))),+]
    };
}

/// The course as the files have it, in its order.
const FILES: [(&str, &str); 12] = texts![
    "what-deploys",
    "two-percentages",
    "rolling-back",
    "blue-green",
    "bake-time",
    "approval",
    "canary",
    "linear",
    "circuit-breaker",
    "alarms",
    "switching",
    "choosing",
];

/// The first minute and the course.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    [("first-minute", FIRST_MINUTE)].into_iter().chain(FILES)
}

fn lesson(name: &str, text: &str) -> Rc<Lesson> {
    Rc::new(read(text).unwrap_or_else(|problems| panic!("{name}: {problems:?}")))
}

fn tell(session: &mut Session, msg: Msg) {
    let _ = session.update(msg);
    assert_eq!(session.problems(), []);
}

fn plain() -> Session {
    let document = parse(presets::text("opening")).expect("it is JSON");
    Session::open(&document).expect("it is a recording")
}

fn opening_of(lesson: Rc<Lesson>, invited: bool) -> Session {
    let mut session = plain();
    tell(&mut session, Msg::OpenLesson { lesson, invited });
    session
}

/// A page on its first visit.
fn begun() -> Session {
    opening_of(Rc::new(first_minute().expect("it is a lesson")), false)
}

fn card(session: &Session) -> Card {
    session.card().expect("a lesson is being taught")
}

/// Plays until playing stops by itself; how many milliseconds it took, and what was said.
fn play(session: &mut Session) -> (u32, Vec<String>) {
    let mut said = Vec::new();
    for tick in 0..20_000 {
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
fn every_lesson_agrees_with_its_run() {
    assert_eq!(FILES.map(|(name, _)| name), COURSE);
    for (name, text) in all() {
        let lesson = lesson(name, text);
        // Every caption finds its event after the one before it, and its figures; the proof comes after the question,
        // and exactly one of the answers is what the run says.
        assert_eq!(check(&lesson), [], "{name}");
        let written = screenplay(&lesson).expect("nothing is wrong with it");
        for line in written.lines().filter(|line| line.contains(':')) {
            assert!(!line.contains('{'), "{name}: {line}");
            assert!(line.chars().count() <= 18 + LONGEST_CAPTION, "{name}: {line}");
        }
        assert!(lesson.insight.chars().count() <= 100, "{name}: an insight is one line");
    }
}

/// The course from end to end, as somebody plays it who answers rightly, and reads a question for ten seconds.
#[test]
fn every_lesson_asks_once_proves_it_and_is_over_in_five_minutes() {
    for (name, text) in FILES {
        let lesson = lesson(name, text);
        let mut session = opening_of(lesson.clone(), true);
        assert!(session.is_curtain_drawn(), "{name}");
        let (mut film, mut asked, mut proved, mut said) = (0, None, None, Vec::new());
        for _ in 0..40 {
            let shown = card(&session);
            assert!(shown.over || session.is_curtain_drawn(), "{name}: the future is hidden to the end");
            if shown.over {
                break;
            }
            if let Some(question) = &shown.question {
                assert_eq!(asked, None, "{name}: it asks once");
                assert_eq!(shown.proved, None, "{name}");
                asked = Some(film);
                film += 10_000;
                let right = (0..question.choices.len())
                    .find(|&choice| {
                        let mut other = opening_of(lesson.clone(), true);
                        tell(&mut other, Msg::ToQuestion);
                        assert_eq!(card(&other).question.as_ref(), Some(question), "{name}");
                        tell(&mut other, Msg::Answer(choice));
                        play_to_the_proof(&mut other);
                        card(&other).proved.is_some_and(|proof| proof.is_right())
                    })
                    .expect("one answer is right");
                tell(&mut session, Msg::Answer(right));
            } else if shown.next.is_some() {
                tell(&mut session, Msg::NextTake);
            } else {
                tell(&mut session, Msg::Play);
            }
            let (millis, texts) = play(&mut session);
            film += millis;
            said.extend(texts);
            proved = proved.or(card(&session).proved);
        }
        let shown = card(&session);
        assert!(shown.over && !session.is_curtain_drawn(), "{name}: {shown:?}");
        assert_eq!(shown.progress.0, shown.progress.1, "{name}: every caption was said");
        assert!(asked.is_some_and(|asked| asked <= 60_000), "{name}: opens {asked:?} ms before its question");
        assert!(proved.is_some_and(|proof| proof.is_right()), "{name}");
        assert!(film <= 5 * 60_000, "{name}: {film} ms");
        let about = lesson.length() as u32;
        assert!(film.abs_diff(about) <= 20_000, "{name}: {about} ms said, {film} ms played");
        assert!(shown.insight == lesson.insight && !shown.closing.is_empty(), "{name}");
    }
}

/// Plays on until the answer is proved, holds and all.
fn play_to_the_proof(session: &mut Session) {
    for _ in 0..20_000 {
        let Card { over, next, proved, .. } = card(session);
        if over || next.is_some() || proved.is_some() {
            return;
        }
        if !session.playback().playing {
            tell(session, Msg::Play);
        }
        tell(session, Msg::Tick(20));
    }
    panic!("nothing is ever proved");
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
    assert_eq!(session.undo_label(), None, "a lesson that began by itself has changed nothing");
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
    assert_eq!(card(&session).proved, Some(proof(Some("Health check"))));
    assert!(card(&session).proved.is_some_and(|proof| !proof.is_right()));
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
    assert_eq!(card(&session).proved, Some(proof(Some("Alarm"))));
    assert!(card(&session).proved.is_some_and(|proof| proof.is_right()));
}

/// What the first minute's question comes to.
fn proof(answer: Option<&str>) -> Proof {
    let ask = "Who notices first?".to_owned();
    Proof { ask, answer: answer.map(str::to_owned), truth: "Alarm".to_owned() }
}

#[test]
fn a_question_that_the_film_leaves_behind_can_be_answered_until_the_run_does() {
    let left = || {
        let mut session = begun();
        tell(&mut session, Msg::Play);
        let _ = play(&mut session);
        assert!(card(&session).question.is_some_and(|question| !question.waits));
        assert!(!card(&session).points_at_play, "the question is what is pointed at");
        tell(&mut session, Msg::Play);
        tell(&mut session, Msg::Tick(20));
        assert!(card(&session).question.is_some_and(|question| question.waits));
        session
    };
    let (mut session, mut late) = (left(), left());
    tell(&mut late, Msg::Answer(0));
    let _ = play(&mut late);
    assert_eq!(card(&late).proved, Some(proof(Some("Health check"))));

    let _ = play(&mut session);
    assert_eq!(card(&session).question, None);
    assert_eq!(card(&session).proved, Some(proof(None)));
    assert!(card(&session).next.is_some());
    tell(&mut session, Msg::Answer(0));
    assert_eq!(card(&session).proved, Some(proof(None)), "it is too late");
    // Play is as good as the control that leads on.
    tell(&mut session, Msg::Toggle);
    assert_eq!(session.strategy(), StrategyName::Rolling);
    assert!(session.playback().playing);
}

#[test]
fn one_may_go_straight_to_the_question_in_whatever_take_it_is() {
    for (name, text) in all() {
        let lesson = lesson(name, text);
        let mut session = opening_of(lesson.clone(), true);
        tell(&mut session, Msg::ToQuestion);
        let shown = card(&session);
        assert!(shown.question.is_some() && !shown.question_ahead, "{name}: {shown:?}");
        tell(&mut session, Msg::Answer(0));
        assert!(!card(&session).question_ahead, "{name}");
    }
}

#[test]
fn a_lesson_is_one_change_that_undo_takes_back() {
    let mut session = plain();
    let before = session.document().clone();
    tell(&mut session, Msg::OpenLesson { lesson: lesson("two-percentages", FILES[1].1), invited: true });
    tell(&mut session, Msg::ToQuestion);
    tell(&mut session, Msg::NextTake);
    tell(&mut session, Msg::NextTake);
    assert_eq!(session.frame().so_far.desired, 3);
    tell(&mut session, Msg::Undo);
    assert_eq!(session.document(), &before);
    assert_eq!(session.card(), None);
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
fn a_lesson_that_is_presented_steps_aside_no_more() {
    let mut session = begun();
    tell(&mut session, Msg::KeepLesson);
    tell(&mut session, Msg::NextStage);
    assert!(session.is_curtain_drawn() && !session.is_taught_unasked());
    assert!(session.card().is_some());
}

/// A remote has two keys: from caption to caption, with the time to speak at each, to the end and back.
#[test]
fn a_remote_walks_a_lesson_from_caption_to_caption() {
    let mut session = begun();
    tell(&mut session, Msg::KeepLesson);
    let mut told = vec![card(&session).text];
    for _ in 0..40 {
        if card(&session).over {
            break;
        }
        tell(&mut session, Msg::GoOn);
        let (_, said) = play(&mut session);
        assert!(said.len() <= 2, "one caption at a time: {said:?}");
        let text = card(&session).text;
        if told.last() != Some(&text) {
            told.push(text);
        }
    }
    assert!(card(&session).over && !session.is_curtain_drawn());
    assert_eq!(told.len(), 12);
    // A lesson that is over is a run like any other.
    tell(&mut session, Msg::GoBack);
    assert!(session.card().is_some_and(|card| card.over));

    let mut session = opening_of(lesson("canary", FILES[6].1), true);
    tell(&mut session, Msg::GoOn);
    tell(&mut session, Msg::Tick(20));
    assert!(session.playback().playing);
    let here = card(&session).text;
    tell(&mut session, Msg::GoOn);
    assert!(!session.playback().playing && card(&session).text != here, "pressed twice it does not wait");
    tell(&mut session, Msg::GoBack);
    assert_eq!(card(&session).text, here);
    // Whoever plays instead is not held up where the remote would have been.
    tell(&mut session, Msg::GoOn);
    tell(&mut session, Msg::Tick(20));
    tell(&mut session, Msg::Toggle);
    tell(&mut session, Msg::Toggle);
    let (_, said) = play(&mut session);
    assert!(said.len() > 2, "{said:?}");

    let mut plain = plain();
    tell(&mut plain, Msg::GoOn);
    let stage = plain.playback().playhead;
    assert!(stage > SimTime::ZERO, "without a lesson it goes by stages");
    tell(&mut plain, Msg::GoBack);
    assert!(plain.playback().playhead < stage);
}

#[test]
fn in_a_lesson_that_was_asked_for_one_may_walk_about() {
    let mut session = opening_of(Rc::new(first_minute().expect("it is a lesson")), true);
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
    let mut lesson = first_minute().expect("it is a lesson");
    lesson.takes[0].captions[1].on.event = "stuck".to_owned();
    lesson.takes[0].captions[2].say = "{nothing}".to_owned();
    let session = begun();
    let film = film::Film::shoot(session.document(), 0, StrategyName::Canary).expect("it can be deployed so");
    let mut course = Course::new(Rc::new(lesson), true);
    course.bind(&film, session.outcomes());
    assert_eq!(course.card(film.run.end, false).progress, (5, 12));
}

#[test]
fn a_lesson_opens_by_import_and_a_bad_one_says_where_it_is_wrong() {
    let mut session = plain();
    tell(&mut session, Msg::Import(FILES[1].1.to_owned()));
    assert_eq!(card(&session).title, "Two percentages");
    assert!(!session.is_taught_unasked());
    tell(&mut session, Msg::LeaveLesson);

    let good = FILES[2].1;
    for (right, wrong, told) in [
        (
            "\"usersBack\"",
            "\"userBack\"",
            "takes[0].captions[3].ask.proof.event: no event is called \"userBack\" (nearest: usersBack)",
        ),
        (
            "{failed} requests have failed so far",
            "{fialed} requests have failed so far",
            "takes[0].captions[3].say: no figure is called \"fialed\" (nearest: failed)",
        ),
        ("\"insight\"", "\"insigth\"", "insight: is missing: a lesson shows one thing, said in a line"),
        ("\"lesson\": 1", "\"lesson\": 2", "lesson: must be the number 1; it is the number 2"),
        (
            "\"rolling-rollback\"",
            "\"roling-rollback\"",
            "recording: no scenario that comes with the page is called \"roling-rollback\" (nearest: rolling-rollback)",
        ),
        (
            "\"is\": \"ROLLBACK_SUCCESSFUL\"",
            "\"is\": \"ROLLBACK_SUCESSFUL\"",
            "takes[0].captions[7].on.is: must be one of ",
        ),
        ("\"alarmBreached\"", "\"stuck\"", "takes[0].captions[2].on: never happens in this run"),
        (
            "\"from\": 91",
            "\"from\": 400",
            "takes[0].captions[3].ask.choices: 0 of them are right: the answer is 3 min 50 s",
        ),
        (
            "\"event\": \"failureDetected\"",
            "\"event\": \"usersBack\"",
            "takes[0].captions[3].ask.proof: is at 6:50, before the question",
        ),
    ] {
        let before = session.document().clone();
        assert!(good.contains(right), "{right}");
        let _ = session.update(Msg::Import(good.replacen(right, wrong, 1)));
        let lines: Vec<String> = session.problems().iter().map(ToString::to_string).collect();
        assert!(lines.iter().any(|line| line.starts_with(told)), "{told}\n{lines:#?}");
        assert_eq!(session.card(), None, "{told}");
        assert_eq!(session.document(), &before, "{told}");
    }
}

/// A change under a misspelt name would change nothing, and the lesson would tell of another deployment than it plays.
#[test]
fn a_misspelt_name_in_what_is_changed_is_told_where_it_stands() {
    let good = FILES[1].1;
    for (right, wrong, told) in [
        (
            "\"traffic.requestsPerSecond\"",
            "\"traffic.requestPerSecond\"",
            "changes[\"traffic.requestPerSecond\"]: unknown field, ignored (nearest: requestsPerSecond)",
        ),
        (
            "deploymentConfiguration.maximumPercent\": 133",
            "deploymentConfiguration\": { \"maxPercent\": 133 }, \"seed\": 2",
            "takes[1].changes[\"services[0].service.deploymentConfigur…].maxPercent: unknown field, ignored",
        ),
    ] {
        assert!(good.contains(right), "{right}");
        let problems = read(&good.replacen(right, wrong, 1)).expect_err("it is told");
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(lines.iter().any(|line| line.starts_with(told)), "{told}\n{lines:#?}");
    }
}
