//! A figure in somebody's document: what its author asks for in words becomes a session that stands at its start, and
//! what the document tells it later becomes messages.
//!
//! The words arrive as JSON, because they come from attributes of an element, from the query of an address or from a
//! message of another window; whatever is wrong in them is said with its place.

use super::lesson::library;
use super::narrate::why_now;
use super::{Changed, Msg, Session, Speed};
use crate::formats::problem::nearest;
use crate::formats::{Problem, import};
use crate::model::{LifecycleStage, SimTime, StrategyName};
use serde_json::{Map, Value, json};

/// A part of the page that a figure may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The four strategies side by side.
    Scoreboard,
    /// Why it waits, or what just happened.
    Why,
    /// The strip of stages.
    Stages,
    /// Users, listeners, target groups.
    Stage,
    /// What it has cost so far.
    Numbers,
    /// All lanes over time.
    Timeline,
    /// One lane of it: who gets the traffic.
    Traffic,
    /// One lane of it: how many tasks there are.
    Tasks,
    /// One lane of it: how many requests fail.
    Errors,
    /// One lane of it: how long an answer takes.
    Latency,
    /// One lane of it: what going back would cost.
    Cost,
}

impl Part {
    /// In the order in which they stand.
    pub const ALL: [Part; 11] = [
        Part::Scoreboard,
        Part::Why,
        Part::Stages,
        Part::Stage,
        Part::Numbers,
        Part::Timeline,
        Part::Traffic,
        Part::Tasks,
        Part::Errors,
        Part::Latency,
        Part::Cost,
    ];

    /// Its name in the attribute `part`.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Scoreboard => "scoreboard",
            Part::Why => "why",
            Part::Stages => "stages",
            Part::Stage => "stage",
            Part::Numbers => "numbers",
            Part::Timeline => "timeline",
            Part::Traffic => "traffic",
            Part::Tasks => "tasks",
            Part::Errors => "errors",
            Part::Latency => "latency",
            Part::Cost => "cost",
        }
    }

    /// Whether it stands on the timeline's axis.
    pub const fn is_lane(self) -> bool {
        matches!(
            self,
            Part::Timeline | Part::Traffic | Part::Tasks | Part::Errors | Part::Latency | Part::Cost
        )
    }
}

/// What a reader may do with a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Controls {
    /// Nothing: it obeys the document.
    Locked,
    /// Play, and go anywhere in the run.
    #[default]
    Play,
    /// Whatever the page allows.
    Full,
}

impl Controls {
    /// From the least to the most.
    pub const ALL: [Controls; 3] = [Controls::Locked, Controls::Play, Controls::Full];

    /// Its name in the attribute `controls`.
    pub const fn name(self) -> &'static str {
        match self {
            Controls::Locked => "locked",
            Controls::Play => "play",
            Controls::Full => "full",
        }
    }
}

/// How a figure looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What it shows, in order, each part once.
    pub parts: Vec<Part>,
    /// What a reader may do.
    pub controls: Controls,
    /// Its accessible name.
    pub label: String,
    /// Where it begins.
    pub start: SimTime,
}

/// A figure that was opened.
pub struct Opened {
    /// Its session, standing where the figure begins.
    pub session: Session,
    /// How it looks.
    pub look: Look,
    /// What of the words makes no sense, and what was probably meant; there it is as where nothing was said.
    pub wrong: Vec<Problem>,
}

/// What can be asked of a figure.
const WORDS: [&str; 14] = [
    "scenario",
    "src",
    "link",
    "recording",
    "service",
    "strategy",
    "speed",
    "start",
    "future",
    "part",
    "controls",
    "theme",
    "autoplay",
    "label",
];

/// What is no misspelt word of ours: what any element may have, and the word that asks for a frame.
const OTHERS: [&str; 9] = ["class", "dir", "embed", "hidden", "id", "lang", "slot", "style", "title"];

/// Opens a figure: `asked` holds `recording` (the text of a file), `link` (a share link) or `scenario` (the name of a
/// preset), and, where they were given, the rest of [`WORDS`], all of them texts.
///
/// # Errors
/// Why there is nothing to show: every problem of the recording, or what is wrong with its link or its name.
pub fn open(asked: &Value) -> Result<Opened, Vec<Problem>> {
    let mut session = match (word(asked, "recording"), word(asked, "link")) {
        (Some(text), _) => Session::open(&import(text)?.document)?,
        (None, Some(link)) => {
            // Whether it is the whole address, or what stands behind its #.
            let fragment = link.rsplit('#').next().unwrap_or(link);
            let placed =
                |problems: Vec<Problem>| problems.into_iter().map(|it| at("link", it)).collect::<Vec<_>>();
            Session::of_link(fragment).map_err(placed)?
        }
        (None, None) => {
            let name = word(asked, "scenario").unwrap_or("opening");
            Session::open(&preset(name).map_err(|problem| vec![problem])?)?
        }
    };
    let (look, wrong) = arrange(&mut session, asked);
    Ok(Opened { session, look, wrong })
}

