//! A known person's press on its way: who pressed what, under which key, and how it is answered.

use chrono::{DateTime, TimeDelta, Utc};

use super::claim::Claim;
use super::desk::Desk;
use super::ruling::{Ruled, Ruling};
use super::said::Press;
use crate::app::Answer;
use crate::domain::caller::{Actor, Caller};
use crate::domain::event::{Event, Outgoing, answer_to};
use crate::domain::ids::ItemId;
use crate::domain::operation::{Answered, Operation, Request};
use crate::domain::outcome::Outcome;
use crate::domain::place::Place;
use crate::domain::receipt::{Receipt, Standing};
use crate::domain::role::Role;
use crate::ledger::LedgerError;
use crate::limits::PRESS_AGE_S;
use crate::text::Phrase;

/// A press on its way.
pub(super) struct Pressed<'a> {
    pub(super) desk: &'a Desk,
    pub(super) press: &'a Press,
    pub(super) person: i64,
    /// Their role now: what they may be shown goes by it.
    pub(super) role: Option<Role>,
    /// The message it was pressed under.
    pub(super) place: Place,
    pub(super) claim: &'a Claim,
}

impl Pressed<'_> {
    /// Whether this person may read the queue where the button stands. What a press brings can be forged (Bot API,
    /// CallbackQuery): nobody is shown an item who may not see it.
    pub(super) fn may_see(&self) -> bool {
        self.unseen().is_none()
    }

    /// Why this person may not read the queue where the button stands.
    pub(super) fn unseen(&self) -> Option<Phrase<'static>> {
        if self.role.is_none() {
            return Some(Phrase::NoRoleLeft { id: self.person });
        }
        let is_shown = self.desk.app.may_show_in(self.place.chat, self.place.chat > 0);
        (!is_shown).then_some(Phrase::AskInPrivate)
    }

    /// Puts the operation to the books under the press's key.
    pub(super) async fn apply(&self, operation: Operation) -> Result<Answer, LedgerError> {
        self.desk.app.apply(self.request(operation)).await
    }

    /// What would come of the operation now; nothing is done, and no key is used up.
    pub(super) async fn foresee(&self, operation: Operation) -> Result<Option<Outcome>, LedgerError> {
        self.desk.app.ledger.foresee(&self.request(operation)).await
    }

    /// When it was pressed at the latest that Telegram's word allows: a press has no date of its own, and a role counts
    /// only if it was held then. It lives no longer than so, and cannot be older than the message it was made under.
    fn pressed_at(&self) -> DateTime<Utc> {
        let now = self.desk.app.clock.now();
        let oldest = now - TimeDelta::seconds(PRESS_AGE_S);
        self.press.since.map_or(oldest, |since| since.clamp(oldest, now))
    }

    fn request(&self, operation: Operation) -> Request {
        let caller = Caller {
            actor: Actor::Person(self.person),
            profile: Some(self.press.from.profile()),
            said_at: self.pressed_at(),
            token_may_decide: false,
        };
        let Claim { key, scope } = self.claim.clone();
        Request { key, scope, caller, operation, place: None, answered: Answered::None }
    }

    /// Has something told below the message or, where the event says so, in its place. Should we die before this, the press
    /// comes again, and finds its way here as a repeat: `part` tells apart what one press has told.
    pub(super) async fn post(&self, event: Event, part: &str) -> Result<(), LedgerError> {
        let dedupe = format!("{}{part}", answer_to(&self.claim.key));
        self.desk.app.ledger.enqueue(Outgoing { place: self.place, event, dedupe }).await.map(|_| ())
    }

    /// Has the message that was pressed brought to what its item is now: it may be one that nobody remembers.
    pub(super) async fn repair(&self, item: ItemId, hash: &str) -> Result<(), LedgerError> {
        if !self.may_see() {
            return Ok(());
        }
        self.desk.app.ledger.card_pressed(self.place, item, hash.to_owned()).await
    }

    /// The receipt as what the message becomes, or as what is told below it: once, so that nothing in it is a repeat, whichever
    /// delivery had it told.
    pub(super) fn told(&self, receipt: &Receipt, replaces: bool) -> Event {
        Event::Receipt { operation: receipt.number, standing: Standing::New, reader: self.person, replaces }
    }

    /// Answers with what became of it.
    pub(super) fn tell(&self, answer: &Answer) -> Ruling {
        match answer {
            Answer::Receipt(receipt) => self.desk.tell_press(self.press, self.person, receipt),
            Answer::TooOld => self.toast(&Phrase::TooOld),
        }
    }

    /// Answers with a line.
    pub(super) fn toast(&self, phrase: &Phrase<'_>) -> Ruling {
        self.desk.toast(self.press, phrase)
    }

    /// The same, where nothing went wrong.
    pub(super) fn say(&self, phrase: &Phrase<'_>) -> Ruled {
        Ok(self.toast(phrase))
    }
}
