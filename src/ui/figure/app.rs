//! The component of a figure: chosen parts of the page over one session, and the frames it needs while it is seen.

use super::Held;
use super::bar::{Bar, OpenInFull};
use crate::formats::Problem;
use crate::model::SimTime;
use crate::session::figure::{Controls, Look, Part};
use crate::session::frame::{StageState, StripItem};
use crate::session::{Changed, Deed, Msg};
use crate::ui::frames::FrameLoop;
use crate::ui::keys;
use crate::ui::motes::Painter;
use crate::ui::panels::asked::Asked;
use crate::ui::panels::meaning::Meaning;
use crate::ui::panels::so_far::SoFarTiles;
use crate::ui::panels::strip::Strip;
use crate::ui::panels::tabs::Tabs;
use crate::ui::panels::transport::Transport;
use crate::ui::panels::why::Why;
use crate::ui::scene::flow::Scale;
use crate::ui::shown::{Shown, in_words};
use crate::ui::stage::Stage;
use crate::ui::timeline::{Playhead, TimelineView};
use crate::ui::words;
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// While playing, what is not painted is drawn again this often, in milliseconds.
const REDRAW_MILLIS: f64 = 100.0;

/// What a figure is given.
#[derive(Clone, Properties)]
pub struct FigureProps {
    /// The session, which the document's script may change too.
    pub held: Held,
    /// What it shows.
    pub look: Rc<Look>,
    /// What of its words makes no sense.
    pub wrong: Rc<[Problem]>,
    /// Called whenever a new picture stands.
    pub told: js_sys::Function,
}

impl PartialEq for FigureProps {
    fn eq(&self, other: &FigureProps) -> bool {
        Rc::ptr_eq(&self.held, &other.held)
            && self.look == other.look
            && self.wrong == other.wrong
            && self.told == other.told
    }
}

/// What happens to a figure.
pub enum Happening {
    /// A reader did something.
    Session(Msg),
    /// The document has told the session something, which changed that much; or which is not understood.
    Told(Changed, Option<Problem>),
    /// An animation frame, with its time stamp.
    Frame(f64),
    /// Nobody sees it any more, or somebody does again.
    Rest(bool),
    /// Its size or its colours changed.
    Resized,
}

/// A figure.
pub struct FigureApp {
    shown: Shown,
    frames: FrameLoop,
    painter: Painter,
    scale: Scale,
    playhead: Playhead,
    root: NodeRef,
    drawn: f64,
    rests: bool,
    /// Whether anything may stand elsewhere than when it was last looked at.
    moved: bool,
    /// What of the document's last order is not understood.
    refused: Option<Problem>,
    /// What is said aloud, once somebody has used the figure.
    said: AttrValue,
    used: bool,
    _idle: Option<Timeout>,
}

impl Component for FigureApp {
    type Message = Happening;
    type Properties = FigureProps;

    fn create(ctx: &Context<Self>) -> Self {
        let shown = Shown::everything(&ctx.props().held.borrow());
        let mut app = FigureApp {
            shown,
            frames: FrameLoop::default(),
            painter: Painter::new(NodeRef::default(), NodeRef::default()),
            scale: Scale { requests_per_dot: 1, failures_per_cross: 1 },
            playhead: Playhead::default(),
            root: NodeRef::default(),
            drawn: 0.0,
            rests: false,
            moved: true,
            refused: None,
            said: AttrValue::default(),
            used: false,
            _idle: None,
        };
        app.rescale(ctx);
        app.catch_up_later(ctx);
        app
    }

