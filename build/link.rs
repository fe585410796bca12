//! Asks the linker to keep the page's relocations: `build/wasm-bindgen` parts the module by them.

fn main() {
    println!("cargo::rerun-if-changed=build/link.rs");
    let is_page = std::env::var_os("CARGO_FEATURE_UI").is_some();
    if is_page && std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bin=page=--emit-relocs");
    }
}
