//! Curves with no more points than a chart can show.

use super::{MOST_POINTS, Points};
use crate::model::*;

/// Adds a step unless the value stays; of several at one instant the last holds.
pub(super) fn push_step(points: &mut Points, at: SimTime, value: f64) {
    if points.last().is_some_and(|&(last, _)| last == at) {
        points.pop();
    }
    if points.last().is_none_or(|&(_, last)| last != value) {
        points.push((at, value));
    }
}

/// Draws a step function to the end of the run.
pub(super) fn close(points: &mut Points, end: SimTime) {
    if let Some(&(last, value)) = points.last()
        && last < end
    {
        points.push((end, value));
    }
}

pub(super) fn highest_of<'p>(curves: impl IntoIterator<Item = &'p Points>) -> f64 {
    curves.into_iter().flatten().map(|&(_, value)| value).fold(0.0, f64::max)
}

/// At most [`MOST_POINTS`] points: of each part of the run the first, the lowest, the highest and the last one.
pub(super) fn thinned(points: Points) -> Points {
    if points.len() <= MOST_POINTS {
        return points;
    }
    let part = points.len().div_ceil(MOST_POINTS / 4);
    let mut thin = Points::with_capacity(MOST_POINTS);
    for chunk in points.chunks(part) {
        let at_least =
            |best: usize, number: usize| if chunk[number].1 < chunk[best].1 { number } else { best };
        let at_most =
            |best: usize, number: usize| if chunk[number].1 > chunk[best].1 { number } else { best };
        let mut kept =
            [0, (0..chunk.len()).fold(0, at_least), (0..chunk.len()).fold(0, at_most), chunk.len() - 1];
        kept.sort_unstable();
        for (number, &keep) in kept.iter().enumerate() {
            if number == 0 || kept[number - 1] != keep {
                thin.push(chunk[keep]);
            }
        }
    }
    thin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_peaks() {
        let mut points: Points = (0..100_000).map(|n| (SimTime(n), 5.0)).collect();
        points[70_001].1 = 99.0;
        points[70_002].1 = -1.0;
        let thin = thinned(points);
        assert!(thin.len() <= MOST_POINTS, "{}", thin.len());
        assert!(thin.contains(&(SimTime(70_001), 99.0)));
        assert!(thin.contains(&(SimTime(70_002), -1.0)));
        assert!(thin.is_sorted_by_key(|&(at, _)| at));
    }

    #[test]
    fn a_short_curve_stays_as_it_is() {
        let points: Points = (0..10).map(|n| (SimTime(n), n as f64)).collect();
        assert_eq!(thinned(points.clone()), points);
    }
}
