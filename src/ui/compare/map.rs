//! The map: two parameters against a figure, growing while one watches; each cell opens as a run.

use super::race::release_menu;
use super::{MapAsked, MapShown};
use crate::evidence::map::{Influence, influence};
use crate::evidence::race::name_of;
use crate::evidence::report::Report;
use crate::evidence::swing::{Swing, ranked};
use crate::evidence::{Figure, Measured, Recipe, Release, picture};
use crate::model::StrategyName;
use crate::session::Parameter;
use crate::ui::shared::Shared;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What the map is given.
#[derive(Clone, PartialEq, Properties)]
pub struct MapViewProps {
    /// The parameters that can be moved.
    pub parameters: Rc<Vec<Parameter>>,
    /// What was asked last.
    pub asked: MapAsked,
    /// The map as far as it is known.
    pub shown: Option<Shared<MapShown>>,
    /// The figure it shows.
    pub figure: Figure,
    /// The cell that is looked at.
    pub cell: usize,
    /// Why the last one could not be drawn.
    pub problem: Option<String>,
    /// A map is to be drawn.
    pub draw: Callback<MapAsked>,
    /// Another strategy is to be mapped.
    pub turn: Callback<StrategyName>,
    /// Another figure was chosen.
    pub choose: Callback<Figure>,
    /// Another cell is looked at.
    pub look: Callback<usize>,
    /// A cell is to be opened as a run.
    pub open: Callback<Recipe>,
}

/// The most parameters that are named beside the map.
const MOST_SWINGS: usize = 4;
/// How fine a map may be.
const FINENESS: [usize; 4] = [10, 20, 30, 40];

/// The map.
#[component]
pub fn MapView(props: &MapViewProps) -> Html {
    let field = use_node_ref();
    let choose =
        props.choose.reform(|event: Event| Figure::named(&chosen(&event)).unwrap_or(Figure::FailedRequests));
    html! {
        <>
            <MapForm key={props.asked.strategy.api_name()} parameters={props.parameters.clone()} asked={props.asked.clone()} draw={props.draw.clone()} turn={props.turn.clone()} />
            <div class="row">
                <label>{ "Figure" }
                    <select aria-label="Figure" onchange={choose}>
                        { for Figure::ALL.iter().map(|figure| html! {
                            <option key={figure.key()} value={figure.key()} selected={*figure == props.figure}>{ figure.title() }</option>
                        }) }
                    </select>
                </label>
                <span class="muted">{ props.figure.what() }</span>
            </div>
            { for props.problem.as_ref().map(|why| html! { <p role="alert" class="problems">{ why }</p> }) }
            { for props.shown.as_ref().map(|shown| drawn(props, shown, &field)) }
        </>
    }
}

