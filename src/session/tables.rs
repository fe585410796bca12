//! The stage in tables: what is drawn at the playhead, as rows that can be read, selected and read aloud.

use super::Frame;
use super::frame::{Role, StageState};
use super::narrate::words::{count_of, revision_name};
use crate::engine::arns::task_digits;
use crate::engine::{Run, zone_letter};
use crate::model::*;

/// As many tasks have a row of their own.
const MOST_TASKS: usize = 300;

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
    let part = |role: Role| match role {
        Role::Source => "source",
        Role::Target => "target",
    };
    let name = |role: Role| match (role, &frame.target) {
        (Role::Target, Some(target)) => target.called.clone(),
        _ => frame.source.called.clone(),
    };
    // What is to come is not told here: it may be hidden, and it may not come.
    let past = |at: Option<SimTime>| {
        at.filter(|at| *at <= frame.at).map_or_else(|| "–".to_owned(), |at| at.to_string())
    };
    let mut tables = Vec::new();
    let mut add = |caption: String, head, rows: Vec<Vec<String>>| {
        tables.push(Table { caption, head, rows });
    };
    if let Some(deployment) = &frame.deployment {
        let rows = deployment.strip.iter().map(|item| {
            let state = match item.state {
                StageState::Done => "done",
                StageState::Now => "now",
                StageState::Ahead => "ahead",
            };
            vec![
                item.api_name.clone(),
                item.title.clone(),
                state.to_owned(),
                past(item.start),
                past(item.end),
            ]
        });
        let status = deployment.status.map_or("not begun", ServiceDeploymentStatus::api_name);
        let caption = format!("Lifecycle stages: {} by {}, {status}", name(Role::Target), frame.strategy);
        add(caption, &["Stage", "What happens", "State", "Entered", "Left"], rows.collect());
    }
    let rules = [Some(&frame.production), frame.test.as_ref()];
    let rows = rules.into_iter().flatten().map(|rule| {
        let set = match (rule.weights, rule.measured) {
            (Some(weights), _) => format!("{} to {}", weights.source, weights.target),
            (None, Some((part, whole))) => format!("none: {part} of {whole} serving tasks are the target's"),
            (None, None) => "none".to_owned(),
        };
        let until = rule.changing.map_or_else(|| "–".to_owned(), |(_, until)| until.to_string());
        vec![rule.rule.to_string(), set, percent(rule.set), percent(rule.actual), until]
    });
    let head = &[
        "Rule",
        "Weights, source to target",
        "Target’s share set",
        "Target’s share actual",
        "Reaches all at",
    ];
    add("Listener rules".to_owned(), head, rows.collect());

    let rows = frame.fleets.iter().map(|fleet| {
        let of = fleet
            .role
            .map_or_else(|| "both revisions".to_owned(), |role| format!("{}, {}", part(role), name(role)));
        let unsettled: Vec<String> =
            fleet.unsettled.iter().map(|(word, count)| format!("{count} {word}")).collect();
        vec![
            fleet.group.clone(),
            of,
            fleet.tasks.len().to_string(),
            fleet.serving.to_string(),
            unsettled.join(", "),
        ]
    });
    add(
        "Target groups".to_owned(),
        &["Group", "Serves", "Tasks", "Answering", "Not simply healthy"],
        rows.collect(),
    );

    let all = frame.fleets.iter().map(|fleet| fleet.tasks.len()).sum::<usize>();
    let tasks = frame.fleets.iter().flat_map(|fleet| &fleet.tasks).take(MOST_TASKS);
    let rows = tasks.map(|task| {
        vec![
            task_digits(scenario.seed, service, task.id),
            format!("{}, {}", revision_name(scenario, run, service, task.revision), part(task.role)),
            zone_letter(task.zone).to_string(),
            task.status.to_string(),
            if task.counted { "counts" } else { "does not count" }.to_owned(),
            task.health.map_or_else(|| "–".to_owned(), |health| health.to_string()),
            format!("{:.0} %", task.load * 100.0),
        ]
    });
    let caption = match all.saturating_sub(MOST_TASKS) {
        0 => format!("Tasks: {all}, desired {}", frame.so_far.desired),
        left_out => format!("Tasks: the first {MOST_TASKS}; {left_out} more are counted above"),
    };
    let head = &["Task", "Revision", "Zone", "lastStatus", "Towards minimumHealthyPercent", "Target", "Load"];
    add(caption, head, rows.collect());

    let rows: Vec<Vec<String>> = frame
        .alarms
        .iter()
        .map(|alarm| {
            let measure =
                alarm.measure.map_or_else(|| "no data".to_owned(), |it| format!("{it:.1} {}", alarm.unit));
            vec![
                alarm.name.clone(),
                alarm.state.to_string(),
                measure,
                format!("{} {}", alarm.threshold, alarm.unit),
                format!("{} of {}", alarm.breaching_in_a_row, alarm.evaluation_periods),
            ]
        })
        .collect();
    if !rows.is_empty() {
        add("Alarms".to_owned(), &["Alarm", "State", "Last period", "Threshold", "Bad in a row"], rows);
    }
    if let Some((failed, threshold)) = frame.deployment.as_ref().and_then(|it| it.breaker) {
        let row = vec![count_of(failed, "task"), threshold.to_string()];
        add("Circuit breaker".to_owned(), &["Failed so far", "Trips at"], vec![row]);
    }
    if let Some(deployment) = &frame.deployment {
        let hooks = run.deployments[deployment.deployment].hooks.iter();
        let rows: Vec<Vec<String>> = hooks
            .filter(|call| call.at <= frame.at)
            .map(|call| {
                let answered = call.answered <= frame.at;
                let status = if answered { call.status } else { HookStatus::InProgress };
                vec![call.hook.clone(), call.stage.to_string(), call.at.to_string(), status.to_string()]
            })
            .collect();
        if !rows.is_empty() {
            add("Hook calls".to_owned(), &["Hook", "Stage", "Called", "Status"], rows);
        }
    }
    let so_far = &frame.so_far;
    let rows = vec![
        vec!["Requests sent".to_owned(), Count(so_far.sent).to_string()],
        vec!["Requests failed".to_owned(), Count(so_far.failed).to_string()],
        vec!["Requests in flight".to_owned(), Count(so_far.in_flight).to_string()],
        vec!["Users who met the target".to_owned(), Count::from(so_far.users_exposed).to_string()],
        vec!["Users who met a failure".to_owned(), Count::from(so_far.users_hurt).to_string()],
    ];
    add(format!("So far, until {}", frame.at), &["What", "How many"], rows);
    tables
}

fn percent(share: Ratio) -> String {
    format!("{:.1} %", share.as_percent())
}
