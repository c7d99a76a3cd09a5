//! Counts for figures. Each is one statement over an index that holds no more than what is counted (`ix_items_open`,
//! `ix_items_decided`), so that a queue with millions of decided items behind it costs nothing; and who
//! decided, and how long it took, is looked at no further back than a bound.

use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, Func, IntoCondition, Order, Query, SelectStatement, UnionType,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::convert::naive;
use super::dialect;
use super::entity::approvals;
use super::entity::pending_items::{Column, Entity};
use super::people::People;
use super::{Ledger, LedgerError, in_time};
use crate::domain::item::ItemState;
use crate::domain::operation::Decision;
use crate::domain::stats::{AGES, Counted, Decided, Decider, OpenKind, Stats};
use crate::limits::{STATS_DECISIONS_MAX, STATS_LINES};

impl Ledger {
    /// Figures about what is open, and about what was decided on the days that began then: the last of them is today.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn stats(&self, begins: &[DateTime<Utc>], now: DateTime<Utc>) -> Result<Stats, LedgerError> {
        in_time(async {
            let counted = count(&self.readers, begins, now, &self.shared.people).await?;
            Ok(Stats::of(begins, counted))
        })
        .await
    }
}

async fn count(
    conn: &impl ConnectionTrait,
    begins: &[DateTime<Utc>],
    now: DateTime<Utc>,
    people: &People,
) -> Result<Counted, LedgerError> {
    let counted = Counted {
        open: by_age(conn, now).await?,
        kinds: by_kind(conn).await?,
        decided: by_day(conn, begins).await?,
        deciders: deciders(conn, begins, people).await?,
        middle_s: Vec::new(),
    };
    let middle_s = middle(conn, begins, counted.decisions()).await?;
    Ok(Counted { middle_s, ..counted })
}

/// A column of the items.
fn item(column: Column) -> Expr {
    Expr::col((Entity, column))
}

/// How many rows meet the condition; 0 where there are none, and of the same type in every database.
fn how_many(condition: impl IntoCondition) -> Expr {
    Func::count(Expr::case(condition, 1)).into()
}

/// What is open. The state stands in the statement itself: a value that is bound would not tell the database that it may
/// use the index of open items.
fn open() -> SelectStatement {
    let pending = Expr::Constant(ItemState::Pending.code().into());
    let state = item(Column::State).eq(pending);
    Query::select().from(Entity).and_where(state).take()
}

