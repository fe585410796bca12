//! Browser windows: the pages that people get, in their shares.

use crate::session::frame::pages::{in_words, readable_on, shortened};
use crate::session::frame::{BrowserWindow, Role};
use std::rc::Rc;
use yew::prelude::*;

/// What a browser window is given.
#[derive(Clone, PartialEq, Properties)]
pub struct BrowserProps {
    /// Whose it is.
    pub title: AttrValue,
    /// What they get.
    pub window: Rc<BrowserWindow>,
    /// Whether they are testers, whose window is dashed.
    pub test: bool,
}

/// A window: one large page where everybody gets the same, else many small ones in their shares.
#[component]
pub fn Browser(props: &BrowserProps) -> Html {
    let window = &props.window;
    let single = window.pages.len() == 1 && window.failing.0 == 0;
    html! {
        <section class={classes!("browser", props.test.then_some("test"))} aria-label={props.title.clone()}>
            <h3>{ &props.title }</h3>
            if let (true, Some(page)) = (single, window.pages.first()) {
                <svg class="pages" viewBox="0 0 176 84" aria-hidden="true">
                    <rect class="paper" width="176" height="84" rx="3" fill={page.background.clone()} />
                    <text x="88" y="47" text-anchor="middle" fill={readable_on(&page.background)}>{ shortened(&page.title) }</text>
                </svg>
            } else {
                <Tiles window={window.clone()} />
            }
            <p class="muted">{ in_words(window) }</p>
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct TilesProps {
    window: Rc<BrowserWindow>,
}

/// Forty-eight small pages, eight to a row; each keeps its place.
#[component]
fn Tiles(props: &TilesProps) -> Html {
    let background = |role: Role| {
        let page = props.window.pages.iter().find(|page| page.role == role);
        page.map_or_else(|| "none".to_owned(), |page| page.background.clone())
    };
    let (source, target) = (background(Role::Source), background(Role::Target));
    html! {
        <svg class="pages" viewBox="0 0 176 84" aria-hidden="true">
            { for props.window.tiles.iter().enumerate().map(|(place, tile)| {
                let (x, y) = (22 * (place % 8), 14 * (place / 8));
                let fill = if tile.role == Role::Source { &source } else { &target };
                html! {
                    <g key={place}>
                        <rect class="paper" x={(x + 1).to_string()} y={(y + 1).to_string()} width="20" height="12" rx="2"
                            fill={fill.clone()} />
                        if tile.failed {
                            <path class="cross" d={format!("M{} {}l8 8m0 -8l-8 8", x + 7, y + 3)} />
                        }
                    </g>
                }
            }) }
        </svg>
    }
}
