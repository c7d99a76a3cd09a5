//! A server that behaves as a Countersign with one item would, until it is told to fail at a call: by hand over TCP, since no
//! HTTP library sends what is broken.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use countersign::domain::new_item::NewItem;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::sleep;

/// The calls of `ask`: the time there, the submission, the item, waiting for it, taking it back.
pub const CALLS: [&str; 5] = ["now", "submit", "item", "wait", "withdraw"];

/// How a call is answered instead of well.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Never; the connection stays open.
    Hang,
    /// The connection is closed after so long, without an answer.
    Close(Duration),
    /// Well, but one byte at a time, with such a pause before each.
    Slowly(Duration),
    /// With these bytes, and the end of the connection.
    Bytes(Vec<u8>),
    /// With a status, a header line and a body.
    Status(u16, &'static str, String),
}

#[derive(Default)]
struct Inner {
    /// By call, how it fails the next times.
    next: BTreeMap<&'static str, VecDeque<Fault>>,
    /// By call, how it fails always after that.
    always: BTreeMap<&'static str, Fault>,
    asked: Vec<&'static str>,
    keys: Vec<String>,
    /// The item as it is now.
    item: Value,
}

/// The server; cheap to clone.
#[derive(Clone)]
pub struct Stub {
    inner: Arc<Mutex<Inner>>,
    changed: Arc<Notify>,
    pub url: String,
}

impl Stub {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stub = Self { inner: Arc::default(), changed: Arc::default(), url };
        let shared = stub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(shared.clone().answer(stream));
            }
        });
        stub
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// The next times that it is called so, it fails so.
    pub fn next(&self, call: &'static str, faults: impl IntoIterator<Item = Fault>) {
        self.lock().next.entry(call).or_default().extend(faults);
    }

    /// Whenever it is called so, it fails so; or no more.
    pub fn always(&self, call: &'static str, fault: Option<Fault>) {
        let _before = match fault {
            Some(fault) => self.lock().always.insert(call, fault),
            None => self.lock().always.remove(call),
        };
    }

    /// Somebody decides.
    pub fn decide(&self, state: &str) {
        let mut inner = self.lock();
        inner.item["state"] = state.into();
        inner.item["final"] = true.into();
        drop(inner);
        self.changed.notify_waiters();
    }

    /// The item says this instead.
    pub fn says(&self, name: &str, value: Value) {
        self.lock().item[name] = value;
    }

    /// How often it was called so.
    pub fn count(&self, call: &str) -> usize {
        self.lock().asked.iter().filter(|asked| **asked == call).count()
    }

    /// The different keys under which items were submitted.
    pub fn submit_keys(&self) -> usize {
        let mut keys = self.lock().keys.clone();
        keys.sort();
        keys.dedup();
        keys.len()
    }

    /// Waits until it was called so often.
    pub async fn until(&self, call: &str, count: usize) {
        let called = async {
            while self.count(call) < count {
                sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), called).await.unwrap_or_else(|_| panic!("no {call}"));
    }

    async fn answer(self, mut stream: TcpStream) {
        let Some((head, body)) = request(&mut stream).await else { return };
        let call = call(&head);
        let fault = {
            let mut inner = self.lock();
            inner.asked.push(call);
            let next = inner.next.get_mut(call).and_then(VecDeque::pop_front);
            next.or_else(|| inner.always.get(call).cloned())
        };
        match fault {
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Close(after)) => sleep(after).await,
            Some(Fault::Bytes(bytes)) => drop(stream.write_all(&bytes).await),
            Some(Fault::Status(status, header, body)) => {
                drop(stream.write_all(&response(status, header, &body)).await);
            }
            Some(Fault::Slowly(pause)) => {
                for byte in self.well(call, &head, &body).await {
                    sleep(pause).await;
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                }
            }
            None => drop(stream.write_all(&self.well(call, &head, &body).await).await),
        }
    }

    /// What Countersign would answer.
    async fn well(&self, call: &str, head: &str, body: &str) -> Vec<u8> {
        let told = match call {
            "submit" => {
                self.submitted(head, &serde_json::from_str(body).unwrap());
                json!({ "ids": [1] })
            }
            "withdraw" => {
                self.decide("withdrawn");
                json!({ "withdrawn_count": 1, "ids": [1] })
            }
            "wait" => {
                let changed = self.changed.notified();
                if self.lock().item["final"] == false {
                    changed.await;
                }
                self.lock().item.clone()
            }
            "item" => self.lock().item.clone(),
            _ => json!({ "status": "ok" }),
        };
        response(200, "x-is: well", &told.to_string())
    }

    fn submitted(&self, head: &str, body: &Value) {
        let mut inner = self.lock();
        let key = head.lines().find(|line| line.to_lowercase().starts_with("idempotency-key:"));
        inner.keys.push(key.unwrap().to_owned());
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let item = NewItem::new(&text("kind").unwrap(), &text("title").unwrap(), text("detail").as_deref());
        if inner.item.is_null() {
            inner.item = json!({ "id": 1, "state": "pending", "final": false, "kind": body["kind"],
                "title": body["title"], "detail": body["detail"],
                "content_hash": item.unwrap().content_hash(), "awaiting": { "have": 0, "need": 1 } });
        }
    }
}

fn call(head: &str) -> &'static str {
    let mut words = head.split(' ');
    match (words.next().unwrap_or_default(), words.next().unwrap_or_default()) {
        ("GET", "/healthz") => "now",
        ("POST", "/api/admin/pending") => "submit",
        ("POST", _) => "withdraw",
        (_, path) if path.contains("?wait=") => "wait",
        _ => "item",
    }
}

/// Head and body, of those requests that `ask` makes.
async fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if read.len() >= end + 4 + length.unwrap_or(0_usize) {
                return Some((head, String::from_utf8_lossy(&read[end + 4..]).into_owned()));
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count @ 1..) => read.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}

/// A whole answer, after which the connection ends.
pub fn response(status: u16, header: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} x\r\n{header}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}
