//! What the doors share: the ledger, the clock, the words and the rules, and the one road a request takes.

mod ask;
mod export;
mod prompt;
mod roster;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::ask::Told;
pub use self::export::{Exported, File};
pub use self::prompt::Asked;
use crate::clock::Clock;
use crate::domain::key::IdempotencyKey;
use crate::domain::language::Language;
use crate::domain::operation::Request;
use crate::domain::receipt::Receipt;
use crate::domain::scope::Scope;
use crate::ledger::{Ledger, LedgerError};
use crate::points::Points;
use crate::text::Words;

/// A message is refused as too old this much before its key could have been pruned.
const TOO_OLD_MARGIN: TimeDelta = TimeDelta::hours(1);

/// What the doors share.
#[derive(Clone)]
pub struct App {
    /// The books.
    pub ledger: Ledger,
    /// The one source of time.
    pub clock: Clock,
    /// Everything people read, in the language of groups (`LANGUAGE`); [`words_for`](Self::words_for) knows the others.
    pub words: Words,
    /// The groups where the queue's contents may be shown.
    pub review_chats: Arc<BTreeSet<i64>>,
    /// How long keys are kept.
    pub key_retention: TimeDelta,
    /// Where tests make it fail.
    pub points: Points,
}

/// What became of a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It stands in the books; the receipt says how.
    Receipt(Arc<Receipt>),
    /// It was said so long ago that its key could have been pruned; nothing was done, and no key was used up.
    TooOld,
}

impl App {
    /// A known and settled key's receipt from memory: no database, no router.
    #[must_use]
    pub fn recall_cached(&self, key: &IdempotencyKey, scope: &Scope) -> Option<Arc<Receipt>> {
        self.ledger.recall_cached(key, scope)
    }

    /// What was done under this key before, if it was used. Comes before every rule, limit and parser: a repeat is told
    /// as a repeat even where a new release, policy or queue would make something else of it.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn recall(
        &self,
        key: &IdempotencyKey,
        scope: &Scope,
    ) -> Result<Option<Arc<Receipt>>, LedgerError> {
        if let Some(receipt) = self.recall_cached(key, scope) {
            return Ok(Some(receipt));
        }
        self.ledger.recall(key, scope).await
    }

    /// Applies a request whose key was not known a moment ago, or is most likely new; should it be used all the same, it is a
    /// repeat.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer: then nothing was acknowledged, and the same delivery may come again.
    pub async fn apply(&self, request: Request) -> Result<Answer, LedgerError> {
        if self.is_too_old(request.caller.said_at) {
            return Ok(Answer::TooOld);
        }
        self.ledger.apply(request).await.map(Answer::Receipt)
    }

    /// Whether a message of that date could be the repeat of one whose key is gone.
    #[must_use]
    pub fn is_too_old(&self, said_at: DateTime<Utc>) -> bool {
        said_at < self.clock.now() - (self.key_retention - TOO_OLD_MARGIN)
    }

    /// The words for a chat: a group's are those of `LANGUAGE`, for all read them. A person's own chat, whose number is the
    /// person's, has the language of their app: as `tag` tells now, else as it is on record, else `LANGUAGE`.
    #[must_use]
    pub fn words_for(&self, chat: i64, tag: Option<&str>) -> Words {
        self.words.in_language(self.language_for(chat, tag))
    }

    /// The language of [`words_for`](Self::words_for).
    #[must_use]
    pub fn language_for(&self, chat: i64, tag: Option<&str>) -> Language {
        match tag.filter(|_| chat > 0) {
            Some(tag) => Language::of(tag),
            None => self.ledger.language_of(chat).map_or(self.words.language(), |tag| Language::of(&tag)),
        }
    }

    /// The same, saying everything in these words.
    #[must_use]
    pub fn speaking(&self, words: Words) -> Self {
        Self { words, ..self.clone() }
    }

    /// Whether the queue's contents may be shown in this chat: a private one, or a review chat, also where that group
    /// became a supergroup since.
    #[must_use]
    pub fn may_show_in(&self, chat: i64, is_private: bool) -> bool {
        is_private
            || self.review_chats.contains(&chat)
            || self.ledger.group_before(chat).is_some_and(|before| self.review_chats.contains(&before))
    }
}
