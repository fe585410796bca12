//! A race: heats of up to four lanes on the same traffic, the same faults and the same random streams, and what sets them
//! apart.

use super::entrant::Entrant;
use super::figure::Figure;
use super::recipe::{Base, Measured, Recipe};
use super::release::Release;
use super::scoreboard::{Scoreboard, Terms, number};
use crate::formats::{Problem, read_document};
use crate::model::*;
use crate::session::recording::put;
use serde_json::{Value, json};
use std::fmt::Write;

/// A lane: a recording and how it is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// What it is called, as in `Canary, good release`.
    pub name: String,
    /// The heat it runs in: lanes of one heat are set against each other.
    pub heat: usize,
    /// The place of its recording among those of the race.
    pub base: usize,
    /// By which strategy, with which release.
    pub recipe: Recipe,
}

/// Heats of two to four lanes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Race {
    /// What each heat is called; empty where there is one alone.
    pub heats: Vec<String>,
    /// The recordings, each on the ground that all share.
    pub bases: Vec<Base>,
    /// The lanes, heat by heat.
    pub lanes: Vec<Lane>,
    /// Where a recording had other traffic, another seed or other faults than the ground.
    pub remarks: Vec<String>,
}

/// No heat has more lanes.
pub const MOST_LANES: usize = 4;

/// A lane as it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneAsked {
    /// The place of its recording among the entrants.
    pub entrant: usize,
    /// By which strategy.
    pub strategy: StrategyName,
    /// With which release.
    pub release: Release,
}

impl Race {
    /// The service of a recording by all strategies, a heat for each release.
    pub fn by_all_strategies(base: &Base, releases: &[Release]) -> Race {
        let heat = |(heat, release): (usize, &Release)| {
            let release = *release;
            StrategyName::ALL.map(|strategy| Lane {
                name: lane_name(strategy, release),
                heat,
                base: 0,
                recipe: Recipe::plain(strategy).releasing(release),
            })
        };
        Race {
            heats: releases.iter().map(|release| release.name().to_owned()).collect(),
            bases: vec![base.clone()],
            lanes: releases.iter().enumerate().flat_map(heat).collect(),
            remarks: Vec::new(),
        }
    }

    /// One heat of the lanes that are asked for. The first one's recording is the ground that all run on: its traffic, its
    /// seed, and what befalls its world.
    ///
    /// # Errors
    /// What the reader says of a recording, its name first.
    pub fn of_lanes(entrants: &[Entrant], asked: &[LaneAsked], terms: Terms) -> Result<Race, Vec<Problem>> {
        let mut race = Race { heats: vec![String::new()], ..Race::default() };
        let Some(ground) = asked.first().map(|lane| &entrants[lane.entrant]) else { return Ok(race) };
        // A recording that several lanes are of is put on the ground once.
        let mut placed: Vec<usize> = Vec::new();
        for lane in asked {
            let entrant = &entrants[lane.entrant];
            let known = placed.iter().position(|place| *place == lane.entrant);
            let base = match known {
                Some(base) => base,
                None => {
                    let (document, remarks) = on_the_ground(&ground.document, entrant)?;
                    let base = Base::new(&document, entrant.service, terms).map_err(named(&entrant.name))?;
                    race.bases.push(base);
                    race.remarks.extend(remarks);
                    placed.push(lane.entrant);
                    placed.len() - 1
                }
            };
            let mut name = lane_name(lane.strategy, lane.release);
            if asked.iter().any(|other| other.entrant != lane.entrant) {
                name = format!("{}: {name}", entrant.name);
            }
            let twins = race.lanes.iter().filter(|other| {
                other.name.strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
            });
            let twins = twins.count();
            if twins > 0 {
                let _ = write!(name, " ({})", twins + 1);
            }
            let recipe = Recipe::plain(lane.strategy).releasing(lane.release);
            race.lanes.push(Lane { name, heat: 0, base, recipe });
        }
        Ok(race)
    }

    /// The lanes of a heat, each with its place.
    pub fn heat(&self, heat: usize) -> impl Iterator<Item = (usize, &Lane)> {
        self.lanes.iter().enumerate().filter(move |(_, lane)| lane.heat == heat)
    }
}

/// What a lane is called.
pub fn lane_name(strategy: StrategyName, release: Release) -> String {
    format!("{}, {}", name_of(strategy), release.name().to_lowercase())
}

/// What befalls a world, whoever deploys in it. Everything else that is done is done to a service, and stays its own.
const OF_THE_WORLD: [&str; 4] = ["setTraffic", "failAvailabilityZone", "limitCapacity", "setDependency"];

/// A recording on the ground of another: its traffic, its seed, and what befalls its world; and what that changes.
fn on_the_ground(ground: &Value, entrant: &Entrant) -> Result<(Value, Vec<String>), Vec<Problem>> {
    let name = &entrant.name;
    let (mut document, mut remarks) = (entrant.document.clone(), Vec::new());
    for key in ["traffic", "seed"] {
        if document.get(key) == ground.get(key) {
            continue;
        }
        remarks.push(format!("{name}: its {key} is not the first lane's, which holds for all"));
        match ground.get(key) {
            Some(value) => put(&mut document, &[key], value.clone()),
            None => drop(document.as_object_mut().map(|root| root.shift_remove(key))),
        }
    }
    // Without a rate of its own a file's traffic follows from its task count, which lanes may not share.
    if document["traffic"]["requestsPerSecond"].is_null() {
        let rate = read_document(ground).map_err(named(name))?.scenario.traffic.production;
        put(&mut document, &["traffic", "requestsPerSecond"], number(rate.as_per_second()));
    }
    if acts(&document, true) != acts(ground, true) {
        remarks.push(format!(
            "{name}: what befalls zones, capacity, dependencies and traffic is the first lane's"
        ));
        let mut list: Vec<Value> = document["interventions"].as_array().cloned().unwrap_or_default();
        list.retain(|act| !is_of_the_world(act));
        for act in acts(ground, true) {
            list.push(act.clone());
            put(&mut document, &["interventions"], json!(list));
            // A zone or a dependency may be there in the first recording only.
            if let Err(problems) = read_document(&document) {
                list.pop();
                let why = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
                let what = OF_THE_WORLD.iter().find(|key| act.get(**key).is_some()).unwrap_or(&"");
                remarks.push(format!("{name}: {what} of the first lane cannot befall it: {why}"));
            }
        }
        put(&mut document, &["interventions"], json!(list));
    }
    if acts(&document, false) != acts(ground, false) {
        remarks.push(format!(
            "{name}: what is done to its services is not what is done to the first lane's; each keeps its own"
        ));
    }
    Ok((document, remarks))
}

