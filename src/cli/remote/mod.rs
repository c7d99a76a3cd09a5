//! A Countersign elsewhere, as the commands for scripts ask it: what passes is tried again for a while, what does not is told.

mod call;

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use self::call::Caller;
pub(super) use self::call::Trouble;
use super::Failure;
use crate::clock::Clock;
use crate::domain::new_item;
use crate::ledger::random_name;
use crate::limits::ID_MAX;
use crate::settings::{Environment, Remote as Settings};

/// Where the items are.
const PENDING: &str = "/api/admin/pending";

/// Which Countersign, and with which token.
#[derive(Debug, Args)]
pub(super) struct Where {
    /// Where Countersign is [env: COUNTERSIGN_URL]
    #[arg(long, value_name = "URL", global = true)]
    url: Option<String>,
    /// The file with the token [env: COUNTERSIGN_TOKEN, or COUNTERSIGN_TOKEN_FILE]
    #[arg(long, value_name = "FILE", global = true)]
    token_file: Option<PathBuf>,
}

/// A Countersign elsewhere.
pub(super) struct Remote(Caller);

/// An item, as far as the commands read it, and the whole of what was answered.
pub(super) struct Item {
    pub(super) known: Known,
    pub(super) whole: Value,
}

impl Item {
    /// The hash of the content that was told.
    pub(super) fn content_hash(&self) -> String {
        let text = |name| self.whole.get(name).and_then(Value::as_str);
        let payload = self.whole.get("payload").unwrap_or(&Value::Null);
        let (kind, title) = (text("kind").unwrap_or_default(), text("title").unwrap_or_default());
        new_item::content_hash(kind, title, text("detail"), payload)
    }
}

/// What the commands read of an item.
#[derive(Debug, Deserialize)]
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) state: String,
    pub(super) r#final: bool,
    pub(super) content_hash: String,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) final_at: Option<DateTime<Utc>>,
    pub(super) decided_by: Option<Who>,
    pub(super) reason: Option<String>,
    pub(super) awaiting: Option<Awaiting>,
    #[serde(default)]
    pub(super) votes: Vec<Vote>,
}

/// A vote that counts.
#[derive(Debug, Deserialize)]
pub(super) struct Vote {
    #[serde(flatten)]
    pub(super) who: Who,
    decision: String,
}

impl Vote {
    /// Whether it is one of those that brought an item into this state.
    pub(super) fn stands_for(&self, state: &str) -> bool {
        matches!((self.decision.as_str(), state), ("approve", "approved") | ("reject", "rejected"))
    }
}

/// A person or a client.
#[derive(Debug, Deserialize)]
pub(super) struct Who {
    actor: String,
    name: Option<String>,
}

impl Who {
    pub(super) fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.actor)
    }
}

/// What is missing.
#[derive(Debug, Deserialize)]
pub(super) struct Awaiting {
    pub(super) have: u32,
    pub(super) need: u32,
    #[serde(default)]
    pub(super) from: Vec<String>,
}

impl Remote {
    /// Reads the settings; whoever does not answer is tried again for `patience`.
    pub(super) fn open(at: &Where, patience: Duration) -> Result<Self, Failure> {
        let environment = Environment::of_process_alone();
        let settings = Settings::read(&environment, at.url.as_deref(), at.token_file.as_deref())?;
        Caller::new(settings, patience).map(Self).map_err(Failure::Told)
    }

    /// The same, giving up sooner.
    pub(super) fn hurried(&self, patience: Duration) -> Self {
        Self(self.0.with_patience(patience))
    }

    /// The time there, by which items expire: this machine's clock may be another.
    pub(super) async fn now(&self) -> Result<DateTime<Utc>, Trouble> {
        let told = self.0.send(Method::GET, "/healthz", None, None).await?;
        Ok(told.date.unwrap_or_else(|| Clock::machine().now()))
    }

    /// Submits one item under a key; gives its number, and whether it was there before.
    pub(super) async fn submit(&self, key: &str, item: &Value) -> Result<(i64, bool), Trouble> {
        let told = self.0.send(Method::POST, PENDING, Some(key), Some(item)).await?.body;
        let id = told.pointer("/ids/0").and_then(Value::as_i64).filter(|id| (1..=ID_MAX).contains(id));
        let is_known = told.get("existing").and_then(Value::as_array).is_some_and(|known| !known.is_empty());
        id.map(|id| (id, is_known)).ok_or_else(|| Trouble::odd("it told no number for the item"))
    }

    /// Takes items back; gives what was answered.
    pub(super) async fn withdraw(&self, ids: &[i64], reason: Option<&str>) -> Result<Value, Trouble> {
        let path = format!("{PENDING}/bulk.withdraw");
        let mut body = json!({ "ids": ids });
        if let Some(reason) = reason {
            body["reason"] = reason.into();
        }
        Ok(self.0.send(Method::POST, &path, Some(&new_key()?), Some(&body)).await?.body)
    }

    /// An item as it is now, or as soon as it is final; it may still not be.
    pub(super) async fn item(&self, id: i64, waits: bool) -> Result<Item, Trouble> {
        let path = format!("{PENDING}/{id}");
        let told =
            if waits { self.0.wait(&path).await } else { self.0.send(Method::GET, &path, None, None).await };
        let whole = told?.body;
        let known = serde_json::from_value(whole.clone())
            .map_err(|error| Trouble::odd(&format!("the item cannot be read: {error}")))?;
        Ok(Item { known, whole })
    }

    /// The first items that wait.
    pub(super) async fn pending(&self, limit: u64) -> Result<Value, Trouble> {
        Ok(self.0.send(Method::GET, &format!("{PENDING}?limit={limit}"), None, None).await?.body)
    }
}

/// A key that nobody else has.
pub(super) fn new_key() -> Result<String, Trouble> {
    random_name().map_err(|error| Trouble::odd(&error.to_string()))
}
