//! What no accepted recording may hold, written down once more from the API's reference and the limits of a recording.

use crate::driver::HOOK_STAGES;
use serde_json::Value;

/// The values that a field may have.
enum Must {
    /// A whole number in a range.
    Whole(i64, i64),
    /// Any number in a range.
    Number(f64, f64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// true or false.
    Flag,
    /// A list.
    List,
    /// An object.
    Object,
    /// A text.
    Text,
}

use Must::{Flag, List, Number, Object, Text, Whole, Word};

const DEPLOYMENT: &str = "services.*.service.deploymentConfiguration";
/// A path, `*` for any index, and what must stand there if anything does. A path that begins with a dot lies in the
/// deployment configuration.
const FIELDS: &[(&str, Must)] = &[
    ("cutover", Whole(1, 1)),
    ("name", Text),
    ("services", List),
    ("services.*.service", Object),
    ("services.*.service.desiredCount", Whole(0, 5_000)),
    ("services.*.service.healthCheckGracePeriodSeconds", Whole(0, 2_147_483_647)),
    ("services.*.service.availabilityZoneRebalancing", Word(&["ENABLED", "DISABLED"])),
    ("services.*.service.loadBalancers", List),
    ("services.*.revisions.*.behavior.errorPercent", Number(0.0, 100.0)),
    ("services.*.revisions.*.behavior.crashesAtStart", Flag),
    ("services.*.revisions.*.behavior.failsHealthChecks", Flag),
    ("services.*.revisions.*.behavior.startSeconds", Number(0.0, f64::MAX)),
    ("services.*.revisions.*.behavior.latencyMillis", Number(0.0, f64::MAX)),
    ("services.*.timings.pullSeconds", Number(0.0, f64::MAX)),
    (".strategy", Word(&["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"])),
    (".minimumHealthyPercent", Whole(0, 100)),
    (".maximumPercent", Whole(100, 1_000)),
    (".bakeTimeInMinutes", Whole(0, 1_440)),
    (".linearConfiguration.stepPercent", Number(3.0, 100.0)),
    (".linearConfiguration.stepBakeTimeInMinutes", Whole(0, 1_440)),
    (".canaryConfiguration.canaryPercent", Number(0.1, 100.0)),
    (".canaryConfiguration.canaryBakeTimeInMinutes", Whole(0, 1_440)),
    (".deploymentCircuitBreaker.enable", Flag),
    (".deploymentCircuitBreaker.rollback", Flag),
    (
        ".deploymentCircuitBreaker.thresholdConfiguration.type",
        Word(&["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"]),
    ),
    (".deploymentCircuitBreaker.thresholdConfiguration.value", Whole(1, i64::MAX)),
    (".alarms.enable", Flag),
    (".alarms.alarmNames", List),
    (".lifecycleHooks", List),
    (".lifecycleHooks.*.targetType", Word(&["AWS_LAMBDA", "PAUSE"])),
    (".lifecycleHooks.*.lifecycleStages.*", Word(&HOOK_STAGES)),
    (".lifecycleHooks.*.timeoutConfiguration.timeoutInMinutes", Whole(1, 20_160)),
    (".lifecycleHooks.*.timeoutConfiguration.action", Word(&["ROLLBACK", "CONTINUE"])),
    ("traffic.requestsPerSecond", Number(0.0, 1_000_000.0)),
    ("alarms.*.alarmName", Text),
    ("alarms.*.metric", Word(&["errorPercent", "latencyMillis"])),
    ("alarms.*.scope", Word(&["targetGroup", "loadBalancer"])),
    ("alarms.*.periodSeconds", Whole(1, 86_400)),
    ("alarms.*.evaluationPeriods", Whole(1, 1_440)),
    ("interventions.*.atSeconds", Number(0.0, 2_592_000.0)),
    ("interventions.*.limitCapacity.tasks", Whole(0, i64::MAX)),
    ("interventions.*.setAlarm.state", Word(&["ALARM", "OK"])),
    ("interventions.*.setDesiredCount.desiredCount", Whole(0, 5_000)),
    ("interventions.*.continueServiceDeployment.action", Word(&["CONTINUE", "ROLLBACK"])),
];

/// The first thing in a recording that should have kept it from being accepted.
pub fn violation(document: &Value) -> Option<String> {
    FIELDS.iter().find_map(|(path, must)| {
        let path = if path.starts_with('.') { format!("{DEPLOYMENT}{path}") } else { (*path).to_owned() };
        let steps: Vec<&str> = path.split('.').collect();
        let mut found = Vec::new();
        collect(document, &steps, &mut found);
        found.into_iter().find(|value| !must.holds(value)).map(|value| format!("{path} is {value:.60}"))
    })
}

fn collect<'a>(value: &'a Value, steps: &[&str], found: &mut Vec<&'a Value>) {
    match (steps, value) {
        ([], value) => found.push(value),
        (["*", rest @ ..], Value::Array(list)) => list.iter().for_each(|item| collect(item, rest, found)),
        ([key, rest @ ..], Value::Object(map)) => {
            map.get(*key).into_iter().for_each(|item| collect(item, rest, found));
        }
        _ => {}
    }
}

impl Must {
    fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Whole(least, most), Value::Number(number)) => {
                number.as_i64().is_some_and(|number| (*least..=*most).contains(&number))
            }
            (Number(least, most), Value::Number(number)) => {
                number.as_f64().is_some_and(|number| (*least..=*most).contains(&number))
            }
            (Word(words), Value::String(text)) => words.contains(&text.as_str()),
            (Flag, Value::Bool(_)) | (List, Value::Array(_)) => true,
            (Object, Value::Object(_)) | (Text, Value::String(_)) => true,
            _ => false,
        }
    }
}
