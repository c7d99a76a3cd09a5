//! What waits against the votes on it: each is by somebody who may cast it now, and they are too few.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ROWS;
use crate::domain::item::ItemState;
use crate::domain::operation::Decision;
use crate::ledger::entity::{approvals, pending_items};
use crate::ledger::{LedgerError, convert, roster};

/// What does not fit, a line each.
pub(super) async fn findings(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let roster = roster::whole(conn).await?;
    let (mut findings, mut after) = (Vec::new(), 0);
    loop {
        let items: Vec<(i64, String)> = pending_items::Entity::find()
            .select_only()
            .columns([pending_items::Column::Id, pending_items::Column::Rules])
            .filter(pending_items::Column::State.eq(ItemState::Pending.code()))
            .filter(pending_items::Column::Id.gt(after))
            .order_by_asc(pending_items::Column::Id)
            .limit(ROWS)
            .into_tuple()
            .all(conn)
            .await?;
        let Some((last, _)) = items.last() else { return Ok(findings) };
        after = *last;
        let votes: Vec<(i64, String)> = approvals::Entity::find()
            .select_only()
            .columns([approvals::Column::ItemId, approvals::Column::DecidedBy])
            .filter(approvals::Column::ItemId.is_in(items.iter().map(|(id, _)| *id)))
            .filter(approvals::Column::Decision.eq(Decision::Approve.code()))
            .filter(approvals::Column::WithdrawnAt.is_null())
            .order_by_asc(approvals::Column::Id)
            .into_tuple()
            .all(conn)
            .await?;
        let mut of_item: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        votes.into_iter().for_each(|(item, by)| of_item.entry(item).or_default().push(by));
        for (id, rules) in &items {
            let (Some(yeses), rules) = (of_item.get(id), convert::rules(*id, rules)?) else { continue };
            let (may, may_not): (Vec<&String>, Vec<&String>) =
                yeses.iter().partition(|by| roster.counts(by, &rules));
            findings.extend(
                may_not.iter().map(|by| format!("item #{id} has a yes of {by}, who may not decide it")),
            );
            // Where one is enough, its votes say otherwise anyhow.
            if rules.quorum > 1 && may.len() >= usize::try_from(rules.quorum).unwrap_or(usize::MAX) {
                findings.push(format!("item #{id} waits, and has all {} yeses that it needs", rules.quorum));
            }
        }
    }
}
