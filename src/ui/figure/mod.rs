//! A figure in somebody's document: a part of the page that stands alone, as often as a document likes, driven by it.
//!
//! `static/embed/cutover.js` makes the custom element and calls [`Figure`]; all figures of a document share one
//! instance of this module. The session is shared with the component, so that whoever tells a figure something can ask
//! at once where it stands; the picture follows. In reading order:

mod app;
mod bar;

use crate::exports::{Form, export, picture, summary};
use crate::formats::Problem;
use crate::session::figure::{Opened, Part, open, state, tell};
use crate::session::{Changed, Session};
use app::{FigureApp, FigureProps, Happening};
use serde_json::Value;
use std::cell::RefCell;
use std::panic::PanicHookInfo;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;
use yew::AppHandle;

/// A session that the component and the document round it both know.
pub type Held = Rc<RefCell<Session>>;

/// A figure, as the document's script holds it.
#[wasm_bindgen]
pub struct Figure {
    held: Held,
    wrong: Rc<[Problem]>,
    shows_stage: bool,
    app: AppHandle<FigureApp>,
}

#[wasm_bindgen]
impl Figure {
    /// Draws a figure into `root`. `asked` is the JSON of [`open`]; `told` is called whenever a new picture stands.
    ///
    /// # Errors
    /// Why there is nothing to show, one problem a line.
    pub fn mount(root: Element, asked: &str, told: js_sys::Function) -> Result<Figure, JsValue> {
        let asked: Value = serde_json::from_str(asked).map_err(|error| JsValue::from(error.to_string()))?;
        let Opened { session, look, wrong } = open(&asked).map_err(|problems| in_lines(&problems))?;
        let shows_stage = look.parts.contains(&Part::Stage);
        let (held, wrong) = (Rc::new(RefCell::new(session)), Rc::from(wrong));
        let props = FigureProps { held: held.clone(), look: Rc::new(look), wrong: Rc::clone(&wrong), told };
        let app = yew::Renderer::<FigureApp>::with_root_and_props(root, props).render();
        Ok(Figure { held, wrong, shows_stage, app })
    }

    /// What of the words it was asked for with makes no sense, one problem a line.
    pub fn wrong(&self) -> String {
        lines(&self.wrong)
    }

    /// Does what the order says, the JSON of [`tell`].
    ///
    /// # Errors
    /// What is not understood, or what the session refuses.
    pub fn tell(&self, order: &str) -> Result<(), JsValue> {
        let order: Value = serde_json::from_str(order).map_err(|error| JsValue::from(error.to_string()))?;
        let done = tell(&mut self.held.borrow_mut(), &order);
        // Half an order may be done where the other half is not understood.
        let changed = *done.as_ref().unwrap_or(&Changed::Everything);
        self.app.send_message(Happening::Told(changed, done.as_ref().err().cloned()));
        if let Err(problem) = done {
            return Err(in_lines(&[problem]));
        }
        match self.held.borrow().problems() {
            [] => Ok(()),
            problems => Err(in_lines(problems)),
        }
    }

    /// Where it stands: the JSON of [`state`].
    pub fn state(&self) -> String {
        state(&self.held.borrow()).to_string()
    }

    /// The summary of its run, as the headless runner prints it.
    pub fn summary(&self) -> String {
        let session = self.held.borrow();
        summary(session.scenario(), session.run(), &session.assumptions()).to_string()
    }

    /// The fragment of the link that opens the page as the figure stands, without its `#`.
    pub fn link(&self) -> String {
        self.held.borrow().link()
    }

    /// The stage as it stands, for paper: a picture in SVG; nothing where the figure shows no stage.
    pub fn picture(&self) -> Option<String> {
        let picture = || export(&self.held.borrow(), Form::Picture, picture::Look::default(), &[]).text;
        self.shows_stage.then(picture)
    }

    /// Whether it rests: nobody sees it, so that it asks for no frames, and goes on when it is seen again.
    pub fn rest(&self, rests: bool) {
        self.app.send_message(Happening::Rest(rests));
    }

    /// Its size or its colours changed.
    pub fn resized(&self) {
        self.app.send_message(Happening::Resized);
    }

    /// Takes it away.
    pub fn remove(self) {
        self.app.destroy();
    }
}

/// What a panic does in somebody's document: the figures' script puts their still pictures back, and nothing else is
/// touched.
pub fn stopped(info: &PanicHookInfo<'_>) {
    web_sys::console::error_1(&format!("Cutover stopped, which is our fault: {info}").into());
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new("cutover-stopped")) {
        // Without listeners the console has said it.
        let _ = window.dispatch_event(&event);
    }
}

fn in_lines(problems: &[Problem]) -> JsValue {
    lines(problems).into()
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}
