//! The network between the ledger and PostgreSQL fails: at every step of an operation, and while requests are dropped.

mod cuts;
mod drops;
