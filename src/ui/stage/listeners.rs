//! The listeners with their rules: what is set, and what the users really get.

use crate::model::Ratio;
use crate::session::frame::{RuleView, rules};
use crate::ui::breakable::whole;
use crate::ui::words;
use std::rc::Rc;
use yew::prelude::*;

/// What a listener's card is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ListenerProps {
    /// Its rule.
    pub rule: Rc<RuleView>,
    /// The name of the way in.
    pub title: &'static str,
    /// The source revision's name.
    pub source: AttrValue,
    /// The target revision's name.
    pub target: Option<AttrValue>,
    /// The first target group's name.
    #[prop_or_default]
    pub group: Option<AttrValue>,
}

/// The production listener: two bars where there are weights, a plain forward under ROLLING.
#[component]
pub fn Production(props: &ListenerProps) -> Html {
    let rule = &props.rule;
    html! {
        <section class="listener production" data-anchor="production" aria-label="Production listener">
            <h3><button type="button" data-rule="production">{ props.title }</button></h3>
            if let Some(weights) = rule.weights {
                <ShareBar label="set" share={rule.set} />
                <ShareBar label="actual" share={rule.actual} />
                <p><b>{ rules::shares(rule.set) }</b></p>
                <p class="weights muted">{ format!("weights {}, {}", weights.source, weights.target) }</p>
            } else {
                <p>{ "forward → " }{ props.group.clone().unwrap_or_default() }</p>
                <p class="weights muted">{ "no weights to set" }</p>
                { for rule.measured.zip(props.target.as_ref()).map(|(measured, target)| {
                    html! { <p class="measured">{ rules::measured_in_words(measured, target) }</p> }
                }) }
            }
        </section>
    }
}

/// The test listener, dashed like all test traffic.
#[component]
pub fn TestListener(props: &ListenerProps) -> Html {
    let rule = &props.rule;
    let all = match (rule.set.0, &props.target) {
        // What is set reaches the testers over some seconds.
        (1_000_000, Some(target)) if rule.actual != rule.set => format!("moving to {target}"),
        (0, _) if rule.actual != rule.set => format!("moving to {}", props.source),
        (1_000_000, Some(target)) => format!("{target} · 100 %"),
        (0, _) => format!("{} · 100 %", props.source),
        _ => rules::shares(rule.set),
    };
    html! {
        <section class="listener test" data-anchor="test" aria-label="Test listener">
            <h3><button type="button" data-rule="test">{ props.title }</button></h3>
            <ShareBar label="" share={rule.actual} />
            <p>{ whole(&all) }</p>
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ShareBarProps {
    label: &'static str,
    share: Ratio,
}

/// A bar that the two revisions share: the source's part left, the target's right.
#[component]
fn ShareBar(props: &ShareBarProps) -> Html {
    let target = f64::from(props.share.0) / 10_000.0;
    html! {
        <div class="share">
            if !props.label.is_empty() {
                <span>{ props.label }</span>
            }
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img"
                aria-label={format!("target {}", words::percent(props.share))}>
                <rect class="source" width={(100.0 - target).to_string()} height="10" />
                <rect class="target" x={(100.0 - target).to_string()} width={target.to_string()} height="10" />
            </svg>
        </div>
    }
}
