//! What the page is about: a recording, its runs, and a playhead. No browser, no clock.
//!
//! The page sends a [`Msg`], [`Session::update`] answers what [`Changed`], and the page asks again for what it shows.
//! In reading order:

// What is shown.
pub mod frame;
pub mod narrate;
pub mod timeline;
pub mod inspect;
pub mod outcome;
pub mod result;
pub mod tables;
pub mod storyboard;
pub mod words;
// What can be changed, and how.
pub mod recording;
pub mod parameters;
pub mod acts;
pub mod failures;
pub mod hooks;
pub mod interventions;
mod call;
pub mod service_update;
// What is taught.
pub mod lesson;
mod teach;
pub mod drill;
mod examine;
// Where the page stands.
pub mod playback;
pub mod price;
pub mod beats;
pub mod pace;
mod anchor;
pub mod share;
pub mod film;
mod update;
// Where others show it.
pub mod figure;

pub use acts::{Deed, Offer};
pub use failures::Failure;
pub use frame::Frame;
pub use hooks::{HookEdit, HookView, Trial};
pub use interventions::{Came, Listed};
pub use outcome::Outcome;
pub use parameters::{Parameter, ParameterGroup, ParameterKind};
pub use playback::{Playback, Speed};
pub use price::{Price, Prices};
pub use result::ResultLine;
pub use service_update::{Draft, UpdateForm};
pub use timeline::{Axis, Timeline};

use crate::engine::Run;
use crate::engine::preflight::Verdict;
use crate::formats::{Assumption, Problem};
use crate::model::*;
use film::Film;
use pace::Pace;
use serde_json::Value;
use std::rc::Rc;

/// What happened to the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// Play from here; from the start where the run is over.
    Play,
    /// Hold.
    Pause,
    /// One or the other.
    Toggle,
    /// So many milliseconds of real time went by.
    Tick(u32),
    /// The playhead was put there.
    Seek(SimTime),
    /// To the next event.
    StepForward,
    /// To the event before.
    StepBack,
    /// To the next stage, pass or step; after the last, to the terminal status.
    NextStage,
    /// To the stage before.
    PreviousStage,
    /// The remote's key forwards: a lesson plays on to its next caption; else to the next stage.
    GoOn,
    /// The remote's key back: to a lesson's caption before; else to the stage before.
    GoBack,
    /// Another speed.
    SetSpeed(Speed),
    /// Another tab.
    SelectStrategy(StrategyName),
    /// Another service of the recording came into view, by its place there.
    SelectService(usize),
    /// A parameter was given another value.
    Edit {
        /// Its name.
        parameter: String,
        /// Its new value.
        value: Value,
    },
    /// A hook was attached, moved, removed or rewritten.
    EditHooks(HookEdit),
    /// A person acted on the simulated AWS at the playhead.
    Act(Deed),
    /// UpdateService was called at the playhead with what a draft changes.
    UpdateService(Draft),
    /// An intervention of the recording is written anew, or taken out.
    Revise {
        /// Its place in the recording's list.
        intervention: usize,
        /// What it is from now on; `None` takes it out.
        with: Option<Value>,
    },
    /// Take back the last change of the recording.
    Undo,
    /// Make it again.
    Redo,
    /// A file was pasted or dropped.
    Import(String),
    /// A recording was opened.
    Open(Value),
    /// A share link was followed: the fragment of its address.
    OpenLink(String),
    /// What was to be opened could not be had, or only in part.
    NotFound(Vec<Problem>),
    /// The page has time: simulate one of the strategies that were put off.
    Idle,
    /// The replaced future need not be seen any more.
    DismissGhost,
    /// The notice or the problems were read.
    DismissNotice,
    /// The future is hidden, or shown again.
    ToggleCurtain,
    /// A lesson begins.
    OpenLesson {
        /// Which.
        lesson: Rc<lesson::Lesson>,
        /// Whether somebody asked for it.
        invited: bool,
    },
    /// A situation of the library is opened.
    OpenSituation(usize),
    /// The lesson's question is answered.
    Answer(usize),
    /// The lesson goes on with its next take.
    NextTake,
    /// To where the lesson asks its question.
    ToQuestion,
    /// A lesson that began by itself is presented: it steps aside no more.
    KeepLesson,
    /// The lesson or the drill ends.
    LeaveLesson,
    /// A drill is opened.
    OpenDrill {
        /// Which.
        drill: Rc<drill::Drill>,
        /// What chooses its fault.
        seed: u32,
    },
    /// The person has read what it is about.
    StartDrill,
    /// The person sees what is wrong: which of the drill's causes.
    NameCause(usize),
    /// The person does nothing more: the drill is told now.
    FinishDrill,
    /// Waits with nothing new are folded, or the axis of time is even.
    ToggleScale,
}

/// What has to be shown again.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// Nothing.
    Nothing,
    /// The frame: the playhead moved and met no event.
    Frame,
    /// The frame and what changes with events: Why, strip, log, numbers, acts, notices.
    Panels,
    /// The run itself: timeline, outcomes and parameters too.
    Everything,
}

