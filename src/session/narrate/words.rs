//! Names and numbers as they are written everywhere: revisions, counts, shares, measures.

use crate::engine::{GroupSlot, RevisionId, Run};
use crate::model::*;
use std::borrow::Cow;

/// What a service revision is called in sentences: by the name in the recording of what it runs, as in `42`. What is
/// deployed over itself is two revisions of one name: the later one is `42 (2nd)`.
pub fn revision_name<'a>(
    scenario: &'a Scenario,
    run: &Run,
    service: usize,
    revision: RevisionId,
) -> Cow<'a, str> {
    let definition = definition_of(run, service, revision);
    let Some(declared) = scenario.services[service].revisions.get(definition) else { return "".into() };
    let name = unmistakable(&declared.name);
    match times_over_itself(run, service, revision) {
        1 => name,
        2 => format!("{name} (2nd)").into(),
        3 => format!("{name} (3rd)").into(),
        more => format!("{name} ({more}th)").into(),
    }
}

/// Names that are whole numbers below this are as small as the counts in the sentences they stand in.
const AS_SMALL_AS_COUNTS: u32 = 20;

/// The name, with the word before it where it would be read as a count: `6 tasks of revision 2`.
pub fn unmistakable(name: &str) -> Cow<'_, str> {
    let counts = name.parse::<u32>().is_ok_and(|number| number < AS_SMALL_AS_COUNTS);
    if counts { format!("revision {name}").into() } else { name.into() }
}

fn definition_of(run: &Run, service: usize, revision: RevisionId) -> usize {
    run.services[service].revisions.get(usize::from(revision.0)).map_or(0, |revision| revision.definition)
}

/// How many revisions there are in a row, up to this one, that each replace one running the same.
fn times_over_itself(run: &Run, service: usize, revision: RevisionId) -> usize {
    let definition = definition_of(run, service, revision);
    let same_before = |revision: RevisionId| {
        let deployments = run.deployments.iter().filter(|it| it.service == service && it.target == revision);
        let mut sources = deployments.flat_map(|deployment| deployment.sources.iter().copied());
        sources.find(|source| *source < revision && definition_of(run, service, *source) == definition)
    };
    std::iter::successors(Some(revision), |revision| same_before(*revision)).count()
}

/// The revision that registers in a target group at `at`: the newest of those that do.
pub fn revision_in_group(run: &Run, service: usize, group: GroupSlot, at: SimTime) -> Option<RevisionId> {
    let revisions = &run.services[service].revisions;
    let newest = revisions.iter().rposition(|revision| revision.group == group && revision.created <= at);
    newest.map(|index| RevisionId(index as u16))
}

/// The weights of a rule by revision: `all to 42`, or `41 at 900, 42 at 100`, the older revision first.
pub fn weights_text(scenario: &Scenario, run: &Run, service: usize, set: [u16; 2], at: SimTime) -> String {
    let mut sides: Vec<(Option<RevisionId>, String, u16)> = [0, 1]
        .map(|group: GroupSlot| {
            let revision = revision_in_group(run, service, group, at);
            let name = match revision {
                Some(revision) => revision_name(scenario, run, service, revision).into_owned(),
                None => run.services[service].routing(at).groups[usize::from(group)].name.clone(),
            };
            (revision, name, set[usize::from(group)])
        })
        .into();
    sides.sort_by_key(|(revision, ..)| revision.map_or(u16::MAX, |revision| revision.0));
    match (&sides[0], &sides[1]) {
        ((_, _, 0), (_, _, 0)) => "no weight at all".to_owned(),
        ((_, name, _), (_, _, 0)) | ((_, _, 0), (_, name, _)) => format!("all to {name}"),
        ((_, first, a), (_, second, b)) => format!("{first} at {a}, {second} at {b}"),
    }
}

/// `1 task`, `6 tasks`, `1,480 requests`.
pub fn count_of(count: impl Into<u64>, one: &str) -> String {
    let count = count.into();
    format!("{} {one}{}", Count(count), if count == 1 { "" } else { "s" })
}

