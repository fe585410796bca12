//! What the lanes say of themselves: a few words at the place that they are about.
//!
//! They lie under the veil, so that the curtain hides those of the future like the curves.

use super::Lane;
use crate::model::{AlarmScope, SimTime};
use crate::session::narrate::words::count_of;
use crate::session::timeline::{Axis, Threshold, Timeline};
use crate::session::{Prices, words};
use crate::ui::shared::Shared;
use web_sys::HtmlElement;
use yew::prelude::*;

/// A few words in a lane, from an instant on.
#[derive(Clone, Debug, PartialEq)]
struct Note {
    at: SimTime,
    text: AttrValue,
}

impl Note {
    fn new(at: SimTime, text: impl Into<AttrValue>) -> Note {
        Note { at, text: text.into() }
    }
}

/// Notes of a lane begin at least so far apart, as a part of the plot.
const APART: f64 = 0.075;
/// One that would begin after this runs over the edge.
const LAST: f64 = 0.86;

/// What the notes of a lane are given.
#[derive(Clone, PartialEq, Properties)]
pub struct NotesProps {
    /// Which lane.
    pub lane: Lane,
    /// The run's lanes.
    pub timeline: Shared<Timeline>,
    /// What going back costs along the run.
    pub prices: Shared<Prices>,
    /// Where on the plot each instant is.
    pub axis: Shared<Axis>,
}

/// The notes of a lane.
#[component]
pub fn Notes(props: &NotesProps) -> Html {
    let (timeline, axis) = (&props.timeline, &props.axis);
    let notes = match props.lane {
        Lane::Share => of_share(timeline),
        Lane::Tasks => of_tasks(timeline),
        Lane::Errors => of_errors(timeline),
        Lane::Latency => Vec::new(),
        Lane::Price => of_price(&props.prices),
    };
    html! {
        { for spaced(notes, axis).into_iter().map(|note| html! {
            <Words key={note.at.0} text={note.text} place={axis.place(note.at)} />
        }) }
    }
}

/// Each change of the weights; where there are none, that there are none.
fn of_share(timeline: &Timeline) -> Vec<Note> {
    let lane = &timeline.share;
    if lane.set.is_empty() {
        let first = lane.measured.first();
        return first.map(|(at, _)| Note::new(*at, "measured: no weights to set")).into_iter().collect();
    }
    let changes = lane.set.windows(2).filter(|pair| pair[0].1 != pair[1].1);
    changes.map(|pair| Note::new(pair[1].0, format!("{} % set", pair[1].1))).collect()
}

/// The most tasks there are; a fleet that never grows says nothing.
fn of_tasks(timeline: &Timeline) -> Vec<Note> {
    let total = &timeline.tasks.total;
    let peak = total.iter().fold(0.0, |peak: f64, (_, total)| peak.max(*total));
    let grows = total.first().is_some_and(|(_, first)| *first < peak);
    let top = total.iter().find(|(_, total)| grows && *total == peak);
    top.map(|(at, _)| Note::new(*at, format!("peak {}", count_of(peak as u64, "task")))).into_iter().collect()
}

/// The alarm whose threshold is drawn, and whose requests it measures: a curve above it need not be the one it sees.
fn of_errors(timeline: &Timeline) -> Vec<Note> {
    let alarm = timeline.errors.threshold.iter();
    let note = |it: &Threshold| {
        let whose = match it.scope {
            AlarmScope::TargetGroup | AlarmScope::Group(_) => "",
            AlarmScope::LoadBalancer => " of all",
        };
        Note::new(SimTime::ZERO, format!("{}: over {} %{whose}", it.alarm, it.value))
    };
    alarm.map(note).collect()
}

/// The most that going back costs, wherever the way back is open.
fn of_price(prices: &Prices) -> Vec<Note> {
    let ways = prices.split(|(_, price)| price.is_none());
    ways.filter_map(|way| {
        let costs =
            || way.iter().filter_map(|(at, price)| Some((*at, (*price)?))).filter(|(_, it)| it.span.0 > 0);
        let span = costs().map(|(_, price)| price.span).max()?;
        let failed = costs().map(|(_, price)| price.failed).max()?;
        let (from, _) = costs().next()?;
        Some(Note::new(
            from,
            format!("up to {}, about {} failed", words::short(span), words::brief(rough(failed))),
        ))
    })
    .collect()
}

/// A number with the two figures that matter: between the places where prices were found they differ by chance.
fn rough(number: u64) -> u64 {
    let grain = 10_u64.pow(number.checked_ilog10().unwrap_or(0).saturating_sub(1));
    (number + grain / 2) / grain * grain
}

/// Those that have room, the first of a crowd before the others.
fn spaced(notes: Vec<Note>, axis: &Axis) -> Vec<Note> {
    let mut kept: Vec<Note> = Vec::new();
    for note in notes {
        let place = axis.place(note.at);
        let has_room = kept.last().is_none_or(|before| place - axis.place(before.at) >= APART);
        if has_room && place <= LAST && !axis.is_folded(note.at) {
            kept.push(note);
        }
    }
    kept
}

#[derive(Clone, PartialEq, Properties)]
struct WordsProps {
    text: AttrValue,
    place: f64,
}

/// One note. It is placed by a script and not by an attribute, which a strict content security policy would refuse.
#[component]
fn Words(props: &WordsProps) -> Html {
    let words = use_node_ref();
    let placed = words.clone();
    use_effect_with(props.place, move |place| {
        if let Some(words) = placed.cast::<HtmlElement>() {
            // One that cannot be placed is seen at the left edge.
            let _ = words.style().set_property("left", &format!("{:.3}%", place * 100.0));
        }
    });
    html! { <span class="note" aria-hidden="true" ref={words}>{ &props.text }</span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::timeline::Fold;

    #[test]
    fn a_rough_number_has_two_figures() {
        assert_eq!([0, 7, 22, 266, 1_883_394].map(rough), [0, 7, 22, 270, 1_900_000]);
    }

    #[test]
    fn notes_keep_apart_and_none_stands_in_a_fold_or_over_the_edge() {
        let secs = SimTime::from_secs;
        let axis =
            Axis::new(secs(1_000), &[Fold { start: secs(300), end: secs(500), content: String::new() }]);
        let notes = [0, 20, 250, 400, 990].map(|seconds| Note::new(secs(seconds), "")).to_vec();
        let kept: Vec<u64> = spaced(notes, &axis).iter().map(|note| note.at.0 / 1000).collect();
        assert_eq!(kept, [0, 250]);
    }
}
