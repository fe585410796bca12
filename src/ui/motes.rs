//! The painter of what moves: pipes, requests on their way, failures travelling back.
//!
//! It paints on a canvas outside the virtual DOM, straight from the frame's pulses. Where the pipes begin and end it
//! reads off the stage's `data-anchor` elements, so the style sheet may move them as it likes; that is done a few
//! times a second, since nothing jumps more often. The canvas covers what can be painted and no more of the stage.

use crate::model::{ListenerRule, Ratio};
use crate::session::frame::{Frame, Pulse, Role};
use crate::ui::scene::curve::{Block, Curve, Point};
use crate::ui::scene::flow::{Flow, Mote, Scale};
use std::f64::consts::TAU;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, Element, HtmlCanvasElement};
use yew::NodeRef;

/// The painter with what it remembers between two frames.
pub struct Painter {
    /// The stage.
    pub stage: NodeRef,
    /// Its canvas.
    pub canvas: NodeRef,
    flow: Flow,
    scene: Option<Scene>,
}

/// Where things stand and in which colours, as last read off the page.
struct Scene {
    users: Option<Block>,
    production: Option<Block>,
    test: Option<Block>,
    testers: Option<Block>,
    source: Option<Block>,
    target: Option<Block>,
    /// What the canvas covers.
    canvas: Block,
    ratio: f64,
    rem: f64,
    still: bool,
    palette: Palette,
}

struct Palette {
    source: String,
    target: String,
    target_edge: String,
    failure: String,
    test: String,
    pipe: String,
}

