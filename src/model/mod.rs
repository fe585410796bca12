//! What ECS calls things: the typed scenario that the engine simulates.
//!
//! Knows no engine, no file format and no page. In reading order:

pub mod time;
pub mod count;
pub mod limits;
pub mod ratio;
pub mod strategy;
pub mod lifecycle;
pub mod task;
pub mod hook;
pub mod alarm;
pub mod service;
pub mod traffic;
pub mod pipeline;
pub mod intervention;
pub mod scenario;
pub mod readings;

pub use alarm::{Alarm, AlarmMetric, AlarmScope, AlarmState};
pub use count::Count;
pub use hook::{HookAction, HookStatus, HookTarget, LifecycleHook};
pub use intervention::{Act, Intervention, ListenerRule, ServiceUpdate, When};
pub use lifecycle::{LifecycleStage, MonitorStatus, ServiceDeploymentStatus};
pub use limits::{
    HANGING_RUN, LONGEST_LATENCY, LONGEST_PERIOD, LONGEST_RUN, LONGEST_STEP, MOST_BAKE_MINUTES,
    MOST_LAMBDA_MINUTES, MOST_PAUSE_MINUTES, MOST_PERIODS, MOST_REQUESTS_PER_SECOND, MOST_TASKS, MOST_USERS,
};
pub use pipeline::{Pipeline, PipelineStage};
pub use ratio::{Permille, Rate, Ratio, Weights};
pub use readings::{Reading, Readings};
pub use scenario::{ENTRY, Planned, Reviewer, Scenario};
pub use service::{
    Behavior, BehaviorPatch, Call, ContainerHealthCheck, Dependency, PageLook, Revision, Routing,
    RoutingKind, Service, TargetGroup, Timings, call_order,
};
pub use strategy::{
    AlarmConfiguration, CircuitBreaker, DeploymentConfiguration, EarlySuccess, SourceCleanup, Strategy,
    StrategyName, Threshold, TrafficStep,
};
pub use task::{StopCode, TargetHealth, TaskStatus};
pub use time::{SimTime, Span};
pub use traffic::{RateChange, Spike, Traffic};
