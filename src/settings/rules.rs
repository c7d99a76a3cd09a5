//! What rules and texts go by.

use chrono::TimeDelta;

use super::duration::{duration, undo_window};
use super::environment::Environment;
use super::policy::Policy;
use super::problem::Problems;
use crate::domain::language::Language;
use crate::domain::zone::Zone;
use crate::limits::{IDS_MAX, KEY_RETENTION_MIN};

const RETENTION_DEFAULT: TimeDelta = TimeDelta::days(7);
const RETENTION_MAX: TimeDelta = TimeDelta::days(365);
const BULK_LIMIT_DEFAULT: usize = 100;
const UNDO_WINDOW_DEFAULT_S: u32 = 10;

/// What rules and texts go by.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How long idempotency keys are kept: 24 hours to 365 days.
    pub key_retention: TimeDelta,
    /// Most different ids in one operation.
    pub bulk_limit: usize,
    /// The rules of each kind of items.
    pub policy: Policy,
    /// How times are shown.
    pub time_zone: Zone,
    /// The language of groups, and of people whose own is not known.
    pub language: Language,
}

impl Rules {
    pub(super) fn read(environment: &Environment, problems: &mut Problems) -> Self {
        Self {
            key_retention: key_retention(environment, problems),
            bulk_limit: bulk_limit(environment, problems),
            policy: Policy::read(environment, undo_window_s(environment, problems), problems),
            time_zone: time_zone(environment, problems),
            language: language(environment, problems),
        }
    }
}

fn key_retention(environment: &Environment, problems: &mut Problems) -> TimeDelta {
    let Some(text) = environment.get("KEY_RETENTION", problems) else { return RETENTION_DEFAULT };
    match duration(&text) {
        Some(retention) if (KEY_RETENTION_MIN..=RETENTION_MAX).contains(&retention) => return retention,
        Some(_) => problems
            .add("KEY_RETENTION", format!("is {text}; it must be 24h to 365d: Telegram repeats for a day")),
        None => problems.add("KEY_RETENTION", format!("is {text:?}, which is not a number and s, m, h or d")),
    }
    RETENTION_DEFAULT
}

fn undo_window_s(environment: &Environment, problems: &mut Problems) -> u32 {
    let Some(text) = environment.get("UNDO_WINDOW", problems) else { return UNDO_WINDOW_DEFAULT_S };
    undo_window(&text).unwrap_or_else(|| {
        problems.add("UNDO_WINDOW", format!("is {text:?}; it must be 0s to 1h, as in 10s or 5m"));
        UNDO_WINDOW_DEFAULT_S
    })
}

fn bulk_limit(environment: &Environment, problems: &mut Problems) -> usize {
    let Some(text) = environment.get("BULK_LIMIT", problems) else { return BULK_LIMIT_DEFAULT };
    text.parse().ok().filter(|limit| (1..=IDS_MAX).contains(limit)).unwrap_or_else(|| {
        problems.add("BULK_LIMIT", format!("is {text:?}; it must be a number from 1 to {IDS_MAX}"));
        BULK_LIMIT_DEFAULT
    })
}

fn time_zone(environment: &Environment, problems: &mut Problems) -> Zone {
    let Some(text) = environment.get("TIME_ZONE", problems) else { return Zone::UTC };
    Zone::named(&text).unwrap_or_else(|| {
        problems.add("TIME_ZONE", format!("is {text:?}, which is no name of the IANA time zone database"));
        Zone::UTC
    })
}

fn language(environment: &Environment, problems: &mut Problems) -> Language {
    let Some(text) = environment.get("LANGUAGE", problems) else { return Language::default() };
    Language::from_code(&text).unwrap_or_else(|| {
        let known = Language::ALL.map(Language::code).join(" or ");
        problems.add("LANGUAGE", format!("is {text:?}; it must be {known}"));
        Language::default()
    })
}
