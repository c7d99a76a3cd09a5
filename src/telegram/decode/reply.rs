//! The message that another replies to, as far as it tells whose words it holds.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{SlimPerson, lenient};
use crate::domain::person;
use crate::telegram::said::Author;

#[derive(Deserialize)]
pub(super) struct SlimReply {
    pub(super) message_id: i64,
    #[serde(default, deserialize_with = "lenient")]
    from: Option<SlimPerson>,
    sender_chat: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "lenient")]
    forward_origin: Option<SlimOrigin>,
    forward_date: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct SlimOrigin {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "lenient")]
    sender_user: Option<SlimPerson>,
}

impl SlimReply {
    pub(super) fn author(&self) -> Author {
        let writer = match (&self.forward_origin, &self.forward_date) {
            (Some(SlimOrigin { kind, .. }), _) if kind == "hidden_user" => return Author::Hidden,
            (Some(SlimOrigin { kind, sender_user }), _) if kind == "user" => sender_user.as_ref(),
            (None, None) if self.sender_chat.is_none() => self.from.as_ref(),
            // Forwarded from a chat, written in the name of one, or in a way that is not known here.
            _ => None,
        };
        let writer = writer.cloned().map(SlimPerson::person);
        let own = writer.filter(|writer| !writer.is_bot && person::of(writer.id).is_ok());
        own.map_or(Author::Nobody, Author::Person)
    }
}
