//! Bytes → the few fields the bot reads. Telegram grows: a kind, a field or a type that is not known here is passed
//! over and can neither break an update nor lose an admin's command.
//!
//! What is needed to answer at all (ids, date, chat) must fit; everything else that has an odd type counts as absent.

mod reply;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny};
use serde_json::value::RawValue;

use self::reply::SlimReply;
use super::said::{Chat, ChatNews, Event, Person, Press, Received, Said};

/// Why a body could not be read: never what it said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// Not a JSON object with an `update_id` of 0 to 2^32 − 1.
    #[error("not an update: {0}")]
    Update(String),
    /// The update's number is known, the rest does not fit.
    #[error("update {update_id} has a {part} that cannot be read: {why}")]
    Part {
        /// The update's number.
        update_id: u32,
        /// `message`, `edited_message` or `callback_query`.
        part: &'static str,
        /// The decoder's complaint, without content.
        why: String,
    },
}

impl Undecodable {
    /// The update's number, where it could be read.
    #[must_use]
    pub const fn update_id(&self) -> Option<u32> {
        match self {
            Self::Update(_) => None,
            Self::Part { update_id, .. } => Some(*update_id),
        }
    }
}

/// Reads an update.
///
/// # Errors
/// [`Undecodable`] says which part did not fit.
pub fn decode(body: &[u8]) -> Result<Received, Undecodable> {
    let slim: SlimUpdate<'_> =
        serde_json::from_slice(body).map_err(|error| Undecodable::Update(complaint(&error)))?;
    let update_id = slim.update_id;
    let read = |part, raw: &RawValue| -> Result<Said, Undecodable> {
        let message: SlimMessage = typed(update_id, part, raw)?;
        message.said().ok_or_else(|| Undecodable::Part {
            update_id,
            part,
            why: "its date is out of range".to_owned(),
        })
    };
    let event = match (slim.message, slim.edited_message, slim.callback_query) {
        (Some(raw), _, _) if moved(raw).is_some() => moved(raw).map_or(Event::Silent("message"), Event::Chat),
        (Some(raw), _, _) => Event::Message(Arc::new(read("message", raw)?)),
        (_, Some(raw), _) => Event::Edited(Arc::new(read("edited_message", raw)?)),
        (_, _, Some(raw)) => Event::Press(typed::<SlimPress>(update_id, "callback_query", raw)?.press()),
        _ if slim.my_chat_member.is_some() => {
            slim.my_chat_member.and_then(stands).map_or(Event::Silent("my_chat_member"), Event::Chat)
        }
        _ if slim.channel_post.is_some() || slim.edited_channel_post.is_some() => {
            Event::Silent("a channel post")
        }
        _ if slim.business_message.is_some() || slim.edited_business_message.is_some() => {
            Event::Silent("a business message")
        }
        _ => Event::Silent("a kind that is not read"),
    };
    Ok(Received { update_id, event })
}

#[derive(Deserialize)]
struct SlimUpdate<'a> {
    update_id: u32,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    edited_message: Option<&'a RawValue>,
    #[serde(borrow)]
    callback_query: Option<&'a RawValue>,
    #[serde(borrow)]
    my_chat_member: Option<&'a RawValue>,
    channel_post: Option<IgnoredAny>,
    edited_channel_post: Option<IgnoredAny>,
    business_message: Option<IgnoredAny>,
    edited_business_message: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct SlimMessage {
    message_id: i64,
    date: i64,
    chat: SlimChat,
    #[serde(default, deserialize_with = "lenient")]
    from: Option<SlimPerson>,
    sender_chat: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "lenient")]
    text: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    caption: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    message_thread_id: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    is_topic_message: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    is_automatic_forward: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    reply_to_message: Option<SlimReply>,
    forward_origin: Option<IgnoredAny>,
    forward_date: Option<IgnoredAny>,
    via_bot: Option<IgnoredAny>,
    business_connection_id: Option<IgnoredAny>,
    guest_query_id: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct SlimChat {
    id: i64,
    #[serde(default, deserialize_with = "lenient", rename = "type")]
    kind: Option<String>,
}

#[derive(Clone, Deserialize)]
struct SlimPerson {
    id: i64,
    #[serde(default, deserialize_with = "lenient")]
    is_bot: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    last_name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    username: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    language_code: Option<String>,
}

#[derive(Deserialize)]
struct SlimPress {
    id: String,
    from: SlimPerson,
    #[serde(default, deserialize_with = "lenient")]
    message: Option<SlimPlace>,
    #[serde(default, deserialize_with = "lenient")]
    data: Option<String>,
}

