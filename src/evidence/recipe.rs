//! A recipe: how the recording in question is varied for one run. A recipe is a recording, and can be played.

use super::release::{Deploy, Release};
use super::scoreboard::{Scoreboard, TaskSize, Terms};
use crate::engine::{Run, simulate};
use crate::formats::{Assumption, Problem, read_document};
use crate::model::*;
use crate::script::Scripts;
use crate::session::parameters::{self, Subject};
use crate::session::recording::{document_for, intervene, put, strategy_of};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One variation of the recording in question.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// By which strategy, with the values that the recording keeps for it.
    pub strategy: StrategyName,
    /// What is released.
    pub release: Release,
    /// The seed; `None` for the recording's own.
    pub seed: Option<u64>,
    /// Parameters by API name with their values.
    pub edits: Vec<(String, Value)>,
}

impl Recipe {
    /// The recording as it is, by a strategy.
    pub fn plain(strategy: StrategyName) -> Recipe {
        Recipe { strategy, release: Release::AsRecorded, seed: None, edits: Vec::new() }
    }

    /// The same with another release.
    pub fn releasing(mut self, release: Release) -> Recipe {
        self.release = release;
        self
    }

    /// The same with another value.
    pub fn with(mut self, parameter: &str, value: Value) -> Recipe {
        self.edits.push((parameter.to_owned(), value));
        self
    }

    /// The same with another seed.
    pub fn seeded(mut self, seed: u64) -> Recipe {
        self.seed = Some(seed);
        self
    }

    /// As JSON, for those who do the work elsewhere.
    pub fn to_json(&self) -> Value {
        let edits: Vec<Value> = self.edits.iter().map(|(name, value)| json!([name, value])).collect();
        json!([self.strategy.api_name(), self.release.key(), self.seed, edits])
    }

    /// Reads what [`Recipe::to_json`] wrote.
    pub fn from_json(value: &Value) -> Option<Recipe> {
        let edits =
            value[3].as_array()?.iter().map(|pair| Some((pair[0].as_str()?.to_owned(), pair[1].clone())));
        Some(Recipe {
            strategy: StrategyName::from_api_name(value[0].as_str()?)?,
            release: Release::named(value[1].as_str()?)?,
            seed: value[2].as_u64(),
            edits: edits.collect::<Option<_>>()?,
        })
    }
}

/// The recording in question, and on which terms its runs are judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    /// The recording.
    document: Value,
    /// The service whose deployment is in question.
    service: usize,
    /// Prices and promises.
    terms: Terms,
    /// What a task takes.
    size: TaskSize,
}

/// A run of a recipe.
#[derive(Clone, Debug)]
pub struct Shot {
    /// What it was made from.
    pub scenario: Scenario,
    /// The run.
    pub run: Run,
    /// Its figures.
    pub board: Scoreboard,
    /// What the reader had to assume.
    pub assumptions: Vec<Assumption>,
}

impl Base {
    /// Asks about the deployment of a service of the recording. Where it deploys nothing, its last revision is
    /// deployed at second 0.
    ///
    /// # Errors
    /// What the reader says of the recording.
    pub fn new(document: &Value, service: usize, terms: Terms) -> Result<Base, Vec<Problem>> {
        let scenario = read_document(document)?.scenario;
        let mut document = document.clone();
        let asked = &scenario.services[service];
        if last_deploy(&scenario, service).is_none() {
            let revision = asked.revisions.last().map(|revision| revision.name.clone());
            let deploy = json!({"service": asked.name, "revision": revision});
            intervene(&mut document, json!({"atSeconds": 0, "deploy": deploy}));
        }
        let size = TaskSize::of(&document["services"][service]);
        Ok(Base { document, service, terms, size })
    }

    /// As JSON, for those who do the work elsewhere.
    pub fn to_json(&self) -> Value {
        let Terms { vcpu_hour, gb_hour, availability_percent } = self.terms;
        json!([self.document, self.service, vcpu_hour, gb_hour, availability_percent])
    }

    /// Reads what [`Base::to_json`] wrote.
    pub fn from_json(value: &Value) -> Option<Base> {
        let terms = Terms {
            vcpu_hour: value[2].as_f64()?,
            gb_hour: value[3].as_f64()?,
            availability_percent: value[4].as_f64(),
        };
        Base::new(&value[0], usize::try_from(value[1].as_u64()?).ok()?, terms).ok()
    }

    /// The same question on other terms.
    pub fn on(&self, terms: Terms) -> Base {
        Base { terms, ..self.clone() }
    }

    /// The service whose deployment is in question.
    pub fn service(&self) -> usize {
        self.service
    }

    /// Prices and promises.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// What a task takes.
    pub fn size(&self) -> &TaskSize {
        &self.size
    }

    /// The recording in question.
    pub fn recording(&self) -> &Value {
        &self.document
    }

    /// The strategy that the recording itself has.
    pub fn strategy(&self) -> StrategyName {
        strategy_of(&self.document, self.service)
    }

