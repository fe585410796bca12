//! A filmstrip: pictures of chosen instants beside and below each other, as one.

use super::sheet::Sheet;
use super::{Look, WIDTH, draw, title};
use crate::engine::Run;
use crate::formats::Problem;
use crate::model::{Scenario, SimTime};
use crate::session::Session;
use crate::session::figure;
use crate::session::frame::{Frame, FrameIndex, frame, stops};
use crate::session::narrate::{Sentence, why_now};

/// What a picture is made of.
pub struct Shot {
    /// The stage.
    pub frame: Frame,
    /// Why.
    pub why: Sentence,
}

/// No filmstrip has more pictures.
const MOST_SHOTS: usize = 12;
const GAP: f64 = 12.0;

/// The instants of a filmstrip, in words with commas between them, as a figure's `start` has them; none for each stage.
///
/// # Errors
/// What is wrong with the first that is none, or that there are too many.
pub fn instants(session: &Session, text: &str) -> Result<Vec<SimTime>, Problem> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let instants = words.map(|word| figure::instant(session, word)).collect::<Result<Vec<_>, _>>()?;
    if instants.len() > MOST_SHOTS {
        let message = format!("a filmstrip has at most {MOST_SHOTS} pictures; these are {}", instants.len());
        return Err(Problem { path: String::new(), message, nearest: None });
    }
    Ok(instants)
}

/// A shot of each of the instants; where none are given, of each stage, halfway through it, and of the end.
pub fn shots(scenario: &Scenario, run: &Run, service: usize, instants: &[SimTime]) -> Vec<Shot> {
    let index = FrameIndex::of(scenario, run, service);
    let instants = if instants.is_empty() { halfway(run, service) } else { instants.to_vec() };
    let shot = |at: SimTime| {
        let at = at.min(run.end);
        Shot { frame: frame(scenario, run, &index, at), why: why_now(scenario, run, service, at) }
    };
    instants.into_iter().take(MOST_SHOTS).map(shot).collect()
}

/// The middle of each stage that lasts, and the last stop; of many, as many as are shown, evenly chosen.
fn halfway(run: &Run, service: usize) -> Vec<SimTime> {
    let stops = stops(run, service);
    let pairs = stops.iter().zip(stops.iter().skip(1));
    let mut instants: Vec<SimTime> = pairs
        .filter(|(from, to)| to.since(**from).0 >= 1000)
        .map(|(from, to)| SimTime((from.0 + to.0) / 2))
        .collect();
    instants.extend(stops.last());
    if instants.is_empty() {
        instants.push(SimTime::ZERO);
    }
    let last = instants.len() - 1;
    if last >= MOST_SHOTS {
        instants = (0..MOST_SHOTS).map(|place| instants[place * last / (MOST_SHOTS - 1)]).collect();
    }
    instants
}

/// The shots in two columns, read from left to right.
pub fn filmstrip(shots: &[Shot], look: Look) -> String {
    let drawn: Vec<(Sheet, f64)> = shots
        .iter()
        .map(|shot| {
            let mut sheet = Sheet::new(look.theme);
            let height = draw(&mut sheet, &shot.frame, &shot.why);
            (sheet, height)
        })
        .collect();
    let columns = drawn.len().clamp(1, 2);
    let (mut y, mut body) = (0.0, String::new());
    for row in drawn.chunks(columns) {
        let tallest = row.iter().map(|(_, height)| *height).fold(0.0, f64::max);
        for (column, (sheet, height)) in row.iter().enumerate() {
            body.push_str(&sheet.placed((WIDTH + GAP) * column as f64, y, *height));
        }
        y += tallest + GAP;
    }
    let named = shots.first().map_or_else(String::new, |shot| title(&shot.frame));
    let said: Vec<String> = shots.iter().map(|shot| format!("{}: {}", shot.frame.at, shot.why)).collect();
    let own = (WIDTH + GAP) * columns as f64 - GAP;
    let mut whole = Sheet::new(look.theme);
    whole.raw(&format!("<g transform=\"scale({:.6})\">\n{body}</g>", WIDTH / own));
    whole.finished(
        look.width,
        (y - GAP).max(1.0) * WIDTH / own,
        &format!("Filmstrip: {named}"),
        &said.join(" "),
    )
}
