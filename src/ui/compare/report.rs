//! The report: all that was found, as one page to keep: Markdown, print, and an HTML file that needs nothing else.

use crate::evidence::report::{Report, USUAL_QUESTION};
use crate::ui::take_away::{download, print};
use std::rc::Rc;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// What the report is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ReportViewProps {
    /// The report.
    pub report: Rc<Report>,
    /// The question it answers.
    pub question: String,
    /// The question was put otherwise.
    pub ask: Callback<String>,
}

/// The report.
#[component]
pub fn ReportView(props: &ReportViewProps) -> Html {
    let ask = props.ask.reform(|event: Event| event.target_unchecked_into::<HtmlTextAreaElement>().value());
    let with = |act: fn(&Report)| {
        let report = props.report.clone();
        Callback::from(move |_: MouseEvent| act(&report))
    };
    let markdown = with(|report| {
        download("decision.md", "text/markdown", &report.markdown());
        for (name, svg) in report.pictures() {
            download(&name, "image/svg+xml", &svg);
        }
    });
    let html = with(|report| download("decision.html", "text/html", &report.html()));
    html! {
        <>
            <div class="row choose">
                <label class="question">{ "The question" }
                    <textarea rows="2" placeholder={USUAL_QUESTION} value={props.question.clone()} onchange={ask} />
                </label>
                <button type="button" class="button" onclick={markdown}>{ "Save as Markdown" }</button>
                <button type="button" class="button" onclick={html}>{ "Save as HTML" }</button>
                <button type="button" class="button" onclick={with(|_| print())}>{ "Print" }</button>
            </div>
            <p class="muted choose">
                { "The report holds what was found so far: a race, who notices, a map, advice. Markdown comes with its pictures as files, to lie beside it; \
                   HTML and print hold them." }
            </p>
            <article class="report" aria-label="Decision record">{ Html::from_html_unchecked(props.report.body().into()) }</article>
        </>
    }
}
