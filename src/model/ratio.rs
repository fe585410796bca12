//! Shares, weights and rates as whole numbers, so that no decision rests on a float.

use std::fmt;

/// A share in parts per million: 5 % is 50,000. Between 0 and 1,000,000 where it is a probability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(pub u32);

impl Ratio {
    /// Nothing.
    pub const ZERO: Ratio = Ratio(0);
    /// Everything.
    pub const ONE: Ratio = Ratio(1_000_000);

    /// From a percentage as written in a file, rounded to the millionth.
    pub fn from_percent(percent: f64) -> Ratio {
        Ratio((percent * 10_000.0 + 0.5) as u32)
    }

    /// As a percentage, for output only.
    pub fn as_percent(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }

    /// Whether `part` of `whole` is more than this share; never when `whole` is 0.
    pub fn is_exceeded_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * 1_000_000 > u128::from(self.0) * u128::from(whole)
    }
}

/// Writes the share as a percentage with as many digits as it needs: `5 %`, `0.05 %`.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.as_percent())
    }
}

/// A share in tenths of a percent, the grain of `stepPercent` and `canaryPercent`. Between 0 and 1,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permille(pub u16);

impl Permille {
    /// Nothing.
    pub const ZERO: Permille = Permille(0);
    /// Everything.
    pub const FULL: Permille = Permille(1000);
}

/// Writes the share as a percentage: `10 %`, `33.3 %`.
impl fmt::Display for Permille {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(10) {
            write!(f, "{} %", self.0 / 10)
        } else {
            write!(f, "{}.{} %", self.0 / 10, self.0 % 10)
        }
    }
}

/// The integer weights of a forward action, by the deployment's own roles.
///
/// While split they are permille, at rest 100 and 0 (field reports; the API allows 0 to 999).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weights {
    /// Weight of the group that serves the source revision.
    pub source: u16,
    /// Weight of the group that serves the target revision.
    pub target: u16,
}

impl Weights {
    /// Everything to the source, the state of rest before a deployment.
    pub const AT_SOURCE: Weights = Weights { source: 100, target: 0 };
    /// Everything to the target, once the last traffic step is made.
    pub const AT_TARGET: Weights = Weights { source: 0, target: 100 };

    /// The weights that give the target `share` of the requests.
    pub fn with_target(share: Permille) -> Weights {
        match share.0 {
            0 => Weights::AT_SOURCE,
            1000.. => Weights::AT_TARGET,
            split => Weights { source: 1000 - split, target: split },
        }
    }

    /// The target's share of the requests; nothing when both weights are 0.
    pub fn target_share(self) -> Ratio {
        let sum = u64::from(self.source) + u64::from(self.target);
        Ratio((u64::from(self.target) * 1_000_000).checked_div(sum).unwrap_or(0) as u32)
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "source {} / target {}", self.source, self.target)
    }
}

/// Requests in a thousand seconds: 240 requests a second are 240,000. At most 10^9.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub u64);

impl Rate {
    /// `count` whole requests a second.
    pub const fn per_second(count: u64) -> Rate {
        Rate(count * 1000)
    }

    /// Requests a second, for output only.
    pub fn as_per_second(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}
