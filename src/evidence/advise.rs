//! Advice: of many configurations across the strategies, those that nothing beats, within the limits a person sets.
//!
//! Every configuration meets the same releases on the same seeds (common random numbers), so that differences are the
//! configurations' and not chance's. A release's runs are a stratum, weighted as the mix says; strata share no seed, for
//! their variances are added up. Whoever picks the best of many by what was seen has picked luck as well; so the
//! configurations on the Pareto front, and those as configured, run once more on seeds that had no part in choosing them.
//! The first round chooses, down to what is recommended; the second is what is reported.

use super::estimate::{Interval, Sample, mixture, shares};
use super::figure::Figure;
use super::recipe::{Measured, Recipe};
use super::release::Release;
use super::scoreboard::Scoreboard;
use crate::engine::poisson::mix;
use crate::model::*;
use serde_json::{Value, json};

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

/// A configuration that is considered.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The strategy and its values.
    pub recipe: Recipe,
    /// Whether it is what the recording has for the strategy.
    pub as_configured: bool,
}

impl Candidate {
    /// In words: `Canary, canaryPercent 5, canaryBakeTimeInMinutes 10`.
    pub fn text(&self) -> String {
        let mut text = super::race::name_of(self.recipe.strategy).to_owned();
        if self.as_configured {
            text.push_str(", as configured");
        }
        for (name, value) in &self.recipe.edits {
            text.push_str(&format!(", {name} {value}"));
        }
        text
    }
}

/// The values that are tried, by strategy; each list is one parameter.
fn grid(strategy: StrategyName) -> &'static [(&'static str, &'static [u32])] {
    match strategy {
        StrategyName::Rolling => {
            &[("minimumHealthyPercent", &[50, 100]), ("maximumPercent", &[120, 150, 200])]
        }
        StrategyName::BlueGreen => &[("bakeTimeInMinutes", &[0, 5, 15, 30])],
        StrategyName::Canary => &[("canaryPercent", &[1, 5, 25]), ("canaryBakeTimeInMinutes", &[3, 5, 10])],
        StrategyName::Linear => &[("stepPercent", &[10, 25, 50]), ("stepBakeTimeInMinutes", &[1, 3, 6])],
    }
}

