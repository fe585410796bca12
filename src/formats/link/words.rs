//! The words of links: what nearly every recording says is written as two bytes, before anything is packed.
//!
//! A byte that occurs in no UTF-8 text begins each, and the word's place in the list follows. The list of a version is
//! never changed, since the links that people keep are read by it: `words-1.txt`, and behind it the scripts of
//! [`SCRIPTS`] as JSON has them. Where a script is written anew, its old text has to be kept for them; a test sees to it.

use crate::script::ready_made;

/// Occurs in no UTF-8 text.
const MARK: u8 = 0xff;
const LISTED: &str = include_str!("words-1.txt");
/// The ready-made scripts that version 1 knows, in its order.
pub const SCRIPTS: [&str; 7] = [
    "smoke-test",
    "manual-approval",
    "error-rate-gate",
    "canary-analysis",
    "change-window",
    "always-fail",
    "never-answer",
];

/// The words, each at its place.
fn words() -> Vec<String> {
    let scripts =
        SCRIPTS.map(|name| serde_json::Value::from(ready_made(name).unwrap_or_default()).to_string());
    LISTED.lines().map(str::to_owned).chain(scripts).collect()
}

/// A text with its words written as their places.
pub(super) fn shortened(text: &str) -> Vec<u8> {
    let words = words();
    // Of two words that fit the longer one is taken.
    let mut by_length: Vec<(u8, &[u8])> = (0..=u8::MAX).zip(words.iter().map(String::as_bytes)).collect();
    by_length.sort_by_key(|(_, word)| std::cmp::Reverse(word.len()));
    let mut short = Vec::with_capacity(text.len() / 2);
    let mut rest = text.as_bytes();
    while let Some(first) = rest.first() {
        match by_length.iter().find(|(_, word)| rest.starts_with(word)) {
            Some((place, word)) => {
                short.extend([MARK, *place]);
                rest = &rest[word.len()..];
            }
            None => {
                short.push(*first);
                rest = &rest[1..];
            }
        }
    }
    short
}

/// The text that was shortened; `None` where there was none, or it would be longer than `most` bytes.
pub(super) fn lengthened(short: &[u8], most: usize) -> Option<String> {
    let words = words();
    let mut text = Vec::with_capacity(short.len() * 3);
    let mut bytes = short.iter();
    while let Some(byte) = bytes.next() {
        match *byte {
            MARK => text.extend(words.get(usize::from(*bytes.next()?))?.as_bytes()),
            byte => text.push(byte),
        }
        if text.len() > most {
            return None;
        }
    }
    String::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_place_of_its_own() {
        let words = words();
        assert!(words.len() <= 256, "{}", words.len());
        assert!(words.iter().all(|word| word.len() > 2));
        for (place, word) in words.iter().enumerate() {
            assert!(!words[..place].contains(word), "{word}");
        }
    }

    #[test]
    fn a_text_comes_back_as_it_was() {
        for text in
            ["", "{\"deploymentConfiguration\":{}}", "größer als \u{1f980}", "\"arn:aws:ecs:\"arn:aws:"]
        {
            assert_eq!(lengthened(&shortened(text), 1000).as_deref(), Some(text));
        }
        assert_eq!(lengthened(&[MARK], 1000), None, "a mark without a place");
        assert_eq!(lengthened(&[MARK, 255], 1000), None, "a place without a word");
        assert_eq!(lengthened(&shortened("\"deploymentConfiguration\":"), 10), None, "too long");
    }

    /// What links of version 1 are read by must never change.
    #[test]
    fn the_words_of_version_1_are_what_they_were() {
        let told = words().join("\n");
        let digest = told.bytes().fold(0, |sum, byte| crate::engine::poisson::mix(sum ^ u64::from(byte)));
        assert_eq!(
            digest, DIGEST_OF_VERSION_1,
            "keep the old words, and the old texts of scripts, for old links"
        );
    }

    const DIGEST_OF_VERSION_1: u64 = 17_992_008_308_229_612_887;
}
