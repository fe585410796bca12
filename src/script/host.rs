//! What a script can look up or do: the functions that stand for a Lambda's calls to AWS.
//!
//! Rhai keeps its functions for ever and the simulated AWS is lent for one call only, so the loan goes through a
//! scoped slot: set for the length of the call, empty outside it.

use super::answer::cut;
use super::language::{MAX_PRINTED_LINES, MAX_PRINTED_OF_A_RUN, MAX_REQUESTS, MAX_TEXT, beyond_what_is_free};
use crate::engine::{HookHost, HookMetric};
use rhai::{Dynamic, Engine, EvalAltResult, INT};
use scoped_tls_hkt::{ReborrowMut, scoped_thread_local};
use std::cell::Cell;
use std::rc::Rc;

scoped_thread_local!(static mut CALL: for<'a> Call<'a>);

/// One call: what it may ask, and what it leaves.
pub(super) struct Call<'a> {
    pub host: &'a mut dyn HookHost,
    pub record: &'a mut Record,
}

/// What a call leaves besides its answer.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The lines it printed.
    pub printed: Vec<String>,
    /// Characters printed in the run so far, this call included.
    pub printed_so_far: usize,
    /// Notifications sent in the run so far, this call included.
    pub notified_so_far: usize,
    requests: u32,
}

impl Record {
    /// The record of a new call after so many characters and notifications.
    pub fn after(printed_so_far: usize, notified_so_far: usize) -> Record {
        Record { printed_so_far, notified_so_far, ..Record::default() }
    }
}

impl<'b> ReborrowMut<'b> for Call<'_> {
    type Result = Call<'b>;
    fn reborrow_mut(&'b mut self) -> Call<'b> {
        Call { host: &mut *self.host, record: &mut *self.record }
    }
}

/// Runs `script` while `call` is what the host functions ask.
pub(super) fn during<T>(call: Call<'_>, script: impl FnOnce() -> T) -> T {
    CALL.set(call, script)
}

/// Gives the engine the host functions.
pub(super) fn register(engine: &mut Engine, operations: &Rc<Cell<u64>>) {
    let operations = Rc::clone(operations);
    engine.on_print(print);
    engine.on_debug(|text, _, _| print(text));
    engine
        .register_fn("approval", || ask(|host| host.approval().to_string()))
        .register_fn("request_approval", |text: &str| tell(text, |host, text| host.request_approval(text)))
        .register_fn("notify", |text: &str| tell(text, |host, text| host.notify(text)))
        .register_fn("metric", move |name: &str, seconds: INT| metric(&operations, name, seconds))
        .register_fn("alarm", |name: &str| ask(|host| or_unit(host.alarm(name).map(str::to_string))))
        .register_fn("probe", || ask(|host| host.probe()))
        .register_fn("now", || ask(|host| (host.now().0 / 1000) as INT))
        .register_fn("sleep", |_: INT| no_sleep())
        .register_fn("sleep", |_: f64| no_sleep());
}

/// What a host function gives: its value, or an error that the script may catch.
type Answered<T> = Result<T, Box<EvalAltResult>>;

fn ask<T>(question: impl FnOnce(&mut dyn HookHost) -> T) -> Answered<T> {
    CALL.with(|call| {
        call.record.requests += 1;
        if call.record.requests > MAX_REQUESTS {
            return Err(format!("a call may ask AWS {MAX_REQUESTS} times").into());
        }
        Ok(question(call.host))
    })
}

fn tell(text: &str, message: impl FnOnce(&mut dyn HookHost, &str)) -> Answered<()> {
    CALL.with(|call| {
        call.record.notified_so_far += 1;
        if call.record.notified_so_far > MAX_REQUESTS as usize {
            return Err(format!("the scripts of a run may send {MAX_REQUESTS} messages").into());
        }
        message(call.host, &cut(text, MAX_TEXT));
        Ok(())
    })
}

/// A long look back costs as a long value does.
fn metric(operations: &Cell<u64>, name: &str, seconds: INT) -> Answered<Dynamic> {
    let seconds = u64::try_from(seconds).map_err(|_| "metric(name, seconds): seconds cannot be negative")?;
    let metric = HookMetric::named(name)
        .ok_or_else(|| format!("there is no metric {:?}: there are {}", cut(name, 40), HookMetric::NAMES))?;
    ask(|host| {
        let measured = host.metric(metric, seconds);
        operations.set(operations.get() + beyond_what_is_free(measured.batches));
        or_unit(measured.value.filter(|value| value.is_finite()))
    })
}

fn or_unit<T: Into<Dynamic>>(value: Option<T>) -> Dynamic {
    value.map_or(Dynamic::UNIT, Into::into)
}

fn no_sleep() -> Answered<()> {
    Err("a script cannot sleep: answer IN_PROGRESS with callBackDelay, and be called again".into())
}

/// Keeps a printed line, as far as there is room for it in this call and in the run.
fn print(text: &str) {
    CALL.with(|call| {
        let record = call.record;
        if record.printed.len() < MAX_PRINTED_LINES && record.printed_so_far < MAX_PRINTED_OF_A_RUN {
            let line = cut(text, MAX_TEXT);
            record.printed_so_far += line.len();
            record.printed.push(line);
        }
    });
}
