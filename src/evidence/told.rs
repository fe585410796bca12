//! What evidence comes to as JSON, for the runner and for files.

use super::advise::{Advice, Candidate, Finding, Found};
use super::figure::Figure;
use super::map::{Axis, Map, influence};
use super::race::differences;
use super::recipe::{Base, Measured, Recipe};
use super::scoreboard::number;
use super::swing::Swing;
use serde_json::{Map as Object, Value, json};

/// A race: each lane with its figures, and what sets them apart.
pub fn race(lanes: &[(&str, &Recipe, &Measured)], remarks: &[String]) -> Value {
    let lane = |(name, recipe, measured): &(&str, &Recipe, &Measured)| match measured {
        Ok(board) => {
            let mut object = board.to_json();
            if let Some(object) = object.as_object_mut() {
                object.shift_insert(0, "lane".to_owned(), json!(name));
                object.shift_insert(1, "strategy".to_owned(), json!(recipe.strategy.api_name()));
                object.shift_insert(2, "release".to_owned(), json!(recipe.release.key()));
            }
            object
        }
        Err(why) => json!({"lane": name, "strategy": recipe.strategy.api_name(), "refused": why}),
    };
    let named: Vec<(&str, &Measured)> = lanes.iter().map(|(name, _, measured)| (*name, *measured)).collect();
    json!({
        "lanes": lanes.iter().map(lane).collect::<Vec<_>>(),
        "differences": differences(&named),
        "remarks": remarks,
    })
}

/// A map in one figure, row by row from the bottom, and what its parameters explain of it.
pub fn map(map: &Map, figure: Figure, measured: &[Measured], swings: &[Swing]) -> Value {
    let columns = map.x.values.len();
    let values: Vec<Option<f64>> = measured.iter().map(|board| figure.of(board.as_ref().ok()?)).collect();
    let rows: Vec<Vec<Value>> = values
        .chunks(columns)
        .map(|row| row.iter().map(|value| value.map_or(Value::Null, number)).collect())
        .collect();
    let refused: Vec<Value> = measured
        .iter()
        .enumerate()
        .filter_map(|(cell, board)| {
            let (x, y) = map.place(cell);
            Some(json!({"x": map.x.values[x], "y": map.y.values[y], "why": board.as_ref().err()?}))
        })
        .collect();
    let explained = influence(columns, &values);
    json!({
        "figure": figure.key(), "what": figure.what(),
        "strategy": map.recipe.strategy.api_name(), "release": map.recipe.release.key(),
        "x": axis(&map.x), "y": axis(&map.y), "rows": rows, "refused": refused,
        "influence": explained.map(|it| json!({
            "x": it.x, "y": it.y, "together": it.together, "text": it.text(&map.x.parameter, &map.y.parameter),
        })),
        "swings": swings.iter().map(|it| swing(it, figure)).collect::<Vec<_>>(),
    })
}

fn axis(axis: &Axis) -> Value {
    json!({"parameter": axis.parameter, "unit": axis.unit, "values": axis.values})
}

fn swing(swing: &Swing, figure: Figure) -> Value {
    json!({
        "parameter": swing.lever.axis.parameter, "configured": swing.lever.is_configured,
        "values": swing.lever.axis.values, "least": number(swing.range.0), "most": number(swing.range.1),
        "missing": swing.missing, "text": swing.text(figure),
    })
}

/// A piece of advice: the finalists by their own runs, and all that were considered by the runs they were chosen by.
pub fn advice(advice: &Advice, base: &Base, found: &Found) -> Value {
    let on_front = advice.front(&found.reported);
    let best = found.recommended(advice);
    let chosen = best.and_then(|best| Some((found.finalist(best)?, found.reported[best].as_ref()?)));
    let told = |candidate: &Candidate, finding: Option<&Finding>| {
        let edits: Object<String, Value> = candidate.recipe.edits.iter().cloned().collect();
        let mut object = json!({
            "configuration": candidate.text(), "strategy": candidate.recipe.strategy.api_name(),
            "parameters": edits, "asConfigured": candidate.as_configured,
        });
        if let (Some(object), Some(Value::Object(figures))) =
            (object.as_object_mut(), finding.map(Finding::to_json))
        {
            object.extend(figures);
        }
        object
    };
    let finalist = |(place, candidate, finding): (usize, &Candidate, &Finding)| {
        let mut object = told(candidate, Some(finding));
        object["onFront"] = json!(on_front.contains(&place));
        object["recommended"] = json!(best == Some(place));
        let more = chosen.and_then(|(_, best)| advice.more_failed(finding, best));
        object["moreFailedThanRecommended"] =
            json!(more.map(|it| json!({"mean": it.mean, "low": it.low, "high": it.high, "runs": it.runs})));
        object
    };
    let mix: Object<String, Value> =
        advice.mix.0.iter().map(|(release, weight)| (release.key().to_owned(), json!(weight))).collect();
    json!({
        "limits": {
            "failedRequests": advice.limits.failed_requests, "extraPercent": advice.limits.extra_percent,
            "rollBackSeconds": advice.limits.roll_back_seconds,
        },
        "mix": mix, "seeds": advice.seeds, "seed": advice.seed, "confidence": advice.confidence,
        "method": advice.method(found),
        "recommended": chosen.map(|(candidate, _)| candidate.text()),
        "recording": chosen.and_then(|(candidate, _)| base.document(&candidate.recipe).ok()),
        "finalists": found.rows().map(finalist).collect::<Vec<_>>(),
        "considered": found.considered.iter().zip(&found.chosen_by)
            .map(|(candidate, finding)| told(candidate, finding.as_ref())).collect::<Vec<_>>(),
    })
}
