//! Share links: a whole recording and how it was looked at, in the fragment of an address, `#s=1.…`.
//!
//! The number is the format's version. Behind it stands JSON, its usual words shortened ([`words`]), packed by zlib, in the
//! alphabet of base64 that addresses can hold; zlib's checksum tells a damaged link from another recording. Nothing is
//! sent to a server: a browser keeps the fragment to itself. Links of every version are read for ever: an old one goes
//! through the steps that have been made since, each a pure function. What a link says is a stranger's: it is
//! inflated to no more than [`MOST_INFLATED`] bytes and then read like any other file.

pub mod words;

use super::problem::Problem;
use crate::model::SimTime;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};
use serde_json::{Map, Value, json};

/// What a link opens.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The recording.
    pub document: Value,
    /// How it was looked at.
    pub view: View,
}

/// How a recording is looked at. What is as it is after opening the recording is left out of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The playhead.
    pub at: SimTime,
    /// The place of the service in view; `None` where it is the one that is deployed first.
    pub service: Option<usize>,
    /// Whether the future is hidden.
    pub curtain: bool,
}

/// The version that is written.
pub const VERSION: u32 = 1;
/// A link is inflated to no more bytes.
pub const MOST_INFLATED: usize = 1 << 20;
/// Longer links may be cut by what people paste them into.
pub const LONG: usize = 2_000;
/// Longer links are not made: a file travels better.
pub const TOO_LONG: usize = 8_000;

/// As hard as deflate tries: a link is made rarely and read by people's programs for years.
const EFFORT: u8 = 10;

/// The fragment of a link, without its `#`.
pub fn write(link: &Link) -> String {
    let View { at, service, curtain } = &link.view;
    let mut view = Map::new();
    if *at > SimTime::ZERO {
        view.insert("atMillis".to_owned(), json!(at.0));
    }
    if let Some(service) = service {
        view.insert("service".to_owned(), json!(service));
    }
    if *curtain {
        view.insert("curtain".to_owned(), json!(true));
    }
    let mut content = json!({"recording": link.document});
    if !view.is_empty() {
        content["view"] = view.into();
    }
    let packed = compress_to_vec_zlib(&words::shortened(&content.to_string()), EFFORT);
    format!("s={VERSION}.{}", URL_SAFE_NO_PAD.encode(packed))
}

/// Whether a fragment means to be a link at all; any other is none of ours.
pub fn is_link(fragment: &str) -> bool {
    fragment.trim_start_matches('#').starts_with("s=")
}

/// Reads the fragment of a link, with or without its `#`. Whether the recording is one is for its own reader to say.
///
/// # Errors
/// What is wrong with the link.
pub fn read(fragment: &str) -> Result<Link, Problem> {
    let fragment = fragment.trim_start_matches('#');
    let Some(rest) = fragment.strip_prefix("s=") else { return Err(wrong("does not begin with #s=")) };
    let Some((version, packed)) = rest.split_once('.') else {
        return Err(wrong("has no version: it should begin with \"#s=1.\""));
    };
    let version: u32 = match version.parse() {
        Ok(version @ 1..=VERSION) => version,
        Ok(0) | Err(_) => return Err(wrong("has no version: it should begin with \"#s=1.\"")),
        Ok(newer) => {
            return Err(wrong(&format!(
                "is of version {newer}; this page reads versions up to {VERSION}: a newer page opens it"
            )));
        }
    };
    let packed = URL_SAFE_NO_PAD.decode(as_it_was_sent(packed)).map_err(|_| wrong(CUT))?;
    let text =
        decompress_to_vec_zlib_with_limit(&packed, MOST_INFLATED).map_err(|error| match error.status {
            TINFLStatus::HasMoreOutput => wrong("holds more than 1 MiB, which no recording needs"),
            _ => wrong(CUT),
        })?;
    let text = words::lengthened(&text, MOST_INFLATED).ok_or_else(|| wrong(CUT))?;
    let content = super::recording::parse(&text).map_err(|_| wrong(CUT))?;
    let mut content = upgraded(version, content);
    let recording = content.get_mut("recording").map(Value::take);
    let Some(document) = recording.filter(Value::is_object) else { return Err(wrong("holds no recording")) };
    Ok(Link { document, view: view(content.get("view")) })
}

/// A link without what letters and chats add to it: line breaks inside, and the punctuation of the sentence that it ends.
/// Nothing is guessed: what is packed has a checksum.
fn as_it_was_sent(packed: &str) -> String {
    let packed =
        ["%20", "%0A", "%0D"].iter().fold(packed.to_owned(), |text, escaped| text.replace(escaped, ""));
    let unbroken: String = packed.split_whitespace().collect();
    unbroken.trim_end_matches(|it: char| !it.is_ascii_alphanumeric() && !matches!(it, '-' | '_')).to_owned()
}

/// How links come damaged in practice.
const CUT: &str = "is damaged: it may have been cut where it was pasted";

fn wrong(what: &str) -> Problem {
    Problem { path: String::new(), message: format!("This link {what}."), nearest: None }
}

/// The content of an older link as the present version has it: one step for each version that came since.
fn upgraded(version: u32, content: Value) -> Value {
    const STEPS: [fn(Value) -> Value; VERSION as usize - 1] = [];
    STEPS[version as usize - 1..].iter().fold(content, |content, step| step(content))
}

/// A view that makes no sense is no reason to keep the recording back: it is opened at its beginning.
fn view(given: Option<&Value>) -> View {
    let number = |key: &str| given?.get(key)?.as_u64();
    View {
        at: SimTime(number("atMillis").unwrap_or(0)),
        service: number("service").and_then(|place| usize::try_from(place).ok()),
        curtain: given.and_then(|it| it.get("curtain")).and_then(Value::as_bool).unwrap_or(false),
    }
}
