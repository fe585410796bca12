//! The clock and the voice of the figures, natively and in WebAssembly.

/// Seconds since some moment.
#[cfg(not(target_arch = "wasm32"))]
#[expect(clippy::disallowed_types, reason = "a benchmark looks at the clock; the engine has none")]
pub fn now() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// Tells a line.
#[cfg(not(target_arch = "wasm32"))]
pub fn say(line: &str) {
    println!("{line}");
}

/// Seconds since some moment, by `performance.now()`.
#[cfg(target_arch = "wasm32")]
pub fn now() -> f64 {
    use js_sys::{Function, Reflect};
    let global = js_sys::global();
    let performance = Reflect::get(&global, &"performance".into()).expect("Node.js has it");
    let now = Function::from(Reflect::get(&performance, &"now".into()).expect("it has a clock"));
    now.call0(&performance).ok().and_then(|millis| millis.as_f64()).expect("a number") / 1000.0
}

/// Tells a line.
#[cfg(target_arch = "wasm32")]
pub fn say(line: &str) {
    wasm_bindgen_test::console_log!("{line}");
}
