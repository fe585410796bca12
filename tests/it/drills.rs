//! The drills, worked without a browser: every seed chooses a fault that shows, nothing the session shows tells it before
//! the end, and the grade says how well somebody did.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::presets;
use cutover::engine::users::users;
use cutover::formats::recording::parse;
use cutover::model::*;
use cutover::session::drill::grade::{Conduct, Seen};
use cutover::session::drill::{
    Debrief, Draw, Drill, Grade, Means, Rule, Stand, check, debrief, fragment, named_by, outline, read,
    unknown,
};
use cutover::session::lesson::library::DRILLS;
use cutover::session::narrate::why_now;
use cutover::session::*;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A drill's file name and its text.
macro_rules! texts {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../static/drills/", $name, ".json")))),+]
    };
}

/// The drills as the files have them, in their order.
pub const FILES: [(&str, &str); 7] = texts![
    "first-tenth",
    "four-steps",
    "three-zones",
    "shop-carts",
    "approval",
    "one-by-one",
    "users-or-testers"
];

const OUTLINES: &str = include_str!("../golden/drills.txt");

fn drill(name: &str) -> Rc<Drill> {
    let (_, text) = FILES.into_iter().find(|(known, _)| *known == name).expect("there is such a drill");
    Rc::new(read(text).unwrap_or_else(|problems| panic!("{name}: {problems:?}")))
}

fn all() -> impl Iterator<Item = (&'static str, Rc<Drill>)> {
    FILES.into_iter().map(|(name, _)| (name, drill(name)))
}

/// A seed by which a drill chooses the fault of that cause.
fn seed_of(drill: &Drill, cause: &str) -> u32 {
    let chosen = |seed: &u32| drill.faults[drill.draw(*seed).fault].cause == cause;
    (1..1_000).find(chosen).unwrap_or_else(|| panic!("no seed chooses {cause}"))
}

fn plain() -> Session {
    Session::open(&parse(presets::text("opening")).expect("it is JSON")).expect("it is a recording")
}

fn tell(session: &mut Session, msg: Msg) -> Changed {
    let changed = session.update(msg);
    assert_eq!(session.problems(), []);
    changed
}

fn opened(drill: &Rc<Drill>, seed: u32) -> Session {
    let mut session = plain();
    assert_eq!(tell(&mut session, Msg::OpenDrill { drill: drill.clone(), seed }), Changed::Everything);
    session
}

fn begun(drill: &Rc<Drill>, seed: u32) -> Session {
    let mut session = opened(drill, seed);
    let _ = tell(&mut session, Msg::StartDrill);
    assert!(session.playback().playing);
    session
}

/// Plays until `at`, whatever holds it; nothing ahead of it is seen.
fn play_to(session: &mut Session, at: SimTime) {
    let _ = tell(session, Msg::SetSpeed(Speed::Times(10)));
    for _ in 0..100_000 {
        if session.playback().playhead >= at || told(session).is_some() {
            return;
        }
        let _ = tell(session, Msg::Play);
        let left = at.since(session.playback().playhead).0.div_ceil(10).min(100);
        let _ = tell(session, Msg::Tick(left as u32));
    }
    panic!("playing never comes to {at}");
}

fn told(session: &Session) -> Option<Rc<Debrief>> {
    match session.duty()?.stand() {
        Stand::Over(told) => Some(told.clone()),
        _ => None,
    }
}

fn finished(session: &mut Session) -> Rc<Debrief> {
    let _ = tell(session, Msg::FinishDrill);
    told(session).expect("the drill is over")
}

#[test]
fn every_drill_is_one_and_says_what_it_comes_to() {
    assert_eq!(FILES.map(|(name, _)| name), DRILLS);
    let mut text = String::new();
    for (name, drill) in all() {
        assert_eq!(check(&drill), [], "{name}");
        text.push_str(&outline(&drill, None).expect("nothing is wrong with it"));
        text.push('\n');
    }
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/drills.txt"), &text)
            .expect("it is written");
        return;
    }
    assert!(text == OUTLINES, "the outlines have changed; UPDATE_GOLDEN=1 writes them anew:\n{text}");
}

