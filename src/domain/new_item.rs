//! An item as a client submits it, before it has a number.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::hidden::hides;
use super::payload::Payload;
use super::scope;
use super::target::Target;
use crate::limits::{DETAIL_CHARS_MAX, EXTERNAL_ID_CHARS_MAX, KIND_CHARS_MAX, TITLE_CHARS_MAX};

/// An item as a client submits it, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    kind: String,
    title: String,
    detail: Option<String>,
    payload: Option<Payload>,
    external_id: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    callback: Option<Target>,
}

/// Which field of a submitted item was not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {wrong}")]
pub struct ItemFault {
    /// `kind`, `title`, `detail` …
    pub field: &'static str,
    /// What is wrong with it, to be read after the field's name.
    pub wrong: String,
}

/// Whether items can be of this kind: 1 to 40 of `A-Za-z0-9._-`.
#[must_use]
pub fn is_kind(kind: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (1..=KIND_CHARS_MAX).contains(&kind.len()) && kind.chars().all(name)
}

impl NewItem {
    /// Takes a kind of 1–40 of `A-Za-z0-9._-`, a title of 1–200 characters on one line and a detail of at most
    /// 10,000 characters. Control characters and those that turn the direction of text are refused: an admin must see
    /// what is approved (and PostgreSQL cannot store NUL).
    ///
    /// # Errors
    /// [`ItemFault`] names the first field that does not fit.
    pub fn new(kind: &str, title: &str, detail: Option<&str>) -> Result<Self, ItemFault> {
        if !is_kind(kind) {
            return Err(fault(
                "kind",
                format!("must be 1 to {KIND_CHARS_MAX} of A-Z, a-z, 0-9, '.', '_' and '-'"),
            ));
        }
        let title = title.trim();
        readable("title", title, TITLE_CHARS_MAX, |_| false)?;
        if title.is_empty() {
            return Err(fault("title", "must not be empty".to_owned()));
        }
        if let Some(detail) = detail {
            readable("detail", detail, DETAIL_CHARS_MAX, |c| matches!(c, '\n' | '\r' | '\t'))?;
        }
        let detail = detail.filter(|detail| !detail.trim().is_empty()).map(str::to_owned);
        let (kind, title) = (kind.to_owned(), title.to_owned());
        Ok(Self { kind, title, detail, payload: None, external_id: None, expires_at: None, callback: None })
    }

    /// With what the client wants back.
    #[must_use]
    pub fn with_payload(self, payload: Option<Payload>) -> Self {
        Self { payload, ..self }
    }

    /// With the client's own id for it: 1–100 characters that can be seen, none of them white space at an end.
    ///
    /// # Errors
    /// [`ItemFault`] says what does not fit.
    pub fn with_external_id(self, id: Option<&str>) -> Result<Self, ItemFault> {
        if let Some(id) = id {
            readable("external_id", id, EXTERNAL_ID_CHARS_MAX, |_| false)?;
            if id.is_empty() || id.trim() != id {
                return Err(fault(
                    "external_id",
                    "must not be empty, or begin or end with a blank".to_owned(),
                ));
            }
        }
        Ok(Self { external_id: id.map(str::to_owned), ..self })
    }

    /// With the time until which it can be decided.
    #[must_use]
    pub fn with_expiry(self, expires_at: Option<DateTime<Utc>>) -> Self {
        Self { expires_at, ..self }
    }

    /// With the address that is told of the decision.
    #[must_use]
    pub fn with_callback(self, callback: Option<Target>) -> Self {
        Self { callback, ..self }
    }

    /// What sort of thing it is.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What is asked.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// More about it.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// What the client wants back with the decision.
    #[must_use]
    pub const fn payload(&self) -> Option<&Payload> {
        self.payload.as_ref()
    }

    /// The client's own id for it.
    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    /// Until when it can be decided, as the client wishes.
    #[must_use]
    pub const fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    /// Where the client wants to be told of the decision. It is no part of the content.
    #[must_use]
    pub const fn callback(&self) -> Option<&Target> {
        self.callback.as_ref()
    }

    /// The hash of what was submitted: what was approved is what was shown.
    #[must_use]
    pub fn content_hash(&self) -> String {
        let payload = self.payload.as_ref().map(Payload::value).unwrap_or_default();
        content_hash(&self.kind, &self.title, self.detail.as_deref(), &payload)
    }
}

/// Lower-case hex SHA-256 of the canonical JSON of kind, title, detail and payload (null where there is none).
#[must_use]
pub fn content_hash(kind: &str, title: &str, detail: Option<&str>, payload: &Value) -> String {
    let content = json!({ "kind": kind, "title": title, "detail": detail, "payload": payload });
    scope::sha256(&scope::canonical(&content))
}

fn readable(
    field: &'static str,
    text: &str,
    chars_max: usize,
    allowed: impl Fn(char) -> bool,
) -> Result<(), ItemFault> {
    let chars = text.chars().count();
    if chars > chars_max {
        return Err(fault(field, format!("has {chars} characters; at most {chars_max} are taken")));
    }
    match text.chars().find(|c| hides(*c) && !allowed(*c)) {
        Some(c) => {
            Err(fault(field, format!("holds U+{:04X}, a character that cannot be shown", u32::from(c))))
        }
        None => Ok(()),
    }
}

const fn fault(field: &'static str, wrong: String) -> ItemFault {
    ItemFault { field, wrong }
}
