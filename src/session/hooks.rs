//! Lifecycle hooks as a person works on them: attached, moved to other stages, removed, their scripts rewritten and tried.
//!
//! A hook that is edited is an entry of the service's `lifecycleHooks` and, for a Lambda, a script in the recording's
//! `hooks`; both are changed in the document, and it is the reader of files that says whether the result is one.

use super::film::Film;
use super::recording::put;
use super::*;
use crate::engine::HookRecord;
use crate::script::{READY_MADE, ScriptProblem, Scripts, ready_made};
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// What is done to the hooks of the service in view. A `place` counts the entries of `lifecycleHooks`, from 0.
#[derive(Clone, Debug, PartialEq)]
pub enum HookEdit {
    /// A hook is attached to a stage.
    Attach {
        /// The ready-made script it runs, by name; a PAUSE hook where none is named.
        script: Option<String>,
        /// Where.
        stage: LifecycleStage,
    },
    /// It is attached to these stages and no others.
    Stages {
        /// Which hook.
        place: usize,
        /// At least one.
        stages: Vec<LifecycleStage>,
    },
    /// `timeoutConfiguration`.
    Timeout {
        /// Which hook.
        place: usize,
        /// `timeoutInMinutes`.
        minutes: u64,
        /// What happens then.
        action: HookAction,
    },
    /// It is taken off.
    Remove {
        /// Which hook.
        place: usize,
    },
    /// The script behind a function is another one.
    Source {
        /// The function's name.
        hook: String,
        /// The script.
        source: String,
    },
}

/// A hook of the service in view.
#[derive(Clone, Debug, PartialEq)]
pub struct HookView {
    /// Its place in `lifecycleHooks`.
    pub place: usize,
    /// The function's name; `PAUSE` for a PAUSE hook.
    pub name: String,
    /// Whether it waits for ContinueServiceDeployment instead of calling a function.
    pub pauses: bool,
    /// The stages it is attached to.
    pub stages: Vec<LifecycleStage>,
    /// `timeoutInMinutes`.
    pub minutes: u64,
    /// What happens then.
    pub action: HookAction,
    /// The script; none behind a PAUSE hook, or where the recording names a function it does not have.
    pub source: Option<String>,
}

impl HookView {
    /// The stages it may be attached to, in their order.
    pub fn possible_stages(&self) -> impl Iterator<Item = LifecycleStage> + use<> {
        stages_for(self.pauses)
    }
}

/// The stages that a hook may be attached to, in their order.
pub fn stages_for(pauses: bool) -> impl Iterator<Item = LifecycleStage> {
    let fits = move |stage: &LifecycleStage| {
        if pauses { stage.takes_pause_hooks() } else { stage.takes_hooks() }
    };
    LifecycleStage::ALL.iter().copied().filter(fits)
}

/// The scripts that can be attached as they are: name and title.
pub fn ready_made_scripts() -> impl Iterator<Item = (&'static str, &'static str)> {
    READY_MADE.iter().map(|&(name, title, _)| (name, title))
}

/// What a draft of a script would do.
#[derive(Clone, Debug, PartialEq)]
pub enum Trial {
    /// It does not compile.
    Broken(ScriptProblem),
    /// The run never calls it.
    NeverCalled,
    /// Its first call in this run.
    Called(Box<HookRecord>),
}

impl Session {
    /// The hooks of the service in view.
    pub fn hooks(&self) -> Vec<HookView> {
        let scenario = self.scenario();
        let view = |(place, hook): (usize, &LifecycleHook)| HookView {
            place,
            name: hook.name().to_owned(),
            pauses: hook.target == HookTarget::Pause,
            stages: hook.stages.clone(),
            minutes: hook.timeout.0 / 60_000,
            action: hook.timeout_action,
            source: match &hook.target {
                HookTarget::Lambda { function } => scenario.hooks.get(function).cloned(),
                HookTarget::Pause => None,
            },
        };
        scenario.services[self.service].hooks.iter().enumerate().map(view).collect()
    }

    /// The calls of the hooks of the deployment in view up to the playhead, each with its answer, the last one first.
    pub fn hook_calls(&self) -> Vec<&HookRecord> {
        let (run, now) = (self.run(), self.playback.playhead);
        let Some(number) = self.shown.index.deployment_in_view(run, now) else { return Vec::new() };
        let records = run.deployments[number].hooks.iter().rev();
        records.filter(|record| record.answered <= now).collect()
    }

