//! The headless runner: simulates recordings, and brings ECS's own JSON in and out.
//!
//! Only the result goes to standard output. Warnings and problems go to standard error, one line each: path, what is
//! wrong, nearest name. What is asked stands in `asked`, and what answers it in a file for each family of commands.

#[path = "cutover/asked.rs"]
mod asked;
#[path = "cutover/console.rs"]
mod console;
#[path = "cutover/crew.rs"]
mod crew;
#[path = "cutover/evidence.rs"]
mod evidence;
#[path = "cutover/exchange.rs"]
mod exchange;
#[path = "cutover/simulation.rs"]
mod simulation;

use asked::Asked;
use console::{Answer, REFUSED, Refused, complain, read_recording, read_text};
use cutover::session::drill::{self, outline};
use cutover::session::lesson::{self, screenplay};
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

fn main() -> ExitCode {
    let asked = match Asked::parse(lexopt::Parser::from_env()) {
        Ok(asked) => asked,
        Err(error) => {
            complain(format_args!("{error}"));
            complain("`cutover --help` says how it is used");
            return ExitCode::from(REFUSED);
        }
    };
    match answer(asked) {
        Ok(answer) => answer.print(),
        Err(Refused(lines)) => {
            lines.iter().for_each(complain);
            ExitCode::from(REFUSED)
        }
    }
}

/// What is printed for what is asked.
fn answer(asked: Asked) -> Result<Answer, Refused> {
    match asked {
        Asked::Help => Ok(Answer::of(HELP.concat())),
        Asked::Version => Ok(Answer::of(format!("cutover {}\n", env!("CARGO_PKG_VERSION")))),
        Asked::Run { file, shows } => Ok(simulation::run(&read_recording(&file)?, &shows)),
        Asked::Check { file } => Ok(simulation::check(&read_recording(&file)?)),
        Asked::Import { file } => exchange::imported(&file),
        Asked::Export { file, form, how } => exchange::exported(&file, form, &how),
        Asked::Evidence(question) => question.answer(),
        Asked::Lesson { file } => Ok(Answer::of(screenplay(&lesson::read(&read_text(&file)?)?)?)),
        Asked::Drill { file, seed } => Ok(Answer::of(outline(&drill::read(&read_text(&file)?)?, seed)?)),
    }
}
