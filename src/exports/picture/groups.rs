//! Target groups with their tasks, each in the place it keeps for life.

use super::sheet::{Ink, Sheet, Words};
use super::wrap::{fitted, width, wrapped};
use crate::model::SimTime;
use crate::session::frame::field::{FieldLayout, Grain, Place};
use crate::session::frame::mark::{Mark, State, worst_by_cell};
use crate::session::frame::{BalanceBar, Fleet, Frame, Role, TaskView};
use crate::session::words;
use std::f64::consts::TAU;

/// How high a field may be.
const FIELD: f64 = 110.0;
/// What a group keeps free inside its border.
const PADDING: f64 = 10.0;
/// The height of a line of words.
const LINE: f64 = 16.0;

/// Where a group stands: its left edge and its width.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub x: f64,
    pub width: f64,
}

impl Column {
    fn inside(self) -> f64 {
        self.width - 2.0 * PADDING
    }
}

/// A group of one revision; answers its height.
pub(super) fn one_revision(sheet: &mut Sheet, frame: &Frame, fleet: &Fleet, column: Column, top: f64) -> f64 {
    let role = fleet.role.unwrap_or(Role::Source);
    let (name, word) = match role {
        Role::Source => (Some(&frame.source.name), "source"),
        Role::Target => (frame.target.as_ref().map(|look| &look.name), "target"),
    };
    let (edge, field) = match role {
        Role::Source => (Ink::Source, Ink::SourceField),
        Role::Target => (Ink::TargetEdge, Ink::TargetField),
    };
    let layout =
        FieldLayout::new(frame.zones, fleet.source_rows.max(fleet.target_rows), column.inside(), FIELD);
    let tall = layout.height(fleet.source_rows.max(fleet.target_rows));
    let note = unsettled(fleet, role, &layout);
    let height = 32.0 + tall + PADDING + if note.is_empty() { 0.0 } else { LINE };
    sheet.frame(column.x, top, column.width, height, 10.0, field, edge, 1.5);
    let heading = Words::new(13.0).bold();
    let title = format!("{} · {word} {}", fleet.group, name.map_or("", |name| name));
    sheet.text(column.x + PADDING, top + 20.0, &fitted(&title, &heading, column.inside()), heading);
    tasks(sheet, frame, fleet, role, &layout, (column.x + PADDING, top + 30.0));
    if fleet.tasks.is_empty() {
        let words = Words::new(12.0).ink(Ink::Muted).middle();
        sheet.text(column.x + column.width / 2.0, top + 34.0 + tall / 2.0, "no tasks", words);
    }
    let words = Words::new(12.0);
    sheet.text(column.x + PADDING, top + height - 8.0, &fitted(&note, &words, column.inside()), words);
    height
}

