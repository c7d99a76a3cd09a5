//! What became of one delivery, for whoever brought it.

use std::time::Duration;

use super::render::Reply;

/// What became of one delivery.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The update's number, where it could be read.
    pub update_id: Option<i64>,
    /// What to tell Telegram.
    pub verdict: Verdict,
    /// How an operation stood to its key: `new`, `repeat` or `reused`.
    pub standing: Option<&'static str>,
    /// The answer.
    pub reply: Option<Reply>,
    /// From the body's arrival to the answer.
    pub took: Duration,
}

/// What to tell Telegram about a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was answered: 200.
    Handled,
    /// It was passed over, for this reason: 200.
    Ignored(&'static str),
    /// It cannot be read, now or later: 200, or Telegram would send it for a day.
    Unreadable,
    /// What it needs is away for now: 503, and it comes again.
    Away,
    /// Handling it failed in a way that was not foreseen: 500, and it comes again; the third time it is answered and
    /// let go.
    Panicked,
}

impl Verdict {
    /// The code under which it is counted.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Handled => "answered",
            Self::Ignored(_) => "ignored",
            Self::Unreadable => "unreadable",
            Self::Away => "away",
            Self::Panicked => "panicked",
        }
    }
}
