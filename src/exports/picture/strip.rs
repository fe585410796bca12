//! The stage strip: an item for each stage, what happens above, the API's name below, a bar that fills as it goes on.

use super::sheet::{Ink, Sheet, Words};
use super::wrap::{fitted, width};
use super::{MARGIN, WIDTH};
use crate::session::frame::{StageState, StripItem};
use std::f64::consts::TAU;

const GAP: f64 = 9.0;
const API: f64 = 11.5;
const TITLE: f64 = 13.0;

/// Draws the strip, in as many rows as it takes; answers where it ends.
pub(super) fn draw(sheet: &mut Sheet, items: &[StripItem], top: f64) -> f64 {
    let room = WIDTH - 2.0 * MARGIN;
    let widths: Vec<f64> = items.iter().map(|item| natural_width(item).min(room)).collect();
    let mut y = top;
    for (row, widths) in rows(items, &widths, room) {
        // The items of a row share what it leaves over, so that the bars join to one.
        let used = widths.iter().sum::<f64>() + GAP * (row.len().max(1) - 1) as f64;
        let more = ((room - used) / row.len().max(1) as f64).clamp(0.0, 90.0);
        let mut x = MARGIN;
        for (item, own) in row.iter().zip(widths) {
            draw_item(sheet, item, x, y, own + more);
            x += own + more + GAP;
        }
        let marked = row.iter().any(|item| !item.pips.is_empty() || !item.notches.is_empty());
        y += if marked { 54.0 } else { 40.0 };
    }
    y - 4.0
}

/// As few rows as will do, and these about equally long.
fn rows<'a>(items: &'a [StripItem], widths: &'a [f64], room: f64) -> Vec<(&'a [StripItem], &'a [f64])> {
    let break_at = |most: f64| {
        let (mut rows, mut begun, mut used) = (Vec::new(), 0, 0.0);
        for (place, own) in widths.iter().enumerate() {
            if used + own > most && place > begun {
                rows.push((&items[begun..place], &widths[begun..place]));
                (begun, used) = (place, 0.0);
            }
            used += own + GAP;
        }
        rows.push((&items[begun..], &widths[begun..]));
        rows
    };
    let fewest = break_at(room).len();
    let tenths = (1..=10).map(|tenth| break_at(room * f64::from(tenth) / 10.0));
    tenths.into_iter().find(|rows| rows.len() == fewest).unwrap_or_else(|| break_at(room))
}

fn titled(item: &StripItem) -> Words {
    let words = Words::new(TITLE);
    match item.state {
        StageState::Now => words.bold(),
        StageState::Done => words,
        StageState::Ahead => words.ink(Ink::Muted),
    }
}

fn named(item: &StripItem) -> Words {
    let words = Words::new(API).ink(Ink::Muted);
    if item.api_name.chars().any(char::is_lowercase) { words } else { words.mono() }
}

fn natural_width(item: &StripItem) -> f64 {
    width(&item.title, &titled(item).bold()).max(width(&item.api_name, &named(item)))
}

fn draw_item(sheet: &mut Sheet, item: &StripItem, x: f64, y: f64, wide: f64) {
    sheet.rect(x, y, wide, 3.0, Ink::Line);
    let ink = if item.rolling_back { Ink::Warning } else { Ink::Pen };
    sheet.rect(x, y, wide * item.progress.clamp(0.0, 1.0), 3.0, ink);
    if item.state == StageState::Now && item.progress <= 0.0 {
        sheet.rect(x, y, 6.0, 3.0, ink);
    }
    let (title, api) = (titled(item), named(item));
    sheet.text(x, y + 18.0, &fitted(&item.title, &title, wide + GAP), title);
    sheet.text(x, y + 33.0, &fitted(&item.api_name, &api, wide + GAP), api);
    let most = ((wide - 4.0) / 13.0).max(1.0) as usize;
    for (place, pip) in item.pips.iter().take(most).enumerate() {
        let (cx, cy) = (x + 6.0 + 13.0 * place as f64, y + 44.0);
        let made = item.state != StageState::Ahead && pip.fill > 0.0;
        sheet.raw(&format!(
            "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"4\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>",
            sheet.colour(if made { Ink::TargetEdge } else { Ink::Muted })
        ));
        if made {
            let around = TAU * 2.0;
            sheet.raw(&format!(
                "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"2\" fill=\"none\" stroke=\"{}\" stroke-width=\"4\" \
                 stroke-dasharray=\"{:.2} {around:.2}\" transform=\"rotate(-90 {cx:.1} {cy:.1})\"/>",
                sheet.colour(Ink::Target),
                around * pip.fill.min(1.0)
            ));
        }
    }
    let most = (wide / 5.0).max(1.0) as usize;
    for (place, notch) in item.notches.iter().take(most).enumerate() {
        let ink = if notch.done { Ink::Pen } else { Ink::Line };
        sheet.rect(x + 5.0 * place as f64, y + 39.0, 3.0, 9.0, ink);
    }
}