/// Brings a session to where a figure begins, and tells how it looks and what of the words makes no sense.
pub fn arrange(session: &mut Session, asked: &Value) -> (Look, Vec<Problem>) {
    let mut wrong = Vec::new();
    let mut tried = |name: &str, read: &mut dyn FnMut(&str) -> Result<(), Problem>| {
        if let Some(Err(problem)) = word(asked, name).map(read) {
            wrong.push(at(name, problem));
        }
    };
    let mut look =
        Look { parts: Vec::new(), controls: Controls::default(), label: String::new(), start: SimTime::ZERO };
    tried("service", &mut |name| service(session, name));
    for name in ["strategy", "speed"] {
        tried(name, &mut |text| tell_one(session, name, &text.into()).map(drop));
    }
    let _ = session.update(Msg::DismissGhost);
    // A link brings its own.
    look.start = session.playback().playhead;
    tried("start", &mut |text| {
        look.start = instant(session, text)?;
        Ok(())
    });
    tried("future", &mut |text| {
        let hidden = named(text, &[false, true], |hidden| if hidden { "hidden" } else { "shown" })?;
        if session.is_curtain_drawn() != hidden {
            let _ = session.update(Msg::ToggleCurtain);
        }
        Ok(())
    });
    let _ = session.update(Msg::Seek(look.start));
    tried("part", &mut |text| {
        let (parts, problem) = parts(text);
        look.parts = parts;
        problem.map_or(Ok(()), Err)
    });
    if look.parts.is_empty() {
        look.parts = vec![Part::Why, Part::Stages, Part::Stage];
    }
    tried("controls", &mut |text| {
        look.controls = named(text, &Controls::ALL, Controls::name)?;
        Ok(())
    });
    // These two are the business of the element.
    tried("theme", &mut |text| named(text, &["auto", "light", "dark"], |it| it).map(drop));
    tried("autoplay", &mut |text| named(text, &["view"], |it| it).map(drop));
    look.label = word(asked, "label").map_or_else(|| session.scenario().name.clone(), str::to_owned);
    wrong.extend(strange(asked));
    (look, wrong)
}

/// A word that was given.
fn word<'a>(asked: &'a Value, name: &str) -> Option<&'a str> {
    asked.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// Words that are none, where it is clear which was meant; any others are somebody else's.
fn strange(asked: &Value) -> impl Iterator<Item = Problem> {
    let names = asked.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
    let strange = names.filter(|name| !WORDS.contains(name) && !OTHERS.contains(name) && !name.contains('-'));
    strange.map(|name| unknown(name, WORDS)).filter(|problem| problem.nearest.is_some())
}

/// Brings the service of that name into view.
fn service(session: &mut Session, name: &str) -> Result<(), Problem> {
    let services = session.scenario().services.clone();
    let names = || services.iter().map(|service| service.name.as_str());
    let place = names().position(|it| it == name).ok_or_else(|| unknown(name, names()))?;
    let _ = session.update(Msg::SelectService(place));
    Ok(())
}

fn preset(name: &str) -> Result<Value, Problem> {
    library::preset(name).ok_or_else(|| at("scenario", unknown(name, library::preset_names())))
}

/// The parts of a list of names; each once, in the order of the page. And the first name that is none.
fn parts(text: &str) -> (Vec<Part>, Option<Problem>) {
    let (mut parts, mut wrong) = (Vec::new(), None);
    for name in text.split([' ', ',']).filter(|name| !name.is_empty()) {
        match named(name, &Part::ALL, Part::name) {
            Ok(part) => parts.push(part),
            Err(problem) => wrong = wrong.or(Some(problem)),
        }
    }
    parts.sort_unstable();
    parts.dedup();
    (parts, wrong)
}

fn named<T: Copy>(name: &str, all: &[T], of: impl Fn(T) -> &'static str) -> Result<T, Problem> {
    let found = all.iter().copied().find(|it| of(*it) == name);
    found.ok_or_else(|| unknown(name, all.iter().map(|it| of(*it))))
}

/// So many names can be read out where none of them is near.
const FEW: usize = 12;

fn unknown<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Problem {
    let known: Vec<&str> = known.into_iter().collect();
    let nearest = nearest(name, known.iter().copied()).map(str::to_owned);
    let mut message = format!("there is no {name:?}");
    if nearest.is_none() && known.len() <= FEW {
        message += &format!("; it may be {}", known.join(", "));
    }
    Problem { path: String::new(), message, nearest }
}

fn at(path: &str, mut problem: Problem) -> Problem {
    path.clone_into(&mut problem.path);
    problem
}

fn refused(message: String) -> Problem {
    Problem { path: String::new(), message, nearest: None }
}

