//! A section of a policy file: the rules of one kind, or of all that are not named.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::{Table, Value};

use super::KEYS;
use super::mistakes::Mistakes;
use crate::domain::reason::Reason;
use crate::domain::role::{Decider, Deciders};
use crate::domain::rules::{Forbidden, Rules};
use crate::limits::{EXPIRES_AFTER_S, QUORUM_MAX, REASONS_MAX, REMIND_AFTER_S};
use crate::settings::duration::{duration, undo_window};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    forbidden: Option<BTreeSet<Forbidden>>,
    quorum: Option<u32>,
    bulk: Option<bool>,
    allow_self: Option<bool>,
    reason_required: Option<bool>,
    reasons: Option<Vec<String>>,
    roles: Option<BTreeSet<Decider>>,
    webhooks: Option<BTreeSet<String>>,
    undo_window: Option<String>,
    expires_after: Option<String>,
    remind_after: Option<String>,
}

impl Section {
    /// Reads the keys one by one, so that each mistake is told.
    pub(super) fn read(value: &Value, place: &str, wrong: &mut Mistakes<'_>) -> Self {
        let Value::Table(table) = value else {
            wrong.tell(place, "", "is no section with keys".to_owned());
            return Self::default();
        };
        let mut known = Table::new();
        for (key, value) in table {
            let alone = Value::Table(Table::from_iter([(key.clone(), value.clone())]));
            match alone.try_into::<Self>() {
                Ok(_) => drop(known.insert(key.clone(), value.clone())),
                Err(error) => wrong.tell(place, key, misread(place, (key, value), error.message())),
            }
        }
        Value::Table(known).try_into().unwrap_or_default()
    }

    /// The rules that it sets; what it does not set is as in `base`.
    pub(super) fn rules(self, base: &Rules, place: &str, wrong: &mut Mistakes<'_>) -> Rules {
        let quorum = self.quorum.unwrap_or(base.quorum);
        if self.quorum.is_some() && !(1..=QUORUM_MAX).contains(&quorum) {
            wrong.tell(place, "quorum", format!("quorum is {quorum}; it must be 1 to {QUORUM_MAX}"));
        }
        let undo_window_s = self.undo_window.map_or(base.undo_window_s, |text| {
            undo_window(&text).unwrap_or_else(|| {
                let told = format!("undo_window is {text:?}; it must be 0s to 1h, as in 10s or 5m");
                wrong.tell(place, "undo_window", told);
                base.undo_window_s
            })
        });
        let mut told = |key: &str, what: String| wrong.tell(place, key, what);
        let (expires, reminds) = (("expires_after", self.expires_after), ("remind_after", self.remind_after));
        let expires_after_s = time_s(expires, base.expires_after_s, EXPIRES_AFTER_S, &mut told);
        let remind_after_s = time_s(reminds, base.remind_after_s, REMIND_AFTER_S, &mut told);
        let reasons = self.reasons.map_or_else(
            || base.reasons.clone(),
            |texts| {
                reasons(&texts).unwrap_or_else(|why| {
                    wrong.tell(place, "reasons", format!("reasons {why}"));
                    Vec::new()
                })
            },
        );
        if self.roles.as_ref().is_some_and(BTreeSet::is_empty) {
            let told = "roles names nobody; name owner, approver or client, or leave it out";
            wrong.tell(place, "roles", told.to_owned());
        }
        Rules {
            undo_window_s,
            reasons,
            quorum,
            expires_after_s,
            remind_after_s,
            bulk: self.bulk.unwrap_or(base.bulk),
            allow_self: self.allow_self.unwrap_or(base.allow_self),
            reason_required: self.reason_required.unwrap_or(base.reason_required),
            forbidden: self.forbidden.unwrap_or_else(|| base.forbidden.clone()),
            webhooks: self.webhooks.or_else(|| base.webhooks.clone()),
            roles: self.roles.map_or_else(|| base.roles.clone(), Deciders::only),
        }
    }
}

/// How the reader of TOML says what it found and what it wants, and how people do.
const PLAINLY: &[(&str, &str)] = &[
    ("invalid type: ", "is the "),
    ("invalid value: ", "is the "),
    ("unknown variant ", "knows no "),
    ("is the string ", "is the text "),
    ("is the integer ", "is the number "),
    ("is the floating point ", "is the number "),
    ("is the sequence", "is a list"),
    ("is the map", "is a section"),
    ("is the boolean ", "is "),
    (", expected one of ", "; there are "),
    (", expected ", "; it must be "),
    ("u32", "a whole number without quotes"),
    ("a boolean", "true or false"),
    ("a sequence", "a list, as in [\"a\", \"b\"]"),
    ("a string", "a text in quotes"),
];

/// What is wrong with a key that cannot be read.
fn misread(place: &str, (key, value): (&str, &Value), message: &str) -> String {
    if KEYS.iter().all(|known| known.name != key) {
        let kind = place.trim_start_matches("[kinds.").trim_end_matches(']').trim_matches('"');
        if value.is_table() && place.starts_with("[kinds.") {
            return format!(
                "{key} is no key; if a kind has a dot in its name, write [kinds.\"{kind}.{key}\"]"
            );
        }
        let known: Vec<&str> = KEYS.iter().map(|known| known.name).collect();
        return format!("{key} is no key; there are {}", known.join(", "));
    }
    let plain = |told: String, (from, to): &(&str, &str)| told.replace(from, to);
    format!("{key} {}", PLAINLY.iter().fold(message.trim().to_owned(), plain))
}

/// A time of a kind: as in `base` where the file says nothing, none where what it says is wrong.
fn time_s(
    (name, text): (&str, Option<String>),
    base: Option<u32>,
    (least, most): (u32, u32),
    wrong: &mut impl FnMut(&str, String),
) -> Option<u32> {
    let Some(text) = text else { return base };
    let read = duration(&text).and_then(|time| u32::try_from(time.num_seconds()).ok());
    let time = read.filter(|seconds| (least..=most).contains(seconds));
    if time.is_none() {
        let days = most / (24 * 3600);
        wrong(name, format!("{name} is {text:?}; it must be 1m to {days}d, as in 12h or 3d"));
    }
    time
}

fn reasons(texts: &[String]) -> Result<Vec<Reason>, String> {
    let (most, chars_max) = REASONS_MAX;
    if texts.len() > most {
        return Err(format!("are {}; at most {most} can be offered", texts.len()));
    }
    let read = |text: &String| {
        if text.trim().is_empty() {
            return Err(format!("has an empty one; each has 1 to {chars_max} characters"));
        }
        let reason = Reason::new(text).map_err(|wrong| format!("has {text:?}, which {wrong}"))?;
        let chars = reason.as_str().chars().count();
        if chars > chars_max {
            return Err(format!(
                "has {text:?}, which has {chars} characters; at most {chars_max} fit a button"
            ));
        }
        Ok(reason)
    };
    let read = texts.iter().map(read).collect::<Result<Vec<Reason>, String>>()?;
    let twice = read.iter().enumerate().find(|(place, reason)| read[..*place].contains(reason));
    twice.map_or(Ok(read.clone()), |(_, reason)| Err(format!("has {:?} twice", reason.as_str())))
}
