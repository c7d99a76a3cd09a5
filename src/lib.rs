//! Countersign: approvals in Telegram, each delivery taking effect exactly once.

pub mod app;
pub mod cli;
pub mod clock;
pub mod command;
pub mod domain;
pub mod http;
pub mod ledger;
pub mod limits;
pub mod points;
pub mod settings;
pub mod telegram;
pub mod text;
