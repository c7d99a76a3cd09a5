//! Items: what waits for a person's yes or no. An item never changes after its submission, only its state does.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ids::ItemId;
use super::rules::Rules;
use super::scope;
use crate::limits::{DETAIL_CHARS_MAX, KIND_CHARS_MAX, TITLE_CHARS_MAX};

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Waits for a decision.
    Pending,
    /// Somebody said yes.
    Approved,
    /// Somebody said no.
    Rejected,
    /// Nobody decided in time: never shown as a person's no.
    Expired,
    /// Its client took it back.
    Withdrawn,
}

impl ItemState {
    /// The code that is stored and told to API clients.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Rejected, Self::Expired, Self::Withdrawn]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// An item in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number.
    pub id: ItemId,
    /// What sort of thing it is: `invoice`, `deploy`.
    pub kind: String,
    /// One line that says what is asked.
    pub title: String,
    /// More about it.
    pub detail: Option<String>,
    /// The client that submitted it.
    pub client: String,
    /// SHA-256 of what was submitted ([`NewItem::content_hash`]).
    pub content_hash: String,
    /// The rules of its kind, as they stood at submission.
    pub rules: Rules,
    /// Where it stands.
    pub state: ItemState,
    /// Rises with each change.
    pub version: i32,
    /// Rises with each undo or reopening; votes belong to a round.
    pub round: i32,
    /// When it was submitted.
    pub created_at: DateTime<Utc>,
    /// When it goes undecided, if it does.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Since when its decision is final.
    pub released_at: Option<DateTime<Utc>>,
}

impl Item {
    /// Whether its decision cannot be taken back any more.
    #[must_use]
    pub fn is_final(&self, now: DateTime<Utc>) -> bool {
        self.released_at.is_some() || self.final_at().is_some_and(|at| at <= now)
    }

    /// When its decision becomes final: after the time in which it can be undone.
    #[must_use]
    pub fn final_at(&self) -> Option<DateTime<Utc>> {
        Some(self.decided_at? + TimeDelta::seconds(self.rules.undo_window_s.into()))
    }
}

/// An item as a client submits it, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    kind: String,
    title: String,
    detail: Option<String>,
}

/// Which field of a submitted item was not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {wrong}")]
pub struct ItemFault {
    /// `kind`, `title` or `detail`.
    pub field: &'static str,
    /// What is wrong with it, to be read after the field's name.
    pub wrong: String,
}

impl NewItem {
    /// Takes a kind of 1–40 of `A-Za-z0-9._-`, a title of 1–200 characters on one line and a detail of at most
    /// 10,000 characters. Control characters and those that turn the direction of text are refused: an admin must see
    /// what is approved (and PostgreSQL cannot store NUL).
    ///
    /// # Errors
    /// [`ItemFault`] names the first field that does not fit.
    pub fn new(kind: &str, title: &str, detail: Option<&str>) -> Result<Self, ItemFault> {
        let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if !(1..=KIND_CHARS_MAX).contains(&kind.len()) || !kind.chars().all(name) {
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
        Ok(Self { kind: kind.to_owned(), title: title.to_owned(), detail })
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

    /// Lower-case hex SHA-256 of the canonical JSON of kind, title and detail: what was approved is what was shown.
    #[must_use]
    pub fn content_hash(&self) -> String {
        let content =
            json!({ "kind": self.kind, "title": self.title, "detail": self.detail, "payload": null });
        scope::sha256(&scope::canonical(&content))
    }
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

/// Control characters, those that override or isolate the direction of text (Unicode, UAX #9), and those of no width
/// that join nothing.
#[must_use]
pub fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}')
}

const fn fault(field: &'static str, wrong: String) -> ItemFault {
    ItemFault { field, wrong }
}
