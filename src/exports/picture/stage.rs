//! The stage: people, listeners, pipes, groups and what people see, from left to right.

use super::MARGIN;
use super::groups::{self, Column};
use super::sheet::{Ink, Sheet, Words, escaped};
use super::wrap::{fitted, wrapped};
use crate::model::{ListenerRule, Ratio};
use crate::session::frame::pages::{in_words, readable_on, shortened};
use crate::session::frame::{BrowserWindow, Frame, Pulse, Role, RuleView, rules};
use crate::session::words;

const LISTENER: Column = Column { x: 178.0, width: 158.0 };
const GROUPS: Column = Column { x: 398.0, width: 226.0 };
/// Under ROLLING the balance bar's words need more room.
const BOTH: Column = Column { x: 378.0, width: 246.0 };
const BROWSERS: Column = Column { x: 640.0, width: 144.0 };

/// Draws the stage; answers where it ends.
pub(super) fn draw(sheet: &mut Sheet, frame: &Frame, top: f64) -> f64 {
    let is_rolling =
        frame.balance.is_some() || frame.fleets.first().is_some_and(|fleet| fleet.role.is_none());
    let users = users(sheet, frame, top);
    let (mut groups_end, mut middles) = (top, Vec::new());
    if is_rolling {
        if let Some(fleet) = frame.fleets.first() {
            let height = groups::both_revisions(sheet, frame, fleet, BOTH, top);
            middles.push(top + height / 2.0);
            groups_end = top + height;
        }
    } else {
        for (place, fleet) in frame.fleets.iter().enumerate() {
            if place > 0 {
                groups::zones(sheet, frame, GROUPS, groups_end + 15.0);
                groups_end += 24.0;
            }
            let height = groups::one_revision(sheet, frame, fleet, GROUPS, groups_end);
            middles.push(groups_end + height / 2.0);
            groups_end += height;
        }
    }
    let (listener, listener_end) = production(sheet, frame, top + 8.0);
    let people = top + 36.0 + 65.0;
    flow(sheet, (MARGIN + 134.0, people), (LISTENER.x, listener), Ink::Muted, 3.0, false);
    pipes(sheet, frame, ListenerRule::Production, listener, &middles, is_rolling);

    let mut left_end = users.max(listener_end);
    match (&frame.test, is_rolling) {
        (Some(rule), false) => {
            let top = (left_end + 22.0).max(middles.last().copied().unwrap_or(0.0) - 34.0);
            left_end = testers(sheet, frame, rule, top);
            pipes(sheet, frame, ListenerRule::Test, top + 34.0, &middles, false);
        }
        _ => {
            let said =
                if is_rolling { "Rolling has no test listener." } else { "There is no test listener." };
            sheet.text(MARGIN, left_end + 30.0, said, Words::new(12.0));
            sheet.text(
                MARGIN,
                left_end + 46.0,
                "Users are the first testers.",
                Words::new(12.0).ink(Ink::Muted),
            );
            left_end += 50.0;
        }
    }

    let mut browsers_end = browser(sheet, "What users see", &frame.users_see, false, top);
    if let (Some(window), false) = (&frame.testers_see, is_rolling) {
        browsers_end = browser(sheet, "What testers see", window, true, browsers_end + 14.0);
    }
    groups_end.max(left_end).max(browsers_end)
}

/// A hundred people; answers where they end.
fn users(sheet: &mut Sheet, frame: &Frame, top: f64) -> f64 {
    let small = Words::new(12.0).ink(Ink::Muted);
    sheet.text(MARGIN, top + 12.0, "Users", Words::new(13.0).bold());
    sheet.text(MARGIN, top + 28.0, "100 people, each 1 %", small);
    for (place, person) in frame.crowd.people.iter().enumerate() {
        let x = MARGIN + 6.5 + 13.0 * (place % 10) as f64;
        let y = top + 42.5 + 13.0 * (place / 10) as f64;
        match person.answered_by {
            Role::Source => sheet.circle(x, y, 4.6),
            Role::Target => sheet.square(x, y, 4.5),
        }
        if person.hurt {
            sheet.cross(x, y, 4.5);
        }
    }
    let met = match &frame.target {
        Some(target) => format!("{} met {}", words::percent(frame.crowd.exposed), target.name),
        None => "nothing is deployed".to_owned(),
    };
    sheet.text(MARGIN, top + 184.0, &fitted(&met, &small, 146.0), small);
    let hurt = format!("{} hurt", words::percent(frame.crowd.hurt));
    let ink = if frame.crowd.hurt > Ratio::ZERO { Ink::FailureText } else { Ink::Muted };
    sheet.text(MARGIN, top + 200.0, &hurt, Words::new(12.0).ink(ink));
    top + 204.0
}

