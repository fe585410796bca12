//! A race: up to four lanes on the same traffic, the same faults and the same random streams, and what sets them apart.

use super::figure::Figure;
use super::recipe::{Base, Measured, Recipe};
use super::release::Release;
use super::scoreboard::{Scoreboard, Terms};
use crate::formats::{Problem, read_document};
use crate::model::*;
use crate::session::recording::put;
use serde_json::Value;
use std::fmt::Write;

/// A lane: a recording and how it is run.
#[derive(Clone, Debug)]
pub struct Lane {
    /// What it is called, as in `Canary`.
    pub name: String,
    /// The recording, and on which terms.
    pub base: Base,
    /// By which strategy, with which release.
    pub recipe: Recipe,
}

/// Two to four lanes.
#[derive(Clone, Debug)]
pub struct Race {
    /// The lanes.
    pub lanes: Vec<Lane>,
    /// Where a lane's recording had other traffic, another seed or other faults than the first one's.
    pub remarks: Vec<String>,
}

/// No race has more lanes.
pub const MOST_LANES: usize = 4;

impl Race {
    /// The service of a recording by all strategies that it can be deployed by, with one release.
    pub fn by_all_strategies(base: &Base, release: Release) -> Race {
        let lane = |strategy: StrategyName| Lane {
            name: name_of(strategy).to_owned(),
            base: base.clone(),
            recipe: Recipe::plain(strategy).releasing(release),
        };
        Race { lanes: StrategyName::ALL.map(lane).into(), remarks: Vec::new() }
    }

    /// Recordings against each other, each with its name. The first one's traffic and seed hold for all.
    ///
    /// # Errors
    /// What the reader says of a recording, its name first.
    pub fn of_recordings(recordings: &[(String, Value)], terms: Terms) -> Result<Race, Vec<Problem>> {
        let mut race = Race { lanes: Vec::new(), remarks: Vec::new() };
        let Some((_, first)) = recordings.first() else { return Ok(race) };
        for (name, document) in recordings {
            let mut document = document.clone();
            for key in ["traffic", "seed"] {
                if document.get(key) == first.get(key) {
                    continue;
                }
                race.remarks.push(format!("{name}: its {key} is not the first lane's, which holds for all"));
                match first.get(key) {
                    Some(value) => put(&mut document, &[key], value.clone()),
                    None => drop(document.as_object_mut().map(|root| root.shift_remove(key))),
                }
            }
            if faults(&document) != faults(first) {
                race.remarks
                    .push(format!("{name}: what is done to it is not what is done to the first lane"));
            }
            let named = |problems: Vec<Problem>| {
                let at = |problem: Problem| Problem { path: format!("{name}: {}", problem.path), ..problem };
                problems.into_iter().map(at).collect::<Vec<_>>()
            };
            // Without a rate of its own a file's traffic follows from its task count, which lanes may not share.
            if document["traffic"]["requestsPerSecond"].is_null() {
                let rate = read_document(first).map_err(named)?.scenario.traffic.production;
                put(
                    &mut document,
                    &["traffic", "requestsPerSecond"],
                    super::scoreboard::number(rate.as_per_second()),
                );
            }
            let service = read_document(&document).map_err(named)?.scenario.service_deployed();
            let base = Base::new(&document, service, terms).map_err(named)?;
            let recipe = Recipe::plain(base.strategy());
            race.lanes.push(Lane { name: name.clone(), base, recipe });
        }
        Ok(race)
    }
}

/// What is done to a recording besides deploying.
fn faults(document: &Value) -> Vec<&Value> {
    let list = document["interventions"].as_array();
    list.into_iter().flatten().filter(|act| act.get("deploy").is_none()).collect()
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
        let board = |failed, peak_tasks| Ok(Scoreboard { failed, peak_tasks, ..Scoreboard::default() });
        let (canary, rolling, linear) = (board(147, 12), board(1812, 9), board(147, 12));
        let told = differences(&[("Canary", &canary), ("Rolling", &rolling), ("Linear", &linear)]);
        assert_eq!(
            told,
            [
                "Linear and Canary come to the same in every figure.",
                "Failed requests: Canary and Linear 147, Rolling 1,812, 12 times as much."
            ]
        );
        let refused = Err("needs a bake time".to_owned());
        let told = differences(&[("Canary", &canary), ("Blue/green", &refused)]);
        assert_eq!(told, ["Blue/green cannot be run: needs a bake time"]);
    }
}
