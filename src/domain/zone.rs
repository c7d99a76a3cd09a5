//! Time zones by their names in the IANA database, all of which is part of the program: a small container has none.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, civil};

/// A time zone; cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone with this name, as in `Europe/Berlin`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().filter(|zone| !zone.is_unknown()).map(Self)
    }

    /// What the clocks there showed at this moment.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let utc = at.naive_utc();
        utc.checked_add_signed(shift(self.0.to_offset(timestamp(at)))).unwrap_or(utc)
    }

    /// What its time is called at this moment, as in CET. A zone without letters of its own has a number there, which is no name:
    /// it goes by its own.
    #[must_use]
    pub fn letters(&self, at: DateTime<Utc>) -> String {
        let told = self.0.to_offset_info(timestamp(at));
        let letters = told.abbreviation();
        let name = self.0.iana_name().filter(|_| letters.starts_with(['+', '-']));
        name.unwrap_or(letters).to_owned()
    }

    /// When this day began there; where a clock was put forward over midnight, when it was put.
    #[must_use]
    pub fn begin(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        (0..4).find_map(|hour| self.earliest(day, hour))
    }

    /// When the clocks there first showed this hour; `None` where it was left out.
    fn earliest(&self, day: NaiveDate, hour: i8) -> Option<DateTime<Utc>> {
        let (year, month, of_month) =
            (day.year().try_into().ok()?, day.month().try_into().ok()?, day.day().try_into().ok()?);
        let shown = civil::DateTime::new(year, month, of_month, hour, 0, 0, 0).ok()?;
        match self.0.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
                let shown = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(hour.into());
                Some((shown - shift(offset)).and_utc())
            }
            AmbiguousOffset::Gap { .. } => None,
        }
    }
}

fn shift(offset: Offset) -> TimeDelta {
    TimeDelta::seconds(offset.seconds().into())
}

/// To the second, as zones change; beyond the years that zones are known for, the nearest of them.
fn timestamp(at: DateTime<Utc>) -> Timestamp {
    let bound = if at < DateTime::UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(at.timestamp()).unwrap_or(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    fn begin(name: &str, day: &str) -> String {
        zone(name).begin(day.parse().unwrap()).unwrap().format("%F %R").to_string()
    }

    #[test]
    fn a_day_begins_when_the_clocks_say_so() {
        assert_eq!(begin("UTC", "2026-03-01"), "2026-03-01 00:00");
        assert_eq!(begin("Europe/Berlin", "2026-03-01"), "2026-02-28 23:00");
        assert_eq!(begin("Europe/Berlin", "2026-07-01"), "2026-06-30 22:00");
        // Midnight was left out.
        assert_eq!(begin("America/Sao_Paulo", "2018-11-04"), "2018-11-04 03:00");
        // Midnight came twice.
        assert_eq!(begin("America/Havana", "2024-11-03"), "2024-11-03 04:00");
    }

    #[test]
    fn its_time_has_letters_or_its_name() {
        let at = |text: &str| text.parse().unwrap();
        assert_eq!(zone("Europe/Berlin").letters(at("2026-03-01T12:00:00Z")), "CET");
        assert_eq!(zone("Europe/Berlin").letters(at("2026-07-01T12:00:00Z")), "CEST");
        assert_eq!(zone("America/Sao_Paulo").letters(at("2026-03-01T12:00:00Z")), "America/Sao_Paulo");
        assert_eq!(Zone::UTC.letters(at("2026-03-01T12:00:00Z")), "UTC");
        assert_eq!(["Europe/Berlim", "Etc/Unknown", ""].map(Zone::named), [None, None, None]);
        for far in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert_eq!(Zone::UTC.local(far), far.naive_utc());
            for zone in [zone("Asia/Tokyo"), zone("America/Sao_Paulo")] {
                assert!((zone.local(far) - far.naive_utc()).abs() < TimeDelta::days(1));
            }
        }
    }
}
