//! Roles: what each person may do, since when and by whom, and which menu their chat shows.
//!
//! They stand on `people` and not in a table of their own: a person has one role at a time, and what it was before is told
//! by the operations. Until this step only `ADMIN_IDS` made somebody known.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{string_len_null, timestamp_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            string_len_null(People::Role, 16),
            timestamp_null(People::RoleSince),
            string_len_null(People::RoleBy, 32),
            timestamp_null(People::DecidesSince),
            timestamp_null(People::ListedAt),
            string_len_null(People::Menu, 32),
        ];
        // SQLite takes one column a statement.
        for column in columns {
            manager.alter_table(Table::alter().table(People::Table).add_column(column).take()).await?;
        }
        let listed = Query::update()
            .table(People::Table)
            .value(People::ListedAt, Expr::col(People::KnownSince))
            .to_owned();
        manager.execute(listed).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            People::Role,
            People::RoleSince,
            People::RoleBy,
            People::DecidesSince,
            People::ListedAt,
            People::Menu,
        ];
        for column in columns {
            manager.alter_table(Table::alter().table(People::Table).drop_column(column).take()).await?;
        }
        Ok(())
    }
}

#[derive(DeriveIden)]
enum People {
    Table,
    KnownSince,
    Role,
    RoleSince,
    RoleBy,
    DecidesSince,
    ListedAt,
    Menu,
}