    /// The recording of a recipe, to be opened and played.
    ///
    /// # Errors
    /// What the reader says of it, or that there is no such parameter here.
    pub fn document(&self, recipe: &Recipe) -> Result<Value, Vec<Problem>> {
        let mut document = document_for(&self.document, self.service, recipe.strategy);
        if let Some(seed) = recipe.seed {
            put(&mut document, &["seed"], json!(seed));
        }
        if recipe.release == Release::AsRecorded && recipe.edits.is_empty() {
            return Ok(document);
        }
        let scenario = read_document(&document)?.scenario;
        let deploy = last_deploy(&scenario, self.service).unwrap_or(Deploy {
            service: self.service,
            revision: scenario.services[self.service].revisions.len() - 1,
            source: 0,
            at: SimTime::ZERO,
        });
        recipe.release.write(&mut document, &scenario, &deploy);
        let subject = Subject { scenario: &scenario, service: self.service, revision: deploy.revision };
        for (name, value) in &recipe.edits {
            if !parameters::edit(&mut document, subject, name, value.clone()) {
                return Err(vec![Problem {
                    path: name.clone(),
                    message: format!("is no parameter of this service by {}", recipe.strategy),
                    nearest: None,
                }]);
            }
        }
        Ok(document)
    }

    /// A bad release to set beside a good one: the recording's own where it is not good already, else one with errors.
    pub fn bad_release(&self) -> Release {
        let document = |release: Release| self.document(&Recipe::plain(self.strategy()).releasing(release));
        let scenario = |release: Release| Some(read_document(&document(release).ok()?).ok()?.scenario);
        let (Some(good), Some(recorded)) = (scenario(Release::Good), scenario(Release::AsRecorded)) else {
            return Release::Errors;
        };
        // A good release is watched for longer, which makes it no other release.
        let turns = recorded.interventions.iter().any(|it| matches!(it.act, Act::SetBehavior { .. }));
        let is_good = good.services == recorded.services && !turns;
        if is_good { Release::Errors } else { Release::AsRecorded }
    }

    /// The parameters of the recording by a strategy that can be varied, with their ranges.
    pub fn parameters(&self, strategy: StrategyName) -> Vec<parameters::Parameter> {
        let document = document_for(&self.document, self.service, strategy);
        let Ok(reading) = read_document(&document) else { return Vec::new() };
        let revision = last_deploy(&reading.scenario, self.service).map_or(0, |deploy| deploy.revision);
        parameters::parameters(
            &document,
            Subject { scenario: &reading.scenario, service: self.service, revision },
        )
    }
}

/// The figures of a recipe's run, or the first thing that is wrong with its recording.
pub type Measured = Result<Scoreboard, String>;

/// One worker's bench: simulates recipes one after the other, compiling the hooks' scripts only where they differ from
/// those of the run before.
pub struct Workbench<'b> {
    base: &'b Base,
    scripts: Option<(BTreeMap<String, String>, Scripts)>,
}

impl<'b> Workbench<'b> {
    /// A bench for recipes of that recording.
    pub fn new(base: &'b Base) -> Workbench<'b> {
        Workbench { base, scripts: None }
    }

    /// Simulates a recipe.
    ///
    /// # Errors
    /// What the reader says of its recording.
    pub fn shoot(&mut self, recipe: &Recipe) -> Result<Shot, Vec<Problem>> {
        let base = self.base;
        let reading = read_document(&base.document(recipe)?)?;
        let (scenario, assumptions) = (reading.scenario, reading.assumptions);
        if self.scripts.as_ref().is_none_or(|(sources, _)| *sources != scenario.hooks) {
            self.scripts = Some((scenario.hooks.clone(), Scripts::compile(&scenario.hooks)));
        }
        let (_, scripts) = self.scripts.as_ref().expect("compiled above");
        let run = simulate(&scenario, &mut scripts.runner());
        let board = Scoreboard::of(&scenario, &run, base.service, &base.size, &base.terms);
        Ok(Shot { scenario, run, board, assumptions })
    }

    /// The figures of a recipe's run.
    pub fn measure(&mut self, recipe: &Recipe) -> Measured {
        match self.shoot(recipe) {
            Ok(shot) => Ok(shot.board),
            Err(problems) => Err(problems.first().map(ToString::to_string).unwrap_or_default()),
        }
    }
}

/// The last deploy of a service.
fn last_deploy(scenario: &Scenario, service: usize) -> Option<Deploy> {
    let deploys = scenario.interventions.iter().filter_map(|intervention| match intervention.act {
        Act::Deploy { service: of, revision, .. } if of == service => Some((intervention, revision)),
        _ => None,
    });
    let mut source = 0;
    let mut last = None;
    for (intervention, revision) in deploys {
        if let Some(Deploy { revision, .. }) = last {
            source = revision;
        }
        let at = match intervention.when {
            When::At(at) => at,
            When::Moment { .. } => SimTime::ZERO,
        };
        last = Some(Deploy { service, revision, source, at });
    }
    last
}
