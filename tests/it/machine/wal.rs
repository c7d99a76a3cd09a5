//! Somebody reads the SQLite file and does not finish, while a hundred thousand writes go by: the log beside the file cannot
//! be cut back, and grows. It is told how large it is; deliveries go on; and once the reader has gone, it is used anew.

use sea_orm::{ConnectionTrait, TransactionTrait};

use crate::support::books::{Books, approve, done};

const WRITES: u32 = 100_000;
/// What the log is cut back to (`journal_size_limit`), in bytes.
const CUT_BACK: u64 = 64 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_holds_the_log_open() {
    let books = Books::sqlite().await;
    books.pending(&["rent", "laptop"]).await;
    let readers = books.address.open_readers().await.unwrap();
    let held = readers.begin().await.unwrap();
    held.query_all_raw(statement(&held, "SELECT * FROM pending_items")).await.unwrap();

    // Written beside the ledger, without waiting for the disk: what counts is how many.
    let hand = books.address.open_writer().await.unwrap();
    hand.execute_unprepared("PRAGMA synchronous = OFF").await.unwrap();
    hand.execute_unprepared("INSERT INTO meta (name, value) VALUES ('writes', '0')").await.unwrap();
    for _ in 0..WRITES {
        hand.execute_unprepared("UPDATE meta SET value = value + 1 WHERE name = 'writes'").await.unwrap();
    }
    let grown = books.ledger.figures().await.unwrap().wal_bytes;
    assert!(grown > u64::from(WRITES) * 1_000, "{grown} bytes: a page for each write");
    assert_eq!(done(&books.ledger.apply(approve(1, &[1])).await.unwrap()), [1], "deliveries go on");
    assert_eq!(books.ledger.fact("writes").await.unwrap().as_deref(), Some("100000"), "and so does reading");
    let seen = held.query_all_raw(statement(&held, "SELECT * FROM approvals")).await.unwrap();
    assert_eq!(seen.len(), 0, "the reader sees what was there when it began");

    held.rollback().await.unwrap();
    // The first to write finds that nobody reads the old pages any more: all of them go to the file, and the log begins anew.
    books.ledger.apply(approve(2, &[2])).await.unwrap();
    books.ledger.remember("after", "1").await.unwrap();
    let cut = books.ledger.figures().await.unwrap().wal_bytes;
    assert!(cut <= CUT_BACK && cut < grown, "{cut} of {grown} bytes are left");
    hand.close().await.unwrap();
    readers.close().await.unwrap();
    books.close().await;
}

fn statement(conn: &impl ConnectionTrait, sql: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(conn.get_database_backend(), sql)
}
