//! What the page's address asks for: a share link in its fragment, or a scenario by its own address.

use crate::formats::Problem;
use crate::formats::link;
use crate::formats::recording::MOST_BYTES;
use crate::session::drill;
use crate::ui::listen::Listener;
use crate::ui::words;
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Location, ProgressEvent, Url, XmlHttpRequest};
use yew::Callback;

/// What an address asks the page to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What it opens on by itself.
    Nothing,
    /// A share link: the fragment.
    Link(String),
    /// A drill: `#drill=NAME.SEED`.
    Drill(String, u32),
    /// A file beside the page: `?src=`.
    File(String),
}

/// What the page's own address asks for.
pub fn wanted() -> Wanted {
    let Some(location) = location() else { return Wanted::Nothing };
    if let Some(wanted) = wanted_by_fragment(&location) {
        return wanted;
    }
    match asked().get("src").and_then(Value::as_str) {
        Some(src) => Wanted::File(src.to_owned()),
        None => Wanted::Nothing,
    }
}

/// What the address's query asks for, by name; empty texts are none.
pub fn asked() -> Value {
    let query = location().and_then(|location| location.search().ok()).unwrap_or_default();
    // An address that is escaped wrongly is taken as it stands.
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        js_sys::decode_uri_component(&spaced).map_or(spaced.clone(), String::from)
    };
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let given = pairs.filter(|(_, value)| !value.is_empty());
    given.map(|(name, value)| (decoded(name), Value::from(decoded(value)))).collect()
}

/// The page's address with that fragment.
pub fn with_fragment(fragment: &str) -> String {
    let address = location().and_then(|location| location.href().ok()).unwrap_or_default();
    // What the page was opened with is in the link, as it is now.
    let bare = address.split(['#', '?']).next().unwrap_or_default();
    format!("{bare}#{fragment}")
}

/// Hears when the address asks for something else: a link was pasted over it, or a person went back or forth.
pub fn on_change(changed: Callback<Wanted>) -> Listener {
    Listener::new("hashchange", move |_| {
        let fragment = location().and_then(|location| wanted_by_fragment(&location));
        let is_empty = location().and_then(|it| it.hash().ok()).is_none_or(|hash| hash.is_empty());
        match fragment {
            Some(wanted) => changed.emit(wanted),
            None if is_empty => changed.emit(wanted()),
            // A place in the page.
            None => {}
        }
    })
}

fn wanted_by_fragment(location: &Location) -> Option<Wanted> {
    let hash = location.hash().ok()?;
    match drill::named_by(&hash) {
        Some((name, seed)) => Some(Wanted::Drill(name.to_owned(), seed)),
        None => link::is_link(&hash).then_some(Wanted::Link(hash)),
    }
}

/// Fetches a file of the page's own site; `done` hears its text, or why there is none.
pub fn fetch(src: String, done: Callback<Result<String, Problem>>) {
    let begun = begin(&src, done.clone());
    if let Err(why) = begun {
        done.emit(Err(problem(&src, why)));
    }
}

fn begin(src: &str, done: Callback<Result<String, Problem>>) -> Result<(), String> {
    let location = location().ok_or("there is no address")?;
    if location.protocol().is_ok_and(|it| it == "file:") {
        return Err(
            "a page that was opened from the disk may read no file by itself; Import takes it".to_owned()
        );
    }
    let here = location.href().map_err(|_| "there is no address")?;
    let address = Url::new_with_base(src, &here).map_err(|_| "is no address".to_owned())?;
    let own = location.origin().unwrap_or_default();
    if address.origin() != own {
        return Err(format!("is of another site; a page opens only what lies beside it, at {own}"));
    }
    let refused = || "the browser does not fetch it".to_owned();
    let request = XmlHttpRequest::new().map_err(|_| refused())?;
    request.open("GET", &address.href()).map_err(|_| refused())?;
    let (answer, name, heard) = (request.clone(), src.to_owned(), done.clone());
    let ended =
        Closure::once_into_js(move || heard.emit(text_of(&answer).map_err(|why| problem(&name, why))));
    request.set_onloadend(Some(ended.unchecked_ref()));
    // A file that is longer than any that is read need not be waited for. Whether its end is told then depends.
    let (loading, name) = (request.clone(), src.to_owned());
    let measured = Closure::<dyn FnMut(ProgressEvent)>::new(move |progress: ProgressEvent| {
        if progress.loaded() > MOST_BYTES as f64 {
            loading.set_onloadend(None);
            loading.set_onprogress(None);
            let _ = loading.abort();
            let most = words::count(MOST_BYTES as u64);
            done.emit(Err(problem(&name, format!("is longer than the {most} bytes that are read"))));
        }
    });
    request.set_onprogress(Some(measured.into_js_value().unchecked_ref()));
    request.send().map_err(|_| refused())
}

fn text_of(answer: &XmlHttpRequest) -> Result<String, String> {
    match answer.status() {
        Ok(200) => answer.response_text().ok().flatten().ok_or_else(|| "is empty".to_owned()),
        Ok(0) | Err(_) => Err("could not be fetched: there was no answer".to_owned()),
        Ok(status) => Err(format!("could not be fetched: the server answered {status}")),
    }
}

/// That the file which the address asks for is none to open; why is said by its reader.
pub fn refused() -> Problem {
    let asked = asked();
    problem(asked.get("src").and_then(Value::as_str).unwrap_or_default(), "cannot be opened")
}

fn problem(src: &str, why: impl Into<String>) -> Problem {
    let shown: String = src.chars().take(120).collect();
    Problem { path: format!("?src={shown}"), message: why.into(), nearest: None }
}

fn location() -> Option<Location> {
    Some(web_sys::window()?.location())
}
