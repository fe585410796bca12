//! Acts: rolling back, answering, injecting failures, deploying, and what stands in the list of interventions.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::frames::check_every_frame;
use super::*;

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
fn a_person_is_asked_and_the_answer_stays_with_its_moment() {
    let mut session = opened(APPROVAL);
    play(&mut session);
    let asked = session.frame().approval.expect("playing stops where a person is asked for");
    assert_eq!((asked.stored, session.playback().playhead), ("pending", asked.since));
    assert!(asked.since < session.run().end);
    // Who only listens hears it too.
    assert!(
        said(&session).starts_with("Hook approval waits for the reviewer: its stored answer is pending.")
    );
    act(&mut session, Deed::Approve);
    assert!(
        said(&session).starts_with("The reviewer has answered: approved is stored."),
        "{}",
        said(&session)
    );
    tell(&mut session, Msg::Undo);
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
fn an_intervention_is_listed_with_its_call_and_moved_changed_or_removed() {
    let mut session = opened(OPENING);
    seek_into(&mut session, LifecycleStage::ProductionTrafficShift, 0, Span::from_secs(5));
    act(&mut session, Deed::RollBack);
    let listed = session.interventions();
    assert_eq!(listed.len(), 2);
    let call = listed[0].call.as_deref();
    assert_eq!(
        call,
        Some(
            "aws ecs update-service --cluster retail-store --service ui --task-definition retail-store-ui:42"
        )
    );
    assert!(
        listed[1].call.as_deref().is_some_and(|call| call.starts_with("aws ecs stop-service-deployment "))
    );
    assert_eq!(listed[1].what, "StopServiceDeployment");

    let moved = listed[1].moved_to(30.0);
    tell(&mut session, Msg::Revise { intervention: 1, with: Some(moved) });
    assert_eq!(session.interventions()[1].outcome, Came::Made(SimTime::from_secs(30)));
    let too_late = listed[1].moved_to(20_000.0);
    tell(&mut session, Msg::Revise { intervention: 1, with: Some(too_late) });
    let why = "no service deployment is under way".to_owned();
    let refused = Came::Refused { at: SimTime::from_secs(20_000), why };
    assert_eq!(session.interventions()[1].outcome, refused);
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
fn nobody_is_asked_for_an_answer_that_no_call_will_read() {
    let mut session = opened(APPROVAL);
    let asked = session.run().approvals[0].state.steps()[0].0;
    seek(&mut session, asked + Span::from_secs(60));
    assert_eq!(refusal(&session, Deed::Approve), None);
    let timed_out = session.run().deployments[0].rollback.as_ref().expect("nobody answers in time").at;
    seek(&mut session, timed_out + Span::from_secs(1));
    let ended = Some("The hook has ended: nobody reads the answer any more.".to_owned());
    assert_eq!(
        [Deed::Approve, Deed::Reject].map(|deed| refusal(&session, deed)),
        [ended.clone(), ended.clone()]
    );
    // Who goes back meanwhile leaves the hook behind, and its question with it.
    seek(&mut session, asked + Span::from_secs(60));
    act(&mut session, Deed::RollBack);
    assert_eq!(refusal(&session, Deed::Approve), ended);
}

/// What an act writes at the end of the list, without its moment.
fn written(session: &Session, act: &str) -> Vec<Value> {
    let list = session.document()["interventions"].as_array().expect("a list");
    list.iter().filter_map(|it| it.get(act).cloned()).collect()
}

#[test]
fn a_spike_is_a_multiple_of_what_comes_to_the_store_and_ends_there() {
    let mut session = opened(include_str!("../../../static/scenarios/retail.json"));
    let orders = session.scenario().service("orders").expect("the store has orders");
    tell(&mut session, Msg::SelectService(orders));
    act(&mut session, Deed::Inject(Failure::TrafficSpike));
    let rate = session.scenario().traffic.production.as_per_second();
    let rates = written(&session, "setTraffic");
    let rates: Vec<_> = rates.iter().filter_map(|it| it["requestsPerSecond"].as_f64()).collect();
    assert_eq!(rates, [rate * 3.0, rate]);
    // Another one, while the first lasts, is a multiple of that.
    let now = session.playback().playhead;
    seek(&mut session, now + Span::from_secs(30));
    act(&mut session, Deed::Inject(Failure::TrafficSpike));
    let again = written(&session, "setTraffic");
    let again: Vec<_> = again.iter().filter_map(|it| it["requestsPerSecond"].as_f64()).collect();
    assert_eq!(again[2..], [rate * 9.0, rate * 3.0]);
}

#[test]
fn a_dependency_is_afterwards_as_the_recording_has_it() {
    let mut document: Value = serde_json::from_str(OPENING).expect("it is JSON");
    document["services"][0]["dependencies"] =
        json!([{"name": "orders-db", "errorPercent": 0.5, "latencyMillis": 7}]);
    let mut session = opened(&document.to_string());
    act(&mut session, Deed::Inject(Failure::DependencySlows));
    act(&mut session, Deed::Inject(Failure::DependencyFails));
    let wrote = written(&session, "setDependency");
    assert_eq!(wrote[1], json!({"name": "orders-db", "latencyMillis": 7}));
    assert_eq!(wrote[3], json!({"name": "orders-db", "errorPercent": 0.5}));
}

#[test]
fn an_act_finds_the_deployment_however_the_file_names_its_service() {
    let mut document: Value = serde_json::from_str(OPENING).expect("it is JSON");
    document["interventions"] = json!([{"atSeconds": 0, "deploy": {"revision": "42"}}]);
    let mut session = opened(&document.to_string());
    act(&mut session, Deed::Inject(Failure::AlarmRedAtStart));
    let first = &session.document()["interventions"][0];
    assert!(first.get("setAlarm").is_some(), "{first}");
    let status = final_status(&session);
    assert_eq!(
        status,
        ServiceDeploymentStatus::Successful,
        "an alarm that is red at the start is not watched"
    );
}

#[test]
fn the_next_revision_has_a_name_whatever_the_last_one_is_called() {
    for (last, next) in [("42", "43"), ("blue", "3"), ("18446744073709551615", "18446744073709551615-2")] {
        let mut document: Value = serde_json::from_str(OPENING).expect("it is JSON");
        document["services"][0]["revisions"][1]["name"] = json!(last);
        document["interventions"][0]["deploy"]["revision"] = json!(last);
        let mut session = opened(&document.to_string());
        act(&mut session, Deed::Deploy);
        let revisions = &session.scenario().services[0].revisions;
        assert_eq!(revisions.last().map(|revision| revision.name.as_str()), Some(next), "after {last}");
    }
}

#[test]
fn going_back_is_offered_exactly_as_long_as_it_is_accepted() {
    let mut session = well_behaved(StrategyName::BlueGreen);
    edit(&mut session, "bakeTimeInMinutes", json!(0));
    let since = session.run().deployments[0].no_return.expect("it succeeds");
    seek(&mut session, since - Span(2));
    assert_eq!(refusal(&session, Deed::RollBack), None);
    let mut before = opened(&session.document().to_string());
    seek(&mut before, since - Span(2));
    act(&mut before, Deed::RollBack);
    assert_eq!(final_status(&before), ServiceDeploymentStatus::RollbackSuccessful);
    seek(&mut session, since);
    assert!(refusal(&session, Deed::RollBack).is_some_and(|why| why.starts_with("Clean-up has begun")));
}

#[test]
fn the_pre_flight_is_that_of_the_service_in_view() {
    let mut session = opened(include_str!("../../../static/scenarios/retail.json"));
    for service in 0..session.scenario().services.len() {
        tell(&mut session, Msg::SelectService(service));
        assert_eq!(session.verdict().service, service);
    }
}

#[test]
fn a_call_names_the_cluster_and_the_family_that_the_service_came_with() {
    let mut session = opened(OPENING);
    let pasted = DESCRIBED.to_owned();
    tell(&mut session, Msg::Import(pasted));
    let calls: Vec<String> = session.interventions().into_iter().filter_map(|listed| listed.call).collect();
    let of_the_file = "aws ecs update-service --cluster retail-store-ecs-cluster --service ui";
    assert!(calls[0].starts_with(of_the_file), "{calls:?}");
    assert!(calls[0].contains("--task-definition retail-store-ecs-ui:"), "{calls:?}");
    let form = session.update_form(&Draft::default());
    assert!(form.call.starts_with(of_the_file), "{}", form.call);
}

#[test]
fn the_call_that_an_act_stands_for_can_be_pasted_into_a_shell() {
    let opening = OPENING.replace("ui-5xx", "ui's 5xx");
    let mut document = cutover::formats::recording::parse(&opening).expect("it is JSON");
    let acts = [
        (
            json!({"setAlarm": {"alarmName": "ui's 5xx", "state": "ALARM"}}),
            "aws cloudwatch set-alarm-state --alarm-name 'ui'\\''s 5xx' --state-value ALARM --state-reason rehearsal",
        ),
        (
            json!({"setDesiredCount": {"service": "ui", "desiredCount": 7}}),
            "aws ecs update-service --cluster retail-store --service ui --desired-count 7",
        ),
        (
            json!({"setListenerWeights": {"service": "ui", "rule": "production", "sourceWeight": 1, "targetWeight": 3}}),
            "aws elbv2 modify-rule --rule-arn ui-production --actions '[{\"Type\":\"forward\",\"ForwardConfig\":{\
             \"TargetGroups\":[{\"TargetGroupArn\":\"ui-1\",\"Weight\":1},{\"TargetGroupArn\":\"ui-2\",\"Weight\":3}]}}]'",
        ),
        (
            json!({"stopServiceDeployment": {"service": "ui"}}),
            "aws ecs stop-service-deployment --service-deployment-arn arn:",
        ),
    ];
    let given = document["interventions"].as_array_mut().expect("a list");
    for (seconds, (act, _)) in (20..).zip(&acts) {
        let mut act = act.clone();
        act["atSeconds"] = json!(seconds);
        given.push(act);
    }
    let session = Session::open(&document).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let listed = session.interventions();
    for (place, (_, call)) in (listed.len() - acts.len()..).zip(&acts) {
        let told = listed[place].call.as_deref().expect("a call");
        assert!(told.starts_with(call), "{told}");
    }
}

/// Why at the playhead.
fn said(session: &Session) -> String {
    why_now(session.scenario(), session.run(), session.service(), session.playback().playhead).to_string()
}
