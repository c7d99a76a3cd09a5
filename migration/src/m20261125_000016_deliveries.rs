//! Decisions on their way to other systems: a row for each decision and receiver, and how receivers stand.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_pk_auto, integer, string_len, string_len_null, text_null, timestamp, timestamp_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(deliveries()).await?;
        // A decision is told to each receiver by one row, whatever else goes wrong.
        let once = Index::create()
            .name("ux_deliveries_once")
            .table(Deliveries::Table)
            .col(Deliveries::Number)
            .col(Deliveries::Receiver)
            .unique()
            .take();
        manager.create_index(once).await?;
        // Holds open rows alone, so that it stays small however much was delivered.
        let open = Index::create()
            .name("ix_deliveries_open")
            .table(Deliveries::Table)
            .col(Deliveries::Receiver)
            .col(Deliveries::Id)
            .and_where(Expr::col(Deliveries::DeliveredAt).is_null())
            .and_where(Expr::col(Deliveries::FailedAt).is_null())
            .take();
        manager.create_index(open).await?;
        let receivers = Table::create()
            .table(Receivers::Table)
            .col(string_len(Receivers::Name, 300).primary_key())
            .col(timestamp_null(Receivers::BlockedUntil))
            .col(timestamp_null(Receivers::DisabledAt))
            .col(timestamp_null(Receivers::ToldAt))
            .take();
        manager.create_table(receivers).await?;
        let mut callback = text_null(PendingItems::CallbackUrl);
        manager.alter_table(Table::alter().table(PendingItems::Table).add_column(&mut callback).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let callback =
            Table::alter().table(PendingItems::Table).drop_column(PendingItems::CallbackUrl).take();
        manager.alter_table(callback).await?;
        manager.drop_table(Table::drop().table(Receivers::Table).take()).await?;
        manager.drop_table(Table::drop().table(Deliveries::Table).take()).await
    }
}

fn deliveries() -> TableCreateStatement {
    Table::create()
        .table(Deliveries::Table)
        .col(big_pk_auto(Deliveries::Id))
        .col(big_integer(Deliveries::Number))
        .col(big_integer(Deliveries::ItemId))
        .col(string_len(Deliveries::Receiver, 300))
        .col(timestamp(Deliveries::CreatedAt))
        .col(timestamp(Deliveries::NotBefore))
        .col(timestamp(Deliveries::ExpiresAt))
        .col(timestamp_null(Deliveries::ClaimedUntil))
        .col(integer(Deliveries::Attempts).default(0))
        .col(timestamp_null(Deliveries::DeliveredAt))
        .col(timestamp_null(Deliveries::FailedAt))
        .col(string_len_null(Deliveries::LastError, 500))
        .take()
}

#[derive(DeriveIden)]
enum Deliveries {
    Table,
    Id,
    Number,
    ItemId,
    Receiver,
    CreatedAt,
    NotBefore,
    ExpiresAt,
    ClaimedUntil,
    Attempts,
    DeliveredAt,
    FailedAt,
    LastError,
}

#[derive(DeriveIden)]
enum Receivers {
    Table,
    Name,
    BlockedUntil,
    DisabledAt,
    ToldAt,
}

#[derive(DeriveIden)]
enum PendingItems {
    Table,
    CallbackUrl,
}
