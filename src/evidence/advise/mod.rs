//! Advice: of many configurations across the strategies, those that nothing beats, within the limits a person sets.
//!
//! Every configuration meets the same releases on the same seeds (common random numbers), so that differences are the
//! configurations' and not chance's. A release's runs are a stratum, weighted as the mix says; strata share no seed, for
//! their variances are added up. Whoever picks the best of many by what was seen has picked luck as well; so the
//! configurations on the Pareto front, and those as configured, run once more on seeds that had no part in choosing them.
//! The first round chooses, down to what is recommended; the second is what is reported.
//!
//! Here stands what is asked, and what both rounds lead to. In reading order:

mod candidate;
mod finding;
mod front;

pub use candidate::{Candidate, candidates};
pub use finding::Finding;

use super::recipe::{Measured, Recipe};
use super::release::Release;
use crate::engine::poisson::mix;
use crate::model::*;

/// What a person allows; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// At most so many failed requests a deployment, in the mean over the mix.
    pub failed_requests: Option<f64>,
    /// At most so much beyond desiredCount at any time, in percent of it, in every run.
    pub extra_percent: Option<f64>,
    /// Rolled back within so long, in seconds from the decision, in every run that goes back.
    pub roll_back_seconds: Option<f64>,
}

/// Which releases there are, each with its weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix(pub Vec<(Release, u32)>);

impl Default for Mix {
    /// Nine in ten are good.
    fn default() -> Mix {
        Mix(vec![
            (Release::Good, 90),
            (Release::Errors, 4),
            (Release::Latency, 2),
            (Release::CrashAtStart, 2),
            (Release::FailsAfterMinutes, 2),
        ])
    }
}

impl Mix {
    /// In words: `90 % good release, 4 % errors`.
    pub fn text(&self) -> String {
        let whole: u32 = self.0.iter().map(|(_, weight)| weight).sum();
        let part = |(release, weight): &(Release, u32)| {
            let percent = f64::from(*weight) * 100.0 / f64::from(whole.max(1));
            format!("{} % {}", libm::round(percent * 10.0) / 10.0, release.name().to_lowercase())
        };
        self.0.iter().map(part).collect::<Vec<_>>().join(", ")
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// What is allowed.
    pub limits: Limits,
    /// What is released.
    pub mix: Mix,
    /// How many seeds each release runs on, for choosing and again for reporting; at least 2.
    pub seeds: u32,
    /// From which all other seeds follow.
    pub seed: u64,
    /// With which confidence, as in 0.95.
    pub confidence: f64,
}

impl Default for Advice {
    fn default() -> Advice {
        Advice { limits: Limits::default(), mix: Mix::default(), seeds: 10, seed: 1, confidence: 0.95 }
    }
}

impl Advice {
    /// The seed of a release's replication, never the same twice: round 0 is for choosing, round 1 for reporting.
    fn seed_of(&self, round: u32, release: Release, replication: u32) -> u64 {
        let place = u64::from(round) << 40 | (release as u64) << 32 | u64::from(replication);
        // Recordings keep a seed as a JSON number, of which some readers take no more than 53 bits.
        mix(mix(self.seed) ^ place) >> 12
    }

    /// The runs of some candidates in a round: by candidate, then by release, then by seed.
    pub fn recipes<'c>(
        &self,
        round: u32,
        candidates: impl IntoIterator<Item = &'c Candidate>,
    ) -> Vec<Recipe> {
        let mut recipes = Vec::new();
        for candidate in candidates {
            for (release, _) in &self.mix.0 {
                let seeds = (0..self.seeds).map(|replication| self.seed_of(round, *release, replication));
                recipes.extend(seeds.map(|seed| candidate.recipe.clone().releasing(*release).seeded(seed)));
            }
        }
        recipes
    }

    /// How many runs a candidate has in a round.
    pub fn runs_each(&self) -> usize {
        self.mix.0.len() * self.seeds as usize
    }

    /// Who is worth a second round: the front of the first, and what the recording has.
    pub fn finalists(&self, candidates: &[Candidate], first: &[Measured]) -> Vec<usize> {
        let findings: Vec<Option<Finding>> = self.findings(first);
        let front = self.front(&findings);
        let chosen = |&place: &usize| {
            findings[place].is_some() && (front.contains(&place) || candidates[place].as_configured)
        };
        (0..candidates.len()).filter(chosen).collect()
    }

    /// What each candidate came to, in their order; `None` where the service cannot be deployed so.
    pub fn findings(&self, measured: &[Measured]) -> Vec<Option<Finding>> {
        measured.chunks(self.runs_each().max(1)).map(|runs| self.finding(runs)).collect()
    }

