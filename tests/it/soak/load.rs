//! The callers: Telegram and a client of the HTTP API. Each delivery comes until it is acknowledged, through any instance,
//! and then again through others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign::clock::Clock;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::dice::Dice;
use crate::support::bot::said_by;
use crate::support::serve::{CROWD, Caller};

/// Items of one submission: enough for one message about all of them, for a group takes fifteen a minute.
const ITEMS: usize = 25;

/// What was acknowledged.
#[derive(Default)]
pub(super) struct Told {
    /// The items of each submission, by its key.
    pub(super) submissions: BTreeMap<String, Vec<i64>>,
    /// Each command: who gave it, about which item, and all answers that rode.
    pub(super) commands: BTreeMap<u32, (i64, i64, Vec<Value>)>,
    /// Approvals over HTTP: the item by the key.
    pub(super) approvals: BTreeMap<String, i64>,
    /// Deliveries, repeats included, that were acknowledged; and tries that were not.
    pub(super) acknowledged: u64,
    pub(super) not: u64,
    /// Items nobody has decided about yet.
    open: BTreeSet<i64>,
}

#[derive(Clone)]
pub(super) struct Load {
    callers: Arc<Vec<Caller>>,
    /// What the processes write.
    log: Arc<PathBuf>,
    pub(super) told: Arc<Mutex<Told>>,
}

impl Load {
    pub(super) fn new(callers: Vec<Caller>, log: PathBuf) -> Self {
        Self { callers: Arc::new(callers), log: Arc::new(log), told: Arc::default() }
    }

    /// Goes on until it is told to end; what was begun is finished.
    pub(super) async fn work(self, worker: u32, mut dice: Dice, ended: watch::Receiver<bool>) {
        let mut n = 0;
        while !*ended.borrow() {
            n += 1;
            let item = self.told.lock().unwrap().open.pop_first();
            match item {
                None => self.submits(&format!("s{worker}-{n}"), &mut dice).await,
                Some(item) => self.decides(item, worker * 1_000_000 + n * 10, &mut dice).await,
            }
            tokio::time::sleep(Duration::from_millis(50 + dice.roll(250))).await;
        }
    }

    async fn submits(&self, key: &str, dice: &mut Dice) {
        let item = |n| json!({ "kind": "bill", "title": format!("{key} no. {n}") });
        let body = json!({ "items": (1..=ITEMS).map(item).collect::<Vec<_>>() });
        let first = self.posted("/api/admin/pending", key, &body, dice).await;
        let again = self.posted("/api/admin/pending", key, &body, dice).await;
        assert_eq!(first, again, "the same items, whoever answers");
        let ids: Vec<i64> = first["ids"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect();
        assert_eq!(ids.len(), ITEMS);
        let mut told = self.told.lock().unwrap();
        told.open.extend(&ids);
        told.submissions.insert(key.to_owned(), ids);
    }

    /// One yes, one no, two rivals, or a yes over HTTP.
    async fn decides(&self, item: i64, number: u32, dice: &mut Dice) {
        let yes = format!("/approve {item}");
        match dice.roll(20) {
            0..=9 => self.commanded(number, item, &yes, dice).await,
            10..=13 => self.commanded(number, item, &format!("/reject {item} too much"), dice).await,
            14..=16 => {
                let key = format!("h{number}");
                let (path, body) = ("/api/admin/pending/bulk.approve", json!({ "ids": [item] }));
                let first = self.posted(path, &key, &body, dice).await;
                assert_eq!(first["ids"], json!([item]), "{first}");
                self.told.lock().unwrap().approvals.insert(key, item);
            }
            _ => {
                let (mut one, mut two) = (Dice::new(dice.roll(u64::MAX)), Dice::new(dice.roll(u64::MAX)));
                let no = format!("/reject {item} not ours");
                tokio::join!(
                    self.commanded(number, item, &yes, &mut one),
                    self.commanded(number + 1, item, &no, &mut two)
                );
            }
        }
    }

    /// A command by webhook, repeated once or twice: after its acknowledgement, or at the same time.
    async fn commanded(&self, update: u32, item: i64, text: &str, dice: &mut Dice) {
        let people = u64::try_from(CROWD.end - CROWD.start).unwrap();
        let person = CROWD.start + i64::try_from(dice.roll(people)).unwrap();
        let mut body = said_by(person, update, text);
        body["message"]["date"] = Value::from(Clock::machine().now().timestamp());
        let (mut one, mut two) = (Dice::new(dice.roll(u64::MAX)), Dice::new(dice.roll(u64::MAX)));
        let mut answers = if dice.roll(2) == 0 {
            let (a, b) = tokio::join!(self.delivered(&body, &mut one), self.delivered(&body, &mut two));
            vec![a, b]
        } else {
            vec![self.delivered(&body, &mut one).await]
        };
        answers.push(self.delivered(&body, &mut two).await);
        self.told.lock().unwrap().commands.insert(update, (person, item, answers));
    }

    async fn delivered(&self, update: &Value, dice: &mut Dice) -> Value {
        loop {
            match self.any(dice).deliver(update).await {
                Ok((200, answer)) => {
                    self.told.lock().unwrap().acknowledged += 1;
                    return answer;
                }
                Ok((503, _)) | Err(_) => self.not_yet().await,
                Ok(answer) => self.never(&answer),
            }
        }
    }

    /// The first answer, by whichever delivery it is heard.
    async fn posted(&self, path: &str, key: &str, body: &Value, dice: &mut Dice) -> Value {
        loop {
            let first = match self.any(dice).post(path, key, body).await {
                Ok((200 | 201, answer)) => answer,
                Ok((409, answer)) => answer["original"].clone(),
                Ok((503, _)) | Err(_) => {
                    self.not_yet().await;
                    continue;
                }
                Ok(answer) => self.never(&answer),
            };
            self.told.lock().unwrap().acknowledged += 1;
            return first;
        }
    }

    /// An answer that no fault excuses; with the errors of the log.
    fn never(&self, answer: &(u16, Value)) -> ! {
        let log = std::fs::read_to_string(&*self.log).unwrap_or_default();
        let errors: Vec<&str> = log.lines().filter(|line| line.contains("ERROR")).collect();
        panic!("{answer:?}; {errors:#?}")
    }

    async fn not_yet(&self) {
        self.told.lock().unwrap().not += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    fn any(&self, dice: &mut Dice) -> &Caller {
        &self.callers[usize::try_from(dice.roll(self.callers.len() as u64)).unwrap()]
    }
}
