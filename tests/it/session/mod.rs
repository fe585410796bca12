//! What a person does with the page, message by message, and what the page then shows. Here is what moves the playhead.
mod acts;
mod changes;
mod frames;
mod results;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::presets;
use cutover::model::*;
use cutover::session::frame::{ItemKind, Role, StageState};
use cutover::session::narrate::why_now;
use cutover::session::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const OPENING: &str = include_str!("../../../static/scenarios/opening.json");
const APPROVAL: &str = include_str!("../../../static/scenarios/approval.json");
const PAUSE: &str = include_str!("../../../static/scenarios/pause.json");
const STUCK: &str = include_str!("../../../static/scenarios/rolling-stuck.json");
const DESCRIBED: &str = include_str!("../../data/retail-ui.describe-services.json");
const UPDATED: &str = include_str!("../../data/orders.update-service.json");

fn opened(text: &str) -> Session {
    let document = cutover::formats::recording::parse(text).expect("it is JSON");
    Session::open(&document).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The opening scenario with a release that behaves well, under one of the strategies.
fn well_behaved(strategy: StrategyName) -> Session {
    let mut session = opened(OPENING);
    tell(&mut session, Msg::SelectStrategy(strategy));
    edit(&mut session, "errorPercent", json!(0));
    session
}

fn answer(session: &mut Session, msg: Msg) -> Changed {
    let changed = session.update(msg.clone());
    assert_eq!(session.problems(), [], "after {msg:?}");
    changed
}

fn tell(session: &mut Session, msg: Msg) {
    let _ = answer(session, msg);
}

fn edit(session: &mut Session, parameter: &str, value: Value) {
    tell(session, Msg::Edit { parameter: parameter.to_owned(), value });
}

fn act(session: &mut Session, deed: Deed) {
    assert_eq!(refusal(session, deed), None, "{deed:?} at {}", session.playback().playhead);
    assert_eq!(answer(session, Msg::Act(deed)), Changed::Everything, "{deed:?}");
}

fn refusal(session: &Session, deed: Deed) -> Option<String> {
    session.offers().into_iter().find(|offer| offer.deed == deed).expect("every deed is offered").refused
}

fn seek(session: &mut Session, at: SimTime) {
    tell(session, Msg::Seek(at));
    assert_eq!(session.playback().playhead, at);
}

/// Puts the playhead so long after a stage was entered for the n-th time.
fn seek_into(session: &mut Session, stage: LifecycleStage, entry: usize, plus: Span) {
    let stays = session.run().deployments[0].stages.iter().filter(|stay| stay.stage == Some(stage));
    let entered = stays.map(|stay| stay.start).nth(entry).expect("the run has the stage");
    seek(session, entered + plus);
}

fn status(session: &Session) -> ServiceDeploymentStatus {
    session.frame().deployment.and_then(|it| it.status).expect("a deployment has begun")
}

fn final_status(session: &Session) -> ServiceDeploymentStatus {
    *session.run().deployments.last().and_then(|it| it.status.last()).expect("a deployment has a status")
}

/// Plays until the playhead stops by itself.
fn play(session: &mut Session) {
    tell(session, Msg::Play);
    for _ in 0..100_000 {
        if !session.playback().playing {
            return;
        }
        tell(session, Msg::Tick(100));
    }
    panic!("playing never stops");
}

#[test]
fn next_stage_walks_to_the_terminal_status_and_is_then_disabled() {
    for strategy in StrategyName::ALL {
        let mut session = opened(OPENING);
        tell(&mut session, Msg::SelectStrategy(strategy));
        let mut seen = BTreeSet::new();
        while session.has_next_stage() {
            let before = session.playback().playhead;
            tell(&mut session, Msg::NextStage);
            assert!(session.playback().playhead > before, "{strategy} at {before}");
            let strip = session.frame().deployment.expect("a deployment is in view").strip;
            let now = strip.iter().filter(|item| item.state == StageState::Now).count();
            assert!(now <= 1, "{strategy} has {now} present items at {}", session.playback().playhead);
            seen.extend(strip.into_iter().map(|item| item.api_name));
        }
        assert!(status(&session).is_terminal(), "{strategy} ends as {}", status(&session));
        assert_eq!(answer(&mut session, Msg::NextStage), Changed::Nothing);
        let wanted: &[&str] = match strategy {
            StrategyName::Rolling => &["BAKE_TIME"],
            _ => &[
                "SCALE_UP",
                "TEST_TRAFFIC_SHIFT",
                "POST_TEST_TRAFFIC_SHIFT",
                "PRODUCTION_TRAFFIC_SHIFT",
                "CLEAN_UP",
            ],
        };
        for stage in wanted {
            assert!(seen.contains(*stage), "{strategy} never shows {stage}: {seen:?}");
        }
        while session.has_previous_stage() {
            tell(&mut session, Msg::PreviousStage);
        }
        assert_eq!(session.playback().playhead, SimTime::ZERO);
    }
}

#[test]
fn next_stage_goes_pass_by_pass_through_a_rolling_deployment() {
    let mut session = well_behaved(StrategyName::Rolling);
    let passes: Vec<SimTime> = session.run().services[0].decisions.iter().map(|pass| pass.at).collect();
    assert!(passes.len() > 2, "{passes:?}");
    for &pass in passes.iter().filter(|&&pass| pass > SimTime::ZERO) {
        tell(&mut session, Msg::NextStage);
        assert_eq!(session.playback().playhead, pass);
        let strip = session.frame().deployment.expect("a deployment is in view").strip;
        let replacing =
            strip.iter().find(|item| item.kind == ItemKind::ReplaceTasks).expect("tasks are replaced");
        assert_eq!(replacing.notches.len(), passes.len());
        assert_eq!(replacing.notches.iter().filter(|notch| notch.done).count(), {
            passes.iter().filter(|&&at| at <= pass).count()
        });
    }
}

#[test]
fn stepping_goes_from_event_to_event_and_back() {
    let mut session = opened(OPENING);
    let mut instants = vec![session.playback().playhead];
    for _ in 0..15 {
        tell(&mut session, Msg::StepForward);
        instants.push(session.playback().playhead);
    }
    assert!(instants.windows(2).all(|pair| pair[0] < pair[1]), "{instants:?}");
    for at in instants.into_iter().rev().skip(1) {
        tell(&mut session, Msg::StepBack);
        assert_eq!(session.playback().playhead, at);
    }
}

#[test]
fn playing_ends_with_the_run_and_says_what_changed() {
    let mut session = opened(OPENING);
    tell(&mut session, Msg::SetSpeed(Speed::Times(10)));
    assert_eq!(answer(&mut session, Msg::Tick(16)), Changed::Nothing);
    assert_eq!(answer(&mut session, Msg::Play), Changed::Panels);
    let mut answers = BTreeSet::new();
    while session.playback().playing {
        answers.insert(answer(&mut session, Msg::Tick(16)));
    }
    assert_eq!(answers.into_iter().collect::<Vec<_>>(), [Changed::Frame, Changed::Panels]);
    assert_eq!(session.playback().playhead, session.run().end);
}

#[test]
fn what_why_says_is_never_stale_while_it_plays() {
    for (name, text) in presets::ALL {
        let mut session = opened(text);
        if session.strategy() == StrategyName::Rolling {
            // What a pass decides is said of its very instant, and stays until the next event, so that it can be read.
            tell(&mut session, Msg::SelectStrategy(StrategyName::Canary));
        }
        let why = |session: &Session| {
            let at = session.playback().playhead;
            why_now(session.scenario(), session.run(), session.service(), at)
        };
        let _ = session.update(Msg::SetSpeed(Speed::Times(10)));
        let mut said = why(&session);
        // Half an hour, a second at a time; where it waits for a person, nobody lets it wait.
        for _ in 0..1_800 {
            let msg = if session.playback().playing { Msg::Tick(100) } else { Msg::Play };
            if session.update(msg) >= Changed::Panels {
                said = why(&session);
            }
            assert_eq!(said, why(&session), "{name} at {}", session.playback().playhead);
        }
    }
}

fn frame_at(session: &mut Session, at: SimTime) -> Frame {
    seek(session, at);
    session.frame()
}
