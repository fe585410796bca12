//! Inspection: the life so far of a task, a rule, an event or a deployment, each moment a way to jump there.
//!
//! What stands on the stage is chosen by clicking it; the same things are listed here, so that a keyboard or a screen
//! reader reaches every one of them.

use crate::model::{ListenerRule, SimTime};
use crate::session::frame::{Frame, Role, TaskView};
use crate::session::inspect::{Life, Moment, Subject};
use crate::ui::panels::meaning::explained;
use crate::ui::shared::Shared;
use crate::ui::words;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// No more tasks than this are listed, those that are not simply healthy first.
const MOST_TASKS: usize = 60;

/// What the panel is given.
#[derive(Clone, PartialEq, Properties)]
pub struct InspectorProps {
    /// What there is to choose from.
    pub frame: Shared<Frame>,
    /// The deployments of the service so far: place in the run, name, and status.
    pub deployments: Vec<(usize, String)>,
    /// What is looked at, and its life.
    pub looked_at: Option<(Subject, Life)>,
    /// Something is to be looked at, or nothing any more.
    pub inspect: Callback<Option<Subject>>,
    /// The playhead is to go there.
    pub seek: Callback<SimTime>,
}

/// The panel.
#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    let heading = use_node_ref();
    let came_from = use_mut_ref(|| None::<HtmlElement>);
    {
        let heading = heading.clone();
        // The heading is read when something is chosen; closing leads back to where one was.
        use_effect_with(props.looked_at.as_ref().map(|(subject, _)| *subject), move |subject| {
            let mut came_from = came_from.borrow_mut();
            let focus = |element: Option<HtmlElement>| element.map(|element| element.focus());
            match subject {
                Some(_) => {
                    if came_from.is_none() {
                        *came_from = focused();
                    }
                    let _ = focus(heading.cast::<HtmlElement>());
                }
                None => drop(focus(came_from.take())),
            }
        });
    }
    let close = props.inspect.reform(|_: MouseEvent| None);
    let escape = {
        let inspect = props.inspect.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                inspect.emit(None);
            }
        })
    };
    html! {
        <section class={classes!("inspector", props.looked_at.is_some().then_some("open"))} aria-label="Inspection"
            onkeydown={escape}>
            if let Some((_, life)) = &props.looked_at {
                <header>
                    <h3 ref={heading} tabindex="-1">{ &life.title }</h3>
                    <button type="button" class="quiet" onclick={close}>{ "Close" }</button>
                </header>
                <dl>
                    { for life.facts.iter().map(|(name, value)| html! {
                        <div key={*name}><dt>{ *name }</dt><dd>{ explained(value) }</dd></div>
                    }) }
                </dl>
                <ol>{ for life.moments.iter().enumerate().map(|(place, moment)| row(place, moment, &props.seek)) }</ol>
            } else {
                <Choices frame={props.frame.clone()} deployments={props.deployments.clone()} inspect={props.inspect.clone()} />
            }
        </section>
    }
}

fn row(place: usize, moment: &Moment, seek: &Callback<SimTime>) -> Html {
    let at = moment.at;
    let why = (!moment.source.is_empty()).then_some("Says:");
    html! {
        <li key={place}>
            <button type="button" class="when" onclick={seek.reform(move |_: MouseEvent| at)}>{ words::clock(at) }</button>
            <span>
                { explained(&moment.what) }
                <small class="muted" data-note={why} data-source={moment.source}>{ &moment.why }</small>
            </span>
        </li>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ChoicesProps {
    frame: Shared<Frame>,
    deployments: Vec<(usize, String)>,
    inspect: Callback<Option<Subject>>,
}

/// Everything that can be looked at now, listed while the list stands open.
#[component]
fn Choices(props: &ChoicesProps) -> Html {
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |event: Event| {
            open.set(event.target_unchecked_into::<HtmlElement>().has_attribute("open"))
        })
    };
    html! {
        <details ontoggle={toggle}>
            <summary>{ "Look closer" }</summary>
            if *open {
                { choices(props) }
            }
        </details>
    }
}

fn choices(props: &ChoicesProps) -> Html {
    let choice = |name: String, subject: Subject| {
        let onclick = props.inspect.reform(move |_: MouseEvent| Some(subject));
        html! { <li key={name.clone()}><button type="button" class="quiet" {onclick}>{ name }</button></li> }
    };
    let mut tasks: Vec<&TaskView> = props.frame.fleets.iter().flat_map(|fleet| &fleet.tasks).collect();
    tasks.sort_by_key(|task| (task.word.is_none(), task.id));
    let name = |task: &TaskView| {
        let revision = match task.role {
            Role::Source => Some(&props.frame.source),
            Role::Target => props.frame.target.as_ref(),
        };
        let revision = revision.map_or("", |look| look.called.as_str());
        let zone = words::zone(task.zone);
        format!("Task {} of {revision}, {zone}, {}", task.id.0 + 1, task.word.unwrap_or("healthy"))
    };
    let more = tasks.len().saturating_sub(MOST_TASKS);
    html! {
        <ul>
            { for props.deployments.iter().map(|(index, name)| choice(name.clone(), Subject::Deployment(*index))) }
            { choice("Production rule".to_owned(), Subject::Rule(ListenerRule::Production)) }
            { for props.frame.test.iter().map(|_| choice("Test rule".to_owned(), Subject::Rule(ListenerRule::Test))) }
            { for tasks.iter().take(MOST_TASKS).map(|task| choice(name(task), Subject::Task(task.id))) }
            if more > 0 {
                <li class="muted">{ format!("{} more, all healthy or alike", words::count(more as u64)) }</li>
            }
        </ul>
    }
}

fn focused() -> Option<HtmlElement> {
    web_sys::window()?.document()?.active_element()?.dyn_into().ok()
}
