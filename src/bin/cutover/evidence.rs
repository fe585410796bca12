//! The commands that simulate many runs: race, notices, sweep and advise.

use crate::console::{Answer, Refused, complain, pretty, read_recording};
use crate::crew;
use cutover::evidence::Measured;
use cutover::evidence::race::name_of;
use cutover::evidence::recipe::Workbench;
use cutover::evidence::{
    Advice, Axis, Base, Candidate, Entrant, Figure, Found, Lane, LaneAsked, Limits, Map, Mix, Notice, Race,
    Recipe, Release, Terms, advise, map, notice, swing, told,
};
use cutover::formats::Problem;
use cutover::formats::problem::nearest;
use cutover::model::StrategyName;
use lexopt::prelude::*;
use serde_json::{Value, json};
use std::ffi::OsString;

/// What help says of them.
pub const HELP: &str = "\
  cutover race FILE            the deployment by all four strategies, a good and a bad release
  cutover race FILE FILE …     two to four recordings, on the first one's traffic and seed
  cutover notices FILE         who notices each kind of bad release, when, after how many failures
  cutover sweep FILE --x PARAMETER=FROM..TO --y PARAMETER=FROM..TO --figure FIGURE
                               a run for every pair of values; which parameter matters most
                               [--cells 20] [--strategy CANARY] [--release errors]
  cutover advise FILE          the configurations that nothing beats, with confidence intervals
                               [--limit failed=200] [--limit extra=100] [--limit rollback=60]
                               [--mix good=90,errors=10] [--seeds 10] [--seed 1] [--confidence 95]
                               [--pick 1]  print the recording of that finalist instead
                               all four: [--workers 2] [--vcpu-hour 0.04048] [--gb-hour 0.004445]
                               [--availability 99.9]
";

/// The commands' names.
pub const COMMANDS: [&str; 4] = ["race", "notices", "sweep", "advise"];

/// What is asked: a command, its files, and everything that was set.
pub struct Question {
    command: String,
    files: Vec<OsString>,
    workers: usize,
    terms: Terms,
    strategy: Option<StrategyName>,
    release: Option<Release>,
    x: Option<String>,
    y: Option<String>,
    figure: Figure,
    cells: usize,
    advice: Advice,
    pick: Option<usize>,
}

impl Question {
    /// Reads what follows the command.
    pub fn parse(command: String, mut arguments: lexopt::Parser) -> Result<Question, lexopt::Error> {
        let mut asked = Question {
            command,
            files: Vec::new(),
            workers: crew::cores(),
            terms: Terms::default(),
            strategy: None,
            release: None,
            x: None,
            y: None,
            figure: Figure::FailedRequests,
            cells: map::USUAL_CELLS,
            advice: Advice::default(),
            pick: None,
        };
        while let Some(argument) = arguments.next()? {
            let option = match argument {
                Value(file) => {
                    asked.files.push(file);
                    continue;
                }
                Long(option) => option.to_owned(),
                other => return Err(other.unexpected()),
            };
            if !options_of(&asked.command).contains(&option.as_str()) && !COMMON.contains(&option.as_str()) {
                if COMMANDS.iter().any(|command| options_of(command).contains(&option.as_str())) {
                    return Err(format!("--{option} does not belong to {}", asked.command).into());
                }
                let known = options_of(&asked.command).iter().chain(&COMMON).copied();
                return Err(match nearest(&option, known) {
                    Some(near) => format!("invalid option '--{option}' (nearest: --{near})").into(),
                    None => Long(&option).unexpected(),
                });
            }
            let value = arguments.value()?.string()?;
            asked.set(&option, &value)?;
        }
        let (least, most) = if asked.command == "race" { (1, 4) } else { (1, 1) };
        if asked.files.len() < least {
            return Err(format!("{} needs a FILE, or - for standard input", asked.command).into());
        }
        if asked.files.len() > most {
            let more = if most == 1 { "one FILE" } else { "at most four FILEs" };
            return Err(format!("{} takes {more}", asked.command).into());
        }
        if asked.command == "sweep" && (asked.x.is_none() || asked.y.is_none()) {
            return Err("sweep needs --x PARAMETER=FROM..TO and --y PARAMETER=FROM..TO".into());
        }
        Ok(asked)
    }

