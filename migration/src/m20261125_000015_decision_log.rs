//! The log of what is final: numbered without a gap from one head row, each row sealed with the hash of the one before.
//!
//! What was final before this step is entered by the first program that knows it, in the order of the decisions: its
//! items are marked as due at the time of the decision itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, string_len, text, timestamp_null, tiny_integer,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What the partial index holds: decided, and not in the log yet.
const UNLOGGED: &str = "NOT logged AND state <> 'pending'";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(log()).await?;
        // A decision is released once, whatever else goes wrong.
        let once = Index::create()
            .name("ux_decision_log_item")
            .table(DecisionLog::Table)
            .col(DecisionLog::ItemId)
            .col(DecisionLog::Round)
            .unique()
            .take();
        manager.create_index(once).await?;
        let by_client = Index::create()
            .name("ix_decision_log_client")
            .table(DecisionLog::Table)
            .col(DecisionLog::Client)
            .col(DecisionLog::Number)
            .take();
        manager.create_index(by_client).await?;
        head(manager).await?;
        mark_items(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let unlogged = Index::drop().name("ix_items_unlogged").table(PendingItems::Table).to_owned();
        manager.drop_index(unlogged).await?;
        for column in [PendingItems::Logged, PendingItems::FinalAt] {
            manager.alter_table(Table::alter().table(PendingItems::Table).drop_column(column).take()).await?;
        }
        manager.drop_table(Table::drop().table(DecisionHead::Table).take()).await?;
        manager.drop_table(Table::drop().table(DecisionLog::Table).take()).await
    }
}

fn log() -> TableCreateStatement {
    Table::create()
        .table(DecisionLog::Table)
        .col(big_integer(DecisionLog::Number).primary_key())
        .col(big_integer(DecisionLog::ItemId))
        .col(integer(DecisionLog::Round))
        .col(string_len(DecisionLog::Client, 15))
        .col(text(DecisionLog::Entry))
        .col(string_len(DecisionLog::Hash, 64))
        .take()
}

/// The one row that every writer locks: the number and the hash of the last row of the log.
async fn head(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(DecisionHead::Table)
        .col(tiny_integer(DecisionHead::Id).primary_key())
        .col(big_integer(DecisionHead::Number))
        .col(string_len(DecisionHead::Hash, 64))
        .take();
    manager.create_table(table).await?;
    let nothing = Query::insert()
        .into_table(DecisionHead::Table)
        .columns([DecisionHead::Id, DecisionHead::Number, DecisionHead::Hash])
        .values_panic([1_i16.into(), 0_i64.into(), "0".repeat(64).into()])
        .to_owned();
    manager.execute(nothing).await
}

async fn mark_items(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for mut column in
        [boolean(PendingItems::Logged).default(false).take(), timestamp_null(PendingItems::FinalAt)]
    {
        manager.alter_table(Table::alter().table(PendingItems::Table).add_column(&mut column).take()).await?;
    }
    let due = Query::update()
        .table(PendingItems::Table)
        .value(
            PendingItems::FinalAt,
            Func::coalesce([Expr::col(PendingItems::DecidedAt), Expr::col(PendingItems::ExpiresAt)]),
        )
        .and_where(Expr::col(PendingItems::State).ne("pending"))
        .to_owned();
    manager.execute(due).await?;
    let unlogged = Index::create()
        .name("ix_items_unlogged")
        .table(PendingItems::Table)
        .col(PendingItems::FinalAt)
        .col(PendingItems::Id)
        .and_where(Expr::cust(UNLOGGED))
        .take();
    manager.create_index(unlogged).await
}

#[derive(DeriveIden)]
enum DecisionLog {
    Table,
    Number,
    ItemId,
    Round,
    Client,
    Entry,
    Hash,
}

#[derive(DeriveIden)]
enum DecisionHead {
    Table,
    Id,
    Number,
    Hash,
}

#[derive(Clone, Copy, DeriveIden)]
enum PendingItems {
    Table,
    Id,
    State,
    DecidedAt,
    ExpiresAt,
    Logged,
    FinalAt,
}
