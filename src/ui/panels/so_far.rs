//! The result so far: what the deployment has cost up to the playhead; and once it is over, what it came to.

use crate::model::Ratio;
use crate::session::ResultLine;
use crate::session::frame::SoFar;
use crate::ui::breakable::breakable;
use crate::ui::shared::Shared;
use crate::ui::words;
use yew::prelude::*;

/// What the tiles are given.
#[derive(Clone, PartialEq, Properties)]
pub struct SoFarProps {
    /// The numbers.
    pub so_far: SoFar,
}

/// Four numbers.
#[component]
pub fn SoFarTiles(props: &SoFarProps) -> Html {
    let numbers = &props.so_far;
    let share = |part: u32| {
        let whole = u64::from(numbers.users.max(1));
        words::percent(Ratio((u64::from(part) * 1_000_000 / whole) as u32))
    };
    let tile = |value: String, unit: String, bad: bool, note: &'static str| {
        html! {
            <div class="tile" key={unit.clone()} data-note={note}>
                <b class={classes!("figures", bad.then_some("failed"))}>{ value }</b>
                <span>{ unit }</span>
            </div>
        }
    };
    html! {
        <div class="tiles">
            { tile(words::count(numbers.failed), "failed requests".to_owned(), numbers.failed > 0,
                "Production requests that were answered with an error or not in time, counted in this run.") }
            { tile(share(numbers.users_exposed), "users exposed".to_owned(), false,
                "Users who met the target revision at least once, by weights and stickiness.") }
            { tile(words::count(u64::from(numbers.tasks)), format!("tasks, desired {}", words::count(u64::from(numbers.desired))), false,
                "Tasks from PROVISIONING to DEPROVISIONING, of both revisions.") }
            { tile(share(numbers.users_hurt), "users hurt".to_owned(), numbers.users_hurt > 0,
                "Users who met a failure at least once.") }
        </div>
    }
}

/// What the list is given.
#[derive(Clone, PartialEq, Properties)]
pub struct CameToProps {
    /// Its lines; none while the deployment is under way.
    pub lines: Shared<Vec<ResultLine>>,
}

/// What the deployment came to.
#[component]
pub fn CameTo(props: &CameToProps) -> Html {
    if props.lines.is_empty() {
        return Html::default();
    }
    html! {
        <dl class="came-to">
            { for props.lines.iter().map(|line| html! {
                <div key={line.what} data-note={line.note}>
                    <dt>{ line.what }</dt>
                    <dd>{ breakable(&line.came_to, 20) }</dd>
                </div>
            }) }
        </dl>
    }
}
