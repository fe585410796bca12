//! What an author pastes to have the page's recording as a figure in a document: an element, or a frame.

use super::Session;
use super::figure::{Controls, Part};
use super::lesson::library;
use super::recording::{document_for, strategy_of};
use crate::model::SimTime;

/// What an author wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What the figure shows.
    pub parts: Vec<Part>,
    /// What a reader may do.
    pub controls: Controls,
    /// Where it begins.
    pub start: SimTime,
    /// `story`, or simulated seconds in a second.
    pub speed: &'static str,
    /// `auto`, `light` or `dark`.
    pub theme: &'static str,
    /// Whether it plays when it is seen.
    pub autoplay: bool,
}

impl Default for Wish {
    fn default() -> Wish {
        Wish {
            parts: vec![Part::Why, Part::Stages, Part::Stage],
            controls: Controls::default(),
            start: SimTime::ZERO,
            speed: "story",
            theme: "auto",
            autoplay: false,
        }
    }
}

/// A figure with all that has to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Attributes of the element, or the frame's query; what is so anyway is left out.
    pub attributes: Vec<(&'static str, String)>,
    /// The recording, where it is none of those that come with the page.
    pub recording: Option<String>,
    /// Its name, which is said where the figure cannot be shown.
    pub label: String,
}

impl Snippet {
    /// The session's recording as the author wishes it.
    pub fn of(session: &Session, wish: &Wish) -> Snippet {
        let (document, service, strategy) = (session.document(), session.service(), session.strategy());
        let preset = library::preset_names().find_map(|name| {
            let preset = library::preset(name)?;
            (document_for(&preset, service, strategy) == *document).then_some((name, preset))
        });
        let mut attributes = Vec::new();
        let mut say = |name, value: String| attributes.push((name, value));
        if let Some((name, preset)) = &preset {
            say("scenario", (*name).to_owned());
            if strategy_of(preset, service) != strategy {
                say("strategy", strategy.api_name().to_owned());
            }
        }
        let usual = Wish::default();
        let parts: Vec<&str> =
            Part::ALL.into_iter().filter(|it| wish.parts.contains(it)).map(Part::name).collect();
        if wish.parts != usual.parts && !parts.is_empty() {
            say("part", parts.join(" "));
        }
        if wish.start > SimTime::ZERO {
            say("start", wish.start.as_secs_f64().to_string());
        }
        if wish.controls != usual.controls {
            say("controls", wish.controls.name().to_owned());
        }
        if wish.speed != usual.speed {
            say("speed", wish.speed.to_owned());
        }
        if wish.theme != usual.theme {
            say("theme", wish.theme.to_owned());
        }
        if wish.autoplay {
            say("autoplay", "view".to_owned());
        }
        let recording = preset.is_none().then(|| document.to_string());
        Snippet { attributes, recording, label: session.scenario().name.clone() }
    }

    /// The attributes as the query of an address.
    pub fn query(&self) -> String {
        let pairs = self.attributes.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+")));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The element, for the page at that address.
    pub fn element(&self, home: &str) -> String {
        let attributes: String =
            self.attributes.iter().map(|(name, value)| format!(" {name}=\"{}\"", escaped(value))).collect();
        let recording = self.recording.as_ref().map_or_else(String::new, |text| {
            // Nothing in the recording may end the element it stands in.
            format!("  <script type=\"application/json\">{}</script>\n", text.replace("</", "<\\/"))
        });
        format!(
            "<script type=\"module\" src=\"{home}embed/cutover.js\"></script>\n\
             <cutover-figure{attributes}>\n{recording}  <p>{}</p>\n</cutover-figure>",
            escaped(&self.label)
        )
    }

    /// The frame. A recording of one's own is too long for an address: it is fetched from beside the page.
    pub fn frame(&self, home: &str) -> String {
        let own = if self.recording.is_some() { "&src=recording.json" } else { "" };
        let rest = if self.attributes.is_empty() { "" } else { "&" };
        let query = format!("{own}{rest}{}", self.query());
        format!(
            "<iframe src=\"{home}?embed=1{}\" title=\"{}\"\n  width=\"100%\" height=\"640\" loading=\"lazy\" \
             sandbox=\"allow-scripts allow-popups\"></iframe>",
            escaped(&query),
            escaped(&self.label)
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
