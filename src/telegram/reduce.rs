//! The few fields the bot reads → teloxide's `Update`.
//!
//! teloxide parses Telegram's own JSON brittly: one unknown entity type empties a message, one unknown field before
//! the kind loses the update. What it is given here is built from fields that are known to fit.

use serde_json::{Value, json};
use teloxide::types::{Update, UpdateKind};

use super::said::{Chat, Event, Person, Press, Received, Said};

/// The update in teloxide's type; `None` for a kind that is not read, or should teloxide not take what it was given.
#[must_use]
pub fn to_update(received: &Received) -> Option<Update> {
    let (kind, content) = match &received.event {
        Event::Message(said) => ("message", message(said)),
        Event::Edited(said) => ("edited_message", message(said)),
        Event::Press(press) => ("callback_query", callback_query(press)),
        Event::Chat(_) | Event::Silent(_) => return None,
    };
    // By way of text: teloxide looks for a borrowed key first and loses an owned one, as a `Value` hands out.
    let reduced = json!({ "update_id": received.update_id, kind: content }).to_string();
    let update: Update = serde_json::from_str(&reduced).ok()?;
    // teloxide turns what it cannot read into an update of the kind "error".
    (!matches!(update.kind, UpdateKind::Error(_))).then_some(update)
}

fn message(said: &Said) -> Value {
    let mut message = json!({
        "message_id": said.message_id,
        "date": said.date.timestamp(),
        "chat": chat(said.chat),
    });
    if let Some(from) = &said.from {
        message["from"] = user(from);
    }
    if let Some(text) = &said.text {
        message["text"] = json!(text);
    }
    if let Some(topic) = said.topic {
        message["message_thread_id"] = json!(topic);
        message["is_topic_message"] = json!(true);
    }
    message
}

fn callback_query(press: &Press) -> Value {
    let mut query = json!({ "id": press.id, "from": user(&press.from), "chat_instance": "" });
    if let Some((place, message_id)) = press.place {
        // Date 0 says that the message itself is not told.
        query["message"] = json!({ "message_id": message_id, "date": 0, "chat": chat(place) });
    }
    if let Some(data) = &press.data {
        query["data"] = json!(data);
    }
    query
}

fn chat(chat: Chat) -> Value {
    json!({ "id": chat.id, "type": if chat.is_private { "private" } else { "supergroup" } })
}

fn user(person: &Person) -> Value {
    let mut user = json!({ "id": person.id, "is_bot": person.is_bot, "first_name": person.first_name });
    for (field, value) in [
        ("last_name", &person.last_name),
        ("username", &person.username),
        ("language_code", &person.language),
    ] {
        if let Some(value) = value {
            user[field] = json!(value);
        }
    }
    user
}
