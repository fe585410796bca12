//! Folds: waits with nothing new that would take the timeline for themselves, made narrow.
//!
//! Outside the folds the axis of time is even; each fold takes a fixed part of it, whatever it holds.

use crate::engine::{DeploymentRun, Run};
use crate::model::*;
use crate::session::beats::Beat;
use crate::session::narrate::words::count_of;

/// A wait that is made narrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From.
    pub start: SimTime,
    /// To.
    pub end: SimTime,
    /// What it holds, in a few words, as in `2,876 calls, all IN_PROGRESS`.
    pub content: String,
}

impl Fold {
    /// How long it is.
    pub fn length(&self) -> Span {
        self.end.since(self.start)
    }
}

/// A wait is worth a fold only from this length on.
const LEAST: Span = Span::from_mins(15);
/// No timeline has more folds than this.
const MOST_FOLDS: usize = 6;

/// The folds of a service's run, in order: the longest waits, as long as one takes more than a third of what is left.
pub fn folds(run: &Run, service: usize, beats: &[Beat]) -> Vec<Fold> {
    let ends = beats.iter().map(|beat| beat.at).skip(1).chain([run.end]);
    let mut waits: Vec<(SimTime, SimTime)> = beats.iter().map(|beat| beat.at).zip(ends).collect();
    waits.sort_by_key(|&(start, end)| (std::cmp::Reverse(end.since(start)), start));
    let mut rest = run.end.0;
    let mut folds: Vec<Fold> = Vec::new();
    for (start, end) in waits.into_iter().take(MOST_FOLDS) {
        let length = end.since(start);
        if length < LEAST || length.0 * 3 <= rest {
            break;
        }
        rest -= length.0;
        folds.push(Fold { start, end, content: String::new() });
    }
    // A little of the wait stays in sight on both sides, so that what begins and ends it stands free.
    for fold in &mut folds {
        let margin = Span((rest / 40).min(fold.length().0 / 10));
        (fold.start, fold.end) = (fold.start + margin, fold.end - margin);
        fold.content = content(run, service, fold);
    }
    folds.sort_by_key(|fold| fold.start);
    folds
}

/// What goes on in a wait with nothing new: the calls of a hook, a stage, or nothing at all.
fn content(run: &Run, service: usize, fold: &Fold) -> String {
    let within = |deployment: &&DeploymentRun| {
        deployment.service == service
            && deployment
                .stages
                .iter()
                .any(|stay| stay.start <= fold.start && stay.end.unwrap_or(run.end) >= fold.end)
    };
    let Some(deployment) = run.deployments.iter().rfind(within) else { return "nothing happens".to_owned() };
    let calls: Vec<_> =
        deployment.hooks.iter().filter(|call| call.at >= fold.start && call.at < fold.end).collect();
    match calls.first() {
        Some(first) if calls.iter().all(|call| call.status == first.status) => {
            let all = if calls.len() == 1 { "" } else { "all " };
            format!("{}, {all}{}", count_of(calls.len() as u64, "call"), first.status)
        }
        Some(_) => format!("{} calls", Count(calls.len() as u64)),
        None => {
            let stay = deployment.stages.iter().rfind(|stay| stay.start <= fold.start);
            stay.and_then(|stay| stay.stage).map_or("no task can move".to_owned(), |stage| stage.to_string())
        }
    }
}

/// The axis of time: where on it, from 0 to 1, an instant is.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// In order, from second 0 at 0 to the end at 1.
    knees: Vec<Knee>,
}

/// Where the axis changes its scale.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Knee {
    at: SimTime,
    place: f64,
    /// Whether a fold begins here.
    folds: bool,
}

/// A fold takes this part of the axis.
const FOLD_PART: f64 = 0.065;

