//! The processes of the hour, what everybody chooses by chance, and when it is over.

use std::fmt::{Debug, Formatter};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::receiver::Receiver;
use crate::ask::world::CI;
use crate::support::books::{KIM, LEE};
use crate::support::bot::REVIEW_GROUP;
use crate::support::bot_api::BotApi;
use crate::support::serve::{API_TOKEN, Caller, Manner, Server};

const POLICY: &str = "[kinds.deploy]\nundo_window = \"2s\"\n\n[kinds.payment]\nquorum = 2\n";

/// Items that are submitted each second.
const EACH_SECOND: f64 = 5.0;

/// How much there is to do, and by which seed it is chosen.
pub struct Scale {
    pub items: u32,
    pub seed: u64,
}

impl Debug for Scale {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} items", self.items)
    }
}

impl Scale {
    #[expect(clippy::disallowed_methods, reason = "how long a test runs is no setting of the program")]
    pub fn read() -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
        let items = number("HOUR_ITEMS").and_then(|items| u32::try_from(items).ok()).unwrap_or(100);
        Self { items, seed: number("HOUR_SEED").unwrap_or_else(|| getrandom::u64().unwrap()) }
    }

    /// How long items come in.
    pub fn period(&self) -> Duration {
        Duration::from_secs_f64(f64::from(self.items) / EACH_SECOND)
    }
}

/// What everybody shares; cheap to clone.
#[derive(Clone)]
pub struct Hour {
    pub callers: Arc<Vec<Caller>>,
    pub api: BotApi,
    pub items: u32,
    seed: u64,
    client: reqwest::Client,
    there: Arc<OnceLock<usize>>,
    _folder: Arc<tempfile::TempDir>,
}

impl Hour {
    pub async fn begins(
        url: &str,
        instances: usize,
        scale: &Scale,
        receiver: &Receiver,
    ) -> (Self, Vec<Server>) {
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("policy.toml");
        std::fs::write(&policy, POLICY).unwrap();
        let api = BotApi::start().await;
        let variables = vec![
            ("POLICY_FILE", policy.display().to_string()),
            ("REVIEW_CHATS", REVIEW_GROUP.to_string()),
            ("ADMIN_IDS", format!("{LEE},{KIM}")),
            ("API_TOKENS", format!("ci:{CI},shop/decide:{API_TOKEN}")),
            ("DECISION_WEBHOOKS", receiver.entry()),
            ("WEBHOOK_NETWORKS", "127.0.0.1".to_owned()),
        ];
        let manner = Manner { api: Some(api.clone()), variables, ..Manner::default() };
        let mut servers = Vec::new();
        for _ in 0..instances {
            servers.push(Server::spawn_as(url, manner.clone()).await);
        }
        for server in &servers {
            server.caller.ready().await;
        }
        let callers = Arc::new(servers.iter().map(|server| server.caller.clone()).collect());
        let (items, seed) = (scale.items, scale.seed);
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        let hour =
            Self { callers, api, items, seed, client, there: Arc::default(), _folder: Arc::new(folder) };
        (hour, servers)
    }

    /// Chance for one who acts; the same seed gives the same.
    pub fn chance(&self, actor: u64) -> Chance {
        Chance(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(actor << 32))
    }

    /// Nothing new comes any more: so many items there are.
    pub fn all_are_there(&self, count: usize) {
        self.there.set(count).unwrap();
    }

    /// How many items there are, once that is known.
    pub fn there(&self) -> Option<usize> {
        self.there.get().copied()
    }

    /// How long items come in.
    pub fn period(&self) -> Duration {
        Scale { items: self.items, seed: self.seed }.period()
    }

    /// A request to any instance, again at another until one answers it: 503 and whatever breaks is no answer.
    pub async fn call(
        &self,
        chance: &mut Chance,
        key: Option<&str>,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        loop {
            let url = chance.pick(&self.callers).url(path);
            let mut request = if body.is_some() { self.client.post(url) } else { self.client.get(url) };
            request = request.bearer_auth(API_TOKEN);
            if let Some(key) = key {
                request = request.header("Idempotency-Key", format!("\"{key}\""));
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            if let Ok(answer) = request.send().await
                && answer.status().as_u16() != 503
            {
                let status = answer.status().as_u16();
                if let Ok(body) = answer.json().await {
                    return (status, body);
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// What waits, oldest first.
    pub async fn open(&self, chance: &mut Chance) -> Vec<Value> {
        let (status, list) = self.call(chance, None, "/api/admin/pending?limit=500", None).await;
        assert_eq!(status, 200, "{list}");
        list["items"].as_array().unwrap().clone()
    }

    pub async fn submit(&self, chance: &mut Chance, key: &str, items: &[Value]) {
        let (status, answer) =
            self.call(chance, Some(key), "/api/admin/pending", Some(&json!({ "items": items }))).await;
        assert!(matches!(status, 200 | 201), "{status} {answer}");
    }
}

/// Numbers that one seed gives (splitmix64).
pub struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[usize::try_from(self.below(among.len() as u64)).unwrap()]
    }

    pub fn pause(&mut self, from_ms: u64, to_ms: u64) -> Duration {
        Duration::from_millis(from_ms + self.below(to_ms - from_ms))
    }
}