/// What each fault comes to for whoever works it at its best, not at all, and wrongly, at both ends of its window.
#[test]
fn seeing_it_at_once_and_doing_right_is_an_a_and_nothing_else_is_better() {
    for (name, drill) in all() {
        for fault in 0..drill.faults.len() {
            let (first, last) = drill.faults[fault].window;
            for (seed, second) in [(1, first), (2, last)] {
                let draw = Draw { seed, fault, moment: SimTime::from_secs(second) };
                let judged = |acts: &[(SimTime, Means)], names: &[(SimTime, usize)]| {
                    debrief(&drill, &draw, acts, names).expect("it was checked")
                };
                let nobody = judged(&[], &[]);
                let what = format!("{name}, {}, from {second} s", nobody.cause);
                let right = drill.faults[fault].right.first().copied();
                assert_eq!(nobody.showed.is_some(), !drill.faults[fault].interventions.is_empty(), "{what}");
                assert!(nobody.began <= nobody.showed, "{what}");
                let Some(showed) = nobody.showed else {
                    let expected = if right.is_none() { Grade::A } else { Grade::C };
                    assert_eq!(nobody.grade, expected, "{what}");
                    continue;
                };
                assert!(nobody.grade >= Grade::D, "{what}: {:?}", nobody.grade);
                // The best is one act when it shows, or an answer when it is asked for.
                let due = |act: Means| match act {
                    Means::Approve | Means::Reject => SimTime::from_secs(347) + Span(1),
                    _ => showed + Span(1),
                };
                let acts: Vec<_> = right.map(|act| (due(act), act)).into_iter().collect();
                let best = judged(&acts, &[(showed, fault)]);
                assert_eq!(best.grade, Grade::A, "{what}: {:?}", best.deductions);
                assert_eq!(best.seen, Some(showed), "{what}");
                for wrong in &drill.faults[fault].wrong {
                    let wrong = judged(&[(due(*wrong), *wrong)], &[(showed, fault)]);
                    assert!(wrong.grade >= Grade::C, "{what}: {wrong:?}");
                }
                let other = (fault + 1) % drill.faults.len();
                let misled = judged(&acts, &[(showed, other), (showed, fault)]);
                assert_eq!(misled.grade, Grade::B, "{what}");
            }
        }
    }
}

#[test]
fn a_seed_chooses_every_fault_within_its_window_and_the_same_one_each_time() {
    for (name, drill) in all() {
        let mut seen = BTreeSet::new();
        let mut moments = BTreeSet::new();
        for seed in 0..300 {
            let draw = drill.draw(seed);
            assert_eq!(draw, drill.draw(seed));
            let (from, to) = drill.faults[draw.fault].window;
            assert!(
                SimTime::from_secs(from) <= draw.moment && draw.moment <= SimTime::from_secs(to),
                "{name} {seed}"
            );
            seen.insert(draw.fault);
            moments.insert(draw.moment);
        }
        assert_eq!(seen.len(), drill.faults.len(), "{name}");
        let windowed = drill.faults.iter().any(|fault| fault.window.0 < fault.window.1);
        assert!(!windowed || moments.len() > 20, "{name}: {} moments", moments.len());
    }
}

#[test]
fn many_seeds_give_runs_in_which_what_is_wrong_shows() {
    for (name, drill) in all() {
        for seed in 0..40 {
            let draw = drill.draw(seed);
            let nobody =
                debrief(&drill, &draw, &[], &[]).unwrap_or_else(|why| panic!("{name} {seed}: {why:?}"));
            let wrong = !drill.faults[draw.fault].interventions.is_empty();
            assert_eq!(nobody.showed.is_some(), wrong, "{name} {seed}: {}", nobody.cause);
            assert!(nobody.hurt_at_best <= nobody.hurt_by_nobody, "{name} {seed}");
            assert!(
                nobody.showed.is_none_or(|showed| showed + Span::from_mins(3) < drill.end()),
                "{name} {seed}"
            );
        }
    }
}

