//! How a deployment is to proceed: `deploymentConfiguration`, strategy by strategy.

use super::ratio::Permille;
use super::time::Span;
use std::fmt;

/// The four strategies of the ECS deployment controller, without their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StrategyName {
    /// Tasks are replaced a few at a time inside one target group.
    Rolling,
    /// A second full fleet, then all users at once.
    BlueGreen,
    /// A second full fleet, a small share of users first, then all.
    Canary,
    /// A second full fleet, users moved in equal steps.
    Linear,
}

impl StrategyName {
    /// All four, in the order of the page's tabs.
    pub const ALL: [StrategyName; 4] =
        [StrategyName::Rolling, StrategyName::BlueGreen, StrategyName::Canary, StrategyName::Linear];

    /// The API's spelling.
    pub const fn api_name(self) -> &'static str {
        match self {
            StrategyName::Rolling => "ROLLING",
            StrategyName::BlueGreen => "BLUE_GREEN",
            StrategyName::Canary => "CANARY",
            StrategyName::Linear => "LINEAR",
        }
    }

    /// The strategy of that API name.
    pub fn from_api_name(name: &str) -> Option<StrategyName> {
        StrategyName::ALL.into_iter().find(|strategy| strategy.api_name() == name)
    }

    /// Whether it moves traffic between two target groups.
    pub const fn shifts(self) -> bool {
        !matches!(self, StrategyName::Rolling)
    }
}

impl fmt::Display for StrategyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.api_name())
    }
}

/// A strategy with the values that only it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// `ROLLING`.
    Rolling,
    /// `BLUE_GREEN`.
    BlueGreen,
    /// `CANARY`.
    Canary {
        /// `canaryPercent`, 0.1 to 100 %.
        percent: Permille,
        /// `canaryBakeTimeInMinutes`.
        bake: Span,
    },
    /// `LINEAR`.
    Linear {
        /// `stepPercent`, 3 to 100 %.
        percent: Permille,
        /// `stepBakeTimeInMinutes`, waited after each step but the last.
        bake: Span,
    },
}

/// One shift of production traffic, and how long it is watched before the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrafficStep {
    /// The target's share of requests once this step is made.
    pub share: Permille,
    /// The wait after it; zero after the last.
    pub bake: Span,
}

impl Strategy {
    /// Which of the four it is.
    pub const fn name(self) -> StrategyName {
        match self {
            Strategy::Rolling => StrategyName::Rolling,
            Strategy::BlueGreen => StrategyName::BlueGreen,
            Strategy::Canary { .. } => StrategyName::Canary,
            Strategy::Linear { .. } => StrategyName::Linear,
        }
    }

    /// The shifts of production traffic, the one list behind BLUE_GREEN, CANARY and LINEAR; empty for ROLLING.
    ///
    /// LINEAR makes ceil(100 / stepPercent) shifts and does not wait after the last ("Amazon ECS linear
    /// deployments"). CANARY makes exactly two ("Amazon ECS canary deployments"); with 100 % the two are one and
    /// its bake falls away (h17).
    pub fn traffic_steps(self) -> Vec<TrafficStep> {
        let last = TrafficStep { share: Permille::FULL, bake: Span::ZERO };
        match self {
            Strategy::Rolling => Vec::new(),
            Strategy::BlueGreen => vec![last],
            Strategy::Canary { percent, .. } if percent >= Permille::FULL => vec![last],
            Strategy::Canary { percent, bake } => vec![TrafficStep { share: percent, bake }, last],
            Strategy::Linear { percent, bake } => {
                let step = percent.0.clamp(1, 1000);
                let mut steps: Vec<TrafficStep> = (1..)
                    .map(|i: u16| i * step)
                    .take_while(|&share| share < 1000)
                    .map(|share| TrafficStep { share: Permille(share), bake })
                    .collect();
                steps.push(last);
                steps
            }
        }
    }
}

/// `deploymentCircuitBreaker.thresholdConfiguration`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// `COUNT`: that many tasks.
    Count(u32),
    /// `BOUNDED_PERCENT`: a percentage of desiredCount, rounded up, never under 3 or over 200.
    BoundedPercent(u32),
    /// `UNBOUNDED_PERCENT`: the same without the clamp, at least 1 (h31).
    UnboundedPercent(u32),
}

