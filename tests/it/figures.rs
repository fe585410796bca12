//! Figures in documents: what an author asks for in words, and what is said where the words are wrong.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use cutover::exports::snippet::{Snippet, Wish};
use cutover::formats::Problem;
use cutover::model::SimTime;
use cutover::session::figure::{Controls, Look, Opened, Part, instant, open, state, tell};
use cutover::session::{Changed, Msg, Session};
use serde_json::{Value, json};

/// What is wrong with what was asked for, a line each.
fn wrong(asked: Value) -> Vec<String> {
    let problems = open(&asked).map_or_else(|problems| problems, |opened| opened.wrong);
    problems.iter().map(Problem::to_string).collect()
}

/// A figure of which nothing is wrong.
fn opened(asked: Value) -> (Session, Look) {
    let Opened { session, look, wrong } = open(&asked).expect("a figure");
    assert_eq!(wrong, [], "{asked}");
    (session, look)
}

#[test]
fn a_figure_that_asks_for_nothing_shows_the_opening_from_its_beginning() {
    let (session, look) = opened(json!({}));
    assert_eq!(session.playback().playhead, SimTime::ZERO);
    assert_eq!(look.parts, [Part::Why, Part::Stages, Part::Stage]);
    assert_eq!(look.controls, Controls::Play);
    assert_eq!(look.label, session.scenario().name);
}

#[test]
fn a_figure_is_what_its_author_asks_for() {
    let asked = json!({"scenario": "opening", "part": "timeline, why", "controls": "locked", "start": "BAKE_TIME",
        "strategy": "BLUE_GREEN", "speed": "60", "label": "All at once"});
    let (session, look) = opened(asked);
    assert_eq!(look.parts, [Part::Why, Part::Timeline], "the parts stand in the page's order");
    assert_eq!((look.controls, look.label.as_str()), (Controls::Locked, "All at once"));
    let state = state(&session);
    assert_eq!(state["stage"], "BAKE_TIME");
    assert_eq!(state["strategy"], "BLUE_GREEN");
    assert_eq!(state["time"], look.start.as_secs_f64());
    assert_eq!(session.playback().speed.label(), "60×");
    assert!(session.ghost().is_none(), "nothing was replaced");
}

