//! What still waits, in words.

use chrono::{DateTime, Utc};

use super::card::Painter;
use super::{Text, Words, moment};
use crate::domain::card::Portrait;
use crate::limits::MESSAGE_UNITS_MAX;

/// UTF-16 units that lines may take, with room for the last one.
const LINES_UNITS: usize = MESSAGE_UNITS_MAX - 96;

impl Words {
    /// Brings up what still waits: one as its card, several a line each; `are_all` tells whether there are no more.
    #[must_use]
    pub fn reminder(&self, waiting: &[Portrait], are_all: bool, now: DateTime<Utc>) -> Text {
        self.painter(now).reminder(waiting, are_all)
    }
}

impl Painter<'_> {
    fn reminder(&self, waiting: &[Portrait], are_all: bool) -> Text {
        let oldest = waiting.iter().map(|portrait| portrait.item.created_at).min().unwrap_or(self.now);
        let (count, span) = (waiting.len().to_string(), moment::age(self.catalog, oldest, self.now));
        if let ([portrait], true) = (waiting, are_all) {
            let head = self.catalog.get("reminder-one", &[("span", &span)]);
            return Text::new(&format!("{head}\n{}", self.card(portrait)));
        }
        let mut text = self.catalog.get("reminder-head", &[("count", &count), ("span", &span)]);
        let lines = waiting.iter().map(|portrait| self.line(portrait));
        let mut is_cut = !are_all;
        for line in lines {
            if text.encode_utf16().count() + line.encode_utf16().count() > LINES_UNITS {
                is_cut = true;
                break;
            }
            text = format!("{text}\n{line}");
        }
        let next = if is_cut { "reminder-more" } else { "list-next" };
        Text::new(&format!("{text}\n{}", self.catalog.get(next, &[])))
    }
}
