//! Lifecycle hooks as a person works on them: attached, moved to other stages, removed, their scripts rewritten and tried.
//!
//! A hook that is edited is an entry of the service's `lifecycleHooks` and, for a Lambda, a script in the recording's
//! `hooks`; both are changed in the document, and it is the reader of files that says whether the result is one.

use super::film::Film;
use super::recording::put;
use super::*;
use crate::engine::HookRecord;
use crate::formats::recording::function_name;
use crate::script::{READY_MADE, ScriptProblem, Scripts, ready_made};
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// What is done to the hooks of the service in view. A `place` counts the entries of `lifecycleHooks`, from 0.
#[derive(Clone, Debug, PartialEq)]
pub enum HookEdit {
    /// A hook is attached to a stage.
    Attach {
        /// The ready-made script it runs, or the function of the recording that it calls, by name; a PAUSE hook where
        /// none is named.
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
    /// `roleArn`: the role by which ECS may invoke the function.
    Role {
        /// Which hook.
        place: usize,
        /// Its ARN; empty where none is given.
        role: String,
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
    /// `roleArn`; empty where it gives none.
    pub role: String,
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
    /// An entry of `lifecycleHooks` as it is written, whether or not it can be used so.
    fn of(place: usize, entry: &Value, scripts: &BTreeMap<String, String>) -> HookView {
        let text = |key: &str| entry[key].as_str().unwrap_or_default();
        let pauses = text("targetType") == "PAUSE";
        let name = if pauses { "PAUSE" } else { function_name(text("hookTargetArn")) };
        let stages = entry["lifecycleStages"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let timeout = &entry["timeoutConfiguration"];
        let action = timeout["action"].as_str().and_then(HookAction::from_api_name);
        HookView {
            place,
            name: name.to_owned(),
            pauses,
            role: text("roleArn").to_owned(),
            stages: stages.filter_map(LifecycleStage::from_api_name).collect(),
            minutes: timeout["timeoutInMinutes"].as_u64().unwrap_or(MOST_LAMBDA_MINUTES),
            action: action.unwrap_or(HookAction::Rollback),
            source: scripts.get(name).filter(|_| !pauses).cloned(),
        }
    }

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
        let configuration = &self.document["services"][self.service]["service"]["deploymentConfiguration"];
        self.hook_views(configuration["lifecycleHooks"].as_array().map_or(&[], Vec::as_slice))
    }

    /// Entries of `lifecycleHooks`, with their scripts.
    pub(super) fn hook_views(&self, entries: &[Value]) -> Vec<HookView> {
        let scripts = &self.scenario().hooks;
        entries.iter().enumerate().map(|(place, entry)| HookView::of(place, entry, scripts)).collect()
    }

    /// The functions of the recording that no ready-made script is, by name: they can be attached, too.
    pub fn functions(&self) -> Vec<String> {
        self.scenario().hooks.keys().filter(|name| ready_made(name).is_none()).cloned().collect()
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
        if let HookEdit::Source { hook, source } = edit {
            put(&mut document, &["hooks", hook], json!({"source": source}));
            return (document, format!("script {hook}"));
        }
        let function = provide(&mut document, edit);
        let arn = function.as_deref().map(|function| self.arn_of_function(function));
        self.change_hooks(&mut document, |hooks| make(edit, hooks, arn));
        let name = |place: &usize| self.hook_name(*place);
        let label = match edit {
            HookEdit::Attach { .. } => format!("attach {}", function.as_deref().unwrap_or(PAUSE)),
            HookEdit::Stages { place, stages } => {
                format!("{} at {}", name(place), names_of(stages).join(", "))
            }
            HookEdit::Timeout { place, minutes, .. } => {
                format!("{} times out after {minutes} min", name(place))
            }
            HookEdit::Role { place, .. } => format!("role of {}", name(place)),
            HookEdit::Remove { place } => format!("remove {}", name(place)),
            HookEdit::Source { hook, .. } => format!("script {hook}"),
        };
        (document, label)
    }

    /// A list of `lifecycleHooks` as edits leave it. The scripts that it comes to need are put into the document.
    pub(super) fn edited_hooks(
        &self,
        mut hooks: Vec<Value>,
        edits: &[HookEdit],
        document: &mut Value,
    ) -> Vec<Value> {
        for edit in edits {
            let arn = provide(document, edit).map(|function| self.arn_of_function(&function));
            make(edit, &mut hooks, arn);
        }
        hooks
    }

    fn arn_of_function(&self, function: &str) -> String {
        format!("arn:aws:lambda:{}:function:{function}", self.region_and_account())
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

    /// `region:account` of the service, where one of its ARNs tells; else AWS's own example account.
    pub(super) fn region_and_account(&self) -> String {
        let service = &self.document["services"][self.service]["service"];
        let told = [
            "/serviceArn",
            "/loadBalancers/0/targetGroupArn",
            "/deploymentConfiguration/lifecycleHooks/0/hookTargetArn",
        ];
        let here = told.into_iter().find_map(|pointer| {
            match service.pointer(pointer)?.as_str()?.split(':').collect::<Vec<_>>()[..] {
                ["arn", _, _, region, account, ..] => Some(format!("{region}:{account}")),
                _ => None,
            }
        });
        here.unwrap_or_else(|| "us-east-1:123456789012".to_owned())
    }
}

fn edit_list(configuration: &mut Map<String, Value>, change: impl FnOnce(&mut Vec<Value>)) {
    if let Value::Array(hooks) = configuration.entry("lifecycleHooks").or_insert_with(|| json!([])) {
        change(hooks);
    }
}

/// What a PAUSE hook is called, and its `targetType`.
const PAUSE: &str = "PAUSE";

/// Makes an edit in a list of `lifecycleHooks`. A Lambda that is attached has this ARN.
fn make(edit: &HookEdit, hooks: &mut Vec<Value>, arn: Option<String>) {
    let mut change = |place: usize, key: &str, value: Value| {
        if let Some(hook) = hooks.get_mut(place) {
            put(hook, &[key], value);
        }
    };
    match edit {
        HookEdit::Attach { stage, .. } => {
            let stages = [stage.api_name()];
            hooks.push(match arn {
                Some(arn) => json!({"hookTargetArn": arn, "lifecycleStages": stages}),
                None => json!({"targetType": PAUSE, "lifecycleStages": stages}),
            });
        }
        HookEdit::Stages { place, stages } => change(*place, "lifecycleStages", json!(names_of(stages))),
        HookEdit::Timeout { place, minutes, action } => {
            let timeout = json!({"timeoutInMinutes": minutes, "action": action.api_name()});
            change(*place, "timeoutConfiguration", timeout);
        }
        HookEdit::Role { place, role } if role.is_empty() => {
            if let Some(hook) = hooks.get_mut(*place).and_then(Value::as_object_mut) {
                hook.shift_remove("roleArn");
            }
        }
        HookEdit::Role { place, role } => change(*place, "roleArn", json!(role)),
        HookEdit::Remove { place } => {
            if *place < hooks.len() {
                hooks.remove(*place);
            }
        }
        HookEdit::Source { .. } => {}
    }
}

fn names_of(stages: &[LifecycleStage]) -> Vec<&'static str> {
    stages.iter().map(|stage| stage.api_name()).collect()
}

/// Puts the ready-made script that an edit attaches among the recording's, and tells under which name: its own, unless
/// another script has it. A function of the recording is there already; a PAUSE hook has none.
fn provide(document: &mut Value, edit: &HookEdit) -> Option<String> {
    let HookEdit::Attach { script: Some(name), .. } = edit else { return None };
    let Some(source) = ready_made(name) else { return Some(name.clone()) };
    let taken = |document: &Value, name: &str| {
        let there = document.pointer("/hooks").and_then(|hooks| hooks.get(name)?.get("source")?.as_str());
        there.is_some_and(|there| there != source)
    };
    let mut free = name.clone();
    let mut number = 2;
    while taken(document, &free) {
        free = format!("{name}-{number}");
        number += 1;
    }
    put(document, &["hooks", &free], json!({"source": source}));
    Some(free)
}
