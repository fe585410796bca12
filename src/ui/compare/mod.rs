//! Compare: evidence for a choice. A race, a table of who notices, a map, advice, and a report of all that was seen.
//!
//! A component with a state of its own, since its work goes on for seconds and may be called off at any moment: a list of
//! errands is given to a [`crew`], and answers fill the results in whatever order they come. Nothing here simulates on the
//! page's own thread unless the browser denies workers.

mod advice;
mod crew;
mod entry;
pub mod hand;
mod map;
mod notice;
mod progress;
mod race;
mod report;
mod scoreboard;
mod work;

use crate::evidence::map::USUAL_CELLS;
use crate::evidence::picture;
use crate::evidence::report::Report;
use crate::evidence::*;
use crate::formats::link::{self, Link, View};
use crate::model::*;
use crate::session::Parameter;
use crate::session::lesson::library;
use crate::ui::address;
use crate::ui::listen::{dropped_file, read_file};
use crate::ui::modal::use_modal;
use crate::ui::shared::Shared;
use crew::{Heard, now};
use entry::{Offer, Source};
use gloo_timers::callback::Interval;
use serde_json::Value;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use advice::AdviceView;
use entry::LaneForm;
use map::MapView;
use notice::NoticeView;
use progress::Progress;
use race::RaceView;
use report::ReportView;
use work::{Task, Work, doing};

/// What Compare is asked about.
#[derive(Debug)]
pub(super) struct Asked {
    /// The recording in question.
    pub document: Value,
    /// Its service in view.
    pub service: usize,
    /// What was open earlier, by name: lanes may be of it, too.
    pub earlier: Vec<(AttrValue, Value)>,
}

/// What Compare is given.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct CompareProps {
    /// The recording in question; `None` while Compare is closed.
    pub asked: Option<Shared<Asked>>,
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

/// A race, as far as it was run.
#[derive(Clone, Default, PartialEq)]
struct RaceShown {
    heats: Vec<String>,
    remarks: Vec<String>,
    bases: Vec<Rc<Base>>,
    lanes: Vec<LaneShown>,
}

/// A lane of it.
#[derive(Clone, PartialEq)]
struct LaneShown {
    lane: Lane,
    came: Option<Measured>,
    course: Option<Course>,
}

impl RaceShown {
    /// The lanes of a heat.
    fn heat(&self, heat: usize) -> impl Iterator<Item = &LaneShown> {
        self.lanes.iter().filter(move |shown| shown.lane.heat == heat)
    }

    fn courses(&self) -> impl Iterator<Item = &Course> {
        self.lanes.iter().filter_map(|shown| shown.course.as_ref())
    }
}

/// A map, as far as it is known.
#[derive(Clone, PartialEq)]
struct MapShown {
    map: Map,
    cells: Vec<Option<Measured>>,
    /// The cell nearest to the recording as it is.
    here: usize,
    levers: Vec<Lever>,
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
    RaceAllFour,
    Race,
    Lanes(Vec<LaneAsked>),
    Enter(Source),
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
    OpenLane(usize),
    Question(String),
    Close,
}

/// Compare.
pub(super) struct Compare {
    base: Option<Result<Rc<Base>, String>>,
    /// The bad release that is set beside a good one.
    bad: Release,
    section: Section,
    terms: Terms,
    work: Option<Work>,
    /// Whether there was work when the page was drawn last.
    worked: bool,
    /// Which crew's words are listened to.
    generation: u32,
    /// What was called off last, in words.
    called_off: Option<String>,
    /// The recordings that lanes can be of; the first is the one in question.
    entrants: Rc<Vec<Entrant>>,
    lanes_asked: Rc<Vec<LaneAsked>>,
    /// What was wrong with the recording that was to enter, or with the race.
    refused: Rc<Vec<AttrValue>>,
    /// What became of the recording that entered last, in words.
    entered: AttrValue,
    race: Rc<RaceShown>,
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

impl Component for Compare {
    type Message = Step;
    type Properties = CompareProps;

