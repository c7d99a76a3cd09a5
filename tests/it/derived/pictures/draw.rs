//! A chat as an SVG picture: real text, no fonts or scripts of its own, light or dark as its reader's machine is.

use std::fmt::Write;

use super::measure::{width, wrap};

/// What stands in the chat, from the top.
pub enum Part {
    /// The bot's message, with the rows of buttons under it, and the one that is pressed.
    Bot { text: String, rows: Vec<Vec<String>>, pressed: Option<&'static str> },
    /// The reader's own message.
    Own(String),
    /// A line of the app over the chat.
    PopUp(String),
    /// What happens meanwhile, in our words.
    Note(&'static str),
}

/// A picture of one chat.
pub struct Picture {
    /// What is seen, for those who hear it.
    pub title: &'static str,
    pub parts: Vec<Part>,
}

const WIDE: u32 = 420;
const HEAD: u32 = 52;
const EDGE: u32 = 12;
/// Between two parts.
const GAP: u32 = 10;
/// Between text and the edge of its bubble.
const PAD: (u32, u32) = (12, 9);
const TEXT: u32 = 14;
const LINE: u32 = 19;
const SMALL: u32 = 12;
const BUTTON: u32 = 34;
const BUTTON_GAP: u32 = 4;
const BUBBLE_WIDEST: u32 = 360;
/// The room of the hour in the corner of a bubble.
const HOUR: u32 = 38;

const STYLE: &str = "\
text{font:14px Helvetica,Arial,'Liberation Sans',sans-serif;fill:#10161d;white-space:pre}\
.ground{fill:#dbe6ee;stroke:#c3d0da}.head{fill:#fff}.name{font-weight:600}.small,.hour{font-size:12px;fill:#6b7a88}\
.hour{font-size:11px}.bot{fill:#fff}.own{fill:#e2f7d5}.link{fill:#1f7cc4}.button{fill:#fff;fill-opacity:.72}\
.caption{font-weight:600;fill:#1f6fb0;text-anchor:middle}.pressed{fill:#bfe0f7;fill-opacity:1;stroke:#2b8fd6;stroke-width:2}\
.note{font-size:12px;fill:#4d6072;text-anchor:middle}.noteground{fill:#c6d6e2}\
.pop{fill:#2b3640}.poptext,.poptext .link{fill:#fff}.badge{fill:#2b8fd6}.tick{fill:none;stroke:#fff;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}\
@media(prefers-color-scheme:dark){text{fill:#e8eef4}.ground{fill:#0e1621;stroke:#263442}.head{fill:#17212b}\
.small,.hour{fill:#7f93a6}.bot{fill:#1b2836}.own{fill:#2b5278}.link{fill:#6ab7f0}.button{fill:#2a3b4d}\
.caption{fill:#8ccbf7}.pressed{fill:#27577f;stroke:#5cb3ee}.note{fill:#a9bccd}.noteground{fill:#1d2b39}\
.pop{fill:#e9eef3}.poptext,.poptext .link{fill:#10161d}}";

impl Picture {
    /// How high it is.
    pub fn height(&self) -> u32 {
        let parts: u32 = self.parts.iter().map(|part| part.height() + GAP).sum();
        HEAD + EDGE + parts - GAP + EDGE + 2
    }

    /// The picture, at least so high.
    pub fn draw(&self, height: u32) -> String {
        let height = self.height().max(height);
        let mut out = Canvas(String::new());
        out.add(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDE} {height}\" width=\"{WIDE}\" height=\"{height}\" role=\"img\">\n\
             <title>{}</title>\n<style>{STYLE}</style>",
            escaped(self.title)
        ));
        let (w, h) = (WIDE - 2, height - 2);
        out.add(&format!("<rect class=\"ground\" x=\"1\" y=\"1\" width=\"{w}\" height=\"{h}\" rx=\"14\"/>"));
        out.head();
        let mut y = HEAD + EDGE;
        for part in &self.parts {
            part.draw(&mut out, y);
            y += part.height() + GAP;
        }
        out.add("</svg>");
        out.0
    }
}

impl Part {
    fn lines(&self) -> Vec<String> {
        match self {
            Self::Bot { text, .. } | Self::Own(text) => wrap(text, TEXT, BUBBLE_WIDEST - 2 * PAD.0),
            Self::PopUp(text) => wrap(text, TEXT, BUBBLE_WIDEST - 2 * PAD.0),
            Self::Note(text) => wrap(text, SMALL, WIDE - 4 * EDGE),
        }
    }

    fn height(&self) -> u32 {
        let text = |lines: usize| u32::try_from(lines).unwrap() * LINE + 2 * PAD.1 - 3;
        match self {
            Self::Bot { rows, .. } => {
                let rows = u32::try_from(rows.len()).unwrap() * (BUTTON + BUTTON_GAP);
                text(self.lines().len() + usize::from(self.hour_is_apart())) + rows
            }
            Self::Own(_) => text(self.lines().len() + usize::from(self.hour_is_apart())),
            Self::PopUp(_) => text(self.lines().len()),
            Self::Note(_) => u32::try_from(self.lines().len()).unwrap() * 16 + 8,
        }
    }

