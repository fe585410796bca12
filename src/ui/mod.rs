//! The page: draws what the session says, and sends it what happened.
//!
//! Three rates of change, kept apart: what moves sixty times a second is painted on a canvas ([`motes`]), what changes
//! with the deployment is DOM ([`stage`], [`panels`]), and the charts ([`timeline`]) are plotted once for each run. In
//! reading order:

pub mod app;
pub mod breakable;
pub mod compare;
pub mod dialog;
pub mod figure;
pub mod focus;
pub mod frames;
pub mod print;
pub mod fuzz;
pub mod keys;
pub mod library;
pub mod listen;
pub mod modal;
pub mod outcome;
pub mod motes;
pub mod panels;
pub mod present;
pub mod rescue;
pub mod scene;
pub mod shared;
pub mod shown;
pub mod stage;
pub mod storage;
pub mod studio;
pub mod take_away;
pub mod address;
pub mod theme;
pub mod timeline;

pub use crate::session::words;

/// Puts the page where its skeleton stands; in a worker of the page waits for work instead. In a document without a
/// skeleton this module serves [`figure`]s, and waits for whoever asks for them.
pub fn mount() {
    if compare::hand::is_worker() {
        yew::platform::spawn_local(app::later::serve());
        return;
    }
    let document = web_sys::window().and_then(|window| window.document());
    let skeleton =
        document.and_then(|document| document.query_selector("[data-cutover-page]").ok().flatten());
    if skeleton.is_some() {
        yew::set_custom_panic_hook(Box::new(rescue::show));
        yew::Renderer::<app::App>::new().render();
    } else {
        yew::set_custom_panic_hook(Box::new(figure::stopped));
    }
}
