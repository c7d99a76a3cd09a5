//! Sheds expired keys and what was sent long ago, on the one instance that keeps the house.

use tokio::sync::watch;
use tokio::time::sleep;

use crate::ledger::Ledger;
use crate::limits::PRUNE_EVERY;

/// Prunes once a minute while the lease is held. What fails is tried again at the next turn.
pub async fn run(ledger: Ledger, lease: watch::Receiver<Option<i64>>) {
    loop {
        sleep(PRUNE_EVERY).await;
        if lease.borrow().is_none() {
            continue;
        }
        match ledger.prune().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "expired keys and old messages were pruned"),
            Err(error) => tracing::warn!(%error, "expired keys could not be pruned"),
        }
    }
}
