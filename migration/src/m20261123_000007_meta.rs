//! Facts about this database, such as `min_program` and the bot's username.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{string_len, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Meta::Table)
            .col(string_len(Meta::Name, 64).primary_key())
            .col(text(Meta::Value))
            .take();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Meta::Table).take()).await
    }
}

#[derive(DeriveIden)]
enum Meta {
    Table,
    Name,
    Value,
}
