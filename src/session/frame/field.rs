//! How the tasks of one revision fill their field: cards while there are few, glyphs, then cells.
//!
//! Lengths are in fourteenths of a rem, which are pixels on a laptop. Pure arithmetic, so that it can be tested
//! without a browser.

/// As many tasks of a revision are cards with their load written in them.
pub const MOST_CARDS: u32 = 24;
/// As many are glyphs, one for each task.
pub const MOST_GLYPHS: u32 = 150;
/// A cell is never smaller than this, its gap included.
const SMALLEST_PITCH: f64 = 5.0;

/// How much of a task can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// A card: shape, load, and a word where it is not simply healthy.
    Card,
    /// A shape alone.
    Glyph,
    /// A cell that stands for so many tasks.
    Cell {
        /// How many; 1 where all fit.
        tasks: u32,
    },
}

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A field with room for the deepest zone of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FieldLayout {
    /// What is drawn for a task.
    pub grain: Grain,
    zone_width: f64,
    zone_gap: f64,
    columns: u32,
    pitch_x: f64,
    pitch_y: f64,
    gap: f64,
}

impl FieldLayout {
    /// Fills `width` × `height` with `zones` columns of at most `deepest` places each.
    pub fn new(zones: u8, deepest: u32, width: f64, height: f64) -> FieldLayout {
        let zones = u32::from(zones.max(1));
        let deepest = deepest.max(1);
        let tasks = deepest * zones;
        let (wanted, gap, zone_gap, shape) = if tasks <= MOST_CARDS {
            (Grain::Card, 6.0, 6.0, 2.2)
        } else if tasks <= MOST_GLYPHS {
            (Grain::Glyph, 2.0, 10.0, 1.0)
        } else {
            (Grain::Cell { tasks: 1 }, 1.0, 8.0, 1.0)
        };
        let zone_gap = if zones > 1 { zone_gap } else { 0.0 };
        let zone_width = (width - zone_gap * f64::from(zones - 1)) / f64::from(zones);

        let mut cells = deepest;
        let mut grain = wanted;
        if let Grain::Cell { .. } = wanted {
            let room = (zone_width / SMALLEST_PITCH).floor() * (height / SMALLEST_PITCH).floor();
            let per_cell = (f64::from(deepest) / room.max(1.0)).ceil().max(1.0) as u32;
            cells = deepest.div_ceil(per_cell);
            grain = Grain::Cell { tasks: per_cell };
        }
        let columns = best_columns(cells, zone_width, height, shape);
        let rows = cells.div_ceil(columns);
        // Cards never grow beyond what reads well; a field of three tasks is not three posters.
        let (tallest, widest) = match wanted {
            Grain::Card => (46.0, 84.0),
            Grain::Glyph => (15.0, 15.0),
            Grain::Cell { .. } => (9.0, 9.0),
        };
        FieldLayout {
            grain,
            zone_width,
            zone_gap,
            columns,
            pitch_x: ((zone_width + gap) / f64::from(columns)).min(widest + gap),
            pitch_y: ((height + gap) / f64::from(rows)).min(tallest + gap),
            gap,
        }
    }

    /// Where the task at this place of its zone is drawn; several tasks share a cell that stands for several.
    pub fn place(&self, zone: u8, index: u32) -> Place {
        let index = match self.grain {
            Grain::Cell { tasks } => index / tasks,
            _ => index,
        };
        let (row, column) = (index / self.columns, index % self.columns);
        Place {
            x: f64::from(zone) * (self.zone_width + self.zone_gap) + f64::from(column) * self.pitch_x,
            y: f64::from(row) * self.pitch_y,
            width: self.pitch_x - self.gap,
            height: self.pitch_y - self.gap,
        }
    }

    /// How high so many places in a zone stand.
    pub fn height(&self, deepest: u32) -> f64 {
        let cells = match self.grain {
            Grain::Cell { tasks } => deepest.div_ceil(tasks),
            _ => deepest,
        };
        f64::from(cells.max(1).div_ceil(self.columns)) * self.pitch_y - self.gap
    }
}

/// The number of columns whose places come nearest to `shape`, width by height.
fn best_columns(cells: u32, width: f64, height: f64, shape: f64) -> u32 {
    let misfit = |columns: u32| {
        let rows = cells.div_ceil(columns);
        let ratio = (width / f64::from(columns)) / (height / f64::from(rows));
        (ratio / shape).max(shape / ratio)
    };
    let most = (width / SMALLEST_PITCH).max(1.0) as u32;
    let mut best = 1;
    for columns in 2..=most.min(cells) {
        if misfit(columns) < misfit(best) {
            best = columns;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: f64 = 224.0;
    const HEIGHT: f64 = 110.0;

    #[test]
    fn every_size_stays_inside_its_field_and_no_two_places_overlap() {
        for (zones, deepest) in
            [(1, 1), (3, 2), (3, 8), (6, 4), (3, 9), (3, 50), (2, 60), (3, 170), (3, 1667), (6, 834)]
        {
            let layout = FieldLayout::new(zones, deepest, WIDTH, HEIGHT);
            let per_cell = if let Grain::Cell { tasks } = layout.grain { tasks } else { 1 };
            let mut before: Option<Place> = None;
            for zone in 0..zones {
                for index in (0..deepest).step_by(per_cell as usize) {
                    let place = layout.place(zone, index);
                    assert!(
                        place.x >= 0.0 && place.x + place.width <= WIDTH + 0.01,
                        "{zones} {deepest}: {place:?}"
                    );
                    assert!(
                        place.y >= 0.0 && place.y + place.height <= HEIGHT + 0.01,
                        "{zones} {deepest}: {place:?}"
                    );
                    assert!(place.width >= 3.9 && place.height >= 3.9, "{zones} {deepest}: {place:?}");
                    assert_ne!(Some(place), before, "{zones} {deepest}");
                    before = Some(place);
                }
            }
        }
    }

    #[test]
    fn a_field_changes_its_grain_by_the_number_of_tasks() {
        assert_eq!(FieldLayout::new(3, 8, WIDTH, HEIGHT).grain, Grain::Card);
        assert_eq!(FieldLayout::new(3, 9, WIDTH, HEIGHT).grain, Grain::Glyph);
        assert_eq!(FieldLayout::new(3, 50, WIDTH, HEIGHT).grain, Grain::Glyph);
        assert_eq!(FieldLayout::new(3, 51, WIDTH, HEIGHT).grain, Grain::Cell { tasks: 1 });
        assert!(matches!(FieldLayout::new(3, 1667, WIDTH, HEIGHT).grain, Grain::Cell { tasks: 2.. }));
    }
}