#[test]
fn a_figure_takes_a_recording_or_what_ecs_prints() {
    let recording = include_str!("../../static/scenarios/pause.json");
    let (session, _) = opened(json!({"recording": recording}));
    assert_eq!(session.to_text(), format!("{:#}", serde_json::from_str::<Value>(recording).expect("JSON")));
    assert_eq!(wrong(json!({"recording": "{"})).len(), 1);
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_the_nearest_name() {
    for (asked, said) in [
        (
            json!({"scenario": "canary-sucess"}),
            "scenario: there is no \"canary-sucess\" (nearest: canary-success)",
        ),
        (json!({"part": "stage tasc"}), "part: there is no \"tasc\" (nearest: tasks)"),
        (json!({"controls": "lock"}), "controls: there is no \"lock\" (nearest: locked)"),
        (json!({"strategy": "CANNARY"}), "strategy: there is no \"CANNARY\" (nearest: CANARY)"),
        (json!({"start": "BAKE_TIME"}), "start: this run never comes to BAKE_TIME"),
        (
            json!({"start": "BAKETIME"}),
            "start: \"BAKETIME\" is no time in seconds and no lifecycle stage (nearest: BAKE_TIME)",
        ),
        (
            json!({"speed": "-1"}),
            "speed: \"-1\" is neither \"story\" nor a whole number of simulated seconds in a second",
        ),
        (
            json!({"scenario": "retail", "service": "catalogue"}),
            "service: there is no \"catalogue\" (nearest: catalog)",
        ),
        (json!({"future": "hiden"}), "future: there is no \"hiden\" (nearest: hidden)"),
        (json!({"theme": "drak"}), "theme: there is no \"drak\" (nearest: dark)"),
        (json!({"autoplay": "views"}), "autoplay: there is no \"views\" (nearest: view)"),
        (json!({"theme": "blue"}), "theme: there is no \"blue\"; it may be auto, light, dark"),
        (json!({"autoplay": "always"}), "autoplay: there is no \"always\"; it may be view"),
        (json!({"strategie": "LINEAR"}), "there is no \"strategie\" (nearest: strategy)"),
        (json!({"link": "s=1.x"}), "link: This link is damaged: it may have been cut where it was pasted."),
        (json!({"link": "https://a.example/"}), "link: This link does not begin with #s=."),
    ] {
        assert_eq!(wrong(asked), [said]);
    }
    for elsewhere in
        ["utm_source", "class", "lang", "tabindex", "onclick", "data-theme", "width", "nonce", "v"]
    {
        assert_eq!(wrong(json!({ elsewhere: "x" })), [""; 0], "{elsewhere} is somebody else's");
    }
    let Opened { session, look, wrong } =
        open(&json!({"part": "x timeline", "controls": "y", "start": "z", "strategy": "LINEAR"}))
            .expect("a figure");
    assert_eq!(wrong.len(), 3, "every problem at once");
    assert_eq!(
        (look.parts, look.controls, look.start),
        (vec![Part::Timeline], Controls::Play, SimTime::ZERO)
    );
    assert_eq!(state(&session)["strategy"], "LINEAR", "the rest is as it was asked for");
}

#[test]
fn instants_are_seconds_clocks_stages_or_the_end() {
    let (session, _) = opened(json!({}));
    let end = session.run().end;
    for (words, at) in [
        ("0", SimTime::ZERO),
        ("180", SimTime::from_secs(180)),
        ("0.5", SimTime(500)),
        ("3:00", SimTime::from_secs(180)),
        ("1:00:00", SimTime::from_secs(3600)),
        ("end", end),
    ] {
        assert_eq!(instant(&session, words), Ok(at), "{words}");
    }
    for words in ["", ":", "-3", "1:2:3:4", "1e3", "inf", "three"] {
        assert!(instant(&session, words).is_err(), "{words}");
    }
}

#[test]
fn an_order_seeks_in_the_run_that_it_has_made() {
    let (mut session, _) = opened(json!({}));
    let order = json!({"seek": "end", "set": {"errorPercent": 0}});
    assert_eq!(tell(&mut session, &order), Ok(Changed::Everything));
    assert_eq!(state(&session)["status"], "SUCCESSFUL");
    assert_eq!(tell(&mut session, &json!({"seek": "BAKE_TIME"})), Ok(Changed::Panels));
    assert_eq!(state(&session)["stage"], "BAKE_TIME");
}

#[test]
fn an_order_that_is_not_understood_is_refused() {
    let (mut session, _) = opened(json!({}));
    for (order, said) in [
        (json!([]), "an order is an object, such as {\"seek\": 180}"),
        (json!({"strategie": "LINEAR"}), "there is no \"strategie\" (nearest: strategy)"),
        (
            json!({"speed": 0}),
            "speed: \"0\" is neither \"story\" nor a whole number of simulated seconds in a second",
        ),
        (
            json!({"set": null}),
            "set: must be parameters by API name, such as {\"desiredCount\": 7}; it is null",
        ),
        (json!({"seek": {}}), "seek: \"{}\" is no time in seconds and no lifecycle stage"),
    ] {
        assert_eq!(tell(&mut session, &order).map_err(|problem| problem.to_string()), Err(said.to_owned()));
    }
    let _ = tell(&mut session, &json!({"set": {"bakeTimeInMinuts": 3}}));
    assert_eq!(session.problems().len(), 1);
    let _ = tell(&mut session, &json!({"pause": true}));
    assert_eq!(session.problems(), [], "the next order is not blamed for it");
}

/// The snippet of a session, read back as a figure is: its attributes, and its link.
fn again(session: &Session) -> (Session, Snippet) {
    let snippet = Snippet::of(session, &Wish::default());
    let mut asked: Value = snippet.attributes.iter().cloned().collect();
    if let Some(link) = &snippet.link {
        asked["link"] = link.clone().into();
    }
    (opened(asked).0, snippet)
}

#[test]
fn a_snippet_shows_what_the_page_shows() {
    let (mut session, _) = opened(json!({"scenario": "canary-success", "start": "BAKE_TIME"}));
    let (shown, snippet) = again(&session);
    assert_eq!(state(&shown), state(&session));
    assert_eq!(snippet.link, None);
    assert!(snippet.element("https://a.example/").contains("scenario=\"canary-success\" start="));

    let _ = session.update(Msg::SelectStrategy(cutover::model::StrategyName::Linear));
    let _ = session.update(Msg::ToggleCurtain);
    let (shown, snippet) = again(&session);
    assert_eq!(state(&shown), state(&session));
    assert!(shown.is_curtain_drawn());
    let frame = snippet.frame("https://a.example/");
    assert!(
        frame.contains("?embed=1&amp;scenario=canary-success&amp;strategy=LINEAR&amp;future=hidden"),
        "{frame}"
    );

    let _ = tell(&mut session, &json!({"set": {"errorPercent": 7}, "seek": 300}));
    let (shown, snippet) = again(&session);
    assert_eq!((state(&shown), shown.document()), (state(&session), session.document()));
    assert!(shown.is_curtain_drawn());
    let link = snippet.link.clone().expect("what a person has made travels along, whole");
    assert!(snippet.element("https://a.example/").contains(&format!(" link=\"{link}\"")));
    assert!(snippet.frame("https://a.example/").contains(&format!("?embed=1#{link}\"")));
    // An address is as good as what stands behind its #.
    let whole = opened(json!({"link": format!("https://a.example/#{link}"), "start": "0"})).0;
    assert_eq!((whole.document(), whole.playback().playhead), (session.document(), SimTime::ZERO));
}

#[test]
fn a_snippets_frame_is_as_high_as_what_it_shows() {
    let (session, _) = opened(json!({"scenario": "opening"}));
    let high = |parts: &[Part], controls| {
        let wish = Wish { parts: parts.to_vec(), controls, ..Wish::default() };
        Snippet::of(&session, &wish).height
    };
    assert_eq!(high(&Wish::default().parts, Controls::Play), 640);
    assert!(again(&session).1.frame("https://a.example/").contains(" height=\"640\" "));
    let chart = high(&[Part::Errors], Controls::Locked);
    assert_eq!(chart, 145);
    assert!(chart < high(&[Part::Errors, Part::Tasks], Controls::Locked));
    assert!(chart < high(&[Part::Errors], Controls::Full));
    assert!(high(&[Part::Timeline], Controls::Locked) < 300);
}

#[test]
fn a_snippet_keeps_the_service_in_view() {
    let (mut session, _) = opened(json!({"scenario": "retail"}));
    let _ = session.update(Msg::SelectService(2));
    let (shown, snippet) = again(&session);
    assert_eq!(shown.service(), 2);
    assert_eq!(snippet.attributes[1], ("service", session.scenario().services[2].name.clone()));
}

#[test]
fn a_snippet_has_a_poster_of_where_it_begins_and_its_words() {
    let (session, _) = opened(json!({"scenario": "opening", "start": "143"}));
    let Snippet { poster, .. } = again(&session).1;
    assert_eq!(poster.file, "opening-canary-143.svg");
    assert!(
        poster.text.starts_with(
            "42 fails 5 % of its requests, and no health check sees it. At 2:23: 10 % of requests"
        ),
        "{}",
        poster.text
    );
    assert!(poster.svg.starts_with("<svg ") && poster.svg.contains(">2:23<"));
    let element = again(&session).1.element("https://a.example/");
    assert!(
        element.contains("<img src=\"opening-canary-143.svg\" width=\"100%\" alt=\"42 fails"),
        "{element}"
    );
}
