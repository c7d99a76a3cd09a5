//! Times and ages in words. A time is always told with its zone's name.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::catalog::Catalog;
use super::rich;

/// `12:04 UTC`; with the date where it is not today.
pub(super) fn time(catalog: &Catalog, at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (moment, at, now) = (at, at.with_timezone(&zone), now.with_timezone(&zone));
    let part = |format: &str| at.format(format).to_string();
    // Zones without letters of their own have a number there, which is no name.
    let letters = part("%Z");
    let name = if letters.starts_with(['+', '-']) { zone.name() } else { &letters };
    let time = part("%H:%M");
    if at.date_naive() == now.date_naive() {
        return rich::marked(&catalog.get("time-today", &[("time", &time), ("zone", name)]), moment, false);
    }
    let (day, year) = (part("%-d"), part("%Y"));
    let month = catalog.get("month", &[("month", &part("%b"))]);
    let dated = [("day", &*day), ("month", &month), ("year", &year), ("time", &time), ("zone", name)];
    rich::marked(&catalog.get("time-dated", &dated), moment, true)
}

/// When the day of `now` began in `zone`; where a clock is put forward over midnight, when it was put.
pub(super) fn midnight(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    begin(now.with_timezone(&zone).date_naive(), zone).unwrap_or(now)
}

/// When the last so many days began in `zone`, today last.
pub(super) fn days(now: DateTime<Utc>, count: usize, zone: Tz) -> Vec<DateTime<Utc>> {
    let mut days: Vec<_> =
        std::iter::successors(Some(now.with_timezone(&zone).date_naive()), NaiveDate::pred_opt)
            .take(count)
            .filter_map(|day| begin(day, zone))
            .collect();
    days.reverse();
    days
}

fn begin(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let hours = (0..4).filter_map(|hour| day.and_hms_opt(hour, 0, 0)?.and_local_timezone(zone).earliest());
    hours.map(|at| at.to_utc()).next()
}

/// `just now`, `2 min ago`, `3 h ago`, `5 d ago`.
pub(super) fn ago(catalog: &Catalog, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if now - at < TimeDelta::minutes(1) {
        return catalog.get("just-now", &[]);
    }
    let (id, count) = passed(at, now);
    let many = if count == 1 { "one" } else { "many" };
    catalog.get(&format!("ago-{id}"), &[("count", &count.to_string()), ("many", many)])
}

/// `2 min`, `3 h`, `5 d`; `0 min` for less.
pub(super) fn age(catalog: &Catalog, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (id, count) = passed(at, now);
    catalog.get(&format!("span-{id}"), &[("count", &count.to_string())])
}

/// So many seconds ahead: `90 s`, from two minutes on `60 min`, to the nearest.
pub(super) fn span(catalog: &Catalog, seconds: i64) -> String {
    let (id, count) = if seconds < 120 { ("seconds", seconds) } else { ("minutes", (seconds + 30) / 60) };
    catalog.get(&format!("span-{id}"), &[("count", &count.to_string())])
}

/// In the largest unit of which at least one has passed.
fn passed(at: DateTime<Utc>, now: DateTime<Utc>) -> (&'static str, i64) {
    let passed = (now - at).max(TimeDelta::zero());
    if passed < TimeDelta::hours(1) {
        ("minutes", passed.num_minutes())
    } else if passed < TimeDelta::days(1) {
        ("hours", passed.num_hours())
    } else {
        ("days", passed.num_days())
    }
}
