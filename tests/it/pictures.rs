//! Pictures of the stage: well formed whatever a recording says, whole, and inside their sheet.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::golden::compare;
use crate::presets;
use cutover::engine::{Run, simulate};
use cutover::exports::picture::{Look, Theme, filmstrip, picture, shots};
use cutover::exports::{Form, export};
use cutover::formats::read_document;
use cutover::model::{Scenario, SimTime, StrategyName};
use cutover::script::Scripts;
use cutover::session::figure;
use cutover::session::recording::document_for;
use serde_json::{Value, json};

fn simulated(document: &Value) -> (Scenario, Run) {
    let scenario =
        read_document(document).unwrap_or_else(|problems| panic!("refused: {problems:#?}")).scenario;
    let run = simulate(&scenario, &mut Scripts::compile(&scenario.hooks).runner());
    (scenario, run)
}

fn opening() -> Value {
    serde_json::from_str(presets::text("opening")).expect("JSON")
}

/// Whether a text is XML in which every element that is opened is closed, and what stands in it is escaped.
fn check_xml(name: &str, text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        for (place, _) in before.match_indices('&') {
            let entity = &before[place..];
            let known =
                ["&amp;", "&lt;", "&gt;", "&quot;"].into_iter().any(|known| entity.starts_with(known));
            assert!(known, "{name}: {entity}");
        }
        let end = tag.find('>').unwrap_or_else(|| panic!("{name}: no end of {tag}"));
        let inside = &tag[1..end];
        assert!(!inside.contains('<'), "{name}: {inside}");
        assert_eq!(inside.matches('"').count() % 2, 0, "{name}: {inside}");
        match (inside.strip_prefix('/'), inside.strip_suffix('/')) {
            (Some(closed), _) => assert_eq!(open.pop(), Some(closed), "{name}"),
            (None, Some(_)) => {}
            (None, None) => open.push(inside.split(' ').next().unwrap_or_default()),
        }
        rest = &tag[end + 1..];
    }
    assert_eq!(open, Vec::<&str>::new(), "{name}");
    assert!(!text.contains("NaN") && !text.contains("inf"), "{name}");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{name}");
}

/// Whether everything has its place on the sheet.
fn check_places(name: &str, text: &str) {
    let view_box =
        text.split("viewBox=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a viewBox");
    let sides: Vec<f64> = view_box.split(' ').map(|side| side.parse().expect("a number")).collect();
    for (attribute, most) in
        [(" x=\"", sides[2]), (" cx=\"", sides[2]), (" y=\"", sides[3]), (" cy=\"", sides[3])]
    {
        for rest in text.split(attribute).skip(1) {
            let number: f64 = rest.split('"').next().and_then(|it| it.parse().ok()).expect("a number");
            assert!((0.0..=most).contains(&number), "{name}: {attribute}{number}, of {most}");
        }
    }
}

#[test]
fn every_preset_by_every_strategy_can_be_pictured_at_any_instant() {
    for (name, text) in presets::ALL {
        let document: Value = serde_json::from_str(text).expect("JSON");
        for strategy in StrategyName::ALL {
            let document = document_for(&document, 0, strategy);
            if read_document(&document).is_err() {
                continue;
            }
            let (scenario, run) = simulated(&document);
            let instants: Vec<SimTime> = (0..=6).map(|part| SimTime(run.end.0 * part / 6)).collect();
            for (shot, theme) in shots(&scenario, &run, 0, &instants)
                .iter()
                .zip([Theme::Light, Theme::Dark].into_iter().cycle())
            {
                let name = format!("{name} by {strategy} at {}", shot.frame.at);
                let svg = picture(&shot.frame, &shot.why, Look { theme, width: 800 });
                check_xml(&name, &svg);
                check_places(&name, &svg);
            }
        }
    }
}

