//! The steps of the database's schema, one file a step, the same code on SQLite and PostgreSQL.
//!
//! A step only adds for one release, so that the release before it can go on working beside it. One that breaks this
//! raises [`GENERATION`] and stores the new number as `min_program` in table `meta`: programs that know less refuse
//! such a database.

use sea_orm_migration::prelude::*;

mod m20261123_000001_idempotency_keys;
mod m20261123_000002_pending_items;
mod m20261123_000003_operations;
mod m20261123_000004_approvals;
mod m20261123_000005_people_chats;
mod m20261123_000006_outbox;
mod m20261123_000007_meta;
mod m20261124_000008_leases;
mod m20261124_000009_cards;
mod m20261125_000011_prompts;
mod m20261125_000012_roles;
mod m20261125_000013_reminders;
mod m20261125_000014_figures;
mod m20261125_000015_decision_log;
mod m20261125_000016_deliveries;
mod m20261125_000017_item_fields;
mod m20261125_000019_card_details;
mod m20261126_000020_rights;

/// The generation of the schema that this program knows; a database may demand it as `min_program`.
pub const GENERATION: u32 = 1;

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_idempotency_keys::Migration),
            Box::new(m20261123_000002_pending_items::Migration),
            Box::new(m20261123_000003_operations::Migration),
            Box::new(m20261123_000004_approvals::Migration),
            Box::new(m20261123_000005_people_chats::Migration),
            Box::new(m20261123_000006_outbox::Migration),
            Box::new(m20261123_000007_meta::Migration),
            Box::new(m20261124_000008_leases::Migration),
            Box::new(m20261124_000009_cards::Migration),
            Box::new(m20261125_000011_prompts::Migration),
            Box::new(m20261125_000012_roles::Migration),
            Box::new(m20261125_000013_reminders::Migration),
            Box::new(m20261125_000014_figures::Migration),
            Box::new(m20261125_000015_decision_log::Migration),
            Box::new(m20261125_000016_deliveries::Migration),
            Box::new(m20261125_000017_item_fields::Migration),
            Box::new(m20261125_000019_card_details::Migration),
            Box::new(m20261126_000020_rights::Migration),
        ]
    }
}
