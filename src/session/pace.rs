//! Story: the pace at which a run tells itself, as a mapping between the time of the film and the simulated time.
//!
//! Every instant with news stands long enough to be read, and what lies between two of them passes in a moment, however
//! long it takes in ECS: the whole run fits into about a minute. The mapping is a line with a knee at each beat, so the
//! speed is even between two beats, and both directions are exact to the millisecond.

use super::beats::Beat;
use crate::model::{SimTime, Span};

/// Every event stands at least so long, in milliseconds of the film.
pub const STAND_MILLIS: u64 = 600;
/// Of a crowd of events in one instant no more than so many are given their time.
const MOST_NEWS: u64 = 5;
/// A wait passes in no more than so many milliseconds of the film.
pub const WAIT_MILLIS: u64 = 2_000;
/// The whole run takes at least and at most so many milliseconds of the film.
pub const STORY_MILLIS: (u64, u64) = (45_000, 75_000);

/// A pace: where in the run each moment of the film is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Instants with the film's milliseconds; both strictly rising, from (0, 0) to the end.
    knees: Vec<(SimTime, u64)>,
}

impl Pace {
    /// Story, for a run that ends at `end`.
    ///
    /// A run with so few events that its film were shorter than the least dwells longer on each; one with so many that
    /// it were longer than the most gives up first what a crowd of events gets beyond one, then its waits, and at last
    /// part of every stand.
    pub fn story(beats: &[Beat], end: SimTime) -> Pace {
        let gaps = gaps(beats, end);
        let (least, most) = (STORY_MILLIS.0.min(end.0), STORY_MILLIS.1);
        let total = |part: Part| gaps.iter().map(part).sum::<u64>();
        let (plain, extra, wait) = (total(Gap::plain), total(Gap::extra), total(Gap::wait));
        // What each gap gets of the film as it is, what of it is stretched or shrunk, and to what sum.
        let (kept, fitted, wanted): (Part, Part, u64) = if plain + extra + wait < least {
            (Gap::wait, Gap::stand, least - wait)
        } else if plain + extra + wait <= most {
            (|gap| gap.stand() + gap.wait(), |_| 0, 0)
        } else if plain + wait <= most {
            (|gap| gap.plain() + gap.wait(), Gap::extra, most - plain - wait)
        } else if plain <= most {
            (Gap::plain, Gap::wait, most - plain)
        } else {
            (|_| 0, Gap::plain, most)
        };
        let whole = total(fitted).max(1);
        let (mut before, mut gone) = (0, 0);
        Pace::of(gaps.iter().map(|gap| {
            // Sums are divided, not parts, so that no millisecond is lost.
            before += fitted(gap);
            let until = part(before, wanted, whole);
            let film = kept(gap) + until - gone;
            gone = until;
            (gap.end, film)
        }))
    }

    /// A pace that comes to each of these instants (in order) so many milliseconds after the one before, beginning at
    /// second 0.
    pub fn of(stretches: impl Iterator<Item = (SimTime, u64)>) -> Pace {
        let mut knees = vec![(SimTime::ZERO, 0)];
        for (at, millis) in stretches {
            let (before, film) = knees[knees.len() - 1];
            if at > before {
                knees.push((at, film + millis.max(1)));
            }
        }
        Pace { knees }
    }

    /// How long the film is, in milliseconds.
    pub fn length(&self) -> u64 {
        self.knees[self.knees.len() - 1].1
    }

    /// The first millisecond of the film at which the run is at `at` or beyond.
    pub fn film_at(&self, at: SimTime) -> u64 {
        let after = self.knees.partition_point(|&(knee, _)| knee <= at);
        let (from, film) = self.knees[after - 1];
        let Some(&(to, until)) = self.knees.get(after) else { return film };
        film + wide(at.since(from).0, until - film).div_ceil(u128::from(to.since(from).0)) as u64
    }

    /// Where the run is at that millisecond of the film.
    pub fn sim_at(&self, film: u64) -> SimTime {
        let after = self.knees.partition_point(|&(_, knee)| knee <= film);
        let (from, begun) = self.knees[after - 1];
        let Some(&(to, until)) = self.knees.get(after) else { return from };
        from + Span((wide(film - begun, to.since(from).0) / u128::from(until - begun)) as u64)
    }

    /// How many simulated seconds pass in a second of the film after `at`.
    pub fn speed_at(&self, at: SimTime) -> f64 {
        let last = self.knees.len() - 1;
        let after = self.knees.partition_point(|&(knee, _)| knee <= at).min(last);
        let Some(before) = after.checked_sub(1) else { return 1.0 };
        let ((from, begun), (to, until)) = (self.knees[before], self.knees[after]);
        to.since(from).0 as f64 / (until - begun) as f64
    }
}

/// From one beat to the next: how much is new at its beginning (nothing before the first beat), and its bounds.
struct Gap {
    news: u64,
    start: SimTime,
    end: SimTime,
}

/// A part of what a gap gets of the film, in milliseconds.
type Part = fn(&Gap) -> u64;

