//! Indexes for figures and exports: what is open by kind, what was decided by time, operations by time.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Holds what is open alone, so that it stays small however much was decided. The state, always the same there, is
        // a column of it: SQLite would prefer the larger index that begins so.
        let open = Index::create()
            .name("ix_items_open")
            .table(PendingItems::Table)
            .col(PendingItems::State)
            .col(PendingItems::Kind)
            .col(PendingItems::CreatedAt)
            .and_where(Expr::col(PendingItems::State).eq("pending"))
            .take();
        manager.create_index(open).await?;
        let decided = Index::create()
            .name("ix_items_decided")
            .table(PendingItems::Table)
            .col(PendingItems::DecidedAt)
            .col(PendingItems::State)
            .col(PendingItems::CreatedAt)
            .and_where(Expr::col(PendingItems::DecidedAt).is_not_null())
            .take();
        manager.create_index(decided).await?;
        let by_time = Index::create()
            .name("ix_operations_created")
            .table(Operations::Table)
            .col(Operations::CreatedAt)
            .col(Operations::Id)
            .take();
        manager.create_index(by_time).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in [
            ("ix_operations_created", Operations::Table.into_iden()),
            ("ix_items_decided", PendingItems::Table.into_iden()),
            ("ix_items_open", PendingItems::Table.into_iden()),
        ] {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        Ok(())
    }
}

#[derive(DeriveIden)]
enum PendingItems {
    Table,
    Kind,
    State,
    CreatedAt,
    DecidedAt,
}

#[derive(DeriveIden)]
enum Operations {
    Table,
    Id,
    CreatedAt,
}
