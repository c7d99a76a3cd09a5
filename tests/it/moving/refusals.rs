//! What is not moved, and how that is told.

use countersign::ledger::connect::Address;
use countersign::ledger::migrate;
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::{countersign, file, moves};
use crate::support::books::{Books, approve};
use crate::support::postgres;

/// What is said of a move from there to there.
async fn refused(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = countersign(&[&["migrate", "copy"], arguments].concat(), variables).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(1 | 2)), "{output:?}");
    assert!(!said.contains("hunter2"), "the password is shown: {said}");
    said
}

#[tokio::test]
async fn addresses_that_make_no_move() {
    let folder = tempfile::tempdir().unwrap();
    let from = file(&folder);
    // Port 1 on loopback answers nobody.
    let to = "postgres://lee:hunter2@127.0.0.1:1/books";
    let here = [("DATABASE_URL", from.as_str())];
    for (arguments, told) in [
        (vec!["--to", to], "there is no "),
        (vec!["--to", &from], "--from and --to are the same database"),
        (vec!["--from", to, "--to", to], "--from and --to are the same database"),
        (vec!["--from", to, "--to", "postgres://db.example/books"], "--from must be an SQLite file"),
        (vec!["--from", to, "--to", &from], "--from must be an SQLite file: there is no way back"),
        (vec!["--from", "sqlite://other.db", "--to", &from], "--to must be a PostgreSQL database"),
        (vec!["--to", "postgres://lee:hunter2@db:port/books"], "--to is no address"),
        (vec!["--to", "mysql://lee:hunter2@db/books"], "--to must begin with"),
        (vec!["--from", "books.db", "--to", to], "--from must begin with"),
        (vec![], "--to <ADDRESS>"),
    ] {
        let said = refused(&arguments, &here).await;
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(!folder.path().join("books.db").exists(), "no file is made");
    assert!(countersign(&["migrate", "up"], &here).await.status.success());
    let said = refused(&["--to", to], &here).await;
    assert!(said.contains("cannot open the database (postgres 127.0.0.1:1/books)"), "{said}");
    let help = countersign(&["migrate", "copy", "--help"], &[]).await;
    assert!(
        String::from_utf8_lossy(&help.stdout).contains("PGPASSWORD=… countersign migrate copy"),
        "{help:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_that_differ() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (file(&folder), scratch.url());
    let source = Address::parse(&from).unwrap().open_writer().await.unwrap();
    migrate::up(&source).await.unwrap();
    migrate::down(&source, 1).await.unwrap();
    let (code, said) = moves(&from, to, "").await;
    assert!(
        code == Some(1) && said.contains("run `countersign migrate up` on it with this program"),
        "{said}"
    );
    migrate::up(&source).await.unwrap();
    source.execute_unprepared("INSERT INTO meta (name, value) VALUES ('min_program', '999')").await.unwrap();
    let (code, said) = moves(&from, to, "").await;
    assert!(
        code == Some(1) && said.contains("the source: this database needs a newer countersign"),
        "{said}"
    );
    source.execute_unprepared("DELETE FROM meta").await.unwrap();

    let target = Address::parse(to).unwrap().open_writer().await.unwrap();
    migrate::up(&target).await.unwrap();
    target.execute_unprepared("INSERT INTO meta (name, value) VALUES ('min_program', '999')").await.unwrap();
    let (code, said) = moves(&from, to, "").await;
    assert!(
        code == Some(1) && said.contains("the target: this database needs a newer countersign"),
        "{said}"
    );
    target.execute_unprepared("DELETE FROM meta").await.unwrap();
    // One whose schema is of an older release, and one that is up to date, will do while they are empty.
    migrate::down(&target, 2).await.unwrap();
    let (code, said) = moves(&from, to, "").await;
    assert!(code == Some(0) && said.contains("counts and hashes are the same"), "{said}");
    source.close().await.unwrap();
    target.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn books_in_use_and_targets_that_are_not_empty() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    let books = Books::sqlite().await;
    books.pending(&["rent", "laptop"]).await;
    books.ledger.apply(approve(1, &[1])).await.unwrap();
    let from = format!("sqlite://{}", books.address.file().unwrap().display());
    let target = Address::parse(scratch.url()).unwrap().open_writer().await.unwrap();
    migrate::up(&target).await.unwrap();
    // The last table, and one that looks like the source's but is not.
    for (insert, delete) in [
        ("INSERT INTO leases VALUES ('telegram', 'x', 1, now())", "DELETE FROM leases"),
        ("INSERT INTO meta VALUES ('a', 'b')", "DELETE FROM meta"),
        ("UPDATE decision_head SET number = 1", "UPDATE decision_head SET number = 0"),
    ] {
        target.execute_unprepared(insert).await.unwrap();
        let (code, said) = moves(&from, scratch.url(), "").await;
        assert!(
            code == Some(1) && said.contains("the target holds rows already (table "),
            "{insert}: {said}"
        );
        target.execute_unprepared(delete).await.unwrap();
    }
    // Somebody who writes to the source holds the move up, and then off.
    let writer = books.address.open_writer().await.unwrap();
    let txn = writer.begin().await.unwrap();
    txn.execute_unprepared("INSERT INTO meta VALUES ('a', 'b')").await.unwrap();
    let (code, said) = moves(&from, scratch.url(), "").await;
    assert!(code == Some(1) && said.contains("the source cannot be held for writing"), "{said}");
    txn.rollback().await.unwrap();
    assert_eq!(moves(&from, scratch.url(), "").await.0, Some(0));
    writer.close().await.unwrap();
    target.close().await.unwrap();
    books.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_may_come_another_way() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    let mut to = url::Url::parse(scratch.url()).unwrap();
    let password = to.password().unwrap_or_default().to_owned();
    to.set_password(None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let from = file(&folder);
    assert!(countersign(&["migrate", "up"], &[("DATABASE_URL", &from)]).await.status.success());
    let arguments = ["migrate", "copy", "--from", &from, "--to", to.as_str()];
    let moved = countersign(&arguments, &[("PGPASSWORD", &password)]).await;
    assert!(moved.status.success(), "{moved:?}");
}
