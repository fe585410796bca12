//! `revisions` with their behaviour, and `timings`: what ECS does not know of a service.

use super::measures::{SECONDS, STEP, error, latency, rate};
use super::task_definition::revision_of;
use crate::formats::reader::{Kind, Node, Object, Reader};
use crate::model::*;

/// The most revisions of a service that are read.
const MOST_REVISIONS: usize = 100;

const BEHAVIOR: &[(&str, Kind)] = &[
    ("startSeconds", Kind::Read),
    ("warmUpSeconds", Kind::Read),
    ("latencyMillis", Kind::Read),
    ("requestsPerSecondPerTask", Kind::Read),
    ("errorPercent", Kind::Read),
    ("crashesAtStart", Kind::Read),
    ("imageMissing", Kind::Read),
    ("failsHealthChecks", Kind::Read),
    ("failsAfterSeconds", Kind::Read),
    ("page", Kind::Read),
];

/// Reads `revisions` of an entry of `services`; without any there is the one that its service runs.
pub(crate) fn read(reader: &mut Reader, entry: &Object<'_>, task_definition: Option<&str>) -> Vec<Revision> {
    let mut revisions: Vec<Revision> = Vec::new();
    for (index, node) in reader.list(entry, "revisions", MOST_REVISIONS).into_iter().enumerate() {
        let revision = revision(reader, node, index);
        if revisions.iter().any(|other| other.name == revision.name) {
            let path = format!("{}.revisions[{index}].name", entry.path);
            reader.refuse(path, format!("a revision is called {:?} already", revision.name));
        }
        revisions.push(revision);
    }
    if revisions.is_empty() {
        let name = task_definition.and_then(revision_of).unwrap_or("1");
        reader.assume(entry.path_of("revisions"), format!("one, called {name}"), "the file lists none");
        revisions.push(Revision { name: name.to_owned(), behavior: Behavior::default() });
    }
    revisions
}

/// Reads a `behavior`: the fields that are given, none where it is absent. In a `setBehavior`, a
/// `failsAfterSeconds` of null takes the failure away.
pub(crate) fn read_behavior(reader: &mut Reader, holder: &Object<'_>, clears: bool) -> BehaviorPatch {
    let object = reader.object(holder, "behavior", BEHAVIOR);
    let cleared = clears && object.get("failsAfterSeconds").is_some_and(|node| node.value.is_null());
    BehaviorPatch {
        start: reader.seconds(&object, "startSeconds", STEP),
        warm_up: reader.seconds(&object, "warmUpSeconds", STEP),
        latency: latency(reader, &object),
        capacity: rate(reader, &object, "requestsPerSecondPerTask", 0.001),
        error: error(reader, &object),
        crashes_at_start: reader.flag(&object, "crashesAtStart"),
        image_missing: reader.flag(&object, "imageMissing"),
        fails_health_checks: reader.flag(&object, "failsHealthChecks"),
        fails_after: match cleared {
            true => Some(None),
            false => reader.seconds(&object, "failsAfterSeconds", SECONDS).map(Some),
        },
        page: page(reader, &object),
    }
}

/// Reads `timings` of an entry of `services`.
pub(crate) fn read_timings(reader: &mut Reader, entry: &Object<'_>) -> Timings {
    const TIMINGS: &[(&str, Kind)] = &[
        ("provisionSeconds", Kind::Read),
        ("pullSeconds", Kind::Read),
        ("registerSeconds", Kind::Read),
        ("firstCheckSeconds", Kind::Read),
        ("deregisterSeconds", Kind::Read),
        ("exitSeconds", Kind::Read),
        ("deprovisionSeconds", Kind::Read),
        ("propagationSeconds", Kind::Read),
    ];
    let object = reader.object(entry, "timings", TIMINGS);
    let usual = Timings::default();
    let mut taken = Vec::new();
    let mut seconds = |key: &str, usual: Span| {
        if !object.has(key) {
            taken.push(format!("{key} {}", usual.as_secs_f64()));
        }
        reader.seconds(&object, key, STEP).unwrap_or(usual)
    };
    let timings = Timings {
        provision: seconds("provisionSeconds", usual.provision),
        pull: seconds("pullSeconds", usual.pull),
        register: seconds("registerSeconds", usual.register),
        first_check: seconds("firstCheckSeconds", usual.first_check),
        deregister: seconds("deregisterSeconds", usual.deregister),
        exit: seconds("exitSeconds", usual.exit),
        deprovision: seconds("deprovisionSeconds", usual.deprovision),
        propagation: seconds("propagationSeconds", usual.propagation),
    };
    if !taken.is_empty() {
        reader.assume(object.path, taken.join(", "), "field timings: AWS documents none");
    }
    timings
}

fn revision(reader: &mut Reader, node: Node<'_>, index: usize) -> Revision {
    let object = reader.open(node, &[("name", Kind::Read), ("behavior", Kind::Read)]);
    let name = reader.name(&object, "name").map_or_else(|| (index + 1).to_string(), str::to_owned);
    if object.is_present() && !object.has("name") {
        reader.assume(object.path_of("name"), name.as_str(), "its place in the list");
    }
    let patch = read_behavior(reader, &object, false);
    let behavior = Behavior::default().with(&patch);
    let mut taken = Vec::new();
    let mut take = |given: bool, text: String| {
        if !given {
            taken.push(text);
        }
    };
    take(patch.start.is_some(), format!("startSeconds {}", behavior.start.as_secs_f64()));
    take(patch.warm_up.is_some(), format!("warmUpSeconds {}", behavior.warm_up.as_secs_f64()));
    take(patch.latency.is_some(), format!("latencyMillis {}", behavior.latency.0));
    take(patch.capacity.is_some(), format!("requestsPerSecondPerTask {}", behavior.capacity.as_per_second()));
    take(patch.error.is_some(), format!("errorPercent {}", behavior.error.as_percent()));
    if !taken.is_empty() {
        reader.assume(object.path_of("behavior"), taken.join(", "), "ECS does not know the software");
    }
    Revision { name, behavior }
}

fn page(reader: &mut Reader, behavior: &Object<'_>) -> Option<PageLook> {
    let object = reader.object(behavior, "page", &[("title", Kind::Read), ("background", Kind::Read)]);
    let title = reader.text(&object, "title").unwrap_or_default();
    let background = reader.text(&object, "background").unwrap_or("#ffffff");
    // The page paints with it, so it must be a colour and no other piece of a style sheet.
    let is_colour = background.len() <= 64
        && !background.to_ascii_lowercase().contains("url")
        && background.chars().all(|c| c.is_ascii_alphanumeric() || "#(),.%/ -".contains(c));
    if !is_colour {
        reader.refuse(object.path_of("background"), "must be a CSS colour, as in \"#f5d04f\"");
    }
    object.is_present().then(|| PageLook { title: title.to_owned(), background: background.to_owned() })
}
