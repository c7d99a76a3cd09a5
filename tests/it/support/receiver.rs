//! A receiver of decisions on loopback: remembers what it was sent, and answers the way it is told to.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

/// The bytes of the secret that the tests sign with, and of the next one.
pub const KEY: &[u8; 32] = b"0123456789abcdef0123456789abcdef";
pub const NEXT_KEY: &[u8; 32] = b"fedcba9876543210fedcba9876543210";

/// How one request is answered instead of well.
#[derive(Clone, Debug)]
pub enum Answer {
    Status(u16),
    /// A status with one header.
    With(u16, &'static str, String),
    /// It never is.
    Hang,
    /// It is 200, and its body never ends.
    Endless,
}

/// What arrived.
#[derive(Clone, Debug)]
pub struct Told {
    pub headers: HeaderMap,
    pub body: String,
}

impl Told {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The signature that this key gives (HMAC-SHA256, computed here and not by the program's library).
    pub fn signature(&self, key: &[u8]) -> String {
        let signed =
            format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        format!("v1,{}", base64(&hmac(key, signed.as_bytes())))
    }
}

#[derive(Default)]
struct Inner {
    told: Vec<Told>,
    answers: VecDeque<Answer>,
    /// How all others are answered.
    always: Option<Answer>,
}

/// The server; cheap to clone.
#[derive(Clone)]
pub struct Receiver {
    inner: Arc<Mutex<Inner>>,
    changed: Arc<Notify>,
    pub port: u16,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Self { inner: Arc::default(), changed: Arc::default(), port };
        let router = Router::new().fallback(any(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/decisions?key=a-secret-path", self.port)
    }

    /// The entry of `DECISION_WEBHOOKS` for it.
    pub fn entry(&self, name: &str) -> String {
        format!("{name} {} {}", self.url(), secret(KEY))
    }

    /// Answers the next request so.
    pub fn next(&self, answer: Answer) {
        self.lock().answers.push_back(answer);
    }

    /// Answers every request so.
    pub fn always(&self, answer: Option<Answer>) {
        self.lock().always = answer;
    }

    pub fn told(&self) -> Vec<Told> {
        self.lock().told.clone()
    }

    /// Waits until it was told so often.
    pub async fn until(&self, count: usize) -> Vec<Told> {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                if self.lock().told.len() >= count {
                    return self.told();
                }
                changed.await;
            }
        };
        let told = tokio::time::timeout(Duration::from_secs(60), waiting).await;
        told.unwrap_or_else(|_| panic!("told {} times, not {count}", self.told().len()))
    }
}

/// A secret as it stands in the settings.
pub fn secret(key: &[u8]) -> String {
    format!("whsec_{}", base64(key))
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> Response {
    let answer = {
        let mut inner = receiver.lock();
        inner.told.push(Told { headers, body });
        inner.answers.pop_front().or_else(|| inner.always.clone())
    };
    receiver.changed.notify_waiters();
    match answer {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(Answer::Status(code)) => StatusCode::from_u16(code).unwrap().into_response(),
        Some(Answer::With(code, name, value)) => {
            (StatusCode::from_u16(code).unwrap(), [(name, value)]).into_response()
        }
        Some(Answer::Hang) => std::future::pending().await,
        Some(Answer::Endless) => {
            Body::from_stream(futures_util::stream::pending::<Result<Bytes, Infallible>>()).into_response()
        }
    }
}

/// RFC 2104, for keys of at most a block.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let pad = |with: u8| -> Vec<u8> {
        (0..64).map(|place| key.get(place).copied().unwrap_or_default() ^ with).collect()
    };
    let inner = Sha256::digest([&pad(0x36)[..], message].concat());
    Sha256::digest([&pad(0x5c)[..], &inner[..]].concat()).to_vec()
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            (0..3).fold(0_u32, |sum, place| (sum << 8) | u32::from(chunk.get(place).copied().unwrap_or(0)));
        for place in 0..4 {
            let digit = (group >> (18 - 6 * place)) & 63;
            text.push(if place <= chunk.len() { char::from(DIGITS[digit as usize]) } else { '=' });
        }
    }
    text
}