/// All that a person can read of a session, at its playhead.
fn shown(session: &Session) -> (String, Vec<String>) {
    let (scenario, run, at) = (session.scenario(), session.run(), session.playback().playhead);
    let why = why_now(scenario, run, session.service(), at).to_string();
    let events = run.events.iter().filter(|event| event.at <= at);
    let mut told: Vec<String> = events.map(|event| narrate::fact_text(event, scenario, run)).collect();
    let events = run.events.iter().filter(|event| event.at <= at);
    told.extend(events.map(|event| narrate::why_text(event, scenario, run)));
    told.extend(session.offers().into_iter().filter(|it| it.refused.is_none()).map(|it| it.description));
    told.extend(session.interventions().into_iter().map(|listed| listed.what));
    told.extend(session.notice().map(str::to_owned));
    (why, told)
}

/// Until a fault begins, a page on which it is hidden and one on which nothing is wrong cannot be told apart.
#[test]
fn until_it_begins_no_fault_can_be_told_from_none() {
    for (name, drill) in all() {
        let quiet =
            drill.faults.iter().position(|fault| fault.interventions.is_empty()).expect("there is one");
        for fault in (0..drill.faults.len()).filter(|fault| *fault != quiet) {
            // The same seed for both, so that chance is the same; which fault it chooses is changed instead.
            let seed = seed_of(&drill, &drill.faults[fault].cause);
            let mut without = Drill::clone(&drill);
            without.faults[fault].interventions.clear();
            let (mut with, mut without) = (begun(&drill, seed), begun(&Rc::new(without), seed));
            let draw = drill.draw(seed);
            let began = debrief(&drill, &draw, &[], &[]).expect("it was checked").began.expect("it begins");
            for part in 1..=4 {
                let at = SimTime((began.0 - 1_000) * part / 4);
                play_to(&mut with, at);
                play_to(&mut without, at);
                let what = format!("{name}, {}, at {at}", drill.faults[fault].cause);
                assert_eq!(shown(&with), shown(&without), "{what}");
                assert_eq!(with.frame().so_far, without.frame().so_far, "{what}");
                assert_eq!(with.frame().lost_zones, without.frame().lost_zones, "{what}");
                assert_eq!(with.axis(), without.axis(), "{what}");
                assert_eq!(with.timeline().tasks.highest, without.timeline().tasks.highest, "{what}");
                assert_eq!(with.speed_now(), without.speed_now(), "{what}");
                assert_eq!(with.document(), without.document(), "{what}");
                assert_eq!(with.link(), without.link(), "{what}");
            }
        }
    }
}

#[test]
fn nothing_that_is_shown_says_that_anything_was_injected() {
    for (name, drill) in all() {
        for fault in &drill.faults {
            let mut session = begun(&drill, seed_of(&drill, &fault.cause));
            play_to(&mut session, drill.end() - Span::from_secs(1));
            let (why, told) = shown(&session);
            for text in told.iter().chain([&why]) {
                let gives_away =
                    ["fault was", "behaves", "Zone b is gone", "is back", "dynamodb", "no longer limited"];
                assert!(gives_away.iter().all(|words| !text.contains(words)), "{name}: {text}");
            }
            assert!(session.frame().lost_zones.is_empty(), "{name}");
            // What the recording has of its own is all there is to see in it.
            assert_eq!(
                session.document(),
                &drill.document(session.duty().expect("it is open").seed()),
                "{name}"
            );
            assert!(
                !session.to_text().contains("setBehavior") && !session.to_text().contains("setDependency"),
                "{name}"
            );
            assert!(StrategyName::ALL.into_iter().all(|strategy| session.is_veiled(strategy)), "{name}");
            assert_eq!(
                (session.price(), session.prices().len(), session.ghost().is_some()),
                (None, 0, false),
                "{name}"
            );
        }
    }
}

