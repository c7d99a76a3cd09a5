//! What becomes of one request, before it is written.

use std::collections::BTreeMap;

use super::ids::ItemId;
use super::outcome::{Outcome, Refusal};
use super::world::Vote;

/// What becomes of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It uses its key up with this outcome; the items in its votes changed.
    Decided {
        /// What is stored and told.
        outcome: Outcome,
        /// New ones: one for each item that was decided.
        votes: Vec<Vote>,
        /// Those that are taken back: one for each item that is pending again.
        withdrawn: Vec<Vote>,
        /// Those that do not count any more because the right to them ended.
        lapsed: Vec<Vote>,
    },
    /// New items; the database gives them their ids, and the outcome is [`Outcome::Submitted`].
    Insert {
        /// Those of the submission that are there already, by their place in it.
        known: BTreeMap<usize, ItemId>,
    },
    /// Something was submitted under this key before, when its idempotency key has been pruned since.
    SubmittedBefore {
        /// Whether that was the same.
        same: bool,
    },
}

impl Ruling {
    /// No vote came of it.
    #[must_use]
    pub const fn of(outcome: Outcome) -> Self {
        Self::Decided { outcome, votes: Vec::new(), withdrawn: Vec::new(), lapsed: Vec::new() }
    }

    /// A rule forbids all of it.
    #[must_use]
    pub const fn refused(refusal: Refusal) -> Self {
        Self::of(Outcome::Refused { refusal })
    }
}
