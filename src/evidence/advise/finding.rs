//! What one configuration came to over the mix of releases, held against the limits.

use super::{Advice, Limits};
use crate::evidence::estimate::{Interval, Sample, mixture, shares};
use crate::evidence::figure::Figure;
use crate::evidence::recipe::Measured;
use crate::evidence::release::Release;
use crate::evidence::scoreboard::Scoreboard;
use crate::model::ServiceDeploymentStatus;
use serde_json::{Value, json};

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
    pub(super) samples: [Strata; 3],
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
    pub(super) fn objectives(&self) -> [f64; 3] {
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

/// The values of a release, which weighs so much in the mix, seed by seed.
pub(super) type Stratum = (f64, Vec<f64>);
/// All of them.
pub(super) type Strata = Vec<Stratum>;

impl Advice {
    /// What a candidate came to, out of its runs; `None` where one was refused.
    pub(super) fn finding(&self, runs: &[Measured]) -> Option<Finding> {
        let boards: Vec<&Scoreboard> = runs.iter().map(|run| run.as_ref().ok()).collect::<Option<_>>()?;
        let releases: Vec<Released> = self
            .mix
            .0
            .iter()
            .zip(boards.chunks(self.seeds.max(1) as usize))
            .map(|((release, weight), boards)| Released {
                release: *release,
                weight: f64::from(*weight),
                boards,
            })
            .collect();
        let sampled =
            |figure: Figure| -> Strata { releases.iter().map(|release| release.sample(figure)).collect() };
        let samples =
            [sampled(Figure::FailedRequests), sampled(Figure::ExtraTaskMinutes), times_to_deploy(&releases)];
        let [failed, extra, deploy] = samples.each_ref().map(|strata| self.mean(strata));
        let mut finding = Finding {
            failed: failed?,
            extra: extra?,
            cost: self.mean(&sampled(Figure::ExtraCost))?,
            deploy,
            extra_percent: boards.iter().map(|board| board.most_extra_percent).fold(0.0, f64::max),
            slowest_roll_back: slowest_roll_back(&boards),
            left_on: boards.iter().any(|board| board.detect.is_some() && board.roll_back.is_none()),
            noticed: shares(&noticed(&releases), self.confidence),
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
}

/// The runs of one release, which weighs so much in the mix.
struct Released<'b> {
    release: Release,
    weight: f64,
    boards: &'b [&'b Scoreboard],
}

impl Released<'_> {
    fn sample(&self, figure: Figure) -> Stratum {
        (self.weight, self.boards.iter().filter_map(|board| figure.of(board)).collect())
    }
}

/// How long a release takes is asked of good ones: a bad one is not meant to be deployed. A good release that is not
/// deployed at all has no time.
fn times_to_deploy(releases: &[Released<'_>]) -> Strata {
    match releases.iter().find(|it| it.release == Release::Good) {
        Some(good) => {
            let done = |board: &&Scoreboard| board.status == Some(ServiceDeploymentStatus::Successful);
            if good.boards.iter().all(done) { vec![good.sample(Figure::TimeToDeploy)] } else { Vec::new() }
        }
        None => releases.iter().map(|release| release.sample(Figure::TimeToDeploy)).collect(),
    }
}

/// How many runs of each bad release anything noticed, of how many, each kind with its weight.
fn noticed(releases: &[Released<'_>]) -> Vec<(f64, u32, u32)> {
    let bad = releases.iter().filter(|it| it.release != Release::Good);
    bad.map(|it| {
        let hits = it.boards.iter().filter(|board| board.detected_by.is_some()).count();
        (it.weight, hits as u32, it.boards.len() as u32)
    })
    .collect()
}

/// The slowest way back, in seconds; `None` where none went back.
fn slowest_roll_back(boards: &[&Scoreboard]) -> Option<f64> {
    boards.iter().filter_map(|board| Figure::TimeToRollBack.of(board)).max_by(f64::total_cmp)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A finding of one stratum; the values are failed requests, extra task-minutes and times, seed by seed.
    pub fn finding(failed: &[f64], extra: f64, deploy: Option<f64>) -> Finding {
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
}
