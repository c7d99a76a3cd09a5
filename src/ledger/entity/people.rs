//! Everyone who ever had a role or a vote.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "people")]
pub struct Model {
    /// The Telegram user id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// First and last name, shortened; may be empty.
    pub name: String,
    /// Without the `@`.
    pub username: Option<String>,
    /// The language of their app, such as `en`.
    pub language: Option<String>,
    /// Since when they are known here.
    pub known_since: DateTime,
    /// The code of their role, where they have one.
    pub role: Option<String>,
    /// Since when they have it.
    pub role_since: Option<DateTime>,
    /// Who gave it: `tg:<id>`.
    pub role_by: Option<String>,
    /// Since when they may decide without a break.
    pub decides_since: Option<DateTime>,
    /// When `ADMIN_IDS` last named them at a start that changed something; none where it never did.
    pub listed_at: Option<DateTime>,
    /// Since when `ADMIN_IDS` names them without a break, 1970 for those who were not known before; none where the last start
    /// did not.
    pub listed_since: Option<DateTime>,
    /// Which menu their chat with the bot shows, by its fingerprint; none is everybody's.
    pub menu: Option<String>,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
