//! The controls under a figure that can be played: Play, the time, and the way to the whole page.

use crate::model::SimTime;
use crate::session::{Axis, Msg};
use crate::ui::shared::Shared;
use crate::ui::words;
use yew::prelude::*;

/// What the bar is given.
#[derive(Clone, PartialEq, Properties)]
pub struct BarProps {
    /// The instant that is shown.
    pub playhead: SimTime,
    /// The same in words, with the stage.
    pub said: AttrValue,
    /// Where the run ends.
    pub end: SimTime,
    /// Where on the slider each instant is.
    pub axis: Shared<Axis>,
    /// Whether the playhead moves by itself.
    pub playing: bool,
    /// Whether the figure shows a timeline, which is a slider already.
    pub has_timeline: bool,
    /// A control was used.
    pub send: Callback<Msg>,
}

/// The grain of the slider.
const PARTS: f64 = 2000.0;

/// The bar.
#[component]
pub fn Bar(props: &BarProps) -> Html {
    let toggle = props.send.reform(|_: MouseEvent| Msg::Toggle);
    let seek = {
        let axis = props.axis.clone();
        props.send.reform(move |event: InputEvent| {
            let part = event.target_unchecked_into::<web_sys::HtmlInputElement>().value_as_number() / PARTS;
            Msg::Seek(axis.instant(if part.is_finite() { part } else { 0.0 }))
        })
    };
    let part = (props.axis.place(props.playhead) * PARTS).round();
    html! {
        <div class="figure-bar" role="group" aria-label="Playback">
            <button type="button" class="button strong play" onclick={toggle}>
                <svg viewBox="0 0 10 10" aria-hidden="true">
                    <path d={if props.playing { "M1 0h3v10h-3zM6 0h3v10h-3z" } else { "M1 0l9 5-9 5z" }} />
                </svg>
                { if props.playing { "Pause" } else { "Play" } }
            </button>
            <span class="clock"><b class="figures">{ words::clock(props.playhead) }</b><span class="muted">{ " of " }{ words::clock(props.end) }</span></span>
            if props.has_timeline {
                <span class="room-between"></span>
            } else {
                <span class="slide">
                    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="whole" width="100" height="4" />
                        <rect class="gone" width={(part * 100.0 / PARTS).to_string()} height="4" />
                    </svg>
                    <input type="range" aria-label="Time" min="0" max={PARTS.to_string()} step="1" value={part.to_string()}
                        aria-valuetext={props.said.clone()} oninput={seek} />
                </span>
            }
            <OpenInFull />
        </div>
    }
}

/// The link to the page; the figure's script gives it its address when somebody is about to follow it.
#[component]
pub fn OpenInFull() -> Html {
    html! {
        <a class="quiet open-in-full" href="#" target="_blank" rel="noopener">{ "Open in full" }</a>
    }
}
