//! The stage in tables: what is drawn at the playhead, as rows that can be read, selected and read aloud.

use super::Frame;
use super::frame::{Role, StageState};
use super::narrate::words::{count_of, revision_name};
use super::result::result;
use crate::engine::arns::task_digits;
use crate::engine::latency::percentiles;
use crate::engine::traffic::FlowKey;
use crate::engine::{Run, zone_letter};
use crate::model::*;

/// As many tasks have a row of their own.
const MOST_TASKS: usize = 300;
/// Requests are looked at over this long before the playhead.
const LATELY: Span = Span::from_secs(60);

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The heads of its columns; the first column's cells head their rows.
    pub head: &'static [&'static str],
    /// Its cells, row by row.
    pub rows: Vec<Vec<String>>,
}

/// Everything that the stage shows in `frame`, which must be of the same run and service.
pub fn tables(scenario: &Scenario, run: &Run, service: usize, frame: &Frame) -> Vec<Table> {
    let stage = Stage { scenario, run, service, frame };
    let all = [
        stage.lifecycle(),
        Some(stage.rules()),
        Some(stage.groups()),
        Some(stage.tasks()),
        stage.requests(),
        stage.alarms(),
        stage.breaker(),
        stage.hook_calls(),
        Some(stage.so_far()),
        stage.result(),
    ];
    all.into_iter().flatten().collect()
}

/// What the tables are about.
struct Stage<'s> {
    scenario: &'s Scenario,
    run: &'s Run,
    service: usize,
    frame: &'s Frame,
}