#[test]
fn while_it_is_worked_only_time_and_the_means_move_anything() {
    let drill = drill("first-tenth");
    let mut session = begun(&drill, 2);
    play_to(&mut session, SimTime::from_secs(100));
    let before = (session.document().clone(), session.playback().playhead, session.strategy());
    for msg in [
        Msg::Undo,
        Msg::Redo,
        Msg::SelectStrategy(StrategyName::Linear),
        Msg::ToggleCurtain,
        Msg::ToggleScale,
        Msg::Edit { parameter: "desiredCount".to_owned(), value: serde_json::json!(9) },
        Msg::Revise { intervention: 0, with: None },
        Msg::UpdateService(Draft::default()),
        Msg::Act(Deed::Deploy),
        Msg::Act(Deed::Inject(Failure::TrafficSpike)),
        Msg::Act(Deed::Inject(Failure::StopTask)),
    ] {
        let _ = tell(&mut session, msg.clone());
        let after = (session.document().clone(), session.playback().playhead, session.strategy());
        assert_eq!(after, before, "{msg:?}");
        assert!(session.is_curtain_drawn() && session.keeps_secret(), "{msg:?}");
    }
    assert_eq!((session.undo_label(), session.redo_label(), session.is_behind()), (None, None, false));
    // Looking back is free, looking ahead is not, and nobody acts in the past.
    for (msg, at) in [
        (Msg::Seek(SimTime(u64::MAX)), 100_000),
        (Msg::Seek(SimTime::from_secs(30)), 30_000),
        (Msg::NextStage, 100_000),
    ] {
        let _ = tell(&mut session, msg);
        assert!(session.playback().playhead.0 <= at && session.playback().playhead.0 > 0);
    }
    let _ = tell(&mut session, Msg::Seek(SimTime::from_secs(30)));
    let _ = tell(&mut session, Msg::Act(Deed::RollBack));
    assert_eq!(session.document(), &before.0);
    assert_eq!(session.notice(), Some("That is past: you have seen the run up to 1:40."));
    let refused = |session: &Session| {
        let offers = session.offers();
        offers.into_iter().find(|offer| offer.deed == Deed::RollBack).and_then(|offer| offer.refused)
    };
    assert!(refused(&session).is_some());
    let _ = tell(&mut session, Msg::Seek(SimTime::from_secs(100)));
    assert_eq!(refused(&session), None);
    let _ = tell(&mut session, Msg::Act(Deed::RollBack));
    assert_ne!(session.document(), &before.0);
    assert_eq!(session.undo_label(), None, "an operator has no Undo");
}

#[test]
fn a_means_that_is_used_up_says_so() {
    let drill = drill("one-by-one");
    let mut session = begun(&drill, seed_of(&drill, "Nothing is wrong"));
    for second in [60, 70, 80] {
        play_to(&mut session, SimTime::from_secs(second));
        let _ = tell(&mut session, Msg::Act(Deed::Inject(Failure::StopTask)));
        assert_eq!(session.notice(), None);
    }
    let _ = tell(&mut session, Msg::Act(Deed::Inject(Failure::StopTask)));
    assert_eq!(session.notice(), Some("Used up: 3 times in this drill."));
    assert_eq!(finished(&mut session).acts.len(), 3);
}

/// A drill worked through the session, as the page works it, is judged like its acts and names alone.
#[test]
fn a_drill_is_worked_from_its_briefing_to_its_grade() {
    let drill = drill("first-tenth");
    let seed = seed_of(&drill, "42 fails part of its requests");
    let mut session = opened(&drill, seed);
    let before = plain().document().clone();
    assert_eq!(session.duty().expect("it is open").board().causes.len(), 3);
    assert!(session.is_curtain_drawn() && !session.playback().playing);
    let _ = tell(&mut session, Msg::StepForward);
    assert_eq!(session.playback().playhead, SimTime::ZERO, "nothing is seen before it begins");
    let _ = tell(&mut session, Msg::Toggle);
    play_to(&mut session, SimTime::from_secs(120));
    let _ = tell(&mut session, Msg::NameCause(0));
    let _ = tell(&mut session, Msg::Act(Deed::RollBack));
    assert!(session.playback().playing, "it plays on to its end");
    let acted = session.playback().playhead;
    play_to(&mut session, drill.end());
    let told = told(&session).expect("it is over at its end");
    assert_eq!(told.acts, [(acted, Means::RollBack)]);
    assert_eq!(
        *told,
        debrief(&drill, &drill.draw(seed), &told.acts, &[(SimTime::from_secs(120), 0)])
            .expect("it was checked")
    );
    assert_eq!(told.grade, Grade::C, "{:?}", told.deductions);
    assert!(told.hurt < told.hurt_by_nobody / 10 && told.hurt > told.hurt_at_best);
    // The figures of the card are those of the page, on which all is seen now.
    assert_eq!(told.hurt, users(session.scenario(), session.run(), session.run().end).hurt);
    assert_eq!(told.hurt, session.frame().so_far.users_hurt);
    assert!(!session.is_curtain_drawn());
    assert!(session.interventions().iter().any(|listed| listed.what.contains("42")));
    assert!(session.to_text().contains("setBehavior"));
    // The way back to what was open before is one step.
    assert_eq!(session.undo_label(), Some("Drill"));
    let _ = tell(&mut session, Msg::Undo);
    assert_eq!((session.document(), session.duty().is_none()), (&before, true));
}

