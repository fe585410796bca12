//! Simulated time: whole milliseconds since the start of the recording, never a float.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// An instant, in milliseconds since second 0 of the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

/// A length of time, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

impl SimTime {
    /// Second 0.
    pub const ZERO: SimTime = SimTime(0);

    /// The instant `secs` whole seconds after second 0.
    pub const fn from_secs(secs: u64) -> Self {
        SimTime(secs * 1000)
    }

    /// Seconds since second 0, for output only.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The time since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: SimTime) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// `secs` whole seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Span(secs * 1000)
    }

    /// `mins` whole minutes.
    pub const fn from_mins(mins: u64) -> Self {
        Span(mins * 60_000)
    }

    /// In whole seconds, what is over being dropped.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1000
    }

    /// In seconds, for output only.
    pub const fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Whether there is nothing to wait for.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add<Span> for SimTime {
    type Output = SimTime;
    fn add(self, span: Span) -> SimTime {
        SimTime(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for SimTime {
    type Output = SimTime;
    fn sub(self, span: Span) -> SimTime {
        SimTime(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl AddAssign<Span> for SimTime {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

/// Writes a length of time the way people say it: `47 s`, `5 min`, `5 min 20 s`, `23 h 58 min`, `2 d`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (secs, millis) = (self.0 / 1000, self.0 % 1000);
        let (mins, hours) = (secs / 60, secs / 3600);
        if hours > 0 {
            write!(f, "{hours} h")?;
            if mins % 60 > 0 { write!(f, " {} min", mins % 60) } else { Ok(()) }
        } else if mins > 0 {
            write!(f, "{mins} min")?;
            if secs % 60 > 0 { write!(f, " {} s", secs % 60) } else { Ok(()) }
        } else if millis > 0 && secs < 10 {
            write!(f, "{secs}.{} s", millis / 100)
        } else {
            write!(f, "{secs} s")
        }
    }
}

/// Writes an instant as a clock: `0:47`, `12:05`, `26:03:09`.
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = self.0 / 1000;
        let (hours, mins) = (secs / 3600, secs / 60 % 60);
        if hours > 0 {
            write!(f, "{hours}:{mins:02}:{:02}", secs % 60)
        } else {
            write!(f, "{mins}:{:02}", secs % 60)
        }
    }
}
