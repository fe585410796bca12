//! CloudWatch alarms that a deployment may watch.

use super::lifecycle::api_words;
use super::ratio::Ratio;
use super::time::Span;
use std::fmt;

/// What an alarm measures, with the threshold in its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmMetric {
    /// `errorPercent`: failed requests of all that ended in the period.
    ErrorPercent(Ratio),
    /// `latencyMillis`: their mean latency.
    LatencyMillis(u64),
}

/// Whose requests an alarm measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmScope {
    /// The target group that the target revision is registered in; under ROLLING it serves both revisions.
    TargetGroup,
    /// One of the service's two target groups, whichever revision is registered in it this time: how an alarm with a
    /// TargetGroup dimension measures, while the groups swap their roles with every deployment.
    Group(u8),
    /// All of the service's production requests.
    LoadBalancer,
}

api_words! {
    /// The state of an alarm. Missing data is not breaching.
    AlarmState {
        /// Not in alarm.
        Ok = "OK",
        /// In alarm.
        Alarm = "ALARM",
    }
}

/// An alarm: breaching when greater, judged at the end of each period from second 0 on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// `alarmName`.
    pub name: String,
    /// What is measured, and the threshold.
    pub metric: AlarmMetric,
    /// Whose requests.
    pub scope: AlarmScope,
    /// `service`, by index: whose requests, where the file says so; otherwise the first service that watches it.
    pub service: Option<usize>,
    /// `periodSeconds`: measured over so long before each judgement.
    pub period: Span,
    /// `evaluationPeriods`: so many breaching periods in a row raise it.
    pub evaluation_periods: u32,
}
