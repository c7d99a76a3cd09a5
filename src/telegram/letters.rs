//! Rows of the outbox as what is said in Telegram: the event in words, as things stand when it is sent.

use serde_json::Value;

use super::button;
use crate::app::{App, Exported, File, Told};
use crate::domain::caller::Actor;
use crate::domain::card;
use crate::domain::event::Event;
use crate::domain::ids::ItemId;
use crate::domain::item::ItemState;
use crate::domain::prompt::Prompt;
use crate::domain::remind;
use crate::ledger::LedgerError;
use crate::ledger::cards::Behind;
use crate::ledger::outbox::Due;
use crate::text::{Seen, Text, Words};

/// Writes with the words and books of the app.
pub(super) struct Writer<'a>(pub(super) &'a App);

/// Why there are no words.
pub(super) enum Wordless {
    /// The database gave no answer.
    Ledger(LedgerError),
    /// It cannot be read, now or later.
    Unreadable(String),
}

/// What is said in one message, and the keyboard under it.
pub(super) struct Letter {
    pub(super) text: Text,
    pub(super) keyboard: Option<Value>,
    /// The items it shows, each at this version.
    pub(super) items: Vec<(ItemId, i32)>,
    /// Whether it is the end of an item's whole detail, and no card.
    pub(super) is_detail: bool,
    /// What a reply to it answers.
    pub(super) asks: Option<Prompt>,
    /// The file that it brings; the text stands under it then.
    pub(super) file: Option<File>,
}

impl From<Text> for Letter {
    fn from(text: Text) -> Self {
        Self { text, keyboard: None, items: Vec::new(), is_detail: false, asks: None, file: None }
    }
}

impl From<Told> for Letter {
    fn from(Told { text, choices }: Told) -> Self {
        let keyboard = (!choices.is_empty()).then(|| button::keyboard(&choices));
        Self { keyboard, ..Self::from(text) }
    }
}

