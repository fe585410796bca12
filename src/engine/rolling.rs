//! The arithmetic of keeping tasks: what a scheduler pass stops and starts. Looks at counts, changes nothing.

use super::waiting::RollingBounds;

/// What a pass does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// Tasks of the leaving revision to stop.
    pub stop: u32,
    /// Tasks of the coming revision to start.
    pub start: u32,
}

/// What becomes of the place of a task that is told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopping {
    /// It stays in `total` until it is STOPPED, so its place is free for a new one only in a later pass.
    HoldsItsPlace,
    /// Its place is free at once, as in the examples of "Best practices for Amazon ECS service parameters".
    FreesItAtOnce,
}

/// One pass of the rolling controller: first stop what minimumHealthyPercent allows, then start what maximumPercent
/// allows. That the two come in this order in one pass is our reading (h1).
pub fn pass(bounds: &RollingBounds, stopping: Stopping) -> Pass {
    let stop = bounds.may_stop();
    let total = match stopping {
        Stopping::HoldsItsPlace => bounds.total,
        Stopping::FreesItAtOnce => bounds.total - stop,
    };
    Pass { stop, start: RollingBounds { total, ..*bounds }.may_start() }
}

/// The tasks of one revision that the scheduler keeps at a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// How many there are to be.
    pub want: u32,
    /// Wanted, and not failed.
    pub good: u32,
    /// Of them, those that count as healthy.
    pub counted: u32,
    /// Wanted, but failed their health checks.
    pub bad: u32,
    /// Being stopped.
    pub stopping: u32,
    /// How many more tasks there is room for.
    pub room: u32,
}

/// What keeping a revision at its number asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keeping {
    /// Tasks to start.
    pub start: u32,
    /// Good tasks to stop, because there are too many.
    pub stop_surplus: u32,
    /// Failed tasks to stop.
    pub stop_bad: u32,
}

/// Keeps a revision at its number outside a rolling replacement.
///
/// A replacement for an unhealthy task is started first where maximumPercent permits, and the unhealthy task stopped
/// once the replacement is healthy; where it does not permit, one unhealthy task is stopped first ("Amazon ECS
/// services").
pub fn keep(kept: &Kept) -> Keeping {
    let missing = kept.want.saturating_sub(kept.good);
    let start = missing.min(kept.room);
    let stop_surplus = kept.good.saturating_sub(kept.want);
    let replaced = (kept.counted + kept.bad).saturating_sub(kept.want).min(kept.bad);
    let no_room = missing > 0 && kept.room == 0 && kept.stopping == 0;
    Keeping { start, stop_surplus, stop_bad: replaced.max(u32::from(no_room).min(kept.bad)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(want: u32, good: u32, counted: u32, bad: u32, room: u32) -> Keeping {
        keep(&Kept { want, good, counted, bad, stopping: 0, room })
    }

    #[test]
    fn an_unhealthy_task_is_replaced_before_it_is_stopped_where_there_is_room() {
        assert_eq!(kept(6, 5, 5, 1, 6), Keeping { start: 1, stop_surplus: 0, stop_bad: 0 });
        assert_eq!(kept(6, 6, 5, 1, 5), Keeping::default());
        assert_eq!(kept(6, 6, 6, 1, 5), Keeping { start: 0, stop_surplus: 0, stop_bad: 1 });
    }

    #[test]
    fn without_room_one_unhealthy_task_is_stopped_first() {
        assert_eq!(kept(6, 3, 3, 3, 0), Keeping { start: 0, stop_surplus: 0, stop_bad: 1 });
    }

    #[test]
    fn more_tasks_than_wanted_are_stopped() {
        assert_eq!(kept(4, 6, 6, 0, 2), Keeping { start: 0, stop_surplus: 2, stop_bad: 0 });
    }
}
