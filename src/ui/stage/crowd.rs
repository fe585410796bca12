//! Users and testers: a hundred people, each one per cent, and who tries the target before them.

use crate::session::frame::{Crowd, Person, Role, Testers};
use crate::ui::words;
use std::rc::Rc;
use yew::prelude::*;

/// What the users' field is given.
#[derive(Clone, PartialEq, Properties)]
pub struct UsersProps {
    /// The people.
    pub crowd: Rc<Crowd>,
    /// The target revision's name.
    pub target: Option<AttrValue>,
}

/// A hundred people: their shape says which revision last answered, a cross that they have met a failure.
#[component]
pub fn Users(props: &UsersProps) -> Html {
    let crowd = &props.crowd;
    let met = match &props.target {
        Some(target) => format!("{} met {target}", words::percent(crowd.exposed)),
        None => "nothing is deployed".to_owned(),
    };
    html! {
        <section class="users" data-anchor="users" aria-label="Users">
            <h3>{ "Users" }</h3>
            <p class="muted">{ "100 people, each 1\u{a0}%" }</p>
            <svg viewBox="0 0 130 130" aria-hidden="true">
                { for crowd.people.iter().enumerate().map(|(place, person)| {
                    html! { <PersonMark key={place} {place} person={*person} /> }
                }) }
            </svg>
            <p class="muted">{ met }</p>
            <p class={if crowd.hurt.0 > 0 { "failed" } else { "muted" }}>
                { format!("{} hurt", words::percent(crowd.hurt)) }
            </p>
        </section>
    }
}

#[derive(Clone, Copy, PartialEq, Properties)]
struct PersonProps {
    place: usize,
    person: Person,
}

/// One per cent of the users.
#[component]
fn PersonMark(props: &PersonProps) -> Html {
    let x = 6.5 + 13.0 * (props.place % 10) as f64;
    let y = 6.5 + 13.0 * (props.place / 10) as f64;
    let shape = match props.person.answered_by {
        Role::Source => html! { <circle class="source" cx={x.to_string()} cy={y.to_string()} r="4.6" /> },
        Role::Target => html! {
            <rect class="target" x={(x - 4.5).to_string()} y={(y - 4.5).to_string()} width="9" height="9" />
        },
    };
    html! {
        <g>
            { shape }
            if props.person.hurt {
                <path class="cross" d={format!("M{} {}l9 9m0 -9l-9 9", x - 4.5, y - 4.5)} />
            }
        </g>
    }
}

/// What the testers' note is given.
#[derive(Clone, PartialEq, Properties)]
pub struct TestersProps {
    /// Who meets the test listener.
    pub testers: Option<Testers>,
}

/// Who tries the target before the users do.
#[component]
pub fn TestersNote(props: &TestersProps) -> Html {
    let said = match props.testers {
        None | Some(Testers { sent: 0, .. }) => "no probes yet".to_owned(),
        Some(Testers { sent, failed, .. }) => {
            format!("{} of {} probes ok", words::count(sent - failed), words::count(sent))
        }
    };
    html! {
        <section class="testers" data-anchor="testers" aria-label="Testers">
            <h3>{ "Testers" }</h3>
            <p class="muted">{ said }</p>
        </section>
    }
}
