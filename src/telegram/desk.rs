//! What the handlers share: the app, who the bot is, and what the door keeps in mind.

use std::sync::{PoisonError, RwLock};

use super::memory::Memory;
use super::render::Reply;
use super::ruling::Ruling;
use super::said::Said;
use crate::app::App;
use crate::command;
use crate::domain::caller::Actor;
use crate::domain::operation::Answered;
use crate::domain::receipt::Receipt;
use crate::text::{Phrase, Seen};

pub(super) struct Desk {
    pub(super) app: App,
    pub(super) bot_id: i64,
    pub(super) answered: Answered,
    pub(super) memory: Memory,
    username: RwLock<Option<String>>,
}

/// Whom a command is addressed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addressee {
    /// This bot, by name or because none was named.
    Us,
    /// Another bot.
    Another,
    /// Some bot; our own name is not known yet.
    Unclear,
}

impl Desk {
    pub(super) fn new(app: App, bot_id: i64, username: Option<String>, answered: Answered) -> Self {
        Self { app, bot_id, answered, memory: Memory::new(), username: RwLock::new(username) }
    }

    pub(super) fn set_username(&self, name: String) {
        *self.username.write().unwrap_or_else(PoisonError::into_inner) = Some(name);
    }

    pub(super) fn addressee(&self, addressed_to: Option<&str>) -> Addressee {
        let Some(named) = addressed_to else { return Addressee::Us };
        match self.username.read().unwrap_or_else(PoisonError::into_inner).as_deref() {
            None => Addressee::Unclear,
            Some(ours) if ours.eq_ignore_ascii_case(named) => Addressee::Us,
            Some(_) => Addressee::Another,
        }
    }

    /// Whether `text` is a command that this bot would act on, said plainly: in a group only one it knows.
    pub(super) fn is_asked(&self, text: Option<&str>, is_private: bool) -> bool {
        text.and_then(command::read).is_some_and(|spoken| {
            self.addressee(spoken.addressed_to) == Addressee::Us
                && (is_private || command::find(spoken.name).is_some())
        })
    }

    pub(super) fn is_admin(&self, person: i64) -> bool {
        self.app.admins.contains(&person)
    }

    /// Answers a message with a line that no operation stands behind.
    pub(super) fn say(&self, said: &Said, phrase: &Phrase<'_>) -> Ruling {
        Ruling::Say { reply: Reply::to_message(said, self.app.words.say(phrase)), standing: None }
    }

    /// Answers a message with what became of its operation. The one place for new, repeated and remembered receipts,
    /// so that they cannot be told differently.
    pub(super) fn tell(&self, said: &Said, person: i64, receipt: &Receipt) -> Ruling {
        let titles = self.app.may_show_in(said.chat.id, said.chat.is_private);
        let viewer = Actor::Person(person);
        let seen = Seen { now: self.app.clock.now(), titles, viewer: Some(&viewer) };
        let reply = Reply::to_message(said, self.app.words.receipt(receipt, seen));
        Ruling::Say { reply, standing: Some(receipt.standing.code()) }
    }
}
