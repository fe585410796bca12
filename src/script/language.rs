//! Rhai, fenced in: one engine with every limit written out, since the library's own differ from build to build.
//!
//! Operations are counted here, one for each step of the script: the library's count forgets the steps that a
//! function such as `map` makes inside. One operation is one simulated millisecond, and naming a long value costs an
//! operation more for each 4 elements beyond 64, or 16 bytes beyond 256.

use super::host::{self, Call};
use super::{Failure, Program, answer, library};
use rhai::packages::{
    BasicArrayPackage, BasicMapPackage, BitFieldPackage, CorePackage, LogicPackage, Package,
};
use rhai::{AST, Dynamic, Engine, EvalAltResult, Position, Scope};
use std::cell::Cell;
use std::rc::Rc;

/// Operations of one call: the 15 minutes that a Lambda function may run, a millisecond each.
pub const MAX_OPERATIONS: u64 = 900_000;
/// Operations of all calls of a run, after which every further call fails.
pub const MAX_OPERATIONS_OF_A_RUN: u64 = 5_000_000;
/// Lines that are kept of what one call prints.
pub const MAX_PRINTED_LINES: usize = 100;
/// Bytes that are kept of what all calls of a run print.
pub const MAX_PRINTED_OF_A_RUN: usize = 1_000_000;
/// Characters of a printed line, a message or an answer that are kept.
pub const MAX_TEXT: usize = 1_000;
/// Questions to AWS in one call, and messages in one run.
pub const MAX_REQUESTS: u32 = 10_000;
/// Bytes of a source.
pub const MAX_SOURCE: usize = 65_536;

const MAX_CALL_LEVELS: usize = 16;
const MAX_EXPRESSION_DEPTH: usize = 48;
const MAX_EXPRESSION_DEPTH_IN_FUNCTIONS: usize = 32;
const MAX_STRING_BYTES: usize = 4_096;
const MAX_ARRAY_SIZE: usize = 1_000;
const MAX_MAP_SIZE: usize = 256;
/// Every walk through a value is recursive, and a browser's stack is small.
const MAX_NESTING: usize = 32;
/// See [`weight`]; an event weighs less than what is free.
const ELEMENT_WEIGHT: u64 = 4;
const FREE_WEIGHT: u64 = 256;
const WEIGHT_OF_AN_OPERATION: u64 = 16;
const MAX_VARIABLES: usize = 256;
const MAX_FUNCTIONS: usize = 64;
const MAX_INTERNED_STRINGS: usize = 256;

/// The name under which a script finds the Lambda event.
const EVENT: &str = "event";

thread_local! {
    static LANGUAGE: Rc<Language> = Rc::new(Language::new());
}

/// The engine and its count of operations.
pub(super) struct Language {
    engine: Engine,
    operations: Rc<Cell<u64>>,
}

impl Language {
    /// The one language there is. It holds no state of any script, and building it takes longer than most scripts.
    pub fn shared() -> Rc<Language> {
        LANGUAGE.with(Rc::clone)
    }

    fn new() -> Language {
        let mut engine = Engine::new_raw();
        // Neither the float functions of the standard library, which differ between platforms, nor blobs, which show
        // the bits of a NaN: what scripts get of mathematics is in `library`.
        engine
            .register_global_module(CorePackage::new().as_shared_module())
            .register_global_module(LogicPackage::new().as_shared_module())
            .register_global_module(BitFieldPackage::new().as_shared_module())
            .register_global_module(BasicArrayPackage::new().as_shared_module())
            .register_global_module(BasicMapPackage::new().as_shared_module())
            .register_global_module(rhai::packages::MoreStringPackage::new().as_shared_module());
        // Without optimisation a script costs the operations that its text shows.
        engine
            .set_strict_variables(true)
            .set_max_call_levels(MAX_CALL_LEVELS)
            .set_max_expr_depths(MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_DEPTH_IN_FUNCTIONS)
            .set_max_string_size(MAX_STRING_BYTES)
            .set_max_array_size(MAX_ARRAY_SIZE)
            .set_max_map_size(MAX_MAP_SIZE)
            .set_max_variables(MAX_VARIABLES)
            .set_max_functions(MAX_FUNCTIONS)
            .set_max_strings_interned(MAX_INTERNED_STRINGS);
        // `**` on floats is the platform's: `pow` takes its place. What is curried, and what `this` grows to, has no
        // size limit.
        for symbol in ["eval", "**", "**=", "curry", "this"] {
            engine.disable_symbol(symbol);
        }
        let operations = Rc::new(Cell::new(0));
        let count = Rc::clone(&operations);
        engine.on_progress(move |_| {
            count.set(count.get() + 1);
            (count.get() > MAX_OPERATIONS).then_some(Dynamic::UNIT)
        });
        weigh_what_is_named(&mut engine, Rc::clone(&operations));
        library::register(&mut engine, &operations);
        host::register(&mut engine, &operations);
        Language { engine, operations }
    }

