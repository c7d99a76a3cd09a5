//! The receiver of webhooks: it checks each signature, keeps what it was told by id, and is not there, or fails, at times.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::any;
use countersign::clock::Clock;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::END;
use super::world::Chance;
use crate::support::receiver::{KEY, Told, secret};

#[derive(Default)]
struct Inner {
    /// By id: its place in the order of first receipts, and what it said.
    first: BTreeMap<String, (usize, Value)>,
    requests: usize,
    refused: usize,
    /// How long nobody listened, in all.
    away: Duration,
    fails: bool,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Receiver {
    inner: Arc<Mutex<Inner>>,
    serving: Arc<Mutex<Option<JoinHandle<()>>>>,
    port: u16,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Self { inner: Arc::default(), serving: Arc::default(), port };
        receiver.serve(listener);
        receiver
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    fn serve(&self, listener: TcpListener) {
        let router = Router::new().fallback(any(take)).with_state(self.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        *self.serving.lock().unwrap() = Some(serving);
    }

    /// The entry of `DECISION_WEBHOOKS` for it.
    pub fn entry(&self) -> String {
        format!("erp http://127.0.0.1:{}/decisions {}", self.port, secret(KEY))
    }

    /// Nobody listens for so long.
    async fn away(&self, time: Duration) {
        let serving = self.serving.lock().unwrap().take().unwrap();
        serving.abort();
        drop(serving.await);
        sleep(time).await;
        self.lock().away += time;
        self.serve(TcpListener::bind(("127.0.0.1", self.port)).await.unwrap());
    }

    /// What it was told first of each id, in the order of first receipts.
    pub fn firsts(&self) -> Vec<Value> {
        let mut firsts: Vec<(usize, Value)> = self.lock().first.values().cloned().collect();
        firsts.sort_by_key(|(place, _)| *place);
        firsts.into_iter().map(|(_, said)| said).collect()
    }

    /// How many requests came, how many of them were refused, and how long nobody listened.
    pub fn counts(&self) -> (usize, usize, Duration) {
        let inner = self.lock();
        (inner.requests, inner.refused, inner.away)
    }

    /// Waits until so many ids were taken.
    pub async fn until(&self, count: usize) {
        let told = timeout(END, async {
            while self.lock().first.len() < count {
                sleep(Duration::from_millis(50)).await;
            }
        });
        told.await.unwrap_or_else(|_| panic!("told of {} decisions, not {count}", self.lock().first.len()));
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> impl IntoResponse {
    let told = Told { headers, body };
    assert_eq!(told.header("webhook-signature"), told.signature(KEY), "somebody else's");
    let mut inner = receiver.lock();
    inner.requests += 1;
    let status = if inner.fails && inner.requests % 2 == 0 {
        inner.refused += 1;
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        let (id, place, said) = (told.header("webhook-id").to_owned(), inner.first.len(), told.json());
        let first = inner.first.entry(id).or_insert_with(|| (place, said.clone()));
        assert_eq!(first.1, said, "the same id says the same");
        StatusCode::NO_CONTENT
    };
    // No connection outlives the time in which nobody listens.
    (status, [(header::CONNECTION, "close")])
}

/// Well, away, well, failing, and again, until the time is over; then well.
pub async fn troubles(receiver: Receiver, mut chance: Chance, time: Duration) {
    let stopwatch = Clock::stopwatch();
    while stopwatch.elapsed() < time {
        sleep(chance.pause(1000, 5000)).await;
        receiver.away(chance.pause(2000, 6000)).await;
        sleep(chance.pause(1000, 5000)).await;
        receiver.lock().fails = true;
        sleep(chance.pause(2000, 6000)).await;
        receiver.lock().fails = false;
    }
}
