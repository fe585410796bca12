//! The rolling controller at work: passes between the two bounds, and what becomes of tasks that are lost meanwhile.

use super::cohort::Cohort;
use super::deployment::Deployment;
use super::event::{Fact, Why};
use super::rolling::{self, Pass, Stopping};
use super::run::*;
use super::waiting::RollingBounds;
use super::world::World;

impl World<'_> {
    /// The numbers of the rolling controller now.
    pub fn rolling_bounds(&self, service: usize) -> Option<RollingBounds> {
        let state = &self.services[service];
        let deployment = state.deployment.as_ref()?;
        let coming = deployment.coming()?;
        let desired = state.config.desired_count;
        let is_new = |cohort: &Cohort| cohort.revision == coming;
        let upper_bound = deployment.config.upper_bound(desired);
        let stopping = state.all_where(|cohort| !cohort.wanted && cohort.exists());
        let next_launch = state.back_off.get(&coming).map(|back_off| back_off.not_before);
        let (healthy, lower_bound) = (state.healthy(), deployment.config.lower_bound(desired));
        Some(RollingBounds {
            desired,
            healthy,
            lower_bound,
            total: self.places_taken(service),
            upper_bound: self.capacity.map_or(upper_bound, |capacity| capacity.min(upper_bound)),
            old: state.all_where(|cohort| cohort.wanted && !is_new(cohort) && !cohort.protected()),
            old_unhealthy: state.all_where(|cohort| {
                // What the way back has starting is worth waiting for while too few are healthy.
                let kept = !deployment.rolling_back() && deployment.sources.first() == Some(&cohort.revision);
                let leaves = cohort.wanted && !is_new(cohort) && !cohort.protected();
                leaves && !cohort.counted && (!kept || healthy >= lower_bound)
            }),
            new: state.all_where(|cohort| cohort.wanted && is_new(cohort)),
            starting: state.all_where(|cohort| cohort.wanted && is_new(cohort) && !cohort.counted),
            stopping,
            next_launch: next_launch.filter(|&at| at > self.now),
        })
    }

    /// How many tasks hold a place under maximumPercent, and of those that fit.
    pub fn places_taken(&self, service: usize) -> u32 {
        self.services[service].all_where(|cohort| self.holds_a_place(cohort))
    }

    /// How many tasks of a revision hold such a place.
    pub fn places_of(&self, service: usize, revision: RevisionId) -> u32 {
        self.services[service].tasks_where(revision, |cohort| self.holds_a_place(cohort))
    }

    /// A stopping task holds its place too, unless that reading is switched off (h2).
    fn holds_a_place(&self, cohort: &Cohort) -> bool {
        cohort.exists() && (cohort.wanted || self.scenario.readings.stopping_counts_toward_maximum)
    }

    /// Whether the deployment is in the stage where the rolling controller replaces tasks, and has still to.
    pub fn is_replacing(&self, service: usize) -> bool {
        let replaces =
            |deployment: &Deployment| deployment.place.stage.is_none() && !deployment.removing_sources;
        self.services[service].deployment.as_ref().is_some_and(replaces) && !self.succeeds_early(service)
    }

    /// With early success criteria: whether enough of the coming revision is healthy. Then nothing more is replaced, since
    /// the source tasks stay for the bake ("Complete Amazon ECS rolling deployments early with early success criteria").
    fn succeeds_early(&self, service: usize) -> bool {
        let state = &self.services[service];
        let Some(deployment) = state.deployment.as_ref().filter(|deployment| !deployment.rolling_back())
        else {
            return false;
        };
        let Some(early) = deployment.config.early_success else { return false };
        let desired = state.config.desired_count;
        let need = (u64::from(desired) * u64::from(early.healthy_percent)).div_ceil(100).max(1) as u32;
        state.tasks_where(deployment.target, |cohort| cohort.counted) >= need.min(desired)
    }

    /// One pass of the rolling controller. Answers how many tasks maximumPercent would let it start that cannot be
    /// placed.
    pub fn rolling_pass(&mut self, service: usize) -> Option<(RevisionId, u32)> {
        let coming = self.services[service].deployment.as_ref().and_then(Deployment::coming)?;
        self.replace_lost(service);
        let bounds = self.rolling_bounds(service)?;
        let zones_left = self.zones_left(service);
        // Where stopping tasks do not count, the place of one that this very pass stops is free too.
        let stopping = match self.scenario.readings.stopping_counts_toward_maximum {
            true => Stopping::HoldsItsPlace,
            false => Stopping::FreesItAtOnce,
        };
        let Pass { stop, mut start } = rolling::pass(&bounds, stopping);
        if bounds.next_launch.is_some() || !zones_left {
            start = 0;
        }
        let mut leaving = self.leaving_in_stop_order(service, coming);
        leaving.truncate(stop as usize);
        // More than desired may be there after desiredCount was lowered.
        let surplus = bounds.new.saturating_sub(bounds.desired);
        let surplus = self.surplus_in_stop_order(service, coming, surplus);
        let stop = (leaving.len() + surplus.len()) as u32;
        if stop + start > 0 {
            let why = Why::Bounds(bounds);
            self.decide(service, stop, start, &bounds);
            self.stop_tasks(service, &leaving, why.clone());
            let too_many = Why::DesiredCount { have: bounds.new, desired: bounds.desired };
            self.stop_tasks(service, &surplus, too_many);
            self.start_tasks(service, coming, start, why);
        }
        self.see_whether_stuck(service, zones_left);
        let state = &self.services[service];
        let upper_bound = state.deployment.as_ref()?.config.upper_bound(bounds.desired);
        let allowed = RollingBounds { upper_bound, ..bounds }.may_start();
        (allowed > start && bounds.next_launch.is_none()).then(|| (coming, allowed - start))
    }

    /// Writes a pass down.
    pub fn decide(&mut self, service: usize, stop: u32, start: u32, bounds: &RollingBounds) {
        let state = &self.services[service];
        let desired = state.config.desired_count;
        // Capacity is not ECS's bound; the decision names the documented one.
        let upper_bound =
            state.deployment.as_ref().map_or(bounds.upper_bound, |d| d.config.upper_bound(desired));
        let decision = Decision { at: self.now, stop, start, lower_bound: bounds.lower_bound, upper_bound };
        self.run.services[service].decisions.push(decision);
        self.event(service, Fact::PassDecided { stop, start }, Why::Bounds(*bounds));
    }

    fn see_whether_stuck(&mut self, service: usize, zones_left: bool) {
        let Some(bounds) = self.rolling_bounds(service) else { return };
        let idle = bounds.may_stop() == 0 && bounds.may_start() == 0 || !zones_left;
        let starting = self.services[service].all_where(|cohort| cohort.wanted && !cohort.counted);
        let coming = self.services[service].deployment.as_ref().and_then(Deployment::coming);
        let held = self.services[service].all_where(|c| c.protected() && Some(c.revision) != coming);
        let waits = starting + bounds.stopping + held > 0 || bounds.next_launch.is_some();
        let unfinished = bounds.old > 0 || bounds.new < bounds.desired;
        let stuck = idle && !waits && unfinished;
        let was = self.services[service].deployment.as_mut().map(|d| std::mem::replace(&mut d.stuck, stuck));
        if stuck && was == Some(false) {
            self.event(service, Fact::Stuck, Why::Bounds(bounds));
        }
    }

    /// The wanted tasks of all revisions but the coming one, in the order in which a pass stops them: those that are
    /// not healthy and not worth waiting for, others that do not count, then the oldest; the revision that a rollback
    /// would go to comes last.
    fn leaving_in_stop_order(&self, service: usize, coming: RevisionId) -> Vec<TaskId> {
        let state = &self.services[service];
        let kept =
            state.deployment.as_ref().filter(|d| !d.rolling_back()).and_then(|d| d.sources.first().copied());
        let leaving = state
            .cohorts
            .values()
            .filter(|cohort| cohort.wanted && cohort.revision != coming && !cohort.protected());
        let mut tasks: Vec<(bool, bool, bool, TaskId)> = leaving
            .flat_map(|cohort| {
                let way_back = Some(cohort.revision) == kept;
                let dear = cohort.counted || way_back;
                cohort.members.iter().map(move |&task| (dear, cohort.counted, way_back, task))
            })
            .collect();
        tasks.sort_unstable();
        tasks.into_iter().map(|(_, _, _, task)| task).collect()
    }

    /// Tasks of the revision that leaves which were lost or failed their health checks: while too few are healthy, each is replaced within its own
    /// revision ("Deploy Amazon ECS services by replacing tasks").
    fn replace_lost(&mut self, service: usize) {
        let owed: Vec<RevisionId> = self.services[service]
            .deployment
            .as_ref()
            .map_or_else(Vec::new, |d| d.lost.keys().copied().collect());
        for revision in owed {
            let Some(bounds) = self.rolling_bounds(service) else { return };
            let starting = self.services[service].tasks_where(revision, |c| c.wanted && !c.bad && !c.counted);
            let shortage = bounds.lower_bound.saturating_sub(bounds.healthy + starting);
            let room = bounds.upper_bound.saturating_sub(bounds.total);
            let Some(deployment) = &mut self.services[service].deployment else { return };
            let Some(lost) = deployment.lost.get_mut(&revision) else { continue };
            let start = shortage.min(room).min(*lost);
            *lost -= start;
            deployment.lost.retain(|_, lost| *lost > 0);
            self.start_tasks(service, revision, start, Why::ReplacesFailed);
        }
    }

    /// The wanted tasks of a revision that failed their health checks.
    pub fn bad_tasks(&self, service: usize, revision: RevisionId) -> Vec<TaskId> {
        self.services[service]
            .cohorts
            .values()
            .filter(|cohort| cohort.revision == revision && cohort.wanted && cohort.bad)
            .flat_map(|cohort| cohort.members.iter().copied())
            .collect()
    }

    /// Whether the coming revision is whole and the leaving one gone; with early success criteria, whether enough of the
    /// coming one is healthy.
    pub fn replacing_is_done(&mut self, service: usize) -> bool {
        let Some(deployment) = &self.services[service].deployment else { return false };
        let Some(coming) = deployment.coming() else { return false };
        let state = &self.services[service];
        let desired = state.config.desired_count;
        let counted = state.tasks_where(coming, |cohort| cohort.counted);
        let leaving = state.all_where(|cohort| cohort.revision != coming && cohort.exists());
        if deployment.removing_sources {
            return leaving == 0;
        }
        let wanted = state.tasks_where(coming, |cohort| cohort.wanted);
        let whole = counted >= desired && wanted == desired && leaving == 0;
        // The scheduler must have had its look at a changed number first.
        !state.dirty && (whole || self.succeeds_early(service))
    }

    /// Removes the source tasks of an early success, a decision of the rolling controller like any other; protected ones
    /// when their protection is over.
    pub fn remove_early(&mut self, service: usize, sources: &[RevisionId]) {
        let Some(bounds) = self.rolling_bounds(service) else { return };
        if bounds.old > 0 {
            self.decide(service, bounds.old, 0, &bounds);
        }
        self.remove(service, sources, Why::CleansUp);
    }
}
