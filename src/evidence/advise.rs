//! Advice: of many configurations across the strategies, those that nothing beats, within the limits a person sets.
//!
//! Every configuration meets the same releases on the same seeds (common random numbers), so that differences are the
//! configurations' and not chance's. A release's runs are a stratum, weighted as the mix says. Whoever picks the best of
//! many by what was seen has picked luck as well; so the configurations on the Pareto front, and those as configured, run
//! once more on seeds that had no part in choosing them, and only these runs are reported.

use super::estimate::{Interval, Sample, mixture, student};
use super::figure::Figure;
use super::recipe::{Base, Measured, Recipe};
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
    /// The seed of a replication: of the first round for choosing, of the second for reporting, never the same.
    fn seed_of(&self, round: u32, replication: u32) -> u64 {
        // Recordings keep a seed as a JSON number, of which some readers take no more than 53 bits.
        mix(mix(self.seed) ^ (u64::from(round) << 32 | u64::from(replication))) >> 12
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
                let seeds = (0..self.seeds).map(|replication| self.seed_of(round, replication));
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
    pub fn finalists(&self, base: &Base, candidates: &[Candidate], first: &[Measured]) -> Vec<usize> {
        let findings: Vec<Option<Finding>> = self.findings(base, candidates, first);
        let front = front(&findings);
        let chosen = |&place: &usize| {
            findings[place].is_some() && (front.contains(&place) || candidates[place].as_configured)
        };
        (0..candidates.len()).filter(chosen).collect()
    }

    /// What each candidate came to; `None` where the service cannot be deployed so.
    pub fn findings(
        &self,
        base: &Base,
        candidates: &[Candidate],
        measured: &[Measured],
    ) -> Vec<Option<Finding>> {
        let each = measured.chunks(self.runs_each().max(1));
        candidates.iter().zip(each).map(|(candidate, runs)| self.finding(base, candidate, runs)).collect()
    }

    fn finding(&self, base: &Base, candidate: &Candidate, runs: &[Measured]) -> Option<Finding> {
        let boards: Vec<&Scoreboard> = runs.iter().map(|run| run.as_ref().ok()).collect::<Option<_>>()?;
        let strata: Vec<(f64, &[&Scoreboard])> = self
            .mix
            .0
            .iter()
            .zip(boards.chunks(self.seeds.max(1) as usize))
            .map(|((_, weight), boards)| (f64::from(*weight), boards))
            .collect();
        let estimate = |figure: Figure| {
            let part = |(weight, boards): &(f64, &[&Scoreboard])| {
                (*weight, Sample::of(boards.iter().filter_map(|board| figure.of(board))))
            };
            mixture(&strata.iter().map(part).collect::<Vec<_>>(), self.confidence)
        };
        // How long a release takes is asked of good ones: a bad one is not meant to be deployed.
        let good = self.mix.0.iter().position(|(release, _)| *release == Release::Good);
        let deploy = match good {
            Some(place) => {
                let boards = strata[place].1;
                let times: Vec<f64> =
                    boards.iter().filter_map(|board| Figure::TimeToDeploy.of(board)).collect();
                // A good release that is not deployed at all has no time.
                let done = |board: &&Scoreboard| board.status == Some(ServiceDeploymentStatus::Successful);
                let all = boards.iter().all(done);
                if all { Sample::of(times).interval(self.confidence) } else { None }
            }
            None => estimate(Figure::TimeToDeploy),
        };
        let bad = self.mix.0.iter().zip(&strata).filter(|((release, _), _)| *release != Release::Good);
        let (mut noticed, mut bad_runs) = (0, 0);
        for (_, (_, boards)) in bad {
            bad_runs += boards.len() as u32;
            noticed += boards.iter().filter(|board| board.detected_by.is_some()).count() as u32;
        }
        let desired = desired_count(base, candidate).max(1);
        let peak = boards.iter().map(|board| board.peak_tasks).max().unwrap_or(0);
        let slowest = boards
            .iter()
            .filter_map(|board| Figure::TimeToRollBack.of(board))
            .fold(None, |most, it| Some(most.map_or(it, |most: f64| most.max(it))));
        let mut finding = Finding {
            failed: estimate(Figure::FailedRequests)?,
            extra: estimate(Figure::ExtraTaskMinutes)?,
            cost: estimate(Figure::ExtraCost)?,
            deploy,
            extra_percent: f64::from(peak.saturating_sub(desired)) * 100.0 / f64::from(desired),
            slowest_roll_back: slowest,
            noticed: super::estimate::share(noticed, bad_runs, self.confidence),
            failed_by_seed: self.by_seed(&strata),
            broken: Vec::new(),
            uncertain: Vec::new(),
        };
        self.judge(&mut finding);
        Some(finding)
    }

    /// The mean over the mix of failed requests, seed by seed: what differences on the same seeds are taken of.
    fn by_seed(&self, strata: &[(f64, &[&Scoreboard])]) -> Vec<f64> {
        let weight: f64 = strata.iter().map(|(weight, _)| weight).sum();
        let of = |seed: usize| {
            let sum: f64 = strata.iter().map(|(part, boards)| part * boards[seed].failed as f64).sum();
            sum / weight
        };
        (0..self.seeds as usize).map(of).collect()
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
    }

    /// Which of the candidates to take: of those within the limits on the front the one with the fewest failed requests;
    /// one that cannot be told from it on the same seeds but deploys sooner is taken instead.
    pub fn recommended(&self, findings: &[Option<Finding>]) -> Option<usize> {
        let front = front(findings);
        let kept = || {
            front
                .iter()
                .filter_map(|&place| Some((place, findings[place].as_ref()?)))
                .filter(|(_, it)| it.is_kept())
        };
        let (best, fewest) = kept().min_by(|one, other| one.1.failed.mean.total_cmp(&other.1.failed.mean))?;
        let time = |finding: &Finding| finding.deploy.map_or(f64::INFINITY, |deploy| deploy.mean);
        let alike = kept().filter(|(_, it)| self.difference(it, fewest).is_none_or(|it| it.low <= 0.0));
        alike
            .min_by(|one, other| time(one.1).total_cmp(&time(other.1)))
            .map(|(place, _)| place)
            .or(Some(best))
    }

    /// By how much one candidate fails more requests than another, on the same seeds.
    pub fn difference(&self, one: &Finding, other: &Finding) -> Option<Interval> {
        let pairs = one.failed_by_seed.iter().zip(&other.failed_by_seed);
        Sample::of(pairs.map(|(one, other)| one - other)).interval(self.confidence)
    }

    /// How the numbers were come by, for those who have to sign them.
    pub fn method(&self, candidates: usize, finalists: usize) -> String {
        format!(
            "{candidates} configurations, each with {} kinds of release on {} seeds ({} runs), the same seeds for all. \
             The {finalists} on the Pareto front or as configured ran again on {} other seeds, and only these runs are \
             reported: means over the mix ({}) with intervals of {} % (Student, stratified by release; z = {:.2} where \
             it is a share). All seeds follow from {}.",
            self.mix.0.len(),
            self.seeds,
            Count((candidates * self.runs_each()) as u64),
            self.seeds,
            self.mix.text(),
            libm::round(self.confidence * 1000.0) / 10.0,
            student(self.confidence, f64::INFINITY),
            self.seed
        )
    }
}

