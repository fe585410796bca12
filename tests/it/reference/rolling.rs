//! A rolling deployment, second by second and task by task.
//!
//! Every task is an entry of a list with an age in whole seconds. Each second all grow older, then the controller stops and
//! starts them one by one. Only targets that get healthy occur here; failures are the golden traces' matter.

use super::rounds::{enough, fits};

/// A service and the rolling deployment it goes through; times in whole seconds.
#[derive(Clone, Debug)]
pub struct Rolling {
    /// `desiredCount`.
    pub desired: u32,
    /// `minimumHealthyPercent`.
    pub minimum: u32,
    /// `maximumPercent`.
    pub maximum: u32,
    /// The most tasks that can be placed.
    pub capacity: Option<u32>,
    /// Whether the service stands behind a target group.
    pub load_balancer: bool,
    /// `interval` of the container's health check, which passes at its first check.
    pub container_check: Option<u32>,
    /// From the launch to PENDING.
    pub provision: u32,
    /// The image's pull.
    pub pull: u32,
    /// From the pulled image to RUNNING.
    pub start: u32,
    /// From RUNNING to the registered target.
    pub register: u32,
    /// From the registered target to its first passing check.
    pub first_check: u32,
    /// From the decision to stop to the draining target.
    pub deregister: u32,
    /// `deregistration_delay.timeout_seconds`.
    pub deregistration_delay: u32,
    /// From the stop signal to the exit.
    pub exit: u32,
    /// `stopTimeout`, after which the container is killed.
    pub stop_timeout: u32,
    /// From the exit to STOPPED.
    pub deprovision: u32,
    /// When the deployment starts.
    pub deploys_at: u32,
    /// When a person asks to roll back.
    pub rolls_back_at: Option<u32>,
}

/// The tasks of a service by kind, at the end of a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not STOPPED.
    pub total: u32,
    /// Counting towards minimumHealthyPercent.
    pub healthy: u32,
    /// Wanted and not counting yet.
    pub starting: u32,
    /// On their way out and not STOPPED.
    pub stopping: u32,
}

/// How the deployment went.
#[derive(Debug, Default)]
pub struct Course {
    /// Every pass that did something: its second, tasks stopped, tasks started.
    pub passes: Vec<(u32, u32, u32)>,
    /// By second.
    pub counts: Vec<Counts>,
    /// The second in which it was done; `None` if it is stuck.
    pub done: Option<u32>,
}

/// A task.
struct Task {
    /// Of the revision that the deployment brings.
    new: bool,
    /// Seconds since its launch.
    age: u32,
    /// Once it is stopped: seconds since then, and how many of them it takes to be STOPPED.
    leaving: Option<(u32, u32)>,
}

/// Longer than any deployment that is tried here and is not stuck.
const LONGEST: u32 = 50_000;

impl Rolling {
    /// From the launch to RUNNING.
    fn running_at(&self) -> u32 {
        self.provision + self.pull + self.start
    }

    /// From the launch until the task counts: 40 seconds after RUNNING without any check, else when every check there
    /// is has passed (`minimumHealthyPercent` in the API reference).
    fn counts_at(&self) -> u32 {
        let target = self.register + self.first_check;
        self.running_at()
            + match (self.load_balancer, self.container_check) {
                (false, None) => 40,
                (false, Some(interval)) => interval,
                (true, None) => target,
                (true, Some(interval)) => target.max(interval),
            }
    }

    /// From the decision to stop a task of that age until it is STOPPED. A registered target first drains for the
    /// whole deregistration delay ("Load balancer connection draining").
    fn stops_in(&self, age: u32) -> u32 {
        if age < self.running_at() {
            return self.deprovision;
        }
        let registered = self.load_balancer && age >= self.running_at() + self.register;
        let drains = if registered { self.deregister + self.deregistration_delay } else { 0 };
        drains + self.exit.min(self.stop_timeout) + self.deprovision
    }

    /// Plays the deployment.
    pub fn play(&self) -> Course {
        let resting = || Task { new: false, age: LONGEST, leaving: None };
        let mut tasks: Vec<Task> = (0..self.desired).map(|_| resting()).collect();
        let (mut course, mut target) = (Course::default(), true);
        for second in 0..=LONGEST {
            if second > 0 {
                tasks.iter_mut().for_each(Task::grow_older);
            }
            if second >= self.deploys_at {
                if self.rolls_back_at == Some(second) {
                    target = false;
                }
                while let Some((stopped, started)) = self.pass(&mut tasks, target) {
                    course.passes.push((second, stopped, started));
                }
            }
            tasks.retain(Task::exists);
            let counts = self.count(&tasks);
            course.counts.push(counts);
            if second >= self.deploys_at {
                let leaving = tasks.iter().filter(|task| task.new != target).count();
                if leaving == 0 && (counts.healthy, counts.starting) == (self.desired, 0) {
                    course.done = Some(second);
                    break;
                }
                let still_to_come = self.rolls_back_at.is_some_and(|at| at > second);
                if counts.starting + counts.stopping == 0 && !still_to_come {
                    break;
                }
            }
        }
        course
    }

    /// One pass of the controller towards the new revision or back to the old one; `None` if it does nothing.
    ///
    /// A leaving task that does not count costs nothing and is stopped at once.
    fn pass(&self, tasks: &mut Vec<Task>, target: bool) -> Option<(u32, u32)> {
        tasks.retain(Task::exists);
        let (mut stopped, mut started) = (0, 0);
        for index in 0..tasks.len() {
            let counts = self.counts(&tasks[index]);
            let healthy = self.count(tasks).healthy;
            let leaves = tasks[index].new != target && tasks[index].leaving.is_none();
            if leaves && (!counts || enough(healthy - 1, self.desired, self.minimum)) {
                tasks[index].leaving = Some((0, self.stops_in(tasks[index].age)));
                stopped += 1;
            }
        }
        loop {
            let total = tasks.len() as u32;
            let kept =
                tasks.iter().filter(|task| task.new == target && task.leaving.is_none()).count() as u32;
            if kept >= self.desired || !fits(total + 1, self.desired, self.maximum, self.capacity) {
                break;
            }
            tasks.push(Task { new: target, age: 0, leaving: None });
            started += 1;
        }
        (stopped + started > 0).then_some((stopped, started))
    }

    fn counts(&self, task: &Task) -> bool {
        task.leaving.is_none() && task.age >= self.counts_at()
    }

    fn count(&self, tasks: &[Task]) -> Counts {
        let existing = || tasks.iter().filter(|task| task.exists());
        Counts {
            total: existing().count() as u32,
            healthy: existing().filter(|task| self.counts(task)).count() as u32,
            starting: existing().filter(|task| task.leaving.is_none() && !self.counts(task)).count() as u32,
            stopping: existing().filter(|task| task.leaving.is_some()).count() as u32,
        }
    }
}

impl Task {
    fn grow_older(&mut self) {
        self.age = self.age.saturating_add(1);
        if let Some((since, _)) = &mut self.leaving {
            *since += 1;
        }
    }

    fn exists(&self) -> bool {
        self.leaving.is_none_or(|(since, whole)| since < whole)
    }
}
