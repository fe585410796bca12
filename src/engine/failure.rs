//! What ends a deployment before its time: failures, people, newer deployments; and the way back.
//!
//! Under the shifting strategies the way back is one jump of the weights while the source still runs; under ROLLING it is
//! another replacement, the other way round. A detector whose rollback is off only stops the deployment.

use super::event::{Fact, Why};
use super::lifecycle::deployment_sources;
use super::run::*;
use super::world::World;
use crate::model::*;

impl World<'_> {
    /// A failure, or a person's wish to go back. Where the detector may not roll back the deployment only stops.
    pub fn fail(&mut self, service: usize, detector: Detector, reason: String, goes_back: bool) {
        let now = self.now;
        let Some(deployment) = &self.services[service].deployment else { return };
        if deployment.rolling_back() {
            return;
        }
        let index = deployment.index;
        let source = deployment.sources.first().copied().filter(|_| !deployment.no_candidate);
        let (production_entered, test_entered) = (deployment.production_entered, deployment.test_entered);
        let way_back = deployment.course.way_back(production_entered, test_entered);
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
                let Some(source) = deployment_sources(self, service).first().copied() else { return };
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
        let left = deployment
            .sources
            .iter()
            .filter(|&&source| state.tasks_where(source, super::world::Cohort::exists) > 0);
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

    /// Brings the production rule, and the test rule with it, onto the revision that is kept. Answers whether it could:
    /// where the rules may not be changed the deployment fails, and its way back is to bring them there when they may.
    pub(super) fn consolidate(&mut self, service: usize) -> bool {
        let Err(text) = self.bring_onto_one(service) else { return true };
        if let Some(deployment) = &mut self.services[service].deployment {
            deployment.unconsolidated = true;
        }
        self.fail(service, Detector::Networking, text, true);
        false
    }

    /// On the way back: what RECONCILE_SERVICE could not do comes before anything is removed. It is no traffic shift of
    /// this deployment, so that neither of the two shift stages is entered for it and none of their hooks runs. Answers
    /// whether it is done.
    pub(super) fn consolidates_late(&mut self, service: usize) -> bool {
        let left = self.services[service].deployment.as_ref().is_some_and(|it| it.unconsolidated);
        if !left {
            return true;
        }
        let done = self.bring_onto_one(service).is_ok();
        match &mut self.services[service].deployment {
            Some(deployment) if done => deployment.unconsolidated = false,
            _ => self.retry_later(service),
        }
        done
    }

    fn bring_onto_one(&mut self, service: usize) -> Result<(), String> {
        self.change_rule(service, ListenerRule::Production, Weights::AT_SOURCE, Why::Consolidated)?;
        self.change_rule(service, ListenerRule::Test, Weights::AT_SOURCE, Why::Consolidated)
    }

    /// Removes what earlier deployments left, once no request can be on its way there; protected tasks when their
    /// protection is over.
    pub(super) fn remove_leftovers(&mut self, service: usize) {
        if !self.services[service].leftovers.is_empty() && !self.waits_for_propagation(service) {
            let mut leftovers = std::mem::take(&mut self.services[service].leftovers);
            let consolidates = self.services[service].deployment.is_some();
            self.remove(service, &leftovers, if consolidates { Why::Consolidated } else { Why::CleansUp });
            leftovers
                .retain(|&revision| self.services[service].tasks_where(revision, |cohort| cohort.wanted) > 0);
            self.services[service].leftovers = leftovers;
        }
    }
}
