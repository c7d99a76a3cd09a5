//! What an item is about beside its title: its detail, and the data that its client wants back. A card shows as much as
//! fits, Details all of it, but for the end of long data.

use super::catalog::Catalog;
use crate::domain::item::{Item, ItemState};
use crate::limits::MESSAGE_UNITS_MAX;

/// UTF-16 units of it on a card; more is told when Details is pressed.
const CARD_UNITS: usize = 1500;
/// UTF-16 units of the line that tells how much more there is.
const MORE_UNITS: usize = 80;
/// Characters of data that are shown at all.
const DATA_CHARS: usize = 6000;
/// UTF-16 units of it in one message, with room for the title.
const PART_UNITS: usize = 3500;

/// Whether a card shows less than all of it, so that nobody can have read it there.
pub(super) fn is_cut(item: &Item) -> bool {
    let detail = item.detail.as_ref().map_or(0, |detail| detail.encode_utf16().count());
    let data = item.payload.as_ref().map_or(0, |payload| {
        let (shown, more) = payload.pretty(CARD_UNITS);
        shown.encode_utf16().count() + more
    });
    detail + data > CARD_UNITS
}

/// As much of it as a card shows, and where the rest is: behind its button, which a decided card has no more.
pub(super) fn on_card(catalog: &Catalog, item: &Item) -> Option<String> {
    if !is_cut(item) {
        return all(catalog, item).map(|(text, _)| text);
    }
    let more = if item.state == ItemState::Pending { "card-more" } else { "card-more-shown" };
    cut(catalog, item, CARD_UNITS, more)
}

/// As much of it as has room in so many UTF-16 units, no more than on a card; and whether that is less than all of it.
pub(super) fn within(catalog: &Catalog, item: &Item, room: usize) -> (Option<String>, bool) {
    let whole = all(catalog, item).map(|(text, _)| text);
    let fits = whole.as_ref().is_none_or(|text| text.encode_utf16().count() <= room);
    if fits && !is_cut(item) {
        return (whole, false);
    }
    (cut(catalog, item, room.saturating_sub(MORE_UNITS).min(CARD_UNITS), "card-more"), true)
}

fn cut(catalog: &Catalog, item: &Item, most: usize, more: &str) -> Option<String> {
    let (text, hidden) = all(catalog, item)?;
    let shown = first_units(&text, most);
    let left = text.chars().count() - shown.chars().count() + hidden;
    let told = [("more", catalog.thousands(left)), ("id", item.id.get().to_string())];
    let more = catalog.get(more, &told.each_ref().map(|(name, value)| (*name, value.as_str())));
    Some(format!("{shown}…\n{more}"))
}

/// The first characters of it that take so many UTF-16 units.
fn first_units(text: &str, most: usize) -> String {
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= most
    };
    text.chars().take_while(fits).collect()
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
    format!("{}…\n{end}", first_units(part, room))
}

/// All that is shown of it, and how many characters of data are not.
fn all(catalog: &Catalog, item: &Item) -> Option<(String, usize)> {
    let data = item.payload.as_ref().map(|payload| payload.pretty(DATA_CHARS));
    let hidden = data.as_ref().map_or(0, |(_, more)| *more);
    let data = data.map(|(data, _)| catalog.get("details-data", &[]) + " " + &data);
    let lines: Vec<String> = item.detail.clone().into_iter().chain(data).collect();
    (!lines.is_empty()).then(|| (lines.join("\n"), hidden))
}