/// One group that serves both revisions, with the balance bar between them; answers its height.
pub(super) fn both_revisions(
    sheet: &mut Sheet,
    frame: &Frame,
    fleet: &Fleet,
    column: Column,
    top: f64,
) -> f64 {
    let x = column.x + PADDING;
    let deepest = fleet.source_rows.max(fleet.target_rows);
    let layout = FieldLayout::new(frame.zones, deepest, column.inside(), FIELD);
    let fields = [(Role::Source, fleet.source_rows), (Role::Target, fleet.target_rows)];
    let bar = frame.balance.as_ref().map_or(0.0, |_| BALANCE);
    let notes: f64 =
        fields.iter().filter(|(role, _)| !unsettled(fleet, *role, &layout).is_empty()).count() as f64;
    let tall: f64 =
        fields.iter().filter(|(_, rows)| *rows > 0).map(|(_, rows)| layout.height(*rows) + 8.0).sum();
    let height = 32.0 + tall + bar + notes * LINE + 22.0;
    sheet.frame(column.x, top, column.width, height, 10.0, Ink::Card, Ink::Pen, 1.5);
    let heading = Words::new(13.0).bold();
    let title = match &frame.target {
        Some(target) => format!("{} · {} and {}", fleet.group, frame.source.name, target.name),
        None => format!("{} · {}", fleet.group, frame.source.name),
    };
    sheet.text(x, top + 20.0, &fitted(&title, &heading, column.inside()), heading);
    let mut y = top + 32.0;
    for (role, rows) in fields {
        if rows > 0 {
            for outline in fleet.outlines.iter().filter(|_| role == Role::Source) {
                vacant(sheet, layout.place(outline.zone, outline.row), (x, y));
            }
            if role == Role::Target {
                let taken = |zone: u8, row: u32| {
                    fleet.tasks.iter().any(|it| it.role == role && it.zone == zone && it.row == row)
                };
                let places = (0..frame.zones).flat_map(|zone| (0..rows).map(move |row| (zone, row)));
                if matches!(layout.grain, Grain::Card | Grain::Glyph) {
                    for (zone, row) in places.filter(|(zone, row)| !taken(*zone, *row)) {
                        vacant(sheet, layout.place(zone, row), (x, y));
                    }
                }
            }
            tasks(sheet, frame, fleet, role, &layout, (x, y));
            y += layout.height(rows) + 8.0;
            let note = unsettled(fleet, role, &layout);
            if !note.is_empty() {
                let words = Words::new(12.0);
                sheet.text(x, y + 6.0, &fitted(&note, &words, column.inside()), words);
                y += LINE;
            }
        }
        if role == Role::Source
            && let Some(bar) = &frame.balance
        {
            balance(sheet, bar, frame, x, y, column.inside());
            y += BALANCE;
        }
    }
    zones(sheet, frame, column, y + 8.0);
    height
}

/// The names of the zones under their columns.
pub(super) fn zones(sheet: &mut Sheet, frame: &Frame, column: Column, y: f64) {
    let each = column.inside() / f64::from(frame.zones.max(1));
    for zone in 0..frame.zones {
        let is_lost = frame.lost_zones.contains(&zone);
        let name = format!("{}{}", words::zone(zone), if is_lost { " lost" } else { "" });
        let ink = if is_lost { Ink::FailureText } else { Ink::Muted };
        let x = column.x + PADDING + each * (f64::from(zone) + 0.5);
        sheet.text(x, y, &name, Words::new(12.0).ink(ink).middle());
    }
}

const BALANCE: f64 = 94.0;

/// All tasks between a floor and a ceiling, and what these allow.
fn balance(sheet: &mut Sheet, bar: &BalanceBar, frame: &Frame, x: f64, y: f64, wide: f64) {
    let small = Words::new(12.0);
    sheet.text(x + wide, y + 10.0, &bar.upper_text, small.end());
    let at = |tasks: u32| f64::from(tasks) / f64::from(bar.scale.max(1)) * wide;
    let target = frame.target.as_ref().map_or("", |look| &look.name);
    let segments = [
        (bar.source_healthy, Ink::Source, Ink::Source, Ink::OnSource, format!("of {}", frame.source.name)),
        (bar.target_healthy, Ink::Target, Ink::TargetEdge, Ink::OnTarget, format!("of {target}")),
        (bar.starting, Ink::Card, Ink::Muted, Ink::Pen, "start".to_owned()),
        (bar.draining, Ink::Line, Ink::Muted, Ink::Pen, "stop".to_owned()),
    ];
    let mut left = 0;
    for (tasks, fill, edge, ink, what) in segments.into_iter().filter(|(tasks, ..)| *tasks > 0) {
        let (from, room) = (x + at(left), at(tasks));
        left += tasks;
        sheet.frame(from + 0.5, y + 17.0, (room - 1.0).max(0.5), 22.0, 0.0, fill, edge, 0.75);
        let (long, short) = (format!("{tasks} {what}"), tasks.to_string());
        let said = [long, short].into_iter().find(|said| width(said, &small) < room - 2.0);
        sheet.text(from + room / 2.0, y + 32.0, said.as_deref().unwrap_or(""), small.ink(ink).middle());
    }
    let post = sheet.colour(if bar.stuck { Ink::Failure } else { Ink::Pen });
    for bound in [bar.lower_bound, bar.upper_bound] {
        let at = x + at(bound);
        sheet.raw(&format!("<path d=\"M{at:.1} {:.1}v31\" stroke=\"{post}\" stroke-width=\"2\"/>", y + 13.5));
    }
    let ink = |may: u32| if may > 0 { Ink::Pen } else { Ink::Muted };
    for (line, (said, ink)) in [
        (&bar.lower_text, Ink::Pen),
        (&bar.may_stop_text, ink(bar.may_stop)),
        (&bar.may_start_text, ink(bar.may_start)),
    ]
    .into_iter()
    .enumerate()
    {
        let said = wrapped(said, small, wide + 6.0, 1).concat();
        sheet.text(x, y + 55.0 + 14.5 * line as f64, &said, small.ink(ink));
    }
}

