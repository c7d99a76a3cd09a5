//! The program of the day, and everybody's side of it: who writes, presses and kills.

use countersign::clock::Clock;
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

/// The program, and everybody's side of it.
pub(super) struct Day {
    pub(super) server: Server,
    pub(super) api: BotApi,
    pub(super) updates: u32,
    _folder: tempfile::TempDir,
}

/// What happens to the program around a delivery.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Then {
    /// It goes on.
    Well,
    /// It dies between the commit and the answer; Telegram delivers once more.
    Dies,
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
        Self { server, api, updates: 0, _folder: folder }
    }

    /// A private message; gives the bot's answer, wherever it came from.
    pub(super) async fn says(&mut self, person: i64, text: &str, then: Then) -> (i64, Value) {
        self.updates += 1;
        let mut update = said_by(person, self.updates, text);
        update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
        self.answer(person, update, then).await
    }

    /// A private message that is answered by a file.
    pub(super) async fn asks_for_file(&mut self, person: i64, text: &str) {
        self.updates += 1;
        let mut update = said_by(person, self.updates, text);
        update["message"]["date"] = Value::from(Clock::machine().now().timestamp());
        self.delivered(&update, Then::Well).await;
        let sent = |api: &BotApi| api.calls("sendDocument").iter().any(|call| call.done);
        self.api.until("the file", sent).await;
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
            return (-1, rode);
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
        if then == Then::Dies {
            assert_eq!(self.server.terminate().await, Some(0));
            self.server.manner.points = Some("commit.after=die".to_owned());
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
}

pub(super) fn text(message: &(i64, Value)) -> &str {
    message.1["text"].as_str().unwrap_or_default()
}
