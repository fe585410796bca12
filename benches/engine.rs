//! The engine's figures: `cargo bench --no-default-features` natively, `./dev bench` also in WebAssembly and beside SimPy.
//!
//! Each line is the median of many runs on one core, with the slowest tenth beside it. Scripts are compiled once for each
//! recording, as the page does.

mod figures;

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    figures::times("natively");
    figures::memory::print();
    figures::canary::print();
    figures::evidence::print();
    figures::simpy::print();
}

/// The WebAssembly module is started by its test runner, which then asks for [`times_in_webassembly`].
#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn times_in_webassembly() {
    figures::times("in WebAssembly");
}
