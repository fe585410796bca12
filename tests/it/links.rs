//! Share links: what is written is read, old links for ever, and no damaged one does harm.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::presets;
use cutover::engine::poisson::mix;
use cutover::formats::link::{self, LONG, Link, MOST_INFLATED, View};
use cutover::model::{SimTime, StrategyName};
use cutover::session::{Changed, Msg, Session};
use serde_json::{Value, json};

/// A link of version 1, as people keep them; it must open as long as there is this program.
const VERSION_1: &str = include_str!("../data/links/version-1.txt");

fn preset(name: &str) -> Value {
    serde_json::from_str(presets::text(name)).expect("JSON")
}

fn opened(name: &str) -> Session {
    Session::open(&preset(name)).expect("a recording")
}

#[test]
fn a_link_opens_what_it_was_made_of() {
    for (name, _) in presets::ALL {
        let document = preset(name);
        for view in [
            View::default(),
            View { at: SimTime(143_500), service: None, curtain: true },
            View { at: SimTime(1), service: Some(0), curtain: false },
        ] {
            let link = Link { document: document.clone(), view };
            let text = link::write(&link);
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=');
            assert!(text.chars().all(plain), "{name}: an address holds it as it is");
            assert_eq!(link::read(&text), Ok(link.clone()), "{name}");
            assert_eq!(link::read(&format!("#{text}")), Ok(link), "{name}");
        }
    }
}

#[test]
fn what_is_as_it_would_be_anyway_is_left_out() {
    let document = preset("opening");
    let bare = link::write(&Link { document: document.clone(), view: View::default() });
    let looked = View { at: SimTime(143_000), service: None, curtain: true };
    assert!(bare.len() < link::write(&Link { document, view: looked }).len());
    assert!(bare.len() < LONG, "the opening fits everywhere: {} characters", bare.len());
}

#[test]
fn every_preset_fits_a_link_that_no_program_cuts() {
    for (name, _) in presets::ALL {
        let link = link::write(&Link { document: preset(name), view: View::default() });
        assert!(link.len() < LONG, "{name}: {} characters", link.len());
    }
}

#[test]
fn a_link_of_version_1_is_read_for_ever() {
    let link = link::read(VERSION_1.trim()).expect("an old link");
    assert_eq!(link.document["name"], "An old link");
    assert_eq!(link.view, View { at: SimTime(61_500), service: None, curtain: true });
    let script = link.document["hooks"]["smoke-test"]["source"].as_str().expect("a script");
    assert!(script.starts_with("// Smoke test.") && script.ends_with("}\n"), "{script}");
    let mut session = opened("opening");
    assert_eq!(session.update(Msg::OpenLink(VERSION_1.trim().to_owned())), Changed::Everything);
    assert_eq!(session.playback().playhead, SimTime(61_500));
    assert_eq!(session.strategy(), StrategyName::Linear);
}

#[test]
fn a_session_comes_back_from_its_own_link_as_it_stood() {
    let mut session = opened("retail");
    let _ = session.update(Msg::SelectService(1));
    let _ = session.update(Msg::SelectStrategy(StrategyName::BlueGreen));
    let _ = session.update(Msg::Seek(SimTime(90_250)));
    let _ = session.update(Msg::ToggleCurtain);
    let mut other = opened("opening");
    assert!(!other.is_from_link());
    assert_eq!(other.update(Msg::OpenLink(session.link())), Changed::Everything);
    assert_eq!(other.document(), session.document());
    assert_eq!(other.service(), session.service());
    assert_eq!(other.strategy(), session.strategy());
    assert_eq!(other.playback().playhead, session.playback().playhead);
    assert_eq!(other.is_curtain_drawn(), session.is_curtain_drawn());
    assert_eq!(other.frame(), session.frame());
    assert!(other.is_from_link());
    assert_eq!(other.undo_label(), Some("Link"));
    let _ = other.update(Msg::Undo);
    assert_eq!(*other.document(), preset("opening"), "and the link can be taken back");
    assert!(!other.is_from_link());
}

