//! What ends a deployment before its time: failures, people, newer deployments; and the way back.
//!
//! Under the shifting strategies the way back is one jump of the weights while the source still runs; under ROLLING it is
//! another replacement, the other way round. A detector whose rollback is off only stops the deployment.

use super::cohort::Cohort;
use super::event::{Fact, Why};
use super::run::*;
use super::world::World;
use crate::model::*;

impl World<'_> {
    /// A failure, or a person's wish to go back. Where the detector may not roll back the deployment only stops.
    pub fn fail(&mut self, service: usize, detector: Detector, reason: String) {
        let now = self.now;
        let Some(deployment) = &self.services[service].deployment else { return };
        if deployment.rolling_back() {
            return;
        }
        let index = deployment.index;
        let source = deployment.sources.first().copied().filter(|_| !deployment.no_candidate);
        let goes_back = deployment.goes_back_for(&detector);
        let way_back = deployment.course.way_back(deployment.shifted);
        self.run.deployments[index].rollback = Some(Rollback {
            at: now,
            detector: detector.clone(),
            reason: reason.clone(),
            goes_back,
            users_back: None,
        });
        self.run.deployments[index].status_reason = reason.clone();
        let fact = Fact::FailureDetected { deployment: index, detector: detector.clone(), goes_back };
        self.event(service, fact, Why::DetectorSays { text: reason });
        self.stop_guards(service);
        if !goes_back {
            self.stop_deployment(service, Why::DetectorSays { text: "its rollback is off".to_owned() });
            // Both revisions stay as they are, and no new tasks are started ("How CloudWatch alarms detect …").
            self.services[service].wants.clear();
            return;
        }
        if detector == Detector::Operator {
            self.set_deployment_status(service, ServiceDeploymentStatus::RollbackRequested, Why::Asked);
        }
        self.set_deployment_status(service, ServiceDeploymentStatus::RollbackInProgress, Why::RollsBack);
        self.end_stage(service);
        let Some(to) = source else {
            self.roll_back_to_nothing(service);
            return;
        };
        self.event(service, Fact::RollbackStarted { deployment: index, to }, Why::RollsBack);
        if let Some(deployment) = &mut self.services[service].deployment {
            deployment.calls.clear();
            deployment.stuck = false;
            deployment.removing_sources = false;
            deployment.lost.clear();
            deployment.way_back = Some(way_back);
        }
        self.next_place_back(service);
        self.advance(service);
        self.touch(service);
    }

    pub(super) fn next_place_back(&mut self, service: usize) {
        let next = match self.services[service].deployment.as_mut().and_then(|d| d.way_back.as_mut()) {
            Some(way) if !way.is_empty() => Some(way.remove(0)),
            _ => None,
        };
        match next {
            Some(place) => self.enter(service, place, Why::RollsBack),
            None => {
                let Some(source) = self.sources(service).first().copied() else { return };
                let desired = self.services[service].config.desired_count;
                self.services[service].wants = [(source, desired)].into();
                self.end_deployment(service, ServiceDeploymentStatus::RollbackSuccessful, Why::RollsBack);
                // What a superseded deployment left goes too, where RECONCILE_SERVICE did not come to it.
                let left = self.active_revisions(service).into_iter().filter(|&revision| revision != source);
                self.services[service].leftovers = left.collect();
            }
        }
    }

    /// Nothing to go back to: a first deployment leaves nothing behind (h9); one that took over a rolling rollback stalls
    /// with the tasks there are ("How the Amazon ECS deployment circuit breaker detects failures").
    fn roll_back_to_nothing(&mut self, service: usize) {
        let Some(deployment) = &self.services[service].deployment else { return };
        let target = deployment.target;
        let first = deployment.sources.is_empty();
        if first {
            self.remove(service, &[target], Why::RollsBack);
            self.services[service].leftovers.push(target);
        }
        self.services[service].wants.clear();
        let text = match self.services[service].current {
            _ if first => "there is no earlier successful deployment to roll back to",
            None => "no deployment is COMPLETED: the one it took over was the first",
            Some(_) => "no deployment is COMPLETED: the one it took over was rolling back",
        }
        .to_owned();
        self.end_deployment(service, ServiceDeploymentStatus::RollbackFailed, Why::Rejected { text });
    }

    /// Ends a deployment without a way back; both revisions stay (h26).
    pub(super) fn stop_deployment(&mut self, service: usize, why: Why) {
        self.end_stage(service);
        self.set_deployment_status(service, ServiceDeploymentStatus::StopRequested, why.clone());
        self.keep_as_they_are(service);
        self.end_deployment(service, ServiceDeploymentStatus::Stopped, why);
    }

    /// Leaves every revision the number of tasks it has.
    pub(super) fn keep_as_they_are(&mut self, service: usize) {
        let revisions = self.active_revisions(service);
        let state = &mut self.services[service];
        let sizes =
            revisions.into_iter().map(|revision| (revision, state.tasks_where(revision, |c| c.wanted)));
        state.wants = sizes.collect();
    }

    /// A newer deployment takes over the one that is under way. Answers the revisions that the newer one has as sources
    /// because of it: its target, even where none of its tasks is left, and those of its own sources that are not gone.
    pub(super) fn supersede(&mut self, service: usize) -> Vec<RevisionId> {
        let state = &self.services[service];
        let Some(deployment) = &state.deployment else { return Vec::new() };
        let (index, target, rolling_back) = (deployment.index, deployment.target, deployment.rolling_back());
        let left = deployment.sources.iter().filter(|&&source| state.tasks_where(source, Cohort::exists) > 0);
        let revisions = left.copied().chain([target]).collect();
        if deployment.cleaning && !rolling_back {
            // The users and the fleet are the target's already.
            self.services[service].current = Some(target);
        }
        self.stop_guards(service);
        let deployment = &mut self.run.deployments[index];
        deployment.superseded = true;
        "superseded by a newer deployment".clone_into(&mut deployment.status_reason);
        if rolling_back {
            // The table of statuses knows no other end for a rollback that is not carried through.
            self.end_stage(service);
            self.keep_as_they_are(service);
            self.end_deployment(service, ServiceDeploymentStatus::RollbackFailed, Why::Superseded);
        } else {
            self.stop_deployment(service, Why::Superseded);
        }
        revisions
    }
}
