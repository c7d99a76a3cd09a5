//! Repeats answered from memory.
//!
//! A receipt is kept only once its key is committed and only while nothing it reports can change any more
//! ([`Receipt::is_settled`]). A hit needs the exact key and the exact scope, and is checked for expiry; and the database must
//! be the one that the key was committed to.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::domain::key::IdempotencyKey;
use crate::domain::receipt::{Receipt, Standing};
use crate::domain::scope::Scope;
use crate::limits::{CACHE_BYTES, CACHE_RECEIPTS};

pub(super) struct Receipts(Cache<IdempotencyKey, Kept, ByBytes>);

#[derive(Clone)]
struct Kept {
    receipt: Arc<Receipt>,
    /// As in [`Asked`].
    books: u64,
}

/// When a receipt was asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) at: DateTime<Utc>,
    /// The number of the [`Books`](super::books::Books).
    pub(super) books: u64,
}

/// A receipt weighs about what it takes in memory, so that many large ones cannot fill it.
#[derive(Clone)]
struct ByBytes;

impl Weighter<IdempotencyKey, Kept> for ByBytes {
    fn weight(&self, _: &IdempotencyKey, Kept { receipt, .. }: &Kept) -> u64 {
        let of_items: usize = receipt.items.values().map(|item| ITEM_BYTES + item.title.len()).sum();
        (RECEIPT_BYTES + of_items + receipt.names.len() * NAME_BYTES) as u64
    }
}

/// What a receipt takes without its items: key, hash, outcome and the cache's own place.
const RECEIPT_BYTES: usize = 1024;
/// What an item takes besides its title.
const ITEM_BYTES: usize = 512;
/// What a name takes.
const NAME_BYTES: usize = 128;

impl Receipts {
    pub(super) fn new() -> Self {
        Self(Cache::with_weighter(CACHE_RECEIPTS, CACHE_BYTES, ByBytes))
    }

    /// The repeat's receipt of a key that was committed to these `books` after `cutoff` with exactly this scope.
    pub(super) fn get(
        &self,
        key: &IdempotencyKey,
        scope: &Scope,
        books: u64,
        cutoff: DateTime<Utc>,
    ) -> Option<Arc<Receipt>> {
        let Kept { receipt, books: of } = self.0.get(key)?;
        (of == books && receipt.scope_hash == scope.hash() && receipt.at >= cutoff).then_some(receipt)
    }

    /// Keeps the receipt of a **committed** key, if it was settled when it was `asked` for: a later time would take for settled
    /// what was still taken back after it was read.
    pub(super) fn keep(&self, receipt: &Receipt, Asked { at, books }: Asked) {
        if receipt.is_settled(at) {
            let mut repeat = Receipt { standing: Standing::Repeat, ..receipt.clone() };
            // No answer tells them, and they are most of an item's size.
            for item in repeat.items.values_mut() {
                (item.detail, item.payload) = (None, None);
            }
            self.0.insert(receipt.key.clone(), Kept { receipt: Arc::new(repeat), books });
        }
    }
}
