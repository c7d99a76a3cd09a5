//! Buttons as they are typed: `tap 2 approve`, `tap next`. What is shown beside a button is what presses it.

use super::phone::{Button, Message};
use crate::domain::button::Button as Act;
use crate::domain::operation::Decision;
use crate::telegram::button;

/// A button that can be pressed, and what is typed for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tap {
    /// The item it is about, where it is about one.
    item: Option<i64>,
    /// Its name, in small letters.
    name: String,
    caption: String,
    /// The message it stands under.
    pub(super) message: i64,
    pub(super) data: String,
}

impl Tap {
    fn of(message: i64, Button { caption, data }: &Button) -> Self {
        let small = caption.to_lowercase();
        let (item, name) = match button::from_data(data) {
            Some(Act::Decide { decision: Decision::Approve, item, .. }) => (Some(item.get()), "approve"),
            Some(Act::Decide { decision: Decision::Reject, item, .. }) => (Some(item.get()), "reject"),
            Some(Act::Details { item, .. }) => (Some(item.get()), "details"),
            Some(Act::Because { item, .. }) => (Some(item.get()), small.as_str()),
            Some(Act::List { .. }) => (None, "list"),
            Some(Act::Turn { .. }) => (None, if caption == "▶" { "next" } else { "back" }),
            Some(Act::ApprovePage { .. }) => (None, "page"),
            Some(Act::Confirm { .. }) => (None, "confirm"),
            Some(Act::Retry { .. }) => (None, "retry"),
            Some(Act::Items { .. }) => (None, "details"),
            None => (None, small.as_str()),
        };
        Self { item, name: name.to_owned(), caption: small.clone(), message, data: data.clone() }
    }

    fn is_meant_by(&self, item: Option<i64>, name: &str) -> bool {
        let is_called = self.name.starts_with(name) || self.caption.starts_with(name) || self.caption == name;
        is_called && item.is_none_or(|item| self.item == Some(item))
    }

    /// What is typed to press it.
    pub(super) fn typed(&self) -> String {
        let item = self.item.map(|item| format!("{item} ")).unwrap_or_default();
        format!("tap {item}{}", self.name)
    }
}

/// The buttons of a message.
pub(super) fn of(message: &Message) -> Vec<Tap> {
    message.rows.iter().flatten().map(|button| Tap::of(message.id, button)).collect()
}

/// The button that `words` mean (`2 approve`, `approve 2`, `next`): the one of the newest message that has one.
pub(super) fn find(messages: &[Message], words: &str) -> Option<Tap> {
    let number = |word: &str| word.trim_start_matches('#').parse::<i64>().ok();
    let item = words.split_whitespace().find_map(number);
    let name: Vec<&str> = words.split_whitespace().filter(|word| number(word).is_none()).collect();
    let name = name.join(" ").to_lowercase();
    let mut all = messages.iter().rev().flat_map(of);
    if name.is_empty() { None } else { all.find(|tap| tap.is_meant_by(item, &name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: i64, buttons: &[(&str, &str)]) -> Message {
        let button =
            |(caption, data): &(&str, &str)| Button { caption: (*caption).into(), data: (*data).into() };
        Message { id, text: String::new(), rows: vec![buttons.iter().map(button).collect()] }
    }

    #[test]
    fn a_button_is_found_by_its_item_and_name_in_the_newest_message() {
        let messages = [
            message(1, &[("Approve", "a:2:1a2b3c4d:1"), ("Reject", "r:2:1a2b3c4d:1")]),
            message(2, &[("Approve", "a:3:1a2b3c4d:1"), ("Too expensive", "w:3:1a2b3c4d:1:0")]),
            message(3, &[("◀", "t:7:1"), ("▶", "t:7:3"), ("Approve all on this page (10)", "p:7")]),
            message(4, &[("Approve 12", "c:42"), ("Details", "i:42")]),
        ];
        let found = |words: &str| find(&messages, words).map(|tap| (tap.message, tap.typed()));
        for (words, message, typed) in [
            ("2 approve", 1, "tap 2 approve"),
            ("approve #2", 1, "tap 2 approve"),
            ("REJECT", 1, "tap 2 reject"),
            ("3 too", 2, "tap 3 too expensive"),
            ("next", 3, "tap next"),
            ("◀", 3, "tap back"),
            ("page", 3, "tap page"),
            ("confirm", 4, "tap confirm"),
            ("approve", 4, "tap confirm"),
            ("details", 4, "tap details"),
        ] {
            assert_eq!(found(words), Some((message, typed.to_owned())), "{words}");
        }
        assert_eq!((found("9 approve"), found("dance"), found("2"), found("")), (None, None, None, None));
    }
}
