//! The rights that the settings give, settled when the books are opened: whom `ADMIN_IDS` names, and which clients may decide.
//!
//! It is done like any change of roles: in one transaction that has the roster to itself. Whoever has lost the right to it
//! loses their yeses on what still waits, and the cards fall behind. So a start that is repeated changes nothing more, one
//! that is killed has changed nothing, and of several instances with other settings the last one started is right.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::convert::{self, naive};
use super::entity::{approvals, deciding_clients, pending_items, people};
use super::trip::Trip;
use super::{LedgerError, cards, connect, dialect, people as known, roster};
use crate::domain::caller::{Actor, Profile};
use crate::domain::ids::ItemId;
use crate::domain::item::ItemState;
use crate::domain::key::ClientName;
use crate::domain::roster::Roster;
use crate::domain::world::Rulebook;
use crate::limits::IDS_IN_STATEMENT;
use crate::points::Points;

/// Settles who may; gives how many yeses do not count any more.
pub(super) async fn settle(
    conn: &DatabaseConnection,
    rulebook: &Rulebook,
    points: &Points,
    now: DateTime<Utc>,
) -> Result<usize, LedgerError> {
    if is_settled(conn, rulebook).await? {
        return Ok(0);
    }
    let txn = connect::begin(conn).await?;
    dialect::lock_roster_at_start(&txn).await?;
    list(&txn, &rulebook.admins, now).await?;
    if let Some(clients) = &rulebook.clients {
        admit(&txn, clients, now).await?;
    }
    let lapsed = lapse(&txn, &roster::whole(&txn).await?, now).await?;
    points.reach("rights.written").await.map_err(|failed| LedgerError::Away(failed.to_string()))?;
    txn.commit().await?;
    Ok(lapsed)
}

/// Whether the books say already what the settings say: then a start holds up nobody who decides.
async fn is_settled(conn: &impl ConnectionTrait, rulebook: &Rulebook) -> Result<bool, LedgerError> {
    let roster = roster::whole(conn).await?;
    let same_clients = |clients: &BTreeSet<ClientName>| roster.clients().keys().eq(clients);
    Ok(roster.listed().eq(rulebook.admins.iter().copied())
        && rulebook.clients.as_ref().is_none_or(same_clients)
        && lost(conn, &roster).await?.is_empty())
}

/// Those of `ADMIN_IDS` are known as such, and nobody else is. Whoever was named before stays named since then.
async fn list(conn: &impl ConnectionTrait, admins: &BTreeSet<i64>, now: DateTime<Utc>) -> Result<(), DbErr> {
    people::Entity::update_many()
        .col_expr(people::Column::ListedSince, Expr::value(None::<chrono::NaiveDateTime>))
        .filter(people::Column::ListedSince.is_not_null())
        .filter(people::Column::Id.is_not_in(admins.iter().copied()))
        .exec(conn)
        .await?;
    if admins.is_empty() {
        return Ok(());
    }
    let nameless = Profile::default();
    // Nobody who was not known before has a yes that may not count: instances' clocks need not agree about since when.
    let rows = admins.iter().map(|id| people::ActiveModel {
        listed_at: Set(Some(naive(now))),
        listed_since: Set(Some(naive(DateTime::UNIX_EPOCH))),
        ..known::row(*id, &nameless, now)
    });
    let since = Expr::col((people::Entity, people::Column::ListedSince));
    let over = OnConflict::column(people::Column::Id)
        .update_column(people::Column::ListedAt)
        .value(people::Column::ListedSince, Func::coalesce([since, Expr::value(naive(now))]))
        .to_owned();
    people::Entity::insert_many(rows).on_conflict(over).exec_without_returning(conn).await.map(|_| ())
}

