//! Decisions on their way to other systems.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The decision's number in the log.
    pub number: i64,
    /// The item it is about.
    pub item_id: i64,
    /// Who is told: a name of `DECISION_WEBHOOKS`, or `<client>@<origin>` for an address that an item brought.
    pub receiver: String,
    /// When the decision became final.
    pub created_at: DateTime,
    /// Not tried before.
    pub not_before: DateTime,
    /// Given up after that.
    pub expires_at: DateTime,
    /// Some instance is trying it until then.
    pub claimed_until: Option<DateTime>,
    /// Tries so far.
    pub attempts: i32,
    /// When it was taken.
    pub delivered_at: Option<DateTime>,
    /// When it was given up.
    pub failed_at: Option<DateTime>,
    /// What went wrong last, without secrets.
    pub last_error: Option<String>,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
