//! Any body at the doors for other systems, by the real router on books of their own: it is refused with a reason, or takes
//! effect, and then the same delivery is a repeat.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use chrono::TimeDelta;
use countersign::app::App;
use countersign::clock::Clock;
use countersign::domain::key::ClientName;
use countersign::domain::world::Rulebook;
use countersign::domain::zone::Zone;
use countersign::ledger::connect::Address;
use countersign::ledger::{Announce, Ledger, Options};
use countersign::points::Points;
use countersign::settings::ApiToken;
use countersign::text::Words;
use serde_json::Value;
use tokio::runtime::Runtime;
use tower_service::Service;

const TOKEN: &str = "fuzz-token-0123456789abcdef0123456789";

/// Where bodies are sent; the first byte of an input chooses.
const PATHS: [&str; 5] = ["", "/bulk.approve", "/bulk.reject", "/bulk.withdraw", "/bulk.issue"];

struct Doors {
    runtime: Runtime,
    router: Router,
    _folder: tempfile::TempDir,
}

fn doors() -> &'static Doors {
    static DOORS: OnceLock<Doors> = OnceLock::new();
    DOORS.get_or_init(|| {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite://{}?mode=rwc", folder.path().join("fuzz.db").display());
        let options = Options {
            clock: Clock::machine(),
            rulebook: Rulebook::new([1].into(), 100, 0),
            key_retention: TimeDelta::days(7),
            announce: Announce::Places(Vec::new()),
            points: Points::default(),
        };
        let ledger = runtime.block_on(Ledger::open(&Address::parse(&address).unwrap(), options)).unwrap();
        let client = ClientName::parse("fuzz").unwrap();
        let token = ApiToken { client, may_decide: true, may_call_back: true, secret: TOKEN.into() };
        let app = App {
            ledger,
            clock: Clock::machine(),
            words: Words::new(Zone::UTC),
            review_chats: Arc::default(),
            key_retention: TimeDelta::days(7),
            points: Points::default(),
        };
        let router = countersign::http::router(app, vec![token], Arc::new(|| "off".to_owned()));
        Doors { runtime, router, _folder: folder }
    })
}

/// The input's first byte chooses the endpoint, the rest is the body.
pub fn holds(input: &[u8]) {
    static KEYS: AtomicU64 = AtomicU64::new(0);
    let Some((first, body)) = input.split_first() else { return };
    let path = PATHS[usize::from(*first) % PATHS.len()];
    let key = format!("key-{}", KEYS.fetch_add(1, Relaxed));
    let (status, answer) = post(path, &key, body);
    assert!((200..500).contains(&status), "{path} answered {status}: {answer}");
    if status >= 300 {
        let said = |field: &str| answer[field].as_str().is_some_and(|text| !text.is_empty());
        assert!(said("error") && said("message"), "{path} answered {status} without a reason: {answer}");
        return;
    }
    let (again, repeat) = post(path, &key, body);
    assert_eq!(again, 409, "{path} took the same delivery twice: {repeat}");
    assert_eq!(repeat["original"], answer, "{path} tells a repeat something else");
}

fn post(path: &str, key: &str, body: &[u8]) -> (u16, Value) {
    let doors = doors();
    let request = Request::post(format!("/api/admin/pending{path}"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json")
        .header("x-idempotency-key", key)
        .body(Body::from(body.to_vec()))
        .unwrap();
    doors.runtime.block_on(async {
        let response = doors.router.clone().call(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    })
}
