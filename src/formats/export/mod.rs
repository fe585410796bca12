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

/// What a recording is exported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The recording itself.
    Recording,
    /// The services as ECS has them.
    Ecs,
    /// The calls of the AWS CLI that make them so.
    Cli,
    /// A CloudFormation template.
    CloudFormation,
    /// What differs from what was imported.
    Difference,
    /// What happened, as comma-separated values.
    EventsCsv,
    /// What happened, as JSON.
    EventsJson,
    /// What was measured, as comma-separated values.
    MetricsCsv,
    /// What was measured, as JSON.
    MetricsJson,
    /// The stage at an instant, in SVG.
    Picture,
    /// Pictures of several instants, as one.
    Filmstrip,
}

impl Form {
    /// All of them, by the words that the runner knows them by.
    pub const ALL: [(&str, Form); 11] = [
        ("recording", Form::Recording),
        ("ecs", Form::Ecs),
        ("cli", Form::Cli),
        ("cloudformation", Form::CloudFormation),
        ("diff", Form::Difference),
        ("events-csv", Form::EventsCsv),
        ("events-json", Form::EventsJson),
        ("metrics-csv", Form::MetricsCsv),
        ("metrics-json", Form::MetricsJson),
        ("svg", Form::Picture),
        ("filmstrip", Form::Filmstrip),
    ];

    /// The word of the form.
    pub fn word(self) -> &'static str {
        Form::ALL[self as usize].0
    }

    /// How the name of its file ends.
    pub const fn extension(self) -> &'static str {
        match self {
            Form::Cli => "sh",
            Form::Difference => "diff",
            Form::EventsCsv | Form::MetricsCsv => "csv",
            Form::Picture | Form::Filmstrip => "svg",
            _ => "json",
        }
    }

    /// The media type of its file.
    pub const fn kind(self) -> &'static str {
        match self {
            Form::Cli | Form::Difference => "text/plain",
            Form::EventsCsv | Form::MetricsCsv => "text/csv",
            Form::Picture | Form::Filmstrip => "image/svg+xml",
            _ => "application/json",
        }
    }
}

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