impl Axis {
    /// An axis up to `end` with these folds (in order, none at second 0).
    pub fn new(end: SimTime, folds: &[Fold]) -> Axis {
        let end = end.max(SimTime(1));
        let folded: u64 = folds.iter().map(|fold| fold.length().0).sum();
        let even = (1.0 - FOLD_PART * folds.len() as f64) / end.0.saturating_sub(folded).max(1) as f64;
        let mut knees = vec![Knee { at: SimTime::ZERO, place: 0.0, folds: false }];
        for fold in folds {
            let last = knees[knees.len() - 1];
            let place = last.place + fold.start.since(last.at).0 as f64 * even;
            knees.push(Knee { at: fold.start, place, folds: true });
            knees.push(Knee { at: fold.end, place: place + FOLD_PART, folds: false });
        }
        knees.push(Knee { at: end, place: 1.0, folds: false });
        Axis { knees }
    }

    /// Where it ends.
    pub fn end(&self) -> SimTime {
        self.knees[self.knees.len() - 1].at
    }

    /// How much time it shows at its even scale, folds left out.
    pub fn unfolded(&self) -> Span {
        let stretches = self.knees.windows(2).filter(|pair| !pair[0].folds);
        Span(stretches.map(|pair| pair[1].at.since(pair[0].at).0).sum())
    }

    /// Whether an instant lies within a fold.
    pub fn is_folded(&self, at: SimTime) -> bool {
        self.knees.windows(2).any(|pair| pair[0].folds && pair[0].at <= at && at < pair[1].at)
    }

    /// The place of an instant, from 0 to 1.
    pub fn place(&self, at: SimTime) -> f64 {
        let (from, to) = self.stretch(self.knees.partition_point(|knee| knee.at <= at));
        let part = at.since(from.at).0 as f64 / to.at.since(from.at).0 as f64;
        from.place + (to.place - from.place) * part.min(1.0)
    }

    /// The instant at a place, from 0 to 1.
    pub fn instant(&self, place: f64) -> SimTime {
        let (from, to) = self.stretch(self.knees.partition_point(|knee| knee.place <= place));
        let part = ((place - from.place) / (to.place - from.place)).clamp(0.0, 1.0);
        from.at + Span((to.at.since(from.at).0 as f64 * part) as u64)
    }

    /// The instants at which the axis changes its scale, its ends included.
    pub fn knees(&self) -> impl Iterator<Item = SimTime> + '_ {
        self.knees.iter().map(|knee| knee.at)
    }

    fn stretch(&self, after: usize) -> (Knee, Knee) {
        let after = after.clamp(1, self.knees.len() - 1);
        (self.knees[after - 1], self.knees[after])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(start: u64, end: u64) -> Fold {
        let at = |hour: u64| SimTime::from_secs(hour * 3600);
        Fold { start: at(start), end: at(end), content: String::new() }
    }

    #[test]
    fn an_axis_without_folds_is_even() {
        let axis = Axis::new(SimTime::from_secs(100), &[]);
        assert_eq!(axis.place(SimTime::from_secs(25)), 0.25);
        assert_eq!(axis.instant(0.75), SimTime::from_secs(75));
        assert_eq!(axis.place(SimTime::from_secs(200)), 1.0);
    }

    #[test]
    fn a_fold_takes_its_small_part_and_leaves_the_rest_even() {
        let axis = Axis::new(SimTime::from_secs(26 * 3600), &[hours(1, 25)]);
        let at = |hour: u64| axis.place(SimTime::from_secs(hour * 3600));
        assert!((at(25) - at(1) - FOLD_PART).abs() < 1e-9);
        assert!((at(1) - (at(26) - at(25))).abs() < 1e-9);
    }

    #[test]
    fn places_and_instants_are_each_others_inverse() {
        let axis = Axis::new(SimTime::from_secs(30 * 3600), &[hours(1, 12), hours(13, 29)]);
        for minute in 0..=1800 {
            let at = SimTime::from_secs(minute * 60);
            let back = axis.instant(axis.place(at));
            assert!(back.since(at).max(at.since(back)) <= Span(1), "{at}: {back}");
        }
        assert!((0..1000).all(|n| axis.instant(n as f64 / 1000.0) <= axis.instant((n + 1) as f64 / 1000.0)));
    }
}
