//! The log of what is final. Whoever writes to it locks its one head row first and commits soon after: so the numbers
//! follow the order of the commits, and whoever has read up to a number has missed nothing before it.

mod read;
mod verify;

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

pub(super) use self::read::rows;
pub use self::read::{LogPage, Since};
pub use self::verify::Verdict;
pub(super) use self::verify::{findings, whole};
use super::LedgerError;
use super::entity::{decision_head, decision_log, operations};
use crate::domain::ids::ItemId;
use crate::domain::item::Item;
use crate::domain::release::{Decider, Head, Release};
use crate::domain::world::Vote;

/// The one row of the head.
const HEAD: i16 = 1;

/// What deciders are called, and what labels came with their votes.
#[derive(Default)]
pub(super) struct Callings {
    /// By actor.
    pub(super) names: BTreeMap<String, String>,
    /// By the vote's key.
    pub(super) labels: BTreeMap<String, String>,
}

impl Callings {
    fn decider(&self, vote: &Vote) -> Decider {
        Decider {
            actor: vote.decided_by.clone(),
            name: self.names.get(&vote.decided_by).cloned(),
            label: self.labels.get(&vote.key).cloned(),
        }
    }

    /// Reads the labels of clients' votes that are not known yet.
    async fn read_labels(&mut self, conn: &impl ConnectionTrait, votes: &[&Vote]) -> Result<(), LedgerError> {
        let wanted = votes
            .iter()
            .filter(|vote| vote.decided_by.starts_with("api:") && !self.labels.contains_key(&vote.key))
            .map(|vote| vote.key.as_str())
            .collect::<Vec<_>>();
        if wanted.is_empty() {
            return Ok(());
        }
        let rows = operations::Entity::find()
            .filter(operations::Column::Key.is_in(wanted))
            .order_by_asc(operations::Column::Id)
            .all(conn)
            .await?;
        for row in rows {
            if let Some(label) = super::convert::outcome(&row)?.label() {
                self.labels.insert(row.key, label.to_owned());
            }
        }
        Ok(())
    }
}

/// Enters `items`, whose rows the caller has locked, in their order, and gives each its number. The head is locked from
/// here to the commit.
pub(super) async fn append<'a>(
    conn: &impl ConnectionTrait,
    items: &[&'a Item],
    votes: &[Vote],
    mut callings: Callings,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<(i64, &'a Item)>, LedgerError> {
    let mut of_item: BTreeMap<ItemId, Vec<&Vote>> = BTreeMap::new();
    votes.iter().for_each(|vote| of_item.entry(vote.item).or_default().push(vote));
    let meant: Vec<&Vote> =
        items.iter().filter_map(|item| of_item.get(&item.id)).flatten().copied().collect();
    callings.read_labels(conn, &meant).await?;

    let mut head = locked_head(conn).await?;
    let (mut rows, mut numbered) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
    for item in items {
        let votes = of_item.get(&item.id).map_or(&[][..], Vec::as_slice);
        let release = Release::of(item, votes, |vote| callings.decider(vote), now);
        let sealed = release.follow(&mut head);
        numbered.push((head.number, *item));
        rows.push(decision_log::ActiveModel {
            number: Set(head.number),
            item_id: Set(item.id.get()),
            round: Set(item.round),
            client: Set(item.client.clone()),
            entry: Set(sealed.entry),
            hash: Set(sealed.hash),
        });
    }
    decision_log::Entity::insert_many(rows).exec_without_returning(conn).await?;
    decision_head::Entity::update_many()
        .col_expr(decision_head::Column::Number, Expr::value(head.number))
        .col_expr(decision_head::Column::Hash, Expr::value(head.hash))
        .filter(decision_head::Column::Id.eq(HEAD))
        .exec(conn)
        .await?;
    Ok(numbered)
}

async fn locked_head(conn: &impl ConnectionTrait) -> Result<Head, LedgerError> {
    let row = decision_head::Entity::find_by_id(HEAD).lock_exclusive().one(conn).await?;
    row.map(|row| Head { number: row.number, hash: row.hash }).ok_or_else(headless)
}

/// The end of the log as it stands now.
pub(super) async fn head(conn: &impl ConnectionTrait) -> Result<Head, LedgerError> {
    let row = decision_head::Entity::find_by_id(HEAD).one(conn).await?;
    row.map(|row| Head { number: row.number, hash: row.hash }).ok_or_else(headless)
}

fn headless() -> LedgerError {
    LedgerError::Broken("the head row of the log of decisions is missing".to_owned())
}
