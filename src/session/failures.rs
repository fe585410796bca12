//! What can go wrong: each failure that a person may inject, what it would do now, and the interventions that do it.

use super::acts::Stage;
use super::narrate::words::{count_of, unmistakable};
use super::recording::{intervene, intervene_before, seconds, write_revisions};
use crate::engine::Fact;
use crate::model::*;
use crate::script::ready_made;
use serde_json::{Value, json};

/// Declares the failures with their names on screen, by the group they stand in.
macro_rules! failures {
    ($($group:ident $title:literal { $($(#[$doc:meta])* $failure:ident $name:literal,)+ })+) => {
        /// A failure to inject at the playhead.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Failure {
            $($($(#[$doc])* $failure,)+)+
        }

        impl Failure {
            /// All of them, in the order of the page's menu.
            pub const ALL: &'static [Failure] = &[$($(Failure::$failure,)+)+];

            /// Its name on screen.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Failure::$failure => $name,)+)+
                }
            }

            /// What it strikes, as the menu's groups are called.
            pub const fn group(self) -> &'static str {
                match self {
                    $($(Failure::$failure)|+ => $title,)+
                }
            }
        }
    };
}

failures! {
    Release "The release" {
        /// The target revision answers more requests with errors.
        ErrorsOnTarget "Errors",
        /// The target revision answers slowly.
        LatencyOnTarget "Latency",
        /// New tasks of the target revision stop before RUNNING.
        CrashAtStart "Crash at start",
        /// New tasks of the target revision find no image.
        ImageMissing "Image cannot be pulled",
        /// Tasks of the target revision fail every health check from now on.
        FailingHealthChecks "Failing health checks",
        /// Tasks of the target revision exit some minutes after they are RUNNING.
        FailsAfterMinutes "Exit after three minutes",
    }
    Infrastructure "Tasks and capacity" {
        /// The oldest running task is stopped.
        StopTask "Stop a task",
        /// An Availability Zone is lost.
        LoseZone "Lose a zone",
        /// No more tasks can be placed.
        NoCapacity "No capacity",
        /// Another desiredCount.
        DesiredCount "Change desiredCount",
    }
    Around "Traffic and dependencies" {
        /// Three times the requests.
        TrafficSpike "Traffic spike",
        /// What the service depends on fails.
        DependencyFails "Dependency fails",
        /// What the service depends on slows down.
        DependencySlows "Dependency slows down",
    }
    Guards "Alarms, hooks and permissions" {
        /// An alarm is forced.
        ForceAlarm "Force an alarm",
        /// An alarm is red before the deployment starts, so that none is watched.
        AlarmRedAtStart "Alarm red at the start",
        /// The next hook answers FAILED.
        HookFails "Hook answers FAILED",
        /// The next hook throws.
        HookThrows "Hook throws",
        /// The next hook answers IN_PROGRESS for ever.
        HookNeverAnswers "Hook never answers",
        /// The next hook's role may not invoke it.
        DenyHook "Hook may not be invoked",
        /// The infrastructure role may not change the listener.
        DenyListener "Listener may not be changed",
        /// Somebody changes the listener's weights.
        ForeignWeights "Weights changed from outside",
    }
}

/// How long what ends by itself lasts: a lost zone, missing capacity, a missing permission, a failing dependency.
const LASTS: Span = Span::from_secs(300);
/// How long a traffic spike lasts, and how many times the requests it brings.
const SPIKE: (Span, u64) = (Span::from_secs(120), 3);
/// What latency is added to the target, and to a dependency.
const SLOWER_BY: Span = Span::from_secs(2);
/// When tasks exit that do so.
const EXIT_AFTER: Span = Span::from_secs(180);
/// The share of calls that a failing dependency fails, in percent.
const DEPENDENCY_FAILS: f64 = 20.0;

/// What a failure would do at the playhead.
pub(super) struct Plan {
    /// In a few words.
    pub said: String,
    /// The interventions: how long after the playhead, which act, and its fields.
    acts: Vec<(Span, &'static str, Value)>,
    /// Whether they come before the deployment instead of after the playhead.
    before_deployment: bool,
}

impl Plan {
    fn new(said: String, act: &'static str, fields: Value) -> Plan {
        Plan { said, acts: vec![(Span::ZERO, act, fields)], before_deployment: false }
    }

    fn then(mut self, after: Span, act: &'static str, fields: Value) -> Plan {
        self.acts.push((after, act, fields));
        self
    }
}

impl Stage<'_> {
    /// Writes a failure into the recording, an instant after the playhead.
    pub(super) fn write_failure(&self, document: &mut Value, at: SimTime, failure: Failure) {
        let Ok(plan) = self.plan(failure) else { return };
        let declared = &self.scenario.services[self.service].revisions;
        let needs_revisions = plan.acts.iter().any(|(_, act, _)| *act == "setBehavior");
        if needs_revisions {
            write_revisions(document, self.service, declared);
        }
        for (after, act, fields) in plan.acts {
            if plan.before_deployment {
                let deployments = self.scenario.deployments();
                let first = deployments.iter().find(|it| it.service == self.service);
                intervene_before(document, first.map(|it| it.place), json!({act: fields}));
            } else {
                intervene(document, json!({"atSeconds": seconds((at + after).0), act: fields}));
            }
        }
    }

    /// What a failure would do now, or why it cannot be injected.
    pub(super) fn plan(&self, failure: Failure) -> Result<Plan, String> {
        let (name, behaved) = self.struck();
        let (struck, service) = (unmistakable(name), &self.frame.service);
        let behave = |said: String, behavior: Value| {
            Ok(Plan::new(
                said,
                "setBehavior",
                json!({"service": service, "revision": name, "behavior": behavior}),
            ))
        };
        match failure {
            Failure::ErrorsOnTarget if behaved.error >= Ratio::ONE => {
                Err(format!("{struck} fails every request already."))
            }
            Failure::ErrorsOnTarget => {
                let more = if behaved.error < Ratio(250_000) { Ratio(250_000) } else { Ratio::ONE };
                behave(
                    format!("{struck} fails {more} of its requests"),
                    json!({"errorPercent": more.as_percent()}),
                )
            }
            Failure::LatencyOnTarget => behave(
                format!("{struck} answers {SLOWER_BY} later"),
                json!({"latencyMillis": (behaved.latency + SLOWER_BY).0}),
            ),
            Failure::CrashAtStart if behaved.crashes_at_start => Err(format!("{struck} crashes already.")),
            Failure::CrashAtStart => behave(
                format!("tasks of {struck} that start from now on stop before RUNNING"),
                json!({"crashesAtStart": true}),
            ),
            Failure::ImageMissing if behaved.image_missing => {
                Err(format!("The image of {struck} is missing already."))
            }
            Failure::ImageMissing => behave(
                format!("tasks of {struck} that start from now on find no image"),
                json!({"imageMissing": true}),
            ),
            Failure::FailingHealthChecks if behaved.fails_health_checks => {
                Err(format!("{struck} fails its health checks already."))
            }
            Failure::FailingHealthChecks => behave(
                format!("tasks of {struck} fail every health check"),
                json!({"failsHealthChecks": true}),
            ),
            Failure::FailsAfterMinutes if behaved.fails_after.is_some() => {
                Err(format!("Tasks of {struck} exit by themselves already."))
            }
            Failure::FailsAfterMinutes => behave(
                format!("tasks of {struck} exit {EXIT_AFTER} after they are RUNNING"),
                json!({"failsAfterSeconds": seconds(EXIT_AFTER.0)}),
            ),
            Failure::StopTask => self.stop_task(),
            Failure::LoseZone => self.lose_zone(),
            Failure::NoCapacity => {
                let tasks = self.frame.so_far.tasks;
                let said = format!("no more than {} can be placed for {LASTS}", count_of(tasks, "task"));
                let fields = json!({"tasks": tasks, "forSeconds": seconds(LASTS.0)});
                Ok(Plan::new(said, "limitCapacity", fields))
            }
            Failure::DesiredCount => self.change_desired_count(),
            Failure::TrafficSpike => Ok(self.spike()),
            Failure::DependencyFails => self.dependency(
                format!("fails {DEPENDENCY_FAILS} % of its calls for {LASTS}"),
                json!({"errorPercent": DEPENDENCY_FAILS}),
                |usual| json!({"errorPercent": usual.error.as_percent()}),
            ),
            Failure::DependencySlows => self.dependency(
                format!("takes {SLOWER_BY} for {LASTS}"),
                json!({"latencyMillis": SLOWER_BY.0}),
                |usual| json!({"latencyMillis": usual.latency.0}),
            ),
            Failure::ForceAlarm => {
                let name = self.watched_alarm()?;
                let said = format!("{name} is in ALARM until it is judged next");
                Ok(Plan::new(said, "setAlarm", json!({"alarmName": name, "state": "ALARM"})))
            }
            Failure::AlarmRedAtStart => {
                let name = self.watched_alarm()?;
                let said = format!("{name} is in ALARM when the deployment starts: no alarm is watched");
                let plan = Plan::new(said, "setAlarm", json!({"alarmName": name, "state": "ALARM"}));
                Ok(Plan { before_deployment: true, ..plan })
            }
            Failure::HookFails => self.rewrite_hook("answers FAILED", ready_made("always-fail")),
            Failure::HookThrows => self.rewrite_hook("throws", Some(THROWS)),
            Failure::HookNeverAnswers => {
                self.rewrite_hook("answers IN_PROGRESS for ever", ready_made("never-answer"))
            }
            Failure::DenyHook => {
                let hook = self.next_hook()?;
                let said = format!("{hook} may not be invoked for {LASTS}");
                let fields = json!({"hook": hook, "forSeconds": seconds(LASTS.0)});
                Ok(Plan::new(said, "denyHookInvocation", fields))
            }
            Failure::DenyListener => {
                self.needs_a_listener()?;
                let said = format!("the infrastructure role may not change the listener for {LASTS}");
                let fields = json!({"service": service, "forSeconds": seconds(LASTS.0)});
                Ok(Plan::new(said, "denyListenerChanges", fields))
            }
            Failure::ForeignWeights => {
                self.needs_a_listener()?;
                let fields = json!({"service": service, "rule": "production", "sourceWeight": 500, "targetWeight": 500});
                Ok(Plan::new(
                    "somebody gives both target groups half".to_owned(),
                    "setListenerWeights",
                    fields,
                ))
            }
        }
    }

    fn stop_task(&self) -> Result<Plan, String> {
        let mut tasks = self.frame.fleets.iter().flat_map(|fleet| &fleet.tasks);
        if tasks.all(|task| task.status != TaskStatus::Running) {
            return Err("No task is running.".to_owned());
        }
        let fields = json!({"service": self.frame.service, "task": 1});
        Ok(Plan::new("StopTask on the oldest running task".to_owned(), "stopTask", fields))
    }

    fn lose_zone(&self) -> Result<Plan, String> {
        let there = (0..self.frame.zones).find(|zone| !self.frame.lost_zones.contains(zone));
        let zone = there.ok_or("Every zone is lost already.")?;
        let said = format!("zone {} is gone for {LASTS}", crate::engine::zone_letter(zone));
        let fields = json!({"zone": zone, "forSeconds": seconds(LASTS.0)});
        Ok(Plan::new(said, "failAvailabilityZone", fields))
    }

    fn change_desired_count(&self) -> Result<Plan, String> {
        let now = self.frame.so_far.desired;
        // Half as many again shows the bounds move, and stays a fleet one can look at.
        let more = now + now.div_ceil(2).max(1);
        if more > MOST_DESIRED {
            return Err(format!("No service has more than {MOST_DESIRED} tasks here."));
        }
        let fields = json!({"service": self.frame.service, "desiredCount": more});
        Ok(Plan::new(format!("{more} tasks are wanted instead of {now}"), "setDesiredCount", fields))
    }

    fn spike(&self) -> Plan {
        let rate = self.demand();
        let per_second = |rate: Rate| json!({"requestsPerSecond": rate.as_per_second()});
        let spike = Rate(rate.0.saturating_mul(SPIKE.1)).min(Rate::per_second(1_000_000));
        let said = format!("{} times the requests for {}", SPIKE.1, SPIKE.0);
        Plan::new(said, "setTraffic", per_second(spike)).then(SPIKE.0, "setTraffic", per_second(rate))
    }

    /// The rate at which requests come to the store now: what was asked for last, else the profile's.
    fn demand(&self) -> Rate {
        let made = self.run.events.iter().take_while(|event| event.at <= self.frame.at);
        let set = made.filter_map(|event| match event.fact {
            Fact::Intervened { intervention, .. } => match self.scenario.interventions.get(intervention)?.act
            {
                Act::SetTraffic { rate } => Some(rate),
                _ => None,
            },
            _ => None,
        });
        set.last().unwrap_or_else(|| self.scenario.traffic.rate_at(self.frame.at).0)
    }

    /// A dependency behaves so for a while, and then again as the recording has it.
    fn dependency(
        &self,
        said: String,
        begins: Value,
        ends: impl FnOnce(&Dependency) -> Value,
    ) -> Result<Plan, String> {
        let declared = self.scenario.services[self.service].dependencies.first();
        // A database that no recording names is one that the entry service needs.
        let dependency = match declared {
            Some(dependency) => dependency.clone(),
            None if self.service == ENTRY => {
                Dependency { name: "database".to_owned(), error: Ratio::ZERO, latency: Span::ZERO }
            }
            None => return Err(format!("{} depends on nothing.", self.frame.service)),
        };
        let name = &dependency.name;
        let of = |mut fields: Value| {
            fields["name"] = json!(name);
            fields
        };
        Ok(Plan::new(format!("{name} {said}"), "setDependency", of(begins)).then(
            LASTS,
            "setDependency",
            of(ends(&dependency)),
        ))
    }

    fn watched_alarm(&self) -> Result<&str, String> {
        let alarm = self.frame.alarms.first();
        alarm.map(|alarm| alarm.name.as_str()).ok_or_else(|| "The deployment watches no alarm.".to_owned())
    }

    /// The Lambda hook that this run calls next.
    fn next_hook(&self) -> Result<&str, String> {
        let calls = self.deployment().into_iter().flat_map(|deployment| &deployment.hooks);
        let mut later = calls.filter(|record| record.at > self.frame.at && !record.request.is_null());
        later
            .next()
            .map(|record| record.hook.as_str())
            .ok_or_else(|| "No hook will be called any more.".to_owned())
    }

    fn rewrite_hook(&self, does: &str, source: Option<&str>) -> Result<Plan, String> {
        let hook = self.next_hook()?;
        Ok(Plan::new(format!("{hook} {does}"), "setHook", json!({"hook": hook, "source": source})))
    }

    fn needs_a_listener(&self) -> Result<(), String> {
        let balanced = self.run.services[self.service].routing(self.frame.at).kind.has_targets();
        match self.frame.strategy.shifts() && balanced {
            true => Ok(()),
            false => Err("Nothing changes the weights of a listener here.".to_owned()),
        }
    }
}

/// A recording may not ask for more.
const MOST_DESIRED: u32 = 5_000;

/// A script that ends as a Lambda with a bug does.
const THROWS: &str = "throw \"something is wrong with this function\";";
