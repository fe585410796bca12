//! A drill in the session: until it is over only time and the drill's means move anything, and whatever could tell
//! what is wrong (the future, prices, other strategies, the axis and its folds, the tops of the lanes) stands still.

use super::drill::{self, Duty, Secret, Stand};
use super::*;

impl Session {
    /// The drill that is open; `None` where there is none.
    pub fn duty(&self) -> Option<&Duty> {
        self.duty.as_ref()
    }

    /// Whether a drill is open whose fault is still to be found out.
    pub fn keeps_secret(&self) -> bool {
        self.duty.as_ref().is_some_and(Duty::keeps_secret)
    }

    /// How far one can see while something is still to be found out; `None` where all can be seen.
    pub(super) fn in_sight(&self) -> Option<SimTime> {
        self.duty.as_ref().filter(|duty| duty.keeps_secret()).map(Duty::reached)
    }

    pub(super) fn secret(&self) -> Option<&Secret> {
        self.duty.as_ref().map(Duty::secret)
    }

    /// Does what a message means for the drill; `None` where the message goes on to whom it concerns.
    pub(super) fn examine(&mut self, msg: &Msg) -> Option<Changed> {
        match msg {
            Msg::OpenDrill { drill, seed } => return Some(self.open_drill(drill.clone(), *seed)),
            Msg::Import(text) if drill::is_drill(text) => return Some(self.open_drill_file(text)),
            _ => {}
        }
        let duty = self.duty.as_mut()?;
        let over = !duty.keeps_secret();
        match msg {
            Msg::LeaveLesson => Some(self.leave_drill()),
            Msg::StartDrill | Msg::Play | Msg::Toggle if *duty.stand() == Stand::Briefing => {
                duty.begin();
                self.playback.play(self.shown.run.end);
                Some(Changed::Everything)
            }
            Msg::NameCause(cause) => Some(if duty.name(*cause) { Changed::Panels } else { Changed::Nothing }),
            Msg::FinishDrill if *duty.stand() == Stand::AtWork => Some(self.tell_drill()),
            Msg::Act(deed) if !over => Some(self.act_in_drill(*deed)),
            // One may look back, and no further on than one has seen.
            Msg::Seek(_) | Msg::StepBack | Msg::NextStage | Msg::PreviousStage => None,
            Msg::StepForward if *duty.stand() != Stand::Briefing => None,
            Msg::Play | Msg::Pause | Msg::Toggle | Msg::Tick(_) | Msg::Idle => None,
            Msg::SetSpeed(_) | Msg::SelectService(_) | Msg::DismissNotice => None,
            Msg::ToggleCurtain | Msg::ToggleScale | Msg::DismissGhost if over => None,
            Msg::Open(_) | Msg::OpenLink(_) | Msg::OpenLesson { .. } | Msg::OpenSituation(_) => {
                let _ = self.leave_drill();
                None
            }
            Msg::Import(_) | Msg::NotFound(_) => None,
            // Whatever else changes the recording is no drill any more.
            _ if over => {
                let _ = self.leave_drill();
                None
            }
            _ => Some(Changed::Nothing),
        }
    }

    /// A drill that somebody wrote: it is opened if nothing is wrong with it.
    fn open_drill_file(&mut self, text: &str) -> Changed {
        let checked = drill::read(text).and_then(|drill| {
            let problems = drill::check(&drill);
            if problems.is_empty() { Ok(drill) } else { Err(problems) }
        });
        match checked {
            Ok(drill) => self.open_drill(Rc::new(drill), 1),
            Err(problems) => self.refuse(problems),
        }
    }

    fn open_drill(&mut self, drill: Rc<drill::Drill>, seed: u32) -> Changed {
        let again = self.duty.is_some();
        if self.replace_by("Drill", Session::open(&drill.document(seed))) != Changed::Everything {
            return Changed::Panels;
        }
        // One drill after another is one change to take back.
        if again && self.done.len() > 1 {
            let first = self.done.remove(self.done.len() - 2);
            self.done.last_mut().into_iter().for_each(|last| last.document = first.document.clone());
        }
        let duty = Duty::new(drill, seed);
        let shot = Film::shoot_hiding(Some(duty.secret()), &self.document, self.service, self.strategy);
        self.duty = Some(duty);
        self.curtain = true;
        self.playback = Playback::default();
        match shot {
            Ok(film) => self.stand_in(film),
            Err(problems) => {
                self.duty = None;
                return self.refuse(problems);
            }
        }
        Changed::Everything
    }

