//! An answer as the one method call that the webhook's response may hold.

use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use serde_json::{Value, json};

use super::button;
use super::said::Said;
use crate::domain::event::Event;
use crate::domain::place::Place;
use crate::text::{Choices, Text, Time};

/// An answer to the chat, topic and message it came from; cheap to clone.
#[derive(Clone, Debug)]
pub struct Reply(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    way: Way,
    /// The method call as it is written once it was asked for.
    body: OnceLock<Bytes>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    Message { place: Place, text: Text, choices: Choices, event: Event },
    Press { query: String, text: Text },
}

impl Reply {
    /// An answer to a message: in words as things stand now, and as the event that can be put into words later.
    pub(super) fn to_message(said: &Said, text: Text, choices: Choices, event: Event) -> Self {
        Self::new(Way::Message { place: said.place(), text, choices, event })
    }

    /// An answer to a button's press: a line over the chat.
    pub(super) fn to_press(query: String, text: Text) -> Self {
        Self::new(Way::Press { query, text })
    }

    fn new(way: Way) -> Self {
        Self(Arc::new(Inner { way, body: OnceLock::new() }))
    }

    /// Where it goes and what it tells, for the outbox; a press is gone before it could be sent from there.
    pub(super) fn event(&self) -> Option<(Place, &Event)> {
        match &self.0.way {
            Way::Message { place, event, .. } => Some((*place, event)),
            Way::Press { .. } => None,
        }
    }

    /// The chat it goes to; a press has none of its own.
    #[must_use]
    pub fn chat(&self) -> Option<i64> {
        self.event().map(|(place, _)| place.chat)
    }

    /// The same with words alone.
    pub(super) fn plain(self) -> Self {
        match &self.0.way {
            Way::Message { place, text, choices, event } if !text.times().is_empty() => {
                let (text, choices, event) = (text.clone().plain(), choices.clone(), event.clone());
                Self::new(Way::Message { place: *place, text, choices, event })
            }
            _ => self,
        }
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> &Text {
        match &self.0.way {
            Way::Message { text, .. } | Way::Press { text, .. } => text,
        }
    }

    /// The method's name and its arguments.
    pub(super) fn to_call(&self) -> (&'static str, Value) {
        match &self.0.way {
            Way::Message { place, text, choices, .. } => {
                let keyboard = (!choices.is_empty()).then(|| button::keyboard(choices));
                ("sendMessage", message(place, text, keyboard.as_ref()))
            }
            Way::Press { query, text } => {
                ("answerCallbackQuery", json!({ "callback_query_id": query, "text": text.as_str() }))
            }
        }
    }

    /// The method call as the JSON that a webhook's response may hold.
    #[must_use]
    pub fn to_method(&self) -> Value {
        let (method, mut call) = self.to_call();
        call["method"] = json!(method);
        call
    }

    /// The same, written.
    pub(super) fn body(&self) -> Bytes {
        self.0.body.get_or_init(|| self.to_method().to_string().into()).clone()
    }
}

/// The arguments of sendMessage. No parse mode: nobody's title can turn into markup. A message that was deleted since
/// does not lose the answer.
pub(super) fn message(place: &Place, text: &Text, keyboard: Option<&Value>) -> Value {
    let mut arguments = json!({
        "chat_id": place.chat,
        "text": text.as_str(),
        "link_preview_options": { "is_disabled": true },
    });
    set_times(&mut arguments, text);
    if let Some(message) = place.message {
        arguments["reply_parameters"] = json!({ "message_id": message, "allow_sending_without_reply": true });
    }
    if let Some(topic) = place.topic {
        arguments["message_thread_id"] = json!(topic);
    }
    if let Some(keyboard) = keyboard {
        arguments["reply_markup"] = keyboard.clone();
    }
    arguments
}

/// The arguments of sendDocument, beside the file itself. The text under a file is told in words alone.
pub(super) fn document(place: &Place, caption: &Text) -> Vec<(&'static str, String)> {
    let mut arguments = vec![("chat_id", place.chat.to_string()), ("caption", caption.to_string())];
    if let Some(message) = place.message {
        let reply = json!({ "message_id": message, "allow_sending_without_reply": true });
        arguments.push(("reply_parameters", reply.to_string()));
    }
    arguments
}

/// The arguments of editMessageText; without a keyboard the message has none afterwards.
pub(super) fn edit(place: &Place, text: &Text, keyboard: Option<&Value>) -> Value {
    let none = json!({ "inline_keyboard": [] });
    let mut arguments = json!({
        "chat_id": place.chat,
        "message_id": place.message,
        "text": text.as_str(),
        "link_preview_options": { "is_disabled": true },
        "reply_markup": keyboard.unwrap_or(&none),
    });
    set_times(&mut arguments, text);
    arguments
}

/// The times of a text as entities (Bot API 9.5, `MessageEntity`): the app shows each in its reader's zone and manner. The
/// words are what older apps show.
fn set_times(arguments: &mut Value, text: &Text) {
    let entity = |time: &Time| {
        json!({
            "type": "date_time",
            "offset": time.offset,
            "length": time.length,
            "unix_time": time.unix,
            "date_time_format": if time.is_dated { "dt" } else { "t" },
        })
    };
    if !text.times().is_empty() {
        arguments["entities"] = text.times().iter().map(entity).collect();
    }
}
