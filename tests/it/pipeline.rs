//! What leads into a deployment, and may fail before it.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::{Recording, simulate};
use cutover::engine::Run;
use cutover::exports::trace;
use cutover::formats::read_document;
use cutover::model::{PipelineStage, Scenario, SimTime, Span};
use serde_json::{Value, json};

fn deployed(pipeline: Value) -> (Scenario, Run) {
    let mut recording = Recording::rolling(2, 100, 200);
    recording.intervene(
        json!({"atSeconds": 300, "deploy": {"service": "ui", "revision": "42", "pipeline": pipeline}}),
    );
    simulate(&recording)
}

/// Stage, its beginning and end before the pipeline's end in seconds, and whether it failed.
fn stages(run: &Run) -> Vec<(PipelineStage, u64, u64, bool)> {
    let secs = |span: Span| span.0 / 1000;
    let steps = run.pipelines[0].stages.iter();
    steps.map(|it| (it.stage, secs(it.begins_before), secs(it.ends_before), it.failed)).collect()
}

#[test]
fn a_pipeline_runs_before_its_deployments_moment_and_ends_with_it() {
    use PipelineStage::{Build, Register, Source};
    let (scenario, run) = deployed(json!({"buildSeconds": 400}));
    assert_eq!(
        stages(&run),
        [(Source, 408, 403, false), (Build, 403, 3, false), (Register, 3, 0, false)],
        "it began before second 0"
    );
    let pipeline = &run.pipelines[0];
    assert_eq!((pipeline.ended, pipeline.deployment), (SimTime::from_secs(300), Some(0)));
    assert_eq!(run.deployments[0].status.steps()[0].0, SimTime::from_secs(300));
    assert!(trace(&scenario, &run).contains("Pipeline of 42 has run"));
}

#[test]
fn a_pipeline_that_fails_deploys_nothing_and_says_why() {
    use PipelineStage::{Build, Source};
    let (scenario, run) = deployed(json!({"failsAt": "build"}));
    assert_eq!(stages(&run), [(Source, 125, 120, false), (Build, 120, 0, true)]);
    assert!(run.deployments.is_empty());
    assert_eq!(run.pipelines[0].deployment, None);
    let trace = trace(&scenario, &run);
    assert!(trace.contains("Pipeline of 42 failed at build: nothing is deployed"), "{trace}");
    assert!(trace.contains("Stage build failed after 2 min: UpdateService is never called."), "{trace}");
    assert!(!trace.contains("UpdateService:"), "{trace}");
}

#[test]
fn a_stage_that_does_not_exist_is_refused() {
    let mut recording = Recording::rolling(2, 100, 200);
    let deploy = json!({"service": "ui", "revision": "42", "pipeline": {"failsAt": "biuld"}});
    recording.intervene(json!({"atSeconds": 0, "deploy": deploy}));
    let problems = read_document(&recording.document).expect_err("no such stage");
    assert_eq!(problems[0].path, "interventions[0].deploy.pipeline.failsAt");
    assert_eq!(problems[0].nearest.as_deref(), Some("build"));
}
