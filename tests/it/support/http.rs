//! The HTTP door of a story: a real server on a loopback port, on a database of its own.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use countersign::app::App;
use countersign::clock::Clock;
use countersign::domain::key::ClientName;
use countersign::domain::rules::{Forbidden, Rules};
use countersign::domain::world::Rulebook;
use countersign::domain::zone::Zone;
use countersign::http;
use countersign::ledger::connect::Address;
use countersign::ledger::{Announce, Ledger, Options};
use countersign::points::Points;
use countersign::settings::ApiToken;
use countersign::text::Words;
use reqwest::{Method, RequestBuilder};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::books::noon;
use super::document::{Sent, held};

/// The client `shop`, which may submit only.
pub const SHOP: &str = "shop-token-0123456789abcdef0123456789";
/// The client `shop` again: its next token.
pub const SHOP_NEXT: &str = "shop-next-0123456789abcdef0123456789";
/// The client `agent`, which may submit only.
pub const AGENT: &str = "agent-token-0123456789abcdef012345678";
/// The client `backend`, which may decide.
pub const BACKEND: &str = "backend-token-0123456789abcdef0123456";

/// Where items are submitted and listed.
pub const PENDING: &str = "/api/admin/pending";
/// Where items are approved.
pub const APPROVE: &str = "/api/admin/pending/bulk.approve";
/// Where items are rejected.
pub const REJECT: &str = "/api/admin/pending/bulk.reject";

/// Where a client takes its items back.
pub const WITHDRAW: &str = "/api/admin/pending/bulk.withdraw";
/// Where a client reports what came of its items.
pub const ISSUE: &str = "/api/admin/pending/bulk.issue";

/// A server with its database; `end` closes it and audits the books.
pub struct ApiServer {
    pub app: App,
    pub clock: Clock,
    pub points: Points,
    pub url: String,
    pub database: String,
    tokens: Vec<ApiToken>,
    client: reqwest::Client,
    server: tokio::task::JoinHandle<()>,
    folder: tempfile::TempDir,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
    pub text: String,
    pub took: Duration,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Asserts status and code, and that a message stands beside them.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> &str {
        assert_eq!((self.status, self.body["error"].as_str()), (status, Some(code)), "{self:?}");
        let message = self.body["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "no message: {self:?}");
        message
    }
}

/// `name:token` or `name/decide:token`, as in `API_TOKENS`.
pub fn token(client: &str, may_decide: bool, secret: &str) -> ApiToken {
    let client = ClientName::parse(client).unwrap();
    ApiToken { client, may_decide, may_call_back: false, secret: SecretString::from(secret) }
}

impl ApiServer {
    /// A server whose clock stands at 2026-03-01 12:04 UTC, with the tokens named above.
    pub async fn start() -> Self {
        let tokens = vec![
            token("shop", false, SHOP),
            token("shop", false, SHOP_NEXT),
            token("agent", false, AGENT),
            token("backend", true, BACKEND),
        ];
        Self::with(tokens, 100).await
    }

    pub async fn with(tokens: Vec<ApiToken>, bulk_limit: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}?mode=rwc", folder.path().join("api.db").display());
        Self::on(folder, database, Clock::frozen(noon()), tokens, bulk_limit).await
    }

    async fn on(
        folder: tempfile::TempDir,
        database: String,
        clock: Clock,
        tokens: Vec<ApiToken>,
        bulk_limit: usize,
    ) -> Self {
        let (points, key_retention) = (Points::default(), TimeDelta::days(7));
        let kinds = [
            ("invoice.suggest_change", Rules { forbidden: [Forbidden::Submit].into(), ..Rules::default() }),
            ("slow", Rules { undo_window_s: 10, ..Rules::default() }),
            ("payment", Rules { quorum: 2, allow_self: false, ..Rules::default() }),
            ("deploy", Rules { undo_window_s: 60, ..Rules::default() }),
        ];
        let kinds = kinds.map(|(kind, rules)| (kind.to_owned(), rules)).into();
        let rulebook = Rulebook { bulk_limit, kinds, ..Rulebook::default() };
        let options = Options {
            clock: clock.clone(),
            rulebook,
            key_retention,
            announce: Announce::Places(Vec::new()),
            points: points.clone(),
        };
        let app = App {
            ledger: Ledger::open(&Address::parse(&database).unwrap(), options).await.unwrap(),
            clock: clock.clone(),
            words: Words::new(Zone::UTC),
            review_chats: Arc::default(),
            key_retention,
            points: points.clone(),
        };
        let router = http::router(app.clone(), tokens.clone(), Arc::new(|| "connecting".to_owned()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { app, clock, points, url, database, tokens, client, server, folder }
    }

    /// A request with nothing but a method and a path.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// A POST with everything right: a token, a key and a content type.
    pub fn posting(&self, path: &str, token: &str, key: &str) -> RequestBuilder {
        let request = self.bare(Method::POST, path).bearer_auth(token);
        request.header("X-Idempotency-Key", key).header("content-type", "application/json")
    }

    pub async fn post(&self, path: &str, token: &str, key: &str, body: impl ToString) -> Answer {
        send(self.posting(path, token, key).body(body.to_string())).await
    }

    /// The backend approves.
    pub async fn approve(&self, key: &str, body: impl ToString) -> Answer {
        self.post(APPROVE, BACKEND, key, body).await
    }

    /// The shop submits items with these titles; gives their ids.
    pub async fn submit(&self, key: &str, titles: &[&str]) -> Vec<i64> {
        self.submit_by(SHOP, key, titles).await
    }

    pub async fn submit_by(&self, token: &str, key: &str, titles: &[&str]) -> Vec<i64> {
        let items: Vec<Value> =
            titles.iter().map(|title| json!({ "kind": "bill", "title": title })).collect();
        let answer = self.post(PENDING, token, key, json!({ "items": items })).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        serde_json::from_value(answer.body["ids"].clone()).unwrap()
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        send(self.bare(Method::GET, path).bearer_auth(token)).await
    }

    /// How many items wait.
    pub async fn open_items(&self) -> u64 {
        self.get(PENDING, BACKEND).await.body["total"].as_u64().unwrap()
    }

    /// Stops and starts again on the same database, with another bulk limit.
    pub async fn restart(self, bulk_limit: usize) -> Self {
        self.server.abort();
        self.app.ledger.close().await;
        Self::on(self.folder, self.database, self.clock, self.tokens, bulk_limit).await
    }

    /// The end of every story: the books are in order.
    pub async fn end(self) {
        let findings = self.app.ledger.audit().await.unwrap();
        assert!(findings.is_empty(), "the books are not in order: {findings:#?}");
        self.server.abort();
        self.app.ledger.close().await;
    }
}

/// Sends a request and reads the whole answer, which must be as documented; the time runs from sending to the last byte.
pub async fn send(request: RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let sent = Sent::of(&request);
    let stopwatch = Clock::stopwatch();
    let response = client.execute(request).await.unwrap();
    let (status, headers, text) = held(&sent, response).await;
    let took = stopwatch.elapsed();
    Answer {
        status: status.as_u16(),
        headers,
        body: serde_json::from_str(&text).unwrap_or(Value::Null),
        text,
        took,
    }
}
