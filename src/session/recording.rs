//! The recording as the page edits it: a JSON document, changed in place and read again after each change.
//!
//! The document is the only truth; nothing here keeps a second copy of what it says. Whatever a change makes of it, it
//! is the reader of files that says whether the result is one.

use crate::formats::{Problem, read_document};
use crate::model::*;
use serde_json::{Map, Value, json};

/// Puts a value at a path of keys and places, making the objects on the way. Does nothing where a place of a list does
/// not exist, or where something else than an object or a list is in the way.
pub fn put(document: &mut Value, path: &[&str], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        *document = value;
        return;
    };
    match document {
        Value::Array(list) => {
            if let Some(item) = first.parse().ok().and_then(|place: usize| list.get_mut(place)) {
                put(item, rest, value);
            }
        }
        Value::Object(map) => {
            put(map.entry(*first).or_insert_with(|| Value::Object(Map::new())), rest, value);
        }
        _ => {}
    }
}

/// An entry of the document's `services`.
pub fn entry(document: &mut Value, service: usize) -> Option<&mut Map<String, Value>> {
    document.get_mut("services")?.get_mut(service)?.as_object_mut()
}

/// The `deploymentConfiguration` of a service, made where there is none.
fn configuration(document: &mut Value, service: usize) -> Option<&mut Map<String, Value>> {
    let service = entry(document, service)?.get_mut("service")?.as_object_mut()?;
    let empty = || Value::Object(Map::new());
    service.entry("deploymentConfiguration").or_insert_with(empty).as_object_mut()
}

/// The strategy that the document gives a service.
pub fn strategy_of(document: &Value, service: usize) -> StrategyName {
    document
        .pointer(&format!("/services/{service}/service/deploymentConfiguration/strategy"))
        .and_then(Value::as_str)
        .and_then(StrategyName::from_api_name)
        .unwrap_or(StrategyName::Rolling)
}

/// The service whose deployment a recording is about, by its place.
///
/// # Errors
/// Every problem of the recording at once.
pub fn service_in_view(document: &Value) -> Result<usize, Vec<Problem>> {
    Ok(read_document(document)?.scenario.service_deployed())
}

/// The blocks that only one strategy may have.
const OWN_BLOCKS: [(&str, StrategyName); 3] = [
    ("canaryConfiguration", StrategyName::Canary),
    ("linearConfiguration", StrategyName::Linear),
    ("earlySuccessCriteria", StrategyName::Rolling),
];

/// BLUE_GREEN must be given a bake time; this is what it gets where nobody has ever given one.
const BLUE_GREEN_BAKE_MINUTES: u64 = 5;

/// The same recording with another strategy for a service.
///
/// The values of the strategy that is left are kept in `otherStrategies` beside the service, and those kept for the
/// new one return from there. What is not kept for it stays as it was, but no block of another strategy does. A bake
/// time is shared by the strategies that shift traffic; ROLLING derives its own from its alarms.
pub fn document_for(document: &Value, service: usize, strategy: StrategyName) -> Value {
    let left = strategy_of(document, service);
    let mut document = document.clone();
    if left == strategy {
        return document;
    }
    let kept_bake = bake_of_shifting(&document, service);
    let mut kept = Map::new();
    if let Some(others) =
        entry(&mut document, service).and_then(|entry| entry.get_mut("otherStrategies")?.as_object_mut())
        && let Some(Value::Object(block)) = others.shift_remove(strategy.api_name())
    {
        kept = block;
    }
    let Some(configuration) = configuration(&mut document, service) else { return document };
    let mut aside = Map::new();
    for (key, owner) in OWN_BLOCKS {
        if owner != strategy
            && let Some(block) = configuration.shift_remove(key)
            && owner == left
        {
            aside.insert(key.to_owned(), block);
        }
    }
    let bake = configuration.get("bakeTimeInMinutes").cloned();
    aside.extend(match (&bake, left) {
        (Some(bake), _) => Some(("bakeTimeInMinutes".to_owned(), bake.clone())),
        // Nothing given is 0 here; without a word it would come back as the other strategy's.
        (None, StrategyName::Canary | StrategyName::Linear) => {
            Some(("bakeTimeInMinutes".to_owned(), json!(0)))
        }
        (None, _) => None,
    });
    if left == StrategyName::Rolling {
        for key in ["minimumHealthyPercent", "maximumPercent"] {
            aside.extend(configuration.get(key).map(|value| (key.to_owned(), value.clone())));
        }
    }
    if !strategy.shifts() {
        configuration.shift_remove("bakeTimeInMinutes");
    } else if !left.shifts() {
        configuration.shift_remove("bakeTimeInMinutes");
        configuration.extend(kept_bake.map(|bake| ("bakeTimeInMinutes".to_owned(), bake)));
    }
    configuration.insert("strategy".to_owned(), json!(strategy.api_name()));
    kept.shift_remove("strategy");
    for (key, value) in kept {
        if let Some(old) = configuration.insert(key.clone(), value) {
            aside.entry(key).or_insert(old);
        }
    }
    if strategy == StrategyName::BlueGreen && !configuration.contains_key("bakeTimeInMinutes") {
        configuration.insert("bakeTimeInMinutes".to_owned(), json!(BLUE_GREEN_BAKE_MINUTES));
    }
    keep_aside(&mut document, service, left, aside);
    document
}

