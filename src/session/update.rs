//! What each message does to the session.

use super::anchor::Anchor;
use super::film::{Film, MANY_EVENTS};
use super::playback::{next_of, previous_of};
use super::price::PRICED_EVERY;
use super::recording::{document_for, service_in_view, strategy_of};
use super::*;
use crate::engine::preflight::preflight;
use crate::formats::import::import;
use crate::formats::link;
use crate::formats::problem::nearest;

/// As many changes can be taken back.
const MOST_CHANGES: usize = 200;

impl Session {
    /// Opens a recording: at its beginning, paused, by the service's own strategy.
    ///
    /// # Errors
    /// Every problem of the recording.
    pub fn open(document: &Value) -> Result<Session, Vec<Problem>> {
        let service = service_in_view(document)?;
        let strategy = strategy_of(document, service);
        let shown = Film::shoot(document, service, strategy)?;
        let mut session = Session {
            document: document.clone(),
            service,
            strategy,
            films: [const { None }; 4],
            timeline: Rc::new(shown.timeline()),
            verdict: Rc::new(preflight(&shown.scenario, service)),
            shown,
            outcomes: Vec::new(),
            stops: Vec::new(),
            instants: Vec::new(),
            holds: Vec::new(),
            playback: Playback::default(),
            pace: Pace::story(&[], SimTime::ZERO),
            course: None,
            duty: None,
            taken_from: Value::Null,
            opened: document.clone(),
            linked: false,
            curtain: false,
            true_scale: false,
            way_back: None,
            is_price_due: false,
            prices: Rc::default(),
            to_price: Vec::new(),
            priced: Prices::new(),
            ghost: None,
            notice: None,
            problems: Vec::new(),
            imported: None,
            done: Vec::new(),
            undone: Vec::new(),
        };
        session.show(session.shown.clone());
        session.shoot_others();
        session.price_way_back();
        Ok(session)
    }

    /// Opens the recording of a share link, looked at as the link says.
    ///
    /// # Errors
    /// What is wrong with the link, or every problem of its recording.
    pub fn of_link(fragment: &str) -> Result<Session, Vec<Problem>> {
        let link = link::read(fragment).map_err(|problem| vec![problem])?;
        let mut session = Session::open(&link.document)?;
        session.linked = true;
        if let Some(service) = link.view.service {
            let _ = session.select_service(service);
        }
        session.stand_at(Some(link.view.at.min(session.shown.run.end)));
        session.curtain = link.view.curtain;
        session.price_way_back();
        Ok(session)
    }

    /// Takes a message and says what has to be shown again.
    pub fn update(&mut self, msg: Msg) -> Changed {
        let (taught, examined) = (self.course.is_some(), self.duty.is_some());
        let shows_more = matches!(msg, Msg::Tick(_) | Msg::StepForward | Msg::FinishDrill);
        let changed = self.follow(msg);
        self.stay_in_sight(shows_more);
        if examined && self.duty.is_none() {
            return Changed::Everything;
        }
        // With a lesson that steps aside the veil lifts.
        if taught && self.course.is_none() { changed.max(Changed::Panels) } else { changed }
    }

