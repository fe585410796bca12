//! The page: draws what the session says, and sends it what happened.
//!
//! Three rates of change, kept apart: what moves sixty times a second is painted on a canvas ([`motes`]), what changes
//! with the deployment is DOM ([`stage`], [`panels`]), and the charts ([`timeline`]) are plotted once for each run. In
//! reading order:

pub mod app;
pub mod dialog;
pub mod frames;
pub mod fuzz;
pub mod keys;
pub mod listen;
pub mod modal;
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
pub mod theme;
pub mod timeline;
pub mod words;

/// Puts the page where the skeleton stands.
pub fn mount() {
    yew::set_custom_panic_hook(Box::new(rescue::show));
    yew::Renderer::<app::App>::new().render();
}