    /// Shows a film of the drill, or the one that is left of it, where the playhead is.
    fn stand_in(&mut self, film: Rc<Film>) {
        self.ghost = None;
        self.show(film);
        self.playback.playhead = self.playback.playhead.min(self.shown.run.end);
        self.shoot_others();
        self.price_way_back();
    }

    /// Keeps the playhead to what has been seen; time that goes by shows more.
    pub(super) fn stay_in_sight(&mut self, shows_more: bool) {
        let Some(duty) = self.duty.as_mut().filter(|duty| duty.keeps_secret()) else { return };
        if shows_more {
            duty.reach(self.playback.playhead);
        }
        if self.playback.playhead > duty.reached() {
            self.playback.playhead = duty.reached();
        }
    }

    fn act_in_drill(&mut self, deed: Deed) -> Changed {
        let at = self.playback.playhead;
        let refused = self.duty.as_ref().and_then(|duty| duty.refusal(deed, at));
        if refused.is_some() {
            self.notice = refused;
            return Changed::Panels;
        }
        let changed = self.act(deed);
        if changed == Changed::Everything {
            // What would have been is for the end to tell, and an operator has no Undo.
            self.ghost = None;
            self.done.pop();
            let at = self.playback.playhead;
            if let Some(duty) = &mut self.duty {
                duty.note(at, deed);
                duty.reach(at);
            }
            self.playback.play(self.shown.run.end);
        }
        changed
    }

    /// Refuses what the drill's means do not allow.
    pub(super) fn limit(&self, offers: &mut [Offer]) {
        let Some(duty) = self.duty.as_ref().filter(|duty| duty.keeps_secret()) else { return };
        for offer in offers {
            offer.refused = duty.refusal(offer.deed, self.playback.playhead).or(offer.refused.take());
        }
    }

    /// The drill has come to its end.
    pub(super) fn finish_drill(&mut self) -> bool {
        let at_work = self.duty.as_ref().is_some_and(|duty| *duty.stand() == Stand::AtWork);
        let over = at_work && self.playback.playhead >= self.shown.run.end;
        if over {
            let _ = self.tell_drill();
        }
        over
    }

    /// The fault is written into the recording, the veil lifts, and what was done is judged.
    fn tell_drill(&mut self) -> Changed {
        let Some(duty) = &mut self.duty else { return Changed::Nothing };
        let told = duty.finish(&self.document);
        let secret = duty.secret();
        let shot = told.and_then(|document| {
            let film = Film::shoot_hiding(Some(secret), &document, self.service, self.strategy)?;
            Ok((document, film))
        });
        match shot {
            Err(problems) => self.refuse(problems),
            Ok((document, film)) => {
                self.document = document;
                self.curtain = false;
                self.notice = None;
                self.playback.playing = false;
                self.playback.playhead = film.run.end;
                self.stand_in(film);
                Changed::Everything
            }
        }
    }

    /// The drill ends. What was not told stays untold, so that it can be tried again.
    fn leave_drill(&mut self) -> Changed {
        let Some(duty) = self.duty.take() else { return Changed::Nothing };
        self.curtain = false;
        self.notice = None;
        match Film::shoot(&self.document, self.service, self.strategy) {
            Ok(film) => self.stand_in(film),
            Err(problems) => {
                self.duty = Some(duty);
                return self.refuse(problems);
            }
        }
        self.playback.playing = false;
        Changed::Everything
    }

    /// A film's lanes. In a drill they have the tops that they would have whatever was wrong, and no folds: neither
    /// may tell what is to come.
    pub(super) fn lanes_of(&self, film: &Film) -> Timeline {
        let mut lanes = film.timeline();
        let Some(duty) = self.duty.as_ref().filter(|duty| duty.keeps_secret()) else { return lanes };
        lanes.folds.clear();
        let tops = [&mut lanes.tasks.highest, &mut lanes.errors.highest, &mut lanes.latency.highest];
        let strategy = film.strategy;
        let drill = duty.drill();
        let others = duty.secrets().filter_map(|secret| {
            let document = drill.document(duty.seed());
            let other = Film::shoot_hiding(Some(&secret), &document, film.index.service(), strategy).ok()?;
            let lanes = other.timeline();
            Some([lanes.tasks.highest, lanes.errors.highest, lanes.latency.highest])
        });
        let all: Vec<[f64; 3]> = others.collect();
        for (part, top) in tops.into_iter().enumerate() {
            *top = all.iter().map(|tops| tops[part]).fold(0.0, f64::max);
        }
        lanes
    }
}
