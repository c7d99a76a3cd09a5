//! The ledger's conformance suite: each story runs on SQLite and on PostgreSQL.

mod audit;
mod clocks;
mod close;
mod guard;
mod locks;
mod log;
mod names;
mod policy;
mod races;
mod recovery;
mod release;
mod remind;
mod rights;
mod roles;
mod search;
mod stats;
mod submissions;
mod undo;

/// Runs each story on each kind of database.
macro_rules! on_each_database {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(crate::support::books::Books::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                if let Some(books) = crate::support::books::Books::postgres().await {
                    super::$story(books).await;
                }
            })*
        }
    };
}
use on_each_database;
