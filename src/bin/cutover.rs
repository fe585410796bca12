//! The headless runner: simulates recordings, and brings ECS's own JSON in and out.
//!
//! Only the result goes to standard output. Warnings and problems go to standard error, one line each: path, what is
//! wrong, nearest name.

#[path = "cutover/crew.rs"]
mod crew;
#[path = "cutover/evidence.rs"]
mod evidence;

use cutover::engine::preflight::preflight;
use cutover::engine::simulate;
use cutover::formats::export::Form;
use cutover::formats::picture::{Look, Theme};
use cutover::formats::problem::nearest;
use cutover::formats::recording::{self, MOST_BYTES, script_warnings};
use cutover::formats::{self, Exported, Problem, Reading, export, import};
use cutover::model::SimTime;
use cutover::script::Scripts;
use cutover::session::drill::{self, outline};
use cutover::session::lesson::{self, screenplay};
use cutover::session::{Msg, Session, figure};
use lexopt::prelude::*;
use serde_json::{Map, Value};
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, ErrorKind, Read, Write};
use std::process::ExitCode;

const HELP: [&str; 3] = [
    "\
cutover: simulates Amazon ECS service deployments

  cutover run FILE             simulate a recording; print the summary, one JSON object
  cutover run FILE --trace     print the events instead, one line each
  cutover run FILE --describe SECONDS
                               print what describe-services would then, and EventBridge up to then
  cutover check FILE           the pre-flight verdict: can the deployment finish?
  cutover import FILE          ECS JSON in, a recording out: the output of describe-services,
                               a create-service or update-service input, one service
  cutover export FILE --as FORM
                               recording: the recording itself
                               ecs: the service of a recording, as ECS has it
                               cli: the calls of the AWS CLI that make it so
                               cloudformation: a template, in JSON
                               diff: what differs from the services of --against FILE
                               events-csv, events-json, metrics-csv, metrics-json: of its run
                               svg: the stage at --at SECONDS or --at STAGE, as a picture
                               filmstrip: pictures of --at SECONDS,STAGE,… or of each stage, as one
  cutover export FILE --as cli --against FILE
                               the calls that change only what differs
  Pictures are --theme light or dark, --width PIXELS wide, and of --strategy and --service
  cutover lesson FILE          a lesson written out: what is said when, what is asked and answered
  cutover drill FILE           a drill written out: what each of its faults comes to, and for whom
  cutover drill FILE --seed N  the fault that this seed chooses, alone
",
    evidence::HELP,
    "
FILE may be - for standard input.

Exit codes: 0 whenever a recording was simulated, whatever came of it; check exits 1 where the
deployment cannot finish; 2 for a file that is refused or a command line that is not understood.
Only the result goes to standard output; warnings and problems go to standard error.
",
];

/// A file that is refused, or a command line that is not understood.
const REFUSED: u8 = 2;
/// A deployment that cannot finish.
const CANNOT_FINISH: u8 = 1;

fn main() -> ExitCode {
    let asked = match Asked::parse(lexopt::Parser::from_env()) {
        Ok(asked) => asked,
        Err(error) => {
            complain(format_args!("{error}"));
            complain("`cutover --help` says how it is used");
            return ExitCode::from(REFUSED);
        }
    };
    match asked.answer() {
        Ok(answer) => answer.print(),
        Err(Refused(lines)) => {
            lines.iter().for_each(complain);
            ExitCode::from(REFUSED)
        }
    }
}

/// What is asked of the program.
enum Asked {
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
enum Shows {
    Summary,
    Trace,
    Description { at: SimTime },
}

/// What belongs to some forms of an export only.
#[derive(Default)]
struct How {
    /// The file that the recording is compared with.
    against: Option<OsString>,
    /// The instants of the pictures, in words.
    at: Option<String>,
    /// What a figure is asked for: its `strategy`, its `service`.
    figure: Map<String, Value>,
    theme: Option<Theme>,
    width: Option<u32>,
}

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

    fn look(&self) -> Look {
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

/// What is printed to standard output, and the exit code.
struct Answer {
    text: String,
    code: u8,
}

/// Why there is no answer, a line each.
struct Refused(Vec<String>);

impl Asked {
    fn parse(mut arguments: lexopt::Parser) -> Result<Asked, lexopt::Error> {
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
                Long("width") => how.width = Some(arguments.value()?.parse::<u32>()?.clamp(100, 10_000)),
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
                Err(format!("there is no command {command:?}; there are run, check, import, export, lesson, drill, race, notices, sweep and advise")
                    .into())
            }
        }
    }

