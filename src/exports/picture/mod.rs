//! The stage at an instant as one still picture, in SVG that stands alone: for a document, a decision record, print.
//!
//! It is drawn from a [`Frame`] and its sentence and from nothing else, in the page's own colours and shapes: the source
//! a circle, left or above, the target a square, right or below, a failure a cross. What the page shows by moving, how
//! much goes where, is said here by the width of the pipes. Texts are real text, and a title and a description tell the
//! whole without the picture. In reading order:

mod sheet;
mod wrap;
mod strip;
mod stage;
mod groups;
mod filmstrip;

pub use filmstrip::{Shot, filmstrip, instants, shots};
pub use sheet::Theme;

use crate::model::StrategyName;
use crate::session::frame::Frame;
use crate::session::narrate::{SegmentKind, Sentence};
use crate::session::words;
use sheet::{Ink, Sheet, Words};
use wrap::{Piece, lines};

/// How a picture is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Light or dark.
    pub theme: Theme,
    /// As many pixels wide is it meant to be; it can be scaled to any.
    pub width: u32,
}

impl Default for Look {
    fn default() -> Look {
        Look { theme: Theme::Light, width: WIDTH as u32 }
    }
}

/// A picture's own width. Everything can be read when it is shown so many pixels wide.
pub(super) const WIDTH: f64 = 800.0;
/// What stays free at each side.
const MARGIN: f64 = 16.0;

/// The stage at an instant, with the sentence that says why.
pub fn picture(frame: &Frame, why: &Sentence, look: Look) -> String {
    let mut sheet = Sheet::new(look.theme);
    let height = draw(&mut sheet, frame, why);
    sheet.finished(look.width, height, &title(frame), &described(frame, why))
}

/// What the picture shows, in a few words.
fn title(frame: &Frame) -> String {
    let release = match &frame.target {
        Some(target) => format!("{} → {}", frame.source.name, target.name),
        None => frame.source.name.clone(),
    };
    format!("{} {release}, {}, at {}", frame.service, strategy(frame.strategy), frame.at)
}

/// The whole picture in sentences.
fn described(frame: &Frame, why: &Sentence) -> String {
    let mut said = vec![why.to_string()];
    if let Some(deployment) = &frame.deployment {
        let now = deployment.strip.iter().find(|item| item.state == crate::session::frame::StageState::Now);
        said.extend(now.map(|item| format!("Stage {}: {}.", item.api_name, item.title)));
    }
    for fleet in &frame.fleets {
        let words: Vec<String> =
            fleet.unsettled.iter().map(|(word, count)| format!(", {count} {word}")).collect();
        said.push(format!("Target group {}: {} tasks{}.", fleet.group, fleet.tasks.len(), words.concat()));
    }
    said.push(format!("{}.", counted(frame)));
    said.join(" ")
}

/// The numbers so far.
fn counted(frame: &Frame) -> String {
    let so_far = &frame.so_far;
    let mut parts =
        vec![format!("{} of {} requests failed", words::count(so_far.failed), words::count(so_far.sent))];
    if let Some(target) = &frame.target {
        let met = words::percent(frame.crowd.exposed);
        parts.push(format!("{met} of users met {}", target.name));
    }
    parts.push(format!("{} hurt", words::percent(frame.crowd.hurt)));
    parts.push(format!("{} tasks, {} wanted", so_far.tasks, so_far.desired));
    parts.join(" · ")
}

fn strategy(strategy: StrategyName) -> &'static str {
    match strategy {
        StrategyName::Rolling => "rolling update",
        StrategyName::BlueGreen => "blue/green",
        StrategyName::Linear => "linear",
        StrategyName::Canary => "canary",
    }
}

/// Draws everything and says how high it came out.
fn draw(sheet: &mut Sheet, frame: &Frame, why: &Sentence) -> f64 {
    header(sheet, frame);
    let mut y = sentence(sheet, why, 62.0);
    if let Some(deployment) = &frame.deployment {
        y = strip::draw(sheet, &deployment.strip, y + 14.0);
    }
    y = stage::draw(sheet, frame, y + 24.0);
    footer(sheet, frame, y + 26.0)
}

fn header(sheet: &mut Sheet, frame: &Frame) {
    let release = match &frame.target {
        Some(target) => format!("{} → {}", frame.source.name, target.name),
        None => frame.source.name.clone(),
    };
    let name = Words::new(15.0).bold();
    let service = wrap::fitted(&frame.service, &name, 260.0);
    sheet.text(MARGIN, 30.0, &service, name);
    let x = MARGIN + wrap::width(&service, &name) + 10.0;
    let about =
        format!("{} · {}", wrap::fitted(&release, &Words::new(14.0), 180.0), strategy(frame.strategy));
    sheet.text(x, 30.0, &about, Words::new(14.0).ink(Ink::Muted));

    let clock = Words::new(15.0).bold().mono().end();
    let at = words::clock(frame.at);
    sheet.text(WIDTH - MARGIN, 30.0, &at, clock);
    let status = frame.deployment.as_ref().and_then(|deployment| deployment.status);
    if let Some(status) = status {
        let words = Words::new(12.0).mono();
        let width = wrap::width(status.api_name(), &words) + 18.0;
        let left = WIDTH - MARGIN - wrap::width(&at, &clock) - 14.0 - width;
        sheet.frame(left, 15.0, width, 21.0, 10.5, Ink::Card, Ink::Pen, 1.0);
        sheet.text(left + width / 2.0, 29.8, status.api_name(), words.middle());
    }
}

/// The sentence, its sums and failures set apart; answers where the next thing may begin.
fn sentence(sheet: &mut Sheet, why: &Sentence, top: f64) -> f64 {
    const MOST_LINES: usize = 4;
    let pieces = why.segments.iter().map(|segment| {
        let words = Words::new(18.0);
        let words = match segment.kind {
            SegmentKind::Plain => words,
            SegmentKind::Number => words,
            SegmentKind::Formula => words.bold().mono(),
            SegmentKind::Failure => words.ink(Ink::FailureText),
        };
        Piece { text: &segment.text, words }
    });
    let mut y = top;
    for line in lines(pieces, WIDTH - 2.0 * MARGIN).into_iter().take(MOST_LINES) {
        sheet.line_of_text(MARGIN, y, &line);
        y += 25.0;
    }
    y - 25.0
}

fn footer(sheet: &mut Sheet, frame: &Frame, y: f64) -> f64 {
    sheet.rule(MARGIN, y - 18.0, WIDTH - MARGIN, y - 18.0);
    let numbers = Words::new(13.0);
    sheet.text(MARGIN, y, &counted(frame), numbers);
    sheet.text(WIDTH - MARGIN, y, "Cutover", Words::new(12.0).ink(Ink::Muted).end());
    let mut y = y;
    for alarm in &frame.alarms {
        y += 19.0;
        let measured =
            alarm.measure.map_or_else(|| "no data yet".to_owned(), |it| format!("{it:.1} {}", alarm.unit));
        let (period, periods) = (alarm.breaching_in_a_row, alarm.evaluation_periods);
        let said = format!(
            "Alarm {}: {}, {measured}, threshold {} {}, {period} of {periods} bad periods",
            alarm.name, alarm.state, alarm.threshold, alarm.unit
        );
        let red = alarm.state == crate::model::AlarmState::Alarm;
        let ink = if red { Ink::FailureText } else { Ink::Muted };
        let words = Words::new(13.0).ink(ink);
        sheet.text(MARGIN, y, &wrap::fitted(&said, &words, WIDTH - 2.0 * MARGIN), words);
    }
    y + 16.0
}
