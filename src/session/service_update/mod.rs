//! UpdateService as a person fills it in: its fields, what is wrong with a draft at which of them, and what it would do.
//!
//! A draft gives only what it changes, as a call of the AWS CLI does. Changing to a strategy that shifts traffic asks
//! for what the service lacks, as ECS does. Whether a value is acceptable is decided by the reader of recordings; here
//! stands only what ECS asks for where the reader would make something up.

mod fields;
mod input;

pub use fields::{Entry, UpdateField};

use super::call::update_service;
use super::recording::{intervene, seconds};
use super::*;
use crate::engine::Fact;
use crate::formats::read_document;
use crate::formats::recording::STARTS_DEPLOYMENT;
use fields::{CONFIGURATION, mistake};
use input::{given, input};
use serde_json::json;
use std::collections::BTreeMap;

/// What a person has changed in the form so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// What was typed, by field. A field that is missing, or holds what holds already, is not given.
    pub fields: BTreeMap<&'static str, String>,
    /// What was done to the hooks, in order.
    pub hooks: Vec<HookEdit>,
}

/// A draft with what comes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateForm {
    /// Its fields, those of one place together.
    pub fields: Vec<UpdateField>,
    /// The hooks.
    pub hooks: Vec<HookView>,
    /// What is wrong with the whole.
    pub problems: Vec<Problem>,
    /// What it would do, and why; or that it deploys nothing.
    pub effect: String,
    /// Why AWS would refuse it at the playhead.
    pub refused: Option<String>,
    /// The call of the AWS CLI.
    pub call: String,
    /// The `updateService` intervention.
    pub input: Value,
}

impl UpdateForm {
    /// Whether it can be made: it changes something, and nothing is wrong with it.
    pub fn is_ready(&self) -> bool {
        let right = self.problems.is_empty() && self.fields.iter().all(|field| field.wrong.is_none());
        right && self.refused.is_none() && given(&self.input).next().is_some()
    }

    /// Whether a field could be filled in with an example.
    pub fn lacks_something(&self) -> bool {
        self.fields.iter().any(|field| field.text.is_empty() && !field.example.is_empty())
    }
}

impl Session {
    /// What a draft of an UpdateService at the playhead comes to.
    pub fn update_form(&self, draft: &Draft) -> UpdateForm {
        self.drafted(draft).0
    }

    /// That, and the document in which the call is made.
    fn drafted(&self, draft: &Draft) -> (UpdateForm, Value) {
        let frame = self.frame();
        let service = self.service_in_force();
        let chosen = draft.fields.get("strategy").and_then(|name| StrategyName::from_api_name(name));
        let strategy = chosen.unwrap_or(service.deployment.strategy.name());
        let balancers = self.in_force("/loadBalancers");
        let mut fields = self.update_fields(strategy, &balancers);
        for field in &mut fields {
            field.text = draft.fields.get(field.name).unwrap_or(&field.now).trim().to_owned();
            field.wrong = mistake(field, strategy);
        }
        let mut document = self.document.clone();
        let hooks_now = self.in_force("/deploymentConfiguration/lifecycleHooks");
        let hooks_now = hooks_now.as_array().cloned().unwrap_or_default();
        let hooks = self.edited_hooks(hooks_now.clone(), &draft.hooks, &mut document);
        let given_hooks = (hooks != hooks_now).then_some(hooks.as_slice());
        let input = input(&frame.service, strategy, &fields, &balancers, given_hooks);
        let place = document["interventions"].as_array().map_or(0, Vec::len);
        intervene(&mut document, self.as_intervention(&input));
        let mut problems = read_document(&document).err().unwrap_or_default();
        // What is wrong at a field is told there.
        problems.retain(|problem| {
            let name = problem.path.rsplit('.').next().unwrap_or_default();
            let of_draft = problem.path.starts_with(&format!("interventions[{place}]."));
            match fields.iter_mut().find(|field| of_draft && field.name == name) {
                Some(field) => {
                    field.wrong.get_or_insert_with(|| problem.message.clone());
                    false
                }
                None => true,
            }
        });
        let ongoing = frame.deployment.as_ref().filter(|it| it.status.is_some_and(|it| !it.is_terminal()));
        let changes_strategy = ongoing.is_some_and(|it| it.strategy != strategy);
        let refused = changes_strategy && input.get(CONFIGURATION).is_some();
        let stopped = ongoing.and(frame.target.as_ref()).map(|target| target.called.as_str());
        let wrong = fields.iter().filter(|field| field.wrong.is_some()).count();
        let form = UpdateForm {
            effect: match wrong {
                0 => effect(&input, strategy, service.deployment.strategy.name(), stopped),
                1 => "One field is still missing or wrong.".to_owned(),
                _ => format!("{wrong} fields are still missing or wrong."),
            },
            refused: refused.then(|| {
                "AWS would refuse it now: the strategy cannot be changed while a deployment is under way."
                    .to_owned()
            }),
            call: update_service(service, &input),
            fields,
            hooks: self.hook_views(&hooks),
            problems,
            input,
        };
        (form, document)
    }

