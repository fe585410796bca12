//! The report: one page for a decision record, as Markdown and as an HTML file that needs nothing else.

use super::advise::{Advice, Found};
use super::figure::Figure;
use super::notice::{Notice, blind_spots};
use super::picture::{STYLE, standalone};
use super::race::name_of;
use super::recipe::Base;
use crate::formats::{Assumption, read_document};
use crate::model::*;
use crate::session::words::escaped;
use std::fmt::Write;

/// A part of a report.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Heading(String),
    Text(String),
    List(Vec<String>),
    /// The first row is the head.
    Table(Vec<Vec<String>>),
    /// SVG, by the name of its file, and what it shows in words.
    Picture {
        name: &'static str,
        svg: String,
        shows: String,
    },
    Code(String),
    /// Words that lead to an address.
    Link(String, String),
}

/// A decision record in the making.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    title: String,
    parts: Vec<Part>,
}

impl Report {
    /// Begins with the question, the configuration and what had to be assumed.
    pub fn about(base: &Base, question: &str, link: Option<&str>) -> Report {
        let document = base.recording();
        let name = document["services"][base.service()]["service"]["serviceName"]
            .as_str()
            .or(document["services"][base.service()]["service"]["service"].as_str())
            .unwrap_or("a service");
        let mut report = Report { title: format!("How to deploy {name}"), parts: Vec::new() };
        report.heading("Question");
        report.text(if question.trim().is_empty() { USUAL_QUESTION } else { question.trim() });
        report.heading("Configuration");
        match link {
            Some(link) => {
                report.parts.push(Part::Link("The recording, to open and play".to_owned(), link.to_owned()));
            }
            None => report.text("The recording is too long for a link; Export keeps it as a file."),
        }
        let configuration = &document["services"][base.service()]["service"]["deploymentConfiguration"];
        report.parts.push(Part::Code(format!("{configuration:#}")));
        let size = base.size();
        let terms = base.terms();
        let mut money = format!(
            "A task has {} vCPU and {} GB{}; a vCPU costs ${} an hour, a GB ${}.",
            size.vcpus,
            size.gigabytes,
            if size.given { "" } else { " (assumed: the task definition does not say)" },
            terms.vcpu_hour,
            terms.gb_hour
        );
        if let Some(target) = terms.availability_percent {
            let _ = write!(money, " The availability target is {target} %.");
        }
        report.text(&money);
        let assumptions = read_document(document).map(|reading| reading.assumptions).unwrap_or_default();
        report.heading(&match assumptions.len() {
            0 => "No assumptions".to_owned(),
            1 => "1 assumption".to_owned(),
            many => format!("{many} assumptions"),
        });
        let told = |it: &Assumption| format!("{}: {} ({})", it.path, it.value, it.why);
        report.parts.push(Part::List(assumptions.iter().map(told).collect()));
        report.text(concat!(
            "Cutover ",
            env!("CARGO_PKG_VERSION"),
            " simulates; it does not measure AWS. Where ECS documents nothing it takes a reading of its own."
        ));
        report
    }

    /// A heading.
    pub fn heading(&mut self, text: &str) {
        self.parts.push(Part::Heading(text.to_owned()));
    }

    /// A paragraph.
    pub fn text(&mut self, text: &str) {
        self.parts.push(Part::Text(text.to_owned()));
    }