/// These clients may decide, and no others.
async fn admit(
    conn: &impl ConnectionTrait,
    clients: &BTreeSet<ClientName>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    deciding_clients::Entity::update_many()
        .col_expr(deciding_clients::Column::Since, Expr::value(None::<chrono::NaiveDateTime>))
        .filter(deciding_clients::Column::Name.is_not_in(clients.iter().map(ClientName::as_str)))
        .exec(conn)
        .await?;
    let mut trip = Trip::on(conn);
    roster::enter(&mut trip, clients.iter(), now);
    trip.go(conn).await.map(|_| ())
}

/// Withdraws the votes of those who may not cast them any more from what still waits; gives how many there were.
async fn lapse(
    conn: &impl ConnectionTrait,
    roster: &Roster,
    now: DateTime<Utc>,
) -> Result<usize, LedgerError> {
    let lost = lost(conn, roster).await?;
    let mut lapsed = 0;
    let ids: Vec<i64> = lost.keys().copied().collect();
    for some in ids.chunks(IDS_IN_STATEMENT) {
        // Nobody votes while the roster is ours, but an item may expire: its lock tells whether it still waits.
        let waiting: Vec<i64> = pending_items::Entity::find()
            .select_only()
            .column(pending_items::Column::Id)
            .filter(pending_items::Column::Id.is_in(some.iter().copied()))
            .filter(pending_items::Column::State.eq(ItemState::Pending.code()))
            .order_by_asc(pending_items::Column::Id)
            .lock_exclusive()
            .into_tuple()
            .all(conn)
            .await?;
        let votes: Vec<i64> = waiting.iter().flat_map(|id| lost[id].iter().copied()).collect();
        for some in votes.chunks(IDS_IN_STATEMENT) {
            approvals::Entity::update_many()
                .col_expr(approvals::Column::WithdrawnAt, Expr::value(naive(now)))
                .col_expr(approvals::Column::Lapsed, Expr::value(true))
                .filter(approvals::Column::Id.is_in(some.iter().copied()))
                .exec(conn)
                .await?;
        }
        pending_items::Entity::update_many()
            .col_expr(pending_items::Column::Version, Expr::col(pending_items::Column::Version).add(1))
            .filter(pending_items::Column::Id.is_in(waiting.iter().copied()))
            .exec(conn)
            .await?;
        let mut trip = Trip::on(conn);
        cards::due(&mut trip, &waiting.iter().copied().map(ItemId::stored).collect(), now);
        trip.go(conn).await?;
        lapsed += votes.len();
    }
    Ok(lapsed)
}

/// The votes on what waits that do not count by the roster, by their items.
async fn lost(conn: &impl ConnectionTrait, roster: &Roster) -> Result<BTreeMap<i64, Vec<i64>>, LedgerError> {
    let vote = |column| (approvals::Entity, column);
    let item = |column| (pending_items::Entity, column);
    let select = Query::select()
        .column(vote(approvals::Column::Id))
        .column(vote(approvals::Column::ItemId))
        .column(vote(approvals::Column::DecidedBy))
        .column(item(pending_items::Column::Rules))
        .from(pending_items::Entity)
        .inner_join(
            approvals::Entity,
            Expr::col(vote(approvals::Column::ItemId)).equals(item(pending_items::Column::Id)),
        )
        .and_where(Expr::col(item(pending_items::Column::State)).eq(ItemState::Pending.code()))
        .and_where(Expr::col(vote(approvals::Column::WithdrawnAt)).is_null())
        .to_owned();
    let mut lost: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for row in conn.query_all(&select).await? {
        let (vote, item) = (row.try_get::<i64>("", "id")?, row.try_get::<i64>("", "item_id")?);
        let (by, rules) = (row.try_get::<String>("", "decided_by")?, row.try_get::<String>("", "rules")?);
        // A newer release may know more actors than this one.
        if Actor::parse(&by).is_some() && !roster.counts(&by, &convert::rules(item, &rules)?) {
            lost.entry(item).or_default().push(vote);
        }
    }
    Ok(lost)
}
