//! The audit log as a file. It is made when it is sent, and again should that fail: what it holds was fixed when it was
//! asked for.

use chrono::{DateTime, Utc};

use super::App;
use crate::domain::csv;
use crate::domain::event::Event;
use crate::domain::export::{COLUMNS, Extract, Logged};
use crate::ledger::LedgerError;
use crate::ledger::journal::Bookmark;
use crate::limits::{EXPORT_BYTES_MAX, EXPORT_PAGE};
use crate::text::{ExportView, Phrase, Text};

/// A file for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub content: String,
}

/// What is sent to whoever asked for the log.
#[derive(Clone, Debug)]
pub struct Exported {
    /// What it is, and how to get what is not in it.
    pub caption: Text,
    /// The file; none where there is nothing to tell.
    pub file: Option<File>,
}

/// What is in the file so far.
struct Table {
    content: String,
    first: Option<Logged>,
    last: Option<Logged>,
    count: u64,
    /// The first one that did not fit.
    rest: Option<i64>,
}

impl App {
    /// What is asked for, as of now.
    #[must_use]
    pub fn export_event(&self, extract: Extract, reader: i64) -> Event {
        let until = self.clock.now();
        let (since, from) = match extract {
            Extract::Since(since) => (self.since(since, until), None),
            Extract::Operation(number) => (None, Some(number)),
        };
        Event::Export { since, from, until, reader }
    }

    /// The log from that time or operation on.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn export(
        &self,
        (since, from): (Option<DateTime<Utc>>, Option<i64>),
        until: DateTime<Utc>,
    ) -> Result<Exported, LedgerError> {
        let begin = match from {
            None => since.map(Bookmark::before),
            Some(number) => match self.ledger.place_of(number).await? {
                Some(place) => Some(place),
                None => return Ok(self.words.say(&Phrase::NoSuchReceipt { number }).into()),
            },
        };
        let Table { content, first, last, count, rest } = self.table(begin, until).await?;
        let (Some(first), Some(last)) = (first, last) else {
            return Ok(self.words.say(&Phrase::NothingToExport).into());
        };
        let view = ExportView { first: &first, last: &last, count, rest };
        let name = format!("countersign-R{}-R{}.csv", first.number, last.number);
        let caption = self.words.exported(&view, self.clock.now());
        Ok(Exported { caption, file: Some(File { name, content }) })
    }

    /// As many rows as fit.
    async fn table(&self, begin: Option<Bookmark>, until: DateTime<Utc>) -> Result<Table, LedgerError> {
        let content = csv::record(COLUMNS);
        let mut table = Table { content, first: None, last: None, count: 0, rest: None };
        let mut behind = begin;
        loop {
            let page = self.ledger.journal(behind, until, EXPORT_PAGE).await?;
            let is_last = page.len() < EXPORT_PAGE as usize;
            for logged in page {
                let row = csv::record(logged.row());
                if table.content.len() + row.len() > EXPORT_BYTES_MAX {
                    table.rest = Some(logged.number);
                    return Ok(table);
                }
                table.content.push_str(&row);
                table.count += 1;
                behind = Some(Bookmark::behind(&logged));
                table.first.get_or_insert_with(|| logged.clone());
                table.last = Some(logged);
            }
            if is_last {
                return Ok(table);
            }
        }
    }
}

impl From<Text> for Exported {
    fn from(caption: Text) -> Self {
        Self { caption, file: None }
    }
}
