//! The figures that a caption may name in braces, each read off the run.
//!
//! `{source}` and `{target}`: the revisions · `{errors}`: what part of its requests the target fails · `{tasks}`,
//! `{healthy}`, `{desired}`: tasks now · `{share}`: the part of production requests that the target gets now ·
//! `{failed}`: requests that have failed by now · `{hurt}`: users who have met a failure by now · `{undo}`: how long the
//! way back takes · `{failed.CANARY}`: what fails in the whole run by that strategy.

use crate::model::*;
use crate::session::Outcome;
use crate::session::film::Film;

/// A caption's words at an instant of a film.
///
/// # Errors
/// The name of a figure that there is none of.
pub fn filled(say: &str, film: &Film, outcomes: &[Outcome], at: SimTime) -> Result<String, String> {
    let mut text = String::new();
    let mut parts = say.split('{');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once('}').ok_or_else(|| part.to_owned())?;
        text.push_str(&figure(name, film, outcomes, at).ok_or_else(|| name.to_owned())?);
        text.push_str(rest);
    }
    Ok(text)
}

fn figure(name: &str, film: &Film, outcomes: &[Outcome], at: SimTime) -> Option<String> {
    if let Some((figure, strategy)) = name.split_once('.') {
        let strategy = StrategyName::from_api_name(strategy)?;
        let outcome = outcomes.iter().find(|outcome| outcome.strategy == strategy)?;
        return (figure == "failed").then(|| Count(outcome.failed_requests).to_string());
    }
    let frame = film.frame(at);
    let so_far = &frame.so_far;
    Some(match name {
        "source" => frame.source.name,
        "target" => frame.target?.name,
        "errors" => {
            let target = frame.target?.name;
            let mut revisions = film.scenario.services.iter().flat_map(|service| &service.revisions);
            revisions.find(|revision| revision.name == target)?.behavior.error.to_string()
        }
        "tasks" => Count::from(so_far.tasks).to_string(),
        "healthy" => Count::from(so_far.healthy).to_string(),
        "desired" => Count::from(so_far.desired).to_string(),
        "share" => {
            let share = match &frame.balance {
                Some(balance) => {
                    share_of(balance.target_healthy, balance.source_healthy + balance.target_healthy)
                }
                None => frame.production.actual,
            };
            share.to_string()
        }
        "failed" => Count(so_far.failed).to_string(),
        "hurt" => Count::from(so_far.users_hurt).to_string(),
        "undo" => film.outcome.undo?.to_string(),
        _ => return None,
    })
}

fn share_of(part: u32, whole: u32) -> Ratio {
    Ratio((u64::from(part) * 1_000_000 / u64::from(whole.max(1))) as u32)
}
