//! A Bot API server on loopback: answers as Telegram does, remembers every call, and fails the way it is told to.

mod form;
mod methods;

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use chrono::{DateTime, Utc};
use countersign::clock::Clock;
use serde_json::Value;
use tokio::sync::Notify;

/// How one call is answered instead of well.
#[derive(Clone, Debug)]
pub enum Fault {
    /// 429: come again after so many seconds.
    TooMany(u64),
    /// A proxy's page.
    Html502,
    /// What is not JSON, with status 200.
    Garbage,
    /// Refused for good: the error code and description.
    Refuse(u16, &'static str),
    /// The group became this supergroup.
    Migrated(i64),
    /// It takes effect, but the connection breaks before the answer is through.
    LoseAnswer,
    /// It takes no effect, and no answer ever comes.
    Hang,
}

/// Every way in which a call may fail and pass.
const WILD: [Fault; 6] =
    [Fault::LoseAnswer, Fault::TooMany(1), Fault::Html502, Fault::Garbage, Fault::TooMany(2), Fault::Hang];

/// One call that arrived.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    /// The arguments; a file among them is its name and content.
    pub arguments: Value,
    /// The body as it came.
    pub body: String,
    pub at: DateTime<Utc>,
    /// Whether it took effect.
    pub done: bool,
}

#[derive(Default)]
struct Inner {
    calls: Vec<Call>,
    /// By method, the faults of the next calls; `*` is any method but getUpdates.
    faults: BTreeMap<String, VecDeque<Fault>>,
    /// What getUpdates gives, in order.
    updates: Vec<Value>,
    webhook: String,
    messages: i64,
    /// By chat and message, what it shows: the arguments of its sending or last edit.
    shown: BTreeMap<(i64, i64), Value>,
    /// No message is taken for this chat before.
    blocked: BTreeMap<i64, DateTime<Utc>>,
    too_early: Vec<String>,
    /// Calls for these chats are never answered.
    hanging: Range<i64>,
    /// Where every third call fails: how many have come.
    wild: Option<usize>,
}

/// The server; cheap to clone.
#[derive(Clone)]
pub struct BotApi {
    inner: Arc<Mutex<Inner>>,
    changed: Arc<Notify>,
    pub url: url::Url,
}

