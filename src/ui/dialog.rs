//! The dialogs that may lie over the page, of which one at most is open.

/// A dialog, by the control that opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Lessons and situations to choose from.
    Lessons,
    /// Races, maps and advice.
    Compare,
    /// A file or a text to be opened.
    Import,
    /// The recording as a figure for a document.
    Embed,
    /// The keys, and how the page is read.
    Help,
    /// The hooks, their scripts and their calls.
    Studio,
    /// UpdateService, filled in.
    Update,
    /// The stage in tables.
    Tables,
    /// A link that opens the page as it stands.
    Share,
    /// The recording in forms that others can use.
    Export,
}

impl Dialog {
    /// Whether it tells of the run more than has been seen of it.
    pub const fn tells(self) -> bool {
        matches!(self, Dialog::Compare | Dialog::Export | Dialog::Embed)
    }

    /// Those that the header opens, in its order, by their names there.
    pub const IN_HEADER: [(Dialog, &str); 7] = [
        (Dialog::Lessons, "Lessons"),
        (Dialog::Compare, "Compare"),
        (Dialog::Import, "Import"),
        (Dialog::Export, "Export"),
        (Dialog::Share, "Share"),
        (Dialog::Embed, "Embed"),
        (Dialog::Help, "Help"),
    ];
}
