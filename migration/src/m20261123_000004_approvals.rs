//! The votes: one live vote of one person on one item and round.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_pk_auto, integer, string_len, text_null, timestamp, timestamp_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut item = ForeignKey::create()
            .from(Approvals::Table, Approvals::ItemId)
            .to(PendingItems::Table, PendingItems::Id)
            .take();
        let table = Table::create()
            .table(Approvals::Table)
            .col(big_pk_auto(Approvals::Id))
            .col(big_integer(Approvals::ItemId))
            .col(integer(Approvals::Round))
            .col(string_len(Approvals::DecidedBy, 32))
            .col(string_len(Approvals::Decision, 16))
            .col(text_null(Approvals::Reason))
            // A text without a foreign key: keys are pruned, votes stay.
            .col(string_len(Approvals::Key, 80))
            .col(timestamp(Approvals::CreatedAt))
            .col(timestamp_null(Approvals::WithdrawnAt))
            .foreign_key(&mut item)
            .take();
        manager.create_table(table).await?;
        let one_vote = Index::create()
            .name("ux_approvals_vote")
            .table(Approvals::Table)
            .col(Approvals::ItemId)
            .col(Approvals::Round)
            .col(Approvals::DecidedBy)
            .unique()
            .and_where(Expr::col(Approvals::WithdrawnAt).is_null())
            .take();
        manager.create_index(one_vote).await?;
        let by_key =
            Index::create().name("ix_approvals_key").table(Approvals::Table).col(Approvals::Key).take();
        manager.create_index(by_key).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Approvals::Table).take()).await
    }
}

#[derive(DeriveIden)]
enum Approvals {
    Table,
    Id,
    ItemId,
    Round,
    DecidedBy,
    Decision,
    Reason,
    Key,
    CreatedAt,
    WithdrawnAt,
}

#[derive(DeriveIden)]
enum PendingItems {
    Table,
    Id,
}
