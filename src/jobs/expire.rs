//! Ends items whose time is over, on the one instance that keeps the house. A decision in between sees the time for
//! itself (`domain/policy/expired.rs`): this only brings books and cards to it.

use tokio::sync::watch;
use tokio::time::sleep;

use crate::ledger::Ledger;
use crate::limits::EXPIRE_EVERY;

/// Looks every few seconds while the lease is held. What fails is tried again at the next turn.
pub async fn run(ledger: Ledger, lease: watch::Receiver<Option<i64>>) {
    loop {
        sleep(EXPIRE_EVERY).await;
        if lease.borrow().is_none() {
            continue;
        }
        match ledger.expire().await {
            Ok(0) => {}
            Ok(items) => tracing::info!(items, "items expired without a decision"),
            Err(error) => tracing::warn!(%error, "items could not be expired"),
        }
    }
}
