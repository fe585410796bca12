//! Advice: limits and a mix in, the Pareto front out, as a chart and as a table whose rows open as runs.

use super::AdviceShown;
use crate::evidence::advise::Finding;
use crate::evidence::picture::{self, Point};
use crate::evidence::race::name_of;
use crate::evidence::report::{advice_rows, recommendation};
use crate::evidence::{Advice, Base, Candidate, Mix, Recipe, Release};
use crate::ui::shared::Shared;
use crate::ui::take_away::download;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What advice is given.
#[derive(Clone, PartialEq, Properties)]
pub struct AdviceViewProps {
    /// What is known so far.
    pub shown: Option<Shared<AdviceShown>>,
    /// The recording in question.
    pub base: Shared<Base>,
    /// Advice is wanted.
    pub ask: Callback<Advice>,
    /// A configuration is to be opened as a run.
    pub open: Callback<Recipe>,
}

/// The chart's points.
pub fn points(shown: &AdviceShown) -> Vec<Point> {
    let on_front = shown.advice.front(&shown.found.reported);
    let point = |(place, candidate, finding): (usize, &Candidate, &Finding)| {
        let strategy = name_of(candidate.recipe.strategy);
        Some(Point {
            name: format!("{} {strategy}", place + 1),
            x: finding.deploy?.mean,
            y: (finding.failed.mean, finding.failed.low, finding.failed.high),
            on_front: on_front.contains(&place),
        })
    };
    shown.found.rows().filter_map(point).collect()
}

/// The advice.
#[component]
pub fn AdviceView(props: &AdviceViewProps) -> Html {
    html! {
        <>
            <AdviceForm ask={props.ask.clone()} />
            { for props.shown.as_ref().map(|shown| result(props, shown)) }
        </>
    }
}

fn result(props: &AdviceViewProps, shown: &Shared<AdviceShown>) -> Html {
    let (advice, found) = (&shown.advice, &shown.found);
    if found.reported.is_empty() {
        return html! { <p class="muted">{ "The recommendation stands here once both rounds are over: one that chooses, one on other seeds that is reported." }</p> };
    }
    let rows = advice_rows(advice, found);
    let acts = |candidate: &Candidate| {
        let (open, recipe) = (candidate.recipe.clone(), candidate.recipe.clone());
        let base = props.base.clone();
        let export = Callback::from(move |_: MouseEvent| {
            if let Ok(document) = base.document(&recipe) {
                download("recording.json", "application/json", &format!("{document:#}"));
            }
        });
        let name = candidate.text();
        html! {
            <td>
                <button type="button" class="button" aria-label={format!("Open {name}")}
                    onclick={props.open.reform(move |_: MouseEvent| open.clone())}>{ "Open" }</button>
                <button type="button" class="button" aria-label={format!("Save {name}")} onclick={export}>{ "Save" }</button>
            </td>
        }
    };
    let best = found.recommended(advice);
    html! {
        <>
            <h3>{ "Recommendation" }</h3>
            <p class="recommended">{ recommendation(advice, found) }</p>
            <p class="muted">{ advice.method(found) }</p>
            <div class="wide" tabindex="0" role="region" aria-label="Pareto front">
                <div class="front">{ Html::from_html_unchecked(picture::front(&points(shown)).into()) }</div>
            </div>
            <div class="wide" tabindex="0" role="region" aria-label="Configurations">
                <table class="configurations">
                    <thead><tr>
                        { for rows[0].iter().map(|cell| html! { <th scope="col">{ cell }</th> }) }
                        <th scope="col">{ "Run" }</th>
                    </tr></thead>
                    <tbody>
                        { for rows.iter().skip(1).zip(found.rows()).map(|(row, (place, candidate, _))| html! {
                            <tr key={place} class={classes!((best == Some(place)).then_some("recommended"))}>
                                { for row.iter().map(|cell| html! { <td>{ cell }</td> }) }
                                { acts(candidate) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct AdviceFormProps {
    ask: Callback<Advice>,
}

/// How a field changes the advice that is asked for.
type Change = fn(&mut Advice, Option<f64>);

/// Limits, the mix, and how much is simulated.
#[component]
fn AdviceForm(props: &AdviceFormProps) -> Html {
    let advice = use_state(Advice::default);
    let field = |label: &'static str, value: Option<f64>, change: Change| {
        let now = advice.clone();
        let onchange = Callback::from(move |event: Event| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            let mut changed: Advice = (*now).clone();
            change(&mut changed, text.trim().parse::<f64>().ok().filter(|number| *number >= 0.0));
            now.set(changed);
        });
        let value = value.map(|it| it.to_string()).unwrap_or_default();
        html! { <label>{ label }<input type="number" min="0" step="any" placeholder="no limit" {value} {onchange} /></label> }
    };
    let weight = |release: Release| {
        let now = advice.clone();
        let onchange = Callback::from(move |event: Event| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            let mut changed: Advice = (*now).clone();
            changed.mix = with_weight(&changed.mix, release, text.trim().parse().unwrap_or(0));
            now.set(changed);
        });
        let value = advice.mix.0.iter().find(|(it, _)| *it == release).map_or(0, |(_, weight)| *weight);
        html! {
            <label key={release.key()} title={release.what()}>{ release.name() }
                <input type="number" min="0" step="1" value={value.to_string()} {onchange} />
            </label>
        }
    };
    let submit = {
        let now = (*advice).clone();
        props.ask.reform(move |event: SubmitEvent| {
            event.prevent_default();
            now.clone()
        })
    };
    let limits = advice.limits;
    html! {
        <form aria-label="Advice to ask for" onsubmit={submit}>
            <fieldset class="row">
                <legend>{ "Limits, each if given" }</legend>
                { field("Failed requests, at most", limits.failed_requests, |advice, value| advice.limits.failed_requests = value) }
                { field("Extra tasks, % of desiredCount, at most", limits.extra_percent, |advice, value| advice.limits.extra_percent = value) }
                { field("Rolled back within, s", limits.roll_back_seconds, |advice, value| advice.limits.roll_back_seconds = value) }
            </fieldset>
            <fieldset class="row">
                <legend>{ "Releases, by weight: how often each kind comes" }</legend>
                { for Release::ALL.iter().skip(1).map(|release| weight(*release)) }
            </fieldset>
            <div class="row">
                { field("Seeds for each release", Some(f64::from(advice.seeds)), |advice, value| {
                    advice.seeds = value.map_or(advice.seeds, |it| (it as u32).clamp(2, 200));
                }) }
                { field("First seed", Some(advice.seed as f64), |advice, value| {
                    advice.seed = value.map_or(advice.seed, |it| it as u64);
                }) }
                <button type="submit" class="button strong" disabled={advice.mix.0.is_empty()}>{ "Find the best" }</button>
            </div>
        </form>
    }
}

/// The mix with another weight for a release; a release that weighs nothing is not in it.
fn with_weight(mix: &Mix, release: Release, weight: u32) -> Mix {
    let of = |it: Release| mix.0.iter().find(|(other, _)| *other == it).map_or(0, |(_, weight)| *weight);
    let all = Release::ALL.iter().map(|it| (*it, if *it == release { weight } else { of(*it) }));
    Mix(all.filter(|(_, weight)| *weight > 0).collect())
}
