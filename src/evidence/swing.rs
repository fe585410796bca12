//! Which single parameter matters most: each is moved over its range alone, all others staying as they are.

use super::figure::Figure;
use super::map::Axis;
use super::recipe::{Base, Measured, Recipe};
use crate::session::{ParameterGroup, ParameterKind};

/// A parameter is looked at in so many places of its range.
const PLACES: usize = 5;

/// A parameter that is moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// Its values.
    pub axis: Axis,
    /// Whether it is configured; others are given: the software, the traffic, how long AWS takes.
    pub is_configured: bool,
}

/// What one parameter does to a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Swing {
    /// The parameter, with its values that were tried.
    pub lever: Lever,
    /// The smallest value the figure took, and the largest.
    pub range: (f64, f64),
    /// In how many places the figure was not reached, or the run refused.
    pub missing: usize,
}

impl Swing {
    /// How far the figure moves: the measure by which parameters are ranked.
    pub fn width(&self) -> f64 {
        self.range.1 - self.range.0
    }

    /// In a sentence.
    pub fn text(&self, figure: Figure) -> String {
        let axis = &self.lever.axis;
        let last = axis.values.len() - 1;
        let (least, most) = self.range;
        let between = if least < most {
            format!("between {} and {}", figure.text(least), figure.said(most))
        } else {
            figure.said(most)
        };
        let missing = match self.missing {
            0 => String::new(),
            some => format!(", not reached in {some} of {} places", axis.values.len()),
        };
        format!("{} from {} to {}: {between}{missing}", axis.parameter, axis.text(0), axis.text(last))
    }
}

/// What is moved: every number among the parameters, over the range of its slider. The seed is none.
pub fn levers(base: &Base, recipe: &Recipe) -> Vec<Lever> {
    let numbers = base
        .parameters(recipe.strategy)
        .into_iter()
        .filter(|parameter| !matches!(parameter.kind, ParameterKind::Switch) && parameter.name != "seed");
    let lever = |parameter: crate::session::Parameter| {
        let axis = Axis::over(&parameter, parameter.slider.0, parameter.slider.1, PLACES).ok()?;
        let is_configured = match parameter.group {
            ParameterGroup::Strategy
            | ParameterGroup::Service
            | ParameterGroup::Guard
            | ParameterGroup::TargetGroup => true,
            ParameterGroup::Release
            | ParameterGroup::Traffic
            | ParameterGroup::Timings
            | ParameterGroup::Readings => false,
        };
        Some(Lever { axis, is_configured })
    };
    numbers.filter_map(lever).collect()
}

/// The runs, lever by lever.
pub fn recipes(recipe: &Recipe, levers: &[Lever]) -> Vec<Recipe> {
    let of = |lever: &Lever| -> Vec<Recipe> {
        let axis = &lever.axis;
        axis.values.iter().map(|value| recipe.clone().with(&axis.parameter, value.clone())).collect()
    };
    levers.iter().flat_map(of).collect()
}

/// The parameters that decide whether the figure is reached at all, then the others by how far each alone moves it, the
/// farthest first; those that do nothing to it are left out.
pub fn ranked(levers: &[Lever], measured: &[Measured], figure: Figure) -> Vec<Swing> {
    let mut rest = measured;
    let mut swings: Vec<Swing> = Vec::new();
    for lever in levers {
        let (mine, others) = rest.split_at(lever.axis.values.len().min(rest.len()));
        rest = others;
        let values: Vec<f64> = mine.iter().filter_map(|board| figure.of(board.as_ref().ok()?)).collect();
        let range = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
            (least.min(*value), most.max(*value))
        });
        let missing = mine.len() - values.len();
        if range.1 > range.0 || (missing > 0 && !values.is_empty()) {
            swings.push(Swing { lever: lever.clone(), range, missing });
        }
    }
    swings.sort_by(|one, other| {
        let decides = |it: &Swing| it.missing > 0;
        decides(other).cmp(&decides(one)).then(other.width().total_cmp(&one.width()))
    });
    swings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Scoreboard;
    use crate::model::Span;
    use serde_json::json;

    #[test]
    fn a_parameter_that_decides_whether_a_figure_is_reached_comes_first() {
        let lever = |parameter: &str| Lever {
            axis: Axis {
                parameter: parameter.to_owned(),
                unit: "%".to_owned(),
                values: vec![json!(1), json!(2)],
            },
            is_configured: true,
        };
        let seen = |seconds: Option<u64>| {
            Ok(Scoreboard { detect: seconds.map(Span::from_secs), ..Scoreboard::default() })
        };
        let measured =
            [seen(Some(60)), seen(Some(90)), seen(Some(60)), seen(None), seen(Some(60)), seen(Some(60))];
        let levers = [lever("percent"), lever("threshold"), lever("nothing")];
        let swings = ranked(&levers, &measured, Figure::TimeToDetect);
        let told: Vec<String> = swings.iter().map(|swing| swing.text(Figure::TimeToDetect)).collect();
        assert_eq!(
            told,
            [
                "threshold from 1 % to 2 %: 1 min, not reached in 1 of 2 places",
                "percent from 1 % to 2 %: between 1 min and 1 min 30 s"
            ]
        );
    }
}
