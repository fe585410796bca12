//! The recording is changed: by a parameter, another strategy, an import.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::frames::check_every_frame;
use super::*;

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
        ("desiredCont", json!(1), "desiredCont has no meaning here (nearest: desiredCount)"),
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
