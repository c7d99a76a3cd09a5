//! Every committed operation, kept for good: its id is the receipt's number.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, big_pk_auto, string_len, text, timestamp};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Operations::Table)
            .col(big_pk_auto(Operations::Id))
            .col(string_len(Operations::Key, 80))
            .col(string_len(Operations::Actor, 32))
            .col(string_len(Operations::Verb, 16))
            .col(big_integer_null(Operations::Chat))
            .col(timestamp(Operations::CreatedAt))
            .col(text(Operations::Outcome))
            .col(text(Operations::ScopeParts))
            .col(string_len(Operations::Answered, 8).default("none"))
            .take();
        manager.create_table(table).await?;
        // Not unique: a key that expired may be used again.
        let by_key =
            Index::create().name("ix_operations_key").table(Operations::Table).col(Operations::Key).take();
        manager.create_index(by_key).await?;
        let by_actor = Index::create()
            .name("ix_operations_actor")
            .table(Operations::Table)
            .col(Operations::Actor)
            .col(Operations::Id)
            .take();
        manager.create_index(by_actor).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Operations::Table).take()).await
    }
}

#[derive(DeriveIden)]
enum Operations {
    Table,
    Id,
    Key,
    Actor,
    Verb,
    Chat,
    CreatedAt,
    Outcome,
    ScopeParts,
    Answered,
}
