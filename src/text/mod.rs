//! Everything an admin reads. Only this folder can make a [`Text`].
//!
//! The wording: one term a thing (item, approve, duplicate delivery); the result first; no exclamation marks; what to
//! do next last. An error names the part that was not understood and shows an example.

pub mod api;
mod body;
mod brief;
mod card;
mod catalog;
mod choices;
mod export;
mod list;
mod misunderstood;
mod moment;
mod pending;
mod phrase;
mod receipt;
mod receiver;
mod record;
mod reminder;
mod rich;
mod role;
mod stats;
mod written;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::catalog::{Catalog, Catalogs};
pub use self::choices::{Choice, Choices};
pub use self::export::ExportView;
pub use self::pending::PendingView;
pub use self::phrase::Phrase;
pub use self::record::HistoryView;
pub use self::rich::{Time, Times};
pub use self::role::RosterView;
pub use self::written::Text;
use crate::command::Command;
use crate::domain::caller::Actor;
use crate::domain::card::Portrait;
use crate::domain::ids::ItemId;
use crate::domain::language::Language;
use crate::domain::receipt::Receipt;
use crate::domain::record::Record;
use crate::domain::zone::Zone;

/// Who sees an answer, where and when.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The time now, from which ages are told.
    pub now: DateTime<Utc>,
    /// Whether items' titles may be shown there.
    pub titles: bool,
    /// Who reads it, to be called "you".
    pub viewer: Option<&'a Actor>,
}

/// The words of one language, with all others at hand: cheap to clone.
#[derive(Clone)]
pub struct Words {
    catalogs: Arc<Catalogs>,
    times: Arc<Times>,
    language: Language,
    time_zone: Zone,
}

impl Words {
    /// The English words, with times in `time_zone`.
    #[must_use]
    pub fn new(time_zone: Zone) -> Self {
        let (catalogs, times) = (Arc::new(Catalogs::new()), Arc::new(Times::default()));
        Self { catalogs, times, language: Language::English, time_zone }
    }