impl Stage<'_> {
    fn lifecycle(&self) -> Option<Table> {
        let deployment = self.frame.deployment.as_ref()?;
        // What is to come is not told here: it may be hidden, and it may not come.
        let past = |at: Option<SimTime>| {
            at.filter(|at| *at <= self.frame.at).map_or_else(|| "–".to_owned(), |at| at.to_string())
        };
        let rows = deployment.strip.iter().map(|item| {
            let state = match item.state {
                StageState::Done => "done",
                StageState::Now => "now",
                StageState::Ahead => "ahead",
            };
            let (entered, left) = (past(item.start), past(item.end));
            vec![item.api_name.clone(), item.title.clone(), state.to_owned(), entered, left]
        });
        let status = deployment.status.map_or("not begun", ServiceDeploymentStatus::api_name);
        let target = self.name(Role::Target);
        Some(Table {
            caption: format!("Lifecycle stages: {target} by {}, {status}", self.frame.strategy),
            head: &["Stage", "What happens", "State", "Entered", "Left"],
            rows: rows.collect(),
        })
    }

    fn rules(&self) -> Table {
        let rules = [Some(&self.frame.production), self.frame.test.as_ref()];
        let rows = rules.into_iter().flatten().map(|rule| {
            let set = match (rule.weights, rule.measured) {
                (Some(weights), _) => format!("{} to {}", weights.source, weights.target),
                (None, Some((part, whole))) => {
                    format!("none: {part} of {whole} serving tasks are the target's")
                }
                (None, None) => "none".to_owned(),
            };
            let until = rule.changing.map_or_else(|| "–".to_owned(), |(_, until)| until.to_string());
            vec![rule.rule.to_string(), set, percent(rule.set), percent(rule.actual), until]
        });
        Table {
            caption: "Listener rules".to_owned(),
            head: &[
                "Rule",
                "Weights, source to target",
                "Target’s share set",
                "Target’s share actual",
                "Reaches all at",
            ],
            rows: rows.collect(),
        }
    }

    fn groups(&self) -> Table {
        let rows = self.frame.fleets.iter().map(|fleet| {
            let of = fleet.role.map_or_else(
                || "both revisions".to_owned(),
                |role| format!("{}, {}", part(role), self.name(role)),
            );
            let unsettled: Vec<String> =
                fleet.unsettled.iter().map(|(word, count)| format!("{count} {word}")).collect();
            let (tasks, answering) = (fleet.tasks.len().to_string(), fleet.serving.to_string());
            vec![fleet.group.clone(), of, tasks, answering, unsettled.join(", ")]
        });
        Table {
            caption: "Target groups".to_owned(),
            head: &["Group", "Serves", "Tasks", "Answering", "Not simply healthy"],
            rows: rows.collect(),
        }
    }

    fn tasks(&self) -> Table {
        let all = self.frame.fleets.iter().map(|fleet| fleet.tasks.len()).sum::<usize>();
        let tasks = self.frame.fleets.iter().flat_map(|fleet| &fleet.tasks).take(MOST_TASKS);
        let rows = tasks.map(|task| {
            let revision = revision_name(self.scenario, self.run, self.service, task.revision);
            vec![
                task_digits(self.scenario.seed, self.service, task.id),
                format!("{revision}, {}", part(task.role)),
                zone_letter(task.zone).to_string(),
                task.status.to_string(),
                if task.counted { "counts" } else { "does not count" }.to_owned(),
                task.health.map_or_else(|| "–".to_owned(), |health| health.to_string()),
                format!("{:.0} %", task.load * 100.0),
            ]
        });
        Table {
            caption: match all.saturating_sub(MOST_TASKS) {
                0 => format!("Tasks: {all}, desired {}", self.frame.so_far.desired),
                left_out => format!("Tasks: the first {MOST_TASKS}; {left_out} more are counted above"),
            },
            head: &[
                "Task",
                "Revision",
                "Zone",
                "lastStatus",
                "Towards minimumHealthyPercent",
                "Target",
                "Load",
            ],
            rows: rows.collect(),
        }
    }

    /// What production requests of the last minute met, by revision: a mean hides how long the slowest take.
    fn requests(&self) -> Option<Table> {
        let (from, to) = (SimTime(self.frame.at.0.saturating_sub(LATELY.0)), self.frame.at);
        let traffic = &self.run.services[self.service].traffic;
        let revisions = traffic.flows.iter().filter_map(|flow| match flow.key {
            FlowKey::Production(revision) => Some(revision),
            _ => None,
        });
        let rows = revisions.filter_map(|revision| {
            let own = |key| key == FlowKey::Production(revision);
            let (begin, end) = (traffic.sum(from, own), traffic.sum(to, own));
            let sent = end.sent - begin.sent;
            let takes =
                percentiles(self.scenario, self.run, self.service, (from, to), own, [50.0, 95.0, 99.0])?;
            let name = revision_name(self.scenario, self.run, self.service, revision).into_owned();
            let mut row = vec![name, Count(sent).to_string(), Count(end.failed - begin.failed).to_string()];
            row.extend(takes.map(|millis| format!("{millis:.0} ms")));
            Some(row)
        });
        let rows: Vec<Vec<String>> = rows.collect();
        (!rows.is_empty()).then(|| Table {
            caption: format!("Production requests of the last {} s", to.since(from).0 / 1_000),
            head: &["Revision", "Sent", "Failed", "Half take up to", "95 % take up to", "99 % take up to"],
            rows,
        })
    }

    fn alarms(&self) -> Option<Table> {
        let rows = self.frame.alarms.iter().map(|alarm| {
            let measure =
                alarm.measure.map_or_else(|| "no data".to_owned(), |it| format!("{it:.1} {}", alarm.unit));
            vec![
                alarm.name.clone(),
                alarm.state.to_string(),
                measure,
                format!("{} {}", alarm.threshold, alarm.unit),
                format!("{} of {}", alarm.breaching_in_a_row, alarm.evaluation_periods),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        (!rows.is_empty()).then(|| Table {
            caption: "Alarms".to_owned(),
            head: &["Alarm", "State", "Last period", "Threshold", "Bad in a row"],
            rows,
        })
    }

    fn breaker(&self) -> Option<Table> {
        let (failed, threshold) = self.frame.deployment.as_ref()?.breaker?;
        Some(Table {
            caption: "Circuit breaker".to_owned(),
            head: &["Failed so far", "Trips at"],
            rows: vec![vec![count_of(failed, "task"), threshold.to_string()]],
        })
    }

    fn hook_calls(&self) -> Option<Table> {
        let deployment = self.frame.deployment.as_ref()?.deployment;
        let calls = self.run.deployments[deployment].hooks.iter().filter(|call| call.at <= self.frame.at);
        let rows = calls.map(|call| {
            let answered = call.answered <= self.frame.at;
            let status = if answered { call.status } else { HookStatus::InProgress };
            vec![call.hook.clone(), call.stage.to_string(), call.at.to_string(), status.to_string()]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        (!rows.is_empty()).then(|| Table {
            caption: "Hook calls".to_owned(),
            head: &["Hook", "Stage", "Called", "Status"],
            rows,
        })
    }

    fn so_far(&self) -> Table {
        let so_far = &self.frame.so_far;
        let rows = [
            ("Requests sent", Count(so_far.sent)),
            ("Requests failed", Count(so_far.failed)),
            ("Requests in flight", Count(so_far.in_flight)),
            ("Users who met the target", Count::from(so_far.users_exposed)),
            ("Users who met a failure", Count::from(so_far.users_hurt)),
        ];
        Table {
            caption: format!("So far, until {}", self.frame.at),
            head: &["What", "How many"],
            rows: rows.map(|(what, count)| vec![what.to_owned(), count.to_string()]).into(),
        }
    }

    /// What the deployment in view came to, once it is over.
    fn result(&self) -> Option<Table> {
        let deployment = self.frame.deployment.as_ref().filter(|it| it.ended.is_some())?;
        let lines = result(self.scenario, self.run, &self.run.deployments[deployment.deployment]);
        (!lines.is_empty()).then(|| Table {
            caption: "Result".to_owned(),
            head: &["What", "It came to"],
            rows: lines.into_iter().map(|line| vec![line.what.to_owned(), line.came_to]).collect(),
        })
    }

    fn name(&self, role: Role) -> String {
        match (role, &self.frame.target) {
            (Role::Target, Some(target)) => target.called.clone(),
            _ => self.frame.source.called.clone(),
        }
    }
}

const fn part(role: Role) -> &'static str {
    match role {
        Role::Source => "source",
        Role::Target => "target",
    }
}

fn percent(share: Ratio) -> String {
    format!("{:.1} %", share.as_percent())
}
