//! What an author pastes to have the page's recording as a figure in a document: an element, or a frame.

use super::{Form, export, picture};
use crate::model::SimTime;
use crate::session::Session;
use crate::session::figure::{Controls, Part};
use crate::session::lesson::library;
use crate::session::narrate::why_now;
use crate::session::recording::{document_for, service_in_view, strategy_of};
use crate::session::words::escaped;

/// What an author wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What the figure shows.
    pub parts: Vec<Part>,
    /// What a reader may do.
    pub controls: Controls,
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
    /// The share link of the recording, where it is none of those that come with the page: `s=1.…`.
    pub link: Option<String>,
    /// How high a frame is that shows all of it in a column of text, in pixels.
    pub height: u32,
    /// What is seen where the figure cannot be.
    pub poster: Poster,
}

/// A still picture of a figure where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poster {
    /// The name of its file, the same for the same picture.
    pub file: String,
    /// What is to be seen, in words.
    pub text: String,
    /// The picture.
    pub svg: String,
}

impl Poster {
    fn of(session: &Session, preset: Option<&str>, theme: picture::Theme) -> Poster {
        let (scenario, at) = (session.scenario(), session.playback().playhead);
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let name: String = preset.unwrap_or(&scenario.name).chars().take(MOST_OF_A_NAME).map(plain).collect();
        let strategy: String = session.strategy().api_name().chars().map(plain).collect();
        let why = why_now(scenario, session.run(), session.service(), at);
        let look = picture::Look { theme, ..picture::Look::default() };
        Poster {
            file: format!("{}-{strategy}-{}.svg", name.trim_matches('-'), at.0 / 1000),
            text: format!("{}. At {at}: {why}", scenario.name.trim_end_matches('.')),
            svg: export(session, Form::Picture, look, &[]).text,
        }
    }
}

/// So many letters of a recording's name go into that of its poster.
const MOST_OF_A_NAME: usize = 40;

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
            if service_in_view(preset) != Ok(service) {
                say("service", session.scenario().services[service].name.clone());
            }
            if strategy_of(preset, service) != strategy {
                say("strategy", strategy.api_name().to_owned());
            }
            if session.is_curtain_drawn() {
                say("future", "hidden".to_owned());
            }
        }
        let usual = Wish::default();
        let parts: Vec<&str> =
            Part::ALL.into_iter().filter(|it| wish.parts.contains(it)).map(Part::name).collect();
        if wish.parts != usual.parts {
            say("part", parts.join(" "));
        }
        // A link says so itself.
        let start = session.playback().playhead;
        if start > SimTime::ZERO && preset.is_some() {
            say("start", start.as_secs_f64().to_string());
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
        let link = preset.is_none().then(|| session.link());
        let theme = if wish.theme == "dark" { picture::Theme::Dark } else { picture::Theme::Light };
        Snippet {
            attributes,
            link,
            height: height(wish),
            poster: Poster::of(session, preset.map(|(name, _)| name), theme),
        }
    }

    /// The element, for the page at that address. Inside stands what is seen without scripts and in print.
    pub fn element(&self, home: &str) -> String {
        let link = self.link.iter().map(|link| ("link", link));
        let attributes = self.attributes.iter().map(|(name, value)| (*name, value)).chain(link);
        let attributes: String =
            attributes.map(|(name, value)| format!(" {name}=\"{}\"", escaped(value))).collect();
        format!(
            "<script type=\"module\" src=\"{home}embed/cutover.js\"></script>\n\
             <cutover-figure{attributes}>\n  <img src=\"{}\" width=\"100%\" alt=\"{}\">\n</cutover-figure>",
            self.poster.file,
            escaped(&self.poster.text)
        )
    }

    /// The frame. A link stands in its fragment, which no server has to take. Without scripts its picture stands in its
    /// place, and where the document allows no style of its own, below it.
    pub fn frame(&self, home: &str) -> String {
        let query: String = self
            .attributes
            .iter()
            .map(|(name, value)| format!("&{name}={}", value.replace(' ', "+")))
            .collect();
        let link = self.link.as_ref().map_or_else(String::new, |link| format!("#{link}"));
        let (poster, text) = (&self.poster.file, escaped(&self.poster.text));
        format!(
            "<iframe class=\"cutover\" src=\"{home}?embed=1{}{link}\" title=\"{text}\"\n  width=\"100%\" height=\"{}\" frameborder=\"0\" \
             loading=\"lazy\" sandbox=\"allow-scripts allow-popups allow-popups-to-escape-sandbox\"></iframe>\n\
             <noscript>\n  <style>iframe.cutover {{ display: none }}</style>\n  \
             <img src=\"{poster}\" width=\"100%\" alt=\"{text}\">\n</noscript>",
            escaped(&query),
            self.height,
        )
    }
}

/// What the parts take where a figure is as wide as a column of text, as the page was measured. In a narrower one the
/// frame scrolls, with Play in sight.
fn height(wish: &Wish) -> u32 {
    let parts = wish.parts.iter().map(|part| match part {
        Part::Scoreboard => 110,
        Part::Why => 70,
        Part::Stages => 90,
        Part::Stage => 410,
        Part::Numbers => 75,
        Part::Timeline | Part::Traffic | Part::Tasks | Part::Errors | Part::Latency | Part::Cost => 0,
    });
    // A timeline has all lanes, as low as they go; those that are looked at by themselves share an axis.
    let lanes = match wish.parts.iter().filter(|part| part.is_lane()).count() as u32 {
        0 => 0,
        _ if wish.parts.contains(&Part::Timeline) => 190,
        lanes => lanes * 90 + 35,
    };
    let controls = match wish.controls {
        Controls::Locked => 0,
        Controls::Play => 50,
        Controls::Full => 120,
    };
    parts.sum::<u32>() + lanes + controls + 20
}
