//! Evidence as pictures: SVG as text, the same on the page and in a report.
//!
//! A picture wears classes and no colours of its own; [`STYLE`] gives a picture that leaves the page its ink. What is text
//! on the page stays outside the picture, so that a narrow screen does not make it small.

use super::course::Course;
use super::figure::Figure;
use super::map::Map;
use super::recipe::Measured;
use crate::model::{SimTime, Span};
use crate::session::words::escaped;
use std::fmt::Write;

/// The width of every picture, in its own units.
const WIDE: f64 = 1000.0;
/// The height of a lane.
pub const LANE: f64 = 56.0;

/// The ink of pictures that leave the page, on white paper.
pub const STYLE: &str = "text{font:14px system-ui,sans-serif;fill:#191d23}.share{fill:#2fbf8f;stroke:#14845f}.tasks{fill:none;\
stroke:#667080}.failed{fill:none;stroke:#d55e00;stroke-width:2}.ground{fill:#fff;stroke:#dfe2e6}.over{stroke:#191d23}.cell{fill:#191d23}\
.hurts .cell{fill:#b34f00}.none{fill:none;stroke:#8b939e}.dot{fill:#191d23}.dot.off{fill:#8b939e}.whisker{stroke:#667080}\
.axis{stroke:#8b939e}";

/// A lane: the new revision's share as a field, tasks and failed requests as lines, each on the scale that all lanes
/// share; where the deployment ended, a line.
pub fn lane(course: &Course, end: SimTime, most_tasks: u32, most_failed: u64) -> String {
    let x = |at: SimTime| at.0 as f64 / end.0.max(1) as f64 * WIDE;
    // Steps, written where they change only.
    let steps = |value: &dyn Fn(usize) -> f64| {
        let (mut path, mut before) = (String::new(), f64::NAN);
        let last = course.share.len().saturating_sub(1).max(1);
        for place in 0..course.share.len() {
            let at = SimTime(course.end.0 * place as u64 / last as u64);
            if at > end {
                break;
            }
            let y = (LANE - 2.0) * (1.0 - value(place)) + 1.0;
            if place == 0 {
                let _ = write!(path, "M0 {y:.1}");
            } else if y != before {
                let _ = write!(path, "H{:.1}V{y:.1}", x(at));
            }
            before = y;
        }
        let _ = write!(path, "H{:.1}", x(course.end.min(end)));
        path
    };
    let part = |value: f64, most: f64| if most > 0.0 { value / most } else { 0.0 };
    let share = steps(&|place| f64::from(course.share[place]) / 1000.0);
    let tasks = steps(&|place| part(f64::from(course.tasks[place]), f64::from(most_tasks)));
    let failed = steps(&|place| part(course.failed[place] as f64, most_failed as f64));
    let right = x(course.end.min(end));
    let mut text = format!(
        "<rect class=\"ground\" width=\"{right:.1}\" height=\"{LANE}\"/>\
         <path class=\"share\" d=\"{share}V{LANE}H0Z\"/>\
         <path class=\"tasks\" d=\"{tasks}\"/><path class=\"failed\" d=\"{failed}\"/>"
    );
    if let Some(ended) = course.ended.filter(|ended| *ended <= end) {
        let _ = write!(text, "<path class=\"over\" d=\"M{0:.1} 0V{LANE}\"/>", x(ended));
    }
    text
}

/// A race goes on so long after the last deployment's end, however long its runs are watched.
const AFTERMATH: Span = Span::from_secs(300);

/// The end of the race, the most tasks and the most failures up to it: the scale of all lanes.
pub fn scale<'c>(courses: impl Iterator<Item = &'c Course>) -> (SimTime, u32, u64) {
    let courses: Vec<&Course> = courses.collect();
    let of = |course: &&Course| course.ended.map_or(course.end, |ended| course.end.min(ended + AFTERMATH));
    let end = courses.iter().map(of).max().unwrap_or_default();
    let tasks = courses.iter().filter_map(|course| course.tasks.iter().copied().max()).max();
    let failed = courses.iter().map(|course| course.at(end).failed).max();
    (end, tasks.unwrap_or(0), failed.unwrap_or(0))
}

