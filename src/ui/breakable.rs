//! Where the long names of the API may be broken into lines, and where no line may end.

use yew::prelude::*;

/// A text in which no line ends between a number and its per cent sign.
pub fn whole(text: &str) -> String {
    text.replace(" %", "\u{a0}%")
}

/// A text whose words of more than so many letters may break as API names do: after underscores, before capitals.
pub fn breakable(text: &str, letters: usize) -> Html {
    let (mut pieces, mut rest, mut word) = (Vec::new(), 0, 0);
    for (place, pair) in text.as_bytes().windows(2).enumerate() {
        let ends = pair[0] == b'_' || pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
        if pair[0] == b' ' {
            word = place + 1;
        }
        let length = || text[word..].find(' ').unwrap_or(text.len() - word);
        if ends && length() > letters {
            pieces.push(html! { <>{ &text[rest..=place] }<wbr /></> });
            rest = place + 1;
        }
    }
    pieces.push(html! { { &text[rest..] } });
    pieces.into_iter().collect()
}
