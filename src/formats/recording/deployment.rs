//! `deploymentConfiguration`: the strategy with its own block, bounds, bake, circuit breaker, alarms, early success.

use super::fields;
use crate::formats::reader::{Object, Reader};
use crate::model::*;
use std::ops::RangeInclusive;

/// What holds where a configuration gives nothing.
pub(crate) struct Defaults<'b> {
    /// The values; those that the service had, for an update.
    pub values: &'b DeploymentConfiguration,
    /// The strategy, where `strategy` is not given.
    pub strategy: StrategyName,
    /// Whether a value that is taken from here is noted as an assumption.
    pub noted: bool,
}

/// Reads a `deploymentConfiguration` that has been opened; its hooks are read by [`super::hooks`].
pub(crate) fn read(
    reader: &mut Reader,
    object: &Object<'_>,
    defaults: &Defaults<'_>,
) -> DeploymentConfiguration {
    let base = defaults.values;
    let mut assume = |reader: &mut Reader, path: String, value: String, why: &str| {
        if defaults.noted {
            reader.assume(path, value, why);
        }
    };
    let given = reader.word(object, "strategy", &StrategyName::ALL, StrategyName::api_name);
    let name = given.unwrap_or(defaults.strategy);
    if !object.has("strategy") {
        assume(reader, object.path_of("strategy"), name.to_string(), "the API's default");
    }
    let strategy = strategy(reader, object, name, base.strategy, &mut assume);
    // With a strategy that does not exist nobody can say whose block is another's.
    if given.is_some() || !object.has("strategy") {
        refuse_blocks_of_others(reader, object, name);
    }

    let minimum = reader.count(object, "minimumHealthyPercent", 0..=100);
    let maximum = reader.count(object, "maximumPercent", 100..=1000);
    for (key, given, value) in [
        ("minimumHealthyPercent", minimum, base.minimum_healthy_percent),
        ("maximumPercent", maximum, base.maximum_percent),
    ] {
        // A shifting strategy starts a whole second fleet, whatever the bounds say.
        if given.is_none() && !name.shifts() {
            assume(reader, object.path_of(key), value.to_string(), "the API's default");
        }
    }
    let minimum_healthy_percent = minimum.unwrap_or(base.minimum_healthy_percent);

    let breaker = reader.object(object, "deploymentCircuitBreaker", fields::CIRCUIT_BREAKER);
    if !object.has("deploymentCircuitBreaker") && !base.circuit_breaker.enable {
        assume(reader, breaker.path.clone(), "enable false".to_owned(), "the API's default");
    }
    if breaker.is_present() && !breaker.has("thresholdConfiguration") {
        let path = breaker.path_of("thresholdConfiguration");
        assume(reader, path, "type BOUNDED_PERCENT, value 50".to_owned(), "the API's default");
    }
    let alarms = reader.object(object, "alarms", fields::DEPLOYMENT_ALARMS);
    if !object.has("alarms") && !base.alarms.enable {
        assume(reader, alarms.path.clone(), "enable false".to_owned(), "the API's default");
    }
    let early = reader.object(object, "earlySuccessCriteria", fields::EARLY_SUCCESS);

    let mut configuration = DeploymentConfiguration {
        strategy,
        minimum_healthy_percent,
        maximum_percent: maximum.unwrap_or(base.maximum_percent),
        bake_time: reader.minutes(object, "bakeTimeInMinutes", 0..=MOST_BAKE_MINUTES).or(base.bake_time),
        circuit_breaker: circuit_breaker(reader, &breaker).unwrap_or(base.circuit_breaker),
        alarms: alarm_configuration(reader, &alarms).unwrap_or_else(|| base.alarms.clone()),
        early_success: None,
    };
    configuration.early_success = match early.is_present() {
        true => early_success(reader, &early, minimum_healthy_percent),
        false => base.early_success.filter(|_| !name.shifts()),
    };
    if configuration.bake_time.is_none() && !object.has("bakeTimeInMinutes") {
        let path = object.path_of("bakeTimeInMinutes");
        match name {
            StrategyName::BlueGreen => {
                let most = Count(MOST_BAKE_MINUTES);
                reader.refuse(path, format!("is missing: BLUE_GREEN must be given one, 0 to {most} minutes"))
            }
            StrategyName::Rolling if configuration.bake().is_zero() => {}
            _ => assume(
                reader,
                path,
                (configuration.bake().0 / 60_000).to_string(),
                "our reading: no default is documented",
            ),
        }
    }
    configuration
}

type Assume<'f> = dyn FnMut(&mut Reader, String, String, &str) + 'f;

fn strategy(
    reader: &mut Reader,
    object: &Object<'_>,
    name: StrategyName,
    base: Strategy,
    assume: &mut Assume<'_>,
) -> Strategy {
    let block = match name {
        StrategyName::Canary => "canaryConfiguration",
        _ => "linearConfiguration",
    };
    // Both blocks are read, so that a wrong value is told even where the block itself is refused.
    let linear = reader.object(object, "linearConfiguration", fields::LINEAR);
    let linear_values = (
        share(reader, &linear, "stepPercent", 3.0..=100.0),
        reader.minutes(&linear, "stepBakeTimeInMinutes", 0..=MOST_BAKE_MINUTES),
    );
    let canary = reader.object(object, "canaryConfiguration", fields::CANARY);
    let canary_values = (
        share(reader, &canary, "canaryPercent", 0.1..=100.0),
        reader.minutes(&canary, "canaryBakeTimeInMinutes", 0..=MOST_BAKE_MINUTES),
    );
    let (keys, (percent, bake), usual) = match name {
        StrategyName::Rolling => return Strategy::Rolling,
        StrategyName::BlueGreen => return Strategy::BlueGreen,
        StrategyName::Linear => (
            ["stepPercent", "stepBakeTimeInMinutes"],
            linear_values,
            match base {
                Strategy::Linear { percent, bake } => (percent, bake),
                _ => (Permille(100), Span::from_mins(6)),
            },
        ),
        StrategyName::Canary => (
            ["canaryPercent", "canaryBakeTimeInMinutes"],
            canary_values,
            match base {
                Strategy::Canary { percent, bake } => (percent, bake),
                _ => (Permille(50), Span::from_mins(10)),
            },
        ),
    };
    let path = object.path_of(block);
    if percent.is_none() {
        let value = usual.0.to_string().replace(" %", "");
        assume(reader, format!("{path}.{}", keys[0]), value, "the API's default");
    }
    if bake.is_none() {
        assume(reader, format!("{path}.{}", keys[1]), (usual.1.0 / 60_000).to_string(), "the API's default");
    }
    let (percent, bake) = (percent.unwrap_or(usual.0), bake.unwrap_or(usual.1));
    match name {
        StrategyName::Canary => Strategy::Canary { percent, bake },
        _ => Strategy::Linear { percent, bake },
    }
}