/// A whole race, for a report.
pub fn race(lanes: &[(String, &Course)]) -> String {
    let (end, tasks, failed) = scale(lanes.iter().map(|(_, course)| *course));
    let mut body = String::new();
    for (place, (name, course)) in lanes.iter().enumerate() {
        let top = place as f64 * (LANE + 26.0);
        let _ = write!(body, "<text x=\"0\" y=\"{}\">{}</text>", top + 15.0, escaped(name));
        let _ = write!(
            body,
            "<g transform=\"translate(0 {})\">{}</g>",
            top + 21.0,
            lane(course, end, tasks, failed)
        );
    }
    let bottom = lanes.len() as f64 * (LANE + 26.0);
    let _ = write!(
        body,
        "<text x=\"0\" y=\"{0}\">0:00</text><text x=\"{WIDE}\" y=\"{0}\" text-anchor=\"end\">{end}</text>",
        bottom + 16.0
    );
    document(
        &body,
        WIDE,
        bottom + 24.0,
        "The share of requests that the new revision gets, tasks, and failed requests, lane by lane",
    )
}

/// The values of a map's figure: the least and the most, where there are any.
pub fn range(figure: Figure, cells: &[Option<Measured>]) -> Option<(f64, f64)> {
    let values = cells.iter().flatten().filter_map(|cell| figure.of(cell.as_ref().ok()?));
    values.fold(None, |range, value| {
        let (least, most) = range.unwrap_or((value, value));
        Some((least.min(value), most.max(value)))
    })
}

/// The fields of a map, in a square of a thousand units: the darker the more. What is not known yet is empty, what was not
/// reached or was refused is a ring.
pub fn heat(map: &Map, figure: Figure, cells: &[Option<Measured>]) -> String {
    let (columns, rows) = (map.x.values.len() as f64, map.y.values.len() as f64);
    let (wide, high) = (WIDE / columns, WIDE / rows);
    let (least, most) = range(figure, cells).unwrap_or((0.0, 0.0));
    let mut body = String::new();
    for (cell, measured) in cells.iter().enumerate() {
        let (x, y) = map.place(cell);
        let (left, top) = (x as f64 * wide, WIDE - (y as f64 + 1.0) * high);
        let Some(measured) = measured else { continue };
        match measured.as_ref().ok().and_then(|board| figure.of(board)) {
            Some(value) => {
                let share = if most > least { (value - least) / (most - least) } else { 0.0 };
                let _ = write!(
                    body,
                    "<rect class=\"cell\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill-opacity=\"{:.3}\"/>",
                    wide - 1.0,
                    high - 1.0,
                    DIMMEST + (1.0 - DIMMEST) * share
                );
            }
            None => {
                let _ = write!(
                    body,
                    "<circle class=\"none\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\"/>",
                    left + wide / 2.0,
                    top + high / 2.0,
                    wide.min(high) * 0.2
                );
            }
        }
    }
    body
}

/// The least value is seen, too.
const DIMMEST: f64 = 0.06;

/// Whether a figure counts harm, which is drawn in the colour of failure.
pub const fn hurts(figure: Figure) -> bool {
    matches!(figure, Figure::FailedRequests | Figure::UsersHurt | Figure::ErrorBudget)
}

/// A whole map, for a report.
pub fn map(map: &Map, figure: Figure, cells: &[Option<Measured>]) -> String {
    let class = if hurts(figure) { " class=\"hurts\"" } else { "" };
    let last = (map.x.values.len() - 1, map.y.values.len() - 1);
    let (least, most) = range(figure, cells).unwrap_or((0.0, 0.0));
    let body = format!(
        "<text x=\"0\" y=\"16\">{figure}: from {least} (light) to {most} (dark)</text>\
         <text x=\"0\" y=\"40\">{y} {y1}</text>\
         <g transform=\"translate(0 48) scale(0.6)\"{class}>{cells}</g>\
         <text x=\"0\" y=\"666\">{y} {y0}, {x} {x0}</text><text x=\"600\" y=\"666\" text-anchor=\"end\">{x} {x1}</text>",
        figure = figure.title(),
        least = escaped(&figure.text(least)),
        most = escaped(&figure.text(most)),
        x = escaped(&map.x.parameter),
        y = escaped(&map.y.parameter),
        x0 = escaped(&map.x.text(0)),
        x1 = escaped(&map.x.text(last.0)),
        y0 = escaped(&map.y.text(0)),
        y1 = escaped(&map.y.text(last.1)),
        cells = heat(map, figure, cells),
    );
    document(&body, 640.0, 680.0, "A map of two parameters")
}

