//! The items that wait for a decision, and those that were decided.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_pk_auto, integer, string_len, string_len_null, text, text_null, timestamp, timestamp_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        // Stay when keys are pruned: a client's submit key and place in it name one item for good.
        let submission = Index::create()
            .name("ux_items_submission")
            .table(PendingItems::Table)
            .col(PendingItems::Client)
            .col(PendingItems::SubmitKey)
            .col(PendingItems::Ordinal)
            .unique()
            .take();
        manager.create_index(submission).await?;
        let external = Index::create()
            .name("ux_items_external")
            .table(PendingItems::Table)
            .col(PendingItems::Client)
            .col(PendingItems::ExternalId)
            .unique()
            .take();
        manager.create_index(external).await?;
        let by_state = Index::create()
            .name("ix_items_state")
            .table(PendingItems::Table)
            .col(PendingItems::State)
            .col(PendingItems::Id)
            .take();
        manager.create_index(by_state).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(PendingItems::Table).take()).await
    }
}

fn table() -> TableCreateStatement {
    Table::create()
        .table(PendingItems::Table)
        .col(big_pk_auto(PendingItems::Id))
        .col(string_len(PendingItems::Kind, 40))
        .col(string_len(PendingItems::Title, 200))
        .col(text_null(PendingItems::Detail))
        .col(text_null(PendingItems::Payload))
        .col(string_len(PendingItems::Client, 15))
        .col(string_len(PendingItems::SubmitKey, 64))
        .col(integer(PendingItems::Ordinal))
        .col(string_len_null(PendingItems::ExternalId, 100))
        .col(string_len(PendingItems::ContentHash, 64))
        .col(text(PendingItems::Rules).default("{}"))
        .col(string_len(PendingItems::State, 16).default("pending"))
        .col(integer(PendingItems::Version).default(1))
        .col(integer(PendingItems::Round).default(1))
        .col(timestamp(PendingItems::CreatedAt))
        .col(timestamp_null(PendingItems::ExpiresAt))
        .col(timestamp_null(PendingItems::DecidedAt))
        .col(timestamp_null(PendingItems::ReleasedAt))
        .take()
}

#[derive(DeriveIden)]
enum PendingItems {
    Table,
    Id,
    Kind,
    Title,
    Detail,
    Payload,
    Client,
    SubmitKey,
    Ordinal,
    ExternalId,
    ContentHash,
    Rules,
    State,
    Version,
    Round,
    CreatedAt,
    ExpiresAt,
    DecidedAt,
    ReleasedAt,
}