/// `desiredCount` of the service in question, or what the candidate makes of it.
fn desired_count(base: &Base, candidate: &Candidate) -> u32 {
    let edited =
        candidate.recipe.edits.iter().find(|(name, _)| name == "desiredCount").map(|(_, value)| value);
    let parameters;
    let value = match edited {
        Some(value) => value,
        None => {
            let given = &base.recording()["services"][base.service()]["service"]["desiredCount"];
            if given.is_null() {
                parameters = base.parameters(candidate.recipe.strategy);
                parameters.iter().find(|it| it.name == "desiredCount").map_or(given, |it| &it.value)
            } else {
                given
            }
        }
    };
    value.as_u64().unwrap_or(1) as u32
}

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
    /// The share of bad releases that anything noticed.
    pub noticed: Option<Interval>,
    /// Failed requests in the mean over the mix, by seed.
    pub failed_by_seed: Vec<f64>,
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

/// The Pareto front: the places of those that nothing beats. One beats another if it is no worse in any objective and
/// better in one; of those that are equal in all the first stands for all. Those that break a limit neither stand on
/// it nor beat anybody, unless all do.
pub fn front(findings: &[Option<Finding>]) -> Vec<usize> {
    let any = findings.iter().flatten().any(Finding::is_kept);
    let there: Vec<(usize, [f64; 3])> = findings
        .iter()
        .enumerate()
        .filter_map(|(place, finding)| Some((place, finding.as_ref()?)))
        .filter(|(_, finding)| finding.is_kept() || !any)
        .map(|(place, finding)| (place, finding.objectives()))
        .collect();
    pareto(&there)
}

/// The places of those points that no other beats.
pub fn pareto(points: &[(usize, [f64; 3])]) -> Vec<usize> {
    let beats = |(place, one): &(usize, [f64; 3]), (other_place, other): &(usize, [f64; 3])| {
        let no_worse = one.iter().zip(other).all(|(one, other)| one <= other);
        no_worse && (one != other || place < other_place)
    };
    let unbeaten =
        |point: &&(usize, [f64; 3])| !points.iter().any(|other| other.0 != point.0 && beats(other, point));
    points.iter().filter(unbeaten).map(|(place, _)| *place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_is_what_nothing_beats() {
        let points = [
            (0, [1.0, 9.0, 5.0]),
            (1, [2.0, 2.0, 5.0]),
            (2, [2.0, 3.0, 5.0]),
            (3, [9.0, 1.0, 9.0]),
            (4, [2.0, 2.0, 5.0]),
            (5, [9.0, 9.0, f64::INFINITY]),
        ];
        assert_eq!(pareto(&points), [0, 1, 3]);
        assert_eq!(pareto(&[]), [0_usize; 0]);
    }

    #[test]
    fn the_two_rounds_share_no_seed_and_candidates_share_all() {
        let advice = Advice { seeds: 50, ..Advice::default() };
        let seeds =
            |round| (0..50).map(|it| advice.seed_of(round, it)).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(seeds(0).len(), 50);
        assert!(seeds(0).is_disjoint(&seeds(1)));
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
