//! The bot of a story: a real webhook on a loopback port, a real database, and a clock that stands still.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use countersign::app::App;
use countersign::clock::Clock;
use countersign::domain::language::Language;
use countersign::domain::rules::Rules;
use countersign::domain::world::Rulebook;
use countersign::domain::zone::Zone;
use countersign::ledger::connect::Address;
use countersign::ledger::{Announce, Ledger, Options};
use countersign::outbox::{Limits, Pace};
use countersign::points::Points;
use countersign::telegram::{self, Answering, Door};
use countersign::text::Words;
use secrecy::SecretString;
use serde_json::Value;

use super::books::{KIM, LEE, submit};

/// The bot's own id in all fixtures.
pub const BOT: i64 = 1_234_567;
/// The group in which the queue may be shown.
pub const REVIEW_GROUP: i64 = -1001;
/// The secret the webhook asks for.
pub const SECRET: &str = "a-webhook-secret";

/// A bot with its webhook; `end` closes it and audits the books.
pub struct TestBot {
    pub clock: Clock,
    pub points: Points,
    pub app: App,
    pub door: Door,
    pub url: String,
    rulebook: Rulebook,
    announce: Announce,
    pub address: Address,
    client: reqwest::Client,
    server: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

/// What the webhook answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: String,
    pub took: Duration,
}

impl Answer {
    /// The method in the answer's body; null where the body is empty.
    pub fn method(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// The text the bot sends back; empty where it says nothing.
    pub fn text(&self) -> String {
        assert_eq!(self.status, 200, "{self:?}");
        self.method()["text"].as_str().unwrap_or_default().to_owned()
    }
}

/// The fixture `tests/fixtures/updates/<name>.json`.
pub fn update(name: &str) -> Value {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/updates").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// A private message of Lee's.
pub fn said(update_id: u32, text: &str) -> Value {
    said_by(LEE, update_id, text)
}

/// A private message of somebody's.
pub fn said_by(person: i64, update_id: u32, text: &str) -> Value {
    let name = match person {
        LEE => "Lee",
        KIM => "Kim",
        _ => "Sam",
    };
    serde_json::json!({
        "update_id": update_id,
        "message": {
            "message_id": update_id + 1000,
            "date": 1_772_366_640,
            "chat": { "id": person, "type": "private", "first_name": name },
            "from": { "id": person, "is_bot": false, "first_name": name, "username": name.to_lowercase() },
            "text": text,
        }
    })
}

/// The update by somebody whose app is in this language.
pub fn in_language(mut update: Value, tag: &str) -> Value {
    let what = if update["message"].is_null() { "callback_query" } else { "message" };
    update[what]["from"]["language_code"] = Value::from(tag);
    update
}

async fn listen(door: &Door) -> (String, tokio::task::JoinHandle<()>) {
    let router = telegram::webhook::router(door.clone(), "/telegram", &SecretString::from(SECRET));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/telegram", listener.local_addr().unwrap());
    (url, tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }))
}

fn rulebook(undo_window_s: u32) -> Rulebook {
    Rulebook::new(BTreeSet::from([LEE, KIM]), 100, undo_window_s)
}

impl TestBot {
    /// A bot whose clock stands at 2026-03-01 12:04 UTC, with Lee and Kim as admins.
    pub async fn new() -> Self {
        Self::frozen_at("2026-03-01T12:04:00Z").await
    }

    /// A bot that keeps to Telegram's limits.
    pub async fn paced() -> Self {
        Self::new().await.reopened(Limits::telegram()).await
    }

    /// The same with `LANGUAGE` set.
    pub async fn speaking(mut self, language: Language) -> Self {
        self.app = self.app.speaking(self.app.words.in_language(language));
        self.reopened(Limits::none()).await
    }

    async fn reopened(self, limits: Limits) -> Self {
        self.server.abort();
        let door = Door::new(
            self.app.clone(),
            BOT,
            Some("countersign_bot".to_owned()),
            Answering::Ride(Arc::new(Pace::new(limits))),
        );
        let (url, server) = listen(&door).await;
        Self { door, url, server, ..self }
    }

