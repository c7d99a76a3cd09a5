//! The two admins: they look at what waits, and approve, reject and take back by commands to the bot, which Telegram delivers
//! at any instance until one acknowledges it, and sometimes once or twice more.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use countersign::clock::Clock;
use serde_json::Value;
use tokio::time::sleep;

use super::world::{Chance, Hour};
use crate::support::books::{KIM, LEE};
use crate::support::bot::said_by;

/// Most items that a command names: each is told in the answer then.
const AT_ONCE: u64 = 8;

/// A command, and the answers that rode in a webhook's response.
#[derive(Debug)]
pub struct Command {
    pub person: i64,
    pub message: i64,
    pub text: String,
    pub answers: Vec<String>,
    pub deliveries: usize,
}

pub struct Admin {
    hour: Hour,
    person: i64,
    chance: Chance,
    /// The numbers of updates are the bot's, not a person's.
    updates: Arc<AtomicU32>,
    said: Vec<Command>,
    voted: BTreeSet<i64>,
}

impl Admin {
    pub fn both(hour: &Hour) -> [Self; 2] {
        let updates = Arc::new(AtomicU32::new(1));
        [LEE, KIM].map(|person| Self {
            hour: hour.clone(),
            person,
            chance: hour.chance(person.unsigned_abs()),
            updates: updates.clone(),
            said: Vec::new(),
            voted: BTreeSet::new(),
        })
    }

    /// Works until nothing waits and nothing more comes; gives what was said.
    pub async fn works(mut self) -> Vec<Command> {
        loop {
            // Read before the queue: what is submitted by then is in it.
            let is_last = self.hour.there().is_some();
            let open = self.hour.open(&mut self.chance).await;
            let mine: Vec<&Value> = open.iter().filter(|item| self.decides(item)).take(20).collect();
            if mine.is_empty() {
                if is_last && open.is_empty() {
                    return self.said;
                }
                sleep(Duration::from_millis(200)).await;
                continue;
            }
            if self.chance.percent(15) {
                self.changes_their_mind(&mine).await;
            } else {
                self.decide(&mine).await;
            }
            sleep(self.chance.pause(500, 1100)).await;
        }
    }

    fn decides(&self, item: &Value) -> bool {
        item["title"].as_str().unwrap().starts_with("do-")
            && !self.voted.contains(&item["id"].as_i64().unwrap())
    }

    async fn decide(&mut self, open: &[&Value]) {
        let (from, count) = (self.chance.below(open.len() as u64), 1 + self.chance.below(AT_ONCE));
        let some = open.iter().cycle().skip(usize::try_from(from).unwrap()).take(open.len());
        let some: Vec<i64> =
            some.take(usize::try_from(count).unwrap()).map(|item| item["id"].as_i64().unwrap()).collect();
        self.voted.extend(&some);
        let ids = some.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let text = match self.chance.below(10) {
            0 => format!("/reject {ids}"),
            1 | 2 => format!("/reject {ids}: reason {}", self.chance.below(1000)),
            _ => format!("/approve {ids}"),
        };
        self.says(&text).await;
    }

    /// Approves what can be taken back for a moment, and does so.
    async fn changes_their_mind(&mut self, open: &[&Value]) {
        let Some(item) = open.iter().find(|item| item["kind"] == "deploy") else { return };
        let id = item["id"].as_i64().unwrap();
        self.says(&format!("/approve {id}")).await;
        self.says("/undo").await;
        // An own vote may have been what was taken back.
        self.voted.clear();
    }

    async fn says(&mut self, text: &str) {
        let update_id = self.updates.fetch_add(1, SeqCst);
        let mut update = said_by(self.person, update_id, text);
        update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
        let message = update["message"]["message_id"].as_i64().unwrap();
        let (mut answers, mut deliveries) = (Vec::new(), 1);
        if self.chance.percent(20) {
            // Two at once.
            let mut other = self.hour.chance(u64::from(update_id) << 8);
            let (one, two) = tokio::join!(
                deliver(&self.hour, &mut self.chance, &update),
                deliver(&self.hour, &mut other, &update)
            );
            answers.extend([one, two].into_iter().flatten());
            deliveries += 1;
        } else {
            answers.extend(deliver(&self.hour, &mut self.chance, &update).await);
        }
        if self.chance.percent(25) {
            answers.extend(deliver(&self.hour, &mut self.chance, &update).await);
            deliveries += 1;
        }
        self.said.push(Command { person: self.person, message, text: text.to_owned(), answers, deliveries });
    }
}

/// Until an instance acknowledges it, as Telegram does; gives the answer that rode.
async fn deliver(hour: &Hour, chance: &mut Chance, update: &Value) -> Option<String> {
    loop {
        match chance.pick(&hour.callers).deliver(update).await {
            Ok((200, answer)) => return answer["text"].as_str().map(str::to_owned),
            Ok((503, _)) | Err(_) => sleep(Duration::from_millis(20)).await,
            Ok((status, body)) => panic!("{status}: {body}"),
        }
    }
}
