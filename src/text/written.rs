//! What a person reads: made in this folder alone, and never longer than Telegram takes.

use std::fmt;

use super::rich::{self, Time};
use crate::limits::MESSAGE_UNITS_MAX;

/// A text a person reads: never longer than Telegram takes (4,096 UTF-16 units). The times in it are known as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    words: String,
    times: Vec<Time>,
}

impl Text {
    pub(super) fn new(words: &str) -> Self {
        let (words, times) = rich::unmarked(words);
        let whole = Self { words, times };
        if whole.words.encode_utf16().count() <= MESSAGE_UNITS_MAX {
            return whole;
        }
        let mut units = 0;
        let fits = |c: &char| {
            units += c.len_utf16();
            units < MESSAGE_UNITS_MAX
        };
        let words = whole.words.chars().take_while(fits).collect();
        whole.ending_after(words)
    }

    /// No words: the answer to a press that needs none.
    #[must_use]
    pub const fn nothing() -> Self {
        Self { words: String::new(), times: Vec::new() }
    }

    /// At most `chars` characters of it.
    #[must_use]
    pub fn cut(&self, chars: usize) -> Self {
        if self.words.chars().count() <= chars {
            return self.clone();
        }
        let words = self.words.chars().take(chars.saturating_sub(1)).collect();
        self.clone().ending_after(words)
    }

    /// These first words of it, with the times that stand in them whole.
    fn ending_after(self, mut words: String) -> Self {
        let units = words.encode_utf16().count();
        words.push('…');
        let times = self.times.into_iter().filter(|time| time.offset + time.length <= units).collect();
        Self { words, times }
    }

    /// The words alone: a time in them is no more than its words.
    #[must_use]
    pub fn plain(self) -> Self {
        Self { times: Vec::new(), ..self }
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.words
    }

    /// The times in it.
    #[must_use]
    pub fn times(&self) -> &[Time] {
        &self.times
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}
