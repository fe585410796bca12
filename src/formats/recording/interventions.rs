//! `interventions`: each one act, at one moment, aimed at things that exist.

use super::measures::{SECONDS, error, latency, rate};
use super::revisions::read_behavior;
use super::service::ReadService;
use super::{hooks, pipeline, update};
use crate::formats::problem::nearest;
use crate::formats::reader::{Kind, Node, Object, Reader, span_from_secs};
use crate::model::*;

/// The most interventions that are read.
const MOST_INTERVENTIONS: usize = 1_000;

/// Reads the parts of one act and answers it, if nothing is missing.
pub(super) type ReadAct = fn(&mut Reader, &Object<'_>, &mut Known<'_>) -> Option<Act>;

/// Every act: its key, its fields besides those that [`KEYS_OF_A_MOMENT`] names, and how it is read.
pub(super) const ACTS: &[(&str, &[&str], ReadAct)] = &[
    ("deploy", &["service", "revision", "pipeline"], deploy),
    ("stopServiceDeployment", &["service"], |reader, act, known| {
        Some(Act::StopServiceDeployment { service: known.service(reader, act)? })
    }),
    ("continueServiceDeployment", &["service", "action", "hookId"], |reader, act, known| {
        let action = reader.word(act, "action", HookAction::ALL, HookAction::api_name);
        let hook_id = reader.name(act, "hookId").map(str::to_owned);
        let service = known.service(reader, act)?;
        Some(Act::ContinueServiceDeployment {
            service,
            action: action.unwrap_or(HookAction::Continue),
            hook_id,
        })
    }),
    ("approve", &["service"], |reader, act, known| {
        Some(Act::Approve { service: known.service(reader, act)? })
    }),
    ("reject", &["service"], |reader, act, known| Some(Act::Reject { service: known.service(reader, act)? })),
    ("stopTask", &["service", "task"], |reader, act, known| {
        let task = reader.count(act, "task", 1..=4 * MOST_TASKS);
        Some(Act::StopTask { service: known.service(reader, act)?, task: task.unwrap_or(1) })
    }),
    ("setBehavior", &["service", "revision", "behavior"], set_behavior),
    ("setHook", &["hook", "source"], |reader, act, known| {
        reader.require(act, "source", "the new script");
        let source = hooks::source(reader, act);
        Some(Act::SetHook { hook: known.hook(reader, act)?, source: source? })
    }),
    ("failAvailabilityZone", &["zone", "forSeconds"], |reader, act, known| {
        let lasts = reader.seconds(act, "forSeconds", SECONDS);
        Some(Act::FailAvailabilityZone { zone: known.zone(reader, act)?, lasts })
    }),
    ("limitCapacity", &["tasks", "forSeconds"], |reader, act, _| {
        reader.require(act, "tasks", "how many there is room for");
        let lasts = reader.seconds(act, "forSeconds", SECONDS);
        Some(Act::LimitCapacity { tasks: reader.count(act, "tasks", 0..=1_000_000)?, lasts })
    }),
    ("setDependency", &["name", "errorPercent", "latencyMillis"], |reader, act, known| {
        reader.require(act, "name", "which dependency");
        let error = error(reader, act);
        let latency = latency(reader, act);
        Some(Act::SetDependency { name: known.dependency(reader, act)?, error, latency })
    }),
    ("setTraffic", &["requestsPerSecond"], |reader, act, _| {
        reader.require(act, "requestsPerSecond", "the new rate");
        Some(Act::SetTraffic { rate: rate(reader, act, "requestsPerSecond", 0.0)? })
    }),
    ("setAlarm", &["alarmName", "state"], |reader, act, known| {
        reader.require(act, "state", "OK or ALARM");
        let state = reader.word(act, "state", AlarmState::ALL, AlarmState::api_name);
        Some(Act::SetAlarm { alarm: known.alarm(reader, act)?, state: state? })
    }),
    ("setListenerWeights", &["service", "rule", "sourceWeight", "targetWeight"], |reader, act, known| {
        reader.require(act, "sourceWeight", "both weights are set at once");
        reader.require(act, "targetWeight", "both weights are set at once");
        let rule = reader.word(act, "rule", ListenerRule::ALL, ListenerRule::api_name);
        let source_weight = reader.whole(act, "sourceWeight", 0..=999).map(|weight| weight as u16);
        let target_weight = reader.whole(act, "targetWeight", 0..=999).map(|weight| weight as u16);
        Some(Act::SetListenerWeights {
            service: known.service(reader, act)?,
            rule: rule.unwrap_or(ListenerRule::Production),
            source_weight: source_weight?,
            target_weight: target_weight?,
        })
    }),
    ("setDesiredCount", &["service", "desiredCount", "autoScaling"], |reader, act, known| {
        reader.require(act, "desiredCount", "the new number of tasks");
        let desired_count = reader.count(act, "desiredCount", 0..=MOST_TASKS);
        let auto_scaling = reader.flag(act, "autoScaling").unwrap_or(false);
        let service = known.service(reader, act)?;
        Some(Act::SetDesiredCount { service, desired_count: desired_count?, auto_scaling })
    }),
    (
        "updateTaskProtection",
        &["service", "task", "protectionEnabled", "expiresInMinutes"],
        |reader, act, known| {
            reader.require(act, "protectionEnabled", "true or false");
            let enabled = reader.flag(act, "protectionEnabled");
            let lasts = reader.minutes(act, "expiresInMinutes", 1..=2880).unwrap_or(Span::from_mins(120));
            let task = reader.count(act, "task", 1..=4 * MOST_TASKS);
            let service = known.service(reader, act)?;
            Some(Act::UpdateTaskProtection { service, task, protection: enabled?.then_some(lasts) })
        },
    ),
    ("denyListenerChanges", &["service", "forSeconds"], |reader, act, known| {
        let lasts = reader.seconds(act, "forSeconds", SECONDS);
        Some(Act::DenyListenerChanges { service: known.service(reader, act)?, lasts })
    }),
    ("denyHookInvocation", &["hook", "forSeconds"], |reader, act, known| {
        let lasts = reader.seconds(act, "forSeconds", SECONDS);
        Some(Act::DenyHookInvocation { hook: known.hook(reader, act)?, lasts })
    }),
    ("updateService", &[], |reader, act, known| {
        let service = known.service(reader, act)?;
        let update = update::read(reader, act, &mut known.services[service]);
        Some(Act::UpdateService { service, update: Box::new(update) })
    }),
];

