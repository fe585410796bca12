//! The lanes' charts, plotted to SVG once for each run.
//!
//! Plotters knows no theme, so each series is drawn in a colour that means a role, and the roles become the page's
//! custom properties afterwards: a change of theme costs nothing. There is no text in a chart; plotters would measure
//! it in the document, and the page writes its own labels.

use super::ticks;
use crate::model::SimTime;
use crate::session::timeline::{Axis, Points, Timeline};
use crate::session::{Price, Prices};
use crate::ui::shared::Shared;
use plotters::prelude::*;
use plotters::style::RGBColor;
use yew::prelude::*;

/// The grain of a chart; CSS stretches it over its lane, with strokes that keep their width.
const SIZE: (u32, u32) = (3000, 400);

/// What a lane is given.
#[derive(Clone, PartialEq, Properties)]
pub struct LaneProps {
    /// The run's lanes.
    pub timeline: Shared<Timeline>,
    /// The lanes of the future that was replaced.
    pub ghost: Option<Shared<Timeline>>,
    /// Where on the chart each instant is.
    pub axis: Shared<Axis>,
}

/// Who gets the traffic.
#[component]
pub fn ShareChart(props: &LaneProps) -> Html {
    let lane = &props.timeline.share;
    let mut chart = Chart::new(&props.axis, 100.0);
    let whole = vec![(SimTime::ZERO, 100.0), (props.timeline.end, 100.0)];
    chart.area(&whole, Paint::Source, 0.85);
    chart.area(&lane.measured, Paint::Target, 1.0);
    if !lane.set.is_empty() {
        chart.line(&stepped(&lane.set, props.timeline.end), Paint::Ink);
    }
    if let Some(ghost) = &props.ghost {
        chart.line(&ghost.share.measured, Paint::Ghost);
    }
    chart.into_html()
}

/// How many tasks there are, between their bounds.
#[component]
pub fn TasksChart(props: &LaneProps) -> Html {
    let lane = &props.timeline.tasks;
    let end = props.timeline.end;
    let mut chart = Chart::new(&props.axis, lane.highest * 1.08);
    chart.area(&stepped(&lane.healthy, end), Paint::Source, 0.22);
    chart.area(&stepped(&lane.healthy_target, end), Paint::Target, 0.55);
    chart.line(&stepped(&lane.lower_bound, end), Paint::Bound);
    chart.line(&stepped(&lane.upper_bound, end), Paint::Bound);
    chart.line(&stepped(&lane.total, end), Paint::Ink);
    if let Some(ghost) = &props.ghost {
        chart.line(&stepped(&ghost.tasks.total, ghost.end), Paint::Ghost);
    }
    chart.into_html()
}

/// How many requests fail, under the alarm's threshold.
#[component]
pub fn ErrorsChart(props: &LaneProps) -> Html {
    let lane = &props.timeline.errors;
    let mut chart = Chart::new(&props.axis, lane.highest.max(1.0) * 1.15);
    for curve in &lane.target_percent {
        chart.area(curve, Paint::Failure, 0.16);
        chart.line(curve, Paint::Failure);
    }
    chart.line(&lane.percent, Paint::Ink);
    if let Some(threshold) = &lane.threshold {
        let value = threshold.value;
        chart.line(&vec![(SimTime::ZERO, value), (props.timeline.end, value)], Paint::Threshold);
    }
    if let Some(ghost) = &props.ghost {
        chart.line(&ghost.errors.percent, Paint::Ghost);
    }
    chart.into_html()
}

/// How long an answer takes, by revision.
#[component]
pub fn LatencyChart(props: &LaneProps) -> Html {
    let lane = &props.timeline.latency;
    let mut chart = Chart::new(&props.axis, lane.highest.max(1.0) * 1.15);
    chart.line(&lane.source, Paint::Source);
    chart.line(&lane.target, Paint::Target);
    if let Some(threshold) = &lane.threshold {
        let value = threshold.value;
        chart.line(&vec![(SimTime::ZERO, value), (props.timeline.end, value)], Paint::Threshold);
    }
    if let Some(ghost) = &props.ghost {
        chart.line(&ghost.latency.target, Paint::Ghost);
    }
    chart.into_html()
}

