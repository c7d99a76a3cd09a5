//! A copy of the SQLite file while it is in use: whole, of one moment, and never in the place of something else.

use std::os::unix::fs::PermissionsExt;

use countersign::ledger::backup::{self, BackupError};
use countersign::ledger::connect::Address;

use crate::support::books::{Books, approve, audit, submit};

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_taken_under_load_is_whole_and_in_order() {
    let books = Books::sqlite().await;
    let titles: Vec<String> = (1..=120).map(|n| format!("bill {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    books.ledger.apply(submit("all", &titles)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    let load = async {
        for n in 1..=120_u32 {
            books.ledger.apply(approve(n, &[n.into()])).await.unwrap();
        }
    };
    let copy = async {
        // Somewhere in the middle of the load.
        while books.ledger.pending(countersign::ledger::Page::default()).await.unwrap().total > 100 {
            tokio::task::yield_now().await;
        }
        backup::copy(&books.address, &file).await.unwrap()
    };
    let ((), bytes) = tokio::join!(load, copy);
    let metadata = std::fs::metadata(&file).unwrap();
    assert_eq!((metadata.len(), metadata.permissions().mode() & 0o777), (bytes, 0o600));
    let open = audit(&format!("sqlite://{}", file.display())).await;
    assert!(open <= 100, "{open}");
    // What is there stays as it is, and nothing is left beside it.
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(backup::copy(&books.address, &file).await, Err(BackupError::Exists(_))));
    assert_eq!(std::fs::read(&file).unwrap(), before);
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("copy.db")), "{left:?}");
    books.close().await;
}

#[tokio::test]
async fn what_cannot_be_copied_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let books = Books::sqlite().await;
    let nowhere = folder.path().join("missing").join("copy.db");
    let error = backup::copy(&books.address, &nowhere).await.unwrap_err();
    assert!(error.to_string().starts_with("the copy cannot be written to "), "{error}");
    let postgres = Address::parse("postgres://lee:secret@127.0.0.1:1/books").unwrap();
    let error = backup::copy(&postgres, &folder.path().join("copy.db")).await.unwrap_err();
    assert!(error.to_string().contains("use pg_dump") && !error.to_string().contains("secret"), "{error}");
    let gone =
        Address::parse(&format!("sqlite://{}?mode=rwc", folder.path().join("gone.db").display())).unwrap();
    let error = backup::copy(&gone, &folder.path().join("copy.db")).await.unwrap_err();
    assert!(error.to_string().contains("check DATABASE_URL"), "{error}");
    assert!(!folder.path().join("gone.db").exists(), "no books are made");
    books.close().await;
}
