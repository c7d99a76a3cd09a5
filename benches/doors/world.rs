//! The real webhook with its ledger on a real SQLite file, filled as far as a measurement asks for.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use countersign::app::App;
use countersign::clock::Clock;
use countersign::domain::world::Rulebook;
use countersign::domain::zone::Zone;
use countersign::ledger::connect::Address;
use countersign::ledger::{Announce, Ledger, Options};
use countersign::outbox::{Limits, Pace};
use countersign::points::Points;
use countersign::telegram::{self, Answering, Door};
use countersign::text::Words;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use serde_json::json;

use crate::books::Books;
use crate::client::{Target, measure};

const SECRET: &str = "a-webhook-secret";
/// People who decide.
const ADMINS: i64 = 500;
/// Deliveries of each kind that are there to be repeated; memory holds the answers of so many.
pub const MADE: usize = 500;
/// What the constant route answers: as long as a repeat's answer.
const CONSTANT: &str = r#"{"method":"sendMessage","chat_id":111,"text":"Already applied at 12:04 UTC (duplicate delivery): approved 3: #1 item 1, #2 item 2, #3 item 3.","reply_parameters":{"message_id":1001,"allow_sending_without_reply":true}}"#;

pub struct World {
    app: App,
    port: u16,
    books: Books,
    next_update: u32,
    next_item: i64,
    /// Deliveries whose items can be taken back: their answers may change, so that each repeat is read from the database.
    open: Vec<Vec<u8>>,
    /// Deliveries whose items are final: a repeat is answered from memory.
    settled: Vec<Vec<u8>>,
}

impl World {
    /// Opens the books with so many keys in them, and so many items that wait.
    pub async fn new(books: Books, keys: usize, items: usize) -> Self {
        let address = Address::parse(&books.url()).expect("an address");
        let clock = Clock::machine();
        let admins: BTreeSet<i64> = (1..=ADMINS).collect();
        let options = Options {
            clock: clock.clone(),
            rulebook: Rulebook::new(admins, 100, 0),
            key_retention: TimeDelta::days(7),
            announce: Announce::Places(Vec::new()),
            points: Points::default(),
        };
        let app = App {
            ledger: Ledger::open(&address, options).await.expect("the books"),
            clock,
            words: Words::new(Zone::UTC),
            review_chats: Arc::default(),
            key_retention: TimeDelta::days(7),
            points: Points::default(),
        };
        let hand = address.open_writer().await.expect("a connection");
        books.fill(&hand, keys.saturating_sub(2 * MADE), items + 2 * MADE).await;
        hand.close().await.expect("it closes");
        let port = serve(&app).await;
        let (open, settled) = (Vec::new(), Vec::new());
        let mut world = Self { app, port, books, next_update: 1, next_item: 1, open, settled };
        world.open = world.made().await;
        world.settled = world.made().await;
        world
    }

    async fn made(&mut self) -> Vec<Vec<u8>> {
        let first = self.first(MADE, 1);
        let made = first.requests.to_vec();
        measure(first, 64).await;
        made
    }

    fn target(&self, requests: Vec<Vec<u8>>, expected: &'static str) -> Target {
        Target { port: self.port, requests: Arc::new(requests), expected }
    }

    /// A route beside the webhook, in the same server.
    pub fn constant(&self, count: usize) -> Target {
        let request = post("/constant", &update(1, &[1, 2, 3]));
        self.target(vec![request; count], "duplicate")
    }

    /// Deliveries that were made before and are final: answered from memory.
    pub fn settled(&self, count: usize) -> Target {
        self.target(self.settled.iter().cycle().take(count).cloned().collect(), "duplicate")
    }

    /// Deliveries that were made before and can be taken back: answered from the database.
    pub fn open(&self, count: usize) -> Target {
        self.target(self.open.iter().cycle().take(count).cloned().collect(), "duplicate")
    }

    /// New deliveries, each of `items` items that wait.
    pub fn first(&mut self, count: usize, items: usize) -> Target {
        let mut requests = Vec::with_capacity(count);
        for _ in 0..count {
            let ids: Vec<i64> = (self.next_item..).take(items).collect();
            self.next_item += i64::try_from(items).expect("a few");
            requests.push(post("/telegram", &update(self.next_update, &ids)));
            self.next_update += 1;
        }
        self.target(requests, "Approved")
    }

    /// Lets all keys of long ago expire, and begins to prune them.
    pub async fn begin_pruning(&self) -> tokio::task::JoinHandle<()> {
        let address = Address::parse(&self.books.url()).expect("an address");
        let hand = address.open_writer().await.expect("a connection");
        let expire =
            "UPDATE idempotency_keys SET created_at = '2026-03-01 12:04:00.000' WHERE key LIKE 'old:%'";
        hand.execute_unprepared(expire).await.expect("they expire");
        hand.close().await.expect("it closes");
        let ledger = self.app.ledger.clone();
        tokio::spawn(async move {
            let began = Clock::stopwatch();
            let pruned = ledger.prune().await.expect("it prunes");
            println!("{pruned} keys were pruned in {:.1} s", began.elapsed().as_secs_f64());
        })
    }

    /// What others do in the same books, as pgbench does.
    pub const fn books(&self) -> &Books {
        &self.books
    }

    /// The books must be in order after all that, where nobody else wrote in them.
    pub async fn close(self) {
        if self.books.are_ours() {
            let findings = self.app.ledger.audit().await.expect("the audit");
            assert!(findings.is_empty(), "{findings:?}");
        }
        self.app.ledger.close().await;
    }
}

async fn serve(app: &App) -> u16 {
    // Telegram's limits per chat are no part of what is measured: every answer rides.
    let pace = Arc::new(Pace::new(Limits::none()));
    let door = Door::new(app.clone(), 1, Some("bench_bot".to_owned()), Answering::Ride(pace));
    let webhook = telegram::webhook::router(door, "/telegram", &SecretString::from(SECRET));
    let constant = axum::routing::post(|_: axum::body::Bytes| async {
        ([(axum::http::header::CONTENT_TYPE, "application/json")], CONSTANT)
    });
    let router = webhook.route("/constant", constant);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
    port
}

fn update(update_id: u32, ids: &[i64]) -> String {
    let person = i64::from(update_id) % ADMINS + 1;
    let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    json!({
        "update_id": update_id,
        "message": {
            "message_id": u64::from(update_id) + 1000,
            "date": Clock::machine().now().timestamp(),
            "chat": { "id": person, "type": "private", "first_name": "Lee" },
            "from": { "id": person, "is_bot": false, "first_name": "Lee", "username": "lee", "language_code": "en" },
            "text": format!("/approve {ids}"),
            "entities": [{ "offset": 0, "length": 8, "type": "bot_command" }],
        }
    })
    .to_string()
}

fn post(path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n\
         x-telegram-bot-api-secret-token: {SECRET}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
