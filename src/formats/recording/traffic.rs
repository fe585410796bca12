//! `traffic`, `reviewer` and `alarms`: who sends requests, who answers approvals, and who watches.

use super::measures::{MILLIS, PERCENT, SECONDS, SOME_SECONDS, rate};
use super::service::ReadService;
use super::target_groups::group_name;
use crate::formats::reader::{Kind, Node, Object, Reader};
use crate::model::*;

/// Reads `traffic`; `desired_count` is the entry service's, on which the usual rate depends.
pub(crate) fn read_traffic(reader: &mut Reader, document: &Object<'_>, desired_count: u32) -> Traffic {
    const TRAFFIC: &[(&str, Kind)] = &[
        ("requestsPerSecond", Kind::Read),
        ("profile", Kind::Read),
        ("testRequestsPerSecond", Kind::Read),
        ("users", Kind::Read),
    ];
    let object = reader.object(document, "traffic", TRAFFIC);
    let usual = Rate::per_second(40 * u64::from(desired_count));
    let production = rate(reader, &object, "requestsPerSecond", 0.0).unwrap_or(usual);
    let (profile, spikes) = profile(reader, &object);
    let from_the_start = profile.first().is_some_and(|change| change.at == SimTime::ZERO);
    if !object.has("requestsPerSecond") && !from_the_start {
        let value = usual.as_per_second().to_string();
        reader.assume(object.path_of("requestsPerSecond"), value, "40 for each desired task");
    }
    if !object.has("testRequestsPerSecond") {
        reader.assume(object.path_of("testRequestsPerSecond"), "0", "nobody tests by hand");
    }
    if !object.has("users") {
        reader.assume(object.path_of("users"), "10,000", "how many people the requests come from");
    }
    Traffic {
        production,
        profile,
        spikes,
        test: rate(reader, &object, "testRequestsPerSecond", 0.0).unwrap_or_default(),
        users: reader.count(&object, "users", 1..=MOST_USERS).unwrap_or(10_000),
    }
}

/// The most entries of `traffic.profile`.
const MOST_CHANGES: usize = 1_000;

/// Reads `profile`: rates from a time on, reached by a jump or by a ramp; one that lasts `forSeconds` is a spike, under
/// which the others go on.
fn profile(reader: &mut Reader, traffic: &Object<'_>) -> (Vec<RateChange>, Vec<Spike>) {
    const CHANGE: &[(&str, Kind)] = &[
        ("atSeconds", Kind::Read),
        ("requestsPerSecond", Kind::Read),
        ("ramp", Kind::Read),
        ("forSeconds", Kind::Read),
    ];
    let (mut changes, mut spikes): (Vec<RateChange>, Vec<Spike>) = (Vec::new(), Vec::new());
    let mut before = SimTime::ZERO;
    for node in reader.list(traffic, "profile", MOST_CHANGES) {
        let object = reader.open(node, CHANGE);
        reader.require(&object, "atSeconds", "a rate holds from a time on");
        reader.require(&object, "requestsPerSecond", "the rate from then on");
        let at = reader.seconds(&object, "atSeconds", SECONDS);
        let new = rate(reader, &object, "requestsPerSecond", 0.0);
        let ramp = reader.flag(&object, "ramp").unwrap_or(false);
        let lasts = reader.seconds(&object, "forSeconds", SOME_SECONDS);
        let (Some(at), Some(rate)) = (at.map(|span| SimTime::ZERO + span), new) else { continue };
        if at < before {
            reader.refuse(object.path_of("atSeconds"), "must not lie before the change above it");
            continue;
        }
        before = at;
        let Some(lasts) = lasts else {
            changes.push(RateChange { at, rate, ramp });
            continue;
        };
        if ramp {
            reader.refuse(object.path_of("forSeconds"), "a ramp has no end of its own: a spike is a jump");
        }
        if spikes.last().is_some_and(|last| at < last.to) {
            reader.refuse(object.path_of("atSeconds"), "must not lie in the spike above it");
        }
        spikes.push(Spike { from: at, to: at + lasts, rate });
    }
    (changes, spikes)
}

/// Reads `reviewer`.
pub(crate) fn read_reviewer(reader: &mut Reader, document: &Object<'_>) -> Option<Reviewer> {
    const REVIEWER: &[(&str, Kind)] = &[("answersAfterSeconds", Kind::Read), ("answer", Kind::Read)];
    const ANSWERS: [(&str, bool); 4] =
        [("approve", true), ("reject", false), ("approved", true), ("rejected", false)];
    let object = reader.object(document, "reviewer", REVIEWER);
    let answers_after = reader.seconds(&object, "answersAfterSeconds", SECONDS);
    let answer = reader.word(&object, "answer", &ANSWERS, |(name, _)| name);
    object.is_present().then(|| Reviewer {
        answers_after: answers_after.unwrap_or_default(),
        approves: answer.is_none_or(|(_, approves)| approves),
    })
}

/// Reads `alarms`.
pub(crate) fn read_alarms(
    reader: &mut Reader,
    document: &Object<'_>,
    services: &[ReadService],
) -> Vec<Alarm> {
    let mut alarms: Vec<Alarm> = Vec::new();
    for node in reader.list(document, "alarms", super::MOST_ALARMS) {
        let path = format!("{}.alarmName", node.path);
        let alarm = alarm(reader, node, services);
        if alarms.iter().any(|other| other.name == alarm.name) && !alarm.name.is_empty() {
            reader.refuse(path, format!("an alarm is called {:?} already", alarm.name));
        }
        alarms.push(alarm);
    }
    alarms
}

