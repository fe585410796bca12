//! What the page shows, fetched from the session when that says it has changed, and never in between.

use crate::engine::preflight::Verdict;
use crate::formats::{Assumption, Problem};
use crate::model::StrategyName;
use crate::session::narrate::{Sentence, why_now};
use crate::session::{
    Axis, Frame, HookView, Listed, Offer, Parameter, Prices, ResultLine, Session, Timeline,
};
use crate::ui::panels::events::{self, LogRow};
use crate::ui::panels::tabs::Standing;
use crate::ui::scene::flow::Busiest;
use crate::ui::shared::Shared;
use yew::AttrValue;

/// What is shown, fetched from the session when it changes.
pub struct Shown {
    /// The stage at the playhead.
    pub frame: Shared<Frame>,
    /// The frame whose running numbers are read beside the stage: while playing not every one.
    pub told: Shared<Frame>,
    /// The lanes of the run.
    pub timeline: Shared<Timeline>,
    /// The lanes of the future that was replaced.
    pub ghost: Option<Shared<Timeline>>,
    /// The busiest moment of the run.
    pub busiest: Busiest,
    /// Where on the timeline each instant is.
    pub axis: Shared<Axis>,
    /// What going back costs along the run.
    pub prices: Shared<Prices>,
    /// What the run comes to if nobody acts.
    pub fate: Option<AttrValue>,
    /// The four tabs.
    pub standings: Shared<Vec<Standing>>,
    /// What can be changed.
    pub parameters: Shared<Vec<Parameter>>,
    /// The hooks of the service in view.
    pub hooks: Shared<Vec<HookView>>,
    /// Whether the deployment can finish.
    pub verdict: Shared<Verdict>,
    /// What was done to the simulated AWS.
    pub interventions: Shared<Vec<Listed>>,
    /// What the recording does not give.
    pub assumptions: Shared<Vec<Assumption>>,
    /// What the reader warned of, in words.
    pub warnings: Vec<AttrValue>,
    /// What can be done at the playhead.
    pub offers: Shared<Vec<Offer>>,
    /// What the deployment came to, once it is over.
    pub result: Shared<Vec<ResultLine>>,
    /// The event log, newest first.
    pub rows: Shared<Vec<LogRow>>,
    /// How many older events it leaves out.
    pub left_out: usize,
    /// Why it waits, or what just happened.
    pub why: Shared<Sentence>,
}

impl Shown {
    /// All of it: after a change of the run.
    pub fn everything(session: &Session) -> Shown {
        let frame = Shared::new(session.frame());
        let mut shown = Shown {
            told: frame.clone(),
            frame,
            timeline: session.timeline().clone().into(),
            ghost: session.ghost().map(|ghost| ghost.timeline.clone().into()),
            busiest: Busiest::of(&session.run().services[session.service()].traffic),
            axis: Shared::new(session.axis()),
            prices: Shared::default(),
            fate: None,
            standings: Shared::default(),
            parameters: Shared::new(session.parameters()),
            hooks: Shared::new(session.hooks()),
            verdict: session.verdict().clone().into(),
            interventions: Shared::new(session.interventions()),
            assumptions: Shared::new(session.assumptions()),
            warnings: session.warnings().iter().map(in_words).collect(),
            offers: Shared::default(),
            result: Shared::default(),
            rows: Shared::default(),
            left_out: 0,
            why: Shared::default(),
        };
        shown.panels(session);
        shown
    }

    /// The stage and its numbers: after the playhead has moved.
    pub fn moment(&mut self, session: &Session) {
        self.stage(session);
        self.tell();
    }

    /// The stage alone.
    pub fn stage(&mut self, session: &Session) {
        self.frame = Shared::new(session.frame());
    }

    /// The numbers of the stage as it stands; whether any may be another.
    pub fn tell(&mut self) -> bool {
        let stood = std::mem::replace(&mut self.told, self.frame.clone());
        stood != self.told
    }

    /// What changes with events: after the playhead has met one.
    pub fn panels(&mut self, session: &Session) {
        let at = session.playback().playhead;
        let (scenario, run, service) = (session.scenario(), session.run(), session.service());
        self.moment(session);
        let standings = StrategyName::ALL.map(|strategy| standing(session, strategy)).to_vec();
        if *self.standings != standings {
            self.standings = Shared::new(standings);
        }
        self.prices = session.prices().clone().into();
        self.fate = session.fate().map(AttrValue::from);
        self.offers = Shared::new(session.offers());
        if *self.result != session.result() {
            self.result = Shared::new(session.result().to_vec());
        }
        self.why = Shared::new(why_now(scenario, run, service, at));
        let (rows, left_out) = events::rows(scenario, run, service, at);
        self.rows = Shared::new(rows);
        self.left_out = left_out;
    }
}

fn standing(session: &Session, strategy: StrategyName) -> Standing {
    Standing {
        strategy,
        outcome: session.outcomes().iter().find(|outcome| outcome.strategy == strategy).cloned(),
        veiled: session.is_veiled(strategy),
        problem: session.strategy_problems(strategy).first().map(|problem| in_words(problem).to_string()),
    }
}

/// A problem in a line: its path, what is wrong, the nearest name.
pub fn in_words(problem: &Problem) -> AttrValue {
    let path = if problem.path.is_empty() { String::new() } else { format!("{}: ", problem.path) };
    let nearest = problem.nearest.as_ref().map(|name| format!(" (nearest name: {name})")).unwrap_or_default();
    AttrValue::from(format!("{path}{}{nearest}", problem.message))
}
