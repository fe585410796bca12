//! What Compare does: it sends errands out, keeps what they bring, and asks the next question where one follows.

use super::crew::{Crew, Errand, Heard, now};
use super::entry::Source;
use super::*;
use crate::evidence::errand::{Answer, Wanted};
use crate::evidence::race::MOST_LANES;
use crate::evidence::{advise, notice as notices, swing};
use crate::session::lesson::library;
use crate::session::recording::strategy_of;
use crate::ui::shown::in_words;

/// What the crew is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    Race,
    Notices,
    Map,
    /// Each parameter alone, after a map.
    Swings,
    /// The first round of advice.
    Choosing,
    /// The second.
    Reporting,
}

/// The work under way.
pub(super) struct Work {
    pub(super) crew: Crew,
    pub(super) task: Task,
    pub(super) total: usize,
    pub(super) done: usize,
    pub(super) begun: f64,
    pub(super) drawn: f64,
}

/// While work goes on, what has come is drawn this often, in milliseconds.
const REDRAW_MILLIS: f64 = 120.0;
/// The race's clock beats this often, and a whole race takes so many beats.
const BEAT_MILLIS: u32 = 50;
const BEATS: u64 = 480;

impl Compare {
    pub(super) fn base(&self) -> Option<&Rc<Base>> {
        self.base.as_ref()?.as_ref().ok()
    }

    /// Another recording, or other terms: what was found of the old ones goes, and the race of the four begins.
    pub(super) fn ask(&mut self, ctx: &Context<Self>) {
        let Some(asked) = &ctx.props().asked else {
            self.work = None;
            self.running = None;
            return;
        };
        let Asked { document, service, .. } = &**asked;
        let base = Base::new(document, *service, self.terms).map(Rc::new);
        let base = base.map_err(|problems| problems.first().map(ToString::to_string).unwrap_or_default());
        if self.base == Some(base.clone()) {
            return;
        }
        self.base = Some(base);
        (self.race, self.notices, self.map, self.advice) = (Rc::default(), Rc::default(), None, None);
        (self.problem, self.refused, self.called_off) = (None, Rc::default(), None);
        let Some(base) = self.base().cloned() else { return };
        self.bad = base.bad_release();
        let mine =
            Entrant { name: "This recording".to_owned(), document: document.clone(), service: *service };
        let others = self.entrants.iter().skip(1).cloned();
        self.entrants = Rc::new(std::iter::once(mine).chain(others).collect());
        if self.lanes_asked.is_empty() {
            let own = base.strategy();
            let other =
                if own == StrategyName::Rolling { StrategyName::Canary } else { StrategyName::Rolling };
            let lane = |strategy| LaneAsked { entrant: 0, strategy, release: Release::AsRecorded };
            self.lanes_asked = Rc::new(vec![lane(own), lane(other)]);
        }
        self.race_all_four(ctx);
    }

    /// Other prices, or another promise: no run is other for it.
    pub(super) fn set_terms(&mut self, terms: Terms) {
        self.terms = terms;
        let Some(base) = self.base().map(|base| Rc::new(base.on(terms))) else { return };
        self.base = Some(Ok(base.clone()));
        let race = Rc::make_mut(&mut self.race);
        race.bases.iter_mut().for_each(|base| *base = Rc::new(base.on(terms)));
        for shown in &mut race.lanes {
            shown.came = shown
                .came
                .take()
                .map(|came| came.map(|board| board.on(race.bases[shown.lane.base].size(), &terms)));
        }
        let on = |list: &mut Vec<Option<Measured>>| {
            for came in list {
                *came = came.take().map(|came| came.map(|board| board.on(base.size(), &terms)));
            }
        };
        if let Some(map) = self.map.as_mut().map(Rc::make_mut) {
            on(&mut map.cells);
            on(&mut map.swings);
        }
        if let Some(advice) = self.advice.as_mut().map(Rc::make_mut) {
            on(&mut advice.first);
            on(&mut advice.second);
            advice.conclude();
        }
    }

    /// What is done is called off; what is known by then stays.
    pub(super) fn call_off(&mut self) {
        if let Some(Work { task, done, total, .. }) = self.work.take() {
            let what = doing(task);
            self.called_off = Some(format!(
                "{what}: called off after {done} of {total} runs. What is known by then stays."
            ));
        }
        if self.clock == SimTime::ZERO {
            self.clock = self.race_end();
        }
    }

