//! Why a fact came to be: the rule with its numbers, and the document it is written in.

use super::fact::both_bounds;
use super::reading::reading_of;
use super::words::*;
use crate::engine::{Event, Fact, RollingBounds, Run, Why, ZoneSpread, zone_letter};
use crate::model::*;
use std::cmp::Ordering;

/// One sentence: the rule behind an event with its numbers filled in; and which reading of ours it is, where it is one.
pub fn why_text(event: &Event, scenario: &Scenario, run: &Run) -> String {
    let reason = one_line(reason(event, scenario, run));
    match reading_of(event, scenario, run) {
        Some(reading) => format!("{reason} {}.", capitalized(&reading.to_string())),
        None => reason,
    }
}

fn reason(event: &Event, scenario: &Scenario, run: &Run) -> String {
    match &event.why {
        Why::Asked => match event.fact {
            Fact::HookPrinted { .. } | Fact::Notified { .. } | Fact::ApprovalRequested { .. } => {
                "The hook's script did it.".to_owned()
            }
            _ => "A person asked for it, or the recording did.".to_owned(),
        },
        Why::Takes { what, span } if span.is_zero() => format!("The time of {what} is over."),
        Why::Takes { what, span } => format!("It takes {span}: {what}."),
        Why::StageOrder => match event.fact {
            Fact::TargetsChanged { .. } => "A RUNNING task registers its target.".to_owned(),
            Fact::RuleChanged { .. } => "This stage changes the rule.".to_owned(),
            Fact::HookCalled { .. } | Fact::HookAnswered { .. } => {
                "The hook is attached to this stage.".to_owned()
            }
            _ => "The stages follow each other in this order.".to_owned(),
        },
        Why::AllHealthy { healthy, desired } => {
            format!("All tasks that are needed are healthy: {}.", of(*healthy, *desired))
        }
        Why::HooksDone { hooks: 1, timed_out: 0 } => "The stage's hook SUCCEEDED.".to_owned(),
        Why::HooksDone { hooks: 1, .. } => {
            "The stage's hook TIMED_OUT, and its action is CONTINUE.".to_owned()
        }
        Why::HooksDone { hooks, timed_out: 0 } => format!("All {hooks} hooks of the stage SUCCEEDED."),
        Why::HooksDone { hooks, timed_out } => {
            format!(
                "All {hooks} hooks of the stage are done, {timed_out} of them TIMED_OUT with the action CONTINUE."
            )
        }
        Why::Bounds(bounds) => match event.fact {
            Fact::PassDecided { stop, start } => pass_text(bounds, stop, start),
            Fact::TasksChanged { ref tasks, status: TaskStatus::Provisioning, .. } => {
                pass_text(bounds, 0, tasks.len() as u32)
            }
            Fact::TasksChanged { ref tasks, .. } => pass_text(bounds, tasks.len() as u32, 0),
            _ => format!("The bounds of the rolling controller: {}.", both_bounds(bounds)),
        },
        Why::FullFleet { desired } => {
            format!(
                "The target gets all its {} before it gets any traffic, whatever its share will be.",
                count_of(*desired, "task")
            )
        }
        Why::DesiredCount { have, desired } if have > desired => {
            format!(
                "There are {}, and desiredCount asks for {}.",
                count_of(*have, "task"),
                Count::from(*desired)
            )
        }
        Why::DesiredCount { have, desired } => {
            let are = if *have == 1 { "is" } else { "are" };
            format!(
                "There {are} {} of the {} that desiredCount asks for.",
                Count::from(*have),
                count_of(*desired, "task")
            )
        }
        Why::ReplacesFailed => "A failed task is replaced within its own revision.".to_owned(),
        Why::FirstPass => {
            "One passing check makes a new target healthy, whatever HealthyThresholdCount is.".to_owned()
        }
        Why::Recovered { passes } => {
            format!("An unhealthy target is healthy again after {passes} passing checks in a row.")
        }
        Why::FailedChecks { failures, interval } => {
            format!("{} in a row, one every {interval}.", count_of(*failures, "failed check"))
        }
        Why::RestartPolicy { period } => {
            format!("Its restartPolicy starts a container again that has run for {period} at least.")
        }
        Why::NoChecks => "Without any health check a task counts 40 s after RUNNING.".to_owned(),
        Why::Checked { load_balancer: true, container: true } => {
            "It counts once its target is healthy and its container is HEALTHY.".to_owned()
        }
        Why::Checked { load_balancer: false, container: true } => {
            "It counts once its container is HEALTHY.".to_owned()
        }
        Why::Checked { .. } => "It counts once its target is healthy.".to_owned(),
        Why::Step { step, of: 1, share } => format!("Step {step}, the only one: {share} of requests."),
        Why::Step { step, of, share } => format!("Step {step} of {of}: {share} of requests."),
        Why::OneJump => "The way back is one jump of the weights, without steps.".to_owned(),
        Why::Propagation { span } if span.is_zero() => "The rule reaches users at once.".to_owned(),
        Why::Propagation { span } => format!("A changed rule reaches users evenly over {span}."),
        Why::Answer { text } if text.is_empty() => "It gave no answer.".to_owned(),
        Why::Answer { text } => as_sentence(&format!("Its answer: {text}")),
        Why::HookExpired { after, action } => {
            format!("Its timeout of {after} is over, and its timeoutConfiguration.action is {action}.")
        }
        Why::Measured { measure: Some(measure), metric, in_a_row: (bad, of) } => {
            format!("{}: {bad} bad in a row, {of} raise it.", measure_text(*measure, *metric))
        }
        Why::Measured { measure: None, .. } => "No data in the period: that is not breaching.".to_owned(),
        Why::BreakerThreshold { count, threshold, stage_two } => {
            let what = if *stage_two {
                "tasks that fail their health checks count, since one was RUNNING"
            } else {
                "tasks that never reach RUNNING count"
            };
            let sign = match count.cmp(threshold) {
                Ordering::Less => '<',
                Ordering::Equal => '=',
                Ordering::Greater => '>',
            };
            format!("{count} {sign} {threshold}: {what}.")
        }
        Why::PipelineFailed { stage, after } => {
            format!("Stage {stage} failed after {after}: UpdateService is never called.")
        }
        Why::DigestResolution { attempts, breaker } => {
            let then =
                if *breaker { "fails a deployment whose circuit breaker is on" } else { "ends the search" };
            format!("The image cannot be pulled, and failed attempt {attempts} {then}.")
        }
        Why::Full { most, of } => {
            format!("A run holds {} {of}, and no more.", Count::from(*most as u64))
        }
        Why::DetectorSays { text } | Why::Rejected { text } => as_sentence(text),
        Why::AlarmRedAtStart => {
            "An alarm that is red when a deployment starts switches all its alarm monitoring off.".to_owned()
        }
        Why::BackOff { gap } => format!("After launches that failed before RUNNING the next waits {gap}."),
        Why::Completed => completed(event, run),
        Why::Superseded => "A newer deployment takes over.".to_owned(),
        Why::Consolidated => "Traffic is brought onto one revision before a new one comes.".to_owned(),
        Why::Fault if !tells_of_a_fault(event, scenario, run) => "ECS does not say why.".to_owned(),
        Why::Fault => match event.fact {
            Fact::ListenerChangeDenied { .. } => {
                "The infrastructure role may not change the listener.".to_owned()
            }
            Fact::FaultEnded { .. } => "The fault had this length.".to_owned(),
            _ => "A fault was injected.".to_owned(),
        },
        Why::NoZoneLeft => "No Availability Zone is left to place it in.".to_owned(),
        Why::Capacity { total, capacity } => match (&event.fact, *capacity) {
            (Fact::PlacementFailed { .. }, Some(capacity)) => {
                format!(
                    "There is no room: {} of the {} that fit.",
                    count_of(*total, "task"),
                    Count::from(capacity)
                )
            }
            (_, None) => "There is a place for it.".to_owned(),
            (_, Some(capacity)) => {
                format!(
                    "There is a place for it: {} of the {} that fit.",
                    count_of(*total, "task"),
                    Count::from(capacity)
                )
            }
        },
        Why::DeregistrationDelay { span } => {
            format!("A target drains for its whole deregistration delay, {span}, even when it is idle.")
        }
        Why::NotInUse => "No listener rule refers to the target group: Target.NotInUse.".to_owned(),
        Why::ZoneBalance(ZoneSpread { fullest, most, emptiest, least }) => format!(
            "Zone {} holds {most} tasks and zone {} {least}: balanced zones differ by one at most.",
            zone_letter(*fullest),
            zone_letter(*emptiest)
        ),
        Why::RollsBack => way_back_text(event, scenario, run),
        Why::CleansUp => "The revision that leaves is removed.".to_owned(),
    }
}