    fn set(&mut self, option: &str, value: &str) -> Result<(), String> {
        match option {
            "workers" => self.workers = number(option, value, 1.0, 1024.0)? as usize,
            "vcpu-hour" => self.terms.vcpu_hour = number(option, value, 0.0, 1e6)?,
            "gb-hour" => self.terms.gb_hour = number(option, value, 0.0, 1e6)?,
            "availability" => {
                self.terms.availability_percent = Some(number(option, value, 0.0, 99.999_999)?);
            }
            "x" => self.x = Some(value.to_owned()),
            "y" => self.y = Some(value.to_owned()),
            "cells" => self.cells = number(option, value, 2.0, map::MOST_CELLS as f64)? as usize,
            "figure" => {
                let known = Figure::ALL.iter().map(|figure| figure.key());
                self.figure = Figure::named(value).ok_or_else(|| unknown(option, value, known))?;
            }
            "strategy" => {
                let known = StrategyName::ALL.iter().map(|strategy| strategy.api_name());
                let strategy = StrategyName::from_api_name(value);
                self.strategy = Some(strategy.ok_or_else(|| unknown(option, value, known))?);
            }
            "release" => self.release = Some(release(option, value)?),
            "limit" => limit(&mut self.advice.limits, value)?,
            "mix" => self.advice.mix = mix(value)?,
            "seeds" => self.advice.seeds = number(option, value, 2.0, MOST_SEEDS)? as u32,
            "pick" => self.pick = Some(number(option, value, 1.0, 1000.0)? as usize),
            "seed" => {
                self.advice.seed =
                    value.parse().map_err(|_| format!("--seed: {value:?} is no whole number"))?;
            }
            _ => self.advice.confidence = number(option, value, 50.0, 99.99)? / 100.0,
        }
        Ok(())
    }

    /// Does the work.
    pub fn answer(self) -> Result<Answer, Refused> {
        let answer = match self.command.as_str() {
            "race" if self.files.len() > 1 => self.race_of_files()?,
            "race" => self.race()?,
            "notices" => self.notices()?,
            "sweep" => self.sweep()?,
            _ => self.advise()?,
        };
        Ok(Answer::of(pretty(&answer)))
    }

    fn base(&self) -> Result<Base, Refused> {
        let reading = read_recording(&self.files[0])?;
        Ok(Base::new(&reading.document, reading.scenario.service_deployed(), self.terms)?)
    }

    fn measure(&self, what: &str, base: &Base, recipes: &[Recipe]) -> Vec<Measured> {
        let work = |bench: &mut Workbench<'_>, job: usize| bench.measure(&recipes[job]);
        crew::all(what, recipes.len(), self.workers, || Workbench::new(base), work)
    }

    fn race(&self) -> Result<Value, Refused> {
        let base = self.base()?;
        let releases = match self.release {
            Some(release) => vec![release],
            None => vec![Release::Good, base.bad_release()],
        };
        let races = releases.into_iter().map(|release| {
            let mut race = Race::by_all_strategies(&base, &[release]);
            race.lanes.iter_mut().for_each(|lane| lane.name = name_of(lane.recipe.strategy).to_owned());
            let mut told = self.run_race(&race);
            told["release"] = json!(release.name());
            told
        });
        Ok(json!({"races": races.collect::<Vec<_>>()}))
    }