impl Gap {
    /// One event's time for whatever is new.
    fn plain(&self) -> u64 {
        STAND_MILLIS * self.news.min(1)
    }

    /// What a crowd of events gets beyond that.
    fn extra(&self) -> u64 {
        self.stand() - self.plain()
    }

    fn stand(&self) -> u64 {
        STAND_MILLIS * self.news.min(MOST_NEWS)
    }

    fn wait(&self) -> u64 {
        self.end.since(self.start).0.saturating_sub(self.stand()).min(WAIT_MILLIS)
    }
}

fn gaps(beats: &[Beat], end: SimTime) -> Vec<Gap> {
    let begun = beats.iter().filter(|beat| beat.at < end);
    let mut gaps = vec![Gap { news: 0, start: SimTime::ZERO, end }];
    for beat in begun {
        let last = gaps.len() - 1;
        gaps[last].end = beat.at;
        gaps.push(Gap { news: u64::from(beat.news), start: beat.at, end });
    }
    gaps.retain(|gap| gap.end > gap.start);
    gaps
}

/// `amount` of a whole that is to come to `wanted`.
fn part(amount: u64, wanted: u64, whole: u64) -> u64 {
    (wide(amount, wanted) / u128::from(whole.max(1))) as u64
}

fn wide(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: SimTime = SimTime::from_secs(3600);

    fn beats(seconds: &[u64]) -> Vec<Beat> {
        seconds.iter().map(|&at| Beat { at: SimTime::from_secs(at), news: 1 }).collect()
    }

    /// How long the film takes from each instant to the next.
    fn stands(pace: &Pace, beats: &[Beat]) -> Vec<u64> {
        let film = |beat: &Beat| pace.film_at(beat.at);
        beats.windows(2).map(|pair| film(&pair[1]) - film(&pair[0])).collect()
    }

    #[test]
    fn a_day_of_waiting_passes_in_two_seconds() {
        let mut times: Vec<u64> = (0..20).map(|n| n * 30).collect();
        times.push(86_400);
        let day = beats(&times);
        let pace = Pace::story(&day, SimTime::from_secs(86_700));
        let stands = stands(&pace, &day);
        assert_eq!(stands[19], STAND_MILLIS + WAIT_MILLIS, "{stands:?}");
        assert!((STORY_MILLIS.0..=STORY_MILLIS.1).contains(&pace.length()), "{}", pace.length());
    }

    #[test]
    fn a_run_with_few_events_dwells_on_each() {
        let few = beats(&[0, 60, 600]);
        let pace = Pace::story(&few, END);
        assert_eq!(pace.length(), STORY_MILLIS.0);
        assert!(stands(&pace, &few).iter().all(|&film| film > 10_000));
    }

    #[test]
    fn a_run_with_many_events_gives_each_its_part() {
        for count in [60, 120, 900] {
            let many = beats(&(0..count).map(|n| n * 4).collect::<Vec<_>>());
            let pace = Pace::story(&many, END);
            assert!((STORY_MILLIS.1 - count..=STORY_MILLIS.1).contains(&pace.length()), "{}", pace.length());
            let shortest = stands(&pace, &many).into_iter().min();
            assert!(shortest >= Some(STAND_MILLIS.min(STORY_MILLIS.1 / count)), "{count}: {shortest:?}");
        }
    }

    #[test]
    fn a_crowd_of_events_stands_longer_than_one() {
        let mut crowd = beats(&(0..20).map(|n| n * 60).collect::<Vec<_>>());
        crowd[7].news = 9;
        let stands = stands(&Pace::story(&crowd, SimTime::from_secs(1_300)), &crowd);
        assert_eq!(stands[7] - stands[6], STAND_MILLIS * (MOST_NEWS - 1));
    }

    #[test]
    fn a_short_run_is_never_played_slower_than_it_is() {
        assert_eq!(Pace::story(&[], SimTime::from_secs(10)).length(), 2_000);
        let short = Pace::story(&beats(&[0, 5]), SimTime::from_secs(10));
        assert!(short.length() <= 10_000, "{}", short.length());
    }

    #[test]
    fn both_directions_agree_to_the_millisecond() {
        let pace = Pace::story(&beats(&[0, 1, 2, 60, 61, 500, 3_599]), END);
        for film in 0..pace.length() {
            let at = pace.sim_at(film);
            assert!(pace.film_at(at) <= film, "{film}");
            assert!(pace.sim_at(film + 1) >= at, "{film}");
            assert!(pace.sim_at(pace.film_at(at)) >= at, "{film}");
        }
        assert_eq!(pace.sim_at(pace.length()), END);
        assert_eq!(pace.sim_at(u64::MAX), END);
        assert_eq!(pace.film_at(END + Span(1)), pace.length());
    }

    #[test]
    fn a_millisecond_between_two_events_still_makes_a_stand() {
        let close = [Beat { at: SimTime(1_000), news: 1 }, Beat { at: SimTime(1_001), news: 1 }];
        let pace = Pace::story(&close, END);
        assert!(pace.film_at(SimTime(1_001)) - pace.film_at(SimTime(1_000)) >= STAND_MILLIS);
    }
}