/// An instant in words: seconds (`180`), a clock (`3:00`), a lifecycle stage (`BAKE_TIME`: when it was first entered),
/// or `end`.
///
/// # Errors
/// What is wrong, and the stage that was probably meant.
pub fn instant(session: &Session, text: &str) -> Result<SimTime, Problem> {
    if text == "end" {
        return Ok(session.run().end);
    }
    if let Some(at) = clock(text) {
        return Ok(at);
    }
    let mine = session.run().deployments.iter().filter(|deployment| deployment.service == session.service());
    let stages: Vec<(&str, SimTime)> = mine
        .flat_map(|deployment| &deployment.stages)
        .filter_map(|record| Some((record.stage?.api_name(), record.start)))
        .collect();
    match stages.iter().find(|(name, _)| *name == text) {
        Some((_, start)) => Ok(*start),
        None if LifecycleStage::from_api_name(text).is_some() => {
            Err(refused(format!("this run never comes to {text}")))
        }
        None => Err(Problem {
            message: format!("{text:?} is no time in seconds and no lifecycle stage"),
            ..unknown(text, LifecycleStage::ALL.iter().map(|stage| stage.api_name()))
        }),
    }
}

/// `180`, `180.5`, `3:00` or `1:00:00`.
fn clock(text: &str) -> Option<SimTime> {
    let mut seconds = 0.0;
    for (place, part) in text.split(':').enumerate() {
        let plain = !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
        seconds = seconds * 60.0 + part.parse::<f64>().ok().filter(|_| plain && place < 3)?;
    }
    Some(SimTime((seconds * 1000.0).round() as u64))
}

/// What an order may hold, in the order in which it is done: a time belongs to the run that a change has made.
const ORDERS: [&str; 7] = ["strategy", "set", "speed", "seek", "play", "pause", "toggle"];

/// Does what an order says: an object with `strategy` (an API name), `set` (values of parameters by API name), `speed`
/// (`story` or a number), `seek` (a number of seconds or an instant in words), and `play`, `pause` or `toggle`, whose
/// values do not matter.
///
/// # Errors
/// The first thing that is not understood; what came before it is done. What the session refuses it says itself.
pub fn tell(session: &mut Session, order: &Value) -> Result<Changed, Problem> {
    let Some(order) = order.as_object() else {
        return Err(refused("an order is an object, such as {\"seek\": 180}".to_owned()));
    };
    if let Some(name) = order.keys().find(|name| !ORDERS.contains(&name.as_str())) {
        return Err(unknown(name, ORDERS));
    }
    // What the last order did wrong is no fault of this one.
    let mut changed = session.update(Msg::DismissNotice);
    for name in ORDERS {
        let Some(value) = order.get(name) else { continue };
        changed = changed.max(tell_one(session, name, value).map_err(|problem| at(name, problem))?);
    }
    Ok(changed)
}

fn tell_one(session: &mut Session, name: &str, value: &Value) -> Result<Changed, Problem> {
    let messages = messages(session, name, value)?;
    Ok(messages.into_iter().fold(Changed::Nothing, |changed, message| changed.max(session.update(message))))
}

fn messages(session: &Session, name: &str, value: &Value) -> Result<Vec<Msg>, Problem> {
    let word = in_words(value);
    Ok(vec![match name {
        "play" => Msg::Play,
        "pause" => Msg::Pause,
        "toggle" => Msg::Toggle,
        "seek" => Msg::Seek(instant(session, &word)?),
        "speed" => Msg::SetSpeed(speed(&word)?),
        "strategy" => Msg::SelectStrategy(named(&word, &StrategyName::ALL, StrategyName::api_name)?),
        _ => {
            let Some(values) = value.as_object().cloned() else {
                return Err(refused(format!(
                    "must be parameters by API name, such as {{\"desiredCount\": 7}}; it is {word}"
                )));
            };
            return Ok(values.into_iter().map(|(parameter, value)| Msg::Edit { parameter, value }).collect());
        }
    }])
}

fn in_words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned())
}

fn speed(text: &str) -> Result<Speed, Problem> {
    match text.trim_end_matches('×').parse() {
        Ok(times @ 1..) => Ok(Speed::Times(times)),
        _ if text.eq_ignore_ascii_case("story") => Ok(Speed::Story),
        _ => Err(refused(format!(
            "{text:?} is neither \"story\" nor a whole number of simulated seconds in a second"
        ))),
    }
}

/// Where a session stands, for the document round the figure: times in seconds, words of the API.
pub fn state(session: &Session) -> Value {
    let (playback, frame) = (session.playback(), session.frame());
    let deployment = frame.deployment.as_ref();
    let why = why_now(session.scenario(), session.run(), session.service(), playback.playhead);
    let mut state = Map::new();
    for (name, value) in [
        ("time", json!(playback.playhead.as_secs_f64())),
        ("duration", json!(session.run().end.as_secs_f64())),
        ("playing", json!(playback.playing)),
        ("strategy", json!(session.strategy().api_name())),
        ("stage", json!(deployment.and_then(|it| it.stage).map(|stage| stage.api_name()))),
        ("status", json!(deployment.and_then(|it| it.status).map(|status| status.api_name()))),
        ("why", json!(why.to_string())),
    ] {
        state.insert(name.to_owned(), value);
    }
    Value::Object(state)
}
