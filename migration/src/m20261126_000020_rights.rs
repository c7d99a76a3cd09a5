//! The rights that the settings give, as the last start left them: since when `ADMIN_IDS` names somebody, and which clients
//! may decide. So every instance counts the same yeses, and a start sees who has lost the right to theirs. And of a vote
//! that is withdrawn, whether it was taken back or its right ended.
//!
//! Whoever was ever named counts as named until the first start of this release says otherwise, and a client that voted as
//! one that may decide: no yes is lost by the step itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, string_len, timestamp_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let listed_since = timestamp_null(People::ListedSince);
        manager.alter_table(Table::alter().table(People::Table).add_column(listed_since).take()).await?;
        let named = Query::update()
            .table(People::Table)
            .value(People::ListedSince, Expr::col(People::KnownSince))
            .and_where(Expr::col(People::ListedAt).is_not_null())
            .to_owned();
        manager.execute(named).await?;
        let lapsed = boolean(Approvals::Lapsed).default(false).take();
        manager.alter_table(Table::alter().table(Approvals::Table).add_column(lapsed).take()).await?;
        let clients = Table::create()
            .table(DecidingClients::Table)
            .col(string_len(DecidingClients::Name, 15).primary_key())
            .col(timestamp_null(DecidingClients::Since))
            .take();
        manager.create_table(clients).await?;
        let voted = Query::select()
            .expr(Expr::cust("substr(decided_by, 5)"))
            .expr(Expr::col(Approvals::CreatedAt).min())
            .from(Approvals::Table)
            .and_where(Expr::col(Approvals::DecidedBy).like("api:%"))
            .add_group_by([Expr::col(Approvals::DecidedBy)])
            .to_owned();
        let mut known = Query::insert();
        known.into_table(DecidingClients::Table).columns([DecidingClients::Name, DecidingClients::Since]);
        known.select_from(voted).map_err(|error| DbErr::Migration(error.to_string()))?;
        manager.execute(known).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(DecidingClients::Table).take()).await?;
        manager
            .alter_table(Table::alter().table(Approvals::Table).drop_column(Approvals::Lapsed).take())
            .await?;
        manager.alter_table(Table::alter().table(People::Table).drop_column(People::ListedSince).take()).await
    }
}

#[derive(DeriveIden)]
enum People {
    Table,
    KnownSince,
    ListedAt,
    ListedSince,
}

#[derive(DeriveIden)]
enum Approvals {
    Table,
    DecidedBy,
    CreatedAt,
    Lapsed,
}

#[derive(DeriveIden)]
enum DecidingClients {
    Table,
    Name,
    Since,
}
