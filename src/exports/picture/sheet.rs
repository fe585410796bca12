//! A sheet of SVG: shapes and text in the page's colours, written one after the other.

use crate::session::words;
use std::fmt::Write;

/// The colours a picture is made in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// For paper, and pages that are light.
    #[default]
    Light,
    /// For pages that are dark.
    Dark,
}

/// A colour by what it means; those of the page's own sheet of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Paper,
    Card,
    Pen,
    Muted,
    Line,
    Source,
    SourceField,
    Target,
    TargetEdge,
    TargetField,
    Failure,
    FailureText,
    Warning,
    Test,
    OnSource,
    OnTarget,
}

impl Ink {
    const fn of(self, theme: Theme) -> &'static str {
        let (light, dark) = match self {
            Ink::Paper => ("#f7f7f4", "#0e1116"),
            Ink::Card => ("#ffffff", "#161b22"),
            Ink::Pen => ("#191d23", "#e8ebef"),
            Ink::Muted => ("#5d6673", "#94a0ae"),
            Ink::Line => ("#dfe2e6", "#2a313a"),
            Ink::Source => ("#004e8a", "#3a8fd0"),
            Ink::SourceField => ("#e6edf7", "#10233a"),
            Ink::Target => ("#2fbf8f", "#8fe3b8"),
            Ink::TargetEdge => ("#14845f", "#8fe3b8"),
            Ink::TargetField => ("#e2f5ee", "#14332a"),
            Ink::Failure => ("#d55e00", "#ff8a4c"),
            Ink::FailureText => ("#b34f00", "#ff8a4c"),
            Ink::Warning => ("#b87700", "#e5ab3c"),
            Ink::Test => ("#8a5a9e", "#c89adb"),
            Ink::OnSource => ("#ffffff", "#06121d"),
            Ink::OnTarget => ("#0b1f18", "#06150e"),
        };
        match theme {
            Theme::Light => light,
            Theme::Dark => dark,
        }
    }
}

/// How words are set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Words {
    pub size: f64,
    pub is_bold: bool,
    pub is_mono: bool,
    pub colour: Ink,
    anchor: &'static str,
}

impl Words {
    pub const fn new(size: f64) -> Words {
        Words { size, is_bold: false, is_mono: false, colour: Ink::Pen, anchor: "start" }
    }

    pub const fn bold(self) -> Words {
        Words { is_bold: true, ..self }
    }

    pub const fn mono(self) -> Words {
        Words { is_mono: true, ..self }
    }

    pub const fn ink(self, colour: Ink) -> Words {
        Words { colour, ..self }
    }

    pub const fn middle(self) -> Words {
        Words { anchor: "middle", ..self }
    }

    pub const fn end(self) -> Words {
        Words { anchor: "end", ..self }
    }
}

/// What has been drawn.
pub(super) struct Sheet {
    theme: Theme,
    text: String,
}

const SANS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const MONO: &str = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

// Writing to a String cannot fail.
impl Sheet {
    pub fn new(theme: Theme) -> Sheet {
        Sheet { theme, text: String::new() }
    }

