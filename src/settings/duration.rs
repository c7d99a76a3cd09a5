//! Durations as people write them.

use chrono::TimeDelta;

/// The longest time in which a decision can be taken back.
const UNDO_WINDOW_MAX_S: u32 = 3600;

/// Seconds in which a decision can be taken back: `0s` to `1h`.
pub(super) fn undo_window(text: &str) -> Option<u32> {
    let seconds = duration(text).and_then(|window| u32::try_from(window.num_seconds()).ok());
    seconds.filter(|seconds| *seconds <= UNDO_WINDOW_MAX_S)
}

/// `90m`, `24h`, `7d`.
#[must_use]
pub fn duration(text: &str) -> Option<TimeDelta> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.trim().parse().ok().filter(|number| (0..=1_000_000_000).contains(number))?;
    match unit {
        "s" => TimeDelta::try_seconds(number),
        "m" => TimeDelta::try_minutes(number),
        "h" => TimeDelta::try_hours(number),
        "d" => TimeDelta::try_days(number),
        _ => None,
    }
}
