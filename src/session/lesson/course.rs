//! How far a lesson has come: which take is played, what is said at the playhead, what was asked and answered.

use super::figure::Place;
use super::{Ask, Caption, Lesson};
use crate::model::*;
use crate::session::Outcome;
use crate::session::film::Film;
use crate::session::pace::Pace;
use serde_json::Value;
use std::rc::Rc;

/// A lesson that is being taught.
#[derive(Clone, Debug)]
pub struct Course {
    lesson: Rc<Lesson>,
    /// Whether it began by itself: then it steps aside as soon as anything else is asked for.
    pub uninvited: bool,
    take: usize,
    /// The take's captions with their instants, in order.
    said: Vec<Said>,
    /// When the take's question is proved, and which answer is right then.
    truth: Option<Truth>,
    /// What was chosen, and in which take.
    answered: Option<(usize, usize)>,
    /// Where playing stops because a remote asked for no more than the next caption.
    pub hold: Option<SimTime>,
    closing: String,
    /// Whether everything was played.
    pub over: bool,
}

/// A caption found in a run.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// Its place in the take.
    pub place: usize,
    /// When it is said.
    pub at: SimTime,
    /// What is said.
    pub text: String,
    /// What is asked then.
    pub question: String,
}

/// What the run says of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Truth {
    /// When it is proved.
    pub proof: SimTime,
    /// The figure that answers it, as it is said.
    pub figure: String,
    /// The answers that are right, by their places.
    pub right: Vec<usize>,
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
    /// What is asked, until it is answered or proved.
    pub question: Option<Question>,
    /// What the run says of the question, once it is proved.
    pub proved: Option<Proof>,
    /// The control that leads to the next take.
    pub next: Option<String>,
    /// What the lesson shows, when everything was played.
    pub insight: String,
    /// What is said last, when everything was played and the doors are open.
    pub closing: String,
    /// Whether they are.
    pub over: bool,
    /// Whether the question is still to come, so that one may go to it.
    pub question_ahead: bool,
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
    /// Whether the film went on without an answer: a room was asked, and sees it soon.
    pub waits: bool,
}

/// What became of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// What was asked.
    pub ask: String,
    /// What was chosen, if anything was.
    pub answer: Option<String>,
    /// What the run says; the same where it was chosen.
    pub truth: String,
}

impl Proof {
    /// Whether the answer was right.
    pub fn is_right(&self) -> bool {
        self.answer.as_ref() == Some(&self.truth)
    }
}

/// A caption stands so long for each of its letters, in milliseconds of the film, between these bounds: at the pace of
/// a quick reader, and at everybody's.
const READING: [(u64, u64, u64); 2] = [(32, 2_200, 3_800), (50, 3_000, 8_000)];

/// How long a caption stands.
pub(super) fn reading_time(text: &str, quick: bool) -> u64 {
    let (letter, least, most) = READING[usize::from(!quick)];
    (text.chars().count() as u64 * letter).clamp(least, most)
}

/// A take's captions in its film, in order of their instants. A caption whose event never happens, or with a figure
/// that there is none of, is given as its place with what is missing.
pub(super) fn said(
    captions: &[Caption],
    film: &Film,
    outcomes: &[Outcome],
) -> Vec<Result<Said, (usize, Missing)>> {
    let service = film.index.service();
    let find = |(place, caption): (usize, &Caption)| {
        let at = caption.on.find(&film.run, service).ok_or((place, Missing::Event))?;
        let since =
            caption.since.as_ref().map(|cue| cue.find(&film.run, service).ok_or((place, Missing::Since)));
        let there = Place { film, outcomes, at, since: since.transpose()? };
        let text = there.filled(&caption.say).map_err(|figure| (place, Missing::Figure(figure)))?;
        let ask = caption.ask.as_ref().map_or("", |ask| &ask.question);
        let question = there.filled(ask).map_err(|figure| (place, Missing::Figure(figure)))?;
        Ok(Said { place, at, text, question })
    };
    captions.iter().enumerate().map(find).collect()
}

