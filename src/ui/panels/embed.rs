//! The Embed dialog: the page's recording as a figure for a document, to be looked at before it is pasted.

use crate::exports::Form;
use crate::exports::snippet::{Snippet, Wish};
use crate::session::figure::{Controls, Part};
use crate::ui::modal::use_modal;
use crate::ui::outcome::use_outcome;
use crate::ui::take_away;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What the dialog is given.
#[derive(Clone, PartialEq, Properties)]
pub struct EmbedProps {
    /// What the author wishes.
    pub wish: Wish,
    /// What that comes to.
    pub snippet: Snippet,
    /// Another wish.
    pub change: Callback<Wish>,
    /// The dialog was closed.
    pub close: Callback<()>,
}

/// Whether a figure can refer to where this page is: it cannot to a file on somebody's disk.
pub fn can_embed() -> bool {
    web_sys::window().and_then(|it| it.location().protocol().ok()).is_some_and(|it| it != "file:")
}

/// The dialog.
#[component]
pub fn Embed(props: &EmbedProps) -> Html {
    let (wish, snippet) = (&props.wish, &props.snippet);
    let dialog = use_modal(true);
    let as_frame = use_state_eq(|| false);
    let field = use_node_ref();
    let text = AttrValue::from(if *as_frame { snippet.frame(&home()) } else { snippet.element(&home()) });
    let outcome = use_outcome(text.clone());
    let copy = outcome.copies_from(&field, text.clone());
    let download = {
        let (poster, outcome) = (snippet.poster.clone(), outcome.clone());
        Callback::from(move |_: MouseEvent| {
            take_away::download(&poster.file, Form::Picture.kind(), &poster.svg);
            outcome.say("Downloaded.");
        })
    };
    // A frame prints itself.
    let when = if *as_frame { "Without scripts" } else { "Without scripts and in print" };
    let close = props.close.reform(|_: MouseEvent| ());
    let onclose = props.close.reform(|_: Event| ());
    html! {
        <dialog class="sheet embed" ref={dialog} aria-label="Embed" {onclose}>
            <h2>{ "Embed" }</h2>
            <p class="muted">{ "A live figure of this recording for any document. All figures of a page share one download, and rest while nobody sees them." }</p>
            <div class="embed-room">
                <Wishes wish={wish.clone()} change={props.change.clone()} as_frame={*as_frame}
                    choose_form={Callback::from({ let as_frame = as_frame.clone(); move |frame| as_frame.set(frame) })} />
                <Preview snippet={snippet.clone()} theme={wish.theme} />
            </div>
            <label for="embed-snippet">{ "Snippet" }</label>
            <textarea id="embed-snippet" ref={field} readonly=true rows="5" spellcheck="false" value={text} />
            <p class="muted">
                { format!("{when} stands a still picture: save it beside your page as {}.", snippet.poster.file) }
            </p>
            <p class="answers">
                { outcome.view() }
                <button type="button" class="button" onclick={close}>{ "Close" }</button>
                <button type="button" class="button" onclick={download}>{ "Download poster" }</button>
                <button type="button" class="button strong" onclick={copy}>{ "Copy snippet" }</button>
            </p>
        </dialog>
    }
}

/// The address of the page, which its own query and fragment are no part of.
fn home() -> String {
    let address = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    bare.rfind('/').map_or(bare, |end| &bare[..=end]).to_owned()
}

#[derive(Clone, PartialEq, Properties)]
struct WishesProps {
    wish: Wish,
    change: Callback<Wish>,
    as_frame: bool,
    choose_form: Callback<bool>,
}