    pub fn colour(&self, ink: Ink) -> &'static str {
        ink.of(self.theme)
    }

    /// The picture as a file that stands alone.
    pub fn finished(self, width: u32, height: f64, title: &str, description: &str) -> String {
        let own = super::WIDTH;
        let tall = (height * f64::from(width) / own).ceil();
        let paper = self.colour(Ink::Paper);
        let (title, description) = (escaped(title), escaped(description));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {own} {height:.0}\" width=\"{width}\" \
             height=\"{tall:.0}\" role=\"img\" aria-labelledby=\"title desc\" font-family=\"{SANS}\">\n\
             <title id=\"title\">{title}</title>\n<desc id=\"desc\">{description}</desc>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"{paper}\"/>\n{}</svg>\n",
            self.text
        )
    }

    /// The picture as a part of another one, at a place there.
    pub fn placed(&self, x: f64, y: f64, height: f64) -> String {
        let own = super::WIDTH;
        format!(
            "<svg x=\"{x:.0}\" y=\"{y:.0}\" width=\"{own}\" height=\"{height:.0}\" viewBox=\"0 0 {own} {height:.0}\">\n{}</svg>\n",
            self.text
        )
    }

    pub fn text(&mut self, x: f64, y: f64, text: &str, words: Words) {
        let attributes = self.attributes(words);
        let anchor = if words.anchor == "start" {
            String::new()
        } else {
            format!(" text-anchor=\"{}\"", words.anchor)
        };
        let _ = writeln!(
            self.text,
            "<text x=\"{x:.1}\" y=\"{y:.1}\"{attributes}{anchor}>{}</text>",
            escaped(text)
        );
    }

    /// A line whose parts are set differently.
    pub fn line_of_text(&mut self, x: f64, y: f64, parts: &[(String, Words)]) {
        let _ = write!(self.text, "<text x=\"{x:.1}\" y=\"{y:.1}\" xml:space=\"preserve\">");
        for (text, words) in parts {
            let attributes = self.attributes(*words);
            let _ = write!(self.text, "<tspan{attributes}>{}</tspan>", escaped(text));
        }
        self.text.push_str("</text>\n");
    }

    fn attributes(&self, words: Words) -> String {
        let mut attributes = format!(" font-size=\"{}\" fill=\"{}\"", words.size, self.colour(words.colour));
        if words.is_bold {
            attributes.push_str(" font-weight=\"700\"");
        }
        if words.is_mono {
            let _ = write!(attributes, " font-family=\"{MONO}\"");
        }
        attributes
    }

    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, fill: Ink) {
        let fill = self.colour(fill);
        let _ = writeln!(
            self.text,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"{fill}\"/>",
            width.max(0.0)
        );
    }

    /// A rectangle with an edge; of a radius, in other colours.
    #[expect(clippy::too_many_arguments, reason = "a rectangle has so many sides")]
    pub fn frame(
        &mut self,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        radius: f64,
        fill: Ink,
        edge: Ink,
        thick: f64,
    ) {
        let (fill, edge) = (self.colour(fill), self.colour(edge));
        let _ = writeln!(
            self.text,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{radius:.1}\" \
             fill=\"{fill}\" stroke=\"{edge}\" stroke-width=\"{thick}\"/>"
        );
    }

    /// Whatever else there is, in SVG's own words; `attributes` must be escaped where they are not ours.
    pub fn raw(&mut self, element: &str) {
        self.text.push_str(element);
        self.text.push('\n');
    }

    pub fn rule(&mut self, x1: f64, y1: f64, x2: f64, y2: f64) {
        let line = self.colour(Ink::Line);
        self.raw(&format!("<path d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\" stroke=\"{line}\"/>"));
    }

    /// The source's circle.
    pub fn circle(&mut self, x: f64, y: f64, radius: f64) {
        let fill = self.colour(Ink::Source);
        self.raw(&format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{fill}\"/>"));
    }

    /// The target's square.
    pub fn square(&mut self, x: f64, y: f64, half: f64) {
        self.frame(x - half, y - half, half * 2.0, half * 2.0, 0.0, Ink::Target, Ink::TargetEdge, 0.75);
    }

    /// A failure's cross.
    pub fn cross(&mut self, x: f64, y: f64, half: f64) {
        let (failure, across) = (self.colour(Ink::Failure), half * 2.0);
        self.raw(&format!(
            "<path d=\"M{:.1} {:.1}l{across:.1} {across:.1}m0 -{across:.1}l-{across:.1} {across:.1}\" fill=\"none\" \
             stroke=\"{failure}\" stroke-width=\"2\" stroke-linecap=\"round\"/>",
            x - half,
            y - half
        ));
    }
}

/// A text on one line as XML has it; what XML has no word for is left out.
pub(super) fn escaped(text: &str) -> String {
    let in_line = |c: char| match c {
        '\n' | '\t' => Some(' '),
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => None,
        c => Some(c),
    };
    words::escaped(&text.chars().filter_map(in_line).collect::<String>())
}