    pub async fn frozen_at(at: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("bot.db").display());
        let clock = Clock::frozen(at.parse::<DateTime<Utc>>().unwrap());
        Self::start(
            Address::parse(&url).unwrap(),
            clock,
            Points::default(),
            (rulebook(0), Announce::Places(Vec::new())),
            folder,
        )
        .await
    }

    /// A bot on this database, which more than one may use.
    pub async fn on(address: &Address) -> Self {
        let clock = Clock::frozen("2026-03-01T12:04:00Z".parse::<DateTime<Utc>>().unwrap());
        let settings = (rulebook(0), Announce::Places(Vec::new()));
        Self::start(address.clone(), clock, Points::default(), settings, tempfile::tempdir().unwrap()).await
    }

    /// A bot whose decisions can be taken back for so long.
    pub async fn with_undo(seconds: u32) -> Self {
        Self::showing(seconds, Announce::Places(Vec::new())).await
    }

    /// A bot that shows new items there.
    pub async fn showing(undo_window_s: u32, announce: impl Into<Announce>) -> Self {
        Self::under(rulebook(undo_window_s), announce).await
    }

    /// A bot whose policy knows the kind `bill`.
    pub async fn with_bills(bills: Rules, announce: impl Into<Announce>) -> Self {
        let mut rulebook = rulebook(0);
        rulebook.kinds.insert("bill".to_owned(), bills);
        Self::under(rulebook, announce).await
    }

    /// A bot with these rules, which shows new items there.
    pub async fn under(rulebook: Rulebook, announce: impl Into<Announce>) -> Self {
        Self::new().await.again(rulebook, announce.into()).await
    }

    async fn again(self, rulebook: Rulebook, announce: Announce) -> Self {
        self.server.abort();
        self.app.ledger.close().await;
        Self::start(self.address, self.clock, self.points, (rulebook, announce), self._folder).await
    }

    async fn start(
        address: Address,
        clock: Clock,
        points: Points,
        (rulebook, announce): (Rulebook, Announce),
        folder: tempfile::TempDir,
    ) -> Self {
        let retention = TimeDelta::days(7);
        let options = Options {
            clock: clock.clone(),
            rulebook: rulebook.clone(),
            key_retention: retention,
            announce: announce.clone(),
            points: points.clone(),
        };
        let app = App {
            ledger: Ledger::open(&address, options).await.unwrap(),
            clock: clock.clone(),
            words: Words::new(Zone::UTC),
            review_chats: Arc::new(BTreeSet::from([REVIEW_GROUP])),
            key_retention: retention,
            points: points.clone(),
        };
        let door = Door::new(
            app.clone(),
            BOT,
            Some("countersign_bot".to_owned()),
            Answering::Ride(Arc::new(Pace::new(Limits::none()))),
        );
        let (url, server) = listen(&door).await;
        Self {
            clock,
            points,
            app,
            door,
            url,
            rulebook,
            announce,
            address,
            client: reqwest::Client::new(),
            server,
            _folder: folder,
        }
    }

    /// Puts items with these titles into the queue.
    pub async fn pending(&self, titles: &[&str]) {
        let key: String = titles.join("-").replace(' ', "_").chars().take(64).collect();
        self.app.ledger.apply(submit(&key, titles)).await.unwrap();
    }

    /// Delivers an update as Telegram does.
    pub async fn deliver(&self, update: &Value) -> Answer {
        self.post(update.to_string().into_bytes(), Some(SECRET)).await
    }

    /// Posts any body with any secret.
    pub async fn post(&self, body: Vec<u8>, secret: Option<&str>) -> Answer {
        let stopwatch = Clock::stopwatch();
        let mut request = self.client.post(&self.url).header("content-type", "application/json").body(body);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        let response = request.send().await.unwrap();
        let header =
            |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (status, retry_after) = (response.status().as_u16(), header("retry-after"));
        Answer { status, retry_after, body: response.text().await.unwrap(), took: stopwatch.elapsed() }
    }

    /// The database's file.
    pub fn file(&self) -> PathBuf {
        self.address.file().unwrap().to_owned()
    }

    /// How many items are pending.
    pub async fn open_items(&self) -> u64 {
        self.app
            .ledger
            .pending(countersign::ledger::Page { limit: 1, ..Default::default() })
            .await
            .unwrap()
            .total
    }

    /// Stops and starts again on the same database, with other admins where given.
    pub async fn restart(self, admins: Option<&[i64]>) -> Self {
        let mut rulebook = self.rulebook.clone();
        if let Some(admins) = admins {
            rulebook.admins = admins.iter().copied().collect();
        }
        let announce = self.announce.clone();
        self.again(rulebook, announce).await
    }

    /// The end of every story: the books are in order.
    pub async fn end(self) {
        let findings = self.app.ledger.audit().await.unwrap();
        assert!(findings.is_empty(), "the books are not in order: {findings:#?}");
        self.server.abort();
        self.app.ledger.close().await;
    }
}
