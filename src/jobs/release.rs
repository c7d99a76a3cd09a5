//! Makes decisions final once they cannot be taken back any more, on every instance: what one has locked, the others
//! leave to it.

use std::time::Duration;

use tokio::time::sleep;

use crate::clock::Clock;
use crate::ledger::{Ledger, LedgerError};
use crate::limits::{RELEASE_AGAIN, RELEASE_EVERY};

/// Releases what is due when its time has come, and looks every second for what other instances decided. What fails is
/// tried again at the next turn.
pub async fn run(ledger: Ledger, clock: Clock) {
    loop {
        let pause = turn(&ledger, &clock).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "decisions could not be released");
            RELEASE_EVERY
        });
        sleep(pause).await;
    }
}

/// Releases what is due; gives how long nothing more will be.
async fn turn(ledger: &Ledger, clock: &Clock) -> Result<Duration, LedgerError> {
    let Some(next) = ledger.next_release().await? else { return Ok(RELEASE_EVERY) };
    // A time that has passed is no duration.
    if let Ok(left) = (next - clock.now()).to_std()
        && !left.is_zero()
    {
        return Ok(left.min(RELEASE_EVERY));
    }
    match ledger.release_due().await? {
        // Somebody has it locked: an instance that releases it, or a decision that is about to find it final.
        0 => Ok(RELEASE_AGAIN),
        released => {
            tracing::debug!(released, "decisions are final");
            Ok(Duration::ZERO)
        }
    }
}