    fn follow(&mut self, msg: Msg) -> Changed {
        let msg = match msg {
            Msg::GoOn if !self.walks_captions() => Msg::NextStage,
            Msg::GoBack if !self.walks_captions() => Msg::PreviousStage,
            msg => msg,
        };
        if let Some(changed) = self.examine(&msg).or_else(|| self.teach(&msg)) {
            return changed;
        }
        let (before, playing) = (self.playback.playhead, self.playback.playing);
        match msg {
            Msg::Tick(millis) => {
                self.playback.advance(millis, self.shown.run.end, &self.stops_of_playing(), &self.pace);
                let over = self.finish_lesson() || self.finish_drill();
                return if over { Changed::Everything } else { self.moved(before, playing) };
            }
            Msg::Play => self.playback.play(self.shown.run.end),
            Msg::Pause | Msg::Toggle if self.playback.playing => {
                self.playback.playing = false;
                self.price_way_back();
            }
            Msg::Pause => {}
            Msg::Toggle => self.playback.play(self.shown.run.end),
            Msg::Seek(at) => self.playback.playhead = at.min(self.shown.run.end),
            Msg::StepForward => {
                let next = next_of(&self.instants, before).unwrap_or(self.shown.run.end);
                self.stand_at(Some(next.min(self.shown.run.end)));
            }
            Msg::StepBack => self.stand_at(Some(previous_of(&self.instants, before).unwrap_or_default())),
            Msg::NextStage => self.stand_at(next_of(&self.stops, before)),
            Msg::PreviousStage => self.stand_at(Some(previous_of(&self.stops, before).unwrap_or_default())),
            Msg::SetSpeed(speed) => {
                self.playback.speed = speed;
                return Changed::Panels;
            }
            Msg::SelectStrategy(strategy) => return self.select(strategy),
            Msg::SelectService(service) => return self.select_service(service),
            Msg::Edit { parameter, value } => return self.edit(&parameter, value),
            Msg::EditHooks(edit) => {
                let (document, label) = self.with_hooks(&edit);
                let said = format!("Hooks changed: {label}");
                return self.change(document, label, &said);
            }
            Msg::Act(deed) => return self.act(deed),
            Msg::UpdateService(draft) => return self.call_update_service(&draft),
            Msg::Revise { intervention, with } => return self.revise(intervention, with),
            Msg::Undo => return self.travel(Direction::Back),
            Msg::Redo => return self.travel(Direction::Forth),
            Msg::Import(text) => {
                return match import(&text) {
                    Ok(imported) => {
                        let changed = self.replace(&imported.document);
                        if changed == Changed::Everything {
                            self.imported = Some((imported.warnings, imported.assumptions));
                        }
                        changed
                    }
                    Err(problems) => self.refuse(problems),
                };
            }
            Msg::Open(document) => return self.replace(&document),
            Msg::OpenLink(link) => return self.replace_by("Link", Session::of_link(&link)),
            Msg::NotFound(problems) => return self.refuse(problems),
            Msg::Idle => return self.catch_up(),
            Msg::DismissGhost => {
                return if self.ghost.take().is_some() { Changed::Everything } else { Changed::Nothing };
            }
            // These mean something to a lesson only, and there is none.
            Msg::OpenLesson { .. } | Msg::OpenSituation(_) => return Changed::Nothing,
            Msg::Answer(_) | Msg::NextTake | Msg::ToQuestion | Msg::LeaveLesson => return Changed::Nothing,
            Msg::GoOn | Msg::GoBack | Msg::KeepLesson => return Changed::Nothing,
            Msg::OpenDrill { .. } | Msg::StartDrill | Msg::NameCause(_) | Msg::FinishDrill => {
                return Changed::Nothing;
            }
            Msg::ToggleCurtain => {
                self.curtain = !self.curtain;
                return Changed::Panels;
            }
            Msg::ToggleScale => {
                self.true_scale = !self.true_scale;
                return Changed::Everything;
            }
            Msg::DismissNotice => {
                let seen = self.notice.take().is_some() || !self.problems.is_empty();
                self.problems.clear();
                return if seen { Changed::Panels } else { Changed::Nothing };
            }
        }
        let changed = self.moved(before, playing);
        if changed == Changed::Frame { Changed::Panels } else { changed }
    }

    /// Puts the playhead somewhere and holds it there.
    pub(super) fn stand_at(&mut self, at: Option<SimTime>) {
        self.playback.playing = false;
        self.playback.playhead = at.unwrap_or(self.playback.playhead);
    }

    /// What has to be shown after the playhead has gone from `before` to where it is.
    pub(super) fn moved(&mut self, before: SimTime, was_playing: bool) -> Changed {
        let now = self.playback.playhead;
        if now == before {
            return if self.playback.playing == was_playing { Changed::Nothing } else { Changed::Panels };
        }
        let met = next_of(&self.instants, before.min(now)).is_some_and(|instant| instant <= before.max(now));
        // While it plays the price follows the events and the clock; wherever it stands, it is exact.
        let goes_on = self.prices_while_playing() && before.0 / PRICED_EVERY.0 != now.0 / PRICED_EVERY.0;
        if met || goes_on || !self.playback.playing {
            self.price_way_back();
        }
        let news = met || self.has_judged(before, now);
        if news || self.playback.playing != was_playing { Changed::Panels } else { Changed::Frame }
    }

