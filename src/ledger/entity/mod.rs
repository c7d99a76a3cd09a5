//! The tables as types, one file a table; written by hand, and read together with the steps in `migration/`.

#![allow(missing_docs, reason = "the derive macros write public items without docs")]

pub mod approvals;
pub mod cards;
pub mod chats;
pub mod deciding_clients;
pub mod decision_head;
pub mod decision_log;
pub mod deliveries;
pub mod idempotency_keys;
pub mod leases;
pub mod meta;
pub mod operations;
pub mod outbox;
pub mod pending_items;
pub mod people;
pub mod prompts;
pub mod receivers;
