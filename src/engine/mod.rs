//! The simulation of ECS: a validated scenario in, a whole run out.
//!
//! Knows the model and nothing else: no clock, no browser, no file format, no script language (hooks are called
//! through a port). [`simulate`] is the one door. In reading order:

// What a run is made of.
pub mod run;
pub mod track;
pub mod event;
pub mod waiting;
pub mod traffic;
pub mod poisson;
pub mod metrics;
pub mod users;
pub mod latency;
pub mod older_view;
pub mod arns;
pub mod hooks;
// Planners: they look at counts and change nothing.
pub mod rolling;
pub mod shift;
// The world and those who change it.
mod simulate;
mod queue;
mod world;
mod scheduler;
mod cohort;
mod tasks;
mod health;
mod protection;
mod zones;
mod deployment;
mod lifecycle;
mod rules;
mod roll;
mod failure;
mod guard;
mod calls;
mod acts;
mod pipeline;
mod spread;
mod pins;
mod holds;
mod application;
mod load;
// A look ahead, by the same rules.
pub mod preflight;

pub use acts::zone_letter;
pub use event::{Event, Fact, Why, ZoneSpread};
pub use hooks::{HookAnswer, HookHost, HookRunner, Invocation};
pub use metrics::{HookMetric, Measured};
pub use run::*;
pub use simulate::{MOST_JUDGEMENTS, simulate, simulate_observed};
pub use track::Track;
pub use traffic::{Flow, FlowKey, Loss, Mark, Requests, TrafficLog};
pub use waiting::{RollingBounds, Waiting};
