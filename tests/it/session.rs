//! What a person does with the page, message by message, and what the page then shows.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::presets;
use cutover::model::*;
use cutover::session::frame::{ItemKind, Role, StageState};
use cutover::session::narrate::why_now;
use cutover::session::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const OPENING: &str = include_str!("../../static/scenarios/opening.json");
const APPROVAL: &str = include_str!("../../static/scenarios/approval.json");
const PAUSE: &str = include_str!("../../static/scenarios/pause.json");
const STUCK: &str = include_str!("../../static/scenarios/rolling-stuck.json");
const DESCRIBED: &str = include_str!("../data/retail-ui.describe-services.json");
const UPDATED: &str = include_str!("../data/orders.update-service.json");

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

#[test]
fn a_rollback_is_an_intervention_after_the_playhead_and_leaves_the_past_as_it_was() {
    let mut session = well_behaved(StrategyName::Canary);
    let document = session.document().clone();
    let succeeded = final_status(&session);
    assert_eq!(succeeded, ServiceDeploymentStatus::Successful);
    seek_into(&mut session, LifecycleStage::ProductionTrafficShift, 0, Span::from_secs(60));
    let at = session.playback().playhead;
    let before: Vec<Frame> = (0..=20).map(|part| frame_at(&mut session, SimTime(at.0 * part / 20))).collect();
    seek(&mut session, at);

    act(&mut session, Deed::RollBack);
    assert_eq!(session.playback().playhead, at + Span(1));
    assert!(matches!(
        status(&session),
        ServiceDeploymentStatus::RollbackRequested | ServiceDeploymentStatus::RollbackInProgress
    ));
    assert_eq!(final_status(&session), ServiceDeploymentStatus::RollbackSuccessful);
    let ghost = session.ghost().expect("the replaced future stays");
    assert_eq!((ghost.forked_at, ghost.replaced_by.as_str()), (at + Span(1), "Roll back"));
    assert_eq!(ghost.run.deployments[0].status.last(), Some(&succeeded));
    for frame in before {
        let mut again = frame_at(&mut session, frame.at);
        let mut frame = frame;
        // Only the strip knows when a stage will end, and that has changed.
        for it in [&mut frame, &mut again] {
            for item in it.deployment.iter_mut().flat_map(|deployment| &mut deployment.strip) {
                (item.start, item.end, item.progress) = (None, None, 0.0);
                item.pips.clear();
            }
            for task in it.fleets.iter_mut().flat_map(|fleet| &mut fleet.tasks) {
                task.countdown = None;
            }
            for fleet in &mut it.fleets {
                (fleet.source_rows, fleet.target_rows) = (0, 0);
            }
        }
        assert_eq!(frame, again);
    }

    assert_eq!(session.undo_label(), Some("Roll back"));
    tell(&mut session, Msg::Undo);
    assert_eq!(*session.document(), document);
    assert_eq!(final_status(&session), succeeded);
    tell(&mut session, Msg::Redo);
    assert_eq!(final_status(&session), ServiceDeploymentStatus::RollbackSuccessful);
}

fn frame_at(session: &mut Session, at: SimTime) -> Frame {
    seek(session, at);
    session.frame()
}

#[test]
fn every_strategy_can_be_rolled_back_in_the_middle_and_the_time_it_takes_is_told_before() {
    for strategy in StrategyName::ALL {
        let mut session = well_behaved(strategy);
        let over = session.outcomes()[strategy as usize].ended.expect("it ends");
        let middle = match strategy {
            StrategyName::Rolling => session.run().services[0].decisions[1].at + Span::from_secs(1),
            _ => {
                seek_into(&mut session, LifecycleStage::ProductionTrafficShift, 0, Span::from_secs(10));
                session.playback().playhead
            }
        };
        assert!(middle < over);
        seek(&mut session, middle);
        let told = session.price().map(|price| price.span);
        assert!(told.is_some(), "{strategy}");
        act(&mut session, Deed::RollBack);
        assert_eq!(final_status(&session), ServiceDeploymentStatus::RollbackSuccessful, "{strategy}");
        let rollback = session.run().deployments[0].rollback.clone().expect("it went back");
        assert_eq!(told, rollback.users_back.map(|back| back.since(rollback.at)), "{strategy}");
        assert!(refusal(&session, Deed::RollBack).is_some_and(|text| text.contains("already")), "{strategy}");
    }
}