#[derive(Deserialize)]
struct SlimPlace {
    message_id: i64,
    #[serde(default, deserialize_with = "lenient")]
    date: Option<i64>,
    chat: SlimChat,
    #[serde(default, deserialize_with = "lenient")]
    message_thread_id: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    is_topic_message: Option<bool>,
}

#[derive(Deserialize)]
struct SlimMove {
    chat: SlimChat,
    #[serde(default, deserialize_with = "lenient")]
    migrate_to_chat_id: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    migrate_from_chat_id: Option<i64>,
}

#[derive(Deserialize)]
struct SlimMembership {
    chat: SlimChat,
    new_chat_member: SlimMember,
}

#[derive(Deserialize)]
struct SlimMember {
    status: String,
}

/// The two numbers of a group that became a supergroup, from either side's service message.
fn moved(raw: &RawValue) -> Option<ChatNews> {
    // Cheap to see for the messages that are none.
    if !raw.get().contains("\"migrate_") {
        return None;
    }
    let slim: SlimMove = serde_json::from_str(raw.get()).ok()?;
    match (slim.migrate_to_chat_id, slim.migrate_from_chat_id) {
        (Some(to), _) => Some(ChatNews::Moved { from: slim.chat.id, to }),
        (_, Some(from)) => Some(ChatNews::Moved { from, to: slim.chat.id }),
        _ => None,
    }
}

fn stands(raw: &RawValue) -> Option<ChatNews> {
    let slim: SlimMembership = serde_json::from_str(raw.get()).ok()?;
    let gone = matches!(slim.new_chat_member.status.as_str(), "left" | "kicked");
    let Chat { id, is_private } = slim.chat.chat();
    Some(ChatNews::Stands { chat: id, is_private, gone })
}

impl SlimMessage {
    /// `None` where the date is not one.
    fn said(self) -> Option<Said> {
        let date: DateTime<Utc> = DateTime::from_timestamp(self.date, 0)?;
        let is_topic = self.is_topic_message == Some(true);
        // In a topic, what replies to nothing replies to the topic's beginning, and to whoever opened it.
        let begins_topic = |reply: &SlimReply| is_topic && self.message_thread_id == Some(reply.message_id);
        let answered = self.reply_to_message.as_ref().filter(|reply| !begins_topic(reply));
        Some(Said {
            message_id: self.message_id,
            date,
            chat: self.chat.chat(),
            // Outside topics the number names a chain of replies, and sending into it is refused.
            topic: self.message_thread_id.filter(|_| is_topic),
            reply_author: answered.map(SlimReply::author),
            reply_to: self.reply_to_message.map(|message| message.message_id),
            from: self.from.map(SlimPerson::person),
            for_a_chat: self.sender_chat.is_some(),
            text: self.text,
            caption: self.caption,
            automatic: self.is_automatic_forward == Some(true),
            forwarded: self.forward_origin.is_some() || self.forward_date.is_some(),
            via_bot: self.via_bot.is_some(),
            for_a_business: self.business_connection_id.is_some(),
            from_a_guest: self.guest_query_id.is_some(),
        })
    }
}

impl SlimChat {
    fn chat(self) -> Chat {
        Chat { id: self.id, is_private: self.kind.as_deref() == Some("private") }
    }
}

impl SlimPerson {
    fn person(self) -> Person {
        Person {
            id: self.id,
            is_bot: self.is_bot == Some(true),
            first_name: self.first_name.unwrap_or_default(),
            last_name: self.last_name,
            username: self.username,
            language: self.language_code,
        }
    }
}

impl SlimPress {
    fn press(self) -> Press {
        let in_topic = self.message.as_ref().filter(|place| place.is_topic_message == Some(true));
        let topic = in_topic.and_then(|place| place.message_thread_id);
        let date = self.message.as_ref().and_then(|place| place.date);
        let since = date.and_then(|date| DateTime::from_timestamp(date, 0));
        let place = self.message.map(|place| (place.chat.chat(), place.message_id));
        Press { id: self.id, from: self.from.person(), place, since, topic, data: self.data }
    }
}

/// What has another type than `T` counts as absent.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

fn typed<T: DeserializeOwned>(update_id: u32, part: &'static str, raw: &RawValue) -> Result<T, Undecodable> {
    let fault = |error| Undecodable::Part { update_id, part, why: complaint(&error) };
    serde_json::from_str(raw.get()).map_err(fault)
}

/// Serde's own words quote what was sent; this keeps the sort of fault and the place.
fn complaint(error: &serde_json::Error) -> String {
    format!("{:?} fault at line {}, column {}", error.classify(), error.line(), error.column())
}