/// The production listener; answers the middle of its card and its end.
fn production(sheet: &mut Sheet, frame: &Frame, top: f64) -> (f64, f64) {
    let rule = &frame.production;
    let (x, room) = (LISTENER.x + 10.0, LISTENER.width - 20.0);
    let words = Words::new(12.0);
    let height = if rule.weights.is_some() { 108.0 } else { 112.0 };
    sheet.frame(LISTENER.x, top, LISTENER.width, height, 8.0, Ink::Card, Ink::Pen, 1.2);
    sheet.text(x, top + 20.0, words::entrances(frame.routing).0, Words::new(13.0).bold());
    match rule.weights {
        Some(weights) => {
            share(sheet, Some("set"), rule.set, x, top + 30.0, room);
            share(sheet, Some("actual"), rule.actual, x, top + 48.0, room);
            sheet.text(x, top + 80.0, &rules::shares(rule.set), Words::new(13.0).bold());
            let said = format!("weights {}, {}", weights.source, weights.target);
            sheet.text(x, top + 97.0, &said, words.ink(Ink::Muted));
        }
        None => {
            let group = frame.fleets.first().map_or("", |fleet| &fleet.group);
            sheet.text(x, top + 40.0, &fitted(&format!("forward → {group}"), &words, room), words);
            sheet.text(x, top + 57.0, "no weights to set", words.ink(Ink::Muted));
            if let Some((measured, target)) = rule.measured.zip(frame.target.as_ref()) {
                let said = rules::measured_in_words(measured, &target.name);
                for (line, said) in wrapped(&said, words, room, 2).iter().enumerate() {
                    sheet.text(x, top + 78.0 + 16.0 * line as f64, said, words);
                }
            }
        }
    }
    (top + height / 2.0, top + height)
}

/// A bar that both revisions share: the source's part left, the target's right.
fn share(sheet: &mut Sheet, label: Option<&str>, share: Ratio, x: f64, y: f64, room: f64) {
    let from = match label {
        Some(label) => {
            sheet.text(x, y + 10.0, label, Words::new(12.0));
            x + 46.0
        }
        None => x,
    };
    let wide = x + room - from;
    let target = wide * f64::from(share.0) / 1_000_000.0;
    sheet.rect(from, y, wide - target, 11.0, Ink::Source);
    if target > 0.0 {
        sheet.frame(from + wide - target, y, target, 11.0, 0.0, Ink::Target, Ink::TargetEdge, 0.75);
    }
}

/// Testers and their listener, dashed like all test traffic; answers their end.
fn testers(sheet: &mut Sheet, frame: &Frame, rule: &RuleView, top: f64) -> f64 {
    let said = match frame.testers {
        Some(testers) if testers.sent > 0 => {
            format!("{} of {} ok", words::count(testers.sent - testers.failed), words::count(testers.sent))
        }
        _ => "no probes yet".to_owned(),
    };
    let small = Words::new(12.0);
    sheet.text(MARGIN, top + 28.0, "Testers", Words::new(13.0).bold());
    sheet.text(MARGIN, top + 45.0, &fitted(&said, &small, 118.0), small.ink(Ink::Muted));
    flow(sheet, (MARGIN + 126.0, top + 34.0), (LISTENER.x, top + 34.0), Ink::Test, 1.8, true);
    dashed(sheet, LISTENER.x, top, LISTENER.width, 72.0, 8.0);
    let x = LISTENER.x + 10.0;
    sheet.text(x, top + 20.0, words::entrances(frame.routing).1, Words::new(13.0).bold());
    share(sheet, None, rule.actual, x, top + 30.0, LISTENER.width - 20.0);
    let all = match (rule.set.0, &frame.target) {
        (1_000_000, Some(target)) => format!("{} · 100 %", target.name),
        (0, _) => format!("{} · 100 %", frame.source.name),
        _ => rules::shares(rule.set),
    };
    sheet.text(x, top + 60.0, &fitted(&all, &small, LISTENER.width - 20.0), small);
    top + 72.0
}

fn dashed(sheet: &mut Sheet, x: f64, y: f64, width: f64, height: f64, radius: f64) {
    let (fill, edge) = (sheet.colour(Ink::Card), sheet.colour(Ink::Test));
    sheet.raw(&format!(
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{radius:.1}\" fill=\"{fill}\" \
         stroke=\"{edge}\" stroke-width=\"1.2\" stroke-dasharray=\"4 3\"/>"
    ));
}

