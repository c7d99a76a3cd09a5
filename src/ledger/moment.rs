//! Stored times, read quickly where many are read: SQLite holds texts, and to try one form after the other until one fits, as
//! the driver does, costs more than the rest of a row.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A time as it is stored: naive UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment(NaiveDateTime);

impl Moment {
    /// The same as a time of the domain.
    pub(super) const fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    fn of_text(text: &str) -> Option<Self> {
        as_written(text).or_else(|| as_by_hand(text)).map(Self)
    }
}

impl From<NaiveDateTime> for Moment {
    fn from(at: NaiveDateTime) -> Self {
        Self(at)
    }
}

impl TryGetable for Moment {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        if row.try_as_sqlite_row().is_none() {
            return NaiveDateTime::try_get_by(row, index).map(Self);
        }
        let text = String::try_get_by(row, index)?;
        Self::of_text(&text).ok_or_else(|| TryGetError::DbErr(DbErr::Type(format!("{text:?} is no time"))))
    }
}

/// From a text as SQLite holds it.
impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        Self::of_text(text).ok_or_else(|| D::Error::custom(format!("{text:?} is no time")))
    }
}

/// The time in the one form in which all are written: `2026-03-01 12:04:00`, with a fraction of the second where there is one.
fn as_written(text: &str) -> Option<NaiveDateTime> {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse::<u32>().ok()
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')];
    if !marks.iter().all(|(place, mark)| text.as_bytes().get(*place) == Some(mark)) {
        return None;
    }
    let year = i32::try_from(number(0, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)?;
    let nanos = match text.len() {
        19 => 0,
        // A point, and three, six or nine digits.
        end @ (23 | 26 | 29) if text.as_bytes().get(19) == Some(&b'.') => {
            number(20, end)? * 1000_u32.pow((29 - u32::try_from(end).ok()?) / 3)
        }
        _ => return None,
    };
    let time = NaiveTime::from_hms_nano_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?, nanos)?;
    Some(date.and_time(time))
}

/// The time in a form in which somebody may have written it who mended a row: those that SQLite's own functions take
/// (<https://sqlite.org/lang_datefunc.html#time_values>).
fn as_by_hand(text: &str) -> Option<NaiveDateTime> {
    let in_form = |form: &&str| {
        let zoned = DateTime::parse_from_str(text, form).map(|at| at.naive_utc());
        zoned.or_else(|_| NaiveDateTime::parse_from_str(text, form)).ok()
    };
    let standard = || DateTime::parse_from_rfc3339(text).map(|at| at.naive_utc()).ok();
    standard().or_else(|| BY_HAND.iter().find_map(in_form))
}

const BY_HAND: [&str; 12] = [
    "%F %T%.f",
    "%F %T%.fZ",
    "%F %T%.f%:z",
    "%F %R",
    "%F %RZ",
    "%F %R%:z",
    "%FT%T%.f",
    "%FT%T%.fZ",
    "%FT%T%.f%:z",
    "%FT%R",
    "%FT%RZ",
    "%FT%R%:z",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// As the driver writes them.
    fn written(at: NaiveDateTime) -> String {
        at.format("%F %T%.f").to_string()
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
        for nanos in [0, 1, 12_000_000, 4_500_000, 1_000_000, 123_456_000, 123_456_789, 999_999_999] {
            let at = day.and_hms_nano_opt(23, 4, 59, nanos).expect("a time");
            assert_eq!(as_written(&written(at)), Some(at), "{}", written(at));
        }
    }

    #[test]
    fn a_time_is_read_in_every_form_in_which_one_is_mended_by_hand() {
        let noon = NaiveDate::from_ymd_opt(2026, 3, 1).and_then(|day| day.and_hms_opt(12, 4, 0));
        for day in ["2026-03-01 ", "2026-03-01T"] {
            let times = [
                "12:04:00",
                "12:04:00.000",
                "12:04:00.0",
                "12:04",
                "12:04:00Z",
                "12:04Z",
                "14:04:00+02:00",
                "14:04+02:00",
                "12:04:00z",
            ];
            for time in times {
                let json = format!("\"{day}{time}\"");
                assert_eq!(Some(serde_json::from_str::<Moment>(&json).expect(&json).0), noon, "{json}");
            }
        }
        for wrong in ["\"\"", "\"12:04\"", "\"2026-13-01 12:04:00\"", "\"2026-03-01\"", "12", "null"] {
            assert!(serde_json::from_str::<Moment>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn another_form_is_not_read_quickly() {
        let others = [
            "",
            "2026-03-01",
            "2026-03-01T12:04:00",
            "2026-03-01 12:04",
            "2026-03-01 12:04:00Z",
            "2026-03-01 12:04:00.12",
            "2026-13-01 12:04:00",
            "2026-03-01 12:64:00",
            "+026-03-01 12:04:00",
            "2026-03-01 12:04:00,123",
            "２026-03-01 12:04:0",
        ];
        for other in others {
            assert_eq!(as_written(other), None, "{other:?}");
        }
    }
}
