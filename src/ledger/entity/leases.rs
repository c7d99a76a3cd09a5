//! What only one instance may do at a time.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "leases")]
pub struct Model {
    /// What it allows: `telegram`, `housekeeping`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Who has it.
    pub holder: String,
    /// Counts its holders: a write under an older epoch is too late.
    pub epoch: i64,
    /// It may be taken by another after that.
    pub until: DateTime,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
