//! The landscape of arrivals: a Poisson process of rate 1 that can be read anywhere, in any order.
//!
//! The count of requests up to a place on the line is a pure function of the seed and the place. So a batch that is
//! cut in two, a run that is forked, or four strategies on the same traffic all meet the same requests. The line is
//! cut into blocks [0, 1), [1, 2), [2, 4), [4, 8) …, each with a Poisson total of its own; inside a block the total
//! is halved again and again (a Poisson process given its total is binomial). Everything is integer arithmetic, and
//! the same natively and in WebAssembly.

/// Blocks: the last ends at 2^43 requests, more than 30 days at the highest rate.
const BLOCKS: usize = 44;

/// One stream of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    seed: u64,
    /// How many requests lie before each block.
    before: [u64; BLOCKS + 1],
}

/// The finalizer of SplitMix64: spreads `value` over all 64 bits.
pub fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A seed for one purpose, apart from all others of the same recording.
pub fn fork(seed: u64, purpose: &[u64]) -> u64 {
    purpose.iter().fold(mix(seed), |state, &part| mix(state ^ mix(part)))
}

impl Stream {
    /// The stream of that seed.
    pub fn new(seed: u64) -> Stream {
        let mut before = [0; BLOCKS + 1];
        for block in 0..BLOCKS {
            let total = poisson_of_power(fork(seed, &[block as u64]), block.saturating_sub(1) as u32);
            before[block + 1] = before[block] + total;
        }
        Stream { seed, before }
    }

    /// How many requests lie before `place`, given in millionths of a mean request.
    pub fn count(&self, place: u64) -> u64 {
        let (whole, millionths) = (place / 1_000_000, place % 1_000_000);
        // Block 0 is [0, 1); block b is [2^(b-1), 2^b).
        let block = (u64::BITS - whole.leading_zeros()) as usize;
        assert!(block < BLOCKS, "more requests than thirty days can hold: {whole}");
        let (mut count, mut total) = (self.before[block], self.before[block + 1] - self.before[block]);
        let mut level = block.saturating_sub(1);
        let mut node = fork(self.seed, &[block as u64, 1]);
        // Halve the block until the unit [whole, whole + 1) is left.
        while level > 0 && total > 0 {
            level -= 1;
            let left = half_of(node, total);
            let right_side = whole >> level & 1 == 1;
            node = mix(node ^ (2 + u64::from(right_side)));
            if right_side {
                count += left;
                total -= left;
            } else {
                total = left;
            }
        }
        // Requests stand anywhere inside the unit.
        count + (0..total).filter(|&i| mix(node ^ mix(i)) % 1_000_000 < millionths).count() as u64
    }
}

/// How many of `total` requests lie in the left half.
fn half_of(node: u64, total: u64) -> u64 {
    if total <= 256 {
        let mut left = 0;
        for word in 0..total.div_ceil(64) {
            let bits = (total - word * 64).min(64);
            left += u64::from((mix(node ^ (word + 16)) >> (64 - bits)).count_ones());
        }
        left
    } else {
        let deviation = (normal(node) * i128::from((total << 16).isqrt())) >> (NORMAL_BITS + 8 + 1);
        (i128::from(total / 2) + deviation).clamp(0, i128::from(total)) as u64
    }
}

/// A draw from the Poisson distribution with mean 2^power.
fn poisson_of_power(seed: u64, power: u32) -> u64 {
    if power < 8 {
        (0..1_u64 << power).map(|i| poisson_of_one(mix(seed ^ mix(i)))).sum()
    } else {
        let mean = 1_i128 << power;
        let deviation = (normal(seed) * i128::from((1_u64 << power << 16).isqrt())) >> (NORMAL_BITS + 8);
        (mean + deviation).max(0) as u64
    }
}

/// A draw from the Poisson distribution with mean 1, by inversion of its distribution function.
fn poisson_of_one(bits: u64) -> u64 {
    // e^-1 · 2^64, then each term is the one before divided by its number.
    let (mut term, mut rest, mut count) = (6_786_177_901_268_885_274_u64, bits, 0);
    while rest >= term && term > 0 {
        rest -= term;
        count += 1;
        term /= count;
    }
    count
}

const NORMAL_BITS: u32 = 19;

/// A draw from the standard normal distribution in units of 2^-19: 256 coins have a deviation of 8, and a uniform
/// draw fills the space between their steps.
fn normal(seed: u64) -> i128 {
    let coins: u32 = (0..4).map(|word| mix(seed ^ (word + 32)).count_ones()).sum();
    let between = (mix(seed ^ 48) >> 48) as i128 - 32_768;
    ((i128::from(coins) - 128) << 16) + between
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_the_mean_and_the_deviation_of_a_poisson_process() {
        for length in [7_u64, 240, 5_000, 300_000] {
            let seeds = 4_000;
            let counts: Vec<f64> =
                (0..seeds).map(|seed| Stream::new(seed).count(length * 1_000_000) as f64).collect();
            let mean = counts.iter().sum::<f64>() / seeds as f64;
            let variance = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / (seeds - 1) as f64;
            let error = (length as f64 / seeds as f64).sqrt();
            assert!((mean - length as f64).abs() < 4.0 * error, "mean {mean} of {length}");
            assert!((variance / length as f64 - 1.0).abs() < 0.12, "variance {variance} of {length}");
        }
    }

    #[test]
    fn increments_far_along_the_line_are_poisson_and_do_not_depend_on_each_other() {
        let (seeds, length) = (4_000_u64, 100_u64);
        let at = |seed: u64, place: u64| Stream::new(seed).count(place * 1_000_000) as f64;
        let (mut sum, mut squares, mut products) = (0.0, 0.0, 0.0);
        for seed in 0..seeds {
            let (a, b, c) = (at(seed, 70_000), at(seed, 70_000 + length), at(seed, 70_000 + 2 * length));
            sum += b - a;
            squares += (b - a - length as f64) * (b - a - length as f64);
            products += (b - a - length as f64) * (c - b - length as f64);
        }
        let n = seeds as f64;
        assert!((sum / n - length as f64).abs() < 4.0 * (length as f64 / n).sqrt(), "mean {}", sum / n);
        assert!((squares / n / length as f64 - 1.0).abs() < 0.12, "variance {}", squares / n);
        assert!((products / n / length as f64).abs() < 0.08, "covariance {}", products / n);
    }

    #[test]
    fn the_count_never_goes_back() {
        let stream = Stream::new(7);
        let mut last = 0;
        for place in (0..40_000_000).step_by(3_331) {
            let count = stream.count(place);
            assert!(count >= last, "at {place}: {count} after {last}");
            last = count;
        }
    }
}