    fn create(ctx: &Context<Self>) -> Self {
        let mut compare = Compare {
            base: None,
            bad: Release::Errors,
            section: Section::Race,
            terms: Terms::default(),
            work: None,
            worked: false,
            generation: 0,
            called_off: None,
            entrants: Rc::default(),
            lanes_asked: Rc::default(),
            refused: Rc::default(),
            entered: AttrValue::default(),
            race: Rc::default(),
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
            Step::Terms(terms) => self.set_terms(terms),
            Step::RaceAllFour => self.race_all_four(ctx),
            Step::Race => self.race_lanes(ctx),
            Step::Lanes(lanes) => self.lanes_asked = Rc::new(lanes),
            Step::Enter(source) => self.enter(ctx, source),
            Step::Notices => self.ask_who_notices(ctx),
            Step::MapStrategy(strategy) => self.asked_map = Some(usual_map(strategy)),
            Step::Map(asked) => self.draw_map(ctx, asked),
            Step::Advise(advice) => self.advise(ctx, advice),
            Step::Heard(generation, heard) => return self.hear(ctx, generation, heard),
            Step::Cancel => self.call_off(),
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
            Step::OpenLane(place) => {
                let document = self
                    .race
                    .lanes
                    .get(place)
                    .and_then(|shown| self.race.bases[shown.lane.base].document(&shown.lane.recipe).ok());
                document.into_iter().for_each(|document| ctx.props().open.emit(document));
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
        let enter = link.callback(|text| Step::Enter(Source::Text(text)));
        html! { <Frame {open} sections={self.tabs(ctx)} {enter} close={link.callback(|()| Step::Close)}>{ body }</Frame> }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        // The button that called the work off goes with it, and takes the focus along; it is the section's then.
        let had = std::mem::replace(&mut self.worked, self.work.is_some());
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        let lost = document.active_element().is_none_or(|it| it.tag_name() == "BODY");
        if had && self.work.is_none() && lost {
            focus(&document, "compare-section");
        }
    }
}

/// Gives an element the focus.
fn focus(document: &web_sys::Document, id: &str) {
    let element = document.get_element_by_id(id).and_then(|it| it.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.focus();
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FrameProps {
    open: bool,
    close: Callback<()>,
    /// A file was dropped: it takes part in the race.
    enter: Callback<String>,
    sections: Html,
    children: Html,
}

/// The dialog around it all.
#[component]
fn Frame(props: &FrameProps) -> Html {
    let dialog = use_modal(props.open);
    let close = props.close.reform(|_: MouseEvent| ());
    let enter = props.enter.clone();
    let ondrop = Callback::from(move |event: DragEvent| {
        event.prevent_default();
        event.stop_propagation();
        if let Some(file) = dropped_file(&event) {
            read_file(&file, enter.clone());
        }
    });
    html! {
        <dialog class="sheet compare" ref={dialog} aria-label="Compare" {ondrop} onclose={props.close.reform(|_: Event| ())}>
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

/// What can take part at a press: what was open earlier, and what comes with the page.
fn offers(earlier: &[(AttrValue, Value)]) -> Vec<Offer> {
    let opened = earlier.iter().map(|(name, _)| Offer { group: "Opened earlier", name: name.clone() });
    let come = library::situations()
        .into_iter()
        .map(|it| Offer { group: "Comes with the page", name: it.title.into() });
    opened.chain(come).collect()
}

impl Compare {
    fn tabs(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let here = Section::ALL.iter().position(|(section, _)| *section == self.section).unwrap_or(0);
        let onkeydown = link.batch_callback(move |event: KeyboardEvent| {
            let last = Section::ALL.len() - 1;
            let place = match event.key().as_str() {
                "ArrowRight" => {
                    if here == last {
                        0
                    } else {
                        here + 1
                    }
                }
                "ArrowLeft" => {
                    if here == 0 {
                        last
                    } else {
                        here - 1
                    }
                }
                "Home" => 0,
                "End" => last,
                _ => return None,
            };
            event.prevent_default();
            let (section, name) = Section::ALL[place];
            if let Some(document) = web_sys::window().and_then(|window| window.document()) {
                focus(&document, &tab_id(name));
            }
            Some(Step::Turn(section))
        });
        html! {
            <div class="sections" role="tablist" aria-label="Evidence" {onkeydown}>
                { for Section::ALL.map(|(section, name)| html! {
                    <button key={name} type="button" role="tab" id={tab_id(name)} aria-selected={(section == self.section).to_string()}
                        tabindex={if section == self.section { "0" } else { "-1" }} aria-controls="compare-section"
                        onclick={link.callback(move |_: MouseEvent| Step::Turn(section))}>{ name }</button>
                }) }
            </div>
        }
    }

    fn sections(&self, ctx: &Context<Self>, base: &Rc<Base>) -> Html {
        let name = Section::ALL.iter().find(|(section, _)| *section == self.section).map_or("", |it| it.1);
        html! {
            <>
                <div class="section" id="compare-section" role="tabpanel" aria-labelledby={tab_id(name)} tabindex="0">
                    { self.section_view(ctx, base) }
                </div>
                { self.progress(ctx) }
            </>
        }
    }

    /// How far the work is; below the section, so that nothing moves when it begins or ends.
    fn progress(&self, ctx: &Context<Self>) -> Html {
        match (&self.work, &self.called_off) {
            (Some(work), _) => html! {
                <Progress what={doing(work.task)} done={work.done} total={work.total} millis={now() - work.begun}
                    cancel={ctx.link().callback(|()| Step::Cancel)} />
            },
            (None, Some(words)) => html! { <p class="progress">{ words }</p> },
            (None, None) => Html::default(),
        }
    }

    fn section_view(&self, ctx: &Context<Self>, base: &Rc<Base>) -> Html {
        let link = ctx.link();
        let open = link.callback(Step::Open);
        match self.section {
            Section::Race => {
                let asked = ctx.props().asked.as_ref();
                html! {
                    <>
                        <div class="row">
                            <button type="button" class="button strong" onclick={link.callback(|_: MouseEvent| Step::RaceAllFour)}>
                                { "All four, good and bad release" }
                            </button>
                            <span class="muted">{ format!("This recording by all four strategies: a good release, and {}.", bad_in_words(self.bad)) }</span>
                        </div>
                        <LaneForm entrants={Shared::from(self.entrants.clone())} lanes={Shared::from(self.lanes_asked.clone())}
                            offers={Rc::new(asked.map(|asked| offers(&asked.earlier)).unwrap_or_default())}
                            refused={Shared::from(self.refused.clone())} entered={self.entered.clone()} choose={link.callback(Step::Lanes)} enter={link.callback(Step::Enter)}
                            race={link.callback(|()| Step::Race)} />
                        <RaceView race={Shared::from(self.race.clone())} clock={self.clock} end={self.race_end()} running={self.running.is_some()}
                            terms={self.terms} working={self.is_at(&[Task::Race])} run={link.callback(Step::Run)} seek={link.callback(Step::Clock)}
                            set_terms={link.callback(Step::Terms)} open={link.callback(Step::OpenLane)} />
                    </>
                }
            }
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
                "front",
                picture::front(&advice::points(shown)),
                "Failed requests against time to deploy, by number.",
            );
        }
        race::report(&mut report, &self.race);
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

/// The bad release of the usual race, in words.
fn bad_in_words(bad: Release) -> String {
    match bad {
        Release::AsRecorded => "the one that is recorded".to_owned(),
        other => format!("one that {}", other.what()),
    }
}

/// The id of a section's tab.
fn tab_id(name: &str) -> String {
    format!("compare-{name}").replace(' ', "-")
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