/// What the price lane is given.
#[derive(Clone, PartialEq, Properties)]
pub struct PriceProps {
    /// The prices along the run.
    pub prices: Shared<Prices>,
    /// Where on the chart each instant is.
    pub axis: Shared<Axis>,
}

/// What going back would cost at each instant: the requests that fail as an area, the seconds it takes as a line. It is
/// drawn only where there is a way back.
#[component]
pub fn PriceChart(props: &PriceProps) -> Html {
    let known = || props.prices.iter().filter_map(|(_, price)| *price);
    let longest = known().map(|price| price.span.0).max().unwrap_or(0).max(1) as f64;
    let dearest = known().map(|price| price.failed).max().unwrap_or(0).max(1) as f64;
    let mut chart = Chart::new(&props.axis, 1.15);
    for stretch in props.prices.split(|(_, price)| price.is_none()) {
        let curve = |value: fn(&Price) -> f64, most: f64| -> Points {
            stretch.iter().filter_map(|(at, price)| Some((*at, value(price.as_ref()?) / most))).collect()
        };
        chart.area(&curve(|price| price.failed as f64, dearest), Paint::Failure, 0.3);
        chart.line(&curve(|price| price.span.0 as f64, longest), Paint::Ink);
    }
    chart.into_html()
}

/// What a series means; it becomes a colour of the page's theme.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paint {
    Grid,
    Ink,
    Source,
    Target,
    Failure,
    Threshold,
    Bound,
    Ghost,
}

impl Paint {
    const ALL: [Paint; 8] = [
        Paint::Grid,
        Paint::Ink,
        Paint::Source,
        Paint::Target,
        Paint::Failure,
        Paint::Threshold,
        Paint::Bound,
        Paint::Ghost,
    ];

    /// A colour that stands for the role until the chart is themed.
    fn colour(self) -> RGBColor {
        RGBColor(1, 2, self as u8)
    }

    const fn theme(self) -> &'static str {
        match self {
            Paint::Grid => "var(--line)",
            Paint::Ink => "var(--ink)",
            Paint::Source => "var(--source)",
            Paint::Target => "var(--target-edge)",
            Paint::Failure => "var(--failure)",
            Paint::Threshold => "var(--failure)\" stroke-dasharray=\"5 4",
            Paint::Bound => "var(--muted)\" stroke-dasharray=\"3 3",
            Paint::Ghost => "var(--muted)\" stroke-dasharray=\"1.5 3",
        }
    }
}

/// A chart while it is drawn.
struct Chart<'a> {
    axis: &'a Axis,
    top: f64,
    series: Vec<(Points, Paint, Option<f64>)>,
}

