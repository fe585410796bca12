//! The rolling planner in rounds: stops are instant, and what a round starts is healthy before the next.
//!
//! No formula: a round stops one task after the other while that is allowed, then starts one after the other ("Deploy
//! Amazon ECS services by replacing tasks"; the order is our reading, h1).

/// What the rounds of a deployment came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Rounds {
    /// Tasks stopped and started in each round.
    pub rounds: Vec<(u32, u32)>,
    /// Whether no further round is possible although the deployment is not done.
    pub stuck: bool,
    /// The most tasks there were.
    pub peak: u32,
    /// The fewest.
    pub floor: u32,
}

/// Plays a deployment of `desired` tasks to its end, or until it is stuck.
pub fn rounds(desired: u32, minimum: u32, maximum: u32, capacity: Option<u32>) -> Rounds {
    let (mut old, mut new) = (desired, 0);
    let mut told = Rounds { rounds: Vec::new(), stuck: false, peak: desired, floor: desired };
    while old > 0 || new < desired {
        let (old_before, new_before) = (old, new);
        while old > 0 && enough(old + new - 1, desired, minimum) {
            old -= 1;
        }
        told.floor = told.floor.min(old + new);
        while new < desired && fits(old + new + 1, desired, maximum, capacity) {
            new += 1;
        }
        told.peak = told.peak.max(old + new);
        if (old, new) == (old_before, new_before) {
            told.stuck = true;
            break;
        }
        told.rounds.push((old_before - old, new - new_before));
    }
    told
}

/// Whether so many healthy tasks are at least minimumHealthyPercent of desiredCount.
pub fn enough(healthy: u32, desired: u32, minimum: u32) -> bool {
    healthy * 100 >= desired * minimum
}

/// Whether so many tasks are at most maximumPercent of desiredCount, and find a place.
pub fn fits(total: u32, desired: u32, maximum: u32, capacity: Option<u32>) -> bool {
    total * 100 <= desired * maximum && capacity.is_none_or(|capacity| total <= capacity)
}
