//! What is counted, measured and told of while the program runs. It knows no other room; whoever does something tells it.

pub mod metrics;

use std::time::Duration;

/// Under which name the log tells of each update and request, once it is answered: `RUST_LOG=info,countersign::requests=debug`.
pub const REQUESTS: &str = "countersign::requests";

/// Whole microseconds, as a number that a line of JSON can hold.
#[must_use]
pub fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