/// What befalls the world of a recording, or what is done to its services besides deploying.
fn acts(document: &Value, of_the_world: bool) -> Vec<&Value> {
    let list = document["interventions"].as_array().into_iter().flatten();
    list.filter(|act| is_of_the_world(act) == of_the_world && act.get("deploy").is_none()).collect()
}

fn is_of_the_world(act: &Value) -> bool {
    OF_THE_WORLD.iter().any(|key| act.get(*key).is_some())
}

/// Problems with the name of their recording before their place.
fn named(name: &str) -> impl Fn(Vec<Problem>) -> Vec<Problem> {
    move |problems| {
        let at = |problem: Problem| Problem { path: format!("{name}: {}", problem.path), ..problem };
        problems.into_iter().map(at).collect()
    }
}

/// A strategy as people say it.
pub const fn name_of(strategy: StrategyName) -> &'static str {
    match strategy {
        StrategyName::Rolling => "Rolling",
        StrategyName::BlueGreen => "Blue/green",
        StrategyName::Canary => "Canary",
        StrategyName::Linear => "Linear",
    }
}

/// The differences that are told, most important first.
const TOLD: [Figure; 6] = [
    Figure::FailedRequests,
    Figure::UsersHurt,
    Figure::TimeToDeploy,
    Figure::TwoVersions,
    Figure::ExtraTaskMinutes,
    Figure::TimeToRollBack,
];

/// What sets lanes apart, a sentence a figure: the best, the worst, and how far apart they are.
pub fn differences(lanes: &[(&str, &Measured)]) -> Vec<String> {
    let there: Vec<(&str, &Scoreboard)> =
        lanes.iter().filter_map(|(name, measured)| Some((*name, measured.as_ref().ok()?))).collect();
    let mut told = Vec::new();
    for (place, (name, board)) in there.iter().enumerate() {
        if let Some((twin, _)) = there[..place].iter().find(|(_, other)| other == board) {
            told.push(format!("{name} and {twin} come to the same in every figure."));
        }
    }
    for (name, board) in &there {
        let status = board.status.map_or("without a deployment", ServiceDeploymentStatus::api_name);
        if board.deploy.is_none() {
            told.push(format!("{name} comes to no end: {status} when its run is over."));
        }
    }
    told.extend(TOLD.iter().filter_map(|figure| difference(*figure, &there)));
    for (name, measured) in lanes {
        if let Err(why) = measured {
            told.push(format!("{name} cannot be run: {why}"));
        }
    }
    told
}

/// What sets lanes apart in one figure; `None` where nothing does.
fn difference(figure: Figure, lanes: &[(&str, &Scoreboard)]) -> Option<String> {
    let mut values: Vec<(&str, f64)> =
        lanes.iter().filter_map(|(name, board)| Some((*name, figure.of(board)?))).collect();
    values.sort_by(|one, other| one.1.total_cmp(&other.1));
    let (&(_, least), &(_, most)) = (values.first()?, values.last()?);
    if least == most {
        return None;
    }
    let of = |value: f64| -> Vec<&str> {
        values.iter().filter(|(_, its)| *its == value).map(|(name, _)| *name).collect()
    };
    let mut text = format!(
        "{}: {} {}, {} {}",
        figure.title(),
        of(least).join(" and "),
        figure.text(least),
        of(most).join(" and "),
        figure.text(most)
    );
    if least > 0.0 && most / least >= 1.5 {
        let times = most / least;
        let _ = if times < 9.95 {
            write!(text, ", {times:.1} times as much")
        } else {
            write!(text, ", {times:.0} times as much")
        };
    }
    text.push('.');
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_sentences_with_both_ends() {
        let deploy = Some(Span::from_secs(499));
        let board =
            |failed, peak_tasks| Ok(Scoreboard { failed, peak_tasks, deploy, ..Scoreboard::default() });
        let (canary, rolling, linear) = (board(147, 12), board(1812, 9), board(147, 12));
        let told = differences(&[("Canary", &canary), ("Rolling", &rolling), ("Linear", &linear)]);
        assert_eq!(
            told,
            [
                "Linear and Canary come to the same in every figure.",
                "Failed requests: Canary and Linear 147, Rolling 1,812, 12 times as much."
            ]
        );
        let stuck =
            Ok(Scoreboard { status: Some(ServiceDeploymentStatus::InProgress), ..Scoreboard::default() });
        assert_eq!(
            differences(&[("Rolling", &stuck)]),
            ["Rolling comes to no end: IN_PROGRESS when its run is over."]
        );
        let refused = Err("needs a bake time".to_owned());
        let told = differences(&[("Canary", &canary), ("Blue/green", &refused)]);
        assert_eq!(told, ["Blue/green cannot be run: needs a bake time"]);
    }
}
