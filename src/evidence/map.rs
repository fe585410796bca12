//! A trade-off map: two parameters against any figure, a run for every pair of values.

use super::figure::Figure;
use super::recipe::{Base, Measured, Recipe};
use super::scoreboard::number;
use crate::model::Count;
use crate::session::{Parameter, ParameterKind};
use serde_json::Value;

/// Values of a parameter, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its API name.
    pub parameter: String,
    /// Its unit, as in `%`; empty where it has none.
    pub unit: String,
    /// The values, each once, from the least to the greatest.
    pub values: Vec<Value>,
}

/// No axis has more values: a map of a hundred by a hundred is ten thousand runs.
pub const MOST_CELLS: usize = 100;
/// A map as it is made where nobody says otherwise.
pub const USUAL_CELLS: usize = 20;

impl Axis {
    /// Evenly spaced values of a parameter, each once: as many as asked for, or as many as there are.
    ///
    /// # Errors
    /// In words, where the range is none or the parameter cannot have it.
    pub fn over(parameter: &Parameter, from: f64, to: f64, cells: usize) -> Result<Axis, String> {
        let (least, most, step) = match parameter.kind {
            ParameterKind::Integer { least, most } => (least as f64, most as f64, 1.0),
            ParameterKind::Decimal { least, most, step } => (least, most, step),
            ParameterKind::Switch => {
                let values = vec![Value::Bool(false), Value::Bool(true)];
                return Ok(Axis { parameter: parameter.name.to_owned(), unit: String::new(), values });
            }
        };
        let name = parameter.name;
        if !(from.is_finite() && to.is_finite() && from < to) {
            return Err(format!("{name}: a range goes from a smaller number to a larger one"));
        }
        if from < least || to > most {
            return Err(format!("{name}: lies between {} and {}", number(least), number(most)));
        }
        let cells = cells.clamp(2, MOST_CELLS);
        let mut values: Vec<Value> = Vec::new();
        for cell in 0..cells {
            let even = from + (to - from) * cell as f64 / (cells - 1) as f64;
            let grain = libm::round(even / step) * step;
            // Multiples of a decimal grain carry digits that nobody asked for.
            let value = number((libm::round(grain * 1e6) / 1e6).clamp(least, most));
            if values.last() != Some(&value) {
                values.push(value);
            }
        }
        if values.len() < 2 {
            return Err(format!("{name}: has only one value there"));
        }
        Ok(Axis { parameter: name.to_owned(), unit: parameter.unit.to_owned(), values })
    }

    /// A value with its unit, as in `10 %`, `1 period`, `1,000 /s`.
    pub fn text(&self, place: usize) -> String {
        let value = &self.values[place];
        let number = value.as_u64().map_or_else(|| value.to_string(), |number| Count(number).to_string());
        let one = self.unit.strip_suffix('s').filter(|one| one.len() > 1 && value.as_u64() == Some(1));
        match one.unwrap_or(&self.unit) {
            "" => number,
            unit => format!("{number} {unit}"),
        }
    }

    /// The place of the value nearest to that of the parameter as it is.
    fn nearest(&self, parameters: &[Parameter]) -> usize {
        let as_number = |value: &Value| value.as_f64().or(value.as_bool().map(|on| f64::from(u8::from(on))));
        let now = parameters.iter().find(|it| it.name == self.parameter).and_then(|it| as_number(&it.value));
        let far = |value: &Value| {
            as_number(value).zip(now).map_or(f64::INFINITY, |(one, other)| libm::fabs(one - other))
        };
        let places = (0..self.values.len())
            .min_by(|one, other| far(&self.values[*one]).total_cmp(&far(&self.values[*other])));
        places.unwrap_or(0)
    }
}

/// A map, before any of its runs is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// What all cells share.
    pub recipe: Recipe,
    /// From left to right.
    pub x: Axis,
    /// From the bottom upwards.
    pub y: Axis,
}

impl Map {
    /// The map's runs, row by row from the bottom, each from left to right.
    pub fn recipes(&self) -> Vec<Recipe> {
        let row = |y: &Value| {
            let y = y.clone();
            self.x.values.iter().map(move |x| {
                self.recipe.clone().with(&self.x.parameter, x.clone()).with(&self.y.parameter, y.clone())
            })
        };
        self.y.values.iter().flat_map(row).collect()
    }

    /// How many runs there are.
    pub fn cells(&self) -> usize {
        self.x.values.len() * self.y.values.len()
    }

    /// Where a cell stands: its column and its row.
    pub fn place(&self, cell: usize) -> (usize, usize) {
        (cell % self.x.values.len(), cell / self.x.values.len())
    }

    /// The cell nearest to the parameters as they are.
    pub fn nearest(&self, parameters: &[Parameter]) -> usize {
        self.y.nearest(parameters) * self.x.values.len() + self.x.nearest(parameters)
    }

    /// A cell in words: where it stands and what it came to.
    pub fn text(&self, cell: usize, figure: Figure, measured: Option<&Measured>) -> String {
        let (x, y) = self.place(cell);
        let came = match measured {
            None => "not yet".to_owned(),
            Some(Err(why)) => format!("refused: {why}"),
            Some(Ok(board)) => match figure.of(board) {
                Some(value) => figure.said(value),
                None => "not reached".to_owned(),
            },
        };
        format!("{} {}, {} {}: {came}", self.x.parameter, self.x.text(x), self.y.parameter, self.y.text(y))
    }
}

