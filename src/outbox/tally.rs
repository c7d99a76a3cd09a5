//! What the sender counts.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts since the start of this process.
#[derive(Debug, Default)]
pub struct Tally {
    sent: AtomicU64,
    retried: AtomicU64,
    failed: AtomicU64,
}

impl Tally {
    pub(super) fn sent(&self) {
        self.sent.fetch_add(1, Relaxed);
    }

    pub(super) fn retried(&self) {
        self.retried.fetch_add(1, Relaxed);
    }

    pub(super) fn failed(&self) {
        self.failed.fetch_add(1, Relaxed);
    }

    /// Rows that were delivered, tries that will be repeated, rows that were given up.
    #[must_use]
    pub fn read(&self) -> (u64, u64, u64) {
        (self.sent.load(Relaxed), self.retried.load(Relaxed), self.failed.load(Relaxed))
    }
}