#[test]
fn whoever_leaves_learns_nothing_and_may_try_again() {
    let drill = drill("three-zones");
    let seed = seed_of(&drill, "An Availability Zone is lost");
    let mut session = begun(&drill, seed);
    play_to(&mut session, SimTime::from_secs(200));
    let _ = tell(&mut session, Msg::LeaveLesson);
    assert!(session.duty().is_none() && !session.is_curtain_drawn());
    assert_eq!(session.document(), &drill.document(seed));
    assert!(session.frame().lost_zones.is_empty());
    // One drill after another is one change.
    let _ = tell(&mut session, Msg::OpenDrill { drill: drill.clone(), seed });
    let _ = tell(&mut session, Msg::OpenDrill { drill: drill.clone(), seed: 5 });
    let _ = tell(&mut session, Msg::LeaveLesson);
    let _ = tell(&mut session, Msg::Undo);
    assert_eq!(session.document(), &drill.document(seed));
    // Another recording ends it.
    let mut session = begun(&drill, seed);
    let _ = tell(&mut session, Msg::OpenSituation(0));
    assert!(session.duty().is_none() && !session.keeps_secret());
}

#[test]
fn other_services_can_be_looked_at_and_keep_the_secret() {
    let drill = drill("shop-carts");
    let mut session = begun(&drill, seed_of(&drill, "The database of carts fails"));
    assert_eq!(session.frame().service, "carts");
    play_to(&mut session, SimTime::from_secs(200));
    let _ = tell(&mut session, Msg::SelectService(0));
    assert_eq!(session.frame().service, "ui");
    assert_eq!(session.playback().playhead, SimTime::from_secs(200));
    assert!(session.keeps_secret() && session.timeline().folds.is_empty());
    let (_, told) = shown(&session);
    assert!(told.iter().all(|text| !text.contains("dynamodb")), "{told:?}");
    let told = finished(&mut session);
    assert_eq!(told.cause, "The database of carts fails");
    assert_eq!(session.frame().service, "ui");
}

/// Later, or more users hurt, or more wrong: never a better grade.
#[test]
fn the_grade_never_rises_where_conduct_falls() {
    let rule = Rule { detect: [60, 120, 240].map(Span::from_secs), hurt: [100, 400, 1000] };
    let seen = [0, 59, 60, 61, 120, 121, 240, 241, 900].map(|secs| Seen::After(Span::from_secs(secs)));
    let seen: Vec<Seen> = seen.into_iter().chain([Seen::Never]).collect();
    let mut all = Vec::new();
    for (late, seen) in seen.iter().enumerate() {
        for wrong_names in 0..4 {
            for (more, excess) in [0, 100, 101, 400, 401, 1000, 1001, 9999].into_iter().enumerate() {
                for bad in 0..4 {
                    let (wrong_act, left_out) = (bad & 1 == 1, bad & 2 == 2);
                    let conduct = Conduct { seen: *seen, wrong_names, excess, wrong_act, left_out };
                    all.push(([late, wrong_names as usize, more, bad & 1, bad >> 1], rule.grade(&conduct)));
                }
            }
        }
    }
    assert_eq!(all[0].1, Grade::A);
    assert_eq!(all[all.len() - 1].1, Grade::F);
    for (one, grade) in &all {
        for (other, better) in &all {
            let worse = one.iter().zip(other).all(|(one, other)| one >= other);
            assert!(!worse || grade >= better, "{one:?} is {grade:?} and {other:?} {better:?}");
        }
    }
}

