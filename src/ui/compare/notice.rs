//! Who notices: every kind of bad release by every strategy, in one table.

use crate::evidence::notice::blind_spots;
use crate::evidence::race::name_of;
use crate::evidence::{Catcher, Notice, Recipe, Release};
use crate::model::StrategyName;
use crate::ui::shared::Shared;
use yew::prelude::*;

/// What the table is given.
#[derive(Clone, PartialEq, Properties)]
pub struct NoticeViewProps {
    /// What is known so far.
    pub notices: Shared<Vec<Option<Notice>>>,
    /// The table is to be made.
    pub ask: Callback<()>,
    /// A case is to be opened as a run.
    pub open: Callback<Recipe>,
}

/// The table.
#[component]
pub fn NoticeView(props: &NoticeViewProps) -> Html {
    let known: Vec<Notice> = props.notices.iter().flatten().cloned().collect();
    let cell = |release: Release, strategy: StrategyName| {
        let Some(notice) = known.iter().find(|it| it.release == release && it.strategy == strategy) else {
            return html! { <td class="muted">{ if props.notices.is_empty() { "" } else { "…" } }</td> };
        };
        let recipe = Recipe::plain(strategy).releasing(release);
        let onclick = props.open.reform(move |_: MouseEvent| recipe.clone());
        let missed = notice.by == Catcher::Nobody;
        let when = match notice.after {
            Some(after) => format!("after {after}"),
            None => "by the end of the run".to_owned(),
        };
        html! {
            <td class={classes!(missed.then_some("missed"))}>
                <button type="button" class="quiet" {onclick} title="Open this run">
                    <b>{ notice.by.to_string() }</b>
                    <span>{ when }</span>
                    <span>{ notice.failures() }</span>
                </button>
            </td>
        }
    };
    html! {
        <>
            <p>
                { "Each kind of bad release, deployed by this configuration: what catches it, how long after the deployment began, and what had failed \
                   by then. A release that nobody catches is watched for 75 minutes." }
            </p>
            <button type="button" class="button strong" onclick={props.ask.reform(|_: MouseEvent| ())}>{ "Ask who notices" }</button>
            <div class="wide" tabindex="0" role="region" aria-label="Who notices">
                <table class="notices">
                    <thead><tr>
                        <th scope="col">{ "Bad release" }</th>
                        { for StrategyName::ALL.map(|strategy| html! { <th scope="col">{ name_of(strategy) }</th> }) }
                    </tr></thead>
                    <tbody>
                        { for Release::BAD.map(|release| html! {
                            <tr key={release.key()}>
                                <th scope="row">{ release.name() }<span class="muted">{ release.what() }</span></th>
                                { for StrategyName::ALL.map(|strategy| cell(release, strategy)) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
            { for blind_spots(&known).map(|text| html! { <p class="told">{ text }</p> }) }
        </>
    }
}
