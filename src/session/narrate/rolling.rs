//! What the rolling controller has decided and what it waits for, with both inequalities.

use super::present::Speaker;
use super::reason::{ROLLING, pass_text};
use super::sentence::Sentence;
use super::wait::put_off;
use super::words::*;
use crate::engine::{DeploymentRun, Event, Fact, RevisionId, RollingBounds, Why};
use crate::model::*;

impl Speaker<'_> {
    /// The rolling controller can do nothing just now: what it waits for, and the two inequalities. At the instant of
    /// a pass, what the pass did instead of the inequalities.
    pub(super) fn rolling(
        &self,
        opening: Sentence,
        deployment: &DeploymentRun,
        bounds: &RollingBounds,
        back: bool,
    ) -> Sentence {
        let (source, target) = self.names(deployment);
        let (leaving, coming) = if back { (target, source) } else { (source, target) };
        let waits = match bounds.next_launch {
            Some(next) => put_off(next),
            None => Sentence::default().plain(match (bounds.starting, bounds.stopping) {
                (0, 0) => format!("Replacing the tasks of {leaving}."),
                (0, stopping) => {
                    let whose =
                        self.stopping_revision().map(|revision| format!(" of {}", self.name(revision)));
                    let tasks = count_of(stopping, "task");
                    format!("Waiting for {tasks}{} to drain and stop.", whose.unwrap_or_default())
                }
                (starting, _) => format!("Waiting for {} to become healthy.", new_tasks(starting, &coming)),
            }),
        };
        if !back && let Some(pass) = self.just_decided() {
            return pass.then(waits);
        }
        let begin = opening.and(waits);
        let all_started = bounds.new >= bounds.desired;
        if bounds.old == 0 && all_started {
            let all = count_of(bounds.desired, "task");
            let rest = match deployment.is_first() {
                true => format!("{all} of {coming} are started; there is no earlier revision."),
                false => format!("All {all} of {coming} are started, and none of {leaving} is left to stop."),
            };
            return begin.then(Sentence::default().plain(rest)).from_source(ROLLING);
        }
        let stop = match (bounds.old, bounds.may_stop()) {
            (0, _) => Sentence::default().plain(format!("No task of {leaving} is left to stop.")),
            (_, 0) => {
                Sentence::default().plain("Nothing may stop: ").formula(stop_formula(bounds)).plain(".")
            }
            (_, stop) => Sentence::default()
                .plain(format!("{} may stop: ", Count::from(stop)))
                .formula(stop_formula(bounds))
                .plain("."),
        };
        let start = match bounds.may_start() {
            _ if all_started => Sentence::default()
                .plain(format!("All {} of {coming} are started.", Count::from(bounds.desired))),
            0 => Sentence::default().plain("Nothing may start: ").formula(start_formula(bounds)).plain("."),
            start => Sentence::default()
                .plain(format!("{} may start: ", Count::from(start)))
                .formula(start_formula(bounds))
                .plain("."),
        };
        begin.then(stop).then(start).from_source(ROLLING)
    }

    /// A pass of the rolling controller at this very instant.
    fn just_decided(&self) -> Option<Sentence> {
        let from = self.run.events.partition_point(|event| event.at < self.at);
        let here = self.run.events[from..].iter().take_while(|event| event.at == self.at);
        let pass = here.filter(|event| event.service == Some(self.service)).find_map(|event| match event {
            Event { fact: Fact::PassDecided { stop, start }, why: Why::Bounds(bounds), .. } => {
                Some((*stop, *start, bounds))
            }
            _ => None,
        });
        let (stop, start, bounds) = pass?;
        let formula = pass_text(bounds, stop, start);
        let (stops, starts) = (Count::from(stop), Count::from(start));
        let what = match (stop, start) {
            (0, _) => format!("This pass starts {starts}: "),
            (_, 0) => format!("This pass stops {stops}: "),
            _ => format!("This pass stops {stops} and starts {starts}: "),
        };
        let sentence = Sentence::default().plain(what).formula(formula.trim_end_matches('.')).plain(".");
        Some(sentence.from_source(ROLLING))
    }

    /// Tasks that were told to stop and are not gone, where all of them are of one revision.
    fn stopping_revision(&self) -> Option<RevisionId> {
        let stopping = self.service().tasks.iter().filter(|task| {
            task.stopping_since.is_some_and(|since| since <= self.at)
                && task.status.at(self.at).is_some_and(|status| *status != TaskStatus::Stopped)
        });
        let mut revisions = stopping.map(|task| task.revision);
        let first = revisions.next()?;
        revisions.all(|revision| revision == first).then_some(first)
    }
}

/// `6 healthy − 6 at least = 0`, or that there are fewer than must be.
pub(super) fn stop_formula(bounds: &RollingBounds) -> String {
    let (healthy, least) = (Count::from(bounds.healthy), Count::from(bounds.lower_bound));
    match bounds.healthy.checked_sub(bounds.lower_bound) {
        None => format!("{healthy} healthy < {least} at least"),
        Some(rest) => format!("{healthy} healthy − {least} at least = {}", Count::from(rest)),
    }
}

/// `9 at most − 9 = 0`, or that there are more than may be.
pub(super) fn start_formula(bounds: &RollingBounds) -> String {
    let (total, most) = (Count::from(bounds.total), Count::from(bounds.upper_bound));
    match bounds.upper_bound.checked_sub(bounds.total) {
        None => format!("{total} > {most} at most"),
        Some(rest) => format!("{most} at most − {total} = {}", Count::from(rest)),
    }
}

fn new_tasks(count: u32, revision: &str) -> String {
    format!("{} new task{} of {revision}", Count::from(count), if count == 1 { "" } else { "s" })
}
