//! What a service waits for at an instant, with the numbers that decide it.

use super::event::ZoneSpread;
use super::run::RevisionId;
use crate::model::*;
use std::fmt;

/// Why nothing more happens just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Nothing to do: as many tasks as desired run and count as healthy.
    Steady {
        /// `desiredCount`.
        desired: u32,
    },
    /// Outside a deployment, tasks are being brought to desiredCount.
    Restoring {
        /// Healthy tasks.
        healthy: u32,
        /// `desiredCount`.
        desired: u32,
    },
    /// SCALE_UP: the target is not whole yet.
    ScaleUp {
        /// The target revision.
        revision: RevisionId,
        /// Its healthy tasks.
        healthy: u32,
        /// `desiredCount`.
        desired: u32,
        /// When the next launch is made, under back-off.
        next_launch: Option<SimTime>,
    },
    /// Lambda hooks of a stage have not all answered. Its calls are in the deployment's `hooks`.
    Hooks {
        /// The stage.
        stage: LifecycleStage,
        /// The hook that is waited for longest.
        hook: String,
        /// When its time is over.
        expires: SimTime,
        /// Whether it waits for a reviewer.
        approval: bool,
    },
    /// A PAUSE hook waits for ContinueServiceDeployment.
    Pause {
        /// The stage.
        stage: LifecycleStage,
        /// Its hookId.
        hook: String,
        /// When its time is over.
        expires: SimTime,
        /// What happens then.
        action: HookAction,
    },
    /// A Network Load Balancer takes ten minutes for a shift.
    NetworkShift {
        /// When it is done.
        until: SimTime,
    },
    /// The target gets its share until the next step.
    StepBake {
        /// The share that is set.
        share: Permille,
        /// The step, from 1, and how many there are.
        step: (u32, u32),
        /// When the next step is due.
        until: SimTime,
    },
    /// BAKE_TIME.
    Bake {
        /// When it is over.
        until: SimTime,
        /// Whether the source is kept meanwhile, as all strategies but ROLLING do.
        source_kept: bool,
    },
    /// The last change of weights has not reached all users; nothing drains behind it.
    Propagation {
        /// When it has.
        until: SimTime,
    },
    /// Tasks of the revision that leaves are draining and stopping.
    Removing {
        /// That revision.
        revision: RevisionId,
        /// Tasks not STOPPED yet.
        remaining: u32,
        /// When the next of them is.
        until: SimTime,
    },
    /// All that is left to stop is under scale-in protection.
    Protected {
        /// The revision that leaves.
        revision: RevisionId,
        /// Its protected tasks.
        tasks: u32,
        /// When the first of them may be stopped.
        until: SimTime,
    },
    /// A task moves to another Availability Zone: its replacement is not healthy yet.
    Rebalancing(ZoneSpread),
    /// The rolling controller can neither stop nor start now.
    Rolling(RollingBounds),
    /// The rolling controller will never be able to.
    Stuck(RollingBounds),
    /// The listener may not be changed; the controller tries again.
    ListenerDenied {
        /// When it tries again.
        next_try: SimTime,
    },
}

/// The two inequalities of the rolling controller, with their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollingBounds {
    /// `desiredCount`, which both bounds are percentages of.
    pub desired: u32,
    /// Tasks that count as healthy, either revision.
    pub healthy: u32,
    /// ceil(desiredCount × minimumHealthyPercent).
    pub lower_bound: u32,
    /// All tasks from PROVISIONING to DEPROVISIONING.
    pub total: u32,
    /// floor(desiredCount × maximumPercent), or the capacity there is.
    pub upper_bound: u32,
    /// Tasks of the leaving revision that are not being stopped and may be: none under scale-in protection.
    pub old: u32,
    /// Of them, those that do not count as healthy and are not worth waiting for: stopping them costs nothing.
    pub old_unhealthy: u32,
    /// Tasks of the coming revision that are not being stopped.
    pub new: u32,
    /// Of them, those that do not count as healthy yet.
    pub starting: u32,
    /// Tasks being stopped.
    pub stopping: u32,
    /// When the next launch is made, under back-off.
    pub next_launch: Option<SimTime>,
}

impl RollingBounds {
    /// How many of the leaving revision may be stopped: `healthy − lower_bound`, no more than there are, and those that
    /// do not count as healthy in any case.
    pub const fn may_stop(&self) -> u32 {
        let room = self.healthy.saturating_sub(self.lower_bound);
        let healthy = self.old - self.old_unhealthy;
        self.old_unhealthy + if room < healthy { room } else { healthy }
    }

    /// How many of the coming revision may be started: `upper_bound − total`, no more than are missing.
    pub const fn may_start(&self) -> u32 {
        let room = self.upper_bound.saturating_sub(self.total);
        let missing = self.desired.saturating_sub(self.new);
        if room < missing { room } else { missing }
    }
}

/// Writes the wait with its inequality filled in.
impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Waiting::Steady { desired } => write!(f, "steady state: {desired} of {desired} tasks healthy"),
            Waiting::Restoring { healthy, desired } => write!(f, "{healthy} of {desired} tasks healthy"),
            Waiting::ScaleUp { healthy, desired, next_launch, .. } => {
                write!(f, "{healthy} of {desired} target tasks healthy")?;
                next_launch.map_or(Ok(()), |at| write!(f, "; next launch at {at}"))
            }
            Waiting::Hooks { stage, hook, .. } => write!(f, "hook {hook} at {stage}"),
            Waiting::Pause { stage, hook, expires, action } => {
                write!(f, "pause hook {hook} at {stage}; {action} at {expires}")
            }
            Waiting::NetworkShift { until } => write!(f, "the network load balancer shifts until {until}"),
            Waiting::StepBake { share, step, until } => {
                write!(f, "step {} of {} at {share} until {until}", step.0, step.1)
            }
            Waiting::Bake { until, .. } => write!(f, "bake time until {until}"),
            Waiting::Propagation { until } => write!(f, "the rule reaches all users at {until}"),
            Waiting::Removing { remaining, until, .. } => {
                write!(f, "{remaining} tasks drain and stop; the next is gone at {until}")
            }
            Waiting::Protected { tasks, until, .. } => {
                write!(f, "{tasks} tasks are protected from scale-in; the first until {until}")
            }
            Waiting::Rebalancing(ZoneSpread { most, least, .. }) => {
                write!(f, "a task moves from a zone of {most} to one of {least}")
            }
            Waiting::Rolling(bounds) => write!(f, "{bounds}"),
            Waiting::Stuck(bounds) => write!(f, "stuck: {bounds}"),
            Waiting::ListenerDenied { next_try } => {
                write!(f, "the listener may not be changed; next try at {next_try}")
            }
        }
    }
}

impl fmt::Display for RollingBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [healthy, lower_bound, total, upper_bound, old] =
            [self.healthy, self.lower_bound, self.total, self.upper_bound, self.old].map(Count::from);
        write!(
            f,
            "may stop min({old}, {healthy} healthy − {lower_bound} at least) = {}, may start min({}, {upper_bound} at \
             most − {total}) = {}",
            Count::from(self.may_stop()),
            Count::from(self.desired.saturating_sub(self.new)),
            Count::from(self.may_start())
        )
    }
}
