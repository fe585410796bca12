//! Candidates: the configurations that are considered, those of the recording and a grid of each strategy's own values.

use crate::evidence::race::name_of;
use crate::evidence::recipe::Recipe;
use crate::model::StrategyName;
use serde_json::json;

/// A configuration that is considered.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The strategy and its values.
    pub recipe: Recipe,
    /// Whether it is what the recording has for the strategy.
    pub as_configured: bool,
}

impl Candidate {
    /// In words: `Canary, canaryPercent 5, canaryBakeTimeInMinutes 10`.
    pub fn text(&self) -> String {
        let mut text = name_of(self.recipe.strategy).to_owned();
        if self.as_configured {
            text.push_str(", as configured");
        }
        for (name, value) in &self.recipe.edits {
            text.push_str(&format!(", {name} {value}"));
        }
        text
    }
}

/// The values that are tried, by strategy; each list is one parameter.
fn grid(strategy: StrategyName) -> &'static [(&'static str, &'static [u32])] {
    match strategy {
        StrategyName::Rolling => {
            &[("minimumHealthyPercent", &[50, 100]), ("maximumPercent", &[120, 150, 200])]
        }
        StrategyName::BlueGreen => &[("bakeTimeInMinutes", &[0, 5, 15, 30])],
        StrategyName::Canary => &[("canaryPercent", &[1, 5, 25]), ("canaryBakeTimeInMinutes", &[3, 5, 10])],
        StrategyName::Linear => &[("stepPercent", &[10, 25, 50]), ("stepBakeTimeInMinutes", &[1, 3, 6])],
    }
}

/// The configurations that are considered: those of the recording, and a grid of each strategy's own values.
pub fn candidates() -> Vec<Candidate> {
    let mut all = Vec::new();
    for strategy in StrategyName::ALL {
        all.push(Candidate { recipe: Recipe::plain(strategy), as_configured: true });
        let mut recipes = vec![Recipe::plain(strategy)];
        for (name, values) in grid(strategy) {
            let with = |recipe: &Recipe| -> Vec<Recipe> {
                values.iter().map(|value| recipe.clone().with(name, json!(value))).collect()
            };
            recipes = recipes.iter().flat_map(with).collect();
        }
        all.extend(recipes.into_iter().map(|recipe| Candidate { recipe, as_configured: false }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_all_different() {
        let all = candidates();
        for (place, one) in all.iter().enumerate() {
            assert!(all[..place].iter().all(|other| other != one), "{}", one.text());
        }
        assert_eq!(all.len(), 4 + 6 + 4 + 9 + 9);
    }
}
