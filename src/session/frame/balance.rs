//! The balance bar of a rolling deployment: all tasks between the floor and the ceiling.

use super::{Role, TaskView};
use crate::engine::{DeploymentRun, RollingBounds, Waiting};
use crate::model::*;

/// The tasks of a rolling service as segments of one bar, with the two posts and what they allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceBar {
    /// Tasks of the source revision that count as healthy and are not being stopped.
    pub source_healthy: u32,
    /// The same of the target revision.
    pub target_healthy: u32,
    /// Tasks of either revision that are wanted and do not count yet.
    pub starting: u32,
    /// Tasks of either revision that are being stopped and are not STOPPED.
    pub draining: u32,
    /// `desiredCount`, which both posts are percentages of.
    pub desired: u32,
    /// The floor, measured against healthy tasks.
    pub lower_bound: u32,
    /// The ceiling, measured against all tasks.
    pub upper_bound: u32,
    /// Where the bar's scale ends: the larger of the ceiling and the total.
    pub scale: u32,
    /// The floor's sum, as in `5 at least: 90 % of 5, rounded up`.
    pub lower_text: String,
    /// The ceiling's sum, as in `9 at most: 150 % of 6`.
    pub upper_text: String,
    /// How many of the leaving revision may be stopped.
    pub may_stop: u32,
    /// Its sum, as in `may stop 3: 9 healthy − 6 at least`.
    pub may_stop_text: String,
    /// How many of the coming revision may be started.
    pub may_start: u32,
    /// Its sum, as in `may start 0: 9 at most − 9`.
    pub may_start_text: String,
    /// Nothing may stop, nothing may start, nothing is on its way: both posts warn.
    pub stuck: bool,
}

/// The bar at `at` of a deployment by ROLLING.
pub(super) fn balance(
    deployment: &DeploymentRun,
    desired: u32,
    waiting: Option<&Waiting>,
    tasks: &[TaskView],
    at: SimTime,
) -> BalanceBar {
    let count = |role: Role, wanted: fn(&TaskView) -> bool| {
        tasks.iter().filter(|task| task.role == role && wanted(task)).count() as u32
    };
    let healthy = |role| count(role, |task| task.counted && !task.stopping);
    let starting = |role| count(role, |task| !task.counted && !task.stopping);
    let kept = |role| healthy(role) + starting(role);
    let (source_healthy, target_healthy) = (healthy(Role::Source), healthy(Role::Target));
    let going_back =
        deployment.rollback.as_ref().is_some_and(|rollback| rollback.goes_back && rollback.at <= at);
    let (leaving, coming) =
        if going_back { (Role::Target, Role::Source) } else { (Role::Source, Role::Target) };
    let total = tasks.len() as u32;
    let configuration = &deployment.configuration;
    let counted = RollingBounds {
        desired,
        healthy: source_healthy + target_healthy,
        lower_bound: configuration.lower_bound(desired),
        total,
        upper_bound: configuration.upper_bound(desired),
        old: kept(leaving),
        old_unhealthy: if going_back { starting(leaving) } else { 0 },
        new: kept(coming),
        starting: starting(coming),
        stopping: tasks.iter().filter(|task| task.stopping).count() as u32,
        next_launch: None,
    };
    // While the controller waits it says itself by which numbers; a shortage of capacity is among them.
    let (bounds, stuck) = match waiting {
        Some(Waiting::Rolling(bounds)) => (*bounds, false),
        Some(Waiting::Stuck(bounds)) => (*bounds, true),
        _ => (counted, false),
    };
    let rounded = |percent: u32, how: &'static str| {
        if u64::from(desired) * u64::from(percent) % 100 == 0 { "" } else { how }
    };
    let (least, most) = (configuration.minimum_healthy_percent, configuration.maximum_percent);
    let (may_stop, may_start) = (bounds.may_stop(), bounds.may_start());
    BalanceBar {
        source_healthy,
        target_healthy,
        starting: starting(Role::Source) + starting(Role::Target),
        draining: counted.stopping,
        desired,
        lower_bound: bounds.lower_bound,
        upper_bound: bounds.upper_bound,
        scale: bounds.upper_bound.max(total),
        lower_text: format!(
            "{} at least: {least} % of {}{}",
            Count::from(bounds.lower_bound),
            Count::from(desired),
            rounded(least, ", rounded up")
        ),
        upper_text: if bounds.upper_bound == counted.upper_bound {
            format!(
                "{} at most: {most} % of {}{}",
                Count::from(bounds.upper_bound),
                Count::from(desired),
                rounded(most, ", rounded down")
            )
        } else {
            format!("{} at most: there is no room for more", Count::from(bounds.upper_bound))
        },
        may_stop,
        may_stop_text: format!(
            "may stop {}: {} healthy − {} at least",
            Count::from(may_stop),
            Count::from(bounds.healthy),
            Count::from(bounds.lower_bound)
        ),
        may_start,
        may_start_text: format!(
            "may start {}: {} at most − {}",
            Count::from(may_start),
            Count::from(bounds.upper_bound),
            Count::from(bounds.total)
        ),
        stuck,
    }
}
