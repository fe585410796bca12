//! The functions that scripts find besides Rhai's own: mathematics that agree on every platform, and sorting that
//! cannot be broken by a comparison without sense.

use rhai::{Array, Dynamic, Engine, EvalAltResult, FLOAT, FnPtr, INT, NativeCallContext};
use std::cell::Cell;
use std::cmp::Ordering;
use std::rc::Rc;

type Fallible<T> = Result<T, Box<EvalAltResult>>;

/// Gives the engine these functions. Sorting costs an operation for each element.
pub(super) fn register(engine: &mut Engine, operations: &Rc<Cell<u64>>) {
    register_numbers(engine);
    register_sorting(engine, operations);
}

fn register_numbers(engine: &mut Engine) {
    engine
        .register_fn("to_int", |x: INT| x)
        .register_fn("to_int", float_to_int)
        .register_fn("to_int", |x: char| INT::from(u32::from(x)))
        .register_fn("to_float", |x: INT| x as FLOAT)
        .register_fn("to_float", |x: FLOAT| x)
        .register_fn("parse_int", parse::<INT>)
        .register_fn("parse_float", parse::<FLOAT>)
        .register_fn("is_nan", FLOAT::is_nan)
        .register_fn("is_finite", FLOAT::is_finite)
        .register_fn("floor", libm::floor)
        .register_fn("ceiling", libm::ceil)
        .register_fn("round", libm::round)
        .register_fn("int", libm::trunc)
        .register_fn("sqrt", libm::sqrt)
        .register_fn("exp", libm::exp)
        .register_fn("ln", libm::log)
        .register_fn("log", libm::log10)
        .register_fn("ln_gamma", libm::lgamma)
        .register_fn("pow", libm::pow)
        .register_fn("pow", |x: INT, y: INT| libm::pow(x as FLOAT, y as FLOAT))
        .register_fn("pow", |x: FLOAT, y: INT| libm::pow(x, y as FLOAT))
        .register_fn("pow", |x: INT, y: FLOAT| libm::pow(x as FLOAT, y));
}

fn register_sorting(engine: &mut Engine, operations: &Rc<Cell<u64>>) {
    let natural_order = |operations: &Rc<Cell<u64>>, descending: bool| {
        let operations = Rc::clone(operations);
        move |array: &mut Array| {
            operations.set(operations.get() + array.len() as u64);
            sort(array, |a, b| if descending { natural(b, a) } else { natural(a, b) })
        }
    };
    for (in_place, copying, descending) in [("sort", "order", false), ("sort_desc", "order_desc", true)] {
        let sorts = natural_order(operations, descending);
        engine.register_fn(in_place, sorts.clone());
        engine.register_fn(copying, move |mut array: Array| sorts(&mut array).map(|()| array));
    }
    for name in ["sort", "sort_by"] {
        engine.register_fn(name, |context: NativeCallContext, array: &mut Array, by: FnPtr| {
            sort(array, |a, b| compare(&context, &by, a, b))
        });
    }
    for name in ["order", "order_by"] {
        engine.register_fn(name, |context: NativeCallContext, mut array: Array, by: FnPtr| {
            sort(&mut array, |a, b| compare(&context, &by, a, b)).map(|()| array)
        });
    }
}

/// Sorts by merging, which ends in order for a total order and ends at all for every other comparison; the standard
/// library's sort may panic instead. Stops at the first error.
fn sort(
    array: &mut Array,
    mut compare: impl FnMut(&Dynamic, &Dynamic) -> Fallible<Ordering>,
) -> Fallible<()> {
    let mut width = 1;
    while width < array.len() {
        let mut merged = Array::with_capacity(array.len());
        for run in array.chunks(2 * width) {
            let (mut left, mut right) = run.split_at(width.min(run.len()));
            while let ([a, ..], [b, ..]) = (left, right) {
                let taken = match compare(a, b)? {
                    Ordering::Greater => &mut right,
                    Ordering::Less | Ordering::Equal => &mut left,
                };
                merged.push(taken[0].clone());
                *taken = &taken[1..];
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        *array = merged;
        width *= 2;
    }
    Ok(())
}

/// The order of two values of one kind; numbers of both kinds are compared as floats.
fn natural(a: &Dynamic, b: &Dynamic) -> Fallible<Ordering> {
    let number =
        |value: &Dynamic| value.as_int().map(|whole| whole as FLOAT).or_else(|_| value.as_float()).ok();
    if let (Ok(a), Ok(b)) = (a.as_int(), b.as_int()) {
        Ok(a.cmp(&b))
    } else if let (Some(a), Some(b)) = (number(a), number(b)) {
        // All NaN are one value: their bits differ between platforms.
        Ok(a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan())))
    } else if let (Ok(a), Ok(b)) = (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
        Ok(a.as_str().cmp(b.as_str()))
    } else if let (Ok(a), Ok(b)) = (a.as_char(), b.as_char()) {
        Ok(a.cmp(&b))
    } else if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        Ok(a.cmp(&b))
    } else {
        Err(format!("{} and {} have no order", a.type_name(), b.type_name()).into())
    }
}

/// Asks a script's comparison: a whole number below, at or above 0, or whether `a` comes first.
fn compare(context: &NativeCallContext, by: &FnPtr, a: &Dynamic, b: &Dynamic) -> Fallible<Ordering> {
    let answer: Dynamic = by.call_within_context(context, (a.clone(), b.clone()))?;
    match (answer.as_int(), answer.as_bool()) {
        (Ok(sign), _) => Ok(sign.cmp(&0)),
        (_, Ok(first)) => Ok(if first { Ordering::Less } else { Ordering::Greater }),
        _ => Err("a comparison answers a whole number".into()),
    }
}

fn float_to_int(x: FLOAT) -> Fallible<INT> {
    // The bounds are powers of two, so they are exact as floats.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x) {
        Ok(x as INT)
    } else {
        Err(format!("{x} is no whole number of 64 bits").into())
    }
}

fn parse<T: std::str::FromStr>(text: &str) -> Fallible<T> {
    text.trim().parse().map_err(|_| format!("{text:?} is no number").into())
}
