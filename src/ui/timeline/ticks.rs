//! Where the axis of time is labelled: at round minutes and hours, never more than fit.

use crate::model::SimTime;
use crate::session::Axis;

/// Steps that people count time in, in seconds.
const STEPS: [u64; 18] = [
    5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
    432_000,
];
/// As many labels fit on a telephone.
const MOST_TICKS: u64 = 8;

/// The instants to label, second 0 included: round ones, none within a fold.
pub fn ticks(axis: &Axis) -> Vec<SimTime> {
    // What the axis shows at its usual scale, folds left out.
    let seconds = axis.unfolded().0 / 1000;
    let step = STEPS.into_iter().find(|step| seconds / step < MOST_TICKS).unwrap_or(864_000);
    // The last label must not run over the edge, and none over the one before.
    let round = (0..=axis.end().0 / 1000 / step).map(|n| SimTime::from_secs(n * step));
    let mut ticks: Vec<SimTime> = Vec::new();
    for at in round.filter(|&at| axis.place(at) <= 0.97 && !axis.is_folded(at)) {
        if ticks.last().is_none_or(|&last| axis.place(at) - axis.place(last) > 0.05) {
            ticks.push(at);
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_has_a_handful_of_round_ticks() {
        for seconds in [1, 59, 600, 1_080, 1_800, 86_400, 172_800, 2_592_000] {
            let ticks = ticks(&Axis::new(SimTime::from_secs(seconds), &[]));
            assert_eq!(ticks.first(), Some(&SimTime::ZERO));
            assert!(ticks.len() <= MOST_TICKS as usize, "{seconds}: {ticks:?}");
            assert!(seconds < 60 || ticks.len() >= 3, "{seconds}: {ticks:?}");
        }
        assert_eq!(ticks(&Axis::new(SimTime::from_secs(1_080), &[]))[1], SimTime::from_secs(300));
    }
}
