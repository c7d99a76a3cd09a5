//! Times and ages in words. A time is always told with its zone's name.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::catalog::Catalog;

/// `12:04 UTC`; with the date where it is not today.
pub(super) fn time(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
    let format = if at.date_naive() == now.date_naive() { "%H:%M" } else { "%-d %b %Y %H:%M" };
    // Zones without letters of their own have a number there, which is no name.
    let letters = at.format("%Z").to_string();
    let name = if letters.starts_with(['+', '-']) { zone.name() } else { &letters };
    format!("{} {name}", at.format(format))
}

/// When the day of `now` began in `zone`; where a clock is put forward over midnight, when it was put.
pub(super) fn midnight(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let day = now.with_timezone(&zone).date_naive();
    let hours = (0..4).filter_map(|hour| day.and_hms_opt(hour, 0, 0)?.and_local_timezone(zone).earliest());
    hours.map(|at| at.to_utc()).next().unwrap_or(now)
}

/// `just now`, `2 min ago`, `3 h ago`, `5 d ago`.
pub(super) fn ago(catalog: &Catalog, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match span(at, now) {
        Some(span) => catalog.get("ago", &[("span", &span)]),
        None => catalog.get("just-now", &[]),
    }
}

/// `2 min`, `3 h`, `5 d`; `0 min` for less.
pub(super) fn age(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    span(at, now).unwrap_or_else(|| "0 min".to_owned())
}

fn span(at: DateTime<Utc>, now: DateTime<Utc>) -> Option<String> {
    let passed = now - at;
    if passed < TimeDelta::minutes(1) {
        None
    } else if passed < TimeDelta::hours(1) {
        Some(format!("{} min", passed.num_minutes()))
    } else if passed < TimeDelta::days(1) {
        Some(format!("{} h", passed.num_hours()))
    } else {
        Some(format!("{} d", passed.num_days()))
    }
}