/// The future that an edit, an act or another tab has replaced.
#[derive(Clone)]
pub struct Ghost {
    /// The run as it was.
    pub run: Rc<Run>,
    /// Its lanes.
    pub timeline: Rc<Timeline>,
    /// Its strategy.
    pub strategy: StrategyName,
    /// From when on it differs; second 0 after an edit or another tab.
    pub forked_at: SimTime,
    /// What replaced it, as in `Roll back`.
    pub replaced_by: String,
}

/// Everything the page knows.
pub struct Session {
    /// The recording, with the values of the shown strategy in force and those of the others kept aside.
    document: Value,
    service: usize,
    strategy: StrategyName,
    /// By tab; `None` where the simulation was put off.
    films: [Option<Result<Rc<Film>, Vec<Problem>>>; 4],
    shown: Rc<Film>,
    timeline: Rc<Timeline>,
    verdict: Rc<Verdict>,
    outcomes: Vec<Outcome>,
    /// Where Next stage goes.
    stops: Vec<SimTime>,
    /// Where Step forward goes.
    instants: Vec<SimTime>,
    /// Where playing waits for a person.
    holds: Vec<SimTime>,
    playback: Playback,
    pace: Pace,
    /// What is being taught.
    course: Option<lesson::Course>,
    /// What is being drilled.
    duty: Option<drill::Duty>,
    /// The recording of the take that is played, as the lesson has it.
    taken_from: Value,
    /// The recording as it was opened.
    opened: Value,
    /// Whether it came by a link.
    linked: bool,
    /// Whether the future is hidden.
    curtain: bool,
    /// Whether the axis of time is even, without folds.
    true_scale: bool,
    way_back: Option<Price>,
    /// Whether it is still to be found.
    is_price_due: bool,
    prices: Rc<Prices>,
    /// Where prices are to be found, and those found so far.
    to_price: Vec<SimTime>,
    priced: Prices,
    ghost: Option<Ghost>,
    notice: Option<String>,
    problems: Vec<Problem>,
    /// What an import warned of and had to assume, by the paths of the file it was.
    imported: Option<(Vec<Problem>, Vec<Assumption>)>,
    undone: Vec<Change>,
    done: Vec<Change>,
}

/// A change of the recording: what it was, and the document before it (or, once undone, after it).
#[derive(Clone)]
struct Change {
    label: String,
    document: Value,
    kind: ChangeKind,
}

/// Where the playhead belongs when a change is taken back or made again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ChangeKind {
    /// Another recording altogether: at its beginning.
    Opened,
    /// Other values: at the same stage and step.
    Edited,
    /// An act on the simulated AWS: at the same instant, since until then the runs are one.
    Acted,
}

impl Session {
    /// What the stage shows now.
    pub fn frame(&self) -> Frame {
        self.shown.frame(self.playback.playhead)
    }

    /// What the deployment in view came to; nothing before it is over.
    pub fn result(&self) -> &[ResultLine] {
        self.shown.result(self.playback.playhead)
    }

    /// The playhead, whether it moves, and how fast.
    pub fn playback(&self) -> Playback {
        self.playback
    }

    /// How many simulated seconds pass in a second of playing on from the playhead.
    pub fn speed_now(&self) -> f64 {
        self.playback.speed_now(&self.pace)
    }

    /// The strategy whose run is shown.
    pub fn strategy(&self) -> StrategyName {
        self.strategy
    }

    /// The service in view: its place in the scenario.
    pub fn service(&self) -> usize {
        self.service
    }

    /// The recording, as it would be saved.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The recording as text, for a file or for the next visit.
    pub fn to_text(&self) -> String {
        format!("{:#}", self.document)
    }

    /// The recording as it was opened, before any change.
    pub fn opened(&self) -> &Value {
        &self.opened
    }

    /// What the shown run was made from.
    pub fn scenario(&self) -> &Rc<Scenario> {
        &self.shown.scenario
    }

    /// The shown run.
    pub fn run(&self) -> &Rc<Run> {
        &self.shown.run
    }

    /// The shown run's lanes.
    pub fn timeline(&self) -> &Rc<Timeline> {
        &self.timeline
    }

    /// The axis of time on which the shown run stands, and the ghost with it.
    pub fn axis(&self) -> Axis {
        let own = self.timeline.end;
        // A future of another length, such as a day of waiting for an answer, would leave the run no room.
        let room = SimTime(own.0 * 2);
        let ghost = self.ghost.as_ref().map(|ghost| ghost.timeline.end).filter(|end| *end <= room);
        let end = ghost.map_or(own, |end| end.max(own));
        Axis::new(end, if self.true_scale { &[] } else { &self.timeline.folds })
    }

    /// Whether the axis of time is even although there is something to fold.
    pub fn is_true_scale(&self) -> bool {
        self.true_scale
    }

    /// Whether the future is hidden.
    pub fn is_curtain_drawn(&self) -> bool {
        self.curtain
    }

