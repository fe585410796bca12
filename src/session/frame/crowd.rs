//! Users, testers and what their browsers show.
//!
//! The run counts requests, not people. Who of a hundred people stands for which of them is a matter of chance that
//! depends on nothing but the person and the moment, so that going back shows the same people again.

use super::pulse::{role_of, share_of, target_share};
use super::{FrameIndex, Pulse, RevisionLook, Role, RuleView, SoFar};
use crate::engine::poisson::fork;
use crate::engine::{DeploymentRun, RevisionId, Run};
use crate::model::*;

/// One of a hundred people, standing for one per cent of the users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// The revision that last answered.
    pub answered_by: Role,
    /// Whether they have met a failure; that stays.
    pub hurt: bool,
}

/// The users.
#[derive(Clone, Debug, PartialEq)]
pub struct Crowd {
    /// A hundred people, row by row, ten to a row.
    pub people: Vec<Person>,
    /// The share of users who have met the target revision.
    pub exposed: Ratio,
    /// The share of users who have met a failure.
    pub hurt: Ratio,
}

/// The testers at the test listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Testers {
    /// Which revision they meet.
    pub meets: Role,
    /// Test requests sent.
    pub sent: u64,
    /// Of them, those that failed.
    pub failed: u64,
}

/// What a listener's visitors see in their browsers.
#[derive(Clone, Debug, PartialEq)]
pub struct BrowserWindow {
    /// The pages that are answered, the source's first; those nobody gets are left out.
    pub pages: Vec<PageShare>,
    /// The share of requests that fail just now, of all.
    pub failing: Ratio,
    /// Forty-eight small pages in those shares, row by row, eight to a row; each keeps its place.
    pub tiles: Vec<PageTile>,
}

/// A revision's page and how many visitors get it.
#[derive(Clone, Debug, PartialEq)]
pub struct PageShare {
    /// Which revision.
    pub role: Role,
    /// The revision's name.
    pub revision: String,
    /// The page's title.
    pub title: String,
    /// The page's background, a CSS colour.
    pub background: String,
    /// The share of requests that this revision gets just now.
    pub share: Ratio,
    /// The share of its requests that fail just now.
    pub failing: Ratio,
}

/// One of the small pages in a browser window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageTile {
    /// Whose page.
    pub role: Role,
    /// Whether it is an error instead.
    pub failed: bool,
}

/// A hundred people at `at`.
pub(super) fn crowd(
    scenario: &Scenario,
    run: &Run,
    index: &FrameIndex,
    deployment: Option<&DeploymentRun>,
    so_far: &SoFar,
    at: SimTime,
) -> Crowd {
    let of_users = |users: u32| share_of(u64::from(users), u64::from(so_far.users)).unwrap_or(Ratio::ZERO);
    let (exposed, hurt) = (of_users(so_far.users_exposed), of_users(so_far.users_hurt));
    let hurt_people = parts_of(hurt, 100);
    let mut people: Vec<Person> = (0..100)
        .map(|person| Person {
            answered_by: last_answered_by(scenario, run, index, deployment, person, at),
            hurt: false,
        })
        .collect();
    for &person in index.people_order.iter().take(hurt_people) {
        people[usize::from(person)].hurt = true;
    }
    Crowd { people, exposed, hurt }
}

/// Which revision answered a person's last request.
///
/// Everybody asks once in `users / requestsPerSecond` seconds, each at their own moment; then chance decides by the
/// share the target had. With stickiness chance has decided once for all.
fn last_answered_by(
    scenario: &Scenario,
    run: &Run,
    index: &FrameIndex,
    deployment: Option<&DeploymentRun>,
    person: u64,
    at: SimTime,
) -> Role {
    let rate = scenario.traffic.rate_at(at).0.0.max(1);
    let gap = (u64::from(scenario.traffic.users) * 1_000_000 / rate).max(1000);
    let own = fork(scenario.seed, &[PEOPLE, person]);
    let Some(since_first) = at.0.checked_sub(own % gap) else { return Role::Source };
    let (visit, asked) = (since_first / gap, SimTime(at.0 - since_first % gap));
    let sticky = run.services[index.service].configuration.at(asked).is_some_and(|service| {
        match service.deployment.strategy.name().shifts() {
            // A target's cookie keeps people on a target of a group; which group is the rule's to say.
            true => service.keeps_groups().is_some(),
            false => service.routing.groups[0].stickiness.is_some(),
        }
    });
    let draw = fork(own, &[if sticky { 0 } else { visit }]) % 1_000_000;
    // Nothing but the deployment's own time can have shown anybody its target.
    let begun = deployment.is_some_and(|deployment| super::index::started(deployment) <= asked);
    let share = if begun { target_share(run, index, deployment, asked) } else { None };
    if draw < u64::from(share.unwrap_or(Ratio::ZERO).0) { Role::Target } else { Role::Source }
}

