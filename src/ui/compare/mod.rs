//! Compare: evidence for a choice. A race, a table of who notices, a map, advice, and a report of all that was seen.
//!
//! A component with a state of its own, since its work goes on for seconds and may be called off at any moment: a list of
//! errands is given to a [`crew`], and answers fill the results in whatever order they come. Nothing here simulates on the
//! page's own thread unless the browser denies workers.

mod advice;
mod crew;
pub mod hand;
mod map;
mod notice;
mod progress;
mod race;
mod report;

use crate::evidence::errand::{Answer, Wanted};
use crate::evidence::map::USUAL_CELLS;
use crate::evidence::report::Report;
use crate::evidence::*;
use crate::evidence::{advise, notice as notices, picture, swing};
use crate::formats::link::{self, Link, View};
use crate::model::*;
use crate::session::Parameter;
use crate::ui::address;
use crate::ui::modal::use_modal;
use crate::ui::shared::Shared;
use crew::{Crew, Heard, now};
use gloo_timers::callback::Interval;
use serde_json::Value;
use std::rc::Rc;
use yew::prelude::*;

use advice::AdviceView;
use map::MapView;
use notice::NoticeView;
use progress::Progress;
use race::RaceView;
use report::ReportView;

/// What Compare is given.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct CompareProps {
    /// The recording in question and its service in view; `None` while Compare is closed.
    pub asked: Option<Shared<(Value, usize)>>,
    /// A recording is to be opened as a run to play.
    pub open: Callback<Value>,
    /// Compare was closed.
    pub close: Callback<()>,
}

/// The sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Race,
    Notices,
    Map,
    Advice,
    Report,
}

impl Section {
    const ALL: [(Section, &'static str); 5] = [
        (Section::Race, "Race"),
        (Section::Notices, "Who notices"),
        (Section::Map, "Map"),
        (Section::Advice, "Advice"),
        (Section::Report, "Report"),
    ];
}

/// What the crew is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
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

/// A lane of the race that was run.
#[derive(Clone, PartialEq)]
struct LaneShown {
    name: String,
    recipe: Recipe,
    came: Option<Measured>,
    course: Option<Course>,
}

/// A map, as far as it is known.
#[derive(Clone, PartialEq)]
struct MapShown {
    map: Map,
    cells: Vec<Option<Measured>>,
    axes: Vec<Axis>,
    swings: Vec<Option<Measured>>,
}

/// Advice, as far as it is known.
#[derive(Clone, PartialEq)]
struct AdviceShown {
    advice: Advice,
    first: Vec<Option<Measured>>,
    second: Vec<Option<Measured>>,
    /// What was found of what is considered; nothing is reported before both rounds are over.
    found: Found,
}

/// What is asked of a map.
#[derive(Clone, PartialEq)]
pub(super) struct MapAsked {
    strategy: StrategyName,
    release: Release,
    /// Parameter, from, to; left to right and bottom to top.
    axes: [(String, f64, f64); 2],
    cells: usize,
}

/// What happens in Compare.
pub(super) enum Step {
    Turn(Section),
    Terms(Terms),
    Race(Vec<StrategyName>, Vec<Release>),
    Notices,
    MapStrategy(StrategyName),
    Map(MapAsked),
    Advise(Advice),
    Heard(u32, Heard),
    Cancel,
    Clock(u64),
    Run(bool),
    Beat,
    Figure(Figure),
    Cell(usize),
    Open(Recipe),
    Question(String),
    Close,
}

/// The work under way.
struct Work {
    crew: Crew,
    task: Task,
    total: usize,
    done: usize,
    begun: f64,
    drawn: f64,
}

/// Compare.
pub(super) struct Compare {
    base: Option<Result<Rc<Base>, String>>,
    section: Section,
    terms: Terms,
    work: Option<Work>,
    /// Which crew's words are listened to.
    generation: u32,
    lanes: Rc<Vec<LaneShown>>,
    clock: SimTime,
    running: Option<Interval>,
    notices: Rc<Vec<Option<Notice>>>,
    noticed: Vec<Recipe>,
    asked_map: Option<MapAsked>,
    map: Option<Rc<MapShown>>,
    figure: Figure,
    cell: usize,
    advice: Option<Rc<AdviceShown>>,
    question: String,
    problem: Option<String>,
}

/// While work goes on, what has come is drawn this often, in milliseconds.
const REDRAW_MILLIS: f64 = 120.0;
/// The race's clock beats this often, and a whole race takes so many beats.
const BEAT_MILLIS: u32 = 50;
const BEATS: u64 = 480;

impl Component for Compare {
    type Message = Step;
    type Properties = CompareProps;

