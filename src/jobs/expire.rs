//! Ends items whose time is over, on every instance: whoever waits for one hears of it within a second or two, also where
//! another instance has just died. A decision in between sees the time for itself (`domain/policy/expired.rs`): this only
//! brings books and cards to it.

use tokio::time::sleep;

use crate::ledger::Ledger;
use crate::limits::EXPIRE_EVERY;

/// Looks every second. What fails is tried again at the next turn.
pub async fn run(ledger: Ledger) {
    loop {
        sleep(EXPIRE_EVERY).await;
        match ledger.expire().await {
            Ok(0) => {}
            Ok(items) => tracing::info!(items, "items expired without a decision"),
            Err(error) => tracing::warn!(%error, "items could not be expired"),
        }
    }
}
