//! Light, dark, or drawn for a projector; the system's choice unless a person makes another.

/// A theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the system prefers.
    #[default]
    System,
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
    /// Nothing muted, lines drawn with ink.
    Projector,
}

impl Theme {
    /// In the order of the menu.
    pub const ALL: [Theme; 4] = [Theme::System, Theme::Light, Theme::Dark, Theme::Projector];

    /// Its name on screen and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Theme::System => "System",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
            Theme::Projector => "Projector",
        }
    }

    /// The theme of that name; the system's where there is none.
    pub fn named(name: &str) -> Theme {
        Theme::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }

    /// Whether it comes out dark, the system asked where it decides.
    pub fn is_dark(self) -> bool {
        let prefers = || web_sys::window()?.match_media("(prefers-color-scheme: dark)").ok()?;
        match self {
            Theme::System => prefers().is_some_and(|query| query.matches()),
            Theme::Dark => true,
            Theme::Light | Theme::Projector => false,
        }
    }

    /// Puts it in force.
    pub fn apply(self) {
        let root = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.document_element());
        let Some(root) = root else { return };
        // A document that refuses the attribute keeps the system's theme.
        let _ = match self {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light => root.set_attribute("data-theme", "light"),
            Theme::Dark => root.set_attribute("data-theme", "dark"),
            Theme::Projector => root.set_attribute("data-theme", "projector"),
        };
    }
}