/// The purpose of the people's chance, apart from all other chance of the recording.
const PEOPLE: u64 = 0x70656f706c65;

/// How many of `parts` a share fills: the nearest number, but some where there is some and not all where not all.
fn parts_of(share: Ratio, parts: u64) -> usize {
    let nearest = (u64::from(share.0) * parts + 500_000) / 1_000_000;
    match share {
        Ratio::ZERO => 0,
        Ratio::ONE => parts as usize,
        _ => nearest.clamp(1, parts - 1) as usize,
    }
}

/// The testers, where the test rule is there.
pub(super) fn testers(run: &Run, index: &FrameIndex, rule: &RuleView, at: SimTime) -> Testers {
    let requests = run.services[index.service].traffic.test(at);
    let meets = if rule.set > Ratio(500_000) { Role::Target } else { Role::Source };
    Testers { meets, sent: requests.sent, failed: requests.failed }
}

/// What a listener's visitors get, from what flows and, where nothing flows, from the rule.
pub(super) fn window(
    rule: &RuleView,
    pulses: &[Pulse],
    looks: [Option<&RevisionLook>; 2],
    index: &FrameIndex,
) -> BrowserWindow {
    let mine: Vec<&Pulse> = pulses.iter().filter(|pulse| pulse.rule == rule.rule).collect();
    let whole: u64 = mine.iter().map(|pulse| pulse.rate.0).sum();
    let flowing = |role: Role| mine.iter().find(|pulse| pulse.role == Some(role));
    let share = |role: Role| match (whole, role) {
        (0, Role::Target) => rule.actual,
        (0, Role::Source) => Ratio(1_000_000 - rule.actual.0),
        _ => flowing(role).and_then(|pulse| share_of(pulse.rate.0, whole)).unwrap_or(Ratio::ZERO),
    };
    let pages: Vec<PageShare> = [(Role::Source, looks[0]), (Role::Target, looks[1])]
        .into_iter()
        .filter_map(|(role, look)| {
            let (look, share) = (look?, share(role));
            let failing = flowing(role).map_or(Ratio::ZERO, |pulse| pulse.failing);
            (share > Ratio::ZERO).then(|| PageShare {
                role,
                revision: look.called.clone(),
                title: look.title.clone(),
                background: look.background.clone(),
                share,
                failing,
            })
        })
        .collect();
    let failed: u64 = mine.iter().map(|pulse| pulse.rate.0 * u64::from(pulse.failing.0) / 1_000_000).sum();
    let failing = share_of(failed, whole).unwrap_or(Ratio::ZERO);
    BrowserWindow { tiles: tiles(&pages, failing, index), pages, failing }
}

/// The small pages: the target's first in the order of change, and of each revision's own the first ones fail.
fn tiles(pages: &[PageShare], failing: Ratio, index: &FrameIndex) -> Vec<PageTile> {
    let count = index.tile_order.len();
    let of = |role: Role| pages.iter().find(|page| page.role == role);
    // Requests that nobody answers are pages of neither; they fail where the source stood.
    let target = of(Role::Target).map_or(0, |page| parts_of(page.share, count as u64));
    let mut failed = parts_of(failing, count as u64);
    let failing_of =
        |role: Role| of(role).map_or(0, |page| u64::from(page.share.0) * u64::from(page.failing.0));
    let both = failing_of(Role::Source) + failing_of(Role::Target);
    let part = (failed as u64 * failing_of(Role::Target) + both / 2).checked_div(both);
    let failed_target = (part.unwrap_or(0) as usize).min(target);
    failed -= failed_target;
    let mut tiles = vec![PageTile { role: Role::Source, failed: false }; count];
    for (place, &tile) in index.tile_order.iter().enumerate() {
        let tile = &mut tiles[usize::from(tile)];
        if place < target {
            *tile = PageTile { role: Role::Target, failed: place < failed_target };
        } else {
            tile.failed = place - target < failed;
        }
    }
    tiles
}

/// The revisions that play the target's part, for counts of requests.
pub(super) fn is_target(deployment: Option<&DeploymentRun>, revision: RevisionId) -> bool {
    role_of(deployment, revision) == Role::Target
}

#[cfg(test)]
mod tests {
    use super::parts_of;
    use crate::model::Ratio;

    #[test]
    fn a_share_fills_the_nearest_number_of_parts_but_some_where_some_and_not_all_where_not_all() {
        for (share, people) in
            [(0, 0), (1, 1), (9_100, 1), (14_999, 1), (15_000, 2), (994_999, 99), (999_999, 99)]
        {
            assert_eq!(parts_of(Ratio(share), 100), people, "{share}");
        }
        assert_eq!(parts_of(Ratio::ONE, 100), 100);
    }
}
