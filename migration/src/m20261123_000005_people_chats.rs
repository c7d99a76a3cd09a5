//! Everyone who ever had a role or a vote, and the chats that messages go to. Both ids are Telegram's.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, string_len, string_len_null, timestamp, timestamp_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let people = Table::create()
            .table(People::Table)
            .col(big_integer(People::Id).primary_key())
            .col(string_len(People::Name, 64))
            .col(string_len_null(People::Username, 32))
            .col(string_len_null(People::Language, 16))
            .col(timestamp(People::KnownSince))
            .take();
        manager.create_table(people).await?;
        let chats = Table::create()
            .table(Chats::Table)
            .col(big_integer(Chats::Id).primary_key())
            .col(string_len_null(Chats::Title, 128))
            .col(string_len(Chats::State, 16).default("active"))
            .col(timestamp_null(Chats::BlockedUntil))
            .col(big_integer_null(Chats::MigratedTo))
            .take();
        manager.create_table(chats).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Chats::Table).take()).await?;
        manager.drop_table(Table::drop().table(People::Table).take()).await
    }
}

#[derive(DeriveIden)]
enum People {
    Table,
    Id,
    Name,
    Username,
    Language,
    KnownSince,
}

#[derive(DeriveIden)]
enum Chats {
    Table,
    Id,
    Title,
    State,
    BlockedUntil,
    MigratedTo,
}
