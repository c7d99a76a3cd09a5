//! The data that a button comes back with: at most 64 bytes (Bot API, InlineKeyboardButton).
//!
//! A card's names the item, what the card showed of it, and the item's round: a press on what is no longer so is told
//! apart. What stands for many items names what is remembered of them.

use serde_json::{Value, json};

use crate::domain::button::Button;
use crate::domain::card::{HASH_DIGITS, Seen};
use crate::domain::ids::ItemId;
use crate::domain::operation::Decision;
use crate::text::Choices;

/// `a:12:1a2b3c4d:1`, with `:cut` behind it where the detail is cut; `l:12`, `t:7:2`, `c:42`.
fn to_data(button: &Button) -> String {
    let card = |act, item: &ItemId, seen: &Seen| format!("{act}:{}:{}:{}", item.get(), seen.hash, seen.round);
    match button {
        Button::Decide { decision, item, seen, is_cut } => {
            let act = if *decision == Decision::Approve { 'a' } else { 'r' };
            format!("{}{}", card(act, item, seen), if *is_cut { ":cut" } else { "" })
        }
        Button::Details { item, seen } => card('d', item, seen),
        Button::Because { item, seen, reason: None } => card('w', item, seen),
        Button::Because { item, seen, reason: Some(place) } => format!("{}:{place}", card('w', item, seen)),
        Button::List { from } => format!("l:{}", from.get()),
        Button::Turn { prompt, page } => format!("t:{prompt}:{page}"),
        Button::ApprovePage { prompt } => format!("p:{prompt}"),
        Button::Confirm { operation } => format!("c:{operation}"),
        Button::Retry { operation } => format!("f:{operation}"),
        Button::Items { operation } => format!("i:{operation}"),
    }
}

/// What the button with this data does, as `keyboard` wrote it; `None` for anything else.
#[must_use]
pub fn from_data(data: &str) -> Option<Button> {
    let parts: Vec<&str> = data.split(':').collect();
    let (act, rest) = parts.split_first()?;
    match (*act, rest) {
        ("t", [prompt, page]) => {
            Some(Button::Turn { prompt: number(prompt)?, page: u32::try_from(number(page)?).ok()? })
        }
        ("l", [item]) => number(item).and_then(ItemId::new).map(|from| Button::List { from }),
        ("p", [prompt]) => number(prompt).map(|prompt| Button::ApprovePage { prompt }),
        ("c", [operation]) => number(operation).map(|operation| Button::Confirm { operation }),
        ("f", [operation]) => number(operation).map(|operation| Button::Retry { operation }),
        ("i", [operation]) => number(operation).map(|operation| Button::Items { operation }),
        (act, [item, hash, round, more @ ..]) => {
            let item = ItemId::new(number(item)?)?;
            let is_hash = hash.len() == HASH_DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit());
            let seen = Seen { hash: is_hash.then(|| (*hash).to_owned())?, round: round.parse().ok()? };
            of_card(act, item, seen, more)
        }
        _ => None,
    }
}

fn of_card(act: &str, item: ItemId, seen: Seen, more: &[&str]) -> Option<Button> {
    match (act, more) {
        ("a" | "r", [] | ["cut"]) => {
            let decision = if act == "a" { Decision::Approve } else { Decision::Reject };
            Some(Button::Decide { decision, item, seen, is_cut: !more.is_empty() })
        }
        // A release before this one wrote the mark there too.
        ("d", [] | ["cut"]) => Some(Button::Details { item, seen }),
        ("w", []) => Some(Button::Because { item, seen, reason: None }),
        ("w", [place]) => Some(Button::Because { item, seen, reason: Some(place.parse().ok()?) }),
        _ => None,
    }
}

fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number >= 1)
}

/// The keyboard with these buttons; an empty one takes away what was there.
pub(super) fn keyboard(choices: &Choices) -> Value {
    let rows: Vec<Value> = choices
        .iter()
        .map(|row| {
            let button = |choice: &crate::text::Choice| {
                json!({ "text": choice.caption.as_str(), "callback_data": to_data(&choice.button) })
            };
            row.iter().map(button).collect()
        })
        .collect();
    json!({ "inline_keyboard": rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_comes_back_as_it_went_and_fits() {
        let item = ItemId::stored(crate::limits::ID_MAX);
        let seen = || Seen { hash: "1a2b3c4d".to_owned(), round: i32::MAX };
        let operation = i64::MAX;
        let mut buttons = vec![
            Button::Details { item, seen: seen() },
            Button::Because { item, seen: seen(), reason: None },
            Button::Because { item, seen: seen(), reason: Some(7) },
            Button::List { from: item },
            Button::Turn { prompt: i64::MAX, page: u32::MAX },
            Button::ApprovePage { prompt: i64::MAX },
            Button::Confirm { operation },
            Button::Retry { operation },
            Button::Items { operation },
        ];
        for decision in [Decision::Approve, Decision::Reject] {
            buttons.extend([true, false].map(|is_cut| Button::Decide {
                decision,
                item,
                seen: seen(),
                is_cut,
            }));
        }
        for button in buttons {
            let data = to_data(&button);
            assert!(data.len() <= 64, "{data}");
            assert_eq!(from_data(&data), Some(button));
        }
        for odd in [
            "",
            "a",
            "a:0:1a2b3c4d:1",
            "x:1:1a2b3c4d:1",
            "a:1:1a2b3c4d5:1",
            "a:1:1a2b3c4d:1:no",
            "a:1:1a:1:cut:",
            "c",
            "c:0",
            "c:-1",
            "c:1:2",
            "l",
            "l:0",
            "l:1:2",
            "t:1",
            "t:1:0",
            "t:1:99999999999",
            "w:1:1a2b3c4d:1:x",
        ] {
            assert_eq!(from_data(odd), None, "{odd}");
        }
    }
}
