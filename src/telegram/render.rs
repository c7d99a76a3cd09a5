//! An answer as the one method call that the webhook's response may hold.

use serde_json::{Value, json};

use super::said::Said;
use crate::text::Text;

/// An answer to the chat, topic and message it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply(Way);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    Message { chat: i64, topic: Option<i64>, message_id: i64, text: Text },
    Press { query: String, text: Text },
}

impl Reply {
    /// An answer to a message.
    pub(super) const fn to_message(said: &Said, text: Text) -> Self {
        Self(Way::Message { chat: said.chat.id, topic: said.topic, message_id: said.message_id, text })
    }

    /// An answer to a button's press: a line over the chat.
    pub(super) const fn to_press(query: String, text: Text) -> Self {
        Self(Way::Press { query, text })
    }

    /// What it says.
    #[must_use]
    pub const fn text(&self) -> &Text {
        match &self.0 {
            Way::Message { text, .. } | Way::Press { text, .. } => text,
        }
    }

    /// The method call as JSON. No parse mode: nobody's title can turn into markup. A message that was deleted since
    /// does not lose the answer.
    #[must_use]
    pub fn to_method(&self) -> Value {
        match &self.0 {
            Way::Message { chat, topic, message_id, text } => {
                let mut method = json!({
                    "method": "sendMessage",
                    "chat_id": chat,
                    "text": text.as_str(),
                    "reply_parameters": { "message_id": message_id, "allow_sending_without_reply": true },
                    "link_preview_options": { "is_disabled": true },
                });
                if let Some(topic) = topic {
                    method["message_thread_id"] = json!(topic);
                }
                method
            }
            Way::Press { query, text } => {
                json!({ "method": "answerCallbackQuery", "callback_query_id": query, "text": text.as_str() })
            }
        }
    }
}
