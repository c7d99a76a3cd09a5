//! From a button that stands for many items to the decision it asks for. Whoever presses may read the queue; the door has
//! seen to that, and whether they may decide is seen where decisions are made.

use crate::domain::ask::Ask;
use crate::domain::caller::Actor;
use crate::domain::ids::ItemId;
use crate::domain::operation::{Decision, Operation};
use crate::domain::outcome::Outcome;
use crate::domain::prepare;
use crate::domain::prompt::Prompt;
use crate::domain::receipt::{Receipt, Standing};
use crate::domain::selection::Selection;
use crate::ledger::{LedgerError, Page};
use crate::limits::PAGE_ITEMS;
use crate::text::Phrase;

use super::App;

/// What a button asks for, or why it does nothing.
pub type Asked<T> = Result<T, Phrase<'static>>;

impl App {
    /// The receipt of what the operation with this number prepared, for whoever prepared it.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn prepared(&self, operation: i64, person: i64) -> Result<Asked<Receipt>, LedgerError> {
        let receipt = self.ledger.receipt(operation, Standing::New).await?;
        Ok(match receipt.filter(|receipt| matches!(receipt.outcome, Outcome::Prepared { .. })) {
            None => Err(Phrase::NoButtonHere),
            Some(receipt) if receipt.actor != Actor::Person(person).to_string() => Err(Phrase::NotYourButton),
            Some(receipt) => Ok(receipt),
        })
    }

    /// The decision that was prepared.
    ///
    /// # Errors
    /// What to say where it cannot be confirmed any more.
    pub fn confirmation(&self, prepared: &Receipt) -> Asked<Operation> {
        match &prepared.outcome {
            Outcome::Prepared { decision, would, reason, .. }
                if prepared.confirm_until().is_some_and(|until| until > self.clock.now()) =>
            {
                Ok(prepare::confirm(*decision, would, reason.as_ref()))
            }
            _ => Err(Phrase::ExpiredButton),
        }
    }

    /// The question what the same decision would do to what could not be decided, for whoever asked for it: what came to be
    /// since was seen by nobody.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn retried(&self, operation: i64, person: i64) -> Result<Asked<Operation>, LedgerError> {
        let receipt = self.ledger.receipt(operation, Standing::New).await?;
        let Some(receipt) = receipt else { return Ok(Err(Phrase::NoButtonHere)) };
        let ids = receipt.may_retry();
        Ok(match &receipt.outcome {
            _ if receipt.actor != Actor::Person(person).to_string() => Err(Phrase::NotYourButton),
            Outcome::Decided { decision, reason, .. } if !ids.is_empty() => Ok(Operation::Prepare {
                decision: *decision,
                selection: Selection::Named(ids),
                reason: reason.clone(),
            }),
            _ => Err(Phrase::NoButtonHere),
        })
    }

    /// The approval of what a page showed.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn page_approved(&self, prompt: i64) -> Result<Asked<Operation>, LedgerError> {
        Ok(match self.ledger.prompt(prompt).await? {
            Some((Prompt::Page { shown, .. }, _)) => Ok(prepare::confirm(Decision::Approve, &shown, None)),
            _ => Err(Phrase::PageForgotten),
        })
    }

    /// The question that shows the page that is remembered by this number as it is now, or another one of its list.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn page_turned(&self, prompt: i64, to: Option<u32>) -> Result<Asked<Ask>, LedgerError> {
        Ok(match self.ledger.prompt(prompt).await? {
            Some((Prompt::Page { words, page, .. }, _)) => {
                Ok(Ask::Pending { page: to.unwrap_or(page), words })
            }
            _ => Err(Phrase::PageForgotten),
        })
    }

    /// The question that shows what is left of a list after this page of it was approved.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn page_left(&self, prompt: i64) -> Result<Asked<Ask>, LedgerError> {
        Ok(self.page_turned(prompt, None).await?.map(|ask| match ask {
            Ask::Pending { page, words } => Ask::Rest { page, words },
            ask => ask,
        }))
    }

    /// The question that shows the page of the queue on which this item stands.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn page_with(&self, item: ItemId) -> Result<Ask, LedgerError> {
        let before = self.ledger.pending_count(Page { before: Some(item), ..Page::default() }).await?;
        let page = u32::try_from(before / PAGE_ITEMS).unwrap_or(u32::MAX).saturating_add(1);
        Ok(Ask::Pending { page, words: Vec::new() })
    }

    /// How many items have come to a list since its page was shown.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn came_meanwhile(&self, prompt: i64) -> Result<u64, LedgerError> {
        let Some((Prompt::Page { words, .. }, since)) = self.ledger.prompt(prompt).await? else {
            return Ok(0);
        };
        let page = Page { words, since: Some(since), ..Page::default() };
        self.ledger.pending_count(page).await
    }
}
