//! The application: the only component with state of its own. It turns what happens in the browser into session
//! messages, and what the session says has changed into a new picture.

use crate::engine::HookRecord;
use crate::formats::export::Exported;
use crate::formats::{Problem, picture};
use crate::model::SimTime;
use crate::session::figure;
use crate::session::frame::StageState;
use crate::session::inspect::{Life, Subject, deployments, inspect};
use crate::session::lesson::Lesson;
use crate::session::lesson::library::first_minute;
use crate::session::snippet::{Snippet, Wish};
use crate::session::tables::tables;
use crate::session::{Changed, Deed, Draft, Msg, Session, Trial};
use crate::ui::address::{self, Wanted};
use crate::ui::compare::Compare;
use crate::ui::dialog::Dialog;
use crate::ui::frames::FrameLoop;
use crate::ui::library::Shelf;
use crate::ui::listen::{Listener, listen};
use crate::ui::motes::{Painter, prefers_stillness};
use crate::ui::panels::application::Application;
use crate::ui::panels::asked::Asked;
use crate::ui::panels::embed::Embed;
use crate::ui::panels::events::Events;
use crate::ui::panels::export::{Choice, Export};
use crate::ui::panels::header::Header;
use crate::ui::panels::help::Help;
use crate::ui::panels::import::{Assumptions, Import};
use crate::ui::panels::inspector::Inspector;
use crate::ui::panels::interventions::Interventions;
use crate::ui::panels::lesson::LessonCard;
use crate::ui::panels::meaning::Meaning;
use crate::ui::panels::notices::Notices;
use crate::ui::panels::parameters::Parameters;
use crate::ui::panels::share::Share;
use crate::ui::panels::so_far::SoFarTiles;
use crate::ui::panels::strip::Strip;
use crate::ui::panels::tables::Tables;
use crate::ui::panels::tabs::{self, Tabs};
use crate::ui::panels::teach::{self, Teach};
use crate::ui::panels::transport::Transport;
use crate::ui::panels::update_service::UpdateService;
use crate::ui::panels::why::Why;
use crate::ui::present::{self, Idea, Presenter, Remote};
use crate::ui::scene::flow::Scale;
use crate::ui::shared::Shared;
use crate::ui::shown::{Shown, in_words};
use crate::ui::stage::Stage;
use crate::ui::studio::Studio;
use crate::ui::theme::Theme;
use crate::ui::timeline::{TimelineView, place_playhead};
use crate::ui::{fuzz, keys, print, rescue, storage, take_away, words};
use gloo_timers::callback::{Interval, Timeout};
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;
use yew::prelude::*;

/// While playing, what is not painted is drawn again this often, in milliseconds.
const REDRAW_MILLIS: f64 = 100.0;
/// While playing, the live region says no more than one thing in this time, in milliseconds.
const NARRATION_MILLIS: f64 = 1500.0;
/// An edit made within this time of the last one waits, in milliseconds, so that a slider stays smooth.
const DEBOUNCE_MILLIS: u32 = 150;
/// A change of the recording is kept this long after it, in milliseconds.
const AUTOSAVE_MILLIS: u32 = 600;

