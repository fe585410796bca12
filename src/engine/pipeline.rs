//! The pipeline that leads into a deployment: it has run when the deployment's moment comes, or failed.

use super::event::{Fact, Why};
use super::run::{PipelineRun, PipelineStep};
use super::world::World;
use crate::model::*;

impl World<'_> {
    /// Looks back at the pipeline that ends now; says whether it calls UpdateService.
    pub fn run_pipeline(
        &mut self,
        intervention: usize,
        service: usize,
        definition: usize,
        it: &Pipeline,
    ) -> bool {
        let ran = |stage: &PipelineStage| it.fails_at.is_none_or(|failed| *stage <= failed);
        let mut before = Span::ZERO;
        let mut stages: Vec<PipelineStep> = PipelineStage::ALL
            .iter()
            .copied()
            .filter(ran)
            .rev()
            .map(|stage| {
                let ends_before = before;
                before = before + it.span(stage);
                PipelineStep { stage, begins_before: before, ends_before, failed: it.fails_at == Some(stage) }
            })
            .collect();
        stages.reverse();
        let pipeline = self.run.pipelines.len();
        // The deployment follows in the same instant.
        let deployment = it.fails_at.is_none().then_some(self.run.deployments.len());
        let ended = self.now;
        self.run.pipelines.push(PipelineRun { intervention, service, definition, ended, stages, deployment });
        let why = match it.fails_at {
            Some(stage) => Why::PipelineFailed { stage, after: it.span(stage) },
            None => Why::Takes { what: "pipeline", span: before },
        };
        self.event(service, Fact::PipelineEnded { pipeline }, why);
        deployment.is_some()
    }
}
