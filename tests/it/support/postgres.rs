//! A fresh PostgreSQL database for each test that asks.
//!
//! Made in the server of `TEST_DATABASE_URL` if that is set; else in a server of our own, which all test processes of
//! a user share. Without either the test is skipped, visibly, unless `REQUIRE_POSTGRES=1`.

mod cluster;

use std::io::Write;

use countersign::ledger::connect::Address;
use sea_orm::sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use url::Url;

pub use self::cluster::Own;

/// A database of one test; dropped with it.
pub struct Scratch {
    url: String,
    server: Url,
    name: String,
}

impl Scratch {
    /// Its address, for `DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Scratch {
    /// Best effort: what stays behind goes with the server's folder.
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let server = self.server.clone();
        // A thread and a runtime of its own: the test's runtime may be the one that is being dropped.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(run(&server, sql)))
        });
        // The server waits for who is logging in, and that may be us: the runtime's other tasks must go on meanwhile.
        match tokio::runtime::Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
            Ok(tokio::runtime::RuntimeFlavor::MultiThread) => {
                drop(tokio::task::block_in_place(|| dropping.join()));
            }
            _ => drop(dropping.join()),
        }
    }
}

/// A new, empty database, or nothing where there is no server.
pub async fn fresh_database() -> Option<Scratch> {
    let server = match variable("TEST_DATABASE_URL") {
        Some(url) => Url::parse(&url).expect("TEST_DATABASE_URL is postgres://user:password@host:port/name"),
        None => match cluster::running().await {
            Ok(url) => url,
            Err(missing) => {
                skip(&missing);
                return None;
            }
        },
    };
    let name = format!("cs_{}_{:016x}", std::process::id(), getrandom::u64().expect("random numbers"));
    // template0 has no connections, which a template must not have.
    let created = run(&server, format!("CREATE DATABASE {name} TEMPLATE template0")).await;
    created.unwrap_or_else(|error| panic!("no new database on {}: {error}", shown(&server)));
    let mut url = server.clone();
    url.set_path(&name);
    Some(Scratch { url: url.into(), server, name })
}

/// A server for one test alone, which stops and starts it. Nothing where there is no PostgreSQL on this machine.
pub async fn own_server() -> Option<Own> {
    match Own::start().await {
        Ok(server) => Some(server),
        Err(missing) => {
            skip(&missing);
            None
        }
    }
}

/// One of PostgreSQL's own programs, such as `pg_dump`.
pub fn program(name: &str) -> std::path::PathBuf {
    cluster::programs().map_or_else(|| name.into(), |folder| folder.join(name))
}

/// Runs one statement on a connection of its own.
async fn run(server: &Url, sql: String) -> Result<(), sea_orm::sqlx::Error> {
    let mut connection = PgConnection::connect(server.as_str()).await?;
    connection.execute(AssertSqlSafe(sql)).await?;
    connection.close().await
}

fn skip(missing: &str) {
    let install = "install it (Debian: `apt-get install postgresql`), or set TEST_DATABASE_URL";
    assert!(
        variable("REQUIRE_POSTGRES").is_none_or(|value| value != "1"),
        "no PostgreSQL: {missing}; {install}"
    );
    // Not `eprintln!`, which the test harness keeps to itself while a test passes.
    drop(writeln!(std::io::stderr(), "SKIPPED (no PostgreSQL: {missing}; {install})"));
}

fn shown(server: &Url) -> String {
    Address::parse(server.as_str()).map_or_else(|error| error.to_string(), |address| address.to_string())
}

/// A switch of the tests' own.
#[expect(clippy::disallowed_methods, reason = "what the tests run against is no setting of the program")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