/// Keeps the values of the strategy that is left.
fn keep_aside(document: &mut Value, service: usize, left: StrategyName, aside: Map<String, Value>) {
    let Some(entry) = entry(document, service) else { return };
    let others = entry.entry("otherStrategies").or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(others) = others {
        others.insert(left.api_name().to_owned(), Value::Object(aside));
    }
}

/// A bake time kept for any strategy that shifts traffic.
fn bake_of_shifting(document: &Value, service: usize) -> Option<Value> {
    let others = document.pointer(&format!("/services/{service}/otherStrategies"))?;
    let shifting = StrategyName::ALL.into_iter().filter(|strategy| strategy.shifts());
    shifting
        .into_iter()
        .find_map(|strategy| others.get(strategy.api_name())?.get("bakeTimeInMinutes").cloned())
}

/// Adds an intervention at the end of the list.
pub fn intervene(document: &mut Value, intervention: Value) {
    let Some(root) = document.as_object_mut() else { return };
    if let Value::Array(list) = root.entry("interventions").or_insert_with(|| Value::Array(Vec::new())) {
        list.push(intervention);
    }
}

/// Adds an intervention before the one at `place`, at the same moment; at second 0 where there is none.
pub fn intervene_before(document: &mut Value, place: Option<usize>, mut intervention: Value) {
    let list = document.get_mut("interventions").and_then(Value::as_array_mut);
    match list.zip(place).filter(|(list, place)| *place < list.len()) {
        Some((list, place)) => {
            for when in ["atSeconds", "at"] {
                if let Some(moment) = list[place].get(when) {
                    intervention[when] = moment.clone();
                }
            }
            list.insert(place, intervention);
        }
        None => {
            intervention["atSeconds"] = json!(0);
            intervene(document, intervention);
        }
    }
}

/// An instant as recordings write it: seconds, with as many decimals as it needs.
pub fn seconds(millis: u64) -> Value {
    if millis.is_multiple_of(1000) { json!(millis / 1000) } else { json!(millis as f64 / 1000.0) }
}

/// Writes the revisions of a service into a document that leaves them to be assumed, so that they can be changed.
pub fn write_revisions(document: &mut Value, service: usize, revisions: &[Revision]) {
    let Some(entry) = entry(document, service) else { return };
    let list = entry.entry("revisions").or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(list) = list
        && list.is_empty()
    {
        list.extend(revisions.iter().map(|revision| json!({"name": revision.name})));
    }
}

/// Adds a revision that behaves like another one but is called, and looks, different.
pub fn add_revision(document: &mut Value, service: usize, like: &Revision, place: usize, name: &str) {
    let Some(Value::Array(list)) = entry(document, service).and_then(|entry| entry.get_mut("revisions"))
    else {
        return;
    };
    let mut behavior =
        list.get(place).and_then(|revision| revision.get("behavior")).cloned().unwrap_or_default();
    if let Some(page) = like.behavior.page.as_ref() {
        let title = match page.title.contains(&like.name) {
            true => page.title.replace(&like.name, name),
            false => format!("{} {name}", page.title),
        };
        let background =
            if page.background == NEXT_BACKGROUNDS[0] { NEXT_BACKGROUNDS[1] } else { NEXT_BACKGROUNDS[0] };
        put(&mut behavior, &["page"], json!({"title": title, "background": background}));
    }
    let mut revision = json!({"name": name});
    if behavior.is_object() {
        put(&mut revision, &["behavior"], behavior);
    }
    list.push(revision);
}