#[test]
fn a_drill_has_a_link_of_its_name_and_seed() {
    assert_eq!(fragment("three-zones", 7), "drill=three-zones.7");
    for (given, read) in [
        ("#drill=three-zones.7", Some(("three-zones", 7))),
        ("drill=three-zones", Some(("three-zones", 1))),
        ("#drill=three-zones.x", Some(("three-zones.x", 1))),
        ("#s=1.abc", None),
        ("", None),
    ] {
        assert_eq!(named_by(given), read, "{given}");
    }
    assert_eq!(
        unknown("three-znes").to_string(),
        "#drill: no drill is called \"three-znes\" (nearest: three-zones)"
    );
}

#[test]
fn a_drill_opens_by_import_and_a_bad_one_says_where_it_is_wrong() {
    let (_, good) = FILES[2];
    let mut session = plain();
    let _ = tell(&mut session, Msg::Import(good.to_owned()));
    assert_eq!(session.duty().expect("it is open").board().title, "Six tasks in three zones");
    for (right, wrong, said) in [
        ("\"drill\": 1", "\"drill\": 3", "drill: must be the number 1; it is the number 3"),
        ("\"trains\"", "\"trians\"", "trains: is missing: what the drill trains, in a line"),
        ("\"trains\"", "\"trians\"", "trians: unknown field, ignored (nearest: trains)"),
        (
            "\"act\": \"rollBack\"",
            "\"act\": \"rolBack\"",
            "means[0].act: must be one of rollBack, stopTask, approve, reject, continue; it is \"rolBack\" (nearest: rollBack)",
        ),
        ("\"act\": \"stopTask\"", "\"act\": \"rollBack\"", "means[1].act: is among the means already"),
        ("\"toSeconds\": 110", "\"toSeconds\": 10", "faults[0].toSeconds: lies before fromSeconds"),
        (
            "\"wrong\": [\"rollBack\", \"stopTask\"]",
            "\"wrong\": [\"reject\"]",
            "faults[0].wrong[0]: reject is not among the drill's means",
        ),
        (
            "\"wrong\": [\"stopTask\"]",
            "\"wrong\": [\"rollBack\"]",
            "faults[1].wrong: has rollBack, which is right",
        ),
        (
            "\"failAvailabilityZone\"",
            "\"failAvailabiltyZone\"",
            "faults[0].interventions[0].failAvailabiltyZone: ",
        ),
        ("\"zone\": 1", "\"zone\": 7", "faults[0].interventions[0].failAvailabilityZone.zone: "),
        ("\"revision\": \"42\"", "\"revision\": \"43\"", "faults[1].interventions[0].setBehavior.revision: "),
        (
            "\"failsAfterSeconds\": 90",
            "\"failsAfterSeconds\": 9000",
            "faults[1]: makes no difference that shows before the end, at 18:00, if it begins at 0:00",
        ),
        (
            "\"cause\": \"Nothing is wrong\"",
            "\"cause\": \"An Availability Zone is lost\"",
            "faults[2].cause: is the cause of another fault, too",
        ),
        (
            "\"hurtUsers\": [200, 800, 2000]",
            "\"hurtUsers\": [200, 100]",
            "grade.hurtUsers: must be three whole numbers that rise, how many users are hurt beyond the best act",
        ),
        (
            "\"rolling-success\"",
            "\"rolling-succes\"",
            "recording: no scenario that comes with the page is called \"rolling-succes\" (nearest: rolling-success)",
        ),
        (
            "\"afterSeconds\": 0,",
            "\"atSeconds\": 0,",
            "faults[1].interventions[0].atSeconds: has no meaning: a fault's times are counted from its beginning, by afterSeconds",
        ),
    ] {
        assert!(good.contains(right), "{right}");
        let _ = session.update(Msg::Import(good.replacen(right, wrong, 1)));
        let lines: Vec<String> = session.problems().iter().map(ToString::to_string).collect();
        assert!(lines.iter().any(|line| line.starts_with(said)), "{said}\n{lines:#?}");
    }
}
