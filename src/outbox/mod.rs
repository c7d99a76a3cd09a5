//! Sends what stands in the outbox, once its transaction is over: of each chat the oldest first, within the limits of
//! who takes it, again until it is delivered or has visibly failed. One instance sends at a time.
//!
//! A message cannot be made idempotent: a kill between Telegram's answer and our note of it may show one message twice.

pub mod backoff;
mod cards;
mod lanes;
mod pace;
mod tally;
mod worker;

use std::time::Duration;

pub use self::cards::Cards;
pub use self::pace::{Limits, Pace};
pub use self::tally::Tally;
pub use self::worker::Worker;
use crate::domain::event::Outgoing;
use crate::domain::shown::Shown;
use crate::ledger::cards::Behind;
use crate::ledger::outbox::Due;

/// Whoever carries rows of the outbox to where they go.
pub trait Courier: Send + Sync + 'static {
    /// Tries once to deliver a row. What it says about a failure names no secret.
    fn deliver(&self, row: &Due) -> impl Future<Output = Delivered> + Send;

    /// Brings a message that shows items to what they are now.
    fn bring(&self, behind: &Behind) -> impl Future<Output = Delivered> + Send;
}

/// How a try to deliver ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// It was taken; where it shows items, this is what of them.
    Taken(Option<Shown>),
    /// Nothing is taken for this chat before that long.
    Wait(Duration),
    /// It failed in a way that passes.
    Later(String),
    /// It will never be taken.
    Gone {
        /// Why.
        why: String,
        /// How the chat stands from now on, where that is why.
        chat: Option<&'static str>,
        /// Who is told about it.
        tell: Vec<Outgoing>,
    },
    /// The chat has another number now.
    Moved {
        /// Which.
        to: i64,
        /// Who is told about it.
        tell: Vec<Outgoing>,
    },
}
