//! How long to wait before the next try: twice as long each time, up to a bound, and never all at the same moment.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// The first pause.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(300);

/// The pause before the next try after `tries` that failed (the first included). `random` is any number: it takes off
/// up to a half, so that what failed together does not come again together.
pub(super) fn pause(tries: u32, random: u32) -> Duration {
    let doubled =
        FIRST.saturating_mul(1_u32.checked_shl(tries.saturating_sub(1).min(16)).unwrap_or(u32::MAX));
    let whole = doubled.min(LONGEST);
    whole - whole / 2 * (random % 1000) / 1000
}

/// When to try again after `attempts` that failed before this one.
#[must_use]
pub fn later(now: DateTime<Utc>, attempts: u32) -> DateTime<Utc> {
    let mut random = [0_u8; 4];
    // Without random numbers the pause is the whole one.
    let random = getrandom::fill(&mut random).map_or(0, |()| u32::from_ne_bytes(random));
    let pause = pause(attempts.saturating_add(1), random);
    now + TimeDelta::from_std(pause).unwrap_or(TimeDelta::seconds(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_bound_and_are_shortened_by_half_at_most() {
        let whole: Vec<u64> = [1, 2, 3, 9, 10, 99, u32::MAX].map(|tries| pause(tries, 0).as_secs()).to_vec();
        assert_eq!(whole, [1, 2, 4, 256, 300, 300, 300]);
        for random in [1, 999, 123_456, u32::MAX] {
            assert!((Duration::from_secs(2)..=Duration::from_secs(4)).contains(&pause(3, random)));
        }
    }
}