#[test]
fn after_clean_up_began_a_rollback_is_refused_with_its_reason() {
    let mut session = well_behaved(StrategyName::BlueGreen);
    seek_into(&mut session, LifecycleStage::BakeTime, 0, Span::from_secs(1));
    assert_eq!(refusal(&session, Deed::RollBack), None);
    seek_into(&mut session, LifecycleStage::CleanUp, 0, Span::ZERO);
    let document = session.document().clone();
    let refused = refusal(&session, Deed::RollBack).expect("it is refused");
    assert!(refused.contains("Clean-up has begun") && refused.contains("41"), "{refused}");
    assert_eq!(answer(&mut session, Msg::Act(Deed::RollBack)), Changed::Panels);
    assert_eq!(session.notice(), Some(refused.as_str()));
    assert_eq!(*session.document(), document);
}

#[test]
fn an_edit_keeps_the_playhead_at_the_same_stage_and_step_and_says_so() {
    let mut session = well_behaved(StrategyName::Linear);
    seek_into(&mut session, LifecycleStage::ProductionTrafficShift, 2, Span::from_secs(60));
    let before = session.playback().playhead;
    edit(&mut session, "stepBakeTimeInMinutes", json!(12));
    let after = session.playback().playhead;
    assert_eq!(after, before + Span::from_mins(12));
    let notice = session.notice().expect("the page says so");
    assert_eq!(notice, "stepBakeTimeInMinutes is 12. Still at PRODUCTION_TRAFFIC_SHIFT, step 3.");
    assert_eq!(
        session.frame().deployment.and_then(|it| it.stage),
        Some(LifecycleStage::ProductionTrafficShift)
    );
    assert_eq!(session.undo_label(), Some("stepBakeTimeInMinutes 12"));
    assert!(session.ghost().is_some());
    tell(&mut session, Msg::Undo);
    assert_eq!(session.playback().playhead, before);
}

#[test]
fn an_edit_of_a_rolling_deployment_keeps_the_pass() {
    let mut session = well_behaved(StrategyName::Rolling);
    let second = session.run().services[0].decisions[1].at;
    seek(&mut session, second + Span::from_secs(1));
    edit(&mut session, "pullSeconds", json!(25));
    let moved = session.run().services[0].decisions[1].at;
    assert!(moved > second);
    assert_eq!(session.playback().playhead, moved + Span::from_secs(1));
}

#[test]
fn a_bad_value_is_refused_in_the_readers_words_and_the_old_recording_stays() {
    let mut session = opened(OPENING);
    let (document, run) = (session.document().clone(), session.run().clone());
    for (parameter, value, wanted) in [
        ("canaryPercent", json!(200), "canaryPercent"),
        ("desiredCount", json!(-1), "desiredCount"),
        ("desiredCount", json!("many"), "desiredCount"),
        ("stepPercent", json!(10), "no meaning here"),
        ("nonsense", json!(1), "no meaning here"),
    ] {
        let changed = session.update(Msg::Edit { parameter: parameter.to_owned(), value: value.clone() });
        assert_eq!(changed, Changed::Panels, "{parameter} {value}");
        let told = session.problems().iter().map(ToString::to_string).collect::<String>();
        assert!(told.contains(wanted), "{parameter} {value}: {told:?}");
        assert_eq!(*session.document(), document);
        assert!(std::rc::Rc::ptr_eq(session.run(), &run));
        assert_eq!(session.undo_label(), None);
    }
    assert_eq!(session.update(Msg::DismissNotice), Changed::Panels);
    assert_eq!(session.problems(), []);
}

