//! What is said about a file of the log.

use chrono::{DateTime, Utc};

use super::{Text, Words, moment};
use crate::domain::export::Logged;

/// A file of the log.
#[derive(Clone, Copy, Debug)]
pub struct ExportView<'a> {
    /// The first operation in it.
    pub first: &'a Logged,
    /// The last one.
    pub last: &'a Logged,
    /// How many there are.
    pub count: u64,
    /// The first one that had no room, if there were more.
    pub rest: Option<i64>,
}

impl Words {
    /// What a file of the log holds, and how to get the rest.
    #[must_use]
    pub fn exported(&self, view: &ExportView<'_>, now: DateTime<Utc>) -> Text {
        let time = |logged: &Logged| moment::time(self.catalog(), logged.at, now, &self.time_zone);
        let told = [
            ("count", self.catalog().thousands(usize::try_from(view.count).unwrap_or(usize::MAX))),
            ("first", view.first.number.to_string()),
            ("last", view.last.number.to_string()),
            ("since", time(view.first)),
            ("until", time(view.last)),
        ];
        let told = told.each_ref().map(|(name, value)| (*name, value.as_str()));
        let mut lines = vec![self.catalog().get("export", &told)];
        let rest = |number: i64| self.catalog().get("export-rest", &[("number", &number.to_string())]);
        lines.extend(view.rest.map(rest));
        Text::new(&lines.join("\n"))
    }
}