    fn race_of_files(&self) -> Result<Value, Refused> {
        let (mut entrants, mut lanes) = (Vec::new(), Vec::new());
        for (entrant, file) in self.files.iter().enumerate() {
            let reading = read_recording(file)?;
            let service = reading.scenario.service_deployed();
            let strategy = reading.scenario.services[service].deployment.strategy.name();
            let release = self.release.unwrap_or(Release::AsRecorded);
            lanes.push(LaneAsked { entrant, strategy, release });
            let name = file.to_string_lossy().into_owned();
            entrants.push(Entrant { name, document: reading.document, service });
        }
        let mut race = Race::of_lanes(&entrants, &lanes, self.terms)?;
        // Each file is one lane.
        race.lanes.iter_mut().zip(&entrants).for_each(|(lane, file)| lane.name.clone_from(&file.name));
        race.remarks.iter().for_each(complain);
        Ok(json!({"races": [self.run_race(&race)]}))
    }

    fn run_race(&self, race: &Race) -> Value {
        let work = |(): &mut (), job: usize| {
            let Lane { base, recipe, .. } = &race.lanes[job];
            Workbench::new(&race.bases[*base]).measure(recipe)
        };
        let measured = crew::all("race", race.lanes.len(), self.workers, || (), work);
        let lanes = race.lanes.iter().zip(&measured);
        let lanes: Vec<_> =
            lanes.map(|(lane, measured)| (lane.name.as_str(), &lane.recipe, measured)).collect();
        told::race(&lanes, &race.remarks)
    }

    fn notices(&self) -> Result<Value, Refused> {
        let base = self.base()?;
        let recipes = notice::recipes(&StrategyName::ALL);
        let work = |bench: &mut Workbench<'_>, job: usize| {
            let recipe = &recipes[job];
            let refused = |problems: Vec<Problem>| (recipe.strategy, problems);
            Ok(Notice::of(&base, recipe, &bench.shoot(recipe).map_err(refused)?))
        };
        let came = crew::all("notices", recipes.len(), self.workers, || Workbench::new(&base), work);
        let mut refused: Vec<(StrategyName, Vec<Problem>)> = Vec::new();
        let mut notices: Vec<Notice> = Vec::new();
        for came in came {
            match came {
                Ok(notice) => notices.push(notice),
                // Each release is refused for the same reason.
                Err((strategy, _)) if refused.iter().any(|(told, _)| *told == strategy) => {}
                Err(told) => refused.push(told),
            }
        }
        for (strategy, problems) in &refused {
            problems.iter().for_each(|problem| complain(format_args!("not by {strategy}: {problem}")));
        }
        Ok(json!({
            "notices": notices.iter().map(Notice::to_json).collect::<Vec<_>>(),
            "blindSpots": notice::blind_spots(&notices),
        }))
    }

    fn sweep(&self) -> Result<Value, Refused> {
        let base = self.base()?;
        let recipe = Recipe::plain(self.strategy.unwrap_or(base.strategy()))
            .releasing(self.release.unwrap_or(Release::AsRecorded));
        let axis = |option: &str, given: &Option<String>| {
            let given = given.as_deref().unwrap_or_default();
            axis(&base, &recipe, given, self.cells).map_err(|why| Refused(vec![format!("--{option}: {why}")]))
        };
        let map = Map { x: axis("x", &self.x)?, y: axis("y", &self.y)?, recipe: recipe.clone() };
        if map.x.parameter == map.y.parameter {
            return Err(Refused(vec!["--y: is the parameter of --x".to_owned()]));
        }
        let measured = self.measure("sweep", &base, &map.recipes());
        let levers = swing::levers(&base, &recipe);
        let moved = self.measure("each parameter alone", &base, &swing::recipes(&recipe, &levers));
        let swings = swing::ranked(&levers, &moved, self.figure);
        Ok(told::map(&map, self.figure, &measured, &swings))
    }

    fn advise(&self) -> Result<Value, Refused> {
        let (base, advice) = (self.base()?, &self.advice);
        let considered = advise::candidates();
        let first = self.measure("choosing", &base, &advice.recipes(0, &considered));
        let finalists = advice.finalists(&considered, &first);
        let finals: Vec<Candidate> = finalists.iter().map(|place| considered[*place].clone()).collect();
        let second = self.measure("reporting", &base, &advice.recipes(1, &finals));
        let chosen_by = advice.findings(&first);
        let reported = advice.findings(&second);
        let found = Found { considered, chosen_by, finalists, reported };
        if let Some(pick) = self.pick {
            let none = || Refused(vec![format!("--pick: there are {} finalists", finals.len())]);
            return Ok(base.document(&found.finalist(pick - 1).ok_or_else(none)?.recipe)?);
        }
        Ok(told::advice(advice, &base, &found))
    }
}

