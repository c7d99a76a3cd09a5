//! Where a decision is told: an HTTP address. It may hold a secret, so that only its origin is ever shown.

use std::fmt;

use url::Url;

use crate::limits::TARGET_CHARS_MAX;

/// Most characters of a host's name (RFC 1035).
const HOST_CHARS_MAX: usize = 253;

/// An address with `http` or `https`, a host, and no user.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(Url);

/// Why a text is no such address; read after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTarget {
    /// Too long.
    #[error("is longer than {TARGET_CHARS_MAX} characters")]
    Long,
    /// No address at all, or one of another kind.
    #[error("is no address that begins with https:// or http://")]
    Odd,
    /// It names a user or a password.
    #[error("holds a user or a password; who sends is proved by the signature")]
    User,
    /// It has a part that no server would see.
    #[error("has a part after #, which is never sent")]
    Fragment,
}

impl Target {
    /// Reads an address.
    ///
    /// # Errors
    /// [`NoTarget`] says what does not fit.
    pub fn parse(text: &str) -> Result<Self, NoTarget> {
        if text.len() > TARGET_CHARS_MAX {
            return Err(NoTarget::Long);
        }
        let url = Url::parse(text).map_err(|_| NoTarget::Odd)?;
        let host_fits = url.host_str().is_some_and(|host| (1..=HOST_CHARS_MAX).contains(&host.len()));
        if !matches!(url.scheme(), "http" | "https") || !host_fits {
            return Err(NoTarget::Odd);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NoTarget::User);
        }
        if url.fragment().is_some() {
            return Err(NoTarget::Fragment);
        }
        Ok(Self(url))
    }

    /// The whole address.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// Whether what is sent there is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Scheme, host and port: what may be shown of it.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// What an address that a client's item brought is called among the receivers: no name of `DECISION_WEBHOOKS` looks so.
    #[must_use]
    pub fn receiver(&self, client: &str) -> String {
        format!("{client}@{}", self.origin())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