/// The pipes from a listener to the groups, as wide as their share, with a cross where requests fail.
fn pipes(sheet: &mut Sheet, frame: &Frame, rule: ListenerRule, from: f64, ends: &[f64], is_rolling: bool) {
    let all: u64 = of_rule(frame, rule).map(|pulse| pulse.rate.0).sum();
    let starts = LISTENER.x + LISTENER.width;
    if is_rolling {
        let Some(end) = ends.first() else { return };
        let end = (BOTH.x, end.min(from + 40.0));
        if all > 0 {
            flow(sheet, (starts, from), end, Ink::Muted, 8.0, false);
        }
        let failing = of_rule(frame, rule).filter(|pulse| pulse.failing > Ratio::ZERO);
        if failing.count() > 0 {
            sheet.cross((starts + end.0) / 2.0, (from + end.1) / 2.0, 5.0);
        }
        return;
    }
    for pulse in of_rule(frame, rule) {
        let Some(role) = pulse.role else { continue };
        let Some(end) = ends.get(role as usize) else { continue };
        let end = (GROUPS.x, *end);
        let spread = match (rule, role) {
            (ListenerRule::Test, _) => 0.0,
            (_, Role::Source) => -14.0,
            (_, Role::Target) => 14.0,
        };
        let start = (starts, from + spread);
        let part = pulse.rate.0 as f64 / all.max(1) as f64;
        let (ink, wide, is_test) = match (rule, role) {
            (ListenerRule::Test, _) => (Ink::Test, 1.8, true),
            (_, Role::Source) => (Ink::Source, 2.0 + 8.0 * part, false),
            (_, Role::Target) => (Ink::Target, 2.0 + 8.0 * part, false),
        };
        flow(sheet, start, end, ink, wide, is_test);
        if pulse.failing > Ratio::ZERO {
            let (x, y) = ((start.0 + end.0) / 2.0, (start.1 + end.1) / 2.0);
            sheet.cross(x, y, 5.0);
        }
    }
}

fn of_rule(frame: &Frame, rule: ListenerRule) -> impl Iterator<Item = &Pulse> {
    frame.pulses.iter().filter(move |pulse| pulse.rule == rule)
}

fn flow(sheet: &mut Sheet, (x1, y1): (f64, f64), (x2, y2): (f64, f64), ink: Ink, wide: f64, is_test: bool) {
    let bend = (x2 - x1) / 2.0;
    let dashes = if is_test { " stroke-dasharray=\"5 3\"" } else { "" };
    let (ink, seen) = (sheet.colour(ink), if is_test { 1.0 } else { 0.55 });
    sheet.raw(&format!(
        "<path d=\"M{x1:.1} {y1:.1}C{:.1} {y1:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}\" fill=\"none\" stroke=\"{ink}\" \
         stroke-width=\"{wide:.1}\" stroke-opacity=\"{seen}\"{dashes}/>",
        x1 + bend,
        x2 - bend
    ));
}

/// What people get in their browsers; answers where the window ends.
fn browser(sheet: &mut Sheet, title: &str, window: &BrowserWindow, is_test: bool, top: f64) -> f64 {
    let Column { x, width } = BROWSERS;
    let (left, room) = (x + 9.0, width - 18.0);
    let words = Words::new(12.0).ink(Ink::Muted);
    let said = wrapped(&in_words(window), words, room, 4);
    let scale = room / 176.0;
    let height = 32.0 + 84.0 * scale + 10.0 + 15.0 * said.len() as f64 + 4.0;
    if is_test {
        dashed(sheet, x, top, width, height, 8.0);
    } else {
        sheet.frame(x, top, width, height, 8.0, Ink::Card, Ink::Line, 1.2);
    }
    sheet.text(left, top + 20.0, title, Words::new(13.0).bold());
    let line = sheet.colour(Ink::Line);
    let paper = |x: f64, y: f64, width: f64, height: f64, fill: &str| {
        format!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"1.5\" fill=\"{}\" \
             stroke=\"{line}\" stroke-width=\"0.75\"/>",
            escaped(fill)
        )
    };
    let y = top + 30.0;
    match (window.pages.as_slice(), window.failing) {
        ([page], Ratio::ZERO) => {
            sheet.raw(&paper(left, y, room, 84.0 * scale, &page.background));
            sheet.raw(&format!(
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"12\" fill=\"{}\">{}</text>",
                left + room / 2.0,
                y + 42.0 * scale + 4.0,
                readable_on(&page.background),
                escaped(&shortened(&page.title))
            ));
        }
        _ => {
            for (place, tile) in window.tiles.iter().enumerate() {
                let page = window.pages.iter().find(|page| page.role == tile.role);
                let (column, row) = ((place % 8) as f64, (place / 8) as f64);
                let (x, y) = (left + (22.0 * column + 1.0) * scale, y + (14.0 * row + 1.0) * scale);
                let fill = page.map_or("none", |page| page.background.as_str());
                sheet.raw(&paper(x, y, 20.0 * scale, 12.0 * scale, fill));
                if tile.failed {
                    sheet.cross(x + 10.0 * scale, y + 6.0 * scale, 3.2);
                }
            }
        }
    }
    let first = y + 84.0 * scale + 17.0;
    for (line, said) in said.iter().enumerate() {
        sheet.text(left, first + 15.0 * line as f64, said, words);
    }
    top + height
}
