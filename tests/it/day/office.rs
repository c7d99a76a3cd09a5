//! The program of the day, and everybody's side of it: who writes, presses and kills.

use std::collections::BTreeSet;

use countersign::clock::Clock;
use countersign::command;
use serde_json::{Value, json};

use crate::support::books::{KIM, LEE};
use crate::support::bot::{REVIEW_GROUP, said_by};
use crate::support::bot_api::BotApi;
use crate::support::presses::press;
use crate::support::serve::{Manner, Server};

const POLICY: &str = r#"
[kinds.deploy]
quorum = 2

[kinds.contract]
reason_required = true
reasons = ["wrong amount", "not ours"]
"#;

/// The marks of all buttons, as their data begins.
const BUTTONS: [&str; 10] = ["a:", "c:", "d:", "f:", "i:", "l:", "p:", "r:", "t:", "w:"];
/// The commands after which something is otherwise, or sent.
const EFFECTIVE: [&str; 5] = ["/admins", "/approve", "/export", "/reject", "/undo"];
/// Answers that rode in the webhook's response are numbered from here on, by their updates.
const RODE: i64 = 1_000_000;

/// The program, and everybody's side of it.
pub(super) struct Day {
    pub(super) server: Server,
    pub(super) api: BotApi,
    pub(super) updates: u32,
    /// Commands that were sent and buttons that were pressed.
    used: BTreeSet<String>,
    /// Those around which the program died.
    died: BTreeSet<String>,
    _folder: tempfile::TempDir,
}

/// What happens to the program around a delivery.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Then {
    /// It goes on.
    Well,
    /// It dies between the commit of the operation and all that follows; Telegram delivers once more.
    Dies,
    /// It dies when all is done but the answer; Telegram delivers once more.
    Unanswered,
}

impl Then {
    const fn points(self) -> Option<&'static str> {
        match self {
            Self::Well => None,
            Self::Dies => Some("commit.after=die"),
            // A kill between sending a message and the note of it would send it twice: nothing is sent before.
            Self::Unanswered => {
                Some("webhook.answer=die,outbox.sending=fail,outbox.sending=fail,outbox.sending=fail")
            }
        }
    }
}

impl Day {
    pub(super) async fn begins(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("policy.toml");
        std::fs::write(&policy, POLICY).unwrap();
        let variables = vec![
            ("POLICY_FILE", policy.display().to_string()),
            ("REVIEW_CHATS", format!("{REVIEW_GROUP}/7")),
            ("ADMIN_IDS", format!("{LEE},{KIM}")),
            ("UNDO_WINDOW", "1h".to_owned()),
        ];
        let server = Server::spawn_as(url, Manner { variables, ..Manner::default() }).await;
        server.caller.ready().await;
        let api = server.api.clone();
        Self { server, api, updates: 0, used: BTreeSet::new(), died: BTreeSet::new(), _folder: folder }
    }

    /// A private message; gives the bot's answer, wherever it came from.
    pub(super) async fn says(&mut self, person: i64, text: &str, then: Then) -> (i64, Value) {
        self.updates += 1;
        let mut update = said_by(person, self.updates, text);
        update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
        self.answer(person, update, then).await
    }

    /// The same in reply to a message that was forwarded from `author`.
    pub(super) async fn says_about(
        &mut self,
        person: i64,
        author: i64,
        text: &str,
        then: Then,
    ) -> (i64, Value) {
        self.updates += 1;
        let mut update = said_by(person, self.updates, text);
        update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
        let user = json!({ "id": author, "is_bot": false, "first_name": "Ann", "username": "ann" });
        update["message"]["reply_to_message"] = json!({
            "message_id": 7, "date": 1, "chat": { "id": person, "type": "private" }, "text": "hello",
            "from": update["message"]["from"],
            "forward_origin": { "type": "user", "date": 1, "sender_user": user },
        });
        self.answer(person, update, then).await
    }

    /// A private message that is answered by a file, which comes once.
    pub(super) async fn asks_for_file(&mut self, person: i64, text: &str, then: Then) {
        self.updates += 1;
        let mut update = said_by(person, self.updates, text);
        update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
        self.delivered(&update, then).await;
        self.api.until("the file", |api| !api.documents(person).is_empty()).await;
    }

    /// A message in the group's topic, in reply to another.
    pub(super) async fn replies(&mut self, person: i64, to: i64, text: &str, then: Then) -> (i64, Value) {
        self.updates += 1;
        let mut update = said_by(person, self.updates, text);
        let message = &mut update["message"];
        message["date"] = Value::from(Clock::machine().now().timestamp());
        message["chat"] = json!({ "id": REVIEW_GROUP, "type": "supergroup", "title": "Reviews" });
        message["message_thread_id"] = json!(7);
        message["reply_to_message"] = json!({ "message_id": to, "date": 0, "chat": { "id": REVIEW_GROUP } });
        self.answer(REVIEW_GROUP, update, then).await
    }

