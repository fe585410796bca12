//! A recording taken elsewhere: to ECS, to a shell, to CloudFormation, to a spreadsheet.
//!
//! What ECS knows goes out as it came in, with only the edits; what only the simulation knows stays in the recording. In
//! reading order:

mod shape;
mod cli;
mod cloudformation;
mod difference;
mod table;

pub use cli::{cli, cli_of_the_difference};
pub use cloudformation::cloudformation;
pub use difference::difference;
pub use table::{Table, events, metrics};

use super::Reading;
use super::problem::Problem;
use serde_json::{Value, json};

/// A file for somebody else, and what its receiver has to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub text: String,
    /// What it lacks or what will be refused, by path in the recording.
    pub warnings: Vec<Problem>,
}

/// The service of a recording, as ECS has it: every field as given, unknown ones included, in the file's order.
///
/// Several services come as describe-services lists them.
pub fn ecs(document: &Value) -> Value {
    let mut services: Vec<Value> = services(document).cloned().collect();
    if services.len() == 1 { services.remove(0) } else { json!({"services": services}) }
}

/// The services of a recording as they were pasted.
fn services(document: &Value) -> impl Iterator<Item = &Value> {
    let entries = document.get("services").and_then(Value::as_array);
    entries.into_iter().flatten().filter_map(|entry| entry.get("service"))
}

/// What the simulation made up because the strategy needs it, by path: ECS refuses the service without it.
fn made_up(reading: &Reading, service: usize) -> impl Iterator<Item = Problem> + use<'_> {
    let path = format!("services[{service}].service.loadBalancers");
    let made_up = reading.assumptions.iter().filter(move |it| it.path.starts_with(&path));
    made_up.map(|it| Problem {
        path: it.path.clone(),
        message: format!("is missing, and ECS refuses the service without it; simulated was {}", it.value),
        nearest: None,
    })
}
