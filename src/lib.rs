//! Countersign: approvals in Telegram, each delivery taking effect exactly once.
//!
//! The way through the house goes down and returns. A door takes what was delivered: [`telegram`] an update, [`http`] a
//! request. It finds out who speaks and under which idempotency key, and reads the wish: [`command`] turns text into an
//! operation. [`app`] is the one road that all doors take: was the key used before, and if not, apply it. The
//! [`ledger`] holds the only SQL: its writers commit key, votes and items in one transaction, and what becomes of them
//! is said by [`domain`], which is pure. The receipt goes back up, [`text`] puts it into words, and the door answers.
//!
//! What cannot leave with the answer stands in the ledger's outbox, and [`outbox`] sends it afterwards; [`jobs`] keeps
//! the leases under which only one instance does so, and the house clean. Other systems are told of final decisions by
//! [`webhooks`].
//!
//! Beside the road stand [`telemetry`] (what is counted), [`settings`] (the only reader of the environment), [`limits`] (every bound), [`clock`] (the
//! only reader of the time), [`points`] (where tests make the program fail) and [`cli`], which wires it all.
//!
//! Rooms know only what lies below them; `tests/it/tidy` checks it, and `ARCHITECTURE.md` says why.

/// Rows, statements and answers are small and short-lived, and cross threads: 5 to 10 % less CPU for a first delivery than with
/// the C library's own allocator, and less again with SQLite on it too (`benches/README.md`).
#[cfg(not(fuzzing))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod app;
pub mod cli;
pub mod clock;
pub mod command;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod ledger;
pub mod limits;
pub mod outbox;
pub mod points;
pub mod settings;
pub mod telegram;
pub mod telemetry;
pub mod text;
pub mod webhooks;
