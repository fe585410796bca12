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
    let mut users = choice.users(all);
    // No more people than requests.
    users.exposed = users.exposed.min(met.min(u64::from(all)) as u32);
    users.hurt = users.hurt.min(entry.failed.min(u64::from(all)) as u32);
    users
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
    /// Of those who keep a revision in question, and of the others, the part who must choose anew at its beginning, since
    /// what they had chosen is gone.
    moved: [f64; 2],
    /// The requests a second of a person who keeps what was chosen.
    asks: f64,
    /// The share of requests that fail at a revision in question, and elsewhere.
    failures: [f64; 2],
}

/// Who have chosen at one moment of their cycle, as shares of them.
struct Unharmed {
    /// Have never met a revision in question.
    unexposed: f64,
    /// Have met no failure, and keep a revision in question or another.
    unhurt: [f64; 2],
}

impl Unharmed {
    /// Those whose choice is gone choose, and with that chance a revision in question.
    fn choose(&mut self, stretch: &Stretch) {
        let (share, [here, elsewhere]) = (stretch.share, stretch.moved);
        let [kept, others] = self.unhurt;
        let choosing = kept * here + others * elsewhere;
        self.unexposed *= 1.0 - elsewhere * share;
        let spared = stretch.spared();
        self.unhurt = [
            kept * (1.0 - here) + choosing * share * spared[0],
            others * (1.0 - elsewhere) + choosing * (1.0 - share) * spared[1],
        ];
    }

    /// All choose, whatever they kept, and once more after each of so many cycles.
    fn choose_again(&mut self, times: f64, cycle: f64, stretch: &Stretch) {
        let (share, spared) = (stretch.share, stretch.spared());
        let chosen = [share * spared[0], (1.0 - share) * spared[1]];
        let each: f64 = (0..2).map(|place| chosen[place] * stretch.keeps(place, cycle)).sum();
        let choosing = (self.unhurt[0] + self.unhurt[1]) * libm::pow(each, times);
        self.unexposed *= libm::pow(1.0 - share, times + 1.0);
        self.unhurt = chosen.map(|chosen| choosing * chosen);
    }

    /// They keep what they have for so many seconds.
    fn keep(&mut self, seconds: f64, stretch: &Stretch) {
        for place in 0..2 {
            self.unhurt[place] *= stretch.keeps(place, seconds);
        }
    }
}

impl Stretch {
    /// Who chooses does so by a request: the share of them that meets no failure with it.
    fn spared(&self) -> [f64; 2] {
        self.failures.map(|failed| 1.0 - failed)
    }

    /// The share of those who keep what they have chosen there and meet no failure in so many seconds.
    fn keeps(&self, place: usize, seconds: f64) -> f64 {
        libm::exp(-self.failures[place] * self.asks * seconds)
    }
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
            (Some(lasts), _) if shifted => (lasts, by_group(scenario, service, at, in_question)),
            (_, Some(lasts)) if !shifted => (lasts, by_target(scenario, service, at, in_question)),
            _ => return None,
        };
        Some(Choice { lasts, rate, stretches })
    }

    /// How many people have chosen a revision in question at least once, and how many have met a failure where they were.
    ///
    /// A person's choices lie a duration and the wait for the next request apart; the first lies anywhere in it.
    fn users(&self, all: u32) -> Users {
        if self.rate <= 0.0 {
            return Users::default();
        }
        let cycle = self.lasts.as_secs_f64() + f64::from(all) / self.rate;
        // The request by which a person chooses is the first of its cycle; the others come while the choice lasts.
        let lasting = self.lasts.as_secs_f64() / cycle;
        let stretches: Vec<Stretch> =
            self.stretches.iter().map(|it| Stretch { asks: it.asks * lasting, ..*it }).collect();
        let (mut exposed, mut hurt) = (0.0, 0.0);
        for phase in 0..PHASES {
            let first = (f64::from(phase) + 0.5) / f64::from(PHASES) * cycle;
            let choices = |at: f64| libm::floor((at - first) / cycle);
            let mut people = Unharmed { unexposed: 1.0, unhurt: [0.0, 1.0] };
            for stretch in &stretches {
                let (from, to) = (stretch.from.as_secs_f64(), stretch.to.as_secs_f64());
                people.choose(stretch);
                let (before, last) = (choices(from), choices(to));
                if last > before {
                    people.keep(first + (before + 1.0) * cycle - from, stretch);
                    people.choose_again(last - before - 1.0, cycle, stretch);
                }
                people.keep((to - first - last * cycle).min(to - from), stretch);
            }
            exposed += 1.0 - people.unexposed;
            hurt += 1.0 - people.unhurt[0] - people.unhurt[1];
        }
        let people = |sum: f64| libm::round(f64::from(all) * sum / f64::from(PHASES)) as u32;
        Users { exposed: people(exposed), hurt: people(hurt) }
    }
}

