//! The application at an instant: what each of its services is asked, how much of it fails and where that comes from;
//! and the pipeline that led into a deployment.

use super::pulse::{failing, share_of};
use crate::engine::{FlowKey, Run};
use crate::model::*;

/// A service among those that call each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceGlance {
    /// Its place in the recording.
    pub service: usize,
    /// `serviceName`.
    pub name: String,
    /// How many calls lie between it and the users, at most; 0 for what they reach, or what nobody calls.
    pub depth: u32,
    /// Requests a second, from users or callers.
    pub rate: Rate,
    /// The share of them that fails just now.
    pub failing: Ratio,
    /// The called service that fails most, where what it fails fails this one too.
    pub because_of: Option<usize>,
    /// Whether a deployment of it is under way.
    pub deploying: bool,
}

/// A pipeline beside its deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineView {
    /// What it builds, as in `42`.
    pub revision: String,
    /// Its stages, in order; those after a failure are not among them.
    pub stages: Vec<PipelineItem>,
    /// When it ended: at the deployment's moment, or with its failure.
    pub ended: SimTime,
    /// Whether it called UpdateService.
    pub deploys: bool,
}

/// A stage of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PipelineItem {
    /// Which.
    pub stage: PipelineStage,
    /// How long before the pipeline's end it began.
    pub begins_before: Span,
    /// How long it took.
    pub took: Span,
    /// Whether it failed.
    pub failed: bool,
}

/// The services at `at`, callers first; none where there is only one.
pub(super) fn services(scenario: &Scenario, run: &Run, at: SimTime) -> Vec<ServiceGlance> {
    if scenario.services.len() < 2 {
        return Vec::new();
    }
    let shares: Vec<(Rate, Ratio)> = (0..scenario.services.len()).map(|it| load_of(run, it, at)).collect();
    let mut depths = vec![0; scenario.services.len()];
    let order = call_order(&scenario.services);
    for &caller in &order {
        for call in &scenario.services[caller].calls {
            depths[call.service] = depths[call.service].max(depths[caller] + 1);
        }
    }
    let mut glances: Vec<ServiceGlance> = order
        .into_iter()
        .map(|service| {
            let declared = &scenario.services[service];
            let failing_calls =
                declared.calls.iter().filter(|call| !call.optional && shares[call.service].1 > Ratio::ZERO);
            ServiceGlance {
                service,
                name: declared.name.clone(),
                depth: depths[service],
                rate: shares[service].0,
                failing: shares[service].1,
                because_of: failing_calls.map(|call| call.service).max_by_key(|&called| shares[called].1),
                deploying: run.deployments.iter().any(|deployment| {
                    deployment.service == service
                        && deployment.status.at(at).is_some_and(|status| !status.is_terminal())
                }),
            }
        })
        .collect();
    glances.sort_by_key(|glance| glance.depth);
    glances
}

/// The production requests a second of a service, and the share of them that fails.
fn load_of(run: &Run, service: usize, at: SimTime) -> (Rate, Ratio) {
    let (mut rate, mut failed) = (0_u64, 0_u64);
    for flow in &run.services[service].traffic.flows {
        if matches!(flow.key, FlowKey::Production(_) | FlowKey::Unserved) {
            let (Rate(part), ..) = flow.rate_at(at);
            rate += part;
            failed += (u128::from(part) * u128::from(failing(flow, at).0) / 1_000_000) as u64;
        }
    }
    (Rate(rate), share_of(failed, rate).unwrap_or(Ratio::ZERO))
}

/// The last pipeline of a service that has begun by `at`.
pub(super) fn pipeline(scenario: &Scenario, run: &Run, service: usize, at: SimTime) -> Option<PipelineView> {
    let mine = run.pipelines.iter().filter(|pipeline| pipeline.service == service);
    let mut begun = mine.filter(|pipeline| {
        let first = pipeline.stages.first().map_or(Span::ZERO, |step| step.begins_before);
        pipeline.ended <= at + first
    });
    let pipeline = begun.next_back()?;
    let item = |step: &crate::engine::PipelineStep| PipelineItem {
        stage: step.stage,
        begins_before: step.begins_before,
        took: Span(step.begins_before.0 - step.ends_before.0),
        failed: step.failed,
    };
    Some(PipelineView {
        revision: scenario.services[service].revisions[pipeline.definition].name.clone(),
        stages: pipeline.stages.iter().map(item).collect(),
        ended: pipeline.ended,
        deploys: pipeline.deployment.is_some(),
    })
}
