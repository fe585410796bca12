//! A lesson in the session: it plays its takes, holds the curtain, and steps aside for whatever else is asked for.

use super::lesson::{Course, Lesson, library};
use super::playback::{next_of, previous_of};
use super::*;

impl Session {
    /// What the lesson's card shows; `None` where nothing is taught.
    pub fn card(&self) -> Option<lesson::Card> {
        let course = self.course.as_ref()?;
        Some(course.card(self.playback.playhead, self.playback.playing))
    }

    /// The lesson that is taught.
    pub fn lesson(&self) -> Option<&Rc<Lesson>> {
        self.course.as_ref().map(Course::lesson)
    }

    /// Whether a lesson is taught that nobody asked for.
    pub fn is_taught_unasked(&self) -> bool {
        self.course.as_ref().is_some_and(|course| course.uninvited)
    }

    /// Does what a message means for the lesson; `None` where the message goes on to whom it concerns.
    pub(super) fn teach(&mut self, msg: &Msg) -> Option<Changed> {
        match msg {
            Msg::OpenLesson { lesson, invited } => return Some(self.open_lesson(lesson.clone(), *invited)),
            Msg::OpenSituation(place) => {
                let document =
                    library::situations().get(*place).and_then(|it| library::preset(&it.recording));
                let _ = self.leave_lesson();
                return Some(document.map_or(Changed::Nothing, |document| self.replace(&document)));
            }
            Msg::Import(text) if lesson::is_lesson(text) => return Some(self.open_lesson_file(text)),
            _ => {}
        }
        let at = self.playback.playhead;
        let course = self.course.as_mut()?;
        if !matches!(msg, Msg::Tick(_) | Msg::Idle) {
            course.hold = None;
        }
        match msg {
            Msg::Answer(choice) => {
                if course.answer(*choice, at) {
                    self.playback.play(self.shown.run.end);
                }
                Some(Changed::Panels)
            }
            Msg::NextTake => Some(self.next_take()),
            Msg::ToQuestion => Some(self.go_to_question()),
            Msg::GoOn => Some(self.go_on()),
            Msg::GoBack => Some(self.go_back()),
            Msg::KeepLesson => {
                course.uninvited = false;
                Some(Changed::Panels)
            }
            Msg::LeaveLesson => Some(self.leave_lesson()),
            // Play goes on with the lesson, which may be its next take.
            Msg::Play | Msg::Toggle if !self.playback.playing && !course.over && course.is_played(at) => {
                Some(self.next_take())
            }
            Msg::Play | Msg::Pause | Msg::Toggle | Msg::Tick(_) | Msg::Idle => None,
            Msg::DismissNotice | Msg::DismissGhost | Msg::ToggleScale => None,
            // Whoever asked for a lesson may walk about in it; one that began by itself steps aside.
            Msg::Seek(_) | Msg::StepForward | Msg::StepBack | Msg::NextStage | Msg::PreviousStage
                if !course.uninvited =>
            {
                None
            }
            Msg::SetSpeed(_) | Msg::ToggleCurtain if !course.uninvited => None,
            _ => {
                let _ = self.leave_lesson();
                None
            }
        }
    }

    /// Whether a remote's keys go from caption to caption.
    pub(super) fn walks_captions(&self) -> bool {
        self.course.as_ref().is_some_and(|course| !course.uninvited && !course.over)
    }

    /// Where playing stops: where a person is asked for, and where the lesson asks.
    pub(super) fn stops_of_playing(&self) -> Vec<SimTime> {
        let mut stops = self.holds.clone();
        if let Some(course) = self.course.as_ref().filter(|course| !course.over) {
            stops.extend(course.stops());
            stops.sort_unstable();
        }
        stops
    }

    /// A lesson that somebody wrote: it is taught if nothing is wrong with it.
    fn open_lesson_file(&mut self, text: &str) -> Changed {
        let checked = lesson::read(text).and_then(|lesson| {
            let problems = lesson::check(&lesson);
            if problems.is_empty() { Ok(lesson) } else { Err(problems) }
        });
        match checked {
            Ok(lesson) => {
                let _ = self.leave_lesson();
                self.open_lesson(Rc::new(lesson), true)
            }
            Err(problems) => self.refuse(problems),
        }
    }

