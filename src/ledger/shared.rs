//! What all parts of the ledger share, and the job that travels between them.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Notify, oneshot};

use super::books::Books;
use super::cache::{Asked, Receipts};
use super::chats::Chats;
use super::connect::FileMark;
use super::convert::StoredScope;
use super::options::Announce;
use super::people::People;
use super::waiting::Waiting;
use super::{LedgerError, random_name};
use crate::clock::{Clock, Stopwatch};
use crate::domain::ids::ItemId;
use crate::domain::operation::Request;
use crate::domain::receipt::Receipt;
use crate::domain::world::Rulebook;
use crate::points::Points;

/// A request that waits for its transaction, and whoever waits for the receipt.
pub(super) struct Job {
    pub(super) request: Request,
    /// What is stored of its scope; made before it waits, for few write what many ask at once.
    pub(super) stored_scope: String,
    /// Random, drawn once: a key's row with this token is this job's own success, whatever was heard of the commit.
    pub(super) token: String,
    pub(super) attempts: u8,
    pub(super) since: Stopwatch,
    pub(super) reply: oneshot::Sender<Result<Arc<Receipt>, LedgerError>>,
}

impl Job {
    /// A request that enters, with its token.
    ///
    /// # Errors
    /// [`LedgerError::Broken`] when the system has no random numbers.
    pub(super) fn new(
        request: Request,
        reply: oneshot::Sender<Result<Arc<Receipt>, LedgerError>>,
    ) -> Result<Self, LedgerError> {
        let stored_scope = StoredScope::of(&request.scope).to_stored();
        Ok(Self {
            request,
            stored_scope,
            token: random_name()?,
            attempts: 0,
            since: Clock::stopwatch(),
            reply,
        })
    }
}

/// What all parts of the ledger share.
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) rulebook: Arc<Rulebook>,
    pub(super) key_retention: TimeDelta,
    pub(super) people: People,
    pub(super) chats: Chats,
    pub(super) receipts: Receipts,
    pub(super) books: Books,
    /// Told when a row of the outbox was committed here.
    pub(super) post: Notify,
    /// Told when cards fell behind here.
    pub(super) behind: Notify,
    /// Those who wait for decisions to be final.
    pub(super) waiting: Arc<Waiting>,
    /// Told when decisions became final here.
    pub(super) parcels: Notify,
    /// Where new items are shown.
    pub(super) announce: Announce,
    pub(super) points: Points,
    /// The file of an SQLite database, as it was opened.
    pub(super) file: Option<FileMark>,
}

impl Shared {
    /// This moment, for whoever asks for a receipt that may be kept.
    pub(super) fn asked(&self) -> Asked {
        Asked { at: self.clock.now(), books: self.books.number() }
    }

    /// Keys from before this moment count as absent.
    pub(super) fn cutoff(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - self.key_retention
    }

    /// Tells that rows of the outbox were committed for these chats.
    pub(super) fn posted(&self, chats: &[i64]) {
        chats.iter().for_each(|chat| self.chats.wait(*chat));
        if !chats.is_empty() {
            self.post.notify_one();
        }
    }

    /// Tells that the decisions about these items are final.
    pub(super) fn released(&self, items: impl IntoIterator<Item = ItemId>) {
        self.waiting.wake(items);
        self.parcels.notify_one();
    }

    /// Tells that cards fell behind.
    pub(super) fn cards_due(&self) {
        self.behind.notify_one();
    }

    /// Whether the database is still the one that was opened.
    pub(super) fn is_there(&self) -> Result<(), LedgerError> {
        if self.file.as_ref().is_none_or(FileMark::holds) {
            return Ok(());
        }
        Err(LedgerError::Away("its file was deleted or replaced; put it back, or start again".to_owned()))
    }

    /// Does what a test armed at `point`.
    pub(super) async fn reach(&self, point: &str) -> Result<(), LedgerError> {
        self.points.reach(point).await.map_err(|failed| LedgerError::Away(failed.to_string()))
    }
}
