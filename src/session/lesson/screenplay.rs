//! A lesson written out: what is said when, what is asked, and what the run answers. For authors and for tests.

use super::course::{Missing, said, truth};
use super::figure::Place;
use super::{Caption, Lesson, Take};
use crate::formats::Problem;
use crate::model::SimTime;
use crate::session::film::Film;
use crate::session::{Msg, Outcome, Session};
use std::fmt::Write as _;
use std::rc::Rc;

/// What is wrong with a lesson once its recording is played, each at its place in the lesson's file: events that never
/// happen or come in another order, figures that there are none of, a question whose answer is not one of its choices.
pub fn check(lesson: &Lesson) -> Vec<Problem> {
    play(lesson).err().unwrap_or_default()
}

/// The lesson written out.
///
/// # Errors
/// What [`check`] finds.
pub fn screenplay(lesson: &Lesson) -> Result<String, Vec<Problem>> {
    play(lesson)
}

fn play(lesson: &Lesson) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut text = format!("{}\n{}\n", lesson.title, lesson.insight);
    for (place, take) in lesson.takes.iter().enumerate() {
        match shoot(lesson, place) {
            Err(refused) => {
                let at = |problem: Problem| match take.recording {
                    Some(_) => Problem { path: format!("takes[{place}]: {}", problem.path), ..problem },
                    None => Problem { path: format!("recording: {}", problem.path), ..problem },
                };
                problems.extend(refused.into_iter().map(at));
                // The other takes would say the same again.
                break;
            }
            Ok((session, film)) => {
                let _ = write!(text, "\n{}\n", take.strategy.api_name());
                write_take(&mut text, place, take, &session, &film, &mut problems);
                if place + 1 == lesson.takes.len() {
                    let _ = writeln!(text, "\n{}", closing(lesson, &film, session.outcomes(), &mut problems));
                }
            }
        }
    }
    if problems.is_empty() { Ok(text) } else { Err(problems) }
}

fn closing(lesson: &Lesson, film: &Film, outcomes: &[Outcome], problems: &mut Vec<Problem>) -> String {
    let there = Place { film, outcomes, at: film.run.end, since: None };
    there.filled(&lesson.closing).unwrap_or_else(|figure| {
        let message = format!("there is no {{{figure}}} at the end of this run");
        problems.push(Problem { path: "closing".to_owned(), message, nearest: None });
        String::new()
    })
}

/// The session and the film of a take.
fn shoot(lesson: &Lesson, take: usize) -> Result<(Session, Rc<Film>), Vec<Problem>> {
    let recording = lesson.recording_of(take);
    let mut session = Session::open(recording)?;
    let strategy = lesson.takes[take].strategy;
    let _ = session.update(Msg::SelectStrategy(strategy));
    if !session.problems().is_empty() {
        return Err(session.problems().to_vec());
    }
    if lesson.compares() {
        session.shoot_missing();
    }
    let film = session.shown.clone();
    Ok((session, film))
}

fn write_take(
    text: &mut String,
    number: usize,
    take: &Take,
    session: &Session,
    film: &Film,
    problems: &mut Vec<Problem>,
) {
    let mut refuse = |path: String, message: String| {
        problems.push(Problem { path: format!("takes[{number}].{path}"), message, nearest: None });
    };
    let mut before: Option<SimTime> = None;
    for found in said(&take.captions, film, session.outcomes()) {
        match found {
            Err((place, missing)) => {
                let (field, message) = match missing {
                    Missing::Event => ("on", "never happens in this run".to_owned()),
                    Missing::Since => ("since", "never happens in this run".to_owned()),
                    Missing::Figure(name) => ("say", format!("there is no {{{name}}} then in this run")),
                };
                refuse(format!("captions[{place}].{field}"), message);
            }
            Ok(caption) => {
                let Caption { ask, opens, .. } = &take.captions[caption.place];
                if before >= Some(caption.at) {
                    let message = format!("is at {}, not after the caption ahead of it", caption.at);
                    refuse(format!("captions[{}].on", caption.place), message);
                }
                before = before.max(Some(caption.at));
                let mark = if *opens { "opens" } else { "" };
                let _ = writeln!(text, "{:>9}  {mark:5}  {}", caption.at.to_string(), caption.text);
                let Some(ask) = ask else { continue };
                let path = format!("captions[{}].ask", caption.place);
                match truth(ask, film, session.outcomes()) {
                    None => refuse(path, "the run has no proof of it, or no such figure then".to_owned()),
                    Some(truth) if truth.proof <= caption.at => {
                        refuse(
                            format!("{path}.proof"),
                            format!("is at {}, before the question", truth.proof),
                        );
                    }
                    Some(truth) if truth.right.len() != 1 => {
                        let message = format!(
                            "{} of them are right: the answer is {}",
                            truth.right.len(),
                            truth.figure
                        );
                        refuse(format!("{path}.choices"), message);
                    }
                    Some(truth) => {
                        let _ = writeln!(text, "{:18}{}", "", caption.question);
                        for (place, choice) in ask.choices.iter().enumerate() {
                            let right = if truth.right.contains(&place) { '*' } else { '-' };
                            let _ = writeln!(text, "{:18}{right} {}", "", choice.say);
                        }
                        let _ = writeln!(text, "{:18}proved at {}: {}", "", truth.proof, truth.figure);
                    }
                }
            }
        }
    }
}
