//! The playhead and how fast it moves.

use crate::model::{SimTime, Span};

/// How fast a run is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// The whole run takes about a minute.
    Story,
    /// So many simulated seconds in a second.
    Times(u32),
}

impl Speed {
    /// Those the page offers.
    pub const ALL: [Speed; 5] =
        [Speed::Story, Speed::Times(1), Speed::Times(10), Speed::Times(60), Speed::Times(300)];

    /// Its name on screen.
    pub fn label(self) -> String {
        match self {
            Speed::Story => "Story".to_owned(),
            Speed::Times(times) => format!("{times}×"),
        }
    }

    /// How far the playhead of a run that ends at `end` moves in so many milliseconds.
    fn covers(self, millis: u64, end: SimTime) -> Span {
        match self {
            Speed::Times(times) => Span(millis * u64::from(times)),
            // Never slower than the real thing.
            Speed::Story => Span((millis * end.0).div_ceil(STORY_MILLIS).max(millis)),
        }
    }
}

/// How long a run takes under [`Speed::Story`].
const STORY_MILLIS: u64 = 60_000;

/// After a pause of the page (a hidden tab, a busy machine) the playhead goes on from where it was.
const LONGEST_TICK_MILLIS: u32 = 100;

/// Where the page stands in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Playback {
    /// The instant that is shown.
    pub playhead: SimTime,
    /// Whether it moves by itself.
    pub playing: bool,
    /// How fast.
    pub speed: Speed,
}

impl Default for Playback {
    fn default() -> Self {
        Playback { playhead: SimTime::ZERO, playing: false, speed: Speed::Story }
    }
}

impl Playback {
    /// Plays on; from the start where the run is over.
    pub fn play(&mut self, end: SimTime) {
        if self.playhead >= end {
            self.playhead = SimTime::ZERO;
        }
        self.playing = true;
    }

    /// Lets `millis` of real time go by. Stops at the first of `holds` (in order) that it comes to, and at the end.
    pub fn advance(&mut self, millis: u32, end: SimTime, holds: &[SimTime]) {
        if !self.playing {
            return;
        }
        let span = self.speed.covers(u64::from(millis.min(LONGEST_TICK_MILLIS)), end);
        let hold = holds.get(holds.partition_point(|&hold| hold <= self.playhead));
        let stop = hold.map_or(end, |&hold| hold.min(end));
        self.playhead = (self.playhead + span).min(stop);
        self.playing = self.playhead < stop;
    }
}

/// The first of `instants` (in order) after `at`.
pub fn next_of(instants: &[SimTime], at: SimTime) -> Option<SimTime> {
    instants.get(instants.partition_point(|&instant| instant <= at)).copied()
}

/// The last of `instants` (in order) before `at`.
pub fn previous_of(instants: &[SimTime], at: SimTime) -> Option<SimTime> {
    instants[..instants.partition_point(|&instant| instant < at)].last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: SimTime = SimTime::from_secs(600);

    fn playing(from: SimTime, speed: Speed) -> Playback {
        Playback { playhead: from, playing: true, speed }
    }

    #[test]
    fn story_plays_a_run_in_a_minute() {
        let mut playback = playing(SimTime::ZERO, Speed::Story);
        let ticks = (1..).find(|_| {
            playback.advance(20, END, &[]);
            !playback.playing
        });
        assert_eq!(ticks, Some(60_000 / 20));
        assert_eq!(playback.playhead, END);
    }

    #[test]
    fn a_short_run_is_never_played_slower_than_it_is() {
        let mut playback = playing(SimTime::ZERO, Speed::Story);
        playback.advance(16, SimTime::from_secs(10), &[]);
        assert_eq!(playback.playhead, SimTime(16));
    }

    #[test]
    fn a_long_absence_moves_the_playhead_no_further_than_a_tick() {
        let mut playback = playing(SimTime::ZERO, Speed::Times(10));
        playback.advance(3_600_000, END, &[]);
        assert_eq!(playback.playhead, SimTime(1000));
    }

    #[test]
    fn playing_stops_where_a_person_is_asked_and_goes_on_from_there() {
        let asked = SimTime(500);
        let mut playback = playing(SimTime::ZERO, Speed::Times(10));
        playback.advance(100, END, &[asked]);
        assert_eq!(playback, Playback { playhead: asked, playing: false, speed: Speed::Times(10) });
        playback.play(END);
        playback.advance(10, END, &[asked]);
        assert_eq!(playback.playhead, SimTime(600));
    }

    #[test]
    fn playing_at_the_end_begins_again() {
        let mut playback = Playback { playhead: END, ..Playback::default() };
        playback.play(END);
        assert_eq!(playback, playing(SimTime::ZERO, Speed::Story));
    }

    #[test]
    fn a_paused_playhead_stands() {
        let mut playback = Playback::default();
        playback.advance(100, END, &[]);
        assert_eq!(playback, Playback::default());
    }

    #[test]
    fn neighbours_are_found_strictly_before_and_after() {
        let instants = [SimTime(0), SimTime(10), SimTime(20)];
        for (at, before, after) in
            [(0, None, Some(10)), (5, Some(0), Some(10)), (10, Some(0), Some(20)), (20, Some(10), None)]
        {
            assert_eq!(previous_of(&instants, SimTime(at)), before.map(SimTime), "before {at}");
            assert_eq!(next_of(&instants, SimTime(at)), after.map(SimTime), "after {at}");
        }
    }
}
