//! Users, not only requests: how many people have met a new revision, and how many a failure.
//!
//! The run counts requests and knows no person. Without stickiness every request comes from anybody with equal chance,
//! and chance decides anew each time. With stickiness a person chooses once and keeps the choice for its duration: a
//! weight of 10 % then reaches 10 % of the people, and those meet every failure.

use super::metrics::users_met;
use super::run::{RevisionId, Run, ServiceRun};
use super::traffic::FlowKey;
use crate::model::*;

/// So many moments of choice stand for all, spread evenly over the time a choice lasts.
const PHASES: u32 = 64;

/// People who have met something up to an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Users {
    /// Whose requests were answered by a revision in question, or by a service that had called one.
    pub exposed: u32,
    /// Who have met a failure.
    pub hurt: u32,
}

/// Who has met a target of any deployment, of whichever service, and who a failure.
pub fn users(scenario: &Scenario, run: &Run, at: SimTime) -> Users {
    users_of(scenario, run, at, |service, revision| {
        run.deployments
            .iter()
            .any(|deployment| deployment.service == service && deployment.target == revision)
    })
}

/// The same for the revisions in question.
///
/// A request to a called service is taken for one person's, so that no more people are exposed than have asked at all.
pub fn users_of(
    scenario: &Scenario,
    run: &Run,
    at: SimTime,
    in_question: impl Fn(usize, RevisionId) -> bool,
) -> Users {
    let all = scenario.traffic.users;
    let entry = run.services[ENTRY].traffic.production(at);
    let mut met = 0;
    for (service, log) in run.services.iter().enumerate() {
        let wanted = |key| matches!(key, FlowKey::Production(revision) if in_question(service, revision));
        met += log.traffic.sum(at, wanted).sent;
    }
    let free = users_met(all, met.min(entry.sent));
    let Some(choice) =
        Choice::of(scenario, &run.services[ENTRY], at, &|revision| in_question(ENTRY, revision))
    else {
        return Users { exposed: free, hurt: users_met(all, entry.failed) };
    };
    let exposed = choice.exposed(scenario).min(met.min(u64::from(all)) as u32);
    let there = |key| matches!(key, FlowKey::Production(revision) if in_question(ENTRY, revision));
    let failed_there = run.services[ENTRY].traffic.sum(at, there).failed;
    // Failures of the revisions in question meet only the exposed, all others anybody.
    let (there, elsewhere) = (users_met(exposed, failed_there), users_met(all, entry.failed - failed_there));
    let both = u64::from(there) * u64::from(elsewhere) / u64::from(all.max(1));
    Users { exposed, hurt: there + elsewhere - both as u32 }
}

/// How sticky people came to the revisions in question.
struct Choice {
    /// How long a choice lasts.
    lasts: Span,
    /// Requests a second, in the mean up to the instant.
    rate: f64,
    stretches: Vec<Stretch>,
}

/// A stretch in which a choice falls with the same chance.
#[derive(Clone, Copy)]
struct Stretch {
    from: SimTime,
    to: SimTime,
    /// The chance that a choice falls on a revision in question.
    share: f64,
    /// The part of the others who must choose anew at its beginning, since what they had chosen is gone.
    moved: f64,
}

impl Choice {
    /// `None` where nothing is sticky that keeps people on a revision.
    fn of(
        scenario: &Scenario,
        service: &ServiceRun,
        at: SimTime,
        in_question: &dyn Fn(RevisionId) -> bool,
    ) -> Option<Choice> {
        let sent = service.traffic.production(at).sent;
        let rate = sent as f64 / at.as_secs_f64().max(1.0);
        let config = &scenario.services[ENTRY];
        let shifted = service.production.steps().len() > 1;
        let (lasts, stretches) = match (config.keeps_groups(), config.routing.groups[0].stickiness) {
            (Some(lasts), _) if shifted => (lasts, by_group(service, at, in_question)),
            (_, Some(lasts)) if !shifted => (lasts, by_target(service, at, in_question)),
            _ => return None,
        };
        Some(Choice { lasts, rate, stretches })
    }

