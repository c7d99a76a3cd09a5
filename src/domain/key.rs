//! Idempotency keys: what makes a delivery recognisable when it comes again.

use std::fmt;

use crate::limits::{CLIENT_NAME_CHARS_MAX, HEADER_KEY_CHARS_MAX};

/// The first part of every Telegram key, and therefore no client's name.
const TELEGRAM: &str = "tg";

/// Why a key or a client's name was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A client's name is 1–15 characters of `a-z0-9-` and not `tg`.
    #[error("a client's name is 1 to {CLIENT_NAME_CHARS_MAX} of a-z, 0-9 and -, and not tg")]
    Client,
    /// A header's value is 1–64 visible ASCII characters without a comma.
    #[error("a key is 1 to {HEADER_KEY_CHARS_MAX} visible ASCII characters without a comma")]
    Header,
}

/// The name of an API client, from `API_TOKENS`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientName(String);

impl ClientName {
    /// Takes 1–15 characters of `a-z0-9-` that are not the reserved `tg`.
    ///
    /// # Errors
    /// [`KeyError::Client`] for anything else.
    pub fn parse(name: &str) -> Result<Self, KeyError> {
        let fits = (1..=CLIENT_NAME_CHARS_MAX).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits && name != TELEGRAM { Ok(Self(name.to_owned())) } else { Err(KeyError::Client) }
    }

    /// The bare name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key of one delivery: at most 80 ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// `tg:<bot id>:<update_id>`.
    #[must_use]
    pub fn telegram(bot_id: i64, update_id: u32) -> Self {
        Self(format!("{TELEGRAM}:{bot_id}:{update_id}"))
    }

    /// `tg:<bot id>:R<operation>`: what an operation prepared is confirmed once, by whichever press comes first.
    #[must_use]
    pub fn confirmation(bot_id: i64, operation: i64) -> Self {
        Self(format!("{TELEGRAM}:{bot_id}:R{operation}"))
    }

    /// The key under which what the operation with this key prepared is confirmed, where it came from Telegram.
    #[must_use]
    pub fn of_confirmation(&self, operation: i64) -> Option<Self> {
        let (bot, _) = self.0.strip_prefix("tg:")?.split_once(':')?;
        bot.parse().ok().map(|bot| Self::confirmation(bot, operation))
    }

    /// `<client>:<header>`; both header names share one key space.
    ///
    /// # Errors
    /// [`KeyError::Header`] unless the header's value is 1–64 visible ASCII characters without a comma.
    pub fn client(client: &ClientName, header: &str) -> Result<Self, KeyError> {
        let fits = (1..=HEADER_KEY_CHARS_MAX).contains(&header.len())
            && header.bytes().all(|b| b.is_ascii_graphic() && b != b',');
        if fits { Ok(Self(format!("{client}:{header}"))) } else { Err(KeyError::Header) }
    }

    /// A key that was read back from the books.
    #[must_use]
    pub const fn stored(key: String) -> Self {
        Self(key)
    }

    /// The key as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the first colon: for a client's key, the header's value as it was sent.
    #[must_use]
    pub fn header(&self) -> &str {
        self.0.split_once(':').map_or(self.0.as_str(), |(_, rest)| rest)
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
