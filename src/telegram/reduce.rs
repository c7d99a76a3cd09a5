//! The few fields the bot reads → teloxide's `Update`.
//!
//! teloxide parses Telegram's own JSON brittly: one unknown entity type empties a message, one unknown field before
//! the kind loses the update. What it is given here is built from fields that are known to fit.

use serde::Serialize;
use teloxide::types::{Update, UpdateKind};

use super::said::{self, Event, Person, Press, Received, Said};

/// The update in teloxide's type; `None` for a kind that is not read, or should teloxide not take what it was given.
#[must_use]
pub fn to_update(received: &Received) -> Option<Update> {
    let mut reduced = Reduced { update_id: received.update_id, ..Reduced::default() };
    match &received.event {
        Event::Message(said) => reduced.message = Some(Message::of(said)),
        Event::Edited(said) => reduced.edited_message = Some(Message::of(said)),
        Event::Press(press) => reduced.callback_query = Some(CallbackQuery::of(press)),
        Event::Chat(_) | Event::Silent(_) => return None,
    }
    // By way of text: teloxide looks for a borrowed key first and loses an owned one, as a `Value` hands out.
    let update: Update = serde_json::from_str(&serde_json::to_string(&reduced).ok()?).ok()?;
    // teloxide turns what it cannot read into an update of the kind "error".
    (!matches!(update.kind, UpdateKind::Error(_))).then_some(update)
}

#[derive(Default, Serialize)]
struct Reduced<'a> {
    update_id: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_message: Option<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_query: Option<CallbackQuery<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    message_id: i64,
    date: i64,
    chat: Chat,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<User<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_thread_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_topic_message: Option<bool>,
}

#[derive(Serialize)]
struct Chat {
    id: i64,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct User<'a> {
    id: i64,
    is_bot: bool,
    first_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language_code: Option<&'a str>,
}

#[derive(Serialize)]
struct CallbackQuery<'a> {
    id: &'a str,
    from: User<'a>,
    chat_instance: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a str>,
}

impl<'a> Message<'a> {
    fn of(said: &'a Said) -> Self {
        Self {
            message_id: said.message_id,
            date: said.date.timestamp(),
            chat: Chat::of(said.chat),
            from: said.from.as_ref().map(User::of),
            text: said.text.as_deref(),
            message_thread_id: said.topic,
            is_topic_message: said.topic.map(|_| true),
        }
    }
}

impl Chat {
    const fn of(chat: said::Chat) -> Self {
        Self { id: chat.id, kind: if chat.is_private { "private" } else { "supergroup" } }
    }
}

impl<'a> User<'a> {
    fn of(person: &'a Person) -> Self {
        Self {
            id: person.id,
            is_bot: person.is_bot,
            first_name: &person.first_name,
            last_name: person.last_name.as_deref(),
            username: person.username.as_deref(),
            language_code: person.language.as_deref(),
        }
    }
}

impl<'a> CallbackQuery<'a> {
    fn of(press: &'a Press) -> Self {
        // Date 0 says that the message itself is not told.
        let message = |(place, message_id)| Message {
            message_id,
            date: 0,
            chat: Chat::of(place),
            from: None,
            text: None,
            message_thread_id: None,
            is_topic_message: None,
        };
        Self {
            id: &press.id,
            from: User::of(&press.from),
            chat_instance: "",
            message: press.place.map(message),
            data: press.data.as_deref(),
        }
    }
}
