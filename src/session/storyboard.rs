//! The shown run as a storyboard, for paper: one picture for each stage, step or pass, with its sentence and counts.

use super::frame::StageState;
use super::frame::strip::end_title;
use super::narrate::why_now;
use super::*;

/// As many pictures are made; a rolling deployment of many tasks has more passes.
const MOST_PICTURES: usize = 36;

/// A picture.
pub struct Picture {
    /// What happens, as the strip says it.
    pub title: String,
    /// The API's name of the stage.
    pub api_name: String,
    /// Why it waits, or what just happened.
    pub why: String,
    /// What is seen.
    pub frame: Frame,
}

impl Session {
    /// The pictures of the shown run, each of the last instant before the run goes on, and how many are left out.
    pub fn storyboard(&self) -> (Vec<Picture>, usize) {
        let run = &self.shown.run;
        let next = |place: usize| self.stops.get(place + 1).map(|next| SimTime(next.0.saturating_sub(1)));
        let instants =
            self.stops.iter().enumerate().map(|(place, stop)| next(place).unwrap_or(*stop).max(*stop));
        let picture = |at: SimTime| {
            let frame = self.shown.frame(at);
            let (title, api_name) = heading(&frame);
            Picture {
                title,
                api_name,
                why: why_now(&self.shown.scenario, run, self.service, at).to_string(),
                frame,
            }
        };
        let left_out = self.stops.len().saturating_sub(MOST_PICTURES);
        // The end is told in any case.
        let shown = instants.enumerate().filter(|(place, _)| {
            *place < MOST_PICTURES - 1 || left_out == 0 || *place == self.stops.len() - 1
        });
        (shown.map(|(_, at)| picture(at)).collect(), left_out)
    }

    /// The numbers when the run is over.
    pub fn at_the_end(&self) -> frame::SoFar {
        self.shown.frame(self.shown.run.end).so_far
    }

    /// What the last deployment came to, where the run reaches its end.
    pub fn result_at_the_end(&self) -> &[super::ResultLine] {
        self.shown.result(self.shown.run.end)
    }
}

/// What happens, and the API's name for it: the stage that was entered last, or the terminal status.
fn heading(frame: &Frame) -> (String, String) {
    let Some(deployment) = &frame.deployment else { return ("Steady state".to_owned(), String::new()) };
    if let Some(status) = deployment.status.filter(|status| status.is_terminal()) {
        return (end_title(status, &frame.source.called), status.api_name().to_owned());
    }
    let begun = |item: &&frame::StripItem| item.state != StageState::Ahead;
    let item = deployment.strip.iter().rfind(begun);
    item.map_or_else(
        || ("Before the start".to_owned(), String::new()),
        |item| (item.title.clone(), item.api_name.clone()),
    )
}
