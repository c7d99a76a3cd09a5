//! The real program, started as a process, killed and started again.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::Value;
use tokio::process::{Child, Command};

use super::bot::SECRET;
use super::bot_api::BotApi;
use super::document::{Sent, held};
pub use super::manner::{Manner, command};

/// A token for the HTTP API that may decide.
pub const API_TOKEN: &str = "decide-decide-decide-decide-decide-1";

/// Admins besides Lee and Kim, for load: Telegram's limits are per chat.
pub const CROWD: std::ops::Range<i64> = 1000..1050;

/// `countersign serve` on a port and a database of its own.
pub struct Server {
    child: Child,
    database_url: String,
    /// How it is started the next time.
    pub manner: Manner,
    /// The Bot API it calls.
    pub api: BotApi,
    /// Calls it, also while it is being killed.
    pub caller: Caller,
}

/// Whoever calls the program: Telegram, or a client of the HTTP API.
#[derive(Clone)]
pub struct Caller {
    port: u16,
    client: reqwest::Client,
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Server {
    pub async fn start(database_url: &str) -> Self {
        let server = Self::spawn(database_url).await;
        server.caller.ready().await;
        server
    }

    /// Started, but perhaps not ready yet.
    pub async fn spawn(database_url: &str) -> Self {
        Self::spawn_as(database_url, Manner::default()).await
    }

    pub async fn spawn_as(database_url: &str, manner: Manner) -> Self {
        let port = free_port();
        let api = match &manner.api {
            Some(shared) => shared.clone(),
            None => BotApi::start().await,
        };
        let child = command(port, database_url, &api, &manner).spawn().unwrap();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        Self { child, manner, database_url: database_url.to_owned(), api, caller: Caller { port, client } }
    }

    /// SIGKILL: nothing of it runs on.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Waits until it has died by itself.
    pub async fn dead(&mut self) {
        let died = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await;
        assert!(!died.expect("it dies").unwrap().success());
    }

    /// Starts it again on the same port and database.
    pub async fn again(&mut self) {
        self.child = command(self.caller.port, &self.database_url, &self.api, &self.manner).spawn().unwrap();
        self.caller.ready().await;
    }

    /// The same; `false` where it ends by itself instead, as a program does that is too old for the database.
    pub async fn starts_again(&mut self) -> bool {
        self.child = command(self.caller.port, &self.database_url, &self.api, &self.manner).spawn().unwrap();
        for _ in 0..3000 {
            if !self.runs() {
                return false;
            }
            if self.caller.is_well("/readyz").await {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("neither ready nor ended within 60 s")
    }

    /// Sends it a signal: `STOP` lets it hang, `CONT` lets it go on.
    pub async fn signal(&self, name: &str) {
        let (signal, id) = (format!("-{name}"), self.child.id().unwrap().to_string());
        assert!(Command::new("kill").args([&signal, &id]).status().await.unwrap().success());
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// SIGTERM; gives the exit code.
    pub async fn terminate(&mut self) -> Option<i32> {
        self.signal("TERM").await;
        let ended = tokio::time::timeout(Duration::from_secs(10), self.child.wait()).await;
        ended.expect("it ends within 10 s").unwrap().code()
    }
}

impl Caller {
    /// Waits until the database answers through it.
    pub async fn ready(&self) {
        self.until_well("/readyz").await;
    }

    /// Waits until it is up.
    pub async fn healthy(&self) {
        self.until_well("/healthz").await;
    }

    async fn until_well(&self, path: &str) {
        for _ in 0..600 {
            if self.is_well(path).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no answer from {path} within 12 s");
    }

    async fn is_well(&self, path: &str) -> bool {
        let asked = self.client.get(self.url(path)).send().await;
        asked.is_ok_and(|answer| answer.status().is_success())
    }

    /// Posts this under a key; the status and body, or that the connection broke.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Result<(u16, Value), reqwest::Error> {
        let request = self.client.post(self.url(path)).bearer_auth(API_TOKEN);
        let answer = request.header("X-Idempotency-Key", key).json(body).send().await?;
        let status = answer.status().as_u16();
        Ok((status, serde_json::from_slice(&answer.bytes().await?).unwrap_or(Value::Null)))
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Delivers an update once; the status and body, or that the connection broke.
    pub async fn deliver(&self, update: &Value) -> Result<(u16, Value), reqwest::Error> {
        let request =
            self.client.post(self.url("/telegram")).header("X-Telegram-Bot-Api-Secret-Token", SECRET);
        let answer =
            request.header("content-type", "application/json").body(update.to_string()).send().await?;
        let status = answer.status().as_u16();
        Ok((status, serde_json::from_slice(&answer.bytes().await?).unwrap_or(Value::Null)))
    }

    /// The status of a delivery by somebody who does not know the secret.
    pub async fn deliver_without_secret(&self, update: &Value) -> u16 {
        let request = self.client.post(self.url("/telegram")).body(update.to_string());
        request.send().await.unwrap().status().as_u16()
    }

    /// The ids that are still open.
    pub async fn open_items(&self) -> Vec<i64> {
        let asked = self.client.get(self.url("/api/admin/pending?limit=500")).bearer_auth(API_TOKEN);
        let list: Value = asked.send().await.unwrap().json().await.unwrap();
        let items = list["items"].as_array().unwrap_or_else(|| panic!("{list}"));
        items.iter().map(|item| item["id"].as_i64().unwrap()).collect()
    }

    /// The status and the JSON of a `GET`, however long it takes. It must be as documented.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        let request = self.client.get(self.url(path)).bearer_auth(API_TOKEN);
        let (client, request) = request.timeout(Duration::from_secs(60)).build_split();
        let request = request.unwrap();
        let sent = Sent::of(&request);
        let (status, _, body) = held(&sent, client.execute(request).await.unwrap()).await;
        (status.as_u16(), serde_json::from_str(&body).unwrap())
    }

    /// Approves over the HTTP API.
    pub async fn approve(&self, key: &str, ids: &[i64]) {
        let request = self.client.post(self.url("/api/admin/pending/bulk.approve")).bearer_auth(API_TOKEN);
        let body = serde_json::json!({ "ids": ids });
        let answer = request.header("X-Idempotency-Key", key).json(&body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
    }

    /// What is final, after that number.
    pub async fn decisions(&self, after: i64) -> Vec<Value> {
        let url = self.url(&format!("/api/admin/decisions?limit=500&after={after}"));
        let list: Value =
            self.client.get(url).bearer_auth(API_TOKEN).send().await.unwrap().json().await.unwrap();
        list["decisions"].as_array().unwrap_or_else(|| panic!("{list}")).clone()
    }

    /// Waits until so many decisions are final.
    pub async fn until_final(&self, count: usize) -> Vec<Value> {
        for _ in 0..1500 {
            let decisions = self.decisions(0).await;
            if decisions.len() >= count {
                return decisions;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("there are no {count} final decisions within 30 s");
    }

    /// Submits `count` items in one request of the HTTP API.
    pub async fn submit(&self, key: &str, count: usize) {
        let item = |n| serde_json::json!({ "kind": "bill", "title": format!("item {n}") });
        self.submit_items(key, (1..=count).map(item).collect()).await;
    }

    /// Submits these items in one request of the HTTP API.
    pub async fn submit_items(&self, key: &str, items: Vec<Value>) {
        let request = self.client.post(self.url("/api/admin/pending")).bearer_auth(API_TOKEN);
        let answer = request
            .header("X-Idempotency-Key", key)
            .json(&serde_json::json!({ "items": items }))
            .send()
            .await;
        assert_eq!(answer.unwrap().status().as_u16(), 201);
    }
}