    fn create(ctx: &Context<Self>) -> Self {
        let mut compare = Compare {
            base: None,
            section: Section::Race,
            terms: Terms::default(),
            work: None,
            generation: 0,
            lanes: Rc::default(),
            clock: SimTime::ZERO,
            running: None,
            notices: Rc::default(),
            noticed: Vec::new(),
            asked_map: None,
            map: None,
            figure: Figure::FailedRequests,
            cell: 0,
            advice: None,
            question: String::new(),
            problem: None,
        };
        compare.ask(ctx);
        compare
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &CompareProps) -> bool {
        let other = ctx.props().asked != old.asked;
        if other {
            self.ask(ctx);
        }
        other
    }

    fn update(&mut self, ctx: &Context<Self>, step: Step) -> bool {
        match step {
            Step::Turn(section) => self.section = section,
            Step::Terms(terms) => {
                self.terms = terms;
                // Prices are part of every figure.
                self.ask(ctx);
            }
            Step::Race(strategies, releases) => self.race(ctx, &strategies, &releases),
            Step::Notices => self.ask_who_notices(ctx),
            Step::MapStrategy(strategy) => self.asked_map = Some(usual_map(strategy)),
            Step::Map(asked) => self.draw_map(ctx, asked),
            Step::Advise(advice) => self.advise(ctx, advice),
            Step::Heard(generation, heard) => return self.hear(ctx, generation, heard),
            Step::Cancel => self.work = None,
            Step::Clock(millis) => self.clock = SimTime(millis),
            Step::Run(runs) => self.run_clock(ctx, runs),
            Step::Beat => self.beat(),
            Step::Figure(figure) => self.figure = figure,
            Step::Cell(cell) => self.cell = cell,
            Step::Open(recipe) => {
                if let Some(document) = self.base().and_then(|base| base.document(&recipe).ok()) {
                    ctx.props().open.emit(document);
                }
            }
            Step::Question(question) => self.question = question,
            Step::Close => {
                self.work = None;
                self.running = None;
                ctx.props().close.emit(());
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let open = ctx.props().asked.is_some();
        let body = match &self.base {
            Some(Ok(base)) if open => self.sections(ctx, base),
            Some(Err(why)) if open => html! { <p role="alert" class="problems">{ why }</p> },
            _ => Html::default(),
        };
        html! { <Frame {open} sections={self.tabs(ctx)} close={link.callback(|()| Step::Close)}>{ body }</Frame> }
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FrameProps {
    open: bool,
    close: Callback<()>,
    sections: Html,
    children: Html,
}

/// The dialog around it all.
#[component]
fn Frame(props: &FrameProps) -> Html {
    let dialog = use_modal(props.open);
    let close = props.close.reform(|_: MouseEvent| ());
    html! {
        <dialog class="sheet compare" ref={dialog} aria-label="Compare" onclose={props.close.reform(|_: Event| ())}>
            if props.open {
                <header class="head">
                    <h2>{ "Compare" }</h2>
                    { props.sections.clone() }
                    <button type="button" class="button strong" onclick={close}>{ "Close" }</button>
                </header>
                { props.children.clone() }
            }
        </dialog>
    }
}

impl Compare {
    fn base(&self) -> Option<&Rc<Base>> {
        self.base.as_ref()?.as_ref().ok()
    }

    /// Another recording, or other terms: what was found of the old ones goes, and the race of the four begins.
    fn ask(&mut self, ctx: &Context<Self>) {
        let Some(asked) = &ctx.props().asked else {
            self.work = None;
            self.running = None;
            return;
        };
        let (document, service) = &**asked;
        let base = Base::new(document, *service, self.terms).map(Rc::new);
        let base = base.map_err(|problems| problems.first().map(ToString::to_string).unwrap_or_default());
        if self.base == Some(base.clone()) {
            return;
        }
        self.base = Some(base);
        (self.lanes, self.notices, self.map, self.advice) = (Rc::default(), Rc::default(), None, None);
        self.problem = None;
        let Some(base) = self.base() else { return };
        let releases = [Release::Good, base.bad_release()];
        self.race(ctx, &StrategyName::ALL, &releases);
    }

    fn set_to_work(&mut self, ctx: &Context<Self>, task: Task, wanted: Wanted, recipes: &[Recipe]) {
        let Some(base) = self.base().cloned() else { return };
        self.generation += 1;
        let generation = self.generation;
        let link = ctx.link().clone();
        let tell = Callback::from(move |heard| link.send_message(Step::Heard(generation, heard)));
        let errands = scattered(recipes.len(), task == Task::Map).map(|job| (job, recipes[job].clone()));
        self.work = Some(Work {
            crew: Crew::new(&base, wanted, errands.collect(), tell),
            task,
            total: recipes.len(),
            done: 0,
            begun: now(),
            drawn: 0.0,
        });
    }

    fn race(&mut self, ctx: &Context<Self>, strategies: &[StrategyName], releases: &[Release]) {
        let lane = |release: &Release| {
            let release = *release;
            strategies.iter().map(move |strategy| LaneShown {
                name: race::lane_name(*strategy, release),
                recipe: Recipe::plain(*strategy).releasing(release),
                came: None,
                course: None,
            })
        };
        let lanes: Vec<LaneShown> = releases.iter().flat_map(lane).collect();
        let recipes: Vec<Recipe> = lanes.iter().map(|lane| lane.recipe.clone()).collect();
        self.lanes = Rc::new(lanes);
        self.running = None;
        self.clock = SimTime::ZERO;
        self.set_to_work(ctx, Task::Race, Wanted::Lane, &recipes);
    }

    fn ask_who_notices(&mut self, ctx: &Context<Self>) {
        self.noticed = notices::recipes(&StrategyName::ALL);
        self.notices = Rc::new(vec![None; self.noticed.len()]);
        let recipes = self.noticed.clone();
        self.set_to_work(ctx, Task::Notices, Wanted::Notice, &recipes);
    }

    fn draw_map(&mut self, ctx: &Context<Self>, asked: MapAsked) {
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
                let cells = vec![None; recipes.len()];
                self.map = Some(Rc::new(MapShown { map, cells, axes: Vec::new(), swings: Vec::new() }));
                (self.problem, self.cell) = (None, 0);
                self.set_to_work(ctx, Task::Map, Wanted::Figures, &recipes);
            }
            Err(why) => self.problem = Some(why),
        }
    }

    fn move_each_alone(&mut self, ctx: &Context<Self>) {
        let (Some(base), Some(map)) = (self.base().cloned(), &mut self.map) else { return };
        let shown = Rc::make_mut(map);
        shown.axes = swing::axes(&base, &shown.map.recipe);
        let recipes = swing::recipes(&shown.map.recipe, &shown.axes);
        shown.swings = vec![None; recipes.len()];
        self.set_to_work(ctx, Task::Swings, Wanted::Figures, &recipes);
    }

    fn advise(&mut self, ctx: &Context<Self>, advice: Advice) {
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
        let (Some(base), Some(advice)) = (self.base().cloned(), &mut self.advice) else { return };
        let shown = Rc::make_mut(advice);
        let (advice, found, first) = (&shown.advice, &mut shown.found, known(&shown.first));
        found.chosen_by = advice.findings(&base, &found.considered, &first);
        found.finalists = advice.finalists(&base, &found.considered, &first);
        let recipes = advice.recipes(1, found.finalists.iter().map(|place| &found.considered[*place]));
        shown.second = vec![None; recipes.len()];
        self.set_to_work(ctx, Task::Reporting, Wanted::Figures, &recipes);
    }

    fn hear(&mut self, ctx: &Context<Self>, generation: u32, heard: Heard) -> bool {
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
        fn put<T>(list: &mut [Option<T>], job: usize, value: T) {
            if let Some(place) = list.get_mut(job) {
                *place = Some(value);
            }
        }
        match (task, answer) {
            (Task::Race, Answer::Lane(lane)) => {
                if let Some(place) = Rc::make_mut(&mut self.lanes).get_mut(job) {
                    (place.came, place.course) = (Some(Ok(lane.0)), Some(lane.1));
                }
            }
            (Task::Race, Answer::Figures(came)) => {
                if let Some(place) = Rc::make_mut(&mut self.lanes).get_mut(job) {
                    place.came = Some(came);
                }
            }
            (Task::Notices, Answer::Notice(notice)) => {
                put(&mut Rc::make_mut(&mut self.notices)[..], job, notice)
            }
            (Task::Map | Task::Swings, Answer::Figures(came)) => {
                if let Some(map) = self.map.as_mut().map(Rc::make_mut) {
                    let list = if task == Task::Map { &mut map.cells } else { &mut map.swings };
                    put(list, job, came);
                }
            }
            (Task::Choosing | Task::Reporting, Answer::Figures(came)) => {
                if let Some(advice) = self.advice.as_mut().map(Rc::make_mut) {
                    let list = if task == Task::Choosing { &mut advice.first } else { &mut advice.second };
                    put(list, job, came);
                }
            }
            _ => {}
        }
    }

    fn conclude(&mut self) {
        let (Some(base), Some(advice)) = (self.base().cloned(), &mut self.advice) else { return };
        let shown = Rc::make_mut(advice);
        let found = &mut shown.found;
        let finals = found.finalists.iter().map(|place| &found.considered[*place]);
        found.reported = shown.advice.findings(&base, finals, &known(&shown.second));
    }

    fn race_end(&self) -> SimTime {
        picture::scale(self.lanes.iter().filter_map(|lane| lane.course.as_ref())).0
    }

    fn run_clock(&mut self, ctx: &Context<Self>, runs: bool) {
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

    fn beat(&mut self) {
        let end = self.race_end();
        self.clock = (self.clock + Span(end.0 / BEATS + 1)).min(end);
        if self.clock == end {
            self.running = None;
        }
    }

    fn tabs(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        html! {
            <div class="sections" role="tablist" aria-label="Evidence">
                    { for Section::ALL.map(|(section, name)| html! {
                        <button key={name} type="button" role="tab" id={format!("compare-{name}")} aria-selected={(section == self.section).to_string()}
                            aria-controls="compare-section" onclick={link.callback(move |_: MouseEvent| Step::Turn(section))}>{ name }</button>
                    }) }
                </div>
        }
    }

    fn sections(&self, ctx: &Context<Self>, base: &Rc<Base>) -> Html {
        let link = ctx.link();
        let name = Section::ALL.iter().find(|(section, _)| *section == self.section).map_or("", |it| it.1);
        html! {
            <>
                { for self.work.as_ref().map(|work| html! {
                    <Progress what={doing(work.task)} done={work.done} total={work.total} millis={now() - work.begun}
                        cancel={link.callback(|()| Step::Cancel)} />
                }) }
                <div class="section" id="compare-section" role="tabpanel" aria-labelledby={format!("compare-{name}")} tabindex="0">
                    { self.section_view(ctx, base) }
                </div>
            </>
        }
    }

    fn section_view(&self, ctx: &Context<Self>, base: &Rc<Base>) -> Html {
        let link = ctx.link();
        let open = link.callback(Step::Open);
        match self.section {
            Section::Race => html! {
                <RaceView lanes={Shared::from(self.lanes.clone())} clock={self.clock} end={self.race_end()} running={self.running.is_some()}
                    terms={self.terms} bad={base.bad_release()} {open}
                    race={link.callback(|(strategies, releases)| Step::Race(strategies, releases))}
                    run={link.callback(Step::Run)} seek={link.callback(Step::Clock)}
                    set_terms={link.callback(Step::Terms)} />
            },
            Section::Notices => html! {
                <NoticeView notices={Shared::from(self.notices.clone())} {open} ask={link.callback(|()| Step::Notices)} />
            },
            Section::Map => {
                let asked = self.asked_map.clone().unwrap_or_else(|| usual_map(base.strategy()));
                let parameters: Vec<Parameter> = base
                    .parameters(asked.strategy)
                    .into_iter()
                    .filter(|it| it.name != "seed" && it.slider.0 < it.slider.1)
                    .collect();
                html! {
                    <MapView parameters={Rc::new(parameters)} {asked} shown={self.map.clone().map(Shared::from)} figure={self.figure} cell={self.cell}
                        problem={self.problem.clone()} {open} draw={link.callback(Step::Map)} turn={link.callback(Step::MapStrategy)}
                        choose={link.callback(Step::Figure)} look={link.callback(Step::Cell)} />
                }
            }
            Section::Advice => html! {
                <AdviceView shown={self.advice.clone().map(Shared::from)} base={Shared::from(base.clone())} {open}
                    ask={link.callback(Step::Advise)} />
            },
            Section::Report => html! {
                <ReportView report={Rc::new(self.report(base))} question={self.question.clone()}
                    ask={link.callback(Step::Question)} />
            },
        }
    }

    /// All that was found so far, as a decision record.
    fn report(&self, base: &Base) -> Report {
        let view = View { at: SimTime::ZERO, service: Some(base.service()), curtain: false };
        let link = link::write(&Link { document: base.recording().clone(), view });
        let link = Some(address::with_fragment(&link)).filter(|link| link.len() <= link::TOO_LONG);
        let mut report = Report::about(base, &self.question, link.as_deref());
        if let Some(shown) = self.advice.as_ref().filter(|shown| !shown.found.reported.is_empty()) {
            report.advice(&shown.advice, &shown.found);
            report.picture(
                picture::front(&advice::points(shown)),
                "Failed requests against time to deploy, by number.",
            );
        }
        race::report(&mut report, &self.lanes);
        let notices: Vec<Notice> = self.notices.iter().flatten().cloned().collect();
        if !notices.is_empty() {
            report.notices(&notices);
        }
        if let Some(shown) = &self.map {
            map::report(&mut report, shown, self.figure);
        }
        report
    }
}

/// The map that stands ready: the strategy's own values against each other.
fn usual_map(strategy: StrategyName) -> MapAsked {
    let (x, y) = match strategy {
        StrategyName::Rolling => (("minimumHealthyPercent", 0.0, 100.0), ("maximumPercent", 100.0, 300.0)),
        StrategyName::BlueGreen => (("bakeTimeInMinutes", 0.0, 40.0), ("errorPercent", 0.0, 20.0)),
        StrategyName::Canary => (("canaryPercent", 1.0, 50.0), ("canaryBakeTimeInMinutes", 1.0, 20.0)),
        StrategyName::Linear => (("stepPercent", 5.0, 50.0), ("stepBakeTimeInMinutes", 1.0, 20.0)),
    };
    let owned = |(name, from, to): (&str, f64, f64)| (name.to_owned(), from, to);
    MapAsked { strategy, release: Release::AsRecorded, axes: [owned(x), owned(y)], cells: USUAL_CELLS }
}

/// What the crew is at, in words.
const fn doing(task: Task) -> &'static str {
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
