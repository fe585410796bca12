//! The pipes: smooth curves between what stands on the stage, wherever the layout has put it.

/// A point on the stage, in CSS pixels from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// What stands on the stage takes up this rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Block {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Block {
    /// The smallest in whole pixels with all of the curves in it, and so much room round them.
    pub fn round(curves: impl Iterator<Item = Curve>, room: f64) -> Block {
        // A curve stays among its ends and handles.
        let points = curves.flat_map(|it| [it.from, it.leaves, it.arrives, it.to]);
        let corners = points.fold(None, |corners: Option<[f64; 4]>, Point { x, y }| {
            let [left, top, right, bottom] = corners.unwrap_or([x, y, x, y]);
            Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
        });
        corners.map_or_else(Block::default, |[left, top, right, bottom]| {
            let (left, top) = ((left - room).floor(), (top - room).floor());
            Block { left, top, width: (right + room).ceil() - left, height: (bottom + room).ceil() - top }
        })
    }

    /// What of it lies on a stage of that size.
    pub fn within(self, width: f64, height: f64) -> Block {
        let (left, top) = (self.left.max(0.0), self.top.max(0.0));
        Block {
            left,
            top,
            width: (self.right().min(width) - left).max(0.0),
            height: (self.bottom().min(height) - top).max(0.0),
        }
    }

    const fn right(&self) -> f64 {
        self.left + self.width
    }

    const fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

/// A cubic curve.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Curve {
    /// Where it begins.
    pub from: Point,
    /// Its first handle.
    pub leaves: Point,
    /// Its second handle.
    pub arrives: Point,
    /// Where it ends.
    pub to: Point,
}

impl Curve {
    /// From the right edge of `from` to the left edge of `to`; where there is no room between them, from the lower
    /// edge to the upper one, or the other way round. `exit` and `entry` say where along the edges, from 0 to 1.
    pub fn between(from: Block, exit: f64, to: Block, entry: f64) -> Curve {
        if to.left >= from.right() {
            let start = Point { x: from.right(), y: from.top + from.height * exit };
            let end = Point { x: to.left, y: to.top + to.height * entry };
            let reach = (end.x - start.x) * 0.5;
            Curve {
                from: start,
                leaves: Point { x: start.x + reach, y: start.y },
                arrives: Point { x: end.x - reach, y: end.y },
                to: end,
            }
        } else {
            let down = to.top >= from.top;
            let (leave, meet) = if down { (from.bottom(), to.top) } else { (from.top, to.bottom()) };
            let start = Point { x: from.left + from.width * exit, y: leave };
            let end = Point { x: to.left + to.width * entry, y: meet };
            let reach = (end.y - start.y) * 0.5;
            Curve {
                from: start,
                leaves: Point { x: start.x, y: start.y + reach },
                arrives: Point { x: end.x, y: end.y - reach },
                to: end,
            }
        }
    }

    /// The point at `part` of the way, from 0 to 1.
    pub fn at(&self, part: f64) -> Point {
        let rest = 1.0 - part;
        let mix = |a: f64, b: f64, c: f64, d: f64| {
            rest * rest * rest * a
                + 3.0 * rest * rest * part * b
                + 3.0 * rest * part * part * c
                + part * part * part * d
        };
        Point {
            x: mix(self.from.x, self.leaves.x, self.arrives.x, self.to.x),
            y: mix(self.from.y, self.leaves.y, self.arrives.y, self.to.y),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipes_lie_in_the_block_round_them() {
        let from = Block { left: 0.0, top: 0.0, width: 10.0, height: 10.5 };
        let to = Block { left: 30.0, top: 20.0, width: 10.0, height: 10.0 };
        let round = Block::round([Curve::between(from, 1.0, to, 0.5)].into_iter(), 2.0);
        assert_eq!(round, Block { left: 8.0, top: 8.0, width: 24.0, height: 19.0 });
        assert_eq!(round.within(20.0, 20.0), Block { left: 8.0, top: 8.0, width: 12.0, height: 12.0 });
        assert_eq!(Block::round(std::iter::empty(), 2.0), Block::default());
    }

    #[test]
    fn a_pipe_joins_the_facing_edges() {
        let from = Block { left: 0.0, top: 0.0, width: 10.0, height: 10.0 };
        let beside = Block { left: 30.0, top: 20.0, width: 10.0, height: 10.0 };
        let curve = Curve::between(from, 0.5, beside, 0.5);
        assert_eq!((curve.at(0.0), curve.at(1.0)), (Point { x: 10.0, y: 5.0 }, Point { x: 30.0, y: 25.0 }));
        assert_eq!(curve.at(0.5), Point { x: 20.0, y: 15.0 });
        let below = Block { left: 5.0, top: 40.0, width: 10.0, height: 10.0 };
        let curve = Curve::between(from, 0.5, below, 0.5);
        assert_eq!((curve.at(0.0), curve.at(1.0)), (Point { x: 5.0, y: 10.0 }, Point { x: 10.0, y: 40.0 }));
        let curve = Curve::between(below, 0.5, from, 0.5);
        assert_eq!((curve.at(0.0), curve.at(1.0)), (Point { x: 10.0, y: 40.0 }, Point { x: 5.0, y: 10.0 }));
    }
}