impl BotApi {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/local/", listener.local_addr().unwrap()).parse().unwrap();
        let api = Self { inner: Arc::default(), changed: Arc::default(), url };
        // The largest file that a bot may send (Bot API, sendDocument).
        let router = Router::new()
            .route("/local/{bot}/{method}", post(methods::answer))
            .layer(DefaultBodyLimit::max(50_000_000))
            .with_state(api.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        api
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// The next call of `method` (`*`: of any but getUpdates) fails so; said twice, the next two.
    pub fn fail(&self, method: &str, fault: Fault) {
        self.inner().faults.entry(method.to_owned()).or_default().push_back(fault);
    }

    /// No call for these chats is answered any more.
    pub fn hang_for(&self, chats: Range<i64>) {
        self.inner().hanging = chats;
    }

    /// From now on every third call fails, in every way in turn.
    pub fn run_wild(&self) {
        self.inner().wild = Some(0);
    }

    /// Faults that were not met yet are forgotten.
    pub fn mend(&self) {
        let mut inner = self.inner();
        inner.faults.clear();
        inner.wild = None;
    }

    /// A webhook that somebody set.
    pub fn set_webhook(&self, url: &str) {
        url.clone_into(&mut self.inner().webhook);
    }

    pub fn webhook(&self) -> String {
        self.inner().webhook.clone()
    }

    /// An update that polling will fetch.
    pub fn push(&self, update: Value) {
        self.inner().updates.push(update);
        self.changed.notify_waiters();
    }

    /// How many updates nobody has confirmed.
    pub fn unconfirmed(&self) -> usize {
        self.inner().updates.len()
    }

    pub fn calls(&self, method: &str) -> Vec<Call> {
        self.inner().calls.iter().filter(|call| call.method.eq_ignore_ascii_case(method)).cloned().collect()
    }

    pub fn bodies(&self, method: &str) -> Vec<String> {
        self.calls(method).into_iter().map(|call| call.body).collect()
    }

    /// What was written into the chat, in order.
    pub fn texts(&self, chat: i64) -> Vec<String> {
        let sent = self.calls("sendMessage").into_iter().filter(|call| call.done);
        let here = sent.filter(|call| call.arguments["chat_id"].as_i64() == Some(chat));
        here.map(|call| call.arguments["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The documents that were sent into the chat, in order: their names, contents and captions.
    pub fn documents(&self, chat: i64) -> Vec<(String, String, String)> {
        let sent = self.calls("sendDocument").into_iter().filter(|call| call.done);
        let here = sent.filter(|call| call.arguments["chat_id"].as_i64() == Some(chat));
        let told = |call: Call| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let document = &call.arguments["document"];
            (text(&document["name"]), text(&document["content"]), text(&call.arguments["caption"]))
        };
        here.map(told).collect()
    }

    /// The messages of a chat as they look now, by their numbers.
    pub fn shown(&self, chat: i64) -> Vec<(i64, Value)> {
        let inner = self.inner();
        let here = inner.shown.iter().filter(|((place, _), _)| *place == chat);
        here.map(|((_, message), arguments)| (*message, arguments.clone())).collect()
    }

    /// The messages that came before their chat's `retry_after` was over.
    pub fn too_early(&self) -> Vec<String> {
        self.inner().too_early.clone()
    }

    /// Waits until `seen` holds of the calls so far, through a lease that ends and calls that hang.
    pub async fn until(&self, what: &str, seen: impl Fn(&Self) -> bool) {
        let waited = tokio::time::timeout(Duration::from_secs(100), async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if seen(self) {
                    return;
                }
                changed.await;
            }
        });
        assert!(waited.await.is_ok(), "never saw: {what}; calls: {:#?}", self.inner().calls);
    }

    fn note(&self, method: &str, arguments: &Value, body: &str, done: bool) {
        let call = Call {
            method: method.to_owned(),
            arguments: arguments.clone(),
            body: body.to_owned(),
            at: Clock::machine().now(),
            done,
        };
        self.inner().calls.push(call);
        self.changed.notify_waiters();
    }

    fn fault(&self, method: &str) -> Option<Fault> {
        let mut inner = self.inner();
        let named = inner.faults.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(method));
        if let Some(fault) = named.and_then(|(_, faults)| faults.pop_front()) {
            return Some(fault);
        }
        if let Some(calls) = &mut inner.wild {
            *calls += 1;
            return (*calls % 3 == 0).then(|| WILD[(*calls / 3) % WILD.len()].clone());
        }
        if method.eq_ignore_ascii_case("getUpdates") {
            return None;
        }
        inner.faults.get_mut("*").and_then(VecDeque::pop_front)
    }

    fn block(&self, chat: Option<i64>, seconds: u64) {
        if let Some(chat) = chat {
            self.inner().blocked.insert(chat, Clock::machine().now() + Duration::from_secs(seconds));
        }
    }

    fn check_pace(&self, chat: Option<i64>, body: &str) {
        let mut inner = self.inner();
        let blocked = chat.and_then(|chat| inner.blocked.get(&chat).copied());
        if blocked.is_some_and(|until| Clock::machine().now() < until) {
            inner.too_early.push(body.to_owned());
        }
    }

    /// The updates from `offset` on, those before it forgotten; waits for one as long as it is asked to.
    async fn updates(&self, arguments: &Value) -> Value {
        let number = |name: &str| arguments[name].as_i64().unwrap_or_default();
        let (offset, limit) = (number("offset"), usize::try_from(number("limit")).unwrap_or(100).max(1));
        let give = |api: &Self| {
            let mut inner = api.inner();
            if let Some(confirmed) =
                inner.updates.iter().position(|update| update["update_id"].as_i64() == Some(offset - 1))
            {
                inner.updates.drain(..=confirmed);
            }
            inner.updates.iter().take(limit).cloned().collect::<Vec<_>>()
        };
        let wait = Duration::from_secs(u64::try_from(number("timeout")).unwrap_or_default());
        let found = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                let found = give(self);
                if !found.is_empty() {
                    return found;
                }
                changed.await;
            }
        };
        Value::Array(tokio::time::timeout(wait, found).await.unwrap_or_else(|_| give(self)))
    }
}