/// Whether a fault was injected by then, as far as the run tells. A drill takes it out of the run.
fn tells_of_a_fault(event: &Event, scenario: &Scenario, run: &Run) -> bool {
    let before = run.events.iter().take_while(|told| told.at <= event.at);
    before.into_iter().any(|told| match told.fact {
        Fact::FaultEnded { .. } => true,
        Fact::Intervened { intervention, .. } => {
            scenario.interventions.get(intervention).is_some_and(|made| made.act.is_fault())
        }
        _ => false,
    })
}

/// The title of the document in which a rule is written; `our reading: …` where AWS has published none; empty where it
/// is only what the recording says.
pub fn source_title(why: &Why) -> &'static str {
    match why {
        Why::Asked | Why::Fault | Why::Full { .. } => "",
        Why::Takes { what: "bakeTimeInMinutes", .. } | Why::StageOrder | Why::AllHealthy { .. } => {
            "Amazon ECS blue/green service deployments workflow"
        }
        Why::Takes { what: "step bake", .. } | Why::Step { .. } => {
            "Amazon ECS linear deployments; Amazon ECS canary deployments"
        }
        Why::Takes { what: "healthCheckGracePeriodSeconds", .. } => "Amazon ECS API: CreateService",
        Why::Takes { what: "expiresInMinutes", .. } => PROTECTION,
        Why::Takes { what: "callBackDelay", .. } | Why::Answer { .. } | Why::OneJump => {
            "Lambda hooks for Amazon ECS service deployments"
        }
        Why::Takes { .. } | Why::PipelineFailed { .. } => "",
        Why::HooksDone { .. } | Why::HookExpired { .. } => {
            "Lifecycle hooks for Amazon ECS service deployments"
        }
        Why::Bounds(_) => ROLLING,
        Why::FullFleet { .. } => "Amazon ECS API: ServiceDeployment",
        Why::DesiredCount { .. } => "Amazon ECS services",
        Why::ReplacesFailed | Why::Completed | Why::DigestResolution { .. } => ROLLING,
        Why::FirstPass | Why::Recovered { .. } | Why::FailedChecks { .. } => {
            "Health checks for Application Load Balancer target groups"
        }
        Why::RestartPolicy { .. } => {
            "Restart individual containers in Amazon ECS tasks with container restart policies"
        }
        Why::NoChecks | Why::Checked { .. } => "Amazon ECS API: DeploymentConfiguration",
        Why::Propagation { .. } => PROPAGATION,
        Why::Measured { .. } | Why::AlarmRedAtStart => ALARMS,
        Why::BreakerThreshold { .. } => BREAKER,
        Why::DetectorSays { .. } => "Amazon ECS deployment failure detection",
        Why::BackOff { .. } => BACK_OFF,
        Why::Superseded | Why::Consolidated => "View service history using Amazon ECS service deployments",
        Why::Rejected { .. } => "Stopping Amazon ECS service deployments",
        Why::Capacity { .. } | Why::NoZoneLeft => "Amazon ECS services",
        Why::DeregistrationDelay { .. } => DRAINING,
        Why::NotInUse => "Elastic Load Balancing API: TargetHealth",
        Why::ZoneBalance(_) => ZONES,
        Why::RollsBack => "View service history using Amazon ECS service deployments",
        Why::CleansUp => "Amazon ECS blue/green service deployments workflow",
    }
}