/// The alarm that a service only names.
pub(crate) fn usual_alarm(name: &str) -> Alarm {
    Alarm {
        name: name.to_owned(),
        metric: AlarmMetric::ErrorPercent(Ratio(50_000)),
        scope: AlarmScope::TargetGroup,
        service: None,
        period: Span::from_secs(60),
        evaluation_periods: 1,
    }
}

fn alarm(reader: &mut Reader, node: Node<'_>, services: &[ReadService]) -> Alarm {
    const ALARM: &[(&str, Kind)] = &[
        ("alarmName", Kind::Read),
        ("metric", Kind::Read),
        ("scope", Kind::Read),
        ("targetGroup", Kind::Read),
        ("service", Kind::Read),
        ("threshold", Kind::Read),
        ("periodSeconds", Kind::Read),
        ("evaluationPeriods", Kind::Read),
    ];
    const METRICS: [&str; 2] = ["errorPercent", "latencyMillis"];
    const SCOPES: [(&str, AlarmScope); 2] =
        [("targetGroup", AlarmScope::TargetGroup), ("loadBalancer", AlarmScope::LoadBalancer)];
    const DEFAULT_LATENCY_MILLIS: u64 = 500;

    let object = reader.open(node, ALARM);
    reader.require(&object, "alarmName", "services and interventions refer to it");
    let usual = usual_alarm(reader.name(&object, "alarmName").unwrap_or_default());
    let metric = reader.word(&object, "metric", &METRICS, |name| name).unwrap_or(METRICS[0]);
    let metric = if metric == METRICS[0] {
        let threshold = reader.decimal(&object, "threshold", PERCENT);
        threshold.map_or(usual.metric, |percent| AlarmMetric::ErrorPercent(Ratio::from_percent(percent)))
    } else {
        // Latencies are whole milliseconds, so a mean is above 200.5 where it is above 200.
        let threshold = reader.decimal(&object, "threshold", MILLIS);
        AlarmMetric::LatencyMillis(threshold.map_or(DEFAULT_LATENCY_MILLIS, |millis| millis as u64))
    };
    let scope =
        reader.word(&object, "scope", &SCOPES, |(name, _)| name).map_or(usual.scope, |(_, scope)| scope);
    let service = measured(reader, &object, services);
    let alarm = Alarm {
        metric,
        scope: group(reader, &object, &usual.name, service, services).unwrap_or(scope),
        service,
        period: reader
            .whole_seconds(&object, "periodSeconds", 1..=LONGEST_PERIOD.as_secs())
            .unwrap_or(usual.period),
        evaluation_periods: reader
            .count(&object, "evaluationPeriods", 1..=MOST_PERIODS)
            .unwrap_or(usual.evaluation_periods),
        name: usual.name,
    };
    let threshold = match alarm.metric {
        AlarmMetric::ErrorPercent(percent) => percent.as_percent().to_string(),
        AlarmMetric::LatencyMillis(millis) => millis.to_string(),
    };
    for (key, value) in [
        ("threshold", threshold),
        ("periodSeconds", alarm.period.as_secs_f64().to_string()),
        ("evaluationPeriods", alarm.evaluation_periods.to_string()),
    ] {
        if object.is_present() && !object.has(key) {
            reader.assume(object.path_of(key), value, "the file gives none");
        }
    }
    alarm
}

/// The one target group an alarm measures, where it names one.
fn group(
    reader: &mut Reader,
    alarm: &Object<'_>,
    alarm_name: &str,
    service: Option<usize>,
    services: &[ReadService],
) -> Option<AlarmScope> {
    let name = group_name(reader.name(alarm, "targetGroup")?);
    let watches = |read: &ReadService| {
        read.service.deployment.alarms.alarm_names.iter().any(|known| known == alarm_name)
    };
    let service = service.or_else(|| services.iter().position(watches)).unwrap_or(0);
    let groups = services.get(service).map_or(&[][..], |read| &read.service.routing.groups);
    let names = || groups.iter().map(|group| group.name.as_str());
    let Some(slot) = names().position(|known| known == name) else {
        let message = format!("the service has no target group {name:?}");
        reader.refuse_name(alarm.path_of("targetGroup"), message, name, names());
        return None;
    };
    if alarm.get("scope").is_some_and(|scope| scope.value == "loadBalancer") {
        reader
            .refuse(alarm.path_of("targetGroup"), "belongs to scope targetGroup; the scope is loadBalancer");
    }
    Some(AlarmScope::Group(slot as u8))
}

/// The service whose requests an alarm measures, where it says so.
fn measured(reader: &mut Reader, alarm: &Object<'_>, services: &[ReadService]) -> Option<usize> {
    let name = reader.name(alarm, "service")?;
    let names = || services.iter().map(|read| read.service.name.as_str());
    let found = names().position(|known| known == name);
    if found.is_none() {
        let message = format!("there is no service {name:?}");
        reader.refuse_name(alarm.path_of("service"), message, name, names());
    }
    found
}