#[test]
fn every_parameter_takes_its_own_value_and_another_one() {
    for strategy in StrategyName::ALL {
        let mut session = opened(OPENING);
        tell(&mut session, Msg::SelectStrategy(strategy));
        let parameters = session.parameters();
        assert!(parameters.iter().filter(|it| it.open).count() <= 7);
        for parameter in parameters {
            let other = match (parameter.kind, &parameter.value) {
                (ParameterKind::Switch, value) => json!(!value.as_bool().expect("a switch is on or off")),
                (_, value) if value.as_f64() == Some(parameter.slider.1) => json!(parameter.slider.0),
                _ => json!(parameter.slider.1),
            };
            for value in [parameter.value.clone(), other] {
                edit(&mut session, parameter.name, value.clone());
                let now = session.parameters().into_iter().find(|it| it.name == parameter.name);
                let now = now.expect("it still means something").value;
                assert!(now == value || now.as_f64() == value.as_f64(), "{} {value}: {now}", parameter.name);
                while session.undo_label().is_some() {
                    tell(&mut session, Msg::Undo);
                }
            }
        }
    }
}

#[test]
fn another_tab_shows_the_same_moment_and_keeps_every_strategys_values() {
    let mut session = opened(OPENING);
    assert_eq!(session.strategy(), StrategyName::Canary);
    seek(&mut session, SimTime::from_secs(150));
    edit(&mut session, "canaryPercent", json!(20));
    for strategy in StrategyName::ALL {
        tell(&mut session, Msg::SelectStrategy(strategy));
        assert_eq!(session.strategy(), strategy);
        assert_eq!(session.frame().strategy, strategy);
        assert_eq!(session.playback().playhead, SimTime::from_secs(150));
    }
    tell(&mut session, Msg::SelectStrategy(StrategyName::Canary));
    let canary = session.parameters().into_iter().find(|it| it.name == "canaryPercent").map(|it| it.value);
    assert_eq!(canary, Some(json!(20.0)));
    tell(&mut session, Msg::SelectStrategy(StrategyName::Rolling));
    assert_eq!(session.undo_label(), Some("canaryPercent 20"), "another tab is no change of the recording");
    tell(&mut session, Msg::Undo);
    assert_eq!(session.strategy(), StrategyName::Rolling);
    tell(&mut session, Msg::SelectStrategy(StrategyName::Canary));
    let canary = session.parameters().into_iter().find(|it| it.name == "canaryPercent").map(|it| it.value);
    assert_eq!(canary, Some(json!(10.0)));
}

#[test]
fn the_scoreboard_has_all_four_strategies_on_one_scale() {
    let session = opened(OPENING);
    let outcomes = session.outcomes();
    assert_eq!(outcomes.iter().map(|it| it.strategy).collect::<Vec<_>>(), StrategyName::ALL);
    for outcome in outcomes {
        assert_eq!(outcome.status, Some(ServiceDeploymentStatus::RollbackSuccessful), "{}", outcome.strategy);
        for share in [outcome.failed_share, outcome.peak_share, outcome.undo_share] {
            assert!((0.0..=1.0).contains(&share));
        }
    }
    let [rolling, blue_green, canary, linear] = outcomes else { panic!("four outcomes") };
    assert!(canary.failed_requests < linear.failed_requests);
    assert!(linear.failed_requests < blue_green.failed_requests);
    assert!(blue_green.failed_requests < rolling.failed_requests);
    assert_eq!((rolling.peak_tasks, canary.peak_tasks), (9, 12));
    assert!(rolling.undo > canary.undo);
}

