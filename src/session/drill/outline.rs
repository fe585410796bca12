//! A drill written out, for authors and for tests: what each of its faults comes to if nobody acts, at best, and for
//! people who act well or badly.

use super::debrief::{Ground, asked};
use super::{Debrief, Draw, Drill, Means, debrief};
use crate::engine::Run;
use crate::formats::{Problem, read_document};
use crate::model::*;
use std::fmt::Write as _;

/// What is wrong with a drill once its recording is played, each at its place in the drill's file: interventions that
/// there are none of, and a fault that does not show before the end.
pub fn check(drill: &Drill) -> Vec<Problem> {
    if let Err(problems) = read_document(&drill.recording) {
        return problems
            .into_iter()
            .map(|it| Problem { path: format!("recording: {}", it.path), ..it })
            .collect();
    }
    let mut problems = Vec::new();
    for fault in 0..drill.faults.len() {
        let (first, last) = drill.faults[fault].window;
        // A fault that shows from both ends of its window shows from within.
        for second in if first == last { vec![first] } else { vec![first, last] } {
            let draw = Draw { seed: FIRST, fault, moment: SimTime::from_secs(second) };
            let found = check_fault(drill, &draw);
            if !found.is_empty() {
                problems.extend(found);
                break;
            }
        }
    }
    problems
}

/// The seed by which a drill is checked and written out where none is given.
const FIRST: u32 = 1;

fn check_fault(drill: &Drill, draw: &Draw) -> Vec<Problem> {
    let fault = &drill.faults[draw.fault];
    let path = format!("faults[{}]", draw.fault);
    let mut document = drill.document(draw.seed);
    let place = drill.secret(draw).write(&mut document);
    // What is in the recording is the recording's; what was added is this fault's.
    let mine = |problem: Problem| {
        let rest = problem.path.strip_prefix("interventions[")?.split_once(']')?;
        let number = rest.0.parse::<usize>().ok()?.checked_sub(place)?;
        (number < fault.interventions.len())
            .then(|| Problem { path: format!("{path}.interventions[{number}]{}", rest.1), ..problem })
    };
    match read_document(&document) {
        Err(problems) => problems.into_iter().filter_map(mine).collect(),
        Ok(reading) => {
            let ignored: Vec<Problem> = reading.warnings.into_iter().filter_map(mine).collect();
            let shows = || debrief(drill, draw, &[], &[]).is_ok_and(|told| told.showed.is_some());
            if !ignored.is_empty() || fault.interventions.is_empty() || shows() {
                return ignored;
            }
            let message = format!(
                "makes no difference that shows before the end, at {}, if it begins at {}",
                drill.end(),
                draw.moment
            );
            vec![Problem { path, message, nearest: None }]
        }
    }
}

/// Somebody who works a drill, by what they do and name.
type Person = (&'static str, Vec<(SimTime, Means)>, Vec<(SimTime, usize)>);

/// The drill written out: under a seed what that seed chooses, else each of its faults.
///
/// # Errors
/// What [`check`] finds.
pub fn outline(drill: &Drill, seed: Option<u32>) -> Result<String, Vec<Problem>> {
    let problems = check(drill);
    if !problems.is_empty() {
        return Err(problems);
    }
    let means: Vec<&str> = drill.means.iter().map(|allowance| allowance.means.deed().name()).collect();
    let mut text = format!("{}\n{}\n", drill.title, drill.trains);
    let _ = writeln!(text, "{} long; {}", drill.lasts, means.join(", "));
    let draws: Vec<Draw> = match seed {
        Some(seed) => vec![drill.draw(seed)],
        None => (0..drill.faults.len()).map(|fault| drill.drawn(FIRST, fault)).collect(),
    };
    for draw in draws {
        write_fault(&mut text, drill, &draw)?;
    }
    Ok(text)
}

fn write_fault(text: &mut String, drill: &Drill, draw: &Draw) -> Result<(), Vec<Problem>> {
    let fault = &drill.faults[draw.fault];
    let nobody = debrief(drill, draw, &[], &[])?;
    let run = Ground::of(drill, draw)?.run(&[]);
    let at = |instant: Option<SimTime>| instant.map_or("never".to_owned(), |at| at.to_string());
    let _ = writeln!(text, "\nseed {}: {}", draw.seed, fault.cause);
    let _ = writeln!(text, "  {}", fault.told);
    let _ =
        writeln!(text, "  begins {}, shows {}; right: {}", at(nobody.began), at(nobody.showed), nobody.right);
    let best =
        nobody.best.map_or("nobody acts".to_owned(), |(at, act)| format!("{} at {at}", act.deed().name()));
    let _ = writeln!(
        text,
        "  users hurt: {} if nobody acts, {} at best ({best})",
        nobody.hurt_by_nobody, nobody.hurt_at_best
    );
    for (who, acts, names) in people(drill, draw, &nobody, &run) {
        let told = debrief(drill, draw, &acts, &names)?;
        let done: Vec<String> =
            acts.iter().map(|(at, act)| format!("{} at {at}", act.deed().name())).collect();
        let done = if done.is_empty() { String::new() } else { format!(" ({})", done.join(", ")) };
        let _ = writeln!(text, "  {}  {:>6} hurt  {who}{done}", told.grade.letter(), told.hurt);
        for deduction in &told.deductions {
            let _ = writeln!(text, "       −{} {}", deduction.steps, deduction.why);
        }
    }
    Ok(())
}

/// Those whose conduct is written out: who sees it at once and does what is right, who does so two minutes later, who
/// does nothing, and who does each wrong act when the fault shows.
fn people(drill: &Drill, draw: &Draw, nobody: &Debrief, run: &Run) -> Vec<Person> {
    let fault = &drill.faults[draw.fault];
    let half = SimTime(drill.end().0 / 2);
    let asked = asked(run);
    let due = |act: Means, from: SimTime| match act {
        // Answers wait for a question.
        Means::Approve | Means::Reject | Means::Continue => {
            asked.iter().map(|at| *at + Span(1)).find(|at| *at >= from).unwrap_or(from)
        }
        Means::RollBack | Means::StopTask => from + Span(1),
    };
    let shows = nobody.showed.unwrap_or(half);
    let good = |from: SimTime| {
        let acts = fault.right.first().map(|act| (due(*act, from), *act));
        (acts.into_iter().collect(), vec![(from, draw.fault)])
    };
    let late = shows + Span::from_mins(2);
    let (at_once, later) = (good(shows), good(late));
    let mut people: Vec<Person> = vec![
        ("sees it at once", at_once.0, at_once.1),
        ("sees it 2 min later", later.0, later.1),
        ("does nothing", Vec::new(), Vec::new()),
    ];
    people.extend(fault.wrong.iter().map(|act| ("acts wrongly", vec![(due(*act, shows), *act)], Vec::new())));
    people
}
