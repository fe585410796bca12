//! What going back costs: every price that is shown comes true when somebody goes back there.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::presets;
use cutover::formats::recording::parse;
use cutover::model::*;
use cutover::session::*;

fn opened(strategy: StrategyName) -> Session {
    let document = parse(presets::text("opening")).expect("it is JSON");
    let mut session = Session::open(&document).expect("it is a recording");
    let _ = session.update(Msg::SelectStrategy(strategy));
    session
}

/// Lets the page have as much time as it needs.
fn idle(session: &mut Session) {
    for _ in 0..1_000 {
        if !session.is_behind() {
            return;
        }
        let _ = session.update(Msg::Idle);
    }
    panic!("there is always something left to do");
}

#[test]
fn every_price_along_the_run_comes_true() {
    for strategy in StrategyName::ALL {
        let mut session = opened(strategy);
        assert!(session.prices().is_empty(), "nothing is priced before the page has time");
        idle(&mut session);
        let prices = session.prices().clone();
        assert!(prices.is_sorted_by_key(|(at, _)| *at) && prices.len() > 40, "{strategy}: {}", prices.len());
        assert!(prices.iter().any(|(_, price)| price.is_none_or(|price| price.failed == 0)));
        let priced: Vec<_> = prices.iter().filter_map(|(at, price)| Some((*at, (*price)?))).collect();
        assert!(priced.iter().any(|(_, price)| price.failed > 0), "{strategy}: {priced:?}");
        for (at, price) in priced.into_iter().step_by(5) {
            let mut session = opened(strategy);
            let _ = session.update(Msg::Seek(at));
            assert_eq!(session.price(), Some(price), "{strategy} at {at}");
            let before = session.frame().so_far.failed;
            let _ = session.update(Msg::Act(Deed::RollBack));
            let acted = session.playback().playhead;
            let back = acted + price.span;
            let _ = session.update(Msg::Seek(back));
            // A millisecond lies between what was seen and what was done.
            let failed = session.frame().so_far.failed - before;
            assert!(failed.abs_diff(price.failed) <= 1, "{strategy} at {at}: {failed} for {price:?}");
            let users_back = session.run().deployments[0].rollback.as_ref().and_then(|it| it.users_back);
            assert!(users_back.is_none_or(|it| it == back), "{strategy} at {at}: {users_back:?}");
        }
    }
}

#[test]
fn wherever_the_playhead_stands_its_price_is_exact() {
    let mut session = opened(StrategyName::Canary);
    let _ = session.update(Msg::Seek(SimTime::from_secs(100)));
    let early = session.price().expect("there is a way back");
    let _ = session.update(Msg::Play);
    for _ in 0..50 {
        let _ = session.update(Msg::Tick(20));
    }
    let _ = session.update(Msg::Pause);
    let (stood, price) = (session.playback().playhead, session.price());
    let _ = session.update(Msg::Seek(SimTime::ZERO));
    let _ = session.update(Msg::Seek(stood));
    assert_eq!(session.price(), price);
    assert_eq!(early.span, Span::from_secs(5));
    let _ = session.update(Msg::Seek(SimTime::from_secs(190)));
    assert_eq!(session.price(), None, "it goes back already");
}

#[test]
fn of_a_large_run_the_price_is_told_once_there_is_time() {
    let mut session =
        Session::open(&parse(presets::text("approval")).expect("it is JSON")).expect("it opens");
    assert!(session.run().events.len() > 5_000, "an approval that nobody gives is asked for all day");
    let bake = |session: &Session| {
        let stages = &session.run().deployments[0].stages;
        stages.iter().find(|stay| stay.stage == Some(LifecycleStage::BakeTime)).map(|stay| stay.start)
    };
    let asked = session.run().approvals[0].state.steps()[0].0;
    let _ = session.update(Msg::Seek(asked + Span::from_secs(60)));
    let _ = session.update(Msg::Act(Deed::Approve));
    let _ = session.update(Msg::Seek(bake(&session).expect("it was approved") + Span::from_secs(30)));
    let quick = session.price().expect("a run with an answer is short");
    let _ = session.update(Msg::Undo);
    let _ = session.update(Msg::Seek(asked + Span::from_secs(60)));
    assert_eq!(session.price(), None, "finding it takes longer than a seek may");
    // While it plays there is no time.
    let _ = session.update(Msg::Play);
    while session.is_behind() {
        let _ = session.update(Msg::Idle);
    }
    assert_eq!(session.price(), None);
    let _ = session.update(Msg::Pause);
    assert!(session.is_behind());
    let _ = session.update(Msg::Idle);
    let price = session.price().expect("it is the first that is found");
    assert!(price.span <= quick.span && price.failed == 0, "{price:?}: nobody has met the target yet");
}