impl Chart<'_> {
    fn new(axis: &Axis, top: f64) -> Chart<'_> {
        let mut chart = Chart { axis, top: top.max(f64::MIN_POSITIVE), series: Vec::new() };
        for at in ticks::ticks(axis).into_iter().skip(1) {
            chart.line(&vec![(at, 0.0), (at, top)], Paint::Grid);
        }
        chart
    }

    fn line(&mut self, points: &Points, paint: Paint) {
        self.series.push((points.clone(), paint, None));
    }

    fn area(&mut self, points: &Points, paint: Paint, opacity: f64) {
        self.series.push((points.clone(), paint, Some(opacity)));
    }

    fn into_html(self) -> Html {
        Html::from_html_unchecked(AttrValue::from(self.into_svg()))
    }

    /// The chart as SVG in the page's colours; empty where plotters cannot draw it.
    fn into_svg(self) -> String {
        let mut svg = String::new();
        if self.draw(&mut svg).is_err() {
            return String::new();
        }
        for paint in Paint::ALL {
            let RGBColor(red, green, blue) = paint.colour();
            svg = svg.replace(&format!("#{red:02X}{green:02X}{blue:02X}"), paint.theme());
        }
        svg.replacen("<svg ", "<svg preserveAspectRatio=\"none\" aria-hidden=\"true\" ", 1)
    }

    fn draw(&self, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
        let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        let mut chart = ChartBuilder::on(&area).margin(0).build_cartesian_2d(0.0..1.0, 0.0..self.top)?;
        for (points, paint, opacity) in &self.series {
            let points = bent(points, self.axis);
            let points = points.iter().map(|&(at, value)| (self.axis.place(at), value.clamp(0.0, self.top)));
            let colour = paint.colour();
            match opacity {
                Some(opacity) => chart.draw_series(AreaSeries::new(points, 0.0, colour.mix(*opacity)))?,
                None => {
                    let width = if matches!(paint, Paint::Ink | Paint::Failure) { 2 } else { 1 };
                    chart.draw_series(LineSeries::new(points, colour.stroke_width(width)))?
                }
            };
        }
        area.present()?;
        Ok(())
    }
}

/// The same curve with a point at every knee of the axis, between which it is straight.
fn bent(points: &Points, axis: &Axis) -> Points {
    let mut bent = Points::with_capacity(points.len());
    for &(at, value) in points {
        if let Some(&(last, before)) = bent.last() {
            for knee in axis.knees().filter(|knee| last < *knee && *knee < at) {
                let part = knee.since(last).0 as f64 / at.since(last).0 as f64;
                bent.push((knee, before + (value - before) * part));
            }
        }
        bent.push((at, value));
    }
    bent
}

/// A step function as a line: each value holds until the next one's instant.
fn stepped(points: &Points, end: SimTime) -> Points {
    let mut line = Points::with_capacity(points.len() * 2 + 1);
    for &(at, value) in points {
        if let Some(&(_, before)) = line.last() {
            line.push((at, before));
        }
        line.push((at, value));
    }
    if let Some(&(at, value)) = line.last() {
        line.push((end.max(at), value));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::timeline::Fold;

    #[test]
    fn a_chart_is_drawn_in_the_page_s_colours_and_without_text() {
        let axis = Axis::new(SimTime::from_secs(600), &[]);
        let mut chart = Chart::new(&axis, 10.0);
        chart.area(&vec![(SimTime::ZERO, 1.0), (SimTime::from_secs(600), 9.0)], Paint::Target, 0.5);
        chart.line(&vec![(SimTime::ZERO, 2.0), (SimTime::from_secs(600), 2.0)], Paint::Threshold);
        let svg = chart.into_svg();
        assert!(svg.contains("var(--target-edge)"), "{svg}");
        assert!(svg.contains("stroke-dasharray"), "{svg}");
        assert!(!svg.contains("#0102"), "{svg}");
        assert!(!svg.contains("<text"), "{svg}");
    }

    #[test]
    fn a_slope_bends_where_the_axis_does() {
        let secs = SimTime::from_secs;
        let fold = Fold { start: secs(20), end: secs(80), content: String::new() };
        let slope = bent(&vec![(secs(0), 0.0), (secs(100), 10.0)], &Axis::new(secs(100), &[fold]));
        assert_eq!(slope, vec![(secs(0), 0.0), (secs(20), 2.0), (secs(80), 8.0), (secs(100), 10.0)]);
    }

    #[test]
    fn a_step_holds_until_the_next() {
        let secs = SimTime::from_secs;
        let line = stepped(&vec![(secs(0), 1.0), (secs(5), 2.0)], secs(9));
        assert_eq!(line, vec![(secs(0), 1.0), (secs(5), 1.0), (secs(5), 2.0), (secs(9), 2.0)]);
    }
}