pub(super) const ROLLING: &str = "Deploy Amazon ECS services by replacing tasks";
pub(super) const ALARMS: &str = "How CloudWatch alarms detect Amazon ECS deployment failures";
pub(super) const BREAKER: &str = "How the Amazon ECS deployment circuit breaker detects failures";
pub(super) const DRAINING: &str = "Edit target group attributes for your Application Load Balancer";
pub(super) const ZONES: &str = "Balancing an Amazon ECS service across Availability Zones";
pub(super) const PROTECTION: &str = "Protect your Amazon ECS tasks from being terminated by scale-in events";
pub(super) const PROPAGATION: &str = "our reading: how fast a changed rule reaches users is not published";
pub(super) const BACK_OFF: &str = "our reading: only the longest gap between launches is published";

/// The inequalities that let a rolling pass stop and start, as far as it did.
pub(super) fn pass_text(bounds: &RollingBounds, stop: u32, start: u32) -> String {
    let RollingBounds { healthy, lower_bound, total, upper_bound, .. } = *bounds;
    let stops = (stop > 0 && healthy >= stop + lower_bound).then(|| {
        format!(
            "{} healthy − {} ≥ {} at least",
            Count::from(healthy),
            Count::from(stop),
            Count::from(lower_bound)
        )
    });
    let starts = (start > 0 && total + start <= upper_bound).then(|| {
        format!("{} + {} ≤ {} at most", Count::from(total), Count::from(start), Count::from(upper_bound))
    });
    match (stops, starts) {
        (Some(stops), Some(starts)) => format!("{stops}; {starts}."),
        (Some(one), None) | (None, Some(one)) => format!("{one}."),
        (None, None) if bounds.new > bounds.desired => {
            "The tasks that leave are not needed any more.".to_owned()
        }
        (None, None) => "Tasks that are not healthy may stop at once.".to_owned(),
    }
}

fn way_back_text(event: &Event, scenario: &Scenario, run: &Run) -> String {
    let service = event.service.unwrap_or(0);
    let failed = run.deployments.iter().rfind(|deployment| {
        deployment.service == service && deployment.rollback.as_ref().is_some_and(|back| back.at <= event.at)
    });
    match failed.and_then(|deployment| deployment.sources.first()) {
        Some(&source) => {
            format!(
                "The way back leads to {}, the last successful revision.",
                revision_name(scenario, run, service, source)
            )
        }
        None => "There is no earlier revision to go back to.".to_owned(),
    }
}

/// Why a deployment is SUCCESSFUL.
fn completed(event: &Event, run: &Run) -> String {
    let early = match event.fact {
        Fact::StatusChanged { deployment, .. } => run.deployments[deployment].configuration.early_success,
        _ => None,
    };
    match early {
        Some(EarlySuccess { healthy_percent, cleanup }) => {
            let source = match cleanup {
                SourceCleanup::Blocking => "the source is gone",
                SourceCleanup::Deferred => "the source goes afterwards",
            };
            format!(
                "Enough of the target is healthy, {healthy_percent} % by earlySuccessCriteria, and {source}."
            )
        }
        None => "The target is whole and the source is gone.".to_owned(),
    }
}