/// Everything an author may choose.
#[component]
fn Wishes(props: &WishesProps) -> Html {
    let wish = &props.wish;
    let part = |part: Part| {
        let shown = wish.parts.contains(&part);
        let onchange = {
            let (wish, change) = (wish.clone(), props.change.clone());
            Callback::from(move |_: Event| {
                let mut changed = wish.clone();
                changed.parts.retain(|it| *it != part);
                if !shown {
                    changed.parts.push(part);
                    changed.parts.sort_unstable();
                }
                change.emit(changed);
            })
        };
        // A figure shows something: the last part stays.
        let last = shown && wish.parts.len() == 1;
        html! {
            <label class="choice" key={part.name()}>
                <input type="checkbox" checked={shown} disabled={last} {onchange} />{ " " }{ part.name() }
            </label>
        }
    };
    let choice = |name: &'static str,
                  options: Vec<&'static str>,
                  chosen: &'static str,
                  set: fn(&mut Wish, &str)| {
        let onchange = {
            let (wish, change) = (wish.clone(), props.change.clone());
            Callback::from(move |event: Event| {
                let mut changed = wish.clone();
                set(&mut changed, &event.target_unchecked_into::<HtmlSelectElement>().value());
                change.emit(changed);
            })
        };
        html! {
            <label class="choice">
                <span>{ name }</span>{ " " }
                <select class="button" {onchange}>
                    { for options.into_iter().map(|it| html! { <option key={it} value={it} selected={it == chosen}>{ it }</option> }) }
                </select>
            </label>
        }
    };
    let autoplay = {
        let (wish, change) = (wish.clone(), props.change.clone());
        Callback::from(move |event: Event| {
            let autoplay = event.target_unchecked_into::<HtmlInputElement>().checked();
            change.emit(Wish { autoplay, ..wish.clone() });
        })
    };
    let form = props
        .choose_form
        .reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value() == FORMS[1]);
    html! {
        <div class="wishes">
            <fieldset>
                <legend>{ "Shows" }</legend>
                { for Part::ALL.into_iter().map(part) }
            </fieldset>
            { choice("Controls", Controls::ALL.iter().map(|it| it.name()).collect(), wish.controls.name(), |wish, name| {
                wish.controls = Controls::ALL.into_iter().find(|it| it.name() == name).unwrap_or_default();
            }) }
            { choice("Speed", SPEEDS.to_vec(), wish.speed, |wish, name| {
                wish.speed = SPEEDS.into_iter().find(|it| *it == name).unwrap_or(SPEEDS[0]);
            }) }
            { choice("Theme", THEMES.to_vec(), wish.theme, |wish, name| {
                wish.theme = THEMES.into_iter().find(|it| *it == name).unwrap_or(THEMES[0]);
            }) }
            <label class="choice">
                <input type="checkbox" checked={wish.autoplay} onchange={autoplay} />{ " plays when it is seen" }
            </label>
            <label class="choice">
                <span>{ "Form" }</span>{ " " }
                <select class="button" onchange={form}>
                    { for FORMS.into_iter().map(|it| html! {
                        <option key={it} value={it} selected={(it == FORMS[1]) == props.as_frame}>{ it }</option>
                    }) }
                </select>
            </label>
            <p class="muted">{ "It begins where the playhead stands." }</p>
        </div>
    }
}

const FORMS: [&str; 2] = ["element", "frame"];
const SPEEDS: [&str; 5] = ["story", "1", "10", "60", "300"];
const THEMES: [&str; 3] = ["auto", "light", "dark"];

#[derive(Clone, PartialEq, Properties)]
struct PreviewProps {
    snippet: Snippet,
    theme: &'static str,
}

/// The figure itself, on the page's own module.
#[component]
fn Preview(props: &PreviewProps) -> Html {
    let place = use_node_ref();
    {
        let place = place.clone();
        use_effect_with(props.snippet.clone(), move |snippet| {
            // Where the figure cannot be made there is the snippet all the same.
            let _ = preview(&place, snippet);
        });
    }
    html! { <div class="preview" role="group" aria-label="Preview" ref={place}></div> }
}

/// Puts the figure into its place by hand: Yew knows no attributes that are made up, and the script that makes figures
/// is fetched when the first of them is wanted.
fn preview(place: &NodeRef, snippet: &Snippet) -> Result<(), wasm_bindgen::JsValue> {
    let document = web_sys::window().and_then(|window| window.document());
    let (Some(document), Some(place)) = (document, place.cast::<web_sys::Element>()) else { return Ok(()) };
    if document.query_selector("script[data-page-figures]")?.is_none() {
        let script = document.create_element("script")?;
        script.set_attribute("type", "module")?;
        script.set_attribute("src", "./embed/cutover.js")?;
        script.set_attribute("data-page-figures", "")?;
        if let Some(body) = document.body() {
            body.append_child(&script)?;
        }
    }
    let figure = document.create_element("cutover-figure")?;
    for (name, value) in &snippet.attributes {
        figure.set_attribute(name, value)?;
    }
    if let Some(link) = &snippet.link {
        figure.set_attribute("link", link)?;
    }
    place.set_text_content(None);
    place.append_child(&figure)?;
    Ok(())
}