impl Writer<'_> {
    /// What is said for a row, as things stand now.
    pub(super) async fn of_row(&self, row: &Due) -> Result<Vec<Letter>, Wordless> {
        let words = self.0.words_for(row.place.chat, None);
        let now = self.0.clock.now();
        let text = match row.event.clone().map_err(Wordless::Unreadable)? {
            Event::Line { phrase } => words.say_stored(&phrase).map_err(Wordless::Unreadable)?,
            Event::ReceiverFails { receiver, gone } => words.receiver_fails(&receiver, gone),
            Event::Answer { ask, reader, .. } => {
                self.must_show_in(row.place.chat).await?;
                let told = self.0.speaking(words).answer(&ask, reader).await;
                return Ok(vec![told.map_err(Wordless::Ledger)?.into()]);
            }
            Event::AskWhy { item, reader } => {
                self.must_show_in(row.place.chat).await?;
                return Ok(vec![self.question(item, reader, &words).await?]);
            }
            Event::Receipt { operation, standing, reader, .. } => {
                let receipt = self.0.ledger.receipt(operation, standing).await.map_err(Wordless::Ledger)?;
                let receipt = receipt
                    .ok_or_else(|| Wordless::Unreadable(format!("there is no operation R{operation}")))?;
                let titles = self.0.may_show_in(row.place.chat, row.place.chat > 0);
                let viewer = Actor::Person(reader);
                let seen = Seen { now, titles, viewer: Some(&viewer) };
                let choices = words.receipt_choices(&receipt, seen);
                return Ok(vec![Told { text: words.receipt(&receipt, seen), choices }.into()]);
            }
            Event::Card { items } => {
                self.must_show_in(row.place.chat).await?;
                return Ok(vec![self.items(&items, &words).await.map_err(Wordless::Ledger)?]);
            }
            Event::Reminder { items, are_all } => {
                self.must_show_in(row.place.chat).await?;
                let letter = self.reminder(&items, are_all, &words).await.map_err(Wordless::Ledger)?;
                return Ok(letter.into_iter().collect());
            }
            Event::Export { since, from, until, reader } => {
                self.must_show_in(reader).await?;
                let exported = self.0.speaking(words).export((since, from), until).await;
                let Exported { caption, file } = exported.map_err(Wordless::Ledger)?;
                return Ok(vec![Letter { file, ..Letter::from(caption) }]);
            }
            Event::Detail { item, part } => {
                self.must_show_in(row.place.chat).await?;
                let letters = self.details(item, &words).await?.into_iter().enumerate();
                return Ok(letters
                    .filter(|(n, _)| part.is_none_or(|part| part == *n))
                    .map(|(_, letter)| letter)
                    .collect());
            }
        };
        Ok(vec![text.into()])
    }

    /// Whether the queue's contents may be shown in this chat now: in private to those with a role alone.
    pub(super) async fn may_show_in(&self, chat: i64) -> Result<bool, LedgerError> {
        if chat > 0 {
            return Ok(self.0.ledger.role_of(chat).await?.is_some());
        }
        Ok(self.0.may_show_in(chat, false))
    }

    async fn must_show_in(&self, chat: i64) -> Result<(), Wordless> {
        let why = || Wordless::Unreadable("the queue is not shown in this chat any more".to_owned());
        self.may_show_in(chat).await.map_err(Wordless::Ledger)?.then_some(()).ok_or_else(why)
    }

    /// What a message that is behind shows now.
    pub(super) async fn shown_again(&self, behind: &Behind, words: &Words) -> Result<Letter, Wordless> {
        match behind.items.as_slice() {
            [item] if behind.is_detail => {
                let end = self.details(*item, words).await?.pop();
                end.ok_or_else(|| Wordless::Unreadable(format!("item {item} has no detail")))
            }
            items => self.items(items, words).await.map_err(Wordless::Ledger),
        }
    }

    /// One item with its buttons, or several as a list.
    async fn items(&self, ids: &[ItemId], words: &Words) -> Result<Letter, LedgerError> {
        let now = self.0.clock.now();
        let portraits = self.0.ledger.portraits(ids).await?;
        let items = portraits.iter().map(|portrait| (portrait.item.id, portrait.item.version)).collect();
        Ok(match portraits.as_slice() {
            [portrait] => Letter {
                keyboard: Some(button::keyboard(&words.card_choices(portrait, false))),
                items,
                ..Letter::from(words.card(portrait, now))
            },
            many => {
                let (text, choices) = (words.list(many, now), words.list_choices(many));
                Letter { items, ..Letter::from(Told { text, choices }) }
            }
        })
    }

    /// What of these still waits, one as its card, with its buttons; nothing where all is decided by now. It is a card as any
    /// other: once its items are decided it shows that.
    async fn reminder(
        &self,
        ids: &[ItemId],
        are_all: bool,
        words: &Words,
    ) -> Result<Option<Letter>, LedgerError> {
        let now = self.0.clock.now();
        let mut waiting = self.0.ledger.portraits(ids).await?;
        waiting.retain(|portrait| remind::waits(&portrait.item, now));
        let items = waiting.iter().map(|portrait| (portrait.item.id, portrait.item.version)).collect();
        let choices = match waiting.as_slice() {
            [] => return Ok(None),
            [portrait] if are_all => words.card_choices(portrait, false),
            many => words.list_choices(many),
        };
        let text = words.reminder(&waiting, are_all, now);
        Ok(Some(Letter { items, ..Letter::from(Told { text, choices }) }))
    }

    /// All of an item's detail; the buttons stand under the last message, which tells what became of the item as a card does.
    async fn details(&self, item: ItemId, words: &Words) -> Result<Vec<Letter>, Wordless> {
        let now = self.0.clock.now();
        let portraits = self.0.ledger.portraits(&[item]).await.map_err(Wordless::Ledger)?;
        let portrait =
            portraits.first().ok_or_else(|| Wordless::Unreadable(format!("there is no item {item}")))?;
        let mut letters: Vec<Letter> = words.details(portrait, now).into_iter().map(Letter::from).collect();
        if let Some(last) = letters.last_mut() {
            last.keyboard = Some(button::keyboard(&words.card_choices(portrait, true)));
            last.items = vec![(item, portrait.item.version)];
            last.is_detail = true;
        }
        Ok(letters)
    }

    /// The question why an item is rejected. It shows the item, so that it becomes its card once that is decided. A
    /// keyboard that is no inline one, such as a forced reply, would keep it from that: Telegram lets no such message be edited.
    async fn question(&self, item: ItemId, reader: i64, words: &Words) -> Result<Letter, Wordless> {
        let portraits = self.0.ledger.portraits(&[item]).await.map_err(Wordless::Ledger)?;
        let portrait =
            portraits.first().ok_or_else(|| Wordless::Unreadable(format!("there is no item {item}")))?;
        let (text, choices) = words.ask_why(portrait, self.0.clock.now());
        let waits = portrait.item.state == ItemState::Pending;
        let prompt = Prompt::Why { item, seen: card::Seen::of(&portrait.item), reader };
        let keyboard = (!choices.is_empty()).then(|| button::keyboard(&choices));
        let items = vec![(item, portrait.item.version)];
        Ok(Letter { keyboard, items, asks: waits.then_some(prompt), ..Letter::from(text) })
    }
}