#[test]
fn a_person_is_asked_and_the_answer_stays_with_its_moment() {
    let mut session = opened(APPROVAL);
    play(&mut session);
    let asked = session.frame().approval.expect("playing stops where a person is asked for");
    assert_eq!((asked.stored, session.playback().playhead), ("pending", asked.since));
    assert!(asked.since < session.run().end);
    tell(&mut session, Msg::Seek(asked.since + Span::from_secs(20)));
    act(&mut session, Deed::Approve);
    assert_eq!(session.frame().approval.map(|it| it.stored), Some("approved"));
    assert!(refusal(&session, Deed::Reject).is_some());
    assert_eq!(final_status(&session), ServiceDeploymentStatus::Successful);
    let last = session.document()["interventions"].as_array().and_then(|list| list.last()).cloned();
    let last = last.expect("the answer is an intervention");
    assert_eq!(last["at"]["plusSeconds"], json!(20.001), "{last}");

    // Everything is later now, and the answer with it.
    edit(&mut session, "pullSeconds", json!(60));
    assert_eq!(final_status(&session), ServiceDeploymentStatus::Successful);
    seek(&mut session, SimTime::ZERO);
    play(&mut session);
    assert_eq!(session.playback().playhead, session.run().end, "nobody is asked twice");

    tell(&mut session, Msg::Undo);
    tell(&mut session, Msg::Undo);
    seek(&mut session, asked.since + Span::from_secs(20));
    act(&mut session, Deed::Reject);
    assert_eq!(final_status(&session), ServiceDeploymentStatus::RollbackSuccessful);
}

#[test]
fn a_pause_hook_goes_on_when_a_person_continues() {
    let mut document: Value = serde_json::from_str(PAUSE).expect("it is JSON");
    let list = document["interventions"].as_array_mut().expect("a list");
    list.retain(|intervention| intervention.get("deploy").is_some());
    let mut session = Session::open(&document).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let mut answered = 0;
    loop {
        play(&mut session);
        if session.playback().playhead == session.run().end {
            break;
        }
        assert!(session.frame().paused.is_some(), "playing stops at {}", session.playback().playhead);
        act(&mut session, Deed::Continue);
        assert!(session.frame().paused.is_none());
        answered += 1;
        assert!(answered < 20);
    }
    assert!(answered > 0);
    assert_eq!(final_status(&session), ServiceDeploymentStatus::Successful);
}

#[test]
fn every_failure_can_be_injected_under_every_strategy_and_taken_back() {
    for strategy in StrategyName::ALL {
        for &failure in Failure::ALL {
            let mut session = well_behaved(strategy);
            // Before the hook is called, and before any user is moved.
            seek(&mut session, SimTime::from_secs(30));
            if let Some(why) = refusal(&session, Deed::Inject(failure)) {
                let needs = ["No hook will be called", "Nothing changes the weights"];
                assert!(strategy == StrategyName::Rolling, "{failure:?} is refused under {strategy}: {why}");
                assert!(needs.iter().any(|it| why.starts_with(it)), "{failure:?}: {why}");
                continue;
            }
            let (document, run) = (session.document().clone(), session.run().clone());
            act(&mut session, Deed::Inject(failure));
            assert_ne!(**session.run(), *run, "{failure:?} changes nothing under {strategy}");
            assert_eq!(session.playback().playhead, SimTime(30_001));
            tell(&mut session, Msg::Undo);
            assert_eq!(*session.document(), document, "{failure:?} under {strategy}");
            assert_eq!(**session.run(), *run, "{failure:?} under {strategy}");
        }
    }
}

#[test]
fn deploy_brings_the_next_revision_and_says_what_it_would_stop() {
    let mut session = well_behaved(StrategyName::Canary);
    let description = |session: &Session| {
        let offers = session.offers();
        offers.into_iter().find(|offer| offer.deed == Deed::Deploy).expect("Deploy is offered").description
    };
    seek_into(&mut session, LifecycleStage::ProductionTrafficShift, 0, Span::from_secs(60));
    assert_eq!(description(&session), "revision 43; stops the deployment of 42");
    let over = session.outcomes()[StrategyName::Canary as usize].ended.expect("it ends");
    seek(&mut session, over + Span::from_secs(10));
    assert_eq!(description(&session), "revision 43");
    act(&mut session, Deed::Deploy);
    assert_eq!(session.run().deployments.len(), 2);
    let frame = session.frame();
    assert_eq!((frame.source.name.as_str(), frame.target.map(|it| it.name).as_deref()), ("42", Some("43")));
    assert_eq!(final_status(&session), ServiceDeploymentStatus::Successful);
    assert_eq!(description(&session), "revision 44; stops the deployment of 43");
}

