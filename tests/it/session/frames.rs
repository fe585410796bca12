//! Every picture of a run holds together, whatever way a person walks through it.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

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
fn what_a_replaced_deployment_has_left_is_neither_source_nor_target() {
    let deploy =
        |at: u32, name: &str| json!({"atSeconds": at, "deploy": {"service": "ui", "revision": name}});
    let document = json!({
        "cutover": 1, "interventions": [deploy(0, "42"), deploy(100, "43")],
        "services": [{
            "service": {"serviceName": "ui", "desiredCount": 6,
                "deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 150}},
            "revisions": [{"name": "41"}, {"name": "42"}, {"name": "43"}]
        }]
    });
    let mut session = Session::open(&document).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let left = |session: &Session| {
        let frame = session.frame();
        let tasks = frame.fleets.iter().flat_map(|fleet| &fleet.tasks);
        tasks.filter(|task| task.left_over).count()
    };
    seek(&mut session, SimTime::from_secs(99));
    assert_eq!(left(&session), 0);
    seek(&mut session, SimTime::from_secs(101));
    assert_eq!((session.frame().source.called, left(&session)), ("41".to_owned(), 6));
    let end = session.run().end;
    seek(&mut session, end);
    assert_eq!(left(&session), 0);
}

/// What is deployed over itself has one name twice, and a small number reads as a count.
#[test]
fn no_revision_is_called_as_another_or_like_a_count() {
    let called = |revisions: Value, then: &[&str]| {
        let deploys = (0_u32..).zip(then).map(
            |(place, name)| json!({"atSeconds": place * 3000, "deploy": {"service": "ui", "revision": name}}),
        );
        let document = json!({
            "cutover": 1, "interventions": deploys.collect::<Vec<_>>(),
            "services": [{"service": {"serviceName": "ui", "desiredCount": 3}, "revisions": revisions}]
        });
        let mut session = Session::open(&document).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let end = session.run().end;
        seek(&mut session, end);
        let frame = session.frame();
        (frame.source.called, frame.target.expect("it was deployed").called)
    };
    let pair = |source: &str, target: &str| (source.to_owned(), target.to_owned());
    let names = json!([{"name": "41"}, {"name": "42"}]);
    assert_eq!(called(names.clone(), &["42"]), pair("41", "42"));
    assert_eq!(called(names.clone(), &["42", "42"]), pair("42", "42 (2nd)"));
    assert_eq!(called(names.clone(), &["42", "42", "42"]), pair("42 (2nd)", "42 (3rd)"));
    assert_eq!(called(names, &["42", "42", "41"]), pair("42 (2nd)", "41"));
    let small = json!([{"name": "1"}, {"name": "2"}]);
    assert_eq!(called(small.clone(), &["2"]), pair("revision 1", "revision 2"));
    assert_eq!(called(small, &["2", "2"]), pair("revision 2", "revision 2 (2nd)"));
    assert_eq!(called(json!([{"name": "v1"}, {"name": "20"}]), &["20"]), pair("v1", "20"));
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
pub(super) fn check_every_frame(session: &mut Session) {
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
fn between_two_deployments_no_errors_are_drawn() {
    let mut session = opened(OPENING);
    tell(&mut session, Msg::SelectStrategy(StrategyName::Linear));
    seek(&mut session, SimTime::from_secs(600));
    act(&mut session, Deed::Deploy);
    let curves = session.timeline().errors.target_percent.clone();
    let ends: Vec<_> = curves.iter().filter_map(|it| Some((it.first()?.0, it.last()?.0))).collect();
    let [(_, first), (second, _)] = ends[..] else { panic!("one curve for each deployment: {ends:?}") };
    assert!(first < SimTime::from_secs(200) && second > SimTime::from_secs(600), "{first} to {second}");
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

#[test]
fn a_load_balancer_that_an_update_brings_is_in_the_picture_from_its_deployment_on() {
    let mut recording = crate::driver::Recording::rolling(3, 100, 200);
    recording.document["services"][0]["service"]["loadBalancers"] = json!([]);
    recording.document["services"][0]["targetGroups"] = json!([{"Attributes":
        [{"Key": "deregistration_delay.timeout_seconds", "Value": "77"}]}]);
    let blue_green = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0});
    let shifting = crate::driver::Recording::shifting(blue_green.clone());
    recording.intervene(
        json!({"atSeconds": 60, "updateService": {"service": "ui", "taskDefinition": "ui:42",
        "deploymentConfiguration": blue_green,
        "loadBalancers": shifting.document["services"][0]["service"]["loadBalancers"]}}),
    );
    let mut session = Session::open(&recording.document).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let mut looks = Vec::new();
    for second in [59, 61, 150] {
        seek(&mut session, SimTime::from_secs(second));
        let frame = session.frame();
        looks.push((frame.routing, frame.fleets[0].group.clone()));
    }
    let (alone, behind) = ((RoutingKind::Headless, "ui".to_owned()), RoutingKind::Application);
    assert_eq!(looks, [alone, (behind, "ui-1".to_owned()), (behind, "ui-1".to_owned())]);
    let at = SimTime::from_secs(150);
    let why = format!("{:?}", why_now(session.scenario(), session.run(), session.service(), at));
    assert!(why.contains("77 s") || why.contains("1 min 17 s"), "{why}");
}
