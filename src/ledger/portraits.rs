//! Items as people are shown them: each with who decided it, and whose yes counts.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::{approvals, pending_items};
use super::people::People;
use super::{Ledger, LedgerError, convert, in_time, roster};
use crate::domain::card::Portrait;
use crate::domain::ids::ItemId;
use crate::domain::item::ItemState;
use crate::domain::operation::Decision;
use crate::domain::reason::Reason;
use crate::domain::roster::Roster;

impl Ledger {
    /// Items as a card shows them, in the order of their numbers; those that do not exist are left out.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn portraits(&self, ids: &[ItemId]) -> Result<Vec<Portrait>, LedgerError> {
        in_time(portraits(&self.readers, ids, &self.shared.people)).await
    }
}

async fn portraits(
    conn: &impl ConnectionTrait,
    ids: &[ItemId],
    people: &People,
) -> Result<Vec<Portrait>, LedgerError> {
    let wanted: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = pending_items::Entity::find()
        .filter(pending_items::Column::Id.is_in(wanted.iter().copied()))
        .order_by_asc(pending_items::Column::Id)
        .all(conn)
        .await?;
    let votes = approvals::Entity::find()
        .filter(approvals::Column::ItemId.is_in(wanted))
        .filter(approvals::Column::WithdrawnAt.is_null())
        .order_by_asc(approvals::Column::Id)
        .all(conn)
        .await?;
    // Who has just voted for the first time, at another instance, is on record and not in the copy yet.
    let nameless = |vote: &approvals::Model| {
        vote.decided_by.starts_with("tg:")
            && people.names(std::iter::once(vote.decided_by.clone())).is_empty()
    };
    if votes.iter().any(nameless) {
        people.refresh(conn).await?;
    }
    // Only where votes gather does it matter whose count.
    let voters = votes.iter().map(|vote| vote.decided_by.as_str());
    let roster = roster::with_voters_of(conn, Roster::default(), voters, false).await?;
    let portrait = |row: pending_items::Model| {
        let item = convert::item(row)?;
        let of_item = || votes.iter().filter(|vote| vote.item_id == item.id.get());
        let last = of_item().rfind(|vote| vote.round == item.round);
        let name = |actor: &str| people.names(std::iter::once(actor.to_owned())).into_values().next();
        // A decision stands on those that counted when it was made, whoever may decide since.
        let counts = |by: &str| item.state != ItemState::Pending || roster.counts(by, &item.rules);
        let yes =
            |vote: &&approvals::Model| vote.decision == Decision::Approve.code() && counts(&vote.decided_by);
        let yeses = of_item().filter(yes).map(|vote| (vote.decided_by.clone(), name(&vote.decided_by)));
        let yeses = yeses.collect();
        let by = last.map(|vote| vote.decided_by.clone());
        let reason = last.and_then(|vote| vote.reason.clone()).map(Reason::stored);
        let name = by.as_deref().and_then(name);
        Ok(Portrait { by, name, reason, yeses, item })
    };
    rows.into_iter().map(portrait).collect()
}
