//! Edits of parameters: the first shows at once, those that follow on its heels wait for a breath, so that a slider stays
//! smooth.

use super::{App, Happening};
use crate::session::Msg;
use gloo_timers::callback::Timeout;
use serde_json::Value;
use yew::Context;

/// An edit made within this time of the last one waits, in milliseconds.
const DEBOUNCE_MILLIS: u32 = 150;

/// The edits that wait.
#[derive(Default)]
pub(super) struct Edits {
    waiting: Vec<(String, Value)>,
    /// Runs while the last edit is so fresh that the next one has to wait.
    breath: Option<Timeout>,
}

impl App {
    /// A parameter was given another value.
    pub(super) fn edited(&mut self, ctx: &Context<Self>, parameter: String, value: Value) -> bool {
        self.edits.waiting.retain(|(name, _)| *name != parameter);
        self.edits.waiting.push((parameter, value));
        self.edits.breath.is_none() && self.apply_edits(ctx)
    }

    /// The breath is over.
    pub(super) fn edits_due(&mut self, ctx: &Context<Self>) -> bool {
        self.edits.breath = None;
        !self.edits.waiting.is_empty() && self.apply_edits(ctx)
    }

    fn apply_edits(&mut self, ctx: &Context<Self>) -> bool {
        let mut redraw = false;
        for (parameter, value) in std::mem::take(&mut self.edits.waiting) {
            redraw |= self.tell(ctx, Msg::Edit { parameter, value });
        }
        let link = ctx.link().clone();
        let due = Timeout::new(DEBOUNCE_MILLIS, move || link.send_message(Happening::EditsDue));
        self.edits.breath = Some(due);
        redraw
    }
}
