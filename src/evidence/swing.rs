//! Which single parameter matters most: each is moved over its range alone, all others staying as they are.

use super::figure::Figure;
use super::map::Axis;
use super::recipe::{Base, Measured, Recipe};
use crate::session::ParameterKind;

/// A parameter is looked at in so many places of its range.
const PLACES: usize = 5;

/// What one parameter does to a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Swing {
    /// Its values that were tried.
    pub axis: Axis,
    /// The smallest value the figure took, and the largest.
    pub range: (f64, f64),
}

impl Swing {
    /// How far the figure moves: the measure by which parameters are ranked.
    pub fn width(&self) -> f64 {
        self.range.1 - self.range.0
    }

    /// In a sentence.
    pub fn text(&self, figure: Figure) -> String {
        let last = self.axis.values.len() - 1;
        format!(
            "{} from {} to {}: between {} and {}",
            self.axis.parameter,
            self.axis.text(0),
            self.axis.text(last),
            figure.text(self.range.0),
            figure.said(self.range.1)
        )
    }
}

/// What is moved: every number among the parameters, over the range of its slider. The seed is none.
pub fn axes(base: &Base, recipe: &Recipe) -> Vec<Axis> {
    let numbers = base
        .parameters(recipe.strategy)
        .into_iter()
        .filter(|parameter| !matches!(parameter.kind, ParameterKind::Switch) && parameter.name != "seed");
    numbers
        .filter_map(|parameter| Axis::over(&parameter, parameter.slider.0, parameter.slider.1, PLACES).ok())
        .collect()
}

/// The runs, axis by axis.
pub fn recipes(recipe: &Recipe, axes: &[Axis]) -> Vec<Recipe> {
    let of = |axis: &Axis| -> Vec<Recipe> {
        axis.values.iter().map(|value| recipe.clone().with(&axis.parameter, value.clone())).collect()
    };
    axes.iter().flat_map(of).collect()
}

/// The parameters by how far each alone moves the figure, the farthest first; those that move nothing are left out.
pub fn ranked(axes: &[Axis], measured: &[Measured], figure: Figure) -> Vec<Swing> {
    let mut rest = measured;
    let mut swings: Vec<Swing> = Vec::new();
    for axis in axes {
        let (mine, others) = rest.split_at(axis.values.len().min(rest.len()));
        rest = others;
        let values = mine.iter().filter_map(|board| figure.of(board.as_ref().ok()?));
        let range = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
            (least.min(value), most.max(value))
        });
        if range.1 > range.0 {
            swings.push(Swing { axis: axis.clone(), range });
        }
    }
    swings.sort_by(|one, other| other.width().total_cmp(&one.width()));
    swings
}