#[test]
fn what_letters_and_chats_do_to_a_link_does_no_harm() {
    let good = link::write(&Link { document: preset("opening"), view: View::default() });
    let (start, end) = good.split_at(100);
    for sent in [
        format!("{good}."),
        format!("{good})."),
        format!("{good}%20"),
        format!("{start}\r\n{end}\n"),
        format!("{start}%0D%0A{end}>"),
    ] {
        assert_eq!(link::read(&sent), link::read(&good), "{sent}");
    }
}

#[test]
fn a_bad_link_says_what_is_wrong_and_leaves_everything_as_it_was() {
    let good = link::write(&Link { document: preset("opening"), view: View::default() });
    let packed = |content: &Value| {
        let text = content.to_string();
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 6);
        format!("s=1.{}", base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, packed))
    };
    let bomb = vec![b' '; MOST_INFLATED + 1];
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&bomb, 6);
    let bomb = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bomb);
    for (link, said) in [
        ("s=".to_owned(), "has no version"),
        ("s=x.abc".to_owned(), "has no version"),
        (good.replacen("s=1.", "s=7.", 1), "is of version 7; this page reads versions up to 1"),
        (good[..good.len() / 2].to_owned(), "may have been cut"),
        (format!("{}!{}", &good[..60], &good[60..]), "is damaged"),
        (format!("s=1.{bomb}"), "holds more than 1 MiB"),
        (packed(&json!(7)), "holds no recording"),
        (packed(&json!({"recording": 7})), "holds no recording"),
        (packed(&json!({"recording": {"cutover": 1}})), "services: is missing"),
        (packed(&json!({"recording": {"cutover": 9}})), "cutover"),
    ] {
        let mut session = opened("opening");
        assert_eq!(session.update(Msg::OpenLink(link.clone())), Changed::Panels, "{link}");
        let told: Vec<String> = session.problems().iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|line| line.contains(said)), "{told:?} does not say {said:?}");
        assert_eq!(*session.document(), preset("opening"));
        assert!(session.undo_label().is_none());
    }
}

#[test]
fn a_view_that_makes_no_sense_opens_the_recording_all_the_same() {
    let document = preset("opening");
    let view = View { at: SimTime(u64::MAX / 2), service: Some(77), curtain: true };
    let mut session = opened("retail");
    let _ = session.update(Msg::OpenLink(link::write(&Link { document: document.clone(), view })));
    assert_eq!(*session.document(), document);
    assert_eq!(session.playback().playhead, session.run().end);
    assert_eq!(session.service(), 0);
}

#[test]
fn a_thousand_mutated_links_are_opened_or_refused_and_nothing_else() {
    let good = link::write(&Link {
        document: preset("approval"),
        view: View { at: SimTime(70_000), service: None, curtain: false },
    });
    let mut dice = 0x5eed;
    let mut roll = |sides: usize| {
        dice = mix(dice);
        (dice % sides as u64) as usize
    };
    let mut session = opened("opening");
    let (mut opened_ones, mut refused) = (0, 0);
    for number in 0..1000 {
        let mut link: Vec<char> = good.chars().collect();
        for _ in 0..=roll(3) {
            let at = roll(link.len());
            match roll(5) {
                0 => link[at] = char::from(b"ABCxyz019-_.=#%"[roll(15)]),
                1 => drop(link.remove(at)),
                2 => link.insert(at, char::from(b"ABCxyz019-_.=#%"[roll(15)])),
                3 => link.truncate(at.max(1)),
                _ => {
                    let other = number % link.len();
                    link.swap(at, other);
                }
            }
        }
        let link: String = link.into_iter().collect();
        let before = session.document().clone();
        match session.update(Msg::OpenLink(link.clone())) {
            Changed::Everything => opened_ones += 1,
            _ => {
                refused += 1;
                assert!(!session.problems().is_empty(), "{link} is refused without a word");
                assert_eq!(*session.document(), before, "{link}");
            }
        }
        let _ = session.frame();
    }
    assert_eq!(opened_ones + refused, 1000);
    assert!(refused > 900, "most are damaged: {refused}");
}
