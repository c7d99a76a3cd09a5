//! The clients of the HTTP API that may or might decide, as the last start left them.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deciding_clients")]
pub struct Model {
    /// The client's name in `API_TOKENS`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Since when it may decide without a break, 1970 for one that was not known before; none where it may not any more.
    pub since: Option<DateTime>,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
