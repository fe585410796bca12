//! The application round the service in view: the services that call each other, to choose one and to see where errors
//! travel; and the pipeline that led into the deployment.

use crate::model::{PipelineStage, SimTime, Span};
use crate::session::frame::{PipelineView, ServiceGlance};
use crate::ui::words;
use yew::prelude::*;

/// What the row is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ApplicationProps {
    /// The services, callers first; none where there is only one.
    pub services: Vec<ServiceGlance>,
    /// The one in view, by its place in the recording.
    pub chosen: usize,
    /// The pipeline of its deployment.
    pub pipeline: Option<PipelineView>,
    /// The instant that is shown, in whole seconds: a pipeline's clock.
    pub now: SimTime,
    /// Another service was chosen.
    pub choose: Callback<usize>,
}

/// The row; nothing where there is one service and no pipeline.
#[component]
pub fn Application(props: &ApplicationProps) -> Html {
    if props.services.is_empty() && props.pipeline.is_none() {
        return Html::default();
    }
    html! {
        <section class="application" aria-label="Application">
            if !props.services.is_empty() {
                <div class="services" role="radiogroup" aria-label="Service">
                    { for props.services.iter().enumerate().map(|(place, glance)| {
                        let deeper = place > 0 && props.services[place - 1].depth < glance.depth;
                        html! {
                            <>
                                if deeper {
                                    { hop(&props.services, glance.depth) }
                                }
                                { chip(props, glance) }
                            </>
                        }
                    }) }
                </div>
            }
            if let Some(pipeline) = &props.pipeline {
                { stages(pipeline, props.now) }
            }
        </section>
    }
}

/// The calls down to the services of a depth: a failure there travels back by them.
fn hop(services: &[ServiceGlance], depth: u32) -> Html {
    let fails = services.iter().any(|glance| glance.depth == depth && glance.failing.0 > 0);
    let class = classes!("hop", fails.then_some("fails"));
    let way = if fails { "M24 5H2m4-4-4 4 4 4M16 1.5l7 7m0-7-7 7" } else { "M0 5h22m-4-4 4 4-4 4" };
    html! { <svg {class} viewBox="0 0 24 10" aria-hidden="true"><path d={way} /></svg> }
}

/// A service: its name, what of it fails, and what is done to it.
fn chip(props: &ApplicationProps, glance: &ServiceGlance) -> Html {
    let service = glance.service;
    let name = |place: usize| {
        let found = props.services.iter().find(|other| other.service == place);
        found.map(|other| other.name.clone()).unwrap_or_default()
    };
    let fails = (glance.failing.0 > 0).then(|| format!("{} fail", words::percent(glance.failing)));
    let because_of = glance.because_of.map(|called| format!("because of {}", name(called)));
    html! {
        <label class="service" key={service}>
            <input type="radio" name="service" checked={service == props.chosen}
                onchange={props.choose.reform(move |_: Event| service)} />
            <span class="name">{ &glance.name }</span>
            if glance.deploying {
                { " " }<small>{ "deploying" }</small>
            }
            if let Some(fails) = fails {
                { " " }<small class="fails">{ fails }{ " " }<span class="said">{ because_of }</span></small>
            }
        </label>
    }
}

/// The pipeline's stages as chips, with a clock that counts down to the deployment.
fn stages(pipeline: &PipelineView, now: SimTime) -> Html {
    let until = pipeline.ended.since(now);
    let begins = pipeline.stages.first().map(|stage| stage.begins_before).unwrap_or_default();
    let item = |name: String, long: String, state: State| {
        html! {
            <li class={state.class()} title={long.clone()}>
                <span aria-hidden="true">{ name }</span>
                <span class="said">{ format!("{long}, {}", state.in_words()) }</span>
            </li>
        }
    };
    html! {
        <ol class="pipeline" aria-label={format!("Pipeline of {}", pipeline.revision)}>
            <li class="clock figures">{ format!("−{}", words::short(begins)) }</li>
            { for pipeline.stages.iter().map(|stage| {
                let (name, long) = titles(stage.stage);
                let state = match () {
                    () if until > stage.begins_before => State::Later,
                    () if until > Span(stage.begins_before.0 - stage.took.0) => State::Now,
                    () if stage.failed => State::Failed,
                    () => State::Done,
                };
                item(name.to_owned(), format!("{long}, {}", words::short(stage.took)), state)
            }) }
            if pipeline.deploys {
                { item("Update service".to_owned(), format!("Update service to {}", pipeline.revision),
                    if until.is_zero() { State::Done } else { State::Later }) }
            }
        </ol>
    }
}

/// How far a stage of a pipeline is.
#[derive(Clone, Copy)]
enum State {
    Later,
    Now,
    Done,
    Failed,
}

impl State {
    const fn class(self) -> &'static str {
        match self {
            State::Later => "later",
            State::Now => "now",
            State::Done => "done",
            State::Failed => "failed",
        }
    }

    const fn in_words(self) -> &'static str {
        match self {
            State::Later => "to come",
            State::Now => "under way",
            State::Done => "done",
            State::Failed => "failed",
        }
    }
}

/// What a stage is called on its chip, and in full.
const fn titles(stage: PipelineStage) -> (&'static str, &'static str) {
    match stage {
        PipelineStage::Source => ("Source", "Source"),
        PipelineStage::Build => ("Build", "Build and push image"),
        PipelineStage::Register => ("Register", "Register task definition"),
    }
}
