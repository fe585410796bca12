//! Small words for every output: grouped digits, whole percents, clocks, short spans, and text fit for markup.

use super::Price;
use crate::model::{Count, Ratio, RoutingKind, SimTime, Span};

/// A whole number with commas between its thousands.
pub fn count(number: u64) -> String {
    Count(number).to_string()
}

/// A text as it may stand in XML and in HTML, attributes included.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What users and testers come in by.
pub fn entrances(routing: RoutingKind) -> (&'static str, &'static str) {
    match routing {
        RoutingKind::Application | RoutingKind::Network => ("Production :443", "Test :8080"),
        RoutingKind::ServiceConnect => ("Service Connect", "Test header"),
        RoutingKind::Headless => ("No load balancer", "No test traffic"),
    }
}

/// What the tasks of a revision stand in: a target group, or what takes its place.
pub fn group(routing: RoutingKind, name: &str) -> String {
    match routing {
        RoutingKind::Application | RoutingKind::Network => format!("Target group {name}"),
        RoutingKind::ServiceConnect => format!("Endpoints of {name}"),
        RoutingKind::Headless => format!("Tasks of {name}"),
    }
}

/// The same for both revisions of a rolling deployment.
pub fn shared_group(routing: RoutingKind) -> &'static str {
    match routing {
        RoutingKind::Application | RoutingKind::Network => "One target group, two revisions",
        RoutingKind::ServiceConnect => "One endpoint, two revisions",
        RoutingKind::Headless => "One service, two revisions",
    }
}

/// A share in whole percents, or in tenths where it is small: `16 %`, `0.4 %`, `< 0.1 %`.
pub fn percent(share: Ratio) -> String {
    let parts = share.0;
    if parts == 0 {
        "0 %".to_owned()
    } else if parts < 1_000 {
        "< 0.1 %".to_owned()
    } else if parts < 95_000 && !parts.is_multiple_of(10_000) {
        let tenths = (parts + 500) / 1_000;
        format!("{}.{} %", tenths / 10, tenths % 10)
    } else if (990_001..1_000_000).contains(&parts) {
        "> 99 %".to_owned()
    } else {
        format!("{} %", (parts + 5_000) / 10_000)
    }
}

/// A length of time in as few signs as will do: `5 s`, `2:30`, `24:06:12`.
pub fn short(span: Span) -> String {
    if span.0 < 60_000 { format!("{} s", (span.0 + 500) / 1000) } else { clock(SimTime(span.0)) }
}

/// A number where there is room for a few signs: whole up to five digits, then `118 k`, `1.9 M`.
pub fn brief(number: u64) -> String {
    match number {
        0..100_000 => count(number),
        100_000..999_500 => format!("{} k", (number + 500) / 1_000),
        _ => {
            let tenths = (number + 50_000) / 100_000;
            format!("{}.{} M", count(tenths / 10), tenths % 10)
        }
    }
}

/// What going back costs: `5 s`, `5 s, 62 more failed`.
pub fn price(price: Price) -> String {
    match price.failed {
        0 => short(price.span),
        failed => format!("{}, {} more failed", short(price.span), count(failed)),
    }
}

/// An instant as a clock.
pub fn clock(at: SimTime) -> String {
    at.to_string()
}

/// `one` where there is one, else `many`.
pub fn plural(number: u64, one: &'static str, many: &'static str) -> &'static str {
    if number == 1 { one } else { many }
}

/// An Availability Zone by its letter.
pub fn zone(zone: u8) -> String {
    format!("zone {}", char::from(b'a' + zone.min(25)))
}

/// A word of a POSIX shell; only letters, digits and what no shell looks at go without quotes.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(percent(Ratio(0)), "0 %");
        assert_eq!(percent(Ratio(4_200)), "0.4 %");
        assert_eq!(percent(Ratio(10_000)), "1 %");
        assert_eq!(percent(Ratio(160_000)), "16 %");
        assert_eq!(percent(Ratio(999_999)), "> 99 %");
        assert_eq!(percent(Ratio(1_000_000)), "100 %");
        assert_eq!([99_999, 118_518, 999_600, 1_883_566].map(brief), ["99,999", "119 k", "1.0 M", "1.9 M"]);
        assert_eq!(short(Span::from_secs(5)), "5 s");
        assert_eq!(short(Span::from_secs(150)), "2:30");
        assert_eq!(short(Span::from_mins(1446)), "24:06:00");
    }
    #[test]
    fn a_word_reaches_the_program_as_it_is() {
        for (text, word) in [
            ("eu-west-1", "eu-west-1"),
            ("it's", "'it'\\''s'"),
            ("$HOME `x` \\ !", "'$HOME `x` \\ !'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(text), word);
        }
    }
}