/// What happens in the browser.
pub enum Happening {
    /// Something for the session.
    Session(Msg),
    /// A parameter was given another value.
    Edited(String, Value),
    /// The values that waited are due.
    EditsDue,
    /// The recording is to be kept.
    SaveDue,
    /// An animation frame, with its time stamp.
    Frame(f64),
    /// The window or the system's preferences changed.
    Resized,
    /// A dialog is to be opened; nothing closes the one that is.
    Dialog(Option<Dialog>),
    /// A dialog was closed by its own means.
    Closed(Dialog),
    /// Something is to be looked at, or nothing any more.
    Inspect(Option<Subject>),
    /// The address asks for something.
    Wanted(Wanted),
    /// A file that the address asks for has come, or not.
    Fetched(Result<String, Problem>),
    /// The recording is to be had in a form, a filmstrip of these instants.
    Export(Choice, Vec<SimTime>),
    /// The recording is to be kept as a file.
    Download,
    /// The figure of the Embed dialog is to be another one.
    Wish(Wish),
    /// A text was submitted, or a file was dropped and read.
    Submitted(String),
    /// A draft of the script behind a function is to be tried.
    TryScript(String, String),
    /// A field of Update service was given another text.
    Drafted(&'static str, String),
    /// What the service lacks there is to be filled in with examples.
    FillIn,
    /// The call that it has come to is to be made.
    UpdateService,
    /// The browser is about to print, or has printed.
    Printing(bool),
    /// The sheet of assumptions was opened or closed.
    Sheet(bool),
    /// An idea is to be presented; nothing ends presenting.
    Present(Option<Idea>),
    /// A key of a presenter's remote was pressed.
    Remote(Remote),
    /// Another theme was chosen.
    ChooseTheme(Theme),
    /// The course has arrived, or cannot be had.
    Shelf(Result<Shelf, String>),
    /// The recording of an earlier visit is to be opened again, or not.
    Restore(bool),
}

/// The application.
pub struct App {
    session: Session,
    shown: Shown,
    drawn: f64,
    narrated: f64,
    frames: FrameLoop,
    painter: Painter,
    scale: Scale,
    /// Whether anything on the stage may stand elsewhere than when it was last looked at.
    moved: bool,
    now: NodeRef,
    edits: Vec<(String, Value)>,
    edit_timer: Option<Timeout>,
    save_timer: Option<Timeout>,
    idle_timer: Option<Timeout>,
    dialog: Option<Dialog>,
    /// What Compare is about: the recording as it stood when Compare was opened, and the service in view.
    compared: Option<Shared<(Value, usize)>>,
    /// The hooks' calls up to the playhead; fetched only while the studio is open.
    calls: Shared<Vec<HookRecord>>,
    trial: Option<(AttrValue, Shared<Trial>)>,
    /// Whether the storyboard stands ready for the printer.
    printing: bool,
    /// What was typed into Update service.
    draft: Draft,
    /// The lesson that a first visit begins with.
    first: Option<Rc<Lesson>>,
    /// The course, once somebody has asked for it.
    shelf: Option<Result<Shared<Shelf>, AttrValue>>,
    /// The lessons that were played to their end.
    done: Shared<BTreeSet<String>>,
    /// The link of the Share dialog, while that is open.
    link: Option<AttrValue>,
    /// What the Export dialog shows, while that is open.
    exported: Option<(Choice, Shared<Exported>)>,
    /// What the Embed dialog shows, while that is open.
    embedded: Option<(Wish, Snippet)>,
    presenting: Option<Idea>,
    blank: bool,
    inspected: Option<Subject>,
    sheet_open: bool,
    problems: Vec<AttrValue>,
    /// The parameter whose last value was refused: the session's problems are about it.
    wrong: Option<AttrValue>,
    theme: Theme,
    kept: Option<Value>,
    said: AttrValue,
    _listeners: Vec<Listener>,
    _fuzz: Option<Interval>,
}

impl Component for App {
    type Message = Happening;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let theme = storage::kept_theme().map(|name| Theme::named(&name)).unwrap_or_default();
        theme.apply();
        keys::let_single_keys_act(storage::kept_single_keys());
        let mut session = open();
        let first = first_minute().ok().map(Rc::new);
        if let Some(lesson) = first.clone().filter(|_| is_first_visit()) {
            let _ = session.update(Msg::OpenLesson { lesson, invited: false });
        }
        match address::wanted() {
            Wanted::Nothing => {}
            // What is wrong with it is said on the page, which stands on the opening then.
            Wanted::Link(fragment) => drop(session.update(Msg::OpenLink(fragment))),
            Wanted::File(src) => address::fetch(src, ctx.link().callback(Happening::Fetched)),
        }
        let shown = Shown::everything(&session);
        let mut app = App {
            scale: Scale { requests_per_dot: 1, failures_per_cross: 1 },
            session,
            shown,
            moved: true,
            drawn: 0.0,
            narrated: 0.0,
            frames: FrameLoop::default(),
            painter: Painter::new(NodeRef::default(), NodeRef::default()),
            now: NodeRef::default(),
            edits: Vec::new(),
            edit_timer: None,
            save_timer: None,
            idle_timer: None,
            dialog: None,
            compared: None,
            calls: Shared::default(),
            trial: None,
            printing: false,
            draft: Draft::new(),
            first,
            shelf: None,
            done: Shared::new(storage::kept_lessons()),
            link: None,
            exported: None,
            embedded: None,
            presenting: None,
            blank: false,
            inspected: None,
            sheet_open: false,
            problems: Vec::new(),
            wrong: None,
            theme,
            kept: storage::kept_recording(),
            said: AttrValue::default(),
            _listeners: listen(ctx),
            _fuzz: fuzz::begin(),
        };
        app.remember();
        app.rescale();
        app.catch_up_later(ctx);
        app
    }