    /// How many people have chosen a revision in question at least once.
    ///
    /// A person's choices lie a duration and the wait for the next request apart; the first lies anywhere in it.
    fn exposed(&self, scenario: &Scenario) -> u32 {
        let users = f64::from(scenario.traffic.users);
        if self.rate <= 0.0 {
            return 0;
        }
        let cycle = self.lasts.as_secs_f64() + users / self.rate;
        let mut never = 0.0;
        for phase in 0..PHASES {
            let first = (f64::from(phase) + 0.5) / f64::from(PHASES) * cycle;
            let choices = |at: SimTime| libm::floor((at.as_secs_f64() - first) / cycle);
            let missed = self.stretches.iter().fold(1.0, |missed, stretch| {
                let count = choices(stretch.to) - choices(stretch.from);
                missed * (1.0 - stretch.moved * stretch.share) * libm::pow(1.0 - stretch.share, count)
            });
            never += missed / f64::from(PHASES);
        }
        libm::round(users * (1.0 - never)) as u32
    }
}

/// People keep a target group: they choose by the rule's weights.
fn by_group(service: &ServiceRun, at: SimTime, in_question: &dyn Fn(RevisionId) -> bool) -> Vec<Stretch> {
    // What a group stands for at an instant: the newest revision that registers in it.
    let stands_for = |group: u8, now: SimTime| {
        let mut revisions = service.revisions.iter().enumerate();
        let newest = revisions.rfind(|(_, it)| it.group == group && it.created <= now);
        newest.is_some_and(|(id, _)| in_question(RevisionId(id as u16)))
    };
    let rules = service.production.steps();
    let mut cuts: Vec<SimTime> = Vec::new();
    for (made, rule) in rules {
        cuts.extend([*made, rule.settled]);
    }
    cuts.extend(service.unpinned.steps().iter().map(|(when, _)| *when));
    cuts.extend([SimTime::ZERO, at]);
    cuts.retain(|cut| *cut <= at);
    cuts.sort_unstable();
    cuts.dedup();
    let stretch = |pair: &[SimTime]| {
        let (from, to) = (pair[0], pair[1]);
        let middle = SimTime((from.0 + to.0) / 2);
        let second =
            service.production.at(middle).map_or(0.0, |rule| rule.actual_share(middle).as_percent() / 100.0);
        let of_group = |group: u8, share: f64| if stands_for(group, from) { share } else { 0.0 };
        let share = of_group(0, 1.0 - second) + of_group(1, second);
        let unpinned = service.unpinned.steps().iter().any(|(when, _)| *when == from);
        Stretch { from, to, share, moved: if unpinned { 1.0 } else { 0.0 } }
    };
    cuts.windows(2).map(stretch).collect()
}

/// People keep a target: they choose by the tasks there are, and once more when theirs is gone.
fn by_target(service: &ServiceRun, at: SimTime, in_question: &dyn Fn(RevisionId) -> bool) -> Vec<Stretch> {
    let flows = || service.traffic.flows.iter().filter(|flow| matches!(flow.key, FlowKey::Production(_)));
    let mut cuts: Vec<SimTime> = flows().flat_map(|flow| flow.marks.iter().map(|mark| mark.at)).collect();
    cuts.extend([SimTime::ZERO, at]);
    cuts.retain(|cut| *cut <= at);
    cuts.sort_unstable();
    cuts.dedup();
    // Tasks of revisions in question and of others in the stretch that begins at an instant.
    let tasks = |from: SimTime| {
        flows().fold((0.0, 0.0), |(ours, others), flow| {
            let tasks = f64::from(flow.rate_at(from).2);
            match flow.key {
                FlowKey::Production(revision) if in_question(revision) => (ours + tasks, others),
                _ => (ours, others + tasks),
            }
        })
    };
    let mut before = tasks(SimTime::ZERO).1;
    let stretch = |pair: &[SimTime]| {
        let (ours, others) = tasks(pair[0]);
        let moved = if before > 0.0 { ((before - others) / before).max(0.0) } else { 0.0 };
        before = others;
        let share = if ours + others > 0.0 { ours / (ours + others) } else { 0.0 };
        Stretch { from: pair[0], to: pair[1], share, moved }
    };
    cuts.windows(2).map(stretch).collect()
}