    /// Whether the hour needs a line of its own.
    fn hour_is_apart(&self) -> bool {
        self.lines().last().is_some_and(|line| width(line, TEXT) + HOUR > BUBBLE_WIDEST - 2 * PAD.0)
    }

    fn width(&self) -> u32 {
        let lines = self.lines();
        let last = lines.last().map_or(0, |line| width(line, TEXT) + HOUR);
        let text = lines.iter().map(|line| width(line, TEXT)).max().unwrap_or(0);
        let text = if self.hour_is_apart() { text } else { text.max(last) };
        let buttons = match self {
            Self::Bot { rows, .. } => rows.iter().map(|row| row_width(row)).max().unwrap_or(0),
            _ => 0,
        };
        (text + 2 * PAD.0).max(buttons).min(BUBBLE_WIDEST)
    }

    fn draw(&self, out: &mut Canvas, y: u32) {
        match self {
            Self::Bot { rows, pressed, .. } => {
                let buttons = u32::try_from(rows.len()).unwrap() * (BUTTON + BUTTON_GAP);
                let (w, h) = (self.width(), self.height() - buttons);
                out.bubble("bot", (EDGE, y, w, h), &self.lines());
                for (place, row) in (0..).zip(rows) {
                    out.buttons(row, *pressed, (EDGE, y + h + BUTTON_GAP + place * (BUTTON + BUTTON_GAP), w));
                }
            }
            Self::Own(_) => {
                let w = self.width();
                out.bubble("own", (WIDE - EDGE - w, y, w, self.height()), &self.lines());
            }
            Self::PopUp(_) => {
                let lines = self.lines();
                let w = lines.iter().map(|line| width(line, TEXT)).max().unwrap_or(0) + 2 * PAD.0;
                let x = (WIDE - w) / 2;
                out.rect("pop", (x, y, w, self.height()), 10);
                out.text(&lines, "poptext", (x + PAD.0, y + PAD.1 + TEXT - 1));
            }
            Self::Note(_) => {
                let lines = self.lines();
                let w = lines.iter().map(|line| width(line, SMALL)).max().unwrap_or(0) + 24;
                out.rect("noteground", ((WIDE - w) / 2, y, w, self.height()), 12);
                for (place, line) in (0..).zip(&lines) {
                    out.line(line, "note", (WIDE / 2, y + 16 + place * 16));
                }
            }
        }
    }
}

fn row_width(row: &[String]) -> u32 {
    let widest = row.iter().map(|caption| width(caption, TEXT)).max().unwrap_or(0) + 36;
    u32::try_from(row.len()).unwrap() * (widest + BUTTON_GAP)
}

struct Canvas(String);

/// Left, top, width and height.
type Area = (u32, u32, u32, u32);

impl Canvas {
    fn add(&mut self, element: &str) {
        writeln!(self.0, "{element}").unwrap();
    }

    fn rect(&mut self, class: &str, (x, y, w, h): Area, round: u32) {
        self.add(&format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"{round}\"/>"
        ));
    }

    fn line(&mut self, line: &str, class: &str, (x, y): (u32, u32)) {
        self.add(&format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", linked(line)));
    }

    fn text(&mut self, lines: &[String], class: &str, (x, y): (u32, u32)) {
        for (place, line) in (0..).zip(lines) {
            self.line(line, class, (x, y + place * LINE));
        }
    }

    /// The bot's name, over the chat.
    fn head(&mut self) {
        let w = WIDE - 2;
        self.add(&format!(
            "<path class=\"head\" d=\"M1 {HEAD}V15a14 14 0 0 1 14-14H{}a14 14 0 0 1 14 14V{HEAD}z\"/>",
            w - 13
        ));
        self.add("<circle class=\"badge\" cx=\"32\" cy=\"27\" r=\"16\"/><path class=\"tick\" d=\"M25 27l5 5 9-10\"/>");
        self.line("Countersign", "name", (58, 24));
        self.line("bot", "small", (58, 41));
    }

    fn bubble(&mut self, class: &str, area: Area, lines: &[String]) {
        let (x, y, w, h) = area;
        self.rect(class, area, 12);
        self.text(lines, "", (x + PAD.0, y + PAD.1 + TEXT - 1));
        self.line("12:04", "hour", (x + w - HOUR, y + h - 9));
    }

    fn buttons(&mut self, row: &[String], pressed: Option<&str>, (x, y, w): (u32, u32, u32)) {
        let count = u32::try_from(row.len()).unwrap();
        let each = (w - (count - 1) * BUTTON_GAP) / count;
        for (place, caption) in (0..).zip(row) {
            let x = x + place * (each + BUTTON_GAP);
            let class = if pressed == Some(caption.as_str()) { "button pressed" } else { "button" };
            self.rect(class, (x, y, each, BUTTON), 9);
            self.line(caption, "caption", (x + each / 2, y + 22));
        }
    }
}

/// A line with its commands and names as apps show them.
fn linked(line: &str) -> String {
    let word = |word: &str| {
        let is_link = word.strip_prefix(['/', '@']).is_some_and(|name| name.starts_with(char::is_alphabetic));
        let name = word.trim_end_matches([',', '.', ':']);
        match word.strip_prefix(name).filter(|_| is_link) {
            Some(rest) => format!("<tspan class=\"link\">{}</tspan>{rest}", escaped(name)),
            None => escaped(word),
        }
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
