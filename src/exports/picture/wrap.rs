//! How wide words are, near enough to break lines: a picture is made without any font at hand.

use super::sheet::Words;

/// A text and how it is set.
pub(super) struct Piece<'a> {
    pub text: &'a str,
    pub words: Words,
}

/// About how wide a text is, in the widest of the fonts it may be shown in.
pub(super) fn width(text: &str, words: &Words) -> f64 {
    let em: f64 = text.chars().map(|c| if words.is_mono { 0.61 } else { of_a_letter(c) }).sum();
    em * words.size * if words.is_bold && !words.is_mono { 1.08 } else { 1.0 }
}

fn of_a_letter(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '’' | '|' | '!' | ' ' => 0.32,
        'f' | 'r' | 't' | '(' | ')' | '-' | '/' | '“' | '”' | '·' => 0.42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '→' | '—' | '…' => 0.96,
        'A'..='Z' | '=' | '+' | '<' | '>' | '−' | '≥' | '≤' => 0.72,
        '0'..='9' => 0.64,
        c if c.is_ascii() => 0.6,
        c if (c as u32) < 0x2e80 => 0.65,
        _ => 1.0,
    }
}

/// A text, cut with an ellipsis where it is too wide.
pub(super) fn fitted(text: &str, words: &Words, room: f64) -> String {
    if width(text, words) <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if width(&cut, words) + width("…", words) > room {
            cut.pop();
            break;
        }
    }
    cut.push('…');
    cut
}

/// Breaks pieces into lines between words.
pub(super) fn lines<'a>(pieces: impl Iterator<Item = Piece<'a>>, room: f64) -> Vec<Vec<(String, Words)>> {
    let mut lines: Vec<Vec<(String, Words)>> = vec![Vec::new()];
    let mut used = 0.0;
    for Piece { text, words } in pieces {
        for word in text.split_inclusive(' ') {
            let wide = width(word.trim_end(), &words);
            let begins = lines.last().is_none_or(Vec::is_empty);
            // What stands without a space behind the word before it belongs to it: a full stop, a bracket.
            let glued =
                lines.last().and_then(|line| line.last()).is_some_and(|(before, _)| !before.ends_with(' '));
            if used + wide > room && !begins && !glued {
                lines.push(Vec::new());
                used = 0.0;
            }
            let line = lines.last_mut().expect("there is always a line");
            match line.last_mut() {
                Some((before, as_before)) if *as_before == words => before.push_str(word),
                _ => line.push((word.to_owned(), words)),
            }
            used += width(word, &words);
        }
    }
    lines
}

/// A text in lines of one kind of words.
pub(super) fn wrapped(text: &str, words: Words, room: f64, most: usize) -> Vec<String> {
    let lines = lines(std::iter::once(Piece { text, words }), room);
    lines.into_iter().take(most).map(|line| line.into_iter().map(|(text, _)| text).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_a_full_stop_stays_with_its_word() {
        let plain = Words::new(10.0);
        let bold = plain.bold();
        let pieces = [
            Piece { text: "Waits for ", words: plain },
            Piece { text: "6 ≥ 5", words: bold },
            Piece { text: ". Then on.", words: plain },
        ];
        let told: Vec<String> = lines(pieces.into_iter(), 70.0)
            .into_iter()
            .map(|line| line.into_iter().map(|(text, _)| text).collect())
            .collect();
        assert_eq!(told, ["Waits for 6 ≥ ", "5. Then on."]);
    }

    #[test]
    fn what_is_too_wide_is_cut() {
        assert_eq!(fitted("short", &Words::new(10.0), 100.0), "short");
        let cut = fitted("a very long name of a target group", &Words::new(10.0), 60.0);
        assert!(cut.ends_with('…'), "{cut}");
        assert!(width(&cut, &Words::new(10.0)) <= 60.0, "{cut}");
    }
}
