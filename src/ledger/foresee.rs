//! What a decision would come to if it were made now: read without a lock, and nothing is written. It decides what a person
//! is asked, never what is so: that is seen where the decision is made.

use super::{Ledger, LedgerError, in_time, load};
use crate::domain::decide::{Ruling, decide};
use crate::domain::operation::Request;
use crate::domain::outcome::Outcome;

impl Ledger {
    /// What would come of this decision; `None` of what is none.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn foresee(&self, request: &Request) -> Result<Option<Outcome>, LedgerError> {
        in_time(async {
            let (rulebook, now) = (self.shared.rulebook.clone(), self.shared.clock.now());
            let world = load::glance(&self.readers, request, rulebook, now).await?;
            Ok(match decide(world, &[request]).0.pop() {
                Some(Ruling::Decided { outcome, .. }) => Some(outcome),
                _ => None,
            })
        })
        .await
    }
}
