//! Evidence: how long a map of 20 × 20 and advice over the four strategies take on one core.

use super::clock::{now, say};
use super::recordings;
use cutover::evidence::map::{self, USUAL_CELLS};
use cutover::evidence::{Advice, Axis, Base, Map, Measured, Recipe, Terms, Workbench, advise};
use cutover::model::StrategyName;

/// Measures both on the opening's recording.
pub fn print() {
    let base = Base::new(&recordings::opening(), 0, Terms::default()).expect("the opening is a recording");
    let recipe = Recipe::plain(StrategyName::Canary);
    let axis = |name: &str, from: f64, to: f64| {
        let parameter = map::parameter(&base, &recipe, name).expect("a parameter");
        Axis::over(&parameter, from, to, USUAL_CELLS).expect("a range")
    };
    let (x, y) = (axis("canaryPercent", 1.0, 50.0), axis("canaryBakeTimeInMinutes", 1.0, 20.0));
    let map = Map { x, y, recipe: recipe.clone() };
    say("\nEvidence, on one core");
    let begin = now();
    let cells = measured(&base, &map.recipes());
    told("a map of 20 × 20", cells.len(), now() - begin);

    let (advice, candidates) = (Advice::default(), advise::candidates());
    let begin = now();
    let first = measured(&base, &advice.recipes(0, &candidates));
    let finalists: Vec<_> =
        advice.finalists(&candidates, &first).into_iter().map(|it| candidates[it].clone()).collect();
    let second = measured(&base, &advice.recipes(1, &finalists));
    std::hint::black_box(advice.findings(&second));
    told("advice over four strategies, both rounds", first.len() + second.len(), now() - begin);
}

fn measured(base: &Base, recipes: &[Recipe]) -> Vec<Measured> {
    let mut bench = Workbench::new(base);
    recipes.iter().map(|recipe| bench.measure(recipe)).collect()
}

fn told(what: &str, runs: usize, seconds: f64) {
    say(&format!(
        "{what:<54} {:>9.2} s  {runs} runs, {:.2} ms each",
        seconds,
        seconds * 1000.0 / runs as f64
    ));
}
