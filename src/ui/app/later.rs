//! What a first visit does not need: what lies behind the dialogs. It is a module of its own, fetched when the first of
//! them is opened, and by every worker.
//!
//! `build/wasm-bindgen` cuts at [`arrive`]; whatever only [`Rest`] leads to goes with it.

use super::dialogs::{Inside, Open};
use super::{App, Happening};
use crate::formats::Problem;
use crate::session::Msg;
use crate::ui::compare::hand;
use crate::ui::dialog::Dialog;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

/// How far the rest of the page has come.
pub(super) enum Later {
    /// Nobody needed it yet, or it could not be fetched.
    Away,
    /// It is being fetched; this dialog is to be opened then.
    Awaited(Option<Dialog>),
    /// It is here.
    Here(Rest),
}

/// The doors into the rest of the page.
#[derive(Clone, Copy)]
pub struct Rest {
    /// A dialog as it stands when it is opened.
    pub(super) opened: fn(&App, Dialog) -> Open,
    /// Does what was asked for in the dialog that is open.
    pub(super) inside: fn(&mut App, &Context<App>, Inside) -> bool,
    /// What lies over the page.
    pub(super) dialogs: fn(&App, &Context<App>) -> Html,
    /// Waits for work, in a worker.
    serve: fn(),
}

/// Fetches the rest of the page.
#[wasm_split(later, fallible)]
fn arrive() -> Result<Rest, SplitLoaderError> {
    Ok(Rest { opened: App::opened, inside: App::inside, dialogs: App::dialogs, serve: hand::serve })
}

impl App {
    /// The rest of the page. If it is not here it is fetched, and the dialog opened then: the last one that was asked for.
    pub(super) fn rest_for(&mut self, ctx: &Context<Self>, dialog: Option<Dialog>) -> Option<Rest> {
        match &mut self.later {
            Later::Here(rest) => return Some(*rest),
            Later::Awaited(awaited) => *awaited = dialog,
            Later::Away => {
                self.later = Later::Awaited(dialog);
                let link = ctx.link().clone();
                yew::platform::spawn_local(async move {
                    link.send_message(Happening::Later(arrive().await.ok()));
                });
            }
        }
        None
    }

    /// The rest of the page has come, or has not.
    pub(super) fn later_came(&mut self, ctx: &Context<Self>, rest: Option<Rest>) -> bool {
        let is_here = rest.is_some();
        match std::mem::replace(&mut self.later, rest.map_or(Later::Away, Later::Here)) {
            Later::Awaited(Some(dialog)) if is_here => self.turn_to(ctx, Some(dialog)),
            Later::Awaited(Some(_)) => self.tell(ctx, Msg::NotFound(vec![missing()])),
            _ => true,
        }
    }

    /// What lies over the page.
    pub(super) fn over_the_page(&self, ctx: &Context<Self>) -> Html {
        if let Later::Here(rest) = &self.later { (rest.dialogs)(self, ctx) } else { Html::default() }
    }

    /// Does what was asked for in the dialog that is open.
    pub(super) fn do_inside(&mut self, ctx: &Context<Self>, asked: Inside) -> bool {
        // Without the rest no dialog is open.
        if let Later::Here(rest) = self.later { (rest.inside)(self, ctx, asked) } else { false }
    }
}

fn missing() -> Problem {
    Problem {
        path: String::new(),
        message: "This part of the page could not be fetched. Is there a connection? Then ask for it again."
            .to_owned(),
        nearest: None,
    }
}

/// Waits for work, in a worker of the page.
pub async fn serve() {
    // A worker without the rest never gets ready; nothing is asked of it.
    if let Ok(rest) = arrive().await {
        (rest.serve)();
    }
}
