//! The one integration binary. It runs natively and, compiled to WebAssembly, under Node.js: the
//! same tests, so that a run is the same run on both, byte for byte.
//!
//! Every module with tests begins with these two lines, which make `#[test]` mean the test attribute
//! of the platform. Files are read by `include_str!`: WebAssembly has no disk.
//!
//! ```ignore
//! #[cfg(target_arch = "wasm32")]
//! use wasm_bindgen_test::wasm_bindgen_test as test;
//! ```

mod acts;
mod application;
mod described;
mod corners;
mod documented;
mod canary;
mod driver;
mod drills;
mod evidence;
mod exports;
mod faults;
mod figures;
mod found;
mod fuzz;
mod golden;
mod history;
mod hook_faults;
mod hooks;
mod imports;
mod invariants;
mod one_by_one;
mod our_readings;
mod pictures;
mod pipeline;
mod preflight;
mod presets;
mod prices;
mod property;
mod random;
mod readings;
mod reference;
mod recordings;
mod refusals;
mod rollback;
#[cfg(not(target_arch = "wasm32"))]
mod runner;
mod schema;
mod scripts;
mod slices;
mod stickiness;
mod tables;
mod zones;
mod lambda_event;
mod lessons;
mod links;
mod narration;
mod pace;
mod parameters;
mod session;
mod service_updates;
mod twin;
// Reads the sources from disk, which WebAssembly has not.
#[cfg(not(target_arch = "wasm32"))]
mod tidy;
