//! Keeps a lease: takes it when it is free, renews it while it is ours, gives it back at the end.

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::limits::{LEASE_EVERY, LEASE_LIFE, OPERATION_DEADLINE};

/// Keeps the lease `name` for `holder` until `stop` turns true. `held` tells the epoch while we have it; it turns
/// `None` before anybody else can have it.
pub async fn keep(
    ledger: Ledger,
    name: &'static str,
    holder: String,
    held: watch::Sender<Option<i64>>,
    mut stop: watch::Receiver<bool>,
) {
    let mut renewed = Clock::stopwatch();
    while !*stop.borrow() {
        let asked = Clock::stopwatch();
        // It must be known to be lost while it still lasts.
        let left = LEASE_LIFE.saturating_sub(renewed.elapsed()).min(OPERATION_DEADLINE);
        let patience = if held.borrow().is_some() { left } else { OPERATION_DEADLINE };
        let epoch = match timeout(patience, ledger.lease(name, &holder, LEASE_LIFE)).await {
            Ok(Ok(epoch)) => {
                renewed = asked;
                epoch
            }
            Ok(Err(error)) => {
                tracing::warn!(name, %error, "the lease could not be asked for");
                still(&held, renewed.elapsed() + LEASE_EVERY < LEASE_LIFE)
            }
            Err(_) => still(&held, renewed.elapsed() + LEASE_EVERY < LEASE_LIFE),
        };
        tell(name, &held, epoch);
        tokio::select! {
            () = sleep(LEASE_EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
}

/// Gives the lease back once nothing is done under it any more.
pub async fn give_back(ledger: &Ledger, name: &'static str, holder: &str) {
    if let Err(error) = ledger.release(name, holder).await {
        tracing::debug!(name, %error, "the lease was not given back; it ends by itself");
    }
}

fn still(held: &watch::Sender<Option<i64>>, lasts: bool) -> Option<i64> {
    held.borrow().filter(|_| lasts)
}

fn tell(name: &str, held: &watch::Sender<Option<i64>>, epoch: Option<i64>) {
    let news = held.send_if_modified(|now| std::mem::replace(now, epoch) != epoch);
    match epoch {
        Some(epoch) if news => tracing::info!(name, epoch, "this instance has the lease"),
        None if news => tracing::warn!(name, "this instance lost the lease"),
        _ => {}
    }
}
