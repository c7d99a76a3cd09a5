//! Brings the schema up to date, or back.
//!
//! All steps of one call share one transaction under a lock, so that several instances may start at once on an empty
//! database. A database that is ahead of this program is left alone.

use std::collections::BTreeSet;

use migration::{GENERATION, Migrator};
use sea_orm::sea_query::{Order, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait};
use sea_orm_migration::{IntoSchemaManagerConnection, MigratorTrait, SchemaManager};

use super::entity::meta;
use super::{connect, dialect};

/// Why the schema stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A newer release has been here.
    #[error("this database needs a newer countersign: {found}; install the newest release")]
    NeedsNewerProgram {
        /// What shows it.
        found: String,
    },
    /// The database gave an error; nothing was changed.
    #[error("the schema could not be read or changed, and stays as it was: {}", dialect::told(.0))]
    Database(#[from] DbErr),
}

/// A step of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Such as `m20261123_000001_idempotency_keys`.
    pub name: String,
    /// Whether this database has it.
    pub applied: bool,
}

/// Applies all steps that are missing; says how many. Writes nothing when none is.
///
/// # Errors
/// When the database is ahead of this program, or gives an error.
pub async fn up(conn: &DatabaseConnection) -> Result<usize, MigrateError> {
    if applied(conn).await? == names().len() {
        return Ok(0);
    }
    let txn = connect::begin(conn).await?;
    let missing = up_within(&txn).await?;
    txn.commit().await?;
    Ok(missing)
}

/// The same as a part of somebody's transaction.
pub(super) async fn up_within(txn: &DatabaseTransaction) -> Result<usize, MigrateError> {
    dialect::lock_schema(txn).await?;
    // Another instance may have been here while we waited for the lock.
    let before = applied(txn).await?;
    Migrator::up(txn, None).await?;
    Ok(names().len() - before)
}

/// Whether no step is missing. Refuses a database that is ahead of this program.
pub(super) async fn is_complete(txn: &DatabaseTransaction) -> Result<bool, MigrateError> {
    Ok(applied(txn).await? == names().len())
}

/// Takes back the newest `steps` steps with all they hold; says how many there were.
///
/// # Errors
/// When the database is ahead of this program, or gives an error.
pub async fn down(conn: &DatabaseConnection, steps: u32) -> Result<usize, MigrateError> {
    if applied(conn).await? == 0 {
        return Ok(0);
    }
    let txn = connect::begin(conn).await?;
    dialect::lock_schema(&txn).await?;
    let before = applied(&txn).await?;
    Migrator::down(&txn, Some(steps)).await?;
    let after = applied(&txn).await?;
    txn.commit().await?;
    Ok(before - after)
}

/// All steps, oldest first; those of a newer program that are applied here come last. Only reads.
///
/// # Errors
/// When the database gives an error.
pub async fn status(conn: &DatabaseConnection) -> Result<Vec<Step>, MigrateError> {
    let mut stored = stored(&SchemaManager::new(conn)).await?;
    let known = names().into_iter().map(|name| Step { applied: stored.remove(&name), name });
    let mut steps: Vec<Step> = known.collect();
    steps.extend(stored.into_iter().map(|name| Step { name, applied: true }));
    Ok(steps)
}

/// The newest step this program knows.
pub fn head() -> String {
    names().pop().unwrap_or_default()
}

fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|step| step.name().to_owned()).collect()
}

/// How many steps are applied; refuses a database that is ahead of this program.
async fn applied<'c, C: IntoSchemaManagerConnection<'c>>(conn: C) -> Result<usize, MigrateError> {
    let manager = SchemaManager::new(conn);
    if let Some(demanded) = min_program(&manager).await?
        && demanded.parse::<u32>().ok().is_none_or(|demanded| demanded > GENERATION)
    {
        let found = format!("it demands schema generation {demanded}, and this program knows {GENERATION}");
        return Err(MigrateError::NeedsNewerProgram { found });
    }
    let stored = stored(&manager).await?;
    let known = BTreeSet::from_iter(names());
    if let Some(unknown) = stored.difference(&known).last() {
        let found = format!("it has the step {unknown}, which this program does not know");
        return Err(MigrateError::NeedsNewerProgram { found });
    }
    Ok(stored.len())
}

async fn min_program(manager: &SchemaManager<'_>) -> Result<Option<String>, DbErr> {
    if !manager.has_table("meta").await? {
        return Ok(None);
    }
    let row = meta::Entity::find_by_id("min_program".to_owned()).one(manager.get_connection()).await?;
    Ok(row.map(|row| row.value))
}

/// The names of the steps that are applied.
async fn stored(manager: &SchemaManager<'_>) -> Result<BTreeSet<String>, DbErr> {
    let table = Migrator::migration_table_name();
    if !manager.has_table(table.to_string()).await? {
        return Ok(BTreeSet::new());
    }
    let names = Query::select().column("version").from(table).order_by("version", Order::Asc).take();
    let rows = manager.get_connection().query_all(&names).await?;
    rows.iter().map(|row| row.try_get("", "version")).collect()
}
