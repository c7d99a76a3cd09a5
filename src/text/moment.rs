//! Times and ages in words. A time is always told with its zone's name.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::catalog::Catalog;
use super::rich;
use crate::domain::zone::Zone;

/// `12:04 UTC`; with the date where it is not today.
pub(super) fn time(catalog: &Catalog, at: DateTime<Utc>, now: DateTime<Utc>, zone: &Zone) -> String {
    let (name, moment, at, now) = (zone.letters(at), at, zone.local(at), zone.local(now));
    let part = |format: &str| at.format(format).to_string();
    let time = part("%H:%M");
    if at.date() == now.date() {
        return rich::marked(&catalog.get("time-today", &[("time", &time), ("zone", &name)]), moment, false);
    }
    let (day, year) = (part("%-d"), part("%Y"));
    let month = catalog.get("month", &[("month", &part("%b"))]);
    let dated = [("day", &*day), ("month", &month), ("year", &year), ("time", &time), ("zone", &name)];
    rich::marked(&catalog.get("time-dated", &dated), moment, true)
}

/// When the day of `now` began in `zone`; where a clock is put forward over midnight, when it was put.
pub(super) fn midnight(now: DateTime<Utc>, zone: &Zone) -> DateTime<Utc> {
    zone.begin(zone.local(now).date()).unwrap_or(now)
}

/// When the last so many days began in `zone`, today last.
pub(super) fn days(now: DateTime<Utc>, count: usize, zone: &Zone) -> Vec<DateTime<Utc>> {
    let today = zone.local(now).date();
    let mut days: Vec<_> = std::iter::successors(Some(today), NaiveDate::pred_opt)
        .take(count)
        .filter_map(|day| zone.begin(day))
        .collect();
    days.reverse();
    days
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
