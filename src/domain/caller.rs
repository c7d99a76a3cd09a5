//! Who asks. Authority comes from the numeric user id or the client's token, never from a name.

use std::fmt;

use chrono::{DateTime, Utc};

use super::hidden::plain_name;
use super::key::ClientName;

/// Who acted, as it stands on record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A Telegram user, by numeric id.
    Person(i64),
    /// An API client: one vote, whatever label it sends.
    Client(ClientName),
}

impl Actor {
    /// The actor that [`Display`](fmt::Display) wrote: `tg:<id>` or `api:<client>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("tg", id) => id.parse().ok().map(Self::Person),
            ("api", name) => ClientName::parse(name).ok().map(Self::Client),
            _ => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "tg:{id}"),
            Self::Client(name) => write!(f, "api:{name}"),
        }
    }
}

/// What a person is called; it authorises nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// First and last name, at most 64 characters.
    pub name: String,
    /// The username without `@`.
    pub username: Option<String>,
    /// Telegram's `language_code`.
    pub language: Option<String>,
}

impl Profile {
    /// `@username` where there is one, else the name, which nobody can take for a username; empty where there is none of
    /// which anything can be seen.
    #[must_use]
    pub fn shown(&self) -> String {
        let username = self.username.as_deref().map(plain_name).filter(|username| !username.is_empty());
        username.map_or_else(|| plain_name(&self.name), |username| format!("@{username}"))
    }
}

/// Who asks, and with what right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub actor: Actor,
    /// What a person is called now, to be kept with the vote; `None` for a client.
    pub profile: Option<Profile>,
    /// When it was said: a role counts only if it was granted before.
    pub said_at: DateTime<Utc>,
    /// Whether a client's token may decide; for a person the roster tells.
    pub token_may_decide: bool,
}
