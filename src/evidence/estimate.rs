//! Estimates from samples: a mean with its confidence interval, a share with its own, and what they rest on.
//!
//! Means have Student's interval, which is exact for normal values and good enough for the sums of many small chances
//! that counts of a run are. A mixture of releases is a stratified sample: each release has its own mean and variance, its
//! weight is known, and the interval has the degrees of freedom of Welch and Satterthwaite. Shares have Wilson's interval,
//! which does not collapse at none or all. Transcendental functions come from `libm`, so native and WebAssembly agree.

/// Values that were seen, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// How many.
    pub count: u32,
    /// Their mean; 0 of none.
    pub mean: f64,
    /// Their variance, by n − 1; 0 of fewer than two.
    pub variance: f64,
}

/// An estimate, and between what it lies with the confidence asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub mean: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// From how many runs.
    pub runs: u32,
}

impl Sample {
    /// Sums values up, in two passes, so that a large mean costs no digits.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Sample {
        let values: Vec<f64> = values.into_iter().collect();
        if values.is_empty() {
            return Sample::default();
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let variance = if values.len() < 2 { 0.0 } else { squares / (count - 1.0) };
        Sample { count: values.len() as u32, mean, variance }
    }

    /// The mean with Student's interval; no interval of fewer than two values.
    pub fn interval(&self, confidence: f64) -> Option<Interval> {
        mixture(&[(1.0, *self)], confidence)
    }
}

/// The mean of a mixture, from a sample of each part and its weight; the weights need not sum to one. `None` where a part
/// that weighs anything has fewer than two values.
pub fn mixture(parts: &[(f64, Sample)], confidence: f64) -> Option<Interval> {
    let weight: f64 = parts.iter().map(|(weight, _)| weight).sum();
    let parts = || parts.iter().filter(|(weight, _)| *weight > 0.0);
    if weight <= 0.0 || parts().any(|(_, sample)| sample.count < 2) {
        return None;
    }
    let (mut mean, mut error, mut freedom) = (0.0, 0.0, 0.0);
    for (part, sample) in parts() {
        let share = part / weight;
        let count = f64::from(sample.count);
        let own = share * share * sample.variance / count;
        mean += share * sample.mean;
        error += own;
        freedom += own * own / (count - 1.0);
    }
    let half = if error > 0.0 {
        student(confidence, error * error / freedom) * libm::sqrt(error)
    } else {
        // All values of each part are equal: chance had no say.
        0.0
    };
    Some(Interval {
        mean,
        low: mean - half,
        high: mean + half,
        runs: parts().map(|(_, sample)| sample.count).sum(),
    })
}

/// A share of trials with Wilson's interval.
pub fn share(hits: u32, trials: u32, confidence: f64) -> Option<Interval> {
    if trials == 0 {
        return None;
    }
    let (hits, count) = (f64::from(hits), f64::from(trials));
    let z = student(confidence, f64::INFINITY);
    let mean = hits / count;
    let widen = 1.0 + z * z / count;
    let middle = (mean + z * z / (2.0 * count)) / widen;
    let half = z / widen * libm::sqrt(mean * (1.0 - mean) / count + z * z / (4.0 * count * count));
    Some(Interval { mean, low: (middle - half).max(0.0), high: (middle + half).min(1.0), runs: trials })
}

/// The share of a mixture, from the hits and trials of each part and its weight; the weights need not sum to one. How far
/// each end lies from the estimate is put together from the parts' own Wilson intervals, each by its weight, as errors that
/// do not depend on each other are (the method of variance estimates recovery of Zou and Donner). `None` where a part that
/// weighs anything was never tried.
pub fn shares(parts: &[(f64, u32, u32)], confidence: f64) -> Option<Interval> {
    let weight: f64 = parts.iter().map(|(weight, ..)| weight).sum();
    if weight <= 0.0 {
        return None;
    }
    let (mut whole, mut below, mut above) = (Interval { mean: 0.0, low: 0.0, high: 0.0, runs: 0 }, 0.0, 0.0);
    for (part, hits, trials) in parts.iter().filter(|(weight, ..)| *weight > 0.0) {
        let own = share(*hits, *trials, confidence)?;
        let scaled = |span: f64| (part / weight * span) * (part / weight * span);
        whole.mean += part / weight * own.mean;
        whole.runs += own.runs;
        below += scaled(own.mean - own.low);
        above += scaled(own.high - own.mean);
    }
    whole.low = (whole.mean - libm::sqrt(below)).max(0.0);
    whole.high = (whole.mean + libm::sqrt(above)).min(1.0);
    Some(whole)
}