    fn set_to_work(&mut self, ctx: &Context<Self>, task: Task, wanted: Wanted, recipes: &[Recipe]) {
        let Some(base) = self.base().cloned() else { return };
        let errand = |job: usize| Errand { job, base: 0, recipe: recipes[job].clone() };
        let errands = scattered(recipes.len(), task == Task::Map).map(errand).collect();
        self.send(ctx, task, vec![base], wanted, errands);
    }

    fn send(
        &mut self,
        ctx: &Context<Self>,
        task: Task,
        bases: Vec<Rc<Base>>,
        wanted: Wanted,
        errands: Vec<Errand>,
    ) {
        self.generation += 1;
        let generation = self.generation;
        let link = ctx.link().clone();
        let tell = Callback::from(move |heard| link.send_message(Step::Heard(generation, heard)));
        self.called_off = None;
        let total = errands.len();
        let crew = Crew::new(bases, wanted, errands, tell);
        self.work = Some(Work { crew, task, total, done: 0, begun: now(), drawn: 0.0 });
    }

    pub(super) fn race_all_four(&mut self, ctx: &Context<Self>) {
        if let Some(base) = self.base().cloned() {
            let race = Race::by_all_strategies(&base, &[Release::Good, self.bad]);
            self.race(ctx, race);
        }
    }

    /// The lanes that are chosen, against each other.
    pub(super) fn race_lanes(&mut self, ctx: &Context<Self>) {
        match Race::of_lanes(&self.entrants, &self.lanes_asked, self.terms) {
            Ok(race) => self.race(ctx, race),
            Err(problems) => self.refused = Rc::new(problems.iter().map(in_words).collect()),
        }
    }

    fn race(&mut self, ctx: &Context<Self>, race: Race) {
        let Race { heats, bases, lanes, remarks } = race;
        let errand =
            |(job, lane): (usize, &Lane)| Errand { job, base: lane.base, recipe: lane.recipe.clone() };
        let errands = lanes.iter().enumerate().map(errand).collect();
        let bases: Vec<Rc<Base>> = bases.into_iter().map(Rc::new).collect();
        let lanes = lanes.into_iter().map(|lane| LaneShown { lane, came: None, course: None }).collect();
        self.race = Rc::new(RaceShown { heats, remarks, bases: bases.clone(), lanes });
        (self.running, self.clock, self.refused) = (None, SimTime::ZERO, Rc::default());
        self.send(ctx, Task::Race, bases, Wanted::Lane, errands);
    }

    /// Another recording takes part: it can be chosen from now on, and is a lane where there is room.
    pub(super) fn enter(&mut self, ctx: &Context<Self>, source: Source) {
        self.section = Section::Race;
        let entrant = match &source {
            Source::Text(text) => Entrant::read(text, None),
            Source::Offered(place) => {
                let Some((name, document)) = offered(ctx, *place) else { return };
                Entrant::of(document, Some(&name))
            }
        };
        let mut entrant = match entrant {
            Ok(entrant) => entrant,
            Err(problems) => {
                self.refused = Rc::new(problems.iter().map(in_words).collect());
                return;
            }
        };
        self.refused = Rc::default();
        let (entrants, lanes) = (Rc::make_mut(&mut self.entrants), Rc::make_mut(&mut self.lanes_asked));
        let known = entrants
            .iter()
            .skip(1)
            .position(|it| (&it.document, it.service) == (&entrant.document, entrant.service));
        let place = match known {
            Some(place) => place + 1,
            None => {
                let twins = entrants.iter().filter(|it| it.name.starts_with(&entrant.name)).count();
                if twins > 0 {
                    entrant.name = format!("{} ({})", entrant.name, twins + 1);
                }
                entrants.push(entrant);
                entrants.len() - 1
            }
        };
        let Entrant { name, document, service } = &entrants[place];
        self.entered = if lanes.len() < MOST_LANES {
            let strategy = strategy_of(document, *service);
            lanes.push(LaneAsked { entrant: place, strategy, release: Release::AsRecorded });
            format!("{name} is lane {}.", lanes.len()).into()
        } else {
            format!("{name} can be chosen in every lane now; four lanes are the most.").into()
        };
    }

    pub(super) fn ask_who_notices(&mut self, ctx: &Context<Self>) {
        self.noticed = notices::recipes(&StrategyName::ALL);
        self.notices = Rc::new(vec![None; self.noticed.len()]);
        let recipes = self.noticed.clone();
        self.set_to_work(ctx, Task::Notices, Wanted::Notice, &recipes);
    }