    /// Compiles a source.
    pub fn compile(&self, source: &str) -> Program {
        if source.len() > MAX_SOURCE {
            return Err(Failure::placeless(format!("the script is longer than {MAX_SOURCE} bytes")));
        }
        let mut scope = Scope::new();
        scope.push(EVENT, Dynamic::UNIT);
        let ast = self.engine.compile_with_scope(&scope, source);
        ast.map(Rc::new).map_err(|error| Failure::at(error.position(), &error.err_type().to_string()))
    }

    /// Runs a script on an event: its last value, and the operations it took.
    pub fn run(&self, ast: &AST, event: Dynamic, call: Call<'_>) -> (Result<Dynamic, Failure>, u64) {
        let mut scope = Scope::new();
        scope.push_dynamic(EVENT, event);
        self.operations.set(0);
        let result = host::during(call, || self.engine.eval_ast_with_scope::<Dynamic>(&mut scope, ast));
        (result.map_err(|error| Failure::of(*error)), self.operations.get().min(MAX_OPERATIONS))
    }
}

/// The library limits the size of what functions give; an element that is assigned (`a[i] = x`) may still let its
/// variable grow, nothing limits how deep values are nested, and one step may copy or sort all of a long list. So a
/// variable is looked at each time it is named, and a long one costs more than one operation.
fn weigh_what_is_named(engine: &mut Engine, operations: Rc<Cell<u64>>) {
    #[allow(
        deprecated,
        reason = "not deprecated but volatile, as the library marks it; the version is locked"
    )]
    engine.on_var(move |name, _, context| {
        if let Some(value) = context.scope().get(name) {
            context.engine().ensure_data_size_within_limits(value)?;
            let Some(weight) = weight(value, MAX_NESTING) else {
                return Err(
                    EvalAltResult::ErrorDataTooLarge("Nesting of values".into(), Position::NONE).into()
                );
            };
            let beyond = weight.saturating_sub(FREE_WEIGHT) + text_length(value).saturating_sub(FREE_WEIGHT);
            operations.set(operations.get() + beyond / WEIGHT_OF_AN_OPERATION);
        }
        Ok(None)
    });
}

/// What it costs besides to have looked through so much that scripts do not see.
pub(super) const fn beyond_what_is_free(batches: u64) -> u64 {
    batches.saturating_sub(FREE_WEIGHT) / WEIGHT_OF_AN_OPERATION
}

/// Four for each element of a list or an object, however deep; `None` where the value is nested too deep. Texts
/// inside weigh nothing, for a copy shares them.
fn weight(value: &Dynamic, levels: usize) -> Option<u64> {
    if let Ok(values) = value.as_array_ref() {
        weight_of_all(values.iter(), levels)
    } else if let Ok(fields) = value.as_map_ref() {
        weight_of_all(fields.values(), levels)
    } else {
        Some(0)
    }
}

fn weight_of_all<'a>(mut values: impl Iterator<Item = &'a Dynamic>, levels: usize) -> Option<u64> {
    let levels = levels.checked_sub(1)?;
    values.try_fold(0, |sum, value| Some(sum + ELEMENT_WEIGHT + weight(value, levels)?))
}

/// The bytes of a text; 0 for any other value.
fn text_length(value: &Dynamic) -> u64 {
    value.as_immutable_string_ref().map_or(0, |text| text.len() as u64)
}

impl Failure {
    fn at(position: Position, message: &str) -> Failure {
        let (line, column) = (position.line().unwrap_or(0), position.position().unwrap_or(0));
        // Rhai quotes the script, line ends and all; a problem is told on one line.
        let message: String = message.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Failure { line, column, message: answer::cut(&message, MAX_TEXT) }
    }

    /// What stopped a script. Of nested errors the innermost says where it happened, not where it was called from.
    fn of(mut error: EvalAltResult) -> Failure {
        while let EvalAltResult::ErrorInFunctionCall(_, _, inner, call) = error {
            error = *inner;
            if error.position().is_none() {
                error.set_position(call);
            }
        }
        let place = error.take_position();
        let message = match &error {
            EvalAltResult::ErrorTerminated(..) => {
                format!("it ran for {MAX_OPERATIONS} operations, the 15 minutes of a Lambda function")
            }
            EvalAltResult::ErrorStackOverflow(..) => {
                format!("it calls functions more than {MAX_CALL_LEVELS} levels deep")
            }
            EvalAltResult::ErrorRuntime(thrown, _) if thrown.is_unit() => "it threw an error".to_string(),
            EvalAltResult::ErrorRuntime(thrown, _) => answer::text(thrown),
            other => other.to_string(),
        };
        Failure::at(place, &message)
    }
}
