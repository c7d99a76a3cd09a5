//! What Telegram would deliver when the visitor does something.

use serde_json::{Value, json};

use super::taps::Tap;

/// The visitor, who is an admin.
pub(super) const VISITOR: i64 = 111;

/// Something the visitor does.
pub(super) enum Deed {
    /// Sends a text.
    Says(String),
    /// Answers a message.
    Replies { to: i64, text: String },
    /// Presses a button.
    Taps(Tap),
}

/// The update that brings it. `message` is the number a text of the visitor's gets.
pub(super) fn update(deed: &Deed, number: u32, message: i64, date: i64) -> Value {
    let from = json!({ "id": VISITOR, "is_bot": false, "first_name": "Lee", "username": "lee" });
    let chat = json!({ "id": VISITOR, "type": "private", "first_name": "Lee" });
    let said =
        |text: &str| json!({ "message_id": message, "date": date, "chat": chat, "from": from, "text": text });
    match deed {
        Deed::Says(text) => json!({ "update_id": number, "message": said(text) }),
        Deed::Replies { to, text } => {
            let mut said = said(text);
            said["reply_to_message"] = json!({ "message_id": to, "date": date, "chat": chat });
            json!({ "update_id": number, "message": said })
        }
        Deed::Taps(tap) => json!({ "update_id": number, "callback_query": {
            "id": format!("demo-{number}"), "from": from, "chat_instance": "demo", "data": tap.data,
            "message": { "message_id": tap.message, "date": date, "chat": chat },
        } }),
    }
}
