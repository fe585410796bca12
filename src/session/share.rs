//! What of the page can be taken elsewhere: a link that opens it as it stands, and every export.

use super::Session;
use super::frame::Frame;
use super::narrate::why_now;
use crate::formats::export::{self, Exported, Form};
use crate::formats::link::{self, Link, View};
use crate::formats::picture::{self, Look, Shot};
use crate::formats::{Reading, read_document};
use crate::model::SimTime;

impl Session {
    /// The fragment of a link that opens the page as it stands, without its `#`.
    pub fn link(&self) -> String {
        let entry = super::update::service_in_view(&self.document).ok();
        let view = View {
            at: self.playback.playhead,
            service: Some(self.service).filter(|service| Some(*service) != entry),
            curtain: self.curtain,
        };
        link::write(&Link { document: self.document.clone(), view })
    }

    /// Whether the recording came by a link.
    pub fn is_from_link(&self) -> bool {
        self.linked
    }

    /// The recording in another form. Pictures are of the playhead, and filmstrips of the instants, or of each stage where
    /// none are given.
    pub fn export(&self, form: Form, look: Look, instants: &[SimTime]) -> Exported {
        let plain = |text: String| Exported { text, warnings: Vec::new() };
        let (scenario, run) = (&*self.shown.scenario, &*self.shown.run);
        let reading = || -> Reading {
            read_document(&self.document).expect("the recording on the page has been read before")
        };
        match form {
            Form::Recording => plain(format!("{}\n", self.to_text())),
            Form::Ecs => plain(format!("{:#}\n", export::ecs(&self.document))),
            Form::Cli => export::cli(&reading()),
            Form::CloudFormation => export::cloudformation(&reading()),
            Form::Difference => plain(export::difference(&self.opened, &self.document)),
            Form::EventsCsv => plain(export::events(scenario, run).csv()),
            Form::EventsJson => plain(export::events(scenario, run).json()),
            Form::MetricsCsv => plain(export::metrics(scenario, run).csv()),
            Form::MetricsJson => plain(export::metrics(scenario, run).json()),
            Form::Picture => {
                let frame: Frame = self.frame();
                let why = why_now(scenario, run, self.service, frame.at);
                plain(picture::picture(&frame, &why, look))
            }
            Form::Filmstrip => {
                let shots: Vec<Shot> = picture::shots(scenario, run, self.service, instants);
                plain(picture::filmstrip(&shots, look))
            }
        }
    }
}