pub(super) const KEYS_OF_A_MOMENT: [&str; 2] = ["atSeconds", "at"];

/// What interventions may be aimed at.
pub(crate) struct Known<'s> {
    /// The services; an update leaves them as it changes them, for the next update to build on.
    pub services: &'s mut [ReadService],
    /// The alarms.
    pub alarms: &'s [Alarm],
    /// The names of hooks that have a script.
    pub hooks: &'s [String],
}

/// Reads `interventions`, in the order of the file.
pub(crate) fn read(reader: &mut Reader, document: &Object<'_>, known: &mut Known<'_>) -> Vec<Intervention> {
    let nodes = reader.list(document, "interventions", MOST_INTERVENTIONS);
    nodes.into_iter().filter_map(|node| intervention(reader, node, known)).collect()
}

fn intervention(reader: &mut Reader, node: Node<'_>, known: &mut Known<'_>) -> Option<Intervention> {
    let object = reader.open_free(node);
    if !object.is_present() {
        return None;
    }
    let names = || ACTS.iter().map(|(name, ..)| *name).chain(KEYS_OF_A_MOMENT);
    let mut acts = Vec::new();
    for (key, node) in object.entries() {
        match ACTS.iter().find(|(name, ..)| *name == key) {
            Some(act) => acts.push((act, node)),
            None if KEYS_OF_A_MOMENT.contains(&key) => {}
            None => unknown_key(reader, &object, key, node.path, names()),
        }
    }
    let when = when(reader, &object, known);
    if acts.len() > 1 {
        let keys: Vec<&str> = acts.iter().map(|((name, ..), _)| *name).collect();
        reader.refuse(
            &object.path,
            format!("holds {} acts: {}; it must hold one", acts.len(), keys.join(", ")),
        );
    }
    // A misspelt act has been named already.
    if acts.is_empty() && object.entries().all(|(key, _)| KEYS_OF_A_MOMENT.contains(&key)) {
        reader.refuse(
            &object.path,
            "holds no act, as in \"deploy\": {\"service\": \"…\", \"revision\": \"…\"}",
        );
    }
    let mut read = Vec::new();
    for ((name, fields, read_act), node) in acts {
        let act = if *name == "updateService" {
            reader.open(node, super::fields::UPDATE_SERVICE)
        } else {
            let fields: Vec<(&'static str, Kind)> = fields.iter().map(|field| (*field, Kind::Read)).collect();
            reader.open(node, &fields)
        };
        if act.is_present() {
            read.extend(read_act(reader, &act, known));
        }
    }
    Some(Intervention { when: when?, act: read.pop()? })
}

/// A key that is no act is refused where there is no act, since it may be one misspelt; otherwise it is ignored.
fn unknown_key<'n>(
    reader: &mut Reader,
    object: &Object<'_>,
    key: &str,
    path: String,
    names: impl Iterator<Item = &'n str> + Clone,
) {
    let has_act = object.entries().any(|(key, _)| ACTS.iter().any(|(name, ..)| *name == key));
    if has_act && nearest(key, names.clone()).is_none() {
        reader.warn_name(path, "unknown field, ignored", key, names);
    } else {
        reader.refuse_name(path, "is no act of an intervention", key, names);
    }
}

