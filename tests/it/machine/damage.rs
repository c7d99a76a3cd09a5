//! A damaged SQLite file: it is told which one and what to do, deliveries come again, and the file stays as it was found.

use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;

use sea_orm::{ConnectionTrait, Database, Statement};

use super::says;
use crate::support::books;
use crate::support::serve::{Manner, Server};

fn check(url: &str) -> String {
    let check = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .arg("check")
        .env_clear()
        .env("DATABASE_URL", url)
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap();
    String::from_utf8_lossy(&check.stdout).into_owned()
}

async fn number(file: &Path, sql: &str) -> u64 {
    let conn = Database::connect(format!("sqlite://{}?mode=ro", file.display())).await.unwrap();
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
    let number: i64 = row.unwrap().try_get_by_index(0).unwrap();
    conn.close().await.unwrap();
    u64::try_from(number).unwrap()
}

/// Overwrites so many bytes there; gives what stood in their place.
fn overwrite(file: &Path, at: u64, bytes: &[u8]) -> Vec<u8> {
    let open = std::fs::OpenOptions::new().read(true).write(true).open(file).unwrap();
    let mut before = vec![0; bytes.len()];
    open.read_exact_at(&mut before, at).unwrap();
    open.write_all_at(bytes, at).unwrap();
    before
}

async fn with_items(file: &Path, url: &str) {
    let mut server = Server::start(url).await;
    server.caller.submit("all", 3).await;
    assert_eq!(server.terminate().await, Some(0));
    assert!(!file.with_extension("db-wal").exists(), "what stood in the log stands in the file");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_flipped_in_the_middle() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("damaged.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    with_items(&file, &url).await;
    let page = number(&file, "SELECT rootpage FROM sqlite_master WHERE name = 'pending_items'").await;
    let at = (page - 1) * number(&file, "PRAGMA page_size").await;
    let before = overwrite(&file, at, &[0x5a; 64]);

    let mut server = Server::start(&url).await;
    // However often it comes: an update that is let go would be lost.
    for again in 0..5 {
        let (status, answer) = server.caller.deliver(&says(1, "/approve 1")).await.unwrap();
        assert_eq!(status, 503, "{again}: {answer}");
    }
    let told = check(&url);
    let line = told.lines().find(|line| line.contains("is damaged")).unwrap_or_else(|| panic!("{told}"));
    assert!(line.starts_with("FAIL database") && line.contains("restore the last backup"), "{line}");
    server.kill().await;

    overwrite(&file, at, &before);
    server.again().await;
    let (_, answer) = server.caller.deliver(&says(1, "/approve 1")).await.unwrap();
    assert_eq!(answer["text"], "Approved 1: #1 item 1.", "nothing of it was done before");
    assert_eq!(server.terminate().await, Some(0));
    assert_eq!(books::audit(&url).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_header() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("header.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    with_items(&file, &url).await;
    let before = overwrite(&file, 0, &[0x5a; 100]);
    let damaged = std::fs::read(&file).unwrap();

    let mut server = Server::spawn(&url).await;
    server.caller.healthy().await;
    let (status, answer) = server.caller.deliver(&says(1, "/approve 1")).await.unwrap();
    assert_eq!(status, 503, "{answer}");
    let told = check(&url);
    let line =
        told.lines().find(|line| line.starts_with("FAIL database")).unwrap_or_else(|| panic!("{told}"));
    for part in [&file.display().to_string(), "is damaged", "restore the last backup"] {
        assert!(line.contains(part), "{line}");
    }
    assert_eq!(std::fs::read(&file).unwrap(), damaged, "it stays as it was found");

    // It waits for its books, and goes on with them.
    overwrite(&file, 0, &before);
    server.caller.ready().await;
    let (_, answer) = server.caller.deliver(&says(1, "/approve 1")).await.unwrap();
    assert_eq!(answer["text"], "Approved 1: #1 item 1.");
    assert_eq!(server.terminate().await, Some(0));
    assert_eq!(books::audit(&url).await, 2);
}

/// Nothing in it tells an emptied file from a new one: SQLite makes it so before it writes.
#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("emptied.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let told = async |log: &str| {
        let log = folder.path().join(log);
        let mut server = Server::spawn_as(&url, Manner { log: Some(log.clone()), ..Manner::default() }).await;
        server.caller.ready().await;
        assert_eq!(server.terminate().await, Some(0));
        std::fs::read_to_string(log).unwrap()
    };
    let new = told("new").await;
    assert!(!new.contains("is empty"), "{new}");
    std::fs::OpenOptions::new().write(true).truncate(true).open(&file).unwrap();
    let emptied = told("emptied").await;
    for part in ["WARN", &file.display().to_string(), "is empty", "put the last backup in its place"] {
        assert_eq!(
            emptied.lines().filter(|line| line.contains(part) && line.contains("is empty")).count(),
            1,
            "{part}: {emptied}"
        );
    }
}
