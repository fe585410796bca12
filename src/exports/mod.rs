//! What goes out: a recording taken to ECS, to a shell, to CloudFormation; its run told as a summary, a trace, a table, a
//! picture; the figure an author pastes.
//!
//! What ECS knows goes out as it came in, with only the edits; what only the simulation knows stays in the recording.
//! Knows the session, whose frames and sentences it writes down, and no page. In reading order:

// The recording, elsewhere.
pub mod ecs;
mod shape;
pub mod cli;
pub mod cloudformation;
pub mod difference;
// Its run, elsewhere.
pub mod summary;
pub mod trace;
pub mod table;
pub mod describe;
pub mod picture;
pub mod snippet;

pub use cli::{cli, cli_of_the_difference};
pub use cloudformation::cloudformation;
pub use describe::describe;
pub use difference::difference;
pub use ecs::ecs;
pub use summary::summary;
pub use table::{Table, events, metrics};
pub use trace::trace;

use crate::formats::{Problem, Reading, read_document};
use crate::model::SimTime;
use crate::session::Session;
use crate::session::narrate::why_now;
use picture::Look;

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

/// What a session shows in another form. Pictures are of the playhead, and filmstrips of the instants, or of each stage
/// where none are given; a difference is to the recording as it was opened.
pub fn export(session: &Session, form: Form, look: Look, instants: &[SimTime]) -> Exported {
    let plain = |text: String| Exported { text, warnings: Vec::new() };
    let (document, scenario, run) = (session.document(), session.scenario(), session.run());
    let reading =
        || -> Reading { read_document(document).expect("the recording on the page has been read before") };
    match form {
        Form::Recording => plain(format!("{}\n", session.to_text())),
        Form::Ecs => plain(format!("{:#}\n", ecs(document))),
        Form::Cli => cli(&reading()),
        Form::CloudFormation => cloudformation(&reading()),
        Form::Difference => plain(difference(session.opened(), document)),
        Form::EventsCsv => plain(events(scenario, run).csv()),
        Form::EventsJson => plain(events(scenario, run).json()),
        Form::MetricsCsv => plain(metrics(scenario, run).csv()),
        Form::MetricsJson => plain(metrics(scenario, run).json()),
        Form::Picture => {
            let frame = session.frame();
            let why = why_now(scenario, run, session.service(), frame.at);
            plain(picture::picture(&frame, &why, look))
        }
        Form::Filmstrip => {
            plain(picture::filmstrip(&picture::shots(scenario, run, session.service(), instants), look))
        }
    }
}
