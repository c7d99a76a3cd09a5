//! The buttons under a card, and the data they come back with: at most 64 bytes (Bot API, InlineKeyboardButton).
//!
//! Data names the item, what the card showed of it, and the item's round: a press on what is no longer so is told apart.

use serde_json::{Value, json};

use crate::domain::card::{HASH_DIGITS, Portrait, Seen};
use crate::domain::ids::ItemId;
use crate::domain::item::ItemState;
use crate::text::{Phrase, Words, card};

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Says yes.
    Approve,
    /// Says no.
    Reject,
    /// Shows all there is to read.
    Details,
}

/// A button of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Button {
    pub(super) act: Act,
    pub(super) item: ItemId,
    pub(super) seen: Seen,
    /// The card shows less than the whole detail: Details comes before a yes.
    pub(super) is_cut: bool,
}

impl Button {
    /// `a:12:1a2b3c4d:1`, with `:cut` behind it where the detail is cut.
    pub(super) fn to_data(&self) -> String {
        let act = match self.act {
            Act::Approve => 'a',
            Act::Reject => 'r',
            Act::Details => 'd',
        };
        let cut = if self.is_cut { ":cut" } else { "" };
        format!("{act}:{}:{}:{}{cut}", self.item.get(), self.seen.hash, self.seen.round)
    }

    /// Reads what [`to_data`](Self::to_data) wrote; `None` for anything else.
    pub(super) fn from_data(data: &str) -> Option<Self> {
        let mut parts = data.split(':');
        let act = match parts.next()? {
            "a" => Act::Approve,
            "r" => Act::Reject,
            "d" => Act::Details,
            _ => return None,
        };
        let item = parts.next()?.parse().ok().and_then(ItemId::new)?;
        let hash = parts
            .next()
            .filter(|hash| hash.len() == HASH_DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let round = parts.next()?.parse().ok()?;
        let is_cut = match (parts.next(), parts.next()) {
            (None, None) => false,
            (Some("cut"), None) => true,
            _ => return None,
        };
        Some(Self { act, item, seen: Seen { hash: hash.to_owned(), round }, is_cut })
    }
}

/// The keyboard under one item; empty where nothing can be decided any more, which takes the buttons away.
pub(super) fn keyboard(words: &Words, portrait: &Portrait, is_whole: bool) -> Value {
    if portrait.item.state != ItemState::Pending {
        return json!({ "inline_keyboard": [] });
    }
    let is_cut = !is_whole && card::is_cut(portrait);
    let button = |act, phrase| {
        let button = Button { act, item: portrait.item.id, seen: Seen::of(&portrait.item), is_cut };
        json!({ "text": words.say(&phrase).as_str(), "callback_data": button.to_data() })
    };
    let mut rows =
        vec![json!([button(Act::Approve, Phrase::ButtonApprove), button(Act::Reject, Phrase::ButtonReject)])];
    if is_cut {
        rows.push(json!([button(Act::Details, Phrase::ButtonDetails)]));
    }
    json!({ "inline_keyboard": rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_comes_back_as_it_went_and_fits() {
        let largest = Button {
            act: Act::Approve,
            item: ItemId::stored(crate::limits::ID_MAX),
            seen: Seen { hash: "1a2b3c4d".to_owned(), round: i32::MAX },
            is_cut: true,
        };
        assert!(largest.to_data().len() <= 64, "{}", largest.to_data());
        for act in [Act::Approve, Act::Reject, Act::Details] {
            for is_cut in [true, false] {
                let button = Button { act, is_cut, ..largest.clone() };
                assert_eq!(Button::from_data(&button.to_data()), Some(button));
            }
        }
        for odd in [
            "",
            "a",
            "a:0:1a2b3c4d:1",
            "x:1:1a2b3c4d:1",
            "a:1:1a2b3c4d5:1",
            "a:1:1a2b3c4d:1:no",
            "a:1:1a:1:cut:",
        ] {
            assert_eq!(Button::from_data(odd), None, "{odd}");
        }
    }
}
