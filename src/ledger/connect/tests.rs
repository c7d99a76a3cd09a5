//! What SQLite was built with, and what it must be able to do all the same.

use super::*;

#[tokio::test]
async fn sqlite_is_built_as_the_configuration_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("sqlite://{}?mode=rwc", folder.path().join("books.db").display());
    let conn = Address::parse(&address).expect("an address").open_writer().await.expect("a connection");
    for (option, wanted) in
        [("DEFAULT_MEMSTATUS=0", 1), ("ENABLE_API_ARMOR", 0), ("ENABLE_MEMORY_MANAGEMENT", 0)]
    {
        let sql = format!("SELECT sqlite_compileoption_used('{option}')");
        let statement = Statement::from_string(conn.get_database_backend(), sql);
        let row = conn.query_one_raw(statement).await.expect("an answer").expect("a row");
        assert_eq!(row.try_get_by_index::<i64>(0).expect("a number"), wanted, "{option}");
    }
}

/// A submission to a large house, say: SQLite keeps all pages that such a statement changes until it ends. Where it kept them
/// in pieces of half a MiB (`SQLITE_STMTJRNL_SPILL`), the statement failed: it writes at most 128 KiB at once.
#[tokio::test]
async fn one_statement_may_change_thousands_of_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("sqlite://{}?mode=rwc", folder.path().join("books.db").display());
    let address = Address::parse(&address).expect("an address");
    // By default in files, as a migration needs; in memory for a batch.
    for (conn, kept_in) in [(address.open_writer().await, "0"), (address.open_batch_writer().await, "2")] {
        let conn = conn.expect("a connection");
        assert_eq!(read_pragma(&conn, "temp_store").await.expect("a setting"), kept_in);
        let txn = begin(&conn).await.expect("it begins");
        for sql in [
            "CREATE TABLE large (n INTEGER NOT NULL, page BLOB)",
            "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 2000) \
             INSERT INTO large SELECT n, zeroblob(3000) FROM i",
            "UPDATE large SET n = n + 1",
            "DROP TABLE large",
        ] {
            txn.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        txn.commit().await.expect("it is committed");
    }
}