/// What of a caption a run does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// Its event.
    Event,
    /// The event its span is counted from.
    Since,
    /// The figure of that name.
    Figure(String),
}

/// What a film says of a question; `None` where it never proves it, or has no such figure.
pub(super) fn truth(ask: &Ask, film: &Film, outcomes: &[Outcome]) -> Option<Truth> {
    let proof = ask.proof.find(&film.run, film.index.service())?;
    let figure = Place { film, outcomes, at: proof, since: None }.figure(&ask.answer)?;
    let right =
        ask.choices.iter().enumerate().filter(|(_, choice)| choice.right.is_right_of(&figure.measure));
    Some(Truth { proof, right: right.map(|(place, _)| place).collect(), figure: figure.text })
}

impl Course {
    /// A lesson at its beginning; it knows its captions once it is [bound](Course::bind) to a film.
    pub fn new(lesson: Rc<Lesson>, uninvited: bool) -> Course {
        Course {
            lesson,
            uninvited,
            take: 0,
            said: Vec::new(),
            truth: None,
            answered: None,
            hold: None,
            closing: String::new(),
            over: false,
        }
    }

    /// The lesson.
    pub fn lesson(&self) -> &Rc<Lesson> {
        &self.lesson
    }

    /// The strategy of the take that is played.
    pub fn strategy(&self) -> StrategyName {
        self.lesson.takes[self.take].strategy
    }

    /// The recording of the take that is played.
    pub fn recording(&self) -> &Value {
        self.lesson.recording_of(self.take)
    }

    /// Finds the take's captions in its film. A caption whose event never happens, or with a figure that there is none
    /// of, is left out.
    pub fn bind(&mut self, film: &Film, outcomes: &[Outcome]) {
        let captions = &self.lesson.takes[self.take].captions;
        self.said = said(captions, film, outcomes).into_iter().flatten().collect();
        self.said.sort_by_key(|said| said.at);
        let ask = captions.iter().find_map(|caption| caption.ask.as_ref());
        self.truth = ask.and_then(|ask| truth(ask, film, outcomes));
        let closing = Place { film, outcomes, at: film.run.end, since: None }.filled(&self.lesson.closing);
        self.closing = closing.unwrap_or_default();
    }

    /// Where the take opens.
    pub fn opening(&self) -> SimTime {
        let opens = |said: &&Said| self.caption(said).opens;
        self.said.iter().find(opens).map_or(SimTime::ZERO, |said| said.at)
    }

    /// The take's pace: every caption stands as long as it takes to be read, whatever passes meanwhile.
    pub fn pace(&self, end: SimTime) -> Pace {
        let reading = |text: &str| reading_time(text, self.lesson.quick);
        let first = self.said.first().map(|said| (said.at, reading("")));
        let stretches = self.said.windows(2).map(|pair| (pair[1].at, reading(&pair[0].text)));
        // What comes after the last caption is not played by the lesson.
        Pace::of(first.into_iter().chain(stretches).chain([(end, reading(""))]))
    }

    /// Where playing stops: at a question that nobody has answered, with the last caption, and where a remote holds it.
    pub fn stops(&self) -> Vec<SimTime> {
        let asked = self.question().filter(|_| self.answered.is_none()).map(|(said, _)| said.at);
        asked.into_iter().chain(self.said.last().map(|said| said.at)).chain(self.hold).collect()
    }

    /// When each of the take's captions is said.
    pub fn instants(&self) -> Vec<SimTime> {
        self.said.iter().map(|said| said.at).collect()
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
        let asked = self.open_question(at).filter(|(_, ask)| choice < ask.choices.len());
        let answered = asked.map(|_| (self.take, choice));
        self.answered = answered.or(self.answered);
        answered.is_some()
    }

    /// Goes on to the next take; whether there is one.
    pub fn go_on(&mut self) -> bool {
        let more = !self.is_last();
        if more {
            self.go_to(self.take + 1);
        } else {
            self.over = true;
        }
        more
    }

