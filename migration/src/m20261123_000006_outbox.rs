//! What is to be sent after its transaction, until it is delivered or has visibly failed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer_null, big_pk_auto, integer, string_len_null, string_len_uniq, text, timestamp, timestamp_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Outbox::Table)
            .col(big_pk_auto(Outbox::Id))
            .col(text(Outbox::Event))
            .col(big_integer_null(Outbox::Chat))
            .col(big_integer_null(Outbox::Thread))
            .col(big_integer_null(Outbox::ReplyTo))
            .col(string_len_uniq(Outbox::Dedupe, 120))
            .col(timestamp(Outbox::CreatedAt))
            .col(timestamp(Outbox::NotBefore))
            .col(timestamp_null(Outbox::ExpiresAt))
            .col(timestamp_null(Outbox::ClaimedUntil))
            .col(integer(Outbox::Attempts).default(0))
            .col(timestamp_null(Outbox::SentAt))
            .col(timestamp_null(Outbox::FailedAt))
            .col(string_len_null(Outbox::LastError, 500))
            .take();
        manager.create_table(table).await?;
        // Holds open rows alone, so that it stays small however much was sent; in each chat the oldest comes first.
        let open = Index::create()
            .name("ix_outbox_open")
            .table(Outbox::Table)
            .col(Outbox::Chat)
            .col(Outbox::Id)
            .and_where(Expr::col(Outbox::SentAt).is_null())
            .and_where(Expr::col(Outbox::FailedAt).is_null())
            .take();
        manager.create_index(open).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Outbox::Table).take()).await
    }
}

#[derive(DeriveIden)]
enum Outbox {
    Table,
    Id,
    Event,
    Chat,
    Thread,
    ReplyTo,
    Dedupe,
    CreatedAt,
    NotBefore,
    ExpiresAt,
    ClaimedUntil,
    Attempts,
    SentAt,
    FailedAt,
    LastError,
}
