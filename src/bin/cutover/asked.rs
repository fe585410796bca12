//! The command line: which command is asked for, of which file, and how.

use crate::evidence;
use cutover::exports::Form;
use cutover::exports::picture::{Look, Theme};
use cutover::formats::Problem;
use cutover::formats::problem::nearest;
use cutover::model::SimTime;
use lexopt::prelude::*;
use serde_json::{Map, Value};
use std::ffi::OsString;

/// What is asked of the program.
pub enum Asked {
    Help,
    Version,
    Run { file: OsString, shows: Shows },
    Check { file: OsString },
    Import { file: OsString },
    Export { file: OsString, form: Form, how: How },
    Evidence(Box<evidence::Question>),
    Lesson { file: OsString },
    Drill { file: OsString, seed: Option<u32> },
}

/// What is shown of a run.
pub enum Shows {
    Summary,
    Trace,
    Description { at: SimTime },
}

/// What belongs to some forms of an export only.
#[derive(Default)]
pub struct How {
    /// The file that the recording is compared with.
    pub against: Option<OsString>,
    /// The instants of the pictures, in words.
    pub at: Option<String>,
    /// What a figure is asked for: its `strategy`, its `service`.
    pub figure: Map<String, Value>,
    theme: Option<Theme>,
    width: Option<u32>,
}

/// Every command.
const COMMANDS: [&str; 10] =
    ["run", "check", "import", "export", "lesson", "drill", "race", "notices", "sweep", "advise"];

const THEMES: [(&str, Theme); 2] = [("light", Theme::Light), ("dark", Theme::Dark)];

impl How {
    /// Refuses what does not belong to the form.
    fn check(&self, form: Option<Form>) -> Result<(), lexopt::Error> {
        if self.against.is_some() && !matches!(form, Some(Form::Cli | Form::Difference)) {
            return Err("--against belongs to export --as cli and export --as diff".into());
        }
        if form == Some(Form::Difference) && self.against.is_none() {
            return Err("export --as diff needs --against FILE, what was imported".into());
        }
        let is_picture = matches!(form, Some(Form::Picture | Form::Filmstrip));
        let options = [
            ("--at", self.at.is_some()),
            ("--strategy", self.figure.contains_key("strategy")),
            ("--service", self.figure.contains_key("service")),
            ("--theme", self.theme.is_some()),
            ("--width", self.width.is_some()),
        ];
        if let Some((option, _)) = options.into_iter().find(|(_, given)| *given && !is_picture) {
            return Err(format!("{option} belongs to export --as svg and export --as filmstrip").into());
        }
        if form == Some(Form::Picture) && self.at.as_ref().is_none_or(|at| at.contains(',')) {
            return Err("export --as svg needs --at SECONDS or --at STAGE, one instant".into());
        }
        Ok(())
    }

    /// How its pictures look.
    pub fn look(&self) -> Look {
        let usual = Look::default();
        Look { theme: self.theme.unwrap_or(usual.theme), width: self.width.unwrap_or(usual.width) }
    }
}

/// One of a few words.
fn word_of<T: Copy>(option: &str, word: &str, all: &[(&str, T)]) -> Result<T, lexopt::Error> {
    let names = || all.iter().map(|(name, _)| *name);
    let known = all.iter().find(|(name, _)| *name == word).map(|(_, it)| *it);
    known.ok_or_else(|| {
        let problem = Problem {
            path: option.to_owned(),
            message: format!("must be one of {}; it is {word:?}", names().collect::<Vec<_>>().join(", ")),
            nearest: nearest(word, names()).map(str::to_owned),
        };
        problem.to_string().into()
    })
}

impl Asked {
    /// Understands a command line.
    pub fn parse(mut arguments: lexopt::Parser) -> Result<Asked, lexopt::Error> {
        let (mut words, mut trace, mut form, mut how, mut seconds, mut seed) =
            (Vec::new(), false, None, How::default(), None, None);
        while let Some(argument) = arguments.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(Asked::Help),
                Short('V') | Long("version") => return Ok(Asked::Version),
                Long("trace") => trace = true,
                Long("seed") => seed = Some(arguments.value()?.parse::<u32>()?),
                Long("describe") => seconds = Some(arguments.value()?.parse::<u64>()?),
                Long("as") => form = Some(word_of("--as", &arguments.value()?.string()?, &Form::ALL)?),
                Long("against") => how.against = Some(arguments.value()?),
                Long("at") => how.at = Some(arguments.value()?.string()?),
                Long(name @ ("strategy" | "service")) => {
                    let name = name.to_owned();
                    how.figure.insert(name, arguments.value()?.string()?.into());
                }
                Long("theme") => {
                    how.theme = Some(word_of("--theme", &arguments.value()?.string()?, &THEMES)?)
                }
                Long("width") => match arguments.value()?.parse::<u32>()? {
                    width @ 100..=10_000 => how.width = Some(width),
                    width => {
                        return Err(
                            format!("--width: must be from 100 to 10,000 pixels; it is {width}").into()
                        );
                    }
                },
                Value(word) => {
                    let asks = evidence::COMMANDS.into_iter().find(|command| word == *command);
                    if let Some(command) = asks.filter(|_| words.is_empty()) {
                        let question = evidence::Question::parse(command.to_owned(), arguments)?;
                        return Ok(Asked::Evidence(Box::new(question)));
                    }
                    words.push(word);
                }
                other => return Err(other.unexpected()),
            }
        }
        let mut words = words.into_iter();
        let command = words.next().ok_or("no command is given")?.string()?;
        if command == "help" {
            return Ok(Asked::Help);
        }
        let file = words.next().ok_or_else(|| format!("{command} needs a FILE, or - for standard input"));
        if let Some(extra) = words.next() {
            return Err(lexopt::Error::UnexpectedArgument(extra));
        }
        if trace && command != "run" {
            return Err(format!("--trace belongs to run, not to {command}").into());
        }
        if seconds.is_some() && (command != "run" || trace) {
            return Err("--describe belongs to run, and --trace does not go with it".into());
        }
        if seed.is_some() && command != "drill" {
            return Err(format!("--seed belongs to drill, not to {command}").into());
        }
        if form.is_some() && command != "export" {
            return Err(format!("--as belongs to export, not to {command}").into());
        }
        if command != "export" {
            how.check(None)?;
        }
        match command.as_str() {
            "run" => {
                let shows = match seconds {
                    Some(seconds) => Shows::Description { at: SimTime(seconds.saturating_mul(1000)) },
                    None if trace => Shows::Trace,
                    None => Shows::Summary,
                };
                Ok(Asked::Run { file: file?, shows })
            }
            "check" => Ok(Asked::Check { file: file? }),
            "import" => Ok(Asked::Import { file: file? }),
            "export" => {
                let names = Form::ALL.map(|(name, _)| name);
                let form = form.ok_or_else(|| format!("export needs --as, one of {}", names.join(", ")))?;
                how.check(Some(form))?;
                Ok(Asked::Export { file: file?, form, how })
            }
            "lesson" => Ok(Asked::Lesson { file: file? }),
            "drill" => Ok(Asked::Drill { file: file?, seed }),
            _ => {
                let near = nearest(&command, COMMANDS).map(|near| format!(" (nearest: {near})"));
                Err(format!(
                    "there is no command {command:?}; there are {}{}",
                    COMMANDS.join(", "),
                    near.unwrap_or_default()
                )
                .into())
            }
        }
    }
}
