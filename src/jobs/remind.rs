//! Brings up again what still waits, on the one instance that keeps the house.

use tokio::sync::watch;
use tokio::time::sleep;

use crate::ledger::Ledger;
use crate::limits::REMIND_EVERY;

/// Looks every few seconds while the lease is held. What fails is tried again at the next turn.
pub async fn run(ledger: Ledger, lease: watch::Receiver<Option<i64>>) {
    loop {
        sleep(REMIND_EVERY).await;
        let Some(epoch) = *lease.borrow() else { continue };
        match ledger.remind(epoch).await {
            Ok(0) => {}
            Ok(items) => tracing::info!(items, "items were looked at that may still wait"),
            Err(error) => tracing::warn!(%error, "what still waits could not be brought up"),
        }
    }
}
