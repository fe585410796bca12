//! The controller's hand on the listener rules: what it sets, what it finds set by others, and what it waits for behind.

use super::deployment::{Deployment, Wait};
use super::event::{Fact, Why};
use super::run::*;
use super::shift::Place;
use super::world::World;
use crate::model::*;

/// Somebody else has changed the production rule.
pub(super) const NOT_OURS: &str =
    "the weights of the production rule are not those that the deployment has set";
/// How soon a denied listener change is tried again on the way back (h28).
const RETRY: Span = Span::from_secs(30);

impl World<'_> {
    /// The weights that give the target of the present deployment its share, by target group.
    pub fn by_group(&self, service: usize, target: RevisionId, weights: Weights) -> [u16; 2] {
        if self.group_of(service, target) == 1 {
            [weights.source, weights.target]
        } else {
            [weights.target, weights.source]
        }
    }

    /// Changes the weights of a shifting stage and goes on to its hooks; a Network Load Balancer's delay follows them.
    pub(super) fn shift(&mut self, service: usize, place: Place, why: Why) {
        let Some(deployment) = &mut self.services[service].deployment else { return };
        let back = deployment.rolling_back();
        let test = place.stage == Some(LifecycleStage::TestTrafficShift);
        let entered = if test { &mut deployment.shifted.test } else { &mut deployment.shifted.production };
        *entered = true;
        let share = match (back, test) {
            (true, _) => Permille::ZERO,
            (false, true) => Permille::FULL,
            (false, false) => deployment.steps.get(place.step).map_or(Permille::FULL, |step| step.share),
        };
        let rule = if test { ListenerRule::Test } else { ListenerRule::Production };
        let weights = Weights::with_target(share);
        match self.change_rule(service, rule, weights, why) {
            Ok(()) => self.start_hooks(service),
            Err(_) if back => self.retry_later(service),
            Err(text) => self.fail(service, Detector::Networking, text),
        }
    }

    /// A listener change on the way back was denied: it is tried again (h28).
    pub(super) fn retry_later(&mut self, service: usize) {
        self.set_wait(service, Wait::Denied(self.now + RETRY));
        self.wake_after(service, RETRY);
    }

    /// The one door for the controller's changes of a listener rule: gives it these weights, by the present deployment's
    /// roles, where it has others. Says why it may not, if so.
    pub(super) fn change_rule(
        &mut self,
        service: usize,
        rule: ListenerRule,
        weights: Weights,
        why: Why,
    ) -> Result<(), String> {
        let Some(deployment) = &self.services[service].deployment else { return Ok(()) };
        let (index, target, back) = (deployment.index, deployment.target, deployment.rolling_back());
        let consolidates = deployment.place.stage == Some(LifecycleStage::ReconcileService);
        let set = self.by_group(service, target, weights);
        let Some(present) = self.rule_state(service, rule) else { return Ok(()) };
        let takes_what_it_finds = back || consolidates || rule == ListenerRule::Test;
        if !takes_what_it_finds && self.weights_are_not_ours(service) {
            return Err(NOT_OURS.to_owned());
        }
        if present.set == set {
            return Ok(());
        }
        if self.services[service].listener_denied > 0 {
            self.event(service, Fact::ListenerChangeDenied { rule }, Why::Fault);
            return Err(format!("the infrastructure role may not change the {rule} listener rule"));
        }
        self.run.deployments[index].shifts.push(Shift { at: self.now, rule, weights });
        self.set_rule(service, rule, set, why);
        Ok(())
    }

    /// No draining begins behind a change that has not reached all users.
    pub(super) fn waits_for_propagation(&self, service: usize) -> bool {
        self.settled_at(service) > self.now
    }

    /// When the last change of a rule has reached everybody.
    pub fn settled_at(&self, service: usize) -> SimTime {
        let state = &self.services[service];
        state.test.map_or(state.production.settled, |test| test.settled.max(state.production.settled))
    }

    /// What is wrong with the production rule before a deployment touches it: exactly the group of the revision in
    /// service must have a weight ("Troubleshooting Amazon ECS blue/green deployments"). Where several revisions are
    /// active, RECONCILE_SERVICE puts it right.
    pub(super) fn wrong_weights(&self, service: usize) -> Option<&'static str> {
        let state = &self.services[service];
        let source = state.deployment.as_ref()?.sources.first().copied()?;
        let serving = usize::from(self.group_of(service, source));
        if !state.config.routing.kind.has_weights() || self.active_revisions(service).len() > 1 {
            return None;
        }
        match (state.production.set[serving] > 0, state.production.set[1 - serving] > 0) {
            (true, true) => Some("both target groups have a weight in the production rule"),
            (false, _) => {
                Some("the production rule forwards to a target group that is not the service's present one")
            }
            (true, false) => None,
        }
    }

    /// Whether somebody else has changed the production rule since the deployment set it: whether the groups have other
    /// shares, for a rule at rest may be written 1 / 0 as well as 100 / 0.
    pub(super) fn weights_are_not_ours(&self, service: usize) -> bool {
        let state = &self.services[service];
        let Some(deployment) = &state.deployment else { return false };
        let mut shifts = self.run.deployments[deployment.index].shifts.iter();
        let ours = shifts.rfind(|shift| shift.rule == ListenerRule::Production).map(|shift| shift.weights);
        let expected = self.by_group(service, deployment.target, ours.unwrap_or(Weights::AT_SOURCE));
        let share = |[source, target]: [u16; 2]| Weights { source, target }.target_share();
        let present = state.production.set;
        !deployment.sources.is_empty() && (present == [0, 0] || share(present) != share(expected))
    }

    /// A shifting deployment whose targets no rule refers to goes back; one by ROLLING waits for ever.
    pub(super) fn networking_fails(&mut self, service: usize, revision: RevisionId) {
        let shifts = |deployment: &Deployment| deployment.course.strategy.shifts();
        if self.is_coming(service, revision) && self.services[service].deployment.as_ref().is_some_and(shifts)
        {
            let text = "no listener rule refers to the target group of the new revision";
            self.fail(service, Detector::Networking, text.to_owned());
        }
    }

    /// Brings the production rule, and the test rule with it, onto the revision that is kept. Answers whether it could:
    /// where the rules may not be changed the deployment fails, and its way back is to bring them there when they may.
    pub(super) fn consolidate(&mut self, service: usize) -> bool {
        let Err(text) = self.bring_onto_one(service) else { return true };
        if let Some(deployment) = &mut self.services[service].deployment {
            deployment.unconsolidated = true;
        }
        self.fail(service, Detector::Networking, text);
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
}