    fn answer(self) -> Result<Answer, Refused> {
        match self {
            Asked::Help => Ok(Answer::of(HELP.concat())),
            Asked::Version => Ok(Answer::of(format!("cutover {}\n", env!("CARGO_PKG_VERSION")))),
            Asked::Run { file, shows } => run(&read_recording(&file)?, &shows),
            Asked::Evidence(question) => question.answer(),
            Asked::Check { file } => check(&read_recording(&file)?),
            Asked::Import { file } => {
                let imported = import(&read_text(&file)?)?;
                imported.warnings.iter().for_each(complain);
                Ok(Answer::of(pretty(&imported.document)))
            }
            Asked::Export { file, form, how } => {
                let reading = read_recording(&file)?;
                let before = how.against.as_ref().map(|file| Ok::<_, Refused>(import(&read_text(file)?)?));
                let before = before.transpose()?.map(|imported| imported.document);
                let text = match (form, before) {
                    (Form::Recording, _) => pretty(&reading.document),
                    (Form::Ecs, _) => pretty(&export::ecs(&reading.document)),
                    (Form::Cli, None) => exported(export::cli(&reading)),
                    (Form::Cli, Some(before)) => exported(export::cli_of_the_difference(&before, &reading)),
                    (Form::CloudFormation, _) => exported(export::cloudformation(&reading)),
                    (Form::Difference, before) => {
                        export::difference(&before.unwrap_or_default(), &reading.document)
                    }
                    (Form::Picture | Form::Filmstrip, _) => pictures(&reading, form, &how)?,
                    _ => of_the_run(&reading, form),
                };
                Ok(Answer::of(text))
            }
            Asked::Drill { file, seed } => Ok(Answer::of(outline(&drill::read(&read_text(&file)?)?, seed)?)),
            Asked::Lesson { file } => Ok(Answer::of(screenplay(&lesson::read(&read_text(&file)?)?)?)),
        }
    }
}

/// An export for which the recording is simulated.
fn of_the_run(reading: &Reading, form: Form) -> String {
    let scenario = &reading.scenario;
    let run = simulate(scenario, &mut compiled(reading).runner());
    match form {
        Form::EventsCsv => export::events(scenario, &run).csv(),
        Form::EventsJson => export::events(scenario, &run).json(),
        Form::MetricsCsv => export::metrics(scenario, &run).csv(),
        _ => export::metrics(scenario, &run).json(),
    }
}

/// What a figure of the recording shows at an instant, or at several.
fn pictures(reading: &Reading, form: Form, how: &How) -> Result<String, Refused> {
    compiled(reading);
    let mut session = Session::open(&reading.document)?;
    let option = |mut problem: Problem| {
        problem.path = format!("--{}", problem.path);
        vec![problem]
    };
    if let Some(problem) = figure::arrange(&mut session, &how.figure.clone().into()).1.into_iter().next() {
        return Err(option(problem).into());
    }
    let words = how.at.iter().flat_map(|at| at.split(',')).map(str::trim);
    let instants = words.map(|text| figure::instant(&session, text)).collect::<Result<Vec<_>, _>>();
    let instants = instants.map_err(|problem| option(Problem { path: "at".to_owned(), ..problem }))?;
    let _ = session.update(Msg::Seek(instants.first().copied().unwrap_or_default()));
    Ok(session.export(form, how.look(), &instants).text)
}

/// The text of an export, its warnings told.
fn exported(exported: Exported) -> String {
    exported.warnings.iter().for_each(complain);
    exported.text
}

fn run(reading: &Reading, shows: &Shows) -> Result<Answer, Refused> {
    let scenario = &reading.scenario;
    let scripts = compiled(reading);
    let run = simulate(scenario, &mut scripts.runner());
    Ok(Answer::of(match *shows {
        Shows::Summary => pretty(&formats::summary(scenario, &run, &reading.assumptions)),
        Shows::Trace => formats::trace(scenario, &run),
        Shows::Description { at } => pretty(&formats::describe(scenario, &run, at)),
    }))
}

/// The scripts of a recording, those that do not compile named.
fn compiled(reading: &Reading) -> Scripts {
    let scripts = Scripts::compile(&reading.scenario.hooks);
    script_warnings(&reading.scenario, &scripts).iter().for_each(complain);
    scripts
}

fn check(reading: &Reading) -> Result<Answer, Refused> {
    compiled(reading);
    let verdict = preflight(&reading.scenario, reading.scenario.service_deployed());
    let mut text = format!("{verdict}\n");
    for warning in &verdict.warnings {
        text.push_str(&format!("warning: {warning}\n"));
    }
    Ok(Answer { text, code: if verdict.can_finish() { 0 } else { CANNOT_FINISH } })
}

/// Reads a recording and tells its warnings.
fn read_recording(file: &OsString) -> Result<Reading, Refused> {
    let reading = recording::read(&read_text(file)?)?;
    reading.warnings.iter().for_each(complain);
    Ok(reading)
}

/// Reads no more of a file than is needed to see that it is too long.
fn read_text(file: &OsString) -> Result<String, Refused> {
    let refused = |error: io::Error| Refused(vec![format!("{}: {error}", file.to_string_lossy())]);
    let longest = MOST_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if file == "-" {
        io::stdin().lock().take(longest).read_to_end(&mut bytes).map_err(refused)?;
    } else {
        std::fs::File::open(file)
            .and_then(|open| open.take(longest).read_to_end(&mut bytes))
            .map_err(refused)?;
    }
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        Refused(vec![format!("{}: is no UTF-8 text: byte {place}", file.to_string_lossy())])
    })
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// A line on standard error; nobody listening is no reason to stop.
fn complain(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

impl Answer {
    fn of(text: String) -> Answer {
        Answer { text, code: 0 }
    }

    /// Prints; a reader who has seen enough and closed the pipe is no error.
    fn print(self) -> ExitCode {
        let mut out = io::stdout().lock();
        match out.write_all(self.text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                complain(format_args!("standard output: {error}"));
                ExitCode::from(REFUSED)
            }
            _ => ExitCode::from(self.code),
        }
    }
}

impl From<Vec<Problem>> for Refused {
    fn from(problems: Vec<Problem>) -> Refused {
        Refused(problems.iter().map(Problem::to_string).collect())
    }
}
