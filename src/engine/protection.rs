//! Scale-in protection: tasks that neither scale-in nor a deployment stops before it ends ("Protect your Amazon ECS
//! tasks from being terminated by scale-in events").
//!
//! It holds a task of the revision that leaves, and with it the deployment; a task that fails its health checks, that a
//! person stops, or whose zone is lost goes all the same.

use super::cohort::Cohort;
use super::event::{Fact, Why};
use super::queue::Command;
use super::run::*;
use super::world::World;
use crate::model::*;

impl Cohort {
    /// Whether scale-in and deployments must leave it alone.
    pub const fn protected(&self) -> bool {
        self.protected_until.is_some()
    }
}

impl World<'_> {
    /// UpdateTaskProtection: sets the protection of tasks, or takes it away.
    pub fn protect(&mut self, service: usize, tasks: &[TaskId], protection: Option<Span>) {
        let until = protection.map(|lasts| self.now + lasts);
        for id in self.separate(service, tasks) {
            self.set_protection(service, id, until, Why::Asked);
        }
        if let Some(due) = until {
            self.queue.push(self.now, due, Command::Wake { service, due });
        }
    }

    /// Ends every protection whose time is over.
    pub fn protection_expires(&mut self, service: usize) {
        let now = self.now;
        let cohorts = self.services[service].cohorts.iter();
        let over = cohorts.filter(|(_, cohort)| cohort.protected_until.is_some_and(|until| until <= now));
        for id in over.map(|(&id, _)| id).collect::<Vec<u32>>() {
            self.set_protection(service, id, None, Why::Takes { what: "expiresInMinutes", span: Span::ZERO });
        }
    }

    /// When the first of a revision's protected tasks may be stopped; `None` where none is protected.
    pub fn protected_until(&self, service: usize, revision: RevisionId) -> Option<SimTime> {
        let cohorts = self.services[service].cohorts.values();
        let held = cohorts.filter(|cohort| cohort.revision == revision && cohort.wanted);
        held.filter_map(|cohort| cohort.protected_until).min()
    }

    fn set_protection(&mut self, service: usize, id: u32, until: Option<SimTime>, why: Why) {
        self.cohort_mut(service, id).protected_until = until;
        let (revision, tasks) = self.named(service, id);
        for &TaskId(task) in &tasks {
            self.run.services[service].tasks[task as usize].protected_until.push(self.now, until);
        }
        self.event(service, Fact::ProtectionChanged { revision, tasks, until }, why);
        self.touch(service);
    }
}