    fn update(&mut self, ctx: &Context<Self>, happening: Happening) -> bool {
        match happening {
            Happening::Session(msg) => {
                self.used |= !matches!(msg, Msg::Idle);
                let look = &ctx.props().look;
                let held = &ctx.props().held;
                // Whoever plays a run that is over begins where the author does.
                let over = held.borrow().playback().playhead >= self.shown.timeline.end;
                if over && matches!(msg, Msg::Play | Msg::Toggle) {
                    let _ = held.borrow_mut().update(Msg::Seek(look.start));
                }
                let changed = held.borrow_mut().update(msg);
                self.follow(ctx, changed)
            }
            Happening::Told(changed, refused) => {
                self.refused = refused;
                self.follow(ctx, changed)
            }
            Happening::Frame(stamp) => self.play(ctx, stamp),
            Happening::Rest(rests) => {
                self.rests = rests;
                if rests {
                    self.frames.stop();
                } else {
                    self.moved = true;
                    self.go_on(ctx);
                }
                !rests
            }
            Happening::Resized => {
                self.painter.measure();
                self.painter.paint(&self.shown.frame);
                false
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let look = &ctx.props().look;
        let frame = &self.shown.frame;
        let send = ctx.link().callback(Happening::Session);
        let full = look.controls == Controls::Full;
        let has = |part: Part| look.parts.contains(&part);
        let lanes: Vec<String> = look
            .parts
            .iter()
            .filter(|part| part.is_lane())
            .map(|part| format!("of-{}", part.name()))
            .collect();
        let session = ctx.props().held.borrow();
        let wrong = ctx.props().wrong.iter().chain(&self.refused);
        let problems: Vec<AttrValue> = wrong.chain(session.problems()).map(in_words).collect();
        html! {
            <>
            <div class="room">
                <div class={classes!("figure", look.controls.name())} role="group" aria-label={look.label.clone()}
                    ref={self.root.clone()} onkeydown={self.keys(ctx)}>
                    if has(Part::Scoreboard) {
                        <Tabs standings={self.shown.standings.clone()} chosen={session.strategy()}
                            choose={send.reform(Msg::SelectStrategy)} />
                    }
                    if has(Part::Why) {
                        <Why sentence={self.shown.why.clone()} />
                    }
                    if has(Part::Stages) {
                        <Strip items={Rc::new(self.strip(look.controls))} seek={send.reform(Msg::Seek)} />
                    }
                    if full {
                        { self.asked(ctx) }
                    }
                    if has(Part::Stage) {
                        <div class="stage-room">
                            <Stage frame={frame.clone()} told={frame.clone()} root={self.painter.stage.clone()}
                                canvas={self.painter.canvas.clone()} legend={self.legend()} inspect={Callback::noop()} />
                        </div>
                    }
                    if has(Part::Numbers) {
                        <SoFarTiles so_far={frame.so_far} />
                    }
                    if !lanes.is_empty() {
                        <div class={classes!("lanes", lanes.clone())}>
                            <TimelineView timeline={self.shown.timeline.clone()} ghost={self.shown.ghost.clone()}
                                axis={self.shown.axis.clone()} curtain={session.is_curtain_drawn()}
                                fate={self.shown.fate.clone().filter(|_| has(Part::Timeline))}
                                prices={self.shown.prices.clone()} price={session.price()}
                                playhead={session.playback().playhead} said={self.time_in_words(ctx)}
                                target={frame.target.as_ref().map(|look| look.called.clone()).unwrap_or_default()}
                                share={frame.production.weights.map(|_| frame.production.actual)}
                                now={self.playhead.layer.clone()} locked={look.controls == Controls::Locked}
                                seek={send.reform(Msg::Seek)} />
                        </div>
                    }
                    if !problems.is_empty() {
                        <ul class="trouble" role="alert">{ for problems.into_iter().map(|it| html! { <li>{ it }</li> }) }</ul>
                    }
                    { self.controls(ctx, !lanes.is_empty()) }
                    <p class="said" aria-live="polite">{ &self.said }</p>
                </div>
            </div>
            <Meaning inside={self.root.clone()} />
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let at = ctx.props().held.borrow().playback().playhead;
        self.playhead.go_to(at, &self.shown.axis);
        if std::mem::take(&mut self.moved) {
            self.painter.measure();
            demote_regions(&self.root);
        }
        if first {
            self.settle(ctx);
        }
        self.painter.paint(&self.shown.frame);
        // A document whose script throws has its own console.
        let _ = ctx.props().told.call0(&wasm_bindgen::JsValue::NULL);
    }
}

impl FigureApp {
    /// Fetches what a change has changed; whether the DOM has to follow.
    fn follow(&mut self, ctx: &Context<Self>, changed: Changed) -> bool {
        self.fetch(ctx, changed);
        self.catch_up_later(ctx);
        if changed > Changed::Nothing && !ctx.props().held.borrow().playback().playing {
            self.settle(ctx);
        }
        self.narrate();
        self.go_on(ctx);
        // Whoever told it something learns that it was done, even where nothing changed.
        true
    }

    fn play(&mut self, ctx: &Context<Self>, stamp: f64) -> bool {
        let millis = self.frames.elapsed(stamp);
        if self.rests || !ctx.props().held.borrow().playback().playing {
            self.frames.stop();
            return false;
        }
        self.ask_for_frame(ctx);
        let changed = ctx.props().held.borrow_mut().update(Msg::Tick(millis.round() as u32));
        let (playback, speed) = {
            let session = ctx.props().held.borrow();
            (session.playback(), session.speed_now())
        };
        self.painter.advance(&self.shown.frame.pulses, self.scale, speed, millis);
        if !playback.playing {
            self.frames.stop();
        }
        self.playhead.go_to(playback.playhead, &self.shown.axis);
        if changed >= Changed::Panels || !playback.playing || stamp - self.drawn >= REDRAW_MILLIS {
            self.drawn = stamp;
            self.fetch(ctx, changed.max(Changed::Frame));
            self.narrate();
            return true;
        }
        self.painter.paint(&self.shown.frame);
        false
    }

    /// Asks for frames where something moves and somebody sees it.
    fn go_on(&mut self, ctx: &Context<Self>) {
        let playing = ctx.props().held.borrow().playback().playing;
        if playing && !self.rests && !self.frames.runs() {
            self.ask_for_frame(ctx);
        }
    }

    fn ask_for_frame(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.frames.ask(move |stamp| link.send_message(Happening::Frame(stamp)));
    }

    fn fetch(&mut self, ctx: &Context<Self>, changed: Changed) {
        self.moved |= changed >= Changed::Panels;
        {
            let session = ctx.props().held.borrow();
            match changed {
                Changed::Nothing => {}
                Changed::Frame => self.shown.moment(&session),
                Changed::Panels => self.shown.panels(&session),
                Changed::Everything => self.shown = Shown::everything(&session),
            }
        }
        if changed >= Changed::Panels {
            self.rescale(ctx);
        }
    }

    fn settle(&mut self, ctx: &Context<Self>) {
        let speed = ctx.props().held.borrow().speed_now();
        self.painter.settle(&self.shown.frame.pulses, self.scale, speed);
    }

    fn rescale(&mut self, ctx: &Context<Self>) {
        self.scale = self.shown.busiest.scale(ctx.props().held.borrow().speed_now());
    }

    /// Simulates what was put off, one thing at a time; a figure that shows none of it does not ask.
    fn catch_up_later(&mut self, ctx: &Context<Self>) {
        let parts = &ctx.props().look.parts;
        let wanted = parts.iter().any(|part| matches!(part, Part::Scoreboard | Part::Timeline | Part::Cost));
        if wanted && ctx.props().held.borrow().is_behind() {
            let link = ctx.link().clone();
            self._idle = Some(Timeout::new(0, move || link.send_message(Happening::Session(Msg::Idle))));
        }
    }

    /// A figure speaks only once it was used: a page full of them would never be silent.
    fn narrate(&mut self) {
        if self.used {
            let why = self.shown.why.to_string();
            if self.said != why {
                self.said = AttrValue::from(why);
            }
        }
    }

    /// Keys mean something while the focus is inside, and never scrolling or leaving.
    fn keys(&self, ctx: &Context<Self>) -> Option<Callback<KeyboardEvent>> {
        let controls = ctx.props().look.controls;
        let send = ctx.link().callback(Happening::Session);
        let hear = move |event: KeyboardEvent| {
            let Some(msg) = keys::message(&event) else { return };
            let time = matches!(
                msg,
                Msg::Toggle
                    | Msg::StepForward
                    | Msg::StepBack
                    | Msg::NextStage
                    | Msg::PreviousStage
                    | Msg::Seek(_)
            );
            let scrolls = matches!(event.key().as_str(), "PageUp" | "PageDown");
            let leaves = matches!(msg, Msg::LeaveLesson);
            if !scrolls && !leaves && (time || controls == Controls::Full) {
                event.prevent_default();
                send.emit(msg);
            }
        };
        (controls != Controls::Locked).then(|| Callback::from(hear))
    }

    fn strip(&self, controls: Controls) -> Vec<StripItem> {
        let mut items = self.shown.frame.deployment.as_ref().map(|it| it.strip.clone()).unwrap_or_default();
        if controls == Controls::Locked {
            items.iter_mut().for_each(|item| item.start = None);
        }
        items
    }

    fn asked(&self, ctx: &Context<Self>) -> Html {
        let frame = &self.shown.frame;
        let status = frame.deployment.as_ref().and_then(|it| it.status);
        let ongoing = status.is_some_and(|status| !status.is_terminal());
        let send = ctx.link().callback(Happening::Session);
        let open = self.shown.offers.iter().any(|it| it.deed == Deed::Approve && it.refused.is_none());
        html! {
            <Asked approval={frame.approval.clone().filter(|_| ongoing)} {open}
                paused={frame.paused.clone().map(AttrValue::from)}
                answer={send.reform(|yes| Msg::Act(if yes { Deed::Approve } else { Deed::Reject }))}
                go_on={send.reform(|()| Msg::Act(Deed::Continue))} />
        }
    }

    fn controls(&self, ctx: &Context<Self>, has_timeline: bool) -> Html {
        let session = ctx.props().held.borrow();
        let playback = session.playback();
        let send = ctx.link().callback(Happening::Session);
        match ctx.props().look.controls {
            Controls::Locked => Html::default(),
            Controls::Play => html! {
                <Bar playhead={whole_seconds(playback.playhead)} said={self.time_in_words(ctx)} end={self.shown.timeline.end}
                    axis={self.shown.axis.clone()} playing={playback.playing} {has_timeline} {send} />
            },
            Controls::Full => html! {
                <div class="figure-bar all">
                    <Transport playhead={playback.playhead} playing={playback.playing} speed={playback.speed}
                        more={playback.playhead < self.shown.timeline.end} earlier={session.has_previous_stage()}
                        next_stage={session.has_next_stage()} offers={self.shown.offers.clone()}
                        way_back={session.price()} curtain={session.is_curtain_drawn()} pointed=false
                        true_scale={(!self.shown.timeline.folds.is_empty()).then_some(session.is_true_scale())}
                        {send} />
                    <OpenInFull />
                </div>
            },
        }
    }

    fn time_in_words(&self, ctx: &Context<Self>) -> AttrValue {
        let deployment = self.shown.frame.deployment.as_ref();
        let now = deployment.and_then(|it| it.strip.iter().find(|item| item.state == StageState::Now));
        let at = ctx.props().held.borrow().playback().playhead.since(SimTime::ZERO);
        AttrValue::from(match now {
            Some(item) => format!("{at}, {}", item.title),
            None => at.to_string(),
        })
    }

    /// What a dot stands for; nothing where none travel.
    fn legend(&self) -> AttrValue {
        let dot = self.scale.requests_per_dot;
        let said =
            || format!("one dot = {} {}", words::count(dot), words::plural(dot, "request", "requests"));
        if self.painter.is_still() { AttrValue::default() } else { AttrValue::from(said()) }
    }
}

/// On the page Why and Stage are landmarks; in a document with ten figures they are parts of these, which are groups.
fn demote_regions(root: &NodeRef) {
    let Some(root) = root.cast::<Element>() else { return };
    let Ok(regions) = root.query_selector_all("section:not([role]), aside:not([role])") else { return };
    for region in (0..regions.length()).filter_map(|place| regions.get(place)?.dyn_into::<Element>().ok()) {
        // What cannot be demoted is a landmark too many.
        let _ = region.set_attribute("role", "group");
    }
}

/// A slider and a clock need not be drawn anew within a second.
fn whole_seconds(at: SimTime) -> SimTime {
    SimTime(at.0 / 1000 * 1000)
}
