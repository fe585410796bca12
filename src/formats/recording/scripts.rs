//! Scripts that do not compile: a warning, for a call of one fails as that of a throwing Lambda does.

use crate::formats::problem::Problem;
use crate::model::{Act, Scenario};
use crate::script::{ScriptProblem, Scripts};
use std::collections::BTreeMap;

/// What is wrong with the scripts of a recording, those that `setHook` brings included, with line and column.
///
/// `scripts` are those of the scenario's hooks. It stands apart from reading, because compiling takes longer, and who
/// simulates has compiled them anyway.
pub fn script_warnings(scenario: &Scenario, scripts: &Scripts) -> Vec<Problem> {
    let mut warnings: Vec<Problem> = scripts
        .problems()
        .into_iter()
        .map(|problem| warning(format!("hooks.{}.source", problem.hook), &problem))
        .collect();
    let later = scenario.interventions.iter().enumerate().filter_map(|(index, intervention)| {
        match &intervention.act {
            Act::SetHook { source, .. } => {
                Some((format!("interventions[{index}].setHook.source"), source.clone()))
            }
            _ => None,
        }
    });
    let later: BTreeMap<String, String> = later.collect();
    if !later.is_empty() {
        let problems = Scripts::compile(&later).problems();
        warnings.extend(problems.iter().map(|problem| warning(problem.hook.clone(), problem)));
    }
    warnings
}

fn warning(path: String, problem: &ScriptProblem) -> Problem {
    let ScriptProblem { line, column, message, .. } = problem;
    Problem {
        path,
        message: format!("line {line}, column {column}: {message}; its calls will fail"),
        nearest: None,
    }
}