impl Threshold {
    /// The failure count at which the breaker trips, for the service's present desiredCount.
    ///
    /// Source: "How the Amazon ECS deployment circuit breaker detects failures".
    pub fn of(self, desired_count: u32) -> u32 {
        let part = |percent: u32| (u64::from(desired_count) * u64::from(percent)).div_ceil(100) as u32;
        match self {
            Threshold::Count(count) => count,
            Threshold::BoundedPercent(percent) => part(percent).clamp(3, 200),
            Threshold::UnboundedPercent(percent) => part(percent).max(1),
        }
    }
}

/// `deploymentCircuitBreaker`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CircuitBreaker {
    /// Whether it counts at all.
    pub enable: bool,
    /// Whether a trip rolls back; otherwise it only stops the deployment.
    pub rollback: bool,
    /// Whether a healthy task sets the count to 0, so that only consecutive failures count.
    pub reset_on_healthy_task: bool,
    /// When it trips.
    pub threshold: Threshold,
}

impl Default for CircuitBreaker {
    fn default() -> Self {
        CircuitBreaker {
            enable: false,
            rollback: false,
            reset_on_healthy_task: true,
            threshold: Threshold::BoundedPercent(50),
        }
    }
}

/// `deploymentConfiguration.alarms`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlarmConfiguration {
    /// `alarmNames`: the CloudWatch alarms that a deployment watches.
    pub alarm_names: Vec<String>,
    /// Whether they are watched.
    pub enable: bool,
    /// Whether one in ALARM rolls back; otherwise it only stops the deployment.
    pub rollback: bool,
}

/// `earlySuccessCriteria.sourceServiceRevisionCleanup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceCleanup {
    /// The source tasks are removed before the deployment is SUCCESSFUL.
    Blocking,
    /// They are removed afterwards.
    Deferred,
}

/// `earlySuccessCriteria`, for ROLLING only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlySuccess {
    /// The share of desiredCount that must be healthy on the target, in percent, rounded up.
    pub healthy_percent: u32,
    /// When the source tasks go.
    pub cleanup: SourceCleanup,
}

/// `deploymentConfiguration`: the strategy, how many tasks there may be meanwhile, and what watches over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentConfiguration {
    /// `strategy` with its own block.
    pub strategy: Strategy,
    /// `minimumHealthyPercent`, of desiredCount, rounded up.
    pub minimum_healthy_percent: u32,
    /// `maximumPercent`, of desiredCount, rounded down.
    pub maximum_percent: u32,
    /// `bakeTimeInMinutes`; `None` where the file gives none.
    pub bake_time: Option<Span>,
    /// `deploymentCircuitBreaker`: counts failed tasks.
    pub circuit_breaker: CircuitBreaker,
    /// `alarms`: which are watched, and what one in ALARM does.
    pub alarms: AlarmConfiguration,
    /// `earlySuccessCriteria`, when enabled.
    pub early_success: Option<EarlySuccess>,
}

impl Default for DeploymentConfiguration {
    fn default() -> Self {
        DeploymentConfiguration {
            strategy: Strategy::Rolling,
            minimum_healthy_percent: 100,
            maximum_percent: 200,
            bake_time: None,
            circuit_breaker: CircuitBreaker::default(),
            alarms: AlarmConfiguration::default(),
            early_success: None,
        }
    }
}

impl DeploymentConfiguration {
    /// The least number of healthy tasks a rolling deployment keeps: ceil(desiredCount × minimumHealthyPercent).
    ///
    /// Source: "Deploy Amazon ECS services by replacing tasks".
    pub fn lower_bound(&self, desired_count: u32) -> u32 {
        (u64::from(desired_count) * u64::from(self.minimum_healthy_percent)).div_ceil(100) as u32
    }

    /// The greatest number of tasks a rolling deployment runs: floor(desiredCount × maximumPercent).
    ///
    /// Source: "Deploy Amazon ECS services by replacing tasks".
    pub fn upper_bound(&self, desired_count: u32) -> u32 {
        (u64::from(desired_count) * u64::from(self.maximum_percent) / 100).min(u64::from(u32::MAX)) as u32
    }

    /// How long the target is watched alone before the deployment ends.
    ///
    /// A rolling deployment bakes only while alarms with rollback watch it; ECS derives the length from the alarms
    /// ("under 5 minutes"), which we take to be 4 (h11). LINEAR and CANARY without a value bake 0 minutes (h10).
    pub fn bake(&self) -> Span {
        match self.strategy {
            Strategy::Rolling if !(self.alarms.enable && self.alarms.rollback) => Span::ZERO,
            Strategy::Rolling => self.bake_time.unwrap_or(Span::from_mins(4)),
            _ => self.bake_time.unwrap_or(Span::ZERO),
        }
    }
}