#[test]
fn a_deployment_on_top_of_another_stops_it() {
    for strategy in StrategyName::ALL {
        let mut session = well_behaved(strategy);
        seek(&mut session, SimTime::from_secs(70));
        act(&mut session, Deed::Deploy);
        let deployments = &session.run().deployments;
        assert_eq!(deployments.len(), 2, "{strategy}");
        assert_eq!(deployments[0].status.last(), Some(&ServiceDeploymentStatus::Stopped), "{strategy}");
        assert_eq!(final_status(&session), ServiceDeploymentStatus::Successful, "{strategy}");
        check_every_frame(&mut session);
    }
}

#[test]
fn an_import_opens_the_services_own_strategy_at_the_beginning_and_keeps_what_it_assumed() {
    let mut session = opened(OPENING);
    for (text, strategy) in [(DESCRIBED, None), (UPDATED, None), (OPENING, Some(StrategyName::Canary))] {
        seek(&mut session, SimTime::from_secs(30));
        tell(&mut session, Msg::Play);
        assert_eq!(answer(&mut session, Msg::Import(text.to_owned())), Changed::Everything);
        assert_eq!((session.playback().playhead, session.playback().playing), (SimTime::ZERO, false));
        assert!(strategy.is_none_or(|strategy| session.strategy() == strategy));
        assert_eq!(session.outcomes().len(), 4, "{:?}", session.strategy_problems(StrategyName::Rolling));
        assert!(!session.assumptions().is_empty());
        check_every_frame(&mut session);
    }
    tell(&mut session, Msg::Undo);
    assert_eq!(session.undo_label(), Some("Import"));
    tell(&mut session, Msg::Undo);
    tell(&mut session, Msg::Undo);
    assert_eq!(session.scenario().services[0].name, "ui");
    assert_eq!(session.undo_label(), None);
}

#[test]
fn a_refused_import_leaves_everything_as_it_was() {
    let mut session = opened(OPENING);
    seek(&mut session, SimTime::from_secs(30));
    let (document, run, frame) = (session.document().clone(), session.run().clone(), session.frame());
    for text in ["", "{", "[]", "{\"cutover\": 1}", "{\"cutover\": 2, \"services\": []}", "null"] {
        assert_eq!(session.update(Msg::Import(text.to_owned())), Changed::Panels, "{text:?}");
        assert!(!session.problems().is_empty(), "{text:?}");
        assert_eq!(*session.document(), document);
        assert!(std::rc::Rc::ptr_eq(session.run(), &run));
        assert_eq!(session.frame(), frame);
        assert_eq!(session.undo_label(), None);
    }
}

#[test]
fn what_is_saved_opens_again_as_it_was() {
    let mut session = opened(OPENING);
    tell(&mut session, Msg::SelectStrategy(StrategyName::Linear));
    seek(&mut session, SimTime::from_secs(100));
    act(&mut session, Deed::Inject(Failure::StopTask));
    let again = opened(&session.to_text());
    assert_eq!(again.strategy(), StrategyName::Linear);
    assert_eq!(again.run(), session.run());
    assert_eq!(again.outcomes(), session.outcomes());
}

#[test]
fn each_service_of_a_recording_can_be_looked_at() {
    let mut document = cutover::formats::recording::parse(OPENING).expect("it is JSON");
    let other =
        json!({"service": {"serviceName": "orders", "desiredCount": 3}, "revisions": [{"name": "8"}]});
    document["services"].as_array_mut().expect("a list").push(other);
    let mut session = Session::open(&document).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(answer(&mut session, Msg::SelectService(2)), Changed::Nothing);
    assert_eq!(answer(&mut session, Msg::SelectService(1)), Changed::Everything);
    let frame = session.frame();
    assert_eq!((frame.service.as_str(), frame.strategy), ("orders", StrategyName::Rolling));
    assert_eq!((frame.deployment, frame.so_far.tasks), (None, 3));
    check_every_frame(&mut session);
    act(&mut session, Deed::Deploy);
    assert_eq!(session.frame().target.map(|it| it.name).as_deref(), Some("9"));
    check_every_frame(&mut session);
    tell(&mut session, Msg::SelectService(0));
    assert_eq!(session.strategy(), StrategyName::Canary);
}

