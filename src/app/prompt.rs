//! From a button that stands for many items to the decision it asks for. Whoever presses may read the queue; the door has
//! seen to that, and whether they may decide is seen where decisions are made.

use crate::domain::ask::Ask;
use crate::domain::caller::Actor;
use crate::domain::operation::{Decision, Operation};
use crate::domain::outcome::Outcome;
use crate::domain::prepare;
use crate::domain::prompt::Prompt;
use crate::domain::receipt::Standing;
use crate::ledger::{LedgerError, Page};
use crate::text::Phrase;

use super::App;

/// What a button asks for, or why it does nothing.
pub type Asked<T> = Result<T, Phrase<'static>>;

impl App {
    /// The decision that the operation with this number prepared, for whoever prepared it, within two minutes.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn confirmed(&self, operation: i64, person: i64) -> Result<Asked<Operation>, LedgerError> {
        let receipt = self.ledger.receipt(operation, Standing::New).await?;
        let Some(receipt) = receipt else { return Ok(Err(Phrase::NoButtonHere)) };
        let Outcome::Prepared { decision, would, reason, .. } = &receipt.outcome else {
            return Ok(Err(Phrase::NoButtonHere));
        };
        if receipt.actor != Actor::Person(person).to_string() {
            return Ok(Err(Phrase::NotYourButton));
        }
        let is_open = receipt.confirm_until().is_some_and(|until| until > self.clock.now());
        Ok(if is_open {
            Ok(prepare::confirm(*decision, would, reason.as_ref()))
        } else {
            Err(Phrase::ExpiredButton)
        })
    }

    /// The same decision again about what could not be decided, for whoever asked for it.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn retried(&self, operation: i64, person: i64) -> Result<Asked<Operation>, LedgerError> {
        let receipt = self.ledger.receipt(operation, Standing::New).await?;
        let Some(receipt) = receipt else { return Ok(Err(Phrase::NoButtonHere)) };
        let ids = receipt.may_retry();
        Ok(match &receipt.outcome {
            _ if receipt.actor != Actor::Person(person).to_string() => Err(Phrase::NotYourButton),
            Outcome::Decided { decision, reason, .. } if !ids.is_empty() => Ok(Operation::Decide {
                decision: *decision,
                ids,
                seen: std::collections::BTreeMap::new(),
                reason: reason.clone(),
                label: None,
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

    /// How many items have come to a list since its page was shown.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn came_meanwhile(&self, prompt: i64) -> Result<u64, LedgerError> {
        let Some((Prompt::Page { words, .. }, since)) = self.ledger.prompt(prompt).await? else {
            return Ok(0);
        };
        let page = Page { words, since: Some(since), limit: 0, ..Page::default() };
        Ok(self.ledger.pending(page).await?.total)
    }
}
