//! The hook language behind the engine's port: a Rhai script plays the Lambda function.
//!
//! A script sees the documented event, answers with its last value, and may ask the simulated AWS a few things (see
//! [`host`]). It is a guest: every limit is explicit, it is stopped by counting operations and never by a clock, and
//! nothing but `hookDetails` and the approval store survives a call. Knows the engine's port and no page.

mod answer;
mod host;
mod language;
mod library;
mod ready_made;

pub use language::{
    MAX_OPERATIONS, MAX_OPERATIONS_OF_A_RUN, MAX_PRINTED_LINES, MAX_REQUESTS, MAX_SOURCE, MAX_TEXT,
};
pub use ready_made::{READY_MADE, ready_made};

use crate::engine::{HookHost, HookRunner, Invocation};
use crate::model::Span;
use host::{Call, Record};
use language::Language;
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The scripts of a recording, each compiled once. Cloning one and starting a run cost next to nothing.
#[derive(Clone)]
pub struct Scripts {
    language: Rc<Language>,
    programs: Rc<BTreeMap<String, Program>>,
}

/// Why a script does not compile: a warning, for its calls fail as those of a throwing Lambda do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptProblem {
    /// The hook's name.
    pub hook: String,
    /// From 1; 0 where the problem has no place.
    pub line: usize,
    /// In characters, from 1; 0 where the problem has no place.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

/// A compiled script, or why it does not compile.
type Program = Result<Rc<rhai::AST>, Failure>;

/// What went wrong in a script, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Failure {
    line: usize,
    column: usize,
    message: String,
}

impl Scripts {
    /// Compiles the sources by hook name.
    pub fn compile(sources: &BTreeMap<String, String>) -> Scripts {
        let language = Language::shared();
        let programs =
            sources.iter().map(|(hook, source)| (hook.clone(), language.compile(source))).collect();
        Scripts { language, programs: Rc::new(programs) }
    }

    /// The scripts that do not compile, in order of their names.
    pub fn problems(&self) -> Vec<ScriptProblem> {
        let failures =
            self.programs.iter().filter_map(|(hook, program)| Some((hook, program.as_ref().err()?)));
        failures
            .map(|(hook, failure)| ScriptProblem {
                hook: hook.clone(),
                line: failure.line,
                column: failure.column,
                message: failure.message.clone(),
            })
            .collect()
    }

    /// What one run calls: fresh, so that a `setHook` of one run is never seen by the next.
    pub fn runner(&self) -> ScriptRunner {
        ScriptRunner { scripts: self.clone(), replaced: BTreeMap::new(), spent: Spent::default() }
    }
}

/// The scripts as one run uses them. A clone of it is a checkpoint.
#[derive(Clone)]
pub struct ScriptRunner {
    scripts: Scripts,
    replaced: BTreeMap<String, Program>,
    spent: Spent,
}

/// What the calls of a run have used so far, together.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    operations: u64,
    printed: usize,
    notified: usize,
}

impl HookRunner for ScriptRunner {
    fn invoke(&mut self, hook: &str, event: &Value, host: &mut dyn HookHost) -> Invocation {
        let mut record = Record::after(self.spent.printed, self.spent.notified);
        let (result, operations) = self.call(hook, event, Call { host, record: &mut record });
        self.spent.operations += operations;
        (self.spent.printed, self.spent.notified) = (record.printed_so_far, record.notified_so_far);
        let (answer, text) = match result {
            Ok(value) => (answer::read(&value).map_err(not_parsed), answer::text(&value)),
            Err(failure) => {
                let text = failure.to_string();
                (Err(not_parsed(text.clone())), text)
            }
        };
        Invocation { answer, text, duration: Span(operations), printed: record.printed }
    }

    fn replace(&mut self, hook: &str, source: &str) {
        self.replaced.insert(hook.to_string(), self.scripts.language.compile(source));
    }
}

impl ScriptRunner {
    /// Runs the script behind `hook`: its last value, and the operations it took.
    fn call(&self, hook: &str, event: &Value, call: Call<'_>) -> (Result<rhai::Dynamic, Failure>, u64) {
        let program = self.replaced.get(hook).or_else(|| self.scripts.programs.get(hook));
        match program {
            None => (Err(Failure::placeless(format!("there is no function {hook}"))), 0),
            Some(Err(failure)) => (Err(failure.clone()), 0),
            Some(Ok(_)) if self.spent.operations >= MAX_OPERATIONS_OF_A_RUN => {
                (Err(Failure::placeless("the scripts of this run have used all the operations of a run")), 0)
            }
            Some(Ok(ast)) => self.scripts.language.run(ast, answer::from_json(event), call),
        }
    }
}

/// The reason ECS gives for a rollback after a function that threw, timed out or answered nothing valid
/// ("Troubleshooting Amazon ECS blue/green deployments").
fn not_parsed(cause: String) -> String {
    format!("the response could not be parsed: {cause}")
}

impl Failure {
    fn placeless(message: impl Into<String>) -> Failure {
        Failure { line: 0, column: 0, message: message.into() }
    }
}

/// Writes the place, where there is one, and what went wrong.
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (0, _) => f.write_str(&self.message),
            (line, column) => write!(f, "line {line}, column {column}: {}", self.message),
        }
    }
}
