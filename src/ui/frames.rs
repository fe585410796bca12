//! The frame loop: asks for one animation frame after the other while something moves, and for none otherwise.

use gloo_render::{AnimationFrame, request_animation_frame};

/// No frame counts for more time than this, in milliseconds: a page that comes back from behind another does not leap.
const LONGEST: f64 = 100.0;

/// The loop. Dropping it cancels the frame that was asked for.
#[derive(Default)]
pub struct FrameLoop {
    asked: Option<AnimationFrame>,
    last: Option<f64>,
}

impl FrameLoop {
    /// Asks for the next frame; `call` gets its time stamp.
    pub fn ask(&mut self, call: impl FnOnce(f64) + 'static) {
        self.asked = Some(request_animation_frame(call));
    }

    /// How many milliseconds went by between the last frame and the one of this time stamp.
    pub fn elapsed(&mut self, stamp: f64) -> f64 {
        let elapsed = self.last.map_or(0.0, |last| (stamp - last).clamp(0.0, LONGEST));
        self.last = Some(stamp);
        elapsed
    }

    /// Stops; the next start begins afresh.
    pub fn stop(&mut self) {
        self.asked = None;
        self.last = None;
    }

    /// Whether a frame has been asked for.
    pub const fn runs(&self) -> bool {
        self.asked.is_some()
    }
}
