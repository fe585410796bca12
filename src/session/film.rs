//! One strategy's run with all that is worked out of it once.

use super::drill::Secret;
use super::frame::{self, Frame, FrameIndex};
use super::outcome::Outcome;
use super::price::Price;
use super::recording::document_for;
use super::result::{ResultLine, result};
use super::timeline::{Timeline, timeline};
use crate::engine::{Approval, ApprovalState, DeploymentRun, Run, simulate};
use crate::formats::{Assumption, Problem, read_document};
use crate::model::*;
use crate::script::Scripts;
use serde_json::Value;
use std::cell::OnceCell;
use std::rc::Rc;

/// The present release under one strategy.
#[derive(Clone)]
pub struct Film {
    /// Which strategy.
    pub strategy: StrategyName,
    /// What the run was made from.
    pub scenario: Rc<Scenario>,
    /// The run.
    pub run: Rc<Run>,
    /// The hooks' scripts, compiled.
    scripts: Scripts,
    /// For its frames.
    pub index: Rc<FrameIndex>,
    /// What the reader warned of.
    pub warnings: Vec<Problem>,
    /// What the reader had to assume.
    pub assumptions: Vec<Assumption>,
    /// What the strategy's tab says.
    pub outcome: Outcome,
    /// What the service's deployments came to, once somebody has asked.
    results: OnceCell<Vec<Vec<ResultLine>>>,
}

/// A run with more events than this takes long enough to be felt; what is not needed at once is put off.
pub const MANY_EVENTS: usize = 5000;

impl Film {
    /// Simulates a recording with one of the strategies for its service in view.
    ///
    /// # Errors
    /// What the reader says of the recording under that strategy.
    pub fn shoot(document: &Value, service: usize, strategy: StrategyName) -> Result<Rc<Film>, Vec<Problem>> {
        Film::shoot_hiding(None, document, service, strategy)
    }

    /// The same with what a drill hides in it: its traces are taken out before anything is made of the run.
    ///
    /// # Errors
    /// What the reader says of the recording with the secret in it.
    pub fn shoot_hiding(
        secret: Option<&Secret>,
        document: &Value,
        service: usize,
        strategy: StrategyName,
    ) -> Result<Rc<Film>, Vec<Problem>> {
        let mut document = document_for(document, service, strategy);
        let hidden = secret.map(|secret| (secret, secret.write(&mut document)));
        let reading = read_document(&document)?;
        let scenario = reading.scenario;
        let scripts = Scripts::compile(&scenario.hooks);
        let mut run = simulate(&scenario, &mut scripts.runner());
        if let Some((secret, place)) = hidden {
            secret.hide(&mut run, place);
        }
        let index = FrameIndex::of(&scenario, &run, service);
        let outcome = Outcome::of(&run, &index, strategy);
        let mut film = Film {
            strategy,
            scenario: Rc::new(scenario),
            run: Rc::new(run),
            scripts,
            index: Rc::new(index),
            warnings: reading.warnings,
            assumptions: reading.assumptions,
            outcome,
            results: OnceCell::new(),
        };
        film.outcome.undo = film.undo();
        Ok(Rc::new(film))
    }

    /// What is seen at `at`.
    pub fn frame(&self, at: SimTime) -> Frame {
        frame::frame(&self.scenario, &self.run, &self.index, at)
    }

    /// The run's lanes.
    pub fn timeline(&self) -> Timeline {
        timeline(&self.scenario, &self.run, &self.index)
    }

    /// What the deployment in view came to; nothing before it is over.
    pub fn result(&self, at: SimTime) -> &[ResultLine] {
        let deployments = self.index.deployments();
        let in_view = self.index.deployment_in_view(&self.run, at);
        let Some(place) = deployments.iter().position(|number| Some(*number) == in_view) else { return &[] };
        let deployment = &self.run.deployments[deployments[place]];
        if frame::index::ended(deployment).is_none_or(|ended| ended > at) {
            return &[];
        }
        let all = self.results.get_or_init(|| {
            let one = |number: &usize| result(&self.scenario, &self.run, &self.run.deployments[*number]);
            deployments.iter().map(one).collect()
        });
        &all[place]
    }

    /// The instants of all events of the service, in order, each once.
    pub fn instants(&self) -> Vec<SimTime> {
        let mine = |of: Option<usize>| of.is_none_or(|of| of == self.index.service());
        let events = self.run.events.iter().filter(|event| mine(event.service));
        let mut instants: Vec<SimTime> = events.map(|event| event.at).collect();
        instants.dedup();
        instants
    }

    /// The instants at which a person is asked for and nobody has answered yet, in order: playing stops there.
    pub fn holds(&self) -> Vec<SimTime> {
        let service = self.index.service();
        let mine = |deployment: usize| self.run.deployments[deployment].service == service;
        let mut holds = Vec::new();
        if self.scenario.reviewer.is_none() {
            let open = |approval: &&Approval| approval.state.last() == Some(&ApprovalState::Pending);
            let approvals =
                self.run.approvals.iter().filter(open).filter(|approval| mine(approval.deployment));
            holds.extend(approvals.filter_map(|approval| Some(approval.state.steps().first()?.0)));
        }
        for deployment in self.run.deployments.iter().filter(|deployment| deployment.service == service) {
            let answered = |id: &str| {
                let by_person = |status| matches!(status, HookStatus::Succeeded | HookStatus::Failed);
                deployment.hooks.iter().any(|call| call.hook == id && by_person(call.status))
            };
            let asked = deployment.hooks.iter().filter(|call| call.status == HookStatus::AwaitingAction);
            holds.extend(asked.filter(|call| !answered(&call.hook)).map(|call| call.at));
        }
        holds.sort_unstable();
        holds.dedup();
        holds
    }

    /// What a rollback asked for at `at` would cost until no user meets the target; `None` where it would not begin.
    /// Exact: the fork is simulated to see.
    pub fn way_back(&self, at: SimTime) -> Option<Price> {
        let mut fork = (*self.scenario).clone();
        let act = Act::StopServiceDeployment { service: self.index.service() };
        fork.interventions.push(Intervention { when: When::At(at), act });
        let run = simulate(&fork, &mut self.scripts.runner());
        let mine =
            |it: &&DeploymentRun| it.service == self.index.service() && frame::index::started(it) <= at;
        let deployment = run.deployments.iter().rfind(mine)?;
        let rollback = deployment.rollback.as_ref()?;
        if rollback.at != at || !rollback.goes_back || deployment.is_first() {
            return None;
        }
        let back = rollback.users_back.unwrap_or(at);
        let failed = |until: SimTime| run.services[self.index.service()].traffic.production(until).failed;
        Some(Price { span: back.since(at), failed: failed(back) - failed(at) })
    }

    /// How long the last deployment's way back took, or would take at the last moment at which there is one.
    fn undo(&self) -> Option<Span> {
        let deployment = &self.run.deployments[*self.index.deployments().last()?];
        if deployment.is_first() {
            return None;
        }
        if let Some(rollback) = &deployment.rollback {
            return rollback
                .goes_back
                .then(|| rollback.users_back.map_or(Span::ZERO, |back| back.since(rollback.at)));
        }
        let service = &self.scenario.services[self.index.service()];
        if deployment.configuration.strategy.name().shifts() {
            return Some(service.timings.propagation);
        }
        if self.run.events.len() > MANY_EVENTS {
            return None;
        }
        self.way_back(frame::index::ended(deployment).unwrap_or(self.run.end) - Span(1))
            .map(|price| price.span)
    }
}
