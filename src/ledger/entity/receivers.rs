//! How receivers of decisions stand, where there is anything to tell.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receivers")]
pub struct Model {
    /// As in `deliveries.receiver`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// It asked to be left alone until then.
    pub blocked_until: Option<DateTime>,
    /// Since when it is gone by its own word.
    pub disabled_at: Option<DateTime>,
    /// When the owners were told that deliveries fail for good; until one is taken they are not told again.
    pub told_at: Option<DateTime>,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
