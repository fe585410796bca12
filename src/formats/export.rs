//! ECS's own JSON out: what was pasted, with only the edits.

use serde_json::{Value, json};

/// The service of a recording, as ECS has it: every field as given, unknown ones included, in the file's order.
///
/// Several services come as describe-services lists them.
pub fn ecs(document: &Value) -> Value {
    let entries = document.get("services").and_then(Value::as_array);
    let mut services: Vec<Value> =
        entries.into_iter().flatten().filter_map(|entry| entry.get("service").cloned()).collect();
    if services.len() == 1 { services.remove(0) } else { json!({"services": services}) }
}