/// More seeds than this would only make the intervals finer than the simulation is true.
const MOST_SEEDS: f64 = 1000.0;

/// What all four commands take.
const COMMON: [&str; 4] = ["workers", "vcpu-hour", "gb-hour", "availability"];

/// What one of them takes besides.
fn options_of(command: &str) -> &'static [&'static str] {
    match command {
        "race" => &["release"],
        "sweep" => &["x", "y", "figure", "cells", "strategy", "release"],
        "advise" => &["limit", "mix", "seeds", "seed", "confidence", "pick"],
        _ => &[],
    }
}

fn number(option: &str, text: &str, least: f64, most: f64) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        Ok(_) => Err(format!("--{option}: {text} does not lie between {least} and {most}")),
        Err(_) => Err(format!("--{option}: {text:?} is no number")),
    }
}

/// What is said of a name that an option does not know.
fn unknown<'n>(option: &str, name: &str, known: impl Iterator<Item = &'n str> + Clone) -> String {
    let near = nearest(name, known.clone()).map(|near| format!(" (nearest: {near})")).unwrap_or_default();
    let names = known.collect::<Vec<_>>().join(", ");
    format!("--{option}: there is no {name:?}; there are {names}{near}")
}

fn release(option: &str, name: &str) -> Result<Release, String> {
    let known = Release::ALL.iter().map(|release| release.key());
    Release::named(name).ok_or_else(|| unknown(option, name, known))
}

fn limit(limits: &mut Limits, text: &str) -> Result<(), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("--limit: {text:?} lacks =NUMBER"))?;
    let value = Some(number("limit", value, 0.0, 1e12)?);
    match name {
        "failed" => limits.failed_requests = value,
        "extra" => limits.extra_percent = value,
        "rollback" => limits.roll_back_seconds = value,
        _ => return Err(unknown("limit", name, ["failed", "extra", "rollback"].into_iter())),
    }
    Ok(())
}

fn mix(text: &str) -> Result<Mix, String> {
    let part = |part: &str| {
        let (name, weight) = part.split_once('=').ok_or_else(|| format!("--mix: {part:?} lacks =WEIGHT"))?;
        Ok((release("mix", name)?, number("mix", weight, 1.0, 1e6)? as u32))
    };
    let parts: Vec<(Release, u32)> = text.split(',').map(part).collect::<Result<_, String>>()?;
    for (place, (release, _)) in parts.iter().enumerate() {
        if parts[..place].iter().any(|(other, _)| other == release) {
            return Err(format!("--mix: {:?} stands there twice", release.key()));
        }
    }
    Ok(Mix(parts))
}

/// `PARAMETER=FROM..TO`, or the parameter alone for the range of its slider.
fn axis(base: &Base, recipe: &Recipe, text: &str, cells: usize) -> Result<Axis, String> {
    let (name, range) = match text.split_once('=') {
        Some((name, range)) => (name, Some(range)),
        None => (text, None),
    };
    let parameter = map::parameter(base, recipe, name)?;
    let (from, to) = match range {
        None => parameter.slider,
        Some(range) => {
            let (from, to) =
                range.split_once("..").ok_or_else(|| format!("{range:?} is no range FROM..TO"))?;
            let end = |text: &str| text.parse::<f64>().map_err(|_| format!("{text:?} is no number"));
            (end(from)?, end(to)?)
        }
    };
    Axis::over(&parameter, from, to, cells)
}
