//! Several items in one message: a line each, made as short as it takes for none to be missing.

use super::Text;
use super::brief::{TITLE_CHARS, cut, units};
use super::card::Painter;
use crate::domain::card::Portrait;
use crate::domain::item::ItemState;
use crate::limits::MESSAGE_UNITS_MAX;

/// What a line tells, the most first: so many characters of the title, and whether by whom and when it was decided.
const FORMS: [(usize, bool); 6] =
    [(TITLE_CHARS, true), (40, true), (24, true), (TITLE_CHARS, false), (40, false), (24, false)];
/// The least that a line tells.
const SHORTEST: (usize, bool) = (12, false);

impl Painter<'_> {
    /// Several items in one message, a line each. Reasons stand on the card and in `/show` alone.
    pub(super) fn list(&self, portraits: &[Portrait]) -> Text {
        let told = |form| self.list_of(portraits, form);
        let fitting = FORMS.into_iter().map(told).find(|list| units(list) <= MESSAGE_UNITS_MAX);
        Text::new(&fitting.unwrap_or_else(|| told(SHORTEST)))
    }

    fn list_of(&self, portraits: &[Portrait], form: (usize, bool)) -> String {
        let open = portraits.iter().filter(|portrait| portrait.item.state == ItemState::Pending).count();
        let counts = [("count", portraits.len().to_string()), ("open", open.to_string())];
        let counts = counts.each_ref().map(|(name, count)| (*name, count.as_str()));
        let mut lines = vec![self.catalog.get("list-head", &counts)];
        lines.extend(portraits.iter().map(|portrait| self.short_line(portrait, form)));
        if open > 0 {
            lines.push(self.catalog.get("list-next", &[]));
        }
        lines.join("\n")
    }

    fn short_line(&self, portrait: &Portrait, (title, by_whom): (usize, bool)) -> String {
        let line = self.named(portrait, title);
        let became = if by_whom { self.became(portrait) } else { self.became_bare(portrait) };
        became.map_or_else(|| line.clone(), |became| format!("{line} – {became}"))
    }

    /// An item on one line, with what became of it, and why.
    pub(super) fn line(&self, portrait: &Portrait) -> String {
        let line = self.named(portrait, TITLE_CHARS);
        self.state(portrait).map_or_else(|| line.clone(), |state| format!("{line} – {state}"))
    }

    /// `#3 invoice: Rent`.
    fn named(&self, portrait: &Portrait, title: usize) -> String {
        let item = &portrait.item;
        let (id, title) = (item.id.to_string(), cut(&item.title, title));
        self.catalog.get("list-line", &[("id", &id), ("kind", &item.kind), ("title", &title)])
    }

    /// What became of it, without who did it and when.
    fn became_bare(&self, portrait: &Portrait) -> Option<String> {
        let item = &portrait.item;
        if item.state == ItemState::Pending {
            return (item.rules.quorum > 1).then(|| self.votes(portrait, ""));
        }
        Some(self.catalog.get(&format!("state-{}", item.state.code()), &[]))
    }
}