/// What the page of a revision made here looks like, so that it does not look like the one it was copied from.
const NEXT_BACKGROUNDS: [&str; 2] = ["#8fc1e3", "#5b3a6e"];

#[cfg(test)]
mod tests {
    use super::*;

    fn service(configuration: Value, others: Value) -> Value {
        json!({"cutover": 1, "services": [{
            "service": {"serviceName": "ui", "deploymentConfiguration": configuration},
            "otherStrategies": others,
        }]})
    }

    fn configuration_of(document: &Value) -> &Value {
        &document["services"][0]["service"]["deploymentConfiguration"]
    }

    #[test]
    fn the_chosen_strategys_values_are_written_and_the_former_ones_kept_aside() {
        let canary = json!({"strategy": "CANARY", "bakeTimeInMinutes": 10,
            "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 5}});
        let others = json!({"ROLLING": {"minimumHealthyPercent": 100, "maximumPercent": 150},
            "LINEAR": {"linearConfiguration": {"stepPercent": 20.0, "stepBakeTimeInMinutes": 6}}});
        let document = service(canary.clone(), others);

        let rolling = document_for(&document, 0, StrategyName::Rolling);
        assert_eq!(
            *configuration_of(&rolling),
            json!({"strategy": "ROLLING", "minimumHealthyPercent": 100, "maximumPercent": 150})
        );
        let linear = document_for(&document, 0, StrategyName::Linear);
        assert_eq!(
            *configuration_of(&linear),
            json!({"strategy": "LINEAR", "bakeTimeInMinutes": 10,
                "linearConfiguration": {"stepPercent": 20.0, "stepBakeTimeInMinutes": 6}})
        );
        let blue_green = document_for(&rolling, 0, StrategyName::BlueGreen);
        assert_eq!(configuration_of(&blue_green)["bakeTimeInMinutes"], json!(10));
        assert_eq!(configuration_of(&blue_green).get("canaryConfiguration"), None);
    }

    #[test]
    fn going_through_all_tabs_and_back_changes_no_value() {
        let canary = json!({"strategy": "CANARY", "bakeTimeInMinutes": 10,
            "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 5},
            "deploymentCircuitBreaker": {"enable": true, "rollback": true}});
        let mut document = service(canary.clone(), json!({"ROLLING": {"maximumPercent": 150}}));
        for strategy in StrategyName::ALL.into_iter().chain([StrategyName::Canary]) {
            document = document_for(&document, 0, strategy);
        }
        let mut now = configuration_of(&document).clone();
        // The ceiling of ROLLING means nothing here, and ECS keeps it too.
        now.as_object_mut().map(|map| map.shift_remove("maximumPercent"));
        assert_eq!(now, canary);
    }

    #[test]
    fn a_rolling_service_without_a_bake_time_gets_one_only_where_the_api_demands_it() {
        let document = service(json!({"maximumPercent": 150}), json!({}));
        for (strategy, bake) in
            [(StrategyName::BlueGreen, Some(5)), (StrategyName::Canary, None), (StrategyName::Linear, None)]
        {
            let other = document_for(&document, 0, strategy);
            assert_eq!(configuration_of(&other).get("bakeTimeInMinutes"), bake.map(|it| json!(it)).as_ref());
        }
    }

    #[test]
    fn a_value_is_put_where_nothing_was() {
        let mut document = service(json!({}), json!({}));
        put(&mut document, &["services", "0", "timings", "pullSeconds"], json!(3));
        put(&mut document, &["services", "7", "timings", "pullSeconds"], json!(3));
        assert_eq!(document["services"][0]["timings"], json!({"pullSeconds": 3}));
        assert_eq!(document["services"].as_array().map(Vec::len), Some(1));
    }
}
