//! Why somebody said no: one line, in their own words.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::hidden::hides;
use crate::limits::REASON_CHARS_MAX;

/// One line of 1 to 300 characters that can be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(String);

/// Why a text is no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReason {
    /// It has too many characters, or none.
    #[error("has {0} characters; 1 to {REASON_CHARS_MAX} are taken")]
    Length(usize),
    /// It holds a character that cannot be shown.
    #[error("holds U+{0:04X}, a character that cannot be shown")]
    Hidden(u32),
}

impl Reason {
    /// Takes a text; white space, line breaks too, becomes single spaces.
    ///
    /// # Errors
    /// [`NoReason`] says what does not fit.
    pub fn new(text: &str) -> Result<Self, NoReason> {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let chars = line.chars().count();
        if !(1..=REASON_CHARS_MAX).contains(&chars) {
            return Err(NoReason::Length(chars));
        }
        match line.chars().find(|c| hides(*c)) {
            Some(c) => Err(NoReason::Hidden(u32::from(c))),
            None => Ok(Self(line)),
        }
    }

    /// A reason that was stored.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
