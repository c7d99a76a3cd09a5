//! When an item that still waits is brought up again, and how often it was.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{integer, timestamp_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column a statement.
        for column in
            [timestamp_null(PendingItems::RemindAt), integer(PendingItems::Reminded).default(0).take()]
        {
            let add = Table::alter().table(PendingItems::Table).add_column(column).take();
            manager.alter_table(add).await?;
        }
        // Holds what will be brought up alone, so that it stays small however much was decided.
        let due = Index::create()
            .name("ix_items_remind")
            .table(PendingItems::Table)
            .col(PendingItems::RemindAt)
            .and_where(Expr::col(PendingItems::RemindAt).is_not_null())
            .take();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name("ix_items_remind").table(PendingItems::Table).to_owned())
            .await?;
        for column in [PendingItems::Reminded, PendingItems::RemindAt] {
            let drop = Table::alter().table(PendingItems::Table).drop_column(column).take();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}

#[derive(DeriveIden)]
enum PendingItems {
    Table,
    RemindAt,
    Reminded,
}