    pub(super) fn draw_map(&mut self, ctx: &Context<Self>, asked: MapAsked) {
        let Some(base) = self.base().cloned() else { return };
        let recipe = Recipe::plain(asked.strategy).releasing(asked.release);
        let axis = |(name, from, to): &(String, f64, f64)| {
            let parameter = crate::evidence::map::parameter(&base, &recipe, name)?;
            Axis::over(&parameter, *from, *to, asked.cells)
        };
        let axes = axis(&asked.axes[0]).and_then(|x| Ok((x, axis(&asked.axes[1])?)));
        self.asked_map = Some(asked);
        match axes {
            Ok((x, y)) if x.parameter == y.parameter => {
                self.problem = Some("Both directions of the map are the same parameter.".to_owned());
            }
            Ok((x, y)) => {
                let map = Map { recipe, x, y };
                let recipes = map.recipes();
                let here = map.nearest(&base.parameters(map.recipe.strategy));
                let (cells, levers, swings) = (vec![None; recipes.len()], Vec::new(), Vec::new());
                self.map = Some(Rc::new(MapShown { map, cells, here, levers, swings }));
                (self.problem, self.cell) = (None, here);
                self.set_to_work(ctx, Task::Map, Wanted::Figures, &recipes);
            }
            Err(why) => self.problem = Some(why),
        }
    }

    fn move_each_alone(&mut self, ctx: &Context<Self>) {
        let (Some(base), Some(map)) = (self.base().cloned(), &mut self.map) else { return };
        let shown = Rc::make_mut(map);
        shown.levers = swing::levers(&base, &shown.map.recipe);
        let recipes = swing::recipes(&shown.map.recipe, &shown.levers);
        shown.swings = vec![None; recipes.len()];
        self.set_to_work(ctx, Task::Swings, Wanted::Figures, &recipes);
    }

    pub(super) fn advise(&mut self, ctx: &Context<Self>, advice: Advice) {
        let considered = advise::candidates();
        let recipes = advice.recipes(0, &considered);
        self.advice = Some(Rc::new(AdviceShown {
            first: vec![None; recipes.len()],
            second: Vec::new(),
            found: Found { considered, ..Found::default() },
            advice,
        }));
        self.set_to_work(ctx, Task::Choosing, Wanted::Figures, &recipes);
    }

    /// The first round is over: the finalists run again, on seeds of their own.
    fn report_finalists(&mut self, ctx: &Context<Self>) {
        let Some(advice) = &mut self.advice else { return };
        let shown = Rc::make_mut(advice);
        let (advice, found, first) = (&shown.advice, &mut shown.found, known(&shown.first));
        found.chosen_by = advice.findings(&first);
        found.finalists = advice.finalists(&found.considered, &first);
        let recipes = advice.recipes(1, found.finalists.iter().map(|place| &found.considered[*place]));
        shown.second = vec![None; recipes.len()];
        self.set_to_work(ctx, Task::Reporting, Wanted::Figures, &recipes);
    }

    pub(super) fn hear(&mut self, ctx: &Context<Self>, generation: u32, heard: Heard) -> bool {
        let Some(work) = self.work.as_mut().filter(|_| generation == self.generation) else { return false };
        let answers = work.crew.hear(heard);
        if answers.is_empty() {
            return false;
        }
        work.done += answers.len();
        let (task, over) = (work.task, work.done >= work.total);
        let due = now() - work.drawn >= REDRAW_MILLIS;
        if due {
            work.drawn = now();
        }
        for (job, answer) in answers {
            self.keep(task, job, answer);
        }
        if over {
            self.work = None;
            match task {
                Task::Race => self.run_clock(ctx, false),
                Task::Map => self.move_each_alone(ctx),
                Task::Choosing => self.report_finalists(ctx),
                Task::Reporting => self.conclude(),
                Task::Notices | Task::Swings => {}
            }
        }
        over || due
    }

