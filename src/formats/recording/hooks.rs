//! `lifecycleHooks`, and the scripts behind them.

use super::fields;
use crate::formats::reader::{Kind, Node, Object, Reader};
use crate::model::*;
use crate::script::MAX_SOURCE;
use serde_json::Value;
use std::collections::BTreeMap;

const MOST_OF_A_KIND: usize = 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum TargetType {
    Lambda,
    Pause,
}

impl TargetType {
    const ALL: [TargetType; 2] = [TargetType::Lambda, TargetType::Pause];

    const fn api_name(self) -> &'static str {
        match self {
            TargetType::Lambda => "AWS_LAMBDA",
            TargetType::Pause => "PAUSE",
        }
    }
}

/// The name of a hook's script: the function's name in `hookTargetArn`.
///
/// That is the ARN's last part, or the part before a version or alias that follows it.
pub fn function_name(arn: &str) -> &str {
    let after_keyword = arn.split_once(":function:").map(|(_, name)| name);
    match after_keyword {
        Some(name) => name.split(':').next().unwrap_or(name),
        None => arn.rsplit(':').next().unwrap_or(arn),
    }
}

/// The hooks of a `deploymentConfiguration`, where it gives any.
pub(crate) fn read(reader: &mut Reader, configuration: &Object<'_>) -> Option<Vec<LifecycleHook>> {
    if !configuration.has("lifecycleHooks") {
        return None;
    }
    let nodes = reader.list(configuration, "lifecycleHooks", 2 * MOST_OF_A_KIND);
    let hooks: Vec<LifecycleHook> = nodes.into_iter().filter_map(|node| hook(reader, node)).collect();
    for kind in TargetType::ALL {
        let count = hooks
            .iter()
            .filter(|hook| (hook.target == HookTarget::Pause) == (kind == TargetType::Pause))
            .count();
        if count > MOST_OF_A_KIND {
            let message =
                format!("may hold at most {MOST_OF_A_KIND} {} hooks; it holds {count}", kind.api_name());
            reader.refuse(configuration.path_of("lifecycleHooks"), message);
        }
    }
    Some(hooks)
}

/// `hooks`: the scripts by name.
pub(crate) fn read_sources(reader: &mut Reader, document: &Object<'_>) -> BTreeMap<String, String> {
    const FIELDS: &[(&str, Kind)] = &[("source", Kind::Read)];
    let Some(node) = document.get("hooks") else { return BTreeMap::new() };
    let mut sources = BTreeMap::new();
    let hooks = reader.open_free(node);
    for (name, node) in hooks.entries() {
        let hook = reader.open(node, FIELDS);
        if sources.len() == super::MOST_HOOKS {
            reader.refuse(&hooks.path, format!("may hold at most {} hooks", super::MOST_HOOKS));
            break;
        }
        if !reader.require(&hook, "source", "a hook is its script") {
            continue;
        }
        if let Some(source) = source(reader, &hook) {
            sources.insert(name.to_owned(), source);
        }
    }
    sources
}

/// The `source` of an object, where it is a script of a length that is read.
pub(crate) fn source(reader: &mut Reader, object: &Object<'_>) -> Option<String> {
    let source = reader.text(object, "source")?;
    if source.len() > MAX_SOURCE {
        reader.refuse(object.path_of("source"), format!("is longer than {MAX_SOURCE} bytes"));
        return None;
    }
    Some(source.to_owned())
}

fn hook(reader: &mut Reader, node: Node<'_>) -> Option<LifecycleHook> {
    let hook = reader.open(node, fields::LIFECYCLE_HOOK);
    let kind = reader.word(&hook, "targetType", &TargetType::ALL, TargetType::api_name);
    let known = kind.is_some() || !hook.has("targetType");
    let kind = kind.unwrap_or(TargetType::Lambda);
    let arn = reader.name(&hook, "hookTargetArn");
    match kind {
        TargetType::Lambda if known => {
            reader.require(&hook, "hookTargetArn", "an AWS_LAMBDA hook names its function");
        }
        TargetType::Pause if hook.has("hookTargetArn") => {
            reader.warn(hook.path_of("hookTargetArn"), "not used by a PAUSE hook");
        }
        _ => {}
    }
    let stages = stages(reader, &hook, kind);

    let timeout = reader.object(&hook, "timeoutConfiguration", fields::HOOK_TIMEOUT);
    let longest = if kind == TargetType::Pause { MOST_PAUSE_MINUTES } else { MOST_LAMBDA_MINUTES };
    let limit = reader.minutes(&timeout, "timeoutInMinutes", 1..=longest);
    let action = reader.word(&timeout, "action", HookAction::ALL, HookAction::api_name);
    if !timeout.is_present() && hook.is_present() {
        reader.assume(
            timeout.path,
            format!("timeoutInMinutes {MOST_LAMBDA_MINUTES}, action ROLLBACK"),
            "the API's defaults",
        );
    }

    let target = match kind {
        TargetType::Pause => HookTarget::Pause,
        TargetType::Lambda => HookTarget::Lambda { function: function_name(arn?).to_owned() },
    };
    Some(LifecycleHook {
        target,
        stages,
        details: hook.get("hookDetails").map_or(Value::Null, |node| node.value.clone()),
        timeout: limit.unwrap_or(Span::from_mins(MOST_LAMBDA_MINUTES)),
        timeout_action: action.unwrap_or(HookAction::Rollback),
    })
}

fn stages(reader: &mut Reader, hook: &Object<'_>, kind: TargetType) -> Vec<LifecycleStage> {
    let allowed: Vec<LifecycleStage> = LifecycleStage::ALL
        .iter()
        .copied()
        .filter(
            |stage| if kind == TargetType::Pause { stage.takes_pause_hooks() } else { stage.takes_hooks() },
        )
        .collect();
    if !reader.require(hook, "lifecycleStages", "a hook is attached to at least one stage")
        || !hook.is_present()
    {
        return Vec::new();
    }
    let nodes = reader.list(hook, "lifecycleStages", LifecycleStage::ALL.len());
    if nodes.is_empty() && hook.get("lifecycleStages").is_some_and(|node| node.value.is_array()) {
        reader.refuse(hook.path_of("lifecycleStages"), "must name at least one stage");
    }
    let mut stages = Vec::new();
    for node in nodes {
        let Some(stage) = reader.word_of(&node, LifecycleStage::ALL, LifecycleStage::api_name) else {
            continue;
        };
        if !allowed.contains(&stage) {
            reader.refuse(node.path, format!("{stage} takes no {} hook", kind.api_name()));
        } else if !stages.contains(&stage) {
            stages.push(stage);
        }
    }
    stages
}

#[cfg(test)]
mod tests {
    use super::function_name;

    #[test]
    fn a_hook_is_named_by_its_function() {
        for (arn, name) in [
            ("arn:aws:lambda:eu-west-1:222222222222:function:approval", "approval"),
            ("arn:aws:lambda:eu-west-1:222222222222:function:approval:live", "approval"),
            ("approval", "approval"),
            ("somewhere:approval", "approval"),
        ] {
            assert_eq!(function_name(arn), name);
        }
    }
}