    /// Whether an alarm judged a period between two instants: that is no event, and yet Why tells of it.
    fn has_judged(&self, before: SimTime, now: SimTime) -> bool {
        let judged = |at: SimTime, alarm: &Alarm| at.0 / alarm.period.0.max(1);
        self.shown.scenario.alarms.iter().any(|alarm| judged(before, alarm) != judged(now, alarm))
    }

    pub(super) fn select(&mut self, strategy: StrategyName) -> Changed {
        if strategy == self.strategy {
            return Changed::Nothing;
        }
        let document = document_for(&self.document, self.service, strategy);
        let place = strategy as usize;
        let film = self.films[place].take();
        let film = film.unwrap_or_else(|| Film::shoot(&document, self.service, strategy));
        self.films[place] = Some(film.clone());
        match film {
            Err(problems) => self.refuse(problems),
            Ok(film) => {
                self.leave_ghost(SimTime::ZERO, strategy.api_name().to_owned());
                self.document = document;
                self.strategy = strategy;
                self.notice = None;
                self.problems.clear();
                // Strategies are compared at the same moment.
                self.playback.playhead = self.playback.playhead.min(film.run.end);
                self.show(film);
                self.list_outcomes();
                self.price_way_back();
                Changed::Everything
            }
        }
    }

    /// Looks at another service, by its own strategy and at the same moment.
    fn select_service(&mut self, service: usize) -> Changed {
        if service == self.service || service >= self.shown.scenario.services.len() {
            return Changed::Nothing;
        }
        let strategy = strategy_of(&self.document, service);
        match Film::shoot_hiding(self.secret(), &self.document, service, strategy) {
            Err(problems) => self.refuse(problems),
            Ok(film) => {
                (self.service, self.strategy) = (service, strategy);
                self.ghost = None;
                self.notice = None;
                self.problems.clear();
                self.show(film);
                self.shoot_others();
                self.price_way_back();
                Changed::Everything
            }
        }
    }

    fn edit(&mut self, parameter: &str, value: Value) -> Changed {
        let mut document = self.document.clone();
        let text = in_words(&value);
        if !parameters::edit(&mut document, self.subject(), parameter, value) {
            let message = format!("{parameter} has no meaning here");
            let known = self.parameters();
            let nearest = nearest(parameter, known.iter().map(|it| it.name)).map(str::to_owned);
            return self.refuse(vec![Problem { path: String::new(), message, nearest }]);
        }
        self.change(document, format!("{parameter} {text}"), &format!("{parameter} is {text}"))
    }

    fn revise(&mut self, place: usize, with: Option<Value>) -> Changed {
        let mut document = self.document.clone();
        let list = document.get_mut("interventions").and_then(Value::as_array_mut);
        let Some(list) = list.filter(|list| place < list.len()) else { return Changed::Nothing };
        let what = self.interventions().swap_remove(place).what;
        match with {
            Some(value) => {
                list[place] = value;
                self.change(document, format!("changed “{what}”"), &format!("Changed: {what}"))
            }
            None => {
                list.remove(place);
                self.change(document, format!("removed “{what}”"), &format!("Removed: {what}"))
            }
        }
    }

    /// Takes another document by the same strategy; the playhead stays at its stage, and the page says so.
    fn change(&mut self, document: Value, label: String, said: &str) -> Changed {
        if document == self.document {
            return Changed::Nothing;
        }
        let anchor = self.anchor();
        let film = match Film::shoot(&document, self.service, self.strategy) {
            Ok(film) => film,
            Err(problems) => return self.refuse(problems),
        };
        self.leave_ghost(SimTime::ZERO, label.clone());
        let kept = anchor.find(&film.run, &film.index);
        self.playback.playhead = kept.unwrap_or(self.playback.playhead.min(film.run.end));
        self.keep(document, label, ChangeKind::Edited, film);
        self.notice = Some(match kept {
            Some(_) => format!("{said}. Still {}.", where_is(anchor)),
            None => format!("{said}. This run never gets there: still {}.", self.playback.playhead),
        });
        Changed::Everything
    }

