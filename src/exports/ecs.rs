//! The services of a recording as ECS has them: what was pasted, with only the edits.

use crate::formats::{Problem, Reading};
use serde_json::{Value, json};

/// The service of a recording, as ECS has it: every field as given, unknown ones included, in the file's order.
///
/// Several services come as describe-services lists them.
pub fn ecs(document: &Value) -> Value {
    let mut services: Vec<Value> = services(document).cloned().collect();
    if services.len() == 1 { services.remove(0) } else { json!({"services": services}) }
}

/// The services of a recording as they were pasted.
pub(super) fn services(document: &Value) -> impl Iterator<Item = &Value> {
    let entries = document.get("services").and_then(Value::as_array);
    entries.into_iter().flatten().filter_map(|entry| entry.get("service"))
}

/// What the simulation made up because the strategy needs it, by path: ECS refuses the service without it.
pub(super) fn made_up(reading: &Reading, service: usize) -> impl Iterator<Item = Problem> + use<'_> {
    let path = format!("services[{service}].service.loadBalancers");
    let made_up = reading.assumptions.iter().filter(move |it| it.path.starts_with(&path));
    made_up.map(|it| Problem {
        path: it.path.clone(),
        message: format!("is missing, and ECS refuses the service without it; simulated was {}", it.value),
        nearest: None,
    })
}