async fn by_age(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<[u64; AGES.len() + 1], DbErr> {
    let created = || item(Column::CreatedAt);
    let mut younger = open();
    younger.expr_as(Func::count(created()), "all");
    for (place, age) in AGES.into_iter().enumerate() {
        younger.expr_as(how_many(created().gt(naive(now - age))), format!("under_{place}"));
    }
    let Some(row) = conn.query_one(&younger).await? else { return Ok(<[u64; AGES.len() + 1]>::default()) };
    let (mut open, mut before) = (<[u64; AGES.len() + 1]>::default(), 0);
    for (place, open) in open.iter_mut().enumerate() {
        let name = if place < AGES.len() { format!("under_{place}") } else { "all".to_owned() };
        let up_to = number(&row, &name)?;
        *open = up_to - before;
        before = up_to;
    }
    Ok(open)
}

async fn by_kind(conn: &impl ConnectionTrait) -> Result<Vec<OpenKind>, DbErr> {
    let first = Func::min(item(Column::Id)).into();
    let most = open()
        .expr_as(item(Column::Kind), "kind")
        .expr_as(Func::count(item(Column::Id)), "many")
        .expr_as(Func::min(item(Column::CreatedAt)), "oldest")
        .add_group_by([item(Column::Kind)])
        .order_by(Alias::new("many"), Order::Desc)
        .order_by_expr(first, Order::Asc)
        .limit(STATS_LINES as u64)
        .take();
    let kind = |row: QueryResult| {
        let oldest = row.try_get::<NaiveDateTime>("", "oldest")?.and_utc();
        Ok(OpenKind { kind: row.try_get("", "kind")?, count: number(&row, "many")?, oldest })
    };
    conn.query_all(&most).await?.into_iter().map(kind).collect()
}

async fn by_day(conn: &impl ConnectionTrait, begins: &[DateTime<Utc>]) -> Result<Vec<Decided>, DbErr> {
    let in_state = |decision: Decision| how_many(item(Column::State).eq(decision.state().code()));
    let mut days = (0_i64..).zip(begins).map(|(place, begin)| {
        let mut day = Query::select();
        day.expr_as(Expr::val(place), "day")
            .expr_as(in_state(Decision::Approve), "approved")
            .expr_as(in_state(Decision::Reject), "rejected")
            .from(Entity)
            .and_where(item(Column::DecidedAt).gte(naive(*begin)));
        if let Some(next) = usize::try_from(place).ok().and_then(|place| begins.get(place + 1)) {
            day.and_where(item(Column::DecidedAt).lt(naive(*next)));
        }
        day
    });
    let Some(mut all) = days.next() else { return Ok(Vec::new()) };
    days.for_each(|day| {
        all.union(UnionType::All, day);
    });
    let mut decided = Vec::new();
    for row in conn.query_all(&all).await? {
        let day = usize::try_from(number(&row, "day")?).unwrap_or_default();
        for (decision, name) in [(Decision::Approve, "approved"), (Decision::Reject, "rejected")] {
            decided.push(Decided { day, decision, count: number(&row, name)? });
        }
    }
    Ok(decided)
}

/// The last decisions since the first of these days began. How it was decided must not be looked for by the index that
/// begins with the state: that holds all there ever was.
fn last_decided(begins: &[DateTime<Utc>]) -> SelectStatement {
    let states = [Decision::Approve, Decision::Reject].map(|decision| decision.state().code());
    let is_decided = Expr::case(item(Column::State).is_in(states), 1).finally(0);
    let mut last = Query::select();
    last.columns([Column::Id, Column::CreatedAt, Column::DecidedAt])
        .from(Entity)
        .and_where(Expr::expr(is_decided).eq(1))
        .order_by((Entity, Column::DecidedAt), Order::Desc)
        .limit(STATS_DECISIONS_MAX);
    if let Some(first) = begins.first() {
        last.and_where(item(Column::DecidedAt).gte(naive(*first)));
    }
    // Under the table's own name, so that its columns are named alike.
    Query::select().from_subquery(last, Entity).take()
}

async fn deciders(
    conn: &impl ConnectionTrait,
    begins: &[DateTime<Utc>],
    people: &People,
) -> Result<Vec<Decider>, DbErr> {
    let vote = |column| Expr::col((approvals::Entity, column));
    let of_item = vote(approvals::Column::ItemId).eq(item(Column::Id));
    let is_live = vote(approvals::Column::WithdrawnAt).is_null();
    let since = |day: &DateTime<Utc>| item(Column::DecidedAt).gte(naive(*day));
    let most = last_decided(begins)
        .inner_join(approvals::Entity, of_item.and(is_live))
        .expr_as(vote(approvals::Column::DecidedBy), "actor")
        .expr_as(Func::count(item(Column::Id)), "many")
        .expr_as(begins.last().map_or(Expr::val(0_i64), |today| how_many(since(today))), "today")
        .add_group_by([vote(approvals::Column::DecidedBy)])
        .order_by(Alias::new("many"), Order::Desc)
        .order_by_expr(Func::min(item(Column::Id)).into(), Order::Asc)
        .limit(STATS_LINES as u64 + 1)
        .take();
    let decider = |row: QueryResult| {
        let actor: String = row.try_get("", "actor")?;
        let name = people.names(std::iter::once(actor.clone())).into_values().next();
        Ok(Decider { actor, name, count: number(&row, "many")?, today: number(&row, "today")? })
    };
    conn.query_all(&most).await?.into_iter().map(decider).collect()
}

/// How long the one or two decisions took that stand in the middle of so many.
async fn middle(
    conn: &impl ConnectionTrait,
    begins: &[DateTime<Utc>],
    decisions: u64,
) -> Result<Vec<i64>, DbErr> {
    let decisions = Ord::min(decisions, STATS_DECISIONS_MAX);
    let Some(before) = decisions.checked_sub(1) else { return Ok(Vec::new()) };
    let seconds = |column| dialect::unix_seconds(conn.get_database_backend(), item(column));
    let took = seconds(Column::DecidedAt).sub(seconds(Column::CreatedAt));
    let sorted = last_decided(begins)
        .expr_as(took, "took")
        .order_by(Alias::new("took"), Order::Asc)
        .offset(before / 2)
        .limit(if decisions.is_multiple_of(2) { 2 } else { 1 })
        .take();
    conn.query_all(&sorted).await?.iter().map(|row| row.try_get("", "took")).collect()
}

fn number(row: &QueryResult, column: &str) -> Result<u64, DbErr> {
    row.try_get::<i64>("", column).map(i64::unsigned_abs)
}
