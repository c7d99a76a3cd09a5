//! Repeats answered from memory.
//!
//! A receipt is kept only once its key is committed and only while nothing it reports can change any more
//! ([`Receipt::is_settled`]). A hit needs the exact key and the exact scope, and is checked for expiry.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use quick_cache::sync::Cache;

use crate::domain::key::IdempotencyKey;
use crate::domain::receipt::{Receipt, Standing};
use crate::domain::scope::Scope;
use crate::limits::CACHE_RECEIPTS;

pub(super) struct Receipts(Cache<IdempotencyKey, Arc<Receipt>>);

impl Receipts {
    pub(super) fn new() -> Self {
        Self(Cache::new(CACHE_RECEIPTS))
    }

    /// The repeat's receipt of a key that was committed after `cutoff` with exactly this scope.
    pub(super) fn get(
        &self,
        key: &IdempotencyKey,
        scope: &Scope,
        cutoff: DateTime<Utc>,
    ) -> Option<Arc<Receipt>> {
        self.0.get(key).filter(|kept| kept.scope_hash == scope.hash() && kept.at >= cutoff)
    }

    /// Keeps the receipt of a **committed** key, if it is settled.
    pub(super) fn keep(&self, receipt: &Receipt) {
        if receipt.is_settled() {
            let repeat = Receipt { standing: Standing::Repeat, ..receipt.clone() };
            self.0.insert(receipt.key.clone(), Arc::new(repeat));
        }
    }
}