    /// Delivers until it is acknowledged. The answer rides, or comes by the outbox as a reply to the message.
    pub(super) async fn answer(&mut self, chat: i64, update: Value, then: Then) -> (i64, Value) {
        let asked = update["message"]["message_id"].as_i64();
        let rode = self.delivered(&update, then).await;
        if rode.is_object() {
            return (RODE + i64::from(self.updates), rode);
        }
        let find = |api: &BotApi| {
            let answers =
                |(_, message): &(i64, Value)| message["reply_parameters"]["message_id"].as_i64() == asked;
            api.shown(chat).into_iter().find(answers)
        };
        self.api.until("the answer by the outbox", |api| find(api).is_some()).await;
        find(&self.api).unwrap()
    }

    /// A press; gives the toast.
    pub(super) async fn presses(
        &mut self,
        person: i64,
        chat: i64,
        message: &(i64, Value),
        act: &str,
        then: Then,
    ) -> String {
        self.updates += 1;
        let update = press(self.updates, person, chat, message, act);
        let toast = self.delivered(&update, then).await;
        assert_eq!(toast["method"], "answerCallbackQuery", "{toast}");
        toast["text"].as_str().unwrap_or_default().to_owned()
    }

    pub(super) async fn delivered(&mut self, update: &Value, then: Then) -> Value {
        self.used.insert(what(update));
        if let Some(points) = then.points() {
            self.died.insert(what(update));
            assert_eq!(self.server.terminate().await, Some(0));
            self.server.manner.points = Some(points.to_owned());
            self.server.again().await;
            self.server.caller.deliver(update).await.expect_err("it died before its answer");
            self.server.dead().await;
            self.server.manner.points = None;
            self.server.again().await;
        }
        let (status, answer) = self.server.caller.deliver(update).await.unwrap();
        assert_eq!(status, 200, "{answer}");
        answer
    }

    pub(super) async fn killed(&mut self) {
        self.server.kill().await;
        self.server.again().await;
    }

    pub(super) async fn submits(&self, key: &str, kind: &str, titles: &[&str]) {
        let item = |title: &&str| json!({ "kind": kind, "title": title });
        self.server.caller.submit_items(key, titles.iter().map(item).collect()).await;
    }

    /// Waits until this message begins so and holds all of these.
    pub(super) async fn becomes(
        &self,
        chat: i64,
        message: i64,
        begins: &str,
        holds: &[&str],
    ) -> (i64, Value) {
        let find = |api: &BotApi| {
            api.shown(chat).into_iter().find(|(number, shown)| {
                let text = shown["text"].as_str().unwrap_or_default();
                *number == message && text.starts_with(begins) && holds.iter().all(|part| text.contains(part))
            })
        };
        self.api.until(&format!("{begins} … as message {message}"), |api| find(api).is_some()).await;
        find(&self.api).unwrap()
    }

    /// The newest message of the group that begins so and holds all of these.
    pub(super) async fn shows(&self, begins: &str, holds: &[&str]) -> (i64, Value) {
        let find = |api: &BotApi| {
            api.shown(REVIEW_GROUP).into_iter().rev().find(|(_, message)| {
                let text = message["text"].as_str().unwrap_or_default();
                text.starts_with(begins) && holds.iter().all(|part| text.contains(part))
            })
        };
        self.api.until(&format!("{begins} … {holds:?} in the group"), |api| find(api).is_some()).await;
        find(&self.api).unwrap()
    }

    /// Waits until the chat has a message that begins so; gives the newest.
    pub(super) async fn told(&self, chat: i64, begins: &str) -> (i64, Value) {
        let find = |api: &BotApi| {
            let begins = |shown: &Value| shown["text"].as_str().is_some_and(|text| text.starts_with(begins));
            api.shown(chat).into_iter().rev().find(|(_, shown)| begins(shown))
        };
        self.api.until(&format!("{begins} … in chat {chat}"), |api| find(api).is_some()).await;
        find(&self.api).unwrap()
    }

    /// The commands and buttons that were never used, and those that do something and around which the program never died.
    pub(super) fn spared(&self) -> Vec<String> {
        let commands = command::COMMANDS.iter().map(|command| format!("/{}", command.name));
        let unused = commands.chain(BUTTONS.map(str::to_owned)).filter(|one| !self.used.contains(one));
        let effective = EFFECTIVE.into_iter().chain(BUTTONS).map(str::to_owned);
        unused.chain(effective.filter(|one| !self.died.contains(one))).collect()
    }
}

pub(super) fn text(message: &(i64, Value)) -> &str {
    message.1["text"].as_str().unwrap_or_default()
}

/// The command or the button of an update.
fn what(update: &Value) -> String {
    let said = update["message"]["text"].as_str().unwrap_or_default();
    let pressed = update["callback_query"]["data"].as_str();
    let command = |text: &str| text.split([' ', '@']).next().unwrap_or_default().to_owned();
    pressed.map_or_else(|| command(said), |data| data.chars().take(2).collect())
}
