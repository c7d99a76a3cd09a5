//! The keys that were used up, each with what was delivered under it and the operation it led to.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string_len, timestamp_default_now};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(IdempotencyKeys::Table)
            .col(string_len(IdempotencyKeys::Key, 80).primary_key())
            .col(string_len(IdempotencyKeys::ScopeHash, 64))
            .col(string_len(IdempotencyKeys::Status, 16).default("applied"))
            .col(timestamp_default_now(IdempotencyKeys::CreatedAt))
            .col(big_integer(IdempotencyKeys::OperationId))
            .col(string_len(IdempotencyKeys::Token, 32))
            .take();
        manager.create_table(table).await?;
        let by_scope = Index::create()
            .name("ix_idem_scope")
            .table(IdempotencyKeys::Table)
            .col(IdempotencyKeys::ScopeHash)
            .take();
        manager.create_index(by_scope).await?;
        // Pruning looks for the oldest keys.
        let by_age = Index::create()
            .name("ix_idem_created")
            .table(IdempotencyKeys::Table)
            .col(IdempotencyKeys::CreatedAt)
            .take();
        manager.create_index(by_age).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(IdempotencyKeys::Table).take()).await
    }
}

#[derive(DeriveIden)]
enum IdempotencyKeys {
    Table,
    Key,
    ScopeHash,
    Status,
    CreatedAt,
    OperationId,
    Token,
}