    fn keep(&mut self, task: Task, job: usize, answer: Answer) {
        // Prices may have changed since the errand was sent.
        let terms = self.terms;
        let size = self.base().map(|base| *base.size());
        let on =
            |came: Measured| came.map(|board| size.map_or(board.clone(), |size| board.on(&size, &terms)));
        fn put<T>(list: &mut [Option<T>], job: usize, value: T) {
            if let Some(place) = list.get_mut(job) {
                *place = Some(value);
            }
        }
        match (task, answer) {
            (Task::Race, Answer::Lane(lane)) => {
                let race = Rc::make_mut(&mut self.race);
                if let Some(place) = race.lanes.get_mut(job) {
                    let board = lane.0.on(race.bases[place.lane.base].size(), &terms);
                    (place.came, place.course) = (Some(Ok(board)), Some(lane.1));
                }
            }
            (Task::Race, Answer::Figures(came)) => {
                if let Some(place) = Rc::make_mut(&mut self.race).lanes.get_mut(job) {
                    place.came = Some(came);
                }
            }
            (Task::Notices, Answer::Notice(notice)) => {
                put(&mut Rc::make_mut(&mut self.notices)[..], job, notice)
            }
            (Task::Map | Task::Swings, Answer::Figures(came)) => {
                if let Some(map) = self.map.as_mut().map(Rc::make_mut) {
                    let list = if task == Task::Map { &mut map.cells } else { &mut map.swings };
                    put(list, job, on(came));
                }
            }
            (Task::Choosing | Task::Reporting, Answer::Figures(came)) => {
                if let Some(advice) = self.advice.as_mut().map(Rc::make_mut) {
                    let list = if task == Task::Choosing { &mut advice.first } else { &mut advice.second };
                    put(list, job, on(came));
                }
            }
            _ => {}
        }
    }

    fn conclude(&mut self) {
        if let Some(advice) = &mut self.advice {
            Rc::make_mut(advice).conclude();
        }
    }

    /// Whether the crew is at one of these.
    pub(super) fn is_at(&self, tasks: &[Task]) -> bool {
        self.work.as_ref().is_some_and(|work| tasks.contains(&work.task))
    }

    pub(super) fn race_end(&self) -> SimTime {
        picture::scale(self.race.courses()).0
    }

    pub(super) fn run_clock(&mut self, ctx: &Context<Self>, runs: bool) {
        let link = ctx.link().clone();
        if runs && self.clock >= self.race_end() {
            self.clock = SimTime::ZERO;
        }
        self.running = runs.then(|| Interval::new(BEAT_MILLIS, move || link.send_message(Step::Beat)));
        if !runs && self.clock == SimTime::ZERO {
            // A race that nobody has played yet shows how it ends.
            self.clock = self.race_end();
        }
    }

    pub(super) fn beat(&mut self) {
        let end = self.race_end();
        self.clock = (self.clock + Span(end.0 / BEATS + 1)).min(end);
        if self.clock == end {
            self.running = None;
        }
    }
}

impl AdviceShown {
    /// What both rounds come to, as soon as they are over.
    fn conclude(&mut self) {
        let (advice, found) = (&self.advice, &mut self.found);
        if self.second.is_empty() || self.second.iter().any(Option::is_none) {
            return;
        }
        found.chosen_by = advice.findings(&known(&self.first));
        found.reported = advice.findings(&known(&self.second));
    }
}

/// The recording of an offer, by its place.
fn offered(ctx: &Context<Compare>, place: usize) -> Option<(AttrValue, Value)> {
    let earlier = &ctx.props().asked.as_ref()?.earlier;
    if let Some((name, document)) = earlier.get(place) {
        return Some((name.clone(), document.clone()));
    }
    let situation = library::situations().into_iter().nth(place - earlier.len())?;
    Some((situation.title.into(), library::preset(&situation.recording)?))
}

/// What the crew is at, in words.
pub(super) const fn doing(task: Task) -> &'static str {
    match task {
        Task::Race => "Race",
        Task::Notices => "Who notices",
        Task::Map => "Map",
        Task::Swings => "Each parameter alone",
        Task::Choosing => "Choosing",
        Task::Reporting => "Reporting, on other seeds",
    }
}

/// The numbers below a count in an order that spreads over all of them, so that a map grows everywhere at once; or in
/// their own order.
fn scattered(count: usize, spread: bool) -> impl Iterator<Item = usize> {
    // A step near the golden section of the whole, with no divisor in common with it.
    let common = |mut one: usize, mut other: usize| {
        while other > 0 {
            (one, other) = (other, one % other);
        }
        one
    };
    let step =
        if spread { (count * 618 / 1000..).find(|&step| common(step, count) == 1).unwrap_or(1) } else { 1 };
    (0..count).map(move |place| place * step % count)
}

/// What is known of all, where all is known; an errand nobody has done yet counts as refused.
fn known(list: &[Option<Measured>]) -> Vec<Measured> {
    list.iter().map(|it| it.clone().unwrap_or_else(|| Err("not made".to_owned()))).collect()
}
