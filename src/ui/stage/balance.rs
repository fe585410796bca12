//! The balance bar of a rolling deployment: every task between a floor post and a ceiling post, and what they allow.

use crate::session::frame::BalanceBar;
use crate::ui::words;
use std::rc::Rc;
use yew::prelude::*;

const WIDTH: f64 = 224.0;

/// What the balance bar is given.
#[derive(Clone, PartialEq, Properties)]
pub struct BalanceProps {
    /// The bar.
    pub bar: Rc<BalanceBar>,
    /// The source revision's name.
    pub source: AttrValue,
    /// The target revision's name.
    pub target: Option<AttrValue>,
}

/// The bar with both posts.
#[component]
pub fn Balance(props: &BalanceProps) -> Html {
    let bar = &props.bar;
    let scale = f64::from(bar.scale.max(1));
    let at = |tasks: u32| f64::from(tasks) / scale * WIDTH;
    let target = props.target.clone().unwrap_or_default();
    let count = |tasks: u32| words::count(tasks.into());
    let segments = [
        ("source", bar.source_healthy, format!(" of {}", props.source)),
        ("target", bar.target_healthy, format!(" of {target}")),
        ("starting", bar.starting, " start".to_owned()),
        ("draining", bar.draining, " stop".to_owned()),
    ];
    let mut left = 0;
    let described = format!(
        "{} healthy on {}, {} healthy on {target}, {} starting, {} stopping",
        bar.source_healthy, props.source, bar.target_healthy, bar.starting, bar.draining
    );
    html! {
        <section class={classes!("balance", bar.stuck.then_some("stuck"))} aria-label="Balance"
            data-note="The floor is minimumHealthyPercent of desiredCount, rounded up; the ceiling maximumPercent, rounded down."
            data-source="Deploy Amazon ECS services by replacing tasks">
            <p class="upper">{ &bar.upper_text }</p>
            <svg viewBox="-3 0 230 34" role="img" aria-label={described}>
                { for segments.into_iter().filter(|(_, tasks, _)| *tasks > 0).map(|(kind, tasks, what)| {
                    let (x, width) = (at(left), at(tasks));
                    left += tasks;
                    let number = count(tasks);
                    let whole = format!("{number}{what}");
                    let fits = width > whole.chars().count() as f64 * 7.4;
                    let number_fits = width > number.len() as f64 * 8.0;
                    html! {
                        <g key={kind} class={kind}>
                            <rect x={(x + 0.5).to_string()} y="6" width={(width - 1.0).max(0.5).to_string()} height="22" />
                            if fits || number_fits {
                                <text x={(x + width / 2.0).to_string()} y="21.5" text-anchor="middle">
                                    { if fits { whole } else { number } }
                                </text>
                            }
                        </g>
                    }
                }) }
                <line class="post" x1={at(bar.lower_bound).to_string()} x2={at(bar.lower_bound).to_string()} y1="0" y2="34" />
                <line class="post" x1={at(bar.upper_bound).to_string()} x2={at(bar.upper_bound).to_string()} y1="0" y2="34" />
            </svg>
            <p>{ &bar.lower_text }</p>
            <p class="may">
                <span class={classes!((bar.may_stop > 0).then_some("open"))}>{ &bar.may_stop_text }</span>
                <span class={classes!((bar.may_start > 0).then_some("open"))}>{ &bar.may_start_text }</span>
            </p>
        </section>
    }
}
