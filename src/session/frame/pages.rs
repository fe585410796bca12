//! What a browser window says: its pages in their shares, and how a title is written on one.

use super::{BrowserWindow, PageShare};
use crate::model::Ratio;
use crate::session::words;

/// What the window shows, as a sentence: `1 in 10 gets 42; 1 in 200 fails`.
pub fn in_words(window: &BrowserWindow) -> String {
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
pub fn readable_on(background: &str) -> &'static str {
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

/// A title as long as a page has room for.
pub fn shortened(title: &str) -> String {
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
