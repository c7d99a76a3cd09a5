//! What the handlers share: the app, who the bot is, and what the door keeps in mind.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};

use super::answering::Answering;
use super::claim::Claim;
use super::identity::Speaker;
use super::memory::Memory;
use super::render::Reply;
use super::retold::{Circumstances, Left, Retold};
use super::ruling::Ruling;
use super::said::{Press, Said};
use crate::app::App;
use crate::command;
use crate::domain::caller::Actor;
use crate::domain::event::{Event, Outgoing, answer_to};
use crate::domain::key::IdempotencyKey;
use crate::domain::operation::Answered;
use crate::domain::receipt::{Receipt, Standing};
use crate::ledger::LedgerError;
use crate::limits::TOAST_CHARS_MAX;
use crate::outbox::Pace;
use crate::text::{Choices, Phrase, Seen, Words};

/// Digits of the scope's hash that tell answers under one number apart.
const PURPOSE_DIGITS: usize = 8;

pub(super) struct Desk {
    pub(super) app: App,
    pub(super) bot_id: i64,
    pub(super) answering: Answering,
    pub(super) memory: Memory,
    pub(super) retold: Retold,
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
    pub(super) fn new(app: App, bot_id: i64, username: Option<String>, answering: Answering) -> Self {
        let (memory, retold) = (Memory::new(), Retold::new());
        Self { app, bot_id, answering, memory, retold, username: RwLock::new(username) }
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

    /// Answers a message with a line that no operation stands behind.
    pub(super) fn say(&self, said: &Said, phrase: &Phrase<'_>) -> Ruling {
        Ruling::Say { reply: self.line(said, phrase), standing: None }
    }

    /// Answers somebody without a role who asks what only those may ask who have one.
    pub(super) fn refuse(&self, said: &Said, person: i64) -> Ruling {
        if said.chat.is_private {
            return self.say(said, &Phrase::Stranger { id: person });
        }
        Ruling::Ignore("no role any more")
    }

    pub(super) fn line(&self, said: &Said, phrase: &Phrase<'_>) -> Reply {
        let event = Event::Line { phrase: phrase.to_stored() };
        Reply::to_message(said, self.words_for(said).say(phrase), Choices::new(), event)
    }

    /// The words in which a message is answered.
    pub(super) fn words_for(&self, said: &Said) -> Words {
        let tag = said.from.as_ref().and_then(|person| person.language.as_deref());
        self.app.words_for(said.chat.id, tag)
    }

    /// The words in which a press is answered: only who pressed sees them.
    pub(super) fn words_for_press(&self, press: &Press) -> Words {
        self.app.words_for(press.from.id, press.from.language.as_deref())
    }

    /// The answer that left for these very bytes before, from somebody who is known still, where it may ride again.
    pub(super) fn retell(&self, delivered: &[u8]) -> Option<Arc<Left>> {
        let Answering::Ride(_) = self.answering else { return None };
        let left = self.retold.get(delivered)?;
        let (person, said) = left.said()?;
        let ledger = &self.app.ledger;
        let now = self.app.clock.now();
        let holds = ledger.knows(person)
            && ledger.may_ride(said.chat.id)
            && left.holds(&self.circumstances(said, now), now - self.app.key_retention);
        holds.then_some(left)
    }

    /// What the words of an answer go by, beside what it tells.
    pub(super) fn circumstances(&self, said: &Said, now: DateTime<Utc>) -> Circumstances {
        let tag = said.from.as_ref().and_then(|person| person.language.as_deref());
        Circumstances {
            language: self.app.language_for(said.chat.id, tag),
            books: self.app.ledger.books(),
            titles: self.app.may_show_in(said.chat.id, said.chat.is_private),
            times: self.app.words.times().are_taken(),
            quarter: Circumstances::quarter(now),
        }
    }

    /// Answers a message with what became of its operation. The one place for new, repeated and remembered receipts,
    /// so that they cannot be told differently.
    pub(super) fn tell(&self, said: &Said, person: i64, receipt: &Receipt) -> Ruling {
        let standing = receipt.standing.code();
        if receipt.standing == Standing::New && receipt.answered == Answered::Outbox {
            return Ruling::Posted { standing: Some(standing) };
        }
        let titles = self.app.may_show_in(said.chat.id, said.chat.is_private);
        let viewer = Actor::Person(person);
        let seen = Seen { now: self.app.clock.now(), titles, viewer: Some(&viewer) };
        let words = self.words_for(said);
        let (text, choices) = (words.receipt(receipt, seen), words.receipt_choices(receipt, seen));
        let (operation, of) = (receipt.number, receipt.standing.clone());
        let event = Event::Receipt { operation, standing: of, reader: person, replaces: false };
        Ruling::Say { reply: Reply::to_message(said, text, choices, event), standing: Some(standing) }
    }

    /// Answers a press with what became of its operation.
    pub(super) fn tell_press(&self, press: &Press, person: i64, receipt: &Receipt) -> Ruling {
        let viewer = Actor::Person(person);
        // Only who pressed sees it, and they see the card.
        let seen = Seen { now: self.app.clock.now(), titles: true, viewer: Some(&viewer) };
        let text = self.words_for_press(press).receipt(receipt, seen).cut(TOAST_CHARS_MAX);
        let standing = Some(receipt.standing.code());
        Ruling::Say { reply: Reply::to_press(press.id.clone(), text), standing }
    }

    /// Answers a press with a line that no operation stands behind.
    pub(super) fn toast(&self, press: &Press, phrase: &Phrase<'_>) -> Ruling {
        let text = self.words_for_press(press).say(phrase).cut(TOAST_CHARS_MAX);
        Ruling::Say { reply: Reply::to_press(press.id.clone(), text), standing: None }
    }

    /// How the answer to a new operation is to leave; riding is spent here.
    pub(super) fn answered_as(&self, said: &Said) -> Answered {
        match &self.answering {
            Answering::Ride(pace) if pace.spend(said.chat.id, self.app.clock.now()).is_err() => {
                Answered::Outbox
            }
            answering => answering.wanted(),
        }
    }

    /// What an answer is for. A repeat's is its first delivery's, which may stand in the outbox; any other is told apart by
    /// what was delivered: Telegram's numbers may begin anew, and a reused key is told as such.
    pub(super) fn purpose(&self, update_id: u32, claim: Option<&Claim>, standing: Option<&str>) -> String {
        match claim {
            Some(claim) if standing != Some(Standing::Repeat.code()) => Self::purpose_of(claim),
            _ => answer_to(&IdempotencyKey::telegram(self.bot_id, update_id)),
        }
    }

    /// The same of what is no repeat.
    pub(super) fn purpose_of(claim: &Claim) -> String {
        let digits = claim.scope.hash().get(..PURPOSE_DIGITS).unwrap_or_default();
        format!("{}:{digits}", answer_to(&claim.key))
    }

    /// Lets an answer leave: itself where it is handed back, by the outbox otherwise. `is_spent` tells one
    /// that does not count against the chat's pace: it was counted already, or is a repeat, whose first answer Telegram
    /// never had.
    pub(super) async fn leave(
        &self,
        purpose: &str,
        speaker: Speaker,
        reply: Reply,
        is_spent: bool,
    ) -> Result<Option<Reply>, LedgerError> {
        let (asides, known) = match (&self.answering, speaker) {
            (Answering::Direct, _) => return Ok(Some(reply)),
            (Answering::Ride(pace), Speaker::Known(_)) => match reply.event() {
                Some((place, _)) if !self.may_ride(pace, place.chat, is_spent) => (None, true),
                _ => return Ok(Some(reply)),
            },
            (Answering::Ride(pace), _) => {
                // A stranger's line need not arrive, and takes nothing from people we know.
                let now = self.app.clock.now();
                let may = reply.event().is_none_or(|(place, _)| {
                    self.app.ledger.may_ride(place.chat) && pace.spend_on_stranger(place.chat, now).is_ok()
                });
                return Ok(may.then_some(reply));
            }
            (Answering::Post(asides), speaker) => (Some(asides), matches!(speaker, Speaker::Known(_))),
        };
        match (reply.event(), asides) {
            (Some((place, event)), _) if known => {
                let dedupe = purpose.to_owned();
                self.app.ledger.enqueue(Outgoing { place, event: event.clone(), dedupe }).await?;
            }
            // When nobody can take it, it need not arrive.
            (_, Some(asides)) => drop(asides.try_send(reply)),
            (_, None) => {}
        }
        Ok(None)
    }

    fn may_ride(&self, pace: &Pace, chat: i64, is_spent: bool) -> bool {
        self.app.ledger.may_ride(chat) && (is_spent || pace.spend(chat, self.app.clock.now()).is_ok())
    }
}