    /// What a draft of the script behind a function would do in this very run: nothing of it is kept.
    pub fn try_script(&self, hook: &str, source: &str) -> Trial {
        let draft = BTreeMap::from([(hook.to_owned(), source.to_owned())]);
        if let Some(problem) = Scripts::compile(&draft).problems().pop() {
            return Trial::Broken(problem);
        }
        let mut document = self.document.clone();
        put(&mut document, &["hooks", hook], json!({"source": source}));
        let film = Film::shoot(&document, self.service, self.strategy);
        let first = film.ok().and_then(|film| {
            let mine = film.run.deployments.iter().filter(|deployment| deployment.service == self.service);
            mine.flat_map(|deployment| &deployment.hooks).find(|record| record.hook == hook).cloned()
        });
        first.map_or(Trial::NeverCalled, |record| Trial::Called(Box::new(record)))
    }

    /// The document with the hooks edited, and what that is called.
    pub(super) fn with_hooks(&self, edit: &HookEdit) -> (Value, String) {
        let mut document = self.document.clone();
        let label = match edit {
            HookEdit::Attach { script: Some(name), stage } => {
                let name = provide(&mut document, name);
                let arn = format!("arn:aws:lambda:{}:function:{name}", self.region_and_account());
                self.change_hooks(&mut document, |hooks| {
                    hooks.push(json!({"hookTargetArn": arn, "lifecycleStages": [stage.api_name()]}));
                });
                format!("attach {name}")
            }
            HookEdit::Attach { script: None, stage } => {
                self.change_hooks(&mut document, |hooks| {
                    hooks.push(json!({"targetType": "PAUSE", "lifecycleStages": [stage.api_name()]}));
                });
                "attach PAUSE".to_owned()
            }
            HookEdit::Stages { place, stages } => {
                let names: Vec<&str> = stages.iter().map(|stage| stage.api_name()).collect();
                self.change_hooks(&mut document, |hooks| {
                    if let Some(hook) = hooks.get_mut(*place) {
                        put(hook, &["lifecycleStages"], json!(names));
                    }
                });
                format!("{} at {}", self.hook_name(*place), names.join(", "))
            }
            HookEdit::Timeout { place, minutes, action } => {
                let timeout = json!({"timeoutInMinutes": minutes, "action": action.api_name()});
                self.change_hooks(&mut document, |hooks| {
                    if let Some(hook) = hooks.get_mut(*place) {
                        put(hook, &["timeoutConfiguration"], timeout);
                    }
                });
                format!("{} times out after {minutes} min", self.hook_name(*place))
            }
            HookEdit::Remove { place } => {
                self.change_hooks(&mut document, |hooks| {
                    if *place < hooks.len() {
                        hooks.remove(*place);
                    }
                });
                format!("remove {}", self.hook_name(*place))
            }
            HookEdit::Source { hook, source } => {
                put(&mut document, &["hooks", hook], json!({"source": source}));
                format!("script {hook}")
            }
        };
        (document, label)
    }

    /// Changes `lifecycleHooks`, which is made where there is none.
    fn change_hooks(&self, document: &mut Value, change: impl FnOnce(&mut Vec<Value>)) {
        let path = format!("/services/{}/service/deploymentConfiguration", self.service);
        let configuration = document.pointer_mut(&path).and_then(Value::as_object_mut);
        match configuration {
            Some(configuration) => edit_list(configuration, change),
            None => {
                let mut configuration = Map::new();
                edit_list(&mut configuration, change);
                let place = self.service.to_string();
                let keys = ["services", &place, "service", "deploymentConfiguration"];
                put(document, &keys, Value::Object(configuration));
            }
        }
    }

    fn hook_name(&self, place: usize) -> String {
        let hook = self.scenario().services[self.service].hooks.get(place);
        hook.map_or("hook", LifecycleHook::name).to_owned()
    }

    /// `region:account` of the service, where its ARN tells; else AWS's own example account.
    pub(super) fn region_and_account(&self) -> String {
        let path = format!("/services/{}/service/serviceArn", self.service);
        let arn = self.document.pointer(&path).and_then(Value::as_str).unwrap_or_default();
        match arn.split(':').collect::<Vec<_>>()[..] {
            ["arn", _, "ecs", region, account, ..] => format!("{region}:{account}"),
            _ => "us-east-1:123456789012".to_owned(),
        }
    }
}

fn edit_list(configuration: &mut Map<String, Value>, change: impl FnOnce(&mut Vec<Value>)) {
    if let Value::Array(hooks) = configuration.entry("lifecycleHooks").or_insert_with(|| json!([])) {
        change(hooks);
    }
}

/// Puts a ready-made script among the recording's, and tells under which name: its own, unless another script has it.
fn provide(document: &mut Value, name: &str) -> String {
    let source = ready_made(name).unwrap_or_default();
    let taken = |document: &Value, name: &str| {
        let there = document.pointer("/hooks").and_then(|hooks| hooks.get(name)?.get("source")?.as_str());
        there.is_some_and(|there| there != source)
    };
    let mut free = name.to_owned();
    let mut number = 2;
    while taken(document, &free) {
        free = format!("{name}-{number}");
        number += 1;
    }
    put(document, &["hooks", &free], json!({"source": source}));
    free
}