#[test]
fn a_stuck_roll_shows_both_posts_and_why() {
    let mut session = opened(STUCK);
    let end = session.run().end;
    seek(&mut session, end);
    assert_eq!(status(&session), ServiceDeploymentStatus::InProgress);
    let balance = session.frame().balance.expect("rolling has a balance bar");
    assert!(balance.stuck, "{balance:?}");
    assert_eq!((balance.may_stop, balance.may_start), (0, 0), "{balance:?}");
    assert!(!session.verdict().can_finish());
    assert!(balance.lower_text.contains("at least"), "{balance:?}");
}

#[test]
fn every_frame_of_every_preset_holds_together() {
    for text in [OPENING, APPROVAL, PAUSE, STUCK] {
        let mut session = opened(text);
        for strategy in StrategyName::ALL {
            tell(&mut session, Msg::SelectStrategy(strategy));
            check_every_frame(&mut session);
        }
    }
}

#[test]
fn a_random_walk_through_random_recordings_never_loses_the_way_back() {
    for seed in 0..12 {
        let document = crate::random::recording(seed).document;
        let mut session = Session::open(&document).unwrap_or_else(|problems| panic!("{seed}: {problems:#?}"));
        check_every_frame(&mut session);
        let start = session.to_text();
        let mut luck = seed;
        for _ in 0..12 {
            luck = cutover::engine::poisson::mix(luck);
            let end = session.run().end;
            seek(&mut session, SimTime(luck % end.0));
            let offers = session.offers();
            let open: Vec<Deed> =
                offers.iter().filter(|offer| offer.refused.is_none()).map(|offer| offer.deed).collect();
            match luck >> 40 & 3 {
                0 => tell(&mut session, Msg::StepForward),
                1 => edit(&mut session, "latencyMillis", json!(luck >> 20 & 255)),
                _ => act(&mut session, open[(luck >> 50) as usize % open.len()]),
            }
        }
        check_every_frame(&mut session);
        while session.undo_label().is_some() {
            tell(&mut session, Msg::Undo);
        }
        assert_eq!(session.to_text(), start, "seed {seed}");
    }
}

/// Looks at the run from beginning to end: what must hold in every picture, and from picture to picture.
fn check_every_frame(session: &mut Session) {
    let end = session.run().end;
    let mut places: BTreeMap<(usize, u32), (u8, u32)> = BTreeMap::new();
    let mut hurt = 0;
    for part in 0..=200 {
        let frame = frame_at(session, SimTime(end.0 * part / 200));
        let deployment = frame.deployment.as_ref().map_or(0, |it| it.deployment);
        let at = frame.at;
        let mut taken = BTreeSet::new();
        let mut total = 0;
        for fleet in &frame.fleets {
            for task in &fleet.tasks {
                total += 1;
                let own = *places.entry((deployment, task.id.0)).or_insert((task.zone, task.row));
                assert_eq!(own, (task.zone, task.row), "task {} moved at {at}", task.id.0);
                assert!(taken.insert((task.role, task.zone, task.row)), "two tasks in one place at {at}");
                let rows = if task.role == Role::Source { fleet.source_rows } else { fleet.target_rows };
                assert!(task.row < rows, "row {} of {rows} at {at}", task.row);
                if let Some((from, until)) = task.countdown {
                    assert!(from <= at && at < until, "a countdown from {from} to {until} at {at}");
                }
                assert!(task.word.is_some() || task.counted, "task {} is not simply healthy", task.id.0);
            }
            for place in &fleet.outlines {
                assert!(
                    !taken.contains(&(Role::Source, place.zone, place.row)),
                    "an outline is taken at {at}"
                );
            }
        }
        let so_far = frame.so_far;
        assert_eq!(so_far.tasks, total);
        assert!(so_far.failed + so_far.in_flight <= so_far.sent);
        assert_eq!(frame.crowd.people.len(), 100);
        let crosses = frame.crowd.people.iter().filter(|person| person.hurt).count();
        assert!(crosses >= hurt, "a cross went away at {at}");
        hurt = crosses;
        assert_eq!(crosses > 0, so_far.users_hurt > 0);
        assert_eq!(frame.users_see.tiles.len(), 48);
        if let Some(balance) = &frame.balance {
            let sum = balance.source_healthy + balance.target_healthy + balance.starting + balance.draining;
            assert_eq!(sum, so_far.tasks, "{balance:?} at {at}");
        }
        for item in frame.deployment.iter().flat_map(|it| &it.strip) {
            assert!((0.0..=1.0).contains(&item.progress), "{item:?}");
            assert!(item.pips.iter().all(|pip| (0.0..=1.0).contains(&pip.fill)), "{item:?}");
        }
    }
    let lanes = session.timeline();
    for curve in [&lanes.share.set, &lanes.share.measured, &lanes.tasks.total, &lanes.errors.percent] {
        assert!(curve.len() <= timeline::MOST_POINTS);
        assert!(curve.is_sorted_by_key(|&(at, _)| at));
    }
}

