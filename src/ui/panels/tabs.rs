//! The strategy tabs, which are the scoreboard: the present release as each of the four would have it.

use crate::model::{ServiceDeploymentStatus, Span, StrategyName};
use crate::session::Outcome;
use crate::ui::shared::Shared;
use crate::ui::words;
use yew::prelude::*;

/// What the tabs are given.
#[derive(Clone, PartialEq, Properties)]
pub struct TabsProps {
    /// The four strategies, in the tabs' order.
    pub standings: Shared<Vec<Standing>>,
    /// The one in view.
    pub chosen: StrategyName,
    /// Whether no other can be chosen.
    #[prop_or_default]
    pub locked: bool,
    /// Another was chosen.
    pub choose: Callback<StrategyName>,
}

/// What a tab says of its strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Which strategy.
    pub strategy: StrategyName,
    /// What the release comes to; `None` where it is not known (yet).
    pub outcome: Option<Outcome>,
    /// Whether the curtain hides it.
    pub veiled: bool,
    /// Why the service cannot be deployed so.
    pub problem: Option<String>,
}

/// Four radio buttons that look like cards.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    html! {
        <div class="tabs" role="radiogroup" aria-label="Strategy">
            { for props.standings.iter().map(|standing| html! {
                <Tab key={standing.strategy.api_name()} standing={standing.clone()}
                    chosen={standing.strategy == props.chosen} locked={props.locked} choose={props.choose.clone()} />
            }) }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct TabProps {
    standing: Standing,
    chosen: bool,
    locked: bool,
    choose: Callback<StrategyName>,
}

#[component]
fn Tab(props: &TabProps) -> Html {
    let strategy = props.standing.strategy;
    let id = strategy.api_name();
    html! {
        <label class="tab">
            <input type="radio" name="strategy" checked={props.chosen} disabled={props.locked && !props.chosen} aria-labelledby={format!("{id}-name")}
                aria-describedby={format!("{id}-outcome {id}-scores")}
                onchange={props.choose.reform(move |_: Event| strategy)} />
            <span>
                <span class="name" id={format!("{id}-name")}>{ name(strategy) }</span>
                <span class="outcome" id={format!("{id}-outcome")}>{ ended(&props.standing) }</span>
            </span>
            <span class="scores" id={format!("{id}-scores")}>
                { for props.standing.outcome.as_ref().filter(|_| !props.standing.veiled).map(scores) }
            </span>
        </label>
    }
}

/// Failed requests, peak and the way back, each on its common scale.
fn scores(outcome: &Outcome) -> Html {
    let undo = outcome.undo.map_or_else(|| "–".to_owned(), words::short);
    html! {
        <>
            <Score value={words::brief(outcome.failed_requests)} unit="failed" share={outcome.failed_share}
                bad={outcome.failed_requests > 0} means="requests that fail in the whole run" />
            <Score value={words::brief(u64::from(outcome.peak_tasks))} unit="peak" share={outcome.peak_share} bad={false}
                means="the most tasks there are at one time" />
            <Score value={undo} unit="way back" share={outcome.undo_share} bad={false}
                means="from going back until no user meets the target: as it happens here, else asked for at the last moment" />
        </>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ScoreProps {
    value: String,
    unit: &'static str,
    share: f64,
    bad: bool,
    means: &'static str,
}

/// A figure with its bar on the scale that is common to the four strategies.
#[component]
fn Score(props: &ScoreProps) -> Html {
    html! {
        <span class="score" title={props.means}>
            <b class="figures">{ &props.value }</b>
            { " " }
            <small>{ props.unit }</small>
            <svg class={classes!("bar", props.bad.then_some("bad"))} viewBox="0 0 100 6" preserveAspectRatio="none"
                aria-hidden="true">
                <rect width={(props.share.clamp(0.0, 1.0) * 100.0).to_string()} height="6" />
            </svg>
        </span>
    }
}

/// A strategy's name on screen.
pub fn name(strategy: StrategyName) -> &'static str {
    match strategy {
        StrategyName::Rolling => "Rolling",
        StrategyName::BlueGreen => "Blue/green",
        StrategyName::Canary => "Canary",
        StrategyName::Linear => "Linear",
    }
}

fn ended(standing: &Standing) -> String {
    use ServiceDeploymentStatus::*;
    if standing.problem.is_some() {
        return "not possible".to_owned();
    }
    if standing.veiled {
        return "what will it be?".to_owned();
    }
    let Some(outcome) = &standing.outcome else { return "…".to_owned() };
    let how = match outcome.status {
        None => return "no deployment".to_owned(),
        Some(Successful) => "done",
        Some(RollbackSuccessful) => "rollback",
        Some(RollbackFailed) => "failed",
        Some(Stopped) => "stopped",
        Some(_) => return "never ends".to_owned(),
    };
    match outcome.ended {
        Some(at) => format!("{how} {}", words::short(Span(at.0))),
        None => how.to_owned(),
    }
}