    fn update(&mut self, ctx: &Context<Self>, happening: Happening) -> bool {
        match happening {
            Happening::Session(msg) => self.tell(ctx, msg),
            Happening::Edited(parameter, value) => {
                self.edits.retain(|(name, _)| *name != parameter);
                self.edits.push((parameter, value));
                // The first edit shows at once; those that follow on its heels wait for a breath.
                if self.edit_timer.is_none() {
                    return self.apply_edits(ctx);
                }
                false
            }
            Happening::EditsDue => {
                self.edit_timer = None;
                !self.edits.is_empty() && self.apply_edits(ctx)
            }
            Happening::SaveDue => {
                self.save_timer = None;
                storage::keep_recording(self.session.document());
                false
            }
            Happening::Frame(stamp) => self.play(ctx, stamp),
            Happening::Resized => {
                self.moved = false;
                self.painter.measure();
                self.painter.paint(&self.shown.frame);
                false
            }
            Happening::Dialog(dialog) => self.turn_to(ctx, dialog),
            // One that gave way to another has nothing to close any more.
            Happening::Closed(dialog) => self.dialog == Some(dialog) && self.turn_to(ctx, None),
            Happening::Inspect(subject) => std::mem::replace(&mut self.inspected, subject) != subject,
            Happening::Present(idea) => self.present(ctx, idea),
            Happening::Remote(Remote::Blank) => {
                self.blank = !self.blank;
                true
            }
            Happening::Remote(Remote::Leave) => self.present(ctx, None),
            Happening::Wanted(wanted) => self.open_wanted(ctx, wanted),
            Happening::Fetched(Ok(text)) => {
                self.sheet_open = true;
                self.tell(ctx, Msg::Import(text))
            }
            Happening::Fetched(Err(problem)) => self.tell(ctx, Msg::NotFound(problem)),
            Happening::Export(choice, instants) => {
                self.exported = Some((choice, self.export(choice, &instants)));
                true
            }
            Happening::Download => {
                let choice = Choice::ALL[0];
                take_away::download("recording.json", choice.form.kind(), &self.export(choice, &[]).text);
                false
            }
            Happening::Wish(wish) => {
                let snippet = Snippet::of(&self.session, &wish);
                self.embedded = Some((wish, snippet));
                true
            }
            Happening::Submitted(text) => self.import(ctx, text),
            Happening::TryScript(hook, source) => {
                let trial = self.session.try_script(&hook, &source);
                self.trial = Some((hook.into(), Shared::new(trial)));
                true
            }
            Happening::Printing(now) => std::mem::replace(&mut self.printing, now) != now,
            Happening::Drafted(field, text) => {
                self.draft.insert(field, text);
                true
            }
            Happening::FillIn => {
                for field in self.session.update_form(&self.draft).fields {
                    if field.text.is_empty() && !field.example.is_empty() {
                        self.draft.insert(field.name, field.example);
                    }
                }
                true
            }
            Happening::UpdateService => {
                let draft = std::mem::take(&mut self.draft);
                self.dialog = None;
                self.tell(ctx, Msg::UpdateService(draft))
            }
            Happening::Sheet(open) => std::mem::replace(&mut self.sheet_open, open) != open,
            Happening::ChooseTheme(theme) => {
                self.theme = theme;
                self.moved = true;
                theme.apply();
                storage::keep_theme(theme.name());
                true
            }
            Happening::Shelf(fetched) => {
                self.shelf = Some(fetched.map(Shared::new).map_err(AttrValue::from));
                true
            }
            Happening::Restore(open) => {
                self.moved = true;
                if let Some(kept) = self.kept.take().filter(|_| open) {
                    let _ = self.tell(ctx, Msg::Open(kept));
                }
                true
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let shown = &self.shown;
        let frame = &shown.frame;
        let (session, playback) = (&self.session, self.session.playback());
        let send = link.callback(Happening::Session);
        let card = self.session.card();
        let seek = link.callback(|at| Happening::Session(Msg::Seek(at)));
        let target = frame.target.as_ref().map(|look| AttrValue::from(look.name.clone()));
        let items = frame.deployment.as_ref().map(|deployment| deployment.strip.clone()).unwrap_or_default();
        let status = frame.deployment.as_ref().and_then(|deployment| deployment.status);
        let end = shown.timeline.end;
        let close = |dialog: Dialog| link.callback(move |()| Happening::Closed(dialog));
        let ongoing = status.is_some_and(|status| !status.is_terminal());
        html! {
            <div class={classes!("page", self.presenting.map(Idea::class))}>
                <Header title={AttrValue::from(session.scenario().name.clone())} release={self.release()} status={status.map(|status| AttrValue::from(status.api_name()))}
                    undo={self.session.undo_label().map(|label| AttrValue::from(label.to_owned()))} theme={self.theme}
                    redo={self.session.redo_label().map(|label| AttrValue::from(label.to_owned()))}
                    ghost={self.ghost_in_words()}
                    dismiss_ghost={link.callback(|()| Happening::Session(Msg::DismissGhost))}
                    take_back={link.callback(|()| Happening::Session(Msg::Undo))}
                    make_again={link.callback(|()| Happening::Session(Msg::Redo))}
                    open={link.callback(|dialog| Happening::Dialog(Some(dialog)))}
                    present={link.callback(|()| Happening::Present(Some(Idea::Stage)))}
                    choose_theme={link.callback(Happening::ChooseTheme)} />
                <main>
                    <Tabs standings={shown.standings.clone()} chosen={self.session.strategy()}
                        choose={link.callback(|strategy| Happening::Session(Msg::SelectStrategy(strategy)))} />
                    { for self.presenting.map(|idea| html! { <h2 class="said">{ idea.name() }</h2> }) }
                    <div class="bench">
                        { for card.clone().map(|card| html! {
                            <LessonCard {card} send={send.clone()} after={self.next_lesson()} open={link.callback(|dialog| Happening::Dialog(Some(dialog)))} />
                        }) }
                        <Parameters parameters={shown.parameters.clone()} strategy={tabs::name(self.session.strategy())}
                            release={target.unwrap_or_default()} verdict={shown.verdict.clone()} veiled={session.is_curtain_drawn()} wrong={self.wrong_parameter()}
                            hooks={shown.hooks.clone()} open_studio={link.callback(|()| Happening::Dialog(Some(Dialog::Studio)))}
                            update_service={link.callback(|()| Happening::Dialog(Some(Dialog::Update)))}
                            edit={link.callback(|(name, value)| Happening::Edited(name, value))} />
                        <div class="centre">
                            <Application services={frame.application.clone()} chosen={self.session.service()}
                                pipeline={frame.pipeline.clone()} now={SimTime(frame.at.0 / 1000 * 1000)}
                                choose={link.callback(|service| Happening::Session(Msg::SelectService(service)))} />
                            <Why sentence={shown.why.clone()} />
                            <Strip items={Rc::new(items)} seek={seek.clone()} />
                            <Asked approval={frame.approval.clone().filter(|_| ongoing)} open={self.can(Deed::Approve)} paused={frame.paused.clone().map(AttrValue::from)}
                                answer={link.callback(|yes| {
                                    Happening::Session(Msg::Act(if yes { Deed::Approve } else { Deed::Reject }))
                                })}
                                go_on={link.callback(|()| Happening::Session(Msg::Act(Deed::Continue)))} />
                            <div class="stage-room">
                                <Stage frame={frame.clone()} root={self.painter.stage.clone()}
                                    canvas={self.painter.canvas.clone()} legend={self.legend()}
                                    inspect={link.callback(|subject| Happening::Inspect(Some(subject)))} />
                            </div>
                            <Notices notice={self.session.notice().map(|notice| AttrValue::from(notice.to_owned()))}
                                problems={self.problems_on_page()} kept={self.kept.is_some()}
                                dismiss={link.callback(|()| Happening::Session(Msg::DismissNotice))}
                                restore={link.callback(Happening::Restore)} />
                        </div>
                        <aside class="panel results panels-last" aria-label="Result">
                            <Inspector frame={frame.clone()} looked_at={self.looked_at()}
                                deployments={deployments(session.scenario(), session.run(), session.service(), frame.at)}
                                inspect={link.callback(Happening::Inspect)} seek={seek.clone()} />
                            <section class="so-far">
                                <h2>{ "So far" }</h2>
                                <button type="button" class="quiet" onclick={link.callback(|_| Happening::Dialog(Some(Dialog::Tables)))}>{ "Tables" }</button>
                                <SoFarTiles so_far={frame.so_far} />
                            </section>
                            <Interventions listed={shown.interventions.clone()} send={send.clone()} />
                            { self.about_import(ctx) }
                            <h2>{ "Events" }</h2>
                            <Events rows={shown.rows.clone()} left_out={shown.left_out} seek={seek.clone()}
                                inspect={link.callback(|event| Happening::Inspect(Some(Subject::Event(event))))} />
                        </aside>
                    </div>
                    <div class="below">
                        { for self.presenting.map(|idea| html! {
                            <Presenter {idea} blank={self.blank} curtain={session.is_curtain_drawn()}
                                show={link.callback(Happening::Present)}
                                toggle_curtain={link.callback(|()| Happening::Session(Msg::ToggleCurtain))} />
                        }) }
                        <Transport playhead={playback.playhead} playing={playback.playing} speed={playback.speed}
                            more={playback.playhead < end} earlier={self.session.has_previous_stage()}
                            next_stage={self.session.has_next_stage()} offers={shown.offers.clone()}
                            way_back={self.session.price()} curtain={self.session.is_curtain_drawn()}
                            pointed={card.as_ref().is_some_and(|card| card.points_at_play)}
                            true_scale={(!shown.timeline.folds.is_empty()).then_some(self.session.is_true_scale())}
                            {send} />
                        <TimelineView timeline={shown.timeline.clone()} ghost={shown.ghost.clone()}
                            axis={shown.axis.clone()} curtain={self.session.is_curtain_drawn()} fate={shown.fate.clone()}
                            prices={shown.prices.clone()} price={self.session.price()}
                            playhead={playback.playhead} said={self.time_in_words()}
                            target={frame.target.as_ref().map(|look| look.name.clone()).unwrap_or_default()}
                            now={self.now.clone()} {seek} />
                    </div>
                    <Meaning />
                </main>
                <p class="said" aria-live="polite">{ &self.said }</p>
                <Help open={self.dialog == Some(Dialog::Help)} close={close(Dialog::Help)} />
                <Compare asked={self.compared.clone().filter(|_| self.dialog == Some(Dialog::Compare))}
                    open={link.callback(|document| Happening::Session(Msg::Open(document)))} close={close(Dialog::Compare)} />
                <Teach open={self.dialog == Some(Dialog::Lessons)} first={self.first.clone()} shelf={self.shelf.clone()}
                    done={self.done.clone()} choose={link.callback(Happening::Session)} close={close(Dialog::Lessons)} />
                <Tables close={close(Dialog::Tables)} tables={(self.dialog == Some(Dialog::Tables)).then(|| {
                    Rc::new(tables(session.scenario(), session.run(), session.service(), frame))
                })} />
                if self.printing {
                    { print::storyboard(session) }
                }
                <UpdateService write={link.callback(|(field, text)| Happening::Drafted(field, text))}
                    form={(self.dialog == Some(Dialog::Update)).then(|| Rc::new(session.update_form(&self.draft)))}
                    fill_in={link.callback(|()| Happening::FillIn)} submit={link.callback(|()| Happening::UpdateService)}
                    close={close(Dialog::Update)} />
                <Share link={self.link.clone()} download={link.callback(|()| Happening::Download)} close={close(Dialog::Share)} />
                <Export prepared={self.exported.clone()} service={AttrValue::from(frame.service.clone())} close={close(Dialog::Export)}
                    choose={link.callback(|(choice, instants)| Happening::Export(choice, instants))} />
                <Embed draft={self.embedded.clone()} change={link.callback(Happening::Wish)} close={close(Dialog::Embed)} />
                <Import open={self.dialog == Some(Dialog::Import)} problems={self.problems.clone()}
                    submit={link.callback(Happening::Submitted)} close={close(Dialog::Import)} />
                <Studio open={self.studio_open()} from_link={session.is_from_link()} hooks={shown.hooks.clone()} calls={self.calls.clone()} trial={self.trial.clone()}
                    problems={if self.studio_open() { self.problems_in_words() } else { Vec::new() }}
                    edit={link.callback(|edit| Happening::Session(Msg::EditHooks(edit)))}
                    try_script={link.callback(|(hook, source)| Happening::TryScript(hook, source))}
                    seek={link.callback(|at| Happening::Session(Msg::Seek(at)))}
                    close={close(Dialog::Studio)} />
            </div>
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first: bool) {
        self.place_playhead();
        // Reading places makes the browser lay the page out at once, which a mere tick must not.
        if std::mem::take(&mut self.moved) {
            self.painter.measure();
        }
        if first {
            self.painter.settle(&self.shown.frame.pulses, self.scale, self.speed());
        }
        self.painter.paint(&self.shown.frame);
    }
}

impl App {
    /// Passes a message on and fetches what it has changed; whether the DOM has to follow.
    fn tell(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let before = self.session.playback();
        let stays = matches!(
            msg,
            Msg::Play | Msg::Pause | Msg::Toggle | Msg::Idle | Msg::DismissGhost | Msg::DismissNotice
        );
        let scrubs = matches!(msg, Msg::Seek(_));
        let idles = matches!(msg, Msg::Idle);
        let paces = matches!(msg, Msg::SetSpeed(_));
        let edited = if let Msg::Edit { parameter, .. } = &msg { Some(parameter.clone()) } else { None };
        // What is chosen on the sheet closes it.
        if matches!(msg, Msg::OpenLesson { .. } | Msg::OpenSituation(_) | Msg::Open(_)) {
            self.dialog = None;
        }
        let taught = self.session.card().is_some();
        let changed = self.session.update(msg);
        if taught && self.session.card().is_none() {
            storage::keep_first_minute();
        }
        self.note_done();
        if changed > Changed::Frame {
            self.wrong = edited.filter(|_| !self.session.problems().is_empty()).map(AttrValue::from);
        }
        if changed == Changed::Everything {
            if self.session.undo_label().is_some() {
                self.kept = None;
            }
            self.remember();
            self.save_later(ctx);
        }
        if changed == Changed::Everything || idles {
            self.catch_up_later(ctx);
        }
        self.fetch(changed);
        if paces {
            self.rescale();
        }
        if !stays && changed > Changed::Nothing {
            self.painter.settle(&self.shown.frame.pulses, self.scale, self.speed());
        }
        // Scrubbing would talk without end, and what is worked out later says nothing new.
        if !scrubs && !idles {
            self.narrate();
        }
        let after = self.session.playback();
        if after.playing && !self.frames.runs() {
            self.ask_for_frame(ctx);
        }
        changed > Changed::Nothing || before != after
    }

    /// One animation frame: the playhead moves, the canvas is painted, and now and then the DOM follows.
    fn play(&mut self, ctx: &Context<Self>, stamp: f64) -> bool {
        let millis = self.frames.elapsed(stamp);
        if !self.session.playback().playing {
            self.frames.stop();
            return false;
        }
        self.ask_for_frame(ctx);
        let speed = self.speed();
        let changed = self.session.update(Msg::Tick(millis.round() as u32));
        self.painter.advance(&self.shown.frame.pulses, self.scale, speed, millis);
        let stopped = !self.session.playback().playing;
        if stopped {
            self.note_done();
        }
        if stopped {
            self.frames.stop();
        }
        self.place_playhead();
        if changed >= Changed::Panels || stopped || stamp - self.drawn >= REDRAW_MILLIS {
            self.drawn = stamp;
            self.fetch(changed.max(Changed::Frame));
            if stamp - self.narrated >= NARRATION_MILLIS || stopped {
                self.narrated = stamp;
                self.narrate();
            }
            return true;
        }
        self.painter.paint(&self.shown.frame);
        false
    }

    fn ask_for_frame(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.frames.ask(move |stamp| link.send_message(Happening::Frame(stamp)));
    }

    fn fetch(&mut self, changed: Changed) {
        self.moved |= changed >= Changed::Panels;
        match changed {
            Changed::Nothing => {}
            Changed::Frame => self.shown.frame = Rc::new(self.session.frame()),
            Changed::Panels => self.shown.panels(&self.session),
            Changed::Everything => self.shown = Shown::everything(&self.session),
        }
        if changed == Changed::Everything {
            self.trial = None;
        }
        if changed >= Changed::Panels {
            self.fetch_calls();
            // Story changes its speed at events.
            self.rescale();
        }
    }

    /// Opens a dialog, or closes the one that is open.
    fn turn_to(&mut self, ctx: &Context<Self>, dialog: Option<Dialog>) -> bool {
        if std::mem::replace(&mut self.dialog, dialog) == dialog {
            return false;
        }
        self.trial = None;
        self.draft.clear();
        // What is read, and what a call is made at, must not run away meanwhile.
        if matches!(dialog, Some(Dialog::Tables | Dialog::Update)) {
            let _ = self.tell(ctx, Msg::Pause);
        }
        self.fetch_calls();
        if dialog == Some(Dialog::Compare) {
            self.compared = Some(Shared::new((self.session.document().clone(), self.session.service())));
        }
        if self.dialog == Some(Dialog::Lessons) && !matches!(self.shelf, Some(Ok(_))) {
            self.shelf = None;
            ctx.link().send_future(async { Happening::Shelf(Shelf::fetch().await) });
        }
        self.link = (dialog == Some(Dialog::Share))
            .then(|| AttrValue::from(address::with_fragment(&self.session.link())));
        let first = Choice::ALL[0];
        self.exported = (dialog == Some(Dialog::Export)).then(|| (first, self.export(first, &[])));
        self.embedded = (dialog == Some(Dialog::Embed)).then(|| {
            let wish = Wish { start: self.session.playback().playhead, ..Wish::default() };
            (wish.clone(), Snippet::of(&self.session, &wish))
        });
        // What was wrong with a file is said in the dialog; nothing of it stays on the page.
        if !std::mem::take(&mut self.problems).is_empty() {
            let _ = self.tell(ctx, Msg::DismissNotice);
        }
        true
    }

    fn studio_open(&self) -> bool {
        self.dialog == Some(Dialog::Studio)
    }

    fn fetch_calls(&mut self) {
        let wanted = if self.studio_open() { self.session.hook_calls() } else { Vec::new() };
        if !(wanted.is_empty() && self.calls.is_empty()) {
            self.calls = Shared::new(wanted.into_iter().cloned().collect());
        }
    }

    /// The recording in a form.
    fn export(&self, choice: Choice, instants: &[SimTime]) -> Shared<Exported> {
        let theme = if self.theme.is_dark() { picture::Theme::Dark } else { picture::Theme::Light };
        let look = picture::Look { theme, width: choice.width() };
        Shared::new(self.session.export(choice.form, look, instants))
    }

    /// Opens what the address asks for; without a link again what the page opens on.
    fn open_wanted(&mut self, ctx: &Context<Self>, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Link(fragment) => self.tell(ctx, Msg::OpenLink(fragment)),
            Wanted::File(src) => {
                address::fetch(src, ctx.link().callback(Happening::Fetched));
                false
            }
            Wanted::Nothing if self.session.is_from_link() => self.tell(ctx, Msg::Open(opening())),
            Wanted::Nothing => false,
        }
    }

    fn apply_edits(&mut self, ctx: &Context<Self>) -> bool {
        let mut redraw = false;
        for (parameter, value) in std::mem::take(&mut self.edits) {
            redraw |= self.tell(ctx, Msg::Edit { parameter, value });
        }
        let link = ctx.link().clone();
        self.edit_timer = Some(Timeout::new(DEBOUNCE_MILLIS, move || link.send_message(Happening::EditsDue)));
        redraw
    }

    fn import(&mut self, ctx: &Context<Self>, text: String) -> bool {
        let _ = self.tell(ctx, Msg::Import(text));
        self.problems = self.session.problems().iter().map(in_words).collect();
        self.dialog = (!self.problems.is_empty()).then_some(Dialog::Import);
        self.sheet_open = self.problems.is_empty();
        true
    }

    fn save_later(&mut self, ctx: &Context<Self>) {
        // Which tab is shown is no change worth keeping.
        if self.session.undo_label().is_some() {
            let link = ctx.link().clone();
            self.save_timer =
                Some(Timeout::new(AUTOSAVE_MILLIS, move || link.send_message(Happening::SaveDue)));
        }
    }

    /// Presents an idea, with the future hidden from the first on; or ends presenting, and shows it again.
    fn present(&mut self, ctx: &Context<Self>, idea: Option<Idea>) -> bool {
        // A lesson that began by itself would step aside at the first key, and lift the veil.
        if idea.is_some() && self.session.is_taught_unasked() {
            let _ = self.tell(ctx, Msg::LeaveLesson);
        }
        let before = std::mem::replace(&mut self.presenting, idea);
        self.blank = false;
        self.moved = true;
        present::enlarge(idea.is_some());
        if before.is_some() != idea.is_some() && self.session.is_curtain_drawn() != idea.is_some() {
            let _ = self.tell(ctx, Msg::ToggleCurtain);
        }
        true
    }

    /// Notes the lesson as done whose doors have opened.
    fn note_done(&mut self) {
        let Some(lesson) = self.session.lesson().filter(|_| self.session.card().is_some_and(|it| it.over))
        else {
            return;
        };
        let is_first = self.first.as_ref().is_some_and(|first| Rc::ptr_eq(first, lesson));
        let name = if is_first { Some(teach::FIRST) } else { self.shelf().and_then(|it| it.name_of(lesson)) };
        if let Some(name) = name.filter(|name| !self.done.contains(*name)) {
            let mut done = BTreeSet::clone(&self.done);
            done.insert(name.to_owned());
            storage::keep_lessons(&done);
            self.done = Shared::new(done);
        }
        storage::keep_first_minute();
    }

    fn shelf(&self) -> Option<&Shelf> {
        self.shelf.as_ref().and_then(|shelf| shelf.as_deref().ok())
    }

    /// The lesson that comes after the one that is taught, by its title and what opens it.
    fn next_lesson(&self) -> Option<(AttrValue, Msg)> {
        let next = self.shelf()?.after(self.session.lesson()?)?;
        let open = Msg::OpenLesson { lesson: next.clone(), invited: true };
        Some((AttrValue::from(next.title.clone()), open))
    }

    /// Simulates the strategies that were put off, one at a time, so that the page stays quick in between.
    fn catch_up_later(&mut self, ctx: &Context<Self>) {
        if self.session.is_behind() {
            let link = ctx.link().clone();
            self.idle_timer = Some(Timeout::new(0, move || link.send_message(Happening::Session(Msg::Idle))));
        }
    }

    fn remember(&self) {
        rescue::remember(&self.session.to_text());
    }

    /// Chooses how many requests a dot stands for, from the busiest moment of the run and the speed of the moment.
    fn rescale(&mut self) {
        self.scale = self.shown.busiest.scale(self.speed());
    }

    /// Simulated seconds in a second.
    fn speed(&self) -> f64 {
        self.session.speed_now()
    }

    fn can(&self, deed: Deed) -> bool {
        self.shown.offers.iter().any(|offer| offer.deed == deed && offer.refused.is_none())
    }

    /// What is wrong with the last act; a parameter's problems stand beside it, a dialog's in the dialog.
    fn problems_on_page(&self) -> Vec<AttrValue> {
        let elsewhere = matches!(self.dialog, Some(Dialog::Import | Dialog::Studio)) || self.wrong.is_some();
        if elsewhere { Vec::new() } else { self.problems_in_words() }
    }

    fn problems_in_words(&self) -> Vec<AttrValue> {
        self.session.problems().iter().map(in_words).collect()
    }

    /// The parameter whose last value was refused, and why.
    fn wrong_parameter(&self) -> Option<(AttrValue, AttrValue)> {
        let why: Vec<&str> = self.session.problems().iter().map(|problem| problem.message.as_str()).collect();
        self.wrong.clone().map(|parameter| (parameter, AttrValue::from(why.join("; "))))
    }

    fn place_playhead(&self) {
        place_playhead(&self.now, self.session.playback().playhead, &self.shown.axis);
    }

    fn narrate(&mut self) {
        let why = self.shown.why.to_string();
        if self.said != why {
            self.said = AttrValue::from(why);
        }
    }

    /// The service in view and its two revisions.
    fn release(&self) -> AttrValue {
        let frame = &self.shown.frame;
        let revisions =
            frame.target.as_ref().map(|target| format!(" · {} → {}", frame.source.name, target.name));
        AttrValue::from(format!("{}{}", frame.service, revisions.unwrap_or_default()))
    }

    /// What a dot and a cross stand for; nothing where none travel.
    fn legend(&self) -> AttrValue {
        if prefers_stillness() {
            return AttrValue::default();
        }
        let Scale { requests_per_dot: dot, failures_per_cross: cross } = self.scale;
        let requests = words::plural(dot, "request", "requests");
        let mut said = format!("one dot = {} {requests}", words::count(dot));
        if self.shown.frame.pulses.iter().any(|pulse| pulse.failing.0 > 0) {
            said.push_str(&format!(", one cross = {} failed", words::count(cross)));
        }
        AttrValue::from(said)
    }

    fn time_in_words(&self) -> AttrValue {
        let deployment = self.shown.frame.deployment.as_ref();
        let now = deployment
            .and_then(|deployment| deployment.strip.iter().find(|item| item.state == StageState::Now));
        let at = self.session.playback().playhead.since(SimTime::ZERO);
        AttrValue::from(match now {
            Some(item) => format!("{at}, {}", item.title),
            None => at.to_string(),
        })
    }

    /// What is looked at, with its life so far; nothing where the playhead has not come to it.
    fn looked_at(&self) -> Option<(Subject, Life)> {
        let (session, at) = (&self.session, self.session.playback().playhead);
        let life = inspect(session.scenario(), session.run(), session.service(), self.inspected?, at)?;
        self.inspected.map(|subject| (subject, life))
    }

    /// What the timeline's dotted lines are.
    fn ghost_in_words(&self) -> Option<AttrValue> {
        self.session.ghost().map(|ghost| {
            AttrValue::from(if ghost.strategy == self.session.strategy() {
                format!("dotted: before “{}”", ghost.replaced_by)
            } else {
                format!("dotted: {}", tabs::name(ghost.strategy))
            })
        })
    }

    fn about_import(&self, ctx: &Context<Self>) -> Html {
        html! {
            <Assumptions warnings={self.shown.warnings.clone()} assumptions={self.shown.assumptions.clone()}
                open={self.sheet_open} toggle={ctx.link().callback(Happening::Sheet)} />
        }
    }
}

/// Whether nobody has been here and nothing was asked for by the address.
fn is_first_visit() -> bool {
    let location = web_sys::window().map(|window| window.location());
    let asked = |part: Option<String>| part.is_some_and(|part| !part.is_empty());
    let asks = location.is_some_and(|it| asked(it.search().ok()) || asked(it.hash().ok()));
    !asks && !storage::has_seen_first_minute()
}

/// What a query asks for, by name.
fn asked_by(query: &str) -> Value {
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        js_sys::decode_uri_component(&spaced).map_or(spaced.clone(), String::from)
    };
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), Value::from(decoded(value)))).collect()
}

/// The scenario the page opens on.
const OPENING: &str = include_str!("../../static/scenarios/opening.json");

fn opening() -> Value {
    serde_json::from_str(OPENING).expect("the opening scenario is JSON, which a test checks")
}

/// What the page opens on: a recording that comes with it, where the address names one (`?scenario=…&start=…`, as in a
/// figure), or the opening.
fn open() -> Session {
    let query = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let asked = asked_by(&query);
    if asked.get("scenario").is_some() {
        match figure::open(&asked) {
            Ok((session, _)) => return session,
            Err(problems) => {
                let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
                web_sys::console::warn_1(&said.join("\n").into());
            }
        }
    }
    Session::open(&opening()).expect("the opening scenario is a recording, which a test checks")
}
