//! The log of what is final. Whoever writes to it locks its one head row first and commits soon after: so the numbers
//! follow the order of the commits, and whoever has read up to a number has missed nothing before it.

mod read;
mod verify;

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

pub(super) use self::read::rows;
pub use self::read::{LogPage, Since};
pub use self::verify::Verdict;
pub(super) use self::verify::{findings, whole};
use super::LedgerError;
use super::entity::{decision_head, decision_log, operations};
use super::trip::Trip;
use crate::domain::ids::ItemId;
use crate::domain::item::Item;
use crate::domain::release::{Decider, Head, Release};
use crate::domain::world::Vote;

const COLUMNS: [decision_log::Column; 6] = [
    decision_log::Column::Number,
    decision_log::Column::ItemId,
    decision_log::Column::Round,
    decision_log::Column::Client,
    decision_log::Column::Entry,
    decision_log::Column::Hash,
];

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

    /// With the labels of clients' votes on these items that are not known yet.
    pub(super) async fn with_labels(
        mut self,
        conn: &impl ConnectionTrait,
        items: &[&Item],
        votes: &[Vote],
    ) -> Result<Self, LedgerError> {
        let meant: BTreeSet<ItemId> = items.iter().map(|item| item.id).collect();
        let wanted = votes
            .iter()
            .filter(|vote| meant.contains(&vote.item) && vote.decided_by.starts_with("api:"))
            .filter(|vote| !self.labels.contains_key(&vote.key))
            .map(|vote| vote.key.as_str())
            .collect::<Vec<_>>();
        if wanted.is_empty() {
            return Ok(self);
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
        Ok(self)
    }
}

/// Enters `items`, whose rows the caller has locked, in their order behind `head`, and gives each its number. The head is
/// locked from before this to the commit.
pub(super) fn append<'a>(
    trip: &mut Trip,
    mut head: Head,
    items: &[&'a Item],
    votes: &[Vote],
    callings: &Callings,
    now: chrono::DateTime<chrono::Utc>,
) -> Vec<(i64, &'a Item)> {
    let mut of_item: BTreeMap<ItemId, Vec<&Vote>> = BTreeMap::new();
    votes.iter().for_each(|vote| of_item.entry(vote.item).or_default().push(vote));
    let mut numbered = Vec::with_capacity(items.len());
    let mut insert = Query::insert();
    insert.into_table(decision_log::Entity).columns(COLUMNS);
    for item in items {
        let votes = of_item.get(&item.id).map_or(&[][..], Vec::as_slice);
        let release = Release::of(item, votes, |vote| callings.decider(vote), now);
        let sealed = release.follow(&mut head);
        numbered.push((head.number, *item));
        insert.values_panic([
            Expr::value(head.number),
            Expr::value(item.id.get()),
            Expr::value(item.round),
            Expr::value(item.client.as_str()),
            Expr::value(sealed.entry),
            Expr::value(sealed.hash),
        ]);
    }
    trip.write(&insert);
    let moved = decision_head::Entity::update_many()
        .col_expr(decision_head::Column::Number, Expr::value(head.number))
        .col_expr(decision_head::Column::Hash, Expr::value(head.hash))
        .filter(decision_head::Column::Id.eq(HEAD));
    trip.write(moved.as_query());
    numbered
}

/// The end of the log, locked.
pub(super) async fn locked_head(conn: &impl ConnectionTrait) -> Result<Head, LedgerError> {
    head_of(the_head().lock_exclusive().into_tuple().all(conn).await?)
}

/// The end of the log as it stands now.
pub(super) async fn head(conn: &impl ConnectionTrait) -> Result<Head, LedgerError> {
    head_of(the_head().into_tuple().all(conn).await?)
}

/// What reads the end of the log, for [`head_of`].
pub(super) fn its_head() -> SelectStatement {
    the_head().into_query()
}

fn the_head() -> Select<decision_head::Entity> {
    use decision_head::Column::{Hash, Number};
    decision_head::Entity::find_by_id(HEAD).select_only().columns([Number, Hash])
}

/// The end of the log in its one row.
pub(super) fn head_of(rows: Vec<(i64, String)>) -> Result<Head, LedgerError> {
    let row = rows.into_iter().next();
    row.map(|(number, hash)| Head { number, hash }).ok_or_else(headless)
}

fn headless() -> LedgerError {
    LedgerError::Broken("the head row of the log of decisions is missing".to_owned())
}
