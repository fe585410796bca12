//! Playing: the frame loop, and who follows it how often. The canvas is painted with every frame, the stage and the strip
//! ten times a second, the numbers beside them as often as they can be read, and the live region when there is something
//! new to say. An event is drawn whole, in its own frame.

use super::{App, Happening};
use crate::session::{Changed, Msg};
use gloo_timers::callback::Timeout;
use yew::{AttrValue, Context};

/// While playing, what is not painted is drawn again this often, in milliseconds.
const REDRAW_MILLIS: f64 = 100.0;
/// While playing, the running numbers are told this often, in milliseconds.
const NUMBERS_MILLIS: f64 = 200.0;
/// While playing, the live region says no more than one thing in this time, in milliseconds.
const NARRATION_MILLIS: f64 = 1500.0;

impl App {
    /// One animation frame: the playhead moves, the canvas is painted, and now and then the DOM follows.
    pub(super) fn play(&mut self, ctx: &Context<Self>, stamp: f64) -> bool {
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
            self.course.note_done(&self.session);
            self.frames.stop();
        }
        // What a drill has kept back is worked out when it is over; what takes long, when the playhead stands.
        if changed == Changed::Everything || stopped {
            self.catch_up_later(ctx);
        }
        self.place_playhead();
        if changed >= Changed::Panels || stopped {
            (self.drawn, self.told) = (stamp, stamp);
            self.fetch(changed.max(Changed::Frame));
            if stamp - self.narrated >= NARRATION_MILLIS || stopped {
                self.narrated = stamp;
                self.narrate();
            }
            return true;
        }
        // Stage and numbers take a frame each, so that none is long.
        if stamp - self.drawn >= REDRAW_MILLIS {
            self.drawn = stamp;
            self.shown.stage(&self.session);
            return true;
        }
        if stamp - self.told >= NUMBERS_MILLIS && self.shown.tell() {
            self.told = stamp;
            return true;
        }
        self.painter.paint(&self.shown.frame);
        false
    }

    pub(super) fn ask_for_frame(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.frames.ask(move |stamp| link.send_message(Happening::Frame(stamp)));
    }

    /// Simulates the strategies that were put off, one at a time, so that the page stays quick in between.
    pub(super) fn catch_up_later(&mut self, ctx: &Context<Self>) {
        if self.session.is_behind() {
            let link = ctx.link().clone();
            self.idle_timer = Some(Timeout::new(0, move || link.send_message(Happening::Session(Msg::Idle))));
        }
    }

    /// Chooses how many requests a dot stands for, from the busiest moment of the run and the speed of the moment.
    pub(super) fn rescale(&mut self) {
        self.scale = self.shown.busiest.scale(self.speed());
    }

    /// Simulated seconds in a second.
    pub(super) fn speed(&self) -> f64 {
        self.session.speed_now()
    }

    pub(super) fn place_playhead(&self) {
        self.playhead.go_to(self.session.playback().playhead, &self.shown.axis);
    }

    pub(super) fn narrate(&mut self) {
        let why = self.shown.why.to_string();
        if self.said != why {
            self.said = AttrValue::from(why);
        }
    }
}
