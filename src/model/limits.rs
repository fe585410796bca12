//! How much is simulated and how much ECS allows, where more than one place must know it: files that ask for more are
//! refused, and the page offers no more. What a single field has to itself stands where that field is read.

use super::time::Span;

/// No run is longer, and nothing in a recording happens later or lasts longer: 30 days.
pub const LONGEST_RUN: Span = Span::from_mins(30 * 24 * 60);

/// Where something hangs, a run ends so long after the last deployment was started: two days.
pub const HANGING_RUN: Span = Span::from_mins(48 * 60);

/// The greatest `desiredCount` ("Amazon ECS service quotas").
pub const MOST_TASKS: u32 = 5_000;

/// The most users' requests in a second that any service is simulated with.
pub const MOST_REQUESTS_PER_SECOND: u32 = 1_000_000;

/// The most `users`.
pub const MOST_USERS: u32 = 1_000_000_000;

/// The longest latency that a revision, a dependency or an alarm's threshold may have: an hour.
pub const LONGEST_LATENCY: Span = Span::from_mins(60);

/// The longest that one step in the life of a task, of a listener rule or of a pipeline may take: a day.
pub const LONGEST_STEP: Span = Span::from_mins(24 * 60);

/// The longest `bakeTimeInMinutes`, `stepBakeTimeInMinutes` and `canaryBakeTimeInMinutes`
/// ("DeploymentConfiguration").
pub const MOST_BAKE_MINUTES: u64 = 1_440;

/// The longest `timeoutInMinutes` of an AWS_LAMBDA hook, and of any hook that is given none ("Lifecycle hooks for Amazon
/// ECS service deployments").
pub const MOST_LAMBDA_MINUTES: u64 = 1_440;

/// The longest `timeoutInMinutes` of a PAUSE hook: 14 days.
pub const MOST_PAUSE_MINUTES: u64 = 20_160;

/// The longest period of an alarm: a day.
pub const LONGEST_PERIOD: Span = Span::from_mins(24 * 60);

/// The most `evaluationPeriods` of an alarm.
pub const MOST_PERIODS: u32 = 1_440;