fn refuse_blocks_of_others(reader: &mut Reader, object: &Object<'_>, name: StrategyName) {
    for (block, owner) in [
        ("linearConfiguration", StrategyName::Linear),
        ("canaryConfiguration", StrategyName::Canary),
        ("earlySuccessCriteria", StrategyName::Rolling),
    ] {
        if object.has(block) && name != owner {
            reader.refuse(object.path_of(block), format!("belongs to {owner}; the strategy is {name}"));
        }
    }
}

/// A percentage that is a multiple of 0.1.
fn share(
    reader: &mut Reader,
    object: &Object<'_>,
    key: &str,
    range: RangeInclusive<f64>,
) -> Option<Permille> {
    let percent = reader.decimal(object, key, range)?;
    let tenths = (percent * 10.0 + 0.5) as u16;
    if (percent * 10.0 - f64::from(tenths)).abs() > 1e-6 {
        reader.refuse(object.path_of(key), format!("must be a multiple of 0.1; it is {percent}"));
        return None;
    }
    Some(Permille(tenths))
}

fn circuit_breaker(reader: &mut Reader, object: &Object<'_>) -> Option<CircuitBreaker> {
    const BOTH: &str = "enable and rollback must both be given";
    reader.require(object, "enable", BOTH);
    reader.require(object, "rollback", BOTH);
    let enable = reader.flag(object, "enable");
    let rollback = reader.flag(object, "rollback");
    let reset = reader.flag(object, "resetOnHealthyTask");
    let threshold = reader.object(object, "thresholdConfiguration", fields::THRESHOLD);
    let threshold = threshold_configuration(reader, &threshold);
    let usual = CircuitBreaker::default();
    Some(CircuitBreaker {
        enable: enable?,
        rollback: rollback?,
        reset_on_healthy_task: reset.unwrap_or(usual.reset_on_healthy_task),
        threshold: threshold.unwrap_or(usual.threshold),
    })
}

fn threshold_configuration(reader: &mut Reader, object: &Object<'_>) -> Option<Threshold> {
    type Make = fn(u32) -> Threshold;
    const TYPES: [(&str, Make); 3] = [
        ("COUNT", Threshold::Count),
        ("BOUNDED_PERCENT", Threshold::BoundedPercent),
        ("UNBOUNDED_PERCENT", Threshold::UnboundedPercent),
    ];
    const BOTH: &str = "type and value must both be given";
    reader.require(object, "type", BOTH);
    reader.require(object, "value", BOTH);
    let kind = reader.word(object, "type", &TYPES, |(name, _)| name);
    let most = if kind.is_some_and(|(name, _)| name != "COUNT") { 100 } else { i32::MAX as u32 };
    let value = reader.count(object, "value", 1..=most);
    Some(kind?.1(value?))
}

fn alarm_configuration(reader: &mut Reader, object: &Object<'_>) -> Option<AlarmConfiguration> {
    for key in ["alarmNames", "enable", "rollback"] {
        reader.require(object, key, "alarmNames, enable and rollback must all be given");
    }
    let alarm_names = reader.texts(object, "alarmNames", super::MOST_ALARMS);
    let enable = reader.flag(object, "enable");
    let rollback = reader.flag(object, "rollback");
    Some(AlarmConfiguration {
        alarm_names: alarm_names.into_iter().map(|(name, _)| name.to_owned()).collect(),
        enable: enable?,
        rollback: rollback?,
    })
}

fn early_success(reader: &mut Reader, object: &Object<'_>, minimum: u32) -> Option<EarlySuccess> {
    const CLEANUPS: [(&str, SourceCleanup); 2] =
        [("BLOCKING", SourceCleanup::Blocking), ("DEFERRED", SourceCleanup::Deferred)];
    let enable = reader.flag(object, "enable");
    let healthy = reader.count(object, "healthyPercent", 0..=100);
    let cleanup = reader.word(object, "sourceServiceRevisionCleanup", &CLEANUPS, |(name, _)| name);
    if enable != Some(true) {
        return None;
    }
    const BOTH: &str = "healthyPercent and sourceServiceRevisionCleanup must be given when enable is true";
    reader.require(object, "healthyPercent", BOTH);
    reader.require(object, "sourceServiceRevisionCleanup", BOTH);
    if let Some(healthy) = healthy.filter(|&healthy| healthy < minimum) {
        reader.refuse(
            object.path_of("healthyPercent"),
            format!("must be at least minimumHealthyPercent, {minimum}; it is {healthy}"),
        );
    }
    Some(EarlySuccess { healthy_percent: healthy?, cleanup: cleanup?.1 })
}
