//! The playhead and how fast it moves.

use super::pace::Pace;
use crate::model::{SimTime, Span};

/// How fast a run is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// The whole run in about a minute, and every event long enough to be read; see [`Pace`].
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
}

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
    /// How far the film had come when it last moved the playhead, and to where: a millisecond between two events may
    /// take many milliseconds of the film.
    film: (SimTime, u64),
}

impl Default for Playback {
    fn default() -> Self {
        Playback { playhead: SimTime::ZERO, playing: false, speed: Speed::Story, film: (SimTime::ZERO, 0) }
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

    /// Lets `millis` of real time go by; Story goes by the pace. Stops at the first of `holds` (in order) that it comes
    /// to, and at the end.
    pub fn advance(&mut self, millis: u32, end: SimTime, holds: &[SimTime], pace: &Pace) {
        if !self.playing {
            return;
        }
        let millis = u64::from(millis.min(LONGEST_TICK_MILLIS));
        let to = match self.speed {
            Speed::Times(times) => self.playhead + Span(millis * u64::from(times)),
            Speed::Story => {
                let (at, film) = self.film;
                let film = millis + if at == self.playhead { film } else { pace.film_at(self.playhead) };
                let to = pace.sim_at(film).max(self.playhead);
                self.film = (to, film);
                to
            }
        };
        let hold = holds.get(holds.partition_point(|&hold| hold <= self.playhead));
        let stop = hold.map_or(end, |&hold| hold.min(end));
        self.playhead = to.min(stop);
        self.playing = self.playhead < stop;
    }

    /// How many simulated seconds pass in a second.
    pub fn speed_now(&self, pace: &Pace) -> f64 {
        match self.speed {
            Speed::Times(times) => f64::from(times),
            Speed::Story => pace.speed_at(self.playhead),
        }
    }

    /// Another film is shown: what of the old one went by does not count.
    pub fn change_film(&mut self) {
        self.film = (SimTime(u64::MAX), 0);
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
        Playback { playhead: from, playing: true, speed, ..Playback::default() }
    }

    /// Ten minutes in ten seconds, but the first millisecond takes one.
    fn pace() -> Pace {
        Pace::of([(SimTime(1), 1_000), (END, 9_000)].into_iter())
    }

    #[test]
    fn story_goes_by_its_pace_however_short_the_ticks() {
        for tick in [7, 16, 100] {
            let mut playback = playing(SimTime::ZERO, Speed::Story);
            let ticks = (1..).find(|_| {
                playback.advance(tick, END, &[], &pace());
                !playback.playing
            });
            assert_eq!(ticks, Some(10_000_u32.div_ceil(tick)));
            assert_eq!(playback.playhead, END);
        }
    }

    #[test]
    fn after_a_seek_story_goes_on_from_there() {
        let mut playback = playing(SimTime::ZERO, Speed::Story);
        playback.advance(50, END, &[], &pace());
        playback.playhead = SimTime::from_secs(300);
        playback.advance(9, END, &[], &pace());
        assert!(playback.playhead > SimTime::from_secs(300) && playback.playhead < SimTime::from_secs(301));
    }

    #[test]
    fn a_long_absence_moves_the_playhead_no_further_than_a_tick() {
        let mut playback = playing(SimTime::ZERO, Speed::Times(10));
        playback.advance(3_600_000, END, &[], &pace());
        assert_eq!(playback.playhead, SimTime(1000));
    }

    #[test]
    fn playing_stops_where_a_person_is_asked_and_goes_on_from_there() {
        let asked = SimTime(500);
        let mut playback = playing(SimTime::ZERO, Speed::Times(10));
        playback.advance(100, END, &[asked], &pace());
        assert_eq!((playback.playhead, playback.playing), (asked, false));
        playback.play(END);
        playback.advance(10, END, &[asked], &pace());
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
        playback.advance(100, END, &[], &pace());
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
