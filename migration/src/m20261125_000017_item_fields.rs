//! What a client says of its own items: what came of carrying them out, and why they were withdrawn.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{string_len_null, text_null, timestamp_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column a statement.
        for column in [
            string_len_null(PendingItems::Issue, 8),
            timestamp_null(PendingItems::IssuedAt),
            text_null(PendingItems::Note),
        ] {
            manager.alter_table(Table::alter().table(PendingItems::Table).add_column(column).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [PendingItems::Note, PendingItems::IssuedAt, PendingItems::Issue] {
            manager.alter_table(Table::alter().table(PendingItems::Table).drop_column(column).take()).await?;
        }
        Ok(())
    }
}

#[derive(DeriveIden)]
enum PendingItems {
    Table,
    Issue,
    IssuedAt,
    Note,
}