/// What part of a map's variance each parameter explains: its main effect, and what only both together do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Influence {
    /// By the parameter of the columns alone.
    pub x: f64,
    /// By the parameter of the rows alone.
    pub y: f64,
    /// By both together.
    pub together: f64,
}

/// Splits the variance of a full map as a two-way analysis of variance does: the variance of the columns' means, that of
/// the rows' means, and the rest. `None` where a cell has no value, or all have the same.
pub fn influence(columns: usize, values: &[Option<f64>]) -> Option<Influence> {
    let values: Vec<f64> = values.iter().copied().collect::<Option<_>>()?;
    let rows = values.len() / columns.max(1);
    if columns < 2 || rows < 2 || values.len() != rows * columns {
        return None;
    }
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        sum / count
    };
    let all = mean(&mut values.iter().copied());
    let spread = |values: &mut dyn Iterator<Item = f64>| mean(&mut values.map(|it| (it - all) * (it - all)));
    let whole = spread(&mut values.iter().copied());
    if whole <= 0.0 {
        return None;
    }
    let x = spread(
        &mut (0..columns).map(|column| mean(&mut values.iter().skip(column).step_by(columns).copied())),
    );
    let y = spread(&mut values.chunks(columns).map(|row| mean(&mut row.iter().copied())));
    Some(Influence { x: x / whole, y: y / whole, together: ((whole - x - y) / whole).max(0.0) })
}

impl Influence {
    /// In a sentence, the stronger one first.
    pub fn text(&self, x: &str, y: &str) -> String {
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        let (first, second) =
            if self.x >= self.y { ((x, self.x), (y, self.y)) } else { ((y, self.y), (x, self.x)) };
        format!(
            "Of the variance in this map {} is explained by {} alone, {} by {} alone, {} only by both together.",
            percent(first.1),
            first.0,
            percent(second.1),
            second.0,
            percent(self.together)
        )
    }
}

/// The parameter of that name by the map's strategy.
///
/// # Errors
/// In words, with the nearest name.
pub fn parameter(base: &Base, recipe: &Recipe, name: &str) -> Result<Parameter, String> {
    let all = base.parameters(recipe.strategy);
    if let Some(found) = all.iter().find(|parameter| parameter.name == name) {
        return Ok(found.clone());
    }
    let nearest = crate::formats::problem::nearest(name, all.iter().map(|parameter| parameter.name));
    let hint = nearest.map(|nearest| format!(" (nearest: {nearest})")).unwrap_or_default();
    Err(format!("{name} is no parameter of this service by {}{hint}", recipe.strategy))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: value = 3x + y on 2 × 2, so variances 2.25 and 0.25 of 2.5.
    #[test]
    fn influence_splits_the_variance_of_a_plane_and_of_a_saddle() {
        let plane = influence(2, &[0.0, 3.0, 1.0, 4.0].map(Some)).expect("a variance");
        assert!((plane.x - 0.9).abs() < 1e-12 && (plane.y - 0.1).abs() < 1e-12 && plane.together < 1e-12);
        let saddle = influence(2, &[0.0, 1.0, 1.0, 0.0].map(Some)).expect("a variance");
        assert_eq!(saddle, Influence { x: 0.0, y: 0.0, together: 1.0 });
        assert_eq!(influence(2, &[Some(1.0); 4]), None);
        assert_eq!(influence(2, &[Some(1.0), None, Some(2.0), Some(1.0)]), None);
        assert!(plane.text("canaryPercent", "threshold").starts_with(
            "Of the variance in this map 90 % is explained by canaryPercent alone, 10 % by threshold alone"
        ));
    }

    #[test]
    fn an_axis_has_each_value_once_and_only_those_a_parameter_can_have() {
        let parameter = |kind| Parameter {
            name: "stepPercent",
            group: crate::session::ParameterGroup::Strategy,
            value: Value::Null,
            given: false,
            kind,
            slider: (0.0, 1.0),
            unit: "%",
            default: "",
            what: "",
            open: true,
        };
        let whole = parameter(ParameterKind::Integer { least: 0, most: 100 });
        let axis = Axis::over(&whole, 1.0, 5.0, 20).expect("a range");
        assert_eq!(axis.values, [1, 2, 3, 4, 5].map(Value::from));
        assert_eq!(axis.text(1), "2 %");
        let mut now = parameter(ParameterKind::Integer { least: 0, most: 100 });
        now.value = 4.into();
        assert_eq!(axis.nearest(&[now]), 3);
        let counted = |unit: &str, value: u64| {
            Axis { parameter: String::new(), unit: unit.to_owned(), values: vec![value.into()] }.text(0)
        };
        for (unit, value, text) in [
            ("periods", 1, "1 period"),
            ("tasks", 2, "2 tasks"),
            ("s", 1, "1 s"),
            ("/s", 1000, "1,000 /s"),
            ("", 5, "5"),
        ] {
            assert_eq!(counted(unit, value), text);
        }
        let fine = parameter(ParameterKind::Decimal { least: 0.1, most: 100.0, step: 0.1 });
        let axis = Axis::over(&fine, 0.1, 0.5, 5).expect("a range");
        assert_eq!(axis.values, [0.1, 0.2, 0.3, 0.4, 0.5].map(Value::from));
        assert_eq!(
            Axis::over(&whole, 5.0, 5.0, 3).unwrap_err(),
            "stepPercent: a range goes from a smaller number to a larger one"
        );
        assert_eq!(Axis::over(&whole, 5.0, 101.0, 3).unwrap_err(), "stepPercent: lies between 0 and 100");
    }
}
