//! A sentence whose parts can be set apart: a number, an inequality, a failure.

use super::words;
use crate::model::Reading;
use std::fmt;

/// What a part of a sentence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    /// Words.
    Plain,
    /// A number or a time that matters.
    Number,
    /// A sum or an inequality, filled in.
    Formula,
    /// Something that goes wrong.
    Failure,
}

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its text, with the spaces that belong to it.
    pub text: String,
    /// What it is.
    pub kind: SegmentKind,
}

/// Two or three short sentences, in parts, and where their rule is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// Together the whole text.
    pub segments: Vec<Segment>,
    /// The title of the document the rule comes from; `our reading: …` where AWS has published none; empty where it is
    /// only what the recording says.
    pub source: &'static str,
    /// The choice of ours that it follows from, where ECS documents none.
    pub reading: Option<Reading>,
}

impl Sentence {
    /// Adds words.
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.with(SegmentKind::Plain, text.into())
    }

    /// Adds a number or a time.
    pub fn number(self, number: impl fmt::Display) -> Self {
        self.with(SegmentKind::Number, number.to_string())
    }

    /// Adds a sum or an inequality.
    pub fn formula(self, text: impl Into<String>) -> Self {
        self.with(SegmentKind::Formula, text.into())
    }

    /// Adds something that goes wrong.
    pub fn failure(self, text: impl Into<String>) -> Self {
        self.with(SegmentKind::Failure, text.into())
    }

    /// Adds a sentence after this one, with a space between them.
    pub fn then(mut self, next: Sentence) -> Self {
        if !self.segments.is_empty() && !next.segments.is_empty() {
            self = self.plain(" ");
        }
        if self.source.is_empty() {
            self.source = next.source;
        }
        self.reading = self.reading.or(next.reading);
        next.segments.into_iter().fold(self, |whole, part| whole.with(part.kind, part.text))
    }

    /// Goes on after a comma with another sentence.
    pub fn and(self, mut next: Sentence) -> Self {
        if self.segments.is_empty() {
            return next;
        }
        if let Some(first) = next.segments.first_mut() {
            first.text = words::uncapitalized(&first.text);
        }
        next.segments.into_iter().fold(self.plain(", "), |whole, part| whole.with(part.kind, part.text))
    }

    /// Names the document its rule comes from, unless one is named already.
    pub fn from_source(mut self, source: &'static str) -> Self {
        if self.source.is_empty() {
            self.source = source;
        }
        self
    }

    /// Names the choice of ours it follows from, unless one is named already.
    pub fn from_reading(mut self, reading: Option<Reading>) -> Self {
        self.reading = self.reading.or(reading);
        self
    }

    fn with(mut self, kind: SegmentKind, text: String) -> Self {
        match self.segments.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.kind == kind => last.text.push_str(&text),
            _ => self.segments.push(Segment { text, kind }),
        }
        self
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.segments.iter().try_for_each(|segment| f.write_str(&segment.text))
    }
}