/// A point of the front's chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its number in the table, and its strategy.
    pub name: String,
    /// Seconds that a good release takes.
    pub x: f64,
    /// Failed requests in the mean, and between what they lie.
    pub y: (f64, f64, f64),
    /// Whether it stands on the front.
    pub on_front: bool,
}

/// The front: time to deploy to the right, failed requests upwards, each with its interval.
pub fn front(points: &[Point]) -> String {
    const HIGH: f64 = 360.0;
    const LEFT: f64 = 70.0;
    let most_x = points.iter().map(|point| point.x).fold(1.0, f64::max) * 1.08;
    let most_y = points.iter().map(|point| point.y.2).fold(1.0, f64::max) * 1.08;
    let x = |value: f64| LEFT + value / most_x * (WIDE - LEFT - 20.0);
    let y = |value: f64| HIGH - value.max(0.0) / most_y * (HIGH - 30.0);
    let mut body = format!(
        "<path class=\"axis\" fill=\"none\" d=\"M{LEFT} 20V{HIGH}H{WIDE}\"/>\
         <text x=\"0\" y=\"14\">failed requests</text><text x=\"{WIDE}\" y=\"{0}\" text-anchor=\"end\">time to deploy</text>",
        HIGH + 40.0
    );
    for share in [0.0, 0.5, 1.0] {
        // Whole minutes, and two digits, so that a tick can be read.
        let right = libm::round(most_x / 1.08 * share / 60.0) * 60.0;
        let up = most_y / 1.08 * share;
        let grain = libm::pow(10.0, libm::floor(libm::log10(up.max(1.0))) - 1.0).max(1.0);
        let up = libm::floor(up / grain) * grain;
        let _ = write!(
            body,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            LEFT - 8.0,
            y(up) + 5.0,
            Figure::FailedRequests.text(up),
            x(right),
            HIGH + 20.0,
            SimTime(libm::round(right) as u64 * 1000)
        );
    }
    for point in points {
        let (mean, low, high) = point.y;
        let off = if point.on_front { "" } else { " off" };
        let _ = write!(
            body,
            "<path class=\"whisker\" d=\"M{0:.1} {1:.1}V{2:.1}\"/><circle class=\"dot{off}\" cx=\"{0:.1}\" cy=\"{3:.1}\" r=\"6\"/>\
             <text x=\"{4:.1}\" y=\"{5:.1}\">{6}</text>",
            x(point.x),
            y(low),
            y(high),
            y(mean),
            x(point.x) + 9.0,
            y(mean) - 7.0,
            escaped(&point.name)
        );
    }
    document(
        &body,
        WIDE,
        HIGH + 48.0,
        "Failed requests against time to deploy, each configuration by its number",
    )
}

/// A picture as a file of its own: with its ink, and with paper under it and around it, for a reader's ground may be dark.
pub fn standalone(svg: &str) -> String {
    const MARGIN: f64 = 16.0;
    let size = |name: &str| -> f64 {
        let value = svg.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
        value.and_then(|(value, _)| value.parse().ok()).unwrap_or(WIDE)
    };
    let (wide, high) = (size("width") + 2.0 * MARGIN, size("height") + 2.0 * MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"-{MARGIN} -{MARGIN} {wide} {high}\">\
         <style>{STYLE}</style><rect x=\"-{MARGIN}\" y=\"-{MARGIN}\" width=\"{wide}\" height=\"{high}\" fill=\"#fff\"/>{svg}</svg>\n"
    )
}

/// A picture that stands in a page.
fn document(body: &str, wide: f64, high: f64, title: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"evidence\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" \
         role=\"img\" aria-label=\"{title}\">{body}</svg>"
    )
}