    /// Whether the curtain hides what a strategy comes to: all but what was played to its end.
    pub fn is_veiled(&self, strategy: StrategyName) -> bool {
        let seen = |outcome: &Outcome| outcome.ended.is_some_and(|ended| ended <= self.playback.playhead);
        let own = strategy == self.strategy && !self.keeps_secret();
        self.curtain && !(own && seen(&self.shown.outcome))
    }

    /// What the shown run comes to if nobody acts, in a few words; `None` once it has, or without a deployment.
    pub fn fate(&self) -> Option<String> {
        self.shown
            .outcome
            .fate()
            .filter(|_| self.shown.outcome.ended.is_none_or(|it| it > self.playback.playhead))
    }

    /// Whether the deployment can finish, how soon, with how many tasks: said before the start.
    pub fn verdict(&self) -> &Rc<Verdict> {
        &self.verdict
    }

    /// The outcomes of the strategies that the service can be deployed by and that are simulated, in the order of the
    /// tabs.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Why the service cannot be deployed by a strategy, if it cannot.
    pub fn strategy_problems(&self, strategy: StrategyName) -> &[Problem] {
        match &self.films[strategy as usize] {
            Some(Err(problems)) => problems,
            _ => &[],
        }
    }

    /// Whether something was put off until [`Msg::Idle`]: a strategy's simulation, or what going back costs.
    pub fn is_behind(&self) -> bool {
        !self.keeps_secret() && (self.films.iter().any(Option::is_none) || self.is_pricing())
    }

    /// The future that was replaced, until it is dismissed.
    pub fn ghost(&self) -> Option<&Ghost> {
        self.ghost.as_ref()
    }

    /// What the page should say about the last change, such as where an edit has kept the playhead.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// What was wrong with the last edit, act or import; the recording is the one before.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What was ignored in the file, by path.
    pub fn warnings(&self) -> &[Problem] {
        self.imported.as_ref().map_or(&self.shown.warnings, |(warnings, _)| warnings)
    }

    /// Every value the file did not give, with what was taken and why.
    pub fn assumptions(&self) -> Vec<Assumption> {
        let imported = self.imported.iter().flat_map(|(_, assumptions)| assumptions);
        let mut all: Vec<Assumption> = imported.cloned().collect();
        // Another strategy than the file's own may need more.
        all.extend(self.shown.assumptions.iter().filter(|it| !all.contains(it)).cloned().collect::<Vec<_>>());
        all
    }

    /// The parameters of the strategy and the service, those that stand open first.
    pub fn parameters(&self) -> Vec<Parameter> {
        parameters::parameters(&self.document, self.subject())
    }

    /// What a person may do at the playhead.
    pub fn offers(&self) -> Vec<Offer> {
        let frame = self.frame();
        let mut offers = self.stage(&frame).offers();
        self.limit(&mut offers);
        offers
    }

    /// What was done to the simulated AWS, by anybody, in the recording's order.
    pub fn interventions(&self) -> Vec<Listed> {
        interventions::listed(&self.document, &self.shown.scenario, &self.shown.run)
    }

    /// Whether there is a stage after the playhead, or the terminal status.
    pub fn has_next_stage(&self) -> bool {
        let next = playback::next_of(&self.stops, self.playback.playhead);
        next.is_some_and(|stop| self.in_sight().is_none_or(|sight| stop <= sight))
    }

    /// Whether there is a stage before the playhead.
    pub fn has_previous_stage(&self) -> bool {
        self.playback.playhead > SimTime::ZERO
    }

    /// What Undo would take back, if anything.
    pub fn undo_label(&self) -> Option<&str> {
        self.done.last().filter(|_| !self.keeps_secret()).map(|change| change.label.as_str())
    }

    /// What Redo would make again, if anything.
    pub fn redo_label(&self) -> Option<&str> {
        self.undone.last().filter(|_| !self.keeps_secret()).map(|change| change.label.as_str())
    }

    /// The recordings that were open earlier, the last one first, each with the change that came after it where that was
    /// none to another recording.
    pub fn earlier(&self) -> Vec<(Option<&str>, &Value)> {
        if self.keeps_secret() {
            return Vec::new();
        }
        let mut seen = vec![&self.document];
        let mut earlier = Vec::new();
        for change in self.done.iter().rev().chain(self.undone.iter().rev()) {
            if seen.contains(&&change.document) {
                continue;
            }
            seen.push(&change.document);
            let before = Some(change.label.as_str()).filter(|_| change.kind != ChangeKind::Opened);
            earlier.push((before, &change.document));
        }
        earlier
    }

    fn subject(&self) -> parameters::Subject<'_> {
        let shown = &self.shown;
        let definition = shown.index.deployment_in_view(&shown.run, self.playback.playhead).map(|number| {
            let target = shown.run.deployments[number].target;
            shown.run.services[self.service].revisions[usize::from(target.0)].definition
        });
        parameters::Subject {
            scenario: &shown.scenario,
            service: self.service,
            revision: definition.unwrap_or(0),
        }
    }

    fn stage<'s>(&'s self, frame: &'s Frame) -> acts::Stage<'s> {
        let Film { scenario, run, index, .. } = &*self.shown;
        acts::Stage { scenario, run, index, frame, service: self.service }
    }
}
