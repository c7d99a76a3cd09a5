//! Answers to questions, in words. Whoever asks may read the queue; the door has seen to that.

use chrono::{DateTime, TimeDelta, Utc};

use super::App;
use crate::domain::ask::{Ask, Since, Whose};
use crate::domain::caller::Actor;
use crate::domain::card;
use crate::domain::ids::ItemId;
use crate::domain::outcome::Would;
use crate::domain::prompt::Prompt;
use crate::domain::receipt::Standing;
use crate::domain::record::Record;
use crate::domain::role::Role;
use crate::ledger::{LedgerError, Page, Past, PendingPage};
use crate::limits::{HISTORY_LINES, PAGE_ITEMS, STATS_DAYS};
use crate::text::{Choices, HistoryView, PendingView, Phrase, Seen, Text};

/// An answer in words, with what can be done from it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The words.
    pub text: Text,
    /// The buttons below them.
    pub choices: Choices,
}

impl From<Text> for Told {
    fn from(text: Text) -> Self {
        Self { text, choices: Choices::new() }
    }
}

impl App {
    /// The answer to `ask` for this reader, as things stand now.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn answer(&self, ask: &Ask, reader: i64) -> Result<Told, LedgerError> {
        let now = self.clock.now();
        let text = match ask {
            Ask::Pending { page, words } => return self.pending((*page, false), words, reader).await,
            Ask::Rest { page, words } => return self.pending((*page, true), words, reader).await,
            Ask::Show { item } => {
                let told = |record: &Record| {
                    let (text, choices) = self.words.record(record, now);
                    Told { text, choices }
                };
                return self.record(*item, told).await;
            }
            Ask::Why { item } => {
                return self.record(*item, |record| self.words.rules(&record.portrait, now).into()).await;
            }
            Ask::Receipt { number } => return self.receipt(*number, reader).await,
            Ask::Items { number } => self.items(*number).await,
            Ask::Admins { page } => self.admins(*page, reader).await,
            Ask::History { whose, since, before } => self.history(whose, (*since, *before), reader).await,
            Ask::Stats => self.stats().await,
        };
        text.map(Told::from)
    }

    async fn record(&self, item: ItemId, told: impl Fn(&Record) -> Told) -> Result<Told, LedgerError> {
        let record = self.ledger.record(item).await?;
        let none = || self.words.say(&Phrase::NoItem { id: item.get() }).into();
        Ok(record.as_ref().map_or_else(none, told))
    }

    async fn items(&self, number: i64) -> Result<Text, LedgerError> {
        let Some(receipt) = self.ledger.receipt(number, Standing::New).await? else {
            return Ok(self.words.say(&Phrase::NoSuchReceipt { number }));
        };
        let ids = receipt.outcome.named();
        let portraits = self.ledger.portraits(&ids).await?;
        Ok(self.words.items(number, &ids, &portraits, self.clock.now()))
    }

    async fn receipt(&self, number: i64, reader: i64) -> Result<Told, LedgerError> {
        let Some(receipt) = self.ledger.receipt(number, Standing::New).await? else {
            return Ok(self.words.say(&Phrase::NoSuchReceipt { number }).into());
        };
        let viewer = Actor::Person(reader);
        let seen = Seen { now: self.clock.now(), titles: true, viewer: Some(&viewer) };
        let choices = self.words.receipt_choices(&receipt, seen);
        Ok(Told { text: self.words.receipt_again(&receipt, seen), choices })
    }

    async fn history(
        &self,
        whose: &Whose,
        (since, before): (Since, Option<i64>),
        reader: i64,
    ) -> Result<Text, LedgerError> {
        let now = self.clock.now();
        let by = match whose {
            Whose::Everybody => None,
            Whose::Own => Some(reader),
            Whose::Person(id) => Some(*id),
            Whose::Named(name) => match self.ledger.person_called(name) {
                Some(id) => Some(id),
                None => return Ok(self.words.say(&Phrase::NobodyCalled { name: name.into() })),
            },
        };
        let past = Past {
            by: by.map(|id| Actor::Person(id).to_string()),
            since: self.since(since, now),
            before,
            limit: HISTORY_LINES,
        };
        let entries = self.ledger.history(past).await?;
        if let Some(id) = by.filter(|id| entries.is_empty() && !self.ledger.knows(*id)) {
            return Ok(self.words.say(&Phrase::NobodyWithId { id }));
        }
        let view = HistoryView { entries: &entries, limit: HISTORY_LINES, whose, since };
        Ok(self.words.history(&view, now))
    }

    async fn stats(&self) -> Result<Text, LedgerError> {
        let now = self.clock.now();
        let stats = self.ledger.stats(&self.words.days(now, STATS_DAYS), now).await?;
        Ok(self.words.stats(&stats, now))
    }

    pub(super) fn since(&self, since: Since, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match since {
            Since::Ever => None,
            Since::Today => Some(self.words.midnight(now)),
            Since::Hours(hours) => Some(now - TimeDelta::hours(hours.into())),
        }
    }

    /// A page of the queue, from 1; the last one where there are fewer. Below what is left after an approval stands no other
    /// in the same place: a finger that taps twice means one page.
    async fn pending(
        &self,
        (page, is_rest): (u32, bool),
        words: &[String],
        reader: i64,
    ) -> Result<Told, LedgerError> {
        let narrowed = || Page { words: words.to_vec(), ..Page::default() };
        let read = async |page: u32| {
            let skip = u64::from(page.saturating_sub(1)) * PAGE_ITEMS;
            // One more than is shown tells whether there is another page.
            self.ledger.pending(Page { limit: PAGE_ITEMS + 1, skip, ..narrowed() }).await
        };
        let (mut page, mut found) = (page, read(page).await?);
        if page > 1 && found.items.is_empty() {
            let all = if found.more { self.ledger.pending_count(narrowed()).await? } else { found.total };
            page = u32::try_from(all.div_ceil(PAGE_ITEMS)).unwrap_or(u32::MAX).max(1);
            found = read(page).await?;
        }
        let PendingPage { mut items, total, more } = found;
        let goes_on = items.len() as u64 > PAGE_ITEMS;
        items.truncate(usize::try_from(PAGE_ITEMS).unwrap_or(usize::MAX));
        // Only said: whether a decision counts is seen where it is made.
        let may_decide = self.ledger.known_role(reader).is_some_and(Role::may_decide);
        let view = PendingView { items: &items, total, more, page, goes_on, words, may_decide };
        let text = self.words.pending(&view, self.clock.now());
        if items.is_empty() {
            return Ok(text.into());
        }
        // What is shown is what its button approves, whatever comes or goes until it is pressed.
        let shown = items.iter().map(|item| Would { id: item.id, seen: card::Seen::of(item) });
        let prompt = Prompt::Page { page, words: words.to_vec(), shown: shown.collect() };
        let prompt = self.ledger.remember_prompt(prompt).await?;
        Ok(Told { text, choices: self.words.page_choices(&view, prompt, is_rest) })
    }
}