    /// Goes to the take that asks; whether that is another one.
    pub fn go_to_asking_take(&mut self) -> bool {
        let asks = |take: &super::Take| take.captions.iter().any(|caption| caption.ask.is_some());
        let asking = self.lesson.takes.iter().position(asks);
        let other = asking.filter(|&take| take != self.take);
        if let Some(take) = other {
            self.go_to(take);
        }
        other.is_some()
    }

    /// When the take's question is asked.
    pub fn asked_at(&self) -> Option<SimTime> {
        self.question().map(|(said, _)| said.at)
    }

    fn go_to(&mut self, take: usize) {
        self.take = take;
        self.said.clear();
        self.truth = None;
    }

    /// What the card shows at `at`.
    pub fn card(&self, at: SimTime, playing: bool) -> Card {
        let take = &self.lesson.takes[self.take];
        let now = self.now(at);
        let before: usize = self.lesson.takes[..self.take].iter().map(|take| take.captions.len()).sum();
        let question = self.open_question(at);
        let waits = |asked: SimTime| playing || asked < at;
        let played = self.is_played(at);
        let said_last = |text: &str| if self.over { text.to_owned() } else { String::new() };
        Card {
            title: self.lesson.title.clone(),
            text: now.map_or(String::new(), |it| it.text.clone()),
            insight: said_last(&self.lesson.insight),
            closing: said_last(&self.closing),
            progress: (
                before + self.said.iter().filter(|said| said.at <= at).count(),
                self.lesson.takes.iter().map(|take| take.captions.len()).sum(),
            ),
            question: question.map(|(said, ask)| Question {
                ask: said.question.clone(),
                choices: ask.choices.iter().map(|choice| choice.say.clone()).collect(),
                waits: waits(said.at),
            }),
            proved: self.proved(at),
            next: (played && !take.next.is_empty()).then(|| take.next.clone()),
            over: self.over,
            question_ahead: self.is_question_ahead(at),
            points_at_play: !playing
                && !played
                && question.is_none_or(|(said, _)| waits(said.at))
                && !self.over,
        }
    }

    /// Whether nobody has answered yet, and the question comes after `at` or in a later take.
    fn is_question_ahead(&self, at: SimTime) -> bool {
        let later = || self.lesson.takes[self.take + 1..].iter().flat_map(|take| &take.captions);
        self.answered.is_none()
            && (self.asked_at().is_some_and(|asked| at < asked) || later().any(|it| it.ask.is_some()))
    }

    /// What became of the question, answered or not, from the event on that proves it.
    fn proved(&self, at: SimTime) -> Option<Proof> {
        let choice = self.answered.filter(|(take, _)| *take == self.take).map(|(_, choice)| choice);
        let truth = self.truth.as_ref().filter(|truth| truth.proof <= at)?;
        let (said, ask) = self.question()?;
        let right = choice.filter(|choice| truth.right.contains(choice)).or(truth.right.first().copied());
        let words = |place: usize| ask.choices[place].say.clone();
        Some(Proof {
            ask: said.question.clone(),
            answer: choice.map(words),
            truth: right.map_or_else(|| truth.figure.clone(), words),
        })
    }

    /// The question as long as it can be answered: until it is, or the run has proved it.
    fn open_question(&self, at: SimTime) -> Option<(&Said, &Ask)> {
        let proved = self.truth.as_ref().is_some_and(|truth| truth.proof <= at);
        self.question().filter(|(said, _)| said.at <= at && !proved && self.answered.is_none() && !self.over)
    }

    /// The take's question, and where it is said.
    fn question(&self) -> Option<(&Said, &Ask)> {
        self.said.iter().find_map(|said| Some((said, self.caption(said).ask.as_ref()?)))
    }

    fn caption(&self, said: &Said) -> &Caption {
        &self.lesson.takes[self.take].captions[said.place]
    }

    fn now(&self, at: SimTime) -> Option<&Said> {
        self.said[..self.said.partition_point(|said| said.at <= at)].last()
    }
}
