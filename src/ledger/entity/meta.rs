//! Facts about this database.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meta")]
pub struct Model {
    /// Such as `min_program`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The fact.
    #[sea_orm(column_type = "Text")]
    pub value: String,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
