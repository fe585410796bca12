//! The scoreboard: every figure of every lane, heat by heat; the best of a heat is bold.

use super::{LaneShown, RaceShown};
use crate::evidence::race::name_of;
use crate::evidence::{Figure, Scoreboard};
use crate::model::ServiceDeploymentStatus;
use crate::ui::shared::Shared;
use yew::prelude::*;

/// What the scoreboard is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ScoreboardViewProps {
    /// The race as far as it was run.
    pub race: Shared<RaceShown>,
    /// Whether lanes are still being run.
    pub working: bool,
}

/// The scoreboard. It stays while the clock runs.
#[component]
pub fn ScoreboardView(props: &ScoreboardViewProps) -> Html {
    let race = &props.race;
    let waits = if props.working { "…" } else { "–" };
    let is_named = race.heats.iter().all(|name| !name.is_empty());
    let name = |shown: &LaneShown| {
        if is_named { name_of(shown.lane.recipe.strategy).to_owned() } else { shown.lane.name.clone() }
    };
    let row = |figure: &Figure| {
        let best: Vec<Option<f64>> = (0..race.heats.len()).map(|heat| best(race, heat, *figure)).collect();
        html! {
            <tr key={figure.key()}>
                <th scope="row" title={figure.what()}>{ figure.title() }</th>
                { for race.lanes.iter().map(|shown| match &shown.came {
                    Some(Ok(board)) => {
                        let value = figure.of(board);
                        let is_best = value.is_some() && value == best[shown.lane.heat];
                        html! { <td class={classes!(is_best.then_some("best"))}>{ figure.text_of(board) }</td> }
                    }
                    Some(Err(_)) => html! { <td>{ "refused" }</td> },
                    None => html! { <td>{ waits }</td> },
                }) }
            </tr>
        }
    };
    html! {
        <div class="wide" tabindex="0" role="region" aria-label="Scoreboard">
            <table class="board">
                <thead>
                    if is_named {
                        <tr>
                            <td />
                            { for race.heats.iter().enumerate().map(|(heat, name)| html! {
                                <th key={heat} scope="colgroup" colspan={race.heat(heat).count().to_string()}>{ name }</th>
                            }) }
                        </tr>
                    }
                    <tr>
                        <th scope="col">{ "Figure" }</th>
                        { for race.lanes.iter().enumerate().map(|(place, shown)| html! { <th key={place} scope="col">{ name(shown) }</th> }) }
                    </tr>
                </thead>
                <tbody>
                    <tr><th scope="row">{ "Ends" }</th>{ for race.lanes.iter().map(|shown| html! { <td>{ end(shown, waits) }</td> }) }</tr>
                    { for Figure::ALL.iter().map(row) }
                </tbody>
            </table>
        </div>
    }
}

/// The best value of a heat; where all are alike none is the best.
fn best(race: &RaceShown, heat: usize, figure: Figure) -> Option<f64> {
    let values = || race.heat(heat).filter_map(|shown| figure.of(shown.came.as_ref()?.as_ref().ok()?));
    let (least, most) = (values().reduce(f64::min), values().reduce(f64::max));
    if least == most {
        return None;
    }
    if figure.is_better_high() { most } else { least }
}

fn end(shown: &LaneShown, waits: &str) -> String {
    match &shown.came {
        Some(Ok(board)) => ending(board),
        Some(Err(_)) => "refused".to_owned(),
        None => waits.to_owned(),
    }
}

/// The API's status and what noticed.
pub fn ending(board: &Scoreboard) -> String {
    let status = board.status.map_or("no deployment", ServiceDeploymentStatus::api_name);
    match &board.detected_by {
        Some(by) => format!("{status}, by {by}"),
        None => status.to_owned(),
    }
}
