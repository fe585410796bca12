//! Errands: what one run is made for, so that whoever makes it, here or in another thread, brings back the same.

use super::course::Course;
use super::notice::Notice;
use super::recipe::{Base, Measured, Recipe, Workbench};
use super::scoreboard::Scoreboard;
use serde_json::{Value, json};

/// What is wanted of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Its figures.
    Figures,
    /// Its figures and its course.
    Lane,
    /// Who notices the release.
    Notice,
}

/// What an errand brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The figures, or why there are none.
    Figures(Measured),
    /// The figures and the course.
    Lane(Box<(Scoreboard, Course)>),
    /// Who notices.
    Notice(Notice),
}

impl Wanted {
    /// The word for it between page and worker.
    pub const fn word(self) -> &'static str {
        match self {
            Wanted::Figures => "figures",
            Wanted::Lane => "lane",
            Wanted::Notice => "notice",
        }
    }

    /// What that word stands for.
    pub fn named(word: &str) -> Option<Wanted> {
        [Wanted::Figures, Wanted::Lane, Wanted::Notice].into_iter().find(|wanted| wanted.word() == word)
    }

    /// Makes a run and brings what is wanted of it.
    pub fn fetch(self, bench: &mut Workbench<'_>, base: &Base, recipe: &Recipe) -> Answer {
        let shot = match bench.shoot(recipe) {
            Ok(shot) => shot,
            Err(problems) => {
                let first = problems.first().map(ToString::to_string);
                return Answer::Figures(Err(first.unwrap_or_default()));
            }
        };
        match self {
            Wanted::Figures => Answer::Figures(Ok(shot.board)),
            Wanted::Lane => {
                let course = Course::of(base, &shot);
                Answer::Lane(Box::new((shot.board, course)))
            }
            Wanted::Notice => Answer::Notice(Notice::of(base, recipe, &shot)),
        }
    }
}

impl Answer {
    /// As JSON, for the way from a worker.
    pub fn to_json(&self) -> Value {
        match self {
            Answer::Figures(Ok(board)) => json!({"figures": board.to_row()}),
            Answer::Figures(Err(why)) => json!({"refused": why}),
            Answer::Lane(lane) => json!({"figures": lane.0.to_row(), "course": lane.1.to_json()}),
            Answer::Notice(notice) => json!({"notice": notice.to_json()}),
        }
    }

    /// Reads what [`Answer::to_json`] wrote.
    pub fn from_json(value: &Value) -> Option<Answer> {
        if let Some(why) = value["refused"].as_str() {
            return Some(Answer::Figures(Err(why.to_owned())));
        }
        if let Some(notice) = value.get("notice") {
            return Some(Answer::Notice(Notice::from_json(notice)?));
        }
        let board = Scoreboard::from_row(&value["figures"])?;
        Some(match value.get("course") {
            Some(course) => Answer::Lane(Box::new((board, Course::from_json(course)?))),
            None => Answer::Figures(Ok(board)),
        })
    }
}
