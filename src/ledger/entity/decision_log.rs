//! What is final, in the order in which it became so.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision_log")]
pub struct Model {
    /// Counts up from 1 without a gap, in the order of the commits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The item.
    pub item_id: i64,
    /// The round it was decided in.
    pub round: i32,
    /// The client that submitted it.
    pub client: String,
    /// The canonical JSON of all that is on record, with the hash of the row before it.
    #[sea_orm(column_type = "Text")]
    pub entry: String,
    /// SHA-256 of that JSON, in lower-case hex.
    pub hash: String,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