/// The requests a second of one person between two instants, and the share that fails at the revisions in question and
/// elsewhere; where nobody asks those in question they have gone elsewhere.
fn requests(
    scenario: &Scenario,
    service: &ServiceRun,
    (from, to): (SimTime, SimTime),
    in_question: &dyn Fn(RevisionId) -> bool,
) -> (f64, [f64; 2]) {
    let between = |wanted: &dyn Fn(FlowKey) -> bool| {
        let (before, after) = (service.traffic.sum(from, wanted), service.traffic.sum(to, wanted));
        ((after.sent - before.sent) as f64, (after.failed - before.failed) as f64)
    };
    let there = |key| matches!(key, FlowKey::Production(revision) if in_question(revision));
    let elsewhere = |key| matches!(key, FlowKey::Production(_) | FlowKey::Unserved) && !there(key);
    let [there, elsewhere] = [between(&there), between(&elsewhere)];
    let people_seconds = f64::from(scenario.traffic.users) * to.since(from).as_secs_f64();
    let asks = if people_seconds > 0.0 { (there.0 + elsewhere.0) / people_seconds } else { 0.0 };
    let share = |(sent, failed): (f64, f64)| if sent > 0.0 { (failed / sent).min(1.0) } else { 0.0 };
    let failures = if there.0 > 0.0 { [share(there), share(elsewhere)] } else { [share(elsewhere); 2] };
    (asks, failures)
}

/// People keep a target group: they choose by the rule's weights.
fn by_group(
    scenario: &Scenario,
    service: &ServiceRun,
    at: SimTime,
    in_question: &dyn Fn(RevisionId) -> bool,
) -> Vec<Stretch> {
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
        let (asks, failures) = requests(scenario, service, (from, to), in_question);
        Stretch { from, to, share, moved: if unpinned { [1.0; 2] } else { [0.0; 2] }, asks, failures }
    };
    cuts.windows(2).map(stretch).collect()
}

/// People keep a target: they choose by the tasks there are, and once more when theirs is gone.
fn by_target(
    scenario: &Scenario,
    service: &ServiceRun,
    at: SimTime,
    in_question: &dyn Fn(RevisionId) -> bool,
) -> Vec<Stretch> {
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
    let mut before = tasks(SimTime::ZERO);
    let gone = |before: f64, now: f64| if before > 0.0 { ((before - now) / before).max(0.0) } else { 0.0 };
    let stretch = |pair: &[SimTime]| {
        let (ours, others) = tasks(pair[0]);
        let moved = [gone(before.0, ours), gone(before.1, others)];
        before = (ours, others);
        let share = if ours + others > 0.0 { ours / (ours + others) } else { 0.0 };
        let (asks, failures) = requests(scenario, service, (pair[0], pair[1]), in_question);
        Stretch { from: pair[0], to: pair[1], share, moved, asks, failures }
    };
    cuts.windows(2).map(stretch).collect()
}