/// The configurations that are considered: those of the recording, and a grid of each strategy's own values.
pub fn candidates() -> Vec<Candidate> {
    let mut all = Vec::new();
    for strategy in StrategyName::ALL {
        all.push(Candidate { recipe: Recipe::plain(strategy), as_configured: true });
        let mut recipes = vec![Recipe::plain(strategy)];
        for (name, values) in grid(strategy) {
            let with = |recipe: &Recipe| -> Vec<Recipe> {
                values.iter().map(|value| recipe.clone().with(name, json!(value))).collect()
            };
            recipes = recipes.iter().flat_map(with).collect();
        }
        all.extend(recipes.into_iter().map(|recipe| Candidate { recipe, as_configured: false }));
    }
    all
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

    fn finding(&self, runs: &[Measured]) -> Option<Finding> {
        let boards: Vec<&Scoreboard> = runs.iter().map(|run| run.as_ref().ok()).collect::<Option<_>>()?;
        let strata: Vec<(f64, &[&Scoreboard])> = self
            .mix
            .0
            .iter()
            .zip(boards.chunks(self.seeds.max(1) as usize))
            .map(|((_, weight), boards)| (f64::from(*weight), boards))
            .collect();
        let sampled = |figure: Figure| -> Strata {
            let part = |(weight, boards): &(f64, &[&Scoreboard])| {
                (*weight, boards.iter().filter_map(|board| figure.of(board)).collect())
            };
            strata.iter().map(part).collect()
        };
        // How long a release takes is asked of good ones: a bad one is not meant to be deployed.
        let good = self.mix.0.iter().position(|(release, _)| *release == Release::Good);
        let times = match good {
            Some(place) => {
                let done = |board: &&Scoreboard| board.status == Some(ServiceDeploymentStatus::Successful);
                let times = sampled(Figure::TimeToDeploy).swap_remove(place);
                // A good release that is not deployed at all has no time.
                if strata[place].1.iter().all(done) { vec![times] } else { Vec::new() }
            }
            None => sampled(Figure::TimeToDeploy),
        };
        let bad = self.mix.0.iter().zip(&strata).filter(|((release, _), _)| *release != Release::Good);
        let noticed = |(_, (weight, boards)): (_, &(f64, &[&Scoreboard]))| {
            let hits = boards.iter().filter(|board| board.detected_by.is_some()).count();
            (*weight, hits as u32, boards.len() as u32)
        };
        let noticed: Vec<(f64, u32, u32)> = bad.map(noticed).collect();
        let slowest = boards
            .iter()
            .filter_map(|board| Figure::TimeToRollBack.of(board))
            .fold(None, |most, it| Some(most.map_or(it, |most: f64| most.max(it))));
        let samples = [sampled(Figure::FailedRequests), sampled(Figure::ExtraTaskMinutes), times];
        let [failed, extra, deploy] = samples.each_ref().map(|strata| self.mean(strata));
        let mut finding = Finding {
            failed: failed?,
            extra: extra?,
            cost: self.mean(&sampled(Figure::ExtraCost))?,
            deploy,
            extra_percent: boards.iter().map(|board| board.most_extra_percent).fold(0.0, f64::max),
            slowest_roll_back: slowest,
            left_on: boards.iter().any(|board| board.detect.is_some() && board.roll_back.is_none()),
            noticed: shares(&noticed, self.confidence),
            samples,
            broken: Vec::new(),
            uncertain: Vec::new(),
        };
        self.judge(&mut finding);
        Some(finding)
    }

    /// The mean over the mix.
    fn mean(&self, strata: &Strata) -> Option<Interval> {
        let part = |(weight, values): &Stratum| (*weight, Sample::of(values.iter().copied()));
        mixture(&strata.iter().map(part).collect::<Vec<_>>(), self.confidence)
    }

    /// Holds a finding against the limits.
    fn judge(&self, finding: &mut Finding) {
        let Limits { failed_requests, extra_percent, roll_back_seconds } = self.limits;
        if let Some(limit) = failed_requests {
            let text =
                format!("{} failed requests in the mean", Figure::FailedRequests.text(finding.failed.mean));
            if finding.failed.mean > limit {
                finding.broken.push(text);
            } else if finding.failed.high > limit {
                let high = Figure::FailedRequests.text(finding.failed.high);
                finding.uncertain.push(format!("{text}, but up to {high} by the interval"));
            }
        }
        if let Some(limit) = extra_percent.filter(|limit| finding.extra_percent > *limit) {
            finding.broken.push(format!("{:.0} % extra tasks, {limit} % are allowed", finding.extra_percent));
        }
        let over = |limit: &f64| finding.slowest_roll_back.is_some_and(|slowest| slowest > *limit);
        if let Some(limit) = roll_back_seconds.filter(over) {
            let slowest = Figure::TimeToRollBack.text(finding.slowest_roll_back.unwrap_or_default());
            let limit = Figure::TimeToRollBack.text(limit);
            finding.broken.push(format!("{slowest} to roll back, {limit} are allowed"));
        }
        if roll_back_seconds.is_some() && finding.left_on {
            finding.broken.push("noticed, but not rolled back by the end of a run".to_owned());
        }
    }

    /// The Pareto front: the places of those that nothing beats. Those that break a limit neither stand on it nor beat
    /// anybody, unless all do.
    pub fn front(&self, findings: &[Option<Finding>]) -> Vec<usize> {
        let any = findings.iter().flatten().any(Finding::is_kept);
        let there: Vec<(usize, &Finding)> = findings
            .iter()
            .enumerate()
            .filter_map(|(place, finding)| Some((place, finding.as_ref()?)))
            .filter(|(_, finding)| finding.is_kept() || !any)
            .collect();
        let unbeaten = |(place, finding): &&(usize, &Finding)| {
            let twin = |(other, it): &(usize, &Finding)| other < place && it.samples == finding.samples;
            !there.iter().any(|other| twin(other) || self.beats(other.1, finding))
        };
        there.iter().filter(unbeaten).map(|(place, _)| *place).collect()
    }

    /// Whether one beats another: in no mean it is worse, and in one it is better by more than chance.
    pub fn beats(&self, one: &Finding, other: &Finding) -> bool {
        let (mine, its) = (one.objectives(), other.objectives());
        let no_worse = mine.iter().zip(its).all(|(mine, its)| *mine <= its);
        let told = |place: usize| {
            let difference = self.difference(&one.samples[place], &other.samples[place]);
            difference.is_some_and(|it| it.high < 0.0)
        };
        // What is never deployed has no time to compare, and is beaten by what is.
        let only_one_deploys = one.deploy.is_some() && other.deploy.is_none();
        no_worse && (only_one_deploys || (0..3).any(told))
    }

    /// By how much one sample lies above another in the mean over the mix, both on the same seeds.
    fn difference(&self, one: &Strata, other: &Strata) -> Option<Interval> {
        let part = |((weight, one), (_, other)): (&Stratum, &Stratum)| {
            (*weight, Sample::of(one.iter().zip(other).map(|(one, other)| one - other)))
        };
        mixture(&one.iter().zip(other).map(part).collect::<Vec<_>>(), self.confidence)
    }

    /// By how much one candidate fails more requests than another, on the same seeds.
    pub fn more_failed(&self, one: &Finding, other: &Finding) -> Option<Interval> {
        self.difference(&one.samples[0], &other.samples[0])
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

/// The values of a release, which weighs so much in the mix, seed by seed.
type Stratum = (f64, Vec<f64>);
/// All of them.
type Strata = Vec<Stratum>;

/// What a configuration came to over the mix.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Failed requests a deployment.
    pub failed: Interval,
    /// Extra task-minutes a deployment.
    pub extra: Interval,
    /// What these cost.
    pub cost: Interval,
    /// Seconds that a good release takes; `None` where one was not deployed.
    pub deploy: Option<Interval>,
    /// The most tasks beyond desiredCount in any run, in percent of it.
    pub extra_percent: f64,
    /// The slowest way back of all runs, in seconds; `None` where none went back.
    pub slowest_roll_back: Option<f64>,
    /// Whether in a run the release was noticed, and users not all back by its end.
    pub left_on: bool,
    /// The share of bad releases that anything noticed, each kind weighing as in the mix.
    pub noticed: Option<Interval>,
    /// What the front is of, run by run: failed requests, extra task-minutes, time to deploy.
    samples: [Strata; 3],
    /// The limits it breaks.
    pub broken: Vec<String>,
    /// The limits it keeps in the mean, but not for certain.
    pub uncertain: Vec<String>,
}

impl Finding {
    /// Whether it keeps every limit, as far as can be told.
    pub fn is_kept(&self) -> bool {
        self.broken.is_empty() && self.deploy.is_some()
    }

    /// What the Pareto front is of, each the less the better: failed requests, extra task-minutes, time to deploy.
    fn objectives(&self) -> [f64; 3] {
        [self.failed.mean, self.extra.mean, self.deploy.map_or(f64::INFINITY, |deploy| deploy.mean)]
    }

    /// As a JSON object.
    pub fn to_json(&self) -> Value {
        let interval =
            |it: &Interval| json!({"mean": it.mean, "low": it.low, "high": it.high, "runs": it.runs});
        json!({
            "failedRequests": interval(&self.failed), "extraTaskMinutes": interval(&self.extra),
            "extraCost": interval(&self.cost), "secondsToDeploy": self.deploy.as_ref().map(interval),
            "noticedShare": self.noticed.as_ref().map(interval), "mostExtraPercent": self.extra_percent,
            "slowestSecondsToRollBack": self.slowest_roll_back, "breaks": self.broken, "uncertain": self.uncertain,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A finding of one stratum; the values are failed requests, extra task-minutes and times, seed by seed.
    fn finding(failed: &[f64], extra: f64, deploy: Option<f64>) -> Finding {
        let advice = Advice::default();
        let same = |value: f64| vec![(1.0, vec![value; failed.len()])];
        let samples = [vec![(1.0, failed.to_vec())], same(extra), deploy.map_or(Vec::new(), same)];
        let [failed, extra, deploy] = samples.each_ref().map(|strata| advice.mean(strata));
        let (failed, extra) = (failed.expect("values"), extra.expect("values"));
        Finding {
            failed,
            extra,
            cost: extra,
            deploy,
            extra_percent: 0.0,
            slowest_roll_back: None,
            left_on: false,
            noticed: None,
            samples,
            broken: Vec::new(),
            uncertain: Vec::new(),
        }
    }

    #[test]
    fn the_front_is_what_nothing_beats() {
        let of = |failed: f64, extra, deploy| Some(finding(&[failed; 3], extra, deploy));
        let findings = [
            of(1.0, 9.0, Some(5.0)),
            of(2.0, 2.0, Some(5.0)),
            of(2.0, 3.0, Some(5.0)),
            None,
            of(9.0, 1.0, Some(9.0)),
            of(2.0, 2.0, Some(5.0)),
            of(9.0, 9.0, None),
        ];
        // Of twins the first stands for both; what is never deployed is not on it.
        assert_eq!(Advice::default().front(&findings), [0, 1, 4]);
        assert_eq!(Advice::default().front(&[]), [0_usize; 0]);
    }

    /// The same means differ by 4 each time: once seed by seed, once in one seed of four.
    #[test]
    fn what_only_chance_sets_apart_beats_nobody() {
        let advice = Advice::default();
        let level = finding(&[10.0, 20.0, 30.0, 40.0], 1.0, Some(5.0));
        let better = finding(&[6.0, 16.0, 26.0, 36.0], 1.0, Some(5.0));
        let lucky = finding(&[10.0, 20.0, 30.0, 24.0], 1.0, Some(5.0));
        assert_eq!(better.failed.mean, lucky.failed.mean);
        assert!(advice.beats(&better, &level) && !advice.beats(&level, &better));
        assert!(!advice.beats(&lucky, &level));
        assert_eq!(advice.front(&[Some(level), Some(lucky)]), [0, 1]);
    }

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

    #[test]
    fn candidates_are_all_different() {
        let all = candidates();
        for (place, one) in all.iter().enumerate() {
            assert!(all[..place].iter().all(|other| other != one), "{}", one.text());
        }
        assert_eq!(all.len(), 4 + 6 + 4 + 9 + 9);
    }
}