    /// A list; nothing of none.
    pub fn list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.parts.push(Part::List(items));
        }
    }

    /// A table; the first row is its head.
    pub fn table(&mut self, rows: Vec<Vec<String>>) {
        self.parts.push(Part::Table(rows));
    }

    /// A picture by a name of its own, and what it shows.
    pub fn picture(&mut self, name: &'static str, svg: String, shows: &str) {
        self.parts.push(Part::Picture { name, svg, shows: shows.to_owned() });
    }

    /// The pictures as files, by their names: what the Markdown shows lies beside it.
    pub fn pictures(&self) -> Vec<(String, String)> {
        let file = |part: &Part| match part {
            Part::Picture { name, svg, .. } => Some((picture_file(name), standalone(svg))),
            _ => None,
        };
        self.parts.iter().filter_map(file).collect()
    }

    /// Who notices.
    pub fn notices(&mut self, notices: &[Notice]) {
        self.heading("Who notices a bad release");
        self.table(notice_rows(notices));
        self.list(blind_spots(notices).into_iter().collect());
    }

    /// The advice: the recommendation first, then how it was come by and the table.
    pub fn advice(&mut self, advice: &Advice, found: &Found) {
        self.heading("Recommendation");
        self.text(&recommendation(advice, found));
        self.text(&advice.method(found));
        self.table(advice_rows(advice, found));
    }

    /// As Markdown. Its pictures are files beside it ([`Report::pictures`]).
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n", self.title);
        for part in &self.parts {
            text.push('\n');
            let _ = match part {
                Part::Heading(heading) => writeln!(text, "## {heading}"),
                Part::Text(paragraph) => writeln!(text, "{paragraph}"),
                Part::Link(words, address) => writeln!(text, "[{words}]({address})"),
                Part::Code(code) => writeln!(text, "```json\n{code}\n```"),
                Part::List(items) => items.iter().try_for_each(|item| writeln!(text, "- {item}")),
                Part::Picture { name, shows, .. } => {
                    writeln!(text, "![{shows}]({})\n\n*{shows}*", picture_file(name))
                }
                Part::Table(rows) => rows.iter().enumerate().try_for_each(|(place, row)| {
                    let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
                    writeln!(text, "| {} |", cells.join(" | "))?;
                    if place == 0 { writeln!(text, "|{}", " --- |".repeat(row.len())) } else { Ok(()) }
                }),
            };
        }
        text
    }

    /// As the body of an HTML page.
    pub fn body(&self) -> String {
        let mut text = format!("<h1>{}</h1>", escaped(&self.title));
        let mut tables = 0;
        for part in &self.parts {
            let _ = match part {
                Part::Heading(heading) => write!(text, "<h2>{}</h2>", escaped(heading)),
                Part::Text(paragraph) => write!(text, "<p>{}</p>", escaped(paragraph)),
                Part::Link(words, address) => {
                    write!(text, "<p><a href=\"{}\">{}</a></p>", escaped(address), escaped(words))
                }
                Part::Code(code) => write!(text, "<pre tabindex=\"0\">{}</pre>", escaped(code)),
                Part::List(items) => {
                    let items: String =
                        items.iter().map(|item| format!("<li>{}</li>", escaped(item))).collect();
                    if items.is_empty() { Ok(()) } else { write!(text, "<ul>{items}</ul>") }
                }
                Part::Picture { svg, shows, .. } => {
                    write!(text, "<figure>{svg}<figcaption>{}</figcaption></figure>", escaped(shows))
                }
                Part::Table(rows) => {
                    let row = |(place, row): (usize, &Vec<String>)| -> String {
                        let (open, close) =
                            if place == 0 { ("<th scope=\"col\">", "</th>") } else { ("<td>", "</td>") };
                        let cells: String =
                            row.iter().map(|cell| format!("{open}{}{close}", escaped(cell))).collect();
                        format!("<tr>{cells}</tr>")
                    };
                    let rows: String = rows.iter().enumerate().map(row).collect();
                    tables += 1;
                    write!(
                        text,
                        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table {tables}\"><table>{rows}</table></div>"
                    )
                }
            };
        }
        text
    }

    /// As an HTML file that needs nothing else.
    pub fn html(&self) -> String {
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title><style>\
             body{{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.45 system-ui,sans-serif;color:#191d23;background:#f7f7f4}}\
             table{{border-collapse:collapse}}tr{{break-inside:avoid}}figure{{break-inside:avoid}}th,td{{text-align:left;vertical-align:top;padding:.25rem .7rem;border-bottom:1px solid #dfe2e6;font-variant-numeric:tabular-nums}}\
             th:first-child{{min-width:8rem}}h1,h2,p,li{{overflow-wrap:anywhere}}\
             .wide,figure{{overflow-x:auto}}figure{{margin:1rem 0}}svg{{display:block}}pre{{overflow:auto;background:#fff;padding:1rem}}{STYLE}\
             @media print{{body{{max-width:none;margin:0;padding:0;background:#fff;font-size:12px}}.wide,figure{{overflow:visible}}\
             svg{{max-width:100%;height:auto}}td,th{{overflow-wrap:anywhere}}pre{{white-space:pre-wrap}}}}</style></head><body>{}</body></html>\n",
            escaped(&self.title),
            self.body()
        )
    }
}

/// The file of a picture, as a report names it.
fn picture_file(name: &str) -> String {
    format!("decision-{name}.svg")
}

/// The question where nobody asks another.
pub const USUAL_QUESTION: &str = "Which deployment strategy, with which numbers, and what does it cost us?";

/// What to take and why, in a sentence or two.
pub fn recommendation(advice: &Advice, found: &Found) -> String {
    let best = found.recommended(advice);
    let Some((_, candidate, finding)) = found.rows().find(|(place, ..)| Some(*place) == best) else {
        return "None of the configurations keeps all limits and deploys a good release.".to_owned();
    };
    let mut text = format!(
        "{}: {} failed requests a deployment ({} to {} with {} % confidence)",
        candidate.text(),
        Figure::FailedRequests.text(finding.failed.mean),
        Figure::FailedRequests.text(finding.failed.low.max(0.0)),
        Figure::FailedRequests.text(finding.failed.high),
        libm::round(advice.confidence * 1000.0) / 10.0
    );
    if let Some(deploy) = finding.deploy {
        let _ = write!(text, ", a good release takes {}", Figure::TimeToDeploy.text(deploy.mean));
    }
    let _ = write!(text, ", {} for extra tasks.", Figure::ExtraCost.text(finding.cost.mean));
    for uncertain in &finding.uncertain {
        let _ = write!(text, " Not certain to keep its limit: {uncertain}.");
    }
    text
}

/// The table of notices: a row a release, a column a strategy.
pub fn notice_rows(notices: &[Notice]) -> Vec<Vec<String>> {
    let mut strategies: Vec<StrategyName> = notices.iter().map(|it| it.strategy).collect();
    strategies.sort_unstable();
    strategies.dedup();
    let mut rows = vec![
        std::iter::once("Bad release".to_owned())
            .chain(strategies.iter().map(|strategy| name_of(*strategy).to_owned()))
            .collect::<Vec<_>>(),
    ];
    for release in super::release::Release::BAD {
        let of = |strategy: &StrategyName| {
            let notice = notices.iter().find(|it| it.release == release && it.strategy == *strategy);
            notice.map(Notice::text).unwrap_or_default()
        };
        rows.push(
            std::iter::once(format!("{}: {}", release.name(), release.what()))
                .chain(strategies.iter().map(of))
                .collect(),
        );
    }
    rows
}

/// The table of advice.
pub fn advice_rows(advice: &Advice, found: &Found) -> Vec<Vec<String>> {
    let on_front = advice.front(&found.reported);
    let head = [
        "No.",
        "Configuration",
        "Failed requests a deployment",
        "A good release takes",
        "Extra task-minutes",
        "Price",
        "Bad releases noticed",
        "Limits",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (place, candidate, finding) in found.rows() {
        let mut limits = match (finding.is_kept(), on_front.contains(&place)) {
            (true, true) => "kept, on the front".to_owned(),
            (true, false) => "kept, beaten".to_owned(),
            (false, _) if finding.broken.is_empty() => "a good release is not deployed".to_owned(),
            (false, _) => format!("breaks: {}", finding.broken.join("; ")),
        };
        for uncertain in &finding.uncertain {
            let _ = write!(limits, "; not certain: {uncertain}");
        }
        rows.push(vec![
            (place + 1).to_string(),
            candidate.text(),
            with_interval(Figure::FailedRequests, &finding.failed),
            finding.deploy.map_or("never".to_owned(), |it| Figure::TimeToDeploy.text(it.mean)),
            with_interval(Figure::ExtraTaskMinutes, &finding.extra),
            Figure::ExtraCost.text(finding.cost.mean),
            finding.noticed.map_or("–".to_owned(), |it| {
                format!(
                    "{:.0} % ({:.0} to {:.0}), n = {}",
                    it.mean * 100.0,
                    it.low * 100.0,
                    it.high * 100.0,
                    it.runs
                )
            }),
            limits,
        ]);
    }
    rows
}

fn with_interval(figure: Figure, interval: &super::estimate::Interval) -> String {
    let text = |value: f64| figure.text(value.max(0.0));
    let (mean, low, high) = (text(interval.mean), text(interval.low), text(interval.high));
    let runs = interval.runs;
    // An interval narrower than what is written would only repeat it.
    if low == mean && high == mean {
        format!("{mean}, n = {runs}")
    } else {
        format!("{mean} ({low} to {high}), n = {runs}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_markdown_and_html_with_every_character_safe() {
        let mut report = Report { title: "How to deploy <ui>".to_owned(), parts: Vec::new() };
        report.heading("A & B");
        report.table(vec![vec!["a|b".to_owned()], vec!["<c>".to_owned()]]);
        report.list(vec!["one".to_owned()]);
        report.picture("race", "<svg width=\"10\" height=\"5\"><path/></svg>".to_owned(), "A & B race");
        assert_eq!(
            report.markdown(),
            "# How to deploy <ui>\n\n## A & B\n\n| a\\|b |\n| --- |\n| <c> |\n\n- one\n\n\
             ![A & B race](decision-race.svg)\n\n*A & B race*\n"
        );
        // The picture beside it brings its own ink and paper.
        let [(name, svg)] = &report.pictures()[..] else { panic!("one picture") };
        assert_eq!(name, "decision-race.svg");
        assert!(svg.contains("viewBox=\"-16 -16 42 37\"><style>text{"), "{svg}");
        assert!(svg.ends_with("<path/></svg></svg>\n"), "{svg}");
        let body = report.body();
        assert!(body.starts_with("<h1>How to deploy &lt;ui&gt;</h1><h2>A &amp; B</h2>"), "{body}");
        assert!(body.contains("<th scope=\"col\">a|b</th>") && body.contains("<td>&lt;c&gt;</td>"), "{body}");
        assert!(report.html().starts_with("<!doctype html>"));
    }
}