/// Within how many standard errors of its mean a Student variable of so many degrees of freedom lies with that
/// confidence; of infinitely many it is the normal one.
pub fn student(confidence: f64, freedom: f64) -> f64 {
    let beyond = 1.0 - confidence.clamp(0.0, 0.999_999);
    // The chance to lie beyond ±t falls as t grows.
    let chance = |t: f64| {
        if freedom > 1e6 {
            return libm::erfc(t / std::f64::consts::SQRT_2);
        }
        incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5)
    };
    let (mut low, mut high) = (0.0, 1.0);
    while chance(high) > beyond && high < 1e9 {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        if chance(middle) > beyond {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The regularized incomplete beta function, by its continued fraction (Lentz).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    // The fraction converges fast on one side of the mean only.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let gamma = libm::lgamma;
    let front = libm::exp(gamma(a + b) - gamma(a) - gamma(b) + a * libm::log(x) + b * libm::log1p(-x)) / a;
    const TINY: f64 = 1e-300;
    let safe = |value: f64| if libm::fabs(value) < TINY { TINY } else { value };
    let (mut above, mut below, mut fraction) = (1.0, 0.0, 1.0);
    for step in 0..400 {
        let m = f64::from(step / 2);
        let term = match step {
            0 => 1.0,
            even if even % 2 == 0 => m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            _ => -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        };
        below = 1.0 / safe(1.0 + term * below);
        above = safe(1.0 + term / above);
        let change = above * below;
        fraction *= change;
        if libm::fabs(1.0 - change) < 1e-14 && step > 0 {
            break;
        }
    }
    front * (fraction - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64) {
        assert!((value - expected).abs() < 5e-5 * expected.abs().max(1.0), "{value} is not {expected}");
    }

    /// From the tables of Student's distribution; the last line is the normal one's.
    #[test]
    fn students_quantiles_are_those_of_the_tables() {
        for (confidence, freedom, expected) in [
            (0.95, 1.0, 12.7062),
            (0.95, 2.0, 4.30265),
            (0.95, 5.0, 2.57058),
            (0.95, 10.0, 2.22814),
            (0.95, 30.0, 2.04227),
            (0.95, 120.0, 1.97993),
            (0.90, 5.0, 2.01505),
            (0.99, 10.0, 3.16927),
            (0.95, f64::INFINITY, 1.95996),
        ] {
            near(student(confidence, freedom), expected);
        }
    }

    /// Student's sleep data of 1908: the extra hours that ten patients slept. R's t.test gives this interval.
    #[test]
    fn the_interval_of_students_own_data_is_his() {
        let hours = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
        let interval = Sample::of(hours).interval(0.95).expect("ten values");
        near(interval.mean, 1.58);
        near(interval.low, 0.700_114);
        near(interval.high, 2.459_886);
    }

    /// Wilson's interval as statsmodels' proportion_confint gives it.
    #[test]
    fn a_shares_interval_does_not_collapse_at_none_or_all() {
        for (hits, trials, low, high) in
            [(0, 10, 0.0, 0.277_533), (10, 10, 0.722_467, 1.0), (5, 10, 0.236_593, 0.763_407)]
        {
            let interval = share(hits, trials, 0.95).expect("trials");
            near(interval.low, low);
            near(interval.high, high);
        }
        assert_eq!(share(0, 0, 0.95), None);
    }

    /// One part alone has Wilson's interval; two equal parts are narrower by the root of two on each side, by hand.
    #[test]
    fn a_mixtures_share_is_put_together_from_its_parts() {
        let alone = share(7, 10, 0.95).expect("trials");
        let one = shares(&[(3.0, 7, 10), (0.0, 0, 0)], 0.95).expect("trials");
        near(one.mean, alone.mean);
        near(one.low, alone.low);
        near(one.high, alone.high);
        let two = shares(&[(2.0, 7, 10), (2.0, 7, 10)], 0.95).expect("trials");
        near(two.mean, 0.7);
        near(two.mean - two.low, (alone.mean - alone.low) / libm::sqrt(2.0));
        near(two.high - two.mean, (alone.high - alone.mean) / libm::sqrt(2.0));
        assert_eq!(two.runs, 20);
        // Each kind counts as it weighs: all of 3, none of 1.
        let weighed = shares(&[(3.0, 5, 5), (1.0, 0, 5)], 0.95).expect("trials");
        near(weighed.mean, 0.75);
        assert_eq!(shares(&[(1.0, 1, 2), (1.0, 0, 0)], 0.95), None);
    }

    #[test]
    fn one_value_has_no_interval_and_equal_values_have_no_width() {
        assert_eq!(Sample::of([3.0]).interval(0.95), None);
        let interval = Sample::of([3.0, 3.0, 3.0]).interval(0.95);
        assert_eq!(interval, Some(Interval { mean: 3.0, low: 3.0, high: 3.0, runs: 3 }));
    }

    /// By hand: shares 3/4 and 1/4, variances 1 and 4 of 4 and 9 values.
    #[test]
    fn a_mixture_weighs_means_and_variances() {
        let good = Sample { count: 4, mean: 10.0, variance: 1.0 };
        let bad = Sample { count: 9, mean: 100.0, variance: 4.0 };
        let interval = mixture(&[(3.0, good), (1.0, bad), (0.0, Sample::default())], 0.95).expect("samples");
        let (first, second) = (9.0 / 16.0 / 4.0, 4.0 / 16.0 / 9.0);
        let freedom = (first + second) * (first + second) / (first * first / 3.0 + second * second / 8.0);
        near(interval.mean, 32.5);
        near(interval.high - interval.mean, student(0.95, freedom) * libm::sqrt(first + second));
        assert_eq!(interval.runs, 13);
    }

    /// Normal values from a seed: of 4,000 intervals of 95 %, some 3,800 must hold the mean (±3 standard errors).
    #[test]
    fn the_interval_holds_the_true_mean_as_often_as_it_says() {
        let mut state = 1_u64;
        let mut uniform = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
        };
        let mut normal = move || {
            libm::sqrt(-2.0 * libm::log(uniform())) * libm::cos(2.0 * std::f64::consts::PI * uniform())
        };
        let holds = (0..4_000).filter(|_| {
            let sample = Sample::of((0..6).map(|_| 50.0 + 7.0 * normal()));
            let interval = sample.interval(0.95).expect("six values");
            interval.low <= 50.0 && 50.0 <= interval.high
        });
        let held = holds.count();
        assert!((3_758..=3_842).contains(&held), "{held} of 4,000 hold it");
    }
}
