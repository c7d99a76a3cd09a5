//! The audit log as a table: a row for each operation, of numbers, codes and people's own words.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use super::ask::Since;
use super::outcome::{Outcome, Skip, SkipReason};

/// Which part of the log is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extract {
    /// From that time on.
    Since(Since),
    /// From the operation with this number on.
    Operation(i64),
}

/// An operation as it stands on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its number.
    pub number: i64,
    /// When it was committed.
    pub at: DateTime<Utc>,
    /// Whose it was: `tg:<id>`, `api:<client>`.
    pub by: String,
    /// What that actor is called, where a name is on record.
    pub name: Option<String>,
    /// What was asked.
    pub verb: String,
    /// Its key.
    pub key: String,
    /// What it did.
    pub outcome: Outcome,
}

/// The columns, named in the first row. The last one holds all that is stored, the others what is looked for most.
pub const COLUMNS: [&str; 13] = [
    "number", "receipt", "time", "actor", "name", "verb", "result", "items", "awaiting", "skipped", "reason",
    "key", "outcome",
];

impl Logged {
    /// Its row.
    #[must_use]
    pub fn row(&self) -> [String; COLUMNS.len()] {
        let outcome = &self.outcome;
        let would = if let Outcome::Prepared { would, .. } = outcome { would.as_slice() } else { &[] };
        let ids = outcome.done().iter().chain(would.iter().map(|would| &would.id));
        let awaiting =
            outcome.awaiting().iter().map(|item| format!("{} {}/{}", item.id.get(), item.have, item.need));
        [
            self.number.to_string(),
            format!("R{}", self.number),
            rfc3339(self.at),
            self.by.clone(),
            self.name.clone().unwrap_or_default(),
            self.verb.clone(),
            result(outcome),
            joined(ids.map(|id| id.get().to_string()), " "),
            joined(awaiting, "; "),
            joined(outcome.skipped().iter().map(skipped), "; "),
            outcome.reason().map(ToString::to_string).unwrap_or_default(),
            self.key.clone(),
            outcome.to_stored(),
        ]
    }
}

/// The code of what came of it, and of the rule that refused it or why a role stayed as it was.
fn result(outcome: &Outcome) -> String {
    let told = serde_json::to_value(outcome).unwrap_or_default();
    let code = |place| told.pointer(place).and_then(Value::as_str);
    let codes = [code("/type"), code("/refusal/rule"), code("/kept/why")];
    joined(codes.into_iter().flatten().map(str::to_owned), ": ")
}

fn skipped(skip: &Skip) -> String {
    let by = match &skip.reason {
        SkipReason::Already { by: Some(by), at, .. } => {
            format!(" by {by}{}", at.map(|at| format!(" at {}", rfc3339(at))).unwrap_or_default())
        }
        _ => String::new(),
    };
    format!("{} {}{by}", skip.id.get(), skip.reason.code())
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}
