//! Buttons under the bot's messages, and presses on them as Telegram delivers them.

use serde_json::{Value, json};

use super::bot::said_by;

/// The data of a message's buttons, in their order.
pub fn buttons(message: &Value) -> Vec<String> {
    let rows = message["reply_markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
    let all = rows.iter().flat_map(|row| row.as_array().unwrap().clone());
    all.map(|button| button["callback_data"].as_str().unwrap().to_owned()).collect()
}

/// A press on the button that begins so, under this message.
pub fn press(update_id: u32, person: i64, chat: i64, (message, shown): &(i64, Value), act: &str) -> Value {
    let data = buttons(shown).into_iter().find(|data| data.starts_with(act)).expect("the button");
    pressed(update_id, person, (chat, *message), &data)
}

/// A press with this data under that message.
pub fn pressed(update_id: u32, person: i64, (chat, message): (i64, i64), data: &str) -> Value {
    let from = said_by(person, 1, "x")["message"]["from"].clone();
    json!({ "update_id": update_id, "callback_query": {
        "id": format!("q{update_id}"), "from": from, "chat_instance": "1", "data": data,
        "message": { "message_id": message, "date": 0, "chat": { "id": chat, "type": "supergroup" } },
    } })
}

/// What stands on a message's buttons, in their order.
pub fn captions(message: &Value) -> Vec<String> {
    let rows = message["reply_markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
    let all = rows.iter().flat_map(|row| row.as_array().unwrap().clone());
    all.map(|button| button["text"].as_str().unwrap().to_owned()).collect()
}
