//! What an item is about beside its title: its detail, and the data that its client wants back. A card shows as much as
//! fits, Details all of it, but for the end of long data.

use super::catalog::Catalog;
use crate::domain::item::Item;
use crate::limits::MESSAGE_UNITS_MAX;

/// Characters of it on a card; more is told when Details is pressed.
const CARD_CHARS: usize = 1500;
/// Characters of data that are shown at all.
const DATA_CHARS: usize = 6000;
/// UTF-16 units of it in one message, with room for the title.
const PART_UNITS: usize = 3500;

/// Whether a card shows less than all of it, so that nobody can have read it there.
pub(super) fn is_cut(item: &Item) -> bool {
    let detail = item.detail.as_ref().map_or(0, |detail| detail.chars().count());
    let data = item.payload.as_ref().map_or(0, |payload| {
        let (shown, more) = payload.pretty(CARD_CHARS);
        shown.chars().count() + more
    });
    detail + data > CARD_CHARS
}

/// As much of it as a card shows.
pub(super) fn on_card(catalog: &Catalog, item: &Item) -> Option<String> {
    let (text, hidden) = all(catalog, item)?;
    if !is_cut(item) {
        return Some(text);
    }
    let more = text.chars().count().saturating_sub(CARD_CHARS) + hidden;
    let shown: String = text.chars().take(CARD_CHARS).collect();
    Some(format!("{shown}…\n{}", catalog.get("card-more", &[("more", &catalog.thousands(more))])))
}

/// All of it, in the parts of as many messages.
pub(super) fn parts(catalog: &Catalog, item: &Item) -> Vec<String> {
    let Some((mut text, hidden)) = all(catalog, item) else {
        return vec![catalog.get("details-none", &[])];
    };
    if hidden > 0 {
        let more = catalog.get("details-more", &[("more", &catalog.thousands(hidden))]);
        text = format!("{text}…\n{more}");
    }
    let (mut parts, mut units) = (vec![String::new()], 0);
    for c in text.chars() {
        units += c.len_utf16();
        if units > PART_UNITS {
            parts.push(String::new());
            units = c.len_utf16();
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// The part with this below it, whole: the part is cut where both do not fit into one message.
pub(super) fn ending_with(part: &str, end: &str) -> String {
    let room = MESSAGE_UNITS_MAX.saturating_sub(end.encode_utf16().count() + 2);
    if part.encode_utf16().count() <= room {
        return format!("{part}\n{end}");
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= room
    };
    let shown: String = part.chars().take_while(fits).collect();
    format!("{shown}…\n{end}")
}

/// All that is shown of it, and how many characters of data are not.
fn all(catalog: &Catalog, item: &Item) -> Option<(String, usize)> {
    let data = item.payload.as_ref().map(|payload| payload.pretty(DATA_CHARS));
    let hidden = data.as_ref().map_or(0, |(_, more)| *more);
    let data = data.map(|(data, _)| catalog.get("details-data", &[]) + " " + &data);
    let lines: Vec<String> = item.detail.clone().into_iter().chain(data).collect();
    (!lines.is_empty()).then(|| (lines.join("\n"), hidden))
}
