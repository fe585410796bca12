//! The UpdateService input that gives what was changed in the form, and nothing else.

use super::super::StrategyName;
use super::fields::{ADVANCED, BALANCER, CONFIGURATION, Entry, UpdateField};
use serde_json::{Value, json};

/// What was typed into a field, as a number.
pub(super) fn number(text: &str) -> Option<Value> {
    let whole = text.parse::<i64>().ok().map(|it| json!(it));
    whole.or_else(|| text.parse::<f64>().ok().filter(|it| it.is_finite()).map(|it| json!(it)))
}

/// The input that gives what the fields change.
pub(super) fn input(
    service: &str,
    strategy: StrategyName,
    fields: &[UpdateField],
    balancers: &Value,
    hooks: Option<&[Value]>,
) -> Value {
    let mut input = json!({"service": service});
    let changed = fields.iter().filter(|field| field.text != field.now);
    for field in changed {
        if let Some(value) = value(field) {
            holder(&mut input, field.place, balancers)[field.name] = value;
        } else if field.text.is_empty() && field.name == TAKEN_OFF {
            let advanced = holder(&mut input, field.place, balancers).as_object_mut();
            advanced.and_then(|advanced| advanced.shift_remove(TAKEN_OFF));
        }
    }
    if let Some(hooks) = hooks {
        input[CONFIGURATION]["lifecycleHooks"] = json!(hooks);
    }
    // The block that only this strategy has goes with its name.
    if input.get(CONFIGURATION).is_some() {
        input[CONFIGURATION]["strategy"] = json!(strategy.api_name());
    }
    input
}

/// The one field that is taken off by emptying it.
const TAKEN_OFF: &str = "testListenerRule";

/// What a field gives; nothing where it is empty or no number.
fn value(field: &UpdateField) -> Option<Value> {
    match field.text.as_str() {
        "" => None,
        text if matches!(field.entry, Entry::Number(_)) => number(text),
        "true" => Some(json!(true)),
        text => Some(json!(text)),
    }
}

/// The object in which the fields of a place stand. A list of load balancers is given whole, as ECS takes it.
fn holder<'i>(input: &'i mut Value, place: &str, balancers: &Value) -> &'i mut Value {
    if matches!(place, BALANCER | ADVANCED) && input.get("loadBalancers").is_none() {
        let there = balancers.as_array().filter(|list| !list.is_empty());
        input["loadBalancers"] = there.map_or_else(|| json!([{}]), |list| json!(list));
    }
    match place {
        "" => input,
        BALANCER => &mut input["loadBalancers"][0],
        ADVANCED => &mut input["loadBalancers"][0]["advancedConfiguration"],
        place => place.split('.').fold(input, |object, key| &mut object[key]),
    }
}

/// The fields that an input gives, besides the name of the service.
pub(super) fn given(input: &Value) -> impl Iterator<Item = &str> {
    input
        .as_object()
        .into_iter()
        .flat_map(|input| input.keys())
        .map(String::as_str)
        .filter(|key| *key != "service")
}
