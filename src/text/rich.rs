//! Times within a text: apps that know them (Bot API 9.5, `date_time`) show each reader their own zone, others the words.
//!
//! On its way through the catalogue a time carries marks around its words. They are control characters, which no title,
//! detail, reason or name can hold: those are refused or taken out at the doors.

use std::sync::atomic::{AtomicU8, Ordering};

use chrono::{DateTime, Utc};

const BEGIN: char = '\u{1}';
const WORDS: char = '\u{2}';
const END: char = '\u{3}';

/// A time that stands in a text; in UTF-16 units, as Telegram counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Where its words begin.
    pub offset: usize,
    /// How long they are.
    pub length: usize,
    /// The time itself, in seconds since 1970.
    pub unix: i64,
    /// Whether the date belongs to it.
    pub is_dated: bool,
}

/// Whether times are taken as such where the texts go: an older server may refuse them. It is learned once a process.
#[derive(Debug, Default)]
pub struct Times(AtomicU8);

impl Times {
    const TAKEN: u8 = 1;
    const REFUSED: u8 = 2;

    /// Whether they were taken before. What is lost when it is refused goes without them until then.
    #[must_use]
    pub fn are_taken(&self) -> bool {
        self.0.load(Ordering::Relaxed) == Self::TAKEN
    }

    /// Whether they were refused before.
    #[must_use]
    pub fn are_refused(&self) -> bool {
        self.0.load(Ordering::Relaxed) == Self::REFUSED
    }

    /// They were taken, or refused; one refusal is enough.
    pub fn learn(&self, are_taken: bool) {
        self.0.fetch_max(if are_taken { Self::TAKEN } else { Self::REFUSED }, Ordering::Relaxed);
    }
}

/// The words with marks around them.
pub(super) fn marked(words: &str, at: DateTime<Utc>, is_dated: bool) -> String {
    let sort = if is_dated { 'd' } else { 't' };
    format!("{BEGIN}{sort}{}{WORDS}{words}{END}", at.timestamp())
}

/// The words without marks, and where the times stand in them.
pub(super) fn unmarked(marked: &str) -> (String, Vec<Time>) {
    let (mut words, mut times, mut units) = (String::with_capacity(marked.len()), Vec::new(), 0);
    let mut rest = marked;
    while let Some((before, from)) = rest.split_once(BEGIN) {
        let time = from.split_once(WORDS).and_then(|(mark, from)| Some((mark, from.split_once(END)?)));
        let read = time.and_then(|(mark, (told, after))| {
            let unix = mark.get(1..)?.parse().ok()?;
            Some((told, after, unix, mark.starts_with('d')))
        });
        words.push_str(before);
        units += before.encode_utf16().count();
        let Some((told, after, unix, is_dated)) = read else {
            rest = from;
            continue;
        };
        let length = told.encode_utf16().count();
        times.push(Time { offset: units, length, unix, is_dated });
        words.push_str(told);
        units += length;
        rest = after;
    }
    words.push_str(rest);
    (words, times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_stands_where_its_words_do() {
        let at = DateTime::from_timestamp(1_772_366_640, 0).unwrap_or_default();
        let text = format!("😀ä {}, or {}.", marked("12:04 UTC", at, false), marked("2 Mar", at, true));
        let (words, times) = unmarked(&text);
        assert_eq!(words, "😀ä 12:04 UTC, or 2 Mar.");
        let unix = at.timestamp();
        let first = Time { offset: 4, length: 9, unix, is_dated: false };
        assert_eq!(times, [first, Time { offset: 18, length: 5, unix, is_dated: true }]);
        assert_eq!(unmarked("\u{1}t\u{2}x\u{3}").1, [], "no time in it");
    }
}