    /// The words of another language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        Self { language, ..self.clone() }
    }

    /// Which language it is.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// Whether times are taken as such where the texts go.
    #[must_use]
    pub fn times(&self) -> &Times {
        &self.times
    }

    fn catalog(&self) -> &Catalog {
        self.catalogs.of(self.language)
    }

    /// Puts a receipt into words.
    #[must_use]
    pub fn receipt(&self, receipt: &Receipt, seen: Seen<'_>) -> Text {
        Text::new(&receipt::words(self.catalog(), &self.time_zone, receipt, seen))
    }

    /// Puts a page of the queue into words.
    #[must_use]
    pub fn pending(&self, page: &PendingView<'_>, now: DateTime<Utc>) -> Text {
        pending::text(self.catalog(), page, now)
    }

    /// A card: one item, with what became of it.
    #[must_use]
    pub fn card(&self, portrait: &Portrait, now: DateTime<Utc>) -> Text {
        Text::new(&self.painter(now).card(portrait))
    }

    /// Several items in one message, a line each.
    #[must_use]
    pub fn list(&self, portraits: &[Portrait], now: DateTime<Utc>) -> Text {
        self.painter(now).list(portraits)
    }

    /// What can be done from a card; from its whole detail, where `is_whole`.
    #[must_use]
    pub fn card_choices(&self, portrait: &Portrait, is_whole: bool) -> Choices {
        choices::card(self.catalog(), portrait, is_whole)
    }

    /// What can be done from several items in one message.
    #[must_use]
    pub fn list_choices(&self, portraits: &[Portrait]) -> Choices {
        choices::list(self.catalog(), portraits)
    }

    /// What can be done after an answer, by whoever asked for it.
    #[must_use]
    pub fn receipt_choices(&self, receipt: &Receipt, seen: Seen<'_>) -> Choices {
        choices::receipt(self.catalog(), receipt, seen.viewer, seen.now)
    }

    /// What can be done from a page of the queue that is remembered as `prompt`; `is_rest` where one was approved just now.
    #[must_use]
    pub fn page_choices(&self, page: &PendingView<'_>, prompt: i64, is_rest: bool) -> Choices {
        choices::page(self.catalog(), page, prompt, is_rest)
    }

    /// Asks why an item is rejected, with the reasons that can be pressed.
    #[must_use]
    pub fn ask_why(&self, portrait: &Portrait, now: DateTime<Utc>) -> (Text, Choices) {
        (self.painter(now).ask_why(portrait), choices::reasons(self.catalog(), portrait))
    }

    /// Each item of an operation on a line of its own, with what became of it.
    #[must_use]
    pub fn items(&self, number: i64, ids: &[ItemId], portraits: &[Portrait], now: DateTime<Utc>) -> Text {
        self.painter(now).items(number, ids, portraits)
    }

    /// A receipt that was asked for: when it was, and what it says.
    #[must_use]
    pub fn receipt_again(&self, receipt: &Receipt, seen: Seen<'_>) -> Text {
        let at = moment::time(self.catalog(), receipt.at, seen.now, &self.time_zone);
        let number = receipt.number.to_string();
        let head = self.catalog().get("receipt-again", &[("number", &number), ("time", &at)]);
        let told = receipt::words(self.catalog(), &self.time_zone, receipt, seen);
        Text::new(&format!("{head}\n{told}"))
    }

    /// An item with all that happened to it, and the button for what has no room.
    #[must_use]
    pub fn record(&self, record: &Record, now: DateTime<Utc>) -> (Text, Choices) {
        let (text, is_cut) = self.painter(now).record(record);
        let details = || choices::details(self.catalog(), &record.portrait);
        (text, if is_cut { details() } else { Choices::new() })
    }

    /// The rules an item is bound to.
    #[must_use]
    pub fn rules(&self, portrait: &Portrait, now: DateTime<Utc>) -> Text {
        self.painter(now).rules(portrait)
    }

    /// Who has which role.
    #[must_use]
    pub fn roster(&self, view: &RosterView<'_>, now: DateTime<Utc>) -> Text {
        self.painter(now).roster(view)
    }

    /// Who decided what.
    #[must_use]
    pub fn history(&self, view: &HistoryView<'_>, now: DateTime<Utc>) -> Text {
        self.painter(now).history(view)
    }

    /// When the day began in which it is now, in the zone in which times are shown.
    #[must_use]
    pub fn midnight(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        moment::midnight(now, &self.time_zone)
    }

    /// An item's whole detail, in as many messages as it takes.
    #[must_use]
    pub fn details(&self, portrait: &Portrait, now: DateTime<Utc>) -> Vec<Text> {
        self.painter(now).details(portrait)
    }

    fn painter(&self, now: DateTime<Utc>) -> card::Painter<'_> {
        card::Painter { catalog: self.catalog(), zone: &self.time_zone, now }
    }

    /// Says a phrase as it stands in an event of the outbox.
    ///
    /// # Errors
    /// Why this release cannot read it.
    pub fn say_stored(&self, phrase: &serde_json::Value) -> Result<Text, String> {
        let read: Phrase<'static> =
            serde_json::from_value(phrase.clone()).map_err(|error| error.to_string())?;
        Ok(self.say(&read))
    }

    /// What a command is for, in one line: for the menu.
    #[must_use]
    pub fn purpose(&self, command: &Command) -> Text {
        Text::new(&self.catalog().purpose(command))
    }

    /// One line after another.
    #[must_use]
    pub fn both(&self, first: &Text, then: &Text) -> Text {
        Text::new(&format!("{first} {then}"))
    }

    /// Says a phrase.
    #[must_use]
    pub fn say(&self, phrase: &Phrase<'_>) -> Text {
        Text::new(&phrase.words(self.catalog()))
    }
}
