//! The one place that reads the time. Everything else is handed a `Clock` or a `now`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Timelike, Utc};

/// Where the time comes from: the machine, or a test that moves it by hand.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    Frozen(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that stands still at `at` until [`Clock::advance`] moves it.
    #[must_use]
    pub fn frozen(at: DateTime<Utc>) -> Self {
        Self(Source::Frozen(Arc::new(Mutex::new(at))))
    }

    /// The time now in whole microseconds, the precision both databases keep.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
        let now = match &self.0 {
            Source::Machine => Utc::now(),
            Source::Frozen(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        };
        now.with_nanosecond(now.nanosecond() / 1_000 * 1_000).unwrap_or(now)
    }

    /// Moves a frozen clock by `by` (which may be negative); the machine's clock stays as it is.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Frozen(at) = &self.0 {
            *at.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }

    /// Starts a stopwatch. It reads the monotonic clock, which no frozen clock replaces: it measures, and decides nothing.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
    pub fn stopwatch() -> Stopwatch {
        Stopwatch(Instant::now())
    }
}

/// A running measurement.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// The time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_told_in_whole_microseconds() {
        for (at, told) in [
            ("2026-03-01T12:04:00.123456789Z", "2026-03-01T12:04:00.123456Z"),
            ("2026-03-01T12:04:00Z", "2026-03-01T12:04:00Z"),
            ("1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999Z"),
        ] {
            let [at, told] = [at, told].map(|text| text.parse::<DateTime<Utc>>().expect("a time"));
            assert_eq!(Clock::frozen(at).now(), told);
        }
    }
}
