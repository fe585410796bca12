//! The commands that bring other people's files in and out: import and export.

use crate::asked::How;
use crate::console::{Answer, Refused, compiled, complain, pretty, read_recording, read_text};
use cutover::engine::simulate;
use cutover::exports::{self, Exported, Form};
use cutover::formats::{Problem, Reading, import};
use cutover::session::{Msg, Session, figure};
use std::ffi::OsString;

/// A recording of ECS JSON.
pub fn imported(file: &OsString) -> Result<Answer, Refused> {
    let imported = import(&read_text(file)?)?;
    imported.warnings.iter().for_each(complain);
    Ok(Answer::of(pretty(&imported.document)))
}

/// A recording in another form.
pub fn exported(file: &OsString, form: Form, how: &How) -> Result<Answer, Refused> {
    let reading = read_recording(file)?;
    let before = how.against.as_ref().map(|file| Ok::<_, Refused>(import(&read_text(file)?)?));
    let before = before.transpose()?.map(|imported| imported.document);
    let text = match (form, before) {
        (Form::Recording, _) => pretty(&reading.document),
        (Form::Ecs, _) => pretty(&exports::ecs(&reading.document)),
        (Form::Cli, None) => told(exports::cli(&reading)),
        (Form::Cli, Some(before)) => told(exports::cli_of_the_difference(&before, &reading)),
        (Form::CloudFormation, _) => told(exports::cloudformation(&reading)),
        (Form::Difference, before) => exports::difference(&before.unwrap_or_default(), &reading.document),
        (Form::Picture | Form::Filmstrip, _) => pictures(&reading, form, how)?,
        _ => of_the_run(&reading, form),
    };
    Ok(Answer::of(text))
}

/// An export for which the recording is simulated.
fn of_the_run(reading: &Reading, form: Form) -> String {
    let scenario = &reading.scenario;
    let run = simulate(scenario, &mut compiled(reading).runner());
    match form {
        Form::EventsCsv => exports::events(scenario, &run).csv(),
        Form::EventsJson => exports::events(scenario, &run).json(),
        Form::MetricsCsv => exports::metrics(scenario, &run).csv(),
        _ => exports::metrics(scenario, &run).json(),
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
    let instants = exports::picture::instants(&session, how.at.as_deref().unwrap_or_default());
    let instants = instants.map_err(|problem| option(Problem { path: "at".to_owned(), ..problem }))?;
    let _ = session.update(Msg::Seek(instants.first().copied().unwrap_or_default()));
    Ok(exports::export(&session, form, how.look(), &instants).text)
}

/// The text of an export, its warnings told.
fn told(exported: Exported) -> String {
    exported.warnings.iter().for_each(complain);
    exported.text
}