/// `1 of 2`.
pub fn of(part: u32, whole: u32) -> String {
    format!("{} of {}", Count::from(part), Count::from(whole))
}

/// A measure against its threshold: `5.1 % > 2 %`, `40 ms ≤ 200 ms`. As many digits as it takes to tell them apart.
pub fn measure_text(measure: u64, metric: AlarmMetric) -> String {
    match metric {
        AlarmMetric::ErrorPercent(threshold) => {
            let threshold = u64::from(threshold.0);
            let digits = (1..4).find(|&digits| rounded(measure, digits) != threshold || measure == threshold);
            let sign = if measure > threshold { '>' } else { '≤' };
            format!("{} {sign} {}", percent(measure, digits.unwrap_or(4)), percent(threshold, 4))
        }
        AlarmMetric::LatencyMillis(threshold) => {
            let sign = if measure > threshold { '>' } else { '≤' };
            format!("{} ms {sign} {} ms", Count(measure), Count(threshold))
        }
    }
}

/// Parts per million as a percentage with at most so many digits after the point, none of them a closing zero.
pub fn percent(parts_per_million: u64, digits: u32) -> String {
    let rounded = rounded(parts_per_million, digits);
    let (whole, rest) = (rounded / 10_000, rounded % 10_000);
    let rest = format!("{rest:04}");
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { format!("{whole} %") } else { format!("{whole}.{rest} %") }
}

/// What an alarm's periods are called: `minute`, or `period of 30 s`.
pub fn period_word(period: Span) -> String {
    if period == Span::from_mins(1) { "minute".to_owned() } else { format!("period of {period}") }
}

/// The first letter made a capital, but for a name as the API spells it: `hookId`, `desiredCount`.
pub fn capitalized(text: &str) -> String {
    let first = text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    if first.contains(char::is_uppercase) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The first letter made a small one.
pub fn uncapitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

/// The text as a sentence: a capital first, a full stop last.
pub fn as_sentence(text: &str) -> String {
    let text = capitalized(text.trim());
    if text.ends_with(['.', '!', '?', '…']) { text } else { format!("{text}.") }
}

/// The text on one line: every control character becomes a space.
pub fn one_line(text: String) -> String {
    if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text }
}

fn rounded(parts_per_million: u64, digits: u32) -> u64 {
    let unit = 10_u64.pow(4 - digits.min(4));
    (parts_per_million + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_the_way_people_read_them() {
        assert_eq!(
            [count_of(0_u64, "task"), count_of(1_u64, "task"), count_of(6_u64, "task")],
            ["0 tasks", "1 task", "6 tasks"]
        );
        assert_eq!(
            [0, 51_234, 50_000, 1_000_000].map(|ppm| percent(ppm, 1)),
            ["0 %", "5.1 %", "5 %", "100 %"]
        );
    }

    #[test]
    fn a_name_of_the_api_keeps_its_small_letter_at_the_head_of_a_sentence() {
        assert_eq!(as_sentence("hookId pause-1 is wrong"), "hookId pause-1 is wrong.");
        assert_eq!(as_sentence("no PAUSE hook waits"), "No PAUSE hook waits.");
    }

    #[test]
    fn a_measure_is_never_written_like_the_threshold_it_passes() {
        let threshold = AlarmMetric::ErrorPercent(Ratio(20_000));
        for (measure, text) in [
            (51_234, "5.1 % > 2 %"),
            (20_100, "2.01 % > 2 %"),
            (20_001, "2.0001 % > 2 %"),
            (20_000, "2 % ≤ 2 %"),
            (19_999, "1.9999 % ≤ 2 %"),
            (0, "0 % ≤ 2 %"),
        ] {
            assert_eq!(measure_text(measure, threshold), text);
        }
        assert_eq!(measure_text(1_500, AlarmMetric::LatencyMillis(200)), "1,500 ms > 200 ms");
    }
}
