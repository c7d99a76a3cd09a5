//! The messages in which items are shown: a projection, brought up to date after each change.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, integer, timestamp_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Cards::Table)
            .col(big_pk_auto(Cards::Id))
            .col(big_integer(Cards::ItemId))
            .col(big_integer(Cards::Chat))
            .col(big_integer_null(Cards::Thread))
            .col(big_integer(Cards::MessageId))
            .col(integer(Cards::ShownVersion))
            .col(integer(Cards::Attempts).default(0))
            .col(timestamp_null(Cards::DueAt))
            .take();
        manager.create_table(table).await?;
        let one_place = Index::create()
            .name("ux_cards_place")
            .table(Cards::Table)
            .col(Cards::Chat)
            .col(Cards::MessageId)
            .col(Cards::ItemId)
            .unique()
            .take();
        manager.create_index(one_place).await?;
        let by_item = Index::create().name("ix_cards_item").table(Cards::Table).col(Cards::ItemId).take();
        manager.create_index(by_item).await?;
        // Holds what is behind alone, so that it stays small however many cards there are.
        let due = Index::create()
            .name("ix_cards_due")
            .table(Cards::Table)
            .col(Cards::DueAt)
            .and_where(Expr::col(Cards::DueAt).is_not_null())
            .take();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Cards::Table).take()).await
    }
}

#[derive(DeriveIden)]
enum Cards {
    Table,
    Id,
    ItemId,
    Chat,
    Thread,
    MessageId,
    ShownVersion,
    Attempts,
    DueAt,
}