fn when(reader: &mut Reader, object: &Object<'_>, known: &Known<'_>) -> Option<When> {
    const AT: &[(&str, Kind)] = &[
        ("stage", Kind::Read),
        ("step", Kind::Read),
        ("rollingBack", Kind::Read),
        ("hook", Kind::Read),
        ("plusSeconds", Kind::Read),
    ];
    let seconds = reader.decimal(object, "atSeconds", SECONDS);
    let at = reader.object(object, "at", AT);
    match (object.has("atSeconds"), object.has("at")) {
        (true, true) => {
            reader.refuse(object.path_of("at"), "holds a moment where atSeconds holds another");
            None
        }
        (false, false) => {
            reader.refuse(object.path_of("atSeconds"), "is missing: an intervention is made at a moment");
            None
        }
        (true, false) => seconds.map(|secs| When::At(SimTime(span_from_secs(secs).0))),
        (false, true) => {
            reader.require(&at, "stage", "the moment is counted from a stage's entry");
            let stage = reader.word(&at, "stage", LifecycleStage::ALL, LifecycleStage::api_name);
            let step = reader.count(&at, "step", 1..=100_000);
            let rolling_back = reader.flag(&at, "rollingBack").unwrap_or(false);
            let plus = reader.seconds(&at, "plusSeconds", SECONDS).unwrap_or_default();
            let hook = if at.has("hook") { Some(known.waiting_hook(reader, &at)?) } else { None };
            Some(When::Moment { stage: stage?, step, rolling_back, hook, plus })
        }
    }
}

fn deploy(reader: &mut Reader, act: &Object<'_>, known: &mut Known<'_>) -> Option<Act> {
    let service = known.service(reader, act)?;
    let pipeline = pipeline::read(reader, act);
    Some(Act::Deploy { service, revision: known.revision(reader, act, service)?, pipeline })
}

fn set_behavior(reader: &mut Reader, act: &Object<'_>, known: &mut Known<'_>) -> Option<Act> {
    reader.require(act, "behavior", "what changes");
    let behavior = read_behavior(reader, act, true);
    let service = known.service(reader, act)?;
    Some(Act::SetBehavior { service, revision: known.revision(reader, act, service)?, behavior })
}

