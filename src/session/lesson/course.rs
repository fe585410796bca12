//! How far a lesson has come: which take is played, what is said at the playhead, what was asked and answered.

use super::{Ask, Caption, Lesson, wording::filled};
use crate::model::*;
use crate::session::Outcome;
use crate::session::film::Film;
use crate::session::pace::Pace;

/// A lesson that is being taught.
#[derive(Clone, Debug)]
pub struct Course {
    lesson: Lesson,
    /// Whether it began by itself: then it steps aside as soon as anything else is asked for.
    pub uninvited: bool,
    take: usize,
    /// The take's captions with their instants, in order.
    said: Vec<Said>,
    /// What was chosen, and whose question it was.
    answered: Option<(Ask, usize)>,
    /// Whether everything was played.
    pub over: bool,
}

/// A caption found in a run.
#[derive(Clone, Debug)]
struct Said {
    at: SimTime,
    text: String,
    ask: Option<Ask>,
}

/// What the lesson's card shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The lesson's title.
    pub title: String,
    /// What is said.
    pub text: String,
    /// How many captions of all were said, and how many there are.
    pub progress: (usize, usize),
    /// What is asked now.
    pub question: Option<Question>,
    /// What became of the answer, once it is proved: what was chosen, and whether rightly.
    pub proved: Option<(String, bool)>,
    /// The control that leads to the next take.
    pub next: Option<String>,
    /// What is said last, when everything was played and the doors are open.
    pub closing: String,
    /// Whether they are.
    pub over: bool,
    /// Whether nothing moves and Play is what to press.
    pub points_at_play: bool,
}

/// A question with its choices.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What is asked.
    pub ask: String,
    /// What can be answered.
    pub choices: Vec<String>,
}

/// A caption stands so long for each of its letters, in milliseconds of the film, between these bounds.
const READING: (u64, u64, u64) = (32, 2_200, 3_800);

impl Course {
    /// A lesson at its beginning; it knows its captions once it is [bound](Course::bind) to a film.
    pub fn new(lesson: Lesson, uninvited: bool) -> Course {
        Course { lesson, uninvited, take: 0, said: Vec::new(), answered: None, over: false }
    }

    /// The strategy of the take that is played.
    pub fn strategy(&self) -> StrategyName {
        self.lesson.takes[self.take].strategy
    }

    /// Finds the take's captions in its film. A caption whose event never happens, or with a figure that there is none
    /// of, is left out.
    pub fn bind(&mut self, film: &Film, outcomes: &[Outcome]) {
        let find = |caption: &Caption| {
            let at = caption.on.find(&film.run, film.index.service())?;
            let text = filled(&caption.say, film, outcomes, at).ok()?;
            Some(Said { at, text, ask: caption.ask.clone() })
        };
        self.said = self.lesson.takes[self.take].captions.iter().filter_map(find).collect();
        self.said.sort_by_key(|said| said.at);
    }

    /// The take's pace: every caption stands as long as it takes to be read, whatever passes meanwhile.
    pub fn pace(&self, end: SimTime) -> Pace {
        let (letter, least, most) = READING;
        let stretches = self
            .said
            .windows(2)
            .map(|pair| (pair[1].at, (pair[0].text.len() as u64 * letter).clamp(least, most)));
        // What comes after the last caption is not played by the lesson.
        Pace::of(stretches.chain([(end, most)]))
    }

    /// Where playing stops: at a question that nobody has answered, and with the last caption.
    pub fn stops(&self) -> Vec<SimTime> {
        let asked = self.said.iter().filter(|said| said.ask.is_some() && self.answered.is_none());
        asked.map(|said| said.at).chain(self.said.last().map(|said| said.at)).collect()
    }

    /// Whether the take is played to its end at `at`.
    pub fn is_played(&self, at: SimTime) -> bool {
        self.said.last().is_none_or(|last| last.at <= at)
    }

    /// Whether no take comes after this one.
    pub fn is_last(&self) -> bool {
        self.take + 1 == self.lesson.takes.len()
    }

    /// Takes an answer; whether there was a question.
    pub fn answer(&mut self, choice: usize, at: SimTime) -> bool {
        let ask = self.now(at).and_then(|said| said.ask.clone());
        self.answered = ask.filter(|ask| choice < ask.choices.len()).map(|ask| (ask, choice));
        self.answered.is_some()
    }

    /// Goes on to the next take; whether there is one.
    pub fn go_on(&mut self) -> bool {
        let more = !self.is_last();
        if more {
            self.take += 1;
            self.said.clear();
        } else {
            self.over = true;
        }
        more
    }

    /// What the card shows at `at`.
    pub fn card(&self, film: &Film, at: SimTime, playing: bool) -> Card {
        let take = &self.lesson.takes[self.take];
        let now = self.now(at);
        let before: usize = self.lesson.takes[..self.take].iter().map(|take| take.captions.len()).sum();
        let question = now.and_then(|said| said.ask.as_ref()).filter(|_| self.answered.is_none() && !playing);
        let played = self.is_played(at);
        Card {
            title: self.lesson.title.clone(),
            text: now.map_or(String::new(), |it| it.text.clone()),
            closing: if self.over { self.lesson.closing.clone() } else { String::new() },
            progress: (
                before + self.said.iter().filter(|said| said.at <= at).count(),
                self.lesson.takes.iter().map(|take| take.captions.len()).sum(),
            ),
            question: question.map(|ask| Question {
                ask: ask.question.clone(),
                choices: ask.choices.iter().map(|choice| choice.say.clone()).collect(),
            }),
            proved: self.proved(film, at).filter(|_| !self.over),
            next: (played && !take.next.is_empty()).then(|| take.next.clone()),
            over: self.over,
            points_at_play: !playing && !played && question.is_none() && !self.over,
        }
    }

    /// What became of the answer, from the event on that proves it.
    fn proved(&self, film: &Film, at: SimTime) -> Option<(String, bool)> {
        let (ask, choice) = self.answered.as_ref()?;
        let service = film.index.service();
        ask.proof.find(&film.run, service).filter(|&proof| proof <= at)?;
        let mut mine = film.run.deployments.iter().filter(|deployment| deployment.service == service);
        let detector = mine.find_map(|deployment| Some(deployment.rollback.as_ref()?.detector.word()));
        let choice = &ask.choices[*choice];
        Some((choice.say.clone(), choice.detector == detector.unwrap_or("nobody")))
    }

    fn now(&self, at: SimTime) -> Option<&Said> {
        self.said[..self.said.partition_point(|said| said.at <= at)].last()
    }
}