#[test]
fn a_picture_says_in_words_what_it_shows() {
    let (scenario, run) = simulated(&opening());
    let shot = &shots(&scenario, &run, 0, &[SimTime::from_secs(143)])[0];
    let svg = picture(&shot.frame, &shot.why, Look { theme: Theme::Light, width: 1200 });
    for said in [
        "width=\"1200\"",
        "<title id=\"title\">ui 41 → 42, canary, at 2:23</title>",
        "Stage PRODUCTION_TRAFFIC_SHIFT: Users move: 10 %, then all.",
        "Target group ui-2: 6 tasks.",
        "of users met 42",
        ">90 % · 10 %<",
        ">IN_PROGRESS<",
    ] {
        assert!(svg.contains(said), "{said} is missing in {svg}");
    }
}

#[test]
fn names_and_pages_are_text_and_never_markup() {
    let mut document = opening();
    let service = &mut document["services"][0];
    service["service"]["serviceName"] = json!("<script>alert(\"ui\")</script> & co\u{7}");
    service["revisions"][1]["name"] = json!("\"><image href=\"x\"/>");
    service["revisions"][1]["behavior"]["page"]["title"] = json!("<b>&amp;</b>");
    document["interventions"][0]["deploy"] =
        json!({"service": "<script>alert(\"ui\")</script> & co\u{7}", "revision": "\"><image href=\"x\"/>"});
    let (scenario, run) = simulated(&document);
    let svg = filmstrip(&shots(&scenario, &run, 0, &[]), Look::default());
    check_xml("an evil name", &svg);
    assert!(!svg.contains("<script") && !svg.contains("<image") && !svg.contains("<b>"), "{svg}");
}

#[test]
fn thousands_of_tasks_stay_a_picture() {
    let mut document = opening();
    document["services"][0]["service"]["desiredCount"] = json!(5000);
    let (scenario, run) = simulated(&document);
    for shot in shots(&scenario, &run, 0, &[]) {
        let svg = picture(&shot.frame, &shot.why, Look::default());
        check_xml("5,000 tasks", &svg);
        check_places("5,000 tasks", &svg);
        assert!(svg.len() < 1_000_000, "{} bytes", svg.len());
    }
}

#[test]
fn a_filmstrip_has_a_picture_of_every_stage_or_of_the_instants_that_were_chosen() {
    let (scenario, run) = simulated(&opening());
    let of_stages = shots(&scenario, &run, 0, &[]);
    let stages: Vec<Option<&str>> = of_stages
        .iter()
        .map(|shot| shot.frame.deployment.as_ref()?.stage.map(|stage| stage.api_name()))
        .collect();
    for stage in ["SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT", "CLEAN_UP"] {
        assert!(stages.contains(&Some(stage)), "{stage} is not among {stages:?}");
    }
    let chosen = shots(&scenario, &run, 0, &[SimTime::from_secs(30), SimTime::from_secs(9_999_999)]);
    assert_eq!(chosen[0].frame.at, SimTime::from_secs(30));
    assert_eq!(chosen[1].frame.at, run.end, "no later than the end");
    let svg = filmstrip(&chosen, Look::default());
    assert_eq!(svg.matches("<svg").count(), 3, "one in another for each");
    check_xml("a filmstrip", &svg);
}

/// What the documents of `examples/` print. After a change that is meant, `UPDATE_GOLDEN=1` writes them anew.
#[test]
fn the_posters_of_the_examples_are_those_of_their_figures() {
    for (file, poster, asked) in [
        ("plain/canary.svg", include_str!("../../examples/plain/canary.svg"), json!({"start": "100"})),
        (
            "mdbook/src/canary.svg",
            include_str!("../../examples/mdbook/src/canary.svg"),
            json!({"start": "100"}),
        ),
        (
            "plain/rolling.svg",
            include_str!("../../examples/plain/rolling.svg"),
            json!({"start": "150", "strategy": "ROLLING"}),
        ),
        (
            "mdbook/src/rolling.svg",
            include_str!("../../examples/mdbook/src/rolling.svg"),
            json!({"start": "150", "strategy": "ROLLING"}),
        ),
        (
            "revealjs/canary.svg",
            include_str!("../../examples/revealjs/canary.svg"),
            json!({"start": "PRODUCTION_TRAFFIC_SHIFT"}),
        ),
    ] {
        let session = figure::open(&asked).expect("a figure").session;
        let svg = export(&session, Form::Picture, Look::default(), &[]).text;
        compare(&svg, poster, &format!("../../examples/{file}"));
    }
}
