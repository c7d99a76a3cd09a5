//! The visitor's phone: takes the bot's messages in Telegram's place, and knows what each looks like now.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::telegram::Reply;
use crate::telegram::call::{CallError, StandIn};

/// The chat as it stands on the phone; every clone shows the same.
#[derive(Clone, Default)]
pub(super) struct Phone(Arc<Mutex<Chat>>);

#[derive(Default)]
struct Chat {
    /// The number of the newest message, whoever sent it.
    last: i64,
    /// The bot's messages, oldest first.
    messages: Vec<Message>,
    /// What the visitor has not seen yet.
    news: Vec<News>,
}

/// A message of the bot's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) id: i64,
    pub(super) text: String,
    /// Rows of buttons.
    pub(super) rows: Vec<Vec<Button>>,
}

/// A button as the phone shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Button {
    pub(super) caption: String,
    pub(super) data: String,
}

/// What happened on the phone.
#[derive(Clone, Debug)]
pub(super) enum News {
    /// A message came.
    Came(Message),
    /// A message became this.
    Became(Message),
    /// A line popped up over the chat.
    PoppedUp(String),
}

impl News {
    /// Whether both are changes to the same looks.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Became(one), Self::Became(other)) => one.text == other.text && one.rows == other.rows,
            _ => false,
        }
    }
}

impl Phone {
    fn chat(&self) -> MutexGuard<'_, Chat> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a message that the visitor sends.
    pub(super) fn next_message(&self) -> i64 {
        self.chat().next()
    }

    /// The bot's messages as they look now, oldest first.
    pub(super) fn messages(&self) -> Vec<Message> {
        self.chat().messages.clone()
    }

    /// Takes the answer that rides in the response to an update, as Telegram does; gives what the visitor sees of it.
    pub(super) fn take_ridden(&self, reply: &Reply) -> Option<News> {
        let call = reply.to_method();
        // What the phone refuses is not seen.
        self.chat().take(call["method"].as_str().unwrap_or_default(), &call).ok().flatten()
    }

    /// What happened since this was asked last.
    pub(super) fn news(&self) -> Vec<News> {
        std::mem::take(&mut self.chat().news)
    }
}

impl StandIn for Phone {
    fn answer(&self, method: &str, arguments: &Value) -> Result<Value, CallError> {
        let mut chat = self.chat();
        let news = chat.take(method, arguments)?;
        chat.news.extend(news);
        Ok(json!({ "message_id": chat.last }))
    }
}

impl Chat {
    fn next(&mut self) -> i64 {
        self.last += 1;
        self.last
    }

    /// Takes what the bot does; gives what the visitor sees of it.
    fn take(&mut self, method: &str, arguments: &Value) -> Result<Option<News>, CallError> {
        Ok(match method {
            "sendMessage" => {
                let message = Message::of(self.next(), arguments);
                self.messages.push(message.clone());
                Some(News::Came(message))
            }
            "editMessageText" => {
                let message = Message::of(arguments["message_id"].as_i64().unwrap_or_default(), arguments);
                match self.messages.iter_mut().find(|known| known.id == message.id) {
                    None => return Err(refused("Bad Request: message to edit not found")),
                    Some(known) if *known == message => {
                        return Err(refused("Bad Request: message is not modified"));
                    }
                    Some(known) => *known = message.clone(),
                }
                Some(News::Became(message))
            }
            "answerCallbackQuery" => {
                let text = arguments["text"].as_str().filter(|text| !text.is_empty());
                text.map(|text| News::PoppedUp(text.to_owned()))
            }
            _ => None,
        })
    }
}

impl Message {
    fn of(id: i64, arguments: &Value) -> Self {
        let markup = &arguments["reply_markup"];
        let all = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let button =
            |button: &Value| Button { caption: text(&button["text"]), data: text(&button["callback_data"]) };
        let keyboard = all(&markup["inline_keyboard"]);
        let rows = keyboard.iter().map(|row| all(row).iter().map(button).collect());
        Self { id, text: text(&arguments["text"]), rows: rows.collect() }
    }
}

fn refused(description: &str) -> CallError {
    CallError::Refused { code: 400, description: description.to_owned() }
}