/// What is counted in words under a field whose tasks have none of their own.
fn unsettled(fleet: &Fleet, role: Role, layout: &FieldLayout) -> String {
    let mut parts = Vec::new();
    if let Grain::Cell { tasks: tasks @ 2.. } = layout.grain {
        parts.push(format!("one cell = {tasks} tasks"));
    }
    if layout.grain != Grain::Card {
        let mut counted: Vec<(&str, u64)> = Vec::new();
        for word in fleet.tasks.iter().filter(|task| task.role == role).filter_map(|task| task.word) {
            match counted.iter_mut().find(|(known, _)| *known == word) {
                Some((_, count)) => *count += 1,
                None => counted.push((word, 1)),
            }
        }
        parts.extend(counted.into_iter().map(|(word, count)| format!("{} {word}", words::count(count))));
    }
    parts.join(", ")
}

fn tasks(
    sheet: &mut Sheet,
    frame: &Frame,
    fleet: &Fleet,
    role: Role,
    layout: &FieldLayout,
    (x, y): (f64, f64),
) {
    let mine = || fleet.tasks.iter().filter(|task| task.role == role);
    let moved = |place: Place| Place { x: place.x + x, y: place.y + y, ..place };
    match layout.grain {
        Grain::Card => {
            for task in mine() {
                card(sheet, task, frame.at, moved(layout.place(task.zone, task.row)));
            }
        }
        Grain::Glyph => {
            for task in mine() {
                let Place { x, y, width, height } = moved(layout.place(task.zone, task.row));
                let half = width.min(height) / 2.0;
                shape(sheet, Mark::of(task, frame.at), x + width / 2.0, y + height / 2.0, half);
            }
        }
        Grain::Cell { .. } => {
            for (state, role, place) in worst_by_cell(layout, mine()) {
                let Place { x, y, width, height } = moved(place);
                let (fill, edge) = inks(role, state);
                sheet.frame(x, y, width, height, 0.0, fill, edge, 0.5);
            }
        }
    }
}

/// Nobody is there.
fn vacant(sheet: &mut Sheet, place: Place, (x, y): (f64, f64)) {
    let line = sheet.colour(Ink::Muted);
    sheet.raw(&format!(
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"5\" fill=\"none\" stroke=\"{line}\" \
         stroke-dasharray=\"1.5 3\"/>",
        place.x + x,
        place.y + y,
        place.width,
        place.height
    ));
}

/// What fills a shape and what goes round it.
fn inks(role: Role, state: State) -> (Ink, Ink) {
    let (fill, edge) = match role {
        Role::Source => (Ink::Source, Ink::Source),
        Role::Target => (Ink::Target, Ink::TargetEdge),
    };
    match state {
        State::Healthy => (fill, edge),
        State::Coming => (Ink::Card, edge),
        State::Leaving => (Ink::Line, edge),
        State::Failing => (fill, Ink::Failure),
    }
}

