//! Browser windows: the pages that people get, in their shares.

use crate::model::Ratio;
use crate::session::frame::{BrowserWindow, PageShare, Role};
use crate::ui::words;
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

/// What the window shows, as a sentence: `1 in 10 gets 42; 1 in 200 fails`.
fn in_words(window: &BrowserWindow) -> String {
    let mut said = match window.pages.as_slice() {
        [] => "nobody gets a page".to_owned(),
        [page] => format!("every page is {}’s", page.revision),
        pages => {
            let page = pages.iter().min_by_key(|page| page.share).unwrap_or(&pages[0]);
            share_in_words(page)
        }
    };
    if window.failing.0 > 0 {
        said.push_str(&format!("; {} fails", one_in(window.failing)));
    }
    said
}

fn share_in_words(page: &PageShare) -> String {
    match page.share.0 {
        450_000..=550_000 => format!("every other page is {}’s", page.revision),
        _ => format!("{} is {}’s", one_in(page.share), page.revision),
    }
}

fn one_in(share: Ratio) -> String {
    match share.0 {
        0 => "none".to_owned(),
        350_000.. => words::percent(share),
        part => {
            let exact = f64::from(1_000_000) / f64::from(part);
            // Rough numbers are easier on the eye, and a share measured on few requests is no better.
            let round = if exact < 20.0 { exact.round() } else { (exact / 10.0).round() * 10.0 };
            format!("1 in {}", words::count(round as u64))
        }
    }
}

/// Black or white, whichever can be read on a background given as `#rgb`, `#rrggbb` or a few names.
fn readable_on(background: &str) -> &'static str {
    let hex = background.trim_start_matches('#');
    let channel =
        |range: std::ops::Range<usize>| hex.get(range).and_then(|part| u32::from_str_radix(part, 16).ok());
    let brightness = match (hex.len(), background.starts_with('#')) {
        (6, true) => [channel(0..2), channel(2..4), channel(4..6)],
        (3, true) => [channel(0..1), channel(1..2), channel(2..3)].map(|part| part.map(|value| value * 17)),
        _ => match background {
            "black" | "navy" | "blue" | "purple" | "maroon" | "green" | "teal" => [Some(0); 3],
            _ => [Some(255); 3],
        },
    };
    let [red, green, blue] = brightness.map(|part| part.unwrap_or(255));
    if red * 299 + green * 587 + blue * 114 > 140_000 { "#191d23" } else { "#ffffff" }
}

fn shortened(title: &str) -> String {
    if title.chars().count() <= 18 {
        return title.to_owned();
    }
    let mut short: String = title.chars().take(17).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_s_title_can_be_read_on_its_background() {
        for (background, ink) in
            [("#222222", "#ffffff"), ("#f5d35b", "#191d23"), ("#000", "#ffffff"), ("black", "#ffffff")]
        {
            assert_eq!(readable_on(background), ink, "{background}");
        }
    }

    #[test]
    fn shares_are_said_as_one_in_so_many() {
        assert_eq!(one_in(Ratio(100_000)), "1 in 10");
        assert_eq!(one_in(Ratio(5_000)), "1 in 200");
        assert_eq!(one_in(Ratio(500_000)), "50 %");
    }
}
