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

/// Opens a figure: `asked` holds `scenario` (the name of a preset) or `recording` (the text of a file), and, where they
/// were given, `part`, `controls`, `start`, `speed`, `strategy` and `label`, all of them texts.
///
/// # Errors
/// Every problem of the recording, or else of the words.
pub fn open(asked: &Value) -> Result<(Session, Look), Vec<Problem>> {
    let words =
        |name: &str| asked.get(name).and_then(Value::as_str).map(str::trim).filter(|it| !it.is_empty());
    let document = match words("recording") {
        Some(text) => import(text)?.document,
        None => preset(words("scenario").unwrap_or("opening")).map_err(|problem| vec![problem])?,
    };
    let mut session = Session::open(&document)?;
    let mut problems = Vec::new();
    for name in ["strategy", "speed"] {
        if let Some(text) = words(name) {
            problems.extend(tell(&mut session, &json!({ name: text })).err());
        }
    }
    let _ = session.update(Msg::DismissGhost);
    let start = words("start").map_or(Ok(SimTime::ZERO), |text| instant(&session, text));
    let start = start.unwrap_or_else(|problem| {
        problems.push(at("start", problem));
        SimTime::ZERO
    });
    let _ = session.update(Msg::Seek(start));
    let parts = words("part").map_or(Ok(vec![Part::Why, Part::Stages, Part::Stage]), parts);
    let controls = words("controls").map_or(Ok(Controls::default()), |text| {
        named(text, &Controls::ALL, |it| it.name()).map_err(|problem| at("controls", problem))
    });
    match (parts, controls) {
        (Ok(parts), Ok(controls)) if problems.is_empty() => {
            let label = words("label").map_or_else(|| session.scenario().name.clone(), str::to_owned);
            Ok((session, Look { parts, controls, label, start }))
        }
        (parts, controls) => {
            problems.extend(parts.err().map(|problem| at("part", problem)));
            problems.extend(controls.err());
            Err(problems)
        }
    }
}

fn preset(name: &str) -> Result<Value, Problem> {
    library::preset(name).ok_or_else(|| at("scenario", unknown(name, library::preset_names())))
}

/// The parts of a list of names; each once, in the order of the page.
fn parts(text: &str) -> Result<Vec<Part>, Problem> {
    let mut parts = Vec::new();
    for name in text.split([' ', ',']).filter(|name| !name.is_empty()) {
        parts.push(named(name, &Part::ALL, |it| it.name())?);
    }
    parts.sort_unstable();
    parts.dedup();
    Ok(parts)
}

fn named<T: Copy>(name: &str, all: &[T], of: fn(T) -> &'static str) -> Result<T, Problem> {
    let found = all.iter().copied().find(|it| of(*it) == name);
    found.ok_or_else(|| unknown(name, all.iter().map(|it| of(*it))))
}

fn unknown<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Problem {
    Problem {
        path: String::new(),
        message: format!("there is no {name:?}"),
        nearest: nearest(name, known).map(str::to_owned),
    }
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
    let mut changed = Changed::Nothing;
    for name in ORDERS {
        let Some(value) = order.get(name) else { continue };
        for message in messages(session, name, value).map_err(|problem| at(name, problem))? {
            changed = changed.max(session.update(message));
        }
    }
    Ok(changed)
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
            let values = value.as_object().cloned().unwrap_or_default();
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
