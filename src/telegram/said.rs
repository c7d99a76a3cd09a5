//! What was delivered, as far as the bot reads it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::caller::Profile;
use crate::domain::hidden::hides;
use crate::domain::place::Place;
use crate::domain::scope::Scope;
use crate::limits::NAME_CHARS_MAX;

/// Most characters kept of a username (`people.username`): Telegram's own bound.
const USERNAME_CHARS_MAX: usize = 32;
/// Most characters kept of a language code (`people.language`).
const LANGUAGE_CHARS_MAX: usize = 16;

/// One update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its number: the key, together with the bot's id.
    pub update_id: u32,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message was sent.
    Message(Arc<Said>),
    /// A message was edited, or Telegram says so.
    Edited(Arc<Said>),
    /// A button was pressed.
    Press(Press),
    /// Something became of a chat.
    Chat(ChatNews),
    /// Something the bot never answers; its kind.
    Silent(&'static str),
}

impl Event {
    /// The kind, for logs.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Edited(_) => "edited_message",
            Self::Press(_) => "callback_query",
            Self::Chat(_) => "chat",
            Self::Silent(kind) => kind,
        }
    }

    /// Where it happened, for logs.
    #[must_use]
    pub fn chat(&self) -> Option<i64> {
        match self {
            Self::Message(said) | Self::Edited(said) => Some(said.chat.id),
            Self::Press(press) => press.place.map(|(chat, _)| chat.id),
            Self::Chat(ChatNews::Stands { chat, .. } | ChatNews::Moved { from: chat, .. }) => Some(*chat),
            Self::Silent(_) => None,
        }
    }

    /// Whose account it came from, for logs.
    #[must_use]
    pub fn from(&self) -> Option<i64> {
        match self {
            Self::Message(said) | Self::Edited(said) => said.from.as_ref().map(|person| person.id),
            Self::Press(press) => Some(press.from.id),
            Self::Chat(_) | Self::Silent(_) => None,
        }
    }
}

/// What became of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatNews {
    /// How the bot stands in it.
    Stands {
        /// The chat.
        chat: i64,
        /// A person's own chat with the bot.
        is_private: bool,
        /// Removed or blocked.
        gone: bool,
    },
    /// A group became a supergroup.
    Moved {
        /// The group's number.
        from: i64,
        /// The supergroup's.
        to: i64,
    },
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its number in the chat.
    pub message_id: i64,
    /// When it was sent, in whole seconds.
    pub date: DateTime<Utc>,
    /// Where.
    pub chat: Chat,
    /// The forum topic it stands in.
    pub topic: Option<i64>,
    /// The message in this chat that it replies to. It cannot change, so that the scope does without.
    pub reply_to: Option<i64>,
    /// Whose words that message holds.
    pub reply_author: Option<Author>,
    /// The account it came from.
    pub from: Option<Person>,
    /// Sent in the name of a chat: an anonymous admin, or a channel.
    pub for_a_chat: bool,
    /// Its text.
    pub text: Option<String>,
    /// The text under a photo or a file.
    pub caption: Option<String>,
    /// A channel's post that Telegram copied into its discussion group.
    pub automatic: bool,
    /// Forwarded.
    pub forwarded: bool,
    /// Sent through an inline bot.
    pub via_bot: bool,
    /// Sent to a business account.
    pub for_a_business: bool,
    /// Sent by way of a guest query.
    pub from_a_guest: bool,
}

impl Said {
    /// The person's own words: neither forwarded nor through another bot.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        !(self.forwarded || self.via_bot)
    }

    /// Where an answer to it goes.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place { chat: self.chat.id, topic: self.topic, message: Some(self.message_id) }
    }

    /// The scope: sender, chat, message and text as they were delivered.
    #[must_use]
    pub fn scope(&self) -> Scope {
        #[derive(Serialize)]
        struct Delivered<'a> {
            chat: i64,
            from: Option<i64>,
            message: i64,
            text: Option<&'a str>,
        }
        let from = self.from.as_ref().map(|person| person.id);
        let (chat, message, text) = (self.chat.id, self.message_id, self.text.as_deref());
        Scope::of_sorted(&Delivered { chat, from, message, text })
    }
}

/// A chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Its number; negative for groups.
    pub id: i64,
    /// A person's own chat with the bot. A type that is not known counts as a group, where less is shown.
    pub is_private: bool,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Its number: the only thing that gives authority.
    pub id: i64,
    /// Whether it is a bot.
    pub is_bot: bool,
    /// First name; may be empty.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Username without `@`.
    pub username: Option<String>,
    /// Telegram's `language_code`.
    pub language: Option<String>,
}

impl Person {
    /// What the person is called, as far as it can be stored: a name is cut, a username or language that is too long
    /// is none (cut, it would be another's).
    #[must_use]
    pub fn profile(&self) -> Profile {
        // NUL cannot be stored by PostgreSQL, and no name needs a character that is not seen or turns others round.
        let clean = |text: &str| text.chars().filter(|c| !hides(*c)).collect::<String>();
        let short = |text: &Option<String>, chars_max| {
            text.as_deref().map(clean).filter(|text| (1..=chars_max).contains(&text.chars().count()))
        };
        let last = self.last_name.as_deref().unwrap_or_default();
        let full = clean(&format!("{} {last}", self.first_name));
        Profile {
            name: full.trim().chars().take(NAME_CHARS_MAX).collect(),
            username: short(&self.username, USERNAME_CHARS_MAX),
            language: short(&self.language, LANGUAGE_CHARS_MAX),
        }
    }
}

/// Whose words a message holds: its sender's, or those of whoever it was forwarded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A person's own account.
    Person(Person),
    /// Somebody whose account is hidden in forwards.
    Hidden,
    /// No person of its own: a bot, a chat, or an account that many share.
    Nobody,
}

/// A button's press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// The query's id, by which it is answered.
    pub id: String,
    /// Who pressed: a real account, also where an anonymous admin did.
    pub from: Person,
    /// The chat and message the button stands under, where Telegram still tells.
    pub place: Option<(Chat, i64)>,
    /// Since when that message stands there, in whole seconds; 1970 for one that Telegram does not tell about any more
    /// (Bot API, InaccessibleMessage).
    pub since: Option<DateTime<Utc>>,
    /// The forum topic it stands in.
    pub topic: Option<i64>,
    /// The button's data.
    pub data: Option<String>,
}

impl Press {
    /// The message the button stands under, where Telegram still tells.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place.map(|(chat, message)| Place { chat: chat.id, topic: self.topic, message: Some(message) })
    }

    /// The scope: who pressed what, where.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let (chat, message) = self.place.map(|(chat, message)| (chat.id, message)).unzip();
        Scope::of(&json!({ "from": self.from.id, "chat": chat, "message": message, "data": self.data }))
    }
}