fn shape(sheet: &mut Sheet, mark: Mark, x: f64, y: f64, half: f64) {
    let (fill, edge) = inks(mark.role, mark.state);
    match mark.role {
        Role::Source => {
            let (fill, edge) = (sheet.colour(fill), sheet.colour(edge));
            sheet.raw(&format!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{half:.1}\" fill=\"{fill}\" stroke=\"{edge}\" stroke-width=\"1.2\"/>"
            ));
        }
        Role::Target => sheet.frame(x - half, y - half, half * 2.0, half * 2.0, 0.0, fill, edge, 1.2),
    }
    if mark.state == State::Failing {
        sheet.cross(x, y, half * 0.8);
    }
}

/// A card lower than this has one line.
const LOW: f64 = 30.0;
/// A word needs a card this wide.
const WORD_WIDTH: f64 = 56.0;

/// A task with its load, a word where it is not simply healthy, and a ring where it waits.
fn card(sheet: &mut Sheet, task: &TaskView, now: SimTime, place: Place) {
    let Place { x, y, width, height } = place;
    let mark = Mark::of(task, now);
    let (_, edge) = inks(mark.role, mark.state);
    let dashes = match mark.state {
        State::Coming | State::Leaving => " stroke-dasharray=\"4 2.5\"",
        _ => "",
    };
    let (fill, edge) = (sheet.colour(Ink::Card), sheet.colour(edge));
    sheet.raw(&format!(
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"5\" fill=\"{fill}\" \
         stroke=\"{edge}\" stroke-width=\"1.5\"{dashes}/>"
    ));
    let is_low = height < LOW;
    let worded = mark.short_word().filter(|_| width >= WORD_WIDTH);
    let middle = if is_low { y + height / 2.0 } else { y + height * 0.34 };
    let left = x + 10.0_f64.min(width * 0.3);
    shape(sheet, mark, left, middle, 4.4);
    if let Some(word) = worded {
        let ink = if mark.state == State::Failing { Ink::FailureText } else { Ink::Muted };
        let words = Words::new(11.5).ink(ink);
        let word = fitted(word, &words, x + width - left - 7.0);
        sheet.text(left + 7.0, middle + 4.2, &word, words);
    }
    let is_loaded = (mark.state == State::Healthy || mark.load > 0)
        && !(is_low && (worded.is_some() || mark.ring.is_some()));
    if is_loaded {
        let (from, at) = if is_low { (left + 8.0, middle - 2.0) } else { (x + 7.0, y + height - 12.0) };
        let beside = if mark.ring.is_some() && worded.is_some() { 16.0 } else { 0.0 };
        let room = (x + width - 7.0 - beside - from).max(2.0);
        let load = f64::from(mark.load.min(16)) / 16.0;
        sheet.rect(from, at, room, 4.0, Ink::Line);
        let ink = match (mark.load > 16, mark.role) {
            (true, _) => Ink::Failure,
            (false, Role::Source) => Ink::Source,
            (false, Role::Target) => Ink::Target,
        };
        sheet.rect(from, at, room * load, 4.0, ink);
    }
    if let Some(part) = mark.ring.filter(|_| !is_low || worded.is_none()) {
        let (cx, cy) = (
            x + width - 11.0_f64.min(width * 0.3),
            if is_low || worded.is_none() { middle } else { y + height - 11.0 },
        );
        let (rest, gone) = (sheet.colour(Ink::Line), sheet.colour(Ink::Pen));
        let around = TAU * 5.0;
        sheet.raw(&format!(
            "<g fill=\"none\" stroke-width=\"2\"><circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"5\" stroke=\"{rest}\"/>\
             <circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"5\" stroke=\"{gone}\" stroke-dasharray=\"{:.2} {around:.2}\" \
             transform=\"rotate(-90 {cx:.1} {cy:.1})\"/></g>",
            around * f64::from(part) / 32.0
        ));
    }
}