    pub(super) fn act(&mut self, deed: Deed) -> Changed {
        let frame = self.frame();
        let stage = self.stage(&frame);
        if let Some(refused) = stage.refusal(deed) {
            self.notice = Some(refused);
            return Changed::Panels;
        }
        // What happens at the playhead has been seen already; a person can only come after it.
        let at = self.playback.playhead + Span(1);
        let mut document = self.document.clone();
        stage.write(&mut document, deed, at);
        self.act_by(document, deed.name())
    }

    /// Takes a document in which somebody acts an instant after the playhead.
    pub(super) fn act_by(&mut self, document: Value, label: &str) -> Changed {
        let at = self.playback.playhead + Span(1);
        let film = match Film::shoot_hiding(self.secret(), &document, self.service, self.strategy) {
            Ok(film) => film,
            Err(problems) => return self.refuse(problems),
        };
        self.leave_ghost(at, label.to_owned());
        self.playback.playhead = at.min(film.run.end);
        self.keep(document, label.to_owned(), ChangeKind::Acted, film);
        Changed::Everything
    }

    fn travel(&mut self, direction: Direction) -> Changed {
        let change = match direction {
            Direction::Back => self.done.last(),
            Direction::Forth => self.undone.last(),
        };
        let Some(Change { label, document, kind }) = change.cloned() else { return Changed::Nothing };
        let anchor = self.anchor();
        let was = Change { label, document: self.document.clone(), kind };
        self.notice = Some(match direction {
            Direction::Back => format!("Taken back: {}.", was.label),
            Direction::Forth => format!("Made again: {}.", was.label),
        });
        if kind == ChangeKind::Opened {
            match Session::open(&document) {
                Ok(other) => self.become_other(other),
                Err(problems) => return self.refuse(problems),
            }
        } else {
            // Which tab is shown is no part of what is taken back.
            let document = document_for(&document, self.service, self.strategy);
            let film = match Film::shoot(&document, self.service, self.strategy) {
                Ok(film) => film,
                Err(problems) => return self.refuse(problems),
            };
            let kept = match kind {
                ChangeKind::Acted => None,
                _ => anchor.find(&film.run, &film.index),
            };
            self.playback.playhead = kept.unwrap_or(self.playback.playhead).min(film.run.end);
            self.document = document;
            self.show(film);
            self.shoot_others();
            self.price_way_back();
        }
        let (from, to) = match direction {
            Direction::Back => (&mut self.done, &mut self.undone),
            Direction::Forth => (&mut self.undone, &mut self.done),
        };
        from.pop();
        to.push(was);
        self.ghost = None;
        self.problems.clear();
        Changed::Everything
    }

    /// Another recording altogether, which Undo takes back like any other change.
    pub(super) fn replace(&mut self, document: &Value) -> Changed {
        self.replace_by("Import", Session::open(document))
    }

    pub(super) fn replace_by(&mut self, label: &str, opened: Result<Session, Vec<Problem>>) -> Changed {
        match opened {
            Err(problems) => self.refuse(problems),
            Ok(other) => {
                let document = self.document.clone();
                self.become_other(other);
                self.remember(Change { label: label.to_owned(), document, kind: ChangeKind::Opened });
                self.notice = None;
                Changed::Everything
            }
        }
    }

    /// Takes over another session but for its history and speed.
    pub(super) fn become_other(&mut self, other: Session) {
        let (done, undone) = (std::mem::take(&mut self.done), std::mem::take(&mut self.undone));
        let (speed, true_scale, notice) = (self.playback.speed, self.true_scale, self.notice.take());
        *self = other;
        (self.done, self.undone, self.notice) = (done, undone, notice);
        (self.playback.speed, self.true_scale) = (speed, true_scale);
    }

    fn remember(&mut self, change: Change) {
        self.done.push(change);
        if self.done.len() > MOST_CHANGES {
            self.done.remove(0);
        }
        self.undone.clear();
    }

    /// Everything stays as it was, and the page says why.
    pub(super) fn refuse(&mut self, problems: Vec<Problem>) -> Changed {
        self.problems = problems;
        self.notice = None;
        Changed::Panels
    }

