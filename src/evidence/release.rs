//! The kinds of release that strategies are compared on: a good one, and six ways to be bad.

use super::scoreboard::number;
use crate::model::Act;
use crate::model::{Scenario, SimTime, Span};
use crate::session::recording::{put, seconds, write_revisions};
use serde_json::{Value, json};

/// Declares the releases with their keys, names and meanings.
macro_rules! releases {
    ($($(#[$doc:meta])* $release:ident $key:literal $name:literal $what:literal,)+) => {
        /// A kind of release.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Release {
            $($(#[$doc])* $release,)+
        }

        impl Release {
            /// All of them.
            pub const ALL: &'static [Release] = &[$(Release::$release,)+];

            /// Its name in files and on the command line.
            pub const fn key(self) -> &'static str {
                match self {
                    $(Release::$release => $key,)+
                }
            }

            /// Its name on screen.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Release::$release => $name,)+
                }
            }

            /// What it does, in a few words.
            pub const fn what(self) -> &'static str {
                match self {
                    $(Release::$release => $what,)+
                }
            }
        }
    };
}

releases! {
    /// As the recording has it.
    AsRecorded "recorded" "As recorded" "behaves as the recording says",
    /// It behaves as the revision before it.
    Good "good" "Good release" "behaves as the revision before it",
    /// It answers requests with errors.
    Errors "errors" "Errors" "fails 5 % of its requests; health checks pass",
    /// It answers slowly.
    Latency "latency" "Latency" "answers 2 s later; health checks pass",
    /// Its tasks stop before RUNNING.
    CrashAtStart "crash" "Crash at start" "its tasks stop before RUNNING",
    /// Its tasks never pass a health check.
    NeverHealthy "neverHealthy" "Never healthy" "its tasks run and fail every health check",
    /// Its tasks exit after three minutes.
    FailsAfterMinutes "failsAfterMinutes" "Fails after minutes" "its tasks exit 3 min after they are RUNNING",
    /// Its tasks run out of memory, long after the deployment.
    SlowLeak "slowLeak" "Slow leak" "its tasks run out of memory and exit 45 min after they are RUNNING",
}

const ERROR_PERCENT: f64 = 5.0;
const SLOWER_BY: Span = Span::from_secs(2);
const EXIT_AFTER: Span = Span::from_secs(180);
const LEAK: Span = Span::from_mins(45);
/// Every release but a recorded one is watched for so long after its deployment's start: a leak shows, and what nobody
/// notices does the same harm for the same time whatever the strategy.
pub const WATCHED: Span = Span::from_mins(75);

impl Release {
    /// The six that are bad.
    pub const BAD: [Release; 6] = [
        Release::Errors,
        Release::Latency,
        Release::CrashAtStart,
        Release::NeverHealthy,
        Release::FailsAfterMinutes,
        Release::SlowLeak,
    ];

    /// The release of that key.
    pub fn named(name: &str) -> Option<Release> {
        Release::ALL.iter().copied().find(|release| release.key() == name)
    }

    /// Lets the revision that is deployed last behave so. What the recording had it do, or do later, is gone; how its
    /// page looks stays.
    pub(super) fn write(self, document: &mut Value, scenario: &Scenario, deploy: &Deploy) {
        let Deploy { service, revision, .. } = *deploy;
        if self == Release::AsRecorded {
            return;
        }
        let declared = &scenario.services[service].revisions;
        write_revisions(document, service, declared);
        let before = if revision == 0 { 0 } else { deploy.source.min(declared.len() - 1) };
        let list = &document["services"][service]["revisions"];
        let page = list[revision]["behavior"]["page"].clone();
        let mut behavior = list[before]["behavior"].as_object().cloned().unwrap_or_default();
        behavior.shift_remove("page");
        if !page.is_null() {
            behavior.insert("page".to_owned(), page);
        }
        let was = &declared[before].behavior;
        let worse = match self {
            Release::AsRecorded | Release::Good => None,
            Release::Errors => Some(("errorPercent", json!(ERROR_PERCENT))),
            Release::Latency => Some(("latencyMillis", json!((was.latency + SLOWER_BY).0))),
            Release::CrashAtStart => Some(("crashesAtStart", json!(true))),
            Release::NeverHealthy => Some(("failsHealthChecks", json!(true))),
            Release::FailsAfterMinutes => Some(("failsAfterSeconds", seconds(EXIT_AFTER.0))),
            Release::SlowLeak => Some(("failsAfterSeconds", seconds(LEAK.0))),
        };
        behavior.extend(worse.map(|(key, value)| (key.to_owned(), value)));
        let (at, place) = (service.to_string(), revision.to_string());
        put(document, &["services", &at, "revisions", &place, "behavior"], Value::Object(behavior));
        let Some(list) = document.get_mut("interventions").and_then(Value::as_array_mut) else { return };
        let mut read = scenario.interventions.iter();
        list.retain(|_| {
            let act = read.next().map(|intervention| &intervention.act);
            !matches!(act, Some(Act::SetBehavior { service: of, revision: it, .. }) if (*of, *it) == (service, revision))
        });
        // A run ends some minutes after the last thing done; the rate it has anyway is set once more, late.
        let at = deploy.at + WATCHED;
        let rate = number(scenario.rate_at(at).as_per_second());
        list.push(json!({"atSeconds": seconds(at.0), "setTraffic": {"requestsPerSecond": rate}}));
    }
}

/// The deployment that evidence is about: the last one of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deploy {
    /// Of which service.
    pub service: usize,
    /// Which of its revisions.
    pub revision: usize,
    /// The revision before it: the one deployed before, else the first.
    pub source: usize,
    /// When; second 0 where that depends on the run.
    pub at: SimTime,
}
