//! The Pareto front: who is beaten by nobody, judged seed by seed, since all meet the same requests.

use super::Advice;
use super::finding::{Finding, Strata, Stratum};
use crate::evidence::estimate::{Interval, Sample, mixture};

impl Advice {
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
}

#[cfg(test)]
mod tests {
    use super::super::finding::tests::finding;
    use super::*;

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
}