    fn open_lesson(&mut self, lesson: Rc<Lesson>, invited: bool) -> Changed {
        let recording = lesson.recording_of(0);
        if !is_same_but_for_its_name(recording, &self.document)
            && self.replace(recording) != Changed::Everything
        {
            return Changed::Panels;
        }
        self.course = Some(Course::new(lesson, !invited));
        self.playback.speed = Speed::Story;
        self.curtain = true;
        self.begin_take();
        Changed::Everything
    }

    /// The next take from its beginning, or the lesson's end, where the veil lifts.
    fn next_take(&mut self) -> Changed {
        match self.course.as_mut().map(Course::go_on) {
            Some(true) => {
                self.play_other_take();
                self.playback.play(self.shown.run.end);
            }
            Some(false) => self.curtain = false,
            None => return Changed::Nothing,
        }
        Changed::Everything
    }

    /// Plays on to the next caption and holds there, so that whoever speaks has the time; pressed while it plays, it is
    /// there at once. After the last caption the next take stands ready, or the lesson is over.
    fn go_on(&mut self) -> Changed {
        let Some(course) = self.course.as_mut() else { return Changed::Nothing };
        let (before, playing) = (self.playback.playhead, self.playback.playing);
        if !playing && course.is_played(before) {
            let changed = self.next_take();
            self.playback.playing = false;
            return changed;
        }
        let next = next_of(&course.instants(), before);
        if playing {
            self.stand_at(next);
        } else {
            course.hold = next;
            self.playback.play(self.shown.run.end);
        }
        self.moved(before, playing)
    }

    /// To the caption before, or to where the take opens.
    fn go_back(&mut self) -> Changed {
        let Some(course) = &self.course else { return Changed::Nothing };
        let (before, playing) = (self.playback.playhead, self.playback.playing);
        self.stand_at(previous_of(&course.instants(), before));
        self.moved(before, playing)
    }

    /// To where the question is asked, whatever would be said before it.
    fn go_to_question(&mut self) -> Changed {
        if self.course.as_mut().is_some_and(Course::go_to_asking_take) {
            self.play_other_take();
        }
        if let Some(asked) = self.course.as_ref().and_then(Course::asked_at) {
            self.playback.playing = false;
            self.playback.playhead = asked;
            self.price_way_back();
        }
        Changed::Everything
    }

    /// Another take, which may have changes of its own to the recording. They are no changes to take back.
    fn play_other_take(&mut self) {
        let Some(course) = self.course.take() else { return };
        if *course.recording() != self.taken_from
            && let Ok(other) = Session::open(course.recording())
        {
            self.become_other(other);
        }
        self.course = Some(course);
        self.curtain = true;
        self.begin_take();
    }

    fn begin_take(&mut self) {
        let Some(course) = &self.course else { return };
        let (strategy, compares) = (course.strategy(), course.lesson().compares());
        self.taken_from = course.recording().clone();
        if compares {
            self.shoot_missing();
        }
        let _ = self.select(strategy);
        self.ghost = None;
        self.playback.playing = false;
        if let Some(course) = &mut self.course {
            course.bind(&self.shown, &self.outcomes);
            self.playback.playhead = course.opening();
            self.pace = course.pace(self.shown.run.end);
        }
        self.playback.change_film();
        self.price_way_back();
    }

    /// The lesson ends; the future is seen again, and plays at its usual pace.
    pub(super) fn leave_lesson(&mut self) -> Changed {
        if self.course.take().is_none() {
            return Changed::Nothing;
        }
        self.curtain = false;
        self.keep_pace();
        Changed::Everything
    }

    /// The last take has come to its end: there is nothing to press, so the doors open by themselves.
    pub(super) fn finish_lesson(&mut self) -> bool {
        let at = self.playback.playhead;
        let Some(course) = self.course.as_mut().filter(|course| !course.over) else { return false };
        if self.playback.playing || !course.is_played(at) || !course.is_last() {
            return false;
        }
        let _ = course.go_on();
        self.curtain = false;
        self.keep_pace();
        true
    }
}

/// Whether two recordings give the same run: then the one on screen is played, and there is no change to take back.
fn is_same_but_for_its_name(one: &Value, other: &Value) -> bool {
    let nameless = |document: &Value| {
        let mut document = document.clone();
        document.as_object_mut().map(|root| root.shift_remove("name"));
        document
    };
    nameless(one) == nameless(other)
}
