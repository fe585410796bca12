//! The application: the only component with state of its own. It turns what happens in the browser into session
//! messages, and what the session says has changed into a new picture.
//!
//! Here are its state and what happens to it; [`view`] puts its parts in their places, [`dialogs`] what may lie over them.

mod controls;
mod course;
mod dialogs;
mod edits;
pub mod later;
mod opening;
mod playing;
mod view;
mod words;

use crate::formats::Problem;
use crate::session::inspect::Subject;
use crate::session::{Changed, Msg, Session};
use crate::ui::address::Wanted;
use crate::ui::dialog::Dialog;
use crate::ui::focus::Focus;
use crate::ui::frames::FrameLoop;
use crate::ui::library::Shelf;
use crate::ui::listen::{Listener, listen};
use crate::ui::motes::Painter;
use crate::ui::present::{self, Idea, Remote};
use crate::ui::scene::flow::Scale;
use crate::ui::shared::Shared;
use crate::ui::shown::Shown;
use crate::ui::studio::Drafts;
use crate::ui::theme::Theme;
use crate::ui::timeline::Playhead;
use crate::ui::{fuzz, keys, rescue, storage};
use controls::Controls;
use course::Course;
use dialogs::{Inside, Open};
use edits::Edits;
use gloo_timers::callback::{Interval, Timeout};
use later::{Later, Rest};
use serde_json::Value;
use yew::prelude::*;

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
    /// Something was asked for in the dialog that is open.
    Inside(Inside),
    /// What a first visit does not need has come, or cannot be had.
    Later(Option<Rest>),
    /// Something is to be looked at, or nothing any more.
    Inspect(Option<Subject>),
    /// The address asks for something.
    Wanted(Wanted),
    /// A file that the address asks for has come, or not.
    Fetched(Result<String, Problem>),
    /// A text was submitted, or a file was dropped and read.
    Submitted(String),
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
    controls: Controls,
    course: Course,
    dialog: Option<Open>,
    later: Later,
    /// What was typed into scripts and not used.
    drafts: Shared<Drafts>,
    edits: Edits,
    frames: FrameLoop,
    /// When the DOM was drawn last, its running numbers last told, and when the live region last spoke, by the frames'
    /// time stamps.
    drawn: f64,
    told: f64,
    narrated: f64,
    painter: Painter,
    scale: Scale,
    /// Whether anything on the stage may stand elsewhere than when it was last looked at.
    moved: bool,
    playhead: Playhead,
    focus: Focus,
    save_timer: Option<Timeout>,
    idle_timer: Option<Timeout>,
    /// Whether the storyboard stands ready for the printer.
    printing: bool,
    presenting: Option<Idea>,
    /// Whether the screen is black, while presenting.
    blank: bool,
    inspected: Option<Subject>,
    /// Whether the sheet of assumptions stands open.
    sheet_open: bool,
    /// The parameter whose last value was refused: the session's problems are about it.
    wrong: Option<AttrValue>,
    theme: Theme,
    /// The recording of an earlier visit, as long as it is offered.
    kept: Option<Value>,
    /// The recording that was open before a link was followed.
    before_links: Option<Value>,
    /// What the live region says.
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
        let course = Course::kept();
        let session = opening::first_session(ctx, course.first.as_ref());
        let mut app = App {
            scale: Scale { requests_per_dot: 1, failures_per_cross: 1 },
            shown: Shown::everything(&session),
            session,
            controls: Controls::new(ctx.link()),
            course,
            dialog: None,
            later: Later::Away,
            drafts: Shared::default(),
            edits: Edits::default(),
            frames: FrameLoop::default(),
            drawn: 0.0,
            told: 0.0,
            narrated: 0.0,
            painter: Painter::new(NodeRef::default(), NodeRef::default()),
            moved: true,
            playhead: Playhead::default(),
            focus: Focus::followed(),
            save_timer: None,
            idle_timer: None,
            printing: false,
            presenting: None,
            blank: false,
            inspected: None,
            sheet_open: false,
            wrong: None,
            theme,
            kept: storage::kept_recording(),
            before_links: None,
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
            Happening::Edited(parameter, value) => self.edited(ctx, parameter, value),
            Happening::EditsDue => self.edits_due(ctx),
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
            Happening::Closed(dialog) => self.open() == Some(dialog) && self.turn_to(ctx, None),
            Happening::Inside(asked) => self.do_inside(ctx, asked),
            Happening::Later(rest) => self.later_came(ctx, rest),
            Happening::Submitted(text) => self.import(ctx, text),
            Happening::Inspect(subject) => std::mem::replace(&mut self.inspected, subject) != subject,
            Happening::Present(idea) => self.present(ctx, idea),
            Happening::Remote(Remote::Blank) => {
                self.blank = !self.blank;
                true
            }
            Happening::Remote(Remote::Leave) => self.present(ctx, None),
            Happening::Wanted(wanted) => self.open_wanted(ctx, wanted),
            Happening::Fetched(Ok(text)) => self.open_fetched(ctx, text),
            Happening::Fetched(Err(problem)) => self.tell(ctx, Msg::NotFound(vec![problem])),
            Happening::Printing(now) => std::mem::replace(&mut self.printing, now) != now,
            Happening::Sheet(open) => std::mem::replace(&mut self.sheet_open, open) != open,
            Happening::ChooseTheme(theme) => {
                self.theme = theme;
                self.moved = true;
                theme.apply();
                storage::keep_theme(theme.name());
                true
            }
            Happening::Shelf(fetched) => {
                if let Some(msg) = self.course.arrived(fetched) {
                    let _ = self.tell(ctx, msg);
                }
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
        self.page(ctx)
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first: bool) {
        self.place_playhead();
        self.focus.keep();
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
        if matches!(
            msg,
            Msg::OpenLesson { .. } | Msg::OpenDrill { .. } | Msg::OpenSituation(_) | Msg::Open(_)
        ) && self.dialog.take().is_some()
        {
            // What was chosen wants to be played, and the space bar must not open the sheet again.
            self.focus.to_play_soon();
        }
        let taught = self.session.card().is_some();
        let changed = self.session.update(msg);
        if taught && self.session.card().is_none() {
            storage::keep_first_minute();
        }
        self.course.note_done(&self.session);
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
        self.catch_up_later(ctx);
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

    fn fetch(&mut self, changed: Changed) {
        self.moved |= changed >= Changed::Panels;
        match changed {
            Changed::Nothing => {}
            Changed::Frame => self.shown.moment(&self.session),
            Changed::Panels => self.shown.panels(&self.session),
            Changed::Everything => self.shown = Shown::everything(&self.session),
        }
        if changed >= Changed::Panels {
            self.refresh_studio(changed == Changed::Everything);
            // Story changes its speed at events.
            self.rescale();
        }
    }

    fn save_later(&mut self, ctx: &Context<Self>) {
        // Which tab is shown is no change worth keeping.
        if self.session.undo_label().is_some() {
            let link = ctx.link().clone();
            self.save_timer =
                Some(Timeout::new(AUTOSAVE_MILLIS, move || link.send_message(Happening::SaveDue)));
        }
    }

    fn remember(&self) {
        rescue::remember(&self.session.to_text());
    }

    /// Presents an idea, with the future hidden from the first on; or ends presenting, and shows it again, unless a
    /// lesson still hides it.
    fn present(&mut self, ctx: &Context<Self>, idea: Option<Idea>) -> bool {
        // A lesson that began by itself would step aside at the first key of the remote.
        if idea.is_some() && self.session.is_taught_unasked() {
            let _ = self.tell(ctx, Msg::KeepLesson);
        }
        let taught = self.session.card().is_some_and(|card| !card.over);
        let before = std::mem::replace(&mut self.presenting, idea);
        self.blank = false;
        self.moved = true;
        present::enlarge(idea.is_some());
        let turned = before.is_some() != idea.is_some() && self.session.is_curtain_drawn() != idea.is_some();
        if turned && !(taught && idea.is_none()) {
            let _ = self.tell(ctx, Msg::ToggleCurtain);
        }
        true
    }
}
