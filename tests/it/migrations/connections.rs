//! Addresses and connections: what they refuse, what they hide, and which settings hold.

use countersign::ledger::connect::{Address, AddressError};
use countersign::ledger::{dialect, migrate};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::{file, on_each_database};

on_each_database!(readers_cannot_write);

async fn setting(conn: &DatabaseConnection, sql: &str) -> String {
    let row =
        conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap().unwrap();
    row.try_get_by_index::<String>(0).unwrap_or_else(|_| row.try_get_by_index::<i64>(0).unwrap().to_string())
}

#[test]
fn addresses_are_read() {
    let shown = |url: &str| Address::parse(url).unwrap().to_string();
    assert_eq!(shown("sqlite://countersign.db?mode=rwc"), "sqlite file countersign.db");
    assert_eq!(
        shown("sqlite:///var/lib/countersign/books.db?mode=rw"),
        "sqlite file /var/lib/countersign/books.db"
    );
    assert_eq!(shown(" sqlite:a%20b.db\n"), "sqlite file a b.db");
    assert_eq!(shown("postgresql://db.example/books"), "postgres db.example:5432/books");
    assert_eq!(Address::parse("postgres://db.example/books").unwrap().backend(), DbBackend::Postgres);
}

#[test]
fn addresses_are_refused() {
    let refused = |url: &str| Address::parse(url).unwrap_err();
    for url in [
        "sqlite::memory:",
        ":memory:",
        "sqlite://:memory:",
        "sqlite://%3Amemory%3A",
        "sqlite://x?mode=memory",
        "sqlite://file::memory:?mode=rwc",
    ] {
        assert_eq!(refused(url), AddressError::InMemory, "{url}");
    }
    assert_eq!(refused("sqlite://"), AddressError::NoFile);
    assert_eq!(refused("sqlite://x.db?mode=ro"), AddressError::Mode);
    assert_eq!(refused("sqlite://x.db?mode=rwc&cache=shared"), AddressError::Mode);
    assert_eq!(refused("mysql://db.example/books"), AddressError::Scheme);
    assert_eq!(refused("countersign.db"), AddressError::Scheme);
    assert_eq!(refused("postgres://db/books?pasword=hunter2"), AddressError::Parameter("pasword".to_owned()));
    assert_eq!(refused("postgres://db/books?sslmode=hunter2"), AddressError::Value);
    assert!(matches!(refused("postgres://u:hunter2@db:port/books"), AddressError::Malformed(_)));
    for url in
        ["postgres://u:hunter2@db:port/books", "postgres://u:hunt%er2@[db/books", "postgres://hunter2:x"]
    {
        if let Err(error) = Address::parse(url) {
            assert!(!format!("{error} {error:?}").contains("hunt"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_password_is_never_shown() {
    // Port 1 on loopback answers nobody.
    let address = Address::parse("postgres://admin:hunter2@127.0.0.1:1/books?sslmode=disable").unwrap();
    assert_eq!(format!("{address}"), "postgres 127.0.0.1:1/books");
    assert_eq!(format!("{address:?}"), "Address(postgres 127.0.0.1:1/books)");
    let error = address.open_writer().await.unwrap_err();
    assert!(error.to_string().contains("refused"), "{error}");
    let said = format!("{error} {error:?}");
    assert!(
        said.contains("127.0.0.1:1/books") && !said.contains("hunter2") && !said.contains("admin"),
        "{said}"
    );
}

#[test]
fn a_password_that_ends_the_address_early_is_refused_unseen() {
    for url in
        ["postgres://u:12?secret@host/db", "postgres://u:12/secret@host/db", "postgres://u:12#secret@host/db"]
    {
        let refused = Address::parse(url).unwrap_err().to_string();
        assert!(!refused.contains("secret"), "{refused}");
    }
}

#[tokio::test]
async fn sqlite_keeps_what_it_commits() {
    let folder = tempfile::tempdir().unwrap();
    let address = file(folder.path());
    assert!(address.open_readers().await.is_err(), "a reader makes no file");
    let conn = address.open_writer().await.unwrap();
    for (pragma, held) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("busy_timeout", "4000"),
        ("journal_size_limit", "67108864"),
    ] {
        assert_eq!(setting(&conn, &format!("PRAGMA {pragma}")).await, held, "{pragma}");
    }
    conn.close().await.unwrap();
}

#[tokio::test]
async fn postgres_sessions_are_bounded() {
    let Some(scratch) = crate::support::postgres::fresh_database().await else { return };
    let conn = Address::parse(scratch.url()).unwrap().open_writer().await.unwrap();
    for (name, held) in [
        ("lock_timeout", "2s"),
        ("statement_timeout", "4s"),
        ("idle_in_transaction_session_timeout", "10s"),
        ("TimeZone", "UTC"),
        ("application_name", "countersign"),
        ("transaction_isolation", "read committed"),
    ] {
        assert_eq!(setting(&conn, &format!("SHOW {name}")).await, held, "{name}");
    }
    // A connection that the server ended is told as the database being away, and the next one is a new one.
    let ended = conn.execute_unprepared("SELECT pg_terminate_backend(pg_backend_pid())").await.unwrap_err();
    assert!(dialect::is_away(&ended), "{ended}");
    conn.close().await.unwrap();
}

async fn readers_cannot_write(address: Address) {
    let writer = address.open_writer().await.unwrap();
    migrate::up(&writer).await.unwrap();
    let readers = address.open_readers().await.unwrap();
    assert!(migrate::status(&readers).await.unwrap().iter().all(|step| step.applied));
    assert_eq!(migrate::up(&readers).await.unwrap(), 0, "nothing is written when nothing is missing");
    let write = "INSERT INTO meta (name, value) VALUES ('a', 'b')";
    readers.execute_unprepared(write).await.unwrap_err();
    writer.execute_unprepared(write).await.unwrap();
    readers.close().await.unwrap();
    writer.close().await.unwrap();
}
