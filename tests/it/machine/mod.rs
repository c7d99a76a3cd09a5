//! Faults of the machine, with real processes and real files: a full disk, a file that may not be written or is damaged, a
//! log that cannot be cut back, everything away at once, and a server that lacks the last commits.

mod damage;
mod disk;
mod failover;
mod together;
mod wal;

use countersign::clock::Clock;
use serde_json::Value;

use crate::support::bot::said;

/// Lee says it now.
fn says(update: u32, text: &str) -> Value {
    let mut said = said(update, text);
    said["message"]["date"] = Value::from(Clock::machine().now().timestamp());
    said
}
