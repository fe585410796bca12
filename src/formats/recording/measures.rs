//! The measures that stand in several parts of a recording, each read in one way: rates, latencies, errors, times.

use crate::formats::reader::{Object, Reader};
use crate::model::*;
use std::ops::RangeInclusive;

/// The range of anything that happens or lasts, in seconds.
pub(super) const SECONDS: RangeInclusive<f64> = 0.0..=LONGEST_RUN.as_secs_f64();

/// The range of what lasts for some time, in seconds.
pub(super) const SOME_SECONDS: RangeInclusive<f64> = 0.001..=LONGEST_RUN.as_secs_f64();

/// The range of a step in the life of a task or of a pipeline, in seconds.
pub(super) const STEP: RangeInclusive<f64> = 0.0..=LONGEST_STEP.as_secs_f64();

/// The range of a latency, in milliseconds.
pub(super) const MILLIS: RangeInclusive<f64> = 0.0..=LONGEST_LATENCY.0 as f64;

/// The range of a share, in percent.
pub(super) const PERCENT: RangeInclusive<f64> = 0.0..=100.0;

/// Requests a second, from `least` to the most that is simulated, kept to the thousandth.
pub(super) fn rate(reader: &mut Reader, object: &Object<'_>, key: &str, least: f64) -> Option<Rate> {
    let range = least..=f64::from(MOST_REQUESTS_PER_SECOND);
    reader.decimal(object, key, range).map(|rate| Rate((rate * 1000.0 + 0.5) as u64))
}

/// `latencyMillis`, rounded to whole milliseconds.
pub(super) fn latency(reader: &mut Reader, object: &Object<'_>) -> Option<Span> {
    reader.decimal(object, "latencyMillis", MILLIS).map(|millis| Span((millis + 0.5) as u64))
}

/// `errorPercent`: the share of requests that fail.
pub(super) fn error(reader: &mut Reader, object: &Object<'_>) -> Option<Ratio> {
    reader.decimal(object, "errorPercent", PERCENT).map(Ratio::from_percent)
}