impl Known<'_> {
    /// The service an act is aimed at; the only one where the act names none.
    fn service(&self, reader: &mut Reader, act: &Object<'_>) -> Option<usize> {
        if !act.has("service") {
            if self.services.len() == 1 {
                return Some(0);
            }
            reader.refuse(act.path_of("service"), "is missing: the recording has several services");
            return None;
        }
        let name = reader.name(act, "service")?;
        // An UpdateService input may hold the service's ARN.
        let short = name.rsplit('/').next().unwrap_or(name);
        let names = || self.services.iter().map(|read| read.service.name.as_str());
        let found =
            names().position(|known| known == name).or_else(|| names().position(|known| known == short));
        if found.is_none() {
            reader.refuse_name(
                act.path_of("service"),
                format!("there is no service {name:?}"),
                name,
                names(),
            );
        }
        found
    }

    fn revision(&self, reader: &mut Reader, act: &Object<'_>, service: usize) -> Option<usize> {
        reader.require(act, "revision", "the name of one of the service's revisions");
        let name = reader.name(act, "revision")?;
        let service = &self.services[service].service;
        let found = service.revision(name);
        if found.is_none() {
            let message = format!("there is no revision {name:?} of {}", service.name);
            let names = service.revisions.iter().map(|revision| revision.name.as_str());
            reader.refuse_name(act.path_of("revision"), message, name, names);
        }
        found
    }

    fn alarm(&self, reader: &mut Reader, act: &Object<'_>) -> Option<usize> {
        reader.require(act, "alarmName", "which alarm");
        let name = reader.name(act, "alarmName")?;
        let names = || self.alarms.iter().map(|alarm| alarm.name.as_str());
        let found = names().position(|known| known == name);
        if found.is_none() {
            reader.refuse_name(
                act.path_of("alarmName"),
                format!("there is no alarm {name:?}"),
                name,
                names(),
            );
        }
        found
    }

    /// A dependency. One that nobody declares is the entry service's, but may be one misspelt.
    fn dependency(&self, reader: &mut Reader, act: &Object<'_>) -> Option<String> {
        let name = reader.name(act, "name")?;
        let names =
            || self.services.iter().flat_map(|read| &read.service.dependencies).map(|it| it.name.as_str());
        if names().next().is_some() && names().all(|known| known != name) {
            let message = format!("nobody declares {name:?}: taken for a dependency of the entry service");
            reader.warn_name(act.path_of("name"), message, name, names());
        }
        Some(name.to_owned())
    }

    /// A hook with a script, by its name or its ARN.
    fn hook(&self, reader: &mut Reader, act: &Object<'_>) -> Option<String> {
        reader.require(act, "hook", "which hook");
        let name = reader.name(act, "hook")?;
        let function = hooks::function_name(name);
        let names = || self.hooks.iter().map(String::as_str);
        let found = names().find(|known| *known == name || *known == function);
        if found.is_none() {
            reader.refuse_name(act.path_of("hook"), format!("there is no hook {name:?}"), name, names());
        }
        found.map(str::to_owned)
    }

    /// A hook that a deployment waits for: one with a script, or a PAUSE hook by its hookId.
    fn waiting_hook(&self, reader: &mut Reader, at: &Object<'_>) -> Option<String> {
        let is_pause = |name: &str| name == "PAUSE" || name.to_ascii_lowercase().starts_with("ecs-pause-");
        match at.get("hook").and_then(|node| node.value.as_str()) {
            Some(name) if is_pause(name) => Some(name.to_owned()),
            _ => self.hook(reader, at),
        }
    }

    /// An Availability Zone by its number from 0, or by the letter that ends its name.
    fn zone(&self, reader: &mut Reader, act: &Object<'_>) -> Option<u8> {
        reader.require(act, "zone", "which Availability Zone, from 0");
        let zones = self.services.iter().map(|read| read.service.zones).max().unwrap_or(1);
        let node = act.get("zone")?;
        let Some(name) = node.value.as_str() else {
            return reader.whole(act, "zone", 0..=u64::from(zones - 1)).map(|zone| zone as u8);
        };
        let letter = name.bytes().last().unwrap_or_default().to_ascii_lowercase();
        let zone = letter.wrapping_sub(b'a');
        if zone >= zones {
            let last = char::from(b'a' + zones - 1);
            reader.refuse(
                node.path,
                format!("there are {zones} Availability Zones, 0 to {} or a to {last}", zones - 1),
            );
            return None;
        }
        Some(zone)
    }
}
