//! What buttons and replies stand for that a button's data cannot hold: a page of the queue, the question for a reason.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, big_pk_auto, text, timestamp};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Prompts::Table)
            .col(big_pk_auto(Prompts::Id))
            .col(big_integer_null(Prompts::Chat))
            .col(big_integer_null(Prompts::MessageId))
            .col(text(Prompts::Prompt))
            .col(timestamp(Prompts::CreatedAt))
            .take();
        manager.create_table(table).await?;
        let by_message = Index::create()
            .name("ix_prompts_message")
            .table(Prompts::Table)
            .col(Prompts::Chat)
            .col(Prompts::MessageId)
            .take();
        manager.create_index(by_message).await?;
        let by_time =
            Index::create().name("ix_prompts_created").table(Prompts::Table).col(Prompts::CreatedAt).take();
        manager.create_index(by_time).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Prompts::Table).take()).await
    }
}

#[derive(DeriveIden)]
enum Prompts {
    Table,
    Id,
    Chat,
    MessageId,
    Prompt,
    CreatedAt,
}