    /// Makes the call that a draft has come to, an instant after the playhead.
    pub(super) fn call_update_service(&mut self, draft: &Draft) -> Changed {
        let (form, document) = self.drafted(draft);
        if let Some(refused) = form.refused {
            self.notice = Some(refused);
            return Changed::Panels;
        }
        let changed = self.act_by(document, "Update service");
        if changed == Changed::Everything {
            let place = self.shown.scenario.interventions.len() - 1;
            let refused = self.shown.run.events.iter().any(
                |event| matches!(event.fact, Fact::Refused { intervention, .. } if intervention == place),
            );
            self.notice = (!refused).then_some(form.effect);
        }
        changed
    }

    fn as_intervention(&self, input: &Value) -> Value {
        json!({"atSeconds": seconds(self.playback.playhead.0 + 1), "updateService": input})
    }

    /// The service as updates have left it at the playhead.
    fn service_in_force(&self) -> &Service {
        let run = &self.shown.run.services[self.service];
        run.configuration.at(self.playback.playhead).unwrap_or(&self.shown.scenario.services[self.service])
    }

    /// What an UpdateService input gives at this pointer, as updates have left it at the playhead.
    fn in_force(&self, pointer: &str) -> Value {
        let now = self.playback.playhead;
        let made = |place: usize| {
            self.shown.run.events.iter().any(|event| {
                event.at <= now
                    && matches!(event.fact, Fact::Intervened { intervention, .. } if intervention == place)
            })
        };
        let interventions = self.document["interventions"].as_array().into_iter().flatten().enumerate();
        let updates = interventions.filter_map(|(place, it)| {
            let of = self.shown.scenario.interventions[place].act.service();
            let given = it["updateService"].pointer(pointer)?;
            (of == Some(self.service) && made(place)).then_some(given)
        });
        let first = self.document["services"][self.service]["service"].pointer(pointer);
        updates.last().or(first).cloned().unwrap_or_default()
    }
}

/// What an input would do, and why.
fn effect(input: &Value, strategy: StrategyName, before: StrategyName, stopped: Option<&str>) -> String {
    let starts: Vec<&str> = given(input).filter(|key| STARTS_DEPLOYMENT.contains(key)).collect();
    let all: Vec<&str> = given(input).collect();
    if all.is_empty() {
        return "Nothing is changed yet.".to_owned();
    }
    if starts.is_empty() {
        let next = if strategy == before {
            String::new()
        } else {
            format!(" The next deployment goes by {strategy}.")
        };
        return format!("Deploys nothing: changing {} starts no deployment.{next}", listed(&all));
    }
    let verb = if starts.len() == 1 { "is" } else { "are" };
    let stops = stopped
        .map(|name| format!(" It stops the deployment of {name} that is under way."))
        .unwrap_or_default();
    format!("Starts a deployment by {strategy}, because {} {verb} given.{stops}", listed(&starts))
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