#[test]
fn an_intervention_is_listed_with_its_call_and_moved_changed_or_removed() {
    let mut session = opened(OPENING);
    seek_into(&mut session, LifecycleStage::ProductionTrafficShift, 0, Span::from_secs(5));
    act(&mut session, Deed::RollBack);
    let listed = session.interventions();
    assert_eq!(listed.len(), 2);
    let call = listed[0].call.as_deref();
    assert_eq!(
        call,
        Some("aws ecs update-service --cluster retail-store --service ui --task-definition ui:42")
    );
    assert!(
        listed[1].call.as_deref().is_some_and(|call| call.starts_with("aws ecs stop-service-deployment "))
    );
    assert_eq!(listed[1].what, "StopServiceDeployment");

    let moved = listed[1].moved_to(30.0);
    tell(&mut session, Msg::Revise { intervention: 1, with: Some(moved) });
    assert_eq!(session.interventions()[1].made, Some(SimTime::from_secs(30)));
    tell(&mut session, Msg::Revise { intervention: 1, with: None });
    assert_eq!(session.interventions().len(), 1);
    tell(&mut session, Msg::Undo);
    assert_eq!(session.interventions().len(), 2);

    let before = session.document().clone();
    let refused = json!({"atSeconds": 5, "deploy": {"service": "ui", "revision": "43"}});
    let _ = session.update(Msg::Revise { intervention: 0, with: Some(refused) });
    assert!(!session.problems().is_empty());
    assert_eq!(*session.document(), before);
}

#[test]
fn a_life_tells_what_has_happened_and_nothing_that_will() {
    use cutover::session::inspect::{Subject, deployments, inspect};
    let session = opened(OPENING);
    let look = |subject, at| inspect(session.scenario(), session.run(), 0, subject, SimTime::from_secs(at));
    let task = Subject::Task(cutover::engine::TaskId(6));
    let life = look(task, 40).expect("the first task of 42 is starting");
    let told: Vec<&str> = life.moments.iter().map(|moment| moment.what.as_str()).collect();
    assert_eq!(told, ["PROVISIONING", "PENDING", "ACTIVATING"]);
    assert!(look(task, 100).is_some_and(|life| life.moments.len() > told.len()));
    let alarm = session.run().events.iter().position(|event| event.at == SimTime::from_secs(180));
    let alarm = Subject::Event(alarm.expect("the alarm goes off"));
    assert_eq!(look(alarm, 179), None);
    assert!(look(alarm, 180).is_some());
    assert!(look(Subject::Rule(ListenerRule::Test), 0).is_some_and(|life| life.moments.is_empty()));
    let named = deployments(session.scenario(), session.run(), 0, SimTime::from_secs(100));
    assert_eq!(named, [(0, "Deployment 41 → 42, IN_PROGRESS".to_owned())]);
}
