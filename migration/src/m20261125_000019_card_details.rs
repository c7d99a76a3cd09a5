//! Which cards are the end of an item's whole detail: they stay that when the item is decided.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::boolean;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_detail = boolean(Cards::IsDetail).default(false).take();
        manager.alter_table(Table::alter().table(Cards::Table).add_column(is_detail).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table(Cards::Table).drop_column(Cards::IsDetail).take()).await
    }
}

#[derive(DeriveIden)]
enum Cards {
    Table,
    IsDetail,
}