/// Whether the system asks for as little motion as possible: then nothing travels, and shares and counts tell the same.
fn prefers_stillness() -> bool {
    let window = web_sys::window();
    let query =
        window.and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

impl Painter {
    /// A painter for that stage.
    pub fn new(stage: NodeRef, canvas: NodeRef) -> Painter {
        Painter { stage, canvas, flow: Flow::default(), scene: None }
    }

    /// Reads again where things stand: after a rendering, or when the window has changed.
    pub fn measure(&mut self) {
        self.scene = self.read_scene();
        if let (Some(scene), Some(canvas)) = (&self.scene, self.canvas.cast::<HtmlCanvasElement>()) {
            scene.place(&canvas);
        }
    }

    /// Whether nothing travels, as last read off the page.
    pub fn is_still(&self) -> bool {
        self.scene.as_ref().map_or_else(prefers_stillness, |scene| scene.still)
    }

    /// Lets time go by for the requests on their way.
    pub fn advance(&mut self, pulses: &[Pulse], scale: Scale, speed: f64, millis: f64) {
        self.flow.advance(pulses, scale, speed, millis);
    }

    /// Fills the pipes after a jump.
    pub fn settle(&mut self, pulses: &[Pulse], scale: Scale, speed: f64) {
        self.flow.settle(pulses, scale, speed);
    }

    /// Paints the frame.
    pub fn paint(&self, frame: &Frame) {
        let Some(scene) = &self.scene else { return };
        let Some(canvas) = self.canvas.cast::<HtmlCanvasElement>() else { return };
        let Some(brush) = context(&canvas) else { return };
        let Block { left, top, width, height } = scene.canvas;
        let ratio = scene.ratio;
        // A browser that cannot scale paints small; nothing else depends on it.
        let _ = brush.set_transform(ratio, 0.0, 0.0, ratio, -left * ratio, -top * ratio);
        brush.clear_rect(left, top, width, height);
        // A failure on its way back keeps its way, although no other follows.
        let failing = frame.pulses.iter().filter(|pulse| pulse.failing.0 > 0 && pulse.role.is_some());
        let mut ways: Vec<Way> = failing.map(|pulse| (pulse.rule, pulse.role)).collect();
        let back =
            self.flow.motes().filter(|(mote, part)| *part > 1.0 && mote.role.is_some() && !scene.still);
        for way in back.map(|(mote, _)| (mote.rule, mote.role)) {
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        scene.pipes(&brush, frame, &ways);
        if !scene.still {
            for (mote, part) in self.flow.motes() {
                scene.mote(&brush, frame.balance.is_some(), mote, part);
            }
        }
    }

    fn read_scene(&self) -> Option<Scene> {
        let stage = self.stage.cast::<Element>()?;
        let window = web_sys::window()?;
        let area = stage.get_bounding_client_rect();
        let block = |anchor: &str| {
            let found = stage.query_selector(&format!("[data-anchor={anchor}]")).ok().flatten()?;
            let place = found.get_bounding_client_rect();
            Some(Block {
                left: place.left() - area.left(),
                top: place.top() - area.top(),
                width: place.width(),
                height: place.height(),
            })
        };
        let style = window.get_computed_style(&stage).ok().flatten()?;
        let colour = |name: &str| style.get_property_value(name).unwrap_or_default().trim().to_owned();
        let mut scene = Scene {
            users: block("users"),
            production: block("production"),
            test: block("test"),
            testers: block("testers"),
            source: block("source"),
            target: block("target"),
            canvas: Block::default(),
            ratio: window.device_pixel_ratio().clamp(1.0, 3.0),
            rem: rem(&style),
            still: prefers_stillness(),
            palette: Palette {
                source: colour("--source"),
                target: colour("--target"),
                target_edge: colour("--target-edge"),
                failure: colour("--failure"),
                test: colour("--test"),
                pipe: colour("--control-line"),
            },
        };
        scene.canvas = scene.reach().within(area.width(), area.height());
        Some(scene)
    }
}

/// The rule that a request came by, and the revision that it went to.
type Way = (ListenerRule, Option<Role>);

impl Scene {
    /// Where anything can be painted: every pipe there may be, with room beside it for the way back and for what travels.
    /// A canvas costs each frame what it measures, and the pipes take up a third of the stage.
    fn reach(&self) -> Block {
        let mut pipes = vec![
            self.users.zip(self.production).map(|(from, to)| Curve::between(from, 0.5, to, 0.5)),
            self.testers.zip(self.test).map(|(from, to)| Curve::between(from, 0.5, to, 0.5)),
        ];
        for rule in [ListenerRule::Production, ListenerRule::Test] {
            pipes.extend([Role::Source, Role::Target].map(|role| self.pipe_to(rule, Some(role), false)));
            pipes.push(self.pipe_to(rule, None, true));
        }
        Block::round(pipes.into_iter().flatten(), 2.0 * self.rem)
    }

    /// Puts the canvas there.
    fn place(&self, canvas: &HtmlCanvasElement) {
        let Block { left, top, width, height } = self.canvas;
        for (name, pixels) in [("left", left), ("top", top), ("width", width), ("height", height)] {
            // A canvas that cannot be placed is seen in the upper left corner.
            let _ = canvas.style().set_property(name, &format!("{pixels}px"));
        }
        let (width, height) = ((width * self.ratio) as u32, (height * self.ratio) as u32);
        // Setting either empties the canvas.
        if canvas.width() != width || canvas.height() != height {
            canvas.set_width(width);
            canvas.set_height(height);
        }
    }

    fn pipes(&self, brush: &CanvasRenderingContext2d, frame: &Frame, ways_back: &[Way]) {
        let unit = self.rem / 14.0;
        let rolling = frame.balance.is_some();
        if let (Some(users), Some(production)) = (self.users, self.production) {
            self.stroke(
                brush,
                &Curve::between(users, 0.5, production, 0.5),
                &self.palette.pipe,
                2.0 * unit,
                1.0,
            );
        }
        let share = frame.production.actual;
        if rolling {
            if let (Some(production), Some(group)) = (self.production, self.source) {
                let pipe = Curve::between(production, 0.5, group, 0.5);
                self.stroke(brush, &pipe, &self.palette.pipe, 9.0 * unit, 0.28);
            }
        } else {
            let parts = [(Role::Source, Ratio(1_000_000 - share.0.min(1_000_000))), (Role::Target, share)];
            for (role, part) in parts.into_iter().filter(|(_, part)| part.0 > 0) {
                if let Some(pipe) = self.pipe_to(ListenerRule::Production, Some(role), false) {
                    let width = (2.0 + 8.0 * f64::from(part.0) / 1e6) * unit;
                    self.stroke(brush, &pipe, self.colour(role), width, 0.3);
                }
            }
        }
        // Test traffic is dashed everywhere.
        dash(brush, &[5.0 * unit, 4.0 * unit]);
        if let (Some(testers), Some(test)) = (self.testers, self.test) {
            self.stroke(brush, &Curve::between(testers, 0.5, test, 0.5), &self.palette.test, 2.0 * unit, 1.0);
            if let Some(rule) = &frame.test {
                let role = if rule.actual.0 >= 500_000 { Role::Target } else { Role::Source };
                if let Some(pipe) = self.pipe_to(ListenerRule::Test, Some(role), rolling) {
                    self.stroke(brush, &pipe, &self.palette.test, 2.0 * unit, 1.0);
                }
            }
        }
        dash(brush, &[1.5 * unit, 3.0 * unit]);
        for (rule, role) in ways_back {
            if let Some(way) = self.way_back(*rule, *role, rolling) {
                self.stroke(brush, &way, &self.palette.failure, 1.3 * unit, 0.9);
            }
        }
        dash(brush, &[]);
    }

    fn mote(&self, brush: &CanvasRenderingContext2d, rolling: bool, mote: Mote, part: f64) {
        let unit = self.rem / 14.0;
        if part > 1.0 {
            if let Some(way) = self.way_back(mote.rule, mote.role, rolling) {
                cross(brush, way.at(2.0 - part), 4.2 * unit, &self.palette.failure);
            }
            return;
        }
        let Some(pipe) = self.pipe_to(mote.rule, mote.role, rolling) else { return };
        let Point { x, y } = pipe.at(part);
        let half = 2.9 * unit;
        match mote.role {
            // Nobody answers: the load balancer itself fails the request.
            None => cross(brush, pipe.from, 4.2 * unit, &self.palette.failure),
            Some(Role::Source) => {
                brush.set_fill_style_str(&self.palette.source);
                brush.begin_path();
                // A circle of a finite radius is always accepted.
                let _ = brush.arc(x, y, half, 0.0, TAU);
                brush.fill();
            }
            Some(Role::Target) => {
                brush.set_fill_style_str(&self.palette.target_edge);
                brush.fill_rect(x - half - 0.7, y - half - 0.7, half * 2.0 + 1.4, half * 2.0 + 1.4);
                brush.set_fill_style_str(&self.palette.target);
                brush.fill_rect(x - half, y - half, half * 2.0, half * 2.0);
            }
        }
    }

    /// From the listener to the group that serves the revision.
    fn pipe_to(&self, rule: ListenerRule, role: Option<Role>, rolling: bool) -> Option<Curve> {
        let listener = match rule {
            ListenerRule::Production => self.production?,
            ListenerRule::Test => self.test?,
        };
        if rolling {
            return Some(Curve::between(listener, 0.5, self.source?, 0.5));
        }
        Some(match (rule, role) {
            (ListenerRule::Production, Some(Role::Target)) => {
                Curve::between(listener, 0.68, self.target?, 0.34)
            }
            (ListenerRule::Production, _) => Curve::between(listener, 0.36, self.source?, 0.5),
            (ListenerRule::Test, Some(Role::Source)) => Curve::between(listener, 0.3, self.source?, 0.8),
            (ListenerRule::Test, _) => Curve::between(listener, 0.5, self.target?, 0.72),
        })
    }

    /// The way a failure takes back, beside the pipe it came by.
    fn way_back(&self, rule: ListenerRule, role: Option<Role>, rolling: bool) -> Option<Curve> {
        let mut way = self.pipe_to(rule, role, rolling)?;
        let off = 1.1 * self.rem;
        let shift = |point: Point| {
            if (way.to.x - way.from.x).abs() > (way.to.y - way.from.y).abs() * 0.4 {
                Point { x: point.x, y: point.y + off }
            } else {
                Point { x: point.x - off, y: point.y }
            }
        };
        way = Curve {
            from: shift(way.from),
            leaves: shift(way.leaves),
            arrives: shift(way.arrives),
            to: shift(way.to),
        };
        Some(way)
    }

    fn colour(&self, role: Role) -> &str {
        match role {
            Role::Source => &self.palette.source,
            Role::Target => &self.palette.target,
        }
    }

    fn stroke(
        &self,
        brush: &CanvasRenderingContext2d,
        curve: &Curve,
        colour: &str,
        width: f64,
        opacity: f64,
    ) {
        brush.set_global_alpha(opacity);
        brush.set_stroke_style_str(colour);
        brush.set_line_width(width);
        brush.begin_path();
        brush.move_to(curve.from.x, curve.from.y);
        brush.bezier_curve_to(
            curve.leaves.x,
            curve.leaves.y,
            curve.arrives.x,
            curve.arrives.y,
            curve.to.x,
            curve.to.y,
        );
        brush.stroke();
        brush.set_global_alpha(1.0);
    }
}

fn cross(brush: &CanvasRenderingContext2d, at: Point, half: f64, colour: &str) {
    brush.set_stroke_style_str(colour);
    brush.set_line_width(half * 0.62);
    brush.begin_path();
    brush.move_to(at.x - half, at.y - half);
    brush.line_to(at.x + half, at.y + half);
    brush.move_to(at.x + half, at.y - half);
    brush.line_to(at.x - half, at.y + half);
    brush.stroke();
}

fn dash(brush: &CanvasRenderingContext2d, lengths: &[f64]) {
    let list: js_sys::Array = lengths.iter().map(|length| wasm_bindgen::JsValue::from_f64(*length)).collect();
    // A browser that cannot dash draws the line whole.
    let _ = brush.set_line_dash(&list);
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// How many pixels a rem is: the stage's own type size, which in a figure is not that of the document round it.
fn rem(style: &CssStyleDeclaration) -> f64 {
    let size = style.get_property_value("font-size").unwrap_or_default();
    size.trim_end_matches("px").parse().unwrap_or(14.0)
}
