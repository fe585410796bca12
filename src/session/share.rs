//! A link that opens the page as it stands.

use super::Session;
use super::recording::service_in_view;
use crate::formats::link::{self, Link, View};

impl Session {
    /// The fragment of a link that opens the page as it stands, without its `#`.
    pub fn link(&self) -> String {
        let entry = service_in_view(&self.document).ok();
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
}