fn drawn(props: &MapViewProps, shown: &Shared<MapShown>, field: &NodeRef) -> Html {
    let (map, figure, cell) = (&shown.map, props.figure, props.cell);
    let (columns, rows) = (map.x.values.len(), map.y.values.len());
    let recipes = map.recipes();
    let mut text = map.text(cell, figure, shown.cells.get(cell).and_then(Option::as_ref));
    if cell == shown.here {
        text.push_str(". Nearest to the recording as it is.");
    }
    let onkeydown = {
        let (look, open, recipe) = (props.look.clone(), props.open.clone(), recipes.get(cell).cloned());
        Callback::from(move |event: KeyboardEvent| {
            let (x, y) = (cell % columns, cell / columns);
            let (x, y) = match event.key().as_str() {
                "ArrowRight" => ((x + 1).min(columns - 1), y),
                "ArrowLeft" => (x.saturating_sub(1), y),
                "ArrowUp" => (x, (y + 1).min(rows - 1)),
                "ArrowDown" => (x, y.saturating_sub(1)),
                "Home" => (0, y),
                "End" => (columns - 1, y),
                "Enter" => {
                    // Closing gives the focus back to a button, which the rest of this key press would press.
                    event.prevent_default();
                    recipe.iter().cloned().for_each(|recipe| open.emit(recipe));
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            look.emit(y * columns + x);
        })
    };
    let element = field.clone();
    let onclick = props.look.reform(move |event: MouseEvent| {
        element.cast::<web_sys::Element>().map_or(0, |element| {
            let field = element.get_bounding_client_rect();
            let part = |at: i32, begin: f64, size: f64, count: usize| {
                (((f64::from(at) - begin) / size.max(1.0) * count as f64) as usize).min(count - 1)
            };
            let x = part(event.client_x(), field.left(), field.width(), columns);
            let y = part(event.client_y(), field.top(), field.height(), rows);
            (rows - 1 - y) * columns + x
        })
    });
    let open =
        recipes.get(cell).cloned().map(|recipe| props.open.reform(move |_: MouseEvent| recipe.clone()));
    let body = picture::heat(map, figure, &shown.cells);
    let (x, y) = map.place(cell);
    let (wide, high) = (1000.0 / columns as f64, 1000.0 / rows as f64);
    let svg = format!(
        "<svg class=\"evidence\" viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{body}\
         <rect class=\"cursor\" x=\"{:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\"/></svg>",
        x as f64 * wide,
        1000.0 - (y as f64 + 1.0) * high
    );
    let last = (columns - 1, rows - 1);
    html! {
        <div class="map">
            <div class="plot">
                <span class="end">{ map.y.text(last.1) }</span>
                <b class="y">{ &map.y.parameter }</b>
                <span class="start">{ map.y.text(0) }</span>
                <div ref={field.clone()} class={classes!("field", picture::hurts(figure).then_some("hurts"))} tabindex="0" role="application"
                    aria-roledescription="map" aria-label={format!("Map of {}", figure.title().to_lowercase())} aria-describedby="cell"
                    {onkeydown} {onclick}>
                    { Html::from_html_unchecked(svg.into()) }
                </div>
                <span class="left">{ map.x.text(0) }</span>
                <b class="x">{ &map.x.parameter }</b>
                <span class="right">{ map.x.text(last.0) }</span>
            </div>
            <div class="beside">
                { scale(figure, &shown.cells) }
                <output id="cell">{ text }</output>
                { for open.map(|open| html! { <button type="button" class="button" onclick={open}>{ "Open this cell" }</button> }) }
                <p class="muted">{ "Arrow keys go from cell to cell, Enter opens one. A ring: not reached, or refused." }</p>
                <h3>{ "What matters here" }</h3>
                <p>{ explained(shown, figure).map_or_else(|| "Known once every cell has a value, and not all have the same.".to_owned(),
                    |it| it.text(&map.x.parameter, &map.y.parameter)) }</p>
                <h3>{ "Which parameter matters most" }</h3>
                { swings(shown, figure) }
            </div>
            <Table shown={shown.clone()} {figure} />
        </div>
    }
}

/// The scale, with what its ends stand for.
fn scale(figure: Figure, cells: &[Option<Measured>]) -> Html {
    let Some((least, most)) = picture::range(figure, cells) else { return Html::default() };
    html! {
        <p class={classes!("scale", picture::hurts(figure).then_some("hurts"))}>
            <span class="figures">{ figure.said(least) }</span>
            <svg class="evidence" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                { for (0..10).map(|part| html! {
                    <rect class="cell" x={(part * 10).to_string()} width="10" height="10" fill-opacity={format!("{:.2}", 0.06 + 0.94 * f64::from(part) / 9.0)} />
                }) }
            </svg>
            <span class="figures">{ figure.said(most) }</span>
        </p>
    }
}

fn explained(shown: &MapShown, figure: Figure) -> Option<Influence> {
    let value = |cell: &Option<Measured>| figure.of(cell.as_ref()?.as_ref().ok()?);
    influence(shown.map.x.values.len(), &shown.cells.iter().map(value).collect::<Vec<_>>())
}

fn known_swings(shown: &MapShown, figure: Figure) -> Vec<Swing> {
    let known: Option<Vec<Measured>> = shown.swings.iter().cloned().collect();
    known
        .filter(|known| !known.is_empty())
        .map(|known| ranked(&shown.levers, &known, figure))
        .unwrap_or_default()
}

fn swings(shown: &MapShown, figure: Figure) -> Html {
    let swings = known_swings(shown, figure);
    if swings.is_empty() {
        return html! { <p class="muted">{ "Each parameter is moved alone over the range of its slider, once the map is drawn." }</p> };
    }
    let list = |title: &'static str, is_configured: bool| {
        let mine =
            || swings.iter().filter(|swing| swing.lever.is_configured == is_configured).take(MOST_SWINGS);
        let widest = mine().map(Swing::width).fold(0.0, f64::max);
        html! {
            if mine().next().is_some() {
                <h4>{ title }</h4>
                <ol class={classes!("told", "swings", picture::hurts(figure).then_some("hurts"))}>
                    { for mine().map(|swing| html! {
                        <li>
                            { swing.text(figure) }
                            <svg class="evidence" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                                <rect class="cell" width={format!("{:.1}", swing.width() / widest.max(f64::MIN_POSITIVE) * 100.0)} height="4" />
                            </svg>
                        </li>
                    }) }
                </ol>
            }
        }
    };
    html! {
        <>
            <p class="muted">{ "Each moved alone over the range of its slider, in five places; by how far the figure moves." }</p>
            { list("Of what is configured", true) }
            { list("Of what is given: software, traffic, AWS's own times", false) }
        </>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct TableProps {
    shown: Shared<MapShown>,
    figure: Figure,
}

/// The same as text; made only where somebody opens it.
#[component]
fn Table(props: &TableProps) -> Html {
    let open = use_state(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let (map, figure) = (&props.shown.map, props.figure);
    let value = |cell: usize| match props.shown.cells.get(cell).and_then(Option::as_ref) {
        Some(Ok(board)) => figure.text_of(board),
        Some(Err(_)) => "refused".to_owned(),
        None => "…".to_owned(),
    };
    let columns = map.x.values.len();
    html! {
        <div class="as-text">
            <button type="button" class="button" onclick={toggle} aria-expanded={open.to_string()}>{ "The map as a table" }</button>
            if *open {
                <div class="wide" tabindex="0" role="region" aria-label="The map as a table">
                    <table>
                        <thead><tr>
                            <th scope="col">{ format!("{} \\ {}", map.y.parameter, map.x.parameter) }</th>
                            { for (0..columns).map(|x| html! { <th scope="col">{ map.x.text(x) }</th> }) }
                        </tr></thead>
                        <tbody>
                            { for (0..map.y.values.len()).rev().map(|y| html! {
                                <tr><th scope="row">{ map.y.text(y) }</th>{ for (0..columns).map(|x| html! { <td>{ value(y * columns + x) }</td> }) }</tr>
                            }) }
                        </tbody>
                    </table>
                </div>
            }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct MapFormProps {
    parameters: Rc<Vec<Parameter>>,
    asked: MapAsked,
    draw: Callback<MapAsked>,
    turn: Callback<StrategyName>,
}

/// Which map.
#[component]
fn MapForm(props: &MapFormProps) -> Html {
    let asked = use_state(|| props.asked.clone());
    let change = |change: fn(&mut MapAsked, &str, &[Parameter])| {
        let (asked, parameters) = (asked.clone(), props.parameters.clone());
        Callback::from(move |event: Event| {
            let mut now: MapAsked = (*asked).clone();
            change(&mut now, &chosen(&event), &parameters);
            asked.set(now);
        })
    };
    let submit = {
        let (draw, asked) = (props.draw.clone(), (*asked).clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            draw.emit(asked.clone());
        })
    };
    let axis = |place: usize, title: &'static str| {
        let (name, from, to) = &asked.axes[place];
        let set_name: fn(&mut MapAsked, &str, &[Parameter]) = match place {
            0 => |asked, name, all| set_axis(asked, 0, name, all),
            _ => |asked, name, all| set_axis(asked, 1, name, all),
        };
        let set_from: fn(&mut MapAsked, &str, &[Parameter]) = match place {
            0 => |asked, text, _| asked.axes[0].1 = text.parse().unwrap_or(asked.axes[0].1),
            _ => |asked, text, _| asked.axes[1].1 = text.parse().unwrap_or(asked.axes[1].1),
        };
        let set_to: fn(&mut MapAsked, &str, &[Parameter]) = match place {
            0 => |asked, text, _| asked.axes[0].2 = text.parse().unwrap_or(asked.axes[0].2),
            _ => |asked, text, _| asked.axes[1].2 = text.parse().unwrap_or(asked.axes[1].2),
        };
        html! {
            <span class="axis">
                <label>{ title }
                    <select aria-label={title} onchange={change(set_name)}>
                        { for props.parameters.iter().map(|parameter| html! {
                            <option key={parameter.name} value={parameter.name} selected={parameter.name == name}>{ parameter.name }</option>
                        }) }
                    </select>
                </label>
                <input type="number" step="any" aria-label={format!("{title}, from")} value={from.to_string()} onchange={change(set_from)} />
                { "to" }
                <input type="number" step="any" aria-label={format!("{title}, to")} value={to.to_string()} onchange={change(set_to)} />
            </span>
        }
    };
    html! {
        <form class="row" aria-label="Map to draw" onsubmit={submit}>
            <label>{ "Strategy" }
                <select aria-label="Strategy of the map" onchange={props.turn.reform(|event: Event| {
                    StrategyName::from_api_name(&chosen(&event)).unwrap_or(StrategyName::Rolling)
                })}>
                    { for StrategyName::ALL.map(|strategy| html! {
                        <option key={strategy.api_name()} value={strategy.api_name()} selected={strategy == asked.strategy}>{ name_of(strategy) }</option>
                    }) }
                </select>
            </label>
            <label>{ "Release" }{ release_menu("Release", asked.release, change(|asked, name, _| {
                asked.release = Release::named(name).unwrap_or(asked.release);
            })) }</label>
            { axis(0, "Left to right") }
            { axis(1, "Bottom to top") }
            <label>{ "Cells" }
                <select aria-label="Cells" onchange={change(|asked, text, _| asked.cells = text.parse().unwrap_or(asked.cells))}>
                    { for FINENESS.map(|cells| html! {
                        <option key={cells} value={cells.to_string()} selected={cells == asked.cells}>{ format!("{cells} × {cells}") }</option>
                    }) }
                </select>
            </label>
            <button type="submit" class="button strong">{ "Draw the map" }</button>
        </form>
    }
}

fn set_axis(asked: &mut MapAsked, place: usize, name: &str, all: &[Parameter]) {
    if let Some(parameter) = all.iter().find(|it| it.name == name) {
        asked.axes[place] = (name.to_owned(), parameter.slider.0, parameter.slider.1);
    }
}

/// What was chosen in a menu, or stands in a field.
fn chosen(event: &Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    match target.dyn_into::<HtmlSelectElement>() {
        Ok(menu) => menu.value(),
        Err(target) => target.unchecked_into::<HtmlInputElement>().value(),
    }
}

/// The map in a report.
pub fn report(report: &mut Report, shown: &MapShown, figure: Figure) {
    let map = &shown.map;
    report.heading(&format!("{} by {} and {}", figure.title(), map.x.parameter, map.y.parameter));
    report.text(&format!(
        "{}, {}, {} × {} runs.",
        name_of(map.recipe.strategy),
        map.recipe.release.name().to_lowercase(),
        map.x.values.len(),
        map.y.values.len()
    ));
    let legend = picture::range(figure, &shown.cells).map(|(least, most)| {
        format!("The darker the more: from {} to {}.", figure.said(least), figure.said(most))
    });
    report.picture("map", picture::map(map, figure, &shown.cells), &legend.unwrap_or_default());
    if let Some(explained) = explained(shown, figure) {
        report.text(&explained.text(&map.x.parameter, &map.y.parameter));
    }
    let swings = known_swings(shown, figure);
    for (title, is_configured) in
        [("What matters most of what is configured:", true), ("And of what is given:", false)]
    {
        let mine = swings.iter().filter(|swing| swing.lever.is_configured == is_configured);
        let told: Vec<String> = mine.take(MOST_SWINGS).map(|swing| swing.text(figure)).collect();
        if !told.is_empty() {
            report.text(title);
            report.list(told);
        }
    }
}
