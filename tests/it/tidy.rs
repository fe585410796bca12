//! The house rules that a machine can see: which layer may know which, heads of files, and nothing unordered.

use std::path::{Path, PathBuf};

/// A layer, and the layers it may name. None may name one that stands below it here: there is no circle.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("model", &["model"]),
    ("engine", &["engine", "model"]),
    ("script", &["script", "engine", "model"]),
    ("formats", &["formats", "script", "engine", "model"]),
    ("session", &["session", "formats", "script", "engine", "model"]),
    ("evidence", &["evidence", "session", "formats", "script", "engine", "model"]),
    ("exports", &["exports", "session", "formats", "script", "engine", "model"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a text");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

fn layer(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("a source");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn knowledge_flows_one_way() {
    for (path, text) in sources() {
        let Some((_, allowed)) = MAY_KNOW.iter().find(|(name, _)| *name == layer(&path)) else { continue };
        let code = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        for (number, line) in code {
            for (at, _) in line.match_indices("crate::") {
                let rest = &line[at + "crate::".len()..];
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                assert!(
                    allowed.contains(&name.as_str()),
                    "{}:{} knows `{name}`, which a file of {} must not",
                    path.display(),
                    number + 1,
                    layer(&path)
                );
            }
        }
    }
}

#[test]
fn no_two_layers_know_each_other() {
    for (place, (layer, known)) in MAY_KNOW.iter().enumerate() {
        for name in *known {
            let earlier = MAY_KNOW[..=place].iter().any(|(earlier, _)| earlier == name);
            assert!(earlier, "{layer} knows {name}, which does not stand before it");
        }
    }
}

#[test]
fn every_file_begins_by_saying_why_it_exists() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{} has no head", path.display());
    }
}

#[test]
fn the_simulation_knows_no_clock_no_browser_and_nothing_unordered() {
    let forbidden =
        ["std::time", "HashMap", "HashSet", "web_sys", "js_sys", "wasm_bindgen", "rand::", "thread_rng"];
    for (path, text) in sources() {
        if ["ui", "main", "bin"].contains(&layer(&path).as_str()) {
            continue;
        }
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for word in forbidden {
            assert!(!code.contains(word), "{} contains {word}", path.display());
        }
    }
}

#[test]
fn every_preset_has_a_golden_trace_and_is_known_to_the_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let golden = std::fs::read_to_string(root.join("tests/it/golden.rs")).expect("the golden tests");
    let mut presets = 0;
    for entry in std::fs::read_dir(root.join("static/scenarios")).expect("the presets") {
        let file = entry.expect("a file").file_name().into_string().expect("a name");
        let traced = golden.contains(&format!("\"{}\"", file.replace(".json", ".trace")));
        assert!(traced, "{file} has no golden trace");
        let known = crate::presets::ALL.iter().any(|(name, _)| format!("{name}.json") == file);
        assert!(known, "{file} is missing in the library");
        presets += 1;
    }
    assert_eq!(presets, crate::presets::ALL.len(), "a preset of the library has no file");
}
