//! Decisions on their way to other systems: a row for each decision and receiver, written in the transaction that made the
//! decision final, shared by all instances through claims that outlast a try, and kept until it is delivered or has
//! visibly failed.

mod claim;
mod exchange;
mod over;
mod shown;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryTrait,
};

pub use self::claim::{Parcel, Wanted};
pub use self::exchange::{Ended, How};
pub(super) use self::over::{findings, prune};
pub use self::shown::Delivery;
pub(super) use self::shown::{depth, disabled, list};
use super::convert::naive;
use super::entity::deliveries::{ActiveModel, Column, Entity};
use super::entity::receivers;
use super::trip::Trip;
use super::{Ledger, dialect};
use crate::domain::item::Item;
use crate::domain::world::Rulebook;
use crate::limits::{DELIVERY_LIFE, STATEMENT_VARIABLES_MAX};

/// Values of one row.
const ROW_VALUES: usize = 12;

/// Writes the rows that tell these decisions, each with its number.
pub(super) fn store(trip: &mut Trip, released: &[(i64, &Item)], rulebook: &Rulebook, now: DateTime<Utc>) {
    let mut rows = Vec::new();
    for (number, item) in released {
        let named = rulebook.receivers.iter().filter(|name| item.rules.tell(name)).cloned();
        let brought = item.callback.as_ref().map(|target| target.receiver(&item.client));
        rows.extend(named.chain(brought).map(|receiver| ActiveModel {
            id: NotSet,
            number: Set(*number),
            item_id: Set(item.id.get()),
            receiver: Set(receiver),
            created_at: Set(naive(now)),
            not_before: Set(naive(now)),
            expires_at: Set(naive(now + DELIVERY_LIFE)),
            claimed_until: Set(None),
            attempts: Set(0),
            delivered_at: Set(None),
            failed_at: Set(None),
            last_error: Set(None),
        }));
    }
    for some in rows.chunks(STATEMENT_VARIABLES_MAX / ROW_VALUES) {
        trip.write(Entity::insert_many(some.to_vec()).as_query());
    }
}

/// A row that is neither delivered nor given up.
fn open() -> Condition {
    Condition::all().add(Column::DeliveredAt.is_null()).add(Column::FailedAt.is_null())
}

/// A row that no instance is trying.
fn unclaimed(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Condition {
    let moment = dialect::lease_time(conn.get_database_backend(), now, std::time::Duration::ZERO);
    Condition::any().add(Column::ClaimedUntil.is_null()).add(Expr::col(Column::ClaimedUntil).lt(moment))
}

/// The names of receivers that are gone by their own word.
fn gone() -> SelectStatement {
    Query::select()
        .column(receivers::Column::Name)
        .from(receivers::Entity)
        .and_where(receivers::Column::DisabledAt.is_not_null())
        .to_owned()
}

impl Ledger {
    /// Waits until this instance has made a decision final.
    pub async fn released(&self) {
        self.shared.parcels.notified().await;
    }
}