    /// Takes a change of the recording.
    fn keep(&mut self, document: Value, label: String, kind: ChangeKind, film: Rc<Film>) {
        let document = std::mem::replace(&mut self.document, document);
        self.remember(Change { label, document, kind });
        self.notice = None;
        self.problems.clear();
        self.show(film);
        self.shoot_others();
        self.price_way_back();
    }

    /// Shows another film at the playhead.
    pub(super) fn show(&mut self, film: Rc<Film>) {
        self.timeline = Rc::new(self.lanes_of(&film));
        self.verdict = Rc::new(preflight(&film.scenario, self.service));
        self.stops = frame::stops(&film.run, self.service);
        self.instants = film.instants();
        self.holds = film.holds();
        self.shown = film;
        self.keep_pace();
        self.forget_prices();
    }

    /// Story's pace for the shown run.
    pub(super) fn keep_pace(&mut self) {
        let end = self.shown.run.end;
        self.pace = match self.keeps_secret() {
            // An even pace tells nothing of what is to come.
            true => drill::pace(end),
            false => Pace::story(&beats::beats(&self.shown.run, self.service), end),
        };
        self.playback.change_film();
    }

    fn leave_ghost(&mut self, forked_at: SimTime, replaced_by: String) {
        self.ghost = Some(Ghost {
            run: self.shown.run.clone(),
            timeline: self.timeline.clone(),
            strategy: self.strategy,
            forked_at,
            replaced_by,
        });
    }

    /// Simulates the strategies that are not shown, at once where that is quick.
    pub(super) fn shoot_others(&mut self) {
        self.films = [const { None }; 4];
        self.films[self.strategy as usize] = Some(Ok(self.shown.clone()));
        if self.shown.run.events.len() <= MANY_EVENTS && self.duty.is_none() {
            self.shoot_missing();
        }
        self.list_outcomes();
    }

    /// Simulates every strategy that was put off.
    pub(super) fn shoot_missing(&mut self) {
        for strategy in StrategyName::ALL {
            self.shoot_one(strategy);
        }
        self.list_outcomes();
    }

    fn shoot_one(&mut self, strategy: StrategyName) {
        let film = &mut self.films[strategy as usize];
        if film.is_none() {
            *film = Some(Film::shoot(&self.document, self.service, strategy));
        }
    }

    pub(super) fn catch_up(&mut self) -> Changed {
        let missing = StrategyName::ALL.into_iter().find(|&it| self.films[it as usize].is_none());
        let Some(strategy) = missing else { return self.price_one() };
        self.shoot_one(strategy);
        self.list_outcomes();
        Changed::Everything
    }

    fn list_outcomes(&mut self) {
        let films = self.films.iter().flatten().flatten();
        self.outcomes = films.map(|film| film.outcome.clone()).collect();
        outcome::scale(&mut self.outcomes);
    }

    fn anchor(&self) -> Anchor {
        Anchor::of(&self.shown.run, &self.shown.index, self.playback.playhead)
    }
}

enum Direction {
    Back,
    Forth,
}

/// A parameter's value as people read it.
fn in_words(value: &Value) -> String {
    match (value.as_u64(), value.as_str()) {
        (Some(number), _) => Count(number).to_string(),
        (None, Some(text)) => text.to_owned(),
        (None, None) => value.as_f64().map_or_else(|| value.to_string(), |number| number.to_string()),
    }
}

/// Where the playhead stands, in words.
fn where_is(anchor: Anchor) -> String {
    match anchor {
        Anchor::Before(at) => format!("at {at}, before the deployment"),
        Anchor::After { plus: Span(0), .. } => "at the end of the deployment".to_owned(),
        Anchor::After { plus, .. } => format!("{plus} after the end of the deployment"),
        Anchor::In { stage: None, step: 0, .. } => "before the first pass".to_owned(),
        Anchor::In { stage: None, step, .. } => format!("at pass {step}"),
        Anchor::In { stage: Some(stage), step, rolling_back, .. } => {
            let way = if rolling_back { ", on the way back" } else { "" };
            match stage {
                LifecycleStage::PreProductionTrafficShift | LifecycleStage::ProductionTrafficShift => {
                    format!("at {stage}, step {}{way}", step + 1)
                }
                _ => format!("at {stage}{way}"),
            }
        }
    }
}
