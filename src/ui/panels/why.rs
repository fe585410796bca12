//! Why: the largest text, always one sentence for why it waits or what just happened.

use crate::session::narrate::{SegmentKind, Sentence};
use crate::ui::breakable::whole;
use crate::ui::panels::meaning::explained;
use crate::ui::shared::Shared;
use yew::prelude::*;

/// What Why is given.
#[derive(Clone, PartialEq, Properties)]
pub struct WhyProps {
    /// The sentence, in parts.
    pub sentence: Shared<Sentence>,
}

/// The sentence, its numbers, sums and failures set apart.
#[component]
pub fn Why(props: &WhyProps) -> Html {
    let source = props.sentence.source;
    // Where a number comes from is said beside it, and beside the whole sentence for whoever has no pointer.
    let note = (!source.is_empty()).then_some("The rule that this sentence and its numbers come from:");
    html! {
        <section class="why" aria-label="Why">
            <p tabindex={note.map(|_| "0")} data-note={note} data-source={source}>
                { for props.sentence.segments.iter().map(|segment| match segment.kind {
                    SegmentKind::Plain => explained(&segment.text),
                    SegmentKind::Number => html! { <span class="number">{ whole(&segment.text) }</span> },
                    // A sum may be broken into lines, but no number from its unit.
                    SegmentKind::Formula => html! { <b class="figures">{ whole(&segment.text) }</b> },
                    SegmentKind::Failure => html! { <span class="failed">{ whole(&segment.text) }</span> },
                }) }
                if let Some(reading) = props.sentence.reading {
                    <small class="reading" title={format!("{} {} {}", reading.row().question, reading.row().evidence,
                        reading.row().choice)}>{ " our reading" }</small>
                }
            </p>
        </section>
    }
}
