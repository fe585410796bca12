//! Many hands: errands by number, done in workers made of the page's own module, or, where a browser denies those, here,
//! a few milliseconds at a time.
//!
//! Answers carry their numbers, so it does not matter who brings which, or when. Dropping the crew ends its workers.

use crate::evidence::errand::{Answer, Wanted};
use crate::evidence::{Base, Recipe, Workbench};
use gloo_timers::callback::Timeout;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// No more workers than this: a page is a guest.
const MOST_HANDS: usize = 4;
/// So many errands go to a worker at a time.
const BATCH: usize = 4;
/// Where there is no worker, this much of each turn is worked, in milliseconds.
const SLICE_MILLIS: f64 = 12.0;

/// What the crew heard; the owner passes it back to [`Crew::hear`].
pub enum Heard {
    /// A worker said something.
    Word(usize, String),
    /// A worker could not be had, or is gone.
    Lost(usize),
    /// It is the page's own turn.
    Turn,
}

/// An errand: its number, the place of its recording among the crew's, and how that is run.
#[derive(Clone)]
pub struct Errand {
    /// Its number.
    pub job: usize,
    /// The place of its recording.
    pub base: usize,
    /// How it is run.
    pub recipe: Recipe,
}

/// Hands at work on a list of errands.
pub struct Crew {
    bases: Vec<Rc<Base>>,
    wanted: Wanted,
    waiting: VecDeque<Errand>,
    hands: Vec<Option<Hand>>,
    tell: Callback<Heard>,
    turn: Option<Timeout>,
}

/// A worker, and what it has been asked.
struct Hand {
    worker: Worker,
    asked: Vec<Errand>,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _lost: Closure<dyn FnMut(JsValue)>,
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Crew {
    /// Begins with the errands, in that order.
    pub fn new(bases: Vec<Rc<Base>>, wanted: Wanted, errands: Vec<Errand>, tell: Callback<Heard>) -> Crew {
        let cores = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
        // One core is the page's own.
        let hands =
            (cores as usize).saturating_sub(1).clamp(1, MOST_HANDS).min(errands.len().div_ceil(BATCH));
        let mut crew = Crew { bases, wanted, waiting: errands.into(), hands: Vec::new(), tell, turn: None };
        for place in 0..hands {
            let hand = crew.hire(place);
            crew.hands.push(hand);
        }
        crew.work_here_if_alone();
        crew
    }

    /// Understands what was heard: the answers it brings, and whoever is free goes on.
    pub fn hear(&mut self, heard: Heard) -> Vec<(usize, Answer)> {
        match heard {
            Heard::Word(place, text) => self.word(place, &text),
            Heard::Lost(place) => {
                if let Some(hand) = self.hands.get_mut(place).and_then(Option::take) {
                    self.waiting.extend(hand.asked.iter().cloned());
                }
                self.work_here_if_alone();
                Vec::new()
            }
            Heard::Turn => self.take_turn(),
        }
    }

    fn word(&mut self, place: usize, text: &str) -> Vec<(usize, Answer)> {
        let Some(Some(hand)) = self.hands.get_mut(place) else { return Vec::new() };
        let mut answers = Vec::new();
        if text == "ready" {
            // A worker that cannot be told is lost, and says so itself.
            let bases: Value = self.bases.iter().map(|base| base.to_json()).collect();
            let _ = hand.worker.post_message(&bases.to_string().into());
        } else {
            let said: Value = serde_json::from_str(text).unwrap_or_default();
            let read = |pair: &Value| Some((pair[0].as_u64()? as usize, Answer::from_json(&pair[1])?));
            answers = said.as_array().into_iter().flatten().filter_map(read).collect();
            // What was asked and not answered could be asked for ever; it counts as refused.
            let is_missing = |asked: &Errand| answers.iter().all(|(job, _)| *job != asked.job);
            let missing = hand.asked.drain(..).filter(is_missing);
            let none = || Answer::Figures(Err("no answer".to_owned()));
            let missing: Vec<_> = missing.map(|asked| (asked.job, none())).collect();
            answers.extend(missing);
        }
        let batch: Vec<Errand> = (0..BATCH).filter_map(|_| self.waiting.pop_front()).collect();
        if !batch.is_empty() {
            let job = |it: &Errand| json!([it.job, it.base, it.recipe.to_json()]);
            let jobs: Vec<Value> = batch.iter().map(job).collect();
            let message = json!({"wanted": self.wanted.word(), "jobs": jobs});
            let _ = hand.worker.post_message(&message.to_string().into());
        }
        hand.asked = batch;
        answers
    }

    /// Starts a worker; `None` where the browser denies it.
    fn hire(&self, place: usize) -> Option<Hand> {
        let address = module_address()?;
        let (folder, _) = address.rsplit_once('/')?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&format!("{folder}/worker.js"), &options).ok()?;
        let tell = self.tell.clone();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            tell.emit(Heard::Word(place, event.data().as_string().unwrap_or_default()));
        });
        let tell = self.tell.clone();
        let lost = Closure::<dyn FnMut(JsValue)>::new(move |_| tell.emit(Heard::Lost(place)));
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(lost.as_ref().unchecked_ref()));
        // The module as it was compiled for the page: nothing is downloaded or compiled twice.
        let first = js_sys::Object::new();
        for (key, value) in [("address", address.into()), ("module", wasm_bindgen::module())] {
            js_sys::Reflect::set(&first, &key.into(), &value).ok()?;
        }
        worker.post_message(&first).ok()?;
        Some(Hand { worker, asked: Vec::new(), _heard: heard, _lost: lost })
    }

    fn work_here_if_alone(&mut self) {
        if self.hands.iter().all(Option::is_none) && !self.waiting.is_empty() {
            let tell = self.tell.clone();
            self.turn = Some(Timeout::new(0, move || tell.emit(Heard::Turn)));
        }
    }

    fn take_turn(&mut self) -> Vec<(usize, Answer)> {
        let begin = now();
        let mut benches: Vec<_> = self.bases.iter().map(|base| Workbench::new(base)).collect();
        let mut answers = Vec::new();
        while now() - begin < SLICE_MILLIS
            && let Some(Errand { job, base, recipe }) = self.waiting.pop_front()
        {
            answers.push((job, self.wanted.fetch(&mut benches[base], &self.bases[base], &recipe)));
        }
        self.work_here_if_alone();
        answers
    }
}

/// Milliseconds of real time.
pub fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// Where the page's own module was loaded from.
fn module_address() -> Option<String> {
    let document = web_sys::window()?.document()?;
    let link = document.query_selector("link[rel='modulepreload']").ok()??;
    js_sys::Reflect::get(&link, &"href".into()).ok()?.as_string()
}