    /// How the numbers were come by, for those who have to sign them.
    pub fn method(&self, found: &Found) -> String {
        format!(
            "{} configurations, each with {} kinds of release on {} seeds ({} runs), the same seeds for all. \
             The {} that nothing beat by more than chance, or as configured, ran again on {} other seeds. The first runs chose what is \
             recommended; only the second are reported: means over the mix ({}) with intervals of {} % (Student's, stratified by \
             release; Wilson's where it is a share). All seeds follow from {}.",
            found.considered.len(),
            self.mix.0.len(),
            self.seeds,
            Count((found.considered.len() * self.runs_each()) as u64),
            found.finalists.len(),
            self.seeds,
            self.mix.text(),
            libm::round(self.confidence * 1000.0) / 10.0,
            self.seed
        )
    }
}

/// What both rounds have found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Everything that was considered.
    pub considered: Vec<Candidate>,
    /// What each came to in the round that chooses.
    pub chosen_by: Vec<Option<Finding>>,
    /// The places of those that ran again.
    pub finalists: Vec<usize>,
    /// What these came to in the round that is reported.
    pub reported: Vec<Option<Finding>>,
}

impl Found {
    /// The finalists that could be run, each with its number and what is reported of it.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &Candidate, &Finding)> {
        let finalists = self.finalists.iter().zip(&self.reported).enumerate();
        finalists.filter_map(|(place, (&of, finding))| Some((place, &self.considered[of], finding.as_ref()?)))
    }

    /// The finalist of that number.
    pub fn finalist(&self, place: usize) -> Option<&Candidate> {
        Some(&self.considered[*self.finalists.get(place)?])
    }

    /// Which finalist to take. The first round chooses, for the second is to be reported: of those on its front that keep
    /// the limits the one with the fewest failed requests; one that cannot be told from it on the same seeds but deploys
    /// sooner is taken instead. One that breaks a limit in the second round is not taken.
    pub fn recommended(&self, advice: &Advice) -> Option<usize> {
        let front = advice.front(&self.chosen_by);
        let kept = |finding: &&Finding| finding.is_kept();
        let there = || {
            self.finalists.iter().zip(&self.reported).enumerate().filter_map(|(place, (of, reported))| {
                reported.as_ref().filter(kept)?;
                Some((place, self.chosen_by[*of].as_ref().filter(kept).filter(|_| front.contains(of))?))
            })
        };
        let (_, fewest) = there().min_by(|one, other| one.1.failed.mean.total_cmp(&other.1.failed.mean))?;
        let alike = there().filter(|(_, it)| advice.more_failed(it, fewest).is_none_or(|it| it.low <= 0.0));
        let time = |finding: &Finding| finding.deploy.map_or(f64::INFINITY, |deploy| deploy.mean);
        alike.min_by(|one, other| time(one.1).total_cmp(&time(other.1))).map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::finding::tests::finding;
    use super::*;

    #[test]
    fn the_first_round_recommends_and_the_second_only_refuses() {
        let advice = Advice::default();
        let considered = candidates()[..3].to_vec();
        let chosen_by: Vec<_> =
            [1.0, 5.0, 9.0].map(|failed| Some(finding(&[failed; 3], 10.0 - failed, Some(5.0)))).into();
        // In the second round the first comes out worst, which changes nothing: it was not asked.
        let mut found = Found {
            considered,
            chosen_by,
            finalists: vec![0, 1, 2],
            reported: [9.0, 5.0, 1.0].map(|failed| Some(finding(&[failed; 3], 1.0, Some(5.0)))).into(),
        };
        assert_eq!(found.recommended(&advice), Some(0));
        found.reported[0].as_mut().expect("a finding").broken.push("a limit".to_owned());
        assert_eq!(found.recommended(&advice), Some(1));
    }

    #[test]
    fn neither_rounds_nor_releases_share_a_seed_and_candidates_share_all() {
        let advice = Advice { seeds: 50, ..Advice::default() };
        let mut seen = std::collections::BTreeSet::new();
        for round in [0, 1] {
            for release in Release::ALL {
                seen.extend((0..50).map(|it| advice.seed_of(round, *release, it)));
            }
        }
        assert_eq!(seen.len(), 2 * Release::ALL.len() * 50);
        let all = candidates();
        let one = advice.recipes(0, [&all[0]]);
        let other = advice.recipes(0, [&all[5]]);
        assert!(
            one.iter().zip(&other).all(|(one, other)| one.seed == other.seed && one.release == other.release)
        );
    }
}
